//! Matrices as people write and paste them: CSV, numbers with spaces between, `[[1, 2], [3, 4]]`, numpy's printout, and
//! MATLAB's way, with `...` where a line goes on and a factor before a printout.
//!
//! Numbers of a row are parted by commas, tabs or spaces, rows by lines or semicolons. Where each line is a row and
//! semicolons stand within lines, they part numbers, as in the CSV of many spreadsheets.
//!
//! A comma parts numbers, and is no decimal sign: `1,5` would be one number to some and two to others. Only where something
//! else parts the cells (tabs, quotes, semicolons) is it part of a number, and then all cells must agree on what it means.

pub mod clean;
mod one;
mod rows;

use std::borrow::Cow;

use crate::linalg::Matrix;
use clean::numbers_of;
pub use one::number;
use one::{FINITE, shortened, value};
use rows::{Rows, lines, row};

const HOW: &str = "write rows of numbers, for example 1, 2; 3, 4";

/// A matrix of at most so many rows and columns.
///
/// # Errors
/// If it is no matrix, or too large: where, what stands there, and what to do.
pub fn matrix(text: &str, rows: usize, columns: usize) -> Result<Matrix, String> {
    let read = read(text)?.rows;
    if read.len() > rows {
        return Err(format!(
            "has {} rows; at most {rows} can be read",
            read.len()
        ));
    }
    let wide = read.first().map_or(0, Vec::len);
    for (at, row) in read.iter().enumerate() {
        if row.len() != wide {
            let comma = if text.contains(',') {
                " (a comma parts two numbers; the decimal sign is a point)"
            } else {
                ""
            };
            return Err(format!(
                "row {} has {}, row 1 has {wide}; every row needs as many{comma}",
                at + 1,
                numbers(row.len())
            ));
        }
    }
    if wide > columns {
        return Err(format!("has {wide} columns; at most {columns} can be read"));
    }
    Ok(Matrix::from_row_iterator(
        read.len(),
        wide,
        read.into_iter().flatten(),
    ))
}

/// A vector in a row or a column, at most so long, as a single column.
///
/// # Errors
/// If it is no vector, or too long: where and why.
pub fn vector(text: &str, length: usize) -> Result<Matrix, String> {
    let read = read(text)?;
    let lines = read.rows.len();
    // numpy breaks a long vector over lines; within one pair of brackets it is still a vector.
    let column = read.rows.iter().all(|row| row.len() == 1);
    if lines > 1 && !column && !read.wrapped {
        return Err(format!(
            "has {lines} rows; a vector is a single row or a single column"
        ));
    }
    let all: Vec<f64> = read.rows.into_iter().flatten().collect();
    if all.len() > length {
        return Err(format!(
            "has {}; at most {length} can be read",
            numbers(all.len())
        ));
    }
    Ok(Matrix::from_vec(all.len(), 1, all))
}

struct Read {
    /// At least one, none empty; perhaps of different lengths.
    rows: Rows,
    /// Lines without semicolons within a single pair of brackets.
    wrapped: bool,
}

fn read(text: &str) -> Result<Read, String> {
    let clean = numbers_of(text);
    // A tab at the edge is the edge of an empty cell.
    let text = clean.trim_matches(|c: char| c != '\t' && c.is_whitespace());
    let (factor, text) = factor(without_name(text));
    let called = call(text);
    let text = called.unwrap_or(text);
    if text.is_empty() {
        return Err(format!("is empty; {HOW}"));
    }
    let (mut rows, wrapped) = if let Some(quoted) = called.and_then(quoted) {
        (lines(quoted?)?, false)
    } else if text.starts_with(['[', '{', '(']) {
        bracketed(text, called.is_some())?
    } else {
        (lines(text)?, false)
    };
    if rows.is_empty() {
        return Err(format!("has no numbers; {HOW}"));
    }
    for (at, row) in rows.iter_mut().enumerate() {
        row.iter_mut().for_each(|x| *x *= factor);
        if row.iter().any(|x| !x.is_finite()) {
            return Err(format!(
                "row {} is too large with the factor {factor:e} before the matrix; {FINITE}",
                at + 1
            ));
        }
    }
    Ok(Read { rows, wrapped })
}

/// Without `M =` before it.
fn without_name(text: &str) -> &str {
    let after = text.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    let named = text.starts_with(|c: char| c.is_alphabetic());
    match after.trim_start().strip_prefix('=') {
        Some(rest) if named => rest.trim_start(),
        _ => text,
    }
}

/// MATLAB prints what all entries have in common once, on a line before them: `1.0e+03 *`. It may stand before a
/// bracket as well, but not before a number, where it might be meant for that one alone.
fn factor(text: &str) -> (f64, &str) {
    let whole = |rest: &str| {
        let next = rest.trim_start_matches([' ', '\t', '\r']);
        next.starts_with(['\n', '[', '{', '('])
    };
    let before = text.split_once('*').filter(|(_, rest)| whole(rest));
    match before.map(|(number, rest)| (value(number.trim()), rest)) {
        Some((Ok(factor), rest)) => (factor, rest.trim_start()),
        _ => (1.0, text),
    }
}

