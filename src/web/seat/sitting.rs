//! A seat by the stock layer: one task, which reads one message at a time and writes what its board and its voter have to
//! be told. The host, moderators, speaker and stage sit here, and the audience where the hall cannot have their sockets.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use governor::DefaultDirectRateLimiter;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{broadcast, mpsc};
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};

use super::guest::{End, Guest, Looking, Outcome};
use super::hears::inspected;
use super::upgrade::Stock;
use super::{BEAT_EVERY, FULL, RESTARTING, SILENT, SILENT_AFTER, SLOW, SLOW_AFTER};
use crate::clock::Clock;
use crate::hall::Closing;
use crate::hall::reader::Fault;
use crate::live::announce::encode;
use crate::live::handle::AskError;
use crate::protocol::{InspectedView, close};
use crate::translate::show;
use crate::web::pace;

/// How long whoever is sent away has to hear it, and bytes of theirs that are read meanwhile.
const HEARD_WITHIN: Duration = Duration::from_secs(3);
const UNHEARD_MAX: usize = 1024 * 1024;

/// The key that a desk is held by.
pub struct Held {
    pub key: String,
    pub revoked: broadcast::Receiver<String>,
}

impl Held {
    /// Returns once this seat must be left.
    async fn is_lost(&mut self) -> End {
        loop {
            match self.revoked.recv().await {
                Ok(key) if key != self.key => {}
                Ok(_) => return End::Close((close::SIGNED_OUT, "signed out")),
                // Keys that went by unread may have been this one; whoever still has theirs comes back.
                Err(_) => return End::Close(RESTARTING),
            }
        }
    }
}

/// Says why, and reads what was under way until the other side has heard it: a socket that is dropped with something unread
/// is reset, and the words are lost with it.
pub async fn say_goodbye(mut socket: Stock, (code, reason): Closing) {
    let frame = Message::Close(Some(CloseFrame {
        code: code.into(),
        reason: reason.into(),
    }));
    let sent = timeout(SLOW_AFTER, socket.send(frame)).await;
    if matches!(sent, Ok(Ok(()))) {
        let _ = socket.get_mut().shutdown().await;
        let heard = async {
            let mut read = 0;
            // After a fault the layer reads no frames any more; the socket's bytes are read all the same.
            let mut bytes = [0; 1024];
            while let Ok(n @ 1..) = socket.get_mut().read(&mut bytes).await
                && read < UNHEARD_MAX
            {
                read += n;
            }
        };
        let _ = timeout(HEARD_WITHIN, heard).await;
    }
}

/// What the other side did wrong, in the words and codes that the hall uses.
fn ended_by(fault: &tungstenite::Error) -> End {
    use tungstenite::Error;
    let fault = match fault {
        Error::Capacity(_) => Fault::TooBig,
        Error::Utf8(_) => Fault::NotText,
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return End::Left,
        Error::Protocol(_) => Fault::Protocol("the websocket protocol was broken"),
        _ => return End::Left,
    };
    End::Close(fault.closing())
}

/// The answer to a look, once there is one.
async fn found(looking: &mut Option<Looking>) -> (u32, Result<InspectedView, AskError>) {
    match looking {
        Some((ask, answer)) => (*ask, answer.await.unwrap_or(Err(AskError::Restarting))),
        None => std::future::pending().await,
    }
}

pub struct Sitting {
    pub socket: Stock,
    pub guest: Guest,
    /// What is for this voter alone; none where there is no voter.
    pub words: Option<mpsc::Receiver<Utf8Bytes>>,
    pub held: Option<Held>,
    pub clock: Clock,
}

