//! The join code of a session, as people type, dictate and paste it: alone, in quotes, at a sentence's end, in a link.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use url::form_urlencoded;

use super::{BadId, ChannelId};

/// Letters and digits that are told apart when read aloud or from the back row: no 0/O, 1/I/L, U.
pub const CODE_ALPHABET: &[u8] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Of what was pasted, no more than this is looked at.
const PASTED_MAX: usize = 400;

/// The join code of a session: what the audience types.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SessionCode(String);

impl SessionCode {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Six characters picked by `random`, which gives a number below its argument.
    pub fn generate(mut random: impl FnMut(usize) -> usize) -> Self {
        Self(
            (0..6)
                .map(|_| char::from(CODE_ALPHABET[random(CODE_ALPHABET.len())]))
                .collect(),
        )
    }
}

impl FromStr for SessionCode {
    type Err = BadId;

    /// Forgiving: case and width of letters, signs before and behind, and what only parts or decorates a code within
    /// do not matter.
    fn from_str(text: &str) -> Result<Self, BadId> {
        let text: String = text.nfkc().take(PASTED_MAX).collect();
        let inner = text.trim_matches(|c: char| !c.is_alphanumeric());
        let mut code = String::new();
        for c in inner.chars().filter(|c| !parts_only(*c)) {
            let upper = c.to_ascii_uppercase();
            if !upper.is_ascii() || !CODE_ALPHABET.contains(&(upper as u8)) {
                return Err(BadId(format!(
                    "{} is never part of a code: codes have no 0, 1, I, L, O or U and no other signs",
                    named(c)
                )));
            }
            code.push(upper);
        }
        if !(4..=10).contains(&code.len()) {
            return Err(BadId("a code has 4 to 10 letters and digits".to_string()));
        }
        Ok(Self(code))
    }
}

