//! Who is asking: a voter by cookie, a host by cookie or bearer token.

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, SameSite};
use time::Duration;

use super::Web;
use super::error::{ApiError, PageError, WebError};
use crate::domain::command::Role;
use crate::domain::refusal::Refusal;
use crate::ids::{BrowserId, SessionId, VoterId, visible};
use crate::secrets::token_hash;
use crate::store::{KeyKind, KeyRole, StoreError};

pub const HOST_COOKIE: &str = "salon_host";
/// How long a browser stays signed in as host, in days.
const HOST_DAYS: i64 = 30;
/// How long a voter's cookie lives, in days: browsers keep none longer.
const VOTER_DAYS: i64 = 400;

/// The cookie of a browser, whatever sessions it goes to: a cookie for each would add up to more than proxies take.
/// Those of earlier versions begin with this name.
pub const VOTER_COOKIE: &str = "salon_voter";

/// The cookie of one session, as earlier versions set it. It is set no more, and counts for as long as browsers keep it.
fn earlier_cookie_name(session: &SessionId) -> String {
    format!("salon_voter_{session}")
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .and_then(|cookie| cookie.value_raw())
}

/// The voter that this request's cookie proves.
pub fn voter(web: &Web, session: &SessionId, headers: &HeaderMap) -> Option<VoterId> {
    let secrets = &web.lobby.secrets;
    let earlier = cookie(headers, &earlier_cookie_name(session));
    earlier
        .and_then(|cookie| secrets.read_voter_cookie(session, cookie))
        .or_else(|| Some(secrets.voter_of(session, browser(web, headers)?)))
}

fn browser(web: &Web, headers: &HeaderMap) -> Option<BrowserId> {
    let cookie = cookie(headers, VOTER_COOKIE)?;
    web.lobby.secrets.read_browser_cookie(cookie)
}

/// The browser of this request, or a fresh one together with the cookie to set.
pub fn browser_or_new(web: &Web, headers: &HeaderMap) -> (BrowserId, Option<HeaderValue>) {
    if let Some(browser) = browser(web, headers) {
        return (browser, None);
    }
    let browser = BrowserId(rand::random());
    let value = web.lobby.secrets.browser_cookie(browser);
    let cookie = set_cookie(web, VOTER_COOKIE, value, VOTER_DAYS);
    (browser, cookie)
}

/// Whether there is a cookie of this name, whatever is in it.
pub fn has_cookie(headers: &HeaderMap, name: &str) -> bool {
    cookie(headers, name).is_some()
}

/// The voter of a request that votes or asks. Without a cookie each press would be another voter; and nobody
/// presses faster than people can.
pub fn casting_voter(
    web: &Web,
    session: &SessionId,
    headers: &HeaderMap,
) -> Result<VoterId, WebError> {
    let voter = voter(web, session, headers).ok_or_else(|| WebError::Refused(no_cookie(web)))?;
    web.pace.check(voter).map_err(WebError::Refused)?;
    Ok(voter)
}

/// Why someone without a voter cookie cannot vote. On https it may be that they came by plain http, where it is dropped.
pub fn no_cookie(web: &Web) -> Refusal {
    let public = &web.lobby.public_url;
    if public.is_https() {
        Refusal::NoCookieAt(public.to_string())
    } else {
        Refusal::NoCookie
    }
}

/// The voter of this request, or a fresh one together with the cookie to set.
pub fn voter_or_new(
    web: &Web,
    session: &SessionId,
    headers: &HeaderMap,
) -> (VoterId, Option<HeaderValue>) {
    if let Some(voter) = voter(web, session, headers) {
        return (voter, None);
    }
    let (browser, cookie) = browser_or_new(web, headers);
    (web.lobby.secrets.voter_of(session, browser), cookie)
}

/// Shows, when it comes back, that this browser keeps our cookies: a one-time link is not used up for one that does not.
pub const TRIAL_COOKIE: &str = "salon_try";

pub fn trial_cookie(web: &Web) -> Option<HeaderValue> {
    set_cookie(web, TRIAL_COOKIE, "1".to_string(), 1)
}

pub fn host_cookie(web: &Web, token: String) -> Option<HeaderValue> {
    set_cookie(web, HOST_COOKIE, token, HOST_DAYS)
}

