//! The trainer as a demo: curves, a picture of the embedding now and then, and the test set once, at the end.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use candle_core::Device;
use serde_json::{Value, json};

use super::data::{Dataset, Images};
use super::net::Head;
use super::picture::{Picture, Plane, extent};
use super::train::{TrainConfig, Trainer};
use crate::demos::sheet::{Ended, Reading, Sheet};
use crate::demos::{Demo, Step};
use crate::domain::demo::{Setting, Settings};

/// Of the points in the picture, those that are learned from and those that are not.
const SEEN: usize = 1_400;
const HELD_OUT: usize = 600;
/// Training goes on at least so many times as long as the picture before took to make.
const TRAIN_PER_PICTURE: u32 = 2;
const SLICE: Duration = Duration::from_millis(40);

/// Names of the curves. Both accuracies are of the picture's points.
pub const CURVES: [&str; 6] = [
    "loss",
    "unsupervised loss",
    "batch accuracy",
    "train accuracy",
    "held-out accuracy",
    "images per second",
];

pub struct LiveRbf {
    data: Dataset,
    trainer: Trainer,
    epochs: usize,
    /// Steps taken.
    step: usize,
    points: Images,
    embedding: Option<Plane>,
    activations: Option<Plane>,
    extent: [f64; 2],
    frame: u32,
    /// How long the last picture took, and the training since.
    picture_took: Duration,
    trained: Duration,
    /// Train and held-out accuracy that the next reading tells.
    accuracy: [Option<f64>; 2],
}

impl LiveRbf {
    /// # Errors
    /// If the data cannot be read or a setting is out of range, in words.
    pub fn new(settings: &Settings) -> Result<Self, String> {
        let data = match settings.get("data") {
            Some(Setting::Word(name)) => Dataset::open(name).map_err(|error| error.to_string())?,
            _ => return Err("no data is set".to_string()),
        };
        let config = config_of(settings)?;
        let trainer =
            Trainer::new(&data, config, &Device::Cpu).map_err(|error| error.to_string())?;
        let mut points = spread(trainer.train_images(), SEEN);
        let held_out = spread(trainer.validation_images(), HELD_OUT);
        points.bytes.extend(held_out.bytes);
        points.labels.extend(held_out.labels);
        Ok(Self {
            epochs: count(settings, "epochs")?,
            data,
            trainer,
            step: 0,
            points,
            embedding: None,
            activations: None,
            extent: [0.0; 2],
            frame: 0,
            picture_took: Duration::ZERO,
            trained: Duration::ZERO,
            accuracy: [None; 2],
        })
    }

    fn steps(&self) -> usize {
        self.epochs * self.trainer.steps_an_epoch()
    }

    /// Where all points lie now, and how many of them are known.
    fn picture(&mut self) -> Result<Vec<u8>, String> {
        let seen = self
            .trainer
            .look(&self.points)
            .map_err(|error| error.to_string())?;
        let embedding = Plane::of(&seen.embeddings, seen.dims, self.embedding.as_ref());
        let activations = (seen.centres > 0)
            .then(|| Plane::of(&seen.activations, seen.centres, self.activations.as_ref()));
        let centres = match &self.trainer.net.head {
            Head::Rbf(layer) => {
                let flat = layer.centres.flatten_all().and_then(|flat| flat.to_vec1());
                embedding.project(&flat.map_err(|error| error.to_string())?)
            }
            Head::Softmax(_) => Vec::new(),
        };
        let none = Vec::new();
        let activated = activations.as_ref().map_or(&none[..], Plane::points);
        self.extent = [
            extent(embedding.points(), self.extent[0]),
            extent(activated, self.extent[1]),
        ];
        let labels: Vec<(u16, bool)> = self
            .points
            .labels
            .iter()
            .zip(&seen.predicted)
            .map(|(label, predicted)| (*label, label != predicted))
            .collect();
        let held_from = labels.len() - labels.len().min(HELD_OUT).min(self.held_out());
        let right = |part: &[(u16, bool)]| {
            let right = part.iter().filter(|(_, wrong)| !wrong).count();
            (!part.is_empty()).then(|| right as f64 / part.len() as f64)
        };
        self.accuracy = [right(&labels[..held_from]), right(&labels[held_from..])];
        self.frame += 1;
        let bytes = Picture {
            step: as_u32(self.step),
            frame: self.frame,
            labels: &labels,
            held_from,
            embedding: embedding.points(),
            centres: &centres,
            activations: activated,
            extent: self.extent,
        }
        .encode();
        self.embedding = Some(embedding);
        self.activations = activations;
        Ok(bytes)
    }

