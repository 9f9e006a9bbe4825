//! Questions by the API: from other chats by a bridge, and from the audience without a socket.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::{Problem, read_json, session_id};
use super::error::{ApiError, WebError};
use super::{Web, principal, session_by_code, session_by_id};
use crate::domain::command::{AudienceAsk, Command, HostAsk, Role};
use crate::domain::questions::ask::Asked;
use crate::domain::refusal::Refusal;
use crate::ids::QuestionId;
use crate::live::handle::Viewer;
use crate::protocol::{OwnQuestion, RelayedQuestion, RoomView};
use crate::secrets::fresh_token;
use crate::translate::hear_room;

/// One question, or several at once.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum RelayBody {
    Several(Several),
    One(RelayedQuestion),
}

/// At most 100.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Several {
    questions: Vec<RelayedQuestion>,
}

#[derive(Serialize, ToSchema)]
pub struct Relayed {
    /// Questions that were in the request.
    received: usize,
}

/// Hand on questions from another chat. A bridge's token of this session, or a host's or moderator's.
/// A question with an `id` that was taken before is left out, so that a bridge may send all of it again.
#[utoipa::path(post, path = "/api/v1/sessions/{session}/questions", security(("bearer" = [])),
    params(("session" = String, Path)), request_body = RelayBody,
    responses((status = 201, body = Relayed), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn relay(
    State(web): State<Web>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let id = session_id(&id)?;
    let desk = principal::api_desk(&web, &id, &headers).await?;
    let session = session_by_id(&web, &id).await?;
    // A shape of its own first: the words of a failed choice between two shapes help nobody.
    let value: serde_json::Value = read_json(&body)?;
    let questions = if value.get("questions").is_some() {
        read_json::<Several>(&body)?.questions
    } else {
        vec![read_json::<RelayedQuestion>(&body)?]
    };
    let received = questions.len();
    let relayed = hear_room::relayed(questions).map_err(WebError::from)?;
    // Programs are relayed by the rules, whoever lent them a token; what people paste in they have read.
    let role = match desk.role {
        Role::Speaker => return Err(WebError::Refused(Refusal::NotAllowed).into()),
        _ => Role::Bridge,
    };
    let ask = HostAsk::Relay(relayed);
    session.ask(role, Command::Host(ask), None).await?;
    Ok((StatusCode::CREATED, Json(Relayed { received })).into_response())
}

/// Questions, chat and signal check as the audience sees them, with one's own.
#[utoipa::path(get, path = "/api/v1/public/{code}/questions", params(("code" = String, Path)),
    responses((status = 200, body = RoomView), (status = 404, body = Problem)))]
pub async fn public_room(
    State(web): State<Web>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let session = session_by_code(&web, &code).await?;
    let (voter, cookie) = principal::voter_or_new(&web, &session.id, &headers);
    let viewer = Viewer {
        voter: Some(voter),
        ..Viewer::any(Role::Audience)
    };
    let room = session.snapshot(viewer).await?.room;
    Ok(principal::with_cookie(Json(room).into_response(), cookie))
}

/// A question of the audience, sent by HTTP.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionBody {
    text: String,
    #[serde(default)]
    name: String,
    /// One's own name for it: a repeat with the same key asks nothing new.
    #[serde(default)]
    key: Option<String>,
    /// The question that it follows up.
    #[serde(default)]
    about: Option<u32>,
    #[serde(default)]
    via: Option<String>,
}

/// Carries out what a voter asks, who is known by the cookie.
async fn as_voter(
    web: &Web,
    code: &str,
    headers: &HeaderMap,
    via: Option<&str>,
    ask: AudienceAsk,
) -> Result<Json<Option<OwnQuestion>>, ApiError> {
    let session = session_by_code(web, code).await?;
    let voter = principal::casting_voter(web, &session.id, headers)?;
    let via = super::channel(via);
    Ok(Json(session.ask_as(voter, via, ask).await?.question))
}

/// Ask. Send the cookie that `GET` of the same address gave: it is the asker.
#[utoipa::path(post, path = "/api/v1/public/{code}/questions", params(("code" = String, Path)),
    request_body = QuestionBody,
    responses((status = 201, body = OwnQuestion), (status = 403, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn ask(
    State(web): State<Web>,
    Path(code): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let body: QuestionBody = read_json(&body)?;
    let asked = AudienceAsk::Question(Asked {
        key: body.key.unwrap_or_else(fresh_key),
        text: body.text,
        name: body.name,
        about: body.about.map(QuestionId),
    });
    let own = as_voter(&web, &code, &headers, body.via.as_deref(), asked).await?;
    Ok((StatusCode::CREATED, own).into_response())
}

/// A question by its number in an address; what is no number is no question.
pub(super) fn question_id(text: &str) -> Result<QuestionId, WebError> {
    let unknown = || WebError::Refused(Refusal::unknown("question", &text));
    text.parse().map(QuestionId).map_err(|_| unknown())
}

/// A name for a question whose asker gave it none.
pub(super) fn fresh_key() -> String {
    fresh_token()[..32].to_string()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditBody {
    text: String,
    #[serde(default)]
    name: String,
}

/// Word one's own question anew, until it is taken up.
#[utoipa::path(put, path = "/api/v1/public/{code}/questions/{question}",
    params(("code" = String, Path), ("question" = u32, Path)), request_body = EditBody,
    responses((status = 200, body = OwnQuestion), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn edit(
    State(web): State<Web>,
    Path((code, question)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Option<OwnQuestion>>, ApiError> {
    let EditBody { text, name } = read_json(&body)?;
    let question = question_id(&question)?;
    let edit = AudienceAsk::EditQuestion {
        question,
        text,
        name,
    };
    as_voter(&web, &code, &headers, None, edit).await
}

/// Take one's own question back, until it is taken up.
#[utoipa::path(delete, path = "/api/v1/public/{code}/questions/{question}",
    params(("code" = String, Path), ("question" = u32, Path)),
    responses((status = 200, body = OwnQuestion), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn withdraw(
    State(web): State<Web>,
    Path((code, question)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Option<OwnQuestion>>, ApiError> {
    let ask = AudienceAsk::WithdrawQuestion(question_id(&question)?);
    as_voter(&web, &code, &headers, None, ask).await
}

/// "Me too."
#[utoipa::path(put, path = "/api/v1/public/{code}/questions/{question}/upvote",
    params(("code" = String, Path), ("question" = u32, Path)),
    responses((status = 200), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn upvote(
    State(web): State<Web>,
    Path((code, question)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Option<OwnQuestion>>, ApiError> {
    let question = question_id(&question)?;
    let ask = AudienceAsk::Upvote { question, up: true };
    as_voter(&web, &code, &headers, None, ask).await
}

/// Not any more.
#[utoipa::path(delete, path = "/api/v1/public/{code}/questions/{question}/upvote",
    params(("code" = String, Path), ("question" = u32, Path)),
    responses((status = 200), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn unvote(
    State(web): State<Web>,
    Path((code, question)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Json<Option<OwnQuestion>>, ApiError> {
    let question = question_id(&question)?;
    let ask = AudienceAsk::Upvote {
        question,
        up: false,
    };
    as_voter(&web, &code, &headers, None, ask).await
}
