//! Those who come for the first time, at the pace of a door.

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Web;
use super::error::{ApiError, PageError, WebError};
use super::network::Network;
use super::principal::VOTER_COOKIE;

/// Holds back the pages that would make a new voter, where one network asks for more of them than come through a door. Where
/// they are made matters not: it is the cookie that counts. A browser that has its cookie is let through.
pub async fn at_a_pace(
    State(web): State<Web>,
    network: Network,
    request: Request,
    next: Next,
) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let cookies = response.headers().get_all(header::SET_COOKIE).iter();
    let mut cookies = cookies.filter_map(|cookie| cookie.to_str().ok());
    if !cookies.any(|cookie| cookie.starts_with(VOTER_COOKIE)) {
        return response;
    }
    match web.newcomers.check(network) {
        Ok(()) => response,
        // Not all of them in the same second.
        Err(wait) => {
            let error = WebError::Crowded(wait + rand::random_range(1..=4));
            if is_api {
                ApiError(error).into_response()
            } else {
                PageError(error).into_response()
            }
        }
    }
}
