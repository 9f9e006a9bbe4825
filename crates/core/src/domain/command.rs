//! Everything anyone may ask of a session, already parsed: ids are sound, plans are checked.

use super::chat::Said;
use super::demo::{Outcome as RunOutcome, Settings};
use super::fact::By;
use super::plan::{Channel, PollPlan, SegmentPlan};
use super::poll::prediction::Outcome;
use super::questions::ask::Asked;
use super::questions::relay::Relayed;
use super::questions::rules::Rules;
use super::seen::Seen;
use super::walk::Fields;
use crate::ids::{
    AskerKey, BallotKey, ChannelId, MessageId, OptionId, PollId, QuestionId, SegmentId,
};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Audience,
    Stage,
    /// The host and co-hosts.
    Host,
    /// Questions and chat only.
    Moderator,
    /// Whoever talks now: takes up questions, asks for a signal.
    Speaker,
    /// A program that hands on questions from another chat; it sees nothing.
    Bridge,
}

impl Role {
    /// Those that watch a session.
    pub const WATCHING: [Self; 5] = [
        Self::Audience,
        Self::Stage,
        Self::Host,
        Self::Moderator,
        Self::Speaker,
    ];

    /// Whether hidden and waiting questions are this role's business.
    pub fn moderates(self) -> bool {
        matches!(self, Self::Host | Self::Moderator)
    }

    /// Whose actions this role takes back.
    pub fn by(self) -> By {
        match self {
            Self::Moderator => By::Moderator,
            Self::Speaker => By::Speaker,
            _ => By::Host,
        }
    }
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
    /// What a voter does beside voting.
    Audience {
        asker: AskerKey,
        via: Option<ChannelId>,
        ask: AudienceAsk,
    },
    Host(HostAsk),
    /// The clock says that a deadline may have passed.
    Tick,
    /// A run has come to its end by itself.
    RunEnded {
        segment: SegmentId,
        number: u32,
        outcome: Box<RunOutcome>,
    },
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
        /// Drafts that come with it. What they steer is this segment if it has its id.
        polls: Vec<(PollPlan, IdGiven)>,
    },
    EditSegment(SegmentPlan),
    MoveSegment {
        segment: SegmentId,
        to: u32,
    },
    /// To before another; none: to the end.
    MoveSegmentBefore {
        segment: SegmentId,
        before: Option<SegmentId>,
    },
    RemoveSegment(SegmentId),
    /// Its drafts go with it; its other polls stay, without a segment.
    RemoveSegmentWithPolls(SegmentId),
    AddPoll {
        plan: PollPlan,
        id: IdGiven,
        open: bool,
    },
    EditPoll(PollPlan),
    /// The same, with what a plan alone cannot say.
    RewritePoll {
        plan: Box<PollPlan>,
        /// The segment to move it to; none: it stays.
        segment: Option<SegmentId>,
        /// It steers no demo any more.
        unsteered: bool,
        /// It is about no step any more.
        unstepped: bool,
    },
    MovePoll {
        poll: PollId,
        segment: Option<SegmentId>,
        /// A poll of that segment; none: behind all of them.
        before: Option<PollId>,
    },
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
    Question(QuestionAsk),
    Demo(DemoAsk),
    Walk(WalkAsk),
    /// Questions from other chats.
    Relay(Vec<Relayed>),
    HideMessage(MessageId),
    ShowMessage(MessageId),
    /// Lets a message out that waited for review.
    PassMessage(MessageId),
    /// A word of the host's own in the chat.
    Say(String),
    Announce {
        text: String,
        seconds: Option<u32>,
    },
    ClearAnnouncement,
    CheckSignal {
        seconds: u32,
    },
    EndSignal,
    Undo,
    /// The same, from someone who saw this: refused where it is not so any more.
    Having(Seen, Box<HostAsk>),
}

