//! The singular value decomposition: M = U Σ Vᵀ.
//!
//! What holds whatever engine computes:
//!
//! - Singular values descend and none is negative. U has orthonormal columns and Vᵀ orthonormal rows, also where M has
//!   not full rank.
//! - Signs are settled: of each right singular vector the entry of largest magnitude is positive, the first of several;
//!   the left one is flipped with it. Vectors of equal singular values are still any basis of what they span.
//! - ‖M − U Σ Vᵀ‖ is some ε · ‖M‖, and so is the error of each singular value: small ones have fewer right digits.
//! - The same M has the same answer, bit by bit, and M · 2ᵏ has the values of M times 2ᵏ, exactly, where those are no
//!   subnormal numbers.
//! - A matrix of zeros has the first columns of the identity as vectors; one without rows or columns has no values.
//! - There is a bound of iterations. An engine that reaches it, or whose answer is wrong, is followed by another.

mod basis;
mod bidiagonal;
mod check;
mod dqds;
mod engine;
mod jacobi;
mod lanes;
mod low_rank;
mod scale;
mod values;
mod workspace;

pub use engine::Engine;
pub use low_rank::low_rank;
pub use workspace::Workspace;

use super::{LinalgError, Matrix};
use scale::Scale;

/// M = U Σ Vᵀ of an m × n matrix, thin or smaller: U is m × k, s has k values, Vᵀ is k × n, k ≤ min(m, n).
#[derive(Debug, Clone, PartialEq)]
pub struct Svd {
    /// Left singular vectors, as columns.
    pub u: Matrix,
    /// Singular values, the largest first, none negative.
    pub s: Vec<f64>,
    /// Right singular vectors, as rows.
    pub vt: Matrix,
}

/// The thin SVD.
///
/// # Errors
/// If an entry is no number, a singular value is too large for one, or the iteration does not end.
pub fn svd(m: &Matrix) -> Result<Svd, LinalgError> {
    let mut workspace = Workspace::new();
    workspace.svd(m)?;
    Ok(workspace.into_svd())
}

/// The thin SVD by one engine alone, to compare them.
///
/// # Errors
/// As [`svd`] has it.
pub fn svd_by(engine: Engine, m: &Matrix) -> Result<Svd, LinalgError> {
    let mut workspace = Workspace::new();
    workspace.svd_by(engine, m)?;
    Ok(workspace.into_svd())
}

/// Singular values alone, the largest first. They are found faster and in another way than with vectors, so their last
/// digits may differ from those of [`svd`].
///
/// # Errors
/// As [`svd`] has it.
pub fn singular_values(m: &Matrix) -> Result<Vec<f64>, LinalgError> {
    let scale = Scale::of(m)?;
    let (rows, columns) = m.shape();
    if scale == Scale::Zero {
        return Ok(vec![0.0; rows.min(columns)]);
    }
    let mut scaled = Matrix::zeros(rows, columns);
    scale.divide(m, &mut scaled);
    let found = values::values(scaled).filter(|s| scale::largest(s).is_some());
    let Some(mut s) = found else {
        return Ok(svd(m)?.s);
    };
    s.sort_by(|a, b| b.total_cmp(a));
    scale.multiply(&mut s, m.shape())?;
    Ok(s)
}

/// All columns of U and all rows of Vᵀ: orthogonal matrices of m × m and n × n.
#[derive(Debug, Clone, PartialEq)]
pub struct FullSvd {
    pub u: Matrix,
    pub s: Vec<f64>,
    pub vt: Matrix,
}

/// The thin SVD, its singular vectors completed to bases of both spaces. What is added spans the null space of Mᵀ or M,
/// or a part of it.
///
/// # Errors
/// As [`svd`] has it.
pub fn full(m: &Matrix) -> Result<FullSvd, LinalgError> {
    let thin = svd(m)?;
    Ok(FullSvd {
        u: basis::completed(&thin.u),
        s: thin.s,
        vt: basis::completed(&thin.vt.transpose()).transpose(),
    })
}

impl Svd {
    /// Below it a singular value counts as 0: max(m, n) · ε · σ₁, as numpy and MATLAB have it.
    pub fn tolerance(&self) -> f64 {
        let largest = self.s.first().copied().unwrap_or(0.0);
        self.u.nrows().max(self.vt.ncols()) as f64 * f64::EPSILON * largest
    }

    /// Singular values above the tolerance.
    pub fn rank(&self, tolerance: f64) -> usize {
        self.s.iter().filter(|s| **s > tolerance).count()
    }

    /// The first `rank` triples alone (all there are, if there are fewer).
    pub fn truncated(&self, rank: usize) -> Self {
        let rank = rank.min(self.s.len());
        Self {
            u: self.u.columns(0, rank).into_owned(),
            s: self.s[..rank].to_vec(),
            vt: self.vt.rows(0, rank).into_owned(),
        }
    }

    /// Without what counts as 0: U and Vᵀ have as many columns and rows as the rank.
    pub fn compact(&self, tolerance: f64) -> Self {
        self.truncated(self.rank(tolerance))
    }

    /// U Σ Vᵀ
    pub fn product(&self) -> Matrix {
        let mut us = self.u.clone();
        for (mut column, s) in us.column_iter_mut().zip(&self.s) {
            column *= *s;
        }
        us * &self.vt
    }

    /// The Moore–Penrose inverse V Σ⁺ Uᵀ, of what is above the tolerance.
    pub fn pseudo_inverse(&self, tolerance: f64) -> Matrix {
        let kept = self.compact(tolerance);
        let mut v = kept.vt.transpose();
        for (mut column, s) in v.column_iter_mut().zip(&kept.s) {
            column /= *s;
        }
        v * kept.u.transpose()
    }

    /// The least-squares solution X (n × p) of M X = B (m × p) with the least norm, of what is above the tolerance.
    ///
    /// # Panics
    /// If B has not as many rows as M.
    pub fn solve(&self, b: &Matrix, tolerance: f64) -> Matrix {
        let kept = self.compact(tolerance);
        let mut c = kept.u.transpose() * b;
        for (mut row, s) in c.row_iter_mut().zip(&kept.s) {
            row /= *s;
        }
        kept.vt.transpose() * c
    }
}
