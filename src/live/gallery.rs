//! Who is watching, and what they are shown.
//!
//! The one narrow door between a session and its connections: [`Gallery::join`], [`Gallery::publish`],
//! [`Gallery::send`]. Behind these three, a seat has a task of its own or is a line in the [`hall`](crate::hall).
//!
//! Shown state lives on a *board* a role: the newest frame of each topic, encoded once, the same bytes for
//! every seat. A seat takes what is newer than what it has sent, so a slow one skips what is outdated:
//! latest wins by construction. What is for one person only goes through the seat's own bounded queue.

mod board;

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use smallvec::SmallVec;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};
use tokio_util::sync::CancellationToken;

pub use self::board::{Board, Topic};
use crate::domain::command::Role;
use crate::hall::{Crowd, CrowdId, Line};
use crate::ids::VoterId;
use crate::protocol::{Presence, close};

/// Frames that may wait for one seat; one that does not read that many is too slow and is let go.
const SEAT_QUEUE: usize = 32;
/// Seats of one voter. The newest stay: an old one is mostly a line that the phone has given up and the server has not.
const SEATS_A_VOTER: usize = 8;
const BOARDS: usize = Role::WATCHING.len();
/// Where pictures of the stage within a panel are counted: they keep a session awake, but nobody looks at a stage there.
const PREVIEWS: usize = BOARDS;

pub struct Gallery {
    boards: [watch::Sender<Arc<Board>>; BOARDS],
    /// Most voters have one seat, which then takes no room of its own.
    seats: Mutex<HashMap<VoterId, SmallVec<[SeatEntry; 1]>>>,
    counts: [AtomicU32; BOARDS + 1],
    /// How many of the audience are how many seconds behind.
    behind: Mutex<BTreeMap<u32, u32>>,
    next_seat: AtomicU64,
    /// Those of the audience that sit in the hall, once there are any.
    crowd: OnceLock<Crowd>,
    closed: CancellationToken,
}

struct SeatEntry {
    id: u64,
    words: Words,
}

/// How what is for one voter gets to a seat of theirs.
enum Words {
    Queue(mpsc::Sender<Utf8Bytes>),
    /// The hall has a queue of its own, and lets a line go that does not take it.
    Line(Line),
}

impl Words {
    /// Whether the seat is still to be written to.
    fn send(&self, frame: &Utf8Bytes) -> bool {
        match self {
            Self::Queue(queue) => queue.try_send(frame.clone()).is_ok(),
            Self::Line(line) => {
                line.say(frame.clone());
                true
            }
        }
    }
}

/// One connection's place. Leaving is dropping it.
pub struct Seat {
    role: Role,
    id: u64,
    voter: Option<VoterId>,
    delay_seconds: u32,
    /// Where it is counted.
    counted: usize,
    gallery: Arc<Gallery>,
}

impl Default for Gallery {
    fn default() -> Self {
        let board = || watch::channel(Arc::new(Board::default())).0;
        Self {
            boards: [board(), board(), board(), board(), board()],
            seats: Mutex::default(),
            behind: Mutex::default(),
            counts: Default::default(),
            next_seat: AtomicU64::new(1),
            crowd: OnceLock::new(),
            closed: CancellationToken::new(),
        }
    }
}

fn place(role: Role) -> usize {
    match role {
        Role::Audience => 0,
        Role::Stage => 1,
        Role::Host => 2,
        Role::Moderator => 3,
        // A bridge never takes a seat.
        Role::Speaker | Role::Bridge => 4,
    }
}

impl Gallery {
    /// Takes a seat, by a task of its own or at a `line` of the hall. The caller is the session's owner, in the same turn
    /// as it draws the snapshot, so that nothing falls between the two. A task gets its voter's words by the queue.
    pub fn join(
        self: &Arc<Self>,
        role: Role,
        voter: Option<VoterId>,
        delay_seconds: u32,
        line: Option<Line>,
        preview: bool,
    ) -> (Seat, Option<mpsc::Receiver<Utf8Bytes>>) {
        let id = self.next_seat.fetch_add(1, Ordering::Relaxed);
        if let Some(line) = &line {
            self.crowd.get_or_init(|| {
                let crowd = line.crowd();
                crowd.show(self.board_of(role).for_hall());
                crowd
            });
        }
        let mut queue = None;
        if let Some(voter) = voter {
            let words = match line {
                Some(line) => Words::Line(line),
                None => {
                    let (sender, words) = mpsc::channel(SEAT_QUEUE);
                    queue = Some(words);
                    Words::Queue(sender)
                }
            };
            let mut seats = lock(&self.seats);
            let theirs = seats.entry(voter).or_default();
            for old in theirs.drain(..(theirs.len() + 1).saturating_sub(SEATS_A_VOTER)) {
                // Whose queue is dropped closes by itself.
                if let Words::Line(line) = old.words {
                    line.close((close::TOO_MANY_TABS, "too many tabs"));
                }
            }
            theirs.push(SeatEntry { id, words });
        }
        let counted = if preview { PREVIEWS } else { place(role) };
        self.counts[counted].fetch_add(1, Ordering::Relaxed);
        if role == Role::Audience {
            *lock(&self.behind).entry(delay_seconds).or_default() += 1;
        }
        let seat = Seat {
            role,
            id,
            voter,
            delay_seconds,
            counted,
            gallery: Arc::clone(self),
        };
        (seat, queue)
    }

