//! What people type, made fit to be shown: nothing invisible, nothing that turns or piles up on other text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::plan::{BadPlan, clean_text, is_trick};

/// Signs that may stand on one letter. Vietnamese needs two, some scripts three.
const MARKS_MAX: usize = 4;

/// One line of what someone says: blanks run together, invisible characters gone, not empty.
pub fn clean_words(field: &str, text: &str, max: usize) -> Result<String, BadPlan> {
    let seen = seen(text);
    let words = clean_text(field, &seen, max)?;
    if !words.chars().any(is_seen) {
        return Err(BadPlan::new(field, "must not be empty"));
    }
    Ok(words)
}

/// As [`clean_words`], but it may be empty.
pub fn clean_name(field: &str, text: &str, max: usize) -> Result<String, BadPlan> {
    let seen = seen(text);
    if !seen.chars().any(is_seen) {
        return Ok(String::new());
    }
    clean_text(field, &seen, max)
}

fn seen(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(8_192));
    let mut marks = 0;
    for c in text.chars() {
        if is_filler(c) || (is_trick(c) && !c.is_whitespace()) {
            continue;
        }
        let c = if c.is_whitespace() { ' ' } else { c };
        if c == ' ' && (out.is_empty() || out.ends_with(' ')) {
            continue;
        }
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks <= MARKS_MAX {
            out.push(c);
        }
    }
    out
}

/// Shows nothing, whatever stands around it. Joiners and variation selectors stay: scripts and emoji need them.
fn is_filler(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a character leaves ink.
fn is_seen(c: char) -> bool {
    !c.is_whitespace()
        && !c.is_control()
        && !is_filler(c)
        && !is_combining_mark(c)
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}

/// The words of a text as a filter compares them: without case, accents, signs and what cannot be seen, and with
/// letters that look alike taken for the same (UTS 39, confusables).
pub fn plain_words(text: &str) -> Vec<String> {
    let bare: String = text
        .nfkd()
        .filter(|c| is_seen(*c) || c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    unicode_security::skeleton(&bare)
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_string)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_not_there() {
        let clean = |text: &str| clean_words("text", text, 100);
        for empty in [
            "",
            " \n ",
            "\u{200b}\u{200d}",
            "\u{3164}",
            "\u{202e}\u{202c}",
            "\u{fe0f}",
            "\u{301}\u{301}",
            "\u{e0041}",
        ] {
            assert!(clean(empty).is_err(), "{empty:?}");
            assert_eq!(
                clean_name("name", empty, 10),
                Ok(String::new()),
                "{empty:?}"
            );
        }
        assert_eq!(
            clean("  a\u{202e}b \n\n c\u{200b} "),
            Ok("ab c".to_string())
        );
        assert_eq!(clean("👩\u{200d}🔬 ?"), Ok("👩\u{200d}🔬 ?".to_string()));
        assert_eq!(clean("می\u{200c}خواهم"), Ok("می\u{200c}خواهم".to_string()));
        let piled = format!("a{}b", "\u{301}".repeat(50));
        assert_eq!(clean(&piled), Ok(format!("a{}b", "\u{301}".repeat(4))));
        assert!(clean(&"x".repeat(101)).unwrap_err().why.contains("101"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]
        #[test]
        fn clean_words_are_clean(text in "[a \u{7f}\u{85}\u{200b}\u{301}\u{2028}\u{ad}\u{feff}\u{202e}\\n\\t\\PC]{0,30}") {
            if let Ok(once) = clean_words("text", &text, 100) {
                proptest::prop_assert!(!once.contains("  "), "{once:?}");
                proptest::prop_assert_eq!(clean_words("text", &once, 100), Ok(once));
            }
        }
    }

    #[test]
    fn a_filter_sees_through_spelling() {
        assert_eq!(plain_words("Ｂàd-W\u{200d}ord!"), ["bad", "word"]);
    }
}
