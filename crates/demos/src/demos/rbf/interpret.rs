//! What can be explained of one embedding: how far it is from every centre, what each centre adds to each logit, what
//! is like it. In f64, from plain numbers.
//!
//! Distances are computed as such and never taken back from activations. (The authors' program draws
//! √(w (1 − a)); as a = 1 − w r², the distance is √((1 − a) / w).)

use candle_core::{DType, Result, bail};
use nalgebra::{DMatrix, SymmetricEigen};

use super::kernel::Kernel;
use super::layer::{Metric, RbfLayer};

/// A of a metric R = A Aᵀ: what embeddings are mapped by (x ↦ Aᵀ x), so that Euclidean distances are those of the
/// metric.
#[derive(Debug, Clone, PartialEq)]
pub enum Root {
    Euclidean,
    /// Its diagonal: d numbers.
    Diagonal(Vec<f64>),
    /// d × d
    Full(DMatrix<f64>),
}

/// An RBF layer as plain numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reader {
    /// d
    pub dims: usize,
    pub classes: usize,
    /// K × d
    pub centres: Vec<f64>,
    /// One for all centres, or one each.
    pub roots: Vec<Root>,
    /// w = 1/σ²: K
    pub inverse_widths: Vec<f64>,
    pub kernel: Kernel,
    /// W: K × classes
    pub weights: Vec<f64>,
    /// b: classes
    pub bias: Vec<f64>,
}

/// What the layer makes of one embedding, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// r_j², in the learned metric: K
    pub distances: Vec<f64>,
    /// a_j: K
    pub activations: Vec<f64>,
    /// For each class the K products a_j W_jk. Added to the bias one after the other they are the logit, exactly.
    pub terms: Vec<Vec<f64>>,
    /// y_k: classes
    pub logits: Vec<f64>,
    /// All centres, the one with the least w_j r_j² first: that with the largest activation, whatever the kernel.
    pub nearest: Vec<usize>,
}

impl Reading {
    /// By which to reject an image that is like nothing known; none without centres.
    pub fn largest_activation(&self) -> Option<f64> {
        self.nearest.first().map(|j| self.activations[*j])
    }

    /// The class with the largest logit but for `class`: the best wrong one. The lower of equal ones; none if there is
    /// no other.
    pub fn best_but(&self, class: usize) -> Option<usize> {
        let others = (0..self.logits.len()).filter(|other| *other != class);
        others.min_by(|a, b| self.logits[*b].total_cmp(&self.logits[*a]))
    }
}

impl Reader {
    /// Of no centres, in Euclidean distance: to look embeddings of `dims` numbers up by.
    pub fn euclidean(dims: usize) -> Self {
        Self {
            dims,
            classes: 0,
            centres: Vec::new(),
            roots: vec![Root::Euclidean],
            inverse_widths: Vec::new(),
            kernel: Kernel::Quadratic,
            weights: Vec::new(),
            bias: Vec::new(),
        }
    }

    /// # Errors
    /// Of the device, or if a metric has a number that is none: such a network has diverged.
    pub fn of(layer: &RbfLayer) -> Result<Self> {
        let d = layer.config.dims;
        let flat =
            |t: &candle_core::Tensor| t.flatten_all()?.to_dtype(DType::F64)?.to_vec1::<f64>();
        let metrics = flat(&layer.metrics()?)?;
        if metrics.iter().any(|x| !x.is_finite()) {
            bail!("the metric of the network has numbers that are none");
        }
        let root_of = |metric: &[f64]| match layer.config.metric {
            Metric::Euclidean => Root::Euclidean,
            Metric::Diagonal => {
                let diagonal = metric.iter().step_by(d + 1);
                Root::Diagonal(diagonal.map(|r| r.sqrt()).collect())
            }
            Metric::Full => Root::Full(root(metric, d)),
        };
        let roots = metrics.chunks_exact(d * d).map(root_of).collect();
        Ok(Self {
            dims: d,
            classes: layer.config.classes,
            centres: flat(&layer.centres)?,
            roots,
            inverse_widths: flat(&layer.inverse_widths()?)?,
            kernel: layer.config.kernel,
            weights: flat(&layer.weights)?,
            bias: flat(&layer.bias)?,
        })
    }

    /// Reads one embedding: d numbers.
    pub fn read(&self, x: &[f32]) -> Reading {
        let k = self.inverse_widths.len();
        let distances: Vec<f64> = (0..k).map(|j| self.squared_distance(x, j)).collect();
        let scaled: Vec<f64> = (0..k)
            .map(|j| distances[j] * self.inverse_widths[j])
            .collect();
        let activations: Vec<f64> = scaled.iter().map(|r| self.kernel.at(*r)).collect();
        let term = |class: usize| {
            let weights = self.weights.iter().skip(class).step_by(self.classes);
            activations
                .iter()
                .zip(weights)
                .map(|(a, w)| a * w)
                .collect()
        };
        let terms: Vec<Vec<f64>> = (0..self.classes).map(term).collect();
        let sum =
            |(bias, terms): (&f64, &Vec<f64>)| terms.iter().fold(*bias, |sum, term| sum + term);
        let logits = self.bias.iter().zip(&terms).map(sum).collect();
        let mut nearest: Vec<usize> = (0..k).collect();
        nearest.sort_by(|a, b| scaled[*a].total_cmp(&scaled[*b]));
        Reading {
            distances,
            activations,
            terms,
            logits,
            nearest,
        }
    }

