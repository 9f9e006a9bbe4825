//! The freedom in A, B and C, and what the SVD makes of it. For every reversible G, A·B = (A·G⁻¹)·(G·B): what one piece
//! does, the next can undo. With orthonormal outer pieces and a diagonal one between them, little of it is left (Horn &
//! Johnson, Matrix Analysis, theorem 2.6.5): signs, and turns where singular values are the same.

use super::super::input::{Fault, Input};
use super::super::shown::{Check, Moves, Part, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::factors::Cross;
use super::{measure, shared};
use crate::linalg::Matrix;
use crate::linalg::svd::{Svd, singular_values};

pub struct Freedom;

const A_AND_B: &str = "between A and B";
const B_AND_C: &str = "between B and C";

impl Step for Freedom {
    fn name(&self) -> &'static str {
        "freedom"
    }

    fn title(&self) -> &'static str {
        "The freedom in A, B and C"
    }

    fn point(&self) -> &'static str {
        "The three pieces can be changed in many ways; if only the middle one may grow and shrink, it is the SVD."
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
                name: "scale",
                label: "Multiply by",
                kind: Kind::Number {
                    from: 0.1,
                    to: 10.0,
                    step: 0.1,
                },
                default: "2",
            },
            Field {
                name: "angle",
                label: "Turn by, in degrees",
                kind: Kind::Number {
                    from: -180.0,
                    to: 180.0,
                    step: 5.0,
                },
                default: "30",
            },
            Field {
                name: "seam",
                label: "Where it is done and undone",
                kind: Kind::Choice(&[A_AND_B, B_AND_C]),
                default: B_AND_C,
            },
        ]
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "The talk’s: a number, and its inverse",
                input: &[("scale", "4"), ("angle", "0")],
            },
            Preset {
                label: "Only turned, between A and B",
                input: &[("scale", "1"), ("angle", "90"), ("seam", A_AND_B)],
            },
            Preset {
                label: "Rank 2 in four dimensions",
                input: &[("m", "1, 2, 3; 2, 4, 6; 1, 0, 1; 0, 2, 2")],
            },
            Preset {
                label: "Rank 1",
                input: &[("m", "1, 2; 2, 4")],
            },
            Preset {
                label: "A shear: a turn, growing and shrinking, a turn",
                input: &[("m", "1, 1; 0, 1")],
            },
            Preset {
                label: "A rotation: the same singular value twice",
                input: &[("m", "0.8, -0.6; 0.6, 0.8")],
            },
        ]
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let m = shared::matrix(input, "m")?;
        let old = Cross::of(&m, "m")?;
        if old.rank() == 0 {
            return Ok(zero(&m));
        }
        let pieces = [old.a, old.b, old.c];
        let (scale, angle) = (input.number("scale"), input.number("angle"));
        let changed = changed(&pieces, scale, angle.to_radians(), input.word("seam"));
        let thin = measure::thin_of("m", &m)?;
        let f = thin.compact(thin.tolerance());
        let sigma = Matrix::from_diagonal(&f.s.clone().into());
        let fixed = [f.u.clone(), sigma, f.vt.clone()];

        let turned = if f.s.len() == 1 {
            "With r = 1 there is one number between the pieces, and nothing to turn.".to_string()
        } else {
            format!(
                "The first two of the r numbers are turned by {}° as well.",
                shared::short(angle)
            )
        };
        let mut parts = vec![
            measure::words("Three pieces, as the step before has them:"),
            row(&m, &pieces, ["A", "B", "C"], [""; 3]),
            measure::words(format!(
                "Now one piece is multiplied by {}, {}, and the one after it is divided by it. {turned} The pieces differ; their product is the same.",
                shared::short(scale),
                input.word("seam"),
            )),
            measure::formula(match input.word("seam") {
                A_AND_B => r"M = (A\, G^{-1}) (G B)\, C",
                _ => r"M = A\, (B\, G^{-1}) (G C)",
            }),
            row(&m, &changed, ["A′", "B′", "C′"], [""; 3]),
            measure::words(
                "There is no need for the outer pieces to grow or shrink anything: the first picks out, the last puts in place. So let both be unitary, which means no growing or shrinking of anything (they turn and reflect at most; of what is not square, the columns or rows are orthonormal), and let the middle one be diagonal: it does all growing and shrinking. That is the compact SVD.",
            ),
            measure::formula(r"M = U \Sigma V^\top, \quad U^\top U = V^\top V = I"),
            row(
                &m,
                &fixed,
                ["U", "Σ", "Vᵀ"],
                ["orthonormal columns", "diagonal", "orthonormal rows"],
            ),
            growth(&[
                ("A, B, C", &pieces),
                ("A′, B′, C′", &changed),
                ("U, Σ, Vᵀ", &fixed),
            ])?,
            measure::words(left(&f)),
        ];
        if m.shape() == (2, 2) {
            parts.extend(moves(&thin));
        }
        let mut checks = vec![product("A′ · B′ · C′ is still M", &m, &changed)];
        checks.extend(orthonormal(&m, &f));
        checks.push(product("U Σ Vᵀ is M", &m, &fixed));
        Ok(Shown { parts, checks })
    }
}

