//! The words that travel: everything a socket or the API says, and nothing else.
//!
//! Flow of one connection (`docs/protocol.md` tells it at length):
//!
//! 1. The client opens `/ws/{code}?v=VERSION&role=audience` (or `stage`), the host `/host/{session}/ws?v=VERSION`.
//! 2. The server answers with one [`ServerMessage::Snapshot`], or [`ServerMessage::Resumed`] when
//!    the client's `have=REV` is still the newest revision and it holds no poll results.
//! 3. The client sends [`ClientMessage`]s that carry an `ask` number; each is answered exactly once,
//!    by [`ServerMessage::Heard`] (on disk) or [`ServerMessage::Refused`] (nothing changed).
//! 4. The server sends state, never increments: a frame may be skipped, the next one heals.
//!
//! These are plain structs: no domain type is serialised here, so nothing hidden can leak by a derive.
//! Times are Unix milliseconds; numbers stay below 2^53 so that `JSON.parse` is exact.

mod commands;
mod demo;
mod inspect;
mod plans;
mod room;
#[cfg(test)]
mod typescript;
mod views;
mod walk;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::commands::*;
pub use self::demo::*;
pub use self::inspect::*;
pub use self::plans::*;
pub use self::room::*;
pub use self::views::*;
pub use self::walk::*;

/// The protocol's version; a page of another version is told to reload (close code 4001).
pub const VERSION: u32 = 3;

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
    /// There is no place just now: come back later.
    pub const FULL: u16 = 4013;
    /// A newer tab of the same browser took this one's place.
    pub const TOO_MANY_TABS: u16 = 4502;
    /// The link or sign-in that this desk was opened with is no longer good.
    pub const SIGNED_OUT: u16 = 4501;
    /// The client sent what no page of ours sends.
    pub const BAD_MESSAGE: u16 = 4500;
}

/// What a client says.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
    Do { ask: u32, command: Box<HostCommand> },
    /// Ask a question. `key` is the page's own name for it: 1–40 letters, digits, `-`, `_`; a repeat with the
    /// same key asks nothing new. `about`: the question that it follows up.
    AskQuestion {
        ask: u32,
        key: String,
        text: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<u32>,
    },
    /// Word one's own question anew, until it is taken up.
    EditQuestion {
        ask: u32,
        question: u32,
        text: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
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
        #[serde(default, skip_serializing_if = "String::is_empty")]
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
    /// A closer look into the run of this number. Answered by [`ServerMessage::Inspected`].
    Inspect {
        ask: u32,
        run: u32,
        what: InspectSpec,
    },
    /// How far behind this viewer is, in seconds (0–300): the host sees how many are still to catch up.
    InStep { delay_seconds: u32 },
    /// "I am still here": sent when nothing else was for 20 s.
    Beat,
}

/// One voter's answer, the same shape for every kind of poll; a kind refuses the parts it has no use for.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
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

/// What the server says.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        run: Option<Box<ShownRun>>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signal: Option<SignalView>,
    },
    /// At most ten times a second, whatever is pressed.
    Reactions {
        totals: ReactionTotals,
    },
    /// How far the run is; at most ten times a second.
    Progress {
        progress: ProgressView,
    },
    /// The run's curves, whole.
    Chart {
        chart: ChartView,
    },
    /// What was found in a run.
    Inspected {
        ask: u32,
        #[serde(flatten)]
        found: Box<InspectedView>,
    },
    /// The ask was carried out and is on disk.
    Heard {
        ask: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<OwnQuestion>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ballot: Option<OwnBallot>,
    },
    /// The ask changed nothing; `why` is worded for the person, `code` for the program.
    Refused {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ask: Option<u32>,
        code: String,
        why: String,
        /// Seconds after which asking again makes sense.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wait_seconds: Option<u32>,
        /// One's ballot as it stands, so that the page can show it again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