impl Sitting {
    /// Until the seat is left: how, and by what.
    pub async fn run(mut self, first: Vec<Message>, seen: u64) {
        let mut seated = Seated {
            sent_at: Instant::now(),
            heard_at: Instant::now(),
            frames: pace::of_control_frames(),
            socket: self.socket,
        };
        let end = match seated
            .serve(
                &mut self.guest,
                &mut self.words,
                &mut self.held,
                &self.clock,
                (first, seen),
            )
            .await
        {
            Ok(never) => match never {},
            Err(end) => end,
        };
        match end {
            End::Left => self.guest.leave("left"),
            End::Close(why) => {
                self.guest.leave(why.1);
                say_goodbye(seated.socket, why).await;
            }
        }
    }
}

enum Never {}

struct Seated {
    socket: Stock,
    sent_at: Instant,
    heard_at: Instant,
    frames: DefaultDirectRateLimiter,
}

impl Seated {
    async fn serve(
        &mut self,
        guest: &mut Guest,
        words: &mut Option<mpsc::Receiver<Utf8Bytes>>,
        held: &mut Option<Held>,
        clock: &Clock,
        (first, mut seen): (Vec<Message>, u64),
    ) -> Result<Never, End> {
        for frame in first {
            self.send(frame).await?;
        }
        let mut board = guest.seat.board();
        let closed = guest.seat.closed();
        let given_away = guest.given_away();
        loop {
            let beat_at = self.sent_at + BEAT_EVERY;
            let silent_at = self.heard_at + SILENT_AFTER;
            tokio::select! {
                message = self.socket.next() => {
                    let message = match message {
                        Some(Ok(message)) => message,
                        Some(Err(fault)) => return Err(ended_by(&fault)),
                        None => return Err(End::Left),
                    };
                    self.heard_at = Instant::now();
                    // Pings are answered by the layer below; whoever sends them without end is read no faster than this.
                    if message.is_ping() || message.is_pong() {
                        self.frames.until_ready().await;
                    }
                    let said = guest.hear(message).await;
                    self.say(said).await?;
                }
                changed = board.changed() => {
                    if changed.is_err() {
                        return Err(End::Close(RESTARTING));
                    }
                    let board = Arc::clone(&board.borrow_and_update());
                    for frame in board.newer(seen) {
                        self.send(frame.clone()).await?;
                    }
                    seen = board.version;
                }
                frame = next_word(words) => match frame {
                    Some(frame) => self.send(Message::Text(frame)).await?,
                    None if guest.seat.is_one_too_many() => {
                        return Err(End::Close((close::TOO_MANY_TABS, "too many tabs")));
                    }
                    None => return Err(End::Close(SLOW)),
                },
                (ask, answer) = found(&mut guest.looking) => {
                    if let Some(looks) = &guest.looks {
                        looks.store(false, Ordering::Release);
                    }
                    guest.looking = None;
                    self.say(inspected(ask, answer)).await?;
                }
                () = tokio::time::sleep_until(beat_at) => {
                    self.say(show::beat(clock.now()).into()).await?;
                }
                () = tokio::time::sleep_until(silent_at) => {
                    return Err(End::Close(SILENT));
                }
                end = async {
                    match &mut *held {
                        Some(held) => held.is_lost().await,
                        None => std::future::pending().await,
                    }
                } => return Err(end),
                () = async {
                    match &given_away {
                        Some(given_away) => given_away.cancelled().await,
                        None => std::future::pending().await,
                    }
                } => return Err(End::Close(FULL)),
                () = closed.cancelled() => return Err(End::Close(RESTARTING)),
            }
        }
    }

    async fn say(&mut self, said: Outcome) -> Result<(), End> {
        if let Some(frame) = said.reply.as_ref().and_then(encode) {
            self.send(Message::Text(frame)).await?;
        }
        said.end.map_or(Ok(()), Err)
    }

    async fn send(&mut self, frame: Message) -> Result<(), End> {
        self.sent_at = Instant::now();
        match timeout(SLOW_AFTER, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Left),
            Err(_) => Err(End::Close(SLOW)),
        }
    }
}

async fn next_word(words: &mut Option<mpsc::Receiver<Utf8Bytes>>) -> Option<Utf8Bytes> {
    match words {
        Some(words) => words.recv().await,
        None => std::future::pending().await,
    }
}
