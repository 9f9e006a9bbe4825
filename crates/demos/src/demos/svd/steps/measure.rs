//! How far a claim is from true, and how far rounding may take it.

use std::cell::RefCell;

use nalgebra::{ComplexField, DMatrix};

use super::super::input::Fault;
use super::super::shown::{Check, Named, Part};
use crate::linalg::svd::{FullSvd, Svd, Workspace, full, singular_values};
use crate::linalg::{LinalgError, Matrix};

/// Rounding errors of a few products of n terms add up to a small multiple of n · ε.
const FACTOR: f64 = 16.0;
/// Norms of products of two matrices are fourth powers of entries, and beyond it those are no numbers any more.
pub const LARGEST: f64 = 1e50;

/// A matrix whose products and quotients have a norm.
///
/// # Errors
/// If its largest entry is not 0 and not between 10⁻⁵⁰ and 10⁵⁰.
pub fn matrix_of_size(field: &str, m: Matrix) -> Result<Matrix, Fault> {
    let largest = m.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    if largest == 0.0 || (1.0 / LARGEST..=LARGEST).contains(&largest) {
        return Ok(m);
    }
    let why = format!(
        "its largest entry is {largest:e}; scale it to between 1e-50 and 1e50, so that its products have a length"
    );
    Err(Fault::new(field, why))
}

/// # Errors
/// If the field's matrix has no SVD: why, as [`crate::linalg::svd::svd`] has it.
pub fn thin_of(field: &str, m: &Matrix) -> Result<Svd, Fault> {
    thread_local! {
        /// A slider that is dragged asks for the same shape again and again.
        static WORKSPACE: RefCell<Workspace> = RefCell::default();
    }
    let found = WORKSPACE.with_borrow_mut(|workspace| workspace.svd(m).cloned());
    found.map_err(|error| fault(field, error))
}

/// # Errors
/// As [`thin_of`] has it.
pub fn full_of(field: &str, m: &Matrix) -> Result<FullSvd, Fault> {
    full(m).map_err(|error| fault(field, error))
}

/// The largest singular value: ‖M‖₂.
///
/// # Errors
/// As [`thin_of`] has it.
pub fn norm2(field: &str, m: &Matrix) -> Result<f64, Fault> {
    let s = singular_values(m).map_err(|error| fault(field, error))?;
    Ok(s.first().copied().unwrap_or(0.0))
}

fn fault(field: &str, error: LinalgError) -> Fault {
    Fault::new(field, error.to_string())
}

/// The inverse, by Gaussian elimination that looks for the largest pivot in rows and columns: its errors grow with the
/// condition of the matrix and with nothing else, in every size. nalgebra's own `try_inverse` is a formula of cofactors up to
/// 4 × 4, which loses the digits of the condition twice. None if the matrix has none that can be written down.
pub fn inverse<T: ComplexField<RealField = f64>>(m: &DMatrix<T>) -> Option<DMatrix<T>> {
    // The decomposition takes no matrix without entries; that is its own inverse.
    if m.is_empty() {
        return Some(m.clone());
    }
    let found = m.clone().full_piv_lu().try_inverse()?;
    let is_number = |x: &T| x.clone().modulus().is_finite();
    found.iter().all(is_number).then_some(found)
}

/// What rounding may do to numbers as large as `scale` in sums of `terms` (Higham, Accuracy and Stability of Numerical
/// Algorithms, 2nd edition 2002, chapter 3).
pub fn rounding(scale: f64, terms: usize) -> f64 {
    FACTOR * scale * terms.max(1) as f64 * f64::EPSILON
}

/// That two matrices of the same shape are the same, in the Frobenius norm.
pub fn same(claim: impl Into<String>, a: &Matrix, b: &Matrix, bound: f64) -> Check {
    Check {
        claim: claim.into(),
        error: if a.shape() == b.shape() {
            (a - b).norm()
        } else {
            f64::MAX
        },
        bound,
    }
}

/// That columns are of length 1 and orthogonal to each other: QᵀQ = 1.
pub fn orthonormal(claim: impl Into<String>, q: &Matrix) -> Check {
    let one = Matrix::identity(q.ncols(), q.ncols());
    let bound = rounding((q.ncols() as f64).sqrt(), q.nrows());
    same(claim, &(q.transpose() * q), &one, bound)
}

/// A diagonal matrix, of any shape.
pub fn diagonal(rows: usize, columns: usize, s: &[f64]) -> Matrix {
    Matrix::from_fn(rows, columns, |row, column| {
        s.get(row).copied().filter(|_| row == column).unwrap_or(0.0)
    })
}

/// `3 × 2`
pub fn shape(m: &Matrix) -> String {
    format!("{} × {}", m.nrows(), m.ncols())
}

pub fn named(name: &str, m: &Matrix, note: impl Into<String>) -> Part {
    let note = note.into();
    // The picture tells the shape by itself.
    let more = note.strip_prefix(&shape(m)).unwrap_or(&note);
    Part::Matrix(Named::new(name, m.clone()).note(more.trim_start_matches(", ")))
}

pub fn sign(sign: &str) -> Part {
    Part::Sign(sign.to_string())
}

pub fn words(words: impl Into<String>) -> Part {
    Part::Words(words.into())
}

pub fn formula(latex: &str) -> Part {
    Part::Formula(latex.to_string())
}

/// A number for people: four digits that count.
pub fn brief(x: f64) -> String {
    let size = x.abs();
    if x == 0.0 {
        "0".to_string()
    } else if (1e-3..1e5).contains(&size) {
        let digits = (3 - size.log10().floor() as i32).clamp(0, 6) as usize;
        let text = format!("{x:.digits$}");
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_string()
        } else {
            text
        }
    } else {
        format!("{x:.2e}")
    }
}
