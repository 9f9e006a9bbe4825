//! Rows of numbers, parted by tabs, commas, semicolons or spaces. What can be read in two ways is refused with its place:
//! a number that is taken for another is worse than none.

use super::clean::{is_joining, is_parting};
use super::one::{Decimal, shortened, signs, value, value_by};

pub type Rows = Vec<Vec<f64>>;

/// What stands in quotes is kept from being parted: its signs travel as characters that no text has.
const MASKED: [(char, char); 3] = [(',', '\u{fdd0}'), (';', '\u{fdd1}'), (' ', '\u{fdd2}')];

/// Rows by lines and semicolons.
pub fn lines(text: &str) -> Result<Rows, String> {
    let text = joined(&masked(text)?)?;
    let has = |sign: char| text.contains(sign);
    // A comma before a space parts numbers whatever else there is; the tab is then a space like any other.
    let spaced = has(',') && commas(&text).all(|(_, after)| after.is_none_or(is_parting));
    let tabs = has('\t') && !spaced;
    let trim = |line: &'_ str| -> usize {
        line.trim_start_matches(|c| c != '\t' && is_parting(c))
            .len()
    };
    let mut lines = Vec::new();
    for line in text.split('\n') {
        // A tab at an edge is the edge of an empty cell.
        let line = if tabs {
            line[line.len() - trim(line)..].trim_end_matches(|c| c != '\t' && is_parting(c))
        } else {
            line.trim()
        };
        let line = line.trim_end_matches(';');
        let line = if tabs { line } else { line.trim() };
        if !line.is_empty() {
            lines.push(line);
        }
    }
    let within = lines.len() > 1 && lines.iter().any(|line| line.contains(';'));
    let heading = lines.len() > 1;
    if tabs {
        if lines.iter().any(|line| line.contains(';')) {
            return Err("has tabs and semicolons: part numbers by one of them".to_string());
        }
        return cells(&lines, '\t', heading);
    }
    // A comma in quotes is within a cell, so that cells are what another sign parts.
    if has(MASKED[0].1) {
        return cells(&lines, if has(';') { ';' } else { ',' }, heading);
    }
    let single = |line: &&str| {
        line.split(';').all(|cell| {
            cell.split(is_parting)
                .filter(|word| !word.is_empty())
                .count()
                < 2
        })
    };
    if within && has(',') {
        return with_commas(&lines, single);
    }
    if within && lines.iter().all(single) {
        return cells(&lines, ';', heading);
    }
    let parts: Vec<&str> = lines.iter().flat_map(|line| line.split(';')).collect();
    european(&parts)?;
    let mut rows = Rows::new();
    for part in parts {
        let row = row_of(part, rows.len(), heading)?;
        if row.is_empty() {
            return Err(format!("row {} is empty", rows.len() + 1));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Lines with semicolons and commas in them: cells with decimal commas, if rows of numbers parted by commas cannot be
/// meant as well.
fn with_commas(lines: &[&str], single: impl Fn(&&str) -> bool) -> Result<Rows, String> {
    let cells = lines.iter().all(single).then(|| cells(lines, ';', true));
    let parts = lines.iter().flat_map(|line| line.split(';'));
    let counts: Vec<usize> = parts.map(|part| part.split(',').count()).collect();
    let rows = counts.windows(2).all(|pair| pair[0] == pair[1]);
    match cells {
        Some(Ok(cells)) if !rows && cells.windows(2).all(|pair| pair[0].len() == pair[1].len()) => {
            Ok(cells)
        }
        _ => Err(
            "has commas and semicolons within its lines: if the comma is a decimal sign, write a point; \
             if it parts numbers, give every row a line and leave semicolons out"
                .to_string(),
        ),
    }
}

/// The numbers of a row; in brackets it may go over lines and end with a comma.
pub fn row(text: &str, at: usize) -> Result<Vec<f64>, String> {
    let text = masked(text.trim())?;
    let text = text.strip_suffix(',').unwrap_or(&text);
    row_of(&joined(text)?, at, false)
}

fn row_of(text: &str, at: usize, heading: bool) -> Result<Vec<f64>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let (row, mut read) = (at + 1, Vec::new());
    let glued = text.contains(',')
        && commas(text).any(|(before, after)| {
            before.is_some_and(|c| !is_parting(c)) && after.is_some_and(|c| !is_parting(c))
        });
    let spaced = commas(text).any(|(_, after)| after.is_some_and(is_parting));
    let pieces: Vec<&str> = text.split(',').map(str::trim).collect();
    for (place, piece) in pieces.iter().enumerate() {
        let before = read.len();
        let words: Vec<&str> = piece
            .split(is_parting)
            .filter(|word| !word.is_empty())
            .collect();
        if glued && words.len() > 1 {
            return Err(format!(
                "row {row}, column {} is near “{}”: commas within numbers and spaces between them can be read in two ways; \
                 write a point as the decimal sign, or a space after every comma",
                before + 1,
                shortened(text)
            ));
        }
        for word in words {
            let number = one(word, row, read.len() + 1, heading, value(&unmasked(word)))?;
            read.push(number);
        }
        if read.len() == before {
            return Err(empty(row, before + 1));
        }
        if let Some(next) = pieces.get(place + 1)
            && are_thousands(piece, next, spaced)
            && glued
        {
            return Err(format!(
                "row {row}, column {} is “{piece},{next}”: that may be one number or two; write a number without commas, \
                 and a space after a comma that parts two",
                read.len()
            ));
        }
    }
    Ok(read)
}

/// Whether these two beside a comma look like one number whose thousands it parts: no number of its own begins with a 0
/// before other digits, and where other commas have a space behind them this one is not like them.
fn are_thousands(before: &str, after: &str, spaced: bool) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let head = before.trim_start_matches(['-', '+']);
    let whole = after.split('.').next().unwrap_or("");
    let alike = digits(head)
        && head.len() <= 3
        && !head.starts_with('0')
        && digits(whole)
        && whole.len() == 3;
    alike && (spaced || whole.starts_with('0'))
}

