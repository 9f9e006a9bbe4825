//! Recommendations.

mod held;

use super::super::completion::{Completion, Options, complete};
use super::super::input::{Fault, Input};
use super::super::parse::clean::lines_of;
use super::super::ratings::{Ratings, VIEWERS_MOST, ratings};
use super::super::shown::{Bars, Check, Curves, Named, Part, Shown, Table};
use super::super::step::{Field, Kind, Own, Preset, Step};
use crate::linalg::{LinalgError, Matrix};
use held::{Held, by_rank, clamped, held, hidden_ones};

pub struct Recommender;

const ITERATIONS: usize = 60;
/// The low rank counts as better below this share of the error of the means.
const NOTABLY: f64 = 0.95;

const TASTES: &str = "films: Starship Robots Comet Wedding Letters Harbour Farce Circus
A: 5 5 4 1 . 1 3 .
B: 4 5 . 2 1 1 . 4
C: 5 . 5 1 2 . 2 2
D: . 4 5 . 1 2 4 3
E: 1 1 . 5 4 5 2 .
F: 2 . 1 5 5 4 . 3
G: 1 2 1 4 . 5 4 5
H: . 1 2 5 4 . 1 1
I: 3 3 3 . 3 3 5 5
J: 2 3 . 3 3 2 5 .
K: 4 . 4 3 . 3 5 4
L: 5 4 4 . 2 1 1 1";
const ONE: &str = "dishes, mild, warm, hot, fierce
A, 5, 4, 2, 1
B, 1, , 4, 5
C, 4, 4, , 2
D, 2, 2, 4, 
E, 5, , 2, 1
F, , 2, 4, 5
G, 4, 3, 3, ";
const NONE: &str = "things: one two three four five
A: 3 1 5 2 4
B: 1 5 2 4 3
C: 5 2 1 3 4
D: 2 4 4 1 5
E: 4 3 2 5 1
F: 2 5 3 3 1";

impl Step for Recommender {
    fn name(&self) -> &'static str {
        "recommender"
    }

    fn title(&self) -> &'static str {
        "Recommendations"
    }

    fn point(&self) -> &'static str {
        "If tastes are few, a table of ratings is nearly of low rank, and its blanks can be filled by the SVD: fill, decompose, \
         keep little, fill again."
    }

    fn fields(&self) -> &'static [Field] {
        const FIELDS: &[Field] = &[
            Field {
                name: "table",
                label: "Items, then a line for each viewer; a point where there is no rating",
                kind: Kind::Lines {
                    most: VIEWERS_MOST + 1,
                },
                default: TASTES,
            },
            Field {
                name: "mine",
                label: "Your own, as “item: rating”",
                kind: Kind::Lines { most: 12 },
                default: "Starship: 5\nWedding: 2",
            },
            Field {
                name: "rank",
                label: "Rank at most",
                kind: Kind::Count { from: 0, to: 8 },
                default: "2",
            },
            Field {
                name: "shrinkage",
                label: "Shrinkage of singular values",
                kind: Kind::Number {
                    from: 0.0,
                    to: 10.0,
                    step: 0.1,
                },
                default: "1",
            },
        ];
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "Tastes in films (made)",
                input: &[],
            },
            Preset {
                label: "Who likes weddings",
                input: &[("mine", "Wedding: 5\nComet: 1")],
            },
            Preset {
                label: "Too many ranks, no shrinkage",
                input: &[("rank", "6"), ("shrinkage", "0")],
            },
            Preset {
                label: "One taste",
                input: &[("table", ONE), ("mine", "mild: 5"), ("rank", "1")],
            },
            Preset {
                label: "No pattern: no better than item means",
                input: &[("table", NONE), ("mine", "two: 5")],
            },
        ]
    }

    fn own(&self) -> Option<Own> {
        Some(Own {
            field: "table",
            // Ratings of one's own are of the items of the table.
            choices: &[("mine", "")],
        })
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        // With tabs at its edges: a blank may be the first or the last of a line.
        let table = lines_of(input.text("table"));
        let table = table.lines().filter(|line| !line.trim().is_empty());
        let table: Vec<String> = table.map(str::to_string).collect();
        let ratings = ratings(&table).map_err(|why| Fault::new("table", why))?;
        let ratings = ratings.with_mine(input.lines("mine"))?;
        let options = Options {
            rank: input.count("rank"),
            shrinkage: input.number("shrinkage"),
            iterations: ITERATIONS,
        };
        shown(&ratings, options).map_err(|error| Fault::new("table", error.to_string()))
    }
}

fn shown(ratings: &Ratings, options: Options) -> Result<Shown, LinalgError> {
    let whole = complete(&ratings.table, &ratings.known, options)?;
    let held = held(ratings, options)?;
    let guesses = clamped(&whole, ratings);
    let mut parts = vec![
        Part::Words(words(ratings, &whole, &held)),
        Part::Formula(r"\min_{\operatorname{rank} Z \le r} \tfrac12 \sum_{(i, j)\ \text{known}} (x_{ij} - z_{ij})^2 + s \lVert Z \rVert_*".to_string()),
        Part::Table(filled(ratings, &guesses)),
    ];
    parts.extend(mine(ratings, &guesses));
    parts.push(Part::Table(hidden_ones(ratings, &held)));
    parts.push(by_rank(&held, options.rank));
    parts.push(Part::Row(tastes(ratings, &whole)));
    parts.push(course(&whole));
    Ok(Shown {
        parts,
        checks: checks(ratings, &whole, &guesses, options),
    })
}

