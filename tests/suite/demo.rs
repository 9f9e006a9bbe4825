//! Demos in a session: chosen by a poll, trained where everyone watches, and no burden to anyone.

use std::time::{Duration, Instant};

use salon::protocol::VERSION;
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
            last["values"][4].as_f64().unwrap() > 0.4,
            "{where_}: {last}"
        );
        let charts = of("chart");
        let chart = &charts.last().unwrap()["chart"];
        assert_eq!(chart["names"][0], "loss");
        assert_eq!(chart["points"].as_array().unwrap().last().unwrap()[0], 29.0);
        // How many come before the last is a matter of how fast the machine is.
        let pictures = of("picture");
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
    assert_eq!(late.listens(2_000).await[0]["type"], "picture");
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
async fn a_run_is_looked_into_gone_back_through_and_played_back() {
    let salon = with_demo().await;
    let mut stage = salon.stage().await;
    let mut phone = salon.voter().await;
    salon
        .does(json!({"do": "start_run", "segment": "trainer"}))
        .await;
    until_ended(&mut stage).await;
    let inspect = |what: Value| json!({"type": "inspect", "run": 1, "what": what});
    // Everyone may look, the stage too, and each gets their own answer.
    let found = phone.asks(inspect(json!({"point": 1_700}))).await;
    assert_eq!(
        (&found["type"], &found["run"], &found["step"]),
        (&json!("inspected"), &json!(1), &json!(29))
    );
    assert_eq!(found["shape"], json!([1, 28, 28]));
    let sample = &found["sample"];
    assert_eq!(
        sample["image"].as_str().unwrap().len(),
        784_usize.div_ceil(3) * 4
    );
    let told = &sample["logits"][0];
    let terms = told["terms"].as_array().unwrap().iter();
    let sum = terms.fold(told["bias"].as_f64().unwrap(), |sum, term| {
        sum + term.as_f64().unwrap()
    });
    assert!(
        (sum - told["logit"].as_f64().unwrap()).abs() < 1e-9,
        "{told}"
    );
    let drawn = sample["image"].clone();
    let again = phone.asks(inspect(json!({"drawn": drawn}))).await;
    assert_eq!(again["sample"]["predicted"], sample["predicted"]);
    let centre = stage.asks(inspect(json!({"centre": 2}))).await;
    let distances = centre["centre"]["distances"].as_str().unwrap();
    assert_eq!(distances.len(), 4_000_usize.div_ceil(3) * 4);
    for (what, said) in [
        (json!({"point": 2_000}), "no point 2000"),
        (json!({"centre": 99}), "this run has 20"),
        (json!({"drawn": "AAAA"}), "28 × 28"),
        (json!({"drawn": "<script>"}), "28 × 28"),
    ] {
        let refused = phone.asks(inspect(what.clone())).await;
        assert_eq!(refused["type"], "refused", "{what}");
        assert!(refused["why"].as_str().unwrap().contains(said), "{refused}");
    }
    let other = json!({"type": "inspect", "run": 7, "what": {"point": 1}});
    assert!(
        phone.asks(other).await["why"]
            .as_str()
            .unwrap()
            .contains("not shown")
    );

    // The pictures so far, by HTTP; each for ever the same.
    let get = |path: String| async move {
        let answer = reqwest::get(path).await.unwrap();
        let cached = answer.headers()["cache-control"]
            .to_str()
            .unwrap()
            .to_string();
        (
            answer.status().as_u16(),
            cached,
            answer.bytes().await.unwrap(),
        )
    };
    let film = salon.url("/runs/TESTNGHT/1");
    let (status, cached, body) = get(film.clone()).await;
    assert_eq!((status, cached.as_str()), (200, "no-store"));
    let frames: Value = serde_json::from_slice(&body).unwrap();
    let frames = frames["frames"].as_array().unwrap().clone();
    assert!(frames.len() >= 2);
    assert_eq!(
        (&frames[0], &frames.last().unwrap()[1]),
        (&json!([1, 0]), &json!(29))
    );
    let (status, cached, first) = get(format!("{film}/1")).await;
    assert!(
        status == 200 && cached.contains("max-age"),
        "{status} {cached}"
    );
    assert_eq!(
        (first[0], &first[8..16]),
        (2, &[1, 0, 0, 0, 0, 0, 0, 0][..])
    );
    for nothing in [
        format!("{film}/9999"),
        salon.url("/runs/TESTNGHT/2"),
        salon.url("/runs/NSCHTHRE/1"),
    ] {
        assert_eq!(
            reqwest::get(&nothing).await.unwrap().status(),
            404,
            "{nothing}"
        );
    }
    for bad in [format!("{film}/x"), salon.url("/runs/TESTNGHT/-1")] {
        let status = reqwest::get(&bad).await.unwrap().status().as_u16();
        assert!((400..500).contains(&status), "{bad}: {status}");
    }

    // Played back in place of a live run, and told so.
    let state = salon.host_state().await;
    let recordings = &state["session"]["recordings"];
    assert_eq!(recordings[0]["number"], 1, "{recordings}");
    assert!(phone.first["session"].get("recordings").is_none());
    let played = salon
        .does(json!({"do": "play_run", "segment": "trainer", "number": 1}))
        .await;
    assert_eq!(
        (&run_of(&played)["number"], &run_of(&played)["played"]),
        (&json!(2), &json!(1))
    );
    until_ended(&mut stage).await;
    let after = salon.host_state().await;
    let results = |state: &Value| run_of(state)["results"].clone();
    assert_eq!(results(&after), results(&state));
    assert_eq!(after["session"]["recordings"].as_array().unwrap().len(), 1);
    let of_two = json!({"type": "inspect", "run": 2, "what": {"point": 1_700}});
    let same = phone.asks(of_two).await;
    assert_eq!(same["sample"], found["sample"]);
    let (status, body) = salon
        .host(json!({"do": "play_run", "segment": "trainer", "number": 5}))
        .await;
    assert!(status == 404 || status == 400, "{status} {body}");
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
    // And their phone sees it move.
    let mut seen = std::collections::BTreeSet::new();
    let began = Instant::now();
    while seen.len() < 2 {
        assert!(began.elapsed() < Duration::from_secs(60), "{seen:?}");
        let heard = voter.listens(300).await;
        let pictures = heard.iter().filter(|message| message["type"] == "picture");
        seen.extend(pictures.map(|picture| picture["step"].as_u64()));
    }
    salon.ends().await;
}

