//! Questions over real sockets: asked, offered, moderated, answered; by whom, and by whom not.

use salon::protocol::VERSION;
use serde_json::{Value, json};

use crate::salon::{Salon, Voter, connect};

/// A link or token of the session as its host makes it.
pub async fn link(salon: &Salon, role: &str) -> Value {
    let made = salon
        .http
        .post(salon.url(&format!("/host/{}/links", salon.session)))
        .bearer_auth(&salon.token)
        .body(json!({"role": role, "label": format!("the {role}")}).to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    made.json().await.unwrap()
}

/// The cookie of whoever opens a link, and where it leads.
pub async fn enters(salon: &Salon, link: &Value) -> (String, String) {
    let answer = salon
        .http
        .post(salon.url("/host/sign-in"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!(
            "token={}",
            link["url"].as_str().unwrap().replace('#', "%23")
        ))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 303, "{link}");
    let to = answer.headers()["location"].to_str().unwrap().to_string();
    (crate::salon::cookie_of(&answer), to)
}

pub async fn desk(salon: &Salon, page: &str, cookie: &str) -> Voter {
    let path = format!("{page}/ws?v={VERSION}");
    Voter::new(connect(&salon.base, &path, cookie).await.unwrap()).await
}

pub fn ask(key: &str, text: &str) -> Value {
    json!({"type": "ask_question", "key": key, "text": text})
}

pub fn texts(questions: &Value) -> Vec<&str> {
    let list = questions["list"].as_array().unwrap();
    list.iter()
        .map(|one| one["text"].as_str().unwrap())
        .collect()
}

/// The list, once it satisfies.
async fn list_where(voter: &mut Voter, right: impl Fn(&Value) -> bool) -> Value {
    loop {
        let frame = voter.waits_for("questions").await;
        if right(&frame["questions"]) {
            return frame["questions"].clone();
        }
    }
}

#[tokio::test]
async fn a_question_from_the_phone_to_its_answer() {
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let phone = salon.phone().await;
    let mut asker = phone.connects("&via=youtube").await;
    let mut other = salon.voter().await;
    let heard = asker
        .asks(json!({"type": "ask_question", "key": "k1", "text": "Does it scale to bigger models?", "name": "Ana"}))
        .await;
    assert_eq!(heard["type"], "heard", "{heard}");
    assert_eq!(heard["question"]["state"], "open");
    let id = heard["question"]["id"].clone();

    // Others see it, find it while typing the like, and press "me too".
    let list = list_where(&mut other, |list| list["open"] == 1).await;
    assert_eq!(list["list"][0]["source"], "YouTube");
    let like = other
        .asks(json!({"type": "similar", "text": "how does this scale with the model size"}))
        .await;
    assert_eq!(like["questions"][0]["id"], id, "{like}");
    let unlike = other
        .asks(json!({"type": "similar", "text": "where are the slides"}))
        .await;
    assert_eq!(unlike["questions"], json!([]));
    other
        .asks(json!({"type": "upvote", "question": id, "up": true}))
        .await;
    loop {
        let frame = other.waits_for("voices").await;
        if frame["voices"] == json!([[id, 2]]) {
            break;
        }
    }

    // The speaker takes it up; the asker is told, and gets the answer in writing too.
    let (cookie, to) = enters(&salon, &link(&salon, "speaker").await).await;
    let mut speaker = desk(&salon, &to, &cookie).await;
    assert_eq!(speaker.first["room"]["questions"]["list"][0]["name"], "Ana");
    speaker
        .asks(json!({"type": "do", "command": {"do": "take_up_next"}}))
        .await;
    let told = asker.waits_for("own_question").await;
    assert_eq!(told["question"]["state"], "asking");
    salon
        .does(json!({"do": "answer_question", "question": id, "text": "Up to ten classes."}))
        .await;
    salon.does(json!({"do": "answered", "question": id})).await;
    loop {
        let told = asker.waits_for("own_question").await;
        if told["question"]["state"] == "answered" {
            assert_eq!(told["question"]["answer"]["text"], "Up to ten classes.");
            break;
        }
    }
    // A second visit finds it all.
    drop(asker);
    let again = phone.connects("").await;
    assert_eq!(
        again.first["room"]["own"]["questions"][0]["state"],
        "answered"
    );
    assert_eq!(
        again.first["room"]["questions"]["list"][0]["answer"]["text"],
        "Up to ten classes."
    );
    let kept = phone
        .connects(&format!("&have={}", again.first["rev"]))
        .await;
    assert_eq!(kept.first["type"], "resumed");
    assert_eq!(
        kept.first["room"], again.first["room"],
        "resumed with the room as it is"
    );
    salon.ends().await;
}

#[tokio::test]
async fn limits_on_pace_are_told_with_the_time_to_wait() {
    let salon = Salon::start_fixed().await;
    let rules = salon.host_state().await["room"]["questions"]["rules"].clone();
    let mut slow = rules;
    slow["slow_seconds"] = json!(30);
    salon.does(json!({"do": "set_rules", "rules": slow})).await;
    let phone = salon.phone().await;
    let mut voter = phone.connects("").await;
    voter.asks(ask("a", "One?")).await;
    let refused = voter.asks(ask("b", "Two?")).await;
    assert_eq!(
        (refused["code"].as_str(), refused["wait_seconds"].as_u64()),
        (Some("too_soon"), Some(30))
    );
    let by_http = salon
        .http
        .post(salon.url("/api/v1/public/TESTNGHT/questions"))
        .header("cookie", &phone.cookie)
        .body(r#"{"text": "Three?"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (by_http.status().as_u16(), &by_http.headers()["retry-after"]),
        (429, &"30".parse().unwrap())
    );
    // Clapping has its own pace, and does not use up the votes'.
    salon.does(json!({"do": "start_session"})).await;
    let mut refusals = 0;
    for _ in 0..20 {
        let answer = voter.asks(json!({"type": "react", "kind": "clap"})).await;
        if answer["type"] == "refused" {
            assert_eq!(answer["wait_seconds"], 1);
            refusals += 1;
        }
    }
    // Each refusal takes its time, in which another clap becomes free.
    assert!(refusals >= 5, "{refusals} of 20 were too fast");
    let odd = voter.asks(json!({"type": "react", "kind": "boo"})).await;
    assert_eq!(odd["type"], "refused");
    // Shown meanwhile, or soon.
    let mut shown = voter.heard.drain(..).filter(|m| m["type"] == "reactions");
    let frame = match shown.next_back() {
        Some(frame) => frame,
        None => {
            drop(shown);
            voter.waits_for("reactions").await
        }
    };
    assert!(frame["totals"]["clap"].as_u64().unwrap() > 0);
    salon.ends().await;
}

#[tokio::test]
async fn without_javascript_one_asks_and_presses_by_forms() {
    let salon = Salon::start().await;
    let phone = salon.phone().await;
    let send = |path: String, form: String| {
        let request = salon
            .http
            .post(salon.url(&path))
            .header("cookie", &phone.cookie);
        let request = request.header("origin", &salon.base).body(form);
        async move {
            let answer = request
                .header("content-type", "application/x-www-form-urlencoded")
                .send()
                .await
                .unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        }
    };
    let (status, _) = send(
        "/TESTNGHT/questions".into(),
        "key=k1&text=Plain%3F&name=Ana&via=zoom".into(),
    )
    .await;
    assert_eq!(status, 303);
    let mut other = salon.voter().await;
    let heard = other
        .asks(ask("k", "<script>alert(1)</script> & “more”?"))
        .await;
    let id = heard["question"]["id"].as_u64().unwrap();
    assert_eq!(
        send(
            format!("/TESTNGHT/questions/{id}/me-too"),
            "via=zoom".into()
        )
        .await
        .0,
        303
    );
    let page = salon
        .http
        .get(salon.url("/testnght/questions"))
        .header("cookie", &phone.cookie);
    let page = page.send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains("Plain?") && page.contains("2 people want"),
        "{page}"
    );
    assert!(!page.contains("<script>alert"), "markup is text");
    let (status, page) = send("/TESTNGHT/questions".into(), "key=k2&text=+&name=Bo".into()).await;
    assert!(
        status == 422 && page.contains("must not be empty") && page.contains("value=\"Bo\""),
        "{status} {page}"
    );
    assert_eq!(
        send("/TESTNGHT/questions/1/withdraw".into(), String::new())
            .await
            .0,
        303
    );
    assert_eq!(
        send("/TESTNGHT/questions/1/explode".into(), String::new())
            .await
            .0,
        404
    );
    assert_eq!(
        send("/TESTNGHT/questions".into(), "key=k&text=a&evil=1".into())
            .await
            .0,
        400
    );
    salon.ends().await;
}

