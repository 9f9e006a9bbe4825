//! The audience's sockets, taken out of the async runtime: one thread that waits for all of them (epoll), sends what is
//! shown to everyone as bytes that were made once, and hands each message to whoever sits there.
//!
//! A task, a timer and a buffer a socket are what a websocket costs in an async runtime; here a quiet phone costs its
//! place in a list. The thread knows nothing of sessions: a *crowd* is those who are shown the same, a *line* is one
//! socket, a *guest* is what sits at it. What comes in is handled one message a line at a time, and while its guest is
//! busy nothing more is read from that line: the kernel holds back a phone that sends faster than it is answered.
//!
//! **Latest wins.** A line holds at most the rest of one write, and words meant for it alone ([`WORDS`]); a board that it
//! could not be shown is not kept for it, it gets the newest once it takes more.

mod batch;
mod crowd;
mod floor;
pub mod frame;
mod line;
pub mod reader;

use std::collections::VecDeque;
use std::io;
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use mio::{Poll, Waker};
use tokio::sync::OwnedSemaphorePermit;
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

use self::floor::{Floor, WAKER};

/// Words for one line that may wait; one that does not take that many is too slow and is let go.
pub const WORDS: usize = 32;
/// How long the lines have to hear that the program stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// What sits at a line.
pub trait Guest: Send {
    /// A message came. Called on the hall's thread, so it must not wait: it goes on elsewhere and hands itself back by
    /// [`Line::resume`].
    fn hear(self: Box<Self>, message: Message, line: Line);
    /// The line has ended, and why.
    fn leave(self: Box<Self>, why: &'static str);
}

/// Who will sit at a line.
pub type Seating = Box<dyn FnOnce() -> Box<dyn Guest> + Send>;

/// Why a line is closed: the code and words of its close frame.
pub type Closing = (u16, &'static str);

/// What is shown to a crowd.
#[derive(Debug, Clone, Default)]
pub struct Board {
    /// Grows with every frame put up.
    pub version: u64,
    /// The newest of each kind, oldest first, each with the version that it came with.
    pub frames: Vec<(u64, Message)>,
}

/// When lines are closed or kept awake.
pub struct Rules {
    /// Something is sent at least this often.
    pub beat_every: Duration,
    /// What is sent then.
    pub beat: Box<dyn Fn() -> Message + Send + Sync>,
    /// A line that says nothing for this long is gone.
    pub silent_after: Duration,
    pub silent: Closing,
    /// A line that takes nothing for this long is too slow.
    pub slow_after: Duration,
    pub slow: Closing,
    /// Bytes that one message may have.
    pub message_max: usize,
    /// Sends are handed over many at a time, if the system can.
    pub batches: bool,
}

/// What the thread is asked to do, in this order.
enum Order {
    Admit {
        id: u64,
        socket: TcpStream,
        first: Bytes,
    },
    Sit {
        id: u64,
        guest: Seating,
        crowd: u64,
        seen: u64,
        first: Vec<Message>,
        /// Dropped once this is done.
        turn: OwnedSemaphorePermit,
    },
    Resume {
        id: u64,
        guest: Box<dyn Guest>,
        reply: Option<Utf8Bytes>,
    },
    Say {
        id: u64,
        frame: Utf8Bytes,
    },
    Close {
        id: u64,
        why: Closing,
    },
    Show {
        crowd: u64,
        board: Board,
    },
    Dismiss {
        crowd: u64,
        why: Closing,
    },
    Forget {
        crowd: u64,
    },
    Finish(mpsc::Sender<()>),
}

/// Orders on their way to the thread. Whoever gives the first one wakes it.
struct Desk {
    orders: Mutex<VecDeque<Order>>,
    woken: AtomicBool,
    waker: Mutex<Waker>,
    next: AtomicU64,
}

impl Desk {
    fn give(&self, order: Order) {
        lock(&self.orders).push_back(order);
        if !self.woken.swap(true, Ordering::AcqRel)
            && let Err(error) = lock(&self.waker).wake()
        {
            tracing::error!(%error, "the hall cannot be woken");
        }
    }

    /// All orders so far, behind those that are in `taken` still; if none are, both lists are swapped and neither made anew.
    fn take(&self, taken: &mut VecDeque<Order>) {
        // Before the list is taken: an order that comes after it wakes again.
        self.woken.store(false, Ordering::Release);
        let mut orders = lock(&self.orders);
        if taken.is_empty() {
            std::mem::swap(&mut *orders, taken);
        } else {
            taken.append(&mut orders);
        }
    }

    fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }
}

/// No code can panic while it holds these locks, so a poisoned one is as good as a sound one.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The way to the thread; cheap to clone.
#[derive(Clone)]
pub struct Hall(Arc<Desk>);

impl Hall {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system gives neither a thread nor what to wait on.
    pub fn open(rules: Rules) -> io::Result<Self> {
        let poll = Poll::new()?;
        let desk = Arc::new(Desk {
            orders: Mutex::default(),
            woken: AtomicBool::new(false),
            waker: Mutex::new(Waker::new(poll.registry(), WAKER)?),
            next: AtomicU64::new(1),
        });
        let hall = Self(Arc::clone(&desk));
        let run = move || {
            let mut floor = Floor::new(poll, &desk, &rules);
            while catch_unwind(AssertUnwindSafe(|| floor.run())).is_err() {
                tracing::error!("the hall failed; its lines start anew");
                let fallen = again(&desk).map(|poll| {
                    let falls = AssertUnwindSafe(|| floor.falls(poll));
                    catch_unwind(falls).is_ok()
                });
                if !matches!(fallen, Ok(true)) {
                    tracing::error!(?fallen, "the hall cannot start anew");
                    std::process::abort();
                }
            }
        };
        std::thread::Builder::new()
            .name("salon-hall".to_string())
            .spawn(run)?;
        Ok(hall)
    }

