//! Texts as they are pasted, brought to one form before anything is read of them: one kind of line end, no marks that
//! nobody sees, one kind of digit.

use salon_core::domain::text::without_the_unseen;
use unicode_normalization::UnicodeNormalization;

/// Words, before any reading: what shows nothing, turns the text beside it or is piled up on a letter is gone, and every way
/// to end a line is `\n` (a lone carriage return too, as old spreadsheets write it).
pub fn lines_of(text: &str) -> String {
    brought_to_one_form(&without_the_unseen(text))
}

/// The same of numbers: full-width and Arabic digits and signs are those of ASCII, a dash that stands for a minus is one. Of
/// what shows nothing only that is taken away which spreadsheets and editors put beside numbers; what turns digits around
/// is no number.
pub fn numbers_of(text: &str) -> String {
    brought_to_one_form(text).chars().map(plain).collect()
}

fn brought_to_one_form(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut all = text.chars().peekable();
    while let Some(c) = all.next() {
        match c {
            '\r' => {
                if all.peek() != Some(&'\n') {
                    clean.push('\n');
                }
            }
            '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => clean.push('\n'),
            // Byte order mark, spaces without width, marks of the direction that spreadsheets put beside numbers.
            '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{200e}' | '\u{200f}' => {}
            _ => clean.push(c),
        }
    }
    // A letter with its accent is one, whatever system the text comes from.
    clean.nfc().collect()
}

fn plain(c: char) -> char {
    match c {
        // Full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '、' => ',',
        '٠'..='٩' => digit(c, '٠'),
        '۰'..='۹' => digit(c, '۰'),
        '٫' => '.',
        // Thousands.
        '٬' | '’' | 'ʼ' => '\'',
        '−' | '–' | '‒' | '‐' | '‑' | '﹣' => '-',
        _ => c,
    }
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

/// A space that does not break a line, as many languages put it between thousands.
pub fn is_joining(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}')
}

/// A space that parts numbers.
pub fn is_parting(c: char) -> bool {
    c.is_whitespace() && !is_joining(c)
}
