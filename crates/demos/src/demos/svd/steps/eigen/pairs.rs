//! Eigenvalues and eigenvectors of a square matrix, complex ones too.

use faer::{Mat, Side};
use nalgebra::{Complex, DMatrix, DVector};

use super::super::super::input::Fault;
use super::super::super::shown::Check;
use super::super::measure::{inverse, rounding};
use crate::linalg::Matrix;
use crate::linalg::svd::{singular_values, svd};

pub struct Eigenpairs {
    /// The largest by size first; of a conjugate pair, the one above the real axis.
    pub values: Vec<Complex<f64>>,
    /// In columns of length 1, in the order of the values: X.
    pub vectors: DMatrix<Complex<f64>>,
    /// None if X is singular outright.
    pub inverse: Option<DMatrix<Complex<f64>>>,
    /// σ₁/σₙ of X: how far from coinciding the eigenvectors are; 1 if they are orthonormal.
    pub condition: f64,
    /// Whether rounding may have parted two eigenvalues that are one, with one eigenvector; so too if X is singular.
    pub coincide: bool,
    pub symmetric: bool,
    /// Whether M X = X Λ.
    pub residual: Check,
}

impl Eigenpairs {
    /// By QR iterations with shifts for exceptions. Those without (Francis 1961, as nalgebra has them) stand still on
    /// cyclic permutations, which are among the first that someone tries.
    ///
    /// # Errors
    /// If the iteration does not end within its bound, or the singular values of X are not found.
    pub fn of(m: &Matrix) -> Result<Self, Fault> {
        let n = m.nrows();
        let symmetric = *m == m.transpose();
        // The engine takes what is small, whatever the rest, for 0.
        let power = power_below(m.amax());
        let engine = Mat::from_fn(n, n, |row, column| m[(row, column)] / power);
        let unfound = |_| {
            let why = "its eigenvalues were not found within the bound of iterations";
            Fault::new("m", why)
        };
        let mut pairs: Vec<(Complex<f64>, Vec<Complex<f64>>)> = if symmetric {
            let found = engine.self_adjoint_eigen(Side::Lower).map_err(unfound)?;
            let real = |x: &f64| Complex::new(*x, 0.0);
            let values = found.S().column_vector().iter().map(real);
            let vectors = found
                .U()
                .col_iter()
                .map(|column| column.iter().map(real).collect());
            values.zip(vectors).collect()
        } else {
            let found = engine.eigen().map_err(unfound)?;
            let values = found.S().column_vector().iter().copied();
            let vectors = found
                .U()
                .col_iter()
                .map(|column| column.iter().copied().collect());
            values.zip(vectors).collect()
        };
        pairs.sort_by(|(a, _), (b, _)| {
            let size = b.norm().total_cmp(&a.norm());
            size.then(b.re.total_cmp(&a.re)).then(b.im.total_cmp(&a.im))
        });
        let (mut values, columns): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        values.iter_mut().for_each(|value| *value *= power);
        let mut vectors = DMatrix::from_iterator(n, n, columns.into_iter().flatten());
        for (place, value) in values.iter().enumerate() {
            let column = vectors.column(place).into_owned();
            let unit = match of_length_one(&column) {
                Some(unit) => unit,
                None => nearest_null(m, *value)?,
            };
            vectors.set_column(place, &unit);
        }
        let inverse = inverse(&vectors);
        Ok(Self {
            residual: residual(m, &vectors, &values),
            condition: if symmetric { 1.0 } else { condition(&vectors)? },
            coincide: inverse
                .as_ref()
                .is_none_or(|inverse| coincide(m, &values, inverse)),
            inverse,
            values,
            vectors,
            symmetric,
        })
    }

    pub fn is_complex(&self) -> bool {
        self.values.iter().any(|value| value.im != 0.0)
    }
}

/// The power of two at or below x, 1 for 0.
fn power_below(x: f64) -> f64 {
    if x > 0.0 {
        2.0_f64.powi(x.log2().floor() as i32)
    } else {
        1.0
    }
}

