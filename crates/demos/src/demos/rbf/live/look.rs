//! A closer look: at a point of the picture, a centre, a prototype, or something that was drawn.

use candle_core::{Device, Tensor};

use super::sight::Sight;
use super::{LiveRbf, as_u32, words};
use crate::demos::inspect::{
    CentreFound, DRAWN_SIDE, Inspect, Inspected, LogitTerms, NearCentre, Neighbour, Sample,
};
use crate::demos::rbf::data::{Images, Shape};
use crate::demos::rbf::interpret::{Reader, Reading};
use crate::demos::rbf::loss;

/// Images shown as the most and the least similar, each.
const NEIGHBOURS: usize = 8;
const CENTRES: usize = 5;

impl LiveRbf {
    /// # Errors
    /// If there is no such thing in this run.
    pub(super) fn find(&mut self, what: &Inspect) -> Result<Inspected, String> {
        let nothing = "There is nothing to look into yet.";
        let sight = self.sight.as_ref().ok_or(nothing)?;
        let Shape {
            channels,
            height,
            width,
        } = self.points.shape;
        let found = Inspected {
            step: as_u32(self.seen_at),
            shape: [channels, height, width],
            ..Inspected::default()
        };
        Ok(match what {
            Inspect::Point(point) => self.point(sight, *point, found)?,
            Inspect::Centre(centre) => self.centre(sight, *centre, found)?,
            Inspect::Prototype(class) => self.prototype(sight, *class, found)?,
            Inspect::Drawn(bytes) => self.drawn(sight, bytes, found)?,
        })
    }

    fn point(&self, sight: &Sight, point: usize, found: Inspected) -> Result<Inspected, String> {
        let label = *self.points.labels.get(point).ok_or_else(|| {
            let n = self.points.len();
            format!("There is no point {point}; the picture has {n}, from 0.")
        })?;
        let embedding = sight.embedding(point);
        let outputs = self.trainer.config.rbf.classes;
        let logits = &sight.seen.logits[point * outputs..(point + 1) * outputs];
        let sample = Sample {
            image: self.points.image(point).to_vec(),
            label: Some(label),
            held_out: point >= self.held_from,
            ..self.sample(sight, sight.reader.as_ref(), embedding, logits)?
        };
        Ok(self.among(
            sight,
            embedding,
            Some(point),
            Inspected {
                sample: Some(sample),
                ..found
            },
        ))
    }

    fn drawn(&self, sight: &Sight, bytes: &[u8], found: Inspected) -> Result<Inspected, String> {
        let shape = self.points.shape;
        let image = Images {
            shape,
            bytes: stretched(bytes, shape),
            labels: vec![0],
        };
        let seen = self.trainer.look(&image).map_err(words)?;
        // As the network is now: the picture may be some steps behind.
        let now = self.trainer.net.reader().map_err(words)?;
        let sample = Sample {
            image: image.bytes,
            ..self.sample(sight, now.as_ref(), &seen.embeddings, &seen.logits)?
        };
        Ok(self.among(
            sight,
            &seen.embeddings,
            None,
            Inspected {
                sample: Some(sample),
                ..found
            },
        ))
    }

    fn prototype(
        &self,
        sight: &Sight,
        class: usize,
        found: Inspected,
    ) -> Result<Inspected, String> {
        let d = sight.seen.dims;
        let mean = sight.prototypes.get(class * d..(class + 1) * d);
        let mean = mean.ok_or(
            "There is no prototype of that class: with this kernel or a metric for each centre, centres do not come down to one.",
        )?;
        Ok(self.among(sight, mean, None, found))
    }

    fn centre(&self, sight: &Sight, centre: usize, found: Inspected) -> Result<Inspected, String> {
        let reader = sight.reader.as_ref();
        let reader = reader.filter(|reader| centre < reader.inverse_widths.len());
        let reader = reader.ok_or_else(|| {
            let k = sight.seen.centres;
            format!("There is no centre {centre}; this run has {k}, from 0.")
        })?;
        let mut distances = vec![0.0; self.points.len()];
        let around = reader.around(centre, &sight.seen.embeddings);
        for (point, distance) in &around {
            distances[*point] = *distance;
        }
        let learned = around.iter().filter(|(point, _)| *point < self.held_from);
        let learned: Vec<(usize, f64)> = learned.copied().collect();
        let labels = self.points.labels.iter().take(self.held_from);
        let won: Vec<u16> = labels
            .zip(&sight.nearest)
            .filter(|(_, nearest)| **nearest == centre)
            .map(|(label, _)| *label)
            .collect();
        let class = sight.classes.get(centre).copied().flatten();
        let of_class = won.iter().filter(|label| Some(**label) == class).count();
        let outputs = reader.classes;
        let weights = reader.weights[centre * outputs..(centre + 1) * outputs].to_vec();
        let (nearest, farthest) = self.ends(&learned);
        Ok(Inspected {
            centre: Some(CentreFound {
                centre,
                class,
                won: won.len(),
                purity: of_class as f64 / won.len().max(1) as f64,
                width: reader.inverse_widths[centre].sqrt().recip(),
                weights,
                distances,
            }),
            nearest,
            farthest,
            ..found
        })
    }

