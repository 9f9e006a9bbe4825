//! Compact, thin, full, truncated.

use super::super::input::{Fault, Input};
use super::super::shown::{Bars, Check, Part, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::measure::{
    diagonal, formula, full_of, matrix_of_size, named, norm2, orthonormal, rounding, same, shape,
    sign, thin_of, words,
};
use crate::linalg::Matrix;
use crate::linalg::svd::Svd;

pub struct Kinds;

const FIELDS: &[Field] = &[
    Field {
        name: "m",
        label: "The matrix M",
        kind: Kind::Matrix {
            rows: 32,
            columns: 32,
        },
        default: "1, 2, 3; 2, 4, 6; 1, 0, 1; 3, 2, 5",
    },
    Field {
        name: "rank",
        label: "Singular values that the truncated one keeps",
        kind: Kind::Count { from: 1, to: 32 },
        default: "1",
    },
];

const PRESETS: &[Preset] = &[
    Preset {
        label: "Tall, of rank 2",
        input: &[],
    },
    Preset {
        label: "Wide",
        input: &[("m", "1, 0, 2, 1; 0, 1, 1, 3"), ("rank", "1")],
    },
    Preset {
        label: "Square and invertible: compact, thin and full are one",
        input: &[("m", "2, 1, 0; 1, 3, 1; 0, 1, 4"), ("rank", "2")],
    },
    Preset {
        label: "Rank 1",
        input: &[("m", "1, 2, 3; 2, 4, 6; 3, 6, 9; 4, 8, 12; 5, 10, 15")],
    },
    Preset {
        label: "Zero: the compact one has nothing left",
        input: &[("m", "0, 0; 0, 0; 0, 0")],
    },
];

/// One way to cut the factors, with Σ written out.
struct Cut {
    kind: &'static str,
    u: Matrix,
    s: Matrix,
    vt: Matrix,
}

impl Cut {
    fn of(kind: &'static str, svd: Svd) -> Self {
        let s = diagonal(svd.s.len(), svd.s.len(), &svd.s);
        let Svd { u, vt, .. } = svd;
        Self { kind, u, s, vt }
    }

    fn product(&self) -> Matrix {
        &self.u * &self.s * &self.vt
    }
}

impl Step for Kinds {
    fn name(&self) -> &'static str {
        "kinds"
    }

    fn title(&self) -> &'static str {
        "Compact, thin, full, truncated"
    }

    fn point(&self) -> &'static str {
        "The same three pieces come in four sizes: three of them are the matrix, the fourth is the nearest to it of its rank."
    }

    fn fields(&self) -> &'static [Field] {
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        PRESETS
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let m = matrix_of_size("m", input.matrix("m"))?;
        let thin = thin_of("m", &m)?;
        let all = full_of("m", &m)?;
        let rank = thin.rank(thin.tolerance());
        let kept = input.count("rank").min(thin.s.len());
        let full = Cut {
            kind: "full",
            s: diagonal(m.nrows(), m.ncols(), &all.s),
            u: all.u,
            vt: all.vt,
        };
        let exact = [
            Cut::of("compact", thin.compact(thin.tolerance())),
            Cut::of("thin", thin.clone()),
            full,
        ];
        let truncated = Cut::of("truncated", thin.truncated(kept));
        let checks = checks(&m, &thin, &exact, &truncated)?;

        let mut parts = vec![
            formula(r"M = U \Sigma V^\top"),
            named("M", &m, format!("{}, rank {rank}", shape(&m))),
        ];
        for cut in exact.iter().chain([&truncated]) {
            parts.push(words(described(cut, rank)));
            // The product of what has no columns is 0, and there is nothing to draw.
            if cut.s.is_empty() {
                continue;
            }
            let equals = if cut.kind == "truncated" && kept < rank {
                "M ≈"
            } else {
                "M ="
            };
            parts.push(Part::Row(vec![
                sign(equals),
                named("U", &cut.u, shape(&cut.u)),
                sign("·"),
                named("Σ", &cut.s, shape(&cut.s)),
                sign("·"),
                named("Vᵀ", &cut.vt, shape(&cut.vt)),
            ]));
        }
        parts.push(Part::Table(sizes(exact.iter().chain([&truncated]))));
        parts.push(Part::Bars(Bars {
            title: "Singular values of M".to_string(),
            alt: format!(
                "{} singular values; the first {kept} are kept",
                thin.s.len()
            ),
            axis: "σ".to_string(),
            bars: (1..)
                .zip(&thin.s)
                .map(|(i, s)| (format!("σ{i}"), *s))
                .collect(),
            kept,
            log: false,
        }));
        Ok(Shown { parts, checks })
    }
}

fn described(cut: &Cut, rank: usize) -> String {
    match cut.kind {
        "compact" if rank == 0 => {
            "Compact: M is 0, its rank is 0, and U, Σ and Vᵀ have nothing left in them.".to_string()
        }
        "compact" => format!(
            "Compact: only the {rank} singular values that are not 0. Σ is square and reversible; it is the talk's form, and the one for algebra."
        ),
        "thin" => "Thin: as many as the smaller side of M, zeros included. It is what programs compute by default.".to_string(),
        "full" => "Full: U and V are square and orthogonal. The columns beyond the rank span what M never reaches (the kernel of Mᵀ) and what it sends to 0 (the kernel of M, as rows of Vᵀ); which basis of them one gets is arbitrary.".to_string(),
        _ => {
            let kept = cut.s.nrows();
            let what = if kept < rank { "an approximation" } else { "M still, for nothing but zeros is left out" };
            format!("Truncated to {kept}: {what}.")
        }
    }
}

fn sizes<'a>(cuts: impl Iterator<Item = &'a Cut>) -> Table {
    let row = |cut: &Cut| {
        let numbers = cut.u.len() + cut.s.nrows().min(cut.s.ncols()) + cut.vt.len();
        vec![
            cut.kind.to_string(),
            shape(&cut.u),
            shape(&cut.s),
            shape(&cut.vt),
            numbers.to_string(),
        ]
    };
    Table {
        caption: "Shapes; of Σ only the diagonal is counted".to_string(),
        head: ["SVD", "U", "Σ", "Vᵀ", "Numbers held"]
            .map(String::from)
            .to_vec(),
        rows: cuts.map(row).collect(),
    }
}

fn checks(m: &Matrix, thin: &Svd, exact: &[Cut], truncated: &Cut) -> Result<Vec<Check>, Fault> {
    let bound = rounding(m.norm(), m.nrows().max(m.ncols()));
    let mut checks = Vec::new();
    for cut in exact {
        let claim = format!("the {} one multiplies to M", cut.kind);
        checks.push(same(claim, &cut.product(), m, bound));
    }
    let next = thin.s.get(truncated.s.nrows()).copied().unwrap_or(0.0);
    checks.push(Check {
        claim: "the truncated one is off by the first singular value left out, in the 2-norm"
            .to_string(),
        error: (norm2("m", &(m - truncated.product()))? - next).abs(),
        bound,
    });
    for cut in exact.iter().chain([truncated]) {
        checks.push(orthonormal(
            format!("the columns of the {} U are orthonormal", cut.kind),
            &cut.u,
        ));
        checks.push(orthonormal(
            format!("the rows of the {} Vᵀ are orthonormal", cut.kind),
            &cut.vt.transpose(),
        ));
    }
    Ok(checks)
}
