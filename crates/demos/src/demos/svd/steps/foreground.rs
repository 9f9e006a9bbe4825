//! What moves in front.

use super::super::clip::{COLUMNS, Clip, FRAMES, ROWS, clip};
use super::super::input::{Fault, Input};
use super::super::pursuit::{Options, Pursuit, cost_and_least, pursuit, usual_lambda};
use super::super::shown::{Bars, Check, Curves, Frames, Image, Part, Shown};
use super::super::step::{Field, Kind, Preset, Step};
use crate::linalg::svd::singular_values;
use crate::linalg::{LinalgError, Matrix};

pub struct Foreground;

const TOLERANCE: f64 = 5e-5;
/// Grey by which S must differ from 0 for a pixel to count as in front.
const IN_FRONT: f64 = 0.05;

impl Step for Foreground {
    fn name(&self) -> &'static str {
        "foreground"
    }

    fn title(&self) -> &'static str {
        "What moves in front"
    }

    fn point(&self) -> &'static str {
        "A clip is a matrix with a column for each frame: what stays is of low rank, what moves in front is in few entries, \
         and a repeated SVD tells them apart."
    }

    fn fields(&self) -> &'static [Field] {
        const FIELDS: &[Field] = &[
            Field {
                name: "scene",
                label: "Scene",
                kind: Kind::Choice(&["all cross", "one stops"]),
                default: "all cross",
            },
            Field {
                name: "noise",
                label: "Noise",
                kind: Kind::Choice(&["none", "a little", "more"]),
                default: "none",
            },
            Field {
                name: "lambda",
                label: "λ, times 1/√max(m, n)",
                kind: Kind::Number {
                    from: 0.3,
                    to: 3.0,
                    step: 0.05,
                },
                default: "1",
            },
            Field {
                name: "iterations",
                label: "Iterations at most",
                kind: Kind::Count { from: 1, to: 200 },
                default: "150",
            },
        ];
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "Three things cross",
                input: &[],
            },
            Preset {
                label: "One stops: it becomes background",
                input: &[("scene", "one stops")],
            },
            Preset {
                label: "λ small: too much in front",
                input: &[("lambda", "0.3")],
            },
            Preset {
                label: "λ large: things stay in the background",
                input: &[("lambda", "3")],
            },
            Preset {
                label: "Noise, and a larger λ",
                input: &[("noise", "more"), ("lambda", "2")],
            },
        ]
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let noise = match input.word("noise") {
            "a little" => 0.02,
            "more" => 0.05,
            _ => 0.0,
        };
        let clip = clip(input.word("scene") == "one stops", noise);
        let lambda = input.number("lambda") * usual_lambda(&clip.frames);
        let options = Options {
            lambda,
            tolerance: TOLERANCE,
            iterations: input.count("iterations"),
        };
        shown(&clip, options).map_err(|error| Fault::new("", error.to_string()))
    }
}

fn shown(clip: &Clip, options: Options) -> Result<Shown, LinalgError> {
    let m = &clip.frames;
    let found = pursuit(m, options)?;
    let last = found.steps.last();
    let residual = last.map_or(1.0, |step| step.residual);
    let rank = last.map_or(0, |step| step.rank);
    let rest = m - &found.low - &found.sparse;
    let largest = found.multipliers.amax();
    let of_low = singular_values(&found.low)?;
    let beyond = of_low.get(rank).copied().unwrap_or(0.0);
    let rounding = m.nrows() as f64 * f64::EPSILON;
    let mut checks = vec![
        Check {
            claim: format!("L is of rank {rank}: the next singular value is 0"),
            error: beyond,
            bound: 8.0 * rounding * m.norm(),
        },
        Check {
            claim: "no multiplier of the constraint is beyond λ".to_string(),
            error: (largest - options.lambda).max(0.0),
            bound: rounding * options.lambda,
        },
    ];
    let done = residual <= TOLERANCE;
    if done {
        let (cost, least) = cost_and_least(m, &found, options.lambda)?;
        checks.push(Check {
            claim: format!("L + S = M to {TOLERANCE:e} of ‖M‖"),
            error: rest.norm() / m.norm(),
            bound: TOLERANCE * (1.0 + 1e-9),
        });
        checks.push(Check {
            claim: "no split costs less by more than 1/200: so near is the dual bound".to_string(),
            error: (cost - least) / cost,
            bound: 5e-3,
        });
    }
    let mut parts = vec![
        Part::Words(format!(
            "The clip is made for this page, not filmed: a still texture in slowly changing light, three things that move. \
             {FRAMES} frames of {ROWS} × {COLUMNS} pixels are a matrix of {} × {FRAMES}.",
            m.nrows()
        )),
        Part::Formula(r"\min_{L, S} \lVert L \rVert_* + \lambda \lVert S \rVert_1 \quad \text{where} \quad L + S = M".to_string()),
        Part::Words(found_in_words(clip, &found, done)),
        Part::Frames(frames(m, &found)),
    ];
    parts.extend(curves(&found));
    parts.push(Part::Bars(values(m, rank)?));
    Ok(Shown { parts, checks })
}

