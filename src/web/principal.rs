//! Who is asking: a voter by cookie, a host by cookie or bearer token.

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::Web;
use super::error::{ApiError, PageError, WebError};
use crate::domain::command::Role;
use crate::domain::refusal::Refusal;
use crate::ids::{SessionId, VoterId};
use crate::secrets::token_hash;
use crate::store::{KeyKind, KeyRole, StoreError};

pub const HOST_COOKIE: &str = "salon_host";
/// How long a browser stays signed in as host, in days.
const HOST_DAYS: i64 = 30;
/// How long a voter's cookie lives, in days: browsers keep none longer.
const VOTER_DAYS: i64 = 400;

/// What the names of voters' cookies begin with.
pub const VOTER_COOKIE: &str = "salon_voter";

/// The voter's cookie has a name of its own in each session, so that none links two.
pub fn voter_cookie_name(session: &SessionId) -> String {
    format!("salon_voter_{session}")
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// The voter that this request's cookie proves.
pub fn voter(web: &Web, session: &SessionId, headers: &HeaderMap) -> Option<VoterId> {
    let cookie = cookie(headers, &voter_cookie_name(session))?;
    web.lobby.secrets.read_voter_cookie(session, cookie)
}

/// The voter of a request that votes or asks. Without a cookie each press would be another voter; and nobody
/// presses faster than people can.
pub fn casting_voter(
    web: &Web,
    session: &SessionId,
    headers: &HeaderMap,
) -> Result<VoterId, WebError> {
    let voter = voter(web, session, headers).ok_or_else(|| WebError::Refused(no_cookie()))?;
    web.pace.check(voter).map_err(WebError::Refused)?;
    Ok(voter)
}

/// Why someone without a voter cookie cannot vote.
pub fn no_cookie() -> Refusal {
    Refusal::NotNow(
        "Your browser sent no voter cookie; open the session's page and allow its cookie."
            .to_string(),
    )
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
    let voter = VoterId(rand::random());
    let value = web.lobby.secrets.voter_cookie(session, voter);
    (
        voter,
        set_cookie(web, voter_cookie_name(session), value, VOTER_DAYS),
    )
}

pub fn host_cookie(web: &Web, token: String) -> Option<HeaderValue> {
    set_cookie(web, HOST_COOKIE.to_string(), token, HOST_DAYS)
}

pub fn no_host_cookie(web: &Web) -> Option<HeaderValue> {
    set_cookie(web, HOST_COOKIE.to_string(), String::new(), 0)
}

fn set_cookie(web: &Web, name: String, value: String, days: i64) -> Option<HeaderValue> {
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(web.lobby.public_url.starts_with("https://"))
        .build();
    // Max-Age by hand: the cookie crate's own wants another crate's durations.
    let text = format!("{cookie}; Max-Age={}", days * 24 * 3600);
    HeaderValue::from_str(&text).ok()
}

pub fn with_cookie(
    mut response: axum::response::Response,
    cookie: Option<HeaderValue>,
) -> axum::response::Response {
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
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

/// The cookie of a link that is good for one session has a name of its own for each role.
fn key_cookie_name(role: KeyRole, session: &SessionId) -> String {
    format!("salon_{}_{session}", role.name())
}

pub fn key_cookie(
    web: &Web,
    role: KeyRole,
    session: &SessionId,
    token: String,
) -> Option<HeaderValue> {
    set_cookie(web, key_cookie_name(role, session), token, HOST_DAYS)
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
        let Some(token) = cookie(headers, &key_cookie_name(*role, session)) else {
            continue;
        };
        let hash = token_hash(token);
        let found = web.lobby.store.session_key(&hash).await?;
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
    match store.session_key(&hash).await? {
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
