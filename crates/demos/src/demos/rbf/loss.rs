//! The supervised losses: what a network's outputs (n, o) are held to, and what they say of the class.
//!
//! With K classes, y the outputs of a sample, k its class and t its one-hot target (t_k = 1, the rest 0):
//!
//! - cross entropy: −Σ_j q_j ln p_j with p = softmax(y) and q = (1 − ε) t + ε/K: label smoothing (C. Szegedy et al.,
//!   "Rethinking the Inception Architecture", CVPR 2016, section 7); ε = 0 is the usual one
//! - squared error: ‖y − t‖² (C. Bishop, "Pattern Recognition and Machine Learning", 2006, 5.2, without its ½)
//! - regression: (y − z_k)² of the one output y with z_k = (k − (K − 1)/2)/√((K² − 1)/12): the class's number as a
//!   value, told with mean 0 and variance 1 if all classes are as frequent
//!
//! each as its mean over samples.

use candle_core::{D, DType, Result, Tensor, bail};
use candle_nn::ops::{log_softmax, softmax};
use serde::{Deserialize, Serialize};

/// Which supervised loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Supervised {
    /// An output a class; the largest one is the class.
    CrossEntropy,
    /// An output a class; the nearest one-hot target, which is that of the largest output, is the class.
    SquaredError,
    /// One output: the talk's "MSE for regression". A digit is learned as the value that it stands for, and a wrong 8
    /// costs more than a wrong 4 where there is a 3. Of classes without an order the numbers mean nothing: the loss
    /// can be had all the same and does worse. The nearest whole number in range is the class.
    Regression,
}

/// o, the length of an output.
pub fn outputs_of(kind: Supervised, classes: usize) -> usize {
    match kind {
        Supervised::CrossEntropy | Supervised::SquaredError => classes,
        Supervised::Regression => 1,
    }
}

/// Mean and spread of 0, 1, …, K − 1.
fn standard(classes: usize) -> (f64, f64) {
    let k = classes as f64;
    // A single class has no spread, and nothing to be told.
    let spread = if classes > 1 {
        ((k * k - 1.0) / 12.0).sqrt()
    } else {
        1.0
    };
    ((k - 1.0) / 2.0, spread)
}

/// z_k of a class: what regression learns of it.
pub fn value_of(class: u16, classes: usize) -> f64 {
    let (mean, spread) = standard(classes);
    (f64::from(class) - mean) / spread
}

/// The loss of outputs (n, o) whose classes are `labels` (n, u32, each less than K), a number. `smoothing` is ε of label smoothing, at
/// least 0 and less than ½; it is for cross entropy alone, others leave it.
///
/// # Errors
/// If the shapes do not fit, or ε is out of range.
pub fn loss(
    kind: Supervised,
    smoothing: f64,
    outputs: &Tensor,
    labels: &Tensor,
    classes: usize,
) -> Result<Tensor> {
    expect(kind, outputs, classes)?;
    if labels.dims() != [outputs.dim(0)?] {
        bail!(
            "loss: {:?} outputs, {:?} labels",
            outputs.shape(),
            labels.shape()
        );
    }
    match kind {
        Supervised::CrossEntropy => {
            if !(0.0..0.5).contains(&smoothing) {
                bail!("label smoothing is {smoothing}; 0 to less than 0.5 are possible");
            }
            let known = log_softmax(outputs, 1)?;
            let nll = candle_nn::loss::nll(&known, labels)?;
            if smoothing == 0.0 {
                return Ok(nll);
            }
            (nll * (1.0 - smoothing))? - (known.mean_all()? * smoothing)?
        }
        Supervised::SquaredError => {
            let numbers = Tensor::arange(0, classes as u32, labels.device())?;
            let targets = labels.unsqueeze(1)?.broadcast_eq(&numbers.unsqueeze(0)?)?;
            let targets = targets.to_dtype(outputs.dtype())?;
            (outputs - targets)?.sqr()?.sum(1)?.mean_all()
        }
        Supervised::Regression => {
            let (mean, spread) = standard(classes);
            let values = labels.to_dtype(outputs.dtype())?;
            let values = values.affine(1.0 / spread, -mean / spread)?;
            (outputs.squeeze(1)? - values)?.sqr()?.mean_all()
        }
    }
}

