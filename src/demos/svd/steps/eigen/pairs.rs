//! Eigenvalues and eigenvectors of a square matrix, complex ones too.

use faer::{Mat, Side};
use nalgebra::{Complex, DMatrix};

use super::super::super::input::Fault;
use super::super::super::shown::Check;
use super::super::measure::rounding;
use crate::linalg::Matrix;
use crate::linalg::svd::singular_values;

pub struct Eigenpairs {
    /// The largest by size first; of a conjugate pair, the one above the real axis.
    pub values: Vec<Complex<f64>>,
    /// In columns of length 1, in the order of the values: X.
    pub vectors: DMatrix<Complex<f64>>,
    /// None if X is singular outright.
    pub inverse: Option<DMatrix<Complex<f64>>>,
    /// σ₁/σₙ of X: how far from coinciding the eigenvectors are; 1 if they are orthonormal.
    pub condition: f64,
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
        for mut column in vectors.column_iter_mut() {
            let length = column.norm();
            if length > 0.0 {
                column /= Complex::new(length, 0.0);
            }
        }
        Ok(Self {
            residual: residual(m, &vectors, &values),
            condition: if symmetric { 1.0 } else { condition(&vectors)? },
            inverse: vectors.clone().try_inverse(),
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

/// By the real matrix of twice the size that does to real and imaginary parts what X does; it has the singular values of
/// X, each twice.
fn condition(x: &DMatrix<Complex<f64>>) -> Result<f64, Fault> {
    let n = x.nrows();
    let real = Matrix::from_fn(2 * n, 2 * n, |row, column| {
        let entry = x[(row % n, column % n)];
        match (row < n, column < n) {
            (true, true) | (false, false) => entry.re,
            (true, false) => -entry.im,
            (false, true) => entry.im,
        }
    });
    let s = singular_values(&real).map_err(|error| Fault::new("m", error.to_string()))?;
    Ok(match (s.first(), s.last()) {
        (Some(first), Some(last)) if *last > 0.0 => first / last,
        _ => f64::INFINITY,
    })
}
