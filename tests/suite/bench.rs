//! `salon bench` with a few people and a short time: it runs, it counts right, and it says so. Nothing is said of times here.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{out, run};

/// A bench on a folder of its own: what it says as JSON.
fn bench(args: &[&str]) -> Value {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().to_str().unwrap();
    let common = ["--rounds", "2", "--seconds", "1", "--json", "--folder"];
    let all = [&["bench"], args, &common, &[folder]].concat();
    let done = run(dir.path(), &all);
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{told}");
    assert_eq!(left_behind(dir.path()), 0, "the folder is left as it was");
    let report: Value = serde_json::from_str(&out(&done)).unwrap();
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["expected"], check["found"], "{check}");
    }
    report
}

fn left_behind(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

/// The rounds of a figure.
fn rounds<'a>(report: &'a Value, list: &str, who: &str, what: &str) -> &'a Vec<Value> {
    let all = report[list].as_array().unwrap();
    let found = all
        .iter()
        .find(|one| one["who"] == who && one["what"] == what);
    found.unwrap_or_else(|| panic!("no {what} of {who} in {report}"))["rounds"]
        .as_array()
        .unwrap()
}

/// What the checks of this name found, a list a check.
fn found(report: &Value, what: &str) -> Vec<Vec<u64>> {
    let checks = report["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["what"] == what)
        .map(|check| serde_json::from_value(check["found"].clone()).unwrap())
        .collect()
}

#[test]
fn fanout_reaches_everyone_and_names_the_peer_of_the_same_run() {
    let report = bench(&["fanout", "--people", "12", "--peers", "reference"]);
    assert_eq!(report["people"], 12);
    for who in ["salon", "reference"] {
        let of = |what| rounds(&report, "figures", who, what);
        for (messages, skipped) in of("messages").iter().zip(of("deliveries skipped")) {
            let (messages, skipped) = (messages.as_f64().unwrap(), skipped.as_f64().unwrap());
            // A machine that is busy may let a count be overtaken, but the last one never.
            assert!(skipped < messages * 12.0, "{who}: {report}");
        }
    }
    // Two rounds, two programs.
    let reached = found(&report, "phones that have the last message");
    assert_eq!(reached, [[12], [12], [12], [12]]);
    let ratios = rounds(&report, "ratios", "reference", "first to last phone");
    assert_eq!(ratios.len(), 2);
}

#[test]
fn votes_are_counted_as_acknowledged_before_and_after_kill_dash_nine() {
    let report = bench(&["votes", "--people", "15", "--at-once", "6"]);
    let told = found(&report, "ballots by the program's own count");
    for (n, round) in told.iter().enumerate() {
        // The burst is one each; the loop has cast more.
        assert!(round[0] > 15, "round {n}: {report}");
    }
    for what in ["votes counted", "votes counted after kill -9"] {
        let counts = found(&report, what);
        assert_eq!(counts.len(), 4, "two polls, two rounds");
        for count in counts {
            assert_eq!(count[0], 15, "everyone voted in both");
            assert_eq!(count[1..].iter().sum::<u64>(), 15);
        }
    }
    let singly = rounds(&report, "ratios", "one by one", "votes a second");
    assert_eq!(singly.len(), 2);
}

#[test]
fn everyone_comes_back_from_a_storm_and_no_vote_is_lost() {
    let report = bench(&["storm", "--people", "10", "--peers", "reference"]);
    for what in [
        "phones with the newest revision",
        "phones that show the changed poll as the host has it",
        "phones shown their own ballot",
    ] {
        let right = found(&report, what);
        assert_eq!(
            right,
            [[10], [10], [10], [10]],
            "two storms, two rounds: {what}"
        );
    }
    for count in found(&report, "votes counted after the storm") {
        assert!(count[0] > 0, "nobody has voted: {report}");
        assert_eq!(count[1..].iter().sum::<u64>(), count[0]);
    }
    for who in ["cut", "killed"] {
        for votes in rounds(&report, "figures", who, "votes acknowledged") {
            assert!(votes.as_f64().unwrap() > 0.0, "{who}: {report}");
        }
    }
    let ratios = rounds(&report, "ratios", "reference", "all are back after");
    assert_eq!(ratios.len(), 2);
}

#[test]
fn an_attack_is_told_beside_the_same_elsewhere_and_loses_no_vote() {
    let report = bench(&["attack", "--only", "similar,readyz,pings"]);
    for flood in ["similar", "readyz", "pings"] {
        for what in ["p99 against the same elsewhere", "p99 against quiet"] {
            assert_eq!(rounds(&report, "ratios", flood, what).len(), 2, "{flood}");
        }
        for asked in rounds(&report, "figures", flood, "asked of the server") {
            assert!(asked.as_f64().unwrap() > 0.0, "{flood}: {report}");
        }
    }
    // Ten in the quiet, and ten others for each flood here and elsewhere.
    assert_eq!(found(&report, "people who have voted"), [[70], [70]]);
}

fn fails(command: &mut Command) -> String {
    let Output { status, stderr, .. } = command.output().unwrap();
    assert!(!status.success());
    String::from_utf8_lossy(&stderr).into_owned()
}

#[test]
fn a_bench_that_cannot_be_says_why_in_one_line() {
    let program = env!("CARGO_BIN_EXE_salon");
    let few = format!("ulimit -n 300 && exec {program} bench storm --people 1000");
    let told = fails(Command::new("sh").args(["-c", &few]));
    assert!(
        told.contains("open files") && told.contains("--people 100"),
        "{told}"
    );
    assert_eq!(told.trim().lines().count(), 1, "{told}");
    let told = fails(Command::new(program).args(["bench", "fanout", "--peers", "carrier-pigeon"]));
    assert!(told.contains("carrier-pigeon is not here"), "{told}");
    let told = fails(Command::new(program).args(["bench", "votes", "--people", "1"]));
    assert!(told.contains("from 2 to 60000"), "{told}");
}
