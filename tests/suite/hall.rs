//! The audience's sockets, byte by byte: what a browser never does, and what a bad network does.

use std::time::Duration;

use futures_util::SinkExt;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use salon::clock::Clock;
use salon::protocol::VERSION;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use crate::salon::{PATIENCE, Salon, line};

const TEXT: OpCode = OpCode::Data(Data::Text);
const MORE: OpCode = OpCode::Data(Data::Continue);
const PING: OpCode = OpCode::Control(Control::Ping);
const CLOSE: OpCode = OpCode::Control(Control::Close);
const MASK: [u8; 4] = [1, 2, 3, 4];

/// A socket behind its handshake, of which every byte is ours.
struct Raw {
    socket: TcpStream,
    /// Read, and not looked at.
    rest: Vec<u8>,
}

pub fn frame(opcode: OpCode, is_final: bool, payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader {
        is_final,
        opcode,
        mask: Some(MASK),
        ..FrameHeader::default()
    };
    let mut bytes = Vec::new();
    header.format(payload.len() as u64, &mut bytes).unwrap();
    let masked = payload.iter().zip(MASK.iter().cycle());
    bytes.extend(masked.map(|(byte, mask)| byte ^ mask));
    bytes
}

fn request(salon: &Salon, cookie: &str) -> String {
    let host = salon.base.trim_start_matches("http://");
    format!(
        "GET /ws/TESTNGHT?v={VERSION}&role=audience HTTP/1.1\r\nHost: {host}\r\nOrigin: {}\r\nCookie: {cookie}\r\n\
         Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        salon.base
    )
}

impl Raw {
    /// Sends the handshake with `more` right behind it.
    async fn open(salon: &Salon, more: &[u8]) -> Self {
        let cookie = salon.phone().await.cookie;
        let address = salon.base.trim_start_matches("http://");
        let mut socket = TcpStream::connect(address).await.unwrap();
        let mut bytes = request(salon, &cookie).into_bytes();
        bytes.extend(more);
        socket.write_all(&bytes).await.unwrap();
        let mut raw = Self {
            socket,
            rest: Vec::new(),
        };
        let end = loop {
            if let Some(at) = raw.rest.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(raw.more().await, "the handshake was not answered");
        };
        let head = String::from_utf8(raw.rest.drain(..end).collect()).unwrap();
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        // RFC 6455, section 1.3, has this key and this answer.
        assert!(
            head.to_lowercase()
                .contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
            "{head}"
        );
        raw
    }

    async fn more(&mut self) -> bool {
        let mut some = [0; 4_096];
        let n = timeout(PATIENCE, self.socket.read(&mut some)).await;
        let n = n.expect("in time").unwrap_or(0);
        self.rest.extend(&some[..n]);
        n > 0
    }

    async fn sends(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).await.unwrap();
    }

    /// The next frame: its opcode and payload. None: the other side has ended.
    async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            let mut cursor = std::io::Cursor::new(&self.rest);
            if let Some((header, length)) = FrameHeader::parse(&mut cursor).unwrap() {
                let begins = cursor.position() as usize;
                let ends = begins + length as usize;
                if self.rest.len() >= ends {
                    assert!(header.is_final && header.mask.is_none());
                    let payload = self.rest[begins..ends].to_vec();
                    self.rest.drain(..ends);
                    return Some((header.opcode.into(), payload));
                }
            }
            if !self.more().await {
                return None;
            }
        }
    }

    /// The next text that is the answer to this ask.
    async fn answer(&mut self, ask: u32) -> Value {
        loop {
            let (_, payload) = self.frame().await.expect("an answer");
            let message: Value = serde_json::from_slice(&payload).unwrap_or_default();
            if message["ask"] == ask {
                return message;
            }
        }
    }

    /// The code that the line is closed with, and that it ends then.
    async fn closes(&mut self) -> u16 {
        loop {
            let (opcode, payload) = self.frame().await.expect("a close frame");
            if opcode == 8 {
                assert!(self.frame().await.is_none(), "nothing follows");
                return u16::from_be_bytes([payload[0], payload[1]]);
            }
        }
    }
}

