//! Every message and endpoint with what nobody should send: a clear answer, the session alive, nothing lost.

use serde_json::{Value, json};

use crate::salon::{Salon, connect, line};

/// Messages of an audience socket: what is sent, and the code of the refusal.
fn messages() -> Vec<(String, &'static str)> {
    let cast = |answer: Value| {
        json!({"type": "cast", "ask": 7, "poll": "one-of", "seq": 9, "answer": answer}).to_string()
    };
    let on = |poll: &str| {
        json!({"type": "cast", "ask": 7, "poll": poll, "seq": 1, "answer": {"picks": [0]}})
            .to_string()
    };
    vec![
        (String::new(), "bad_message"),
        ("not json".into(), "bad_message"),
        ("[]".into(), "bad_message"),
        ("null".into(), "bad_message"),
        (r#"{"type":"explode","ask":1}"#.into(), "bad_message"),
        (r#"{"type":"cast","ask":7,"poll":"one-of","seq":1}"#.into(), "bad_message"),
        (r#"{"type":"cast","ask":-1,"poll":"one-of","seq":1,"answer":{"picks":[0]}}"#.into(), "bad_message"),
        (r#"{"type":"cast","ask":7,"poll":"one-of","seq":99999999999,"answer":{"picks":[0]}}"#.into(), "bad_message"),
        (r#"{"type":"cast","ask":7,"poll":17,"seq":1,"answer":{"picks":[0]}}"#.into(), "bad_message"),
        (r#"{"type":"cast","ask":7,"poll":"one-of","seq":1,"answer":{"picks":"0"}}"#.into(), "bad_message"),
        (r#"{"type":"cast","ask":7,"poll":"one-of","seq":1,"answer":{"picks":[0],"weight":5}}"#.into(), "bad_message"),
        (r#"{"type":"cast","ask":7,"poll":"one-of","seq":1,"answer":{"picks":[0]},"voter":"someone"}"#.into(), "bad_message"),
        (cast(json!({})), "bad_answer"),
        (cast(json!({"picks": [0, 1]})), "bad_answer"),
        (cast(json!({"picks": [3]})), "bad_answer"),
        (cast(json!({"picks": [65535]})), "bad_answer"),
        (cast(json!({"picks": [10000]})), "bad_answer"),
        (cast(json!({"picks": vec![0; 65]})), "bad_answer"),
        (cast(json!({"picks": [0], "write_in": "and this"})), "bad_answer"),
        (cast(json!({"write_in": ""})), "bad_answer"),
        (cast(json!({"write_in": "\u{202e}\u{200b} \u{feff}"})), "bad_answer"),
        (cast(json!({"write_in": "x".repeat(121)})), "bad_answer"),
        (cast(json!({"write_in": "two\nlines"})), "bad_answer"),
        (cast(json!({"picks": [0], "probability": 50})), "bad_answer"),
        (cast(json!({"picks": [0], "by": 0})), "bad_answer"),
        (on("nowhere"), "unknown"),
        (on("NOT AN ID ☃"), "unknown"),
        (on(""), "unknown"),
        (on("sure"), "unknown"), // a draft: the audience does not know of it
        (on("yes-no"), "closed"),
        (json!({"type": "withdraw", "ask": 7, "poll": "nowhere", "seq": 1}).to_string(), "unknown"),
        (json!({"type": "do", "ask": 7, "command": {"do": "next"}}).to_string(), "not_allowed"),
        (json!({"type": "do", "ask": 7, "command": {"do": "reveal", "poll": "one-of"}}).to_string(), "not_allowed"),
    ]
}

#[tokio::test]
async fn a_socket_answers_nonsense_in_words_and_the_session_lives_on() {
    let salon = Salon::start().await;
    salon.opens("yes-no").await;
    salon
        .does(json!({"do": "close_poll", "poll": "yes-no", "now": true}))
        .await;
    salon.opens("one-of").await;
    let mut steady = salon.voter().await;
    steady.casts("one-of", 1, json!({"picks": [0]})).await;
    for (sent, code) in messages() {
        let mut voter = salon.voter().await;
        voter.says(&sent).await;
        let refused = voter.waits_for("refused").await;
        assert_eq!(refused["code"], code, "{sent} → {refused}");
        let why = refused["why"].as_str().unwrap();
        assert!(why.len() > 10 && why.ends_with('.'), "{sent} → {why}");
        if sent.contains(r#""ask":7"#) {
            assert_eq!(refused["ask"], 7, "{sent}");
        }
        // The same connection still votes.
        let fine = voter.casts("one-of", 50, json!({"picks": [1]})).await;
        assert_eq!(fine["type"], "heard", "after {sent}: {fine}");
        voter
            .asks(json!({"type": "withdraw", "poll": "one-of", "seq": 51}))
            .await;
    }
    assert_eq!(
        salon.tally("one-of").await["voters"],
        1,
        "the steady vote is still there"
    );
    salon.ends().await;
}

#[tokio::test]
async fn a_socket_that_only_talks_nonsense_or_floods_is_bounded() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let mut rude = salon.voter().await;
    for _ in 0..5 {
        rude.says("{").await;
    }
    assert_eq!(rude.closes_with().await, 4500);

    let mut huge = salon.voter().await;
    huge.says(&format!(r#"{{"type":"beat","x":"{}"}}"#, "y".repeat(5_000)))
        .await;
    huge.closes_with_any().await;

    let mut eager = salon.voter().await;
    let mut too_fast = 0;
    let mut sent = 0;
    // All at once, and as often as a slow machine needs: what it takes its time for is paced less.
    while too_fast < 10 {
        assert!(sent < 600, "{too_fast} of {sent} were held back");
        for seq in sent + 1..=sent + 60 {
            let cast = json!({"type": "cast", "poll": "one-of", "seq": seq, "ask": seq, "answer": {"picks": [seq % 3]}});
            eager.says(&cast.to_string()).await;
        }
        sent += 60;
        let mut answered = 0;
        while answered < 60 {
            for answer in eager.listens(200).await {
                answered += usize::from(answer["ask"].is_number());
                too_fast += usize::from(answer["code"] == "too_fast");
            }
        }
    }
    assert_eq!(salon.tally("one-of").await["voters"], 1);

    let old = connect(&salon.base, "/ws/TESTNGHT?v=999&role=audience", "")
        .await
        .unwrap();
    let mut old = crate::salon::Voter {
        socket: old,
        first: Value::Null,
        heard: Vec::new(),
        asks: 0,
    };
    assert_eq!(old.closes_with().await, 4001);

    let mut nobody =
        crate::salon::Voter::new(connect(&salon.base, &line("audience"), "").await.unwrap()).await;
    let refused = nobody.casts("one-of", 1, json!({"picks": [0]})).await;
    assert!(
        refused["why"].as_str().unwrap().contains("cookie"),
        "{refused}"
    );
    salon.ends().await;
}

#[tokio::test]
async fn endpoints_answer_nonsense_with_problems_or_human_pages() {
    let salon = Salon::start().await;
    let s = &salon.session;
    let api: Vec<(&str, String, String, u16)> = vec![
        ("GET", "/api/v1/nothing".into(), String::new(), 404),
        ("GET", "/api/v1/public/NOCODE".into(), String::new(), 404),
        (
            "GET",
            "/api/v1/public/%F0%9F%98%80".into(),
            String::new(),
            404,
        ),
        ("GET", "/api/v1/sessions/nothing".into(), String::new(), 404),
        ("GET", "/api/v1/sessions/..%2F..".into(), String::new(), 404),
        (
            "POST",
            format!("/api/v1/sessions/{s}/commands"),
            "{".into(),
            400,
        ),
        (
            "POST",
            format!("/api/v1/sessions/{s}/commands"),
            String::new(),
            400,
        ),
        ("POST", "/api/v1/sessions".into(), "title = 5".into(), 422),
        (
            "POST",
            "/api/v1/sessions".into(),
            crate::salon::SHEET.into(),
            422,
        ), // the code is taken
        ("DELETE", "/api/v1/sessions".into(), String::new(), 404),
        (
            "PUT",
            "/api/v1/public/TESTNGHT/polls/one-of/ballot".into(),
            "{}".into(),
            400,
        ),
        (
            "PUT",
            "/api/v1/public/TESTNGHT/polls/one-of/ballot".into(),
            r#"{"answer":{"picks":[0]}}"#.into(),
            403, // no cookie
        ),
        (
            "DELETE",
            "/api/v1/public/TESTNGHT/polls/one-of/ballot".into(),
            String::new(),
            403, // no cookie
        ),
    ];
    for (method, path, body, status) in api {
        let request = salon
            .http
            .request(method.parse().unwrap(), salon.url(&path));
        let answer = request
            .bearer_auth(&salon.token)
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{method} {path}");
        if status != 200 {
            assert_eq!(
                answer.headers()["content-type"],
                "application/problem+json",
                "{method} {path}"
            );
            let problem: Value = answer.json().await.unwrap();
            assert!(
                problem["detail"].as_str().unwrap().len() > 5,
                "{method} {path}: {problem}"
            );
        }
    }
    let pages = [
        ("GET", "/NOCODE", "", 404),
        ("GET", "/nothing/at/all", "", 404),
        ("GET", "/stage/NOCODE", "", 404),
        ("GET", "/join?code=", "", 200),
        ("GET", "/join?code=%00%ff", "", 200),
        ("GET", "/join?code=TEST+NGHT", "", 303),
        ("GET", "/qr/nothing%20here.svg", "", 404),
        ("GET", "/TESTNGHT?via=%22%3E%3Cscript%3E", "", 200),
        ("POST", "/TESTNGHT/polls/one-of/ballot", "pick=zero", 400),
        (
            "POST",
            "/TESTNGHT/polls/one-of/ballot",
            "pick=0&admin=1",
            400,
        ),
        ("POST", "/TESTNGHT/polls/one-of/ballot", "pick=0", 403), // no cookie
        ("POST", "/host/sign-in", "token=", 403),
    ];
    for (method, path, body, status) in pages {
        let request = salon.http.request(method.parse().unwrap(), salon.url(path));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(body).send().await.unwrap();
        assert_eq!(answer.status(), status, "{method} {path}");
        let html = answer.text().await.unwrap();
        assert!(!html.contains("><script>"), "{path}: markup came through");
    }
    let huge = salon
        .http
        .post(salon.url("/api/v1/sessions"))
        .bearer_auth(&salon.token);
    let answer = huge.body("x".repeat(2_000_000)).send().await.unwrap();
    assert_eq!(answer.status(), 413);
    salon.ends().await;
}
