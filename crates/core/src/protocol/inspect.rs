//! A closer look into a run: what is asked for, and what is found. Images are base64 of their bytes, channel by
//! channel, row by row.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What someone wants to look at.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum InspectSpec {
    /// A point of the picture, by its place.
    Point(u32),
    Centre(u32),
    /// What all centres come down to for this class.
    Prototype(u32),
    /// Something drawn: base64 of 28 × 28 grey values, row by row, 0 black.
    Drawn(String),
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct InspectedView {
    pub run: u32,
    /// As of which step.
    pub step: u32,
    /// Channels, height and width of each image.
    pub shape: [u32; 3],
    /// Of a point or a drawing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleView>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<CentreView>,
    /// Of the picture's points that were learned from, those most and least like it.
    pub nearest: Vec<NeighbourView>,
    pub farthest: Vec<NeighbourView>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SampleView {
    pub image: String,
    /// Absent where it was drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<u16>,
    pub held_out: bool,
    pub predicted: u16,
    /// Of each class.
    pub probabilities: Vec<f64>,
    /// The largest activation; absent without centres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest: Option<f64>,
    /// What it must reach not to be rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    pub rejected: bool,
    /// Where it lies in the picture of the embedding, in shares of its extent.
    pub at: [f64; 2],
    /// The nearest first.
    pub centres: Vec<NearCentreView>,
    /// The predicted class, then the best other one.
    pub logits: Vec<LogitView>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NearCentreView {
    pub centre: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<u16>,
    /// In units of the centre's width.
    pub distance: f64,
    pub activation: f64,
}

/// How a logit comes about: `bias` and all `terms`, added up in this order, are `logit`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LogitView {
    pub class: u16,
    pub logit: f64,
    pub bias: f64,
    /// Of each centre; none for a softmax head.
    pub terms: Vec<f64>,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CentreView {
    pub centre: u32,
    /// By majority of those nearest to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<u16>,
    /// Points that were learned from and are nearest to it, and the share of them that has its class.
    pub won: u32,
    pub purity: f64,
    /// σ
    pub width: f64,
    /// Of each class.
    pub weights: Vec<f64>,
    /// Base64 of a u16 (little-endian) for each point of the picture: its distance in units of the centre's width, where
    /// 65535 stands for `reach`.
    pub distances: String,
    pub reach: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NeighbourView {
    /// Its place in the picture.
    pub point: u32,
    pub image: String,
    pub label: u16,
    pub distance: f64,
}
