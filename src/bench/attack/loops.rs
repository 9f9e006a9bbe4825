//! Many connections in one thread that each do the same over and over: say something, wait for the answer or for a while, say
//! it again. Nothing of an answer is looked at but that it came.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

/// When a connection says its piece again.
#[derive(Debug, Clone, Copy)]
pub enum Again {
    /// Once so many answers have come, each of which begins with these bytes.
    Answered(&'static [u8], usize),
    /// After so long.
    After(Duration),
    /// As soon as the kernel takes it.
    AtOnce,
}

/// What each of so many connections does.
pub struct Piece {
    pub connections: usize,
    /// Said once, as the upgrade to a websocket; empty: nothing.
    pub hello: Vec<u8>,
    pub says: Vec<u8>,
    pub again: Again,
}

/// Between two times at which a connection that was cut comes again.
const COMES_AGAIN: Duration = Duration::from_millis(50);
/// Connections that are begun at once.
const DIALS: usize = 200;

struct One {
    stream: Option<TcpStream>,
    /// The upgrade was answered, if there is one.
    open: bool,
    /// What is left of what it says.
    left: usize,
    answers: usize,
    next: Instant,
}

/// Runs until `stop`; how often a piece was said.
pub fn run(server: SocketAddr, piece: &Piece, stop: &AtomicBool) -> anyhow::Result<u64> {
    let mut poll = Poll::new()?;
    let mut events = Events::with_capacity(1024);
    let mut buffer = vec![0; 64 * 1024];
    let now = Instant::now();
    let mut all: Vec<One> = (0..piece.connections)
        .map(|_| One {
            stream: None,
            open: false,
            left: 0,
            answers: 0,
            next: now,
        })
        .collect();
    let mut said = 0;
    while !stop.load(Ordering::Relaxed) {
        let now = Instant::now();
        let mut dials = 0;
        for (n, one) in all.iter_mut().enumerate() {
            if one.stream.is_none() && one.next <= now && dials < DIALS {
                dials += 1;
                if let Ok(mut stream) = TcpStream::connect(server) {
                    let interest = Interest::READABLE | Interest::WRITABLE;
                    poll.registry().register(&mut stream, Token(n), interest)?;
                    one.open = piece.hello.is_empty();
                    one.answers = 0;
                    one.left = if one.open {
                        piece.says.len()
                    } else {
                        piece.hello.len()
                    };
                    one.stream = Some(stream);
                }
            } else if one.stream.is_some() && one.open && one.left == 0 && one.is_due(piece, now) {
                one.begin(piece, now);
                said += 1;
                one.write(piece);
            }
        }
        poll.poll(&mut events, Some(Duration::from_millis(5)))?;
        for event in &events {
            let one = &mut all[event.token().0];
            if event.is_readable() || event.is_read_closed() {
                one.read(piece, &mut buffer);
            }
            if event.is_writable() {
                one.write(piece);
            }
        }
    }
    Ok(said)
}

impl One {
    fn is_due(&self, piece: &Piece, now: Instant) -> bool {
        match piece.again {
            Again::Answered(_, answers) => self.answers >= answers,
            Again::After(_) => self.next <= now,
            Again::AtOnce => true,
        }
    }

    fn begin(&mut self, piece: &Piece, now: Instant) {
        self.left = piece.says.len();
        self.answers = 0;
        if let Again::After(pause) = piece.again {
            self.next = now + pause;
        }
    }

    fn write(&mut self, piece: &Piece) {
        let text = if self.open { &piece.says } else { &piece.hello };
        while self.left > 0
            && let Some(stream) = &mut self.stream
        {
            match stream.write(&text[text.len() - self.left..]) {
                Ok(n) => self.left -= n,
                Err(error) if is_soon(error.kind()) => return,
                Err(_) => return self.cut(),
            }
        }
    }

    fn read(&mut self, piece: &Piece, buffer: &mut [u8]) {
        while let Some(stream) = &mut self.stream {
            match stream.read(buffer) {
                Ok(0) => return self.cut(),
                Ok(n) => self.hears(piece, &buffer[..n]),
                Err(error) if is_soon(error.kind()) => return,
                Err(_) => return self.cut(),
            }
        }
    }

    fn hears(&mut self, piece: &Piece, bytes: &[u8]) {
        if !self.open {
            // The head of the upgrade's answer comes in one piece.
            if bytes.starts_with(b"HTTP/1.1 101") {
                self.open = true;
                self.left = 0;
                self.answers = usize::MAX;
            } else {
                self.cut();
            }
        } else if let Again::Answered(begins, _) = piece.again {
            let found = bytes.windows(begins.len()).filter(|some| *some == begins);
            self.answers = self.answers.saturating_add(found.count());
        }
    }

    fn cut(&mut self) {
        self.stream = None;
        self.next = Instant::now() + COMES_AGAIN;
    }
}

fn is_soon(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::WouldBlock | ErrorKind::NotConnected | ErrorKind::Interrupted
    )
}
