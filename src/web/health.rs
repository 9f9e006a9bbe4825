//! For those who watch the program: is it alive, is it ready, what does it do.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use metrics_exporter_prometheus::PrometheusHandle;

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

/// `GET /metrics` on a listener of its own: Prometheus text format. Its counts of ballots and facts are no matter of the
/// audience: they tell how many have voted, and by one's own votes whether a word was written before.
pub async fn metrics(State(metrics): State<PrometheusHandle>) -> Response {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        metrics.render(),
    )
        .into_response()
}
