//! Separation of concerns.

use nalgebra::{Complex, DMatrix};

use super::super::input::{Fault, Input};
use super::super::shown::{Check, Look, Mark, Part, Plane, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::measure::{
    brief, diagonal, formula, matrix_of_size, named, orthonormal, rounding, same, shape, sign,
    thin_of, words,
};
use crate::linalg::Matrix;
use crate::linalg::svd::Svd;

mod pairs;

use pairs::Eigenpairs;

pub struct Eigen;

const FIELDS: &[Field] = &[Field {
    name: "m",
    label: "The matrix M",
    kind: Kind::Matrix {
        rows: 32,
        columns: 32,
    },
    default: "2, 1; 1, 2",
}];

const PRESETS: &[Preset] = &[
    Preset {
        label: "Symmetric",
        input: &[],
    },
    Preset {
        label: "Fibonacci",
        input: &[("m", "1, 1; 1, 0")],
    },
    Preset {
        label: "A shear: defective",
        input: &[("m", "1, 1; 0, 1")],
    },
    Preset {
        label: "Almost a shear",
        input: &[("m", "1, 1; 0, 1.00001")],
    },
    Preset {
        label: "A rotation: complex",
        input: &[("m", "0.8, -0.6; 0.6, 0.8")],
    },
    Preset {
        label: "Rank 1",
        input: &[("m", "2, 1; 4, 2")],
    },
    Preset {
        label: "Not square: none",
        input: &[("m", "1, 2, 0; 0, 1, 1")],
    },
];

/// A double eigenvalue of a defective matrix comes apart by about √ε when it is computed, and the condition of X is then
/// about 1/√ε: with less than a tenth of that there are n eigenvectors. With more it depends on whether rounding can tell two
/// eigenvalues apart.
const DEFECTIVE: f64 = 0.1 / 1.490_116_119_384_765_6e-8;
/// From here on X⁻¹ has no digit that is right.
const SINGULAR: f64 = 0.01 / f64::EPSILON;
/// From here on three digits and more are lost.
const NEARLY: f64 = 1e3;

impl Step for Eigen {
    fn name(&self) -> &'static str {
        "eigen"
    }

    fn title(&self) -> &'static str {
        "Separation of concerns"
    }

    fn point(&self) -> &'static str {
        "Eigenvectors split a matrix into things that do not mix, where there are enough of them; singular vectors always do, with one basis going in and another coming out."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        PRESETS
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let m = matrix_of_size("m", input.matrix("m"))?;
        let svd = thin_of("m", &m)?;
        let mut parts = vec![formula(
            r"M = X \Lambda X^{-1} \quad\text{or}\quad M = U \Sigma V^\top",
        )];
        let mut checks = Vec::new();
        let pairs = if m.is_square() {
            Some(Eigenpairs::of(&m)?)
        } else {
            None
        };
        match &pairs {
            Some(pairs) => {
                parts.push(named("M", &m, shape(&m)));
                parts.push(words(verdict(pairs)));
                parts.push(Part::Table(values(pairs, &svd)));
                parts.extend(decomposition(pairs));
                checks.extend(checks_of(&m, pairs, &svd));
            }
            None => {
                parts.push(named("M", &m, shape(&m)));
                parts.push(words(
                    "M is not square: what goes in and what comes out live in different spaces, and no vector can come out as a multiple of itself. There is no eigendecomposition.",
                ));
            }
        }
        parts.push(words(
            "The SVD is there in any case. It may take one basis for what goes in (V) and another for what comes out (U), and both are orthonormal; that is what makes it always possible.",
        ));
        parts.push(Part::Row(vec![
            sign("M ="),
            named("U", &svd.u, shape(&svd.u)),
            sign("·"),
            named(
                "Σ",
                &diagonal(svd.s.len(), svd.s.len(), &svd.s),
                "never negative",
            ),
            sign("·"),
            named("Vᵀ", &svd.vt, shape(&svd.vt)),
        ]));
        if let Some(pairs) = &pairs
            && m.nrows() == 2
        {
            parts.push(Part::Plane(plane(&m, pairs, &svd)));
        }
        let bound = rounding(m.norm(), m.nrows().max(m.ncols()));
        checks.push(same("U Σ Vᵀ is M", &svd.product(), &m, bound));
        Ok(Shown { parts, checks })
    }
}