/// The class that each of n outputs comes down to.
///
/// # Errors
/// If the shape is another.
pub fn predicted(kind: Supervised, outputs: &Tensor, classes: usize) -> Result<Vec<u32>> {
    expect(kind, outputs, classes)?;
    match kind {
        Supervised::CrossEntropy | Supervised::SquaredError => outputs.argmax(1)?.to_vec1(),
        Supervised::Regression => {
            let last = classes.saturating_sub(1) as f64;
            let nearest = |value: f64| value.round().clamp(0.0, last) as u32;
            Ok(values(outputs, classes)?.into_iter().map(nearest).collect())
        }
    }
}

/// How sure the network is of each class: (n, K), rows of which sum to 1, without gradients.
///
/// Only cross entropy has probabilities of its own, softmax(y). The two others, by choice:
///
/// - squared error: its best y is the mean of t given the image, which is the probability of each class (M. Richard,
///   R. Lippmann, Neural Computation 3, 1991); a y that is no distribution is told as the nearest one in ‖·‖, by J.
///   Duchi et al., "Efficient Projections onto the ℓ1-Ball", ICML 2008, fig. 1
/// - regression: normal densities at the whole numbers, exp(−(v − k)²/(2 · ½²)) over their sum, for a value v in units
///   of classes. That half a class is one standard deviation is set and not learned; it says where v lies between
///   two classes and nothing about how often it is wrong
///
/// # Errors
/// If the shape is another.
pub fn probabilities(kind: Supervised, outputs: &Tensor, classes: usize) -> Result<Tensor> {
    expect(kind, outputs, classes)?;
    let outputs = &outputs.detach();
    match kind {
        Supervised::CrossEntropy => softmax(outputs, D::Minus1),
        Supervised::SquaredError => {
            let rows = outputs.to_dtype(DType::F64)?.to_vec2::<f64>()?;
            let all: Vec<f64> = rows
                .iter()
                .flat_map(|row| nearest_distribution(row))
                .collect();
            Tensor::from_vec(all, outputs.shape(), outputs.device())?.to_dtype(outputs.dtype())
        }
        Supervised::Regression => {
            let (mean, spread) = standard(classes);
            let values = outputs.affine(spread, mean)?;
            let numbers = Tensor::arange(0, classes as u32, outputs.device())?;
            let numbers = numbers.to_dtype(outputs.dtype())?.unsqueeze(0)?;
            let squares = values.broadcast_sub(&numbers)?.sqr()?;
            softmax(&(squares * -2.0)?, D::Minus1)
        }
    }
}

/// The values that outputs (n, 1) stand for, in units of classes.
fn values(outputs: &Tensor, classes: usize) -> Result<Vec<f64>> {
    let (mean, spread) = standard(classes);
    let values = outputs.to_dtype(DType::F64)?.squeeze(1)?;
    values.affine(spread, mean)?.to_vec1()
}

/// The p ≥ 0 with Σ p = 1 that is nearest to y: y − τ, cut off at 0, with the τ that makes the sum right. Adding a number
/// to all of y changes nothing, so the largest is taken from each first: beside 10¹⁶ a 1 is rounded away.
fn nearest_distribution(y: &[f64]) -> impl Iterator<Item = f64> {
    let largest = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let y: Vec<f64> = y.iter().map(|value| value - largest).collect();
    let mut sorted = y.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut sum, mut offset) = (0.0, 0.0);
    for (n, value) in (1..).zip(&sorted) {
        sum += value;
        let candidate = (sum - 1.0) / f64::from(n);
        if *value <= candidate {
            break;
        }
        offset = candidate;
    }
    y.into_iter().map(move |value| (value - offset).max(0.0))
}

fn expect(kind: Supervised, outputs: &Tensor, classes: usize) -> Result<()> {
    let (_, found) = outputs.dims2()?;
    let wanted = outputs_of(kind, classes);
    if found != wanted {
        bail!("loss: {kind:?} of {classes} classes has {wanted} outputs and not {found}");
    }
    Ok(())
}
