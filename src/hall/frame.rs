//! Frames as a server sends them (RFC 6455, section 5): whole, unmasked, made once for all who get them.

use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// The bytes of a message. A raw [`Message::Frame`] is none.
pub fn wire(message: &Message) -> Bytes {
    match message {
        Message::Text(text) => framed(OpCode::Data(Data::Text), text.as_bytes()),
        Message::Binary(bytes) => framed(OpCode::Data(Data::Binary), bytes),
        Message::Ping(bytes) => framed(OpCode::Control(Control::Ping), bytes),
        Message::Pong(bytes) => framed(OpCode::Control(Control::Pong), bytes),
        Message::Close(None) => framed(OpCode::Control(Control::Close), &[]),
        Message::Close(Some(why)) => close(why.code.into(), &why.reason),
        Message::Frame(_) => Bytes::new(),
    }
}

/// A close frame; of the reason as much as a control frame holds (section 5.5: 125 bytes with the code).
pub fn close(code: u16, reason: &str) -> Bytes {
    let reason = &reason[..reason.floor_char_boundary(123)];
    let mut payload = code.to_be_bytes().to_vec();
    payload.extend(reason.as_bytes());
    framed(OpCode::Control(Control::Close), &payload)
}

fn framed(opcode: OpCode, payload: &[u8]) -> Bytes {
    let header = FrameHeader {
        opcode,
        ..FrameHeader::default()
    };
    let length = payload.len() as u64;
    let mut bytes = Vec::with_capacity(header.len(length) + payload.len());
    // Writing to a list of bytes cannot fail.
    let _ = header.format(length, &mut bytes);
    bytes.extend_from_slice(payload);
    bytes.into()
}
