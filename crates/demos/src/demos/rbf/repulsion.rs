//! Centre repulsion, one of the regularisers for the "small gap": centres that lie on one another explain nothing twice.
//!
//! With r_ij² = (c_i − c_j)ᵀ R_j (c_i − c_j), the distance that the layer measures from centre j, and w_j = 1/σ_j²:
//!
//! L_rep = mean over all pairs i ≠ j of exp(−w_j r_ij²/2)
//!
//! which is how active a Gaussian centre is at the places of the others: 1 where all are in one place, 0 where each is
//! alone. It is the uniformity loss of T. Wang, P. Isola, "Understanding Contrastive Representation Learning through
//! Alignment and Uniformity on the Hypersphere", ICML 2020, equation 3, without its logarithm and of centres in place of
//! samples.

use candle_core::{D, Result, Tensor};

/// L_rep, a number, of `centres` (K, d), inverse squared widths (K) and metrics (1 or K, d, d), as
/// [`RbfLayer::metrics`](super::layer::RbfLayer::metrics) gives them. 0 for fewer than two centres.
///
/// The gradient is that of the centres alone. Were it that of metric and widths too, the easiest way out would be to
/// measure with a longer ruler, and no centre would move. Two centres in the very same place stay together: there the
/// gradient is 0.
///
/// # Errors
/// If the shapes do not fit.
pub fn repulsion(centres: &Tensor, inverse_widths: &Tensor, metrics: &Tensor) -> Result<Tensor> {
    let (k, _) = centres.dims2()?;
    let (dtype, device) = (centres.dtype(), centres.device());
    if k < 2 {
        return Tensor::zeros((), dtype, device);
    }
    let eye = Tensor::eye(k, dtype, device)?;
    // About their middle, so that little cancels.
    let c = centres.broadcast_sub(&centres.mean_keepdim(0)?.detach())?;
    let metrics = metrics.detach();
    // c_iᵀ R_j: (1 or K, K, d), j first, as in what follows.
    let projected = c.unsqueeze(0)?.broadcast_matmul(&metrics)?;
    let lengths = projected.broadcast_mul(&c.unsqueeze(0)?)?.sum(D::Minus1)?;
    let (crossed, own) = if metrics.dim(0)? == 1 {
        // Symmetric: which of the two comes first does not matter.
        (projected.squeeze(0)?.matmul(&c.t()?)?, lengths.t()?)
    } else {
        let crossed = projected.matmul(&c.unsqueeze(2)?)?.squeeze(2)?;
        (crossed, (&lengths * &eye)?.sum_keepdim(1)?)
    };
    let distances = lengths
        .broadcast_add(&own)?
        .broadcast_sub(&(crossed * 2.0)?)?
        // Rounding must not make a distance negative.
        .relu()?;
    let scaled = distances.broadcast_mul(&inverse_widths.detach().unsqueeze(1)?)?;
    let active = (scaled * -0.5)?.exp()?;
    let others = (active * (1.0 - eye)?)?;
    others.sum_all()? / (k * (k - 1)) as f64
}
