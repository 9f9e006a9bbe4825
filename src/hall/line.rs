//! One socket as the thread holds it: what it still has to be sent, and who sits there.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write};

use bytes::{Buf, Bytes};
use mio::net::TcpStream;

use super::reader::Reader;
use super::{Guest, WORDS};

/// Bytes that a line which takes too little must take at once to be given more time.
const TAKEN: usize = 2048;

/// Seconds since the thread began: coarse, and four bytes a line.
pub type Seconds = u32;

pub struct Line {
    pub socket: TcpStream,
    pub id: u64,
    pub reader: Reader,
    /// None while it hears a message, and before it sits down.
    pub guest: Option<Box<dyn Guest>>,
    /// The crowd's place in the list, and this line's place in the crowd.
    pub crowd: Option<(usize, usize)>,
    /// The board that it was shown last.
    pub seen: u64,
    /// Its first frames have been sent; until then words for it wait, since they speak of what those show.
    seated: bool,
    /// What is to be written now, or is left of the last write.
    rest: Bytes,
    words: VecDeque<Bytes>,
    pub heard_at: Seconds,
    pub sent_at: Seconds,
    /// Since when it takes nothing.
    pub stuck_since: Option<Seconds>,
    /// There may be something to read.
    pub readable: bool,
    /// The other side sends no more: read to the end.
    pub ending: bool,
    /// A close frame is on its way, since then and for this reason: nothing else is sent or heard any more.
    pub closing: Option<(Seconds, &'static str)>,
}

/// What came of a write.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    All,
    /// The socket takes no more for now.
    Some,
    /// Too many words wait.
    TooMany,
    Broken,
}

impl Line {
    pub fn new(socket: TcpStream, id: u64, first: &[u8], now: Seconds) -> Self {
        let mut reader = Reader::default();
        reader.feed(first);
        Self {
            socket,
            id,
            reader,
            guest: None,
            crowd: None,
            seen: 0,
            seated: false,
            rest: Bytes::new(),
            words: VecDeque::new(),
            heard_at: now,
            sent_at: now,
            stuck_since: None,
            readable: true,
            ending: false,
            closing: None,
        }
    }

    /// Its guest has heard something and is not back yet, so nothing is read from it.
    pub fn is_answered(&self) -> bool {
        self.crowd.is_some() && self.guest.is_none()
    }

    /// Nothing waits: what is shown next can be written at once.
    pub fn is_idle(&self) -> bool {
        self.rest.is_empty() && self.words.is_empty()
    }

    /// Sends this, behind what waits.
    pub fn say(&mut self, frame: Bytes, now: Seconds) -> Sent {
        if self.seated && self.is_idle() {
            self.rest = frame;
        } else {
            self.words.push_back(frame);
        }
        match self.flush(now) {
            Sent::Some if self.words.len() > WORDS => Sent::TooMany,
            sent => sent,
        }
    }

    /// Whoever sits down is sent these first, then what has waited.
    pub fn seat(&mut self, first: impl Iterator<Item = Bytes>, now: Seconds) -> Sent {
        let waited = std::mem::take(&mut self.words);
        self.words = first.chain(waited).collect();
        self.seated = true;
        self.flush(now)
    }

    /// A line that will never be sat at is closed by what is said now.
    pub fn give_up(&mut self) {
        self.seated = true;
    }

    /// Writes what waits, until the socket takes no more.
    pub fn flush(&mut self, now: Seconds) -> Sent {
        if !self.seated {
            return Sent::Some;
        }
        if self.rest.is_empty() {
            // What it did not take has been taken since.
            self.stuck_since = None;
        }
        loop {
            if self.rest.is_empty() {
                match self.words.pop_front() {
                    Some(next) => self.rest = next,
                    None => {
                        // Most lines never have to wait; those that had hold nothing afterwards.
                        if self.words.capacity() > 0 {
                            self.words = VecDeque::new();
                        }
                        return Sent::All;
                    }
                }
            }
            match self.socket.write(&self.rest) {
                Ok(0) => return Sent::Broken,
                Ok(n) => self.took(n, now),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.stuck_since.get_or_insert(now);
                    return Sent::Some;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Sent::Broken,
            }
        }
    }

    /// Can be shown something now.
    pub fn is_ready(&self) -> bool {
        self.seated && self.is_idle() && self.closing.is_none()
    }

    /// What is to be sent before all that waits, by the next [`Line::flush`]; nothing is left of the last write.
    pub fn take_up(&mut self, frame: Bytes) {
        self.rest = frame;
    }

    /// What is to be written now, for whoever writes it in its place.
    pub fn let_go(&mut self) -> Bytes {
        std::mem::take(&mut self.rest)
    }

    /// The socket took so many bytes of the rest.
    pub fn took(&mut self, bytes: usize, now: Seconds) {
        self.rest.advance(bytes);
        if self.rest.is_empty() {
            // Nothing left of it would still hold all of it: for each line the first frames, which are its own.
            self.rest = Bytes::new();
        }
        self.sent_at = now;
        // A trickle is as slow as nothing.
        if self.rest.is_empty() || bytes >= TAKEN {
            self.stuck_since = None;
        }
    }

    /// Ends our side, so that the close frame arrives before the socket goes.
    pub fn finish(&self) -> io::Result<()> {
        self.socket.shutdown(std::net::Shutdown::Write)
    }
}
