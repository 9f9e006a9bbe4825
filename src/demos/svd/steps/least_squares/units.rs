//! A system whose columns may be in very different units. What counts as 0 is judged by the columns at the same length, as a
//! metre and a nanometre are to be told apart from a column that is a sum of others.

use super::super::super::input::Fault;
use super::super::measure::{full_of, thin_of};
use crate::linalg::Matrix;
use crate::linalg::svd::{FullSvd, Svd, svd};

/// Columns whose lengths differ by less than this keep them.
const ALIKE: f64 = 1e3;
/// A part in the kernel is taken away so often at most: from 1e300 to the smallest number.
const AGAIN: usize = 40;

pub struct Units {
    /// M, its columns at the same length where they differed much.
    pub m: Matrix,
    pub svd: Svd,
    full: FullSvd,
    /// Of M itself, where the columns were scaled.
    raw: Option<Svd>,
    /// What each column of M was divided by: powers of two, so that nothing is rounded.
    lengths: Vec<f64>,
}

/// What minimises ‖Mᵣ x − b‖ and has no part in the kernel of Mᵣ, the matrix of the singular triples that count.
pub struct Solved {
    pub x: Matrix,
    /// The same in units in which the columns are of the same length.
    pub scaled: Matrix,
    pub rank: usize,
    /// Of M in those units.
    pub kept: Svd,
    /// An orthonormal basis of the kernel of Mᵣ, in the units of M.
    pub kernel: Matrix,
}

impl Units {
    /// # Errors
    /// If the field's matrix has no SVD.
    pub fn of(field: &str, m: &Matrix) -> Result<Self, Fault> {
        let norms: Vec<f64> = m.column_iter().map(|column| column.norm()).collect();
        let positive = || norms.iter().copied().filter(|norm| *norm > 0.0);
        let (least, most) = (
            positive().fold(f64::MAX, f64::min),
            positive().fold(0.0, f64::max),
        );
        let differ = most > ALIKE * least;
        let power = |norm: f64| match differ && norm > 0.0 {
            true => 2.0_f64.powi(norm.log2().floor() as i32),
            false => 1.0,
        };
        let lengths: Vec<f64> = norms.into_iter().map(power).collect();
        let mut scaled = m.clone();
        for (mut column, length) in scaled.column_iter_mut().zip(&lengths) {
            column /= *length;
        }
        Ok(Self {
            svd: thin_of(field, &scaled)?,
            full: full_of(field, &scaled)?,
            raw: if differ {
                Some(thin_of(field, m)?)
            } else {
                None
            },
            m: scaled,
            lengths,
        })
    }

    /// Of M as it was given.
    pub fn raw(&self) -> &Svd {
        self.raw.as_ref().unwrap_or(&self.svd)
    }

    pub fn largest(&self) -> f64 {
        self.svd.s.first().copied().unwrap_or(0.0)
    }

    /// What was done to the columns, if anything was.
    pub fn told(&self) -> Option<&'static str> {
        self.raw.as_ref().map(|_| {
            "The columns of M differ much in size, as those of metres and nanometres do. A unit is anyone’s choice and says nothing of rank, so each column is measured in one of its own, in which all are about as long, before it is asked which singular values count as 0."
        })
    }

    pub fn solve(&self, b: &Matrix, tolerance: f64) -> Solved {
        let rank = self.svd.rank(tolerance);
        let mut scaled = self.svd.solve(b, tolerance);
        let divided = |m: &Matrix| {
            let mut m = m.clone();
            for (mut row, length) in m.row_iter_mut().zip(&self.lengths) {
                row /= *length;
            }
            m
        };
        let n = self.lengths.len();
        let null = self.full.vt.rows(rank, n - rank).transpose();
        let (mut x, mut kernel) = (divided(&scaled), null);
        if self.raw.is_some() && kernel.ncols() > 0 {
            // What is shortest in those units is not in these.
            kernel = divided(&kernel);
            for mut column in kernel.column_iter_mut() {
                let length = column.norm();
                column /= length;
            }
            if let Ok(found) = svd(&kernel) {
                kernel = found.u;
            }
            // Each time leaves some ε of what was there, which may be many times what stays.
            for _ in 0..AGAIN {
                let part = kernel.tr_mul(&x);
                if part.norm() <= f64::EPSILON * x.norm() {
                    break;
                }
                x -= &kernel * part;
            }
            scaled = x.clone();
            for (mut row, length) in scaled.row_iter_mut().zip(&self.lengths) {
                row *= *length;
            }
        }
        Solved {
            x,
            scaled,
            rank,
            kept: self.svd.truncated(rank),
            kernel,
        }
    }
}
