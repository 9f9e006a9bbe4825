//! The thread: waits for sockets and orders, and serves both.

mod listens;
mod orders;

use std::collections::{HashMap, VecDeque};
use std::io::ErrorKind;
use std::os::fd::AsFd;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use mio::event::Event;
use mio::{Events, Poll, Token};
use slab::Slab;
use tokio_tungstenite::tungstenite::Bytes;

use self::listens::{FRAMES_A_SECOND, READ};
use super::batch::{Batch, Mail};
use super::crowd::Crowd;
use super::frame::{close, wire};
use super::line::{Line, Seconds, Sent};
use super::{Closing, Desk, Order, Rules};

/// The waker's; lines have those after it.
pub const WAKER: Token = Token(0);
/// Sockets that may be ready at once.
const EVENTS: usize = 1024;
/// Lines that are shown a board, and bytes of it, before what comes in is looked at again: about a millisecond.
const VISITS: usize = 256;
const VISITED_BYTES: usize = 128 * 1024;
/// How long a line that is being closed has to do so itself.
const CLOSING_SECONDS: Seconds = 3;

pub struct Floor<'a> {
    poll: Poll,
    desk: &'a Arc<Desk>,
    rules: &'a Rules,
    lines: Slab<Line>,
    places: HashMap<u64, usize>,
    crowds: Slab<Crowd>,
    crowd_places: HashMap<u64, usize>,
    batch: Batch,
    /// What it is about to do.
    orders: VecDeque<Order>,
    /// Lines whose guests are back: what they have taken up is sent, then they are listened to again.
    resumed: Vec<usize>,
    /// Lines that had more to say than was heard at once.
    unheard: Vec<usize>,
    /// Lines that have sent more than is heard in a second.
    resting: Vec<usize>,
    buffer: Box<[u8; READ]>,
    started: Instant,
    now: Seconds,
    finish: Option<mpsc::Sender<()>>,
}

impl<'a> Floor<'a> {
    pub fn new(poll: Poll, desk: &'a Arc<Desk>, rules: &'a Rules) -> Self {
        Self {
            poll,
            desk,
            rules,
            lines: Slab::new(),
            places: HashMap::new(),
            crowds: Slab::new(),
            crowd_places: HashMap::new(),
            batch: if rules.batches {
                Batch::new()
            } else {
                Batch::none()
            },
            orders: VecDeque::new(),
            resumed: Vec::new(),
            unheard: Vec::new(),
            resting: Vec::new(),
            buffer: Box::new([0; READ]),
            started: Instant::now(),
            now: 0,
            finish: None,
        }
    }

    pub fn run(&mut self) {
        let mut events = Events::with_capacity(EVENTS);
        loop {
            let showing = self.crowds.iter().any(|(_, crowd)| crowd.left > 0);
            let busy = showing || !self.unheard.is_empty();
            let wait = Duration::from_secs(u64::from(!busy));
            if let Err(error) = self.poll.poll(&mut events, Some(wait))
                && error.kind() != ErrorKind::Interrupted
            {
                tracing::error!(%error, "waiting for the audience's sockets");
                std::thread::sleep(Duration::from_millis(10));
            }
            for event in &events {
                self.ready(event);
            }
            // A line that was also ready just now is in it twice, and must not have two turns, then four.
            self.unheard.sort_unstable();
            self.unheard.dedup();
            for place in std::mem::take(&mut self.unheard) {
                self.listen(place);
            }
            self.desk.take(&mut self.orders);
            self.carry_out_all();
            self.visit();
            let now = Seconds::try_from(self.started.elapsed().as_secs()).unwrap_or(Seconds::MAX);
            if now > self.now {
                self.now = now;
                self.look_round();
            }
            if self.finish.is_some() && self.lines.is_empty() {
                if let Some(done) = self.finish.take() {
                    let _ = done.send(());
                }
                return;
            }
        }
    }

