//! A single number as people write it.

/// Characters of the input that a message repeats.
const SHOWN: usize = 24;
pub const FINITE: &str = "only finite numbers can be computed with";

/// A single number: `-1.5`, `2e-3`, `1/3`.
///
/// # Errors
/// If it is no finite number.
pub fn number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty; write a number".to_string());
    }
    value(text).map_err(|why| format!("is “{}”: {why}", shortened(text)))
}

/// A number or a fraction, without space in it.
pub fn value(word: &str) -> Result<f64, &'static str> {
    // Spreadsheets put numbers in quotes, and text processors make a minus or a dash of the hyphen.
    let word = word.trim_matches('"').replace(['−', '–'], "-");
    let parsed = match word.split_once('/') {
        Some((above, below)) => match (plain(above), plain(below)) {
            (Some(_), Some(0.0)) => return Err("nothing can be divided by 0"),
            (Some(above), Some(below)) => Some(above / below),
            _ => None,
        },
        None => plain(&word),
    };
    match parsed {
        Some(x) if x.is_finite() => Ok(x),
        Some(_) => Err(FINITE),
        None if word.contains(',') => {
            Err("a comma is no decimal sign here; write a point, as in 1.5")
        }
        None if word.contains("...") || word == "…" => {
            Err("the printout was shortened; print all of it")
        }
        None => Err("that is no number; write it as -1.5, 2e-3 or 1/3"),
    }
}

fn plain(word: &str) -> Option<f64> {
    word.parse().ok()
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
