//! What a host needs to put a session together: a new one, a look at what phones will show, the demos there are.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::Deserialize;

use super::error::{PageError, in_few_words};
use super::host::{Filled, fresh_code, home_page};
use super::principal::{self, HostPage};
use super::{Web, audience, session_by_id};
use crate::domain::command::Role;
use crate::domain::plan::{SessionPlan, TITLE_MAX};
use crate::domain::refusal::Refusal;
use crate::domain::text::clean_line;
use crate::ids::{SessionCode, SessionId};
use crate::live::handle::Viewer;
use crate::protocol::{DemoView, PollSpec};
use crate::store::{KeyRole, StoreError};
use crate::translate::{preview, show_demo};

/// What a new session is made from; an empty code asks the program to choose one.
#[derive(Deserialize)]
pub struct NewSession {
    title: String,
    #[serde(default)]
    code: String,
}

/// `POST /host/sessions`: an empty session, and on to its panel.
pub async fn create(
    State(web): State<Web>,
    _host: HostPage,
    Form(form): Form<NewSession>,
) -> Result<Response, PageError> {
    let refused = async |why: String| -> Result<Response, PageError> {
        let filled = Filled {
            title: form.title.clone(),
            code: form.code.clone(),
            ..Filled::default()
        };
        let page = home_page(&web, why, filled).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let title = match clean_line("The title", &form.title, TITLE_MAX) {
        Ok(title) => title,
        Err(bad) => return refused(format!("{} {}.", bad.field, bad.why)).await,
    };
    let own = form.code.trim();
    let code: SessionCode = match own {
        "" => fresh_code(),
        own => match own.parse() {
            Ok(code) => code,
            Err(bad) => {
                let shown: String = own.chars().take(40).collect();
                return refused(format!("The code “{shown}” cannot be used: {bad}.")).await;
            }
        },
    };
    let plan = SessionPlan {
        title,
        blurb: String::new(),
        code,
        lang: String::new(),
        channels: Vec::new(),
        agenda: Vec::new(),
        polls: Vec::new(),
        questions: Default::default(),
    };
    match web.lobby.create(&plan).await {
        Ok(id) => Ok(Redirect::to(&format!("/host/{id}")).into_response()),
        Err(StoreError::CodeTaken(code)) => {
            refused(format!(
                "The code {code} belongs to another session; choose another one, or leave it empty."
            ))
            .await
        }
        Err(error) => Err(error.into()),
    }
}

/// The poll to look at, as JSON in the shape of `PollSpec`.
#[derive(Deserialize)]
pub struct Looked {
    poll: String,
    #[serde(default)]
    segment: Option<String>,
}

/// `GET /host/{session}/preview?poll=…&segment=…`: the audience's page as it would be with this poll open.
pub async fn preview(
    State(web): State<Web>,
    Path(id): Path<SessionId>,
    Query(looked): Query<Looked>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    principal::desk(&web, &id, &headers, &[KeyRole::CoHost]).await?;
    let session = session_by_id(&web, &id).await?;
    let plan = session.plan().await?;
    let now = web.lobby.clock.now();
    let join_url = web.lobby.join_url(&plan.code);
    let segment = looked.segment.filter(|segment| !segment.is_empty());
    let spec: Result<PollSpec, Refusal> = serde_json::from_str(&looked.poll)
        .map_err(|error| Refusal::BadAnswer(format!("{}.", in_few_words(&error))));
    let shown = spec.and_then(|spec| preview::opened(plan, spec, segment, &join_url, now));
    Ok(match shown {
        Ok(snapshot) => audience::preview(snapshot, String::new()),
        Err(refusal) => {
            let empty = session.look(Viewer::any(Role::Audience)).await?;
            let mut page = audience::preview(empty, format!("Not yet: {refusal}"));
            *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            page
        }
    })
}

/// The demos that a segment can have: what can be set on each, and sets worth beginning with.
#[utoipa::path(get, path = "/api/v1/demos",
    responses((status = 200, body = Vec<DemoView>)))]
pub async fn demos() -> Json<Vec<DemoView>> {
    Json(show_demo::all())
}
