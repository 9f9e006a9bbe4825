//! The rules that questions and messages go by: who looks at them first, names, pace, words.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::domain::plan::BadPlan;
use crate::domain::text::{clean_words, plain_words};

pub const NAME_MAX: usize = 60;
pub const WORDS_MAX: usize = 200;
pub const WORD_MAX: usize = 40;
pub const SLOW_MAX_SECONDS: u32 = 3_600;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Whether questions are taken.
    pub open: bool,
    pub moderation: Moderation,
    pub names: Names,
    /// What those without a name are called.
    pub anonymous: String,
    /// Slow mode: the least time between two questions, or two messages, of one voter. 0: none.
    pub slow_seconds: u32,
    /// Words that hold what has them for review; `word*` is every word that begins so.
    pub words: Vec<String>,
    /// What has a link waits for review.
    pub hold_links: bool,
    pub chat: bool,
    pub reactions: bool,
    #[serde(skip)]
    pub filter: Filter,
}

/// The entries of `words` as they are compared, worked out when first needed: what is written is held against all of them while
/// votes wait. It says nothing that the words do not.
#[derive(Debug, Clone, Default)]
pub struct Filter(OnceLock<Vec<Vec<String>>>);

impl PartialEq for Filter {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Filter {}

impl Default for Rules {
    fn default() -> Self {
        Self {
            open: true,
            moderation: Moderation::Off,
            names: Names::Optional,
            anonymous: "Anonymous".to_string(),
            slow_seconds: 0,
            words: Vec::new(),
            hold_links: true,
            chat: false,
            reactions: true,
            filter: Filter::default(),
        }
    }
}

/// When a moderator looks at what is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moderation {
    /// Never, unless something is held.
    #[default]
    Off,
    /// Public at once, and on a list of those to look at.
    After,
    /// Public once a moderator has passed it.
    Before,
}

impl Moderation {
    pub const ALL: [Self; 3] = [Self::Off, Self::After, Self::Before];

    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::After => "after",
            Self::Before => "before",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Whether askers give a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Names {
    #[default]
    Optional,
    Required,
    /// Everyone is anonymous.
    Never,
}

impl Names {
    pub const ALL: [Self; 3] = [Self::Optional, Self::Required, Self::Never];

