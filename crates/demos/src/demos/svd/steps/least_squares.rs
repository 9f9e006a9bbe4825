//! Least squares.

use std::fmt::Write;

use super::super::input::{Fault, Input};
use super::super::shown::{Check, Curves, Part, Shown, Table};
use super::super::step::{Field, Kind, Own, Preset, Step};
use super::measure::{brief, formula, matrix_of_size, named, rounding, shape, sign, words};
use crate::linalg::Matrix;
use crate::linalg::svd::Svd;

mod fit;
mod units;

use fit::Fit;
use units::{Solved, Units};

pub struct LeastSquares;

/// Steps of the tolerance that are gone through: from 10⁻¹⁶ to 1 by half a power.
const SWEEP: u32 = 32;

const FIELDS: &[Field] = &[
    Field {
        name: "of",
        label: "A fit through points, or a system M x = b",
        kind: Kind::Choice(&["points", "system"]),
        default: "points",
    },
    Field {
        name: "a",
        label: "The points, x and y in each row",
        kind: Kind::Matrix {
            rows: 32,
            columns: 2,
        },
        default: "-3, -1.4; -2, -1; -1, 0.3; 0, 0.4; 1, 0.9; 2, 2.1; 3, 2.2",
    },
    Field {
        name: "degree",
        label: "Degree of the polynomial through the points (1 is a line)",
        kind: Kind::Count { from: 0, to: 12 },
        default: "1",
    },
    Field {
        name: "m",
        label: "The matrix M of the system",
        kind: Kind::Matrix {
            rows: 32,
            columns: 32,
        },
        default: "1, 1; 0.00000001, 0; 0, 0.00000001",
    },
    Field {
        name: "b",
        label: "The right side b of the system",
        kind: Kind::Vector { length: 32 },
        default: "2, 0.00000001, 0.00000001",
    },
    Field {
        name: "tolerance",
        label: "Singular values up to 10^t · σ₁ count as 0: t",
        kind: Kind::Number {
            from: -16.0,
            to: 0.0,
            step: 0.5,
        },
        default: "-13",
    },
];

const PRESETS: &[Preset] = &[
    Preset {
        label: "A line through seven points",
        input: &[],
    },
    Preset {
        label: "One point far off: squares give it weight",
        input: &[("a", "-3, -3; -2, -2; -1, -1; 0, 0; 1, 1; 2, 2; 3, -6")],
    },
    Preset {
        label: "Degree 6 through seven points: every point is met",
        input: &[("degree", "6")],
    },
    Preset {
        label: "Fewer equations than unknowns: the smallest solution",
        input: &[("of", "system"), ("m", "1, 2, 3"), ("b", "14")],
    },
    Preset {
        label: "Normal equations that break down (Läuchli 1961)",
        input: &[("of", "system")],
    },
    Preset {
        label: "Almost the same columns: the tolerance decides",
        input: &[
            ("of", "system"),
            ("m", "1, 1; 1, 1.000001; 1, 0.999999; 1, 1"),
            ("b", "2, 2.1, 1.9, 2"),
            ("tolerance", "-5"),
        ],
    },
];

