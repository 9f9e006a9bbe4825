//! The program killed while a room asks: what was acknowledged is there.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Running, out, run};
use crate::salon::{Voter, connect, cookie_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_dash_nine_in_a_storm_of_questions_loses_none_that_was_acknowledged() {
    let dir = TempDir::new().unwrap();
    let sheet = dir.path().join("night.toml");
    std::fs::write(&sheet, crate::salon::SHEET).unwrap();
    let imported = run(dir.path(), &["import", sheet.to_str().unwrap()]);
    assert!(imported.status.success());
    let token = out(&run(dir.path(), &["token", "storm"]))
        .trim()
        .to_string();
    let listed = out(&run(dir.path(), &["sessions"]));
    let id = listed.split_whitespace().nth(2).unwrap().to_string();

    let mut program = Running::start(dir.path());
    let cut = Arc::new(AtomicBool::new(false));
    let mut storm = tokio::task::JoinSet::new();
    for n in 0..80_u32 {
        let (base, cut) = (program.base.clone(), Arc::clone(&cut));
        storm.spawn(async move {
            let page = reqwest::get(format!("{base}/TESTNGHT")).await.unwrap();
            let cookie = cookie_of(&page);
            let socket = connect(&base, "/ws/TESTNGHT?v=1&role=audience", &cookie);
            let mut voter = Voter::new(socket.await.unwrap()).await;
            // Asked and not withdrawn again, as far as this phone was told.
            let mut acknowledged: BTreeSet<String> = BTreeSet::new();
            let mut withdrawn: BTreeSet<String> = BTreeSet::new();
            for ask in (1..).step_by(2) {
                if cut.load(Ordering::Relaxed) {
                    break;
                }
                let text = format!("What is {ask} to voter {n}?");
                let asked = json!({"type": "ask_question", "ask": ask, "key": format!("k{ask}"), "text": text});
                let Some(answer) = voter.tries(asked, ask).await else { break };
                if answer["type"] != "heard" {
                    tokio::time::sleep(Duration::from_millis(60)).await;
                    continue;
                }
                acknowledged.insert(text.clone());
                if ask < 12 {
                    continue;
                }
                // Ten may wait at a time: one goes, the next comes.
                let question = &answer["question"]["id"];
                let withdraw = json!({"type": "withdraw_question", "ask": ask + 1, "question": question});
                acknowledged.remove(&text);
                match voter.tries(withdraw, ask + 1).await {
                    Some(answer) if answer["type"] == "heard" => withdrawn.insert(text),
                    // Whether it was carried out is not known, and either is right.
                    _ => false,
                };
            }
            (cookie, acknowledged, withdrawn)
        });
    }
    tokio::time::sleep(Duration::from_millis(2_000)).await;
    program.kill();
    cut.store(true, Ordering::Relaxed);
    let storm = storm.join_all().await;

    let second = Running::start(dir.path());
    let mut in_all = 0;
    for (cookie, acknowledged, withdrawn) in storm {
        let socket = connect(&second.base, "/ws/TESTNGHT?v=1&role=audience", &cookie);
        let voter = Voter::new(socket.await.unwrap()).await;
        let own = voter.first["room"]["own"]["questions"]
            .as_array()
            .unwrap()
            .clone();
        let with = |state: fn(&str) -> bool| -> BTreeSet<String> {
            let those = own
                .iter()
                .filter(|one| state(one["state"].as_str().unwrap()));
            those
                .map(|one| one["text"].as_str().unwrap().to_string())
                .collect()
        };
        let (open, gone) = (
            with(|state| state == "open"),
            with(|state| state == "withdrawn"),
        );
        assert!(
            acknowledged.is_subset(&open),
            "{acknowledged:?} of {open:?}"
        );
        assert!(withdrawn.is_subset(&gone), "{withdrawn:?} of {gone:?}");
        in_all += acknowledged.len() + withdrawn.len();
    }
    assert!(in_all > 200, "a storm of {in_all} is none");
    let state = reqwest::Client::new()
        .get(format!("{}/api/v1/sessions/{id}", second.base))
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    let state: Value = state.json().await.unwrap();
    let list = state["room"]["questions"]["list"].as_array().unwrap();
    let texts: BTreeSet<&str> = list
        .iter()
        .map(|one| one["text"].as_str().unwrap())
        .collect();
    assert_eq!(texts.len(), list.len(), "none is there twice");
}
