//! What stands behind the `?` of an address. Mail programs and people repeat and mangle it; nobody is kept out for that.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::{PageError, WebError};

/// The query as `T`. A key that stands there more than once counts as it came first.
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
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|error| unreadable(&error))?;
    let mut once: Vec<(&str, &str)> = Vec::new();
    for (key, value) in &pairs {
        if !once.iter().any(|(known, _)| known == key) {
            once.push((key, value));
        }
    }
    let text = serde_urlencoded::to_string(once).map_err(|error| unreadable(&error))?;
    serde_urlencoded::from_str(&text).map_err(|error| unreadable(&error))
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
        let told = read::<Came>("rows=x").unwrap_err();
        assert!(told.contains("behind the ?"), "{told}");
    }
}
