//! Votes over real sockets: counted once, acknowledged when on disk, hidden until the reveal.

use serde_json::{Value, json};

use crate::salon::{Salon, counts_of, poll_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_voters_with_retries_changes_and_reconnects_are_counted_once_each() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let mut tasks = tokio::task::JoinSet::new();
    let salon = std::sync::Arc::new(salon);
    for n in 0..500_u32 {
        let salon = std::sync::Arc::clone(&salon);
        tasks.spawn(async move {
            let phone = salon.phone().await;
            let mut voter = phone.connects("").await;
            let first = json!({"picks": [n % 3]});
            let answer = voter.casts("one-of", 1, first.clone()).await;
            assert_eq!(answer["type"], "heard", "{answer}");
            // The same message again, as after a lost acknowledgement.
            let again = voter.casts("one-of", 1, first.clone()).await;
            assert_eq!(again["type"], "heard", "{again}");
            if n % 5 == 0 {
                // Gone and back: the ballot is there, a change counts, an old message does not.
                drop(voter);
                voter = phone.connects("").await;
                assert_eq!(voter.first["ballots"][0]["seq"], 1, "{}", voter.first);
                let change = voter.casts("one-of", 3, json!({"picks": [0]})).await;
                assert_eq!(change["type"], "heard", "{change}");
                let late = voter.casts("one-of", 2, json!({"picks": [1]})).await;
                assert_eq!(late["code"], "superseded", "{late}");
                assert_eq!(late["ballot"]["answer"]["picks"], json!([0]));
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    let mut expected = [0_u64; 3];
    for n in 0..500 {
        expected[if n % 5 == 0 { 0 } else { n % 3 }] += 1;
    }
    let counts: Vec<u64> = salon
        .counts("one-of")
        .await
        .iter()
        .map(|row| row.1)
        .collect();
    assert_eq!(counts, expected);
    let salon = std::sync::Arc::into_inner(salon).unwrap();
    salon.ends().await;
}

#[tokio::test]
async fn nothing_reaches_the_audience_before_the_reveal_but_ones_own_answer() {
    let salon = Salon::start().await;
    salon.opens("some-of").await;
    let mut watching = salon.voter().await;
    let mut stage = salon.stage().await;
    for n in 0..20_u16 {
        let mut voter = salon.voter().await;
        let answer = json!({"picks": [n % 3], "write_in": if n % 4 == 0 { json!("Theano") } else { Value::Null }});
        assert_eq!(voter.casts("some-of", 1, answer).await["type"], "heard");
    }
    let heard = watching.listens(600).await;
    assert_eq!(
        heard,
        Vec::<Value>::new(),
        "the audience hears nothing of votes"
    );
    let told = stage.listens(600).await;
    let last = told
        .iter()
        .rfind(|message| message["type"] == "tally")
        .unwrap();
    assert_eq!(last["voters"], 20);
    assert!(
        told.iter().all(|message| message.get("tally").is_none()),
        "{told:?}"
    );

    salon.does(json!({"do": "reveal", "poll": "some-of"})).await;
    let poll = watching.waits_for("poll").await;
    assert_eq!(poll["poll"]["tally"]["voters"], 20);
    assert_eq!(
        counts_of(&poll["poll"]["tally"]),
        [("PyTorch", 7), ("JAX", 7), ("fast.ai", 6), ("Theano", 5)]
            .map(|(l, n)| (l.to_string(), n))
    );
    // Still open: from now on tallies come to the audience too, at most ten a second.
    let mut voter = salon.voter().await;
    voter.casts("some-of", 1, json!({"picks": [0, 1]})).await;
    let tally = watching.waits_for("tally").await;
    assert_eq!(tally["voters"], 21);
    assert_eq!(tally["tally"]["picks"], 27);

    salon
        .does(json!({"do": "hide_result", "poll": "some-of"}))
        .await;
    let hidden = watching.waits_for("poll").await;
    assert!(hidden["poll"].get("tally").is_none() && hidden["poll"].get("voters").is_none());
    salon.ends().await;
}

#[tokio::test]
async fn a_number_is_asked_for_and_stays_unseen_until_the_reveal() {
    let salon = Salon::start().await;
    let poll =
        json!({"id": "rank", "kind": "number", "question": "Which rank?", "from": 1, "to": 64});
    salon
        .does(json!({"do": "add_poll", "poll": poll, "open": true}))
        .await;
    let mut watching = salon.voter().await;
    let range = poll_of(&watching.first, "rank")["range"].clone();
    assert_eq!(range, json!({"from": 1, "to": 64}));
    let mut voter = salon.voter().await;
    let refused = voter.casts("rank", 1, json!({"write_in": "65"})).await;
    assert_eq!(
        refused["why"], "Give a whole number from 1 to 64.",
        "{refused}"
    );
    let heard = voter.casts("rank", 1, json!({"write_in": "08"})).await;
    assert_eq!(heard["ballot"]["labels"], json!(["8"]), "{heard}");
    // From a page without scripts: the field of the form.
    let phone = salon.phone().await;
    let page = phone.page().await;
    assert!(
        page.contains("name=\"number\" min=\"1\" max=\"64\""),
        "{page}"
    );
    let sent = phone.posts("rank/ballot", "number=64").await;
    assert!(sent.status().is_redirection() || sent.status().is_success());
    let page = phone.page().await;
    assert!(page.contains("Counted ✓ 64"), "{page}");
    // A browser sends the hidden field for words as well.
    let changed = phone.posts("rank/ballot", "number=63&write_in=64").await;
    assert!(changed.status().is_redirection() || changed.status().is_success());
    assert!(phone.page().await.contains("Counted ✓ 63"));
    let again = phone.posts("rank/ballot", "number=64&write_in=").await;
    assert!(again.status().is_redirection() || again.status().is_success());
    let none = phone.posts("rank/ballot", "number=").await;
    assert!(
        none.text()
            .await
            .unwrap()
            .contains("Give a whole number from 1 to 64.")
    );
    let bad = phone.posts("rank/ballot", "number=0").await;
    assert!(
        bad.text()
            .await
            .unwrap()
            .contains("Give a whole number from 1 to 64.")
    );
    let heard = watching.listens(300).await;
    assert_eq!(
        heard,
        Vec::<Value>::new(),
        "the audience hears nothing of it"
    );
    salon.does(json!({"do": "reveal", "poll": "rank"})).await;
    let told = watching.waits_for("poll").await;
    let tally = &told["poll"]["tally"];
    assert_eq!(tally["numbers"], json!({"mean": 36.0, "median": 36.0}));
    let rows = counts_of(tally);
    assert_eq!(rows.len(), 7);
    assert_eq!(rows[0], ("1 – 10".to_string(), 1));
    assert_eq!(rows[6], ("61 – 64".to_string(), 1));
    assert!(phone.page().await.contains("<p>Median 36, mean 36</p>"));
    salon.ends().await;
}

#[tokio::test]
async fn the_forgotten_option_is_added_write_ins_are_merged_and_voters_are_told() {
    let salon = Salon::start().await;
    salon.opens("some-of").await;
    let mut early = salon.voter().await;
    early.casts("some-of", 1, json!({"picks": [0]})).await;
    let mut keras = salon.voter().await;
    let own = keras
        .casts("some-of", 1, json!({"picks": [0], "write_in": "keras"}))
        .await;
    assert_eq!(own["ballot"]["answer"]["write_in"], "keras");
    let mut shout = salon.voter().await;
    shout
        .casts("some-of", 1, json!({"write_in": "  Keras!  "}))
        .await;

    salon
        .does(json!({"do": "add_option", "poll": "some-of", "label": "TensorFlow/Keras"}))
        .await;
    let seen = early.waits_for("poll").await;
    let option = &seen["poll"]["options"][3];
    assert_eq!(option["label"], "TensorFlow/Keras");
    assert!(
        option["since"].as_u64() > Some(0),
        "newer than the ballot's revision: {option}"
    );

    let host = salon.host_state().await;
    let written: Vec<u64> = poll_of(&host, "some-of")["options"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|option| option["write_in"] == true)
        .map(|option| option["id"].as_u64().unwrap())
        .collect();
    assert_eq!(written.len(), 2);
    salon
        .does(json!({"do": "merge_options", "poll": "some-of", "from": written, "into": 3}))
        .await;
    let told = keras.waits_for("ballot").await;
    assert_eq!(
        told["ballot"]["moved"],
        json!([{"from": "keras", "into": "TensorFlow/Keras"}])
    );
    assert_eq!(told["ballot"]["answer"]["picks"], json!([0, 3]));

    // Taken back and done again: the voter is told each time.
    salon.does(json!({"do": "undo"})).await;
    let told = keras.waits_for("ballot").await;
    assert_eq!(told["ballot"]["answer"]["write_in"], "keras");
    assert!(told["ballot"].get("moved").is_none(), "{told}");
    salon
        .does(json!({"do": "merge_options", "poll": "some-of", "from": written, "into": 3}))
        .await;
    keras.waits_for("ballot").await;

    early.casts("some-of", 2, json!({"picks": [0, 3]})).await;
    let tally = salon.tally("some-of").await;
    assert_eq!(
        counts_of(&tally),
        [
            ("PyTorch", 2),
            ("JAX", 0),
            ("fast.ai", 0),
            ("TensorFlow/Keras", 3)
        ]
        .map(|(l, n)| (l.to_string(), n))
    );
    assert_eq!(tally["combos"][0]["label"], "PyTorch + TensorFlow/Keras");
    assert_eq!(tally["combos"][0]["count"], 2);
    // Two of the three counted ballots were cast before the option was there.
    assert_eq!(tally["options"][3]["before"], 2);
    assert_eq!(tally["options"][0]["percent"], 66.7);
    salon.ends().await;
}

#[tokio::test]
async fn two_tabs_of_one_voter_hold_one_ballot_and_hear_of_each_other() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let phone = salon.phone().await;
    let mut first = phone.connects("").await;
    let mut second = phone.connects("&via=zoom").await;
    first.casts("one-of", 1, json!({"picks": [0]})).await;
    let told = second.waits_for("ballot").await;
    assert_eq!(told["ballot"]["answer"]["picks"], json!([0]));
    // The second tab had not heard yet when it was pressed: its message is stale, and it learns why.
    let stale = second.casts("one-of", 1, json!({"picks": [1]})).await;
    assert_eq!(stale["code"], "superseded");
    let change = second.casts("one-of", 2, json!({"picks": [1]})).await;
    assert_eq!(change["type"], "heard");
    let tally = salon.tally("one-of").await;
    assert_eq!(tally["voters"], 1);
    assert_eq!(
        tally["channels"],
        json!([{"id": "zoom", "label": "Zoom", "voters": 1, "counts": [0, 1, 0]}])
    );
    salon.ends().await;
}

#[tokio::test]
async fn a_ballot_can_be_withdrawn_and_a_late_retry_does_not_revive_it() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let mut voter = salon.voter().await;
    voter.casts("one-of", 1, json!({"picks": [2]})).await;
    let gone = voter
        .asks(json!({"type": "withdraw", "poll": "one-of", "seq": 2}))
        .await;
    assert_eq!(gone["ballot"]["answer"], Value::Null, "{gone}");
    let retry = voter.casts("one-of", 1, json!({"picks": [2]})).await;
    assert_eq!(retry["code"], "superseded");
    assert_eq!(salon.tally("one-of").await["voters"], 0);
    voter.casts("one-of", 3, json!({"picks": [1]})).await;
    assert_eq!(salon.tally("one-of").await["voters"], 1);
    salon.ends().await;
}

#[tokio::test]
async fn revisions_only_go_forward_and_a_gap_is_healed_by_a_snapshot() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let phone = salon.phone().await;
    let mut voter = phone.connects("").await;
    let rev = voter.first["rev"].as_u64().unwrap();
    salon.does(json!({"do": "next"})).await;
    salon.does(json!({"do": "previous"})).await;
    salon
        .does(json!({"do": "add_option", "poll": "one-of", "label": "Black"}))
        .await;
    voter.waits_for("poll").await;
    let mut last = rev;
    for message in &voter.heard {
        let rev = message["rev"].as_u64().unwrap();
        assert!(rev >= last, "{message}");
        last = rev;
    }
    // Nothing missed: a short answer. Something missed: all of it.
    let held = salon.host_state().await["rev"].as_u64().unwrap();
    let same = phone.connects(&format!("&have={held}")).await;
    assert_eq!(same.first["type"], "resumed", "{}", same.first);
    let behind = phone.connects(&format!("&have={rev}")).await;
    assert_eq!(behind.first["type"], "snapshot");
    assert_eq!(behind.first["polls"][0]["options"][3]["label"], "Black");
    salon.ends().await;
}

#[tokio::test]
async fn a_vote_works_by_a_plain_form() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let phone = salon.phone().await;
    let answer = phone.posts("one-of/ballot", "pick=1&via=zoom").await;
    assert_eq!(answer.status(), 303);
    let back = answer.headers()["location"].to_str().unwrap().to_string();
    assert_eq!(back, "/TESTNGHT?done=counted&via=zoom#poll-one-of");
    assert!(
        phone.page().await.contains("checked"),
        "the own choice is marked"
    );
    // The back button and a second choice from the same page: the newest counts.
    phone.posts("one-of/ballot", "pick=0&write_in=").await;
    phone.posts("one-of/ballot", "pick=0").await;
    assert_eq!(
        salon.counts("one-of").await,
        [("Red", 1), ("Green", 0), ("Blue", 0)].map(|(l, n)| (l.to_string(), n))
    );
    let answer = phone.posts("one-of/ballot", "").await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("Pick one option."));
    assert_eq!(phone.posts("one-of/withdraw", "").await.status(), 303);
    assert_eq!(salon.tally("one-of").await["voters"], 0);
    salon.ends().await;
}

#[tokio::test]
async fn undo_takes_back_the_hosts_last_actions_one_by_one() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let before = salon.does(json!({"do": "show"})).await;
    salon.does(json!({"do": "next"})).await;
    salon.does(json!({"do": "reveal", "poll": "one-of"})).await;
    salon.does(json!({"do": "undo"})).await;
    let after = salon.does(json!({"do": "undo"})).await;
    assert_eq!(after["session"]["current"], before["session"]["current"]);
    assert_eq!(after["session"]["on_stage"], before["session"]["on_stage"]);
    assert_eq!(poll_of(&after, "one-of")["revealed"], false);
    // An option that someone picked is not undone away.
    salon
        .does(json!({"do": "add_option", "poll": "one-of", "label": "Black"}))
        .await;
    let mut voter = salon.voter().await;
    voter.casts("one-of", 1, json!({"picks": [3]})).await;
    let (status, why) = salon.host(json!({"do": "undo"})).await;
    assert_eq!(status, 409);
    assert!(
        why["detail"]
            .as_str()
            .unwrap()
            .contains("1 already picked it"),
        "{why}"
    );
    salon.ends().await;
}
