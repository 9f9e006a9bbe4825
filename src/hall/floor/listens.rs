//! What lines say.

use std::io::{ErrorKind, Read};
use std::sync::Arc;

use tokio_tungstenite::tungstenite::Message;

use super::Floor;
use crate::hall::frame::{close, wire};
use crate::hall::reader::Heard;

/// Bytes read at once.
pub const READ: usize = 8 * 1024;
/// Reads from one line before others have their turn: nobody holds the thread by talking.
const READS: usize = 4;
/// Frames that a line may send at once, and a second. What is more stays in the kernel until some are forgiven.
const FRAMES_AT_ONCE: u16 = 200;
pub const FRAMES_A_SECOND: u16 = 50;

impl Floor<'_> {
    /// Hears what a line says, until its guest has something to do.
    pub(super) fn listen(&mut self, place: usize) {
        for _ in 0..READS {
            let Some(line) = self.lines.get_mut(place) else {
                return;
            };
            if line.closing.is_some() {
                return self.listen_for_the_end(place);
            }
            if line.guest.is_none() {
                return;
            }
            // Of any kind, pings and fragments too: nobody has the thread by sending more than people do.
            if line.reader.frames() > FRAMES_AT_ONCE {
                self.resting.push(place);
                return;
            }
            match line.reader.next(self.rules.message_max) {
                Ok(Some(heard)) => {
                    line.heard_at = self.now;
                    self.heard(place, heard);
                    continue;
                }
                Ok(None) => {}
                Err(fault) => return self.close(place, fault.closing()),
            }
            if !line.readable {
                return;
            }
            match line.socket.read(&mut self.buffer[..]) {
                Ok(0) => return self.drop_line(place, "left"),
                Ok(n) => {
                    // Less than there was room for: all of it, unless the other side has ended.
                    line.readable = n == READ || line.ending;
                    line.reader.feed(&self.buffer[..n]);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => line.readable = false,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return self.drop_line(place, "left"),
            }
        }
        self.unheard.push(place);
    }

    fn heard(&mut self, place: usize, heard: Heard) {
        match heard {
            Heard::Message(message) => {
                if let Some(line) = self.lines.get_mut(place)
                    && let Some(guest) = line.guest.take()
                {
                    let line = crate::hall::Line {
                        id: line.id,
                        desk: Arc::clone(self.desk),
                    };
                    guest.hear(message, line);
                }
            }
            Heard::Ping(bytes) => self.say(place, wire(&Message::Pong(bytes))),
            Heard::Pong => {}
            Heard::Close(code) => {
                // Echoed, as section 5.5.1 of RFC 6455 wants it; then it is the server that ends the line.
                let frame =
                    code.map_or_else(|| wire(&Message::Close(None)), |code| close(code, ""));
                self.say(place, frame);
                self.drop_line(place, "left");
            }
        }
    }

    /// Reads a closing line to its end, and thinks nothing of it.
    fn listen_for_the_end(&mut self, place: usize) {
        let Some(line) = self.lines.get_mut(place) else {
            return;
        };
        for _ in 0..READS {
            match line.socket.read(&mut self.buffer[..]) {
                Ok(n) if n > 0 => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => return self.drop_line(place, "left"),
            }
        }
        self.unheard.push(place);
    }
}
