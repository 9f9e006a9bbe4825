//! Inputs of steps, and what is asked of all they show.

use proptest::prelude::*;
use salon_demos::demos::svd::find;
use salon_demos::demos::svd::input::{Fault, Input};
use salon_demos::demos::svd::shown::{Named, Part, Shown, Table};
use salon_demos::linalg::Matrix;

pub fn show(name: &str, given: &[(&str, &str)]) -> Result<Shown, Fault> {
    let step = find(name).expect("a step of this name");
    let given: Vec<_> = given
        .iter()
        .map(|(field, text)| (field.to_string(), text.to_string()))
        .collect();
    step.show(&Input::of(step, &given)?)
}

/// With the default and every preset it shows something, says its point, and what it claims holds.
pub fn presets_hold(name: &str) {
    let step = find(name).expect("a step of this name");
    assert!(step.point().ends_with('.'), "{}", step.point());
    assert!((3..=6).contains(&step.presets().len()));
    holds(&show(name, &[]).expect("the default"));
    for preset in step.presets() {
        let shown = show(name, preset.input);
        holds(&shown.unwrap_or_else(|fault| panic!("{}: {fault}", preset.label)));
    }
}

pub fn holds(shown: &Shown) {
    assert!(!shown.parts.is_empty() && !shown.checks.is_empty());
    for check in &shown.checks {
        let (error, bound) = (check.error, check.bound);
        assert!(check.holds(), "{}: {error:e} > {bound:e}", check.claim);
    }
}

/// What is wrong with this input, as it is said.
pub fn fault(name: &str, given: &[(&str, &str)]) -> String {
    show(name, given).expect_err("a fault").to_string()
}

pub fn text(m: &Matrix) -> String {
    let rows = m.row_iter().map(|row| {
        let row: Vec<_> = row.iter().map(|x| format!("{x:e}")).collect();
        row.join(", ")
    });
    rows.collect::<Vec<_>>().join("; ")
}

/// Numbers of any kind: small whole ones, which make ranks drop, and others.
pub fn entry() -> impl Strategy<Value = f64> {
    prop_oneof![(-3..=3).prop_map(f64::from), -10.0..10.0]
}

pub fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = Matrix> {
    prop::collection::vec(entry(), rows * columns)
        .prop_map(move |entries| Matrix::from_vec(rows, columns, entries))
}

/// Up to so many rows and columns, of any rank and size, with a vector that fits.
pub fn problem(most: usize) -> impl Strategy<Value = (Matrix, Matrix)> {
    let sides = (1..=most, 1..=most).prop_flat_map(move |(m, n)| (Just(m), Just(n), 0..=m.min(n)));
    let scale = prop_oneof![Just(1.0), Just(1e-40), Just(1e40), 1e-3..1e3];
    (sides, scale).prop_flat_map(|((m, n, r), scale)| {
        let full = matrix(m, n);
        let low = (matrix(m, r), matrix(r, n)).prop_map(|(a, b)| a * b);
        let m = prop_oneof![full, low].prop_map(move |m| m * scale);
        (m, matrix(n, 1))
    })
}

/// Every matrix that is shown, those in rows as well.
pub fn matrices(parts: &[Part]) -> Vec<&Named> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::Matrix(named) => found.push(named),
            Part::Row(parts) => found.extend(matrices(parts)),
            _ => {}
        }
    }
    found
}

pub fn named<'a>(shown: &'a Shown, name: &str) -> &'a Matrix {
    let all = matrices(&shown.parts);
    let found = all.into_iter().find(|named| named.name == name);
    &found.unwrap_or_else(|| panic!("{name} is shown")).matrix
}

pub fn tables(shown: &Shown) -> Vec<&Table> {
    let tables = shown.parts.iter().filter_map(|part| match part {
        Part::Table(table) => Some(table),
        _ => None,
    });
    tables.collect()
}

/// All paragraphs.
pub fn words(shown: &Shown) -> String {
    let words = shown.parts.iter().filter_map(|part| match part {
        Part::Words(words) => Some(words.as_str()),
        _ => None,
    });
    words.collect::<Vec<_>>().join("\n")
}
