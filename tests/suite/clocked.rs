//! Deadlines by a clock that the test turns: countdowns, the grace of delayed viewers, votes at the deadline.

use serde_json::json;

use crate::salon::{Salon, poll_of};

#[tokio::test]
async fn a_countdown_closes_and_delayed_viewers_keep_their_delay() {
    let salon = Salon::start_fixed().await;
    salon
        .does(json!({"do": "open_poll", "poll": "one-of", "seconds": 60}))
        .await;
    let phone = salon.phone().await;
    let mut near = phone.connects("&via=zoom").await;
    let other = salon.phone().await;
    let mut far = other.connects("&via=youtube").await;
    let third = salon.phone().await;
    let mut late = third.connects("&via=youtube").await;

    salon.clock.advance_ms(59_999);
    let counted = near.casts("one-of", 1, json!({"picks": [0]})).await;
    assert_eq!(
        counted["type"], "heard",
        "one millisecond before the deadline"
    );
    salon.clock.advance_ms(1);
    let refused = near.casts("one-of", 2, json!({"picks": [1]})).await;
    assert_eq!(refused["code"], "closed", "at the deadline");
    assert_eq!(
        refused["ballot"]["answer"]["picks"],
        json!([0]),
        "the ballot stands"
    );
    // A retry of what was counted in time is heard, however late.
    let retry = near.casts("one-of", 1, json!({"picks": [0]})).await;
    assert_eq!(retry["type"], "heard");

    let closing = far.waits_for("poll").await;
    assert_eq!(closing["poll"]["phase"], "closing");
    salon.clock.advance_ms(29_999);
    let graced = far.casts("one-of", 1, json!({"picks": [2]})).await;
    assert_eq!(graced["type"], "heard", "within the grace");
    assert_eq!(salon.tally("one-of").await["final"], false);
    salon.clock.advance_ms(1);
    let after = late.casts("one-of", 1, json!({"picks": [2]})).await;
    assert_eq!(after["code"], "closed", "the grace is over");
    let closed = far.waits_for("poll").await;
    assert_eq!(closed["poll"]["phase"], "closed");
    let tally = salon.tally("one-of").await;
    assert_eq!(
        (&tally["final"], &tally["voters"]),
        (&json!(true), &json!(2))
    );
    salon.ends().await;
}

#[tokio::test]
async fn closing_by_hand_gives_the_grace_too_and_reopening_goes_on() {
    let salon = Salon::start_fixed().await;
    salon.opens("one-of").await;
    let phone = salon.phone().await;
    let mut far = phone.connects("&via=youtube").await;
    let mut near = salon.voter().await;
    salon
        .does(json!({"do": "close_poll", "poll": "one-of"}))
        .await;
    assert_eq!(
        near.casts("one-of", 1, json!({"picks": [0]})).await["code"],
        "closed"
    );
    assert_eq!(
        far.casts("one-of", 1, json!({"picks": [0]})).await["type"],
        "heard"
    );
    let state = salon
        .does(json!({"do": "close_poll", "poll": "one-of", "now": true}))
        .await;
    assert_eq!(poll_of(&state, "one-of")["phase"], "closed");
    assert_eq!(
        far.casts("one-of", 2, json!({"picks": [1]})).await["code"],
        "closed"
    );
    salon.opens("one-of").await;
    assert_eq!(
        near.casts("one-of", 1, json!({"picks": [0]})).await["type"],
        "heard"
    );
    assert_eq!(
        far.casts("one-of", 2, json!({"picks": [1]})).await["type"],
        "heard"
    );
    assert_eq!(salon.tally("one-of").await["voters"], 2);
    salon.ends().await;
}

#[tokio::test]
async fn a_prediction_is_resolved_and_the_crowd_is_scored() {
    let salon = Salon::start_fixed().await;
    salon.opens("sure").await;
    let mut sure = salon.voter().await;
    sure.casts("sure", 1, json!({"probability": 90, "by": 1}))
        .await;
    let mut unsure = salon.voter().await;
    unsure.casts("sure", 1, json!({"probability": 40})).await;
    let (status, why) = salon
        .host(json!({"do": "resolve", "poll": "sure", "outcome": "yes"}))
        .await;
    assert_eq!(
        (status, why["code"].as_str()),
        (409, Some("not_possible")),
        "still open"
    );
    salon
        .does(json!({"do": "close_poll", "poll": "sure", "now": true}))
        .await;
    salon.does(json!({"do": "reveal", "poll": "sure"})).await;
    let state = salon
        .does(json!({"do": "resolve", "poll": "sure", "outcome": "yes", "note": "It poured."}))
        .await;
    let forecast = &poll_of(&state, "sure")["tally"]["forecast"];
    assert_eq!(forecast["mean"], 65.0);
    assert_eq!(forecast["by"][1]["count"], 1);
    // (0.1² + 0.6²) / 2 and 0.35², by hand.
    assert!((forecast["score"]["brier"].as_f64().unwrap() - 0.185).abs() < 1e-9);
    assert!((forecast["score"]["crowd_brier"].as_f64().unwrap() - 0.1225).abs() < 1e-9);
    assert_eq!(
        forecast["score"]["calibration"],
        json!([{"low": 40, "n": 1, "mean": 40.0, "came_true": 100.0},
               {"low": 90, "n": 1, "mean": 90.0, "came_true": 100.0}])
    );
    let own = loop {
        let told = sure.waits_for("ballot").await;
        if told["ballot"].get("brier").is_some() {
            break told;
        }
    };
    assert!((own["ballot"]["brier"].as_f64().unwrap() - 0.01).abs() < 1e-9);
    salon.ends().await;
}
