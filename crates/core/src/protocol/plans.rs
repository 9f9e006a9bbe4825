//! Plans as a host writes them: channels, segments, polls.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DemoSpec, SteersSpec};

/// A way in to the session, with its own link (`?via=ID`).
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
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
#[cfg_attr(test, derive(ts_rs::TS))]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_minutes: Option<u32>,
    /// What a segment of kind `demo` runs; left out in an edit: as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demo: Option<DemoSpec>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    pub label: String,
    /// `http://` or `https://` only.
    pub url: String,
}

/// A poll as the host writes it. An empty `id` asks the program to choose one.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields, default)]
pub struct PollSpec {
    pub id: String,
    /// `single`, `multiple`, `yes_no`, `prediction` or `number`.
    pub kind: String,
    pub question: String,
    /// Labels, for `single` and `multiple`.
    pub options: Vec<String>,
    /// Fewest picks of a `multiple` poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<u32>,
    /// Most picks of a `multiple` poll; none means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    /// Whether yes and no may both be picked (`yes_no`; a prediction by verdict always allows it).
    pub both: bool,
    /// Whether voters may add "something else: …" (`single`, `multiple`).
    pub write_in: bool,
    /// The least and the largest whole number that a `number` poll takes; at most 500 numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// The demo that the winner sets and starts. In an edit: as it was if left out, none if its `settings` are empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steers: Option<SteersSpec>,
    /// The step of its segment's walkthrough in whose picture the answers are drawn. In an edit: as it was if left
    /// out, none if empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}