fn found_in_words(clip: &Clip, found: &Pursuit, done: bool) -> String {
    let (rank, share) = found
        .steps
        .last()
        .map_or((0, 0.0), |step| (step.rank, step.share));
    let end = if done {
        "settled"
    } else {
        "stopped unsettled (L + S is not M yet, and no claim is made of how good the split is)"
    };
    let front: Vec<bool> = found.sparse.iter().map(|x| x.abs() > IN_FRONT).collect();
    let both = front
        .iter()
        .zip(&clip.mask)
        .filter(|(a, b)| **a && **b)
        .count();
    let of = |mask: &[bool]| mask.iter().filter(|is| **is).count();
    let f1 = 2.0 * both as f64 / (of(&front) + of(&clip.mask)).max(1) as f64;
    let off = (&found.low - &clip.background).norm() / clip.background.norm();
    format!(
        "After {} iterations it has {end}: the background is of rank {rank} (2 in truth without noise), and {:.1} % of S is \
         not 0 (things cover {:.1} %). A pixel counts as in front where S is beyond {IN_FRONT}; so found, the things agree \
         with the truth to F1 = {f1:.3} (1 would be every pixel right). The background is off by {:.1} % of its norm. \
         Noise is in the model nowhere: it goes to L and S, wherever it is cheaper.",
        found.steps.len(),
        100.0 * share,
        100.0 * of(&clip.mask) as f64 / clip.mask.len() as f64,
        100.0 * off
    )
}

fn frames(m: &Matrix, found: &Pursuit) -> Frames {
    let picture = |title: &str, alt: &str, from: &Matrix, t: usize, zero: f64| Image {
        title: title.to_string(),
        alt: format!("{alt}, frame {} of {FRAMES}", t + 1),
        rows: ROWS,
        columns: COLUMNS,
        grey: from
            .column(t)
            .iter()
            .map(|x| (255.0 * (x + zero)).clamp(0.0, 255.0).round() as u8)
            .collect(),
    };
    let of = |t: usize| {
        vec![
            picture("Frame (M)", "What is seen", m, t, 0.0),
            picture("Background (L)", "What stays", &found.low, t, 0.0),
            // S is of either sign: middle grey is nothing.
            picture(
                "In front (S)",
                "What moves, on middle grey",
                &found.sparse,
                t,
                0.5,
            ),
        ]
    };
    Frames {
        title: "Frame, background, and what is in front".to_string(),
        alt: "Three things cross a textured wall; the middle picture should have none of them, the right one nothing else.".to_string(),
        frames: (0..m.ncols()).map(of).collect(),
    }
}

fn curves(found: &Pursuit) -> [Part; 2] {
    let place = |k: usize| (k + 1) as f64;
    let of = |value: &dyn Fn(usize) -> f64| {
        (0..found.steps.len())
            .map(|k| [place(k), value(k)])
            .collect()
    };
    let residual: Vec<[f64; 2]> = of(&|k| found.steps[k].residual);
    let rank: Vec<[f64; 2]> = of(&|k| found.steps[k].rank as f64);
    let share: Vec<[f64; 2]> = of(&|k| 100.0 * found.steps[k].share);
    let curves = |title: &str, up: &str, log: bool, curves| {
        Part::Curves(Curves {
            title: title.to_string(),
            alt: format!("{title}, over {} iterations", found.steps.len()),
            across: "iteration".to_string(),
            up: up.to_string(),
            log,
            curves,
            at: None,
            votes: Vec::new(),
        })
    };
    [
        curves(
            "What L + S lacks of M",
            "‖M − L − S‖ / ‖M‖",
            true,
            vec![("residual".to_string(), residual)],
        ),
        curves(
            "Rank of L, and how much of S is not 0",
            "rank, and %",
            false,
            vec![
                ("rank of L".to_string(), rank),
                ("S not 0, in %".to_string(), share),
            ],
        ),
    ]
}

fn values(m: &Matrix, rank: usize) -> Result<Bars, LinalgError> {
    let values = singular_values(m)?;
    Ok(Bars {
        title: "Singular values of the clip itself".to_string(),
        alt: format!("They fall slowly, since what moves is in all of them; L has {rank}."),
        axis: "σ (grey)".to_string(),
        bars: values
            .into_iter()
            .enumerate()
            .map(|(k, s)| (format!("σ{}", k + 1), s))
            .collect(),
        kept: rank,
        log: true,
    })
}
