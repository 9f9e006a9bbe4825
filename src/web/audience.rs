//! The audience's pages: the root with its code field, the session itself, votes by plain form, the log, the QR.

mod first;

use std::sync::LazyLock;

use askama::Template;
use axum::extract::{Path, RawForm, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::asked;
use super::error::{PageError, WebError};
use super::query::form_pairs;
use super::{Web, assets, page, principal, query, session_by_code};
use crate::domain::command::Role;
use crate::ids::{ChannelId, Pasted, SessionCode};
use crate::live::handle::{AskError, SessionHandle, Viewer};
use crate::protocol::{Answer, PollView, Snapshot};
use crate::translate::hear;
use crate::translate::show_words::{forecast_words, share_words, tie_words};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    nonce: String,
    css: &'static str,
    code: String,
    error: String,
}

/// `GET /`
pub async fn home() -> Response {
    home_page(String::new(), String::new())
}

fn home_page(code: String, error: String) -> Response {
    let nonce = page::nonce();
    let template = HomePage {
        nonce: nonce.clone(),
        css: page::plain_css(),
        code,
        error,
    };
    page::render(&template, &nonce, page::Framing::Never)
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
    via: Option<String>,
}

/// Signs of the code field that are read: a whole link fits, and an invitation around it.
const TYPED_MAX: usize = 400;

/// `GET /join?code=…`
pub async fn join(
    State(web): State<Web>,
    query::Asked(typed): query::Asked<Typed>,
) -> Result<Response, PageError> {
    let shown: String = typed.code.chars().take(TYPED_MAX).collect();
    match shown.parse::<Pasted>() {
        Err(bad) => Ok(home_page(shown, format!("{bad}."))),
        Ok(Pasted { code, via }) => match web.lobby.store.session_by_code(&code).await? {
            Some(_) => {
                // A link that was pasted may be a channel's; the form itself names none.
                let via = via.or_else(|| super::channel(typed.via.as_deref()));
                let via = via.map(|via| format!("?via={via}")).unwrap_or_default();
                Ok(Redirect::to(&format!("/{code}{via}")).into_response())
            }
            None => {
                let error = format!("There is no session {code}. Check the code on the screen.");
                Ok(home_page(shown, error))
            }
        },
    }
}

/// `static/js/audience.js`, made small by `build.rs`.
const SCRIPT: &str = include_str!(concat!(env!("OUT_DIR"), "/audience.min.js"));

#[derive(Template)]
#[template(path = "audience.html")]
struct AudiencePage {
    nonce: String,
    assets: &'static str,
    css: &'static str,
    js: &'static str,
    /// The session's id: what a device keeps is filed under it.
    id: String,
    /// Its polls in the order in which they are shown.
    snapshot: Snapshot,
    past_from: usize,
    shows_run: bool,
    state_json: String,
    via: String,
    notice: String,
    notice_bad: bool,
    /// Only looked at: as a phone with scripts shows it, without one.
    preview: bool,
}

impl AudiencePage {
    /// The polls that come first.
    fn first(&self) -> &[PollView] {
        self.snapshot
            .polls
            .get(..self.past_from)
            .unwrap_or_default()
    }

    /// Those below everything else.
    fn past(&self) -> &[PollView] {
        self.snapshot
            .polls
            .get(self.past_from..)
            .unwrap_or_default()
    }
}

#[derive(Debug, Default, Deserialize)]
pub struct Came {
    via: Option<String>,
    /// Set by the answer to a plain form.
    done: Option<String>,
    /// Asks for every poll at once: the link of those who have no JavaScript.
    all: Option<String>,
}

impl Came {
    fn channel(&self) -> Option<ChannelId> {
        super::channel(self.via.as_deref())
    }
}

/// `GET /{code}`
pub async fn session(
    State(web): State<Web>,
    Path(typed): Path<String>,
    query::Asked(came): query::Asked<Came>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if typed.eq_ignore_ascii_case("host") {
        // Phones begin with a capital.
        return Ok(Redirect::to("/host").into_response());
    }
    let session = session_by_code(&web, &typed).await?;
    let notice = match came.done.as_deref() {
        Some("counted") => "Counted.",
        Some("withdrawn") => "Your vote is withdrawn.",
        _ => "",
    };
    show(&web, &session, &came, &headers, notice.to_string(), false).await
}

