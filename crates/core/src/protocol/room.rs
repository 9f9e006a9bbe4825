//! What a room says beside its votes: questions, chat, reactions, signal checks, announcements.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The kinds of reaction, as they are sent and counted.
pub const REACTIONS: [&str; 5] = ["clap", "heart", "laugh", "wow", "think"];

/// All of it, as one role may see it; in a snapshot, and whenever the page was away.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RoomView {
    pub questions: QuestionsView,
    pub chat: ChatView,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<SignalView>,
    /// What reactions are counted from.
    pub reactions: ReactionTotals,
    /// This voter's own (audience only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<OwnRoom>,
}

/// The questions as a list. To an audience of thousands it goes out at most twice a second, and a count alone
/// goes as [`super::ServerMessage::Voices`].
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct QuestionsView {
    /// Grows with every change; an older frame changes nothing.
    pub version: u32,
    pub rules: RulesView,
    /// The question that is read out now.
    pub asking: Option<u32>,
    /// In the order to be taken up: pinned, then by voices, then as they came; then what was answered or closed,
    /// newest first. Audience, stage and speaker get the first 60 open ones and the last 20 others.
    pub list: Vec<QuestionView>,
    /// Open and public, in all.
    pub open: u32,
    /// Waiting for review (host and moderator; otherwise 0).
    pub pending: u32,
    /// Host and moderator only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bans: Vec<BanView>,
}

/// The rules for questions and chat; as a command's field, all of them at once.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RulesView {
    /// Whether questions are taken.
    pub open: bool,
    /// `off`, `after` (public at once, then looked at) or `before` (public once passed).
    pub moderation: String,
    /// `optional`, `required` or `never`.
    pub names: String,
    /// What those without a name are called.
    pub anonymous: String,
    /// Least time between two questions, or two messages, of one voter; 0 is none.
    pub slow_seconds: u32,
    /// Words that hold a question for review (host and moderator; empty for others).
    #[serde(default)]
    pub words: Vec<String>,
    /// Whether what has a link waits for review.
    pub hold_links: bool,
    pub chat: bool,
    pub reactions: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct QuestionView {
    pub id: u32,
    pub text: String,
    /// Empty: anonymous, to be called as the rules say.
    pub name: String,
    /// Where it was asked, in words: a channel's label or another chat's name; empty for the plain link.
    pub source: String,
    pub asked_at: i64,
    /// Its place in the stream, in seconds, where the other chat told one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_seconds: Option<u32>,
    pub segment: Option<String>,
    /// `open`, `asking`, `answered` or `closed`.
    pub standing: String,
    /// When it was taken up, answered or closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing_at: Option<i64>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pinned: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The question that it follows up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<u32>,
    /// Everyone who wants this answered, each once: askers, "me too", and those of merged questions.
    pub voices: u32,
    /// How many questions were merged into it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub merged: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<WrittenView>,
    /// Host and moderator only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk: Option<DeskView>,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for this shape"
)]
pub(super) fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What only those who moderate know of a question.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DeskView {
    /// `pending`, `new` (public, not looked at yet) or `passed`.
    pub review: String,
    /// The word filter, or a link, holds it.
    pub held: bool,
    pub hidden: bool,
    /// Taken back by its asker.
    pub withdrawn: bool,
    /// How often its asker has worded it anew; sent back as `read` with `approve_question` and `take_up`.
    pub edits: u32,
    pub merged_into: Option<u32>,
    /// The word that its asker got with the closing.
    pub note: String,
    /// The same for all of one asker; absent for questions from other chats.
    pub asker: Option<String>,
    pub banned: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WrittenView {
    pub text: String,
    pub at: i64,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct BanView {
    /// To be sent with `unban`.
    pub asker: String,
    pub name: String,
    pub at: i64,
}

/// What one voter has asked and pressed; sent to nobody else.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnRoom {
    pub questions: Vec<OwnQuestion>,
    /// Questions of the list that this voter is counted for.
    pub upvoted: Vec<u32>,
    /// May not ask or chat.
    pub banned: bool,
    /// The answer to the current signal check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<OwnSignal>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnSignal {
    pub check: u32,
    pub sees: bool,
    pub hears: bool,
}

/// One's own question, wherever it stands.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnQuestion {
    pub id: u32,
    /// As the page called it when asking.
    pub key: String,
    /// Empty once a moderator has hidden it.
    pub text: String,
    pub name: String,
    pub asked_at: i64,
    /// `pending`, `open`, `asking`, `answered`, `closed`, `merged`, `hidden` or `withdrawn`.
    pub state: String,
    pub voices: u32,
    /// Whether it may still be edited or withdrawn.
    pub editable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<u32>,
    /// The question that it is counted with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<u32>,
    /// A word with the closing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<WrittenView>,
}

/// A question from another chat, as a bridge sends it or a moderator pastes it in.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RelayedQuestion {
    pub text: String,
    /// The asker's name there; empty is anonymous.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub author: String,
    /// The other chat: a channel of the session by id or label, or any name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Its place in the stream, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_seconds: Option<u32>,
    /// The other chat's id for it; the same id is not taken twice.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChatView {
    /// Grows with every change.
    pub version: u32,
    /// The last 30, oldest first; 200 for host and moderator.
    pub messages: Vec<MessageView>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MessageView {
    pub id: u32,
    pub text: String,
    /// Empty: anonymous.
    pub name: String,
    pub source: String,
    pub at: i64,
    /// Written by those who run the session.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub host: bool,
    /// Waits for review (host and moderator only).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pending: bool,
    /// Host and moderator only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// "Can you see and hear?"
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignalView {
    pub check: u32,
    pub opened_at: i64,
    /// For a viewer without delay; add the channel's delay for the others.
    pub until: i64,
    /// Host, moderator and speaker only: the sum first (its `source` is empty), then each source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counts: Vec<SignalCount>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SignalCount {
    /// A channel's label; "Plain link" for those of none.
    pub source: String,
    pub both: u32,
    pub sees_only: u32,
    pub hears_only: u32,
    pub neither: u32,
}

/// Stands above everything until it is taken down or its time is over.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AnnouncementView {
    pub text: String,
    pub at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// How often each reaction was sent since the session's owner started; only the difference matters.
pub type ReactionTotals = BTreeMap<String, u32>;
