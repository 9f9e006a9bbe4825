//! The discrete Fourier transform as a matrix.

use std::f64::consts::TAU;

use nalgebra::{Complex, DMatrix};

use super::super::super::shown::Check;
use super::super::measure::rounding;
use crate::linalg::Matrix;

/// n × n; each column is the one before, moved down by one.
pub fn circulant(c: &[f64]) -> Matrix {
    let n = c.len();
    Matrix::from_fn(n, n, |row, column| c[(row + n - column) % n])
}

/// e^(−2πi jk/n)/√n: unitary.
pub fn unitary(n: usize) -> DMatrix<Complex<f64>> {
    let scale = 1.0 / (n as f64).sqrt();
    DMatrix::from_fn(n, n, |j, k| root(j * k, n) * scale)
}

/// The DFT, not scaled.
pub fn transformed(c: &[f64]) -> Vec<Complex<f64>> {
    let n = c.len();
    let at = |k: usize| c.iter().enumerate().map(|(j, c)| root(j * k, n) * *c).sum();
    (0..n).map(at).collect()
}

/// e^(−2πi power/n); powers are taken round first, so that large ones are as exact as small ones.
fn root(power: usize, n: usize) -> Complex<f64> {
    Complex::from_polar(1.0, -TAU * (power % n) as f64 / n as f64)
}

/// With `values` as the DFT of its first column and `s` as the singular values.
pub fn checks(
    circulant: &Matrix,
    f: &DMatrix<Complex<f64>>,
    values: &[Complex<f64>],
    s: &[f64],
) -> Vec<Check> {
    let n = circulant.nrows();
    let size = circulant.norm();
    let back = f.adjoint();
    let wide = circulant.map(|x| Complex::new(x, 0.0));
    let diagonal = DMatrix::from_fn(n, n, |row, column| {
        let value = values.get(row).copied().unwrap_or_default();
        if row == column {
            value
        } else {
            Complex::default()
        }
    });
    let mut sizes: Vec<f64> = values.iter().map(|value| value.norm()).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let far = sizes.iter().zip(s).map(|(a, b)| (a - b).abs());
    let turned = circulant.transpose();
    vec![
        Check {
            claim: "F is unitary: its inverse is its conjugate transpose".to_string(),
            error: (f * &back - DMatrix::identity(n, n)).norm(),
            bound: rounding((n as f64).sqrt(), n),
        },
        Check {
            claim: "F C F⁻¹ is diagonal, with the DFT of c on the diagonal".to_string(),
            error: (f * wide * back - diagonal).norm(),
            bound: rounding(size, n),
        },
        Check {
            claim: "C is normal: CᵀC = CCᵀ".to_string(),
            error: (&turned * circulant - circulant * &turned).norm(),
            bound: rounding(size * size, n),
        },
        Check {
            claim: "the singular values of C are the sizes of its eigenvalues".to_string(),
            error: far.fold(0.0, f64::max),
            bound: rounding(size, n),
        },
    ]
}
