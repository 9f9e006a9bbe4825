//! What those who run a session may ask for, and the plans that they write.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DemoSpec, InputSpec, RelayedQuestion, RulesView, SettingsSpec, SteersSpec};

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
        /// The `edits` of the wording that was read: refused if its asker has worded it anew since.
        #[serde(default)]
        read: u32,
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
        /// As with `approve_question`, where it still waits for review.
        #[serde(default)]
        read: u32,
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
    /// Start a fresh run of a segment's demo, in place of any other; what is not set is as the segment has it.
    StartRun {
        segment: String,
        #[serde(default)]
        settings: SettingsSpec,
    },
    /// Turn knobs while the run goes on.
    TurnKnobs {
        segment: String,
        settings: SettingsSpec,
    },
    PauseRun {
        segment: String,
    },
    ResumeRun {
        segment: String,
    },
    StopRun {
        segment: String,
    },
    /// Back to before the first run.
    ResetRun {
        segment: String,
    },
    /// Play a recorded run back, in place of a live one.
    PlayRun {
        segment: String,
        number: u32,
    },
    /// Go to a step of a segment's walkthrough; what is not in `input` is as the step has it.
    WalkTo {
        segment: String,
        step: String,
        #[serde(default)]
        input: InputSpec,
    },
    /// Go to what a viewer sent.
    ShowSent {
        sent: u32,
    },
    PutAsideSent {
        sent: u32,
    },
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
    /// What a segment of kind `demo` runs; left out in an edit: as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub demo: Option<DemoSpec>,
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
    /// `single`, `multiple`, `yes_no`, `prediction` or `number`.
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
    /// The least and the largest whole number that a `number` poll takes; at most 500 numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<i32>,
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
    /// The demo that the winner sets and starts; left out in an edit: as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steers: Option<SteersSpec>,
    /// The step of its segment's walkthrough in whose picture the answers are drawn; left out in an edit: as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}