impl HostAsk {
    /// Whether someone of this role may ask for it.
    pub fn may(&self, role: Role) -> bool {
        if let Self::Having(_, ask) = self {
            return ask.may(role);
        }
        match role {
            Role::Host => true,
            Role::Moderator => matches!(
                self,
                Self::Question(_)
                    | Self::Relay(_)
                    | Self::HideMessage(_)
                    | Self::ShowMessage(_)
                    | Self::PassMessage(_)
                    | Self::Say(_)
                    | Self::Announce { .. }
                    | Self::ClearAnnouncement
                    | Self::CheckSignal { .. }
                    | Self::EndSignal
                    | Self::Undo
            ),
            Role::Speaker => matches!(
                self,
                Self::CheckSignal { .. }
                    | Self::EndSignal
                    | Self::Undo
                    | Self::Question(
                        QuestionAsk::TakeUp { .. }
                            | QuestionAsk::TakeUpNext
                            | QuestionAsk::Answered(_)
                            | QuestionAsk::Reopen(_)
                    )
            ),
            Role::Bridge => matches!(self, Self::Relay(_)),
            Role::Audience | Role::Stage => false,
        }
    }
}

/// What a host may do with a segment's demo.
#[derive(Debug, Clone, PartialEq)]
pub enum DemoAsk {
    /// A fresh run with these settings, in place of any other.
    Start {
        segment: SegmentId,
        settings: Settings,
    },
    /// Turns knobs of the run that goes on.
    Turn {
        segment: SegmentId,
        settings: Settings,
    },
    Pause(SegmentId),
    Resume(SegmentId),
    Stop(SegmentId),
    /// Back to before the first run.
    Reset(SegmentId),
    /// Plays the recorded run of this number back, in place of a live one.
    Play {
        segment: SegmentId,
        number: u32,
    },
}

/// What a host may do with a walkthrough.
#[derive(Debug, Clone, PartialEq)]
pub enum WalkAsk {
    To {
        segment: SegmentId,
        step: String,
        input: Fields,
    },
    /// Goes to what a viewer sent.
    Show(u32),
    PutAside(u32),
}

/// An input that a viewer sends to the host.
#[derive(Debug, Clone, PartialEq)]
pub struct SendInput {
    pub segment: SegmentId,
    pub step: String,
    pub input: Fields,
    pub name: String,
}

/// What a voter may ask beside voting.
#[derive(Debug, Clone, PartialEq)]
pub enum AudienceAsk {
    Question(Asked),
    EditQuestion {
        question: QuestionId,
        text: String,
        name: String,
    },
    WithdrawQuestion(QuestionId),
    Upvote {
        question: QuestionId,
        up: bool,
    },
    Message(Said),
    Input(SendInput),
    Signal {
        check: u32,
        sees: bool,
        hears: bool,
    },
}

/// What those who moderate may do with questions.
#[derive(Debug, Clone, PartialEq)]
pub enum QuestionAsk {
    Rules(Rules),
    /// Lets a question out that waits for review.
    Approve {
        question: QuestionId,
        /// How often it had been worded anew when the moderator read it.
        read: u32,
    },
    Hide(QuestionId),
    Show(QuestionId),
    Pin {
        question: QuestionId,
        pinned: bool,
    },
    Label {
        question: QuestionId,
        labels: Vec<String>,
    },
    Merge {
        from: Vec<QuestionId>,
        into: QuestionId,
    },
    Unmerge(QuestionId),
    TakeUp {
        question: QuestionId,
        /// As with `Approve`, where it still waits for review.
        read: u32,
    },
    TakeUpNext,
    Answered(QuestionId),
    /// Back among the open ones.
    Reopen(QuestionId),
    /// A written answer.
    Answer {
        question: QuestionId,
        text: String,
    },
    Close {
        questions: Vec<QuestionId>,
        note: String,
    },
    CarryOver {
        questions: Vec<QuestionId>,
        segment: Option<SegmentId>,
    },
    BanAsker {
        question: QuestionId,
        hide: bool,
    },
    BanAuthor {
        message: MessageId,
        hide: bool,
    },
    Unban(AskerKey),
}
