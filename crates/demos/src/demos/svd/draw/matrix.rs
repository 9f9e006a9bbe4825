//! A matrix as a heat map: blue above zero, orange and with a minus below, nothing at zero. Up to 12 × 12 with its numbers.

use std::fmt::Write as _;

use super::heat;
use super::ink::{self, Anchor, Figure, SMALL, TEXT};
use crate::demos::svd::shown::Named;
use crate::linalg::Matrix;

/// Rows and columns up to which numbers stand in the cells.
const NUMBERED: usize = 12;
/// Rows and columns up to which the description has every number.
const SAID: usize = 8;
/// Letters of a row's or column's name.
const NAME: usize = 14;
const EDGE: f64 = 6.0;

/// Whether its numbers stand in the cells.
pub fn is_numbered(matrix: &Matrix) -> bool {
    matrix.nrows().max(matrix.ncols()) <= NUMBERED
}

pub fn svg(named: &Named) -> String {
    let (rows, columns) = named.matrix.shape();
    let numbered = is_numbered(&named.matrix);
    let cells = if numbered {
        numbers(&named.matrix)
    } else {
        Vec::new()
    };
    let [wide, high] = if numbered {
        let longest = cells
            .iter()
            .map(|cell| ink::width(cell, TEXT))
            .fold(0.0, f64::max);
        [(longest + 12.0).max(34.0), 30.0]
    } else {
        let side = (420.0 / rows.max(columns) as f64).clamp(1.5, 16.0);
        [side, side]
    };
    let (map_w, map_h) = (wide * columns as f64, high * rows as f64);
    let below = below(named, map_w);
    let names = |all: &[String]| -> Vec<String> {
        all.iter().map(|name| ink::shortened(name, NAME)).collect()
    };
    let (row_names, column_names) = (names(&named.rows), names(&named.columns));
    let widest = |all: &[String]| {
        all.iter()
            .map(|name| ink::width(name, SMALL))
            .fold(0.0, f64::max)
    };
    let beside = if row_names.is_empty() {
        0.0
    } else {
        widest(&row_names) + 6.0
    };
    // Names that are wider than their column stand upright.
    let upright = widest(&column_names) > wide - 2.0;
    let above = match (column_names.is_empty(), upright) {
        (true, _) => 0.0,
        (false, false) => SMALL + 6.0,
        (false, true) => widest(&column_names) + 6.0,
    };
    let head = if named.name.is_empty() { 0.0 } else { 24.0 };
    let widest_line = below
        .iter()
        .map(|line| ink::width(line, SMALL))
        .fold(0.0, f64::max);
    let inner = map_w
        .max(widest_line - beside)
        .max(ink::width(&named.name, 17.0));
    let left = EDGE + beside + (inner - map_w) / 2.0;
    let top = EDGE + head + above;
    let width = beside + inner + 2.0 * EDGE;
    let height = top + map_h + below.len() as f64 * 17.0 + 6.0 + EDGE;

    let mut body = String::new();
    let middle = left + map_w / 2.0;
    if !named.name.is_empty() {
        ink::text(
            &mut body,
            [middle, EDGE + 15.0],
            Anchor::Middle,
            17.0,
            &named.name,
            "font-weight=\"600\"",
        );
    }
    if numbered {
        heat::cells(&mut body, &named.matrix, [left, top], [wide, high]);
        written(&mut body, &cells, columns, [left, top], [wide, high]);
    } else {
        heat::pixels(&mut body, &named.matrix, [left, top], [map_w, map_h]);
    }
    brackets(&mut body, [left, top], [map_w, map_h]);
    // Rows that are too low for their names have every n-th.
    let each = (15.0 / high).ceil().max(1.0) as usize;
    for (n, name) in row_names.iter().enumerate().take(rows).step_by(each) {
        let y = top + (n as f64 + 0.5) * high + 4.0;
        ink::text(
            &mut body,
            [left - 7.0, y],
            Anchor::End,
            SMALL,
            name,
            "class=\"svd-muted\"",
        );
    }
    let each = (15.0 / wide).ceil().max(1.0) as usize;
    for (n, name) in column_names.iter().enumerate().take(columns).step_by(each) {
        let (x, y) = (left + (n as f64 + 0.5) * wide, top - 7.0);
        if upright {
            let turn = format!(
                "class=\"svd-muted\" transform=\"rotate(-90 {} {})\"",
                ink::at(x + 4.0),
                ink::at(y)
            );
            ink::text(&mut body, [x + 4.0, y], Anchor::Start, SMALL, name, &turn);
        } else {
            ink::text(
                &mut body,
                [x, y],
                Anchor::Middle,
                SMALL,
                name,
                "class=\"svd-muted\"",
            );
        }
    }
    for (n, line) in below.iter().enumerate() {
        let y = top + map_h + 19.0 + 17.0 * n as f64;
        ink::text(
            &mut body,
            [middle, y],
            Anchor::Middle,
            SMALL,
            line,
            "class=\"svd-muted\"",
        );
    }
    let title = match named.name.as_str() {
        "" => "Matrix".to_string(),
        name => format!("Matrix {name}"),
    };
    Figure {
        kind: "matrix",
        title: &title,
        alt: &description(named),
        width,
        height,
        data: "",
    }
    .svg(&body)
}

