//! Thousands of phones in one thread, on one poll.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use mio::{Events, Interest, Poll, Token};

use super::phone::{Heard, Lost, Phone};

/// Bytes of the buffer that all phones read through.
const BUFFER_BYTES: usize = 64 * 1024;
/// Addresses of the loopback net that phones connect from; each has its own ports.
const ADDRESSES: usize = 16;
/// Phones that connect at the same time where a hall only fills up.
const FILLING: usize = 200;
/// A hall that is not full after this long does not fill up.
const FILL_WITHIN: Duration = Duration::from_secs(120);
/// How long a phone waits that was asked to come back later, while the hall fills up.
const ASKED_TO_WAIT: Duration = Duration::from_millis(200);

pub struct Crowd {
    poll: Poll,
    events: Events,
    pub phones: Vec<Phone>,
    buffer: Vec<u8>,
    server: SocketAddr,
}

impl Crowd {
    pub fn new(people: usize, server: SocketAddr) -> anyhow::Result<Self> {
        Ok(Self {
            poll: Poll::new().context("making a poll")?,
            events: Events::with_capacity(1024),
            phones: (0..people).map(|_| Phone::default()).collect(),
            buffer: vec![0; BUFFER_BYTES],
            server,
        })
    }

    /// Begins to connect one phone; what becomes of it is heard.
    pub fn dial(&mut self, n: usize, request: &str) -> anyhow::Result<()> {
        let last = u8::try_from(2 + n % ADDRESSES)?;
        let from = if self.server.ip().is_loopback() && cfg!(target_os = "linux") {
            Ipv4Addr::new(127, 0, 0, last)
        } else {
            Ipv4Addr::UNSPECIFIED
        };
        let line = self.phones[n]
            .dial(self.server, from, request.as_bytes())
            .context("making a socket")?;
        self.poll
            .registry()
            .register(line, Token(n), Interest::READABLE | Interest::WRITABLE)
            .context("watching a socket")
    }

    /// Sends one text message. A line that is gone is heard of in the next turn.
    pub fn say(&mut self, n: usize, text: &str) {
        let _ = self.phones[n].say(text.as_bytes());
    }

    /// Waits at most so long for news, and hands them over.
    pub fn turn(
        &mut self,
        wait: Duration,
        hear: &mut impl FnMut(usize, Heard<'_>),
    ) -> anyhow::Result<()> {
        match self.poll.poll(&mut self.events, Some(wait)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(error).context("waiting for sockets"),
        }
        for event in &self.events {
            let n = event.token().0;
            let phone = &mut self.phones[n];
            if !phone.has_line() {
                continue;
            }
            let ends = event.is_read_closed() || event.is_error();
            let mut done = Ok(());
            if event.is_readable() || ends {
                done = phone.read(&mut self.buffer, ends, &mut |heard| hear(n, heard));
            }
            if done.is_ok() && event.is_writable() {
                done = phone.flush();
            }
            if let Err(lost) = done {
                phone.drop_line(false);
                hear(n, Heard::Lost(lost));
            }
        }
        Ok(())
    }

    /// Connects these phones, some at a time; who is asked to wait comes back.
    pub fn fill(
        &mut self,
        which: std::ops::Range<usize>,
        request: impl Fn(usize) -> String,
        hear: &mut impl FnMut(usize, Heard<'_>),
    ) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut waiting: Vec<(usize, Instant)> = which.clone().rev().map(|n| (n, began)).collect();
        let (mut opening, mut opened) = (0, 0);
        while opened < which.len() {
            if began.elapsed() > FILL_WITHIN {
                bail!(
                    "only {opened} of {} phones were let in within {} s",
                    which.len(),
                    FILL_WITHIN.as_secs()
                );
            }
            let now = Instant::now();
            while opening < FILLING
                && let Some(at) = waiting.iter().rposition(|(_, from)| *from <= now)
            {
                let (n, _) = waiting.swap_remove(at);
                self.dial(n, &request(n))?;
                opening += 1;
            }
            let mut broken = None;
            self.turn(Duration::from_millis(20), &mut |n, heard| {
                match &heard {
                    Heard::Opened => {
                        opening -= 1;
                        opened += 1;
                    }
                    Heard::Lost(Lost::Refused | Lost::Turned(503 | 429)) => {
                        opening -= 1;
                        waiting.push((n, now + ASKED_TO_WAIT));
                        return;
                    }
                    Heard::Lost(lost) => broken = Some(*lost),
                    Heard::Text(_) => {}
                }
                hear(n, heard);
            })?;
            if let Some(lost) = broken {
                bail!("a phone was not let in, or was sent away while others came: {lost:?}");
            }
        }
        Ok(())
    }

    /// Listens for so long.
    pub fn listen(
        &mut self,
        time: Duration,
        hear: &mut impl FnMut(usize, Heard<'_>),
    ) -> anyhow::Result<()> {
        let until = Instant::now() + time;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            self.turn(left, hear)?;
        }
    }
}

impl Drop for Crowd {
    /// By reset, so that thousands of ports do not wait for a minute each.
    fn drop(&mut self) {
        for phone in &mut self.phones {
            phone.drop_line(true);
        }
    }
}