    /// What is put up for a role now.
    pub fn board_of(&self, role: Role) -> Arc<Board> {
        Arc::clone(&self.boards[place(role)].borrow())
    }

    /// The session's owner ends: every seat closes and comes back.
    pub fn close(&self) {
        self.closed.cancel();
        if let Some(crowd) = self.crowd.get() {
            crowd.dismiss((close::RESTARTING, "restarting"));
        }
    }

    /// Puts frames up for every seat of a role: all of them at once, in this order.
    /// None takes the topic down.
    pub fn publish(&self, role: Role, frames: Vec<(Topic, Option<Utf8Bytes>)>) {
        if frames.is_empty() {
            return;
        }
        self.boards[place(role)].send_modify(|board| {
            let board = Arc::make_mut(board);
            for (topic, frame) in frames {
                match frame {
                    Some(frame) => board.put(topic, Message::Text(frame)),
                    None => board.take_down(&topic),
                }
            }
        });
        self.show_hall(role);
    }

    fn show_hall(&self, role: Role) {
        if role == Role::Audience
            && let Some(crowd) = self.crowd.get()
        {
            crowd.show(self.board_of(role).for_hall());
        }
    }

    /// Puts up a run's picture, which is no text.
    pub fn publish_picture(&self, role: Role, picture: Bytes) {
        self.boards[place(role)].send_modify(|board| {
            Arc::make_mut(board).put(Topic::Picture, Message::Binary(picture));
        });
        self.show_hall(role);
    }

    /// Sends to one voter's seats: every tab of theirs. A queue that is full belongs to a seat that does
    /// not read; it is dropped from the list and closes by itself.
    pub fn send(&self, voter: VoterId, frame: &Utf8Bytes) {
        let mut seats = lock(&self.seats);
        if let Some(entries) = seats.get_mut(&voter) {
            entries.retain(|entry| entry.words.send(frame));
        }
    }

    /// As [`Gallery::send`], where this voter has more than the one seat that is answered anyway.
    pub fn send_to_other_tabs(&self, voter: VoterId, frame: impl FnOnce() -> Option<Utf8Bytes>) {
        let several = lock(&self.seats)
            .get(&voter)
            .is_some_and(|seats| seats.len() > 1);
        if several && let Some(frame) = frame() {
            self.send(voter, &frame);
        }
    }

    /// The voters that have a seat now.
    pub fn voters(&self) -> Vec<VoterId> {
        lock(&self.seats).keys().copied().collect()
    }

    /// How many seats the audience has.
    pub fn people(&self) -> u32 {
        self.counts[place(Role::Audience)].load(Ordering::Relaxed)
    }

    pub fn presence(&self) -> Presence {
        let count = |role| self.counts[place(role)].load(Ordering::Relaxed);
        Presence {
            audience: count(Role::Audience),
            stage: count(Role::Stage),
            host: count(Role::Host) + count(Role::Moderator) + count(Role::Speaker),
            behind: lock(&self.behind)
                .iter()
                .filter(|(seconds, _)| **seconds > 0)
                .map(|(seconds, n)| (*seconds, *n))
                .collect(),
            acted_at: None,
            cannot_save: None,
        }
    }

