//! Fourier and circulant matrices.

use super::super::input::{Fault, Input};
use super::super::shown::{Bars, Part, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::measure::{brief, formula, matrix_of_size, named, shape, sign, thin_of, words};
use crate::linalg::Matrix;

mod dct;
mod dft;

pub struct Fourier;

/// Rows and columns of a block of JPEG.
const BLOCK: usize = 8;

const FIELDS: &[Field] = &[Field {
    name: "c",
    label: "The first column c of the circulant matrix",
    kind: Kind::Vector { length: 32 },
    default: "0.5, 0.25, 0, 0, 0, 0, 0, 0.25",
}];

const PRESETS: &[Preset] = &[
    Preset {
        label: "Smoothing: the mean with both neighbours",
        input: &[],
    },
    Preset {
        label: "A shift by one",
        input: &[("c", "0, 1, 0, 0, 0, 0, 0, 0")],
    },
    Preset {
        label: "Second differences, round a circle",
        input: &[("c", "2, -1, 0, 0, 0, 0, 0, -1")],
    },
    Preset {
        label: "A moving mean of four: some frequencies go to 0",
        input: &[("c", "0.25, 0.25, 0.25, 0.25, 0, 0, 0, 0")],
    },
    Preset {
        label: "The identity",
        input: &[("c", "1, 0, 0, 0, 0")],
    },
    Preset {
        label: "Anything",
        input: &[("c", "3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 9")],
    },
];

impl Step for Fourier {
    fn name(&self) -> &'static str {
        "fourier"
    }

    fn title(&self) -> &'static str {
        "Fourier and circulant matrices"
    }

    fn point(&self) -> &'static str {
        "What treats all places alike is diagonal in frequencies: the DFT is one fixed basis that fits every circulant matrix."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        PRESETS
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let c = matrix_of_size("c", input.matrix("c"))?;
        let n = c.nrows();
        let m = dft::circulant(c.as_slice());
        let svd = thin_of("c", &m)?;
        let f = dft::unitary(n);
        let values = dft::transformed(c.as_slice());

        let mut parts = vec![
            formula(
                r"C = F^{-1} \operatorname{diag}(\hat c)\, F, \qquad F_{jk} = \tfrac{1}{\sqrt n} e^{-2 \pi i j k / n}, \qquad \hat c_k = \sum_j c_j e^{-2 \pi i j k / n}",
            ),
            words(
                "A circulant matrix does the same at every place of a circle: each column is the one before, moved down by one. It is convolution with c. Waves that fit the circle come out as themselves, only scaled and shifted, so the columns of F⁻¹ are eigenvectors of all circulant matrices, and the eigenvalues are the DFT of c (Davis, Circulant Matrices, 1979, chapter 3).",
            ),
            named("C", &m, shape(&m)),
            Part::Row(vec![
                named("Re F", &f.map(|x| x.re), "cosines"),
                named("Im F", &f.map(|x| x.im), "minus sines"),
            ]),
            Part::Table(frequencies(&values)),
            Part::Bars(Bars {
                title: "What C does to each frequency".to_string(),
                alt: format!("|ĉ| of the {n} frequencies"),
                axis: "|ĉ|".to_string(),
                bars: values
                    .iter()
                    .enumerate()
                    .map(|(k, x)| (k.to_string(), x.norm()))
                    .collect(),
                kept: n,
                log: false,
            }),
            words(
                "F has no part of C in it, and that is the connection with the SVD, and its limit. Every circulant matrix is normal (CᵀC = CCᵀ), and for those the singular values are the sizes of the eigenvalues: with ĉ = |ĉ| e^{iφ}, C = (F⁻¹ e^{iφ}) |ĉ| F is an SVD, up to order. So the DFT gives the SVD of a circulant matrix, for nothing. Of any other matrix it does not.",
            ),
        ];
        let mut checks = dft::checks(&m, &f, &values, &svd.s);
        parts.extend(neighbour());
        checks.extend(dct::checks(c.as_slice(), BLOCK));
        Ok(Shown { parts, checks })
    }
}

fn frequencies(values: &[nalgebra::Complex<f64>]) -> Table {
    let rows = values.iter().enumerate().map(|(k, value)| {
        let angle = if value.norm() > 0.0 {
            value.arg().to_degrees()
        } else {
            0.0
        };
        vec![
            k.to_string(),
            brief(value.re),
            brief(value.im),
            brief(value.norm()),
            format!("{angle:.0}°"),
        ]
    });
    Table {
        caption: "Eigenvalues of C: the DFT of c".to_string(),
        head: ["Frequency", "Re ĉ", "Im ĉ", "|ĉ|", "Shifted by"]
            .map(String::from)
            .to_vec(),
        rows: rows.collect(),
    }
}

/// The basis that JPEG uses.
fn neighbour() -> Vec<Part> {
    let d = dct::orthogonal(BLOCK);
    let k: Matrix = dct::second_difference(BLOCK);
    let turned = &d * &k * d.transpose();
    vec![
        words(
            "JPEG is near by, but not here. It takes blocks of 8 × 8 pixels and turns each by the DCT-II, a real and orthogonal matrix D, along rows and columns. The DCT is no DFT of the block: it is that of the block and its mirror image, which has no jump at the ends. It diagonalises another family of matrices, those that treat all places alike but reflect at the ends, for instance second differences with reflecting ends (Strang, The Discrete Cosine Transform, SIAM Review 41, 1999).",
        ),
        Part::Row(vec![
            named("D", &d, "the DCT-II of 8 numbers"),
            sign("·"),
            named("K", &k, "second differences, reflecting ends"),
            sign("·"),
            named("Dᵀ", &d.transpose(), "its inverse"),
            sign("="),
            named("D K Dᵀ", &turned, "diagonal: 2 − 2 cos(πk/8)"),
        ]),
        Part::Image(dct::basis(BLOCK)),
        words(
            "JPEG does not compute the SVD of a photo. Its basis is fixed and the same for all; that of the SVD is made for the one matrix, and would have to be sent along. What they share is the idea: go to a basis where most numbers are small, and drop or round those.",
        ),
    ]
}