    fn held_out(&self) -> usize {
        self.trainer.validation_images().len().min(HELD_OUT)
    }

    fn draw(&mut self, sheet: &mut Sheet) -> Result<(), String> {
        let began = Instant::now();
        sheet.picture = Some(self.picture()?);
        self.picture_took = began.elapsed();
        self.trained = Duration::ZERO;
        Ok(())
    }
}

impl Demo for LiveRbf {
    fn turn(&mut self, settings: &Settings) {
        for (name, value) in settings {
            match (name.as_str(), value) {
                ("lambda", Setting::Number(lambda)) => self.trainer.config.lambda = *lambda,
                ("learning_rate", Setting::Number(rate)) => self.trainer.set_learning_rate(*rate),
                _ => {}
            }
        }
    }

    fn step(&mut self, sheet: &mut Sheet) -> Result<Step, String> {
        if self.frame == 0 {
            sheet.names = &CURVES;
            sheet.classes.clone_from(&self.data.classes);
            sheet.steps = as_u32(self.steps());
            self.draw(sheet)?;
            return Ok(Step::Again);
        }
        let began = Instant::now();
        let (mut images, mut right, mut loss, mut unsupervised) = (0, 0, 0.0, 0.0);
        while self.step < self.steps() && began.elapsed() < SLICE {
            let step = self.trainer.step().map_err(|error| error.to_string())?;
            self.step += 1;
            images += step.images;
            right += step.right;
            loss += f64::from(step.loss) * step.images as f64;
            unsupervised += f64::from(step.unsupervised) * step.images as f64;
        }
        let took = began.elapsed();
        self.trained += took;
        let done = self.step >= self.steps();
        if done || self.trained >= self.picture_took * TRAIN_PER_PICTURE {
            self.draw(sheet)?;
        }
        if images > 0 {
            let n = images as f64;
            let [train, held_out] = std::mem::take(&mut self.accuracy);
            sheet.read(Reading {
                step: as_u32(self.step),
                values: vec![
                    Some(loss / n),
                    Some(unsupervised / n),
                    Some(right as f64 / n),
                    train,
                    held_out,
                    Some(n / took.as_secs_f64()),
                ],
            });
        }
        if !done {
            return Ok(Step::Again);
        }
        let mut results = BTreeMap::new();
        for (name, images) in [
            ("train accuracy", self.trainer.train_images()),
            ("held-out accuracy", self.trainer.validation_images()),
            ("test accuracy", &self.data.test),
        ] {
            let found = self.trainer.evaluate(images);
            let found = found.map_err(|error| error.to_string())?;
            results.insert(name.to_string(), found.accuracy);
        }
        sheet.ended = Some(Ended {
            failed: String::new(),
            results,
        });
        Ok(Step::Done)
    }
}

/// At most `n` images, evenly from all of them.
fn spread(images: &Images, n: usize) -> Images {
    let n = n.min(images.len());
    let places: Vec<usize> = (0..n).map(|place| place * images.len() / n).collect();
    images.at(&places)
}

fn as_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn count(settings: &Settings, name: &str) -> Result<usize, String> {
    match settings.get(name) {
        // Checked to be whole and in range.
        Some(Setting::Number(n)) => Ok(*n as usize),
        _ => Err(format!("{name} is not set")),
    }
}

/// Settings by knob → the trainer's.
///
/// # Errors
/// If a knob is not set, or as the trainer does not know.
pub fn config_of(settings: &Settings) -> Result<TrainConfig, String> {
    let plain = |name: &str| match settings.get(name) {
        Some(Setting::Number(n)) => Ok(json!(n)),
        Some(Setting::Word(word)) => Ok(json!(word)),
        None => Err(format!("{name} is not set")),
    };
    let whole = |name: &str| count(settings, name).map(|n| json!(n));
    let mut config = serde_json::Map::<String, Value>::new();
    for name in [
        "head",
        "backbone",
        "lambda",
        "learning_rate",
        "augmentation",
    ] {
        config.insert(name.to_string(), plain(name)?);
    }
    for name in ["batch", "seed"] {
        config.insert(name.to_string(), whole(name)?);
    }
    let rbf = json!({
        "centres": whole("centres")?,
        "dims": whole("dims")?,
        "kernel": plain("kernel")?,
        "metric": plain("metric")?,
    });
    config.insert("rbf".to_string(), rbf);
    serde_json::from_value(Value::Object(config)).map_err(|error| error.to_string())
}
