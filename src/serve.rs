//! The door: connections are taken in and their requests served (HTTP/1.1), each in a task of its own, one request at a
//! time. None can keep the program from ending, and none keeps a place that it does not use from those who come.

mod visits;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use hyper::body::{Body as _, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower_service::Service;

use self::visits::{Visit, Visits};

/// Between two tries where the system takes no more connections in: mostly it has no descriptors left.
const AGAIN: Duration = Duration::from_millis(100);

/// Bytes that a request's head may have, and that are read ahead of what is answered.
const HEAD_MAX: usize = 64 * 1024;

/// The other end of a connection, as an extension of its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// How long others may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until the head of a connection's first request is there.
    pub first: Duration,
    /// Until that of the next is, after an answer.
    pub head: Duration,
    /// Until what was sent has arrived: a phone that has gone without a word, or one that reads nothing, is let go.
    pub arrival: Duration,
    /// From the end of the program on, until an answer that is under way is out.
    pub end: Duration,
}

pub const PATIENCE: Patience = Patience {
    // Whoever connects has something to ask, unless it is a browser that does so ahead of time and minds nothing.
    first: Duration::from_secs(20),
    // Longer than proxies keep a connection that does nothing: one that ends under a request of theirs is an error.
    head: Duration::from_secs(130),
    arrival: Duration::from_secs(60),
    end: Duration::from_secs(5),
};

/// Connections that are being served.
pub struct Door {
    connections: TaskTracker,
    visits: Visits,
    /// Answers under way are finished, and none is begun.
    leaving: CancellationToken,
    /// Nothing is waited for any more.
    cut: CancellationToken,
    patience: Patience,
}

impl Door {
    /// For so many connections, sockets that have left their handshake behind them not counted.
    pub fn new(patience: Patience, most: usize) -> Self {
        Self {
            connections: TaskTracker::new(),
            visits: Visits::new(most),
            leaving: CancellationToken::new(),
            cut: CancellationToken::new(),
            patience,
        }
    }

    /// Takes connections in until `stop`.
    pub async fn serve(&self, listener: &TcpListener, router: &Router, stop: &CancellationToken) {
        // As it is, the router would be put together anew for each request.
        let router = router.clone().with_state(());
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = stop.cancelled() => return,
            };
            match accepted {
                Ok((stream, from)) => self.take_in(stream, from, router.clone()),
                Err(error) if is_of_one(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no connection can be taken in just now");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    fn take_in(&self, stream: TcpStream, from: SocketAddr, router: Router) {
        let Some(visit) = self.visits.enter() else {
            // Closed again: whoever it is comes back, and by then some answers are out.
            return;
        };
        set(&stream, self.patience.arrival);
        let (leaving, cut, patience) = (self.leaving.clone(), self.cut.clone(), self.patience);
        let peer = Peer(from.ip().to_canonical());
        self.connections.spawn(async move {
            let (visit, first) = (Arc::new(visit), CancellationToken::new());
            let (at, asked) = (Arc::clone(&visit), first.clone());
            let serve = service_fn(move |request| {
                asked.cancel();
                answer(router.clone(), request, peer, Arc::clone(&at))
            });
            // Made in here and pinned as it is made: moved, it would have two places in this task.
            let mut connection = std::pin::pin!(
                http1::Builder::new()
                    .timer(TokioTimer::new())
                    .max_buf_size(HEAD_MAX)
                    .header_read_timeout(patience.head)
                    .serve_connection(TokioIo::new(stream), serve)
                    .with_upgrades()
            );
            let mut told = false;
            let too_late = tokio::time::sleep(patience.first);
            let mut too_late = std::pin::pin!(too_late);
            loop {
                tokio::select! {
                    served = connection.as_mut() => {
                        if let Err(error) = served {
                            tracing::trace!(%error, "a connection ended");
                        }
                        return;
                    }
                    () = &mut too_late, if !first.is_cancelled() => {
                        if !first.is_cancelled() {
                            return;
                        }
                    }
                    () = leaving.cancelled(), if !told => {
                        told = true;
                        connection.as_mut().graceful_shutdown();
                    }
                    () = visit.cut.cancelled() => return,
                    () = cut.cancelled() => return,
                }
            }
        });
    }

    /// No request is begun any more.
    pub fn leave(&self) {
        self.leaving.cancel();
    }

    /// Ends the connections; whoever is not done in time is cut off.
    pub async fn close(&self) {
        self.leave();
        self.connections.close();
        let done = tokio::time::timeout(self.patience.end, self.connections.wait()).await;
        if done.is_err() {
            let left = self.connections.len();
            tracing::warn!(left, "connections that did not end were cut");
            self.cut.cancel();
            self.connections.wait().await;
        }
    }
}

/// One request. Between two of them others have their turn: whoever sends many ahead gets no more than its share.
async fn answer(
    mut router: Router,
    request: Request<Incoming>,
    peer: Peer,
    visit: Arc<Visit>,
) -> Result<Response<Body>, std::convert::Infallible> {
    // Whoever is slow to send the rest only holds a place.
    if request.body().is_end_stream() {
        visit.is_busy();
    } else {
        visit.is_idle();
    }
    // The layer below reads in pieces and may have taken a longer one whole.
    if length(&request) > HEAD_MAX {
        let mut refused = Response::new(Body::empty());
        *refused.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Ok(refused);
    }
    let mut request = request.map(|body| {
        let visit = Some(Arc::clone(&visit));
        Body::new(Arriving { body, visit })
    });
    request.extensions_mut().insert(peer);
    let answered = router.call(request).await;
    visit.is_idle();
    tokio::task::yield_now().await;
    answered
}

/// What a request brings along; once it is there, the request is under way.
struct Arriving {
    body: Incoming,
    visit: Option<Arc<Visit>>,
}

impl hyper::body::Body for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if (matches!(polled, Poll::Ready(None)) || self.body.is_end_stream())
            && let Some(visit) = self.visit.take()
        {
            visit.is_busy();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Bytes of a request's head, nearly.
fn length(request: &Request<Incoming>) -> usize {
    let headers = request.headers().iter();
    let headers = headers.map(|(name, value)| name.as_str().len() + value.len() + 4);
    request.uri().to_string().len() + headers.sum::<usize>()
}

/// Whether it says something of one connection, which is gone, and nothing of the next.
fn is_of_one(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}

fn set(stream: &TcpStream, arrival: Duration) {
    let socket = socket2::SockRef::from(stream);
    let awake = socket2::TcpKeepalive::new().with_time(arrival);
    for (what, done) in [
        ("no delay", stream.set_nodelay(true)),
        ("keep alive", socket.set_tcp_keepalive(&awake)),
        #[cfg(target_os = "linux")]
        ("arrival", socket.set_tcp_user_timeout(Some(arrival))),
    ] {
        if let Err(error) = done {
            tracing::debug!(%error, what, "a socket setting was refused");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;
    use std::time::Instant;

    use axum::body::{Body, Bytes};
    use axum::routing::{get, post};
    use futures_util::StreamExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const SHORT: Patience = Patience {
        first: Duration::from_millis(300),
        head: Duration::from_millis(300),
        arrival: Duration::from_millis(700),
        end: Duration::from_millis(400),
    };

    /// Nobody is let go for being slow.
    const LONG: Patience = Patience {
        first: Duration::from_secs(60),
        head: Duration::from_secs(60),
        arrival: Duration::from_secs(60),
        ..SHORT
    };

    const MOST: usize = 20;

    /// Whoever asks for `/` is answered, and for `/endless` without an end.
    async fn open(
        patience: Patience,
    ) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let endless = || async {
            let piece = || async { Some((Ok::<_, io::Error>(vec![b'x'; 16 * 1024]), ())) };
            Body::from_stream(futures_util::stream::unfold((), move |()| piece()).boxed())
        };
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/said", post(|said: Bytes| async move { said }))
            .route("/endless", get(endless));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let run = tokio::spawn(async move {
            let door = Door::new(patience, MOST);
            door.serve(&listener, &router, &stopping).await;
            door.close().await;
        });
        (address, stop, run)
    }

    /// How long the other side keeps a connection that has said this, and what it says to it.
    async fn kept(address: SocketAddr, says: &str) -> (Duration, String) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(says.as_bytes()).await.unwrap();
        let (began, mut heard) = (Instant::now(), Vec::new());
        let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut heard)).await;
        (
            began.elapsed(),
            String::from_utf8_lossy(&heard).into_owned(),
        )
    }

