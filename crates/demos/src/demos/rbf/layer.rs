//! The RBF layer: squared distances to centres in a learned metric, a kernel of them, output weights.
//!
//! With x an embedding (d numbers), c_j one of K centres, R a metric and w_j = 1/σ_j² the inverse squared width:
//!
//! - r_j² = (x − c_j)ᵀ R (x − c_j)                       (the paper's distance)
//! - a_j = h(r_j²), such as 1 − r_j²/σ_j²                 (its quadratic activation; **not** clipped below 0)
//! - y_k = Σ_j W_jk a_j + b_k                             (its output)
//!
//! Where sources differ: the authors' program keeps one diagonal metric for all centres and holds metric, widths and
//! output weights positive by ReLU. A width that ReLU has set to 0 has no gradient, and its centre wins every
//! comparison with distance 0: the unsupervised loss vanishes. Here metric and widths are positive by softplus, and
//! output weights may have any sign.

use candle_core::{D, Result, Tensor};
use candle_nn::{Init, VarBuilder};
use serde::{Deserialize, Serialize};

use super::activation::{Shared, activated};
use super::kernel::Kernel;
use super::linear::{Form, linear};

/// How distances in the embedding are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// R = I.
    Euclidean,
    /// R = diag(softplus(ρ)), learned.
    Diagonal,
    /// R = A Aᵀ, learned: positive semi-definite whatever A is (Mahalanobis).
    Full,
}

/// Which of three the unsupervised loss is; λ multiplies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unsupervised {
    /// mean over samples of min_j w_j r_j²: as the authors' program has it, in the learned metric and width.
    Program,
    /// Σ over samples of min_j ‖x − c_j‖²: as the paper writes it, a sum, Euclidean.
    Paper,
    /// The mean over those centres that win any sample of the mean ‖x − c_j‖² of their samples: as the talk says it.
    Talk,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RbfConfig {
    /// K.
    pub centres: usize,
    /// d, the length of an embedding.
    pub dims: usize,
    pub classes: usize,
    pub metric: Metric,
    /// A metric for each centre, in place of one for all.
    pub metric_per_centre: bool,
    pub kernel: Kernel,
    /// Widths are learned; otherwise they stay 1.
    pub learn_widths: bool,
}

impl Default for RbfConfig {
    fn default() -> Self {
        Self {
            centres: 20,
            dims: 16,
            classes: 10,
            metric: Metric::Diagonal,
            metric_per_centre: false,
            kernel: Kernel::Quadratic,
            learn_widths: true,
        }
    }
}

/// softplus⁻¹(1): a metric or width that starts here starts as 1.
const ONE: f64 = 0.541_324_854_612_918_1;

pub struct RbfLayer {
    pub config: RbfConfig,
    /// (K, d)
    pub centres: Tensor,
    /// Before softplus: (1 or K, d) for a diagonal metric. A − I: (1 or K, d, d) for a full one, so that at first
    /// it is Euclidean and weight decay draws it back there.
    metric: Option<Tensor>,
    /// Before softplus: (K).
    widths: Option<Tensor>,
    /// W: (K, classes)
    pub weights: Tensor,
    /// b: (classes)
    pub bias: Tensor,
}

/// What the layer makes of a batch of n embeddings.
pub struct Activated {
    /// r²: (n, K)
    pub distances: Tensor,
    /// a: (n, K)
    pub activations: Tensor,
    /// y: (n, classes)
    pub logits: Tensor,
}

impl RbfLayer {
    /// # Errors
    /// If the variables cannot be made, or are there already with other shapes.
    pub fn new(config: RbfConfig, vars: &VarBuilder) -> Result<Self> {
        let (k, d, classes) = (config.centres, config.dims, config.classes);
        let normal = Init::Randn {
            mean: 0.0,
            stdev: 1.0,
        };
        let one = Init::Const(ONE);
        let metrics = if config.metric_per_centre { k } else { 1 };
        let metric = match config.metric {
            Metric::Euclidean => None,
            Metric::Diagonal => Some(vars.get_with_hints((metrics, d), "metric", one)?),
            Metric::Full => {
                let zero = Init::Const(0.0);
                Some(vars.get_with_hints((metrics, d, d), "metric", zero)?)
            }
        };
        let widths = config
            .learn_widths
            .then(|| vars.get_with_hints(k, "widths", one))
            .transpose()?;
        let weights = Init::Randn {
            mean: 0.0,
            stdev: (k as f64).sqrt().recip(),
        };
        Ok(Self {
            config,
            centres: vars.get_with_hints((k, d), "centres", normal)?,
            metric,
            widths,
            weights: vars.get_with_hints((k, classes), "weights", weights)?,
            bias: vars.get_with_hints(classes, "bias", Init::Const(0.0))?,
        })
    }

