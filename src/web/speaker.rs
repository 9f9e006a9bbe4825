//! The speaker's view: what is asked now and next, the clock, whether everyone sees and hears.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use super::error::PageError;
use super::{Web, assets, page, principal, session_by_id};
use crate::domain::command::Role;
use crate::live::handle::Viewer;
use crate::store::KeyRole;

/// Whose keys open the speaker's view, beside the host's.
pub const ROLES: [KeyRole; 3] = [KeyRole::Speaker, KeyRole::CoHost, KeyRole::Moderator];

#[derive(Template)]
#[template(path = "speaker.html")]
struct SpeakerPage {
    nonce: String,
    assets: &'static str,
    title: String,
    code: String,
    ws_url: String,
    stage_url: String,
}

/// `GET /speaker/{session}`
pub async fn page(
    State(web): State<Web>,
    Path(typed): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let id = principal::session_of_desk(&web, &typed, &headers).await?;
    principal::desk(&web, &id, &headers, &ROLES).await?;
    if id.as_str() != typed {
        return Ok(Redirect::to(&format!("/speaker/{id}")).into_response());
    }
    let session = session_by_id(&web, &id).await?;
    let snapshot = session.look(Viewer::any(Role::Speaker)).await?;
    let nonce = page::nonce();
    let code = snapshot.session.code;
    let template = SpeakerPage {
        nonce: nonce.clone(),
        assets: assets::base(),
        title: snapshot.session.title,
        ws_url: format!("/speaker/{id}/ws?v={}", crate::protocol::VERSION),
        stage_url: format!("/stage/{code}"),
        code,
    };
    Ok(page::render(&template, &nonce, page::Framing::Never))
}
