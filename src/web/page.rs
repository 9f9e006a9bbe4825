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
    crate::secrets::hex(&rand::random::<[u8; 16]>())
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
    let headers = response.headers_mut();
    // A nonce is made of hexadecimal digits, so this is always a sound header.
    if let Ok(policy) = HeaderValue::from_str(&policy(nonce, framing)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn policy(nonce: &str, framing: Framing) -> String {
    let ancestors = match framing {
        Framing::Never => "; frame-ancestors 'none'",
        Framing::SameSite => "; frame-ancestors 'self'",
        Framing::Anywhere => "",
    };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; \
         img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'{ancestors}"
    )
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