async fn show(
    web: &Web,
    session: &SessionHandle,
    came: &Came,
    headers: &HeaderMap,
    notice: String,
    notice_bad: bool,
) -> Result<Response, PageError> {
    let (voter, cookie) = principal::voter_or_new(web, &session.id, headers);
    // Questions come with the socket: the page is small without them, and votes come first.
    let snapshot = session
        .look(Viewer {
            voter: Some(voter),
            via: came.channel(),
            ..Viewer::any(Role::Audience)
        })
        .await?;
    let first = first::keep(snapshot, came.all.is_some());
    let nonce = page::nonce();
    let template = AudiencePage {
        nonce: nonce.clone(),
        assets: assets::base(),
        css: css(),
        js: SCRIPT,
        id: session.id.to_string(),
        shows_run: asked::shows_run(&first.snapshot),
        via: first.snapshot.via.clone().unwrap_or_default(),
        snapshot: first.snapshot,
        past_from: first.past_from,
        state_json: first.json,
        notice,
        notice_bad,
        preview: false,
    };
    let response = page::render(&template, &nonce, page::Framing::Never);
    Ok(principal::with_cookie(response, cookie))
}

fn css() -> &'static str {
    static CSS: LazyLock<String> =
        LazyLock::new(|| assets::inlined(&["css/tokens.css", "css/audience.css"]));
    &CSS
}

/// The page with this state, to be looked at by a host: it votes nowhere, and `notice` says what is wrong.
pub(super) fn preview(mut snapshot: Snapshot, notice: String) -> Response {
    let nonce = page::nonce();
    let past_from = asked::arrange(&mut snapshot);
    let template = AudiencePage {
        nonce: nonce.clone(),
        assets: assets::base(),
        css: css(),
        js: "",
        state_json: String::new(),
        via: String::new(),
        id: String::new(),
        shows_run: false,
        snapshot,
        past_from,
        notice_bad: !notice.is_empty(),
        notice,
        preview: true,
    };
    page::render(&template, &nonce, page::Framing::SameSite)
}

/// The fields of the plain form; `pick` may be there several times.
#[derive(Debug, Default)]
struct BallotForm {
    answer: Answer,
    via: Option<String>,
}

/// `POST /{code}/polls/{poll}/ballot`: the vote without JavaScript. The newest choice counts.
pub async fn cast(
    State(web): State<Web>,
    Path((code, poll)): Path<(String, String)>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let form = read_form(&body).map_err(WebError::Bad)?;
    let came = Came {
        via: form.via.clone(),
        done: None,
        all: None,
    };
    let id = hear::poll_id(poll).map_err(WebError::Refused)?;
    let voter = principal::casting_voter(&web, &session.id, &headers)?;
    let outcome = session
        .cast_as(voter, came.channel(), id.clone(), None, form.answer)
        .await;
    after_form(
        &web,
        &session,
        &came,
        &headers,
        outcome.map(|_| ()),
        "counted",
        id.as_str(),
    )
    .await
}

/// `POST /{code}/polls/{poll}/withdraw`
pub async fn withdraw(
    State(web): State<Web>,
    Path((code, poll)): Path<(String, String)>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let form = read_form(&body).map_err(WebError::Bad)?;
    let came = Came {
        via: form.via,
        done: None,
        all: None,
    };
    let id = hear::poll_id(poll).map_err(WebError::Refused)?;
    let voter = principal::casting_voter(&web, &session.id, &headers)?;
    let outcome = session.withdraw_as(voter, id.clone(), None).await;
    after_form(
        &web,
        &session,
        &came,
        &headers,
        outcome.map(|_| ()),
        "withdrawn",
        id.as_str(),
    )
    .await
}

/// Back to the page, so that a reload sends nothing twice; a refusal is shown on the page itself.
async fn after_form(
    web: &Web,
    session: &SessionHandle,
    came: &Came,
    headers: &HeaderMap,
    outcome: Result<(), AskError>,
    done: &str,
    poll: &str,
) -> Result<Response, PageError> {
    match outcome {
        Ok(()) => {
            let snapshot = session.look(Viewer::any(Role::Audience)).await?;
            let via = came
                .channel()
                .map(|via| format!("&via={via}"))
                .unwrap_or_default();
            let code = snapshot.session.code;
            Ok(Redirect::to(&format!("/{code}?done={done}{via}#poll-{poll}")).into_response())
        }
        Err(AskError::Refused { refusal, .. }) => {
            let status = WebError::Refused(refusal.clone()).status();
            let page = show(web, session, came, headers, refusal.to_string(), true).await?;
            Ok((status, page).into_response())
        }
        Err(AskError::Restarting) => Err(WebError::Restarting.into()),
    }
}

