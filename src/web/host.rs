//! The host's pages: sign in, the list of sessions, one session's panel, its run sheet.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::error::{PageError, WebError};
use super::principal::{self, HostPage};
use super::{Web, assets, astray, page, session_by_id};
use crate::ids::{SessionCode, SessionId};
use crate::live::handle::Viewer;
use crate::secrets::{fresh_token, token_hash};
use crate::sheet;
use crate::store::{KeyKind, KeyRole, SessionKey};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    nonce: String,
    assets: &'static str,
    error: String,
}

/// `GET /host/sign-in`. The one-time link carries its token behind `#`, where no log or referrer sees it.
pub async fn sign_in_page(State(web): State<Web>) -> Response {
    principal::with_cookie(sign_in(String::new()), principal::trial_cookie(&web))
}

fn sign_in(error: String) -> Response {
    let nonce = page::nonce();
    let template = SignInPage {
        nonce: nonce.clone(),
        assets: assets::base(),
        error,
    };
    page::render(&template, &nonce, page::Framing::Never)
}

#[derive(Deserialize)]
pub struct SignInForm {
    token: String,
}

/// `POST /host/sign-in`
pub async fn sign_in_post(
    State(web): State<Web>,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Result<Response, PageError> {
    if let Some(why) = keeps_no_cookie(&web, &headers) {
        // The link is not used up: it still works where the cookie does.
        let page = principal::with_cookie(sign_in(why), principal::trial_cookie(&web));
        return Ok((StatusCode::FORBIDDEN, page).into_response());
    }
    let (token, code) = read_link(&form.token);
    let now = web.lobby.clock.now();
    if !web.lobby.store.use_sign_in(&token_hash(token), now).await? {
        if let Some(key) = web.lobby.store.session_key(&token_hash(token), now).await? {
            return Ok(take_session_key(&web, &headers, &key, token));
        }
        let error = "This link was used already, has expired or is not complete. Make a new one with: salon sign-in";
        return Ok((StatusCode::FORBIDDEN, sign_in(error.to_string())).into_response());
    }
    let key = fresh_token();
    let expires = principal::host_key_expiry(now);
    web.lobby
        .store
        .put_host_key(
            &token_hash(&key),
            KeyKind::Cookie,
            "browser",
            now,
            Some(expires),
        )
        .await?;
    let response = Redirect::to(&landing(&web, code).await?).into_response();
    Ok(principal::with_cookie(
        response,
        principal::host_cookie(&web, key),
    ))
}

/// The token of a one-time link, and the code of the session that it is to open. People paste the whole link as well as
/// the token alone, and signs around it.
fn read_link(typed: &str) -> (&str, Option<SessionCode>) {
    let end = typed.rsplit('#').next().unwrap_or(typed);
    let end = end.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    match end.split_once('.') {
        Some((token, code)) => (token, code.parse().ok()),
        None => (end, None),
    }
}

/// Why this browser would be signed in for nothing; none if it keeps our cookies.
fn keeps_no_cookie(web: &Web, headers: &HeaderMap) -> Option<String> {
    let public = &web.lobby.public_url;
    if astray::came_plain(public, headers) {
        return Some(format!(
            "Browsers keep this sign-in only at an address that begins with https://. Open the same link at {public}/host/sign-in; it is still good."
        ));
    }
    // Programs keep what they are given, and did not open the page before.
    let is_browser = headers.contains_key(header::ORIGIN);
    (is_browser && !principal::has_cookie(headers, principal::TRIAL_COOKIE)).then(|| {
        "Your browser did not keep the cookie of this page, and without it nobody can be signed in. Allow cookies for this address and open the link again; it is still good."
            .to_string()
    })
}

/// Where a host begins: at the session that the link names, or the only one, or the list.
async fn landing(web: &Web, code: Option<SessionCode>) -> Result<String, WebError> {
    let store = &web.lobby.store;
    let named = match code {
        Some(code) => store.session_by_code(&code).await?,
        None => None,
    };
    let to = match named {
        Some(id) => Some(id),
        None => match store.sessions().await?.as_slice() {
            [only] => Some(only.id.clone()),
            _ => None,
        },
    };
    Ok(to.map_or_else(|| "/host".to_string(), |id| format!("/host/{id}")))
}

/// A link that is good for one session: the browser keeps it as a cookie and goes there.
fn take_session_key(web: &Web, headers: &HeaderMap, key: &SessionKey, token: &str) -> Response {
    let to = match key.role {
        KeyRole::CoHost | KeyRole::Moderator => format!("/host/{}", key.session),
        KeyRole::Speaker => format!("/speaker/{}", key.session),
        KeyRole::Bridge => {
            let error = "This is the token of a bridge to another chat. Programs send it with each request; it opens no page.";
            return (StatusCode::FORBIDDEN, sign_in(error.to_string())).into_response();
        }
    };
    let cookie = principal::key_cookie(web, headers, key.role, &key.session, token);
    principal::with_cookie(Redirect::to(&to).into_response(), cookie)
}

/// `POST /host/sign-out`
pub async fn sign_out(
    State(web): State<Web>,
    _host: HostPage,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    if let Some(hash) = principal::host_cookie_hash(&headers) {
        web.lobby.store.remove_host_key(&hash).await?;
        // Desks that are open on this sign-in are cleared; that nobody listens is no fault.
        let _ = web.revoked.send(hash);
    }
    let response = Redirect::to("/host/sign-in").into_response();
    Ok(principal::with_cookie(
        response,
        principal::no_host_cookie(&web),
    ))
}

#[derive(Template)]
#[template(path = "host_home.html")]
struct HostHomePage {
    nonce: String,
    assets: &'static str,
    sessions: Vec<SessionRow>,
    notice: String,
    notice_bad: bool,
    filled: Filled,
}

/// What was filled in and comes back with what is wrong with it.
#[derive(Default)]
pub(super) struct Filled {
    pub title: String,
    pub code: String,
    pub sheet: String,
}

struct SessionRow {
    id: String,
    code: String,
    title: String,
    state: String,
    created: String,
}

/// `GET /host`
pub async fn home(State(web): State<Web>, _host: HostPage) -> Result<Response, PageError> {
    home_page(&web, String::new(), Filled::default()).await
}

pub(super) async fn home_page(
    web: &Web,
    notice: String,
    filled: Filled,
) -> Result<Response, PageError> {
    let sessions = web.lobby.store.sessions().await?;
    let nonce = page::nonce();
    let template = HostHomePage {
        nonce: nonce.clone(),
        assets: assets::base(),
        sessions: sessions
            .into_iter()
            .map(|row| SessionRow {
                id: row.id.to_string(),
                code: row.code.to_string(),
                title: row.title,
                state: row.state,
                created: super::clock_time(row.created_at.0),
            })
            .collect(),
        notice_bad: !notice.is_empty(),
        notice,
        filled,
    };
    Ok(page::render(&template, &nonce, page::Framing::Never))
}

#[derive(Deserialize)]
pub struct Import {
    sheet: String,
}

/// `POST /host/import`: a session from a run sheet; faults are shown with the text given back.
pub async fn import(
    State(web): State<Web>,
    _host: HostPage,
    Form(form): Form<Import>,
) -> Result<Response, PageError> {
    match import_sheet(&web, &form.sheet).await? {
        Ok(id) => Ok(Redirect::to(&format!("/host/{id}")).into_response()),
        Err(faults) => {
            let filled = Filled {
                sheet: form.sheet,
                ..Filled::default()
            };
            let page = home_page(&web, faults, filled).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// Makes a session of a run sheet, or tells every fault of it, a line each.
pub(super) async fn import_sheet(
    web: &Web,
    text: &str,
) -> Result<Result<SessionId, String>, WebError> {
    match sheet::read(text, "run sheet", fresh_code()) {
        Ok(sheet) => {
            let plan = sheet.plan;
            match web.lobby.create(&plan).await {
                Ok(id) => Ok(Ok(id)),
                Err(crate::store::StoreError::CodeTaken(code)) => Ok(Err(format!(
                    "run sheet: the code {code} is already used by another session; choose another or leave it out"
                ))),
                Err(error) => Err(error.into()),
            }
        }
        Err(faults) => Ok(Err(faults
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n"))),
    }
}

pub fn fresh_code() -> SessionCode {
    SessionCode::generate(|n| rand::random_range(0..n))
}

#[derive(Template)]
#[template(path = "host.html")]
struct PanelPage {
    nonce: String,
    assets: &'static str,
    session: String,
    role: &'static str,
    code: String,
    title: String,
    ws_url: String,
    audience_url: String,
    stage_url: String,
    /// Why only this machine can join; empty if others can.
    only_here: String,
    /// Other addresses that may lead here, parted by spaces.
    others: String,
}

fn others(web: &Web, code: &str) -> String {
    let all = web.reach.others.iter().take(4);
    let links: Vec<String> = all.map(|url| format!("{url}/{code}")).collect();
    links.join(" ")
}

/// `GET /host/{session}`
pub async fn panel(
    State(web): State<Web>,
    Path(typed): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let id = principal::session_of_desk(&web, &typed, &headers).await?;
    let desk = principal::desk(&web, &id, &headers, &principal::DESK_ROLES).await?;
    if id.as_str() != typed {
        return Ok(Redirect::to(&format!("/host/{id}")).into_response());
    }
    let session = session_by_id(&web, &id).await?;
    let snapshot = session.look(Viewer::any(desk.role)).await?;
    let code = snapshot.session.code;
    let nonce = page::nonce();
    let template = PanelPage {
        nonce: nonce.clone(),
        assets: assets::base(),
        session: id.to_string(),
        role: desk.name,
        title: snapshot.session.title,
        ws_url: format!("/host/{id}/ws?v={}", crate::protocol::VERSION),
        audience_url: snapshot.session.join_url,
        stage_url: web.lobby.stage_path(&id, &code),
        only_here: web.reach.only_here().unwrap_or_default(),
        others: others(&web, &code),
        code,
    };
    Ok(page::render(&template, &nonce, page::Framing::Never))
}

/// `GET /host/{session}/sheet.toml`
pub async fn export(
    State(web): State<Web>,
    Path(typed): Path<String>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let id = principal::session_of_desk(&web, &typed, &headers).await?;
    principal::desk(&web, &id, &headers, &[KeyRole::CoHost]).await?;
    let session = session_by_id(&web, &id).await?;
    let plan = session.plan().await?;
    let mut response = sheet::write(&plan).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/toml; charset=utf-8"),
    );
    if let Ok(name) = HeaderValue::from_str(&format!("attachment; filename=\"{}.toml\"", plan.code))
    {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