/// A text each row of which is one number as half of Europe writes it, `1.234,5`, may be two columns of another half.
fn european(parts: &[&str]) -> Result<(), String> {
    let is_one = |part: &&str| {
        let part = part.trim();
        part.matches(',').count() == 1 && part.contains('.') && signs(part) == (false, true)
    };
    match parts.first() {
        Some(first) if parts.iter().all(is_one) => Err(format!(
            "row 1, column 1 is “{}”: that may be one number or two; write it as 1234.5, or with a space after the comma",
            shortened(first.trim())
        )),
        _ => Ok(()),
    }
}

/// Each cell is one number. A comma in one is part of the number, and all cells agree on what it means.
fn cells(lines: &[&str], by: char, heading: bool) -> Result<Rows, String> {
    let table: Vec<Vec<String>> = lines
        .iter()
        .map(|line| line.split(by).map(|cell| unmasked(cell.trim())).collect())
        .collect();
    let decimal = decimal_of(&table)?;
    let mut rows = Rows::new();
    for (at, line) in table.iter().enumerate() {
        let mut row = Vec::new();
        for word in line {
            if word.is_empty() {
                return Err(empty(at + 1, row.len() + 1));
            }
            let found = match decimal {
                Some(decimal) => value_by(word, decimal),
                None => value(word),
            };
            row.push(one(word, at + 1, row.len() + 1, heading, found)?);
        }
        rows.push(row);
    }
    Ok(rows)
}

/// None where no cell has a comma.
fn decimal_of(table: &[Vec<String>]) -> Result<Option<Decimal>, String> {
    let all = || {
        let rows = (1..).zip(table);
        rows.flat_map(|(row, cells)| {
            (1..)
                .zip(cells)
                .map(move |(column, cell)| (row, column, cell.as_str()))
        })
    };
    let Some((row, column, first)) = all().find(|(_, _, cell)| cell.contains(',')) else {
        return Ok(None);
    };
    let only = |wanted: (bool, bool)| all().find(|(_, _, cell)| signs(cell) == wanted);
    match (only((true, false)), only((false, true))) {
        (Some(_), None) => Ok(Some(Decimal::Point)),
        (None, Some(_)) => Ok(Some(Decimal::Comma)),
        (Some((_, _, point)), Some((row, column, comma))) => Err(format!(
            "row {row}, column {column} is “{}”, with a comma as the decimal sign, and elsewhere there is “{}”, with a point: \
             write all with a point",
            shortened(comma),
            shortened(point)
        )),
        (None, None) => Err(format!(
            "row {row}, column {column} is “{}”: the comma may part thousands or be the decimal sign; write it without, or \
             with a point",
            shortened(first)
        )),
    }
}