    fn ready(&mut self, event: &Event) {
        let Some(place) = event.token().0.checked_sub(1) else {
            return;
        };
        let Some(line) = self.lines.get_mut(place) else {
            return;
        };
        if event.is_readable() || event.is_read_closed() || event.is_error() {
            line.readable = true;
            line.ending |= event.is_read_closed() || event.is_error();
            self.listen(place);
        }
        if event.is_writable() {
            self.catch_up(place);
        }
    }

    /// Shows boards to some of those who have not seen them.
    fn visit(&mut self) {
        let showing = self.crowds.iter().filter(|(_, crowd)| crowd.left > 0);
        let showing: Vec<usize> = showing.map(|(place, _)| place).collect();
        // A crowd that never comes to an end keeps no other waiting.
        let share = |of: usize| (of / showing.len().max(1)).max(1);
        for crowd in &showing {
            self.visit_crowd(*crowd, share(VISITS), share(VISITED_BYTES));
        }
    }

    /// Most lines are ready: what they are shown is sent together.
    fn visit_crowd(&mut self, crowd: usize, mut visits: usize, mut bytes: usize) {
        let mut together = Vec::with_capacity(visits);
        while visits > 0
            && bytes > 0
            && let Some(place) = self.crowds.get_mut(crowd).and_then(Crowd::next)
        {
            visits -= 1;
            let shown = match self.lines.get_mut(place) {
                Some(line) if line.is_ready() => {
                    let news = news(line, &self.crowds);
                    let shown = news.len();
                    together.push((place, news));
                    shown
                }
                _ => self.catch_up(place),
            };
            bytes = bytes.saturating_sub(shown);
        }
        self.send(together);
    }

    /// Sends these lines their bytes together, before any words that wait there. What a line does not take waits at it.
    ///
    /// A line whose socket takes all is not looked at again: by then, thousands of sends later, it is in no cache any more.
    fn send(&mut self, mut letters: Vec<(usize, Bytes)>) {
        letters.retain(|(place, bytes)| {
            let line = self.lines.get_mut(*place).filter(|_| !bytes.is_empty());
            line.map(|line| line.sent_at = self.now).is_some()
        });
        // None should stand among them twice; one that did would be sent the second before the rest of the first.
        letters.sort_unstable_by_key(|(place, _)| *place);
        debug_assert!(letters.is_sorted_by(|one, next| one.0 < next.0));
        let mails = letters
            .iter()
            .map(|(place, bytes)| (self.lines[*place].socket.as_fd(), &bytes[..]));
        let mails: Vec<Mail> = mails.collect();
        let taken = self.batch.send(&mails);
        for ((place, bytes), taken) in letters.into_iter().zip(taken) {
            if taken < bytes.len()
                && let Some(line) = self.lines.get_mut(place)
            {
                line.take_up(bytes);
                line.took(taken, self.now);
                self.flush(place);
            }
        }
    }

    /// Sends what waits, and then the newest board: so many bytes of it.
    fn catch_up(&mut self, place: usize) -> usize {
        let waits = self.lines.get(place).is_some_and(|line| !line.is_idle());
        if waits && !self.flush(place) {
            return 0;
        }
        match self.lines.get_mut(place) {
            Some(line) if line.is_ready() => {
                let news = news(line, &self.crowds);
                let shown = news.len();
                line.take_up(news);
                self.flush(place);
                shown
            }
            _ => 0,
        }
    }

    /// Whether all that waits is sent.
    fn flush(&mut self, place: usize) -> bool {
        let Some(line) = self.lines.get_mut(place) else {
            return false;
        };
        let sent = line.flush(self.now);
        self.went_well(place, sent)
    }

    fn say(&mut self, place: usize, frame: Bytes) {
        if let Some(line) = self.lines.get_mut(place) {
            let sent = line.say(frame, self.now);
            self.went_well(place, sent);
        }
    }

    /// Whether all is sent. A line that takes too little too slowly, or nothing any more, is let go.
    fn went_well(&mut self, place: usize, sent: Sent) -> bool {
        match sent {
            Sent::All => {
                if let Some(line) = self.lines.get(place)
                    && line.closing.is_some()
                    && line.finish().is_err()
                {
                    self.drop_line(place, "left");
                    return false;
                }
                true
            }
            Sent::Some => false,
            Sent::TooMany => {
                self.drop_line(place, self.rules.slow.1);
                false
            }
            Sent::Broken => {
                self.drop_line(place, "left");
                false
            }
        }
    }

