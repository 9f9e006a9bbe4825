//! Signs that word processors and web pages put in place of those that TOML knows. The parser's words would not help
//! those who cannot see the difference.

/// The first such sign of a line outside of its texts, as a byte offset, and what to do about it.
pub(super) fn odd(line: &str) -> Option<(usize, String)> {
    let mut inside: Option<char> = None;
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        match inside {
            Some('"') if c == '\\' => {
                chars.next();
            }
            Some(quote) if c == quote => inside = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => inside = Some(c),
            None if c == '#' => return None,
            None => {
                if let Some(why) = advice(c) {
                    return Some((at, why));
                }
            }
        }
    }
    None
}

fn advice(c: char) -> Option<String> {
    let straight = |what: &str, right: &str| Some(format!("{what} “{c}” here; write {right}"));
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂' | '‘' | '’' | '‚' | '‛' | '‹' | '›'
        | '′' | '`' | '´' | '＇' | '「' | '」' | '『' | '』' => Some(format!(
            "typographic quotes ({c}) here; use \" before and after the text"
        )),
        '\u{a0}' | '\u{202f}' | '\u{2007}' => {
            Some("there is a no-break space here; write a plain one".to_string())
        }
        '\u{feff}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2060}'
        | '\u{ad}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => Some(
            "there is a sign here that shows nothing; take it out, or write the line anew"
                .to_string(),
        ),
        '–' | '—' | '‐' | '‑' | '‒' | '−' | '－' => {
            straight("a typographic dash", "-")
        }
        '＝' => straight("a wide sign", "="),
        '［' | '【' | '〔' => straight("a wide bracket", "["),
        '］' | '】' | '〕' => straight("a wide bracket", "]"),
        '｛' => straight("a wide bracket", "{"),
        '｝' => straight("a wide bracket", "}"),
        '，' | '、' | '；' | '٬' | '،' => straight("another comma", ","),
        '．' | '。' => straight("a wide full stop", "."),
        '…' => straight("three dots in one sign", "nothing in its place"),
        '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => Some(
            "the line is broken by a sign of a word processor here; press return in its place"
                .to_string(),
        ),
        c if c.is_whitespace() && !c.is_ascii() => {
            Some("there is a space of another width here; write a plain one".to_string())
        }
        c if c.is_alphanumeric() && unwide(c) != c => straight("a wide letter", "it plainly"),
        _ => None,
    }
}

/// Letters and digits as wide as Chinese ones.
fn unwide(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The parser's words in ours, where a slip is common.
pub(super) fn in_our_words(message: &str, line: &str) -> String {
    let line = line.trim();
    let has = |part: &str| message.contains(part);
    let value = line
        .split_once('=')
        .map_or("", |(_, value)| value.trim_start());
    // A text without quotes is read as whatever begins with its letter: true, false, inf, nan.
    let word: &str = value.split([' ', '\t', '#']).next().unwrap_or_default();
    let is_word =
        value.starts_with(char::is_alphabetic) && !matches!(word, "true" | "false" | "inf" | "nan");
    if has("string values must be quoted") || is_word {
        return "a text stands in quotation marks, as in title = \"Tea\"".to_string();
    }
    if has("key with no value") || (has("expected `=`") && line.contains(':')) {
        let colon = line
            .split_once(':')
            .is_some_and(|(key, _)| !key.contains(['"', '=', ' ']));
        if colon {
            return "a field is written with =, not with a colon, as in title = \"Tea\""
                .to_string();
        }
    }
    message.to_string()
}
