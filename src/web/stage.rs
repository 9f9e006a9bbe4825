//! The stage: projector, iframe in slides, overlay of a stream. It holds no host data and no controls.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;

use super::error::PageError;
use super::{Web, assets, page, query, session_by_code};
use crate::domain::command::Role;
use crate::live::handle::Viewer;

#[derive(Template)]
#[template(path = "stage.html")]
struct StagePage {
    nonce: String,
    assets: &'static str,
    code: String,
    title: String,
    join_text: String,
    /// Where Salon is, as people read it: host and port.
    site: String,
    /// As links have it; another one means that this page shows an old QR code.
    join_url: String,
    /// Why only this machine can join; empty if others can.
    only_here: String,
    qr_url: String,
    ws_url: String,
    mode: &'static str,
    theme: &'static str,
}

#[derive(Deserialize)]
pub struct Asked {
    embed: Option<String>,
    overlay: Option<String>,
    preview: Option<String>,
    theme: Option<String>,
}

/// `GET /stage/{code}`, also with `?embed`, `?overlay`, `?theme=dark|light`; with `?embed&preview` it is not counted as a stage.
pub async fn stage(
    State(web): State<Web>,
    Path(code): Path<String>,
    query::Asked(asked): query::Asked<Asked>,
) -> Result<Response, PageError> {
    show(&web, &code, "", asked).await
}

/// `GET /stage/{code}/{key}`: the same by the host's link, which has a place kept for it.
pub async fn by_link(
    State(web): State<Web>,
    Path((code, key)): Path<(String, String)>,
    query::Asked(asked): query::Asked<Asked>,
) -> Result<Response, PageError> {
    show(&web, &code, &key, asked).await
}

async fn show(web: &Web, code: &str, key: &str, asked: Asked) -> Result<Response, PageError> {
    let session = session_by_code(web, code).await?;
    // A link that was cut off shows the stage all the same, as to anyone.
    let known = web.lobby.secrets.is_stage_key(&session.id, key);
    let key = if known {
        format!("&key={key}")
    } else {
        String::new()
    };
    let preview = if asked.preview.is_some() {
        "&preview"
    } else {
        ""
    };
    let snapshot = session.look(Viewer::any(Role::Stage)).await?.session;
    let (mode, framing) = match (asked.embed, asked.overlay) {
        (Some(_), _) => ("embed", page::Framing::Anywhere),
        (None, Some(_)) => ("overlay", page::Framing::Anywhere),
        (None, None) => ("full", page::Framing::SameSite),
    };
    let nonce = page::nonce();
    let code = snapshot.code;
    let join_url = snapshot.join_url;
    let join_text = join_url
        .split_once("://")
        .map_or(join_url.as_str(), |(_, rest)| rest);
    let site = join_text.trim_end_matches(&code).trim_end_matches('/');
    let template = StagePage {
        nonce: nonce.clone(),
        assets: assets::base(),
        title: snapshot.title,
        join_text: join_text.to_string(),
        site: site.to_string(),
        qr_url: super::qr_path(&code, &join_url),
        only_here: web.reach.only_here().unwrap_or_default(),
        join_url: join_url.clone(),
        ws_url: format!(
            "/ws/{code}?v={}&role=stage&session={}{key}{preview}",
            crate::protocol::VERSION,
            session.id
        ),
        mode,
        theme: match asked.theme.as_deref() {
            Some("dark") => "dark",
            Some("light") => "light",
            _ => "",
        },
        code,
    };
    Ok(page::render(&template, &nonce, framing))
}
