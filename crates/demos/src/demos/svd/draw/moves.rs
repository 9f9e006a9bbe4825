//! What a matrix does in several moves: one picture before, and one after each, with grid and circle as taken along so
//! far. `data-moves` has the matrices and paths are in units of the plane, so that a script may show what lies between.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use super::ink::{self, Anchor, Figure};
use super::plane::{self, View, taken};
use crate::demos::svd::shown::{Look, Moves};

const SIDE: f64 = 172.0;
const GAP: f64 = 12.0;
/// Size of the words above each, from line to line, and how many lines at most.
const WORDS: f64 = 13.0;
const LINE: f64 = 15.0;
const MOST: usize = 4;
const IDENTITY: [[f64; 2]; 2] = [[1.0, 0.0], [0.0, 1.0]];

pub fn svg(moves: &Moves) -> String {
    let mut panels = vec![("before".to_string(), IDENTITY)];
    let mut so_far = IDENTITY;
    for (n, (what, by)) in moves.moves.iter().enumerate() {
        so_far = product(*by, so_far);
        panels.push((format!("{}. {what}", n + 1), so_far));
    }
    // Two or four are pairs; others are three a line.
    let across = if matches!(panels.len(), 1 | 2 | 4) {
        2
    } else {
        3
    };
    let across = across.min(panels.len());
    let down = panels.len().div_ceil(across);
    let view = View::of(SIDE, moves.reach);
    // Rounded down: letters that fit.
    let letters = (SIDE / ink::width("m", WORDS)) as usize;
    let lines = panels.iter().map(|(what, _)| ink::wrapped(what, letters));
    let lines: Vec<Vec<String>> = lines
        .map(|lines| lines.into_iter().take(MOST).collect())
        .collect();
    let most = lines.iter().map(Vec::len).max().unwrap_or(0);
    let room = LINE * most as f64 + 8.0;
    let mut body = String::new();
    for (n, ((_, by), lines)) in panels.iter().zip(&lines).enumerate() {
        let x = (n % across) as f64 * (SIDE + GAP);
        let y = (n / across) as f64 * (SIDE + room + GAP);
        let _ = write!(
            body,
            "<g class=\"svd-move\" data-move=\"{n}\" transform=\"translate({} {})\">",
            ink::at(x),
            ink::at(y)
        );
        words(&mut body, lines, room);
        // A picture within the picture cuts what is outside of it.
        let _ = write!(
            body,
            "<svg y=\"{room}\" width=\"{SIDE}\" height=\"{SIDE}\" viewBox=\"0 0 {SIDE} {SIDE}\">"
        );
        panel(&mut body, &view, *by);
        body.push_str("</svg></g>");
    }
    let listed: Vec<_> = moves
        .moves
        .iter()
        .map(|(what, by)| serde_json::json!({"what": what, "by": by}))
        .collect();
    let data = format!(
        " data-reach=\"{}\" data-moves=\"{}\"",
        view.reach,
        crate::demos::markup::escape(&serde_json::Value::from(listed).to_string())
    );
    Figure {
        kind: "moves",
        title: &moves.title,
        alt: &moves.alt,
        width: across as f64 * (SIDE + GAP) - GAP,
        height: down as f64 * (SIDE + room + GAP) - GAP,
        data: &data,
    }
    .svg(&body)
}

/// What `second` does after `first`.
fn product(second: [[f64; 2]; 2], first: [[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let [[a, b], [c, d]] = first;
    let ([a, c], [b, d]) = (taken(second, [a, c]), taken(second, [b, d]));
    [[a, b], [c, d]]
}

/// Above a picture, the last line next to it.
fn words(out: &mut String, lines: &[String], room: f64) {
    for (n, line) in lines.iter().enumerate() {
        let y = room - 7.0 - LINE * (lines.len() - 1 - n) as f64;
        ink::text(out, [0.0, y], Anchor::Start, WORDS, line, "");
    }
}

fn panel(out: &mut String, view: &View, by: [[f64; 2]; 2]) {
    plane::axes(out, view);
    out.push_str("<g class=\"svd-move-grid\">");
    plane::in_units(out, view, &plane::grid(by, view.reach), Look::Faint);
    out.push_str("</g><g class=\"svd-move-circle\">");
    plane::in_units(out, view, &circle(by), Look::Plain);
    out.push_str("</g><g class=\"svd-move-basis\">");
    for (tip, look) in [([1.0, 0.0], Look::First), ([0.0, 1.0], Look::Second)] {
        ink::arrow(out, view.at([0.0, 0.0]), view.at(taken(by, tip)), look);
    }
    let _ = write!(
        out,
        "</g><rect class=\"svd-line\" x=\".5\" y=\".5\" width=\"{0}\" height=\"{0}\" fill=\"none\" stroke=\"currentColor\"/>",
        view.side - 1.0
    );
}

/// The unit circle as 72 corners.
fn circle(by: [[f64; 2]; 2]) -> String {
    let mut path = String::new();
    for n in 0..72 {
        let (sin, cos) = (TAU * f64::from(n) / 72.0).sin_cos();
        let [x, y] = taken(by, [cos, sin]);
        let to = if n == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{to}{} {}", plane::unit(x), plane::unit(y));
    }
    path.push('z');
    path
}