fn verdict(pairs: &Eigenpairs) -> String {
    let condition = if pairs.condition.is_finite() {
        brief(pairs.condition)
    } else {
        "∞".to_string()
    };
    if !pairs.residual.holds() {
        return "Here digits are lost, as happens where rows or columns of M differ much in size: M X is not X Λ up to rounding, and nothing is claimed of what follows but by the SVD.".to_string();
    }
    let mut text = if pairs.symmetric {
        "M is symmetric: there are n orthonormal eigenvectors with real eigenvalues (the spectral theorem), and X⁻¹ is Xᵀ.".to_string()
    } else if pairs.is_defective() {
        format!(
            "There are too few eigenvectors: M is defective, or so near to it that rounding cannot tell (condition of X: {condition}). Some of the computed eigenvectors are one and the same up to rounding, and there is no X⁻¹ to be trusted."
        )
    } else if pairs.condition >= NEARLY {
        format!(
            "There are n independent eigenvectors, but some of them almost coincide: the condition of X is {condition}, and X Λ X⁻¹ loses about {:.0} digits. A small change to M may take them away.",
            pairs.condition.log10()
        )
    } else {
        format!(
            "There are n independent eigenvectors (condition of X: {condition}), so M does n separate things along n directions."
        )
    };
    if pairs.is_complex() {
        text.push_str(" Eigenvalues that are not real come in conjugate pairs: in the plane of such a pair M turns, and no real direction stays where it is.");
    }
    text
}

fn values(pairs: &Eigenpairs, svd: &Svd) -> Table {
    let rows = (1..).zip(&pairs.values).zip(&svd.s);
    let row = |((i, value), s): ((usize, &Complex<f64>), &f64)| {
        vec![
            i.to_string(),
            complex(*value),
            brief(value.norm()),
            brief(*s),
        ]
    };
    Table {
        caption: "Eigenvalues and singular values, each by size; in general they are not the same"
            .to_string(),
        head: ["", "λ", "|λ|", "σ"].map(String::from).to_vec(),
        rows: rows.map(row).collect(),
    }
}

fn complex(value: Complex<f64>) -> String {
    if value.im == 0.0 {
        return brief(value.re);
    }
    let sign = if value.im < 0.0 { "−" } else { "+" };
    format!("{} {sign} {} i", brief(value.re), brief(value.im.abs()))
}

/// X, Λ and X⁻¹ if they are real, else X and Λ in their two parts.
fn decomposition(pairs: &Eigenpairs) -> Vec<Part> {
    let lambda = DMatrix::from_diagonal(&nalgebra::DVector::from_vec(pairs.values.clone()));
    let real = |m: &DMatrix<Complex<f64>>| m.map(|x| x.re);
    let imaginary = |m: &DMatrix<Complex<f64>>| m.map(|x| x.im);
    if pairs.is_complex() {
        return vec![
            Part::Row(vec![
                named(
                    "Re X",
                    &real(&pairs.vectors),
                    "real parts of the eigenvectors",
                ),
                named("Im X", &imaginary(&pairs.vectors), "imaginary parts"),
            ]),
            Part::Row(vec![
                named("Re Λ", &real(&lambda), "real parts of the eigenvalues"),
                named("Im Λ", &imaginary(&lambda), "imaginary parts"),
            ]),
        ];
    }
    let mut row = vec![
        named("X", &real(&pairs.vectors), "eigenvectors of length 1"),
        named("Λ", &real(&lambda), "eigenvalues"),
    ];
    if let Some(inverse) = pairs.usable_inverse() {
        row.insert(1, sign("·"));
        row.insert(0, sign("M ="));
        row.push(sign("·"));
        row.push(named("X⁻¹", &real(inverse), ""));
    }
    vec![Part::Row(row)]
}

impl Eigenpairs {
    /// X⁻¹, unless the matrix counts as defective or X is not what it should be.
    fn usable_inverse(&self) -> Option<&DMatrix<Complex<f64>>> {
        let usable = !self.is_defective() && self.residual.holds();
        self.inverse.as_ref().filter(|_| usable)
    }

