//! The pseudo-inverse.

use super::super::input::{Fault, Input};
use super::super::shown::{Bars, Check, Part, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::measure::{
    brief, formula, inverse, matrix_of_size, named, norm2, rounding, same, shape, sign, thin_of,
    words,
};
use crate::linalg::Matrix;

pub struct PseudoInverse;

const FIELDS: &[Field] = &[
    Field {
        name: "m",
        label: "The matrix M",
        kind: Kind::Matrix {
            rows: 32,
            columns: 32,
        },
        default: "1, 0; 1, 1; 1, 2; 1, 3",
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
        label: "Tall: a line through four points",
        input: &[],
    },
    Preset {
        label: "Wide",
        input: &[("m", "1, 2, 3; 4, 5, 6")],
    },
    Preset {
        label: "Invertible: the inverse itself",
        input: &[("m", "2, 1; 1, 3")],
    },
    Preset {
        label: "Rank 1",
        input: &[("m", "1, 2; 2, 4; 3, 6")],
    },
    Preset {
        label: "Almost of rank 1, taken as of rank 2",
        input: &[("m", "1, 1; 1, 1.000001"), ("tolerance", "-13")],
    },
    Preset {
        label: "Almost of rank 1, taken as of rank 1",
        input: &[("m", "1, 1; 1, 1.000001"), ("tolerance", "-5")],
    },
];

/// M⁺ and what bounds its rounding errors.
struct Inverted {
    rank: usize,
    inverse: Matrix,
    /// The largest singular value.
    largest: f64,
    /// The smallest that is kept; 1 if none is.
    smallest: f64,
    /// The largest that is left out; 0 if none is.
    left_out: f64,
}

impl Step for PseudoInverse {
    fn name(&self) -> &'static str {
        "pseudo-inverse"
    }

    fn title(&self) -> &'static str {
        "The pseudo-inverse"
    }

    fn point(&self) -> &'static str {
        "Each of the three pieces is undone as far as it can be: what was sent to 0 stays lost, all else comes back."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        PRESETS
    }

    fn used_in(&self) -> Option<&'static str> {
        Some("rbf")
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let m = matrix_of_size("m", input.matrix("m"))?;
        let svd = thin_of("m", &m)?;
        let largest = svd.s.first().copied().unwrap_or(0.0);
        let tolerance = 10.0_f64.powf(input.number("tolerance")) * largest;
        let rank = svd.rank(tolerance);
        let inverted = Inverted {
            rank,
            inverse: svd.pseudo_inverse(tolerance),
            largest,
            smallest: rank
                .checked_sub(1)
                .and_then(|last| svd.s.get(last))
                .copied()
                .unwrap_or(1.0),
            left_out: svd.s.get(rank).copied().unwrap_or(0.0),
        };
        let parts = vec![
            formula(r"M = U \Sigma V^\top \quad\Rightarrow\quad M^+ = V \Sigma^+ U^\top"),
            Part::Row(vec![
                named("M", &m, shape(&m)),
                named("M⁺", &inverted.inverse, shape(&inverted.inverse)),
            ]),
            words(described(&m, &inverted, tolerance)),
            Part::Bars(Bars {
                title: "Singular values of M; those kept are inverted to 1/σ".to_string(),
                alt: format!(
                    "{} singular values, {rank} above the tolerance",
                    svd.s.len()
                ),
                axis: "σ".to_string(),
                bars: (1..)
                    .zip(&svd.s)
                    .map(|(i, s)| (format!("σ{i}"), *s))
                    .collect(),
                kept: rank,
                log: largest > 0.0,
            }),
            words(
                "One after the other, M and M⁺ are projections: M M⁺ onto the image of M, M⁺ M onto what M does not send to 0. Where one of them is the identity, nothing is lost on that side.",
            ),
            Part::Row(vec![
                named(
                    "M M⁺",
                    &(&m * &inverted.inverse),
                    "projects onto the image of M",
                ),
                sign(","),
                named(
                    "M⁺ M",
                    &(&inverted.inverse * &m),
                    "projects along the kernel of M",
                ),
            ]),
            Part::Table(conditions()),
            words(
                "This is what the talk on RBF networks calls training in one phase: nothing but the weights of the output layer is computed (placing the centres is a second phase, and gradient descent on everything a third). With H the activations of the RBF units (a row for each example) and Y the wanted outputs, the output weights W = H⁺ Y are those of least squared error, and the smallest among these.",
            ),
        ];
        Ok(Shown {
            parts,
            checks: checks(&m, &inverted)?,
        })
    }
}

