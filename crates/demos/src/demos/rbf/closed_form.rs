//! Output weights in closed form: the second of the paper's three phases (Schwenker, Kestler, Palm 2001). Networks that
//! see too many images for that learn them by gradient.
//!
//! H (n × (K + 1)) has the activations of n images and a column of ones, the bias unit; Y (n × classes) is what should
//! come out. W = H⁺ Y makes ‖H W − Y‖ least, and of all W that do so is the smallest (Moore 1920, Penrose 1955).

use crate::linalg::svd::{Svd, svd};
use crate::linalg::{LinalgError, Matrix};

/// Why there are no weights.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ClosedFormError {
    #[error("{what}: {numbers} numbers are no rows of {columns}")]
    Shape {
        what: &'static str,
        numbers: usize,
        columns: usize,
    },
    #[error("there are {activations} rows of activations and {targets} of targets")]
    Rows { activations: usize, targets: usize },
    #[error("{what}: row {row}, column {column} is {value}")]
    NotFinite {
        what: &'static str,
        row: usize,
        column: usize,
        value: f64,
    },
    #[error("the ridge is {0} and should be 0 or more")]
    Ridge(f64),
    #[error(transparent)]
    Svd(#[from] LinalgError),
}

/// What makes the squared error of the output least.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputWeights {
    /// W: K × classes
    pub weights: Vec<f64>,
    /// b: classes
    pub bias: Vec<f64>,
    /// Of H, at most K + 1. Below that, other weights have the same error; these are the smallest.
    pub rank: usize,
}

/// W and b of activations (n × K) and targets (n × classes), such as [`one_hot`] labels. `ridge` is α ≥ 0 of
/// (Hᵀ H + α I)⁻¹ Hᵀ; it draws the bias to 0 as well.
///
/// # Errors
/// If shapes do not fit, or a number is none, with its place.
pub fn output_weights(
    activations: &[f32],
    centres: usize,
    targets: &[f32],
    classes: usize,
    ridge: f64,
) -> Result<OutputWeights, ClosedFormError> {
    let n = rows_of("activations", activations, centres)?;
    let rows = rows_of("targets", targets, classes)?;
    // Without a centre there is only the bias, and as many rows as targets have.
    if centres > 0 && n != rows {
        return Err(ClosedFormError::Rows {
            activations: n,
            targets: rows,
        });
    }
    let mut h = Vec::with_capacity(rows * (centres + 1));
    for row in 0..rows {
        let of_row = &activations[row * centres..(row + 1) * centres];
        h.extend(of_row.iter().copied().map(f64::from));
        h.push(1.0);
    }
    check_finite("activations", &h, centres + 1)?;
    let y: Vec<f64> = targets.iter().copied().map(f64::from).collect();
    check_finite("targets", &y, classes)?;
    let inverse = PseudoInverse::of(&h, centres + 1, ridge)?;
    let mut weights = inverse.times(&y, classes)?;
    let bias = weights.split_off(centres * classes);
    Ok(OutputWeights {
        weights,
        bias,
        rank: inverse.rank,
    })
}

/// n × classes: 1 in the column of each image's class, 0 elsewhere.
pub fn one_hot(labels: &[u16], classes: usize) -> Vec<f32> {
    let mut all = vec![0.0; labels.len() * classes];
    for (row, label) in all.chunks_exact_mut(classes.max(1)).zip(labels) {
        if let Some(place) = row.get_mut(usize::from(*label)) {
            *place = 1.0;
        }
    }
    all
}

/// H⁺ = V diag(f) Uᵀ of H = U diag(σ) Vᵀ (thin), f = σ/(σ² + α). Without a ridge, singular values up to
/// max(m, n) · ε · σ₁ are rounding and count as 0, f too (Golub & Van Loan 2013, 5.4).
pub struct PseudoInverse {
    svd: Svd,
    factors: Vec<f64>,
    pub rank: usize,
}

impl PseudoInverse {
    /// Of a matrix of this many columns, row by row.
    ///
    /// # Errors
    /// If it is no such matrix, a number in it is none, or α is negative.
    pub fn of(h: &[f64], columns: usize, ridge: f64) -> Result<Self, ClosedFormError> {
        if !(ridge >= 0.0 && ridge.is_finite()) {
            return Err(ClosedFormError::Ridge(ridge));
        }
        let rows = rows_of("matrix", h, columns)?;
        check_finite("matrix", h, columns)?;
        let svd = svd(&Matrix::from_row_slice(rows, columns, h))?;
        let tolerance = svd.tolerance();
        let factor = |s: &f64| match *s {
            s if ridge > 0.0 => s / (s * s + ridge),
            s if s > tolerance => s.recip(),
            _ => 0.0,
        };
        Ok(Self {
            factors: svd.s.iter().map(factor).collect(),
            rank: svd.rank(tolerance),
            svd,
        })
    }

    /// H⁺ Y of a Y (m × `columns`), row by row as Y is. Of the identity it is H⁺ itself.
    ///
    /// # Errors
    /// If Y has not as many rows as H.
    pub fn times(&self, y: &[f64], columns: usize) -> Result<Vec<f64>, ClosedFormError> {
        let rows = rows_of("right side", y, columns)?;
        if rows != self.svd.u.nrows() {
            return Err(ClosedFormError::Rows {
                activations: self.svd.u.nrows(),
                targets: rows,
            });
        }
        let mut inner = self.svd.u.tr_mul(&Matrix::from_row_slice(rows, columns, y));
        for (mut row, factor) in inner.row_iter_mut().zip(&self.factors) {
            row *= *factor;
        }
        // By rows.
        let weights = inner.tr_mul(&self.svd.vt);
        Ok(weights.as_slice().to_vec())
    }
}

fn rows_of<T>(what: &'static str, all: &[T], columns: usize) -> Result<usize, ClosedFormError> {
    let rows = all.len().checked_div(columns).unwrap_or(0);
    if rows * columns == all.len() {
        return Ok(rows);
    }
    Err(ClosedFormError::Shape {
        what,
        numbers: all.len(),
        columns,
    })
}

fn check_finite(what: &'static str, all: &[f64], columns: usize) -> Result<(), ClosedFormError> {
    match all.iter().position(|x| !x.is_finite()) {
        Some(place) => Err(ClosedFormError::NotFinite {
            what,
            row: place / columns,
            column: place % columns,
            value: all[place],
        }),
        None => Ok(()),
    }
}
