//! A guest in the hall: heard on its thread, answered on the async runtime.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};

use super::RESTARTING;
use super::guest::{End, Guest, Looking, Outcome};
use super::hears::inspected;
use crate::hall::{self, Line};
use crate::live::announce::encode;
use crate::live::handle::AskError;

pub struct AtHall {
    pub guest: Guest,
    /// Where its messages are answered.
    pub runtime: Handle,
}

impl hall::Guest for AtHall {
    fn hear(mut self: Box<Self>, message: Message, line: Line) {
        let runtime = self.runtime.clone();
        runtime.spawn(async move {
            let mut held = Held(Some(line.clone()));
            let said = self.guest.hear(message).await;
            let looking = self.guest.looking.take();
            if let (Some(looking), Some(looks)) = (looking, &self.guest.looks) {
                tokio::spawn(look(looking, Arc::clone(looks), line.clone()));
            }
            let (reply, why) = sent(said);
            // From here on nothing can fail.
            held.0 = None;
            line.resume(self, reply);
            if let Some(why) = why {
                line.close(why);
            }
        });
    }

    fn leave(self: Box<Self>, why: &'static str) {
        self.guest.leave(why);
    }
}

/// A line whose guest is away; one whose guest does not come back is closed.
struct Held(Option<Line>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(line) = self.0.take() {
            line.close(RESTARTING);
        }
    }
}

/// Tells what is found, once it is.
async fn look((ask, answer): Looking, looks: Arc<AtomicBool>, line: Line) {
    let found = answer.await.unwrap_or(Err(AskError::Restarting));
    looks.store(false, Ordering::Release);
    let (reply, why) = sent(inspected(ask, found));
    if let Some(reply) = reply {
        line.say(reply);
    }
    if let Some(why) = why {
        line.close(why);
    }
}

fn sent(said: Outcome) -> (Option<Utf8Bytes>, Option<hall::Closing>) {
    let reply = said.reply.as_ref().and_then(encode);
    let why = said.end.map(|end| match end {
        // Closes are heard by the hall itself; this is for the exhaustive reader.
        End::Left => (1000, "left"),
        End::Close(why) => why,
    });
    (reply, why)
}
