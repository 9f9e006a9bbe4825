//! The hall by itself, with guests that do what none of ours does and clients that no browser is.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use salon::hall::{Board, Crowd, Guest, Hall, Line, Rules};
use socket2::SockRef;
use tokio::sync::Semaphore;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::hall::frame;

const CLOSED: (u16, &str) = (4000, "closed");

/// What guests have come to.
#[derive(Default)]
struct Seen {
    left: AtomicUsize,
    why: Mutex<Vec<&'static str>>,
}

/// Answers with what it heard; fails at "fail", has words before and after the answer at "around", and is closed with the
/// answer to "bye".
struct Echo(Arc<Seen>);

impl Guest for Echo {
    fn hear(self: Box<Self>, message: Message, line: Line) {
        let text = message.into_text().unwrap_or_default();
        assert!(text != "fail", "a guest that fails, as this test wants it");
        let around = text.starts_with("around");
        if around {
            line.say("before".into());
        }
        line.resume(self, Some(text.clone()));
        if around {
            line.say("after".into());
        }
        if text == "bye" {
            line.close(CLOSED);
        }
    }

    fn leave(self: Box<Self>, why: &'static str) {
        self.0.left.fetch_add(1, Ordering::SeqCst);
        self.0.why.lock().unwrap().push(why);
    }
}

struct Room {
    hall: Hall,
    listener: TcpListener,
    crowd: Option<Crowd>,
    turns: Arc<Semaphore>,
    seen: Arc<Seen>,
}

fn text(words: &str) -> Vec<u8> {
    frame(OpCode::Data(Data::Text), true, words.as_bytes())
}

impl Room {
    /// Where silence and slowness are soon too much.
    fn open() -> Self {
        Self::open_with(true)
    }

    /// With many sends at a time, if the system can, or one by one.
    fn open_with(batches: bool) -> Self {
        let rules = Rules {
            beat_every: Duration::from_secs(1),
            beat: Box::new(|| Message::text("beat")),
            silent_after: Duration::from_secs(3),
            silent: CLOSED,
            slow_after: Duration::from_secs(2),
            slow: CLOSED,
            message_max: 4096,
            batches,
        };
        Self {
            hall: Hall::open(rules).unwrap(),
            listener: TcpListener::bind("127.0.0.1:0").unwrap(),
            crowd: None,
            turns: Arc::new(Semaphore::new(1_000)),
            seen: Arc::default(),
        }
    }

    /// A client, and its line with a guest.
    fn enters(&mut self) -> TcpStream {
        let client = TcpStream::connect(self.listener.local_addr().unwrap()).unwrap();
        let (socket, _) = self.listener.accept().unwrap();
        socket.set_nonblocking(true).unwrap();
        // As phones have it: the system would take megabytes at once.
        let small = SockRef::from(&socket).set_send_buffer_size(32 * 1024);
        small.unwrap();
        let line = self.hall.admit(socket, Bytes::new());
        let crowd = self.crowd.get_or_insert_with(|| line.crowd()).id();
        let turn = Arc::clone(&self.turns).try_acquire_owned().unwrap();
        let seen = Arc::clone(&self.seen);
        line.sit(
            Box::new(move || Box::new(Echo(seen))),
            crowd,
            0,
            Vec::new(),
            turn,
        );
        client
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        client
    }

    fn left(&self) -> usize {
        self.seen.left.load(Ordering::SeqCst)
    }

