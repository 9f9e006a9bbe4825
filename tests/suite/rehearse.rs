//! `salon rehearse` against the program itself: what it reports is what the server has.

use std::process::{Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Running, out, run, salon as program};
use crate::salon::{SHEET, Salon, poll_of};

/// Runs the program beside the test, whose server must go on meanwhile.
pub async fn rehearse(args: &[&str]) -> Output {
    let args: Vec<String> = args.iter().map(ToString::to_string).collect();
    let rehearsing = tokio::task::spawn_blocking(move || {
        let dir = TempDir::new().unwrap();
        let args: Vec<&str> = ["rehearse"]
            .into_iter()
            .chain(args.iter().map(String::as_str))
            .collect();
        run(dir.path(), &args)
    });
    rehearsing.await.unwrap()
}

pub fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn report(output: &Output) -> Value {
    serde_json::from_str(&out(output))
        .unwrap_or_else(|error| panic!("{error}: {} {}", out(output), told(output)))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_bots_were_told_is_what_the_server_has() {
    let salon = Salon::start().await;
    for poll in ["one-of", "some-of", "yes-no", "sure"] {
        salon.opens(poll).await;
    }
    salon.does(json!({"do": "reveal", "poll": "one-of"})).await;
    // Ballots of others, which tallies count too.
    let mut other = salon.voter().await;
    for seq in 1..=5 {
        other
            .casts("one-of", seq, json!({"picks": [seq % 3]}))
            .await;
    }
    let link = salon.url("/testnght?via=zoom");
    let output = rehearse(&[
        &link,
        "--people",
        "30",
        "--minutes",
        "0.2",
        "--questions",
        "4",
        "--json",
    ])
    .await;
    let report = report(&output);
    assert!(
        told(&output).contains("stay in the session"),
        "{}",
        told(&output)
    );
    let verdict = report["verdict"].as_str().unwrap();
    let good = ["pass", "fair"].contains(&verdict);
    assert_eq!(output.status.code(), Some(i32::from(!good)), "{report}");

    let counts = &report["counts"];
    assert_eq!(
        (&counts["joined"], &counts["votes_lost"]),
        (&json!(30), &json!(0))
    );
    assert_eq!(report["felt"]["join"]["n"], 30);
    assert_eq!(report["errors"], json!({}), "{report}");
    assert_eq!(counts["votes"]["refused"], json!({}), "{report}");
    assert_eq!(counts["votes"]["sent"], counts["votes"]["heard"]);
    assert_eq!(counts["votes_unanswered"], 0);
    for more_than_none in ["slept", "came_back"] {
        assert!(
            counts[more_than_none].as_u64() > Some(0),
            "{more_than_none}: {report}"
        );
    }
    assert!(
        counts["votes"]["heard"].as_u64() > Some(4 * 30),
        "minds change: {report}"
    );
    assert!(counts["reactions"]["heard"].as_u64() > Some(0), "{report}");

    let state = salon.host_state().await;
    for (poll, shown, others) in [
        ("one-of", true, 1),
        ("some-of", false, 0),
        ("yes-no", false, 0),
        ("sure", false, 0),
    ] {
        let rows = report["polls"].as_array().unwrap();
        let row = rows.iter().find(|row| row["poll"] == poll).unwrap();
        let voters = row["voters"].as_u64().unwrap();
        assert_eq!(
            poll_of(&state, poll)["voters"],
            voters + others,
            "{poll}: {report}"
        );
        assert_eq!(row["tally_shown"], shown, "{poll}");
        assert_eq!(voters, 30, "everyone came and voted in {poll}: {report}");
    }
    // All tallies that were waited for came, and not before the vote was on disk.
    let tally = &report["felt"]["tally"];
    assert!(tally["n"].as_u64() > Some(20), "{report}");
    assert!(tally["max_ms"].as_f64() < Some(5_000.0), "{report}");
    assert_eq!(counts["tallies_missed"], 0);

    let questions = state["room"]["questions"]["list"].as_array().unwrap();
    assert_eq!(
        (questions.len(), &counts["questions"]["heard"]),
        (4, &json!(4))
    );
    for question in questions {
        let text = question["text"].as_str().unwrap();
        assert!(text.starts_with("Rehearsal question"), "{text}");
        assert_eq!(question["source"], "Zoom");
    }
    let claps: u64 = state["room"]["reactions"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_u64)
        .sum();
    // A line that ends right after a clap may lose it.
    let [heard, sent] = ["heard", "sent"].map(|what| counts["reactions"][what].as_u64().unwrap());
    assert!((heard..=sent).contains(&claps), "{claps}: {report}");
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_midway_fails_and_has_what_bots_were_told() {
    let dir = TempDir::new().unwrap();
    let sheet = dir.path().join("night.toml");
    std::fs::write(&sheet, SHEET).unwrap();
    let imported = run(dir.path(), &["import", sheet.to_str().unwrap()]);
    assert!(imported.status.success());
    let token = out(&run(dir.path(), &["token", "test"])).trim().to_string();
    let listed = out(&run(dir.path(), &["sessions"]));
    let id = listed.split_whitespace().nth(2).unwrap().to_string();
    let mut first = Running::start(dir.path());
    let http = reqwest::Client::new();
    let command = |base: &str, body: &'static str| {
        let url = format!("{base}/api/v1/sessions/{id}/commands");
        http.post(url).bearer_auth(&token).body(body).send()
    };
    let opened = command(&first.base, r#"{"do":"open_poll","poll":"one-of"}"#).await;
    assert_eq!(opened.unwrap().status(), 200);

    let link = format!("{}/TESTNGHT", first.base);
    let rehearsing = tokio::spawn(async move {
        rehearse(&[&link, "--people", "30", "--minutes", "0.15", "--json"]).await
    });
    tokio::time::sleep(Duration::from_secs(5)).await;
    first.kill();
    let output = rehearsing.await.unwrap();
    let report = report(&output);
    assert_eq!(output.status.code(), Some(1), "{report}");
    assert_eq!(report["verdict"], "fail");
    let bottleneck = &report["bottleneck"];
    assert_eq!(bottleneck["what"], "refused", "{report}");
    let since = bottleneck["since_seconds"].as_u64().unwrap();
    assert!((3..=8).contains(&since), "{report}");
    assert!(
        bottleneck["evidence"]
            .as_str()
            .unwrap()
            .contains("not running"),
        "{report}"
    );
    assert!(
        told(&output).contains("did not go well"),
        "{}",
        told(&output)
    );
    assert!(
        report["errors"]["connection refused"].as_u64() >= Some(30),
        "{report}"
    );

    let second = Running::start(dir.path());
    let state = command(&second.base, r#"{"do":"reveal","poll":"one-of"}"#).await;
    let state: Value = state.unwrap().json().await.unwrap();
    let voters = report["polls"][0]["voters"].as_u64().unwrap();
    assert!(voters > 0, "{report}");
    let held = poll_of(&state, "one-of")["voters"].as_u64().unwrap();
    assert!((voters..=30).contains(&held), "{held} of {voters}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_turned_away_waits_as_asked_and_the_limit_is_named() {
    let salon = Salon::start_for(10).await;
    salon.opens("one-of").await;
    let output = rehearse(&[
        &salon.url("/TESTNGHT"),
        "--people",
        "30",
        "--minutes",
        "0.1",
        "--questions",
        "0",
        "--json",
    ])
    .await;
    let report = report(&output);
    assert_eq!(
        (output.status.code(), &report["verdict"]),
        (Some(1), &json!("fail"))
    );
    assert!(
        report["counts"]["most_at_once"].as_u64() <= Some(10),
        "{report}"
    );
    let evidence = report["bottleneck"]["evidence"].as_str().unwrap();
    assert!(evidence.contains("--max-seats"), "{report}");
    // "Retry-After: 2" and six seconds: nobody is turned away more than four times.
    let errors = report["errors"].as_object().unwrap();
    let turned_away: u64 = errors.values().filter_map(Value::as_u64).sum();
    assert!((20..=4 * 30).contains(&turned_away), "{report}");
    // Those who sleep make room: more than ten voted, each counted. A vote at the very end may have been counted and its
    // answer not heard.
    let voters = report["polls"][0]["voters"].as_u64().unwrap();
    let held = poll_of(&salon.host_state().await, "one-of")["voters"].clone();
    assert!(voters > 10, "{report}");
    assert!(
        (voters..=30).contains(&held.as_u64().unwrap()),
        "{held} of {voters}"
    );
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_early_it_reports_what_it_has() {
    let salon = Salon::start().await;
    let dir = TempDir::new().unwrap();
    // Not loopback by its name, and confirmed: the address of all interfaces reaches this machine.
    let link = salon.url("/TESTNGHT").replace("127.0.0.1", "0.0.0.0");
    let mut command = program(
        dir.path(),
        &[
            "rehearse",
            &link,
            "--yes-i-run",
            "0.0.0.0",
            "--people",
            "5",
            "--minutes",
            "5",
        ],
    );
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = Pid::from_child(&child);
    let waiting = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
    // A quarter of five minutes is time to come; somebody is there soon.
    tokio::time::sleep(Duration::from_secs(4)).await;
    kill_process(pid, Signal::INT).unwrap();
    let output = tokio::time::timeout(Duration::from_secs(10), waiting).await;
    let output = output.expect("stops at once").unwrap();
    let printed = out(&output);
    for part in [
        "stopped early",
        "Nobody voted: no poll was open",
        "Verdict: ",
    ] {
        assert!(
            printed.contains(part),
            "{part} in {printed} {}",
            told(&output)
        );
    }
    salon.ends().await;
}