impl Step for LeastSquares {
    fn name(&self) -> &'static str {
        "least-squares"
    }

    fn title(&self) -> &'static str {
        "Least squares"
    }

    fn point(&self) -> &'static str {
        "Once it is settled what of M counts as 0, x = M⁺ b comes as near to b as M can, and is the shortest of all that come as near."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        PRESETS
    }

    fn own(&self) -> Option<Own> {
        Some(Own {
            field: "m",
            choices: &[("of", "system")],
        })
    }

    fn fit(&self, input: &mut Input) {
        input.fit("b", input.matrix("m").nrows(), 1);
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let fit = match input.word("of") {
            "points" => Some(Fit::of(input)?),
            _ => None,
        };
        let (field, (m, b)) = match &fit {
            Some(fit) => ("a", (fit.m.clone(), fit.b.clone())),
            None => ("m", system(input)?),
        };
        let units = Units::of(field, &m)?;
        let tolerance = 10.0_f64.powf(input.number("tolerance")) * units.largest();
        let solved = units.solve(&b, tolerance);
        let (x, rank) = (&solved.x, solved.rank);
        let full = units.svd.rank(units.svd.tolerance());
        let cut = rank < full;
        let residual = &b - &m * x;

        let mut parts = Vec::new();
        if cut {
            parts.push(formula(
                r"\min_x \|M_r x - b\|_2, \qquad M_r = \sum_{i \le r} \sigma_i u_i v_i^\top, \qquad x = M_r^+ b = \sum_{i \le r} \frac{u_i^\top b}{\sigma_i} v_i",
            ));
            parts.push(words(format!(
                "The tolerance cuts: M has rank {full}, and {} of its singular values count as 0. What is said here (nearest, shortest, orthogonal, kernel, image) holds for what is left of M, which is Mᵣ of rank {rank}; M itself may come nearer to b, with a longer x.",
                full - rank
            )));
        } else {
            parts.push(formula(
                r"\min_x \|M x - b\|_2, \qquad x = M^+ b = \sum_{i \le r} \frac{u_i^\top b}{\sigma_i} v_i",
            ));
        }
        let name = if cut { "Mᵣ" } else { "M" };
        parts.push(words(described(&m, rank, name)));
        parts.extend(units.told().map(words));
        if let Some(fit) = &fit {
            parts.extend(fit.told().map(words));
            parts.push(Part::Plane(fit.plane(x)));
        }
        parts.push(Part::Row(vec![
            named("M", &m, shape(&m)),
            sign("·"),
            named("x", x, "the solution"),
            sign("≈"),
            named(
                "b",
                &b,
                format!("the distance left is {}", brief(residual.norm())),
            ),
        ]));
        parts.push(Part::Table(compared(
            &m,
            &b,
            x,
            &units,
            cut.then_some(&solved.kept),
        )));
        parts.push(words(
            "The normal equations Mᵀ M x = Mᵀ b have the same solutions on paper, if nothing of M that is not 0 counts as 0. To form Mᵀ M squares the singular values, and with them the condition: of 16 digits, twice as many are lost. Läuchli’s matrix shows the worst: its small entries are there in M, and 1 + ε² = 1 wipes them out of Mᵀ M.",
        ));
        parts.push(Part::Curves(sweep(
            &m,
            &b,
            &units,
            input.number("tolerance"),
        )));
        let counted = if cut {
            solved.kept.product()
        } else {
            units.m.clone()
        };
        Ok(Shown {
            parts,
            checks: checks(&counted, &b, &solved, name),
        })
    }
}

fn system(input: &Input) -> Result<(Matrix, Matrix), Fault> {
    let m = matrix_of_size("m", input.matrix("m"))?;
    let b = matrix_of_size("b", input.matrix("b"))?;
    if b.nrows() != m.nrows() {
        let why = format!(
            "has {} numbers; M has {} rows, and each needs one",
            b.nrows(),
            m.nrows()
        );
        return Err(Fault::new("b", why));
    }
    Ok((m, b))
}

/// Of a matrix of the shape of `m` that goes by `name`.
fn described(m: &Matrix, rank: usize, name: &str) -> String {
    let (rows, columns) = m.shape();
    let mut text = format!("{rows} equations, {columns} unknowns, rank {rank}. ");
    text.push_str(&if rank < rows {
        format!("Most right sides cannot be met exactly: {name} x only reaches the image of {name}, and x is chosen so that what is left is orthogonal to it. ")
    } else {
        "Every right side can be met. ".to_string()
    });
    text.push_str(if rank < columns {
        "There are many such x, for what lies in the kernel changes nothing; this one has no part in it, and is the shortest."
    } else {
        "There is one such x."
    });
    text
}

/// Solved by the Cholesky decomposition of MᵀM; None where that breaks down.
fn normal_equations(m: &Matrix, b: &Matrix) -> Option<Matrix> {
    let square = (m.transpose() * m).cholesky()?;
    let x = square.solve(&(m.transpose() * b));
    x.iter().all(|x| x.is_finite()).then_some(x)
}

fn condition(svd: &Svd) -> f64 {
    match (svd.s.first(), svd.s.last()) {
        (Some(first), Some(last)) if *last > 0.0 => first / last,
        _ => f64::INFINITY,
    }
}

