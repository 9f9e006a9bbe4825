//! The cells of a heat map: how far from zero by how strong a colour is, the sign by colour and by a minus.

use std::fmt::Write as _;

use image::{Rgba, RgbaImage};

use super::image::{data_uri, rgba_png};
use super::ink;
use crate::linalg::Matrix;

/// The strongest a colour is: numbers on it must stay readable.
const STRONGEST: f64 = 0.55;
/// Blue and orange between those of light and dark pages, for pictures made of pixels.
const ABOVE: [u8; 3] = [0x1f, 0x7f, 0xc4];
const BELOW: [u8; 3] = [0xd0, 0x64, 0x10];

fn largest(matrix: &Matrix) -> f64 {
    let finite = matrix.iter().filter(|x| x.is_finite());
    finite.fold(0.0_f64, |most, x| most.max(x.abs()))
}

/// One rectangle each; the page's colours.
pub fn cells(out: &mut String, matrix: &Matrix, [left, top]: [f64; 2], [wide, high]: [f64; 2]) {
    let largest = largest(matrix);
    for (column, of) in matrix.column_iter().enumerate() {
        for (row, x) in of.iter().enumerate() {
            let strength = if largest > 0.0 {
                x.abs() / largest
            } else {
                0.0
            };
            let strength = if strength.is_finite() {
                strength.min(1.0) * STRONGEST
            } else {
                0.0
            };
            // Below this it cannot be told from nothing.
            if strength < 0.004 {
                continue;
            }
            let _ = write!(
                out,
                "<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill-opacity=\"{strength:.3}\"/>",
                if *x < 0.0 { "svd-below" } else { "svd-above" },
                ink::at(left + column as f64 * wide + 0.5),
                ink::at(top + row as f64 * high + 0.5),
                ink::at(wide - 1.0),
                ink::at(high - 1.0)
            );
        }
    }
}

/// As an image: three by three pixels a cell; below zero the row in the middle is a minus.
pub fn pixels(out: &mut String, matrix: &Matrix, [left, top]: [f64; 2], [wide, high]: [f64; 2]) {
    let largest = largest(matrix);
    let side = |n: usize| u32::try_from(n).unwrap_or(1).saturating_mul(3);
    let picture = RgbaImage::from_fn(side(matrix.ncols()), side(matrix.nrows()), |x, y| {
        let at = ((y / 3) as usize, (x / 3) as usize);
        let value = matrix.get(at).copied().unwrap_or(0.0);
        let strength = if largest > 0.0 {
            value.abs() / largest
        } else {
            0.0
        };
        let strength = if strength.is_finite() {
            strength.min(1.0)
        } else {
            0.0
        };
        let minus = value < 0.0 && y % 3 == 1;
        // The minus is as much stronger as there is room for.
        let alpha = 255.0
            * if minus {
                strength.sqrt()
            } else {
                strength * 0.8
            };
        let [r, g, b] = if value < 0.0 { BELOW } else { ABOVE };
        // 0 to 255.
        Rgba([r, g, b, alpha as u8])
    });
    let _ = write!(
        out,
        "<image class=\"svd-pixels\" image-rendering=\"pixelated\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" \
         preserveAspectRatio=\"none\" href=\"{}\"/>",
        ink::at(left),
        ink::at(top),
        ink::at(wide),
        ink::at(high),
        data_uri(&rgba_png(&picture))
    );
}
