//! Questions without JavaScript: one plain page that lists them, with a form for each act.

use askama::Template;
use axum::extract::{Path, RawForm, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::{PageError, WebError};
use super::query::form_pairs;
use super::relay::{fresh_key, question_id};
use super::{Web, page, principal, query, session_by_code};
use crate::domain::command::{AudienceAsk, Role};
use crate::domain::questions::ask::Asked;
use crate::domain::refusal::Refusal;
use crate::ids::ChannelId;
use crate::live::handle::{AskError, SessionHandle, Viewer};
use crate::protocol::{OwnQuestion, QuestionView, RoomView, SessionView};

#[derive(Template)]
#[template(path = "questions.html")]
struct QuestionsPage {
    nonce: String,
    css: &'static str,
    session: SessionView,
    room: RoomView,
    asking: Vec<QuestionView>,
    open: Vec<QuestionView>,
    done: Vec<QuestionView>,
    own: Vec<OwnRow>,
    upvoted: Vec<u32>,
    /// May ask: the session goes on, questions are taken, and this asker is not banned.
    takes: bool,
    via: String,
    key: String,
    notice: String,
    notice_bad: bool,
    text: String,
    name: String,
}

struct OwnRow {
    question: OwnQuestion,
    words: &'static str,
}

#[derive(Debug, Default, Deserialize)]
pub struct Came {
    via: Option<String>,
    done: Option<String>,
}

/// `GET /{code}/questions`
pub async fn page(
    State(web): State<Web>,
    Path(code): Path<String>,
    query::Asked(came): query::Asked<Came>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let notice = match came.done.as_deref() {
        Some("asked") => "Your question is received.",
        Some("me-too") => "Counted: you want this answered too.",
        Some("not-me") => "You are no longer counted for it.",
        Some("withdrawn") => "Your question is withdrawn.",
        _ => "",
    };
    let form = Form {
        via: came.via,
        ..Form::default()
    };
    show(&web, &session, &headers, form, (notice.to_string(), false)).await
}

async fn show(
    web: &Web,
    session: &SessionHandle,
    headers: &HeaderMap,
    form: Form,
    (notice, notice_bad): (String, bool),
) -> Result<Response, PageError> {
    let (voter, cookie) = principal::voter_or_new(web, &session.id, headers);
    let viewer = Viewer {
        voter: Some(voter),
        via: form.channel(),
        ..Viewer::any(Role::Audience)
    };
    let snapshot = session.snapshot(viewer).await?;
    let room = snapshot.room.map(|room| *room).unwrap_or_default();
    let own = room.own.clone().unwrap_or_default();
    let of = |standing: &str| -> Vec<QuestionView> {
        let list = room.questions.list.iter();
        list.filter(|question| question.standing == standing)
            .cloned()
            .collect()
    };
    let nonce = page::nonce();
    let template = QuestionsPage {
        nonce: nonce.clone(),
        css: page::plain_css(),
        takes: room.questions.rules.open && !own.banned && snapshot.session.state != "ended",
        asking: of("asking"),
        open: of("open"),
        done: of("answered"),
        upvoted: own.upvoted,
        own: own
            .questions
            .into_iter()
            .map(|question| OwnRow {
                words: state_words(&question.state),
                question,
            })
            .collect(),
        session: snapshot.session,
        room,
        via: form.via.unwrap_or_default(),
        key: fresh_key(),
        notice,
        notice_bad,
        text: form.text,
        name: form.name,
    };
    let response = page::render(&template, &nonce, page::Framing::Never);
    Ok(principal::with_cookie(response, cookie))
}

fn state_words(state: &str) -> &'static str {
    match state {
        "pending" => "waits for a moderator",
        "asking" => "is being asked now",
        "answered" => "answered",
        "closed" => "closed",
        "merged" => "counted together with another one",
        "hidden" => "hidden by a moderator",
        "withdrawn" => "withdrawn by you",
        _ => "open",
    }
}

#[derive(Debug, Default)]
struct Form {
    via: Option<String>,
    key: String,
    text: String,
    name: String,
}

impl Form {
    fn read(body: &[u8]) -> Result<Self, WebError> {
        let mut form = Self::default();
        for (field, value) in form_pairs(body).map_err(WebError::Bad)? {
            match field.as_str() {
                "via" => form.via = Some(value).filter(|via| !via.is_empty()),
                "key" => form.key = value,
                "text" => form.text = value,
                "name" => form.name = value,
                other => return Err(WebError::Bad(super::unknown_field(other))),
            }
        }
        Ok(form)
    }

    fn channel(&self) -> Option<ChannelId> {
        super::channel(self.via.as_deref())
    }
}

/// `POST /{code}/questions`
pub async fn ask(
    State(web): State<Web>,
    Path(code): Path<String>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Result<Response, PageError> {
    let form = Form::read(&body)?;
    let asked = AudienceAsk::Question(Asked {
        key: form.key.clone(),
        text: form.text.clone(),
        name: form.name.clone(),
        about: None,
    });
    carry_out(&web, &code, &headers, form, asked, "asked").await
}

/// `POST /{code}/questions/{question}/me-too`, `…/not-me`, `…/withdraw`
pub async fn act(
    State(web): State<Web>,
    Path((code, question, act)): Path<(String, String, String)>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Result<Response, PageError> {
    let form = Form::read(&body)?;
    let question = question_id(&question)?;
    let (ask, done) = match act.as_str() {
        "me-too" => (AudienceAsk::Upvote { question, up: true }, "me-too"),
        "not-me" => {
            let up = false;
            (AudienceAsk::Upvote { question, up }, "not-me")
        }
        "withdraw" => (AudienceAsk::WithdrawQuestion(question), "withdrawn"),
        _ => return Err(WebError::NotFound("There is no such page.".to_string()).into()),
    };
    carry_out(&web, &code, &headers, form, ask, done).await
}

/// Back to the page, so that a reload sends nothing twice; a refusal is shown on it, with the words kept.
async fn carry_out(
    web: &Web,
    code: &str,
    headers: &HeaderMap,
    form: Form,
    ask: AudienceAsk,
    done: &str,
) -> Result<Response, PageError> {
    let session = session_by_code(web, code).await?;
    let voter = principal::casting_voter(web, &session.id, headers)?;
    match session.ask_as(voter, form.channel(), ask).await {
        Ok(_) => {
            let via = form.channel();
            let via = via.map(|via| format!("&via={via}")).unwrap_or_default();
            let code: crate::ids::SessionCode = code
                .parse()
                .map_err(|bad: crate::ids::BadId| WebError::NotFound(bad.to_string()))?;
            Ok(Redirect::to(&format!("/{code}/questions?done={done}{via}")).into_response())
        }
        Err(AskError::Refused { refusal, .. }) => {
            refused(web, &session, headers, form, refusal).await
        }
        Err(AskError::Restarting) => Err(WebError::Restarting.into()),
    }
}

async fn refused(
    web: &Web,
    session: &SessionHandle,
    headers: &HeaderMap,
    form: Form,
    refusal: Refusal,
) -> Result<Response, PageError> {
    let status = WebError::Refused(refusal.clone()).status();
    let page = show(web, session, headers, form, (refusal.to_string(), true)).await?;
    Ok((status, page).into_response())
}
