//! Demos: what they can be set to, their runs, and what a run shows as it goes on.
//!
//! Points of a picture travel as binary frames; `docs/protocol.md` has their layout.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a knob is set to.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(untagged, expecting = "a setting is a number or a word")]
pub enum SettingSpec {
    Number(f64),
    Word(String),
}

/// Settings by the name of their knob.
pub type SettingsSpec = BTreeMap<String, SettingSpec>;

/// The demo of a segment, as the host writes it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DemoSpec {
    /// `rbf` or `svd`.
    pub kind: String,
    #[serde(default)]
    pub settings: SettingsSpec,
}

/// What the options of a poll do to a demo: the winner's settings start a run when the poll closes.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SteersSpec {
    /// The segment whose demo it is.
    pub segment: String,
    /// One for each option, in order.
    pub settings: Vec<SettingsSpec>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DemoView {
    pub kind: String,
    /// All knobs, as a run would start now (host only).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: SettingsSpec,
    /// Host only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub knobs: Vec<KnobView>,
    /// Host only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presets: Vec<PresetView>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KnobView {
    pub name: String,
    pub label: String,
    /// `number`, `count` or `choice`.
    pub kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// Of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Of a choice: another word is the name of a folder within the data folder.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub or_folder: bool,
    /// May be turned while a run goes on.
    pub live: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PresetView {
    pub label: String,
    pub settings: SettingsSpec,
}

/// The newest run of a segment.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RunView {
    pub segment: String,
    /// Counted from 1 over the session.
    pub number: u32,
    pub settings: SettingsSpec,
    /// `running`, `paused`, `stopped` or `ended`.
    pub state: String,
    /// The poll that chose the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<ChosenView>,
    /// The recorded run that is played back in place of a live one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub played: Option<u32>,
    /// Why it could not go on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub failed: String,
    /// What came out, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub results: BTreeMap<String, f64>,
}

/// A run that was kept.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RecordingView {
    pub number: u32,
    pub segment: String,
    pub settings: SettingsSpec,
    pub results: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChosenView {
    pub poll: String,
    /// The option that won.
    pub label: String,
    pub votes: u32,
    pub voters: u32,
}

/// How far a run is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ProgressView {
    pub number: u32,
    pub step: u32,
    /// Steps in all.
    pub steps: u32,
    /// The newest value of each curve, in the order of [`ChartView::names`].
    pub values: Vec<Option<f64>>,
    /// What classes are called, once known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// What it runs on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub device: String,
    /// Pictures that can be gone back to.
    #[serde(default)]
    pub frames: u32,
    /// Reliability diagrams, once they are known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calibration: Vec<CalibrationView>,
}

/// How often a read-out is right when it is so sure.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CalibrationView {
    /// Of which read-out: `softmax`, `nearest centre`.
    pub name: String,
    /// Expected calibration error.
    pub ece: f64,
    /// Of each bin: mean confidence, accuracy, share of all images.
    pub bins: Vec<[f64; 3]>,
}

/// A run's curves, whole, thinned out to a few hundred points.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChartView {
    pub number: u32,
    pub names: Vec<String>,
    /// `[step, value of names[0], …]`; null where nothing was measured.
    pub points: Vec<Vec<Option<f64>>>,
}

/// What a run has shown so far.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ShownRun {
    pub progress: ProgressView,
    pub chart: ChartView,
}
