//! A whole hall that asks, or comes, at once.

use std::sync::Arc;
use std::time::Duration;

use salon::app::App;
use salon::clock::Clock;
use salon::config::{Config, Database};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::questions::{ask, texts};
use crate::salon::Salon;

/// What one phone of the storm was shown.
struct Shown {
    frames: usize,
    bytes: usize,
    refused: usize,
}

/// 2,000 at once: each asks, presses "me too" and claps; each phone gets counts, not what each of the others did.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_ask_and_press_at_once_and_the_frames_stay_few() {
    const VOTERS: usize = 2_000;
    let salon = Arc::new(Salon::start_for(VOTERS + 100).await);
    salon.does(json!({"do": "start_session"})).await;
    let mut host = salon.voter().await;
    for n in 0..10 {
        let answer = host
            .asks(ask(
                &format!("first{n}"),
                &format!("Number {n} of the first?"),
            ))
            .await;
        assert_eq!(answer["type"], "heard", "{answer}");
    }
    let mut phones = JoinSet::new();
    let gate = Arc::new(tokio::sync::Barrier::new(VOTERS));
    for n in 0..VOTERS {
        let (salon, gate) = (Arc::clone(&salon), Arc::clone(&gate));
        phones.spawn(async move {
            let mut voter = salon.voter().await;
            gate.wait().await;
            let asked = voter
                .asks(ask("mine", &format!("What does voter {n} want to know?")))
                .await;
            assert_eq!(asked["type"], "heard", "{asked}");
            let mut refused = 0;
            for question in [1 + n % 10, 1 + (n + 3) % 10] {
                let up = voter
                    .asks(json!({"type": "upvote", "question": question, "up": true}))
                    .await;
                assert_eq!(up["type"], "heard", "{up}");
                let clap = voter.asks(json!({"type": "react", "kind": "clap"})).await;
                refused += usize::from(clap["type"] == "refused");
            }
            let heard = std::mem::take(&mut voter.heard);
            (voter, refused, heard)
        });
    }
    let began = std::time::Instant::now();
    let mut all = Vec::new();
    while let Some(phone) = phones.join_next().await {
        let (mut voter, refused, heard) = phone.unwrap();
        voter.heard = heard;
        all.push((voter, refused));
    }
    let took = began.elapsed();
    // What is still under way arrives.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut shown = Vec::new();
    for (mut voter, refused) in all {
        let heard = voter.listens(5).await;
        shown.push(Shown {
            frames: heard.len(),
            bytes: heard.iter().map(|frame| frame.to_string().len()).sum(),
            refused,
        });
    }
    // Lists twice a second, counts twice a second, reactions ten times, a few edits: however many press.
    let seconds = took.as_secs_f64() + 5.0;
    let most = (seconds * 16.0) as usize + 20;
    let worst = shown.iter().map(|one| one.frames).max().unwrap();
    let heaviest = shown.iter().map(|one| one.bytes).max().unwrap();
    println!(
        "{VOTERS} voters, {seconds:.1} s: at most {worst} frames and {heaviest} bytes to one phone"
    );
    assert!(
        worst <= most,
        "{worst} frames in {seconds:.0} s; {most} would be right"
    );
    assert!(
        heaviest < 40_000 * (seconds as usize + 1),
        "{heaviest} bytes in {seconds:.0} s"
    );
    assert_eq!(
        shown.iter().map(|one| one.refused).sum::<usize>(),
        0,
        "nobody pressed too fast"
    );

    let room = salon.host_state().await["room"].clone();
    assert_eq!(room["questions"]["open"], json!(VOTERS + 10));
    let facts = salon
        .lobby
        .store
        .facts(&salon.session.parse().unwrap())
        .await
        .unwrap();
    let session = salon::domain::session::Session::replay(&facts).unwrap();
    let voices: u32 = session.questions.all[..10]
        .iter()
        .map(|one| one.voices)
        .sum();
    assert_eq!(voices as usize, 10 + 2 * VOTERS, "each voice once, on disk");
    let first = texts(&room["questions"])[0].to_string();
    assert!(first.contains("of the first"), "most wanted first: {first}");
    let salon = Arc::into_inner(salon).unwrap();
    salon.ends().await;
}

/// The program is built and takes nobody in yet: as many as come within a moment wait, where the system would else drop
/// what they send without a word and let them try again a second later.
#[tokio::test]
async fn a_hall_that_comes_at_once_finds_room_to_wait() {
    const PHONES: usize = 2_000;
    let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn");
    let allowed = allowed.map_or(0, |text| text.trim().parse().unwrap());
    if allowed <= PHONES {
        println!("this system lets no more than {allowed} wait");
        return;
    }
    let dir = TempDir::new().unwrap();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: dir.path().to_path_buf(),
        database: Database::File(dir.path().join("salon.db")),
        public_url: None,
        log: "warn".to_string(),
        log_json: false,
        max_seats: PHONES,
        hall: true,
        device: "cpu".to_string(),
        bounds: salon::config::Bounds::default(),
    };
    let app = App::build(&config, Clock::System).await.unwrap();
    let mut waiting = Vec::new();
    for n in 0..PHONES {
        let line = timeout(Duration::from_millis(900), TcpStream::connect(app.address)).await;
        let line = line.unwrap_or_else(|_| panic!("there is no room for number {n}"));
        waiting.push(line.unwrap());
    }
    app.lobby.store.close().await;
}
