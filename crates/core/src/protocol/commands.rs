//! What those who run a session may ask for.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ChannelSpec, InputSpec, PollSpec, RelayedQuestion, RulesView, SegmentSpec, SettingsSpec,
};

/// Everything a host may ask for.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum HostCommand {
    /// Draft → live: the audience page shows the agenda and open polls.
    StartSession,
    EndSession,
    /// Ended → live again.
    ReopenSession,
    EditSession {
        title: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        blurb: String,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        channels: Vec<ChannelSpec>,
    },
    /// Make a segment the current one.
    Go {
        segment: String,
    },
    /// On to the next segment.
    Next(SeenSegment),
    Previous(SeenSegment),
    /// Put a new segment after `after`, or at the end, with polls of its own as drafts. What such a poll steers may be
    /// left nameless: it is the new segment then.
    AddSegment {
        segment: SegmentSpec,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        polls: Vec<PollSpec>,
    },
    EditSegment {
        segment: SegmentSpec,
    },
    /// Move a segment before another, or to position `to`, counted from 0; with neither to the end.
    MoveSegment {
        segment: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// Remove a segment. With `polls` its drafts go with it, and its other polls stay without a segment;
    /// otherwise it is refused while it has polls.
    RemoveSegment {
        segment: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        polls: bool,
    },
    /// Add a poll as a draft, or open it and put it on stage at once.
    AddPoll {
        poll: PollSpec,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        segment: Option<String>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        open: bool,
    },
    /// Change a draft, and move it to `segment` if that is given. An open poll's options are edited one by one.
    EditPoll {
        poll: PollSpec,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        segment: Option<String>,
    },
    /// Move a poll into a segment (none: into no segment), before another poll that is there, or behind all of them.
    MovePoll {
        poll: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        segment: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<String>,
    },
    /// Remove a draft.
    RemovePoll {
        poll: String,
    },
    /// Open, or open again. `seconds`: a countdown; none means until it is closed by hand.
    OpenPoll {
        poll: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds: Option<u32>,
    },
    /// Close. Viewers of a delayed channel keep their delay as grace, unless `now`.
    ClosePoll {
        poll: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        now: bool,
    },
    /// Give a running countdown more time.
    /// `closes_at`: as the sender saw it (null: without a countdown).
    ExtendPoll {
        poll: String,
        seconds: u32,
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<i64>)]
        closes_at: Option<Option<i64>>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        #[serde(default, skip_serializing_if = "String::is_empty")]
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
        #[serde(default, skip_serializing_if = "super::room::is_zero")]
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
    /// Read it out now, on stage and to the speaker; the one before is answered with that. `asked`: the question that
    /// the sender saw as the one that is asked now (null: none).
    TakeUp {
        question: u32,
        /// As with `approve_question`, where it still waits for review.
        #[serde(default, skip_serializing_if = "super::room::is_zero")]
        read: u32,
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<u32>)]
        asked: Option<Option<u32>>,
    },
    /// Take up the first of the current segment's, or of all. `asked` as with `take_up`.
    TakeUpNext {
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<u32>)]
        asked: Option<Option<u32>>,
    },
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
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Not reached: on to another segment (none: to no segment).
    CarryOver {
        questions: Vec<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        segment: Option<String>,
    },
    /// No more questions or messages of this asker; `hide` what they asked and wrote as well.
    BanAsker {
        question: u32,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        hide: bool,
    },
    BanAuthor {
        message: u32,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seconds: Option<u32>,
    },
    /// `at`: when the announcement that the sender saw was made.
    ClearAnnouncement {
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<i64>)]
        at: Option<Option<i64>>,
    },
    /// "Can you see and hear?" for so many seconds (5–600).
    /// `check`: the one that the sender saw (null: none).
    CheckSignal {
        seconds: u32,
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<u32>)]
        check: Option<Option<u32>>,
    },
    EndSignal {
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<u32>)]
        check: Option<Option<u32>>,
    },
    /// Start a fresh run of a segment's demo, in place of any other; what is not set is as the segment has it.
    /// `run`, here and below: as with `pause_run`.
    StartRun {
        segment: String,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        settings: SettingsSpec,
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<u32>)]
        run: Option<Option<u32>>,
    },
    /// Turn knobs while the run goes on.
    TurnKnobs {
        segment: String,
        settings: SettingsSpec,
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<u32>)]
        run: Option<Option<u32>>,
    },
    PauseRun(SeenRun),
    ResumeRun(SeenRun),
    StopRun(SeenRun),
    /// Back to before the first run.
    ResetRun(SeenRun),
    /// Play a recorded run back, in place of a live one.
    PlayRun {
        segment: String,
        number: u32,
        #[serde(
            default,
            deserialize_with = "given",
            skip_serializing_if = "Option::is_none"
        )]
        #[schema(value_type = Option<u32>)]
        run: Option<Option<u32>>,
    },
    /// Go to a step of a segment's walkthrough; what is not in `input` is as the step has it.
    WalkTo {
        segment: String,
        step: String,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        input: InputSpec,
    },
    /// Go to what a viewer sent.
    ShowSent {
        sent: u32,
    },
    PutAsideSent {
        sent: u32,
    },
    /// Take back the last action: a moderator and a speaker each their own. `step`: the `undo_step` that the sender saw.
    Undo {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        step: Option<u32>,
    },
}

/// The segment that the sender saw as the current one.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SeenSegment {
    /// Null: none. If it is another by now, nothing is done and the answer is `already_done`: two who press at once go
    /// one step.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<String>)]
    pub from: Option<Option<String>>,
}

/// A segment with the run that the sender saw.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SeenRun {
    pub segment: String,
    /// The number of the segment's run; null: none.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(value_type = Option<u32>)]
    pub run: Option<Option<u32>>,
}

/// A field that may be left out, as against one that is null.
fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}
