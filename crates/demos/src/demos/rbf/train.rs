//! One optimiser step after the other, reproducibly: the same seed, settings, data and number of threads give the
//! same losses.

mod begin;
mod config;
mod see;

use candle_core::{DType, Device, Tensor};
use candle_nn::ParamsAdamW;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use self::config::check;
pub use self::config::{Placing, TrainConfig, Training};
pub use self::see::{Evaluation, Seen};

use super::adam::Adam;
use super::augment::augment;
use super::data::{Dataset, Images, Split};
use super::layer::RbfConfig;
use super::loss;
use super::net::{Head, Net};
use super::repulsion::repulsion;
use super::vars::Vars;

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    #[error("{0}")]
    Setting(String),
    /// A loss that is no number: the learning rate is too high, or λ.
    #[error(
        "the run has diverged: its loss is {loss} after {steps} steps; try a lower learning rate or λ"
    )]
    Diverged { loss: f32, steps: usize },
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
    #[error("the output weights: {0}")]
    ClosedForm(#[from] super::closed_form::ClosedFormError),
}

/// What one step has seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    pub images: usize,
    /// Of them, those that were known before they were learned from.
    pub right: usize,
    pub loss: f32,
    pub supervised: f32,
    /// Before λ; 0 for a softmax head.
    pub unsupervised: f32,
}

pub struct Trainer {
    pub config: TrainConfig,
    pub net: Net,
    pub vars: Vars,
    pub classes: usize,
    optimiser: Adam,
    device: Device,
    train: Images,
    validation: Images,
    /// Mean and spread of the training pixels: what a pixel is told as.
    scale: (f32, f32),
    order: Vec<usize>,
    at: usize,
    random: ChaCha8Rng,
    steps: usize,
}

impl Trainer {
    /// A fresh network, its centres placed and its output weights solved for as the phases of its training have it.
    ///
    /// # Errors
    /// If a setting is out of range.
    pub fn new(data: &Dataset, config: TrainConfig, device: &Device) -> Result<Self, TrainError> {
        let trainer = Self::drawn(data, config, device)?;
        trainer.begin()?;
        Ok(trainer)
    }

    /// A network whose variables are as they were drawn: to be loaded into.
    ///
    /// # Errors
    /// If a setting is out of range.
    pub fn drawn(data: &Dataset, config: TrainConfig, device: &Device) -> Result<Self, TrainError> {
        check(&config)?;
        let classes = data.classes.len();
        let rbf = RbfConfig {
            classes: loss::outputs_of(config.supervised, classes),
            ..config.rbf
        };
        let config = TrainConfig { rbf, ..config };
        let split = Split::of(&data.train, 10, config.seed);
        let train = data.train.at(&split.train);
        let vars = Vars::new(config.seed, device);
        let net = Net::new(
            config.backbone,
            config.head,
            rbf,
            data.shape(),
            &vars.builder(DType::F32),
        )?;
        let params = ParamsAdamW {
            lr: config.learning_rate,
            weight_decay: config.weight_decay,
            ..ParamsAdamW::default()
        };
        let optimiser = Adam::new(vars.all().into_values().collect(), params, device)?;
        Ok(Self {
            config,
            net,
            vars,
            classes,
            optimiser,
            device: device.clone(),
            scale: scale_of(&train),
            order: (0..train.len()).collect(),
            at: train.len(),
            train,
            validation: data.train.at(&split.validation),
            random: ChaCha8Rng::seed_from_u64(config.seed ^ 0x5a10),
            steps: 0,
        })
    }

    pub fn train_images(&self) -> &Images {
        &self.train
    }

    pub fn validation_images(&self) -> &Images {
        &self.validation
    }

    /// At most so many of the images that are learned from, then of those that are held out, evenly from all; and where
    /// the second begin.
    pub fn points(&self, learned: usize, held_out: usize) -> (Images, usize) {
        let mut points = self.train.spread(learned);
        let held_from = points.len();
        let held = self.validation.spread(held_out);
        points.bytes.extend(held.bytes);
        points.labels.extend(held.labels);
        (points, held_from)
    }

    /// Steps until every training image was seen once.
    pub fn steps_an_epoch(&self) -> usize {
        self.train.len().div_ceil(self.config.batch)
    }

