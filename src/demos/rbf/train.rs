//! One optimiser step after the other, reproducibly: the same seed, settings, data and number of threads give the
//! same losses.

mod config;

use candle_core::{DType, Device, Tensor};
use candle_nn::ParamsAdamW;
use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

pub use self::config::TrainConfig;
use self::config::check;

use super::adam::Adam;
use super::augment::augment;
use super::data::{Dataset, Images, Split};
use super::kmeans::kmeans;
use super::layer::{RbfConfig, RbfLayer};
use super::net::{Head, Net};
use super::vars::Vars;

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    #[error("{0}")]
    Setting(String),
    /// A loss that is no number: the learning rate is too high, or λ.
    #[error(
        "the loss is {loss} after {steps} steps: the run has diverged; try a lower learning rate or λ"
    )]
    Diverged { loss: f32, steps: usize },
    #[error(transparent)]
    Tensor(#[from] candle_core::Error),
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

/// How a part of the data does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub accuracy: f64,
    /// Mean cross entropy, in nats.
    pub loss: f64,
}

/// What a network makes of n images.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seen {
    /// d
    pub dims: usize,
    /// K; 0 for a softmax head.
    pub centres: usize,
    /// n × d
    pub embeddings: Vec<f32>,
    /// n × K
    pub activations: Vec<f32>,
    /// n
    pub predicted: Vec<u16>,
}

/// Images of which the first centres are made.
const SEEN_FIRST: usize = 2_000;
const KMEANS_ITERATIONS: usize = 20;
/// Images at once where nothing is learned.
const EVALUATED: usize = 256;

