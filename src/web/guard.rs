//! What stands before every handler: the origin check and the headers that every answer carries.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Web;
use super::error::{ApiError, PageError, WebError};

/// Refuses what another site's page makes a browser send: anything that changes something, and websockets
/// (which browsers let any page open, with our cookies).
pub async fn origin(State(web): State<Web>, request: Request, next: Next) -> Response {
    let is_socket = request.headers().contains_key(header::UPGRADE);
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if (is_socket || changes) && !is_own_origin(request.headers(), &web.lobby.public_url) {
        let error = WebError::Forbidden(
            "This request came from another site's page and was not carried out.".to_string(),
        );
        return if request.uri().path().starts_with("/api/") {
            ApiError(error).into_response()
        } else {
            PageError(error).into_response()
        };
    }
    next.run(request).await
}

/// Programs send no origin and carry no cookies of a browser; browsers always send one here.
fn is_own_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        let site = headers.get("sec-fetch-site");
        return site.is_none_or(|site| site == "same-origin" || site == "none");
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    if origin.eq_ignore_ascii_case(public_url) {
        return true;
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    match (origin.split_once("://"), host) {
        (Some((_, authority)), Some(host)) => authority.eq_ignore_ascii_case(host),
        _ => false,
    }
}

/// Headers of every answer. Pages set a policy of their own; everything else may load nothing.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=()",
        ),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_change_things() {
        let own = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            is_own_origin(&headers, "https://talks.example.org")
        };
        assert!(own(&[]), "a program");
        assert!(own(&[
            ("host", "10.0.0.2:8080"),
            ("origin", "http://10.0.0.2:8080")
        ]));
        assert!(own(&[
            ("host", "inner:1"),
            ("origin", "https://talks.example.org")
        ]));
        assert!(own(&[("sec-fetch-site", "same-origin")]));
        assert!(!own(&[
            ("host", "talks.example.org"),
            ("origin", "https://evil.example")
        ]));
        assert!(!own(&[("host", "talks.example.org"), ("origin", "null")]));
        assert!(!own(&[("host", "a:80"), ("origin", "http://a:81")]));
        assert!(!own(&[("sec-fetch-site", "cross-site")]));
    }
}
