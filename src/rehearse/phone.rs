//! One bot: a phone with its page, its socket and its owner's habits.
//!
//! A visit lasts from opening the line until it ends, by sleep, by fault, or because the rehearsal is over. What
//! the owner wants ([`mind`]) is decided without waiting; here it is sent, and what comes back is handed in.

mod mind;

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use self::mind::Mind;
use super::crowd::{Crowd, Question, exponential};
use super::frames::{self, Frame};
use super::line::{self, Failed, Fault, PATIENCE, Socket, back_off};
use super::measure::Felt;
use super::target::Target;
use crate::protocol::{ServerMessage, Snapshot, close};

/// "I am still here" is said when nothing else was for this long.
const BEAT_AFTER: Duration = Duration::from_secs(20);
/// A line on which nothing is heard for this long is no line.
const SILENT_AFTER: Duration = Duration::from_secs(45);
/// Who has waited so long at the end and never came in counts as a person who could not.
const LEFT_STANDING: Duration = Duration::from_secs(5);
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// How a visit ended.
enum End {
    /// The owner put the phone away.
    Sleeps,
    /// The rehearsal is over.
    Over,
    /// To come back, after a while.
    Lost(Failed),
    /// Told not to come back.
    Barred(Fault),
}

impl From<Failed> for End {
    fn from(failed: Failed) -> Self {
        Self::Lost(failed)
    }
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self::Lost(fault.into())
    }
}

pub struct Phone {
    crowd: Arc<Crowd>,
    mind: Mind,
    cookie: Option<String>,
    /// What is being waited for: to be in for the first time, or again; and since when.
    coming: Option<(Felt, Instant)>,
    sent_at: Instant,
    heard_at: Instant,
}

impl Phone {
    pub fn new(crowd: Arc<Crowd>, n: u32, question: Option<Question>) -> Self {
        Self {
            mind: Mind::new(Arc::clone(&crowd), n, question),
            crowd,
            cookie: None,
            coming: None,
            sent_at: Instant::now(),
            heard_at: Instant::now(),
        }
    }

    pub async fn lives(mut self, arrives: Instant) {
        tokio::select! {
            () = self.crowd.closing.cancelled() => return,
            () = sleep_until(arrives) => {}
        }
        self.coming = Some((Felt::Join, Instant::now()));
        let mut tries = 0;
        loop {
            let end = match self.visits().await {
                Ok(never) => match never {},
                Err(end) => end,
            };
            if self.mind.leaves() {
                tries = 0;
            }
            let goes_on = match end {
                End::Over => false,
                End::Sleeps => {
                    let rested = self.rests().await;
                    self.coming = Some((Felt::Back, Instant::now()));
                    rested
                }
                End::Lost(Failed { fault, wait }) => {
                    self.crowd.measure.tried(Err(&fault));
                    let waits = back_off(tries, wait, rand::random());
                    tries += 1;
                    self.waits(waits).await
                }
                End::Barred(fault) => {
                    self.crowd.measure.tried(Err(&fault));
                    false
                }
            };
            if !goes_on {
                break;
            }
        }
        // Whoever came in time and still waits at the door has been left standing there.
        let waited =
            |(felt, since): (Felt, Instant)| felt == Felt::Join && since.elapsed() >= LEFT_STANDING;
        self.mind.ends(self.coming.is_some_and(waited));
    }

    /// Asleep, until it wakes up: at once if the rehearsal closes and a vote still waits. Whether there is more to do.
    async fn rests(&self) -> bool {
        let time = exponential(self.crowd.pace.asleep, rand::random());
        tokio::select! {
            () = sleep(time) => true,
            () = self.crowd.closing.cancelled() => self.mind.owes(),
        }
    }

    /// Whether there is more to do after so long.
    async fn waits(&self, time: Duration) -> bool {
        tokio::select! {
            () = sleep(time) => true,
            () = self.crowd.closing.cancelled(), if !self.mind.owes() => false,
            () = self.crowd.over.cancelled() => false,
        }
    }

    async fn visits(&mut self) -> Result<Never, End> {
        let crowd = Arc::clone(&self.crowd);
        let owes = self.mind.owes();
        let (mut socket, first) = tokio::select! {
            opened = self.opens() => opened?,
            () = crowd.closing.cancelled(), if !owes => return Err(End::Over),
            () = crowd.over.cancelled() => return Err(End::Over),
        };
        self.heard_at = Instant::now();
        self.mind.hears(&first)?;
        crowd.measure.tried(Ok(()));
        crowd.measure.enters();
        if let Some((felt, since)) = self.coming.take() {
            crowd.measure.took(felt, since.elapsed());
        }
        self.mind.comes_in();
        self.sits(&mut socket).await
    }