fn words(ratings: &Ratings, whole: &Completion, held: &Held) -> String {
    let made =
        "The tables offered here are made by hand, with plain tastes; A, B and C are nobody. ";
    let (low, high) = ratings.scale();
    let settled = whole.objective.len() <= ITERATIONS;
    let end = if settled { "" } else { ", not settled by then" };
    let verdict = if held.places.is_empty() {
        "There are too few ratings to hide some, so nothing says how good the guesses are."
            .to_string()
    } else {
        let better = if held.of_rank < NOTABLY * held.of_means {
            "the low rank is better here"
        } else {
            "the low rank is not notably better than the means here, and should not be trusted"
        };
        format!(
            "Of the known ratings, every fifth ({} in all) was hidden and guessed: the item's mean is off by {:.2} (root mean \
             square), the low rank by {:.2}: {better}. So few say little: another choice of five might tell otherwise.",
            held.places.len(),
            held.of_means,
            held.of_rank
        )
    };
    format!(
        "{made}Guesses are the item's mean plus a matrix of rank {}, found in {} iterations{end}, and kept within the scale of \
         the ratings given, {low} to {high}. {verdict}",
        whole.low.s.len(),
        whole.objective.len() - 1
    )
}

fn filled(ratings: &Ratings, guesses: &Matrix) -> Table {
    let cell = |i: usize, j: usize| match ratings.known[(i, j)] {
        true => ratings.table[(i, j)].to_string(),
        false => format!("≈ {:.1}", guesses[(i, j)]),
    };
    let row = |(i, viewer): (usize, &String)| {
        std::iter::once(viewer.clone())
            .chain((0..ratings.items.len()).map(|j| cell(i, j)))
            .collect()
    };
    Table {
        caption: "What was given, and what is guessed (≈)".to_string(),
        head: std::iter::once(String::new())
            .chain(ratings.items.iter().cloned())
            .collect(),
        rows: ratings.viewers.iter().enumerate().map(row).collect(),
    }
}

/// What is guessed for the viewer's own row, the best first.
fn mine(ratings: &Ratings, guesses: &Matrix) -> Option<Part> {
    let row = ratings.viewers.iter().rposition(|viewer| viewer == "you")?;
    let unknown = (0..ratings.items.len()).filter(|j| !ratings.known[(row, *j)]);
    let mut bars: Vec<(String, f64)> = unknown
        .map(|j| (ratings.items[j].clone(), guesses[(row, j)]))
        .collect();
    bars.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (best, _) = bars.first()?;
    Some(Part::Bars(Bars {
        title: "Guessed for you".to_string(),
        alt: format!("{best} comes first."),
        axis: "rating".to_string(),
        kept: 1,
        log: false,
        bars,
    }))
}

fn tastes(ratings: &Ratings, whole: &Completion) -> Vec<Part> {
    let names: Vec<String> = (1..=whole.low.s.len())
        .map(|k| format!("taste {k}"))
        .collect();
    if names.is_empty() {
        return vec![Part::Words(
            "Nothing is left beside the means: the rank or the shrinkage leaves no taste."
                .to_string(),
        )];
    }
    let named = |name: &str, matrix: Matrix, rows: &[String], columns: &[String], note: &str| {
        let named = Named::new(name, matrix).note(note);
        Part::Matrix(Named {
            rows: rows.to_vec(),
            columns: columns.to_vec(),
            ..named
        })
    };
    let values = Matrix::from_diagonal(&whole.low.s.clone().into());
    vec![
        named(
            "U",
            whole.low.u.clone(),
            &ratings.viewers,
            &names,
            "viewers by tastes",
        ),
        named("Σ", values, &names, &names, "shrunk"),
        named(
            "Vᵀ",
            whole.low.vt.clone(),
            &names,
            &ratings.items,
            "tastes by items",
        ),
    ]
}

fn course(whole: &Completion) -> Part {
    let points = whole
        .objective
        .iter()
        .enumerate()
        .map(|(k, objective)| [k as f64, *objective]);
    Part::Curves(Curves {
        title: "Objective, iteration by iteration".to_string(),
        alt: "It never grows.".to_string(),
        across: "iteration".to_string(),
        up: "½ Σ (x − z)² + s ‖Z‖∗".to_string(),
        log: false,
        curves: vec![("objective".to_string(), points.collect())],
        at: None,
        votes: Vec::new(),
    })
}

fn checks(ratings: &Ratings, whole: &Completion, guesses: &Matrix, options: Options) -> Vec<Check> {
    let (n, p) = ratings.table.shape();
    let (low, high) = ratings.scale();
    let grown = whole
        .objective
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .fold(0.0, f64::max);
    let first = whole.objective.first().copied().unwrap_or(0.0);
    let beyond = guesses
        .iter()
        .map(|x| (low - x).max(x - high))
        .fold(0.0, f64::max);
    let rounding = n.max(p) as f64 * f64::EPSILON;
    let orthonormal =
        |gram: Matrix| (gram - Matrix::identity(whole.low.s.len(), whole.low.s.len())).norm();
    vec![
        Check {
            claim: "the objective never grows from one iteration to the next".to_string(),
            error: grown,
            // Values of the objective are sums of n·p terms.
            bound: 8.0 * p as f64 * rounding * first,
        },
        Check {
            claim: format!("the rank is {} at most", options.rank),
            error: whole.low.s.len().saturating_sub(options.rank) as f64,
            bound: 0.0,
        },
        Check {
            claim: "tastes are orthonormal, of viewers and of items".to_string(),
            error: orthonormal(whole.low.u.tr_mul(&whole.low.u))
                .max(orthonormal(&whole.low.vt * whole.low.vt.transpose())),
            bound: 8.0 * p as f64 * rounding,
        },
        Check {
            claim: "every guess is within the scale".to_string(),
            error: beyond,
            bound: 0.0,
        },
    ]
}