    #[tokio::test]
    async fn who_says_nothing_or_half_a_head_is_let_go() {
        let (address, stop, run) = open(SHORT).await;
        for says in ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\n"] {
            let (time, heard) = kept(address, says).await;
            assert!(
                time >= SHORT.head / 2 && time < Duration::from_secs(2),
                "{says:?}: {time:?}"
            );
            assert!(!heard.contains("here"), "{says:?}: {heard}");
        }
        // After an answer, too.
        let (time, heard) = kept(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(
            time >= SHORT.head / 2 && time < Duration::from_secs(2),
            "{time:?}"
        );
        assert!(heard.ends_with("here"), "{heard}");
        stop.cancel();
        run.await.unwrap();
    }

    #[tokio::test]
    async fn who_sends_half_a_request_keeps_nobody_out() {
        let (address, stop, run) = open(LONG).await;
        let post =
            "POST /said HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 4\r\n\r\n";
        let mut held = Vec::new();
        for _ in 0..MOST + 5 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream
                .write_all(format!("{post}he").as_bytes())
                .await
                .unwrap();
            held.push(stream);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let (_, heard) = kept(address, &format!("{post}here")).await;
        assert!(heard.ends_with("here"), "{heard}");
        // Who was not let go meanwhile is answered as soon as the rest is there.
        let mut last = held.pop().unwrap();
        last.write_all(b"re").await.unwrap();
        let mut heard = String::new();
        last.read_to_string(&mut heard).await.unwrap();
        assert!(heard.ends_with("here"), "{heard}");
        stop.cancel();
        run.await.unwrap();
    }

    #[tokio::test]
    async fn nobody_keeps_the_program_from_ending() {
        let (address, stop, run) = open(LONG).await;
        let mut held = Vec::new();
        for says in ["", "GET / HT", "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(says.as_bytes()).await.unwrap();
            held.push(stream);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        let began = Instant::now();
        stop.cancel();
        run.await.unwrap();
        assert!(
            began.elapsed() < Duration::from_secs(3),
            "{:?}",
            began.elapsed()
        );
    }

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn who_reads_nothing_is_let_go() {
        let (address, stop, run) = open(SHORT).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
            .await
            .unwrap();
        // The kernel's timers of a full window grow; it is far more than `arrival`, and far less than for ever.
        tokio::time::sleep(Duration::from_secs(6)).await;
        let mut all = Vec::new();
        let end = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut all)).await;
        assert!(
            matches!(end, Ok(Err(_)) | Ok(Ok(_))),
            "it goes on after {} bytes",
            all.len()
        );
        stop.cancel();
        run.await.unwrap();
    }
}
