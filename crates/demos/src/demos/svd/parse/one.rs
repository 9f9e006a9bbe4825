//! A single number as people write it.

use super::clean::{is_joining, numbers_of};

/// Characters of the input that a message repeats.
const SHOWN: usize = 24;
pub const FINITE: &str = "only finite numbers can be computed with";

/// Which sign stands before what is less than one; the other one may part thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    Point,
    Comma,
}

/// A single number: `-1.5`, `2e-3`, `1/3`, `12'000`.
///
/// # Errors
/// If it is no finite number.
pub fn number(text: &str) -> Result<f64, String> {
    let clean = numbers_of(text);
    let text = clean.trim();
    if text.is_empty() {
        return Err("is empty; write a number".to_string());
    }
    value(text).map_err(|why| format!("is “{}”: {why}", shortened(text)))
}

/// A number or a fraction, without space in it but between thousands; the decimal sign is a point.
pub fn value(word: &str) -> Result<f64, &'static str> {
    if word.contains(',') {
        return Err("a comma is no decimal sign here; write a point, as in 1.5");
    }
    value_by(word, Decimal::Point)
}

/// The same where it is known which sign is the decimal one.
pub fn value_by(word: &str, decimal: Decimal) -> Result<f64, &'static str> {
    let parsed = match word.split_once('/') {
        Some((above, below)) => match (plain(above, decimal), plain(below, decimal)) {
            (Some(_), Some(0.0)) => return Err("nothing can be divided by 0"),
            (Some(above), Some(below)) => Some(above / below),
            _ => None,
        },
        None => plain(word, decimal),
    };
    match parsed {
        Some(x) if x.is_finite() => Ok(x),
        Some(_) => Err(FINITE),
        None if word.contains(',') => {
            Err("its commas and points can be read in more than one way; write it as 1234.5")
        }
        None if word.contains("...") || word == "…" => {
            Err("the printout was shortened; print all of it")
        }
        None if word.ends_with('%') => {
            Err("a percent sign is no part of a number here; write 0.5 for 50 %")
        }
        None => Err("that is no number; write it as -1.5, 2e-3 or 1/3"),
    }
}

/// None if it is no number so. Thousands are parted by one and the same sign, in threes, and do not begin with a 0.
fn plain(word: &str, decimal: Decimal) -> Option<f64> {
    let (point, other) = match decimal {
        Decimal::Point => ('.', ','),
        Decimal::Comma => (',', '.'),
    };
    let parts = |c: char| c == '\'' || c == other || is_joining(c);
    let (whole, rest) = match word.find([point, 'e', 'E']) {
        Some(at) => word.split_at(at),
        None => (word, ""),
    };
    // Behind the decimal sign nothing is parted, and there is no second one.
    if rest.contains(parts) || rest.matches(point).count() > 1 {
        return None;
    }
    let joined = if whole.contains(parts) {
        thousands(whole, parts)?
    } else {
        whole.to_string()
    };
    (joined + &rest.replace(point, ".")).parse().ok()
}

fn thousands(whole: &str, parts: impl Fn(char) -> bool) -> Option<String> {
    let (sign, digits) = match whole.strip_prefix(['-', '+']) {
        Some(digits) => (&whole[..1], digits),
        None => ("", whole),
    };
    let mut signs = digits.chars().filter(|c| parts(*c));
    let first = signs.next()?;
    if signs.any(|sign| sign != first) {
        return None;
    }
    let mut groups = digits.split(first);
    let head = groups.next()?;
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let sound = (1..=3).contains(&head.len())
        && is_digits(head)
        && !head.starts_with('0')
        && groups.all(|group| group.len() == 3 && is_digits(group));
    sound.then(|| format!("{sign}{}", digits.replace(first, "")))
}

/// The decimal signs by which this is a number.
pub fn signs(word: &str) -> (bool, bool) {
    let by = |decimal| value_by(word, decimal).is_ok();
    (by(Decimal::Point), by(Decimal::Comma))
}

/// The beginning, without what a terminal or a page would not print.
pub fn shortened(text: &str) -> String {
    let printable = |c: char| {
        let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        if c.is_control() || turns { ' ' } else { c }
    };
    let mut shown: String = text.chars().take(SHOWN).map(printable).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
