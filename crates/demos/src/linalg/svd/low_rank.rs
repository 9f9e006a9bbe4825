//! The largest singular triples of a large matrix, by random projection.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::super::{LinalgError, Matrix};
use super::basis::orthonormal;
use super::scale::Scale;
use super::{Svd, svd};

/// About the first `rank` singular triples of M (m × n): Halko, Martinsson & Tropp, "Finding structure with randomness",
/// SIAM Review 53, 2011. Y = M Ω of a Gaussian Ω (n × (rank + oversampling)) spans nearly what the first left singular
/// vectors do (algorithm 4.3), more nearly so after each of `iterations` products with M Mᵀ, with an orthonormal basis Q
/// between them so that small values are not lost (4.4). Then M ≈ Q (Qᵀ M), whose second factor is small (5.1).
///
/// An oversampling of 10 and two iterations suit images. The error is near the best one, σ of rank + 1, but not it;
/// values are never above the true ones, but for rounding. The same seed has the same answer. Where rank and
/// oversampling reach min(m, n), it is the first triples of [`svd`].
///
/// # Errors
/// As [`svd`] has it.
pub fn low_rank(
    m: &Matrix,
    rank: usize,
    oversampling: usize,
    iterations: usize,
    seed: u64,
) -> Result<Svd, LinalgError> {
    let sampled = rank.saturating_add(oversampling);
    if rank == 0 || sampled >= m.nrows().min(m.ncols()) {
        return Ok(svd(m)?.truncated(rank));
    }
    let scale = Scale::of(m)?;
    let mut scaled = Matrix::zeros(m.nrows(), m.ncols());
    scale.divide(m, &mut scaled);
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let omega = Matrix::from_fn(m.ncols(), sampled, |_, _| normal(&mut random));
    let basis = |y: Matrix| orthonormal(y, sampled);
    let mut q = basis(&scaled * omega);
    for _ in 0..iterations {
        q = basis(&scaled * basis(scaled.tr_mul(&q)));
    }
    let small = svd(&q.tr_mul(&scaled))?;
    let mut found = Svd {
        u: q * small.u,
        ..small
    }
    .truncated(rank);
    scale.multiply(&mut found.s, m.shape())?;
    Ok(found)
}

/// Box & Muller 1958.
fn normal(random: &mut ChaCha8Rng) -> f64 {
    // In (0, 1], as 0 has no logarithm.
    let radius = (-2.0 * (1.0 - random.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.random::<f64>()).cos()
}
