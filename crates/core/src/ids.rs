//! Newtypes for everything that is pointed at. To parse is to validate: a value of one of these types is sound.

mod code;

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

pub use self::code::{CODE_ALPHABET, Pasted, SessionCode, channel_named, visible};

/// What is wrong with an id, worded for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadId(pub String);

/// Longest slug; run sheets and URLs stay readable.
const SLUG_MAX: usize = 40;

fn check_slug(text: &str) -> Result<(), BadId> {
    let sound = !text.is_empty()
        && text.len() <= SLUG_MAX
        && !text.starts_with('-')
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if sound {
        return Ok(());
    }
    let shown: String = text.chars().take(SLUG_MAX).collect();
    Err(BadId(format!(
        "“{shown}” is not an id: use 1 to {SLUG_MAX} small letters, digits and hyphens, such as “{}”",
        slugify(&shown)
    )))
}

/// The nearest sound slug for a title; never empty.
pub fn slugify(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_lowercase() || c.is_ascii_digit() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= SLUG_MAX - 4 {
            break;
        }
    }
    let slug = slug.trim_matches('-').to_string();
    if slug.is_empty() {
        "item".to_string()
    } else {
        slug
    }
}

macro_rules! slug_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                check_slug(text)?;
                Ok(Self(text.to_string()))
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

slug_id!(
    /// A segment of a session's agenda; unique within the session.
    SegmentId
);
slug_id!(
    /// A poll; unique within the session.
    PollId
);
slug_id!(
    /// A way in, such as `zoom` or `youtube`; unique within the session.
    ChannelId
);
slug_id!(
    /// A session, as hosts and the database name it.
    SessionId
);

/// An option of one poll: its place in the order of creation, never given twice.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct OptionId(pub u16);

/// Write-ins are numbered from here, in a row of their own: the id of an option that the host adds
/// must not tell the audience how many write-ins came before it.
pub const WRITE_IN_BASE: u16 = 10_000;

impl OptionId {
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    pub fn is_write_in(self) -> bool {
        self.0 >= WRITE_IN_BASE
    }
}

/// Which browser this is: 128 random bits that are in its cookie only, never on disk.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BrowserId(pub [u8; 16]);

impl fmt::Debug for BrowserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserId(…)")
    }
}

/// Who takes part in one session: made of the browser's cookie by a key, another one in each session, never on disk.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct VoterId(pub [u8; 16]);

impl fmt::Debug for VoterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VoterId(…)")
    }
}

/// A question of a session: counted from 1 in the order of asking, never given twice.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct QuestionId(pub u32);

/// A chat message of a session: counted from 1, never given twice.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct MessageId(pub u32);

impl fmt::Display for QuestionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

macro_rules! hashed_key {
    ($(#[$doc:meta])* $name:ident, $called:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub [u8; 16]);

        impl From<$name> for String {
            fn from(key: $name) -> String {
                HEXLOWER.encode(&key.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;
            fn try_from(text: String) -> Result<Self, BadId> {
                let bytes = HEXLOWER.decode(text.as_bytes()).ok();
                let key = bytes.and_then(|bytes| bytes.try_into().ok());
                key.map(Self)
                    .ok_or_else(|| BadId(concat!($called, " is 32 hexadecimal digits").to_string()))
            }
        }
    };
}

hashed_key!(
    /// A voter's name in one poll: a keyed hash of voter, session and poll. It links nobody across polls.
    BallotKey,
    "a ballot key"
);
hashed_key!(
    /// A voter's name in the questions and the chat of one session: a keyed hash of voter and session.
    /// It is another one than their name in any poll, so that what was asked does not tell what was voted.
    AskerKey,
    "an asker key"
);

/// Unix time in milliseconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    pub fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(i64::from(seconds) * 1000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_suggest_the_nearest_right_one() {
        assert_eq!(slugify("The SVD is a refactor!"), "the-svd-is-a-refactor");
        assert_eq!(slugify("日本"), "item");
        let told = "My Poll".parse::<PollId>().unwrap_err().to_string();
        assert!(told.contains("my-poll"), "{told}");
    }

    #[test]
    fn ballot_keys_travel_as_hex() {
        let key = BallotKey([0xab; 16]);
        assert_eq!(BallotKey::try_from(String::from(key)), Ok(key));
        for bad in [
            "ü".repeat(16),
            "ab".repeat(15),
            "ab".repeat(17),
            "+a".repeat(16),
        ] {
            assert!(BallotKey::try_from(bad.clone()).is_err(), "{bad}");
        }
    }
}
