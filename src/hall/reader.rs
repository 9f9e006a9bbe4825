//! Messages of the frames that a client sends (RFC 6455, section 5), from bytes as they come.

use std::io::Cursor;

use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message, Utf8Bytes};

/// Bytes that a control frame may have (section 5.5).
const CONTROL_MAX: u64 = 125;

/// What a client said.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// Text or binary.
    Message(Message),
    Ping(Bytes),
    Pong,
    /// It leaves, with this code if it gave one.
    Close(Option<u16>),
}

/// Why a line has to be failed (section 7.1.7), with the code that says so (section 7.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("{0}")]
    Protocol(&'static str),
    #[error("text is not UTF-8")]
    NotText,
    #[error("the message is too big")]
    TooBig,
}

impl Fault {
    pub fn closing(self) -> (u16, &'static str) {
        match self {
            Self::Protocol(why) => (1002, why),
            Self::NotText => (1007, "text is not UTF-8"),
            Self::TooBig => (1009, "the message is too big"),
        }
    }
}

/// What has come of a message that is not whole yet. Between messages it holds no memory.
#[derive(Debug, Default)]
pub struct Reader {
    bytes: Vec<u8>,
    /// Where the next frame begins.
    at: usize,
    /// The fragments so far.
    whole: Option<Box<Fragments>>,
    /// Frames read, less those that are forgiven.
    frames: u16,
}

#[derive(Debug)]
struct Fragments {
    kind: Data,
    bytes: Vec<u8>,
    /// So many bytes from the start are text.
    text: usize,
}

impl Fragments {
    /// Looks at what is new alone: a message may come in thousands of fragments.
    ///
    /// # Errors
    /// Once no more bytes can make a text of it (section 8.1).
    fn check_text(&mut self) -> Result<(), Fault> {
        let new = &self.bytes[self.text..];
        match std::str::from_utf8(new) {
            Ok(_) => self.text = self.bytes.len(),
            Err(error) if error.error_len().is_some() => return Err(Fault::NotText),
            Err(error) => self.text += error.valid_up_to(),
        }
        Ok(())
    }
}

impl Reader {
    pub fn feed(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Frames read beyond those that were forgiven.
    pub fn frames(&self) -> u16 {
        self.frames
    }

    /// A second has passed.
    pub fn forgive(&mut self, frames: u16) {
        self.frames = self.frames.saturating_sub(frames);
    }

    /// The next of what was said; None if more bytes are needed.
    ///
    /// # Errors
    /// Once the client breaks the protocol, or a message has more than `max` bytes.
    pub fn next(&mut self, max: usize) -> Result<Option<Heard>, Fault> {
        while let Some((header, payload)) = self.frame(max)? {
            let heard = match header.opcode {
                OpCode::Control(kind) => Some(control(kind, payload)?),
                OpCode::Data(kind) => self.data(kind, header.is_final, payload)?,
            };
            if heard.is_some() {
                return Ok(heard);
            }
        }
        if self.at == self.bytes.len() {
            // A line that says nothing holds nothing.
            self.bytes = Vec::new();
        } else {
            self.bytes.drain(..self.at);
        }
        self.at = 0;
        Ok(None)
    }

    /// Text and binary, put together from their fragments.
    fn data(&mut self, kind: Data, last: bool, payload: Vec<u8>) -> Result<Option<Heard>, Fault> {
        let mut whole = match (kind, self.whole.take()) {
            (Data::Continue, Some(mut whole)) => {
                whole.bytes.extend_from_slice(&payload);
                *whole
            }
            (Data::Continue, None) => return Err(Fault::Protocol("nothing to continue")),
            (_, Some(_)) => return Err(Fault::Protocol("a message within a message")),
            (kind, None) => Fragments {
                kind,
                bytes: payload,
                text: 0,
            },
        };
        if !last {
            if matches!(whole.kind, Data::Text) {
                whole.check_text()?;
            }
            self.whole = Some(Box::new(whole));
            return Ok(None);
        }
        let Fragments { kind, bytes, .. } = whole;
        let message = match kind {
            Data::Text => {
                let text = Utf8Bytes::try_from(Bytes::from(bytes));
                Message::Text(text.map_err(|_| Fault::NotText)?)
            }
            _ => Message::Binary(bytes.into()),
        };
        Ok(Some(Heard::Message(message)))
    }

    /// The next frame, unmasked.
    fn frame(&mut self, max: usize) -> Result<Option<(FrameHeader, Vec<u8>)>, Fault> {
        let rest = &mut self.bytes[self.at..];
        let mut cursor = Cursor::new(&*rest);
        let parsed =
            FrameHeader::parse(&mut cursor).map_err(|_| Fault::Protocol("an unknown opcode"))?;
        let Some((header, length)) = parsed else {
            return Ok(None);
        };
        let begins = cursor.position() as usize;
        let fragments = self.whole.as_ref().map_or(0, |whole| whole.bytes.len());
        check(&header, length, begins)?;
        let size = usize::try_from(length).map_err(|_| Fault::TooBig)?;
        if size.saturating_add(fragments) > max && matches!(header.opcode, OpCode::Data(_)) {
            return Err(Fault::TooBig);
        }
        let Some(payload) = rest.get_mut(begins..begins + size) else {
            return Ok(None);
        };
        unmask(payload, header.mask.unwrap_or_default());
        let payload = payload.to_vec();
        self.at += begins + size;
        self.frames = self.frames.saturating_add(1);
        Ok(Some((header, payload)))
    }
}

/// What holds of every frame of a client; `begins` is the length of its header.
fn check(header: &FrameHeader, length: u64, begins: usize) -> Result<(), Fault> {
    let fault = |why| Err(Fault::Protocol(why));
    if header.rsv1 || header.rsv2 || header.rsv3 {
        return fault("reserved bits are set");
    }
    if header.mask.is_none() {
        return fault("a client's frame is not masked");
    }
    if length > i64::MAX as u64 || header.len(length) != begins {
        return fault("a length is not written the short way");
    }
    if matches!(header.opcode, OpCode::Control(_)) {
        if !header.is_final {
            return fault("a control frame is fragmented");
        }
        if length > CONTROL_MAX {
            return fault("a control frame is too long");
        }
    }
    Ok(())
}

fn control(kind: Control, payload: Vec<u8>) -> Result<Heard, Fault> {
    Ok(match kind {
        Control::Ping => Heard::Ping(payload.into()),
        Control::Pong => Heard::Pong,
        _ => match payload.split_first_chunk::<2>() {
            None if payload.is_empty() => Heard::Close(None),
            None => return Err(Fault::Protocol("half a close code")),
            Some((code, reason)) => {
                let code = u16::from_be_bytes(*code);
                // Section 7.4 and the registry that it founds; 1004 to 1006 and 1015 are never on the wire.
                if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
                    return Err(Fault::Protocol("no such close code"));
                }
                std::str::from_utf8(reason).map_err(|_| Fault::NotText)?;
                Heard::Close(Some(code))
            }
        },
    })
}

/// Section 5.3.
fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    for four in payload.chunks_mut(4) {
        for (byte, mask) in four.iter_mut().zip(mask) {
            *byte ^= mask;
        }
    }
}
