//! For those who watch the program: is it alive, is it ready, what does it do.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Web;
use crate::store::StoreError;

/// `GET /healthz`: the program answers.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the database can be read and written too.
pub async fn ready(State(web): State<Web>) -> Response {
    match web.lobby.store.ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            let why = match error {
                // The log has it already, once.
                StoreError::Trouble(_) => format!("{error}\n"),
                error => {
                    tracing::warn!(%error, "not ready");
                    "the database does not answer\n".to_string()
                }
            };
            (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
        }
    }
}

/// `GET /metrics`: Prometheus text format.
pub async fn metrics(State(web): State<Web>) -> Response {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        web.metrics.render(),
    )
        .into_response()
}
