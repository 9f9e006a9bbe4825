//! The API: described by its own document, and enough for all that a host can do.

use serde_json::{Value, json};

use crate::salon::{Salon, cookie_of, poll_of};

#[tokio::test]
async fn the_openapi_document_names_every_endpoint_and_every_answer_fits() {
    let salon = Salon::start().await;
    let get = |path: &str| {
        salon
            .http
            .get(salon.url(path))
            .bearer_auth(&salon.token)
            .send()
    };
    let document: Value = get("/api/v1/openapi.json")
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(
        paths,
        [
            "/api/v1/demos",
            "/api/v1/door",
            "/api/v1/public/{code}",
            "/api/v1/public/{code}/log",
            "/api/v1/public/{code}/polls/{poll}/ballot",
            "/api/v1/public/{code}/questions",
            "/api/v1/public/{code}/questions/{question}",
            "/api/v1/public/{code}/questions/{question}/upvote",
            "/api/v1/public/{code}/walk/{step}",
            "/api/v1/sessions",
            "/api/v1/sessions/{session}",
            "/api/v1/sessions/{session}/commands",
            "/api/v1/sessions/{session}/log",
            "/api/v1/sessions/{session}/questions",
            "/api/v1/sessions/{session}/sheet",
        ]
    );
    let walk = json!({"id": "walk", "kind": "demo", "title": "Steps", "demo": {"kind": "svd"}});
    salon
        .does(json!({"do": "add_segment", "segment": walk}))
        .await;
    let commands = document["components"]["schemas"]["HostCommand"]["oneOf"]
        .as_array()
        .unwrap();
    assert_eq!(commands.len(), 68, "one schema a command");
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path
            .replace("{code}", "TESTNGHT")
            .replace("{step}", "eigen")
            .replace("{session}", &salon.session);
        if methods.get("get").is_some() {
            assert_eq!(get(&path).await.unwrap().status(), 200, "{path}");
        }
    }
    salon.ends().await;
}

#[tokio::test]
async fn a_script_runs_a_whole_session() {
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    salon
        .does(json!({"do": "add_segment", "after": "one", "segment":
            {"kind": "break", "title": "Coffee", "planned_minutes": 10}}))
        .await;
    let state = salon.does(json!({"do": "next"})).await;
    assert_eq!(state["session"]["current"], "coffee");
    salon
        .does(json!({"do": "move_segment", "segment": "coffee", "to": 0}))
        .await;
    salon
        .does(json!({"do": "edit_segment", "segment": {"id": "coffee", "kind": "break", "title": "Tea"}}))
        .await;
    let state = salon
        .does(
            json!({"do": "add_poll", "open": true, "segment": "two", "poll":
            {"kind": "single", "question": "Tea or coffee?", "options": ["Tea", "Coffee"]}}),
        )
        .await;
    assert_eq!(state["session"]["on_stage"], "tea-or-coffee");
    assert_eq!(state["session"]["agenda"][0]["title"], "Tea");

    let url = salon.url("/api/v1/public/TESTNGHT/polls/tea-or-coffee/ballot");
    // The cookie that comes with the public state is the voter; without it each vote would be another's.
    let refused = salon
        .http
        .put(&url)
        .body(r#"{"answer":{"picks":[1]}}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 403);
    let cookie = cookie_of(
        &salon
            .http
            .get(salon.url("/api/v1/public/TESTNGHT"))
            .send()
            .await
            .unwrap(),
    );
    let vote = salon
        .http
        .put(&url)
        .header("cookie", &cookie)
        .body(r#"{"answer":{"picks":[1]}}"#)
        .send()
        .await
        .unwrap();
    let own: Value = vote.json().await.unwrap();
    assert_eq!(own["labels"], json!(["Coffee"]));
    let change = salon
        .http
        .put(&url)
        .header("cookie", &cookie)
        .body(r#"{"answer":{"picks":[0]}}"#);
    assert_eq!(
        change.send().await.unwrap().json::<Value>().await.unwrap()["seq"],
        2
    );

    let public = salon.url("/api/v1/public/TESTNGHT");
    let seen: Value = salon
        .http
        .get(&public)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert!(poll_of(&seen, "tea-or-coffee").get("tally").is_none());
    salon
        .does(json!({"do": "close_poll", "poll": "tea-or-coffee", "now": true}))
        .await;
    salon
        .does(json!({"do": "reveal", "poll": "tea-or-coffee"}))
        .await;
    let seen: Value = salon
        .http
        .get(&public)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        poll_of(&seen, "tea-or-coffee")["tally"]["options"][0]["count"],
        1
    );
    salon.does(json!({"do": "end_session"})).await;

    let log = salon
        .http
        .get(format!("{public}/log"))
        .send()
        .await
        .unwrap();
    let log: Vec<Value> = log.json().await.unwrap();
    let lines: Vec<&str> = log
        .iter()
        .map(|line| line["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            "The session started.",
            "Now: First talk.",
            "Now: Coffee.",
            "Opened.",
            "Closed.",
            "Result revealed.",
            "The session ended.",
        ]
    );
    // What the host changed is in the run sheet.
    let sheet = salon.url(&format!("/api/v1/sessions/{}/sheet", salon.session));
    let sheet = salon
        .http
        .get(sheet)
        .bearer_auth(&salon.token)
        .send()
        .await
        .unwrap();
    assert!(sheet.text().await.unwrap().contains("Tea or coffee?"));
    salon.ends().await;
}

#[tokio::test]
async fn the_program_can_be_watched() {
    let salon = Salon::start().await;
    let get = |path: &str| salon.http.get(salon.url(path)).send();
    assert_eq!(get("/healthz").await.unwrap().status(), 200);
    assert_eq!(get("/readyz").await.unwrap().status(), 200);
    salon.opens("one-of").await;
    salon
        .voter()
        .await
        .casts("one-of", 1, json!({"picks": [0]}))
        .await;
    // What tells how many have voted is served to nobody in the audience.
    assert_eq!(get("/metrics").await.unwrap().status(), 404);
    let metrics = salon.http.get(&salon.metrics).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    for name in [
        "salon_ballots_total",
        "salon_facts_total",
        "salon_commit_seconds",
    ] {
        assert!(metrics.contains(name), "{name} in {metrics}");
    }
    salon.ends().await;
}
