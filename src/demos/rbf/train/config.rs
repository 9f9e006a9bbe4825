//! The settings of a run.

use serde::{Deserialize, Serialize};

use super::TrainError;
use crate::demos::rbf::augment::Augmentation;
use crate::demos::rbf::layer::{RbfConfig, Unsupervised};
use crate::demos::rbf::net::{BackboneKind, HeadKind};

/// Everything a run depends on beside its data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrainConfig {
    pub backbone: BackboneKind,
    pub head: HeadKind,
    pub rbf: RbfConfig,
    /// λ: Loss = L_sup + λ L_unsup, with L_unsup scaled as `unsupervised` says.
    pub lambda: f64,
    pub unsupervised: Unsupervised,
    pub learning_rate: f64,
    /// Of AdamW (Loshchilov & Hutter 2019).
    pub weight_decay: f64,
    pub batch: usize,
    /// How training images are changed each time that they are seen.
    pub augmentation: Augmentation,
    pub seed: u64,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            backbone: BackboneKind::Plain,
            head: HeadKind::Rbf,
            rbf: RbfConfig::default(),
            lambda: 0.1,
            unsupervised: Unsupervised::Program,
            learning_rate: 1e-3,
            weight_decay: 1e-4,
            batch: 64,
            augmentation: Augmentation::None,
            seed: 1,
        }
    }
}

pub(super) fn check(config: &TrainConfig) -> Result<(), TrainError> {
    let within = |name: &str, value: f64, from: f64, to: f64| {
        if (from..=to).contains(&value) {
            return Ok(());
        }
        let why = format!("{name} is {value}; {from} to {to} are possible");
        Err(TrainError::Setting(why))
    };
    within(
        "the number of centres",
        config.rbf.centres as f64,
        1.0,
        1_000.0,
    )?;
    within(
        "the length of an embedding",
        config.rbf.dims as f64,
        1.0,
        512.0,
    )?;
    within("the batch", config.batch as f64, 1.0, 4_096.0)?;
    within("λ", config.lambda, 0.0, 1e6)?;
    within("the learning rate", config.learning_rate, 1e-9, 10.0)?;
    within("the weight decay", config.weight_decay, 0.0, 10.0)
}
