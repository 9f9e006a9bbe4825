//! A phone's way to the server: the page that gives it its cookie, and the socket; and all that can go wrong there.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use reqwest::redirect::Policy;
use rustix::io::Errno;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderMap;
use tokio_tungstenite::tungstenite::http::header::{COOKIE, HeaderValue, ORIGIN};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, error::ProtocolError};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::target::Target;

/// How long a phone waits for a page, a socket or an answer before it tries anew (as `static/js/audience.js` does).
pub const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of the largest frame there can be, see `docs/protocol.md`.
const FRAME_MAX: usize = 16 * 1024 * 1024;

pub type Socket = WebSocketStream<TcpStream>;

/// What went wrong, of the kinds that a report counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// This machine had no port or file descriptor left, which says nothing about the server.
    Here,
    /// Connection refused: nothing listens there.
    Absent,
    /// Turned away with this status.
    Status(u16),
    /// Nothing came within [`PATIENCE`]: the page, the socket, the first message, an answer.
    Slow(&'static str),
    /// The line ended without a goodbye.
    Cut,
    /// The server closed the socket with this code, see `protocol::close`.
    Closed(u16),
    /// An ask was refused with this code, and neither the host nor the asker was the reason.
    Refused(String),
    Odd(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here => f.write_str("no port or file descriptor left on this machine"),
            Self::Absent => f.write_str("connection refused"),
            Self::Status(503) => f.write_str("turned away: full (503)"),
            Self::Status(status) => write!(f, "turned away with status {status}"),
            Self::Slow(what) => write!(f, "no {what} within {} s", PATIENCE.as_secs()),
            Self::Cut => f.write_str("line cut"),
            Self::Closed(code) => write!(f, "closed by the server with {code}"),
            Self::Refused(code) => write!(f, "refused with “{code}”"),
            Self::Odd(what) => f.write_str(what),
        }
    }
}

/// A fault, and how long the server asks to wait.
#[derive(Debug)]
pub struct Failed {
    pub fault: Fault,
    pub wait: Option<Duration>,
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self { fault, wait: None }
    }
}

impl Fault {
    pub fn of_io(error: &io::Error) -> Self {
        use io::ErrorKind as K;
        let errno = Errno::from_io_error(error);
        if matches!(errno, Some(Errno::MFILE | Errno::NFILE | Errno::NOBUFS)) {
            return Self::Here;
        }
        match error.kind() {
            K::AddrNotAvailable | K::AddrInUse => Self::Here,
            K::ConnectionRefused => Self::Absent,
            K::ConnectionReset | K::ConnectionAborted | K::BrokenPipe | K::UnexpectedEof => {
                Self::Cut
            }
            K::TimedOut => Self::Slow("connection"),
            _ => Self::Odd(error.to_string()),
        }
    }

    pub fn of_socket(error: &SocketError) -> Self {
        match error {
            SocketError::Io(error) => Self::of_io(error),
            SocketError::Http(answer) => Self::Status(answer.status().as_u16()),
            SocketError::ConnectionClosed
            | SocketError::AlreadyClosed
            | SocketError::Protocol(
                ProtocolError::ResetWithoutClosingHandshake | ProtocolError::HandshakeIncomplete,
            ) => Self::Cut,
            other => Self::Odd(other.to_string()),
        }
    }

    fn of_page(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::Slow("page");
        }
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(one) = cause {
            if let Some(error) = one.downcast_ref::<io::Error>() {
                return Self::of_io(error);
            }
            cause = one.source();
        }
        if error.is_connect() || error.is_body() || error.is_request() {
            return Self::Cut;
        }
        Self::Odd(error.to_string())
    }
}

/// Goes straight to the target's address, through no proxy, and follows no redirect to anywhere else.
/// Each page has a connection of its own, as each phone's has.
pub fn http(target: &Target) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .resolve(&target.link.host, target.address)
        .pool_max_idle_per_host(0)
        .timeout(PATIENCE)
        .build()
}

