//! The picture: where all points lie, what they are taken for, and, while the run rests, t-SNE of them.

use std::time::Instant;

use super::sight::{Sight, accuracy};
use super::{LiveRbf, MEASURE_EVERY, SLICE, as_u32, words};
use crate::demos::Idle;
use crate::demos::rbf::interpret::in_one_metric;
use crate::demos::rbf::picture::{Mark, Picture, Plane, extent};
use crate::demos::rbf::results::Measures;
use crate::demos::rbf::tsne::Tsne;
use crate::demos::sheet::{Sheet, Shot};

impl LiveRbf {
    /// Looks at all points as the network is now.
    pub(super) fn see(&mut self) -> Result<(), String> {
        let sight = Sight::of(&self.trainer, &self.points, self.held_from, self.reject);
        let sight = sight.map_err(words)?;
        let seen = &sight.seen;
        self.embedding = Some(Plane::of(
            &seen.embeddings,
            seen.dims,
            self.embedding.as_ref(),
        ));
        self.activations = (seen.centres > 0)
            .then(|| Plane::of(&seen.activations, seen.centres, self.activations.as_ref()));
        let labels = &self.points.labels;
        let [train, held_out] = accuracy(&seen.predicted, labels, self.held_from);
        let mut found = [train, held_out, None, None];
        if let Some(baseline) = &self.baseline {
            let seen = baseline.look(&self.points).map_err(words)?;
            let [train, held_out] = accuracy(&seen.predicted, labels, self.held_from);
            (found[2], found[3]) = (train, held_out);
        }
        self.accuracy = found;
        self.sight = Some(sight);
        self.seen_at = self.step;
        if self.frame.is_multiple_of(MEASURE_EVERY) {
            self.measure();
        }
        Ok(())
    }

    /// Retrieval and clusters, for the next reading.
    pub(super) fn measure(&mut self) -> Measures {
        let sight = self.sight.as_ref();
        let found = sight.map(|sight| sight.measures(&self.points.labels, self.held_from));
        let found = found.unwrap_or_default();
        self.measured = found.told().map(|(_, value)| value).collect();
        found
    }

    /// What was seen last, as it travels.
    pub(super) fn picture(&mut self) -> Shot {
        self.frame += 1;
        let none = Vec::new();
        let points = |plane: &Option<Plane>| {
            plane
                .as_ref()
                .map_or(none.clone(), |plane| plane.points().to_vec())
        };
        let (embedding, activations) = (points(&self.embedding), points(&self.activations));
        let tsne = self.tsne.as_ref().map_or(&none[..], |tsne| tsne.points());
        self.extent = [
            extent(&embedding, self.extent[0]),
            extent(&activations, self.extent[1]),
            extent(tsne, 0.0),
        ];
        let project = |points: &[f32]| match &self.embedding {
            Some(plane) => plane.project(points),
            None => Vec::new(),
        };
        let (mut marks, mut prototypes, mut classes) = (Vec::new(), Vec::new(), &[][..]);
        let mut centres = Vec::new();
        if let Some(sight) = &self.sight {
            marks = self.marks(sight);
            prototypes = project(&sight.prototypes);
            classes = &sight.classes;
            if let Some(reader) = &sight.reader {
                centres = project(&reader.places());
            }
        }
        let (step, frame) = (as_u32(self.seen_at), self.frame);
        let picture = Picture {
            step,
            frame,
            marks: &marks,
            held_from: self.held_from,
            embedding: &embedding,
            centres: &centres,
            classes,
            prototypes: &prototypes,
            activations: &activations,
            tsne,
            extent: self.extent,
        };
        Shot {
            step,
            frame,
            bytes: picture.encode().into(),
        }
    }

    fn marks(&self, sight: &Sight) -> Vec<Mark> {
        let labels = self.points.labels.iter().zip(&sight.seen.predicted);
        let all = labels.enumerate();
        all.map(|(point, (class, predicted))| Mark {
            class: *class,
            wrong: class != predicted,
            rejected: sight
                .largest
                .get(point)
                .is_some_and(|largest| sight.rejects(f64::from(*largest))),
            nearest: sight.nearest.get(point).copied(),
        })
        .collect()
    }

    /// Some steps of t-SNE of the embedding, in the metric where there is one for all; drawn once it is done.
    pub(super) fn lay_out(&mut self, sheet: &mut Sheet) -> Result<Idle, String> {
        let Some(sight) = &self.sight else {
            return Ok(Idle::Nothing);
        };
        let began = Instant::now();
        let tsne = match &mut self.tsne {
            Some(tsne) => tsne,
            held => {
                let seen = &sight.seen;
                let mapped = in_one_metric(sight.reader.as_ref(), &seen.embeddings);
                match Tsne::new(&mapped, seen.dims, self.trainer.config.seed) {
                    Ok(tsne) => held.insert(tsne),
                    Err(error) => {
                        tracing::debug!(%error, "no t-SNE");
                        return Ok(Idle::Nothing);
                    }
                }
            }
        };
        if tsne.progress() >= 1.0 {
            return Ok(Idle::Nothing);
        }
        while began.elapsed() < SLICE {
            if !tsne.step() {
                sheet.picture = Some(self.picture());
                return Ok(Idle::Nothing);
            }
        }
        Ok(Idle::Waits)
    }
}
