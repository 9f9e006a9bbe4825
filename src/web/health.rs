//! For those who watch the program: is it alive, is it ready, what does it do.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Web;

/// `GET /healthz`: the program answers.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// `GET /readyz`: the database answers too.
pub async fn ready(State(web): State<Web>) -> Response {
    match web.lobby.store.ping().await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
                .into_response()
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