    /// Takes a socket in, after its handshake, with what it has said already. Nothing is read or sent before
    /// [`Line::sit`].
    pub fn admit(&self, socket: TcpStream, first: Bytes) -> Line {
        let id = self.0.next();
        self.0.give(Order::Admit { id, socket, first });
        Line {
            id,
            desk: Arc::clone(&self.0),
        }
    }

    /// Closes every line and ends the thread; returns when they have heard it, or after two seconds.
    pub fn close(&self) {
        let (done, finished) = mpsc::channel();
        self.0.give(Order::Finish(done));
        let _ = finished.recv_timeout(FAREWELL);
    }
}

fn again(desk: &Desk) -> io::Result<Poll> {
    let poll = Poll::new()?;
    *lock(&desk.waker) = Waker::new(poll.registry(), WAKER)?;
    // Orders that came meanwhile woke nobody.
    lock(&desk.waker).wake()?;
    Ok(poll)
}

/// One socket, from outside. What is said to one that has ended is lost, as it is on any line.
#[derive(Clone)]
pub struct Line {
    id: u64,
    desk: Arc<Desk>,
}

impl Line {
    /// Seats a guest, who is sent `first` and then what the crowd is shown, from `seen` on. Until they sit they keep their
    /// `turn`: so many first frames at most wait to be sent.
    ///
    /// The guest is made on the thread that keeps it: with what stays for hours and what goes at once in different heaps,
    /// neither leaves holes in the other's.
    pub fn sit(
        &self,
        guest: Seating,
        crowd: CrowdId,
        seen: u64,
        first: Vec<Message>,
        turn: OwnedSemaphorePermit,
    ) {
        self.desk.give(Order::Sit {
            id: self.id,
            guest,
            crowd: crowd.0,
            seen,
            first,
            turn,
        });
    }

    /// The guest is back, with an answer to what it heard.
    pub fn resume(&self, guest: Box<dyn Guest>, reply: Option<Utf8Bytes>) {
        self.desk.give(Order::Resume {
            id: self.id,
            guest,
            reply,
        });
    }

    /// Sends to this line alone.
    pub fn say(&self, frame: Utf8Bytes) {
        self.desk.give(Order::Say { id: self.id, frame });
    }

    pub fn close(&self, why: Closing) {
        self.desk.give(Order::Close { id: self.id, why });
    }

    /// A crowd in this line's hall.
    pub fn crowd(&self) -> Crowd {
        Crowd {
            id: self.desk.next(),
            desk: Arc::clone(&self.desk),
        }
    }
}

/// The name of a crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrowdId(u64);

/// Those who are shown the same.
pub struct Crowd {
    id: u64,
    desk: Arc<Desk>,
}

impl Crowd {
    pub fn id(&self) -> CrowdId {
        CrowdId(self.id)
    }

    /// Shows this from now on.
    pub fn show(&self, board: Board) {
        self.desk.give(Order::Show {
            crowd: self.id,
            board,
        });
    }

    /// Closes the lines of all, and of those who come too late.
    pub fn dismiss(&self, why: Closing) {
        self.desk.give(Order::Dismiss {
            crowd: self.id,
            why,
        });
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.desk.give(Order::Forget { crowd: self.id });
    }
}
