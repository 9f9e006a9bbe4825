//! What kind of character it is, for a text that is to be shown.

use icu_properties::props::{
    CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji, ExtendedPictographic,
    GeneralCategory, Script,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Leaves something to see.
    Ink,
    /// Ends a line, as the return key does.
    Break,
    /// Keeps two words apart: blanks of all widths, tabs, what other programs break lines with.
    Blank,
    /// Stands on the letter before it.
    Mark,
    /// Joins the letters beside it, or keeps them from joining.
    Joiner,
    /// Chooses a form of the character before it.
    Selector,
    /// Shows nothing, or turns and hides the text around it.
    Nothing,
}

pub(super) fn sort(c: char) -> Sort {
    if (' '..='~').contains(&c) {
        return if c == ' ' { Sort::Blank } else { Sort::Ink };
    }
    match c {
        '\n' => Sort::Break,
        // Between records and fields of old files. PowerPoint's soft break is U+000B.
        '\t'..='\r' | '\u{1c}'..='\u{1f}' | '\u{85}' => Sort::Blank,
        // The blanks of Braille and of Egyptian.
        '\u{2800}' | '\u{13441}' | '\u{13442}' => Sort::Blank,
        '\u{200c}' | '\u{200d}' => Sort::Joiner,
        '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => {
            Sort::Selector
        }
        // A picture that was not copied along, a note head without ink.
        '\u{fffc}' | '\u{1d159}' => Sort::Nothing,
        c if c.is_whitespace() => Sort::Blank,
        c if shows_nothing(c) => Sort::Nothing,
        c if is_combining_mark(c) => Sort::Mark,
        _ => Sort::Ink,
    }
}

/// A blank of some width, and no sign that breaks a line or a column.
pub(super) fn is_space(c: char) -> bool {
    CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::SpaceSeparator
}

fn shows_nothing(c: char) -> bool {
    let is_no_character = matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe;
    is_no_character || is_ignorable(c) || {
        let category = CodePointMapData::<GeneralCategory>::new().get(c);
        category == GeneralCategory::Control
            || (category == GeneralCategory::Format && !is_sign_of_numbers(c))
    }
}

/// Unicode's own list of what is drawn as nothing: zero-width and direction signs, fillers, tags, soft hyphens.
pub(super) fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Format characters that are drawn: they stand around the digits that follow (Prepended_Concatenation_Mark).
fn is_sign_of_numbers(c: char) -> bool {
    matches!(
        c,
        '\u{600}'
            ..='\u{605}'
                | '\u{6dd}'
                | '\u{70f}'
                | '\u{890}'
                | '\u{891}'
                | '\u{8e2}'
                | '\u{110bd}'
                | '\u{110cd}'
    )
}

/// How many marks a letter brings along when it is taken apart: ế is e with two.
pub(super) fn marks_within(c: char) -> usize {
    let mut marks = 0;
    if !c.is_ascii() {
        decompose_canonical(c, |part| marks += usize::from(is_combining_mark(part)));
    }
    marks
}

/// Whether a joiner does something here: between pictures that make one, and between the letters of scripts that join.
pub(super) fn joins(before: Option<char>, joiner: char, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    let is_picture = |c| CodePointSetData::new::<ExtendedPictographic>().contains(c);
    let ends_picture = is_picture(before) || is_skin(before) || before == '\u{fe0f}';
    if joiner == '\u{200d}' && ends_picture && is_picture(after) {
        return true;
    }
    // A mark such as a vowel sign may stand on the letter before.
    let is_virama = CodePointMapData::<CanonicalCombiningClass>::new().get(before)
        == CanonicalCombiningClass::Virama;
    (is_virama || has_joints(before) || is_combining_mark(before)) && has_joints(after)
}

fn is_skin(c: char) -> bool {
    ('\u{1f3fb}'..='\u{1f3ff}').contains(&c)
}

/// Scripts whose letters change with their neighbours.
fn has_joints(c: char) -> bool {
    use Script as S;
    const JOINING: [Script; 24] = [
        S::Arabic,
        S::Syriac,
        S::Nko,
        S::Mandaic,
        S::Mongolian,
        S::PhagsPa,
        S::Adlam,
        S::HanifiRohingya,
        S::Devanagari,
        S::Bengali,
        S::Gurmukhi,
        S::Gujarati,
        S::Oriya,
        S::Tamil,
        S::Telugu,
        S::Kannada,
        S::Malayalam,
        S::Sinhala,
        S::Khmer,
        S::Myanmar,
        S::Tibetan,
        S::Balinese,
        S::Javanese,
        S::MeeteiMayek,
    ];
    JOINING.contains(&CodePointMapData::<Script>::new().get(c))
}

/// Whether a variation selector has a form to choose: of a picture, of a sign of mathematics, of a Chinese character, of a
/// Mongolian letter.
pub(super) fn selects(before: Option<char>, selector: char, rest: &[char]) -> bool {
    let Some(before) = before else {
        return false;
    };
    let script = || CodePointMapData::<Script>::new().get(before);
    match selector {
        '\u{180b}'..='\u{180f}' => script() == Script::Mongolian,
        '\u{fe0e}' | '\u{fe0f}' if matches!(before, '0'..='9' | '#' | '*') => {
            rest.first() == Some(&'\u{20e3}')
        }
        '\u{fe0e}' | '\u{fe0f}' => CodePointSetData::new::<Emoji>().contains(before),
        '\u{fe00}'..='\u{fe0d}' => {
            let category = CodePointMapData::<GeneralCategory>::new().get(before);
            category == GeneralCategory::MathSymbol || script() == Script::Han
        }
        _ => script() == Script::Han,
    }
}

/// How many of the characters that follow belong to a flag of England, Scotland or Wales. Other tags hide words.
pub(super) fn flag_tags(c: char, rest: &[char]) -> usize {
    if c != '\u{1f3f4}' {
        return 0;
    }
    let is_there = |name: &str| {
        let tags = name.bytes().map(|byte| 0xe0000 + u32::from(byte));
        let tags = tags.chain([0xe007f]);
        let given = rest.iter().take(name.len() + 1).map(|c| *c as u32);
        tags.eq(given)
    };
    let named = ["gbeng", "gbsct", "gbwls"]
        .into_iter()
        .find(|name| is_there(name));
    named.map_or(0, |name| name.len() + 1)
}
