//! Any matrix in three pieces: M = A·B·C with a wide C, a square B and a tall A. With the representatives of functions
//! on finite sets it is the same, and it is not yet the SVD.

use nalgebra::DVector;

use super::super::input::{Fault, Input};
use super::super::shown::{Check, Part, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::{measure, shared};
use crate::linalg::Matrix;

mod cross;

pub use cross::Cross;

pub struct Factors;

impl Step for Factors {
    fn name(&self) -> &'static str {
        "factors"
    }

    fn title(&self) -> &'static str {
        "Any matrix in three pieces"
    }

    fn point(&self) -> &'static str {
        "A matrix is a wide one that picks representatives, a square one that is reversible, and a tall one that finds a copy among the outputs."
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
                default: "1, 2, 3; 2, 4, 6; 1, 0, 1; 0, 2, 2",
            },
            Field {
                name: "x",
                label: "Input x",
                kind: Kind::Vector { length: 32 },
                default: "1, 2, 1",
            },
            Field {
                name: "t",
                label: "How much is added that is sent to zero, t",
                kind: Kind::Number {
                    from: -10.0,
                    to: 10.0,
                    step: 0.1,
                },
                default: "1",
            },
        ]
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "Rank 1: all through one number",
                input: &[("m", "1, 2, 3; 2, 4, 6; 3, 6, 9")],
            },
            Preset {
                label: "Reversible as it is",
                input: &[("m", "2, 1; 1, 1"), ("x", "1, 2")],
            },
            Preset {
                label: "Wide: two numbers of four",
                input: &[("m", "1, 0, 1, 2; 0, 1, 1, -1"), ("x", "1, 2, 3, 4")],
            },
            Preset {
                label: "Tall: nothing is sent to zero",
                input: &[("m", "1, 0; 0, 1; 1, 1; 1, -1"), ("x", "1, 2")],
            },
            Preset {
                label: "A magic square, of rank 3",
                input: &[
                    ("m", "16, 3, 2, 13; 5, 10, 11, 8; 9, 6, 7, 12; 4, 15, 14, 1"),
                    ("x", "1, 0, 0, 0"),
                ],
            },
            Preset {
                label: "All is sent to zero",
                input: &[("m", "0, 0; 0, 0"), ("x", "1, 2")],
            },
        ]
    }

    fn fit(&self, input: &mut Input) {
        input.fit("x", input.matrix("m").ncols(), 1);
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let m = shared::matrix(input, "m")?;
        let x = shared::argument(input, "x", "M", m.ncols())?;
        let t = input.number("t");
        let cross = Cross::of(&m, "m")?;
        let null = cross.null_space();
        let mut parts = vec![
            measure::words(format!(
                "M is {} and has rank r = {}: so many numbers of what comes in matter for what comes out.",
                measure::shape(&m),
                cross.rank()
            )),
            measure::formula(
                r"M = A B C, \quad A \in \mathbb{R}^{m \times r}, \quad B \in \mathbb{R}^{r \times r}, \quad C \in \mathbb{R}^{r \times n}",
            ),
            diagram(&m, &cross, &x),
        ];
        parts.extend(pieces(&m, &cross));
        let mut checks = vec![product(&m, &cross)];
        checks.extend(reversible(&cross));
        checks.push(represented(&m, &cross, &x));
        if null.ncols() == 0 {
            parts.push(measure::words(
                "The null space is {0}: nothing but 0 is sent to zero, so no two inputs have the same output, and every input stands for itself.",
            ));
        } else {
            let (more, check) = same_output(&m, &null, &x, t);
            parts.extend(more);
            checks.push(nothing(&m, &null));
            checks.push(check);
        }
        Ok(Shown { parts, checks })
    }
}

fn diagram(m: &Matrix, cross: &Cross, x: &DVector<f64>) -> Part {
    let picked = &cross.c * x;
    let renamed = &cross.b * &picked;
    shared::Square {
        title: "M = A · B · C",
        corners: [
            ("ℝⁿ", shared::space("n", x)),
            ("ℝᵐ", shared::space("m", &(m * x))),
            ("ℝʳ", shared::space("r", &picked)),
            ("ℝʳ", shared::space("r", &renamed)),
        ],
        arrows: ["M", "C", "B", "A"],
    }
    .part()
}

