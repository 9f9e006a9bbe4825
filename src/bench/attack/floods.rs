//! What strangers can ask for, each as much of it as one laptop asks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;
use std::time::Duration;

use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};

use super::loops::{Again, Piece, run};
use crate::bench::house::{CODE, House, UPGRADE, WORDS};

/// What an answer by HTTP begins with.
const ANSWER: &[u8] = b"HTTP/1.1 ";
/// What an answer to an ask has in it.
const WORD: &[u8] = b"\"type\":\"";

/// A server that is flooded: where it listens, and cookies of some of its voters.
#[derive(Clone)]
pub struct Target {
    address: SocketAddr,
    cookies: Vec<String>,
}

impl Target {
    pub fn of(house: &House) -> Self {
        Self {
            address: house.address,
            // The first ones are those who vote.
            cookies: (100..110).map(|n| house.cookie(n)).collect(),
        }
    }
}

/// What a connection sends first, what it sends again and again, and when.
type MakesPiece = fn(&Target) -> (Vec<u8>, Vec<u8>, Again);

pub struct Flood {
    pub name: &'static str,
    /// Alone; together with others each has its share.
    connections: usize,
    piece: MakesPiece,
}

impl Flood {
    /// In a thread of its own, until `stop`.
    pub fn start(
        &self,
        target: &Target,
        among: usize,
        stop: Arc<AtomicBool>,
    ) -> anyhow::Result<JoinHandle<anyhow::Result<u64>>> {
        let (hello, says, again) = (self.piece)(target);
        let piece = Piece {
            connections: (self.connections / among).max(1),
            hello,
            says,
            again,
        };
        let address = target.address;
        let thread = std::thread::Builder::new().name("flood".to_string());
        Ok(thread.spawn(move || run(address, &piece, &stop))?)
    }
}

pub fn floods() -> Vec<Flood> {
    let flood = |name, connections, piece| Flood {
        name,
        connections,
        piece,
    };
    vec![
        flood("similar", 50, |target| {
            let text = serde_json::json!({"type": "similar", "ask": 1, "text": WORDS.join(" ")});
            let pause = Duration::from_millis(100);
            (
                socket(target, "audience"),
                text_frame(&text.to_string()),
                Again::After(pause),
            )
        }),
        flood("sign-in", 2_000, |_| {
            let body = format!("token={}", "0".repeat(64));
            let head = format!(
                "POST /host/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            (
                Vec::new(),
                (head + &body).into_bytes(),
                Again::Answered(ANSWER, 1),
            )
        }),
        flood("readyz", 2_000, |_| get("/readyz", 1)),
        flood("pages", 256, |_| get(&format!("/{CODE}"), 1)),
        flood("pipelined pages", 50, |_| get(&format!("/{CODE}"), 50)),
        flood("API description", 100, |_| get("/api/v1/openapi.json", 1)),
        flood("API state", 100, |_| {
            get(&format!("/api/v1/public/{CODE}"), 1)
        }),
        flood("pings", 200, |target| {
            let mut frames = Vec::new();
            for _ in 0..200 {
                frame(OpCode::Control(Control::Ping), b"", &mut frames);
            }
            (socket(target, "audience"), frames, Again::AtOnce)
        }),
        flood("pings of a stage", 200, |target| {
            let mut frames = Vec::new();
            for _ in 0..200 {
                frame(OpCode::Control(Control::Ping), b"", &mut frames);
            }
            (socket(target, "stage"), frames, Again::AtOnce)
        }),
        flood("reactions", 7, |target| {
            let one = r#"{"type":"react","ask":1,"kind":"nothing"}"#;
            let all = text_frame(one).repeat(24);
            (socket(target, "audience"), all, Again::Answered(WORD, 1))
        }),
        flood("computing", 32, |target| {
            let (rows, cookie) = (128, &target.cookies[1]);
            let head = format!(
                "POST /walk/{CODE}/picture?rows={rows}&columns={rows} HTTP/1.1\r\nHost: x\r\nCookie: {cookie}\r\nContent-Length: {}\r\n\r\n",
                rows * rows
            );
            let picture: Vec<u8> = (0..rows * rows).map(|_| rand::random()).collect();
            let says = [head.into_bytes(), picture].concat();
            (Vec::new(), says, Again::Answered(ANSWER, 1))
        }),
    ]
}

/// So many requests at once, again once all are answered.
fn get(path: &str, deep: usize) -> (Vec<u8>, Vec<u8>, Again) {
    let one = format!("GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\n\r\n");
    let all = one.repeat(deep).into_bytes();
    (Vec::new(), all, Again::Answered(ANSWER, deep))
}

fn socket(target: &Target, role: &str) -> Vec<u8> {
    let cookie = &target.cookies[0];
    let version = crate::protocol::VERSION;
    format!("GET /ws/{CODE}?v={version}&role={role} HTTP/1.1\r\nHost: x\r\n{UPGRADE}Cookie: {cookie}\r\n\r\n")
        .into_bytes()
}

fn text_frame(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    frame(OpCode::Data(Data::Text), text.as_bytes(), &mut bytes);
    bytes
}

/// Masked with nothing, which is a mask as well.
fn frame(opcode: OpCode, payload: &[u8], into: &mut Vec<u8>) {
    let header = FrameHeader {
        opcode,
        mask: Some([0; 4]),
        ..FrameHeader::default()
    };
    // Writing to memory cannot fail.
    let _ = header.format(payload.len() as u64, into);
    into.extend_from_slice(payload);
}
