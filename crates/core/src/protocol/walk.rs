//! Walkthroughs: where the host stands, and what viewers send. What a step shows is fetched as a part of a page.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a step is given: texts by the name of their field.
pub type InputSpec = BTreeMap<String, String>;

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WalkView {
    pub segment: String,
    /// Another one whenever the host goes somewhere.
    pub number: u32,
    pub step: String,
    pub title: String,
    /// The viewer who sent what is shown; empty if it is the host's own, or they gave no name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}

/// An input that a viewer sent.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, ToSchema)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentView {
    pub sent: u32,
    pub segment: String,
    pub step: String,
    pub title: String,
    pub name: String,
    pub at: i64,
    /// Shown, or put aside.
    pub done: bool,
}
