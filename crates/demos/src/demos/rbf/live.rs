//! The trainer as a demo: curves, pictures of what it learns, a closer look at any of it, and the test set once, at the
//! end.

mod draw;
mod finish;
mod look;
mod settings;
mod sight;

use std::path::Path;
use std::time::{Duration, Instant};

pub use self::settings::config_of;
use self::settings::{count, number, word};
use self::sight::Sight;
use super::data::{Dataset, Images};
use super::device;
use super::net::HeadKind;
use super::picture::Plane;
use super::train::Trainer;
use super::tsne::Tsne;
use crate::demos::inspect::{Inspect, Inspected};
use crate::demos::sheet::{Reading, Sheet};
use crate::demos::{Demo, Idle, Step};
use salon_core::domain::demo::{Setting, Settings};

/// Of the points in the picture, those that are learned from and those that are not.
const SEEN: usize = 1_400;
const HELD_OUT: usize = 600;
/// Training goes on at least so many times as long as the picture before took to make.
const TRAIN_PER_PICTURE: u32 = 2;
const SLICE: Duration = Duration::from_millis(40);
/// Pictures from one measurement of retrieval and clusters to the next.
const MEASURE_EVERY: u32 = 4;

/// Names of the curves. Accuracies but the first, and all below them, are of the picture's points.
pub const CURVES: [&str; 13] = [
    "loss",
    "supervised loss",
    "unsupervised loss",
    "batch accuracy",
    "train accuracy",
    "held-out accuracy",
    "baseline train accuracy",
    "baseline held-out accuracy",
    "precision at 1",
    "MAP@R",
    "NMI",
    "purity",
    "images per second",
];

pub struct LiveRbf {
    data: Dataset,
    device: String,
    trainer: Trainer,
    /// The same backbone with a softmax head, trained beside it.
    baseline: Option<Trainer>,
    epochs: usize,
    /// The share of images learned from that the largest activation would reject.
    reject: f64,
    /// Steps taken.
    step: usize,
    points: Images,
    /// The first point that was held out of training.
    held_from: usize,
    /// As of the newest picture, and the step that it is of.
    sight: Option<Sight>,
    seen_at: usize,
    embedding: Option<Plane>,
    activations: Option<Plane>,
    extent: [f64; 3],
    frame: u32,
    /// Under way or done for the newest picture, while the run rests.
    tsne: Option<Tsne>,
    /// How long the last picture took, and the training since.
    picture_took: Duration,
    trained: Duration,
    /// What the next reading tells of the picture: accuracies of both networks, then what is measured beside them.
    accuracy: [Option<f64>; 4],
    measured: Vec<Option<f64>>,
}

impl LiveRbf {
    /// # Errors
    /// If the data cannot be read or a setting is out of range, in words.
    pub fn new(settings: &Settings, device: &str) -> Result<Self, String> {
        let data = Dataset::open(word(settings, "data")?).map_err(words)?;
        shown_live(&data)?;
        let config = config_of(settings)?;
        let (device, shown) = device::open(device)?;
        let trainer = Trainer::new(&data, config, &device).map_err(words)?;
        let baseline = match word(settings, "baseline")? {
            "softmax" if config.head == HeadKind::Rbf => {
                Some(Trainer::new(&data, config.baseline(), &device).map_err(words)?)
            }
            _ => None,
        };
        Self::of(settings, data, shown, trainer, baseline)
    }

    fn of(
        settings: &Settings,
        data: Dataset,
        device: String,
        trainer: Trainer,
        baseline: Option<Trainer>,
    ) -> Result<Self, String> {
        let (points, held_from) = trainer.points(SEEN, HELD_OUT);
        Ok(Self {
            epochs: count(settings, "epochs")?,
            reject: number(settings, "reject")?,
            device,
            data,
            trainer,
            baseline,
            step: 0,
            points,
            held_from,
            sight: None,
            seen_at: 0,
            embedding: None,
            activations: None,
            extent: [0.0; 3],
            frame: 0,
            tsne: None,
            picture_took: Duration::ZERO,
            trained: Duration::ZERO,
            accuracy: [None; 4],
            measured: Vec::new(),
        })
    }

    fn steps(&self) -> usize {
        match self.trainer.learns() {
            true => self.epochs * self.trainer.steps_an_epoch(),
            // Solved for before the first picture.
            false => 0,
        }
    }

    /// Draws and keeps the time that it took.
    fn draw(&mut self, sheet: &mut Sheet) -> Result<(), String> {
        let began = Instant::now();
        self.tsne = None;
        self.see()?;
        sheet.picture = Some(self.picture());
        self.picture_took = began.elapsed();
        self.trained = Duration::ZERO;
        Ok(())
    }

