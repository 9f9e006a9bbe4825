//! When two texts are the same to people: as names of options, and as words that a filter looks for.

use std::collections::HashMap;
use std::sync::LazyLock;

use caseless::Caseless;
use icu_properties::CodePointMapData;
use icu_properties::props::Script;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::chars::{Sort, is_ignorable, sort};
use super::{Breaks, cleaned};

/// The same for two spellings that people would call the same, or could not tell apart: compatibility forms, case, blanks,
/// dashes and quotation marks are folded, letters of other scripts are taken for the Latin ones that they look like.
pub fn folded(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        return words.join(" ").to_ascii_lowercase();
    }
    let seen = cleaned(text, Breaks::Blanks);
    let signs = seen.chars().map(plain_sign);
    let plain = signs.nfkc().default_case_fold().nfkc().map(plain_sign);
    // Some signs are a blank with a mark, taken apart.
    cleaned(&plain.collect::<String>(), Breaks::Blanks)
        .split_whitespace()
        .map(looked_at)
        .collect::<Vec<_>>()
        .join(" ")
}

/// One word, in Latin letters where every other letter of it looks like one, all of them in capitals or all in small
/// letters. So a word is taken for another whatever its case, and a word that has a letter of its own script stays itself.
fn looked_at(word: &str) -> String {
    let letters: Vec<char> = word.nfkd().filter(|c| !is_choice(*c)).collect();
    let written_in = |looks: fn(char) -> Option<char>| -> Option<String> {
        letters.iter().map(|c| latin(*c, looks)).collect()
    };
    written_in(in_capitals)
        .or_else(|| written_in(in_small))
        .unwrap_or_else(|| letters.iter().collect())
}

/// A heart is the same heart in text and in colour, a word the same with its letters joined. Pictures that are joined to
/// one, and flags that tags tell apart, are others.
fn is_choice(c: char) -> bool {
    is_ignorable(c) && !matches!(c, '\u{200d}' | '\u{e0020}'..='\u{e007f}')
}

/// Dashes and quotation marks as a keyboard has them.
fn plain_sign(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2bc}' | '\u{b4}' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '«' | '»' => '"',
        _ => c,
    }
}

type Looks = HashMap<String, char>;
static CAPITALS: LazyLock<Looks> = LazyLock::new(|| looks('A'..='Z'));
static SMALL: LazyLock<Looks> = LazyLock::new(|| looks('a'..='z'));

/// Latin letters by what they look like (UTS 39, confusables).
fn looks(letters: impl Iterator<Item = char>) -> Looks {
    letters.map(|letter| (skeleton(letter), letter)).collect()
}

fn skeleton(c: char) -> String {
    unicode_security::skeleton(c.encode_utf8(&mut [0; 4])).collect()
}

/// The small Latin letter whose capital looks like this one's.
fn in_capitals(c: char) -> Option<char> {
    let capital = c.to_uppercase().next()?;
    let latin = CAPITALS.get(&skeleton(capital))?;
    Some(latin.to_ascii_lowercase())
}

fn in_small(c: char) -> Option<char> {
    SMALL.get(&skeleton(c)).copied()
}

/// A letter of another script as a Latin one; marks, signs and Latin letters stay. None for a letter of its own looks.
fn latin(c: char, looks: fn(char) -> Option<char>) -> Option<char> {
    let script = CodePointMapData::<Script>::new().get(c);
    if c.is_ascii() || !c.is_alphabetic() || script == Script::Latin {
        Some(c)
    } else {
        looks(c)
    }
}

/// Latin letters that are drawn small, each before the letter that it is.
const SMALL_CAPITALS: &str = "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpꞯqʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz";

/// The letter that a sign is: white in a disc or a square, one of the two of a flag, a small capital. Unicode calls none of
/// these the same as the letter, and people read nothing else.
fn letter_of(c: char) -> char {
    let first = match c {
        '\u{1f150}'..='\u{1f169}' => 0x1f150,
        '\u{1f170}'..='\u{1f189}' => 0x1f170,
        '\u{1f1e6}'..='\u{1f1ff}' => 0x1f1e6,
        _ => {
            let mut signs = SMALL_CAPITALS.chars();
            let is_there = !c.is_ascii() && signs.any(|sign| sign == c);
            return signs.next().filter(|_| is_there).unwrap_or(c);
        }
    };
    let place = u8::try_from(u32::from(c) - first).unwrap_or(0);
    char::from(b'a' + place)
}

/// The words of a text as a filter compares them: without case, accents, signs and what cannot be seen, and with
/// letters that look alike taken for the same, within a script too (rn for m, 0 for o).
pub fn plain_words(text: &str) -> Vec<String> {
    let bare: String = folded(text)
        .nfkd()
        .filter(|c| matches!(sort(*c), Sort::Ink | Sort::Blank))
        .map(letter_of)
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
