//! Before the first step: where centres start, how wide they are, and output weights in closed form.

use candle_core::{DType, Device, Tensor};

use super::{Placing, TrainError, Trainer, Training};
use crate::demos::rbf::closed_form::{one_hot, output_weights};
use crate::demos::rbf::kmeans::kmeans;
use crate::demos::rbf::layer::RbfLayer;
use crate::demos::rbf::loss::{self, Supervised};
use crate::demos::rbf::net::Head;
use crate::demos::rbf::placing::{by_class, drawn};

/// Images of which the first centres are made.
const SEEN_FIRST: usize = 2_000;
const KMEANS_ITERATIONS: usize = 20;

impl Trainer {
    pub(super) fn begin(&self) -> Result<(), TrainError> {
        let Head::Rbf(layer) = &self.net.head else {
            return Ok(());
        };
        let first = self.train.spread(SEEN_FIRST);
        let embeddings = self.embed(&first)?;
        self.place_centres(layer, &embeddings, &first.labels)?;
        self.place_widths(layer, &embeddings)?;
        if self.config.training != Training::EndToEnd {
            self.solve_weights()?;
        }
        Ok(())
    }

    fn place_centres(
        &self,
        layer: &RbfLayer,
        embeddings: &Tensor,
        labels: &[u16],
    ) -> Result<(), TrainError> {
        let (k, seed) = (self.config.rbf.centres, self.config.seed);
        // On the CPU: a GPU may have no f64.
        let here = Device::Cpu;
        let points: Vec<Vec<f64>> = embeddings
            .to_device(&here)?
            .to_dtype(DType::F64)?
            .to_vec2()?;
        let placing = match self.config.training {
            Training::OnePhase => Placing::Drawn,
            _ => self.config.placing,
        };
        let found = match placing {
            Placing::Kmeans => kmeans(&points, k, KMEANS_ITERATIONS, seed).centres,
            Placing::Classes => {
                by_class(&points, labels, self.classes, k, KMEANS_ITERATIONS, seed).centres
            }
            Placing::Drawn => drawn(&points, k, seed),
        };
        // Fewer different embeddings than centres: the last ones stay as they were drawn.
        let rows = found.len().min(k);
        let held = layer.centres.to_device(&here)?.to_dtype(DType::F64)?;
        let held = held.to_vec2::<f64>()?;
        let all: Vec<f64> = found
            .into_iter()
            .take(rows)
            .chain(held.into_iter().skip(rows))
            .flatten()
            .collect();
        let centres = Tensor::from_vec(all, layer.centres.shape(), &here)?;
        let centres = centres.to_dtype(DType::F32)?.to_device(&self.device)?;
        self.vars.set("head.centres", &centres)?;
        Ok(())
    }

    /// σ² starts as the mean squared distance of embeddings from all centres: activations then are of the order of
    /// one, whatever the backbone's scale is. (The authors' program starts at σ = 1.)
    fn place_widths(&self, layer: &RbfLayer, embeddings: &Tensor) -> Result<(), TrainError> {
        let mean = layer.forward(embeddings)?.distances.mean_all()?;
        let variance = f64::from(mean.to_scalar::<f32>()?).clamp(1e-4, 1e4);
        if self.config.rbf.learn_widths {
            // softplus⁻¹
            let raw = (1.0 / variance).exp_m1().ln();
            let raw = Tensor::full(raw as f32, self.config.rbf.centres, &self.device)?;
            self.vars.set("head.widths", &raw)?;
        }
        Ok(())
    }

    /// The second phase: output weights that bring all training images as near to their targets as can be.
    fn solve_weights(&self) -> Result<(), TrainError> {
        let seen = self.look(&self.train)?;
        let rbf = &self.config.rbf;
        let targets = match self.config.supervised {
            Supervised::Regression => {
                let labels = self.train.labels.iter();
                let values = labels.map(|label| loss::value_of(*label, self.classes) as f32);
                values.collect()
            }
            _ => one_hot(&self.train.labels, self.classes),
        };
        // Without a ridge: H⁺ as it is.
        let found = output_weights(&seen.activations, rbf.centres, &targets, rbf.classes, 0.0)?;
        let set = |name: &str, values: Vec<f64>, shape: &[usize]| {
            let values = Tensor::from_vec(values, shape, &Device::Cpu)?;
            let values = values.to_dtype(DType::F32)?.to_device(&self.device)?;
            self.vars.set(name, &values)
        };
        set("head.weights", found.weights, &[rbf.centres, rbf.classes])?;
        set("head.bias", found.bias, &[rbf.classes])?;
        Ok(())
    }
}
