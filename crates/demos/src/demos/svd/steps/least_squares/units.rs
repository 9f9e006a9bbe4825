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
/// What is left of a difference of numbers that are this much larger is rounding, and counts as 0.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

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
        let n = self.lengths.len();
        let null = self.full.vt.rows(rank, n - rank).transpose();
        let kernel = if self.raw.is_some() && null.ncols() > 0 {
            // What is shortest in those units is not in these.
            let weighted = Weighted::of(null, &self.lengths);
            weighted.shorten(&mut scaled);
            // What was taken away may have been much longer than what stays: its rounding is given back once.
            let left = b - &self.m * &scaled;
            scaled += self.svd.solve(&left, tolerance);
            weighted.shorten(&mut scaled);
            weighted.basis
        } else {
            null
        };
        let x = divided(&scaled, &self.lengths);
        Solved {
            x,
            scaled,
            rank,
            kept: self.svd.truncated(rank),
            kernel,
        }
    }
}

/// The kernel in both units, where a step of one column is as long as another's in those of M.
///
/// Rounding in the units of M would be far too much for a column that is long there (its unknown is small), so `along` is
/// kept in the units in which M is scaled: what is added along it M does not see, however large it is in M's own.
struct Weighted<'a> {
    /// n × k, in scaled units: M takes each column to 0.
    along: Matrix,
    /// An orthonormal basis of the same, n × k, in the units of M.
    basis: Matrix,
    /// k × n: how far to go along each column, in place of a vector in the units of M, to have its part in the kernel.
    onto: Matrix,
    /// What each column of M was divided by.
    lengths: &'a [f64],
}

impl<'a> Weighted<'a> {
    /// Gauss and Jordan with complete pivoting, by the lengths that entries have in the units of M: each column gets a row
    /// in which it alone is not 0 and is as long as anywhere, so that the columns are far from dependent in those units
    /// (weighted least squares as in Powell and Reid 1969, *On applying Householder transformations*).
    fn of(mut along: Matrix, lengths: &'a [f64]) -> Self {
        let (n, k) = along.shape();
        along.apply(|entry| {
            if entry.abs() <= ROUNDING {
                *entry = 0.0;
            }
        });
        let mut taken = vec![false; n];
        for column in 0..k {
            let candidates = (0..n)
                .filter(|row| !taken[*row])
                .flat_map(|row| (column..k).map(move |other| (row, other)));
            let size = |(row, other): (usize, usize)| along[(row, other)].abs() / lengths[row];
            let Some((row, other)) = candidates.max_by(|a, b| size(*a).total_cmp(&size(*b))) else {
                break;
            };
            if along[(row, other)] == 0.0 {
                break;
            }
            taken[row] = true;
            along.swap_columns(column, other);
            let pivot = along[(row, column)];
            along.column_mut(column).scale_mut(1.0 / pivot);
            along[(row, column)] = 1.0;
            for other in (0..k).filter(|other| *other != column) {
                let times = along[(row, other)];
                for at in 0..n {
                    let (was, less) = (along[(at, other)], along[(at, column)] * times);
                    let left = was - less;
                    let rounding = left.abs() <= ROUNDING * was.abs().max(less.abs());
                    along[(at, other)] = if rounding { 0.0 } else { left };
                }
                along[(row, other)] = 0.0;
            }
            along.column_mut(column).scale_mut(lengths[row]);
        }
        let columns = divided(&along, lengths);
        let (basis, onto) = match svd(&columns) {
            Ok(found) => {
                let mut back = found.vt.transpose();
                for (mut column, s) in back.column_iter_mut().zip(&found.s) {
                    column.scale_mut(if *s > 0.0 { 1.0 / *s } else { 0.0 });
                }
                let onto = back * found.u.transpose();
                (found.u, onto)
            }
            Err(_) => (columns.clone(), Matrix::zeros(k, n)),
        };
        Self {
            along,
            basis,
            onto,
            lengths,
        }
    }

    /// Takes the part in the kernel away from an x in scaled units. Each time leaves some ε of what was there, which may be
    /// many times what stays.
    fn shorten(&self, scaled: &mut Matrix) {
        for _ in 0..AGAIN {
            let x = divided(scaled, self.lengths);
            if self.basis.tr_mul(&x).norm() <= f64::EPSILON * x.norm() {
                break;
            }
            *scaled -= &self.along * (&self.onto * x);
        }
    }
}

/// Rows of a matrix, each divided by its length: from scaled units to those of M.
fn divided(m: &Matrix, lengths: &[f64]) -> Matrix {
    let mut m = m.clone();
    for (mut row, length) in m.row_iter_mut().zip(lengths) {
        row /= *length;
    }
    m
}
