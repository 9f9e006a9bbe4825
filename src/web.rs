//! The web side: the whole URL map on one screen, and what every handler shares.

pub mod api;
mod asked;
pub mod assets;
pub mod astray;
pub mod audience;
pub mod door;
pub mod error;
pub mod guard;
pub mod health;
pub mod host;
pub mod links;
pub mod network;
pub mod newcomers;
pub mod pace;
pub mod packed;
pub mod page;
pub mod places;
pub mod prepare;
pub mod principal;
pub mod query;
pub mod questions;
pub mod relay;
pub mod runs;
pub mod seat;
pub mod speaker;
pub mod stage;
pub mod walk;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{delete, get, post, put};
use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, broadcast};
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use self::error::WebError;
use self::pace::{Newcomers, Pace};
use self::places::Places;
use self::walk::compute::Walks;
use crate::address::Reach;
use crate::hall::Hall;
use crate::ids::{ChannelId, SessionCode, SessionId, visible};
use crate::live::handle::SessionHandle;
use crate::live::lobby::Lobby;

/// What handlers need; cheap to clone.
#[derive(Clone)]
pub struct Web {
    pub lobby: Arc<Lobby>,
    /// Where that runs which votes wait for: sessions and the messages of sockets.
    pub votes: Handle,
    /// How people get here, and whether any but this machine can.
    pub reach: Arc<Reach>,
    /// Turns of those of the audience who are about to sit down.
    pub joining: Arc<Semaphore>,
    /// Where the audience sits; none: by the stock layer.
    pub hall: Option<Hall>,
    /// Places for websockets.
    pub places: Places,
    /// Hashes of keys that were withdrawn: the desks that they hold are cleared.
    pub revoked: broadcast::Sender<String>,
    pub pace: Pace,
    pub walks: Walks,
    /// New voters, by the network that they come from.
    pub newcomers: Newcomers,
    pub trusted_proxies: Arc<[IpNet]>,
}

/// Of the audience, how many sit down at once.
pub const JOINING: usize = 64;
/// Bytes that a form may have; a run sheet is the largest.
const BODY_MAX: usize = 1024 * 1024;
/// A page that takes longer than this is not coming.
const PAGE_WITHIN: Duration = Duration::from_secs(20);

pub fn router(web: Web) -> Router {
    let pages = Router::new()
        .route("/", get(audience::home))
        .route("/join", get(audience::join))
        .route("/{code}", get(audience::session))
        .route("/{code}/log", get(audience::log))
        .route(
            "/{code}/questions",
            get(questions::page).post(questions::ask),
        )
        .route("/{code}/questions/{question}/{act}", post(questions::act))
        .route("/{code}/polls/{poll}/ballot", post(audience::cast))
        .route("/{code}/polls/{poll}/withdraw", post(audience::withdraw))
        .route("/qr/{file}", get(audience::qr))
        .route("/runs/{code}/{number}", get(runs::frames))
        .route("/runs/{code}/{number}/{frame}", get(runs::frame))
        .route(
            "/walk/{code}",
            get(walk::follow).route_layer(from_fn(guard::framed)),
        )
        .route("/walk/{code}/picture", post(walk::picture))
        .route("/walk/{code}/{step}", get(walk::step))
        .route("/walk/{code}/{step}/part", post(walk::part))
        .route("/walk/{code}/{step}/send", post(walk::send))
        .route("/stage/{code}", get(stage::stage))
        .route("/stage/{code}/{key}", get(stage::by_link))
        .route("/host", get(host::home))
        .route(
            "/host/sign-in",
            get(host::sign_in_page).post(host::sign_in_post),
        )
        .route("/host/sign-out", post(host::sign_out))
        .route("/host/sessions", post(prepare::create))
        .route("/host/import", post(host::import))
        .route("/host/{session}", get(host::panel))
        .route("/host/{session}/sheet.toml", get(host::export))
        .route("/host/{session}/preview", get(prepare::preview))
        .route("/host/{session}/links", get(links::list).post(links::make))
        .route("/host/{session}/links/{link}", delete(links::revoke))
        .route("/host/{session}/walk/{step}", post(walk::host_shows))
        .route("/host/{session}/sent/{number}", get(walk::sent))
        .route("/speaker/{session}", get(speaker::page))
        .route("/static/{hash}/{*path}", get(assets::serve))
        .fallback(astray::nothing_here);
    let api = Router::new()
        .route("/openapi.json", get(api::openapi))
        .route("/door", get(door::door))
        .route("/public/{code}", get(api::public_state))
        .route("/public/{code}/log", get(api::public_log))
        .route("/public/{code}/walk/{step}", get(walk::api_step))
        .route(
            "/public/{code}/polls/{poll}/ballot",
            put(api::cast).delete(api::withdraw),
        )
        .route("/sessions", get(api::sessions).post(api::create))
        .route("/demos", get(prepare::demos))
        .route("/sessions/{session}", get(api::state))
        .route("/sessions/{session}/sheet", get(api::run_sheet))
        .route("/sessions/{session}/log", get(api::log))
        .route("/sessions/{session}/commands", post(api::command))
        .route("/sessions/{session}/questions", post(relay::relay))
        .route(
            "/public/{code}/questions",
            get(relay::public_room).post(relay::ask),
        )
        .route(
            "/public/{code}/questions/{question}",
            put(relay::edit).delete(relay::withdraw),
        )
        .route(
            "/public/{code}/questions/{question}/upvote",
            put(relay::upvote).delete(relay::unvote),
        )
        .fallback(astray::no_endpoint)
        .method_not_allowed_fallback(astray::no_endpoint);
    let answered = pages
        .layer(from_fn_with_state(web.clone(), astray::by_plain_http))
        .nest("/api/v1", api)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(from_fn_with_state(web.clone(), newcomers::at_a_pace))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(5)))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PAGE_WITHIN,
        ));
    // Sockets last; they are outside of the time limit and of compression.
    let sockets = Router::new()
        .route("/ws/{code}", get(seat::public))
        .route("/host/{session}/ws", get(seat::host))
        .route("/speaker/{session}/ws", get(seat::speaker));
    answered
        .merge(sockets)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(web.clone(), guard::origin))
        .layer(from_fn_with_state(web.clone(), guard::headers))
        .layer(CatchPanicLayer::new())
        .with_state(web)
}

