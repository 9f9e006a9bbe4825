//! What is shown to a role: the newest frame of each topic.

use tokio_tungstenite::tungstenite::Message;

use crate::hall;
use crate::ids::PollId;

/// What a frame is about; on a board, a newer frame replaces an older one of the same topic.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    Session,
    Poll(PollId),
    Tally(PollId),
    Presence,
    Questions,
    Voices,
    Chat,
    Signal,
    Reactions,
    Progress,
    Picture,
    Chart,
}

/// The newest frame of each topic, in the order in which they were put up.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// Grows with every frame put up.
    pub version: u64,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    topic: Topic,
    version: u64,
    frame: Message,
}

impl Board {
    /// Frames put up after `seen`, oldest first.
    pub fn newer(&self, seen: u64) -> impl Iterator<Item = &Message> {
        self.entries
            .iter()
            .filter(move |entry| entry.version > seen)
            .map(|entry| &entry.frame)
    }

    /// The same for the hall.
    pub(super) fn for_hall(&self) -> hall::Board {
        let frames = self.entries.iter();
        hall::Board {
            version: self.version,
            frames: frames
                .map(|entry| (entry.version, entry.frame.clone()))
                .collect(),
        }
    }

    pub(super) fn put(&mut self, topic: Topic, frame: Message) {
        self.entries.retain(|entry| entry.topic != topic);
        self.version += 1;
        self.entries.push(Entry {
            topic,
            version: self.version,
            frame,
        });
    }

    /// A topic that is no longer shown, such as the tally of a result that was hidden again.
    pub(super) fn take_down(&mut self, topic: &Topic) {
        self.entries.retain(|entry| entry.topic != *topic);
    }
}