fn zero(m: &Matrix) -> Shown {
    let said = "M is zero and has rank 0: there are no numbers between the pieces, so there is nothing to change, and Σ has no entries.";
    Shown {
        parts: vec![shared::named("M", m), measure::words(said)],
        checks: vec![shared::check("every entry of M is 0", m.amax(), 0.0)],
    }
}

/// G is `scale` times a turn in the first two coordinates.
fn changed(pieces: &[Matrix; 3], scale: f64, angle: f64, seam: &str) -> [Matrix; 3] {
    let [a, b, c] = pieces;
    let r = b.nrows();
    let mut turn = Matrix::identity(r, r);
    if r > 1 {
        let (sin, cos) = angle.sin_cos();
        turn[(0, 0)] = cos;
        turn[(1, 1)] = cos;
        turn[(0, 1)] = -sin;
        turn[(1, 0)] = sin;
    }
    let (done, undone) = (&turn * scale, turn.transpose() / scale);
    match seam {
        A_AND_B => [a * undone, done * b, c.clone()],
        _ => [a.clone(), b * undone, done * c],
    }
}

fn row(m: &Matrix, pieces: &[Matrix; 3], names: [&str; 3], notes: [&str; 3]) -> Part {
    let mut row = vec![shared::named("M", m)];
    for (place, ((piece, name), note)) in pieces.iter().zip(names).zip(notes).enumerate() {
        row.push(measure::sign(if place == 0 { "=" } else { "·" }));
        row.push(measure::named(name, piece, note));
    }
    Part::Row(row)
}

/// How much each piece stretches vectors of length 1: its largest and smallest singular value.
fn growth(all: &[(&str, &[Matrix; 3])]) -> Result<Part, Fault> {
    let mut rows = Vec::new();
    for (names, pieces) in all {
        let mut cells = vec![names.to_string()];
        // In the order in which they are done.
        for piece in pieces.iter().rev() {
            let s = singular_values(piece).map_err(|error| Fault::new("m", error.to_string()))?;
            let (Some(most), Some(least)) = (s.first(), s.last()) else {
                continue;
            };
            cells.push(format!(
                "{} to {}",
                shared::short(*least),
                shared::short(*most)
            ));
        }
        rows.push(cells);
    }
    let head = ["pieces", "the wide one", "the square one", "the tall one"];
    Ok(Part::Table(Table {
        caption: "How many times as long each makes what it does not drop".to_string(),
        head: head.map(str::to_string).to_vec(),
        rows,
    }))
}

fn left(f: &Svd) -> String {
    let near =
        shared::rounding(f.u.nrows().max(f.vt.ncols())) * f.s.first().copied().unwrap_or(0.0);
    let same = f.s.windows(2).any(|pair| pair[0] - pair[1] <= near);
    let signs =
        "What is left of the freedom: the signs of a pair uᵢ and vᵢ can be changed together.";
    if same {
        format!(
            "{signs} And since some singular values are the same, their vectors can be turned together."
        )
    } else {
        format!("{signs} No two singular values are the same, so that is all.")
    }
}

fn moves(f: &Svd) -> Option<Part> {
    let (vt, u) = (shared::two_by_two(&f.vt)?, shared::two_by_two(&f.u)?);
    let &[largest, smallest] = f.s.as_slice() else {
        return None;
    };
    let stretch = format!(
        "Σ grows and shrinks: {} times across, {} times up",
        shared::short(largest),
        shared::short(smallest)
    );
    let moves = vec![
        (format!("Vᵀ {}", turn(vt)), vt),
        (stretch, [[largest, 0.0], [0.0, smallest]]),
        (format!("U {}", turn(u)), u),
    ];
    let alt: Vec<_> = moves.iter().map(|(said, _)| said.as_str()).collect();
    Some(Part::Moves(Moves {
        title: "Rotations and reflections outside, all growing and shrinking in the middle"
            .to_string(),
        alt: alt.join("; "),
        reach: 1.2 * largest.max(1.5),
        moves,
    }))
}

/// What an orthogonal matrix does, in words.
fn turn([[a, b], [c, d]]: [[f64; 2]; 2]) -> String {
    let angle = c.atan2(a).to_degrees();
    if a * d - b * c > 0.0 {
        format!("turns by {}°", shared::short(angle))
    } else {
        format!("reflects in the line at {}°", shared::short(angle / 2.0))
    }
}

fn product(claim: &str, m: &Matrix, pieces: &[Matrix; 3]) -> Check {
    let [a, b, c] = pieces;
    shared::check(
        claim,
        (a * b * c - m).amax(),
        shared::rounding(shared::side(m)) * a.norm() * b.norm() * c.norm(),
    )
}

fn orthonormal(m: &Matrix, f: &Svd) -> [Check; 3] {
    let r = f.s.len();
    let identity = Matrix::identity(r, r);
    let rounding = shared::rounding(shared::side(m));
    let mut middle = f.u.transpose() * m * f.vt.transpose();
    middle.fill_diagonal(0.0);
    [
        shared::check(
            "the last piece is orthonormal: Uᵀ U = I",
            (f.u.transpose() * &f.u - &identity).amax(),
            rounding,
        ),
        shared::check(
            "the first piece is orthonormal: Vᵀ V = I",
            (&f.vt * f.vt.transpose() - &identity).amax(),
            rounding,
        ),
        shared::check(
            "the middle one is diagonal: Uᵀ M V is 0 elsewhere",
            middle.amax(),
            rounding * m.norm(),
        ),
    ]
}