fn described(m: &Matrix, inverted: &Inverted, tolerance: f64) -> String {
    let rank = inverted.rank;
    let what = match (rank == m.nrows(), rank == m.ncols()) {
        (true, true) => "M is invertible, and M⁺ is its inverse.",
        (false, true) => "The columns are independent: M⁺ M = 1, and M⁺ is a left inverse.",
        (true, false) => "The rows are independent: M M⁺ = 1, and M⁺ is a right inverse.",
        (false, false) => "M has no inverse on either side.",
    };
    let mut text = format!(
        "Above the tolerance {} there are {rank} singular values. {what}",
        brief(tolerance)
    );
    if inverted.left_out > 0.0 {
        text.push_str(&format!(
            " Singular values up to {} count as 0; inverted, they would have put numbers as large as {} into M⁺.",
            brief(inverted.left_out),
            brief(1.0 / inverted.left_out)
        ));
    }
    text
}

fn conditions() -> Table {
    let row = |formula: &str, means: &str| vec![formula.to_string(), means.to_string()];
    Table {
        caption: "Penrose (1955): one matrix alone, M⁺, meets all four".to_string(),
        head: ["Condition", "In words"].map(String::from).to_vec(),
        rows: vec![
            row(
                "M M⁺ M = M",
                "going back and forth once more changes nothing",
            ),
            row("M⁺ M M⁺ = M⁺", "nor does it the other way"),
            row(
                "(M M⁺)ᵀ = M M⁺",
                "the projection onto the image is orthogonal",
            ),
            row("(M⁺ M)ᵀ = M⁺ M", "so is the one along the kernel"),
        ],
    }
}

/// Penrose, “A generalized inverse for matrices”, 1955, theorem 1. What is left out is orthogonal to what is kept, so the
/// last three hold for M itself; the first fails by the largest singular value left out.
fn checks(m: &Matrix, of: &Inverted) -> Result<Vec<Check>, Fault> {
    let found = &of.inverse;
    let terms = m.nrows().max(m.ncols());
    let condition = of.largest / of.smallest;
    let turned = if of.rank == 0 { 0.0 } else { 1.0 / of.smallest };
    // Norms are those of Frobenius, which are larger than the 2-norm by up to the root of the rank.
    let root = (terms as f64).sqrt();
    let bound = |scale: f64| rounding(scale * condition * root, terms);
    let onto = m * found;
    let along = found * m;
    let rank = of.rank as f64;
    let mut checks = vec![
        Check {
            claim: "M M⁺ M = M, but for what counts as 0 (2-norm)".to_string(),
            error: norm2("m", &(&onto * m - m))?,
            bound: of.left_out + bound(of.largest),
        },
        same("M⁺ M M⁺ = M⁺", &(&along * found), found, bound(turned)),
        same("M M⁺ is symmetric", &onto.transpose(), &onto, bound(1.0)),
        same("M⁺ M is symmetric", &along.transpose(), &along, bound(1.0)),
        Check {
            claim: "the trace of M M⁺ is the rank".to_string(),
            error: (onto.trace() - rank).abs(),
            bound: bound(1.0),
        },
    ];
    if m.is_square()
        && of.rank == m.nrows()
        && let Some(other) = inverse(m)
    {
        checks.push(same(
            "M⁺ is the inverse that Gaussian elimination finds",
            found,
            &other,
            bound(turned),
        ));
    }
    Ok(checks)
}
