//! The walkthrough's pages: a step with an input that anyone may edit. Everything in them is made here, so that
//! they work without JavaScript; with it, only the part that changes is fetched.

pub mod compute;
mod page;

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use self::compute::{Asked, Part};
use self::page::{Visit, show};
use super::api::Problem;
use super::error::{ApiError, PageError, WebError};
use super::principal::DESK_ROLES;
use super::query::form_pairs;
use super::{Web, principal, query, session_by_code, session_by_id};
use crate::demos::svd::find;
use crate::demos::svd::step::Step;
use crate::domain::command::{AudienceAsk, Command, HostAsk, Role, SendInput, WalkAsk};
use crate::domain::walk::Fields;
use crate::ids::{SessionId, visible};
use crate::live::handle::SessionHandle;

/// The field of a form that is not the step's.
const NAME: &str = "_name";

fn no_walk() -> WebError {
    WebError::NotFound("This session has no walkthrough.".to_string())
}

fn step_named(name: &str) -> Result<&'static dyn Step, WebError> {
    find(name).ok_or_else(|| {
        let shown = visible(name, 40);
        WebError::NotFound(format!("The walkthrough has no step “{shown}”."))
    })
}

fn pairs_of(input: &Fields) -> Vec<(String, String)> {
    let pairs = input.iter();
    pairs.map(|(k, v)| (k.clone(), v.clone())).collect()
}

/// The path of a step with this input.
fn path_of(code: &str, step: &str, pairs: &[(String, String)]) -> String {
    match pairs.is_empty() {
        true => format!("/walk/{code}/{step}"),
        false => {
            let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
            format!("/walk/{code}/{step}?{query}")
        }
    }
}

/// `GET /walk/{code}`: where the host is.
pub async fn follow(
    State(web): State<Web>,
    Path(code): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let who = principal::voter(&web, &session.id, &headers);
    let now = session.walk(who).await?.ok_or_else(no_walk)?;
    let step = step_named(&now.walk.step)?;
    let pairs = pairs_of(&now.walk.input);
    let visit = Visit {
        step,
        pairs,
        follows: true,
    };
    show(&web, &session, now, &headers, visit).await
}