    fn no_longer_behind(&self, seconds: u32) {
        let mut behind = lock(&self.behind);
        if let Some(n) = behind.get_mut(&seconds) {
            *n -= 1;
            if *n == 0 {
                behind.remove(&seconds);
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.counts.iter().all(|n| n.load(Ordering::Relaxed) == 0)
    }
}

impl Seat {
    /// Which seat of its session this is; none has the same while the session's owner lives.
    pub fn number(&self) -> u64 {
        self.id
    }

    /// What is put up, from now on.
    pub fn board(&self) -> watch::Receiver<Arc<Board>> {
        let mut board = self.gallery.boards[place(self.role)].subscribe();
        // What came since the seat was taken has not been seen.
        board.mark_changed();
        board
    }

    /// Those whom this one sits with in the hall.
    pub fn crowd(&self) -> Option<CrowdId> {
        self.gallery.crowd.get().map(Crowd::id)
    }

    /// Cancelled when the session's owner has ended.
    pub fn closed(&self) -> CancellationToken {
        self.gallery.closed.clone()
    }

    /// Once its words are cut: whether that is because newer seats of this voter took its place.
    pub fn is_one_too_many(&self) -> bool {
        let seats = lock(&self.gallery.seats);
        let held = self.voter.and_then(|voter| seats.get(&voter));
        held.is_some_and(|entries| entries.len() >= SEATS_A_VOTER)
    }

    /// This viewer is so far behind now.
    pub fn is_behind(&mut self, seconds: u32) {
        if self.role != Role::Audience || self.delay_seconds == seconds {
            return;
        }
        *lock(&self.gallery.behind).entry(seconds).or_default() += 1;
        self.gallery.no_longer_behind(self.delay_seconds);
        self.delay_seconds = seconds;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if self.role == Role::Audience {
            self.gallery.no_longer_behind(self.delay_seconds);
        }
        self.gallery.counts[self.counted].fetch_sub(1, Ordering::Relaxed);
        if let Some(voter) = self.voter {
            let mut seats = lock(&self.gallery.seats);
            if let Some(entries) = seats.get_mut(&voter) {
                entries.retain(|entry| entry.id != self.id);
                if entries.is_empty() {
                    seats.remove(&voter);
                }
            }
        }
    }
}

/// No code can panic while it holds this lock, so a poisoned one is as good as a sound one.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PollId;

    fn frames(seat: &Seat, seen: u64) -> Vec<String> {
        let board = Arc::clone(&seat.board().borrow());
        let frames = board.newer(seen);
        frames
            .map(|frame| frame.to_text().unwrap().to_string())
            .collect()
    }

    #[test]
    fn a_slow_seat_gets_the_latest_of_each_topic_only() {
        let gallery = Arc::new(Gallery::default());
        let (seat, _) = gallery.join(Role::Audience, None, 0, None, false);
        let poll: PollId = "p".parse().unwrap();
        for n in 0..100 {
            let frame = Some(Utf8Bytes::from(format!("tally {n}")));
            gallery.publish(Role::Audience, vec![(Topic::Tally(poll.clone()), frame)]);
        }
        gallery.publish(
            Role::Audience,
            vec![(Topic::Session, Some("session".into()))],
        );
        gallery.publish(Role::Host, vec![(Topic::Session, Some("host only".into()))]);
        assert_eq!(frames(&seat, 0), ["tally 99", "session"]);
        assert_eq!(frames(&seat, 100), ["session"]);
        gallery.publish(Role::Audience, vec![(Topic::Tally(poll), None)]);
        assert_eq!(frames(&seat, 0), ["session"]);
    }

    #[test]
    fn words_reach_every_tab_of_one_voter_and_nobody_else() {
        let gallery = Arc::new(Gallery::default());
        let (a, b) = (VoterId([1; 16]), VoterId([2; 16]));
        let join = |voter| {
            let (seat, words) = gallery.join(Role::Audience, Some(voter), 0, None, false);
            (seat, words.unwrap())
        };
        let (mut first, mut second, mut other) = (join(a), join(a), join(b));
        gallery.send(a, &"yours".into());
        assert_eq!(first.1.try_recv(), Ok("yours".into()));
        assert_eq!(second.1.try_recv(), Ok("yours".into()));
        assert!(other.1.try_recv().is_err());
        drop((first, second, other));
        assert!(gallery.is_empty());
        assert!(gallery.voters().is_empty());
    }

    #[test]
    fn one_voter_takes_so_many_seats_and_the_newest_stay() {
        let gallery = Arc::new(Gallery::default());
        let voter = VoterId([1; 16]);
        let mut seats: Vec<_> = (0..=SEATS_A_VOTER)
            .map(|_| gallery.join(Role::Audience, Some(voter), 0, None, false))
            .map(|(seat, words)| (seat, words.unwrap()))
            .collect();
        gallery.send(voter, &"yours".into());
        let mut oldest = seats.remove(0);
        let cut = Err(mpsc::error::TryRecvError::Disconnected);
        assert_eq!(oldest.1.try_recv(), cut);
        assert!(oldest.0.is_one_too_many());
        for (_, words) in &mut seats {
            assert_eq!(words.try_recv(), Ok("yours".into()));
        }
        drop((oldest, seats));
        assert!(gallery.is_empty());
    }

    #[test]
    fn a_seat_that_never_reads_is_let_go_not_queued_for_ever() {
        let gallery = Arc::new(Gallery::default());
        let voter = VoterId([1; 16]);
        let (_seat, words) = gallery.join(Role::Audience, Some(voter), 0, None, false);
        let mut words = words.unwrap();
        for _ in 0..=SEAT_QUEUE {
            gallery.send(voter, &"frame".into());
        }
        let mut got = 0;
        while words.try_recv().is_ok() {
            got += 1;
        }
        assert_eq!(got, SEAT_QUEUE);
        // The sender is gone, which tells the socket to close as too slow.
        assert_eq!(
            words.try_recv(),
            Err(mpsc::error::TryRecvError::Disconnected)
        );
    }
}
