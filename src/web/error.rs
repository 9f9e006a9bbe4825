//! What goes wrong on the web side, and the one place that picks a status for it.
//! The API answers RFC 9457 problem details, pages answer in words.

use askama::Template;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::page;
use crate::domain::plan::BadPlan;
use crate::domain::refusal::{Code, Refusal};
use crate::live::handle::AskError;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Nothing is there; the words say what was looked for.
    #[error("{0}")]
    NotFound(String),
    #[error("Sign in as a host first.")]
    SignIn,
    #[error("{0}")]
    Forbidden(String),
    #[error("{0}")]
    Bad(String),
    #[error("{0}")]
    Refused(Refusal),
    #[error("The session is restarting; try again in a moment.")]
    Restarting,
    #[error("This place is full right now. Your page tries again by itself.")]
    Full,
    /// So many seconds are to be waited.
    #[error("Many people are joining from here. Try again in {0} s; this page does so by itself.")]
    Crowded(u32),
    #[error("Something went wrong on our side; it has been noted.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::CodeTaken(_) => {
                Self::Refused(Refusal::Taken(format!("{error}; choose another code.")))
            }
            StoreError::Trouble(trouble) => Self::Refused(Refusal::NotSaved(trouble.to_string())),
            other => Self::Internal(Box::new(other)),
        }
    }
}

impl From<AskError> for WebError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Refused { refusal, .. } => Self::Refused(refusal),
            AskError::Restarting => Self::Restarting,
        }
    }
}

impl From<BadPlan> for WebError {
    fn from(bad: BadPlan) -> Self {
        Self::Refused(Refusal::BadPlan(bad))
    }
}

/// The status of a refusal by HTTP.
fn status_of(code: Code) -> StatusCode {
    match code {
        Code::NotAllowed | Code::NoCookie | Code::Banned => StatusCode::FORBIDDEN,
        Code::TooSoon => StatusCode::TOO_MANY_REQUESTS,
        Code::Unknown => StatusCode::NOT_FOUND,
        Code::BadAnswer | Code::BadPlan => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Busy | Code::NotSaved => StatusCode::SERVICE_UNAVAILABLE,
        Code::NotStarted
        | Code::NotOpen
        | Code::Closed
        | Code::Ended
        | Code::Superseded
        | Code::Outdated
        | Code::AlreadyDone
        | Code::NothingToDo
        | Code::Taken
        | Code::LimitReached
        | Code::NotPossible => StatusCode::CONFLICT,
    }
}

impl WebError {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::Crowded(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Restarting | Self::Full => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Refused(refusal) => status_of(refusal.kind()),
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not_found",
            Self::SignIn => "sign_in",
            Self::Forbidden(_) => "forbidden",
            Self::Bad(_) => "bad_request",
            Self::Refused(refusal) => refusal.code(),
            Self::Restarting => "restarting",
            Self::Full => "full",
            Self::Crowded(_) => "crowded",
            Self::Internal(_) => "internal",
        }
    }

    /// Logged once, here, where it turns into an answer.
    fn note(&self) {
        if let Self::Internal(error) = self {
            tracing::error!(%error, "a request failed");
        }
    }

    /// Seconds after which to come back, where that is known. Not all of a hall in the same moment.
    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Refused(refusal) => refusal.wait_seconds(),
            Self::Restarting => Some(2),
            Self::Crowded(wait) => Some(*wait),
            Self::Full => Some(rand::random_range(2..=8)),
            _ => None,
        }
    }

    fn after(&self, mut response: Response) -> Response {
        if let Some(wait) = self.retry_after() {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}

/// What is wrong with some JSON. A list of all that would have been right is left to the API's description.
pub fn in_few_words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    match words.split_once(", expected one of ") {
        Some((what, list)) if list.len() > 300 => {
            format!("{what}; /api/v1/openapi.json lists what there is")
        }
        _ => words,
    }
}

/// A [`WebError`] for people.
pub struct PageError(pub WebError);

/// A [`WebError`] for programs.
pub struct ApiError(pub WebError);

impl<E: Into<WebError>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl<E: Into<WebError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    nonce: String,
    css: &'static str,
    status: u16,
    heading: String,
    text: String,
    link: String,
    link_text: String,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let error = self.0;
        error.note();
        if matches!(error, WebError::SignIn) {
            return Redirect::to("/host/sign-in").into_response();
        }
        let status = error.status();
        let nonce = page::nonce();
        let heading = match status {
            StatusCode::NOT_FOUND => "Nothing here",
            StatusCode::FORBIDDEN => "Not allowed",
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => "One moment",
            StatusCode::INTERNAL_SERVER_ERROR => "That should not have happened",
            _ => "That did not work",
        };
        let template = ErrorPage {
            nonce: nonce.clone(),
            css: page::plain_css(),
            status: status.as_u16(),
            heading: heading.to_string(),
            text: error.to_string(),
            link: "/".to_string(),
            link_text: "Enter a code".to_string(),
        };
        let page = (
            status,
            page::render(&template, &nonce, page::Framing::Never),
        );
        let mut response = error.after(page.into_response());
        if let WebError::Crowded(wait) = error {
            // Works without scripts, which may not be there either.
            let refresh = HeaderValue::from(wait);
            response.headers_mut().insert(header::REFRESH, refresh);
        }
        response
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let error = self.0;
        error.note();
        let status = error.status();
        let mut problem = json!({
            "type": format!("urn:salon:problem:{}", error.code()),
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": status.as_u16(),
            "detail": error.to_string(),
            "code": error.code(),
        });
        if let WebError::Refused(Refusal::BadPlan(bad)) = &error {
            problem["field"] = bad.field.clone().into();
        }
        let mut response = (status, Json(problem)).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if matches!(error, WebError::SignIn) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        error.after(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is refused by none of the domain's codes.
    fn of_the_web() -> [WebError; 8] {
        let why = String::new;
        [
            WebError::NotFound(why()),
            WebError::SignIn,
            WebError::Forbidden(why()),
            WebError::Bad(why()),
            WebError::Crowded(1),
            WebError::Restarting,
            WebError::Full,
            WebError::Internal("".into()),
        ]
    }

    /// Said on sockets alone, by `web/seat`.
    const OF_SOCKETS: [&str; 2] = ["bad_message", "too_fast"];

    #[test]
    fn the_protocol_lists_every_code_with_its_status_and_no_other() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/protocol.md");
        let page = std::fs::read_to_string(page).unwrap();
        let (_, table) = page.split_once("## Refusal codes").unwrap();
        let (table, _) = table.split_once("\n## ").unwrap();
        let row = |line: &str| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let code = cells.get(1)?.strip_prefix('`')?.strip_suffix('`')?;
            Some((code.to_string(), cells.get(2)?.to_string()))
        };
        let mut listed: Vec<(String, String)> = table.lines().filter_map(row).collect();
        listed.sort();
        let of = |code: &str, status: StatusCode| (code.to_string(), status.as_u16().to_string());
        let mut said: Vec<(String, String)> = Code::ALL
            .iter()
            .map(|code| of(code.name(), status_of(*code)))
            .chain(
                of_the_web()
                    .iter()
                    .map(|fault| of(fault.code(), fault.status())),
            )
            .chain(OF_SOCKETS.map(|code| (code.to_string(), String::new())))
            .collect();
        said.sort();
        assert_eq!(listed, said);
    }
}