    fn wait_until_left(&self, n: usize, within: Duration) {
        let began = Instant::now();
        while self.left() < n {
            assert!(began.elapsed() < within, "{} of {n} have left", self.left());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Until these bytes are somewhere in what comes.
fn reads_until(client: &mut TcpStream, wanted: &[u8]) {
    let mut heard = Vec::new();
    let mut some = [0; 4096];
    while !heard.windows(wanted.len()).any(|part| part == wanted) {
        let n = client.read(&mut some).unwrap();
        assert!(n > 0, "the line ended");
        heard.extend_from_slice(&some[..n]);
    }
}

/// Whether the other side ends it, whatever it says before.
fn is_ended(client: &mut TcpStream) -> bool {
    let mut some = [0; 4096];
    loop {
        match client.read(&mut some) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}

#[test]
fn lines_that_come_to_no_end_are_ended() {
    let mut room = Room::open();
    let half = text(&"long ".repeat(200));
    let beginning = frame(OpCode::Data(Data::Text), false, b"a");
    let nothing = frame(OpCode::Data(Data::Continue), false, b"");
    let mut kept = Vec::new();
    // Says nothing; a frame that is never whole; a message of fragments that never ends; and is asked to close and does not.
    for says in [&b""[..], &half[..half.len() - 1], &beginning] {
        let mut client = room.enters();
        client.write_all(says).unwrap();
        kept.push(client);
    }
    let mut endless = kept[2].try_clone().unwrap();
    let fragments = std::thread::spawn(move || {
        while endless.write_all(&nothing).is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    room.wait_until_left(3, Duration::from_secs(8));
    for client in &mut kept {
        assert!(is_ended(client));
    }
    fragments.join().unwrap();

    // One that takes a kilobyte now and then of what it is shown.
    let slow = room.enters();
    let board = |version| Board {
        version,
        frames: vec![(version, Message::text("x".repeat(8_000_000)))],
    };
    room.crowd.as_ref().unwrap().show(board(1));
    let (mut reads, mut talks) = (slow.try_clone().unwrap(), slow);
    let (began, mut some) = (Instant::now(), [0; 1_000]);
    while room.left() < 4 {
        assert!(
            began.elapsed() < Duration::from_secs(15),
            "a trickle keeps its line"
        );
        std::thread::sleep(Duration::from_millis(300));
        let _ = reads.read(&mut some);
        // It is not silent.
        let _ = talks.write_all(&text("here"));
    }
    assert!(began.elapsed() > Duration::from_secs(1));
    room.hall.close();
}

#[test]
fn who_talks_without_end_leaves_the_others_their_turn() {
    let mut room = Room::open();
    let mut client = room.enters();
    let pongs: Vec<u8> = (0..200)
        .flat_map(|_| frame(OpCode::Control(Control::Pong), true, b""))
        .collect();
    let talking: Vec<_> = (0..8)
        .map(|_| {
            let (mut talks, pongs) = (room.enters(), pongs.clone());
            std::thread::spawn(move || while talks.write_all(&pongs).is_ok() {})
        })
        .collect();
    let began = Instant::now();
    let mut took = Vec::new();
    while began.elapsed() < Duration::from_secs(8) {
        let asked = Instant::now();
        let words = format!("number {}", took.len());
        client.write_all(&text(&words)).unwrap();
        reads_until(&mut client, words.as_bytes());
        took.push(asked.elapsed());
        std::thread::sleep(Duration::from_millis(20));
    }
    // It does not get longer the longer they talk. Two cores, and nine threads that want them.
    let mut last = took.split_off(took.len() * 3 / 4);
    last.sort_unstable();
    let median = last[last.len() / 2];
    assert!(median < Duration::from_millis(60), "half took {median:?}");
    room.hall.close();
    for one in talking {
        one.join().unwrap();
    }
}

#[test]
fn after_a_failure_the_others_come_back_and_what_is_over_stays_over() {
    let mut room = Room::open();
    let (mut one, mut two) = (room.enters(), room.enters());
    one.write_all(&text("hello")).unwrap();
    reads_until(&mut one, b"hello");
    room.crowd.as_ref().unwrap().show(Board {
        version: 1,
        frames: vec![(1, Message::text("the board"))],
    });
    reads_until(&mut two, b"the board");
    let over = room.enters();
    reads_until(&mut over.try_clone().unwrap(), b"the board");
    one.write_all(&text("fail")).unwrap();
    // The one that failed is gone with its line; the guests of the others are told.
    for client in [&mut one, &mut two] {
        assert!(is_ended(client));
    }
    room.wait_until_left(2, Duration::from_secs(5));
    assert_eq!(*room.seen.why.lock().unwrap(), ["failed", "failed"]);
    // Whoever comes back is shown what is on the board.
    let mut again = room.enters();
    reads_until(&mut again, b"the board");
    again.write_all(&text("back")).unwrap();
    reads_until(&mut again, b"back");
    // A crowd that was sent away is still away after another failure.
    room.crowd.as_ref().unwrap().dismiss(CLOSED);
    assert!(is_ended(&mut again));
    let kept = room.crowd.take();
    let mut fails = room.enters();
    fails.write_all(&text("fail")).unwrap();
    assert!(is_ended(&mut fails));
    room.crowd = kept;
    let mut late = room.enters();
    assert!(is_ended(&mut late));
    // Lines that wait for their clients to go would be waited for.
    drop((one, two, over, again, fails, late));
    let began = Instant::now();
    room.hall.close();
    assert!(began.elapsed() < Duration::from_secs(2));
}

/// The next frame's first byte and payload, beats aside.
fn reads_frame(client: &mut TcpStream) -> (u8, Vec<u8>) {
    loop {
        let mut head = [0; 2];
        client.read_exact(&mut head).unwrap();
        let mut length = [0; 8];
        let extended = match head[1] {
            126 => &mut length[6..],
            127 => &mut length[..],
            short => {
                length[7] = short;
                &mut []
            }
        };
        client.read_exact(extended).unwrap();
        let mut payload = vec![0; u64::from_be_bytes(length) as usize];
        client.read_exact(&mut payload).unwrap();
        if payload != b"beat" {
            return (head[0], payload);
        }
    }
}

/// Answers that are ready together are sent together; whatever else the same phones are told, each has all of it once and
/// in order.
#[test]
fn answers_that_are_ready_together_keep_their_place_among_other_words() {
    answers_keep_their_place(true);
}

#[test]
fn answers_keep_their_place_too_where_each_is_sent_by_itself() {
    answers_keep_their_place(false);
}

fn answers_keep_their_place(batches: bool) {
    let mut room = Room::open_with(batches);
    let mut clients: Vec<TcpStream> = (0..300).map(|_| room.enters()).collect();
    for round in 0..10 {
        for (n, client) in clients.iter_mut().enumerate() {
            // Two at once: the second is heard when the first is answered.
            let both = [format!("around {n} {round}"), format!("{round} {n}")];
            client
                .write_all(&both.map(|words| text(&words)).concat())
                .unwrap();
        }
        for (n, client) in clients.iter_mut().enumerate() {
            let words = [
                "before".to_string(),
                format!("around {n} {round}"),
                "after".to_string(),
                format!("{round} {n}"),
            ];
            for words in words {
                assert_eq!(reads_frame(client), (0x81, words.into_bytes()));
            }
        }
    }
    // What all are shown, too, however many they are.
    room.crowd.as_ref().unwrap().show(Board {
        version: 1,
        frames: vec![(1, Message::text("the board"))],
    });
    for client in &mut clients {
        assert_eq!(reads_frame(client), (0x81, b"the board".to_vec()));
    }
    for client in &mut clients {
        client.write_all(&text("bye")).unwrap();
    }
    for client in &mut clients {
        assert_eq!(reads_frame(client), (0x81, b"bye".to_vec()));
        let (first, payload) = reads_frame(client);
        assert_eq!((first, &payload[..2]), (0x88, &CLOSED.0.to_be_bytes()[..]));
        assert_eq!(client.read(&mut [0; 8]).unwrap(), 0);
    }
    room.wait_until_left(300, Duration::from_secs(5));
}

/// However little a socket takes at once, all of it arrives, and nothing between.
#[test]
fn a_board_that_no_socket_takes_at_once_arrives_whole() {
    for batches in [true, false] {
        let mut room = Room::open_with(batches);
        let mut clients: Vec<TcpStream> = (0..6).map(|_| room.enters()).collect();
        let long: String = (0..700_000_u32)
            .map(|n| char::from(b'a' + (n.wrapping_mul(n) % 23) as u8))
            .collect();
        for version in 1..=3 {
            room.crowd.as_ref().unwrap().show(Board {
                version,
                frames: vec![(version, Message::text(format!("{version} {long}")))],
            });
            for client in &mut clients {
                client.write_all(&text("here")).unwrap();
            }
            for client in &mut clients {
                // In either order, and neither within the other.
                let mut heard = [reads_frame(client).1, reads_frame(client).1];
                heard.sort_by_key(Vec::len);
                assert_eq!(heard[0], b"here");
                assert!(heard[1] == format!("{version} {long}").as_bytes());
            }
        }
        assert_eq!(room.left(), 0);
        room.hall.close();
    }
}