fn read_form(body: &[u8]) -> Result<BallotForm, String> {
    let mut form = BallotForm::default();
    let mut chose = Vec::new();
    let mut asked = None;
    let number = |field: &str, value: &str, max: u16| {
        let parsed = value.parse::<u16>().ok().filter(|n| *n <= max);
        parsed.ok_or_else(|| format!("{field} must be a whole number up to {max}."))
    };
    for (field, value) in form_pairs(body)? {
        match field.as_str() {
            "pick" if value == "write-in" => chose.push(true),
            // "Both" is one button of two picks.
            "pick" => {
                chose.push(false);
                for pick in value.split(',').take(3) {
                    form.answer.picks.push(number("pick", pick, u16::MAX)?);
                }
            }
            "write_in" | "number" if value.trim().is_empty() => {}
            "write_in" => form.answer.write_in = Some(value),
            "number" => asked = Some(value),
            "probability" if value.is_empty() => {}
            "probability" => {
                let percent = number("probability", &value, 100)?;
                form.answer.probability = u8::try_from(percent).ok();
            }
            "by" if value.is_empty() => {}
            "by" => form.answer.by = Some(number("by", &value, u16::MAX)?),
            "via" => form.via = Some(value).filter(|via| !via.is_empty()),
            other => return Err(super::unknown_field(other)),
        }
    }
    // The field keeps the words of an earlier choice; they count where "something else" was chosen, or nothing.
    if !chose.is_empty() && !chose.contains(&true) {
        form.answer.write_in = None;
    }
    // A number poll has no other field for words.
    form.answer.write_in = asked.or(form.answer.write_in);
    Ok(form)
}

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage {
    nonce: String,
    css: &'static str,
    title: String,
    code: String,
    lines: Vec<LogRow>,
}

struct LogRow {
    time: String,
    text: String,
    question: String,
}

/// `GET /{code}/log`: every opening, edit, reveal and close, for anyone to read.
pub async fn log(State(web): State<Web>, Path(code): Path<String>) -> Result<Response, PageError> {
    let session = session_by_code(&web, &code).await?;
    let snapshot = session.look(Viewer::any(Role::Audience)).await?;
    let lines = session.log(Role::Audience).await?;
    let question = |poll: &Option<String>| {
        let poll = snapshot
            .polls
            .iter()
            .find(|view| Some(&view.id) == poll.as_ref());
        poll.map(|view| view.question.clone()).unwrap_or_default()
    };
    let nonce = page::nonce();
    let template = LogPage {
        nonce: nonce.clone(),
        css: page::plain_css(),
        code: snapshot.session.code.clone(),
        lines: lines
            .into_iter()
            .map(|line| LogRow {
                time: super::clock_time(line.at),
                question: question(&line.poll),
                text: line.text,
            })
            .collect(),
        title: snapshot.session.title.clone(),
    };
    Ok(page::render(&template, &nonce, page::Framing::Never))
}

/// `GET /qr/{code}.svg`: the join link as QR, dark on light with its quiet zone.
///
/// It depends on the public address, which is a setting: browsers ask each time whether theirs is still right.
pub async fn qr(
    State(web): State<Web>,
    Path(file): Path<String>,
    query::Asked(came): query::Asked<Came>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let code: SessionCode = file
        .strip_suffix(".svg")
        .unwrap_or(&file)
        .parse()
        .map_err(|bad: crate::ids::BadId| WebError::NotFound(bad.to_string()))?;
    let mut link = web.lobby.join_url(&code);
    if let Some(via) = came.channel() {
        link = format!("{link}?via={via}");
    }
    let etag = format!("\"{}\"", &crate::secrets::token_hash(&link)[..32]);
    let kept = [
        (header::CACHE_CONTROL, "no-cache".to_string()),
        (header::ETAG, etag.clone()),
    ];
    let known = headers.get(header::IF_NONE_MATCH);
    // A proxy that packs the picture marks its own as weak.
    if known.is_some_and(|it| it.to_str().is_ok_and(|it| it.contains(&etag))) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let svg = super::qr_svg(&link).ok_or_else(|| {
        WebError::Bad("The public address is too long for a QR code.".to_string())
    })?;
    Ok((kept, [(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response())
}
