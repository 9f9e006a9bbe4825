//! The program killed while a whole hall asks: what was acknowledged is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use salon::domain::session::Session;
use salon::store::Store;
use serde_json::json;
use tempfile::TempDir;

use crate::program::{Running, out, run};
use crate::salon::{Voter, connect, cookie_of, line};

const VOTERS: usize = 2_000;
/// Acknowledged when the program is killed: well into the storm, and well before its end.
const ENOUGH: usize = 2_500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_dash_nine_in_a_storm_of_questions_loses_none_that_was_acknowledged() {
    let dir = TempDir::new().unwrap();
    let sheet = dir.path().join("night.toml");
    std::fs::write(&sheet, crate::salon::SHEET).unwrap();
    let imported = run(dir.path(), &["import", sheet.to_str().unwrap()]);
    assert!(imported.status.success());
    let listed = out(&run(dir.path(), &["sessions"]));
    let id = listed.split_whitespace().nth(2).unwrap().to_string();

    let mut program = Running::start(dir.path());
    let cut = Arc::new(AtomicBool::new(false));
    let all = Arc::new(AtomicUsize::new(0));
    let gate = Arc::new(tokio::sync::Barrier::new(VOTERS));
    let http = reqwest::Client::new();
    let mut storm = tokio::task::JoinSet::new();
    for n in 0..VOTERS {
        let (base, http) = (program.base.clone(), http.clone());
        let (cut, all, gate) = (Arc::clone(&cut), Arc::clone(&all), Arc::clone(&gate));
        storm.spawn(async move {
            let page = http.get(format!("{base}/TESTNGHT")).send().await.unwrap();
            let cookie = cookie_of(&page);
            let path = line("audience");
            let socket = connect(&base, &path, &cookie);
            let mut voter = Voter::new(socket.await.unwrap()).await;
            gate.wait().await;
            let mut acknowledged: BTreeSet<String> = BTreeSet::new();
            let mut ask = 0;
            for round in 0..2 {
                let text = format!("What is {round} to voter {n}?");
                for message in [
                    json!({"type": "ask_question", "key": format!("k{round}"), "text": text}),
                    json!({"type": "upvote", "question": 1 + n % 50, "up": true}),
                    json!({"type": "react", "kind": "clap"}),
                ] {
                    ask += 1;
                    let mut message = message;
                    message["ask"] = json!(ask);
                    let Some(answer) = voter.tries(message.clone(), ask).await else {
                        return acknowledged;
                    };
                    if message["type"] == "ask_question" && answer["type"] == "heard" {
                        acknowledged.insert(text.clone());
                        all.fetch_add(1, Ordering::Relaxed);
                    }
                }
                if cut.load(Ordering::Relaxed) {
                    break;
                }
            }
            acknowledged
        });
    }
    for _ in 0..1_200 {
        if all.load(Ordering::Relaxed) >= ENOUGH {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    program.kill();
    cut.store(true, Ordering::Relaxed);
    let acknowledged: BTreeSet<String> = storm.join_all().await.into_iter().flatten().collect();
    let n = acknowledged.len();
    assert!(
        (ENOUGH..2 * VOTERS).contains(&n),
        "{n} were acknowledged when it was killed"
    );

    // As the disk has it, and as the program comes back with it.
    let store = Store::open(&dir.path().join("salon.db")).await.unwrap();
    let facts = store.facts(&id.parse().unwrap()).await.unwrap();
    store.close().await;
    let session = Session::replay(&facts).unwrap();
    let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
    for question in &session.questions.all {
        *kept.entry(&question.text).or_default() += 1;
    }
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|text| !kept.contains_key(text.as_str()))
        .collect();
    assert!(
        lost.is_empty(),
        "{} lost, such as {:?}",
        lost.len(),
        lost.first()
    );
    assert!(kept.values().all(|n| *n == 1), "none is there twice");
    for question in &session.questions.all {
        assert_eq!(question.voices, session.questions.count_voices(question.id));
    }
    let second = Running::start(dir.path());
    let room = http.get(format!("{}/api/v1/public/TESTNGHT/questions", second.base));
    let room: serde_json::Value = room.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        room["questions"]["open"],
        json!(session.questions.all.len())
    );
}
