//! What stands before every handler: the origin check and the headers that every answer carries.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Web;
use super::error::{ApiError, PageError, WebError};
use super::page::Policy;

/// What browsers send as the origin of a page that has none of its own: a frame with `sandbox`, most often.
const OPAQUE: &str = "null";
use crate::address::PublicUrl;

/// Refuses what another site's page makes a browser send: anything that changes something, and websockets
/// (which browsers let any page open, with our cookies).
pub async fn origin(State(web): State<Web>, request: Request, next: Next) -> Response {
    let is_socket = request.headers().contains_key(header::UPGRADE);
    let changes = !matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let is_allowed = is_own_origin(request.headers(), &web.lobby.public_url)
        || (is_socket && !changes && is_framed_stage(request.headers(), request.uri()));
    if (is_socket || changes) && !is_allowed {
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
fn is_own_origin(headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        let site = headers.get("sec-fetch-site");
        return site.is_none_or(|site| site == "same-origin" || site == "none");
    };
    let origin = origin.to_str().ok().and_then(PublicUrl::of_origin);
    let Some(origin) = origin else {
        return false;
    };
    if origin == *public_url {
        return true;
    }
    // A way in of its own, such as the machine's name in the hall's network: its pages ask the host that they came from.
    let host = |https| PublicUrl::of_host(https, text(headers, &header::HOST)?);
    // Of the public address itself, and wherever a proxy says that it speaks TLS, the scheme counts as well: a plain-http
    // page of the same name may be anyone's on the way.
    if host(public_url.is_https()).as_ref() == Some(public_url)
        || (forwarded_proto(headers) == Some("https") && !origin.is_https())
    {
        return false;
    }
    host(origin.is_https()) == Some(origin)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The scheme by which the outermost proxy was asked, if it says so.
pub(super) fn forwarded_proto(headers: &HeaderMap) -> Option<&str> {
    let name = HeaderName::from_static("x-forwarded-proto");
    let first = text(headers, &name)?.split(',').next()?;
    Some(first.trim())
}

fn is_opaque(headers: &HeaderMap) -> bool {
    headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin == OPAQUE)
}

/// A stage in a sandboxed frame of someone's slides. Its seat has no voter and no key, whatever cookies came
/// along, so it can only watch what anyone with the code can watch.
fn is_framed_stage(headers: &HeaderMap, uri: &Uri) -> bool {
    let asks_for = |role: &str| {
        let mut roles = uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter_map(|pair| pair.strip_prefix("role="));
        // A second role could be the one that is read.
        roles.next() == Some(role) && roles.next().is_none()
    };
    is_opaque(headers) && uri.path().starts_with("/ws/") && asks_for("stage")
}

/// Lets a sandboxed frame read what its stage fetches: only pages that anyone may read, and never with cookies,
/// since browsers take `null` without `Access-Control-Allow-Credentials` for requests that carry none.
pub async fn framed(request: Request, next: Next) -> Response {
    let is_opaque = is_opaque(request.headers());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if is_opaque {
        headers.remove(header::SET_COOKIE);
        headers.insert(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static(OPAQUE),
        );
    }
    response
}

/// Headers of every answer. Pages have a policy of their own; everything else may load nothing.
pub async fn headers(State(web): State<Web>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).cloned();
    let mut response = next.run(request).await;
    let policy = response.extensions_mut().remove::<Policy>();
    let policy =
        policy.and_then(|policy| policy.header(host.as_ref(), web.lobby.public_url.as_str()));
    let headers = response.headers_mut();
    if let Some(policy) = policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
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
    // Browsers heed this over https only. Half a year: long enough for a series of talks, and a laptop's name is
    // not bound to TLS for ever.
    if web.lobby.public_url.is_https() {
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=15552000"),
        );
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
    fn a_page_without_an_origin_may_watch_a_stage_and_nothing_else() {
        let may = |uri: &str, origin: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            is_framed_stage(&headers, &uri.parse().unwrap())
        };
        assert!(may("/ws/ABC234?v=1&role=stage", "null"));
        assert!(may("/ws/ABC234?role=stage&v=1", "null"));
        for other in [
            "/ws/ABC234?v=1&role=audience",
            "/ws/ABC234?v=1",
            "/ws/ABC234?v=1&role=stage&role=audience",
            "/ws/ABC234?v=1&role=stages",
            "/host/7/ws?role=stage",
            "/speaker/7/ws?role=stage",
        ] {
            assert!(!may(other, "null"), "{other}");
        }
        assert!(!may("/ws/ABC234?role=stage", "https://evil.example"));
    }

    #[test]
    fn only_our_own_pages_may_change_things() {
        let own = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, HeaderValue::from_static(value));
            }
            is_own_origin(&headers, &"https://talks.example.org".parse().unwrap())
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

    #[test]
    fn one_address_is_one_origin_however_it_is_written_and_the_scheme_is_part_of_it() {
        let own = |public: &str, host: &'static str, origin: &'static str, proto: &'static str| {
            let mut headers = HeaderMap::new();
            for (name, value) in [
                ("host", host),
                ("origin", origin),
                ("x-forwarded-proto", proto),
            ] {
                if !value.is_empty() {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            is_own_origin(&headers, &public.parse().unwrap())
        };
        for (public, host, origin, proto) in [
            ("https://h:443", "inner:1", "https://h", ""),
            ("http://h:80", "inner:1", "http://h", ""),
            (
                "https://bücher.example",
                "inner:1",
                "https://xn--bcher-kva.example",
                "",
            ),
            ("http://127.0.0.1:8080", "x:8443", "https://x:8443", ""),
            ("http://127.0.0.1:8080", "x:8443", "https://x:8443", "https"),
            ("https://h", "hall.lan:8080", "http://hall.lan:8080", ""),
            ("http://127.0.0.1:8080", "X.lan:80", "http://x.lan", ""),
            // A second proxy inside speaks plain HTTP to the first.
            ("http://127.0.0.1:8080", "h", "https://h", "http"),
        ] {
            assert!(
                own(public, host, origin, proto),
                "{public} {host} {origin} {proto}"
            );
        }
        for (public, host, origin, proto) in [
            ("https://h", "h", "http://h", ""),
            ("http://h", "h", "https://h", ""),
            ("https://h", "h:443", "http://h:443", ""),
            ("http://127.0.0.1:8080", "x:8443", "http://x:8443", "https"),
            ("http://127.0.0.1:8080", "x:8443", "https://x", ""),
            ("https://h", "h", "https://h.evil.example", ""),
        ] {
            assert!(
                !own(public, host, origin, proto),
                "{public} {host} {origin} {proto}"
            );
        }
    }
}
