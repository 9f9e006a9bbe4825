//! What several steps need: inputs that fit, what rounding may do, numbers in words, a diagram with four corners.

use nalgebra::DVector;

use super::super::input::{Fault, Input};
use super::super::shown::{Check, Diagram, Link, Look, Named, Node, Part};
use super::measure::{self, LARGEST};
use crate::linalg::Matrix;

/// A matrix of at least one number, of a size that can be computed with.
///
/// # Errors
/// If it is empty, or its largest number is far too large or far too small.
pub fn matrix(input: &Input, field: &str) -> Result<Matrix, Fault> {
    let matrix = input.matrix(field);
    if matrix.is_empty() {
        return Err(Fault::new(field, "is empty; at least one number is needed"));
    }
    let largest = matrix.amax();
    if largest != 0.0 && !(1.0 / LARGEST..=LARGEST).contains(&largest) {
        let why = format!(
            "has {largest:e} as its largest number; between 1e-50 and 1e50 it can be computed with: use another unit"
        );
        return Err(Fault::new(field, why));
    }
    Ok(matrix)
}

/// A vector that `of`, a matrix with so many columns, takes in.
///
/// # Errors
/// As [`matrix`] has it, and if the lengths differ.
pub fn argument(
    input: &Input,
    field: &str,
    of: &str,
    columns: usize,
) -> Result<DVector<f64>, Fault> {
    let x = matrix(input, field)?;
    if x.len() != columns {
        let why = format!(
            "has {} but {of} takes in {columns}, one for each of its columns: give {field} {}",
            numbers(x.len()),
            numbers(columns)
        );
        return Err(Fault::new(field, why));
    }
    Ok(DVector::from_iterator(x.len(), x.iter().copied()))
}

/// What rounding may do to results of size 1 when an array of numbers so long is summed up: 16 · length · ε.
pub fn rounding(length: usize) -> f64 {
    measure::rounding(1.0, length)
}

/// The longer side.
pub fn side(m: &Matrix) -> usize {
    m.nrows().max(m.ncols())
}

pub fn check(claim: impl Into<String>, error: f64, bound: f64) -> Check {
    Check {
        claim: claim.into(),
        error,
        bound,
    }
}

/// “1 number”, “2 numbers”
pub fn numbers(n: usize) -> String {
    match n {
        1 => "1 number".to_string(),
        _ => format!("{n} numbers"),
    }
}

/// A number as people write it, with up to four digits that matter.
pub fn short(x: f64) -> String {
    let size = x.abs();
    let text = if size != 0.0 && !(1e-3..1e6).contains(&size) {
        format!("{x:.2e}")
    } else {
        let decimals = if size < 10.0 { 3 } else { 2 };
        let text = format!("{x:.decimals$}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        (if text == "-0" { "0" } else { text }).to_string()
    };
    text.replace('-', "−")
}

/// “(1, 2.5)”
pub fn tuple<'a>(numbers: impl IntoIterator<Item = &'a f64>) -> String {
    let numbers: Vec<_> = numbers.into_iter().map(|x| short(*x)).collect();
    format!("({})", numbers.join(", "))
}

/// Places counted from one: “1, 3”.
pub fn places(places: &[usize]) -> String {
    let places: Vec<_> = places.iter().map(|p| (p + 1).to_string()).collect();
    places.join(", ")
}

pub fn named(name: &str, matrix: &Matrix) -> Part {
    Part::Matrix(Named::new(name, matrix.clone()))
}

pub fn column(name: &str, x: &DVector<f64>) -> Part {
    named(name, &Matrix::from_column_slice(x.len(), 1, x.as_slice()))
}

pub fn node(label: &str, note: impl Into<String>, at: [f64; 2], look: Look) -> Node {
    Node {
        label: label.to_string(),
        note: note.into(),
        at,
        look,
    }
}

pub fn link(from: usize, to: usize, label: &str, look: Look) -> Link {
    Link {
        from,
        to,
        label: label.to_string(),
        look,
    }
}

/// The talk's diagram: from the top left there is a direct way to the right, and one down, across and up again.
pub struct Square<'a> {
    pub title: &'a str,
    /// Label and note: top left, top right, bottom left, bottom right.
    pub corners: [(&'a str, String); 4],
    /// Direct, down, across, up.
    pub arrows: [&'a str; 4],
}

impl Square<'_> {
    pub fn part(self) -> Part {
        let [direct, down, across, up] = self.arrows;
        let [(from, _), (to, _), (left, _), (right, _)] = &self.corners;
        let alt = format!(
            "From {from} the arrow {direct} leads to {to}. Another way leads there: {down} to {left}, {across} to {right}, {up} to {to}."
        );
        let ats = [[0.0, 0.0], [4.0, 0.0], [0.0, 2.0], [4.0, 2.0]];
        let looks = [Look::First, Look::Second, Look::Plain, Look::Plain];
        let corners = self.corners.into_iter().zip(ats).zip(looks);
        Part::Diagram(Diagram {
            title: self.title.to_string(),
            alt,
            nodes: corners
                .map(|(((label, note), at), look)| node(label, note, at, look))
                .collect(),
            arrows: vec![
                link(0, 1, direct, Look::Third),
                link(0, 2, down, Look::Plain),
                link(2, 3, across, Look::Plain),
                link(3, 1, up, Look::Plain),
            ],
        })
    }
}

/// “n = 2: (1, 0.5)”; long arrays are left out, since they are in the table.
pub fn space(dimension: &str, values: &DVector<f64>) -> String {
    let n = values.len();
    match n {
        1..=3 => format!("{dimension} = {n}: {}", tuple(values)),
        _ => format!("{dimension} = {n}"),
    }
}

/// By rows, if it is 2 × 2.
pub fn two_by_two(m: &Matrix) -> Option<[[f64; 2]; 2]> {
    match m.as_slice() {
        [a, c, b, d] if m.nrows() == 2 => Some([[*a, *b], [*c, *d]]),
        _ => None,
    }
}

/// Short enough for a picture.
pub fn label(name: &str) -> String {
    if name.chars().count() <= 24 {
        return name.to_string();
    }
    let start: String = name.chars().take(23).collect();
    format!("{start}…")
}
