//! How a request arrives here, for `salon doctor`: what proxies made of it on the way is in no other answer.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Web;
use super::guard::forwarded_proto;

/// What the program saw of the request, and what it holds for true of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Door {
    /// The version of the program.
    pub salon: String,
    /// Its public address, which links and QR codes name.
    pub public_url: String,
    /// `HTTP/1.1`, or what came of it.
    pub http: String,
    /// The `Host` header.
    pub host: Option<String>,
    /// The `Upgrade` header.
    pub upgrade: Option<String>,
    /// The `Cookie` header reached it.
    pub cookie: bool,
    /// The scheme that a proxy says it was asked by.
    pub forwarded_proto: Option<String>,
    /// The program's clock, Unix time in milliseconds.
    pub clock: i64,
}

/// How this request arrived.
#[utoipa::path(get, path = "/api/v1/door", responses((status = 200, body = Door)))]
pub async fn door(State(web): State<Web>, request: Request) -> Json<Door> {
    let headers = request.headers();
    let text = |name: header::HeaderName| {
        let value = headers.get(name)?.to_str().ok()?;
        Some(value.chars().take(300).collect())
    };
    Json(Door {
        salon: env!("CARGO_PKG_VERSION").to_string(),
        public_url: web.lobby.public_url.to_string(),
        http: format!("{:?}", request.version()),
        host: text(header::HOST),
        upgrade: text(header::UPGRADE),
        cookie: headers.contains_key(header::COOKIE),
        forwarded_proto: forwarded_proto(headers).map(|proto| proto.chars().take(20).collect()),
        clock: web.lobby.clock.now().0,
    })
}
