//! A matrix is a function: it takes in arrays of n numbers and returns arrays of m. In the plane, what it does to the
//! unit circle says all of it up to a turn before: an ellipse whose half axes are σ₁u₁ and σ₂u₂ (Trefethen & Bau,
//! Numerical Linear Algebra, lecture 4).

use std::f64::consts::TAU;

use nalgebra::DVector;

use super::super::input::{Fault, Input};
use super::super::shown::{Check, Look, Mark, Part, Plane, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::{measure, shared};
use crate::linalg::Matrix;
use crate::linalg::svd::Svd;

/// Terms of a sum that are written out.
const TERMS: usize = 8;

pub struct Function;

impl Step for Function {
    fn name(&self) -> &'static str {
        "function"
    }

    fn title(&self) -> &'static str {
        "A matrix is a function"
    }

    fn point(&self) -> &'static str {
        "A matrix is more than an array of numbers: it takes in vectors and returns vectors, as a function does."
    }

    fn fields(&self) -> &'static [Field] {
        &[
            Field {
                name: "m",
                label: "Matrix M",
                kind: Kind::Matrix {
                    rows: 32,
                    columns: 32,
                },
                default: "1.5, 1; -0.5, 1",
            },
            Field {
                name: "x",
                label: "Input x",
                kind: Kind::Vector { length: 32 },
                default: "1, 0.5",
            },
        ]
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "Rotation by 36.87°",
                input: &[("m", "0.8, -0.6; 0.6, 0.8")],
            },
            Preset {
                label: "Shear",
                input: &[("m", "1, 1; 0, 1")],
            },
            Preset {
                label: "Projection onto a line (rank 1)",
                input: &[("m", "0.5, 0.5; 0.5, 0.5")],
            },
            Preset {
                label: "Reflection",
                input: &[("m", "0, 1; 1, 0")],
            },
            Preset {
                label: "Growing one way, shrinking the other",
                input: &[("m", "2, 0; 0, 0.5")],
            },
            Preset {
                label: "From three numbers to two",
                input: &[("m", "1, 0, 2; 0, 1, -1"), ("x", "1, 2, 1")],
            },
        ]
    }

    fn fit(&self, input: &mut Input) {
        input.fit("x", input.matrix("m").ncols(), 1);
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let m = shared::matrix(input, "m")?;
        let x = shared::argument(input, "x", "M", m.ncols())?;
        let f = measure::thin_of("m", &m)?;
        let mx = &m * &x;
        let mut parts = vec![
            measure::words(format!(
                "M takes in {} and returns {}. Each number that comes out is a sum of those that went in, weighted with one row of M.",
                shared::numbers(m.ncols()),
                shared::numbers(m.nrows()),
            )),
            measure::formula(r"(Mx)_i = \sum_{j=1}^n m_{ij} x_j"),
            Part::Row(vec![
                shared::named("M", &m),
                shared::column("x", &x),
                measure::sign("="),
                shared::column("Mx", &mx),
            ]),
            sums(&m, &x, &mx),
        ];
        let mut checks = vec![linear(&m, &x), stretched(&m, &f)];
        if let Some(by) = shared::two_by_two(&m) {
            parts.push(pictures(by, &x, &mx, &f));
            checks.push(ellipse(by, &f));
        } else {
            parts.push(measure::words(
                "The plane is drawn when M is 2 × 2. In every size, what M does to the vectors of length 1 is an ellipsoid, and its half axes are as long as the singular values.",
            ));
        }
        Ok(Shown { parts, checks })
    }
}

fn sums(m: &Matrix, x: &DVector<f64>, mx: &DVector<f64>) -> Part {
    let rows = m.row_iter().zip(mx).enumerate();
    let rows = rows.map(|(place, (row, sum))| {
        let terms = row.iter().zip(x);
        let mut terms: Vec<_> = terms
            .map(|(weight, x)| format!("{} · {}", shared::short(*weight), shared::short(*x)))
            .collect();
        if terms.len() > TERMS {
            let left = terms.split_off(TERMS - 1).len();
            terms.push(format!("{left} more"));
        }
        vec![
            (place + 1).to_string(),
            terms.join(" + "),
            shared::short(*sum),
        ]
    });
    Part::Table(Table {
        caption: "How each number of Mx comes about".to_string(),
        head: ["row", "weights · x", "Mx"].map(str::to_string).to_vec(),
        rows: rows.collect(),
    })
}

/// Any two inputs would do; the second is the first basis vector.
fn linear(m: &Matrix, x: &DVector<f64>) -> Check {
    let mut y = x.map(|_| 0.0);
    if let Some(first) = y.iter_mut().next() {
        *first = 1.0;
    }
    let (a, b) = (3.0, -2.0);
    let before = m * (a * x + b * &y);
    let after = a * (m * x) + b * (m * &y);
    shared::check(
        "linear: M(3x − 2y) = 3 Mx − 2 My, with y = (1, 0, …)",
        (before - after).amax(),
        shared::rounding(shared::side(m)) * m.norm() * (3.0 * x.norm() + 2.0),
    )
}

