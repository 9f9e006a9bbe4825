//! The steps of the walkthrough “the SVD is a refactor”, in the order of the talk, and where it begins.

use super::{Knob, Preset, Range};
use crate::domain::plan::BadPlan;

/// Of each step its name in links and run sheets, and its title.
pub const STEPS: [(&str, &str); 17] = [
    ("function", "A matrix is a function"),
    ("composition", "Composition, and diagrams that commute"),
    ("code", "Refactoring code"),
    ("finite", "Any function in three pieces"),
    ("factors", "Any matrix in three pieces"),
    ("freedom", "The freedom in A, B and C"),
    ("kinds", "Compact, thin, full, truncated"),
    ("eigen", "Separation of concerns"),
    ("low-rank", "Dead code"),
    ("pseudo-inverse", "The pseudo-inverse"),
    ("least-squares", "Least squares"),
    ("pca", "Principal components"),
    ("fourier", "Fourier and circulant matrices"),
    ("foreground", "What moves in front"),
    ("recommender", "Recommendations"),
    ("pagerank", "PageRank"),
    ("isomorphism", "The first isomorphism theorem"),
];

const NAMES: [&str; STEPS.len()] = {
    let mut names = [""; STEPS.len()];
    let mut place = 0;
    while place < STEPS.len() {
        names[place] = STEPS[place].0;
        place += 1;
    }
    names
};

pub(super) const KNOBS: [Knob; 1] = [Knob {
    name: "step",
    label: "Begins with",
    range: Range::Choice(&NAMES),
    live: false,
}];

pub(super) const PRESETS: [Preset; 0] = [];

/// The title of a step; none if there is no such step.
pub fn title(step: &str) -> Option<&'static str> {
    let mut known = STEPS.iter();
    known
        .find(|(name, _)| *name == step)
        .map(|(_, title)| *title)
}

/// # Errors
/// If there is no such step: which there are.
pub fn check(step: &str) -> Result<(), BadPlan> {
    if title(step).is_some() {
        return Ok(());
    }
    let why = format!("there is no such step; there are {}", NAMES.join(", "));
    Err(BadPlan::new("step", why))
}
