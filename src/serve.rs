//! The door: connections are taken in and their requests served (HTTP/1.1), each in a task of its own, and none can keep
//! the program from ending.

use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Between two tries where the system takes no more connections in: mostly it has no descriptors left.
const AGAIN: Duration = Duration::from_millis(100);

/// How long others may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until the head of a request is there, the first one's and each one's after an answer.
    pub head: Duration,
    /// Until what was sent has arrived: a phone that has gone without a word, or one that reads nothing, is let go.
    pub arrival: Duration,
    /// From the end of the program on, until an answer that is under way is out.
    pub end: Duration,
}

pub const PATIENCE: Patience = Patience {
    // Longer than proxies keep a connection that does nothing: one that ends under a request of theirs is an error.
    head: Duration::from_secs(130),
    arrival: Duration::from_secs(60),
    end: Duration::from_secs(5),
};

/// Connections that are being served.
pub struct Door {
    connections: TaskTracker,
    /// Answers under way are finished, and none is begun.
    leaving: CancellationToken,
    /// Nothing is waited for any more.
    cut: CancellationToken,
    patience: Patience,
}

impl Door {
    pub fn new(patience: Patience) -> Self {
        Self {
            connections: TaskTracker::new(),
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
                Ok((stream, _)) => self.take_in(stream, router.clone()),
                Err(error) if is_of_one(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no connection can be taken in just now");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    fn take_in(&self, stream: TcpStream, router: Router) {
        set(&stream, self.patience.arrival);
        let (leaving, cut, head) = (self.leaving.clone(), self.cut.clone(), self.patience.head);
        self.connections.spawn(async move {
            // Made in here and pinned as it is made: moved, it would have two places in this task.
            let mut connection = std::pin::pin!(
                http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(head)
                    .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
                    .with_upgrades()
            );
            let mut told = false;
            loop {
                tokio::select! {
                    served = connection.as_mut() => {
                        if let Err(error) = served {
                            tracing::trace!(%error, "a connection ended");
                        }
                        return;
                    }
                    () = leaving.cancelled(), if !told => {
                        told = true;
                        connection.as_mut().graceful_shutdown();
                    }
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

    use axum::body::Body;
    use axum::routing::get;
    use futures_util::StreamExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    const SHORT: Patience = Patience {
        head: Duration::from_millis(300),
        arrival: Duration::from_millis(700),
        end: Duration::from_millis(400),
    };

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
            .route("/endless", get(endless));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let stopping = stop.clone();
        let run = tokio::spawn(async move {
            let door = Door::new(patience);
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
    async fn nobody_keeps_the_program_from_ending() {
        let long = Patience {
            head: Duration::from_secs(60),
            arrival: Duration::from_secs(60),
            ..SHORT
        };
        let (address, stop, run) = open(long).await;
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
