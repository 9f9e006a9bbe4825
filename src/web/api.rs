//! `/api/v1`: the public state for anyone, and all that a host can do, for scripts.
//! What it takes and gives is described by the OpenAPI document that the program serves itself.

use std::sync::LazyLock;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, body::Bytes};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::error::{ApiError, WebError, in_few_words};
use super::host::import_sheet;
use super::packed::Packed;
use super::principal::{self, HostApi};
use super::{Web, session_by_code, session_by_id};
use crate::domain::command::Role;
use crate::ids::SessionId;
use crate::live::handle::{Sender, Viewer};
use crate::protocol::{Answer, HostCommand, LogLine, OwnBallot, Snapshot};
use crate::sheet;
use crate::translate::hear;

#[derive(OpenApi)]
#[openapi(
    info(title = "Salon", description = "Live talk sessions: polls by link, live tallies, a stage. \
        Host endpoints take a bearer token made by `salon token LABEL`. Faults are RFC 9457 problem details."),
    paths(public_state, public_log, cast, withdraw, sessions, create, state, run_sheet, log, command,
        super::relay::relay, super::relay::public_room, super::relay::ask, super::relay::edit,
        super::relay::withdraw, super::relay::upvote, super::relay::unvote, super::walk::api_step,
        super::prepare::demos, super::door::door),
    components(schemas(Problem)),
    modifiers(&Bearer),
)]
struct Document;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document
            .components
            .get_or_insert_with(Default::default)
            .add_security_scheme("bearer", scheme);
    }
}

/// RFC 9457 problem details.
#[derive(Serialize, ToSchema)]
#[allow(
    dead_code,
    reason = "described in the OpenAPI document; written by web/error.rs"
)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    /// What is wrong and what to do, for people.
    detail: String,
    /// The same for programs, such as `closed` or `bad_plan`.
    code: String,
    /// The field at fault, where one is.
    field: Option<String>,
}

/// `GET /api/v1/openapi.json`: made and packed once, however often it is asked for.
pub async fn openapi(headers: HeaderMap) -> Response {
    static DOCUMENT: LazyLock<Packed> = LazyLock::new(|| {
        let json = serde_json::to_vec(&Document::openapi()).unwrap_or_default();
        Packed::of("application/json", json)
    });
    DOCUMENT.answer(&headers)
}

/// What the audience may see: the agenda, open polls, revealed results.
#[utoipa::path(get, path = "/api/v1/public/{code}", params(("code" = String, Path)),
    responses((status = 200, body = Snapshot), (status = 404, body = Problem)))]
pub async fn public_state(
    State(web): State<Web>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let session = session_by_code(&web, &code).await?;
    let (_, cookie) = principal::voter_or_new(&web, &session.id, &headers);
    let snapshot = Json(session.snapshot(Viewer::any(Role::Audience)).await?).into_response();
    Ok(principal::with_cookie(snapshot, cookie))
}

/// Every opening, edit, reveal and close.
#[utoipa::path(get, path = "/api/v1/public/{code}/log", params(("code" = String, Path)),
    responses((status = 200, body = Vec<LogLine>), (status = 404, body = Problem)))]
pub async fn public_log(
    State(web): State<Web>,
    Path(code): Path<String>,
) -> Result<Json<Vec<LogLine>>, ApiError> {
    let session = session_by_code(&web, &code).await?;
    Ok(Json(session.log(Role::Audience).await?))
}

/// A ballot sent by HTTP.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BallotBody {
    answer: Answer,
    /// One more than the last one known; without it the newest choice counts.
    #[serde(default)]
    seq: Option<u32>,
    #[serde(default)]
    via: Option<String>,
}

/// Cast or change one's ballot. Send the cookie that `GET /api/v1/public/{code}` gave: it is the voter.
#[utoipa::path(put, path = "/api/v1/public/{code}/polls/{poll}/ballot",
    params(("code" = String, Path), ("poll" = String, Path)), request_body = BallotBody,
    responses((status = 200, body = OwnBallot), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn cast(
    State(web): State<Web>,
    Path((code, poll)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let session = session_by_code(&web, &code).await?;
    let body: BallotBody = read_json(&body)?;
    let voter = principal::casting_voter(&web, &session.id, &headers)?;
    let poll = hear::poll_id(poll).map_err(WebError::Refused)?;
    let via = super::channel(body.via.as_deref());
    let own = session
        .cast_as(voter, via, poll, body.seq, body.answer)
        .await?;
    Ok(Json(own.ballot).into_response())
}

/// Take one's ballot back.
#[utoipa::path(delete, path = "/api/v1/public/{code}/polls/{poll}/ballot",
    params(("code" = String, Path), ("poll" = String, Path)),
    responses((status = 200, body = Option<OwnBallot>), (status = 409, body = Problem)))]
