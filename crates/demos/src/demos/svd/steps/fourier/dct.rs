//! The DCT-II, the transform of JPEG (Strang, “The Discrete Cosine Transform”, SIAM Review 41, 1999).

use std::f64::consts::PI;

use nalgebra::Complex;

use super::super::super::shown::{Check, Image};
use super::super::measure::{orthonormal, rounding, same};
use super::dft;
use crate::linalg::Matrix;

/// Row k holds cos(πk(j + ½)/n), scaled to length 1.
pub fn orthogonal(n: usize) -> Matrix {
    let all = n as f64;
    Matrix::from_fn(n, n, |k, j| {
        let scale = if k == 0 { 1.0 / all } else { 2.0 / all };
        scale.sqrt() * (PI * k as f64 * (j as f64 + 0.5) / all).cos()
    })
}

/// −1, 2, −1 along the diagonal, and 1, −1 at both ends: the value beyond an end is that at the end.
pub fn second_difference(n: usize) -> Matrix {
    Matrix::from_fn(n, n, |row, column| match row.abs_diff(column) {
        0 => f64::from(u8::from(row > 0) + u8::from(row + 1 < n)),
        1 => -1.0,
        _ => 0.0,
    })
}

/// The n² products of two rows of the DCT: what a block is a sum of.
pub fn basis(n: usize) -> Image {
    /// Pixels for an entry, and between two blocks.
    const ENTRY: usize = 4;
    const GAP: usize = 3;
    let d = orthogonal(n);
    let pitch = n * ENTRY + GAP;
    let side = n * pitch + GAP;
    let place = |at: usize| {
        let at = at.checked_sub(GAP)?;
        let within = at % pitch / ENTRY;
        (within < n).then_some((at / pitch, within))
    };
    let grey = |y: usize, x: usize| {
        let (Some((down, row)), Some((across, column))) = (place(y), place(x)) else {
            return 255;
        };
        // Entries of D are at most √(2/n) in size; a cast of a float saturates.
        let product = d[(down, row)] * d[(across, column)] * n as f64 / 2.0;
        (127.5 + 127.5 * product).round() as u8
    };
    Image {
        title: "The 64 pictures that a block of JPEG is a sum of".to_string(),
        alt: "an 8 × 8 grid of small patterns: plain grey at the top left, finer stripes to the right and downwards, checks at the bottom right".to_string(),
        rows: side,
        columns: side,
        grey: (0..side * side).map(|at| grey(at / side, at % side)).collect(),
    }
}

/// The DCT-II by the DFT of c and its mirror image, half a sample to the left.
fn by_mirror_image(c: &[f64]) -> Vec<f64> {
    let n = c.len();
    let mirrored: Vec<f64> = c.iter().chain(c.iter().rev()).copied().collect();
    let all = n as f64;
    let at = |(k, value): (usize, Complex<f64>)| {
        let shift = Complex::from_polar(1.0, -PI * k as f64 / (2.0 * all));
        let scale: f64 = if k == 0 { 1.0 / all } else { 2.0 / all };
        scale.sqrt() / 2.0 * (shift * value).re
    };
    dft::transformed(&mirrored)
        .into_iter()
        .take(n)
        .enumerate()
        .map(at)
        .collect()
}

pub fn checks(c: &[f64], block: usize) -> Vec<Check> {
    let d = orthogonal(block);
    let k = second_difference(block);
    let values = Matrix::from_fn(block, block, |row, column| {
        if row == column {
            2.0 - 2.0 * (PI * row as f64 / block as f64).cos()
        } else {
            0.0
        }
    });
    let n = c.len();
    let vector = Matrix::from_column_slice(n, 1, c);
    let mirrored = Matrix::from_vec(n, 1, by_mirror_image(c));
    vec![
        orthonormal("the DCT is orthogonal", &d.transpose()),
        same(
            "D K Dᵀ is diagonal: the DCT diagonalises second differences with reflecting ends",
            &(&d * &k * d.transpose()),
            &values,
            rounding(k.norm(), block),
        ),
        same(
            "the DCT of c is the DFT of c and its mirror image, but for half a sample",
            &(orthogonal(n) * &vector),
            &mirrored,
            rounding(vector.norm(), 2 * n),
        ),
    ]
}