/// What is served where the metrics are: nothing else, and nowhere else.
pub fn metrics_router(metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/metrics", get(health::metrics))
        .with_state(metrics)
}

/// The live session of a code as typed.
async fn session_by_code(web: &Web, typed: &str) -> Result<SessionHandle, WebError> {
    let missing = || {
        let shown = visible(typed, 20);
        WebError::NotFound(format!(
            "There is no session “{shown}”. Check the code on the screen."
        ))
    };
    let code: SessionCode = typed.parse().map_err(|_| missing())?;
    web.lobby.by_code(&code).await?.ok_or_else(missing)
}

/// The session that an id or a code names; links of hosts and helpers are typed and pasted with either.
async fn session_named(web: &Web, typed: &str) -> Result<Option<SessionId>, WebError> {
    let store = &web.lobby.store;
    let id = typed.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    if let Ok(id) = id.parse::<SessionId>()
        && store.session_exists(&id).await?
    {
        return Ok(Some(id));
    }
    match typed.parse::<SessionCode>() {
        Ok(code) => Ok(store.session_by_code(&code).await?),
        Err(_) => Ok(None),
    }
}

/// The QR code of a join link. Its address changes with the link, so that no page goes on showing an old one.
fn qr_path(code: &str, join_url: &str) -> String {
    let mark = serde_urlencoded::to_string([("for", join_url)]).unwrap_or_default();
    format!("/qr/{code}.svg?{mark}")
}

async fn session_by_id(web: &Web, id: &SessionId) -> Result<SessionHandle, WebError> {
    web.lobby
        .open(id)
        .await?
        .ok_or_else(|| WebError::NotFound("There is no such session.".to_string()))
}

/// The channel that a link names; what is none of ours is as if it were not there.
fn channel(via: Option<&str>) -> Option<ChannelId> {
    via.and_then(crate::ids::channel_named)
}

/// What is wrong with a form that has this field.
fn unknown_field(field: &str) -> String {
    let shown: String = field.chars().take(40).collect();
    format!("The form has a field “{shown}” that no page of ours sends.")
}

/// The link as an SVG QR code; none if it is too long for one.
pub fn qr_svg(link: &str) -> Option<String> {
    use fast_qr::convert::Builder;
    use fast_qr::convert::svg::SvgBuilder;
    let code = fast_qr::QRBuilder::new(link).build().ok()?;
    Some(SvgBuilder::default().margin(4).to_str(&code))
}

/// A time for people, in UTC: pages without JavaScript cannot know the reader's zone.
pub fn clock_time(at_ms: i64) -> String {
    let format =
        time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    time::OffsetDateTime::from_unix_timestamp(at_ms.div_euclid(1000))
        .ok()
        .and_then(|at| at.format(&format).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_utc() {
        assert_eq!(clock_time(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(clock_time(951_782_399_000), "2000-02-28 23:59:59 UTC");
        assert_eq!(clock_time(1_709_210_096_000), "2024-02-29 12:34:56 UTC");
    }

    #[test]
    fn a_join_link_has_a_qr_code_and_a_novel_has_none() {
        assert!(
            qr_svg("http://127.0.0.1:8080/CENTRE")
                .unwrap()
                .starts_with("<svg")
        );
        assert!(qr_svg(&"x".repeat(5000)).is_none());
    }
}