    /// Which metric is the one around an embedding: the only one, or that of the nearest centre (see
    /// [`Reading::nearest`]). A mean of several would be the metric of no place.
    pub fn metric_at(&self, x: &[f32]) -> usize {
        match self.roots.len() {
            0 | 1 => 0,
            _ => self.read(x).nearest.first().copied().unwrap_or(0),
        }
    }

    /// Embeddings (n × d) mapped by Aᵀ of one of the metrics ([`Reader::metric_at`]): (n × d) whose Euclidean distances
    /// are those of that metric. The same embeddings where it is Euclidean, or there is no such metric.
    ///
    /// With a metric for each centre, only what is mapped by the same one may be compared.
    pub fn mapped(&self, points: &[f32], metric: usize) -> Vec<f32> {
        let root = self.roots.get(metric).unwrap_or(&Root::Euclidean);
        let each = points.chunks_exact(self.dims.max(1));
        each.flat_map(|x| root.map(x.iter().map(|x| f64::from(*x))))
            .map(|x| x as f32)
            .collect()
    }

    /// Where the centres lie: (K × d).
    pub fn places(&self) -> Vec<f32> {
        self.centres.iter().map(|x| *x as f32).collect()
    }

    /// Where the embeddings of a gallery (n × d) are, and how far from a query (d) in the metric around it, the most
    /// similar first. The lower of equally far ones first.
    pub fn similar(&self, query: &[f32], gallery: &[f32]) -> Vec<(usize, f64)> {
        let root = self
            .roots
            .get(self.metric_at(query))
            .unwrap_or(&Root::Euclidean);
        let distance = |x: &[f32]| {
            let between = x.iter().zip(query);
            length(root, between.map(|(x, q)| f64::from(*x) - f64::from(*q))).sqrt()
        };
        self.by_distance(gallery, distance)
    }

    /// The same around centre j, in units of its width and in its own metric: √w_j r_j = r_j/σ_j. The quadratic kernel
    /// is 0 at distance 1. Empty if there is no such centre.
    pub fn around(&self, centre: usize, gallery: &[f32]) -> Vec<(usize, f64)> {
        let Some(w) = self.inverse_widths.get(centre) else {
            return Vec::new();
        };
        self.by_distance(gallery, |x| (w * self.squared_distance(x, centre)).sqrt())
    }

    fn by_distance(&self, gallery: &[f32], distance: impl Fn(&[f32]) -> f64) -> Vec<(usize, f64)> {
        let each = gallery.chunks_exact(self.dims.max(1));
        let mut all: Vec<(usize, f64)> = each.map(distance).enumerate().collect();
        all.sort_by(|a, b| a.1.total_cmp(&b.1));
        all
    }

    /// r_j².
    fn squared_distance(&self, x: &[f32], centre: usize) -> f64 {
        let c = self.centres.iter().skip(centre * self.dims);
        let shared = self.roots.len() == 1;
        let root = self.roots.get(if shared { 0 } else { centre });
        let between = x.iter().zip(c).map(|(x, c)| f64::from(*x) - c);
        length(root.unwrap_or(&Root::Euclidean), between)
    }
}

/// Embeddings (n × d) as Euclidean distance is to see them: mapped by the metric where all centres share one; else, and
/// without a head to measure by, as they are.
pub fn in_one_metric(reader: Option<&Reader>, points: &[f32]) -> Vec<f32> {
    match reader {
        Some(reader) if reader.roots.len() == 1 => reader.mapped(points, 0),
        _ => points.to_vec(),
    }
}

impl Root {
    /// Aᵀ v.
    fn map(&self, v: impl Iterator<Item = f64>) -> Vec<f64> {
        match self {
            Self::Euclidean => v.collect(),
            Self::Diagonal(a) => v.zip(a).map(|(v, a)| v * a).collect(),
            Self::Full(a) => {
                let v: Vec<f64> = v.collect();
                let dot = |column: usize| a.column(column).iter().zip(&v).map(|(a, v)| a * v).sum();
                (0..a.ncols()).map(dot).collect()
            }
        }
    }
}

/// ‖Aᵀ v‖².
fn length(root: &Root, v: impl Iterator<Item = f64>) -> f64 {
    root.map(v).iter().map(|x| x * x).sum()
}

/// A = Q √Λ of R = Q Λ Qᵀ. R is positive semi-definite by construction; rounding may make an eigenvalue a hair less
/// than 0.
fn root(metric: &[f64], d: usize) -> DMatrix<f64> {
    let eigen = SymmetricEigen::new(DMatrix::from_row_slice(d, d, metric));
    let lengths = eigen.eigenvalues.map(|value| value.max(0.0).sqrt());
    eigen.eigenvectors * DMatrix::from_diagonal(&lengths)
}