fn vote(ask: u32, seq: u32, pick: u32) -> String {
    let answer = json!({"picks": [pick]});
    json!({"type": "cast", "ask": ask, "poll": "one-of", "seq": seq, "answer": answer}).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vote_counts_however_its_bytes_arrive() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    // With the handshake, before anyone sits there.
    let early = frame(TEXT, true, vote(1, 1, 0).as_bytes());
    let mut raw = Raw::open(&salon, &early).await;
    assert_eq!(raw.answer(1).await["type"], "heard");
    // Byte by byte.
    for byte in frame(TEXT, true, vote(2, 2, 1).as_bytes()) {
        raw.sends(&[byte]).await;
    }
    assert_eq!(raw.answer(2).await["type"], "heard");
    // In fragments, with a ping between.
    let words = vote(3, 3, 2);
    let (one, two) = words.as_bytes().split_at(20);
    let bytes = [
        frame(TEXT, false, one),
        frame(PING, true, b"there?"),
        frame(MORE, false, b""),
        frame(MORE, true, two),
    ];
    raw.sends(&bytes.concat()).await;
    let mut pong = false;
    loop {
        let (opcode, payload) = raw.frame().await.unwrap();
        pong |= opcode == 10 && payload == b"there?";
        if opcode == 1 && serde_json::from_slice::<Value>(&payload).unwrap()["ask"] == 3 {
            break;
        }
    }
    assert!(pong, "pings are answered with what they said");
    // Several in one go: each is answered, in this order.
    let bytes: Vec<u8> = (4..14)
        .flat_map(|n| frame(TEXT, true, vote(n, n, n % 3).as_bytes()))
        .collect();
    raw.sends(&bytes).await;
    for n in 4..14 {
        assert_eq!(raw.answer(n).await["type"], "heard");
    }
    assert_eq!(salon.tally("one-of").await["voters"], 1);
    assert_eq!(salon.counts("one-of").await[1], ("Green".to_string(), 1));
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_breaks_the_protocol_is_told_why_and_nobody_else_notices() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let mut other = salon.voter().await;
    let unmasked = {
        let mut bytes = vec![0x81, 2];
        bytes.extend(b"hi");
        bytes
    };
    let bye = [&3_001_u16.to_be_bytes()[..], b"bye"].concat();
    for (bytes, code) in [
        (unmasked, 1002),
        (frame(MORE, true, b"x"), 1002),
        (frame(TEXT, true, b"\xff"), 1007),
        (frame(TEXT, true, &[b' '; 5_000]), 1009),
        // Closed by the client, and echoed.
        (frame(CLOSE, true, &bye), 3_001),
    ] {
        let mut raw = Raw::open(&salon, b"").await;
        raw.frame().await.expect("a snapshot");
        raw.sends(&bytes).await;
        assert_eq!(raw.closes().await, code);
    }
    // One that is cut within a frame, and one that ends its side only.
    let mut raw = Raw::open(&salon, b"").await;
    raw.sends(&frame(TEXT, true, &[b' '; 200])[..50]).await;
    drop(raw);
    let mut raw = Raw::open(&salon, b"").await;
    raw.frame().await.expect("a snapshot");
    raw.socket.shutdown().await.unwrap();
    while raw.frame().await.is_some() {}
    let heard = other.casts("one-of", 1, json!({"picks": [0]})).await;
    assert_eq!(heard["type"], "heard");
    for _ in 0..100 {
        if salon.host_state().await["presence"]["audience"] == 1 {
            return salon.ends().await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("those who left are still counted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_pings_without_end_keeps_nobody_waiting() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let mut other = salon.voter().await;
    let raw = Raw::open(&salon, b"").await;
    let (mut reads, mut writes) = raw.socket.into_split();
    let flood = tokio::spawn(async move {
        let pings = frame(PING, true, b"?").repeat(500);
        while writes.write_all(&pings).await.is_ok() {}
    });
    let drain = tokio::spawn(async move {
        let mut some = vec![0; 65_536];
        while reads.read(&mut some).await.is_ok_and(|n| n > 0) {}
    });
    for n in 1..=20 {
        let heard = timeout(
            Duration::from_secs(5),
            other.casts("one-of", n, json!({"picks": [n % 3]})),
        );
        assert_eq!(heard.await.expect("in time")["type"], "heard");
        tokio::time::sleep(Duration::from_millis(120)).await;
    }
    flood.abort();
    drain.abort();
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_phone_that_has_not_read_for_a_while_is_shown_the_newest_and_not_all_between() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let mut raw = Raw::open(&salon, b"").await;
    raw.frame().await.expect("a snapshot");
    // More than the sockets' buffers hold, several times over.
    for n in 0..600 {
        let blurb = format!("{n} {}", "x".repeat(1_900));
        salon
            .does(json!({"do": "edit_session", "title": "T", "blurb": blurb}))
            .await;
    }
    raw.sends(&frame(TEXT, true, vote(1, 1, 0).as_bytes()))
        .await;
    let (mut sessions, mut answered) = (0, false);
    let mut newest = String::new();
    while !(answered && newest.starts_with("599 ")) {
        let (_, payload) = raw.frame().await.expect("more frames");
        let message: Value = serde_json::from_slice(&payload).unwrap();
        if let Some(blurb) = message["session"]["blurb"].as_str() {
            newest = blurb.to_string();
            sessions += 1;
        }
        answered |= message["ask"] == 1;
    }
    assert!(sessions < 600, "all {sessions} edits were queued");
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_handshake_is_told_what_this_address_is_for() {
    let salon = Salon::start().await;
    let plain = salon.http.get(salon.url(&line("audience")));
    let answer = plain.send().await.unwrap();
    assert_eq!(answer.status(), 426);
    assert_eq!(answer.headers()["upgrade"], "websocket");
    assert_eq!(answer.headers()["sec-websocket-version"], "13");
    assert!(answer.text().await.unwrap().contains("websockets"));
    salon.ends().await;
}

/// The same session without the hall: what the audience sees and says is the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_hall_everything_is_as_with_it() {
    for hall in [true, false] {
        goes_as_ever(Salon::start_with(Clock::System, 10, hall).await).await;
    }
}

/// Nor can the hall have a socket with something in front of it, such as TLS.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_connection_is_no_plain_tcp_everything_is_as_ever() {
    let mut salon = Salon::start_for(10).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    salon.base = format!("http://{}", listener.local_addr().unwrap());
    let router = salon.router.clone();
    tokio::spawn(async move {
        loop {
            let (mut outside, _) = listener.accept().await.unwrap();
            let (mut front, inside) = tokio::io::duplex(4096);
            tokio::spawn(async move {
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut front).await;
            });
            let service = TowerToHyperService::new(router.clone());
            let served = http1::Builder::new().serve_connection(TokioIo::new(inside), service);
            tokio::spawn(served.with_upgrades());
        }
    });
    goes_as_ever(salon).await;
}

async fn goes_as_ever(salon: Salon) {
    salon.opens("one-of").await;
    let phone = salon.phone().await;
    let (mut one, mut two) = (phone.connects("").await, phone.connects("").await);
    let heard = one.casts("one-of", 1, json!({"picks": [2]})).await;
    assert_eq!(heard["type"], "heard");
    // The other tab learns of it, and both of the end.
    assert_eq!(two.waits_for("ballot").await["ballot"]["seq"], 1);
    salon
        .does(json!({"do": "close_poll", "poll": "one-of"}))
        .await;
    for voter in [&mut one, &mut two] {
        while voter.waits_for("poll").await["poll"]["phase"] == "open" {}
    }
    let rev = salon.host_state().await["rev"].as_u64().unwrap();
    let mut back = phone.connects(&format!("&have={rev}")).await;
    assert_eq!(back.first["type"], "resumed");
    back.socket.close(None).await.unwrap();
    let mut lost = salon.voter().await;
    lost.socket.send(Message::binary(vec![1])).await.unwrap();
    assert_eq!(lost.waits_for("refused").await["code"], "bad_message");
    salon.ends().await;
    assert_eq!(one.closes_with().await, 4012);
}
