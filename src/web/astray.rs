//! Requests that are nearly right: an address with slashes or signs too many, and pages by plain http where the public
//! address is https.

use std::borrow::Cow;

use askama::Template;
use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::error::{ApiError, PageError, WebError};
use super::guard::forwarded_proto;
use super::{Web, page, principal};
use crate::address::PublicUrl;

/// No page has this address. One that is right but for its slashes leads on.
pub async fn nothing_here(uri: Uri) -> Response {
    match tidied(uri.path()) {
        Some(path) => onwards(&path, &uri),
        None => PageError(WebError::NotFound(
            "There is no such page. Check the address, or enter a code.".to_string(),
        ))
        .into_response(),
    }
}

/// The same of the API, whose rest of the path this sees alone.
pub async fn no_endpoint(OriginalUri(uri): OriginalUri) -> Response {
    match tidied(uri.path()) {
        Some(path) => onwards(&path, &uri),
        None => ApiError(WebError::NotFound(
            "The API has no such endpoint; see /api/v1/openapi.json.".to_string(),
        ))
        .into_response(),
    }
}

fn onwards(path: &str, uri: &Uri) -> Response {
    let to = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_string(),
    };
    let Ok(to) = HeaderValue::from_str(&to) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, to)]).into_response()
}

/// First parts of our addresses; phones begin a line with a capital.
const SURFACES: [&str; 8] = [
    "stage", "speaker", "host", "walk", "join", "qr", "runs", "api",
];

/// The path without empty parts, without parts that are signs alone, and with the surface in small letters; none if
/// that changes nothing. It begins with one slash and holds no backslash, so it leads to no other site.
fn tidied(path: &str) -> Option<String> {
    let says_something = |part: &&str| {
        let pair = format!("x={part}");
        let mut decoded = form_urlencoded::parse(pair.as_bytes());
        decoded
            .next()
            .is_some_and(|(_, text)| text.chars().any(char::is_alphanumeric))
    };
    let mut parts: Vec<Cow<str>> = path
        .split('/')
        .filter(says_something)
        .map(Cow::from)
        .collect();
    if let Some(first) = parts.first_mut() {
        let lower = first.to_ascii_lowercase();
        if SURFACES.contains(&lower.as_str()) {
            *first = lower.into();
        }
    }
    let tidy = format!("/{}", parts.join("/"));
    (tidy != path && !tidy.contains('\\')).then_some(tidy)
}

#[derive(Template)]
#[template(path = "astray.html")]
struct AstrayPage {
    nonce: String,
    css: &'static str,
    link: String,
    came: String,
}

/// Pages that need a cookie, asked for by plain http where cookies are for https: the browser would drop it in silence,
/// and with it every vote. So the page says where to go instead.
pub async fn by_plain_http(State(web): State<Web>, request: Request, next: Next) -> Response {
    let keeps = matches!(*request.method(), Method::GET | Method::HEAD)
        && needs_cookie(request.uri().path())
        && came_plain(&web.lobby.public_url, request.headers());
    if !keeps {
        return next.run(request).await;
    }
    // The bots of a rehearsal stand in for the proxy, and do not care how a cookie is marked.
    let (_, cookie) = principal::browser_or_new(&web, request.headers());
    let page = astray(&web, request.headers(), request.uri());
    principal::with_cookie(page, cookie)
}

pub(super) fn astray(web: &Web, headers: &HeaderMap, uri: &Uri) -> Response {
    let nonce = page::nonce();
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let template = AstrayPage {
        nonce: nonce.clone(),
        css: page::plain_css(),
        link: format!("{}{path}", web.lobby.public_url),
        came: headers
            .get(header::HOST)
            .and_then(|host| host.to_str().ok())
            .map(|host| format!("http://{}", host.chars().take(100).collect::<String>()))
            .unwrap_or_default(),
    };
    page::render(&template, &nonce, page::Framing::Never)
}

/// Everything that is opened in a tab but the stage, which keeps no cookie.
fn needs_cookie(path: &str) -> bool {
    let first = path
        .split('/')
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    !matches!(
        first,
        "stage" | "qr" | "static" | "runs" | "api" | "healthz" | "readyz" | "metrics" | "ws"
    )
}

/// Set by the page itself where it finds that it is on https after all.
const SECURE_COOKIE: &str = "salon_secure";

/// Whether a browser came by plain http, and drops what is marked `Secure`. In doubt it did not: then votes are refused
/// with the address to go to, which is late but not wrong.
pub(super) fn came_plain(public: &PublicUrl, headers: &HeaderMap) -> bool {
    if !public.is_https() {
        return false;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Browsers send this over https, and to the machine itself, and never else.
    if text("sec-fetch-site").is_some() || principal::has_cookie(headers, SECURE_COOKIE) {
        return false;
    }
    if let Some(proto) = forwarded_proto(headers) {
        return !proto.eq_ignore_ascii_case("https");
    }
    if text("forwarded").is_some_and(|it| it.to_ascii_lowercase().contains("proto=https")) {
        return false;
    }
    let host = text("host").and_then(|host| PublicUrl::of_host(true, host));
    host.is_some_and(|host| host != *public && !host.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_and_signs_too_many_lead_on() {
        for (path, to) in [
            ("/CENTRE/", "/CENTRE"),
            ("//CENTRE", "/CENTRE"),
            ("/stage/CENTRE/", "/stage/CENTRE"),
            ("/host/", "/host"),
            ("/CENTRE/)", "/CENTRE"),
            ("/CENTRE/%E2%80%8B", "/CENTRE"),
            ("/Stage/CENTRE", "/stage/CENTRE"),
            ("/api/v1/public/CENTRE/", "/api/v1/public/CENTRE"),
            ("//evil.example//x", "/evil.example/x"),
        ] {
            assert_eq!(tidied(path).as_deref(), Some(to), "{path}");
        }
        for path in ["/", "/nowhere/at/all", "/CENTRE", "//\\evil.example"] {
            assert_eq!(tidied(path), None, "{path}");
        }
    }

    #[test]
    fn plain_http_is_told_from_a_proxy() {
        let plain = |public: &str, pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            came_plain(&public.parse().unwrap(), &headers)
        };
        let https = "https://hall.example";
        let lan = ("host", "hall.lan:8080");
        assert!(plain(https, &[lan]));
        assert!(plain(https, &[lan, ("x-forwarded-proto", "http")]));
        assert!(plain(
            https,
            &[("host", "hall.example"), ("x-forwarded-proto", "http")]
        ));
        for headers in [
            &[("host", "hall.example")][..],
            &[("host", "127.0.0.1:8080")],
            &[("host", "localhost:8080")],
            &[lan, ("x-forwarded-proto", "https")],
            &[lan, ("forwarded", "for=1.2.3.4;proto=https")],
            &[
                lan,
                ("sec-fetch-site", "none"),
                ("x-forwarded-proto", "http"),
            ],
            &[lan, ("cookie", "salon_secure=1")],
            &[],
        ] {
            assert!(!plain(https, headers), "{headers:?}");
        }
        assert!(!plain("http://hall.example", &[lan]));
    }
}
