//! What the network makes of images; nothing is learned.

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use super::{TrainError, Trainer};
use crate::demos::rbf::data::Images;
use crate::demos::rbf::loss;
use crate::demos::rbf::net::Head;

/// Images at once.
const EVALUATED: usize = 256;

/// How a part of the data does.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    pub accuracy: f64,
    /// Mean supervised loss, without label smoothing; cross entropy is in nats.
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
    /// w_j r_j²: n × K
    pub scaled: Vec<f32>,
    /// y: n × outputs
    pub logits: Vec<f32>,
    /// n
    pub predicted: Vec<u16>,
    /// How sure of that: n
    pub confidence: Vec<f32>,
}

impl Seen {
    /// The centre with the least w_j r_j², of each image; none without centres.
    pub fn nearest(&self) -> Vec<usize> {
        let rows = self.scaled.chunks_exact(self.centres.max(1));
        rows.map(|row| {
            let all = row.iter().enumerate();
            let least = all.min_by(|a, b| a.1.total_cmp(b.1));
            least.map_or(0, |(centre, _)| centre)
        })
        .collect()
    }

    /// The largest activation of each image; none without centres.
    pub fn largest(&self) -> Vec<f32> {
        let rows = self.activations.chunks_exact(self.centres.max(1));
        rows.map(|row| row.iter().copied().fold(f32::NEG_INFINITY, f32::max))
            .collect()
    }
}

impl Trainer {
    /// Accuracy and loss on these images.
    ///
    /// # Errors
    /// If the images have another shape.
    pub fn evaluate(&self, images: &Images) -> Result<Evaluation, TrainError> {
        let kind = self.config.supervised;
        let (mut right, mut sum) = (0, 0.0);
        let places: Vec<usize> = (0..images.len()).collect();
        for places in places.chunks(EVALUATED) {
            let (batch, labels) = self.batch_of(&images.at(places))?;
            let (logits, _) = self.net.read_out(&self.net.backbone.embed(&batch)?)?;
            let logits = logits.detach();
            let told = loss::predicted(kind, &logits, self.classes)?;
            let known = told.iter().zip(labels.to_vec1::<u32>()?);
            right += known.filter(|(told, label)| **told == *label).count();
            let mean = loss::loss(kind, 0.0, &logits, &labels, self.classes)?;
            let mean = mean.to_scalar::<f32>()?;
            self.is_finite(&[mean])?;
            sum += f64::from(mean) * places.len() as f64;
        }
        let all = images.len().max(1) as f64;
        Ok(Evaluation {
            accuracy: right as f64 / all,
            loss: sum / all,
        })
    }

    /// The last step of a run may be the one that breaks it: what is no number is not shown as one.
    fn is_finite(&self, numbers: &[f32]) -> Result<(), TrainError> {
        match numbers.iter().find(|number| !number.is_finite()) {
            Some(loss) => Err(TrainError::Diverged {
                loss: *loss,
                steps: self.steps,
            }),
            None => Ok(()),
        }
    }

    /// The embeddings of these images: n × d. A few at a time: the whole of a deep net's layers of all would not fit.
    pub(super) fn embed(&self, images: &Images) -> Result<Tensor, TrainError> {
        let places: Vec<usize> = (0..images.len()).collect();
        let parts = places.chunks(EVALUATED).map(|places| {
            let (batch, _) = self.batch_of(&images.at(places))?;
            Ok(self.net.backbone.embed(&batch)?.detach())
        });
        let parts = parts.collect::<Result<Vec<_>, TrainError>>()?;
        Ok(Tensor::cat(&parts, 0)?)
    }

    /// What the network makes of these images.
    ///
    /// # Errors
    /// If the images have another shape.
    pub fn look(&self, images: &Images) -> Result<Seen, TrainError> {
        let kind = self.config.supervised;
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
            let logits = logits.detach();
            seen.embeddings
                .extend(embeddings.flatten_all()?.to_vec1::<f32>()?);
            if let (Some(activated), Head::Rbf(layer)) = (activated, &self.net.head) {
                let flat = activated.activations.flatten_all()?;
                seen.activations.extend(flat.to_vec1::<f32>()?);
                let scaled = activated
                    .distances
                    .broadcast_mul(&layer.inverse_widths()?)?;
                seen.scaled.extend(scaled.flatten_all()?.to_vec1::<f32>()?);
            }
            let flat = logits.flatten_all()?.to_vec1::<f32>()?;
            self.is_finite(&flat)?;
            seen.logits.extend(flat);
            let told = loss::predicted(kind, &logits, self.classes)?;
            let sure = loss::probabilities(kind, &logits, self.classes)?.max(1)?;
            seen.confidence.extend(sure.to_vec1::<f32>()?);
            let told = told.into_iter();
            seen.predicted
                .extend(told.map(|class| u16::try_from(class).unwrap_or(u16::MAX)));
        }
        Ok(seen)
    }
}
