//! Demos in a session: chosen by a poll, trained where everyone watches, and no burden to anyone.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{Running, out, run};
use crate::salon::{Salon, Voter, connect};

/// A demo that is quick without optimisation too, and a poll that steers it.
async fn with_demo() -> Salon {
    let salon = Salon::start().await;
    let demo = json!({"kind": "rbf", "settings": {"backbone": "fully_connected", "batch": 256, "epochs": 1}});
    let segment = json!({"id": "trainer", "kind": "demo", "title": "Training", "demo": demo});
    salon.does(json!({"do": "start_session"})).await;
    salon
        .does(json!({"do": "add_segment", "segment": segment}))
        .await;
    salon.does(json!({"do": "go", "segment": "trainer"})).await;
    let steers = json!({"segment": "trainer", "settings": [{"lambda": 0.1}, {"lambda": 0.5}]});
    let poll = json!({"id": "which", "kind": "single", "question": "Which λ?", "options": ["0.1", "0.5"], "steers": steers});
    salon
        .does(json!({"do": "add_poll", "poll": poll, "segment": "trainer", "open": true}))
        .await;
    salon
}

fn run_of(state: &Value) -> Value {
    let session = state.get("session").unwrap_or(state);
    session["runs"][0].clone()
}

/// What is heard until the session says that its run has ended.
async fn until_ended(watcher: &mut Voter) -> Vec<Value> {
    let began = Instant::now();
    let mut all = Vec::new();
    while began.elapsed() < Duration::from_secs(90) {
        let heard = watcher.listens(400).await;
        let ended = heard
            .iter()
            .any(|message| message["type"] == "session" && run_of(message)["state"] == "ended");
        all.extend(heard);
        if ended {
            all.extend(watcher.listens(1_500).await);
            return all;
        }
    }
    panic!("the run does not end: {:?}", all.last());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_winner_of_a_poll_is_trained_where_everyone_watches() {
    let salon = with_demo().await;
    let mut stage = salon.stage().await;
    let mut first = salon.voter().await;
    let mut second = salon.voter().await;
    for voter in [&mut first, &mut second] {
        let answer = voter.casts("which", 1, json!({"picks": [1]})).await;
        assert_eq!(answer["type"], "heard");
    }
    let state = salon
        .does(json!({"do": "close_poll", "poll": "which", "now": true}))
        .await;
    let run = run_of(&state);
    assert_eq!(run["state"], "running");
    assert_eq!(run["settings"]["lambda"], 0.5);
    assert_eq!(run["chosen"]["votes"], 2);

    let (on_stage, on_phone) = tokio::join!(until_ended(&mut stage), until_ended(&mut first));
    for (where_, heard) in [("stage", &on_stage), ("phone", &on_phone)] {
        let of = |kind: &str| {
            heard
                .iter()
                .filter(|m| m["type"] == kind)
                .collect::<Vec<_>>()
        };
        let progress = of("progress");
        let last = &progress.last().unwrap()["progress"];
        assert_eq!(
            (&last["step"], &last["steps"]),
            (&json!(29), &json!(29)),
            "{where_}"
        );
        assert!(
            last["values"][3].as_f64().unwrap() > 0.4,
            "{where_}: {last}"
        );
        let charts = of("chart");
        let chart = &charts.last().unwrap()["chart"];
        assert_eq!(chart["names"][0], "loss");
        assert_eq!(chart["points"].as_array().unwrap().last().unwrap()[0], 29.0);
        let pictures = of("picture");
        assert!(pictures.len() >= 2, "{where_} sees it move");
        let newest = pictures.last().unwrap();
        assert_eq!(
            (&newest["number"], &newest["step"]),
            (&json!(1), &json!(29))
        );
    }
    assert!(on_stage.len() >= on_phone.len());

    // Who comes late has all of it at once.
    let mut late = salon.voter().await;
    assert_eq!(late.first["run"]["progress"]["step"], 29);
    assert!(
        late.first["run"]["chart"]["points"]
            .as_array()
            .unwrap()
            .len()
            > 1
    );
    assert_eq!(late.listens(300).await[0]["type"], "picture");
    let results = &run_of(&late.first)["results"];
    assert!(
        results["test accuracy"].as_f64().unwrap() > 0.4,
        "{results}"
    );

    salon
        .does(json!({"do": "reset_run", "segment": "trainer"}))
        .await;
    let after = salon.voter().await;
    assert_eq!(after.first.get("run"), None);
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_starts_pauses_turns_and_stops_and_bad_settings_are_refused_by_name() {
    let salon = with_demo().await;
    let long = json!({"do": "start_run", "segment": "trainer", "settings": {"epochs": 200}});
    salon.does(long.clone()).await;
    let mut stage = salon.stage().await;
    let steps = |heard: &[Value]| {
        let told = heard.iter().filter(|message| message["type"] == "progress");
        told.filter_map(|message| message["progress"]["step"].as_u64())
            .max()
    };
    let began = Instant::now();
    while steps(&stage.listens(300).await).unwrap_or(0) == 0 {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "it does not start"
        );
    }
    salon
        .does(json!({"do": "pause_run", "segment": "trainer"}))
        .await;
    // What was under way is still told.
    stage.listens(2_000).await;
    let heard = stage.listens(700).await;
    assert_eq!(steps(&heard), None, "{heard:?}");
    let turned = salon
        .does(json!({"do": "turn_knobs", "segment": "trainer", "settings": {"lambda": 3}}))
        .await;
    assert_eq!(run_of(&turned)["settings"]["lambda"], 3.0);
    salon
        .does(json!({"do": "resume_run", "segment": "trainer"}))
        .await;
    let began = Instant::now();
    while steps(&stage.listens(300).await).unwrap_or(0) == 0 {
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "it does not go on"
        );
    }
    for (command, why) in [
        (
            json!({"do": "start_run", "segment": "trainer", "settings": {"lambda": -1}}),
            "lambda",
        ),
        (
            json!({"do": "start_run", "segment": "trainer", "settings": {"layers": 3}}),
            "layers",
        ),
        (json!({"do": "start_run", "segment": "one"}), "no demo"),
        (
            json!({"do": "turn_knobs", "segment": "trainer", "settings": {"centres": 3}}),
            "centres",
        ),
        (
            json!({"do": "start_run", "segment": "trainer", "settings": {"lambda": [1]}}),
            "a number or a word",
        ),
    ] {
        let (status, body) = salon.host(command.clone()).await;
        assert!((400..500).contains(&status), "{command} → {status}");
        assert!(body.to_string().contains(why), "{command} → {body}");
    }
    let stopped = salon
        .does(json!({"do": "stop_run", "segment": "trainer"}))
        .await;
    assert_eq!(run_of(&stopped)["state"], "stopped");
    // A voter's ballot is heard at once while another run goes on.
    salon.does(long).await;
    let mut voter = salon.voter().await;
    for seq in 1..=20 {
        let answer = voter.casts("which", seq, json!({"picks": [seq % 2]})).await;
        assert_eq!(answer["type"], "heard", "{answer}");
    }
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_goes_on_from_its_seed_after_the_program_was_killed() {
    let dir = tempfile::TempDir::new().unwrap();
    let mut program = Running::start(dir.path());
    let token = out(&run(dir.path(), &["token", "test"]));
    let token = token.split_whitespace().last().unwrap().to_string();
    let listed = out(&run(dir.path(), &["sessions"]));
    let id = listed.split_whitespace().nth(2).unwrap().to_string();
    let start = json!({"do": "start_run", "segment": "trainer", "settings": {"backbone": "fully_connected", "epochs": 200}});
    for command in [json!({"do": "start_session"}), start] {
        let url = format!("{}/api/v1/sessions/{id}/commands", program.base);
        let request = reqwest::Client::new().post(url).bearer_auth(&token);
        let answer = request.body(command.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
    }
    program.kill();
    let program = Running::start(dir.path());
    let socket = connect(&program.base, "/ws/CENTRE?v=1&role=stage", "").await;
    let mut stage = Voter::new(socket.unwrap()).await;
    assert_eq!(run_of(&stage.first)["state"], "running");
    loop {
        let progress = stage.waits_for("progress").await["progress"].clone();
        assert_eq!(progress["number"], 1);
        if progress["step"].as_u64().unwrap() > 0 {
            break;
        }
    }
}
