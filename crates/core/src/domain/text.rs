//! The one way in for every text that people type or paste: titles, options, answers of their own, questions, names,
//! messages, announcements. What is stored shows what it is: nothing invisible, nothing glued, nothing piled up.
//!
//! Texts that were stored before a rule was made are replayed as they are; only what comes in is cleaned.

mod alike;
mod chars;
mod roles;

pub use self::alike::{folded, plain_words};
use self::chars::Sort;
pub use self::roles::poses_as_one_of_the_house;
use super::plan::BadPlan;

/// Marks that may stand on one letter. Vietnamese needs two, some scripts three.
pub const MARKS_MAX: usize = 4;

/// One line that must show something. A line break is refused: in a form of several fields it is a slip.
///
/// # Errors
/// If it has several lines, shows nothing, or has more than `max` characters.
pub fn clean_line(field: &str, text: &str, max: usize) -> Result<String, BadPlan> {
    is_readable(field, text, max)?;
    if cleaned(text, Breaks::Kept).contains('\n') {
        return Err(BadPlan::new(field, "must be one line"));
    }
    clean_words(field, text, max)
}

/// Several lines, laid out as they are, or nothing at all.
///
/// # Errors
/// If it has more than `max` characters.
pub fn clean_text(field: &str, text: &str, max: usize) -> Result<String, BadPlan> {
    is_readable(field, text, max)?;
    at_most(field, cleaned(text, Breaks::Kept), max)
}

/// What someone says, in one line that must show something. Line breaks are blanks.
///
/// # Errors
/// If it shows nothing, or has more than `max` characters.
pub fn clean_words(field: &str, text: &str, max: usize) -> Result<String, BadPlan> {
    not_empty(field, clean_name(field, text, max)?)
}

/// As [`clean_words`], but it may be empty.
///
/// # Errors
/// If it has more than `max` characters.
pub fn clean_name(field: &str, text: &str, max: usize) -> Result<String, BadPlan> {
    is_readable(field, text, max)?;
    at_most(field, cleaned(text, Breaks::Blanks), max)
}

/// For texts with a layout of their own, such as tables: what shows nothing, or turns what stands beside it, and marks that
/// are piled up go; all else stays as it is.
pub fn without_the_unseen(text: &str) -> String {
    let mut marks = 0;
    let stays = |c: &char| match chars::sort(*c) {
        Sort::Nothing => false,
        Sort::Mark => {
            marks += 1;
            marks <= MARKS_MAX
        }
        Sort::Joiner | Sort::Selector => true,
        Sort::Ink | Sort::Break | Sort::Blank => {
            marks = chars::marks_within(*c);
            true
        }
    };
    text.chars().filter(stays).collect()
}

fn not_empty(field: &str, text: String) -> Result<String, BadPlan> {
    if text.is_empty() {
        return Err(BadPlan::new(field, "must not be empty"));
    }
    Ok(text)
}

/// What is read for so many characters that are kept: four bytes each, as much again of what is cleaned away, and some more.
/// A session's owner does the reading, and every vote waits for it.
fn is_readable(field: &str, text: &str, max: usize) -> Result<(), BadPlan> {
    let most = max.saturating_mul(8).saturating_add(4_096);
    if text.len() > most {
        let why = format!(
            "has {} bytes; {max} characters are allowed, and {most} bytes are read",
            text.len()
        );
        return Err(BadPlan::new(field, why));
    }
    Ok(())
}

fn at_most(field: &str, text: String, max: usize) -> Result<String, BadPlan> {
    let length = text.chars().count();
    if length > max {
        let why = format!("is {length} characters long; {max} are allowed");
        return Err(BadPlan::new(field, why));
    }
    Ok(text)
}

#[derive(Clone, Copy, PartialEq)]
enum Breaks {
    /// A paragraph: lines stay lines, and blanks as wide as they were.
    Kept,
    /// One line, with one blank between two words.
    Blanks,
}

/// The text as it is kept; empty if nothing of it can be seen.
fn cleaned(text: &str, breaks: Breaks) -> String {
    let is_plain =
        |byte: u8| matches!(byte, b' '..=b'~') || (byte == b'\n' && breaks == Breaks::Kept);
    if text.bytes().all(is_plain) && (breaks == Breaks::Kept || !text.contains("  ")) {
        return text.trim().to_string();
    }
    let mut text = text.replace("\r\n", "\n");
    // What is dropped can bring two characters together that are judged anew. Each round only takes away.
    loop {
        let next = swept(&text, breaks);
        if next == text {
            break;
        }
        text = next;
    }
    if text.chars().any(|c| chars::sort(c) == Sort::Ink) {
        text
    } else {
        String::new()
    }
}

fn swept(text: &str, breaks: Breaks) -> String {
    let mut out = Swept::default();
    let all: Vec<(char, Sort)> = text.chars().map(|c| (c, chars::sort(c))).collect();
    let neighbours = neighbours(&all);
    let all_chars: Vec<char> = all.iter().map(|(c, _)| *c).collect();
    let mut at = 0;
    while let Some(&(c, sort)) = all.get(at) {
        let rest = &all_chars[at + 1..];
        let after = neighbours[at];
        at += 1;
        match sort {
            Sort::Ink => {
                out.ink(c);
                let tags = chars::flag_tags(c, rest);
                out.text.extend(&rest[..tags]);
                at += tags;
            }
            Sort::Break | Sort::Blank => out.blank(c, breaks),
            Sort::Mark => out.mark(c),
            Sort::Joiner if chars::joins(out.text.chars().next_back(), c, after) => {
                out.text.push(c);
            }
            Sort::Selector if chars::selects(out.text.chars().next_back(), c, rest) => {
                out.text.push(c);
            }
            Sort::Joiner | Sort::Selector | Sort::Nothing => {}
        }
    }
    out.text.truncate(out.text.trim_end().len());
    out.text
}

/// What each stands beside: the next one that is not itself only there for its neighbours. Looked for from the end, so that a
/// thousand joiners are not a million looks.
fn neighbours(all: &[(char, Sort)]) -> Vec<Option<char>> {
    let mut next = None;
    let backwards = all.iter().rev().map(|(c, sort)| {
        let after = next;
        if !matches!(sort, Sort::Nothing | Sort::Joiner | Sort::Selector) {
            next = Some(*c);
        }
        after
    });
    let mut found: Vec<_> = backwards.collect();
    found.reverse();
    found
}

#[derive(Default)]
struct Swept {
    text: String,
    /// Marks on the last letter.
    marks: usize,
}

impl Swept {
    fn ink(&mut self, c: char) {
        self.text.push(c);
        self.marks = chars::marks_within(c);
    }

    /// A mark with no letter before it would stand on whatever is drawn beside the text.
    fn mark(&mut self, c: char) {
        let stands = self
            .text
            .chars()
            .next_back()
            .is_some_and(|c| !c.is_whitespace());
        if stands && self.marks < MARKS_MAX {
            self.text.push(c);
            self.marks += 1;
        }
    }

    fn blank(&mut self, c: char, breaks: Breaks) {
        let is_wanted = match breaks {
            Breaks::Kept => !self.text.is_empty(),
            Breaks::Blanks => !self.text.is_empty() && !self.text.ends_with(' '),
        };
        if is_wanted {
            let stays = breaks == Breaks::Kept && (c == '\n' || chars::is_space(c));
            self.text.push(if stays { c } else { ' ' });
        }
    }
}

#[cfg(test)]
mod tests;
