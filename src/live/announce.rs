//! What a session's owner puts up for those who watch, once it is on disk: edits at once, tallies ten times a second (to a
//! large audience less often), connection counts twice; to each role what [`show`] lets it know.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::actor::Actor;
use super::gallery::Topic;
use crate::domain::command::Role;
use crate::ids::PollId;
use crate::protocol::{Presence, ServerMessage};
use crate::translate::show;

const TALLY_EVERY: Duration = Duration::from_millis(100);
const PRESENCE_EVERY: Duration = Duration::from_millis(500);

/// Pauses between two tallies of an audience that has more people than this. Ten frames a second to 20,000 phones would be
/// half a gigabit: the hall's network comes to its end before the processor does. What a poll ends with is an edit, and
/// never waits.
const LARGE_AUDIENCES: [(u32, Duration); 2] = [
    (10_000, Duration::from_millis(333)),
    (5_000, Duration::from_millis(200)),
];

/// How long a tally's frame keeps an audience of so many from the next.
fn pause(audience: u32) -> Duration {
    let mut large = LARGE_AUDIENCES.iter();
    large
        .find(|(more_than, _)| audience > *more_than)
        .map_or(TALLY_EVERY, |(_, pause)| *pause)
}

/// Polls whose tallies have changed since they were last shown to some roles, and when that was.
#[derive(Default)]
struct Tallies {
    changed: BTreeSet<PollId>,
    shown_at: Option<Instant>,
}

impl Tallies {
    fn due_at(&self, pause: Duration) -> Option<Instant> {
        let at = || self.shown_at.map_or_else(Instant::now, |at| at + pause);
        (!self.changed.is_empty()).then(at)
    }

    /// Those that are to be shown now, if it is time.
    fn take(&mut self, pause: Duration, now: Instant) -> BTreeSet<PollId> {
        if self.changed.is_empty() || self.shown_at.is_some_and(|at| now < at + pause) {
            return BTreeSet::new();
        }
        self.shown_at = Some(now);
        std::mem::take(&mut self.changed)
    }
}

/// What was last put up, and what has changed since.
#[derive(Default)]
pub(super) struct Shown {
    /// The last rendering of each topic for each role, without its revision.
    pub last: HashMap<(Role, Topic), String>,
    /// For stage and desks.
    tallies: Tallies,
    audience_tallies: Tallies,
    /// Of the audience, when it was last counted.
    people: u32,
    pub presence: bool,
    presence_at: Option<Instant>,
}

impl Shown {
    /// When something that waits may next be shown.
    pub fn next_due(&self) -> Option<Instant> {
        let after = |waits: bool, at: Option<Instant>, every: Duration| {
            waits.then(|| at.map_or_else(Instant::now, |at| at + every))
        };
        let presence = after(self.presence, self.presence_at, PRESENCE_EVERY);
        let tallies = self.tallies.due_at(TALLY_EVERY);
        let audience = self.audience_tallies.due_at(pause(self.people));
        [tallies, audience, presence].into_iter().flatten().min()
    }

    /// A ballot of this poll has changed.
    pub fn recounted(&mut self, poll: &PollId) {
        for tallies in [&mut self.tallies, &mut self.audience_tallies] {
            // A burst of votes is mostly for one poll, which is noted already.
            if !tallies.changed.contains(poll) {
                tallies.changed.insert(poll.clone());
            }
        }
    }
}

impl Actor {
    /// Puts up the session and every poll whose rendering changed for a role.
    pub(super) fn announce_edits(&mut self, first: bool) {
        let rev = self.session.rev;
        for role in Role::WATCHING {
            let mut frames = Vec::new();
            let session = show::session(&self.session, role, &self.join_url);
            if self.changed(role, &Topic::Session, &session) {
                frames.push((
                    Topic::Session,
                    encode(&ServerMessage::Session { rev, session }),
                ));
            }
            let polls = show::polls(&self.session, role);
            let gone: Vec<PollId> = self
                .shown
                .last
                .keys()
                .filter_map(|(shown_to, topic)| match topic {
                    Topic::Poll(id) if *shown_to == role => Some(id.clone()),
                    _ => None,
                })
                .filter(|id| !polls.iter().any(|poll| poll.id == id.as_str()))
                .collect();
            for id in gone {
                let topic = Topic::Poll(id.clone());
                self.shown.last.remove(&(role, topic.clone()));
                let poll = id.to_string();
                frames.push((topic, encode(&ServerMessage::PollGone { rev, poll })));
                frames.push((Topic::Tally(id), None));
            }
            for poll in polls {
                let Ok(id) = poll.id.parse::<PollId>() else {
                    continue;
                };
                let topic = Topic::Poll(id.clone());
                if self.changed(role, &topic, &poll) {
                    // The poll's frame carries its count; an older tally frame must not follow it.
                    let tally = Topic::Tally(id);
                    self.shown.last.remove(&(role, tally.clone()));
                    frames.push((tally, None));
                    let poll = Box::new(poll);
                    frames.push((topic, encode(&ServerMessage::Poll { rev, poll })));
                }
            }
            if !first {
                self.gallery.publish(role, frames);
            }
        }
    }

