//! The state that messages carry: what one role may see of a session, its polls and their counts.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    AnnouncementView, Answer, ChannelSpec, DemoView, LinkSpec, RecordingView, RoomView, RunView,
    SentView, ShownRun, SteersSpec, WalkView,
};

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Snapshot {
    /// Protocol version.
    pub v: u32,
    /// Grows with every change but votes: it tells the audience nothing about the count.
    pub rev: u32,
    /// The server's clock, to show countdowns by.
    pub now: i64,
    pub session: SessionView,
    /// In agenda order. Drafts are in the host's snapshot only.
    pub polls: Vec<PollView>,
    /// How many polls the copy that a page is sent with leaves out, to stay small; the socket brings them.
    #[serde(default, skip_serializing_if = "is_none_left_out")]
    pub left_out: u32,
    /// This voter's ballots.
    pub ballots: Vec<OwnBallot>,
    /// The channel this connection came by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<Presence>,
    /// Questions, chat and the like; not in the copy that a page is sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<Box<RoomView>>,
    /// What the run has shown so far, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Box<ShownRun>>,
}

/// What is on stage.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ShownView {
    /// `welcome`, `poll`, `question`, `demo`, `walk`, `segment` or `ended`.
    pub scene: String,
    /// Of the poll, the question or the segment; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_none_left_out(left_out: &u32) -> bool {
    *left_out == 0
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SessionView {
    pub title: String,
    pub blurb: String,
    pub code: String,
    /// The language of its texts, as `de`; absent where it is not said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lang: String,
    /// `draft`, `live` or `ended`.
    pub state: String,
    /// The link to say and to encode as QR, without a channel.
    pub join_url: String,
    pub channels: Vec<ChannelSpec>,
    pub agenda: Vec<SegmentView>,
    /// Ids of the polls of no segment, in order (host only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loose: Vec<String>,
    /// The current segment.
    pub current: Option<String>,
    /// What the stage shows.
    #[serde(default)]
    pub shows: ShownView,
    /// The poll among it, if it is one.
    pub on_stage: Option<String>,
    /// What undo would take back, in words (host only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<String>,
    /// Its number, to be named by `undo` (host, moderator, speaker).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo_step: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announcement: Option<AnnouncementView>,
    /// The newest run of each demo.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<RunView>,
    /// Runs that can be played back (host only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recordings: Vec<RecordingView>,
    /// Where the host stands in each walkthrough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub walks: Vec<WalkView>,
    /// What viewers sent to be shown in one, oldest first (host only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sent: Vec<SentView>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SegmentView {
    pub id: String,
    /// `talk`, `polls`, `qa`, `demo` or `break`.
    pub kind: String,
    pub title: String,
    pub speaker: String,
    pub blurb: String,
    pub links: Vec<LinkSpec>,
    pub planned_minutes: Option<u32>,
    /// When it first became current.
    pub started_at: Option<i64>,
    /// When it last stopped being current.
    pub ended_at: Option<i64>,
    /// What it runs, if it is a demo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demo: Option<DemoView>,
    /// Ids of its polls (drafts: host only).
    pub polls: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PollView {
    pub id: String,
    pub segment: Option<String>,
    /// `single`, `multiple`, `yes_no`, `prediction` or `number`.
    pub kind: String,
    pub question: String,
    /// `draft`, `open`, `closing` (only delayed channels may still vote) or `closed`.
    pub phase: String,
    pub opened_at: Option<i64>,
    /// End of the countdown, for a viewer without delay; add the channel's delay for the others.
    pub closes_at: Option<i64>,
    /// While `closing`: when the tally becomes final.
    pub final_at: Option<i64>,
    pub revealed: bool,
    /// Grows when the options change; a ballot keeps the one it was cast under.
    pub revision: u32,
    /// What can be picked. The host's list also has write-ins, merged and hidden ones.
    pub options: Vec<OptionView>,
    /// "By when" choices of a prediction.
    pub horizons: Vec<OptionView>,
    /// Fewest picks.
    pub min: u32,
    /// Most picks.
    pub max: u32,
    pub write_in: bool,
    /// Of a `number` poll: what can be answered, sent as `write_in` of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<RangeView>,
    /// Of a prediction: `verdict` or `probability`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Countdown in seconds that the poll gets when it is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    pub live_results: bool,
    /// What its winner sets and starts (host only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steers: Option<SteersSpec>,
    /// The step of a walkthrough in whose picture the answers are drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<ResolutionView>,
    /// Present where the viewer may know it: host and stage always, audience once revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voters: Option<u32>,
    /// Present for the host always, for the others once revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<TallyView>,
}

/// Whole numbers, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RangeView {
    pub from: i32,
    pub to: i32,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OptionView {
    pub id: u16,
    pub label: String,
    /// The poll revision in which it appeared; a ballot of an earlier one was cast without it.
    pub since: u32,
    /// Written in by a voter and not (yet) listed (host only).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub write_in: bool,
    /// Hidden by the host (host only).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// Counted under this option (host only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TallyView {
    /// Grows with every ballot counted; a lower one is old news.
    pub version: u32,
    /// Ballots counted: the base of every percentage.
    pub voters: u32,
    /// Picks in all; more than `voters` where several may be picked.
    pub picks: u32,
    /// True once nobody may vote any more.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// In poll order, listed options first, then the 30 most frequent write-ins, the others as one row, and hidden ones as
    /// one row. Of a `number` poll: at most 12 ranges of the same width, from the least number that can be answered to the
    /// largest.
    pub options: Vec<CountView>,
    /// For a picture with room for fewer rows: at place `n`, how many voters picked at least one answer that is not among
    /// the `n` options with most votes (equals in the order of `options`). People, not picks. Stage and host only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rest: Vec<u32>,
    /// Of write-ins that are in the row of others: `[id, count]` (host only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<(u16, u32)>,
    /// Exact sets of picks, most frequent first, at most 12 (several picks allowed only).
    pub combos: Vec<ComboView>,
    /// The sets after those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_combos: Option<MoreCombos>,
    /// One row a channel that has voters.
    pub channels: Vec<ChannelTally>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forecast: Option<ForecastView>,
    /// Of a `number` poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbers: Option<NumbersView>,
    /// Samples over time: `[unix ms, voters, count of options[0], …]`, at most 120 (host only). Rows that stand for several
    /// answers come last and have no count here: a sample knows picks, and these rows count people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Vec<i64>>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CountView {
    /// Absent for a row that stands for several answers. Of a `number` poll: the place of the row.
    pub id: Option<u16>,
    pub label: String,
    /// Voters who picked it, or at least one of the answers that it stands for: never more than voters in all.
    pub count: u32,
    /// Percent of voters, one decimal. Surfaces say whole percents, reckoned from `count`.
    pub percent: f64,
    /// How many answers it stands for, where these are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<u32>,
    /// The answers that the host has hidden.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
    /// How many voted before this option existed.
    pub before: u32,
    /// Written in by voters.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub write_in: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ComboView {
    pub ids: Vec<u16>,
    /// As "PyTorch + something else".
    pub label: String,
    pub count: u32,
    pub percent: f64,
}

/// How many sets are not shown one by one, and how many voters picked one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MoreCombos {
    pub sets: u32,
    pub voters: u32,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChannelTally {
    /// Empty for those who came by the plain link.
    pub id: String,
    pub label: String,
    pub voters: u32,
    /// In the order of `TallyView::options`.
    pub counts: Vec<u32>,
}

/// Of the numbers that were answered; without any, neither is there.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NumbersView {
    /// One decimal.
    pub mean: Option<f64>,
    pub median: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ForecastView {
    /// Mean probability in percent; a verdict counts yes 100, both 50, no 0.
    pub mean: Option<f64>,
    pub median: Option<f64>,
    /// Ballots per ten percent: 0–9, 10–19, …, 90–100.
    pub histogram: Vec<u32>,
    /// "By when" counts, in the order of the poll's horizons.
    pub by: Vec<CountView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreView>,
}

/// How good the crowd's forecast was, once resolved.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ScoreView {
    /// Mean Brier score of the voters: 0 is perfect, 0.25 is a coin, 1 is surely wrong.
    pub brier: f64,
    /// Brier score of the crowd's mean.
    pub crowd_brier: f64,
    /// Reliability over all resolved predictions of the session.
    pub calibration: Vec<CalibrationBin>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CalibrationBin {
    /// Lower end of the bin in percent; a bin is ten percent wide.
    pub low: u32,
    /// Forecasts in it.
    pub n: u32,
    /// Their mean probability, in percent.
    pub mean: f64,
    /// How often those events came true, in percent.
    pub came_true: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ResolutionView {
    /// `yes`, `no` or `annulled`.
    pub outcome: String,
    pub note: String,
    pub at: i64,
}

/// A voter's own ballot; sent to nobody else.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OwnBallot {
    pub poll: String,
    /// Send `seq + 1` with the next choice.
    pub seq: u32,
    /// Absent once withdrawn.
    pub answer: Option<Answer>,
    /// Words for the picks, as they are counted now: own write-ins included.
    pub labels: Vec<String>,
    /// The poll revision it was cast under; options with a higher `since` are new to this voter.
    pub revision: u32,
    /// Told when the host merged what was picked: "keras is now counted as TensorFlow/Keras".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<Moved>,
    /// Own Brier score of a resolved and revealed prediction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brier: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Moved {
    pub from: String,
    pub into: String,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Presence {
    pub audience: u32,
    pub stage: u32,
    /// Hosts, moderators and the speaker.
    pub host: u32,
    /// How many of the audience are how many seconds behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub behind: Vec<(u32, u32)>,
    /// When the host last changed something that the audience sees: who is further behind is still to catch up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acted_at: Option<i64>,
    /// Why nothing can be saved just now; only for those who run the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cannot_save: Option<String>,
}

/// One line of the public log: every opening, edit, reveal and close.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LogLine {
    pub at: i64,
    pub poll: Option<String>,
    pub text: String,
}
