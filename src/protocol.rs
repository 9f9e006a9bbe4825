//! The words that travel: everything a socket or the API says, and nothing else.
//!
//! Flow of one connection (`docs/protocol.md` tells it at length):
//!
//! 1. The client opens `/ws/{code}?v=1&role=audience` (or `stage`), the host `/host/{session}/ws?v=1`.
//! 2. The server answers with one [`ServerMessage::Snapshot`], or [`ServerMessage::Resumed`] when
//!    the client's `have=REV` is still the newest revision and it holds no poll results.
//! 3. The client sends [`ClientMessage`]s that carry an `ask` number; each is answered exactly once,
//!    by [`ServerMessage::Heard`] (on disk) or [`ServerMessage::Refused`] (nothing changed).
//! 4. The server sends state, never increments: a frame may be skipped, the next one heals.
//!
//! These are plain structs: no domain type is serialised here, so nothing hidden can leak by a derive.
//! Times are Unix milliseconds; numbers stay below 2^53 so that `JSON.parse` is exact.

mod room;
mod views;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::room::*;
pub use self::views::*;

/// The protocol's version; a page of another version is told to reload (close code 4001).
pub const VERSION: u32 = 1;

/// Why the server closes a socket. 4000–4499: come back; 4500–4999: do not.
pub mod close {
    /// The page speaks another protocol version: reload once.
    pub const OUTDATED: u16 = 4001;
    /// The connection read too slowly for too long: reconnect and take the newest state.
    pub const SLOW: u16 = 4008;
    /// Nothing was heard from the client for too long.
    pub const SILENT: u16 = 4009;
    /// The program is stopping, or this session's owner restarts.
    pub const RESTARTING: u16 = 4012;
    /// The link or sign-in that this desk was opened with is no longer good.
    pub const SIGNED_OUT: u16 = 4501;
    /// The client sent what no page of ours sends.
    pub const BAD_MESSAGE: u16 = 4500;
}

/// What a client says.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientMessage {
    /// Cast or change one's ballot. `seq` grows by one with each choice of this voter in this poll;
    /// a repeat with the same `seq` and answer changes nothing and is answered alike.
    Cast {
        ask: u32,
        poll: String,
        seq: u32,
        answer: Answer,
    },
    /// Take one's ballot back.
    Withdraw { ask: u32, poll: String, seq: u32 },
    /// A command of those who run the session; refused where the role may not.
    Do { ask: u32, command: HostCommand },
    /// Ask a question. `key` is the page's own name for it: 1–40 letters, digits, `-`, `_`; a repeat with the
    /// same key asks nothing new. `about`: the question that it follows up.
    AskQuestion {
        ask: u32,
        key: String,
        text: String,
        #[serde(default)]
        name: String,
        #[serde(default)]
        about: Option<u32>,
    },
    /// Word one's own question anew, until it is taken up.
    EditQuestion {
        ask: u32,
        question: u32,
        text: String,
        #[serde(default)]
        name: String,
    },
    /// Take one's own question back, until it is taken up.
    WithdrawQuestion { ask: u32, question: u32 },
    /// "Me too", or not any more.
    Upvote { ask: u32, question: u32, up: bool },
    /// What is like this text among the open questions? Answered by [`ServerMessage::Similar`].
    Similar { ask: u32, text: String },
    /// Write in the chat; `key` as in `ask_question`.
    Chat {
        ask: u32,
        key: String,
        text: String,
        #[serde(default)]
        name: String,
    },
    /// One of [`REACTIONS`]; counted, never stored.
    React { ask: u32, kind: String },
    /// The answer to a signal check.
    Signal {
        ask: u32,
        check: u32,
        sees: bool,
        hears: bool,
    },
    /// How far behind this viewer is, in seconds (0–300): the host sees how many are still to catch up.
    InStep { delay_seconds: u32 },
    /// "I am still here": sent when nothing else was for 20 s.
    Beat,
}

/// One voter's answer, the same shape for every kind of poll; a kind refuses the parts it has no use for.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Option ids. In a prediction: 0 is yes, 1 is no, both mean both.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub picks: Vec<u16>,
    /// "Something else: …", where the poll allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write_in: Option<String>,
    /// Percent, 0–100, in a prediction asked for as a probability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<u8>,
    /// The id of a horizon ("by when"), where the prediction has some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<u16>,
}