    /// Learns for one slice.
    fn train(&mut self) -> Result<Option<Reading>, String> {
        let began = Instant::now();
        let steps = self.steps();
        let (mut images, mut right) = (0, 0);
        let mut losses = [0.0; 3];
        // The time of the network itself, without the one beside it.
        let mut own = Duration::ZERO;
        while self.step < steps && began.elapsed() < SLICE {
            let at = Instant::now();
            let step = self.trainer.step().map_err(words)?;
            own += at.elapsed();
            if let Some(baseline) = &mut self.baseline {
                baseline.step().map_err(words)?;
            }
            self.step += 1;
            images += step.images;
            right += step.right;
            let found = [step.loss, step.supervised, step.unsupervised];
            for (sum, loss) in losses.iter_mut().zip(found) {
                *sum += f64::from(loss) * step.images as f64;
            }
        }
        let took = began.elapsed();
        self.trained += took;
        if images == 0 {
            return Ok(None);
        }
        let n = images as f64;
        let mut values: Vec<Option<f64>> = losses.map(|sum| Some(sum / n)).to_vec();
        values.push(Some(right as f64 / n));
        values.extend([None; 8]);
        values.push(Some(n / own.as_secs_f64().max(1e-9)));
        Ok(Some(Reading {
            step: as_u32(self.step),
            values,
        }))
    }

    /// The curves of the picture, once after each.
    fn told(&mut self, mut reading: Reading) -> Reading {
        let found = std::mem::take(&mut self.accuracy)
            .into_iter()
            .chain(std::mem::take(&mut self.measured));
        for (value, found) in reading.values.iter_mut().skip(4).zip(found) {
            *value = found;
        }
        reading
    }
}

impl Demo for LiveRbf {
    fn turn(&mut self, settings: &Settings) {
        for (name, value) in settings {
            let Setting::Number(value) = value else {
                continue;
            };
            match name.as_str() {
                "lambda" => self.trainer.config.lambda = *value,
                "repulsion" => self.trainer.config.repulsion = *value,
                "reject" => {
                    self.reject = *value;
                    // To be drawn anew, also where it rests.
                    self.trained = self.trained.max(Duration::from_nanos(1));
                }
                "learning_rate" => {
                    self.trainer.set_learning_rate(*value);
                    if let Some(baseline) = &mut self.baseline {
                        baseline.set_learning_rate(*value);
                    }
                }
                _ => {}
            }
        }
    }

    fn step(&mut self, sheet: &mut Sheet) -> Result<Step, String> {
        if self.frame == 0 {
            sheet.device.clone_from(&self.device);
            sheet.names = CURVES.map(str::to_string).to_vec();
            sheet.classes.clone_from(&self.data.classes);
            sheet.steps = as_u32(self.steps());
            self.draw(sheet)?;
            return Ok(Step::Again);
        }
        let reading = self.train()?;
        let done = self.step >= self.steps();
        if self.trained > Duration::ZERO
            && (done || self.trained >= self.picture_took * TRAIN_PER_PICTURE)
        {
            self.draw(sheet)?;
        }
        let measured = done.then(|| self.measure());
        // Without a step there is no reading of one, but what the picture shows can be told.
        let solved = || Reading {
            step: 0,
            values: vec![None; CURVES.len()],
        };
        if let Some(reading) = reading.or_else(|| done.then(solved)) {
            let reading = self.told(reading);
            sheet.read(reading);
        }
        let Some(measured) = measured else {
            return Ok(Step::Again);
        };
        let (ended, reliability) = self.finish(measured).map_err(words)?;
        sheet.reliability = Some(reliability);
        sheet.ended = Some(ended);
        Ok(Step::Done)
    }

    fn inspect(&mut self, what: &Inspect) -> Result<Inspected, String> {
        self.find(what)
    }

    /// A picture of where it rests, and t-SNE of that.
    fn idle(&mut self, sheet: &mut Sheet) -> Result<Idle, String> {
        if self.frame == 0 {
            return Ok(Idle::Nothing);
        }
        if self.trained > Duration::ZERO {
            self.draw(sheet)?;
            return Ok(Idle::Waits);
        }
        self.lay_out(sheet)
    }

    fn keep(&self, folder: &Path) -> Result<(), String> {
        self.save(folder)
    }
}

/// What a set may have to be trained in front of everyone: a point in a picture has room for so many classes, and a session
/// shares its machine with votes.
fn shown_live(data: &Dataset) -> Result<(), String> {
    const CLASSES: usize = 64;
    const BYTES: usize = 512 << 20;
    if data.classes.len() > CLASSES {
        return Err(format!(
            "the set has {} classes; in a session at most {CLASSES} can be told apart",
            data.classes.len()
        ));
    }
    let bytes = data.train.bytes.len() + data.test.bytes.len();
    if bytes > BYTES {
        return Err(format!(
            "the set has {} MiB of pixels; in a session at most {} are possible: take fewer or smaller images",
            bytes >> 20,
            BYTES >> 20
        ));
    }
    Ok(())
}

fn as_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
