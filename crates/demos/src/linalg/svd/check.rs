//! Whether a decomposition is right.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::super::Matrix;
use super::engine::Triples;

/// In units of ε · max(m, n), as LAPACK's tests have it, which allow three times as much. Sound engines need a half.
const LIMIT: f64 = 10.0;

fn limit(m: &Matrix) -> f64 {
    LIMIT * f64::EPSILON * m.nrows().max(m.ncols()) as f64
}

/// Whether M = U Σ Vᵀ, for small matrices and an engine that cannot but leave U and V orthonormal.
pub(super) fn product(m: &Matrix, found: &Triples) -> bool {
    let mut scaled = found.u.clone();
    for (mut column, s) in scaled.column_iter_mut().zip(found.s.iter()) {
        column *= *s;
    }
    let mut off = m.clone();
    off.gemm(-1.0, &scaled, &found.v.transpose(), 1.0);
    off.norm() <= limit(m) * m.norm()
}

/// Whether M = U Σ Vᵀ, UᵀU = I and VᵀV = I, as far as products with a random vector tell, which cost next to nothing: for
/// x of independent entries with variance 1, ‖E x‖² is ‖E‖² (of Frobenius) on average. For an engine that is right to some
/// units or wrong by thousands.
pub(super) fn probed(m: &Matrix, found: &Triples) -> bool {
    let limit = limit(m);
    let mut random = ChaCha8Rng::seed_from_u64(0);
    let half = 3_f64.sqrt();
    let mut draw = |n| Matrix::from_fn(n, 1, |_, _| random.random_range(-half..half));
    let (x, y) = (draw(m.ncols()), draw(found.s.len()));
    let mut inner = found.v.tr_mul(&x);
    for (x, s) in inner.iter_mut().zip(found.s.iter()) {
        *x *= s;
    }
    let off = m * &x - &*found.u * inner;
    let orthonormal = |q: &Matrix| (q.tr_mul(&(q * &y)) - &y).norm() <= limit;
    off.norm() <= limit * m.norm() && orthonormal(found.u) && orthonormal(found.v)
}
