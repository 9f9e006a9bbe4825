//! Who sits at a socket, whatever writes to it: what they may say, how fast, and what becomes of it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use governor::DefaultDirectRateLimiter;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_util::sync::CancellationToken;

use crate::hall::Closing;
use crate::live::announce::encode;
use crate::live::gallery::Seat;
use crate::live::handle::{AskError, SessionHandle, Viewer};
use crate::protocol::{InspectedView, ServerMessage, Snapshot, close};
use crate::web::pace;
use crate::web::places::Place;

/// Messages that make no sense before the connection is closed.
const NONSENSE_MAX: u32 = 5;

/// Why a seat ends.
#[derive(Debug)]
pub enum End {
    /// The client left, or its line did.
    Left,
    Close(Closing),
}

/// What a message is answered with, and whether the seat ends with it.
#[derive(Debug, Default)]
pub struct Outcome {
    pub reply: Option<ServerMessage>,
    pub end: Option<End>,
}

impl Outcome {
    pub fn end(end: End) -> Self {
        Self {
            reply: None,
            end: Some(end),
        }
    }
}

impl From<ServerMessage> for Outcome {
    fn from(reply: ServerMessage) -> Self {
        Self {
            reply: Some(reply),
            end: None,
        }
    }
}

/// A look into a run: the number of the ask, and what is found.
pub type Looking = (u32, oneshot::Receiver<Result<InspectedView, AskError>>);

pub struct Guest {
    pub(super) session: SessionHandle,
    pub(super) viewer: Viewer,
    pub(super) limiter: DefaultDirectRateLimiter,
    /// From the first reaction on.
    pub(super) reactions: Option<Box<DefaultDirectRateLimiter>>,
    pub(super) seat: Seat,
    nonsense: u32,
    /// A look is under way; one at a time, and nothing else waits for it.
    pub(super) looks: Option<Arc<AtomicBool>>,
    /// The look that is under way: the seat's loop takes it and waits for the answer.
    pub(super) looking: Option<Looking>,
    /// Its place among all connections.
    place: Place,
    /// Last, so that the seat is free by the time that it is told.
    leaving: Leaving,
}

/// Tells that a guest has left, however it came to.
struct Leaving {
    session: SessionHandle,
    why: &'static str,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.session.stirred();
        metrics::gauge!("salon_seats").decrement(1.0);
        ended(self.why);
    }
}

impl Guest {
    pub fn new(session: SessionHandle, viewer: Viewer, seat: Seat, place: Place) -> Self {
        metrics::gauge!("salon_seats").increment(1.0);
        Self {
            session: session.clone(),
            viewer,
            limiter: pace::of_socket(),
            reactions: None,
            seat,
            nonsense: 0,
            looks: None,
            looking: None,
            place,
            leaving: Leaving {
                session,
                why: "failed",
            },
        }
    }

    /// Cancelled when its place is given to another, if that may be.
    pub fn given_away(&self) -> Option<CancellationToken> {
        self.place.given_away()
    }

    /// Leaves; the counts that others see go down.
    pub fn leave(mut self, why: &'static str) {
        self.leaving.why = why;
    }

    pub(super) fn nonsense(&mut self, ask: Option<u32>, why: String) -> Outcome {
        self.nonsense += 1;
        let closing = End::Close((close::BAD_MESSAGE, "messages make no sense"));
        Outcome {
            reply: Some(ServerMessage::Refused {
                ask,
                code: "bad_message".to_string(),
                why,
                wait_seconds: None,
                ballot: None,
            }),
            end: (self.nonsense >= NONSENSE_MAX).then_some(closing),
        }
    }
}

/// Counted, however a connection ends.
pub fn ended(why: &'static str) {
    metrics::counter!("salon_seats_closed_total", "why" => why).increment(1);
}

/// The first frames of whoever has joined: all that there is, or that they `have` it already.
pub fn first_frames(snapshot: Snapshot, picture: Option<Bytes>, have: Option<u32>) -> Vec<Message> {
    let known =
        have == Some(snapshot.rev) && snapshot.polls.iter().all(|poll| poll.voters.is_none());
    let first = if known {
        ServerMessage::Resumed {
            rev: snapshot.rev,
            now: snapshot.now,
            ballots: snapshot.ballots,
            room: snapshot.room.unwrap_or_default(),
            run: snapshot.run,
        }
    } else {
        ServerMessage::Snapshot(Box::new(snapshot))
    };
    let words = encode(&first).map(Message::Text);
    words
        .into_iter()
        .chain(picture.map(Message::Binary))
        .collect()
}