impl TryFrom<String> for SessionCode {
    type Error = BadId;
    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<SessionCode> for String {
    fn from(code: SessionCode) -> String {
        code.0
    }
}

impl fmt::Display for SessionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Spaces, dashes, dots and what cannot be seen: people and programs put them between letters to be read, not typed.
fn parts_only(c: char) -> bool {
    let dash = matches!(
        c,
        '-' | '_' | '~' | '\u{58a}' | '\u{5be}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{301c}'
                | '\u{30fb}'
                | '\u{fe58}'
                | '\u{fe63}'
    );
    let dot = matches!(
        c,
        '.' | '#' | '\u{b7}' | '\u{2022}' | '\u{2027}' | '*' | '`'
    );
    dash || dot || c.is_whitespace() || unseen(c)
}

/// Characters that take no ink: controls, joiners, marks of direction, fillers, tags.
fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A character so that it is known which one is meant, also where it looks like another or like nothing.
fn named(c: char) -> String {
    if unseen(c) || c.is_whitespace() {
        format!("The invisible U+{:04X}", c as u32)
    } else if c.is_ascii() {
        format!("“{c}”")
    } else {
        format!("“{c}” (U+{:04X})", c as u32)
    }
}

/// What was typed, with everything that cannot be seen written out.
pub fn visible(text: &str, max: usize) -> String {
    let mut shown = String::new();
    for (place, c) in text.trim().chars().enumerate() {
        if place == max {
            shown.push('…');
            break;
        }
        if unseen(c) || (c.is_whitespace() && c != ' ') {
            shown.push_str(&format!("⟨U+{:04X}⟩", c as u32));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The channel that a link names, however it was pasted; what is none of ours is as if it were not there.
pub fn channel_named(text: &str) -> Option<ChannelId> {
    let text: String = text.nfkc().filter(|c| !unseen(*c)).collect();
    let text = text.to_lowercase();
    text.trim_matches(|c: char| !c.is_alphanumeric())
        .parse()
        .ok()
}

/// A code as it arrives in one field: alone, or inside of a link of any of our pages, with the link's channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    pub code: SessionCode,
    pub via: Option<ChannelId>,
}

/// First parts of our addresses that a code follows.
const BEFORE_A_CODE: [&str; 9] = [
    "stage", "speaker", "host", "walk", "qr", "ws", "runs", "api", "join",
];

impl FromStr for Pasted {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let text: String = text
            .nfkc()
            .filter(|c| c.is_whitespace() || !unseen(*c))
            .take(PASTED_MAX)
            .collect();
        // A whole invitation may have been pasted; the link in it is what counts.
        let link = text
            .split_whitespace()
            .find(|word| word.contains("://"))
            .or_else(|| {
                let inner = text.trim_matches(|c: char| !c.is_alphanumeric());
                inner.contains(['/', '?']).then_some(inner)
            });
        if let Some(link) = link {
            return of_link(link);
        }
        let code = text.parse::<SessionCode>().or_else(|bad| {
            let mut found = text.split_whitespace().filter_map(|word| word.parse().ok());
            match (found.next(), found.next()) {
                (Some(code), None) => Ok(code),
                _ => Err(bad),
            }
        })?;
        Ok(Self { code, via: None })
    }
}

fn of_link(link: &str) -> Result<Pasted, BadId> {
    let (has_host, rest) = match link.split_once("://") {
        Some((_, rest)) => (true, rest),
        None => (false, link),
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parts = path.split('/').filter(|part| !part.is_empty()).peekable();
    // A host without a scheme has a dot or a port in it, which no part of our paths has.
    let host = |part: &&str| part.contains([':', '.']) && !part.ends_with(".svg");
    if has_host || parts.peek().is_some_and(host) {
        parts.next();
    }
    let of_query = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value)
    };
    let via = of_query("via").and_then(|via| channel_named(&via));
    let mut named = parts.next().unwrap_or_default();
    if named.eq_ignore_ascii_case("api") {
        // /api/v1/public/CODE
        named = parts.nth(2).unwrap_or_default();
    } else if BEFORE_A_CODE
        .iter()
        .any(|it| named.eq_ignore_ascii_case(it))
        && let Some(next) = parts.next()
    {
        named = next;
    }
    let decoded = form_urlencoded::parse(format!("x={named}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default();
    let named = decoded.trim_end_matches(".svg");
    match of_query("code") {
        Some(code) if named.is_empty() || named.eq_ignore_ascii_case("join") => Ok(Pasted {
            code: code.parse()?,
            via,
        }),
        _ if named.chars().all(|c| !c.is_alphanumeric()) => Err(BadId(
            "this link names no session; its code is on the screen".to_string(),
        )),
        _ => Ok(Pasted {
            code: named.parse()?,
            via,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_was_typed_or_pasted() {
        for typed in [
            "centre",
            " CEN TRE ",
            "#Cen-tre",
            "c e n t r e",
            "CENTRE.",
            "CENTRE,",
            "(CENTRE)",
            "/CENTRE",
            "CENTRE/",
            "\"CENTRE\"",
            "“CENTRE”",
            "„CENTRE“",
            "«CENTRE»",
            "‘CENTRE’!",
            "CEN–TRE",
            "CEN—TRE",
            "CEN\u{2011}TRE",
            "CEN\u{2212}TRE",
            "CEN\u{ad}TRE",
            "CENTRE\u{200b}",
            "\u{feff}CENTRE",
            "\u{2068}CENTRE\u{2069}",
            "CEN\u{200d}TRE",
            "CEN\u{3164}TRE",
            "ＣＥＮＴＲＥ",
            "ｃｅｎ－ｔｒｅ",
            "👉 CENTRE 👈",
            "**CENTRE**",
        ] {
            let code = typed.parse::<SessionCode>().map(|code| code.to_string());
            assert_eq!(code, Ok("CENTRE".into()), "{typed:?}");
            let pasted = typed.parse::<Pasted>().map(|it| it.code.to_string());
            assert_eq!(pasted, Ok("CENTRE".into()), "{typed:?}");
        }
        for typed in [
            "",
            "abc",
            "SALON1",
            "ÄÖÜß",
            "a/b/c/d",
            "CENTRECENTRE",
            "C\u{415}NTRE",
            "CEN+TRE",
            "\u{200b}",
        ] {
            assert!(typed.parse::<SessionCode>().is_err(), "{typed:?}");
            assert!(typed.parse::<Pasted>().is_err(), "{typed:?}");
        }
    }

    #[test]
    fn a_link_of_any_page_names_its_session_and_channel() {
        for (typed, via) in [
            ("https://talks.example.org/CENTRE?via=zoom", Some("zoom")),
            (
                "https://talks.example.org/CENTRE?via=zoom&via=zoom",
                Some("zoom"),
            ),
            ("talks.example.org/centre?via=Zoom.", Some("zoom")),
            ("http://192.168.1.5:8080/CENTRE", None),
            ("192.168.1.5:8080/CENTRE/", None),
            ("http://[2001:db8::5]:8080/CENTRE", None),
            ("HTTPS://Talks.Example.ORG/CENTRE#poll-1", None),
            ("<https://talks.example.org/CENTRE>", None),
            ("https://talks.example.org/stage/CENTRE?embed", None),
            (
                "https://talks.example.org/CENTRE/questions?via=zoom",
                Some("zoom"),
            ),
            (
                "https://talks.example.org/walk/CENTRE/low-rank?rank=3",
                None,
            ),
            (
                "https://talks.example.org/qr/CENTRE.svg?via=zoom",
                Some("zoom"),
            ),
            ("https://talks.example.org/api/v1/public/CENTRE", None),
            ("https://talks.example.org/join?code=CENTRE", None),
            ("/join?code=cen-tre", None),
            ("/stage/CENTRE", None),
            ("//CENTRE", None),
            ("https://talks.example.org//CENTRE%E2%80%8B", None),
            (
                "Vote and take part: https://talks.example.org/CENTRE?via=zoom (or enter the code CENTRE)",
                Some("zoom"),
            ),
            ("The code is CENTRE", None),
        ] {
            let pasted = typed
                .parse::<Pasted>()
                .unwrap_or_else(|bad| panic!("{typed}: {bad}"));
            assert_eq!(pasted.code.as_str(), "CENTRE", "{typed}");
            assert_eq!(
                pasted.via.map(|via| via.to_string()).as_deref(),
                via,
                "{typed}"
            );
        }
        for typed in [
            "https://talks.example.org/",
            "https://talks.example.org",
            "https://talks.example.org/host/sign-in#0123",
            "https://talks.example.org/?via=zoom",
        ] {
            assert!(typed.parse::<Pasted>().is_err(), "{typed}");
        }
    }

    #[test]
    fn what_is_wrong_can_be_seen() {
        let told = |typed: &str| typed.parse::<SessionCode>().unwrap_err().to_string();
        assert!(told("SALON1").contains("“L”"), "{}", told("SALON1"));
        let cyrillic = told("C\u{415}NTRE");
        assert!(cyrillic.contains("U+0415"), "{cyrillic}");
        assert_eq!(
            visible("CEN\u{3164}TRE\u{200b}", 20),
            "CEN⟨U+3164⟩TRE⟨U+200B⟩"
        );
        assert_eq!(visible("CENTRECENTRE", 6), "CENTRE…");
    }
}
