//! Pages: rendering, the nonce of each response, and the content security policy that goes with it.

use std::sync::LazyLock;

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use super::assets;

/// Who may put a page into a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    Never,
    /// The host panel's preview of the stage.
    SameSite,
    /// Slides anywhere: only for pages without controls and without anyone's own data.
    Anywhere,
}

/// A fresh nonce: 128 random bits.
pub fn nonce() -> String {
    data_encoding::HEXLOWER.encode(&rand::random::<[u8; 16]>())
}

/// Tokens and the style of the plain pages, to be inlined.
pub fn plain_css() -> &'static str {
    static CSS: LazyLock<String> =
        LazyLock::new(|| assets::inlined(&["css/tokens.css", "css/pages.css"]));
    &CSS
}

pub fn render(template: &impl Template, nonce: &str, framing: Framing) -> Response {
    let html = match template.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            return (
                axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                "This page could not be made; it has been noted.",
            )
                .into_response();
        }
    };
    let mut response = Html(html).into_response();
    let policy = Policy {
        nonce: nonce.to_string(),
        framing,
    };
    response.extensions_mut().insert(policy);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What a page may load, on its way to the layer that knows the host it was asked at.
#[derive(Debug, Clone)]
pub struct Policy {
    nonce: String,
    framing: Framing,
}

impl Policy {
    /// The policy as a header, for a request to this host. Safari up to 15.3 does not count a websocket among
    /// what comes from `'self'`, so that the page's own address and the public one are named with its schemes.
    pub fn header(&self, host: Option<&HeaderValue>, public_url: &str) -> Option<HeaderValue> {
        let public = public_url.split_once("://").map_or("", |(_, rest)| rest);
        let public = public.split('/').next().unwrap_or_default();
        let asked = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
        let mut sockets = String::new();
        for (place, host) in [asked, public].into_iter().enumerate() {
            if is_authority(host) && (place == 0 || !host.eq_ignore_ascii_case(asked)) {
                sockets.push_str(&format!(" ws://{host} wss://{host}"));
            }
        }
        let nonce = &self.nonce;
        let ancestors = match self.framing {
            Framing::Never => "; frame-ancestors 'none'",
            Framing::SameSite => "; frame-ancestors 'self'",
            Framing::Anywhere => "",
        };
        let policy = format!(
            "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
             img-src 'self' data:; font-src 'self'; connect-src 'self'{sockets}; frame-src 'self'; form-action 'self'; \
             base-uri 'none'{ancestors}"
        );
        HeaderValue::from_str(&policy).ok()
    }
}

/// Whether this is a host with or without a port, and nothing that could say more in a policy.
fn is_authority(host: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    !host.is_empty() && host.len() <= 255 && host.chars().all(is_part)
}

/// JSON that can stand inside a script element: no `<` in it can end the element.
pub fn json_in_script(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value)
        .unwrap_or_else(|error| {
            tracing::error!(%error, "page state could not be encoded");
            "null".to_string()
        })
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_names_the_sockets_of_the_host_that_was_asked_and_of_the_public_address() {
        let policy = Policy {
            nonce: "ab".to_string(),
            framing: Framing::Never,
        };
        let connect = |host: Option<&str>, public: &str| {
            let host = host.map(|host| HeaderValue::from_str(host).unwrap());
            let header = policy.header(host.as_ref(), public).unwrap();
            let text = header.to_str().unwrap().to_string();
            let rest = text.split("connect-src ").nth(1).unwrap();
            rest.split(';').next().unwrap().to_string()
        };
        assert_eq!(
            connect(Some("10.0.0.2:8080"), "https://talks.example.org"),
            "'self' ws://10.0.0.2:8080 wss://10.0.0.2:8080 ws://talks.example.org wss://talks.example.org"
        );
        assert_eq!(
            connect(Some("Talks.example.org"), "https://talks.example.org/salon"),
            "'self' ws://Talks.example.org wss://Talks.example.org"
        );
        assert_eq!(
            connect(Some("[::1]:80"), "http://[::1]:80"),
            "'self' ws://[::1]:80 wss://[::1]:80"
        );
        // What is no host says nothing in a policy.
        for odd in ["a; script-src *", "a b", "*", "a,b", "'self'"] {
            assert_eq!(connect(Some(odd), ""), "'self'", "{odd}");
        }
        assert_eq!(connect(None, ""), "'self'");
    }
}
