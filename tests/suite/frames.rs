//! Frames of the hall's sockets, with tungstenite as the other side (RFC 6455, section 5).

use proptest::prelude::*;
use salon::hall::frame::{close, wire};
use salon::hall::reader::{Fault, Heard, Reader};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{Frame, FrameHeader};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig, WebSocketContext};
use tokio_tungstenite::tungstenite::{Bytes, Message};

const MAX: usize = 4 * 1024;

/// Bytes in, and bytes out.
#[derive(Default)]
struct Pipe {
    reads: std::collections::VecDeque<u8>,
    written: Vec<u8>,
}

impl std::io::Read for Pipe {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        match self.reads.is_empty() {
            true => Err(std::io::ErrorKind::WouldBlock.into()),
            false => self.reads.read(to),
        }
    }
}

impl std::io::Write for Pipe {
    fn write(&mut self, from: &[u8]) -> std::io::Result<usize> {
        self.written.extend(from);
        Ok(from.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A frame of a client, whatever it says.
fn sent(header: FrameHeader, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    header.format(payload.len() as u64, &mut bytes).unwrap();
    let mask = header.mask.unwrap_or_default();
    let masked = payload.iter().zip(mask.iter().cycle());
    bytes.extend(masked.map(|(byte, mask)| byte ^ mask));
    bytes
}

fn header(opcode: OpCode, is_final: bool) -> FrameHeader {
    FrameHeader {
        is_final,
        opcode,
        mask: Some([0xa1, 0x02, 0xff, 0x00]),
        ..FrameHeader::default()
    }
}

const TEXT: OpCode = OpCode::Data(Data::Text);
const BINARY: OpCode = OpCode::Data(Data::Binary);
const MORE: OpCode = OpCode::Data(Data::Continue);
const PING: OpCode = OpCode::Control(Control::Ping);
const PONG: OpCode = OpCode::Control(Control::Pong);
const CLOSE: OpCode = OpCode::Control(Control::Close);

/// All that is heard of these bytes, given so many at a time.
fn heard(bytes: &[u8], at_once: usize) -> (Vec<Heard>, Option<Fault>) {
    let (mut reader, mut all) = (Reader::default(), Vec::new());
    for some in bytes.chunks(at_once.max(1)) {
        reader.feed(some);
        loop {
            match reader.next(MAX) {
                Ok(Some(heard)) => all.push(heard),
                Ok(None) => break,
                Err(fault) => return (all, Some(fault)),
            }
        }
    }
    (all, None)
}

fn whole(bytes: &[u8]) -> (Vec<Heard>, Option<Fault>) {
    heard(bytes, usize::MAX)
}

fn text(text: &str) -> Heard {
    Heard::Message(Message::text(text))
}

#[test]
fn what_a_client_may_say_is_heard() {
    let hello = sent(header(TEXT, true), "héllo".as_bytes());
    assert_eq!(whole(&hello), (vec![text("héllo")], None));
    assert_eq!(
        whole(&sent(header(TEXT, true), b"")),
        (vec![text("")], None)
    );
    for length in [0, 1, 125, 126, 127, 128, 4_095, 4_096] {
        let payload = vec![7; length];
        let binary = Heard::Message(Message::binary(payload.clone()));
        let bytes = sent(header(BINARY, true), &payload);
        for at_once in [1, 2, 3, 1_000, 10_000] {
            assert_eq!(heard(&bytes, at_once), (vec![binary.clone()], None));
        }
    }
    for length in [0, 1, 125] {
        let ping = sent(header(PING, true), &vec![b'p'; length]);
        let said = Heard::Ping(Bytes::from(vec![b'p'; length]));
        assert_eq!(whole(&ping), (vec![said], None));
    }
    assert_eq!(
        whole(&sent(header(PONG, true), b"x")),
        (vec![Heard::Pong], None)
    );
}

#[test]
fn fragments_are_put_together_and_control_frames_may_come_between() {
    // A letter of two bytes is cut in two.
    let bytes = [
        sent(header(TEXT, false), &[b'a', 0xc3]),
        sent(header(PING, true), b"between"),
        sent(header(MORE, false), b""),
        sent(header(PONG, true), b""),
        sent(header(MORE, true), &[0xa9, b'z']),
        sent(header(BINARY, true), b"next"),
    ]
    .concat();
    let all = vec![
        Heard::Ping(Bytes::from_static(b"between")),
        Heard::Pong,
        text("aéz"),
        Heard::Message(Message::binary(b"next".to_vec())),
    ];
    for at_once in [1, 2, 5, 1_000] {
        assert_eq!(heard(&bytes, at_once), (all.clone(), None));
    }
}

#[test]
fn whoever_breaks_the_protocol_is_told_by_which_code() {
    let with = |change: fn(&mut FrameHeader)| {
        let mut header = header(TEXT, true);
        change(&mut header);
        sent(header, b"hi")
    };
    let protocol: Vec<(&str, Vec<u8>)> = vec![
        ("unmasked", with(|header| header.mask = None)),
        ("rsv1", with(|header| header.rsv1 = true)),
        ("rsv2", with(|header| header.rsv2 = true)),
        ("rsv3", with(|header| header.rsv3 = true)),
        ("continues nothing", sent(header(MORE, true), b"hi")),
        (
            "continues nothing, not last",
            sent(header(MORE, false), b"hi"),
        ),
        (
            "a message within a message",
            [
                sent(header(TEXT, false), b"a"),
                sent(header(TEXT, true), b"b"),
            ]
            .concat(),
        ),
        (
            "binary within text",
            [
                sent(header(TEXT, false), b"a"),
                sent(header(BINARY, false), b"b"),
            ]
            .concat(),
        ),
        ("a fragmented ping", sent(header(PING, false), b"")),
        ("a fragmented close", sent(header(CLOSE, false), b"")),
        ("a long ping", sent(header(PING, true), &[0; 126])),
        ("a long close", sent(header(CLOSE, true), &[3; 126])),
        ("half a close code", sent(header(CLOSE, true), &[3])),
        // 5 in sixteen bits, and in sixty-four.
        (
            "a long way to write 5",
            [&[0x81, 0xfe, 0, 5], &[0; 9][..]].concat(),
        ),
        (
            "a longer way",
            [&[0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 5], &[0; 9][..]].concat(),
        ),
        (
            "a negative length",
            [&[0x81, 0xff], &[0xff; 8][..], &[0; 8]].concat(),
        ),
    ];
    for (what, bytes) in &protocol {
        for at_once in [1, 1_000] {
            let (all, fault) = heard(bytes, at_once);
            assert!(all.is_empty(), "{what}: {all:?}");
            let code = fault.map(|fault| fault.closing().0);
            assert_eq!(code, Some(1002), "{what}");
        }
    }
    // Opcodes 3 to 7 and 11 to 15 are reserved.
    for opcode in (3..8).chain(11..16) {
        let bytes = [0x80 | opcode, 0x80, 0, 0, 0, 0];
        let (_, fault) = whole(&bytes);
        assert_eq!(fault.map(|fault| fault.closing().0), Some(1002), "{opcode}");
    }
    for bad in [
        &b"\xff"[..],
        b"\xc3",
        b"\xed\xa0\x80",
        b"ok \xf8\x88\x80\x80\x80",
    ] {
        assert_eq!(
            whole(&sent(header(TEXT, true), bad)).1,
            Some(Fault::NotText)
        );
        let reason = [&1000_u16.to_be_bytes()[..], bad].concat();
        assert_eq!(
            whole(&sent(header(CLOSE, true), &reason)).1,
            Some(Fault::NotText)
        );
        // Told with the first fragment that nothing can mend; a letter that is not whole may be.
        if bad != b"\xc3" {
            let begun = sent(header(TEXT, false), bad);
            assert_eq!(whole(&begun).1, Some(Fault::NotText));
        }
        // Bytes may be anything.
        assert_eq!(whole(&sent(header(BINARY, true), bad)).1, None);
    }
    // Told before the bytes have come.
    let big = sent(header(BINARY, true), &[0; MAX + 1]);
    assert_eq!(whole(&big[..8]).1, Some(Fault::TooBig));
    let parts = [
        sent(header(BINARY, false), &[0; MAX]),
        sent(header(MORE, true), &[0]),
    ];
    assert_eq!(whole(&parts.concat()).1, Some(Fault::TooBig));
    assert_eq!(Fault::TooBig.closing().0, 1009);
    assert_eq!(Fault::NotText.closing().0, 1007);
    // Cut off anywhere, a frame is no fault and no message.
    let bytes = sent(header(TEXT, true), &[b'x'; 300]);
    for cut in 0..bytes.len() {
        assert_eq!(whole(&bytes[..cut]), (vec![], None), "{cut}");
    }
}

#[test]
fn close_codes_are_those_of_the_registry() {
    assert_eq!(
        whole(&sent(header(CLOSE, true), b"")).0,
        [Heard::Close(None)]
    );
    for code in 0..=u16::MAX {
        let payload = [&code.to_be_bytes()[..], "bye é".as_bytes()].concat();
        let (all, fault) = whole(&sent(header(CLOSE, true), &payload));
        // 1004 to 1006 and 1015 are never on the wire; 1016 to 2999 are not given out, nor is what is below 1000.
        let good = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
        if good {
            assert_eq!(
                (all, fault),
                (vec![Heard::Close(Some(code))], None),
                "{code}"
            );
        } else {
            assert_eq!(fault.map(|fault| fault.closing().0), Some(1002), "{code}");
        }
    }
    let long = close(4000, &"é".repeat(100));
    assert_eq!(long.len(), 2 + 2 + 122, "a reason is cut between letters");
}

fn config() -> WebSocketConfig {
    WebSocketConfig::default().max_message_size(Some(MAX))
}

fn message() -> impl Strategy<Value = Message> {
    let bytes = prop::collection::vec(any::<u8>(), 0..600);
    prop_oneof![
        ".{0,200}".prop_map(Message::text),
        bytes.prop_map(Message::binary),
        prop::collection::vec(any::<u8>(), 0..=125).prop_map(|bytes| Message::Ping(bytes.into())),
    ]
}

proptest! {
    /// What tungstenite writes as a client, however it is cut on its way, is heard as it was meant.
    #[test]
    fn a_stock_client_is_understood(messages in prop::collection::vec(message(), 1..6), at_once in 1_usize..700) {
        let mut pipe = Pipe::default();
        let mut client = WebSocketContext::new(Role::Client, Some(config()));
        for message in &messages {
            client.write(&mut pipe, message.clone()).unwrap();
        }
        client.flush(&mut pipe).unwrap();
        let expected: Vec<Heard> = messages.into_iter().map(|message| match message {
            Message::Ping(bytes) => Heard::Ping(bytes),
            message => Heard::Message(message),
        }).collect();
        prop_assert_eq!(heard(&pipe.written, at_once), (expected, None));
    }

    /// What we write is read by tungstenite as it was meant.
    #[test]
    fn a_stock_client_understands(messages in prop::collection::vec(message(), 1..6), code in 3000_u16..5000, reason in ".{0,200}") {
        let mut bytes: Vec<u8> = messages.iter().flat_map(wire).collect();
        bytes.extend(close(code, &reason));
        let mut pipe = Pipe { reads: bytes.into(), written: Vec::new() };
        let mut client = WebSocketContext::new(Role::Client, Some(config()));
        for message in messages {
            prop_assert_eq!(client.read(&mut pipe).unwrap(), message);
        }
        let last = client.read(&mut pipe).unwrap();
        let Message::Close(Some(why)) = last else {
            return Err(TestCaseError::fail(format!("{last:?}")));
        };
        prop_assert_eq!(u16::from(why.code), code);
        prop_assert!(reason.starts_with(why.reason.as_str()));
    }

    /// Fragments of any size, with pings between, are one message for both layers.
    #[test]
    fn fragments_are_as_the_stock_layer_has_them(words in "[a-zé✓]{1,300}", cuts in prop::collection::vec(1_usize..60, 1..12), at_once in 1_usize..90) {
        let (mut bytes, mut rest, mut opcode) = (Vec::new(), words.as_bytes(), TEXT);
        for cut in cuts {
            let (part, after) = rest.split_at(cut.min(rest.len()));
            bytes.extend(sent(header(opcode, false), part));
            bytes.extend(sent(header(PING, true), b"between"));
            (rest, opcode) = (after, MORE);
        }
        bytes.extend(sent(header(opcode, true), rest));
        let (ours, fault) = heard(&bytes, at_once);
        prop_assert_eq!(fault, None);
        let ours: Vec<Heard> = ours.into_iter().filter(|heard| matches!(heard, Heard::Message(_))).collect();
        prop_assert_eq!(&ours, &vec![text(&words)]);
        prop_assert_eq!(stock_hears(&bytes).0, ours);
    }

    /// Any bytes at all: never a panic, the same however they are cut; we fail whatever the stock layer fails, having heard no
    /// more than it, and where both go on, both have heard the same.
    #[test]
    fn any_bytes_are_heard_alike(bytes in any_bytes(), at_once in 1_usize..40) {
        let (all, fault) = whole(&bytes);
        prop_assert_eq!(heard(&bytes, at_once), (all.clone(), fault));
        // After a goodbye nothing counts.
        let closed = all.iter().position(|heard| matches!(heard, Heard::Close(_)));
        let fault = fault.filter(|_| closed.is_none());
        let said = all[..closed.unwrap_or(all.len())].iter();
        let ours: Vec<Heard> = said.filter(|heard| matches!(heard, Heard::Message(_))).cloned().collect();
        let (stock, stock_fault) = stock_hears(&bytes);
        match (fault, stock_fault) {
            (None, false) => prop_assert_eq!(ours, stock),
            (None, true) => prop_assert!(false, "the stock layer fails {bytes:?}"),
            // There are faults that it lets pass.
            (Some(_), _) => prop_assert!(stock.starts_with(&ours), "{ours:?} and {stock:?}"),
        }
    }
}

/// Frames that are nearly right, and bytes that are nothing.
fn any_bytes() -> impl Strategy<Value = Vec<u8>> {
    let frame = (
        any::<[u8; 2]>(),
        0_u8..16,
        prop::collection::vec(any::<u8>(), 0..130),
        any::<bool>(),
    )
        .prop_map(|(rolls, opcode, payload, masked)| {
            let mut header = header(OpCode::from(opcode), rolls[0] > 60);
            header.rsv1 = rolls[1] > 250;
            if !masked && rolls[1] < 40 {
                header.mask = None;
            }
            sent(header, &payload)
        });
    prop_oneof![
        4 => prop::collection::vec(frame, 1..6).prop_map(|frames| frames.concat()),
        1 => prop::collection::vec(any::<u8>(), 0..80),
    ]
}

/// The messages that the stock layer hears as a server, and whether it came to a fault.
fn stock_hears(bytes: &[u8]) -> (Vec<Heard>, bool) {
    let mut pipe = Pipe {
        reads: bytes.to_vec().into(),
        written: Vec::new(),
    };
    let mut server = WebSocketContext::new(Role::Server, Some(config()));
    let mut all = Vec::new();
    loop {
        match server.read(&mut pipe) {
            Ok(message @ (Message::Text(_) | Message::Binary(_))) => {
                all.push(Heard::Message(message));
            }
            Ok(Message::Close(_)) => return (all, false),
            Ok(_) => {}
            Err(tokio_tungstenite::tungstenite::Error::Io(error))
                if error.kind() == std::io::ErrorKind::WouldBlock =>
            {
                return (all, false);
            }
            Err(_) => return (all, true),
        }
    }
}

#[test]
fn our_frames_are_those_that_tungstenite_would_write() {
    for message in [
        Message::text("x".repeat(70_000)),
        Message::binary(vec![1; 200]),
        Message::Ping(Bytes::from_static(b"p")),
        Message::Pong(Bytes::from_static(b"q")),
        Message::Close(None),
    ] {
        let frame = match message.clone() {
            Message::Text(text) => Frame::message(Bytes::from(text), TEXT, true),
            Message::Binary(bytes) => Frame::message(bytes, BINARY, true),
            Message::Ping(bytes) => Frame::ping(bytes),
            Message::Pong(bytes) => Frame::pong(bytes),
            _ => Frame::close(None),
        };
        let mut theirs = Vec::new();
        frame.format(&mut theirs).unwrap();
        assert_eq!(wire(&message), theirs);
    }
}
