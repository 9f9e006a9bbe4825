//! What happened, kept for ever. The log of these is the one truth of a session; replay gives its state.
//!
//! This is a promise to databases already written: variants and fields are added, never changed or removed.
//! A golden test holds every shape.

use serde::{Deserialize, Serialize};

use super::chat::SaidFact;
use super::demo::{Outcome, Run};
use super::plan::{Channel, PollPlan, SegmentPlan, SessionPlan};
use super::poll::Phase;
use super::poll::kind::Choice;
use super::poll::prediction::Resolution;
use super::questions::ask::{AskedFact, EditedFact};
use super::questions::change::Change;
use super::questions::rules::Rules;
use super::signal::{Announcement, SignalCheck};
use super::stage::Up;
use super::walk::{SentFact, Walk};
use crate::ids::{
    AskerKey, BallotKey, ChannelId, MessageId, OptionId, PollId, QuestionId, SegmentId, Timestamp,
};

/// A fact with its place in the log and its time.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Counted from 1, without a gap.
    pub seq: i64,
    pub at: Timestamp,
    pub fact: Fact,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum Fact {
    SessionCreated {
        plan: SessionPlan,
    },
    /// What a host did in one go, and what takes it back.
    Acted {
        label: String,
        edits: Vec<Edit>,
        undo: Vec<Edit>,
        #[serde(default, skip_serializing_if = "By::is_host")]
        by: By,
    },
    /// Someone took an action of theirs back: the last one that their kind did.
    Undone {
        label: String,
        edits: Vec<Edit>,
        /// How many later actions of others stay.
        #[serde(default, skip_serializing_if = "is_zero")]
        back: u32,
    },
    /// A countdown or a grace ran out.
    Elapsed {
        poll: PollId,
        phase: Phase,
    },
    /// A voter named an option that was not there.
    WrittenIn {
        poll: PollId,
        option: OptionId,
        label: String,
        /// Has a filtered word or a link: hidden until a host shows it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        held: bool,
    },
    /// A voter's ballot, replacing any earlier one.
    BallotCast {
        poll: PollId,
        voter: BallotKey,
        seq: u32,
        choice: Choice,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<ChannelId>,
        revision: u32,
        /// The write-in as this voter spelled it; its option may have another's spelling.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    BallotWithdrawn {
        poll: PollId,
        voter: BallotKey,
        seq: u32,
    },
    /// Someone asked, on the session's page or in another chat.
    QuestionAsked(Box<AskedFact>),
    /// Its asker worded it anew.
    QuestionEdited(Box<EditedFact>),
    QuestionWithdrawn {
        question: QuestionId,
    },
    /// "Me too", or not any more.
    Upvoted {
        question: QuestionId,
        asker: AskerKey,
        up: bool,
    },
    MessageSaid(Box<SaidFact>),
    /// A run came to its end by itself.
    RunEnded {
        segment: SegmentId,
        number: u32,
        outcome: Outcome,
    },
    /// A viewer sent an input to be shown in a walkthrough.
    InputSent(Box<SentFact>),
    /// Whether someone sees and hears.
    SignalAnswered {
        check: u32,
        asker: AskerKey,
        sees: bool,
        hears: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<ChannelId>,
    },
}

/// Whose action it was; each kind takes back its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    #[default]
    Host,
    Moderator,
    Speaker,
}

impl By {
    fn is_host(&self) -> bool {
        *self == Self::Host
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for this shape"
)]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What is kept of a ban.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BanInfo {
    /// As moderators know them; may be empty.
    pub name: String,
    pub at: Timestamp,
}

/// One change to a session by its host. Each sets a value outright, so that the inverse is an edit too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum Edit {
    State {
        state: State,
    },
    Settings {
        title: String,
        blurb: String,
        channels: Vec<Channel>,
    },
    SegmentPut {
        segment: SegmentPlan,
        at: u32,
    },
    SegmentChanged {
        segment: SegmentPlan,
    },
    SegmentMoved {
        segment: SegmentId,
        to: u32,
    },
    SegmentRemoved {
        segment: SegmentId,
    },
    Current {
        segment: Option<SegmentId>,
    },
    /// When a segment was current, set right after an undo.
    SegmentTimes {
        segment: SegmentId,
        started_at: Option<Timestamp>,
        ended_at: Option<Timestamp>,
    },
    /// A poll put up on stage, or taken down, by an older version; now it is `Up`.
    OnStage {
        poll: Option<PollId>,
    },
    /// What the host put up on stage. None: the stage goes by the current segment.
    Up {
        up: Option<Up>,
    },
    PollPut {
        poll: PollPlan,
        at: u32,
    },
    /// A draft replaced as a whole.
    PollChanged {
        poll: PollPlan,
    },
    PollRemoved {
        poll: PollId,
    },
    /// Into a segment, to a place among all polls. `step`: the step that it is about from then on.
    PollMoved {
        poll: PollId,
        segment: Option<SegmentId>,
        at: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<String>,
    },
    Phase {
        poll: PollId,
        phase: Phase,
    },
    /// More time, or less again; nothing for a poll that is not open any more.
    Deadline {
        poll: PollId,
        closes_at: Option<Timestamp>,
    },
    Revealed {
        poll: PollId,
        revealed: bool,
    },
    OptionPut {
        poll: PollId,
        option: OptionId,
        label: String,
    },
    OptionRemoved {
        poll: PollId,
        option: OptionId,
    },
    OptionRenamed {
        poll: PollId,
        option: OptionId,
        label: String,
    },
    OptionMerged {
        poll: PollId,
        option: OptionId,
        into: Option<OptionId>,
    },
    OptionHidden {
        poll: PollId,
        option: OptionId,
        hidden: bool,
    },
    Resolved {
        poll: PollId,
        resolution: Option<Resolution>,
    },
    /// The rules for questions and messages.
    Rules {
        rules: Rules,
    },
    Question {
        question: QuestionId,
        change: Change,
    },
    Banned {
        asker: AskerKey,
        ban: Option<BanInfo>,
    },
    MessageHidden {
        message: MessageId,
        hidden: bool,
    },
    /// Whether a message still waits for review.
    MessagePending {
        message: MessageId,
        pending: bool,
    },
    Announcement {
        announcement: Option<Announcement>,
    },
    Signal {
        check: Option<SignalCheck>,
    },
    /// The run of a segment's demo.
    Run {
        segment: SegmentId,
        run: Option<Box<Run>>,
    },
    /// Where the host stands in a segment's walkthrough.
    Walk {
        segment: SegmentId,
        walk: Option<Box<Walk>>,
    },
    /// Whether an input that was sent was shown or put aside.
    SentDone {
        sent: u32,
        done: bool,
    },
}

impl Edit {
    /// The poll in which ballots may be counted, called or scored otherwise after this edit.
    pub fn recounts(&self) -> Option<&PollId> {
        match self {
            Self::OptionRenamed { poll, .. }
            | Self::OptionMerged { poll, .. }
            | Self::OptionHidden { poll, .. }
            | Self::Revealed { poll, .. }
            | Self::Resolved { poll, .. } => Some(poll),
            _ => None,
        }
    }
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    Live,
    Ended,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Ended => "ended",
        }
    }
}
