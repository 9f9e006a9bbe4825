//! A run's pictures, to go back to: which there are, and each. What they are made of is in `docs/protocol.md`.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Json, body::Bytes};
use serde_json::json;

use super::error::{PageError, WebError};
use super::{Web, session_by_code};

fn gone() -> PageError {
    WebError::NotFound("That run is not shown any more.".to_string()).into()
}

/// `GET /runs/{code}/{number}`: frame and step of each picture, oldest first.
pub async fn frames(
    State(web): State<Web>,
    Path((code, number)): Path<(String, u32)>,
) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let frames = session.frames(number).await.map_err(WebError::from)?;
    let frames = frames.ok_or_else(gone)?;
    let fresh = [(header::CACHE_CONTROL, "no-store")];
    Ok((fresh, Json(json!({ "frames": frames }))).into_response())
}

/// `GET /runs/{code}/{number}/{frame}`: the picture. It does not change, but that a run which is begun again after a crash
/// makes its pictures anew: so it is kept for some minutes only.
pub async fn frame(
    State(web): State<Web>,
    Path((code, number, frame)): Path<(String, u32, u32)>,
) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let picture: Option<Bytes> = session.frame(number, frame).await.map_err(WebError::from)?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "private, max-age=300"),
    ];
    Ok((headers, picture.ok_or_else(gone)?).into_response())
}