    /// Embeddings (n, d) → distances, activations and logits.
    ///
    /// # Errors
    /// If the shape is another.
    pub fn forward(&self, x: &Tensor) -> Result<Activated> {
        let widths = self.inverse_widths()?;
        let shared = |metric| activated(x, &self.centres, metric, &widths, self.config.kernel);
        let own = match (&self.metric, self.config.metric) {
            (Some(_), _) if self.config.metric_per_centre => None,
            (Some(raw), Metric::Diagonal) => shared(Shared::Diagonal(&softplus(raw)?))?,
            (Some(raw), Metric::Full) => shared(Shared::Full(&self.root(raw)?.squeeze(0)?))?,
            _ => shared(Shared::Euclidean)?,
        };
        let [distances, activations] = own.map_or_else(|| self.activated_stock(x), Ok)?;
        let logits = linear(&activations, &self.weights, &self.bias, Form::InOut)?;
        Ok(Activated {
            distances,
            activations,
            logits,
        })
    }

    /// Distances and activations, each (n, K), by candle's own operations.
    ///
    /// # Errors
    /// If the shape is another.
    pub fn activated_stock(&self, x: &Tensor) -> Result<[Tensor; 2]> {
        let distances = self.squared_distances_stock(x)?;
        let scaled = distances.broadcast_mul(&self.inverse_widths()?)?;
        Ok([distances, self.config.kernel.of(&scaled)?])
    }

    /// r²: (n, K), as matrix products: xᵀRx − 2xᵀRc + cᵀRc about the mean of the centres, so that little cancels.
    fn squared_distances_stock(&self, x: &Tensor) -> Result<Tensor> {
        let middle = self.centres.mean_keepdim(0)?.detach();
        let x = x.broadcast_sub(&middle)?;
        let c = self.centres.broadcast_sub(&middle)?;
        let expanded = match (&self.metric, self.config.metric) {
            (Some(raw), Metric::Diagonal) => {
                // One row of the diagonal for all, or one a centre: the products are the same.
                let r = softplus(raw)?;
                let rc = c.broadcast_mul(&r)?;
                let crc = (&c * &rc)?.sum(1)?;
                let xrx = x.sqr()?.matmul(&r.t()?)?;
                let xrc = (x.matmul(&rc.t()?)? * 2.0)?;
                (xrx.broadcast_sub(&xrc)?).broadcast_add(&crc)?
            }
            (Some(raw), Metric::Full) if self.config.metric_per_centre => {
                return self.distances_of_own_metrics(&x, &c, &self.root(raw)?);
            }
            (Some(raw), Metric::Full) => {
                let root = self.root(raw)?.squeeze(0)?;
                expand(&x.matmul(&root)?, &c.matmul(&root)?)?
            }
            _ => expand(&x, &c)?,
        };
        // Rounding must not make a distance negative.
        expanded.relu()
    }

    /// ‖A_jᵀ(x − c_j)‖²: all projections at once, (n, K, d).
    fn distances_of_own_metrics(&self, x: &Tensor, c: &Tensor, root: &Tensor) -> Result<Tensor> {
        let (k, d, _) = root.dims3()?;
        let beside = root.transpose(0, 1)?.reshape((d, k * d))?;
        let x = x.matmul(&beside)?.reshape(((), k, d))?;
        let c = c.unsqueeze(1)?.matmul(root)?.squeeze(1)?;
        x.broadcast_sub(&c)?.sqr()?.sum(D::Minus1)
    }

    /// A: (1 or K, d, d).
    fn root(&self, raw: &Tensor) -> Result<Tensor> {
        raw.broadcast_add(&Tensor::eye(self.config.dims, raw.dtype(), raw.device())?)
    }

    /// w = 1/σ²: (K).
    ///
    /// # Errors
    /// Of the device.
    pub fn inverse_widths(&self) -> Result<Tensor> {
        match &self.widths {
            Some(raw) => softplus(raw),
            None => Tensor::ones(
                self.config.centres,
                self.centres.dtype(),
                self.centres.device(),
            ),
        }
    }