    pub fn name(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Required => "required",
            Self::Never => "never",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

impl Rules {
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Cleans every text and checks every limit.
    pub fn checked(mut self) -> Result<Self, BadPlan> {
        self.anonymous = clean_words("anonymous", &self.anonymous, NAME_MAX)?;
        if self.slow_seconds > SLOW_MAX_SECONDS {
            let why = format!("is {}; at most {SLOW_MAX_SECONDS}", self.slow_seconds);
            return Err(BadPlan::new("slow_seconds", why));
        }
        if self.words.len() > WORDS_MAX {
            let why = format!("has {} entries; at most {WORDS_MAX}", self.words.len());
            return Err(BadPlan::new("words", why));
        }
        let mut words: Vec<String> = Vec::new();
        for (place, word) in self.words.iter().enumerate() {
            let field = format!("words[{place}]");
            let word = clean_words(&field, &word.to_lowercase(), WORD_MAX)?;
            if plain_words(&word).is_empty() {
                return Err(BadPlan::new(field, "has no letter or digit"));
            }
            if !words.contains(&word) {
                words.push(word);
            }
        }
        self.words = words;
        self.filter = Filter::default();
        Ok(self)
    }

    /// Whether a text waits for a moderator whatever the moderation is.
    pub fn holds(&self, text: &str) -> bool {
        (self.hold_links && has_link(text)) || self.has_filtered_word(text)
    }

    fn has_filtered_word(&self, text: &str) -> bool {
        if self.words.is_empty() {
            return false;
        }
        let said = plain_words(text);
        let filter = self.filter.0.get_or_init(|| {
            let entries = self.words.iter();
            entries.map(|entry| plain_words(entry)).collect()
        });
        self.words.iter().zip(filter).any(|(entry, wanted)| {
            let begins = entry.ends_with('*');
            let is_last = |n: usize| n + 1 == wanted.len();
            said.windows(wanted.len().max(1)).any(|some| {
                some.iter().zip(wanted).enumerate().all(|(n, (a, b))| {
                    a == b || (begins && is_last(n) && a.starts_with(b.as_str()))
                })
            })
        })
    }
}

/// Endings of bare names that are links to any reader, without scheme, path or `www.`. The short ones of countries
/// are not among them: `train.py` and `main.rs` are what people ask about.
const USUAL_ENDINGS: [&str; 17] = [
    "com", "net", "org", "io", "ly", "me", "ru", "xyz", "info", "biz", "app", "dev", "shop",
    "site", "online", "top", "link",
];

/// Something that a reader could follow: a scheme, `www.`, a name with a path, or a bare name with a usual ending.
fn has_link(text: &str) -> bool {
    // Dots of other widths and scripts are dots to a browser (UTS 46).
    let text: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let text = text.replace(['。', '｡'], ".");
    let is_part = |c: char| c.is_alphanumeric() || "-._~:/?#@%&=+".contains(c);
    text.split(|c| !is_part(c)).any(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        if word.contains("://") || word.starts_with("www.") {
            return true;
        }
        let end = word.find(['/', '?', '#', ':']).unwrap_or(word.len());
        let (host, after) = word.split_at(end);
        let Some((name, ending)) = host.rsplit_once('.') else {
            return false;
        };
        let is_name =
            !name.is_empty() && ending.len() > 1 && ending.chars().all(char::is_alphabetic);
        is_name && (after.len() > 1 || USUAL_ENDINGS.contains(&ending))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_hold_and_their_neighbours_do_not() {
        let rules = Rules {
            words: vec!["scam*".into(), "buy now".into(), "ass".into()],
            ..Rules::default()
        };
        for held in [
            "a SCAMMER",
            "Buy  now!",
            "scám",
            "ass?",
            "b u y now buy-now",
            "s\u{206a}cam",
            "sсаm",
            "sc\u{fe0f}am",
        ] {
            assert!(rules.holds(held), "{held}");
        }
        // Another filter is another one.
        let other = Rules {
            words: vec!["class".into()],
            ..Rules::default()
        };
        assert!(other.holds("class") && !other.holds("a scammer"));
        for free in ["class", "a buy", "now buy", "assess", "why a scan?"] {
            assert!(!rules.holds(free), "{free}");
        }
    }

    #[test]
    fn links_hold() {
        let rules = Rules::default();
        for held in [
            "see https://x.y",
            "www.x.de",
            "(bit.ly/3)",
            "Example.COM!",
            "youtu.be/abc",
            "evil.com?x=1",
            "evil.com:80",
            "look,evil.de/x;now",
            "ｅｖｉｌ．ｃｏｍ",
            "evil。com",
            "me@evil.com",
            "пример.рф/вход",
        ] {
            assert!(rules.holds(held), "{held}");
        }
        for free in [
            "fast.ai or torch.nn?",
            "e.g. this",
            "2.5:1",
            "what/ever",
            "train.py or main.rs?",
            "i.e./e.g.: both",
            "First.Then?",
            "ratio 3.5/4",
            "Why...? And?",
        ] {
            assert!(!rules.holds(free), "{free}");
        }
        let off = Rules {
            hold_links: false,
            ..Rules::default()
        };
        assert!(!off.holds("https://x.y"));
    }

    #[test]
    fn rules_are_checked_with_the_field_named() {
        let with = |change: fn(&mut Rules)| {
            let mut rules = Rules::default();
            change(&mut rules);
            rules.checked().map_err(|bad| bad.field)
        };
        assert_eq!(with(|r| r.anonymous = " ".into()), Err("anonymous".into()));
        assert_eq!(with(|r| r.slow_seconds = 3601), Err("slow_seconds".into()));
        assert_eq!(
            with(|r| r.words = vec!["a".into(), "*".into()]),
            Err("words[1]".into())
        );
        assert_eq!(
            with(|r| r.words = vec!["a".into(); 201]),
            Err("words".into())
        );
        assert!(with(|_| ()).is_ok());
    }
}