/// The numbers row by row. What is only rounding beside the largest is `≈0`.
pub fn numbers(matrix: &Matrix) -> Vec<String> {
    let largest = matrix
        .iter()
        .filter(|x| x.is_finite())
        .fold(0.0_f64, |most, x| most.max(x.abs()));
    let digits = if matrix.ncols() <= 6 { 4 } else { 3 };
    let number = |x: &f64| {
        if *x != 0.0 && x.abs() < 1e-13 * largest {
            "≈0".to_string()
        } else if x.is_nan() {
            "?".to_string()
        } else {
            ink::typeset(&ink::digits(*x, digits))
        }
    };
    let rows = matrix.row_iter();
    rows.flat_map(|row| row.iter().map(number).collect::<Vec<_>>())
        .collect()
}

/// The shape, and the note in lines about as long as the matrix is wide.
fn below(named: &Named, wide: f64) -> Vec<String> {
    let (rows, columns) = named.matrix.shape();
    let shape = format!("{rows} × {columns}");
    // Rounded down: letters that fit.
    let letters = ((wide / ink::width("m", SMALL)) as usize).max(14);
    let line = format!("{shape} · {}", named.note);
    if named.note.is_empty() {
        vec![shape]
    } else if line.chars().count() <= letters {
        vec![line]
    } else {
        let mut lines = vec![shape];
        lines.extend(ink::wrapped(&named.note, letters));
        lines
    }
}

fn written(
    out: &mut String,
    cells: &[String],
    columns: usize,
    [left, top]: [f64; 2],
    [wide, high]: [f64; 2],
) {
    for (n, cell) in cells.iter().enumerate() {
        let (row, column) = (n / columns.max(1), n % columns.max(1));
        let x = left + (column as f64 + 0.5) * wide;
        let y = top + (row as f64 + 0.5) * high + TEXT * 0.35;
        ink::text(out, [x, y], Anchor::Middle, TEXT, cell, "");
    }
}

/// As a matrix is written: a bracket on each side.
fn brackets(out: &mut String, [left, top]: [f64; 2], [wide, high]: [f64; 2]) {
    let (x, y) = (ink::at(left + 3.0), ink::at(top - 2.0));
    let (across, down) = (ink::at(left + wide - 3.0), ink::at(high + 4.0));
    let _ = write!(
        out,
        "<path class=\"svd-ink\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" \
         d=\"M{x} {y}h-6v{down}h6M{across} {y}h6v{down}h-6\"/>"
    );
}

fn description(named: &Named) -> String {
    let matrix = &named.matrix;
    let (rows, columns) = matrix.shape();
    let mut said = format!("{rows} rows, {columns} columns.");
    if rows <= SAID && columns <= SAID {
        let each = numbers(matrix);
        for (n, row) in each.chunks(columns.max(1)).enumerate() {
            let name = match named.rows.get(n) {
                Some(name) => name.clone(),
                None => format!("Row {}", n + 1),
            };
            let _ = write!(said, " {name}: {}.", row.join(", "));
        }
    } else {
        let finite = || matrix.iter().copied().filter(|x| x.is_finite());
        let (least, most) = (
            finite().fold(f64::INFINITY, f64::min),
            finite().fold(f64::NEG_INFINITY, f64::max),
        );
        let _ = write!(
            said,
            " From {} to {}.",
            ink::number(least),
            ink::number(most)
        );
    }
    if !named.note.is_empty() {
        let _ = write!(said, " {}.", named.note);
    }
    said
}