    /// Whether M is defective, as far as rounding can tell.
    fn is_defective(&self) -> bool {
        self.condition >= SINGULAR || (self.condition >= DEFECTIVE && self.coincide)
    }
}

fn checks_of(m: &Matrix, pairs: &Eigenpairs, svd: &Svd) -> Vec<Check> {
    if !pairs.residual.holds() {
        return Vec::new();
    }
    let n = m.nrows();
    let size = m.norm() * (n as f64).sqrt();
    let wide = m.map(|x| Complex::new(x, 0.0));
    let x = &pairs.vectors;
    let mut scaled = x.clone();
    for (mut column, value) in scaled.column_iter_mut().zip(&pairs.values) {
        column *= *value;
    }
    let sum: Complex<f64> = pairs.values.iter().sum();
    let mut checks = vec![
        pairs.residual.clone(),
        Check {
            claim: "the eigenvalues add up to the trace of M".to_string(),
            error: (sum - Complex::new(m.trace(), 0.0)).norm(),
            bound: rounding(size, n),
        },
    ];
    if let Some(inverse) = pairs.usable_inverse() {
        checks.push(Check {
            claim: "X Λ X⁻¹ is M".to_string(),
            error: (scaled * inverse - &wide).norm(),
            bound: rounding(size * pairs.condition, n),
        });
    }
    if pairs.symmetric {
        checks.push(orthonormal("X is orthogonal", &x.map(|x| x.re)));
        let mut sizes: Vec<f64> = pairs.values.iter().map(|value| value.norm()).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let far = sizes.iter().zip(&svd.s).map(|(a, b)| (a - b).abs());
        checks.push(Check {
            claim: "the singular values are the sizes of the eigenvalues".to_string(),
            error: far.fold(0.0, f64::max),
            bound: rounding(size, n),
        });
    }
    checks
}

/// The unit circle and what becomes of it, with both kinds of directions. Of 2 × 2 matrices only.
fn plane(m: &Matrix, pairs: &Eigenpairs, svd: &Svd) -> Plane {
    let reach = 1.25 * svd.s.first().copied().unwrap_or(1.0).max(1.0);
    let circle = |i: u32| {
        let angle = std::f64::consts::TAU * f64::from(i) / 96.0;
        Matrix::from_column_slice(2, 1, &[angle.cos(), angle.sin()])
    };
    let place = |v: &Matrix| {
        [
            v.get(0).copied().unwrap_or(0.0),
            v.get(1).copied().unwrap_or(0.0),
        ]
    };
    let line = |by: &dyn Fn(u32) -> Matrix, look| Mark::Line {
        points: (0..96).map(|i| place(&by(i))).collect(),
        closed: true,
        look,
    };
    let mut marks = vec![
        line(&circle, Look::Faint),
        line(&|i| m * circle(i), Look::Plain),
    ];
    for (i, row) in (1..).zip(svd.vt.row_iter()) {
        let v = row.transpose();
        let v = Matrix::from_column_slice(2, 1, v.as_slice());
        let arrow = |to: &Matrix, label: String, look| Mark::Arrow {
            from: [0.0, 0.0],
            to: place(to),
            label,
            look,
        };
        marks.push(arrow(&v, format!("v{i}"), Look::First));
        marks.push(arrow(&(m * &v), format!("σ{i} u{i}"), Look::Second));
    }
    if !pairs.is_complex() {
        for (i, column) in (1..).zip(pairs.vectors.column_iter()) {
            let far = Matrix::from_iterator(2, 1, column.iter().map(|x| x.re * reach));
            marks.push(Mark::Line {
                points: vec![place(&-&far), place(&far)],
                closed: false,
                look: Look::Third,
            });
            marks.push(Mark::Point {
                at: place(&(far * 0.9)),
                label: format!("x{i}"),
                look: Look::Third,
            });
        }
    }
    let lines = if pairs.is_complex() {
        "there are no real eigenvectors"
    } else {
        "lines through the middle are the directions of the eigenvectors, which M keeps"
    };
    Plane {
        title: "Eigenvectors and singular vectors".to_string(),
        alt: format!(
            "the unit circle and the ellipse that M makes of it; v1 and v2 are at a right angle, as are the half axes of the ellipse they go to; {lines}"
        ),
        reach,
        frame: None,
        marks,
    }
}