    /// R, one for all centres or one each: (1 or K, d, d).
    ///
    /// # Errors
    /// Of the device.
    pub fn metrics(&self) -> Result<Tensor> {
        let identity = Tensor::eye(
            self.config.dims,
            self.centres.dtype(),
            self.centres.device(),
        )?;
        match (&self.metric, self.config.metric) {
            (Some(raw), Metric::Diagonal) => softplus(raw)?.unsqueeze(1)?.broadcast_mul(&identity),
            (Some(raw), Metric::Full) => {
                let root = self.root(raw)?;
                root.matmul(&root.transpose(1, 2)?.contiguous()?)
            }
            _ => identity.unsqueeze(0),
        }
    }

    /// The unsupervised loss of a batch of embeddings (n, d) and what the layer has made of them, a number.
    ///
    /// # Errors
    /// If the shape is another.
    pub fn unsupervised(&self, x: &Tensor, made: &Activated, kind: Unsupervised) -> Result<Tensor> {
        if kind == Unsupervised::Program {
            let scaled = made.distances.broadcast_mul(&self.inverse_widths()?)?;
            return scaled.min(1)?.mean_all();
        }
        let distances = if self.config.metric == Metric::Euclidean {
            made.distances.clone()
        } else {
            let ones = Tensor::ones(self.config.centres, x.dtype(), x.device())?;
            match activated(
                x,
                &self.centres,
                Shared::Euclidean,
                &ones,
                Kernel::Quadratic,
            )? {
                Some([distances, _]) => distances,
                None => expand(x, &self.centres)?.relu()?,
            }
        };
        let nearest = distances.min(1)?;
        if kind == Unsupervised::Paper {
            return nearest.sum_all();
        }
        let winners = distances.argmin(1)?;
        let numbers = Tensor::arange(0, self.config.centres as u32, x.device())?;
        let won = winners
            .unsqueeze(1)?
            .broadcast_eq(&numbers.unsqueeze(0)?)?
            .to_dtype(x.dtype())?;
        let counts = won.sum(0)?;
        let sums = nearest.unsqueeze(0)?.matmul(&won)?.squeeze(0)?;
        let any = counts.ne(0.0)?.to_dtype(x.dtype())?;
        (sums / counts.maximum(1.0)?)?.sum_all()? / any.sum_all()?
    }

    /// The one prototype that each class comes down to: (classes, d), with its weight s_k and the constant of its
    /// logit. With one metric R for all centres and the quadratic kernel,
    /// y_k = const_k − s_k (x − m_k)ᵀ R (x − m_k), where s_k = Σ_j W_jk w_j and m_k = Σ_j W_jk w_j c_j / s_k.
    /// None where that does not hold: other kernels, or a metric for each centre.
    ///
    /// # Errors
    /// Of the device.
    pub fn prototypes(&self) -> Result<Option<Prototypes>> {
        if self.config.kernel != Kernel::Quadratic || self.config.metric_per_centre {
            return Ok(None);
        }
        let w = self.inverse_widths()?.unsqueeze(1)?;
        // (classes, K)
        let shares = self.weights.broadcast_mul(&w)?.t()?.contiguous()?;
        let scale = shares.sum(1)?;
        let means = shares
            .matmul(&self.centres)?
            .broadcast_div(&scale.unsqueeze(1)?)?;
        let metric = self.metrics()?.squeeze(0)?;
        let length = |v: &Tensor| (v.matmul(&metric)? * v)?.sum(1);
        let of_centres = shares
            .matmul(&length(&self.centres)?.unsqueeze(1)?)?
            .squeeze(1)?;
        let of_means = (&scale * length(&means)?)?;
        let constant = ((self.weights.sum(0)? + &self.bias)? - of_centres)? + of_means;
        Ok(Some(Prototypes {
            means,
            scale,
            constant: constant?,
        }))
    }
}

/// What [`RbfLayer::prototypes`] tells.
pub struct Prototypes {
    /// m: (classes, d)
    pub means: Tensor,
    /// s: (classes)
    pub scale: Tensor,
    /// (classes)
    pub constant: Tensor,
}

/// ‖x − c‖² of all pairs: (n, K).
fn expand(x: &Tensor, c: &Tensor) -> Result<Tensor> {
    let xx = x.sqr()?.sum_keepdim(1)?;
    let cc = c.sqr()?.sum(1)?;
    let xc = (x.matmul(&c.t()?)? * 2.0)?;
    xx.broadcast_sub(&xc)?.broadcast_add(&cc)
}

/// ln(1 + eˣ), for x of any size.
fn softplus(x: &Tensor) -> Result<Tensor> {
    let tail = (x.abs()?.neg()?.exp()? + 1.0)?.log()?;
    x.relu()? + tail
}
