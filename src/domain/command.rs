//! Everything anyone may ask of a session, already parsed: ids are sound, plans are checked.

use super::plan::{Channel, PollPlan, SegmentPlan};
use super::poll::prediction::Outcome;
use crate::ids::{BallotKey, ChannelId, OptionId, PollId, SegmentId};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Audience,
    Stage,
    Host,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    Cast(Cast),
    Withdraw {
        poll: PollId,
        voter: BallotKey,
        /// None: whatever comes next.
        seq: Option<u32>,
    },
    Host(HostAsk),
    /// The clock says that a deadline may have passed.
    Tick,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Cast {
    pub poll: PollId,
    pub voter: BallotKey,
    /// None, from a plain form: the newest choice counts.
    pub seq: Option<u32>,
    pub picks: Vec<OptionId>,
    pub write_in: Option<String>,
    pub probability: Option<u8>,
    pub by: Option<OptionId>,
    pub via: Option<ChannelId>,
}

/// An id as a host gave it, or one to be made from a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdGiven {
    /// Taken as it is; refused if it is in use.
    Asked,
    /// Numbered until it is free.
    Suggested,
}

#[derive(Debug, Clone, PartialEq)]
pub enum HostAsk {
    StartSession,
    EndSession,
    ReopenSession,
    EditSession {
        title: String,
        blurb: String,
        channels: Vec<Channel>,
    },
    Go(SegmentId),
    Next,
    Previous,
    AddSegment {
        plan: SegmentPlan,
        id: IdGiven,
        after: Option<SegmentId>,
    },
    EditSegment(SegmentPlan),
    MoveSegment {
        segment: SegmentId,
        to: u32,
    },
    RemoveSegment(SegmentId),
    AddPoll {
        plan: PollPlan,
        id: IdGiven,
        open: bool,
    },
    EditPoll(PollPlan),
    RemovePoll(PollId),
    OpenPoll {
        poll: PollId,
        seconds: Option<u32>,
    },
    ClosePoll {
        poll: PollId,
        now: bool,
    },
    ExtendPoll {
        poll: PollId,
        seconds: u32,
    },
    Reveal(PollId),
    HideResult(PollId),
    Show(Option<PollId>),
    AddOption {
        poll: PollId,
        label: String,
    },
    RenameOption {
        poll: PollId,
        option: OptionId,
        label: String,
    },
    MergeOptions {
        poll: PollId,
        from: Vec<OptionId>,
        into: OptionId,
    },
    UnmergeOption {
        poll: PollId,
        option: OptionId,
    },
    HideOption {
        poll: PollId,
        option: OptionId,
    },
    ShowOption {
        poll: PollId,
        option: OptionId,
    },
    ListOption {
        poll: PollId,
        option: OptionId,
    },
    Resolve {
        poll: PollId,
        outcome: Outcome,
        note: String,
    },
    Unresolve(PollId),
    Undo,
}
