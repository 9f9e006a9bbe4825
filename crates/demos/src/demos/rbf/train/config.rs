//! The settings of a run.

use serde::{Deserialize, Serialize};

use super::TrainError;
use crate::demos::rbf::augment::Augmentation;
use crate::demos::rbf::layer::{RbfConfig, Unsupervised};
use crate::demos::rbf::loss::Supervised;
use crate::demos::rbf::net::{BackboneKind, HeadKind};

/// Which of the phases of RBF networks (Schwenker, Kestler, Palm 2001) a run goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Training {
    /// Centres are placed, output weights drawn, and everything is learned by gradient: what the paper does for CNNs.
    EndToEnd,
    /// Centres are samples drawn at random, output weights solved for; nothing else is learned.
    OnePhase,
    /// Centres are placed, output weights solved for; nothing else is learned.
    TwoPhase,
    /// As two phases, and then everything is learned by gradient.
    ThreePhase,
}

/// Where centres start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placing {
    /// By k-means of the embeddings.
    Kmeans,
    /// By k-means within each class: each class has centres of its own.
    Classes,
    /// Embeddings drawn at random.
    Drawn,
}

/// Everything a run depends on beside its data.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrainConfig {
    pub backbone: BackboneKind,
    pub head: HeadKind,
    pub rbf: RbfConfig,
    pub training: Training,
    pub placing: Placing,
    /// λ: Loss = L_sup + λ L_unsup, with L_unsup scaled as `unsupervised` says.
    pub lambda: f64,
    pub unsupervised: Unsupervised,
    pub supervised: Supervised,
    /// ε, of cross entropy.
    pub label_smoothing: f64,
    /// The weight of what drives centres apart.
    pub repulsion: f64,
    pub learning_rate: f64,
    /// Steps over which the learning rate rises to what it is set to (Goyal et al. 2017, 2.2): AdamW's first steps are all of
    /// the learning rate's size, whatever the gradients are, and a net may be thrown to where its units are dead.
    pub warm_up: usize,
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
            training: Training::EndToEnd,
            placing: Placing::Kmeans,
            lambda: 0.1,
            unsupervised: Unsupervised::Program,
            supervised: Supervised::CrossEntropy,
            label_smoothing: 0.0,
            repulsion: 0.0,
            learning_rate: 1e-3,
            warm_up: 100,
            weight_decay: 1e-4,
            batch: 64,
            augmentation: Augmentation::None,
            seed: 1,
        }
    }
}

impl TrainConfig {
    /// The same with a softmax head: what the RBF head is compared with.
    pub fn baseline(self) -> Self {
        Self {
            head: HeadKind::Softmax,
            training: Training::EndToEnd,
            ..self
        }
    }
}

pub(super) fn check(config: &TrainConfig) -> Result<(), TrainError> {
    let rbf = &config.rbf;
    for (name, value, from, to) in [
        ("the number of centres", rbf.centres as f64, 1.0, 1_000.0),
        ("the length of an embedding", rbf.dims as f64, 1.0, 512.0),
        ("the batch", config.batch as f64, 1.0, 4_096.0),
        ("λ", config.lambda, 0.0, 1e6),
        ("label smoothing", config.label_smoothing, 0.0, 0.49),
        ("centre repulsion", config.repulsion, 0.0, 1e6),
        ("the learning rate", config.learning_rate, 1e-9, 10.0),
        ("the warm-up", config.warm_up as f64, 0.0, 1e6),
        ("the weight decay", config.weight_decay, 0.0, 10.0),
    ] {
        if !(from..=to).contains(&value) {
            let why = format!("{name} is {value}; {from} to {to} are possible");
            return Err(TrainError::Setting(why));
        }
    }
    if config.head == HeadKind::Softmax && config.training != Training::EndToEnd {
        let why = "training in phases needs an RBF head: a softmax head has no centres to place";
        return Err(TrainError::Setting(why.to_string()));
    }
    Ok(())
}