/// Everything a host may ask for.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum HostCommand {
    /// Draft → live: the audience page shows the agenda and open polls.
    StartSession,
    EndSession,
    /// Ended → live again.
    ReopenSession,
    EditSession {
        title: String,
        #[serde(default)]
        blurb: String,
        #[serde(default)]
        channels: Vec<ChannelSpec>,
    },
    /// Make a segment the current one.
    Go {
        segment: String,
    },
    Next,
    Previous,
    /// Put a new segment after `after`, or at the end.
    AddSegment {
        segment: SegmentSpec,
        #[serde(default)]
        after: Option<String>,
    },
    EditSegment {
        segment: SegmentSpec,
    },
    /// Move a segment to position `to`, counted from 0.
    MoveSegment {
        segment: String,
        to: u32,
    },
    RemoveSegment {
        segment: String,
    },
    /// Add a poll as a draft, or open it and put it on stage at once.
    AddPoll {
        poll: PollSpec,
        #[serde(default)]
        segment: Option<String>,
        #[serde(default)]
        open: bool,
    },
    /// Change a draft. An open poll's options are edited one by one.
    EditPoll {
        poll: PollSpec,
    },
    /// Remove a draft.
    RemovePoll {
        poll: String,
    },
    /// Open, or open again. `seconds`: a countdown; none means until it is closed by hand.
    OpenPoll {
        poll: String,
        #[serde(default)]
        seconds: Option<u32>,
    },
    /// Close. Viewers of a delayed channel keep their delay as grace, unless `now`.
    ClosePoll {
        poll: String,
        #[serde(default)]
        now: bool,
    },
    /// Give a running countdown more time.
    ExtendPoll {
        poll: String,
        seconds: u32,
    },
    /// Show the result to audience and stage.
    Reveal {
        poll: String,
    },
    /// Take the result back from audience and stage.
    HideResult {
        poll: String,
    },
    /// What the stage shows: a poll, or the current segment.
    Show {
        #[serde(default)]
        poll: Option<String>,
    },
    AddOption {
        poll: String,
        label: String,
    },
    RenameOption {
        poll: String,
        option: u16,
        label: String,
    },
    /// Count the ballots of `from` under `into`; undo brings them back.
    MergeOptions {
        poll: String,
        from: Vec<u16>,
        into: u16,
    },
    /// Take one merged option out of the other again.
    UnmergeOption {
        poll: String,
        option: u16,
    },
    /// Hide an option's text from audience and stage; its ballots stay counted as hidden.
    HideOption {
        poll: String,
        option: u16,
    },
    ShowOption {
        poll: String,
        option: u16,
    },
    /// Make a write-in an option that everyone can pick.
    ListOption {
        poll: String,
        option: u16,
    },
    /// Say how a prediction came out: `yes`, `no`, or `annulled`.
    Resolve {
        poll: String,
        outcome: String,
        #[serde(default)]
        note: String,
    },
    Unresolve {
        poll: String,
    },
    /// The rules for questions and chat, all of them.
    SetRules {
        rules: RulesView,
    },
    /// Questions from other chats, pasted in; at most 100.
    AddQuestions {
        questions: Vec<RelayedQuestion>,
    },
    /// Publish a question that waits for review, or mark a new one as looked at.
    ApproveQuestion {
        question: u32,
    },
    HideQuestion {
        question: u32,
    },
    ShowQuestion {
        question: u32,
    },
    PinQuestion {
        question: u32,
        pinned: bool,
    },
    /// All labels of a question; at most 5.
    LabelQuestion {
        question: u32,
        labels: Vec<String>,
    },
    /// Count `from` with `into`: everyone who wants one of them answered, each once.
    MergeQuestions {
        from: Vec<u32>,
        into: u32,
    },
    UnmergeQuestion {
        question: u32,
    },
    /// Read it out now, on stage and to the speaker; the one before is answered with that.
    TakeUp {
        question: u32,
    },
    /// Take up the first of the current segment's, or of all.
    TakeUpNext,
    Answered {
        question: u32,
    },
    /// Back among the open ones.
    ReopenQuestion {
        question: u32,
    },
    /// A written answer, for all to read; an empty one takes it away.
    AnswerQuestion {
        question: u32,
        text: String,
    },
    /// Not reached: close, with a word to the askers.
    CloseQuestions {
        questions: Vec<u32>,
        #[serde(default)]
        note: String,
    },
    /// Not reached: on to another segment (none: to no segment).
    CarryOver {
        questions: Vec<u32>,
        #[serde(default)]
        segment: Option<String>,
    },
    /// No more questions or messages of this asker; `hide` what they asked and wrote as well.
    BanAsker {
        question: u32,
        #[serde(default)]
        hide: bool,
    },
    BanAuthor {
        message: u32,
        #[serde(default)]
        hide: bool,
    },
    Unban {
        asker: String,
    },
    HideMessage {
        message: u32,
    },
    ShowMessage {
        message: u32,
    },
    /// Let a message out that waits for review.
    PassMessage {
        message: u32,
    },
    /// Write in the chat as the host.
    Say {
        text: String,
    },
    /// Above everything, on every surface; without `seconds` until it is taken down.
    Announce {
        text: String,
        #[serde(default)]
        seconds: Option<u32>,
    },
    ClearAnnouncement,
    /// "Can you see and hear?" for so many seconds (5–600).
    CheckSignal {
        seconds: u32,
    },
    EndSignal,
    /// Take back the last action: a moderator and a speaker each their own.
    Undo,
}