pub async fn withdraw(
    State(web): State<Web>,
    Path((code, poll)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Option<OwnBallot>>, ApiError> {
    let session = session_by_code(&web, &code).await?;
    let poll = hear::poll_id(poll).map_err(WebError::Refused)?;
    let voter = principal::casting_voter(&web, &session.id, &headers)?;
    let own = session.withdraw_as(voter, poll, None).await?;
    Ok(Json(own.ballot))
}

/// A session in a list.
#[derive(Serialize, ToSchema)]
pub struct SessionItem {
    id: String,
    code: String,
    title: String,
    state: String,
    created_at: i64,
}

/// All sessions, newest first.
#[utoipa::path(get, path = "/api/v1/sessions", security(("bearer" = [])),
    responses((status = 200, body = Vec<SessionItem>), (status = 401, body = Problem)))]
pub async fn sessions(
    State(web): State<Web>,
    _host: HostApi,
) -> Result<Json<Vec<SessionItem>>, ApiError> {
    let rows = web.lobby.store.sessions().await?;
    Ok(Json(
        rows.into_iter()
            .map(|row| SessionItem {
                id: row.id.to_string(),
                code: row.code.to_string(),
                title: row.title,
                state: row.state,
                created_at: row.created_at.0,
            })
            .collect(),
    ))
}

/// Make a session from a run sheet (TOML, `docs/run-sheet.md`).
#[utoipa::path(post, path = "/api/v1/sessions", security(("bearer" = [])),
    request_body(content = String, content_type = "application/toml"),
    responses((status = 201, body = Snapshot), (status = 422, body = Problem)))]
pub async fn create(
    State(web): State<Web>,
    _host: HostApi,
    body: Bytes,
) -> Result<Response, ApiError> {
    let text = sheet::decode(&body, "run sheet").map_err(|fault| {
        WebError::Refused(crate::domain::refusal::Refusal::BadAnswer(
            fault.to_string(),
        ))
    })?;
    let id = import_sheet(&web, &text)
        .await?
        .map_err(|faults| WebError::Refused(crate::domain::refusal::Refusal::BadAnswer(faults)))?;
    let session = session_by_id(&web, &id).await?;
    let snapshot = session.snapshot(Viewer::any(Role::Host)).await?;
    let location = [(header::LOCATION, format!("/api/v1/sessions/{id}"))];
    Ok((StatusCode::CREATED, location, Json(snapshot)).into_response())
}

/// All that one's role sees of a session.
#[utoipa::path(get, path = "/api/v1/sessions/{session}", security(("bearer" = [])),
    params(("session" = String, Path)),
    responses((status = 200, body = Snapshot), (status = 404, body = Problem)))]
pub async fn state(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Snapshot>, ApiError> {
    let id = session_id(&id)?;
    let role = principal::api_desk(&web, &id, &headers).await?.sees()?;
    let session = session_by_id(&web, &id).await?;
    Ok(Json(session.snapshot(Viewer::any(role)).await?))
}

/// The session as a run sheet.
#[utoipa::path(get, path = "/api/v1/sessions/{session}/sheet", security(("bearer" = [])),
    params(("session" = String, Path)),
    responses((status = 200, body = String, content_type = "application/toml"), (status = 404, body = Problem)))]
pub async fn run_sheet(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = session_id(&id)?;
    principal::api_desk(&web, &id, &headers).await?.hosts()?;
    let session = session_by_id(&web, &id).await?;
    let text = sheet::write(&session.plan().await?);
    Ok((
        [(header::CONTENT_TYPE, "application/toml; charset=utf-8")],
        text,
    )
        .into_response())
}

/// The log, with what is not public yet.
#[utoipa::path(get, path = "/api/v1/sessions/{session}/log", security(("bearer" = [])),
    params(("session" = String, Path)),
    responses((status = 200, body = Vec<LogLine>), (status = 404, body = Problem)))]
pub async fn log(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Vec<LogLine>>, ApiError> {
    let id = session_id(&id)?;
    principal::api_desk(&web, &id, &headers).await?.hosts()?;
    let session = session_by_id(&web, &id).await?;
    Ok(Json(session.log(Role::Host).await?))
}

/// Carry out a command; the answer is the state after it, on disk. A co-host's, moderator's or speaker's token
/// of this session will do for what that role may.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/commands", security(("bearer" = [])),
    params(("session" = String, Path)), request_body = HostCommand,
    responses((status = 200, body = Snapshot), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn command(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Snapshot>, ApiError> {
    // Before anything that takes time: what was sent before an answer was there is told by it.
    let heard_at = tokio::time::Instant::now();
    let id = session_id(&id)?;
    let desk = principal::api_desk(&web, &id, &headers).await?;
    // A bridge has an endpoint of its own; the answer here is a state that it may not see.
    let sender = Sender {
        who: desk.number(),
        heard_at,
    };
    let role = desk.sees()?;
    let session = session_by_id(&web, &id).await?;
    let ask = hear::host(read_json(&body)?).map_err(WebError::Refused)?;
    session.ask_for(role, ask, sender).await?;
    Ok(Json(session.snapshot(Viewer::any(role)).await?))
}

pub(super) fn session_id(text: &str) -> Result<SessionId, WebError> {
    text.parse()
        .map_err(|_| WebError::NotFound("There is no such session.".to_string()))
}

/// The body as JSON; what is wrong with it is told with its place.
pub(super) fn read_json<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, WebError> {
    serde_json::from_slice(body).map_err(|error| {
        let why = in_few_words(&error);
        WebError::Bad(format!("The body is not what is expected here: {why}."))
    })
}
