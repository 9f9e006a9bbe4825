//! The example bridge, run as a person would run it, against a chat as Zoom and YouTube tools export it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::salon::Salon;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn bridge(salon: &Salon, token: &str, session: &str, file: &str) -> Output {
    Command::new(root().join("scripts/bridge-chat"))
        .env("SALON_BRIDGE_TOKEN", token)
        .args([
            "--url",
            &salon.base,
            "--session",
            session,
            "--source",
            "zoom",
        ])
        .arg(file)
        .output()
        .expect("python3 is installed by scripts/test")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_bridge_hands_on_an_export_once() {
    let salon = Salon::start().await;
    let export = root().join("tests/suite/data/chat-export.txt");
    let export = export.to_str().unwrap();
    let made = salon
        .http
        .post(salon.url(&format!("/host/{}/links", salon.session)))
        .bearer_auth(&salon.token)
        .body(r#"{"role": "bridge", "label": "Zoom"}"#)
        .send()
        .await
        .unwrap();
    let made: Value = made.json().await.unwrap();
    let token = made["token"].as_str().unwrap();
    for _ in 0..2 {
        let output = bridge(&salon, token, &salon.session, export);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let room = salon.host_state().await["room"]["questions"].clone();
    let list = room["list"].as_array().unwrap();
    let rows: Vec<(&str, &str, &str, Option<u64>)> = list
        .iter()
        .map(|one| {
            let text = |field: &str| one[field].as_str().unwrap();
            (
                text("name"),
                text("text"),
                text("source"),
                one["stream_seconds"].as_u64(),
            )
        })
        .collect();
    assert_eq!(rows.len(), 5, "{rows:?}");
    // What has a link waits for review, and so is first on the desk.
    assert_eq!(rows[0].0, "Max");
    assert_eq!(room["pending"], 1);
    assert!(rows.contains(&(
        "Jane Doe",
        "Does the RBF head scale to bigger models?",
        "Zoom",
        Some(966)
    )));
    assert!(rows.contains(&(
        "Kim Lee",
        "Why not a softmax: is it slower?",
        "Zoom",
        Some(1021)
    )));
    assert!(rows.contains(&("Ana", "Which data set was it?", "Zoom", Some(1233))));
    assert!(rows.contains(&("Mäx", "Können wir die Folien haben?", "Zoom", None)));

    let words = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    let other = salon.import("title = \"Another\"").await;
    let refused = bridge(&salon, token, &other, export);
    assert!(
        !refused.status.success() && words(&refused).contains("another session"),
        "{}",
        words(&refused)
    );
    let missing = bridge(&salon, token, &salon.session, "no-such-file.txt");
    assert!(
        words(&missing).contains("no-such-file.txt cannot be read"),
        "{}",
        words(&missing)
    );
    let unnamed = bridge(&salon, "", &salon.session, export);
    assert!(
        words(&unnamed).contains("SALON_BRIDGE_TOKEN"),
        "{}",
        words(&unnamed)
    );
    salon.ends().await;
}