/// `GET /walk/{code}/{step}?field=…`: a step with an input of one's own.
pub async fn step(
    State(web): State<Web>,
    Path((code, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let who = principal::voter(&web, &session.id, &headers);
    let now = session.walk(who).await?.ok_or_else(no_walk)?;
    let pairs = form_pairs(query.unwrap_or_default().as_bytes()).map_err(WebError::Bad)?;
    let visit = Visit {
        step: step_named(&name)?,
        pairs,
        follows: false,
    };
    show(&web, &session, now, &headers, visit).await
}

/// A part as it is fetched: HTML, or what is wrong with the input.
fn part_response(part: Part) -> Response {
    match part {
        Ok(part) => {
            let headers = [
                (header::CONTENT_TYPE, "text/html; charset=utf-8"),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, part.html.clone()).into_response()
        }
        Err(fault) => {
            let body = json!({ "field": fault.field, "why": fault.why });
            (StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response()
        }
    }
}

/// `POST /walk/{code}/{step}/part`: what the step shows with these fields.
pub async fn part(
    State(web): State<Web>,
    Path((code, name)): Path<(String, String)>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Result<Response, ApiError> {
    let session = session_by_code(&web, &code).await?;
    let now = session.walk(None).await?.ok_or_else(no_walk)?;
    let who = principal::voter(&web, &session.id, &headers);
    let who = who.ok_or_else(|| WebError::Refused(principal::no_cookie(&web)))?;
    let pairs = form_pairs(&body).map_err(WebError::Bad)?;
    let asked = Asked::new(step_named(&name)?, pairs, &now);
    Ok(part_response(
        web.walks.part(asked, Some(who), &web.pace).await?,
    ))
}

/// The step's fields of a form, and the name beside them.
fn sent_fields(body: &[u8]) -> Result<(Fields, String), WebError> {
    let mut name = String::new();
    let mut fields = BTreeMap::new();
    for (field, text) in form_pairs(body).map_err(WebError::Bad)? {
        match field.as_str() {
            NAME => name = text,
            _ => {
                fields.insert(field, text);
            }
        }
    }
    Ok((fields, name))
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

/// `POST /walk/{code}/{step}/send`: hands an input to the host, who may show it.
pub async fn send(
    State(web): State<Web>,
    Path((code, step_name)): Path<(String, String)>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let json = wants_json(&headers);
    let outcome = send_in(&web, &session, &step_name, &headers, &body).await;
    match outcome {
        Ok(_) if json => Ok(Json(json!({ "sent": true })).into_response()),
        Ok(path) => Ok(Redirect::to(&path).into_response()),
        Err(error) if json => Ok(ApiError(error).into_response()),
        Err(error) => Err(error.into()),
    }
}

/// Where a browser is sent to afterwards.
async fn send_in(
    web: &Web,
    session: &SessionHandle,
    step: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<String, WebError> {
    let now = session.walk(None).await?.ok_or_else(no_walk)?;
    let step = step_named(step)?;
    let voter = principal::casting_voter(web, &session.id, headers)?;
    let (input, name) = sent_fields(body)?;
    let pairs = pairs_of(&input);
    let back = path_of(&now.code, step.name(), &pairs);
    // What cannot be shown is of no use to the host.
    let asked = Asked::new(step, pairs, &now);
    let part = web.walks.part(asked, Some(voter), &web.pace).await?;
    part.map_err(|fault| WebError::Bad(format!("{fault}.")))?;
    let ask = AudienceAsk::Input(SendInput {
        segment: now.segment,
        step: step.name().to_string(),
        input,
        name,
    });
    session.ask_as(voter, None, ask).await?;
    Ok(back)
}

/// `POST /host/{session}/walk/{step}`: the host shows this input to everyone.
pub async fn host_shows(
    State(web): State<Web>,
    Path((id, step)): Path<(SessionId, String)>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Result<Response, PageError> {
    principal::desk(&web, &id, &headers, &DESK_ROLES)
        .await?
        .hosts()?;
    let session = session_by_id(&web, &id).await?;
    let now = session.walk(None).await?.ok_or_else(no_walk)?;
    let step = step_named(&step)?;
    let (input, _) = sent_fields(&body)?;
    let asked = Asked::new(step, pairs_of(&input), &now).of_host();
    let part = web.walks.part(asked, None, &web.pace).await?;
    part.map_err(|fault| WebError::Bad(format!("{fault}.")))?;
    let to = WalkAsk::To {
        segment: now.segment,
        step: step.name().to_string(),
        input,
    };
    let command = Command::Host(HostAsk::Walk(to));
    session.ask(Role::Host, command, None).await?;
    if wants_json(&headers) {
        return Ok(Json(json!({ "shown": true })).into_response());
    }
    Ok(Redirect::to(&format!("/walk/{}", now.code)).into_response())
}

/// `GET /host/{session}/sent/{number}`: what a viewer sent, as the host may look at it first.
pub async fn sent(
    State(web): State<Web>,
    Path((id, number)): Path<(SessionId, u32)>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    principal::desk(&web, &id, &headers, &DESK_ROLES)
        .await?
        .hosts()?;
    let session = session_by_id(&web, &id).await?;
    let gone = || WebError::NotFound("That is not there any more.".to_string());
    let (step, input) = session.sent(number).await?.ok_or_else(gone)?;
    let now = session.walk(None).await?.ok_or_else(no_walk)?;
    Ok(Redirect::to(&path_of(&now.code, &step, &pairs_of(&input))).into_response())
}

#[derive(Deserialize)]
pub struct Size {
    rows: usize,
    columns: usize,
}

/// `POST /walk/{code}/picture?rows=&columns=`: grey values, row by row → the factors of their SVD, for the page to
/// recompose at any rank. Nothing of a viewer's picture is kept.
pub async fn picture(
    State(web): State<Web>,
    Path(code): Path<String>,
    query::Asked(size): query::Asked<Size>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let session = session_by_code(&web, &code).await?;
    principal::casting_voter(&web, &session.id, &headers)?;
    let factors = web.walks.factors(size.rows, size.columns, &body).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, factors).into_response())
}

/// What a step of the walkthrough shows, with its checks; fields of the step as query parameters.
#[utoipa::path(get, path = "/api/v1/public/{code}/walk/{step}",
    params(("code" = String, Path), ("step" = String, Path)),
    responses((status = 200, body = serde_json::Value), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn api_step(
    State(web): State<Web>,
    Path((code, name)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let session = session_by_code(&web, &code).await?;
    let now = session.walk(None).await?.ok_or_else(no_walk)?;
    let pairs = form_pairs(query.unwrap_or_default().as_bytes()).map_err(WebError::Bad)?;
    let asked = Asked::new(step_named(&name)?, pairs, &now);
    let who = principal::voter(&web, &session.id, &headers);
    match web.walks.part(asked, who, &web.pace).await? {
        Ok(part) => {
            let json = [(header::CONTENT_TYPE, "application/json")];
            Ok((json, part.json.clone()).into_response())
        }
        Err(fault) => {
            let bad = crate::domain::plan::BadPlan::new(fault.field, fault.why);
            Err(WebError::Refused(bad.into()).into())
        }
    }
}