pub fn no_host_cookie(web: &Web) -> Option<HeaderValue> {
    set_cookie(web, HOST_COOKIE, String::new(), 0)
}

fn set_cookie(web: &Web, name: &str, value: String, days: i64) -> Option<HeaderValue> {
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(web.lobby.public_url.is_https())
        .max_age(Duration::days(days))
        .build();
    HeaderValue::from_str(&cookie.to_string()).ok()
}

pub fn with_cookie(
    mut response: axum::response::Response,
    cookie: Option<HeaderValue>,
) -> axum::response::Response {
    if let Some(cookie) = cookie {
        let headers = response.headers_mut();
        headers.append(SET_COOKIE, cookie);
        // What is one browser's own is nothing for a cache to hand out again.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Days that a host key is good for, as a time.
pub fn host_key_expiry(now: crate::ids::Timestamp) -> crate::ids::Timestamp {
    crate::ids::Timestamp(now.0 + HOST_DAYS * 24 * 3_600_000)
}

/// The host's cookie, if there is one, as it is stored.
pub fn host_cookie_hash(headers: &HeaderMap) -> Option<String> {
    cookie(headers, HOST_COOKIE).map(token_hash)
}

async fn is_host_by_cookie(web: &Web, headers: &HeaderMap) -> Result<bool, StoreError> {
    match host_cookie_hash(headers) {
        Some(hash) => {
            let now = web.lobby.clock.now();
            web.lobby
                .store
                .is_host_key(&hash, KeyKind::Cookie, now)
                .await
        }
        None => Ok(false),
    }
}

/// A signed-in host on a page; others are sent to the sign-in page.
pub struct HostPage;

impl FromRequestParts<Web> for HostPage {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, PageError> {
        if is_host_by_cookie(web, &parts.headers).await? {
            Ok(Self)
        } else {
            Err(WebError::SignIn.into())
        }
    }
}

/// Whose keys open the panel, beside the host's.
pub const DESK_ROLES: [KeyRole; 2] = [KeyRole::CoHost, KeyRole::Moderator];

/// Who runs a session, or helps to: by what, and as what.
pub struct Desk {
    pub role: Role,
    /// `host`, `cohost`, `moderator`, `speaker` or `bridge`.
    pub name: &'static str,
    /// The hash of the key that proves it: when that key is withdrawn, so is the desk.
    pub key: String,
}

impl Desk {
    fn host(key: String) -> Self {
        Self {
            role: Role::Host,
            name: "host",
            key,
        }
    }

    fn of(role: KeyRole, key: String) -> Self {
        Self {
            role: match role {
                KeyRole::CoHost => Role::Host,
                KeyRole::Moderator => Role::Moderator,
                KeyRole::Speaker => Role::Speaker,
                KeyRole::Bridge => Role::Bridge,
            },
            name: role.name(),
            key,
        }
    }

    /// A number for the key, alike for all that is sent with it. The upper half: seats count from below.
    pub fn number(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        self.key.hash(&mut hasher);
        hasher.finish() | 1 << 63
    }

    /// The host and co-hosts; others are told that it is not theirs.
    pub fn hosts(self) -> Result<Self, WebError> {
        match self.role {
            Role::Host => Ok(self),
            _ => Err(WebError::Refused(Refusal::NotAllowed)),
        }
    }

    /// Those who are shown a session; a bridge is not.
    pub fn sees(self) -> Result<Role, WebError> {
        match self.role {
            Role::Bridge => Err(WebError::Refused(Refusal::NotAllowed)),
            role => Ok(role),
        }
    }

    /// The host alone.
    pub fn host_only(self) -> Result<Self, WebError> {
        match self.name {
            "host" => Ok(self),
            _ => Err(WebError::Refused(Refusal::NotAllowed)),
        }
    }
}

/// The tokens of the links that this browser was given, the newest first: one cookie, however many sessions it helps in.
const HELPER_COOKIE: &str = "salon_helper";
/// So many links, of 73 signs each, fit beside the other cookies into what proxies take.
const HELPS_MAX: usize = 24;

/// As earlier versions called the cookie of one link. It is set no more.
fn earlier_key_cookie_name(role: KeyRole, session: &SessionId) -> String {
    format!("salon_{}_{session}", role.name())
}

/// What a token in the cookie is for, told from others without asking the database for each.
fn mark(role: KeyRole, session: &SessionId) -> String {
    let mut mark = token_hash(&format!("{} {session}", role.name()));
    mark.truncate(8);
    mark
}

fn helps(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    cookie(headers, HELPER_COOKIE)
        .unwrap_or_default()
        .split('.')
        .filter_map(|one| one.split_at_checked(8))
        .take(HELPS_MAX)
}

pub fn key_cookie(
    web: &Web,
    headers: &HeaderMap,
    role: KeyRole,
    session: &SessionId,
    token: &str,
) -> Option<HeaderValue> {
    let mark = mark(role, session);
    let mut all = format!("{mark}{token}");
    let others = helps(headers).filter(|(other, _)| *other != mark);
    for (other, token) in others.take(HELPS_MAX - 1) {
        all.push('.');
        all.push_str(other);
        all.push_str(token);
    }
    set_cookie(web, HELPER_COOKIE, all, HOST_DAYS)
}

/// The session that a desk's address names, by id or by code. Only those who are signed in are told that there is none.
pub async fn session_of_desk(
    web: &Web,
    typed: &str,
    headers: &HeaderMap,
) -> Result<SessionId, WebError> {
    match super::session_named(web, typed).await? {
        Some(id) => Ok(id),
        None if is_host_by_cookie(web, headers).await? => Err(WebError::NotFound(format!(
            "There is no session “{}”.",
            visible(typed, 40)
        ))),
        None => Err(WebError::SignIn),
    }
}

/// Whose desk this is, by cookie: the host's, or else the first of these roles that there is a key for.
pub async fn desk(
    web: &Web,
    session: &SessionId,
    headers: &HeaderMap,
    roles: &[KeyRole],
) -> Result<Desk, WebError> {
    if is_host_by_cookie(web, headers).await?
        && let Some(key) = host_cookie_hash(headers)
    {
        return Ok(Desk::host(key));
    }
    for role in roles {
        let mark = mark(*role, session);
        let held = helps(headers).find(|(other, _)| *other == mark);
        let held = held.map(|(_, token)| token);
        let earlier = || cookie(headers, &earlier_key_cookie_name(*role, session));
        let Some(token) = held.or_else(earlier) else {
            continue;
        };
        let hash = token_hash(token);
        let now = web.lobby.clock.now();
        let found = web.lobby.store.session_key(&hash, now).await?;
        if found.is_some_and(|key| key.session == *session && key.role == *role) {
            return Ok(Desk::of(*role, hash));
        }
    }
    Err(WebError::SignIn)
}

/// The same on the API, where a bearer token of the program or of this session will do as well.
pub async fn api_desk(
    web: &Web,
    session: &SessionId,
    headers: &HeaderMap,
) -> Result<Desk, WebError> {
    let Some(token) = bearer(headers) else {
        return desk(web, session, headers, &DESK_ROLES).await;
    };
    let hash = token_hash(token);
    let now = web.lobby.clock.now();
    let store = &web.lobby.store;
    if store.is_host_key(&hash, KeyKind::Token, now).await? {
        return Ok(Desk::host(hash));
    }
    match store.session_key(&hash, now).await? {
        Some(key) if key.session == *session => Ok(Desk::of(key.role, hash)),
        Some(_) => Err(WebError::Forbidden(
            "This token is for another session.".to_string(),
        )),
        None => Err(WebError::SignIn),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::trim)
}

/// A host on the API: a bearer token, or the cookie of a signed-in browser.
pub struct HostApi;

impl FromRequestParts<Web> for HostApi {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ApiError> {
        let allowed = match bearer(&parts.headers) {
            Some(token) => {
                let hash = token_hash(token);
                let now = web.lobby.clock.now();
                web.lobby
                    .store
                    .is_host_key(&hash, KeyKind::Token, now)
                    .await?
            }
            None => is_host_by_cookie(web, &parts.headers).await?,
        };
        if allowed {
            Ok(Self)
        } else {
            Err(WebError::SignIn.into())
        }
    }
}