    /// What is told of an embedding and its outputs, but for the image itself.
    fn sample(
        &self,
        sight: &Sight,
        reader: Option<&Reader>,
        embedding: &[f32],
        logits: &[f32],
    ) -> Result<Sample, String> {
        let (kind, classes) = (self.trainer.config.supervised, self.trainer.classes);
        let outputs = Tensor::from_slice(logits, (1, logits.len()), &Device::Cpu).map_err(words)?;
        let told = loss::predicted(kind, &outputs, classes).map_err(words)?;
        let predicted = told.first().copied().unwrap_or(0);
        let sure = loss::probabilities(kind, &outputs, classes)
            .and_then(|sure| sure.flatten_all()?.to_vec1::<f32>())
            .map_err(words)?;
        let reading = reader.map(|reader| reader.read(embedding));
        let largest = reading.as_ref().and_then(Reading::largest_activation);
        let at = self
            .embedding
            .as_ref()
            .map(|plane| plane.project(embedding));
        let at = at.and_then(|at| at.first().copied()).unwrap_or_default();
        Ok(Sample {
            predicted: u16::try_from(predicted).unwrap_or(u16::MAX),
            probabilities: sure.into_iter().map(f64::from).collect(),
            largest,
            threshold: sight.threshold.map(f64::from),
            rejected: largest.is_some_and(|largest| sight.rejects(largest)),
            at: at.map(|x| x / self.extent[0].max(1e-9)),
            centres: near(sight, reader, reading.as_ref()),
            logits: terms(predicted as usize, reader, reading.as_ref(), logits),
            ..Sample::default()
        })
    }

    /// Adds the points that were learned from and are most and least like this embedding.
    fn among(
        &self,
        sight: &Sight,
        embedding: &[f32],
        but: Option<usize>,
        found: Inspected,
    ) -> Inspected {
        let gallery = &sight.seen.embeddings[..self.held_from * sight.seen.dims];
        let mut order = match &sight.reader {
            Some(reader) => reader.similar(embedding, gallery),
            None => Reader::euclidean(sight.seen.dims).similar(embedding, gallery),
        };
        order.retain(|(point, _)| Some(*point) != but);
        let (nearest, farthest) = self.ends(&order);
        Inspected {
            nearest,
            farthest,
            ..found
        }
    }

    /// The first and the last of these, the last ones with the farthest first.
    fn ends(&self, order: &[(usize, f64)]) -> (Vec<Neighbour>, Vec<Neighbour>) {
        let shown = |(point, distance): &(usize, f64)| Neighbour {
            point: *point,
            image: self.points.image(*point).to_vec(),
            label: self.points.labels[*point],
            distance: *distance,
        };
        let nearest = order.iter().take(NEIGHBOURS).map(shown).collect();
        let farthest = order.iter().rev().take(NEIGHBOURS).map(shown).collect();
        (nearest, farthest)
    }
}

fn near(sight: &Sight, reader: Option<&Reader>, reading: Option<&Reading>) -> Vec<NearCentre> {
    let (Some(reader), Some(reading)) = (reader, reading) else {
        return Vec::new();
    };
    let first = reading.nearest.iter().take(CENTRES);
    first
        .map(|centre| NearCentre {
            centre: *centre,
            class: sight.classes.get(*centre).copied().flatten(),
            distance: (reader.inverse_widths[*centre] * reading.distances[*centre]).sqrt(),
            activation: reading.activations[*centre],
        })
        .collect()
}

/// How the logit of the predicted class and that of the best other one come about.
fn terms(
    predicted: usize,
    reader: Option<&Reader>,
    reading: Option<&Reading>,
    logits: &[f32],
) -> Vec<LogitTerms> {
    let class = |class: usize| u16::try_from(class).unwrap_or(u16::MAX);
    match (reader, reading) {
        // One output for all classes: there is no other.
        (Some(reader), Some(reading)) if reading.logits.len() == 1 => vec![LogitTerms {
            class: class(predicted),
            logit: reading.logits[0],
            bias: reader.bias[0],
            terms: reading.terms[0].clone(),
        }],
        (Some(reader), Some(reading)) => {
            let both = [Some(predicted), reading.best_but(predicted)];
            let both = both.into_iter().flatten();
            both.map(|k| LogitTerms {
                class: class(k),
                logit: reading.logits[k],
                bias: reader.bias[k],
                terms: reading.terms[k].clone(),
            })
            .collect()
        }
        _ => {
            let mut order: Vec<usize> = (0..logits.len()).collect();
            order.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
            let both = order.into_iter().take(2);
            both.map(|k| LogitTerms {
                class: class(if logits.len() == 1 { predicted } else { k }),
                logit: f64::from(logits[k]),
                bias: f64::from(logits[k]),
                terms: Vec::new(),
            })
            .collect()
        }
    }
}

/// What was drawn, in the shape that the network knows: the nearest cell of each pixel, the same in every channel.
fn stretched(bytes: &[u8], shape: Shape) -> Vec<u8> {
    let cell = |at: usize, of: usize| at * DRAWN_SIDE / of.max(1);
    let mut plane = Vec::with_capacity(shape.height * shape.width);
    for row in 0..shape.height {
        for column in 0..shape.width {
            let place = cell(row, shape.height) * DRAWN_SIDE + cell(column, shape.width);
            plane.push(bytes.get(place).copied().unwrap_or(0));
        }
    }
    plane.repeat(shape.channels)
}
