//! From a request to a websocket (RFC 6455, section 4.2): the handshake, and what comes of the connection.

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Bytes;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_util::either::Either;

use crate::web::error::{PageError, WebError};

/// A request that asks for a websocket and may have one.
pub struct Upgrade {
    response: Response<Body>,
    upgraded: OnUpgrade,
}

/// A socket behind its handshake, and the stock layer's name for it.
pub type Stock = WebSocketStream<Either<TcpStream, TokioIo<Upgraded>>>;

/// What the kernel may hold for one phone. More would let minutes of old tallies queue there,
/// and "latest wins" would be true in our own memory only.
const SEND_BUFFER_BYTES: usize = 32 * 1024;

impl<S: Sync> FromRequestParts<S> for Upgrade {
    type Rejection = axum::response::Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let mut request = Request::new(());
        *request.method_mut() = parts.method.clone();
        *request.version_mut() = parts.version;
        *request.headers_mut() = parts.headers.clone();
        let made = create_response_with_body(&request, Body::empty);
        match (made, parts.extensions.remove::<OnUpgrade>()) {
            (Ok(response), Some(upgraded)) => Ok(Self { response, upgraded }),
            (made, _) => {
                let why = made
                    .err()
                    .map(|error| error.to_string())
                    .unwrap_or_default();
                Err(not_a_socket(&why))
            }
        }
    }
}

/// Section 4.2.2: what we would take instead.
fn not_a_socket(why: &str) -> axum::response::Response {
    let error = WebError::Bad(format!(
        "This address is for the websockets of Salon's pages, version 13. {why}"
    ));
    let mut response = PageError(error).into_response();
    *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
    let headers = response.headers_mut();
    headers.insert(
        header::UPGRADE,
        header::HeaderValue::from_static("websocket"),
    );
    headers.insert(
        header::SEC_WEBSOCKET_VERSION,
        header::HeaderValue::from_static("13"),
    );
    response
}

impl Upgrade {
    /// The answer, after which `then` gets the connection; one that breaks before gets none.
    pub fn then<F>(self, then: impl FnOnce(Upgraded) -> F + Send + 'static) -> Response<Body>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let upgraded = self.upgraded;
        tokio::spawn(async move {
            match upgraded.await {
                Ok(upgraded) => then(upgraded).await,
                Err(error) => tracing::debug!(%error, "a socket broke in its handshake"),
            }
        });
        self.response
    }
}

/// A connection that is plain TCP, with what was read of it already.
fn taken(upgraded: Upgraded) -> Result<(TcpStream, Bytes), Upgraded> {
    let parts = upgraded.downcast::<TokioIo<TcpStream>>()?;
    let stream = parts.io.into_inner();
    let buffer = socket2::SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER_BYTES);
    if let Err(error) = buffer {
        tracing::debug!(%error, "a socket keeps its send buffer");
    }
    Ok((stream, parts.read_buf))
}

/// A connection that this runtime waits for, and no longer the one that took it in.
fn here(stream: TcpStream) -> std::io::Result<TcpStream> {
    TcpStream::from_std(stream.into_std()?)
}

/// The same out of the async runtime.
///
/// # Errors
/// The connection again, where something is between us and the socket.
pub fn plain(
    upgraded: Upgraded,
) -> Result<std::io::Result<(std::net::TcpStream, Bytes)>, Upgraded> {
    let (stream, read) = taken(upgraded)?;
    // Taken out, it stays as it was: non-blocking.
    Ok(stream.into_std().map(|socket| (socket, read)))
}

/// The stock layer over any connection, on the runtime that calls it.
///
/// # Errors
/// If the socket cannot change runtimes.
pub async fn stock(
    upgraded: Upgraded,
    message_max: usize,
    frame_max: usize,
) -> std::io::Result<Stock> {
    // The defaults cost 137 KB a connection: the read buffer is filled with zeros before each read.
    let config = WebSocketConfig::default()
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_write_buffer_size(frame_max)
        .max_message_size(Some(message_max))
        .max_frame_size(Some(message_max));
    let (stream, read) = match taken(upgraded) {
        Ok((stream, read)) => (Either::Left(here(stream)?), read.to_vec()),
        Err(upgraded) => (Either::Right(TokioIo::new(upgraded)), Vec::new()),
    };
    Ok(WebSocketStream::from_partially_read(stream, read, Role::Server, Some(config)).await)
}
