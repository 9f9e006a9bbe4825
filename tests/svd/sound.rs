//! What holds for every step: it can be asked, and what it claims is true.

use proptest::prelude::*;
use salon_demos::demos::svd::find;
use salon_demos::demos::svd::shown::{Part, Shown};

use super::given;

/// Every claim holds and is measured.
pub fn show(name: &str, given: &[(&str, &str)]) -> Shown {
    let shown =
        given::show(name, given).unwrap_or_else(|fault| panic!("{name} {given:?}: {fault}"));
    assert!(!shown.checks.is_empty());
    for check in &shown.checks {
        assert!(check.error.is_finite() && check.bound.is_finite());
        assert!(check.holds(), "{name} {given:?}: {check:?}");
    }
    shown
}

pub fn presets_hold(name: &str) {
    let step = find(name).unwrap();
    assert!((3..=7).contains(&step.presets().len()));
    assert!(!step.point().is_empty());
    for preset in step.presets() {
        show(name, preset.input);
    }
}

/// The bound of a claim that has these words in it.
pub fn bound(shown: &Shown, words: &str) -> f64 {
    let mut found = shown
        .checks
        .iter()
        .filter(|check| check.claim.contains(words));
    found
        .next()
        .unwrap_or_else(|| panic!("no claim has {words}: {:?}", shown.checks))
        .bound
}

pub fn claims(shown: &Shown, words: &str) -> bool {
    shown.checks.iter().any(|check| check.claim.contains(words))
}

pub fn says(shown: &Shown, words: &str) -> bool {
    shown
        .parts
        .iter()
        .any(|part| matches!(part, Part::Words(text) if text.contains(words)))
}

/// As typed.
pub fn text(rows: &[Vec<f64>]) -> String {
    let row = |row: &Vec<f64>| {
        row.iter()
            .map(f64::to_string)
            .collect::<Vec<_>>()
            .join(", ")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("; ")
}

/// Matrices of up to `most` rows and columns: of small whole numbers, where ranks are low and entries agree, or of any
/// size at all.
pub fn matrices(most: usize) -> impl Strategy<Value = Vec<Vec<f64>>> {
    (1..=most, 1..=most).prop_flat_map(|(rows, columns)| of_shape(rows, columns))
}

pub fn squares(most: usize) -> impl Strategy<Value = Vec<Vec<f64>>> {
    (1..=most).prop_flat_map(|n| of_shape(n, n))
}

pub fn of_shape(rows: usize, columns: usize) -> impl Strategy<Value = Vec<Vec<f64>>> {
    let of = move |entry: BoxedStrategy<f64>| {
        prop::collection::vec(prop::collection::vec(entry, columns), rows)
    };
    prop_oneof![
        of((-1..=1_i32).prop_map(f64::from).boxed()),
        of((-10.0..10.0_f64).boxed()),
        of((-12..=12_i32, -1.0..1.0_f64)
            .prop_map(|(power, x)| x * 10.0_f64.powi(power))
            .boxed()),
    ]
}

#[test]
fn the_steps_that_a_session_knows_are_those_that_there_are() {
    let there: Vec<_> = salon_demos::demos::svd::STEPS
        .iter()
        .map(|step| (step.name(), step.title()))
        .collect();
    assert_eq!(there, salon_core::domain::demo::svd::STEPS);
}