    /// Says why, and lets the other side end the line.
    fn close(&mut self, place: usize, (code, reason): Closing) {
        let Some(line) = self.lines.get_mut(place) else {
            return;
        };
        if line.closing.is_some() {
            return;
        }
        line.closing = Some((self.now, reason));
        line.give_up();
        self.leave(place, reason);
        self.say(place, close(code, reason));
        self.listen(place);
    }

    /// The guest goes, and the place in the crowd.
    fn leave(&mut self, place: usize, why: &'static str) {
        let Some(line) = self.lines.get_mut(place) else {
            return;
        };
        let (guest, crowd) = (line.guest.take(), line.crowd.take());
        if let Some((crowd, at)) = crowd
            && let Some(moved) = self.crowds.get_mut(crowd).and_then(|crowd| crowd.leave(at))
            && let Some(moved) = self.lines.get_mut(moved)
        {
            moved.crowd = Some((crowd, at));
        }
        if let Some(guest) = guest {
            guest.leave(why);
        }
    }

    fn drop_line(&mut self, place: usize, why: &'static str) {
        self.leave(place, why);
        if let Some(mut line) = self.lines.try_remove(place) {
            self.places.remove(&line.id);
            let _ = self.poll.registry().deregister(&mut line.socket);
        }
    }

    /// After a failure: every line falls, and its phone comes back. What crowds are shown, and what the thread was about to
    /// do, stays.
    pub fn falls(&mut self, poll: Poll) {
        for (_, line) in std::mem::take(&mut self.lines) {
            if let Some(guest) = line.guest {
                guest.leave("failed");
            }
        }
        self.places.clear();
        self.unheard.clear();
        self.resting.clear();
        self.resumed.clear();
        for (_, crowd) in &mut self.crowds {
            crowd.members.clear();
            crowd.left = 0;
        }
        self.poll = poll;
    }

    /// Once a second: who is silent, who is stuck, who has heard nothing for long.
    fn look_round(&mut self) {
        let seconds = |duration: Duration| duration.as_secs() as Seconds;
        let (now, rules) = (self.now, self.rules);
        let beat = (rules.beat)();
        let mut beaten = None;
        let all: Vec<usize> = self.lines.iter().map(|(place, _)| place).collect();
        for place in all {
            let Some(line) = self.lines.get_mut(place) else {
                continue;
            };
            line.reader.forgive(FRAMES_A_SECOND);
            let over = |since: Seconds, limit: Seconds| now.saturating_sub(since) >= limit;
            if line
                .closing
                .is_some_and(|(at, _)| over(at, CLOSING_SECONDS))
            {
                self.drop_line(place, "left");
            } else if line
                .stuck_since
                .is_some_and(|at| over(at, seconds(rules.slow_after)))
            {
                self.drop_line(place, rules.slow.1);
            } else if over(line.heard_at, seconds(rules.silent_after)) && !line.is_answered() {
                self.close(place, rules.silent);
            } else if line.crowd.is_some()
                && over(line.sent_at, seconds(rules.beat_every))
                && line.is_idle()
            {
                let frame = beaten.get_or_insert_with(|| wire(&beat)).clone();
                self.say(place, frame);
            }
        }
        self.resting.sort_unstable();
        self.resting.dedup();
        for place in std::mem::take(&mut self.resting) {
            self.listen(place);
        }
    }
}

/// What a line has not been shown of what its crowd is; from now on it has.
fn news(line: &mut Line, crowds: &Slab<Crowd>) -> Bytes {
    let crowd = line.crowd.and_then(|(crowd, _)| crowds.get(crowd));
    match crowd {
        Some(crowd) if line.seen < crowd.version => {
            let news = crowd.news(line.seen);
            line.seen = crowd.version;
            news
        }
        _ => Bytes::new(),
    }
}
