//! What the audience asks: questions with their voices, their moderation, and how far each has come.
//!
//! A part of a session of its own: it knows nothing of polls. A question is never removed; it is hidden,
//! withdrawn, merged or closed, and each of these can be taken back.

pub mod ask;
pub mod change;
pub mod moderate;
pub mod relay;
mod room;
pub mod rules;
pub mod voices;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use self::rules::Rules;
use super::fact::BanInfo;
use super::refusal::Refusal;
use crate::ids::{AskerKey, ChannelId, QuestionId, SegmentId, Timestamp};

/// Questions that a session holds.
pub const QUESTIONS_MAX: usize = 5_000;

/// The questions of a session and the rules that they are asked by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Questions {
    /// Grows with every change, so that a page can tell an older list from a newer one.
    pub version: u32,
    pub rules: Rules,
    /// In the order of asking; the place is the id less one.
    pub all: Vec<Question>,
    /// Who may not ask or chat.
    pub bans: BTreeMap<AskerKey, BanInfo>,
    /// When each last asked, for slow mode.
    pub asked_at: BTreeMap<AskerKey, Timestamp>,
    /// What each has asked: to look through all of it for each ask would take the owner's time.
    pub(super) of: BTreeMap<AskerKey, Vec<QuestionId>>,
    /// How many take room in the list: not what is withdrawn or hidden.
    pub(super) live: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Question {
    pub id: QuestionId,
    /// None for what came by a bridge or was pasted in.
    pub asker: Option<AskerKey>,
    /// What the asker's page called it, so that asking again after a lost answer asks nothing new.
    pub key: String,
    pub text: String,
    /// Empty: anonymous.
    pub name: String,
    /// The channel it came by, if it is one of the session's.
    pub via: Option<ChannelId>,
    /// Where it came from as a bridge or a moderator called it, whether or not that is one of the channels.
    pub source: String,
    pub asked_at: Timestamp,
    /// Its place in the stream or recording, in seconds, where the other chat told one.
    pub stream_seconds: Option<u32>,
    /// The segment that it was asked in, or was carried over to.
    pub segment: Option<SegmentId>,
    /// The question that it follows up.
    pub about: Option<QuestionId>,
    /// How often its asker has worded it anew; whoever passes it says which wording they have read.
    pub edits: u32,
    pub withdrawn: bool,
    pub review: Review,
    /// The word filter, or a link, holds it for review.
    pub held: bool,
    pub hidden: bool,
    pub pinned: bool,
    pub labels: Vec<String>,
    pub merged_into: Option<QuestionId>,
    pub standing: Standing,
    pub answer: Option<Written>,
    /// Who pressed "me too" on it; those on merged questions are in theirs.
    pub votes: BTreeSet<AskerKey>,
    /// Questions that were merged into it directly.
    pub merged: Vec<QuestionId>,
    /// Everyone who wants this answered, each once: askers and voters of it and of all merged into it.
    pub voices: u32,
}

/// Whether a moderator has looked at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// Nobody but its asker and the moderators sees it yet.
    Pending,
    /// Public, and on the list of those to look at.
    New,
    Passed,
}

impl Review {
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::New => "new",
            Self::Passed => "passed",
        }
    }
}

/// How far it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Standing {
    Open,
    /// Read out to the speaker now.
    Asking {
        since: Timestamp,
    },
    Answered {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asking: Option<Timestamp>,
        at: Timestamp,
    },
    /// Not reached, or not answered here; the note is for its asker.
    Closed {
        at: Timestamp,
        note: String,
    },
}

impl Standing {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Asking { .. } => "asking",
            Self::Answered { .. } => "answered",
            Self::Closed { .. } => "closed",
        }
    }
}

/// A written answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub text: String,
    pub at: Timestamp,
}

impl Question {
    /// Whether its text may reach the audience and the stage.
    pub fn is_public(&self) -> bool {
        self.review != Review::Pending && !self.hidden && !self.withdrawn
    }