fn pieces(m: &Matrix, cross: &Cross) -> Vec<Part> {
    if cross.rank() == 0 {
        return vec![measure::words(
            "M is zero: every input has the same output, so 0 can stand for all of them. C has no rows, B has neither rows nor columns, and A has no columns.",
        )];
    }
    let (rows, columns) = (shared::places(&cross.rows), shared::places(&cross.columns));
    vec![
        Part::Row(vec![
            shared::named("M", m),
            measure::sign("="),
            measure::named("A", &cross.a, format!("tall; the identity in rows {rows}")),
            measure::sign("·"),
            measure::named("B", &cross.b, "square; reversible"),
            measure::sign("·"),
            measure::named(
                "C",
                &cross.c,
                format!("wide; the identity in columns {columns}"),
            ),
        ]),
        measure::words(format!(
            "C picks representatives: it keeps what is put in at {columns} and expresses all else by it. B does the work: it is M where rows {rows} cross columns {columns}. A finds a copy of r numbers among the outputs: it puts them at {rows}, and all else follows from them."
        )),
    ]
}

fn same_output(m: &Matrix, null: &Matrix, x: &DVector<f64>, t: f64) -> (Vec<Part>, Check) {
    let z = null.column(0).into_owned();
    let moved = x + t * &z;
    let (mx, mmoved) = (m * x, m * &moved);
    let row = |name: &str, input: &DVector<f64>, output: &DVector<f64>| {
        vec![
            name.to_string(),
            shared::tuple(input),
            shared::tuple(output),
        ]
    };
    let parts = vec![
        measure::words(
            "If two inputs have the same output, their difference is sent to zero, and the other way round. All that is sent to zero is the null space; the columns of N are a basis of it, and z is the first.",
        ),
        shared::named("N", null),
        Part::Table(Table {
            caption: format!("Two inputs with the same output, t = {}", shared::short(t)),
            head: ["", "input", "output"].map(str::to_string).to_vec(),
            rows: vec![
                row("x", x, &mx),
                row("t z", &(t * &z), &(m * (t * &z))),
                row("x + t z", &moved, &mmoved),
            ],
        }),
    ];
    let size = m.norm() * (x.norm() + t.abs() * z.norm());
    let check = shared::check(
        "x and x + t z have the same output",
        (mx - mmoved).amax(),
        shared::rounding(shared::side(m)) * size,
    );
    (parts, check)
}

fn product(m: &Matrix, cross: &Cross) -> Check {
    let size = cross.a.norm() * cross.b.norm() * cross.c.norm();
    shared::check(
        "M = A · B · C",
        (&cross.a * &cross.b * &cross.c - m).amax(),
        shared::rounding(shared::side(m)) * size,
    )
}

fn reversible(cross: &Cross) -> Option<Check> {
    let b = &cross.b;
    // Without rows there is nothing to undo.
    let back = measure::inverse(b).filter(|_| !b.is_empty())?;
    let identity = Matrix::identity(b.nrows(), b.nrows());
    Some(shared::check(
        "B is reversible: B · B⁻¹ = I",
        (b * &back - identity).amax(),
        shared::rounding(b.nrows()) * back.norm() * b.norm(),
    ))
}

fn represented(m: &Matrix, cross: &Cross, x: &DVector<f64>) -> Check {
    let other = cross.representative(x);
    let size = m.norm() * x.norm() * (1.0 + cross.c.norm());
    shared::check(
        "x and its representative have the same output",
        (m * other - m * x).amax(),
        shared::rounding(shared::side(m)) * size,
    )
}

fn nothing(m: &Matrix, null: &Matrix) -> Check {
    shared::check(
        "M sends the null space to zero",
        (m * null).amax(),
        shared::rounding(shared::side(m)) * m.norm() * null.norm(),
    )
}