/// The program with its example session: its id, and a token that may command it.
fn started(dir: &std::path::Path) -> (Running, String, String) {
    let program = Running::start(dir);
    let token = out(&run(dir, &["token", "test"]));
    let token = token.split_whitespace().last().unwrap().to_string();
    let listed = out(&run(dir, &["sessions"]));
    let id = listed.split_whitespace().nth(2).unwrap().to_string();
    (program, id, token)
}

async fn commanded(program: &Running, id: &str, token: &str, command: Value) {
    let url = format!("{}/api/v1/sessions/{id}/commands", program.base);
    let request = reqwest::Client::new().post(url).bearer_auth(token);
    let answer = request.body(command.to_string()).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_has_ended_is_there_again_after_the_program_was_killed() {
    let dir = tempfile::TempDir::new().unwrap();
    let (mut program, id, token) = started(dir.path());
    let settings = json!({"backbone": "fully_connected", "epochs": 1, "batch": 256});
    let start = json!({"do": "start_run", "segment": "trainer", "settings": settings});
    commanded(&program, &id, &token, json!({"do": "start_session"})).await;
    commanded(&program, &id, &token, start).await;
    let socket = connect(
        &program.base,
        &format!("/ws/CENTRE?v={VERSION}&role=stage"),
        "",
    )
    .await;
    let mut stage = Voter::new(socket.unwrap()).await;
    until_ended(&mut stage).await;
    let point = json!({"type": "inspect", "run": 1, "what": {"point": 3}});
    let before = stage.asks(point.clone()).await;
    program.kill();
    let program = Running::start(dir.path());
    let socket = connect(
        &program.base,
        &format!("/ws/CENTRE?v={VERSION}&role=stage"),
        "",
    )
    .await;
    let mut stage = Voter::new(socket.unwrap()).await;
    assert_eq!(run_of(&stage.first)["state"], "ended");
    let picture = stage.waits_for("picture").await;
    assert_eq!(
        (&picture["number"], &picture["step"]),
        (&json!(1), &json!(29))
    );
    let after = stage.asks(point).await;
    assert_eq!(after["sample"], before["sample"]);
    let kept = dir.path().join("runs").join(&id).join("1");
    let eval = run(
        dir.path(),
        &["demo", "rbf", "eval", kept.to_str().unwrap(), "--json"],
    );
    let told: Value = serde_json::from_str(&out(&eval)).unwrap();
    let results = &run_of(&stage.first)["results"];
    let (shown, told) = (&results["test accuracy"], &told["test accuracy"]);
    assert!(
        (shown.as_f64().unwrap() - told.as_f64().unwrap()).abs() < 1e-4,
        "{shown} {told}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_goes_on_from_its_seed_after_the_program_was_killed() {
    let dir = tempfile::TempDir::new().unwrap();
    let (mut program, id, token) = started(dir.path());
    let start = json!({"do": "start_run", "segment": "trainer", "settings": {"backbone": "fully_connected", "epochs": 200}});
    for command in [json!({"do": "start_session"}), start] {
        commanded(&program, &id, &token, command).await;
    }
    program.kill();
    let program = Running::start(dir.path());
    let socket = connect(
        &program.base,
        &format!("/ws/CENTRE?v={VERSION}&role=stage"),
        "",
    )
    .await;
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
