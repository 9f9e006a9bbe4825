//! What is wrong with a sheet, and where. Everything is collected, so that a host mends a file in one go.

use std::fmt;

use crate::domain::text::clean_text;

use super::SHEET_MAX_BYTES;

/// Past this many the rest is not worth reading, and a hostile file must not make a long list.
const KEPT_MAX: usize = 100;

/// One fault of a sheet, worded for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// Whose fault it is, such as `poll “framework”, max`; empty if it is the file's own.
    pub field: String,
    pub why: String,
    /// What was probably meant.
    pub nearest: Option<String>,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        f.write_str(&self.why)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean “{nearest}”?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Complaint {}

/// The complaints about one file so far.
pub(super) struct Complaints<'a> {
    file: &'a str,
    text: &'a str,
    line_starts: Vec<usize>,
    found: usize,
    kept: Vec<Complaint>,
}

impl<'a> Complaints<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        // An over-large text is refused as a whole; nobody will ask for its lines.
        let lines = if text.len() <= SHEET_MAX_BYTES {
            text
        } else {
            ""
        };
        let line_starts = std::iter::once(0)
            .chain(lines.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self {
            file,
            text,
            line_starts,
            found: 0,
            kept: Vec::new(),
        }
    }

    /// `at` is a byte offset into the text; one past its end means its last line.
    pub fn add(&mut self, at: usize, field: &str, why: &str, nearest: Option<String>) {
        self.found += 1;
        if self.kept.len() >= KEPT_MAX {
            return;
        }
        let (line, column) = self.place(at);
        self.kept.push(Complaint {
            file: self.file.to_string(),
            line,
            column,
            field: printable(field),
            why: printable(why),
            nearest: nearest.map(|name| printable(&name)),
        });
    }

    /// How many there were, those past the limit included.
    pub fn found(&self) -> usize {
        self.found
    }

    pub fn line(&self, at: usize) -> usize {
        // The first start is 0, so at least one is not past `at`.
        self.line_starts.partition_point(|start| *start <= at)
    }

    pub fn in_order(mut self) -> Vec<Complaint> {
        self.kept
            .sort_by_key(|complaint| (complaint.line, complaint.column));
        self.kept
    }

    fn place(&self, at: usize) -> (usize, usize) {
        let line = self.line(at);
        let start = self.line_starts[line - 1];
        let before = self.text.get(start..at).unwrap_or("");
        // A byte order mark takes no column in any editor.
        let marks = usize::from(start == 0 && before.starts_with('\u{feff}'));
        (line, before.chars().count() - marks + 1)
    }
}

/// Complaints quote the file and end in terminals: no escape sequences, no turned text, one line.
fn printable(text: &str) -> String {
    clean_text("", text, usize::MAX)
        .unwrap_or_default()
        .replace('\n', " ")
}

/// At most 40 characters of what was written, for a complaint that names it.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The right name that `written` is most like, if it is like one at all.
pub(super) fn nearest<'n>(
    written: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    let written = written.to_lowercase();
    let length = written.chars().count();
    // Nobody means a short name by a long text, and comparing takes time.
    if length > 80 {
        return None;
    }
    names
        .into_iter()
        .filter_map(|name| {
            let slips = strsim::osa_distance(&written, &name.to_lowercase());
            let part = length >= 4 && (name.contains(&written) || written.contains(name));
            (slips <= (length / 3).max(1) || part).then_some((slips, name))
        })
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, name)| name.to_string())
}