    /// The page, if there is no cookie yet, the socket, and its first message.
    async fn opens(&mut self) -> Result<(Socket, Utf8Bytes), End> {
        let crowd = Arc::clone(&self.crowd);
        let cookie = match &self.cookie {
            Some(cookie) => cookie.clone(),
            None => {
                let began = Instant::now();
                let cookie = line::load_page(&crowd.http, &crowd.target).await?;
                crowd.measure.tried(Ok(()));
                crowd.measure.took(Felt::Page, began.elapsed());
                self.cookie = Some(cookie.clone());
                cookie
            }
        };
        let mut socket = line::open(&crowd.target, &cookie, self.mind.have).await?;
        self.sent_at = Instant::now();
        let first = timeout(PATIENCE, next(&mut socket)).await;
        let first = first.map_err(|_| Fault::Slow("first message"))??;
        Ok((socket, first))
    }

    async fn sits(&mut self, socket: &mut Socket) -> Result<Never, End> {
        let crowd = Arc::clone(&self.crowd);
        let mut closing = false;
        loop {
            for message in self.mind.takes_out() {
                self.says(socket, message).await?;
            }
            if closing && !self.mind.owes() {
                let _ = timeout(GOODBYE, socket.close(None)).await;
                return Err(End::Over);
            }
            if self.mind.is_tired() {
                // Some browsers say goodbye when the phone is locked, some lines just end.
                if rand::random() {
                    let _ = timeout(GOODBYE, socket.close(None)).await;
                }
                return Err(End::Sleeps);
            }
            let due = (self.sent_at + BEAT_AFTER).min(self.heard_at + SILENT_AFTER);
            let due = self.mind.next_due().map_or(due, |next| next.min(due));
            tokio::select! {
                text = next(socket) => {
                    let text = text?;
                    self.heard_at = Instant::now();
                    self.mind.hears(&text)?;
                }
                () = sleep_until(due) => {
                    if self.heard_at.elapsed() >= SILENT_AFTER {
                        return Err(Fault::Slow("sign of life").into());
                    }
                    self.mind.acts()?;
                    if self.sent_at.elapsed() >= BEAT_AFTER {
                        self.says(socket, r#"{"type":"beat"}"#.to_string()).await?;
                    }
                }
                () = crowd.closing.cancelled(), if !closing => {
                    closing = true;
                    self.mind.closes();
                }
                () = crowd.over.cancelled() => return Err(End::Over),
            }
        }
    }

    async fn says(&mut self, socket: &mut Socket, text: String) -> Result<(), End> {
        self.sent_at = Instant::now();
        match timeout(PATIENCE, socket.send(Message::text(text))).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Fault::of_socket(&error).into()),
            Err(_) => Err(Fault::Slow("room to send").into()),
        }
    }
}

enum Never {}

/// The next message that is text; pictures of a run are nothing to a bot.
async fn next(socket: &mut Socket) -> Result<Utf8Bytes, End> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Ok(text),
            Some(Ok(Message::Close(frame))) => {
                let code = frame.map_or(1005, |frame| frame.code.into());
                let fault = Fault::Closed(code);
                // 4500 and up: do not come back. A page of another version would be loaded anew, and be the same.
                return Err(match code {
                    close::OUTDATED | 4500..=4999 => End::Barred(fault),
                    _ => fault.into(),
                });
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(Fault::of_socket(&error).into()),
            None => return Err(Fault::Cut.into()),
        }
    }
}

/// One look at the session, as a phone that has just come and leaves again.
pub async fn look(http: &reqwest::Client, target: &Target) -> Result<Box<Snapshot>, Fault> {
    let cookie = line::load_page(http, target).await.map_err(|e| e.fault)?;
    let mut socket = line::open(target, &cookie, None)
        .await
        .map_err(|e| e.fault)?;
    let first = timeout(PATIENCE, next(&mut socket)).await;
    let first = match first.map_err(|_| Fault::Slow("first message"))? {
        Ok(text) => text,
        Err(End::Lost(Failed { fault, .. }) | End::Barred(fault)) => return Err(fault),
        Err(End::Sleeps | End::Over) => return Err(Fault::Cut),
    };
    let _ = timeout(GOODBYE, socket.close(None)).await;
    match frames::read(&first).map_err(Fault::Odd)? {
        Frame::Whole(message) => match *message {
            ServerMessage::Snapshot(snapshot) => Ok(snapshot),
            _ => Err(Fault::Odd("the first message is no snapshot".to_string())),
        },
        _ => Err(Fault::Odd("the first message is no snapshot".to_string())),
    }
}