/// Where eigenvectors are found one from the other, those of a defective matrix of n rows grow up to ε¹⁻ⁿ: squared they are no
/// numbers from n = 12 on, so they are measured by their largest entry first. None of what is no vector of numbers.
fn of_length_one(column: &DVector<Complex<f64>>) -> Option<DVector<Complex<f64>>> {
    let most = |of: &DVector<Complex<f64>>| {
        let parts = of.iter().flat_map(|x| [x.re.abs(), x.im.abs()]);
        parts.fold(0.0, |most: f64, part| {
            if part > most || part.is_nan() {
                part
            } else {
                most
            }
        })
    };
    let largest = most(column);
    if !largest.is_finite() || largest == 0.0 {
        return None;
    }
    // Two factors, since a subnormal number has an inverse that is none.
    let half = 1.0 / largest.sqrt();
    let scaled = column.map(|x| x * half * half);
    let length = scaled.norm();
    (length.is_finite() && length > 0.0).then(|| scaled.unscale(length))
}

/// The vector of length 1 that M − λ makes shortest: an eigenvector wherever λ is an eigenvalue, also where one that was
/// found from the others has outgrown all numbers.
fn nearest_null(m: &Matrix, value: Complex<f64>) -> Result<DVector<Complex<f64>>, Fault> {
    let n = m.nrows();
    let shifted = DMatrix::from_fn(n, n, |row, column| {
        let on = if row == column {
            value
        } else {
            Complex::new(0.0, 0.0)
        };
        Complex::new(m[(row, column)], 0.0) - on
    });
    let fault = |error: crate::linalg::LinalgError| Fault::new("m", error.to_string());
    if value.im == 0.0 {
        let f = svd(&shifted.map(|x| x.re)).map_err(fault)?;
        let last = f.vt.row(n - 1).transpose();
        return Ok(DVector::from_iterator(
            n,
            last.iter().map(|x| Complex::new(*x, 0.0)),
        ));
    }
    let f = svd(&as_real(&shifted)).map_err(fault)?;
    let last = f.vt.row(2 * n - 1);
    Ok(DVector::from_fn(n, |row, _| {
        Complex::new(last[row], last[n + row])
    }))
}

/// Eigenvalues are off by some ε · ‖M‖ · κ, where κ is the length of their row of X⁻¹ (Golub & Van Loan, Matrix Computations,
/// 4th edition 2013, section 7.2.2). Two that are nearer to each other than that may be one, and as their vectors almost
/// coincide (κ is large) they may have one vector in common.
fn coincide(m: &Matrix, values: &[Complex<f64>], inverse: &DMatrix<Complex<f64>>) -> bool {
    /// Below it a pair of vectors is well apart, whatever the values are.
    const APART: f64 = 1e3;
    let off = (8.0 + m.nrows() as f64) * f64::EPSILON / 2.0 * m.norm();
    let sizes: Vec<f64> = inverse.row_iter().map(|row| row.norm()).collect();
    let pairs = |i: usize| (0..i).map(move |j| (i, j));
    (0..values.len()).flat_map(pairs).any(|(i, j)| {
        let size = sizes[i].min(sizes[j]);
        size >= APART && (values[i] - values[j]).norm() <= 2.0 * off * size
    })
}

/// Each of the n columns may be off by some ε · ‖M‖.
fn residual(m: &Matrix, x: &DMatrix<Complex<f64>>, values: &[Complex<f64>]) -> Check {
    let n = m.nrows();
    let mut scaled = x.clone();
    for (mut column, value) in scaled.column_iter_mut().zip(values) {
        column *= *value;
    }
    let image = m.map(|x| Complex::new(x, 0.0)) * x;
    Check {
        claim: "M X = X Λ".to_string(),
        error: (image - scaled).norm(),
        bound: rounding(m.norm() * (n as f64).sqrt(), n),
    }
}

fn condition(x: &DMatrix<Complex<f64>>) -> Result<f64, Fault> {
    let s = singular_values(&as_real(x)).map_err(|error| Fault::new("m", error.to_string()))?;
    Ok(match (s.first(), s.last()) {
        (Some(first), Some(last)) if *last > 0.0 => first / last,
        _ => f64::INFINITY,
    })
}

/// The real matrix of twice the size that does to real and imaginary parts what X does; it has the singular values of X,
/// each twice.
fn as_real(x: &DMatrix<Complex<f64>>) -> Matrix {
    let n = x.nrows();
    Matrix::from_fn(2 * n, 2 * n, |row, column| {
        let entry = x[(row % n, column % n)];
        match (row < n, column < n) {
            (true, true) | (false, false) => entry.re,
            (true, false) => -entry.im,
            (false, true) => entry.im,
        }
    })
}
