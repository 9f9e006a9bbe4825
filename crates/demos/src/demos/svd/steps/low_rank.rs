//! The step on low rank: what a matrix holds twice is dead code, and can be dropped.

use super::super::input::{Fault, Input};
use super::super::picture;
use super::super::shown::{Bars, Check, Curves, Image, Part, Shown, Table};
use super::super::step::{Field, Kind, Own, Preset, Step};
use super::measure::{
    brief, formula, matrix_of_size, named, norm2, rounding, shape, sign, thin_of, words,
};
use crate::linalg::Matrix;
use crate::linalg::svd::Svd;

pub struct LowRank;

/// Singular values that are drawn at least, where there are so many.
const BARS: usize = 32;

const FIELDS: &[Field] = &[
    Field {
        name: "of",
        label: "What is approximated",
        kind: Kind::Choice(&["cat", "camera", "bricks", "digits", "matrix"]),
        default: "cat",
    },
    Field {
        name: "m",
        label: "The matrix M, where it is no picture",
        kind: Kind::Matrix {
            rows: 32,
            columns: 32,
        },
        default: "4, 4, 1, 0; 5, 4, 0, 1; 1, 0, 5, 4; 0, 1, 4, 5",
    },
    Field {
        name: "rank",
        label: "Rank k",
        kind: Kind::Count { from: 0, to: 192 },
        default: "20",
    },
];

const PRESETS: &[Preset] = &[
    Preset {
        label: "A cat of rank 20",
        input: &[],
    },
    Preset {
        label: "A cat of rank 5",
        input: &[("rank", "5")],
    },
    Preset {
        label: "Bricks of rank 10: columns that repeat",
        input: &[("of", "bricks"), ("rank", "10")],
    },
    Preset {
        label: "Digits of rank 20: strokes in all directions",
        input: &[("of", "digits"), ("rank", "20")],
    },
    Preset {
        label: "Two groups in a table, of rank 2",
        input: &[("of", "matrix"), ("rank", "2")],
    },
    Preset {
        label: "The identity: no rank is dead",
        input: &[
            ("of", "matrix"),
            ("m", "1, 0, 0, 0; 0, 1, 0, 0; 0, 0, 1, 0; 0, 0, 0, 1"),
            ("rank", "3"),
        ],
    },
];

impl Step for LowRank {
    fn name(&self) -> &'static str {
        "low-rank"
    }

    fn title(&self) -> &'static str {
        "Dead code"
    }

    fn point(&self) -> &'static str {
        "What does little is thrown out: of all matrices of rank k, the first k singular triples are the nearest to M."
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
            choices: &[("of", "matrix")],
        })
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let picture = picture::builtin(input.word("of"));
        let m = match &picture {
            Some(picture) => picture::matrix(picture),
            None => matrix_of_size("m", input.matrix("m"))?,
        };
        let svd = thin_of("m", &m)?;
        let rank = input.count("rank").min(svd.s.len());
        let nearest = svd.truncated(rank).product();
        let errors = Errors::of(&svd);

        let mut parts = vec![formula(
            r"M_k = \sum_{i \le k} \sigma_i u_i v_i^\top, \qquad \|M - M_k\|_2 = \sigma_{k+1}, \qquad \|M - M_k\|_F = \sqrt{\sum_{i > k} \sigma_i^2}",
        )];
        parts.push(match picture {
            Some(picture) => pictures(picture, &m, &nearest, rank),
            None => Part::Row(vec![
                named("M", &m, shape(&m)),
                sign("≈"),
                named("Mₖ", &nearest, format!("rank {rank} at most")),
                sign("+"),
                named("M − Mₖ", &(&m - &nearest), "what is thrown out"),
            ]),
        });
        parts.push(words(
            "No matrix of rank k is nearer to M, neither in the 2-norm (the worst that may happen to an input of length 1) nor in the Frobenius norm (all entries squared): Eckart and Young 1936 for the second, Mirsky 1960 for both and more.",
        ));
        parts.push(Part::Bars(bars(&svd.s, rank)));
        parts.push(Part::Curves(curves(&errors, rank)));
        parts.push(Part::Table(size(&m, &errors, rank)));
        parts.push(words(
            "The saving is real for a matrix that is to be multiplied with: both the numbers and the work shrink. It is not how pictures are stored. JPEG uses a fixed basis that need not be sent along, rounds to what the eye does not miss, and codes the rest tightly; it does far better for its size.",
        ));
        Ok(Shown {
            parts,
            checks: checks(&m, &nearest, &errors, rank)?,
        })
    }
}