/// Loads the whole page, packed as browsers ask for it, and returns the voter cookie that came with it.
pub async fn load_page(http: &reqwest::Client, target: &Target) -> Result<String, Failed> {
    let request = http
        .get(target.page_url())
        .header(ACCEPT_ENCODING, "gzip, br");
    let answer = request.send().await.map_err(|e| Fault::of_page(&e))?;
    let status = answer.status();
    if !status.is_success() {
        let wait = retry_after(answer.headers());
        let fault = match answer.headers().get(LOCATION) {
            Some(to) => Fault::Odd(format!("the page sends one on to {to:?}")),
            None => Fault::Status(status.as_u16()),
        };
        return Err(Failed { fault, wait });
    }
    let is_page = |kind: &HeaderValue| kind.to_str().is_ok_and(|k| k.starts_with("text/html"));
    let page = answer.headers().get(CONTENT_TYPE).is_some_and(is_page);
    let cookie = answer.headers().get(SET_COOKIE);
    let cookie = cookie.and_then(|cookie| cookie.to_str().ok()?.split(';').next());
    let cookie = cookie.filter(|_| page).map(str::to_string);
    let cookie = cookie.ok_or_else(|| Fault::Odd("the page gives no voter cookie".to_string()))?;
    answer.bytes().await.map_err(|e| Fault::of_page(&e))?;
    Ok(cookie)
}

/// Opens the audience's socket; its first message is still to come.
pub async fn open(target: &Target, cookie: &str, have: Option<u32>) -> Result<Socket, Failed> {
    match timeout(PATIENCE, connect(target, cookie, have)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(Fault::Slow("socket").into()),
    }
}

async fn connect(target: &Target, cookie: &str, have: Option<u32>) -> Result<Socket, Failed> {
    let odd = |what: &dyn fmt::Display| Fault::Odd(what.to_string());
    let stream = TcpStream::connect(target.address).await;
    let stream = stream.map_err(|error| Fault::of_io(&error))?;
    let _ = stream.set_nodelay(true);
    let request = target.socket_url(have).into_client_request();
    let mut request = request.map_err(|error| odd(&error))?;
    let value = |text: &str| HeaderValue::from_str(text).map_err(|error| odd(&error));
    request.headers_mut().insert(COOKIE, value(cookie)?);
    request
        .headers_mut()
        .insert(ORIGIN, value(&target.origin())?);
    // The defaults cost some 140 KB a bot.
    let config = WebSocketConfig::default()
        .read_buffer_size(4 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(64 * 1024)
        .max_message_size(Some(FRAME_MAX))
        .max_frame_size(Some(FRAME_MAX));
    match client_async_with_config(request, stream, Some(config)).await {
        Ok((socket, _)) => Ok(socket),
        Err(error) => Err(Failed {
            wait: match &error {
                SocketError::Http(answer) => retry_after(answer.headers()),
                _ => None,
            },
            fault: Fault::of_socket(&error),
        }),
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim()
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}

/// How long a phone waits before its n-th try in a row, counted from 0: full jitter, as `static/js/audience.js` has
/// it; no sooner than the server asks. `chance` is from 0 to 1.
pub fn back_off(tries: u32, wait: Option<Duration>, chance: f64) -> Duration {
    let reach = (1_000.0 * 3_f64.powi(tries.min(9).cast_signed())).min(14_500.0);
    let own = Duration::from_secs_f64((500.0 + chance * reach) / 1_000.0);
    // A hall that was told "in two seconds" must not be back in the same instant.
    own.max(wait.unwrap_or_default().mul_f64(1.0 + chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backing_off_is_jittered_bounded_and_respects_what_the_server_asks() {
        let ms = |tries, wait: Option<u64>, chance| {
            back_off(tries, wait.map(Duration::from_secs), chance).as_millis()
        };
        assert_eq!((ms(0, None, 0.0), ms(0, None, 1.0)), (500, 1_500));
        assert_eq!((ms(2, None, 0.0), ms(2, None, 1.0)), (500, 9_500));
        assert_eq!(ms(u32::MAX, None, 1.0), 15_000);
        let page = include_str!("../../static/js/audience.js");
        let rule = "500 + Math.random() * Math.min(14500, full ? 1e6 : 1000 * 3 ** tries++)";
        assert!(page.contains(rule), "a phone waits by another rule");
        assert_eq!((ms(0, Some(2), 0.0), ms(0, Some(2), 1.0)), (2_000, 4_000));
    }

    #[test]
    fn what_this_machine_lacks_is_not_the_servers_fault() {
        let of = |errno: Errno| Fault::of_io(&errno.into());
        assert_eq!(of(Errno::MFILE), Fault::Here);
        assert_eq!(of(Errno::ADDRNOTAVAIL), Fault::Here);
        assert_eq!(of(Errno::CONNREFUSED), Fault::Absent);
        assert_eq!(of(Errno::CONNRESET), Fault::Cut);
    }
}
