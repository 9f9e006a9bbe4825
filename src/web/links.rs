//! Links of one session for those who help: co-host, moderator, speaker, and the token of a bridge.
//! The host alone makes and withdraws them; each is shown once, and only its hash is kept.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::api::{read_json, session_id};
use super::error::{ApiError, WebError};
use super::{Web, principal, session_by_id};
use crate::domain::plan::{BadPlan, LABEL_MAX};
use crate::domain::refusal::Refusal;
use crate::domain::text::clean_line;
use crate::ids::SessionId;
use crate::store::{KeyRole, SessionKey};

/// Links that a session may have at once.
const LINKS_MAX: usize = 50;
/// Days that a link with an end may be good for.
const DAYS_MAX: u32 = 3_650;

#[derive(Serialize)]
struct LinkItem {
    id: String,
    role: &'static str,
    label: String,
    created_at: i64,
    /// When it ends by itself, Unix time in milliseconds; none is never.
    expires_at: Option<i64>,
}

impl From<SessionKey> for LinkItem {
    fn from(key: SessionKey) -> Self {
        Self {
            id: key.id,
            role: key.role.name(),
            label: key.label,
            created_at: key.created_at.0,
            expires_at: key.expires_at.map(|at| at.0),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLink {
    role: String,
    label: String,
    /// Days after which it ends by itself.
    days: Option<u32>,
}

/// A link as its maker sees it, this once.
#[derive(Serialize)]
struct FreshLink {
    #[serde(flatten)]
    link: LinkItem,
    /// To be opened by whoever gets the role; for a bridge, where it posts to.
    url: String,
    token: String,
}

async fn host_of(web: &Web, id: &str, headers: &HeaderMap) -> Result<SessionId, WebError> {
    let id = session_id(id)?;
    principal::api_desk(web, &id, headers).await?.host_only()?;
    session_by_id(web, &id).await?;
    Ok(id)
}

/// `GET /host/{session}/links`
pub async fn list(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = host_of(&web, &id, &headers).await?;
    let now = web.lobby.clock.now();
    let keys = web.lobby.store.session_keys(&id, now).await?;
    let links: Vec<LinkItem> = keys.into_iter().map(LinkItem::from).collect();
    Ok(Json(links).into_response())
}

/// `POST /host/{session}/links`
pub async fn make(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let id = host_of(&web, &id, &headers).await?;
    let asked: NewLink = read_json(&body)?;
    let role = KeyRole::from_name(&asked.role).ok_or_else(|| {
        let names = KeyRole::ALL.map(KeyRole::name).join(", ");
        BadPlan::new("role", format!("must be one of {names}"))
    })?;
    let label = clean_line("label", &asked.label, LABEL_MAX)?;
    let days = asked.days.filter(|days| *days > 0);
    if days.is_some_and(|days| days > DAYS_MAX) {
        return Err(BadPlan::new("days", format!("must be 1 to {DAYS_MAX}, or left out")).into());
    }
    let lobby = &web.lobby;
    let now = lobby.clock.now();
    if lobby.store.session_keys(&id, now).await?.len() >= LINKS_MAX {
        let why =
            format!("A session has at most {LINKS_MAX} links; withdraw one that is not used.");
        return Err(WebError::Refused(Refusal::LimitReached(why)).into());
    }
    let (key, token) = lobby.make_session_key(id, role, label, days).await?;
    let url = match role {
        KeyRole::Bridge => format!(
            "{}/api/v1/sessions/{}/questions",
            lobby.public_url, key.session
        ),
        _ => lobby.sign_in_url(&token),
    };
    let link = FreshLink {
        link: key.into(),
        url,
        token,
    };
    Ok((StatusCode::CREATED, Json(link)).into_response())
}

/// `DELETE /host/{session}/links/{link}`: it is worthless from now on, and desks opened with it are cleared.
pub async fn revoke(
    State(web): State<Web>,
    Path((id, link)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let id = host_of(&web, &id, &headers).await?;
    let now = web.lobby.clock.now();
    match web.lobby.store.revoke_session_key(&id, &link, now).await? {
        Some(hash) => {
            // That nobody listens is no fault.
            let _ = web.revoked.send(hash);
            Ok(StatusCode::NO_CONTENT)
        }
        None => Err(WebError::NotFound("There is no such link.".to_string()).into()),
    }
}