/// A way in to the session, with its own link (`?via=ID`).
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSpec {
    pub id: String,
    pub label: String,
    /// How far this channel's viewers are behind, in seconds (0–300).
    #[serde(default)]
    pub delay_seconds: u32,
}

/// A segment as the host writes it. An empty `id` asks the program to choose one.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SegmentSpec {
    pub id: String,
    /// `talk`, `polls`, `qa`, `demo` or `break`.
    pub kind: String,
    pub title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub speaker: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub blurb: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<LinkSpec>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub planned_minutes: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    pub label: String,
    /// `http://` or `https://` only.
    pub url: String,
}

/// A poll as the host writes it. An empty `id` asks the program to choose one.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PollSpec {
    pub id: String,
    /// `single`, `multiple`, `yes_no` or `prediction`.
    pub kind: String,
    pub question: String,
    /// Labels, for `single` and `multiple`.
    pub options: Vec<String>,
    /// Fewest picks of a `multiple` poll.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Most picks of a `multiple` poll; none means all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Whether yes and no may both be picked (`yes_no`; a prediction by verdict always allows it).
    pub both: bool,
    /// Whether voters may add "something else: …" (`single`, `multiple`).
    pub write_in: bool,
    /// How a `prediction` is answered: `verdict` (yes, no, both) or `probability` (0–100 %).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub answer: String,
    /// "By when" choices of a `prediction`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub horizons: Vec<String>,
    /// Show the tally to everyone from the start, without a reveal.
    pub live_results: bool,
    /// Countdown in seconds that the poll gets when it is opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// All that this connection may see; always the first message after a gap.
    Snapshot(Box<Snapshot>),
    /// Nothing but perhaps your own ballots changed while you were away.
    Resumed {
        rev: u32,
        now: i64,
        ballots: Vec<OwnBallot>,
        room: Box<RoomView>,
    },
    /// Title, agenda, what is current and on stage.
    Session {
        rev: u32,
        session: SessionView,
    },
    /// A poll appeared or changed in anything but its count.
    Poll {
        rev: u32,
        poll: Box<PollView>,
    },
    /// A poll was removed.
    PollGone {
        rev: u32,
        poll: String,
    },
    /// A poll's count, absolute. `tally` is absent where only the number of voters may be seen.
    Tally {
        poll: String,
        version: u32,
        voters: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        tally: Option<TallyView>,
    },
    /// One's own ballot changed elsewhere: another tab, or the host merged an option.
    Ballot {
        ballot: OwnBallot,
    },
    /// The questions as a list, in place of the one before.
    Questions {
        questions: Box<QuestionsView>,
    },
    /// Only voices were added or taken: pairs of question and number, for those in the list.
    Voices {
        version: u32,
        voices: Vec<(u32, u32)>,
    },
    /// One's own question changed: taken up, answered, hidden, merged.
    OwnQuestion {
        question: OwnQuestion,
    },
    /// Questions like the text that was sent; the likest first.
    Similar {
        ask: u32,
        questions: Vec<QuestionView>,
    },
    Chat {
        chat: ChatView,
    },
    /// A signal check began, changed or ended (then absent).
    Signal {
        #[serde(skip_serializing_if = "Option::is_none")]
        signal: Option<SignalView>,
    },
    /// At most ten times a second, whatever is pressed.
    Reactions {
        totals: ReactionTotals,
    },
    /// The ask was carried out and is on disk.
    Heard {
        ask: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        question: Option<OwnQuestion>,
        #[serde(skip_serializing_if = "Option::is_none")]
        ballot: Option<OwnBallot>,
    },
    /// The ask changed nothing; `why` is worded for the person, `code` for the program.
    Refused {
        #[serde(skip_serializing_if = "Option::is_none")]
        ask: Option<u32>,
        code: String,
        why: String,
        /// Seconds after which asking again makes sense.
        #[serde(skip_serializing_if = "Option::is_none")]
        wait_seconds: Option<u32>,
        /// One's ballot as it stands, so that the page can show it again.
        #[serde(skip_serializing_if = "Option::is_none")]
        ballot: Option<OwnBallot>,
    },
    /// How many are connected (host and stage only).
    Presence {
        presence: Presence,
    },
    /// Sent when nothing else was for 20 s; a client that hears nothing for 45 s reconnects.
    Beat {
        now: i64,
    },
}
