//! Composition: one function after another is a function again. A diagram commutes if every path from one place to
//! another gives the same; M = U Σ Vᵀ says that this one does.

use nalgebra::DVector;

use super::super::input::{Fault, Input};
use super::super::shown::{Check, Diagram, Look, Part, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::{measure, shared};
use crate::linalg::Matrix;

pub struct Composition;

impl Step for Composition {
    fn name(&self) -> &'static str {
        "composition"
    }

    fn title(&self) -> &'static str {
        "Composition, and diagrams that commute"
    }

    fn point(&self) -> &'static str {
        "Functions are done one after the other, and the whole is a function again; a decomposition undoes that."
    }

    fn fields(&self) -> &'static [Field] {
        &[
            Field {
                name: "a",
                label: "Matrix A, done first",
                kind: Kind::Matrix {
                    rows: 32,
                    columns: 32,
                },
                default: "1, 2; 0, 1; 1, 0",
            },
            Field {
                name: "b",
                label: "Matrix B, done second",
                kind: Kind::Matrix {
                    rows: 32,
                    columns: 32,
                },
                default: "1, 0, 1; 0, 2, -1",
            },
            Field {
                name: "x",
                label: "Input x",
                kind: Kind::Vector { length: 32 },
                default: "1, 1",
            },
        ]
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "Turn, then stretch",
                input: &[("a", "0, -1; 1, 0"), ("b", "2, 0; 0, 1")],
            },
            Preset {
                label: "Stretch, then turn",
                input: &[("a", "2, 0; 0, 1"), ("b", "0, -1; 1, 0")],
            },
            Preset {
                label: "Two turns: the order does not matter",
                input: &[("a", "0.8, -0.6; 0.6, 0.8"), ("b", "0, -1; 1, 0")],
            },
            Preset {
                label: "Through one number (rank 1)",
                input: &[("a", "1, 2"), ("b", "3; 1; -1")],
            },
            Preset {
                label: "B undoes A",
                input: &[("a", "2, 1; 1, 1"), ("b", "1, -1; -1, 2")],
            },
            Preset {
                label: "Nothing is left",
                input: &[("a", "1, 1; 1, 1"), ("b", "1, -1; -1, 1")],
            },
        ]
    }

    fn fit(&self, input: &mut Input) {
        let (a, b) = (input.matrix("a"), input.matrix("b"));
        // B takes in what A returns.
        if input.is_default("b") {
            input.fit("b", b.nrows(), a.nrows());
        } else {
            input.fit("a", b.ncols(), a.ncols());
        }
        input.fit("x", input.matrix("a").ncols(), 1);
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let (a, b) = (shared::matrix(input, "a")?, shared::matrix(input, "b")?);
        if b.ncols() != a.nrows() {
            let why = format!(
                "is {} and A is {}: A returns {} but B takes in {}. Give B as many columns as A has rows",
                measure::shape(&b),
                measure::shape(&a),
                shared::numbers(a.nrows()),
                b.ncols()
            );
            return Err(Fault::new("b", why));
        }
        let x = shared::argument(input, "x", "A", a.ncols())?;
        let ba = &b * &a;
        let f = measure::thin_of("b", &ba)?;
        // Where B and A cancel, what is left of BA is rounding: it is measured by them.
        let longest = shared::side(&a).max(b.nrows());
        let f = f.compact(longest as f64 * f64::EPSILON * b.norm() * a.norm());

        let ax = &a * &x;
        let bax = &b * &ax;
        let direct = &ba * &x;
        let vtx = &f.vt * &x;
        let svtx = DVector::from_iterator(vtx.len(), vtx.iter().zip(&f.s).map(|(x, s)| s * x));
        let usvtx = &f.u * &svtx;

        let paths = table(&[
            ("A, then B", &[&x, &ax, &bax]),
            ("BA at once", &[&x, &direct]),
            ("Vᵀ, then Σ, then U", &[&x, &vtx, &svtx, &usvtx]),
        ]);
        let rank = f.s.len();
        let parts = vec![
            measure::words(
                "B after A: what A returns goes into B. The product BA is the matrix that does both at once; it is read from right to left.",
            ),
            measure::formula(r"(BA)\, x = B (A x)"),
            Part::Row(vec![
                shared::named("B", &b),
                shared::named("A", &a),
                measure::sign("="),
                shared::named("BA", &ba),
            ]),
            triangle(&x, &ax, &bax),
            measure::words(format!(
                "The other way round, a matrix can be taken apart. M = BA has rank r = {rank}, and the singular value decomposition M = U Σ Vᵀ goes from n to m numbers in three steps, by way of r."
            )),
            measure::formula(r"BA = U \Sigma V^\top"),
            shared::Square {
                title: "M = U Σ Vᵀ",
                corners: [
                    ("ℝⁿ", shared::space("n", &x)),
                    ("ℝᵐ", shared::space("m", &usvtx)),
                    ("ℝʳ", shared::space("r", &vtx)),
                    ("ℝʳ", shared::space("r", &svtx)),
                ],
                arrows: ["M", "Vᵀ", "Σ", "U"],
            }
            .part(),
            paths,
        ];
        let bound = shared::rounding(longest) * b.norm() * a.norm() * x.norm();
        let same = |claim: &str, path: &DVector<f64>| -> Check {
            shared::check(claim, (path - &direct).amax(), bound)
        };
        let checks = vec![
            same("A, then B gives the same as BA", &bax),
            same("Vᵀ, then Σ, then U gives the same as M", &usvtx),
        ];
        Ok(Shown {
            parts: parts.into_iter().chain(order(&a, &b, &ba)).collect(),
            checks,
        })
    }
}