#[tokio::test]
async fn the_host_sees_how_many_are_still_to_catch_up() {
    let salon = Salon::start().await;
    let phone = salon.phone().await;
    let mut far = phone.connects("&via=youtube").await;
    let _near = salon.voter().await;
    let mut stage = salon.stage().await;
    let behind = |frame: &Value| frame["presence"]["behind"].clone();
    loop {
        if behind(&stage.waits_for("presence").await) == json!([[30, 1]]) {
            break;
        }
    }
    far.says(r#"{"type": "in_step", "delay_seconds": 41}"#)
        .await;
    loop {
        if behind(&stage.waits_for("presence").await) == json!([[41, 1]]) {
            break;
        }
    }
    salon.does(json!({"do": "start_session"})).await;
    loop {
        let frame = stage.waits_for("presence").await;
        if frame["presence"]["acted_at"].is_i64() {
            break;
        }
    }
    drop(far);
    loop {
        if stage.waits_for("presence").await["presence"]
            .get("behind")
            .is_none()
        {
            break;
        }
    }
    salon.ends().await;
}

#[tokio::test]
async fn bad_words_of_every_kind_are_refused_in_words_and_end_nothing() {
    let salon = Salon::start().await;
    let mut voter = salon.voter().await;
    for text in [
        "",
        " \u{200b}\u{2028} ",
        "\u{202e}\u{3164}",
        "\u{301}\u{301}",
    ] {
        let answer = voter.asks(ask("bad", text)).await;
        assert_eq!(answer["code"], "bad_plan", "{text:?} {answer}");
    }
    for (text, shown) in [
        ("\u{202e}txt.exe\u{202c} why?", "txt.exe why?"),
        (
            "<b>bold</b> &amp; \"quotes\"",
            "<b>bold</b> &amp; \"quotes\"",
        ),
        ("a\u{200b}b\u{feff}c", "abc"),
    ] {
        let answer = voter.asks(ask(&format!("k{}", text.len()), text)).await;
        assert_eq!(answer["question"]["text"], shown);
    }
    let held = voter.asks(ask("link", "Buy at https://x.example")).await;
    assert_eq!(
        held["question"]["state"], "pending",
        "links wait for a moderator"
    );
    let other = salon.voter().await;
    assert!(!other.first.to_string().contains("x.example"));
    assert_eq!(voter.asks(ask("bad key", "Fine?")).await["type"], "refused");
    assert_eq!(
        voter
            .asks(json!({"type": "upvote", "question": 999, "up": true}))
            .await["code"],
        "unknown"
    );
    assert_eq!(
        voter
            .asks(json!({"type": "ask_question", "key": "x", "text": "About?", "about": 999}))
            .await["code"],
        "unknown"
    );
    assert_eq!(
        voter
            .asks(json!({"type": "signal", "check": 5, "sees": true, "hears": true}))
            .await["code"],
        "closed"
    );
    for question in ["abc", "-1", "99999999999"] {
        let url = salon.url(&format!(
            "/api/v1/public/TESTNGHT/questions/{question}/upvote"
        ));
        let phone = salon.phone().await;
        let answer = salon.http.put(url).header("cookie", &phone.cookie).send();
        let answer = answer.await.unwrap();
        assert_eq!(
            answer.headers()["content-type"],
            "application/problem+json",
            "{question}"
        );
        assert_eq!(answer.status(), 404);
        let page = phone
            .posts_to(&format!("questions/{question}/me-too"), "")
            .await;
        assert_eq!(page.status(), 404);
        assert!(page.text().await.unwrap().contains("There is no question"));
    }
    // Too long for a question is told; too long for any message closes the line, and the next one is fine.
    let long = voter.asks(ask("long", &"x".repeat(900))).await;
    assert!(long["why"].as_str().unwrap().contains("500"), "{long}");
    voter
        .says(&ask("huge", &"x".repeat(10_000)).to_string())
        .await;
    voter.closes_with_any().await;
    let big = salon
        .http
        .post(salon.url(&format!("/api/v1/sessions/{}/questions", salon.session)))
        .bearer_auth(&salon.token)
        .body(vec![b'x'; 10 * 1024 * 1024])
        .send()
        .await;
    // Refused by its length: before all of it is read, so the line may be cut meanwhile.
    assert!(big.is_err() || big.unwrap().status() == 413);
    salon.does(json!({"do": "start_session"})).await;
    salon.does(json!({"do": "end_session"})).await;
    let mut late = salon.voter().await;
    assert_eq!(late.asks(ask("late", "Too late?")).await["code"], "ended");
    salon.ends().await;
}