pub struct Trainer {
    pub config: TrainConfig,
    pub net: Net,
    pub vars: Vars,
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
    /// A fresh network, its centres by k-means of the embeddings that it makes of the first images.
    ///
    /// # Errors
    /// If a setting is out of range.
    pub fn new(data: &Dataset, config: TrainConfig, device: &Device) -> Result<Self, TrainError> {
        check(&config)?;
        let rbf = RbfConfig {
            classes: data.classes.len(),
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
        let trainer = Self {
            config,
            net,
            vars,
            optimiser,
            device: device.clone(),
            scale: scale_of(&train),
            order: (0..train.len()).collect(),
            at: train.len(),
            train,
            validation: data.train.at(&split.validation),
            random: ChaCha8Rng::seed_from_u64(config.seed ^ 0x5a10),
            steps: 0,
        };
        trainer.place_centres()?;
        Ok(trainer)
    }

    pub fn train_images(&self) -> &Images {
        &self.train
    }

    pub fn validation_images(&self) -> &Images {
        &self.validation
    }

    /// Steps until every training image was seen once.
    pub fn steps_an_epoch(&self) -> usize {
        self.train.len().div_ceil(self.config.batch)
    }

    fn place_centres(&self) -> Result<(), TrainError> {
        if let Head::Rbf(layer) = &self.net.head {
            let places: Vec<usize> = (0..self.train.len().min(SEEN_FIRST)).collect();
            let step = self.train.len().div_ceil(places.len().max(1));
            let spread: Vec<usize> = places
                .iter()
                .map(|n| (n * step) % self.train.len())
                .collect();
            let (images, _) = self.batch_of(&self.train.at(&spread))?;
            let embeddings = self.net.backbone.embed(&images)?.detach();
            let k = self.config.rbf.centres;
            let found = kmeans(
                &embeddings.to_dtype(DType::F64)?.to_vec2()?,
                k,
                KMEANS_ITERATIONS,
                self.config.seed,
            );
            // Fewer different embeddings than centres: the last ones stay as they were drawn.
            let rows = found.centres.len().min(k);
            if rows > 0 {
                let held = layer.centres.to_dtype(DType::F64)?.to_vec2::<f64>()?;
                let all: Vec<f64> = found
                    .centres
                    .into_iter()
                    .chain(held.into_iter().skip(rows))
                    .flatten()
                    .collect();
                let centres = Tensor::from_vec(all, layer.centres.shape(), &self.device)?;
                self.vars
                    .set("head.centres", &centres.to_dtype(DType::F32)?)?;
            }
            self.place_widths(layer, &embeddings)?;
        }
        Ok(())
    }

    /// σ² starts as the mean squared distance of embeddings from all centres: activations then are of the order of
    /// one, whatever the backbone's scale is. (The authors' program starts at σ = 1.)
    fn place_widths(&self, layer: &RbfLayer, embeddings: &Tensor) -> Result<(), TrainError> {
        let mean = layer.squared_distances(embeddings)?.mean_all()?;
        let variance = f64::from(mean.to_scalar::<f32>()?).clamp(1e-4, 1e4);
        if self.config.rbf.learn_widths {
            // softplus⁻¹
            let raw = (1.0 / variance).exp_m1().ln();
            let raw = Tensor::full(raw as f32, self.config.rbf.centres, &self.device)?;
            self.vars.set("head.widths", &raw)?;
        }
        Ok(())
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
        let (logits, _) = self.net.read_out(&embeddings)?;
        let supervised = candle_nn::loss::cross_entropy(&logits, &labels)?;
        let unsupervised = match &self.net.head {
            Head::Rbf(layer) => Some(layer.unsupervised(&embeddings, self.config.unsupervised)?),
            Head::Softmax(_) => None,
        };
        let loss = match &unsupervised {
            Some(unsupervised) => (&supervised + (unsupervised * self.config.lambda)?)?,
            None => supervised.clone(),
        };
        self.steps += 1;
        let value = loss.to_scalar::<f32>()?;
        if !value.is_finite() {
            let steps = self.steps;
            return Err(TrainError::Diverged { loss: value, steps });
        }
        let known = logits.detach().argmax(1)?.eq(&labels)?;
        let right = known.to_dtype(DType::F32)?.sum_all()?.to_scalar::<f32>()?;
        self.optimiser.step(&loss.backward()?)?;
        Ok(Step {
            images: seen,
            right: right as usize,
            loss: value,
            supervised: supervised.to_scalar()?,
            unsupervised: unsupervised.map_or(Ok(0.0), |loss| loss.to_scalar())?,
        })
    }

    /// Accuracy and loss on these images; nothing is learned.
    ///
    /// # Errors
    /// If the images have another shape.
    pub fn evaluate(&self, images: &Images) -> Result<Evaluation, TrainError> {
        let (mut right, mut loss) = (0.0, 0.0);
        let places: Vec<usize> = (0..images.len()).collect();
        for places in places.chunks(EVALUATED) {
            let (batch, labels) = self.batch_of(&images.at(places))?;
            let (logits, _) = self.net.read_out(&self.net.backbone.embed(&batch)?)?;
            let logits = logits.detach();
            let hits = logits.argmax(1)?.eq(&labels)?.to_dtype(DType::F32)?;
            right += f64::from(hits.sum_all()?.to_scalar::<f32>()?);
            let mean = candle_nn::loss::cross_entropy(&logits, &labels)?.to_scalar::<f32>()?;
            loss += f64::from(mean) * places.len() as f64;
        }
        let all = images.len().max(1) as f64;
        Ok(Evaluation {
            accuracy: right / all,
            loss: loss / all,
        })
    }

    /// From the next step on.
    pub fn set_learning_rate(&mut self, rate: f64) {
        self.config.learning_rate = rate;
        self.optimiser.set_learning_rate(rate);
    }

    /// What the network makes of these images; nothing is learned.
    ///
    /// # Errors
    /// If the images have another shape.
    pub fn look(&self, images: &Images) -> Result<Seen, TrainError> {
        let mut seen = Seen {
            dims: self.config.rbf.dims,
            centres: match self.net.head {
                Head::Rbf(_) => self.config.rbf.centres,
                Head::Softmax(_) => 0,
            },
            ..Seen::default()
        };
        let places: Vec<usize> = (0..images.len()).collect();
        for places in places.chunks(EVALUATED) {
            let (batch, _) = self.batch_of(&images.at(places))?;
            let embeddings = self.net.backbone.embed(&batch)?.detach();
            let (logits, activated) = self.net.read_out(&embeddings)?;
            seen.embeddings
                .extend(embeddings.flatten_all()?.to_vec1::<f32>()?);
            if let Some(activated) = activated {
                let flat = activated.activations.flatten_all()?;
                seen.activations.extend(flat.to_vec1::<f32>()?);
            }
            let predicted = logits.argmax(1)?.to_vec1::<u32>()?.into_iter();
            seen.predicted
                .extend(predicted.map(|class| u16::try_from(class).unwrap_or(u16::MAX)));
        }
        Ok(seen)
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