fn triangle(x: &DVector<f64>, ax: &DVector<f64>, bax: &DVector<f64>) -> Part {
    Part::Diagram(Diagram {
        title: "B after A".to_string(),
        alt: "From ℝⁿ the arrow A leads to ℝᵏ, and B from there to ℝᵐ; BA leads to ℝᵐ directly."
            .to_string(),
        nodes: vec![
            shared::node("ℝⁿ", shared::space("n", x), [0.0, 0.0], Look::First),
            shared::node("ℝᵏ", shared::space("k", ax), [2.0, 2.0], Look::Plain),
            shared::node("ℝᵐ", shared::space("m", bax), [4.0, 0.0], Look::Second),
        ],
        arrows: vec![
            shared::link(0, 1, "A", Look::Plain),
            shared::link(1, 2, "B", Look::Plain),
            shared::link(0, 2, "BA", Look::Third),
        ],
    })
}

fn table(paths: &[(&str, &[&DVector<f64>])]) -> Part {
    let rows = paths.iter().map(|(path, values)| {
        let values: Vec<_> = values.iter().map(|x| shared::tuple(*x)).collect();
        vec![path.to_string(), values.join(" → ")]
    });
    Part::Table(Table {
        caption: "Every path, with what is on its way".to_string(),
        head: vec!["path".to_string(), "from x".to_string()],
        rows: rows.collect(),
    })
}

/// Does the order matter?
fn order(a: &Matrix, b: &Matrix, ba: &Matrix) -> Vec<Part> {
    if b.nrows() != a.ncols() {
        return vec![measure::words(format!(
            "The other order, A after B, is not even defined: B returns {} and A takes in {}.",
            shared::numbers(b.nrows()),
            a.ncols()
        ))];
    }
    let ab = a * b;
    let said = if ab.shape() == ba.shape() {
        let most = (&ab - ba).amax();
        let rounding = shared::rounding(ab.nrows()) * a.norm() * b.norm();
        if most <= rounding {
            "Here the order does not matter: AB = BA. In general it does.".to_string()
        } else {
            format!(
                "The order matters: AB is another function than BA; their entries differ by up to {}.",
                shared::short(most)
            )
        }
    } else {
        format!(
            "The order matters: A after B is defined as well, but it is {} and BA is {}.",
            measure::shape(&ab),
            measure::shape(ba)
        )
    };
    let both = vec![
        shared::named("AB", &ab),
        measure::sign("against"),
        shared::named("BA", ba),
    ];
    vec![measure::words(said), Part::Row(both)]
}
