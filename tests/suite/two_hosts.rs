//! Two who run the session press in the same moment: over sockets and by the API, saying what they saw or not.

use serde_json::{Value, json};

use crate::questions::{desk, enters, link};
use crate::salon::{Salon, Voter};

async fn cohost(salon: &Salon) -> Voter {
    let (cookie, page) = enters(salon, &link(salon, "cohost").await).await;
    desk(salon, &page, &cookie).await
}

/// Both messages are on their way before either answer is there.
async fn both(one: &mut Voter, other: &mut Voter, command: &Value) -> [Value; 2] {
    let message = || json!({"type": "do", "command": command});
    let (a, b) = tokio::join!(one.asks(message()), other.asks(message()));
    [a, b]
}

fn one_was_told(answers: &[Value; 2]) {
    let heard = answers.iter().filter(|one| one["type"] == "heard").count();
    let told = answers
        .iter()
        .filter(|one| one["code"] == "already_done")
        .count();
    assert_eq!((heard, told), (1, 1), "{answers:?}");
}

async fn current(salon: &Salon) -> Value {
    salon.host_state().await["session"]["current"].clone()
}

#[tokio::test]
async fn next_from_two_sockets_goes_one_segment_on() {
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let (mut one, mut other) = (cohost(&salon).await, cohost(&salon).await);
    let agenda = one.first["session"]["agenda"].clone();
    let seen = one.first["session"]["current"].clone();
    one_was_told(&both(&mut one, &mut other, &json!({"do": "next", "from": seen})).await);
    assert_eq!(current(&salon).await, agenda[1]["id"]);
    // Old pages and scripts say nothing of what they saw.
    one_was_told(&both(&mut one, &mut other, &json!({"do": "previous"})).await);
    assert_eq!(current(&salon).await, agenda[0]["id"]);
    one_was_told(&both(&mut one, &mut other, &json!({"do": "next"})).await);
    one_was_told(&both(&mut one, &mut other, &json!({"do": "undo"})).await);
    assert_eq!(current(&salon).await, agenda[0]["id"]);
    salon.ends().await;
}

#[tokio::test]
async fn one_sender_who_waits_for_its_answers_goes_as_fast_as_it_likes() {
    let salon = Salon::start().await;
    let state = salon.does(json!({"do": "start_session"})).await;
    let last = state["session"]["agenda"].as_array().unwrap().len() - 1;
    for _ in 0..last {
        salon.does(json!({"do": "next"})).await;
    }
    for _ in 0..last {
        salon.does(json!({"do": "undo"})).await;
    }
    assert_eq!(current(&salon).await, state["session"]["current"]);
    // Another one's press is another matter once the moment is over.
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    let mut one = cohost(&salon).await;
    for step in ["next", "previous"] {
        let answer = one
            .asks(json!({"type": "do", "command": {"do": step}}))
            .await;
        assert_eq!(answer["type"], "heard", "{answer}");
    }
    salon.ends().await;
}

#[tokio::test]
async fn a_question_is_taken_up_once_by_two_who_press() {
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let questions: Vec<Value> = (1..=3)
        .map(|n| json!({"text": format!("Question {n}?"), "source": "Zoom", "id": format!("q{n}")}))
        .collect();
    salon
        .does(json!({"do": "add_questions", "questions": questions}))
        .await;
    let (mut one, mut other) = (cohost(&salon).await, cohost(&salon).await);
    for command in [
        json!({"do": "take_up_next"}),
        json!({"do": "take_up_next", "asked": 1}),
    ] {
        one_was_told(&both(&mut one, &mut other, &command).await);
    }
    let room = &salon.host_state().await["room"]["questions"]["list"];
    let standing = |id: u64| {
        let mut list = room.as_array().unwrap().iter();
        list.find(|one| one["id"] == id).unwrap()["standing"].clone()
    };
    assert_eq!([1, 2, 3].map(standing), ["answered", "asking", "open"]);
    // The speaker chose another one in the same moment.
    let take_up = |question| json!({"do": "take_up", "question": question, "asked": 1});
    let (status, why) = salon.host(take_up(3)).await;
    assert_eq!((status, &why["code"]), (409, &json!("already_done")));
    salon.ends().await;
}

#[tokio::test]
async fn what_two_hosts_start_or_lengthen_is_started_and_lengthened_once() {
    let salon = Salon::start().await;
    let opened = salon
        .does(json!({"do": "open_poll", "poll": "one-of", "seconds": 60}))
        .await;
    let closes_at = crate::salon::poll_of(&opened, "one-of")["closes_at"].clone();
    let (mut one, mut other) = (cohost(&salon).await, cohost(&salon).await);
    for command in [
        json!({"do": "extend_poll", "poll": "one-of", "seconds": 30, "closes_at": closes_at}),
        json!({"do": "check_signal", "seconds": 30, "check": null}),
        json!({"do": "close_poll", "poll": "one-of", "now": true}),
    ] {
        one_was_told(&both(&mut one, &mut other, &command).await);
    }
    salon.ends().await;
}