fn stretched(m: &Matrix, f: &Svd) -> Check {
    let mut axes = f.u.clone();
    for (mut axis, s) in axes.column_iter_mut().zip(&f.s) {
        axis *= *s;
    }
    shared::check(
        "M takes each right singular vector to the left one, σ times as long: M vᵢ = σᵢ uᵢ",
        (m * f.vt.transpose() - axes).amax(),
        shared::rounding(shared::side(m)) * m.norm(),
    )
}

fn ellipse(by: [[f64; 2]; 2], f: &Svd) -> Check {
    let pairs = half_axes(by).into_iter().zip(&f.s);
    let largest = f.s.first().copied().unwrap_or(0.0);
    shared::check(
        "the half axes of the ellipse are as long as the singular values",
        pairs.fold(0.0, |most, (axis, s)| (axis - s).abs().max(most)),
        shared::rounding(2) * largest,
    )
}

/// With points as complex numbers, M z = α z + β z̄. Of the unit circle this makes two circles that are gone round in
/// opposite directions and added: an ellipse with the half axes |α| + |β| and ||α| − |β||. No SVD is needed for it.
fn half_axes([[a, b], [c, d]]: [[f64; 2]; 2]) -> [f64; 2] {
    let alpha = (a + d).hypot(c - b) / 2.0;
    let beta = (a - d).hypot(c + b) / 2.0;
    [alpha + beta, (alpha - beta).abs()]
}

fn pictures(by: [[f64; 2]; 2], x: &DVector<f64>, mx: &DVector<f64>, f: &Svd) -> Part {
    let largest = f.s.first().copied().unwrap_or(0.0);
    let (mut before, mut after) = (x.amax().max(1.0), mx.amax().max(largest));
    // One scale for both shows growth, as long as nothing becomes a dot.
    if (0.25..=4.0).contains(&(after / before)) {
        before = before.max(after);
        after = before;
    } else if after == 0.0 {
        after = 1.0;
    }
    let (before, after) = (1.2 * before, 1.2 * after);
    let looks = [Look::Third, Look::Fourth];
    let mut from = vec![
        Mark::Grid {
            by: [[1.0, 0.0], [0.0, 1.0]],
            look: Look::Faint,
        },
        circle([[1.0, 0.0], [0.0, 1.0]]),
    ];
    let mut to = vec![
        Mark::Grid {
            by,
            look: Look::Faint,
        },
        circle(by),
    ];
    let axes = f.u.column_iter().zip(f.vt.row_iter()).zip(&f.s);
    for (place, (((u, v), s), look)) in axes.zip(looks).enumerate() {
        let label = ["v₁", "v₂"][place % 2];
        from.push(arrow(v.iter().copied(), label, look, before));
        let label = format!("σ{} = {}", ["₁", "₂"][place % 2], shared::short(*s));
        to.push(arrow(u.iter().map(|u| s * u), &label, look, after));
    }
    from.push(arrow(x.iter().copied(), "x", Look::First, before));
    to.push(arrow(mx.iter().copied(), "Mx", Look::Second, after));
    let lengths = shared::tuple(&f.s);
    Part::Row(vec![
        Part::Plane(Plane {
            title: "Before".to_string(),
            alt: format!(
                "The unit grid, the unit circle, and x = {}",
                shared::tuple(x)
            ),
            reach: before,
            frame: None,
            marks: from,
        }),
        Part::Plane(Plane {
            title: "After M".to_string(),
            alt: format!(
                "What M makes of them: the circle is an ellipse whose half axes are {lengths} long, and x is at {}",
                shared::tuple(mx)
            ),
            reach: after,
            frame: None,
            marks: to,
        }),
    ])
}

fn circle([[a, b], [c, d]]: [[f64; 2]; 2]) -> Mark {
    let points = (0..96).map(|place| {
        let (y, x) = (TAU * f64::from(place) / 96.0).sin_cos();
        [a * x + b * y, c * x + d * y]
    });
    Mark::Line {
        points: points.collect(),
        closed: true,
        look: Look::Plain,
    }
}

/// An arrow from the middle. One without length has no direction and is a point.
fn arrow(to: impl Iterator<Item = f64>, label: &str, look: Look, reach: f64) -> Mark {
    let mut at = [0.0; 2];
    at.iter_mut().zip(to).for_each(|(at, x)| *at = x);
    let label = label.to_string();
    if at.iter().all(|x| x.abs() < 1e-6 * reach) {
        return Mark::Point { at, label, look };
    }
    Mark::Arrow {
        from: [0.0; 2],
        to: at,
        label,
        look,
    }
}