/// Of the nearest matrix of rank k, for k = 0, 1, … up to the full rank.
struct Errors {
    two: Vec<f64>,
    frobenius: Vec<f64>,
}

impl Errors {
    fn of(svd: &Svd) -> Self {
        let mut two = svd.s.clone();
        two.push(0.0);
        // Summed from the smallest, so that small ones are not lost.
        let mut square = 0.0;
        let mut frobenius = vec![0.0];
        for s in svd.s.iter().rev() {
            square += s * s;
            frobenius.push(square.sqrt());
        }
        frobenius.reverse();
        Self { two, frobenius }
    }

    fn at(&self, rank: usize) -> (f64, f64) {
        let of = |errors: &[f64]| errors.get(rank).copied().unwrap_or(0.0);
        (of(&self.two), of(&self.frobenius))
    }
}

fn checks(m: &Matrix, nearest: &Matrix, errors: &Errors, rank: usize) -> Result<Vec<Check>, Fault> {
    let rest = m - nearest;
    let (two, frobenius) = errors.at(rank);
    let bound = rounding(m.norm(), m.nrows().max(m.ncols()));
    Ok(vec![
        Check {
            claim: format!("in the 2-norm, Mₖ is off by σ{}", rank + 1),
            error: (norm2("m", &rest)? - two).abs(),
            bound,
        },
        Check {
            claim: "in the Frobenius norm, it is off by what is left of the singular values"
                .to_string(),
            error: (rest.norm() - frobenius).abs(),
            bound,
        },
    ])
}

fn pictures(picture: Image, m: &Matrix, nearest: &Matrix, rank: usize) -> Part {
    let title = format!("Rank {rank}");
    let alt = format!("the same, made of {rank} products of a column and a row");
    let rest = (m - nearest).map(|x| x + 128.0);
    Part::Row(vec![
        Part::Image(picture),
        Part::Image(picture::image(nearest, title, alt)),
        Part::Image(picture::image(
            &rest,
            "Difference (middle grey is none)",
            "what the approximation leaves out: fine texture and edges",
        )),
    ])
}

fn bars(s: &[f64], rank: usize) -> Bars {
    // All of a picture would be a page of their own.
    let shown = s.len().min(BARS.max(rank + BARS / 4));
    let title = match shown == s.len() {
        true => "Singular values".to_string(),
        false => format!("The first {shown} of {} singular values", s.len()),
    };
    Bars {
        alt: format!("{title}, falling; the first {rank} are kept"),
        title,
        axis: "σ".to_string(),
        bars: (1..)
            .zip(s)
            .take(shown)
            .map(|(i, s)| (i.to_string(), *s))
            .collect(),
        kept: rank,
        log: s.first().is_some_and(|s| *s > 0.0),
    }
}

fn curves(errors: &Errors, rank: usize) -> Curves {
    let whole = errors.frobenius.first().copied().unwrap_or(0.0);
    let curve = |errors: &[f64]| -> Vec<[f64; 2]> {
        let part = |error: f64| if whole > 0.0 { error / whole } else { 0.0 };
        (0..)
            .zip(errors)
            .map(|(k, error)| [f64::from(k), part(*error)])
            .collect()
    };
    Curves {
        title: "Error of the nearest matrix, by its rank".to_string(),
        alt: "both errors fall from the left to 0 at the full rank, the Frobenius norm above the 2-norm".to_string(),
        across: "rank k".to_string(),
        up: "error, as a part of the Frobenius norm of M".to_string(),
        log: false,
        curves: vec![
            ("Frobenius norm".to_string(), curve(&errors.frobenius)),
            ("2-norm".to_string(), curve(&errors.two)),
        ],
        at: Some(rank as f64),
        votes: Vec::new(),
    }
}

fn size(m: &Matrix, errors: &Errors, rank: usize) -> Table {
    let held = rank * (m.nrows() + m.ncols() + 1);
    let (two, frobenius) = errors.at(rank);
    let part = |x: f64, of: f64| {
        if of > 0.0 {
            format!("{:.1} %", 100.0 * x / of)
        } else {
            "0 %".to_string()
        }
    };
    let row = |what: &str, number: String, part: String| vec![what.to_string(), number, part];
    Table {
        caption: "What is kept and what is lost".to_string(),
        head: ["", "Number", "Of the whole"].map(String::from).to_vec(),
        rows: vec![
            row(
                "numbers held, k (m + n + 1) of m · n",
                held.to_string(),
                part(held as f64, m.len() as f64),
            ),
            row("error in the 2-norm", brief(two), part(two, errors.at(0).0)),
            row(
                "error in the Frobenius norm",
                brief(frobenius),
                part(frobenius, errors.at(0).1),
            ),
        ],
    }
}