    /// Who is here, and since when delayed viewers have something to catch up with.
    pub(super) fn presence(&self) -> Presence {
        Presence {
            acted_at: self.session.acted_at.map(|at| at.0),
            ..self.gallery.presence()
        }
    }

    fn changed(&mut self, role: Role, topic: &Topic, view: &impl serde::Serialize) -> bool {
        let Ok(text) = serde_json::to_string(view) else {
            return false;
        };
        let last = self.shown.last.entry((role, topic.clone())).or_default();
        if *last == text {
            return false;
        }
        *last = text;
        true
    }

    pub(super) fn announce_tallies(&mut self) {
        let now = Instant::now();
        let polls = self.shown.tallies.take(TALLY_EVERY, now);
        if !polls.is_empty() {
            let roles = Role::WATCHING.into_iter();
            for role in roles.filter(|role| *role != Role::Audience) {
                self.publish_tallies(role, &polls);
            }
        }
        let pause = pause(self.shown.people);
        let polls = self.shown.audience_tallies.take(pause, now);
        if !polls.is_empty() {
            self.shown.people = self.gallery.people();
            self.publish_tallies(Role::Audience, &polls);
        }
    }

    fn publish_tallies(&mut self, role: Role, polls: &BTreeSet<PollId>) {
        let mut frames = Vec::new();
        for id in polls {
            let poll = self.session.poll(id).ok();
            let Some(frame) = poll.and_then(|poll| show::tally_frame(&self.session, poll, role))
            else {
                continue;
            };
            let topic = Topic::Tally(id.clone());
            let hides = matches!(&frame, ServerMessage::Tally { tally: None, .. });
            // Where the count is hidden, that there is a frame would tell that someone has changed their mind.
            if !hides || self.changed(role, &topic, &frame) {
                frames.push((topic, encode(&frame)));
            }
        }
        self.gallery.publish(role, frames);
    }

    pub(super) fn announce_presence(&mut self) {
        let due = self
            .shown
            .presence_at
            .is_none_or(|at| at.elapsed() >= PRESENCE_EVERY);
        if !self.shown.presence || !due {
            return;
        }
        self.shown.presence = false;
        self.shown.presence_at = Some(Instant::now());
        for role in Role::WATCHING
            .into_iter()
            .filter(|role| *role != Role::Audience)
        {
            let frame = encode(&ServerMessage::Presence {
                presence: self.presence_for(role),
            });
            self.gallery.publish(role, vec![(Topic::Presence, frame)]);
        }
    }

    /// A host's edit changed how picks are counted or called: everyone here learns how theirs is now.
    pub(super) fn tell_own_ballots(&self, polls: &BTreeSet<PollId>) {
        if polls.is_empty() {
            return;
        }
        for voter in self.gallery.voters() {
            for id in polls {
                let key = self.secrets.ballot_key(&self.id, id, voter);
                let own = self.session.poll(id).ok();
                let frame = own
                    .and_then(|poll| show::own_ballot(poll, key))
                    .and_then(|ballot| encode(&ServerMessage::Ballot { ballot }));
                if let Some(frame) = frame {
                    self.gallery.send(voter, &frame);
                }
            }
        }
    }
}

/// The bytes of a message, made once and shared by every seat that gets it.
pub(crate) fn encode(message: &ServerMessage) -> Option<Utf8Bytes> {
    match serde_json::to_string(message) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            tracing::error!(%error, "a message could not be encoded");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_the_audience_the_longer_the_pause() {
        let pauses = [1, 5_000, 5_001, 10_000, 10_001, 20_000].map(pause);
        let milliseconds = pauses.map(|pause| pause.as_millis());
        assert_eq!(milliseconds, [100, 100, 200, 200, 333, 333]);
    }

    #[test]
    fn tallies_wait_for_their_pause_and_none_is_lost() {
        let (mut shown, now) = (Shown::default(), Instant::now());
        let poll: PollId = "p".parse().unwrap();
        let pause = Duration::from_millis(200);
        shown.recounted(&poll);
        assert_eq!(shown.audience_tallies.take(pause, now).len(), 1);
        shown.recounted(&poll);
        let soon = now + Duration::from_millis(199);
        assert!(shown.audience_tallies.take(pause, soon).is_empty());
        assert_eq!(shown.audience_tallies.take(pause, now + pause).len(), 1);
        assert!(shown.audience_tallies.due_at(pause).is_none());
    }
}
