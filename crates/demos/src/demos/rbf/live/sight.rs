//! What the network makes of the picture's points at one moment: all that is drawn, measured and explained is of this.

use candle_core::Tensor;

use crate::demos::rbf::data::Images;
use crate::demos::rbf::interpret::Reader;
use crate::demos::rbf::measure::threshold;
use crate::demos::rbf::net::Head;
use crate::demos::rbf::placing::majority;
use crate::demos::rbf::results::{Measures, Placed};
use crate::demos::rbf::train::{Seen, TrainError, Trainer};

pub(super) struct Sight {
    pub seen: Seen,
    /// The head as plain numbers; none of a softmax head.
    pub reader: Option<Reader>,
    /// Of each point; empty without centres.
    pub nearest: Vec<usize>,
    /// The class of each centre, by majority of the points that were learned from.
    pub classes: Vec<Option<u16>>,
    /// Of each point; empty without centres.
    pub largest: Vec<f32>,
    /// What an activation must reach for an image not to be rejected.
    pub threshold: Option<f32>,
    /// m_k of each class (d numbers), where all centres come down to one a class.
    pub prototypes: Vec<f32>,
}

impl Sight {
    /// Of these points, of which those from `held_from` on were held out; `reject` of those that were learned from are
    /// to be rejected.
    ///
    /// # Errors
    /// Of the network.
    pub fn of(
        trainer: &Trainer,
        points: &Images,
        held_from: usize,
        reject: f64,
    ) -> Result<Self, TrainError> {
        let seen = trainer.look(points)?;
        let reader = trainer.net.reader()?;
        let mut prototypes = Vec::new();
        if let Head::Rbf(layer) = &trainer.net.head {
            // Of one output for all classes there is no prototype a class.
            let found = layer.prototypes()?.filter(|_| layer.config.classes > 1);
            if let Some(found) = found {
                let means: Tensor = found.means;
                prototypes = means.flatten_all()?.to_vec1()?;
            }
        }
        let (nearest, largest) = (seen.nearest(), seen.largest());
        let learned = held_from.min(nearest.len());
        Ok(Self {
            classes: majority(&nearest[..learned], &points.labels, seen.centres),
            threshold: threshold(&largest[..learned], reject),
            seen,
            reader,
            nearest,
            largest,
            prototypes,
        })
    }

    pub fn embedding(&self, point: usize) -> &[f32] {
        let d = self.seen.dims;
        let row = self.seen.embeddings.get(point * d..(point + 1) * d);
        row.unwrap_or_default()
    }

    pub fn rejects(&self, largest: f64) -> bool {
        self.threshold
            .is_some_and(|threshold| largest < f64::from(threshold))
    }

    /// Of the points that were held out, each looked up among those that were learned from.
    pub fn measures(&self, labels: &[u16], held_from: usize) -> Measures {
        let held_from = held_from.min(labels.len());
        let part = |from: usize, to: usize| {
            let d = self.seen.dims;
            Placed {
                embeddings: &self.seen.embeddings[from * d..to * d],
                nearest: self.nearest.get(from..to).unwrap_or_default(),
                labels: &labels[from..to],
            }
        };
        let (learned, held) = (part(0, held_from), part(held_from, labels.len()));
        Measures::of(self.reader.as_ref(), self.seen.dims, held, learned)
    }
}

/// Accuracies of the first `held_from`, which were learned from, and of the others; none of no images.
pub(super) fn accuracy(predicted: &[u16], labels: &[u16], held_from: usize) -> [Option<f64>; 2] {
    let known: Vec<bool> = predicted.iter().zip(labels).map(|(a, b)| a == b).collect();
    let (learned, held) = known.split_at(held_from.min(known.len()));
    [learned, held].map(|part| {
        let right = part.iter().filter(|known| **known).count();
        (!part.is_empty()).then(|| right as f64 / part.len() as f64)
    })
}
