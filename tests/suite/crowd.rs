//! A whole hall that asks at once.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

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