fn one(
    word: &str,
    row: usize,
    column: usize,
    heading: bool,
    found: Result<f64, &'static str>,
) -> Result<f64, String> {
    found.map_err(|why| {
        let names = row == 1 && heading && word.chars().any(char::is_alphabetic);
        let more = if names {
            "; a line of headings is to be left out"
        } else {
            ""
        };
        format!(
            "row {row}, column {column} is “{}”: {why}{more}",
            shortened(&unmasked(word))
        )
    })
}

fn empty(row: usize, column: usize) -> String {
    format!("row {row}, column {column} is empty; write a number there, 0 if it is nothing")
}

/// Each comma with what stands before and after it.
fn commas(text: &str) -> impl Iterator<Item = (Option<char>, Option<char>)> {
    text.match_indices(',').map(|(at, _)| {
        let after = text.get(at + 1..).unwrap_or("").chars().next();
        (text.get(..at).unwrap_or("").chars().next_back(), after)
    })
}

/// Double quotes go, and what is in them stays together: `"1,5"` is one cell. Two in a row are one (RFC 4180).
fn masked(text: &str) -> Result<String, String> {
    if !text.contains('"') {
        return Ok(text.to_string());
    }
    let mut out = String::with_capacity(text.len());
    let (mut inside, mut row) = (false, 1);
    let mut all = text.chars().peekable();
    while let Some(c) = all.next() {
        let next = all.peek().copied();
        match c {
            '"' if inside && next == Some('"') => {
                all.next();
                out.push(c);
            }
            '"' => {
                let before = out.chars().next_back();
                let parts = |c: Option<char>| c.is_none_or(|c| is_parting(c) || ",;".contains(c));
                if !(inside && parts(next) || !inside && parts(before)) {
                    return Err(format!(
                        "row {row} has a quote within a number; leave quotes out"
                    ));
                }
                inside = !inside;
            }
            '\n' if inside => return Err(format!("row {row} has a quote that is never closed")),
            '\n' => {
                row += 1;
                out.push(c);
            }
            _ if inside => {
                let kept = MASKED.iter().find(|(sign, _)| *sign == c);
                out.push(kept.map_or(c, |(_, masked)| *masked));
            }
            _ => out.push(c),
        }
    }
    if inside {
        return Err(format!("row {row} has a quote that is never closed"));
    }
    Ok(out)
}

fn unmasked(word: &str) -> String {
    MASKED
        .iter()
        .fold(word.to_string(), |word, (sign, masked)| {
            word.replace(*masked, &sign.to_string())
        })
        .trim()
        .to_string()
}

/// Spaces that do not break part thousands, or they are spaces like any other: which of both is known from the numbers.
fn joined(text: &str) -> Result<String, String> {
    if !text.contains(is_joining) {
        return Ok(text.to_string());
    }
    let parting = |c: char| is_parting(c) || c == ';';
    let trimmed = |word: &'_ str| word.trim_matches(|c| is_joining(c) || c == ',').to_string();
    let words = || {
        text.split(parting)
            .map(trimmed)
            .filter(|word| word.contains(is_joining))
    };
    let is_one = |word: &String| {
        let (point, comma) = signs(word);
        point || comma
    };
    let spaces = || text.replace(is_joining, " ");
    if !words().any(|word| is_one(&word)) {
        return Ok(spaces());
    }
    let said = |word: String| {
        Err(format!(
            "“{}” may be one number or more: the space in it is one that does not break; write a number without spaces",
            shortened(&word)
        ))
    };
    if let Some(other) = words().find(|word| !is_one(word)) {
        return said(other);
    }
    // Numbers that nothing else parts may be parted by it.
    let mut lines = text.split('\n').map(|line| line.trim_matches(parting));
    if !lines.any(|line| line.contains(parting)) {
        return said(words().next().unwrap_or_default());
    }
    let edges = text.split('\n').map(|line| {
        let cells = line.split('\t').map(|cell| cell.trim_matches(is_joining));
        cells.collect::<Vec<_>>().join("\t")
    });
    Ok(edges.collect::<Vec<_>>().join("\n"))
}
