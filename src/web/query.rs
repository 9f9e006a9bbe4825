//! What stands behind the `?` of an address. Mail programs and people repeat and mangle it; nobody is kept out for that.

use std::borrow::Cow;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::error::{PageError, WebError};

/// The query as `T`. A key that stands there more than once counts as it came first; past so many of them nothing is read.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        read(parts.uri.query().unwrap_or_default())
            .map(Self)
            .map_err(|why| WebError::Bad(why).into())
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, String> {
    let unreadable = |error: &dyn std::fmt::Display| {
        format!("What stands behind the ? of this address cannot be read: {error}.")
    };
    // An address has room for ten thousand keys, and each is held against those before it.
    let mut once: Vec<(Cow<str>, Cow<str>)> = Vec::new();
    for (key, value) in form_urlencoded::parse(query.as_bytes()).take(FIELDS_MAX) {
        if !once.iter().any(|(known, _)| *known == key) {
            once.push((key, value));
        }
    }
    let text = serde_urlencoded::to_string(once).map_err(|error| unreadable(&error))?;
    serde_urlencoded::from_str(&text).map_err(|error| unreadable(&error))
}

/// Fields that a form of ours may have, of which a poll's has the most: an option each.
const FIELDS_MAX: usize = 200;

/// What a form or a query says. A body of a mebibyte has room for half a million fields: to read them all for someone of
/// whom nothing is known yet would take the others' time.
pub(super) fn form_pairs(body: &[u8]) -> Result<Vec<(String, String)>, String> {
    if body.iter().filter(|byte| **byte == b'&').count() >= FIELDS_MAX {
        return Err(format!("The form has more than {FIELDS_MAX} fields."));
    }
    serde_urlencoded::from_bytes(body).map_err(|error| format!("The form cannot be read: {error}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize, Debug, PartialEq)]
    struct Came {
        via: Option<String>,
        rows: Option<u32>,
    }

    #[test]
    fn a_key_counts_once() {
        let came = |via: Option<&str>, rows| Came {
            via: via.map(str::to_string),
            rows,
        };
        assert_eq!(read("via=zoom&via=zoom"), Ok(came(Some("zoom"), None)));
        assert_eq!(
            read("via=a%20b&via=c&rows=3&rows=x"),
            Ok(came(Some("a b"), Some(3)))
        );
        assert_eq!(read("?&&utm=1"), Ok(came(None, None)));
        // What an address is filled up with is not read, however much of it there is.
        let filled: String = (0..12_000).map(|n| format!("&k{n}")).collect();
        let began = std::time::Instant::now();
        assert_eq!(
            read(&format!("via=zoom{filled}&rows=3")),
            Ok(came(Some("zoom"), None))
        );
        assert!(began.elapsed().as_millis() < 200, "{:?}", began.elapsed());
        let told = read::<Came>("rows=x").unwrap_err();
        assert!(told.contains("behind the ?"), "{told}");
    }

    #[test]
    fn a_form_of_more_fields_than_any_of_ours_is_not_read() {
        let fields = |n: usize| form_pairs("pick=1&".repeat(n).trim_end_matches('&').as_bytes());
        assert_eq!(fields(FIELDS_MAX).unwrap().len(), FIELDS_MAX);
        assert!(fields(FIELDS_MAX + 1).unwrap_err().contains("fields"));
        assert!(form_pairs("&".repeat(500_000).as_bytes()).is_err());
    }
}