/// What stands in quotes, as `np.matrix('1 2; 3 4')` has it, with nothing but the end of the call after them.
fn quoted(text: &str) -> Option<Result<&str, String>> {
    let quote = text.chars().next().filter(|c| "'\"".contains(*c))?;
    let (inside, rest) = text.strip_prefix(quote)?.split_once(quote)?;
    Some(after(rest, true).map(|()| inside))
}

/// What stands in `array(…)` or `np.array(…)`, with what closes it.
fn call(text: &str) -> Option<&str> {
    let after = text.trim_start_matches(|c: char| c.is_alphanumeric() || "_.".contains(c));
    let called = text.starts_with(|c: char| c.is_alphabetic());
    let inside = after.strip_prefix('(').filter(|_| called)?;
    Some(inside.trim_start())
}

/// A text that begins with a bracket. Rows are the inner brackets, or what is parted by lines and semicolons.
fn bracketed(text: &str, called: bool) -> Result<(Rows, bool), String> {
    let mut rows = Rows::new();
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut nested = false;
    // From where on nothing has been read yet.
    let mut from = 0;
    for (at, c) in text.char_indices() {
        match c {
            '[' | '{' | '(' => {
                let between = text.get(from..at).unwrap_or("");
                if open.len() == 2 {
                    return Err("has brackets three deep; a matrix has two".to_string());
                }
                if open.len() == 1 {
                    gap(between, rows.len())?;
                    nested = true;
                }
                open.push((c, at));
                from = at + 1;
            }
            ']' | '}' | ')' => {
                let inside = text.get(from..at).unwrap_or("");
                from = at + 1;
                match open.pop() {
                    Some((opened, _)) if closes(opened) == c => {}
                    _ => return Err(format!("“{c}” closes no bracket, after {}", so_far(&rows))),
                }
                if open.len() == 1 {
                    let row = row(inside, rows.len())?;
                    if row.is_empty() {
                        return Err(format!("row {} is empty", rows.len() + 1));
                    }
                    rows.push(row);
                } else if nested {
                    gap(inside, rows.len())?;
                } else {
                    let inside = inside.trim_end();
                    rows = lines(&continued(inside.strip_suffix(',').unwrap_or(inside)))?;
                }
                if open.is_empty() {
                    after(text.get(from..).unwrap_or(""), called)?;
                    let parted = inside.contains(';');
                    return Ok((rows, !nested && !parted));
                }
            }
            _ => {}
        }
    }
    let opened = open.first().map_or('[', |(opened, _)| *opened);
    Err(format!(
        "the bracket “{opened}” is never closed, after {}; is the end missing?",
        so_far(&rows)
    ))
}

fn closes(opened: char) -> char {
    match opened {
        '[' => ']',
        '{' => '}',
        _ => ')',
    }
}

fn so_far(rows: &Rows) -> String {
    match rows.len() {
        1 => "1 row".to_string(),
        n => format!("{n} rows"),
    }
}

/// Between two rows in brackets.
fn gap(between: &str, rows: usize) -> Result<(), String> {
    let between = between.trim();
    if between.is_empty() || between == "," || between == ";" {
        return Ok(());
    }
    let shown = shortened(between);
    Err(match rows {
        0 => format!("“{shown}” stands before row 1, outside of its brackets"),
        n => format!("“{shown}” stands after row {n}, outside of its brackets"),
    })
}

/// What may follow the last bracket: a semicolon, and what ends a call: `, dtype=float32)`.
fn after(rest: &str, called: bool) -> Result<(), String> {
    let mut left = rest.trim().trim_end_matches(';').trim_end();
    if called {
        let Some(inside) = left.strip_suffix(')') else {
            return Err("the bracket “(” is never closed; is the end missing?".to_string());
        };
        left = inside.trim();
        if left.starts_with(',') && !left.contains(['[', '(', '{']) {
            left = "";
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let shown = shortened(left);
    Err(format!(
        "“{shown}” stands after the last bracket; leave it out"
    ))
}

/// With every line that ends in MATLAB's `...` and the next one as a single line. Where `...` stands elsewhere, a
/// printout was shortened.
fn continued(text: &str) -> Cow<'_, str> {
    if !text.contains("...") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let goes_on = line.trim_end().strip_suffix("...");
        match goes_on.filter(|begun| !begun.trim().is_empty()) {
            Some(begun) => out.extend([begun, " "]),
            None => out.extend([line, "\n"]),
        }
    }
    Cow::Owned(out)
}

fn numbers(n: usize) -> String {
    match n {
        1 => "1 number".to_string(),
        n => format!("{n} numbers"),
    }
}