/// With what the tolerance leaves of the SVD, where it cuts.
fn compared(m: &Matrix, b: &Matrix, x: &Matrix, units: &Units, left: Option<&Svd>) -> Table {
    let row = |method: &str, condition: f64, x: Option<&Matrix>| {
        let of = |number: Option<f64>| number.map_or("breaks down".to_string(), brief);
        let condition = if condition.is_finite() {
            brief(condition)
        } else {
            "∞".to_string()
        };
        vec![
            method.to_string(),
            condition,
            of(x.map(|x| (b - m * x).norm())),
            of(x.map(Matrix::norm)),
        ]
    };
    // With fewer rows than columns, MᵀM has a kernel whatever M is.
    let squared = if m.nrows() < m.ncols() {
        f64::INFINITY
    } else {
        condition(units.raw()).powi(2)
    };
    let mut digits = String::new();
    let other = normal_equations(m, b);
    if let Some(other) = &other {
        let apart = (other - x).norm() / x.norm().max(f64::MIN_POSITIVE);
        // Writing to a String cannot fail.
        let _ = write!(
            digits,
            "; the two solutions are {} of their length apart",
            brief(apart)
        );
    }
    Table {
        caption: format!("The SVD beside the normal equations{digits}"),
        head: ["By", "Condition of what is solved", "‖b − M x‖", "‖x‖"]
            .map(String::from)
            .to_vec(),
        rows: vec![
            match left {
                Some(left) => row("the SVD of Mᵣ", condition(left), Some(x)),
                None => row("the SVD of M", condition(&units.svd), Some(x)),
            },
            row("Mᵀ M x = Mᵀ b", squared, other.as_ref()),
        ],
    }
}

/// How long the solution is, and how far from b, for each tolerance.
fn sweep(m: &Matrix, b: &Matrix, units: &Units, at: f64) -> Curves {
    let (mut length, mut left) = (Vec::new(), Vec::new());
    for step in 0..=SWEEP {
        let power = f64::from(step) / 2.0 - 16.0;
        let x = units.solve(b, 10.0_f64.powf(power) * units.largest()).x;
        length.push([power, x.norm()]);
        left.push([power, (b - m * &x).norm()]);
    }
    // 0 has no place on a logarithmic scale.
    length.retain(|[_, length]| *length > 0.0);
    left.retain(|[_, left]| *left > 0.0);
    Curves {
        title: "What the tolerance decides".to_string(),
        alt: "as the tolerance rises, the solution gets shorter in steps and what is left of b gets longer".to_string(),
        across: "t; singular values up to 10^t · σ₁ count as 0".to_string(),
        up: "length".to_string(),
        log: true,
        curves: vec![
            ("‖x‖, the solution".to_string(), length),
            ("‖b − M x‖, what is left".to_string(), left),
        ],
        at: Some(at),
        votes: Vec::new(),
    }
}

/// Of M with its columns as long as each other, or of what counts of it, by `name`. What else M has is no larger than
/// rounding.
fn checks(m: &Matrix, b: &Matrix, solved: &Solved, name: &str) -> Vec<Check> {
    let terms = m.nrows().max(m.ncols());
    let (x, kernel) = (&solved.x, &solved.kernel);
    let reached = m * &solved.scaled;
    let residual = b - &reached;
    let size = m.norm();
    // Each measured up to the errors of M x and b (Higham 2002, chapter 20).
    let scale = size * solved.scaled.norm() + b.norm();
    vec![
        Check {
            claim: format!("what is left is orthogonal to every column of {name}"),
            error: (m.transpose() * &residual).norm(),
            bound: rounding(size * scale, terms),
        },
        Check {
            claim: format!(
                "x has no part in the kernel of {name}, so none that does as well by {name} is shorter"
            ),
            error: kernel.tr_mul(x).norm(),
            bound: rounding(x.norm(), terms),
        },
        Check {
            claim: format!(
                "what is left, and what {name} x reaches, make up b as a right angle does (Pythagoras)"
            ),
            error: (residual.norm_squared() + reached.norm_squared() - b.norm_squared()).abs(),
            bound: rounding(scale * scale, terms),
        },
    ]
}
