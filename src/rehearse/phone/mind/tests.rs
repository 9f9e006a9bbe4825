use std::time::Duration;

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::super::super::crowd::Pace;
use super::super::super::measure::Measure;
use super::super::super::target::{Link, Target};
use super::*;

fn mind() -> Mind {
    let target = Target {
        link: Link::parse("http://127.0.0.1:1/TESTNGHT").unwrap(),
        address: "127.0.0.1:1".parse().unwrap(),
    };
    let crowd = Crowd {
        http: super::super::super::line::http(&target).unwrap(),
        target,
        pace: Pace::within(Duration::from_secs(120)),
        measure: Measure::new(),
        name: "abcdef".to_string(),
        closing: CancellationToken::new(),
        over: CancellationToken::new(),
    };
    Mind::new(Arc::new(crowd), 0, None)
}

/// A live session with one open poll, and this ballot of one's own.
fn snapshot(own: Option<u32>) -> String {
    let ballots: Vec<Value> = own
        .map(|seq| json!({"poll": "p", "seq": seq, "answer": {"picks": [0]}, "labels": ["A"], "revision": 0}))
        .into_iter()
        .collect();
    let option = |id: u16| json!({"id": id, "label": "A", "since": 0});
    json!({
        "type": "snapshot", "v": 3, "rev": 3, "now": 0, "ballots": ballots,
        "session": {
            "title": "T", "blurb": "", "code": "TESTNGHT", "state": "live", "join_url": "", "channels": [],
            "agenda": [], "current": null, "on_stage": null,
        },
        "polls": [{
            "id": "p", "segment": null, "kind": "single", "question": "Which?", "phase": "open", "opened_at": null,
            "closes_at": null, "final_at": null, "revealed": false, "revision": 0,
            "options": [option(0), option(1)], "horizons": [], "min": 1, "max": 1, "write_in": false,
            "live_results": false,
        }],
    })
    .to_string()
}

fn comes(mind: &mut Mind, own: Option<u32>) {
    mind.hears(&snapshot(own)).unwrap();
    mind.comes_in();
}

/// The only message that is to be sent.
fn sent(mind: &mut Mind) -> Value {
    let out = mind.takes_out();
    assert_eq!(out.len(), 1, "{out:?}");
    serde_json::from_str(&out[0]).unwrap()
}

#[test]
fn a_vote_without_an_answer_is_sent_again_with_its_seq_on_the_next_line() {
    let mut mind = mind();
    comes(&mut mind, None);
    mind.votes("p");
    let first = sent(&mut mind);
    assert_eq!((&first["type"], &first["seq"]), (&json!("cast"), &json!(1)));
    assert!(mind.owes());
    mind.leaves();
    comes(&mut mind, None);
    let again = sent(&mut mind);
    assert_eq!(
        (&again["seq"], &again["answer"]),
        (&first["seq"], &first["answer"])
    );
    assert_ne!(again["ask"], first["ask"]);
    // What answers the first is nobody's any more.
    mind.hears(&json!({"type": "heard", "ask": first["ask"]}).to_string())
        .unwrap();
    assert!(mind.owes());
    mind.hears(&json!({"type": "heard", "ask": again["ask"]}).to_string())
        .unwrap();
    assert!(!mind.owes());
    let kept = mind.crowd.measure.kept();
    let counts = &kept.counts;
    let told = (
        counts.votes.sent,
        counts.votes.heard,
        counts.votes_sent_again,
    );
    assert_eq!(told, (1, 1, 1));
    assert_eq!(kept.polls["p"].voters, 1);
}

#[test]
fn what_could_not_be_taken_is_kept_and_what_came_too_late_is_let_go() {
    let mut mind = mind();
    comes(&mut mind, None);
    mind.votes("p");
    let ask = sent(&mut mind)["ask"].clone();
    let refused = |ask: &Value, code: &str, wait: Option<u32>| {
        let mut message = json!({"type": "refused", "ask": ask, "code": code, "why": ""});
        if let Some(seconds) = wait {
            message["wait_seconds"] = json!(seconds);
        }
        message.to_string()
    };
    mind.hears(&refused(&ask, "not_saved", Some(5))).unwrap();
    assert!(mind.owes(), "sent again later");
    mind.closes();
    assert!(
        mind.agenda
            .iter()
            .any(|(_, act)| *act == Act::Again("p".to_string()))
    );
    mind.sends_vote("p");
    let again = sent(&mut mind);
    assert_eq!(again["seq"], 1);
    mind.hears(&refused(&again["ask"], "closed", None)).unwrap();
    assert!(!mind.owes());
    let kept = mind.crowd.measure.kept();
    let faults: Vec<_> = kept.faults.iter().collect();
    assert_eq!(faults, [(&Fault::Refused("not_saved".to_string()), &1)]);
    assert_eq!(kept.counts.votes.refused["closed"], 1);
}

#[test]
fn a_ballot_that_was_told_heard_and_is_gone_is_lost_once() {
    let mut mind = mind();
    comes(&mut mind, None);
    mind.votes("p");
    let ask = sent(&mut mind)["ask"].clone();
    mind.hears(&json!({"type": "heard", "ask": ask}).to_string())
        .unwrap();
    for (own, lost) in [(Some(1), 0), (None, 1), (None, 1)] {
        mind.leaves();
        comes(&mut mind, own);
        assert_eq!(mind.crowd.measure.kept().counts.votes_lost, lost, "{own:?}");
    }
}