    /// Whether it stands in the lists by itself.
    pub fn is_listed(&self) -> bool {
        self.is_public() && self.merged_into.is_none()
    }

    fn takes_room(&self) -> bool {
        !self.withdrawn && !self.hidden
    }

    pub fn is_open(&self) -> bool {
        self.standing == Standing::Open
    }

    /// Whether its asker may still edit it or take it back. Not once it stands for others' questions too.
    pub fn is_its_askers(&self) -> bool {
        let alone = self.merged_into.is_none() && self.merged.is_empty();
        !self.withdrawn && !self.hidden && alone && self.is_open()
    }
}

impl Questions {
    pub fn get(&self, id: QuestionId) -> Result<&Question, Refusal> {
        self.find(id)
            .ok_or_else(|| Refusal::unknown("question", &id))
    }

    pub fn find(&self, id: QuestionId) -> Option<&Question> {
        self.all.get((id.0 as usize).checked_sub(1)?)
    }

    /// A question to be changed; none changes nothing.
    fn change_one(&mut self, id: QuestionId, change: impl FnOnce(&mut Question)) {
        self.version += 1;
        let place = (id.0 as usize).checked_sub(1);
        if let Some(question) = place.and_then(|place| self.all.get_mut(place)) {
            let was = question.takes_room();
            change(question);
            let is = question.takes_room();
            self.live = self.live + usize::from(is) - usize::from(was);
        }
    }

    /// Sources are called by the channels' labels.
    pub(super) fn relabelled(&mut self) {
        self.version += 1;
    }

    pub(super) fn set_rules(&mut self, rules: &Rules) {
        self.version += 1;
        self.rules.clone_from(rules);
    }

    pub(super) fn set_ban(&mut self, asker: AskerKey, ban: Option<&BanInfo>) {
        self.version += 1;
        match ban {
            Some(ban) => self.bans.insert(asker, ban.clone()),
            None => self.bans.remove(&asker),
        };
    }

    pub fn next_id(&self) -> QuestionId {
        QuestionId(u32::try_from(self.all.len() + 1).unwrap_or(u32::MAX))
    }

    /// The question that this one follows up, as it stands now: follow-ups of what was merged go where it went,
    /// and never below another follow-up. None for the head of a thread.
    pub fn thread_of(&self, question: &Question) -> Option<QuestionId> {
        let mut path = vec![self.resolve(question.id)];
        let mut next = question.about;
        while let Some(about) = next.map(|about| self.resolve(about)) {
            if let Some(place) = path.iter().position(|id| *id == about) {
                // Merged across each other's threads: the oldest of the ring is the head of all of it.
                path.drain(..place);
                let oldest = path.iter().min().copied()?;
                return (oldest != self.resolve(question.id)).then_some(oldest);
            }
            path.push(about);
            next = self.find(about).and_then(|question| question.about);
        }
        path.get(1..)?.last().copied()
    }

    pub fn is_banned(&self, asker: AskerKey) -> bool {
        self.bans.contains_key(&asker)
    }

    /// The question that is read out now.
    pub fn asking(&self) -> Option<&Question> {
        self.all
            .iter()
            .find(|question| matches!(question.standing, Standing::Asking { .. }))
    }

    /// Open and listed, as they are to be taken up: pinned ones, then by voices, then as they came.
    pub fn queue(&self) -> Vec<&Question> {
        let mut queue: Vec<&Question> = self
            .all
            .iter()
            .filter(|question| question.is_listed() && question.is_open())
            .collect();
        queue.sort_by_key(|question| {
            (
                !question.pinned,
                std::cmp::Reverse(question.voices),
                question.id,
            )
        });
        queue
    }

    pub fn of(&self, asker: AskerKey) -> impl Iterator<Item = &Question> {
        let ids = self.of.get(&asker).into_iter().flatten();
        ids.filter_map(|id| self.find(*id))
    }
}