    /// Whether anything is learned by steps: in one and two phases it is not.
    pub fn learns(&self) -> bool {
        matches!(
            self.config.training,
            Training::EndToEnd | Training::ThreePhase
        )
    }

    /// Learns from the next batch.
    ///
    /// # Errors
    /// If the run has diverged.
    pub fn step(&mut self) -> Result<Step, TrainError> {
        if self.at >= self.order.len() {
            self.order.shuffle(&mut self.random);
            self.at = 0;
        }
        let to = (self.at + self.config.batch).min(self.order.len());
        let (images, labels) = self.next_batch(to)?;
        let seen = to - self.at;
        self.at = to;
        let embeddings = self.net.backbone.embed(&images)?;
        let (logits, activated) = self.net.read_out(&embeddings)?;
        let config = &self.config;
        let supervised = loss::loss(
            config.supervised,
            config.label_smoothing,
            &logits,
            &labels,
            self.classes,
        )?;
        let mut loss = supervised.clone();
        let mut unsupervised = None;
        if let (Head::Rbf(layer), Some(activated)) = (&self.net.head, &activated) {
            let found = layer.unsupervised(&embeddings, activated, config.unsupervised)?;
            loss = (loss + (&found * config.lambda)?)?;
            unsupervised = Some(found);
            if config.repulsion > 0.0 {
                let widths = layer.inverse_widths()?;
                let apart = repulsion(&layer.centres, &widths, &layer.metrics()?)?;
                loss = (loss + (apart * config.repulsion)?)?;
            }
        }
        self.steps += 1;
        let value = loss.to_scalar::<f32>()?;
        if !value.is_finite() {
            let steps = self.steps;
            return Err(TrainError::Diverged { loss: value, steps });
        }
        let told = loss::predicted(config.supervised, &logits.detach(), self.classes)?;
        let labels = labels.to_vec1::<u32>()?;
        let right = told.iter().zip(&labels).filter(|(a, b)| a == b).count();
        let rate = self.config.learning_rate * self.risen();
        self.optimiser.set_learning_rate(rate);
        self.optimiser.step(&loss.backward()?)?;
        Ok(Step {
            images: seen,
            right,
            loss: value,
            supervised: supervised.to_scalar()?,
            unsupervised: unsupervised.map_or(Ok(0.0), |loss| loss.to_scalar())?,
        })
    }

    /// From the next step on.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.config.learning_rate = rate;
    }

    /// How far the learning rate has risen at this step, up to 1.
    fn risen(&self) -> f64 {
        let warm_up = self.config.warm_up.max(1);
        (self.steps as f64 / warm_up as f64).min(1.0)
    }

    /// What is learned from next: the order up to `to`, changed as the settings say.
    fn next_batch(&mut self, to: usize) -> candle_core::Result<(Tensor, Tensor)> {
        let mut batch = self.train.at(&self.order[self.at..to]);
        let (shape, kind) = (batch.shape, self.config.augmentation);
        for image in batch.bytes.chunks_exact_mut(shape.pixels()) {
            augment(image, shape, kind, &mut self.random);
        }
        self.batch_of(&batch)
    }

    /// Images (n, channels, height, width) in f32 and labels (n) in u32.
    fn batch_of(&self, images: &Images) -> candle_core::Result<(Tensor, Tensor)> {
        let (mean, spread) = self.scale;
        let bytes = images.bytes.iter();
        let pixels: Vec<f32> = bytes
            .map(|byte| (f32::from(*byte) - mean) / spread)
            .collect();
        let labels: Vec<u32> = images
            .labels
            .iter()
            .map(|label| u32::from(*label))
            .collect();
        let s = images.shape;
        let shape = (images.len(), s.channels, s.height, s.width);
        Ok((
            Tensor::from_vec(pixels, shape, &self.device)?,
            Tensor::from_vec(labels, images.len(), &self.device)?,
        ))
    }
}

fn scale_of(images: &Images) -> (f32, f32) {
    let n = images.bytes.len().max(1) as f64;
    let sum: f64 = images.bytes.iter().map(|byte| f64::from(*byte)).sum();
    let mean = sum / n;
    let squares: f64 = images
        .bytes
        .iter()
        .map(|byte| (f64::from(*byte) - mean).powi(2))
        .sum();
    (mean as f32, (squares / n).sqrt().max(1.0) as f32)
}
