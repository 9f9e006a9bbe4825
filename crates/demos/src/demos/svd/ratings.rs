//! A table of ratings as people type it: a line of item names, then a line for each viewer with blanks.

use super::completion::Known;
use super::input::Fault;
use super::notation::{split, unquoted};
use super::parse::number;
use crate::linalg::Matrix;

pub const VIEWERS_MOST: usize = 30;
pub const ITEMS_MOST: usize = 12;
/// Ratings are from 0 to this.
const RATING_MOST: f64 = 100.0;

#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    pub items: Vec<String>,
    pub viewers: Vec<String>,
    /// Viewers × items; 0 where nothing is known.
    pub table: Matrix,
    pub known: Known,
}

/// Of lines such as `name: 5 . 3` or `name, 5, , 3`; a blank is `.`, `-`, `?` or nothing between commas.
///
/// # Errors
/// If it cannot be read, or is too small or too large to complete: where and why.
pub fn ratings(lines: &[String]) -> Result<Ratings, String> {
    let Some((head, lines)) = lines.split_first() else {
        return Err(
            "is empty; the first line has the items' names, each other one a viewer's ratings"
                .to_string(),
        );
    };
    let items = if head.contains([':', ',', '\t']) {
        named(head).1
    } else {
        cells(head)
    };
    if !(2..=ITEMS_MOST).contains(&items.len()) {
        return Err(format!(
            "has {} items in its first line; it must be 2 to {ITEMS_MOST}",
            items.len()
        ));
    }
    if !(2..=VIEWERS_MOST).contains(&lines.len()) {
        return Err(format!(
            "has {} viewers; it must be 2 to {VIEWERS_MOST}",
            lines.len()
        ));
    }
    let mut viewers = Vec::new();
    let mut values = Vec::new();
    for line in lines {
        let (name, cells) = named(line);
        if cells.len() != items.len() {
            let why = format!(
                "“{}” has {} ratings for {} items; write a point where there is none",
                short(&name),
                cells.len(),
                items.len()
            );
            return Err(why);
        }
        for cell in &cells {
            values.push(rating(cell).map_err(|why| format!("“{}”: {why}", short(&name)))?);
        }
        viewers.push(name);
    }
    let (n, p) = (viewers.len(), items.len());
    let known = Known::from_row_iterator(n, p, values.iter().map(Option::is_some));
    for (item, column) in items.iter().zip(known.column_iter()) {
        if !column.iter().any(|is| *is) {
            return Err(format!(
                "nobody has rated “{}”; give it a rating or leave it out",
                short(item)
            ));
        }
    }
    Ok(Ratings {
        items,
        viewers,
        table: Matrix::from_row_iterator(n, p, values.into_iter().map(Option::unwrap_or_default)),
        known,
    })
}

impl Ratings {
    /// With another row for the ratings in lines such as `item: 4`; as it was, if there are none.
    ///
    /// # Errors
    /// If an item is not in the table, or a rating cannot be read.
    pub fn with_mine(mut self, lines: &[String]) -> Result<Self, Fault> {
        if lines.is_empty() {
            return Ok(self);
        }
        let (n, p) = self.table.shape();
        self.table = self.table.insert_row(n, 0.0);
        self.known = self.known.insert_row(n, false);
        self.viewers.push("you".to_string());
        for line in lines {
            let fault = |why: String| Fault::new("mine", why);
            let Some((item, text)) = line.rsplit_once(':') else {
                return Err(fault(format!(
                    "“{}” is not written as “item: rating”",
                    short(line)
                )));
            };
            let same = |name: &String| name.to_lowercase() == item.trim().to_lowercase();
            let Some(place) = self.items.iter().position(same).filter(|place| *place < p) else {
                let why = format!(
                    "there is no item “{}”; there are {}",
                    short(item),
                    self.items.join(", ")
                );
                return Err(fault(why));
            };
            if let Some(rating) = rating(text.trim()).map_err(fault)? {
                self.table[(n, place)] = rating;
                self.known[(n, place)] = true;
            }
        }
        Ok(self)
    }

    /// The smallest and the largest known rating.
    pub fn scale(&self) -> (f64, f64) {
        let known = self
            .table
            .iter()
            .zip(self.known.iter())
            .filter(|(_, is)| **is);
        known.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (x, _)| {
            (low.min(*x), high.max(*x))
        })
    }
}

/// The name before the colon, or the first cell, and the cells after it.
fn named(line: &str) -> (String, Vec<String>) {
    let named = line
        .split_once(':')
        .filter(|(name, _)| !name.contains(['\t', ',', '"']));
    if let Some((name, rest)) = named {
        return (
            name.trim().to_string(),
            cells(rest.trim_start_matches([' ', '\t'])),
        );
    }
    let mut cells = cells(line);
    let name = if cells.is_empty() {
        String::new()
    } else {
        cells.remove(0)
    };
    (name, cells)
}

/// Parted by tabs, as spreadsheets do, by commas, or by spaces. Between tabs and between commas nothing is a blank.
fn cells(text: &str) -> Vec<String> {
    let by = |sign: char| {
        let cells = split(text, |c| c == sign).into_iter();
        cells.map(|cell| unquoted(cell.trim())).collect()
    };
    if text.contains('\t') {
        return by('\t');
    }
    if text.contains(',') {
        return by(',');
    }
    let words = split(text, char::is_whitespace).into_iter();
    words
        .map(|word| unquoted(&word))
        .filter(|word| !word.is_empty())
        .collect()
}

fn rating(cell: &str) -> Result<Option<f64>, String> {
    if matches!(cell, "" | "." | "-" | "–" | "—" | "−" | "?") {
        return Ok(None);
    }
    match number(cell) {
        Ok(rating) if (0.0..=RATING_MOST).contains(&rating) => Ok(Some(rating)),
        _ => Err(format!(
            "“{}” is no rating from 0 to {RATING_MOST}, nor a point for none",
            short(cell)
        )),
    }
}

fn short(text: &str) -> String {
    text.trim().chars().take(40).collect()
}
