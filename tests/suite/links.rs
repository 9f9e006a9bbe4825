//! The links of one session: what each opens, and what it does not.

use serde_json::{Value, json};

use crate::questions::{desk, enters, link};
use crate::salon::Salon;

#[tokio::test]
async fn each_link_opens_its_role_and_no_other() {
    let salon = Salon::start().await;
    let moderator = link(&salon, "moderator").await;
    let (cookie, to) = enters(&salon, &moderator).await;
    assert_eq!(to, format!("/host/{}", salon.session));
    let mut desk_of = desk(&salon, &to, &cookie).await;
    // Drafts, tallies and other people's actions are not theirs.
    assert_eq!(desk_of.first["polls"], json!([]));
    assert!(desk_of.first["room"]["questions"]["rules"]["words"].is_array());
    let refused = desk_of
        .asks(json!({"type": "do", "command": {"do": "next"}}))
        .await;
    assert_eq!(refused["code"], "not_allowed");
    let done = desk_of
        .asks(json!({"type": "do", "command": {"do": "add_questions", "questions": [{"text": "Pasted?", "source": "zoom"}]}}))
        .await;
    assert_eq!(done["type"], "heard", "{done}");

    // Neither page nor API of others.
    let get = |path: String, cookie: String| {
        let request = salon.http.get(salon.url(&path)).header("cookie", cookie);
        async move { request.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(
        get("/host".into(), cookie.clone()).await,
        303,
        "the list of sessions"
    );
    assert_eq!(get(to.clone(), cookie.clone()).await, 200);
    assert_eq!(
        get(format!("/speaker/{}", salon.session), cookie.clone()).await,
        200
    );
    assert_eq!(
        get(format!("/host/{}/links", salon.session), cookie.clone()).await,
        403
    );
    assert_eq!(
        get(
            format!("/host/{}/sheet.toml", salon.session),
            cookie.clone()
        )
        .await,
        303
    );
    let other = salon.import("title = \"Another\"").await;
    assert_eq!(get(format!("/host/{other}"), cookie.clone()).await, 303);

    // Withdrawn: the desk is cleared at once, and the link opens nothing.
    let url = salon.url(&format!(
        "/host/{}/links/{}",
        salon.session,
        moderator["id"].as_str().unwrap()
    ));
    let gone = salon
        .http
        .delete(&url)
        .bearer_auth(&salon.token)
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(desk_of.closes_with().await, 4501);
    assert_eq!(get(to, cookie).await, 303);
    let again = salon
        .http
        .delete(&url)
        .bearer_auth(&salon.token)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 404);
    let list = salon
        .http
        .get(salon.url(&format!("/host/{}/links", salon.session)));
    let list: Value = list
        .bearer_auth(&salon.token)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(list, json!([]));
    salon.ends().await;
}

#[tokio::test]
async fn a_cohost_runs_the_session_but_makes_no_links() {
    let salon = Salon::start().await;
    let (cookie, to) = enters(&salon, &link(&salon, "cohost").await).await;
    let mut cohost = desk(&salon, &to, &cookie).await;
    assert_eq!(
        cohost.first["polls"].as_array().unwrap().len(),
        4,
        "drafts and all"
    );
    let done = cohost
        .asks(json!({"type": "do", "command": {"do": "start_session"}}))
        .await;
    assert_eq!(done["type"], "heard");
    let made = salon
        .http
        .post(salon.url(&format!("/host/{}/links", salon.session)))
        .header("cookie", &cookie)
        .header("origin", &salon.base)
        .body(r#"{"role": "cohost", "label": "more"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 403);
    salon.ends().await;
}

#[tokio::test]
async fn signing_out_clears_the_desk_that_was_opened_with_it() {
    let salon = Salon::start().await;
    let sign_in = salon::app::sign_in_link(&salon.lobby, None).await.unwrap();
    let (cookie, _) = enters(&salon, &json!({"url": sign_in})).await;
    let mut host = desk(&salon, &format!("/host/{}", salon.session), &cookie).await;
    let out = salon
        .http
        .post(salon.url("/host/sign-out"))
        .header("cookie", &cookie)
        .header("origin", &salon.base)
        .send()
        .await
        .unwrap();
    assert_eq!(out.status(), 303);
    assert_eq!(host.closes_with().await, 4501);
    salon.ends().await;
}

#[tokio::test]
async fn a_bridge_hands_on_questions_and_nothing_else() {
    let salon = Salon::start().await;
    let bridge = link(&salon, "bridge").await;
    let token = bridge["token"].as_str().unwrap().to_string();
    let post = |session: String, token: String, body: Value| {
        let url = salon.url(&format!("/api/v1/sessions/{session}/questions"));
        let request = salon
            .http
            .post(url)
            .bearer_auth(token)
            .body(body.to_string());
        async move {
            let answer = request.send().await.unwrap();
            (
                answer.status().as_u16(),
                answer.json::<Value>().await.unwrap(),
            )
        }
    };
    let question = json!({"source": "YouTube", "author": "Jo", "text": "From afar?", "stream_seconds": 966, "id": "y-1"});
    for _ in 0..2 {
        let (status, body) = post(salon.session.clone(), token.clone(), question.clone()).await;
        assert_eq!((status, &body["received"]), (201, &json!(1)));
    }
    let list = salon.host_state().await["room"]["questions"]["list"].clone();
    assert_eq!(
        list.as_array().unwrap().len(),
        1,
        "the same id is taken once"
    );
    assert_eq!(
        (
            list[0]["source"].as_str(),
            list[0]["stream_seconds"].as_u64()
        ),
        (Some("YouTube"), Some(966))
    );

    let other = salon.import("title = \"Another\"").await;
    let (status, body) = post(other, token.clone(), question.clone()).await;
    assert_eq!(
        (status, body["code"].as_str()),
        (403, Some("forbidden")),
        "{body}"
    );
    assert!(body["detail"].as_str().unwrap().contains("another session"));
    let (status, _) = post(salon.session.clone(), "guess".into(), question).await;
    assert_eq!(status, 401);
    for (bad, field) in [
        (json!({"text": " "}), "text"),
        (json!({"text": "x".repeat(501)}), "text"),
        (json!({"text": "x", "author": "n".repeat(61)}), "author"),
        (
            json!({"text": "x", "stream_seconds": 90_000}),
            "stream_seconds",
        ),
        (json!({"questions": []}), "questions"),
        (
            json!({"questions": [{"text": "fine"}, {"text": ""}]}),
            "questions[1].text",
        ),
    ] {
        let (status, body) = post(salon.session.clone(), token.clone(), bad.clone()).await;
        assert_eq!(
            (status, body["field"].as_str()),
            (422, Some(field)),
            "{bad} → {body}"
        );
    }
    for bad in [
        json!({"txt": "x"}),
        json!([1]),
        json!({"text": 5}),
        json!({"questions": [{"txt": ""}]}),
    ] {
        let (status, _) = post(salon.session.clone(), token.clone(), bad).await;
        assert_eq!(status, 400);
    }
    // It sees nothing and moderates nothing.
    let get = salon
        .http
        .get(salon.url(&format!("/api/v1/sessions/{}", salon.session)));
    assert_eq!(get.bearer_auth(&token).send().await.unwrap().status(), 403);
    let hide = salon
        .http
        .post(salon.url(&format!("/api/v1/sessions/{}/commands", salon.session)));
    let hide = hide.bearer_auth(&token);
    for command in [
        json!({"do": "hide_question", "question": 1}),
        // Its own endpoint takes these; here it would be answered with a state that it may not see.
        json!({"do": "add_questions", "questions": [{"text": "By the back door?"}]}),
    ] {
        let refused = hide.try_clone().unwrap().body(command.to_string()).send();
        assert_eq!(refused.await.unwrap().status(), 403, "{command}");
    }
    let list = salon.host_state().await["room"]["questions"]["list"].clone();
    assert_eq!(list.as_array().unwrap().len(), 1, "nothing was taken");
    // Nor is it a way in.
    let body = format!("token={token}");
    let enter = salon.http.post(salon.url("/host/sign-in")).body(body);
    let enter = enter
        .header("content-type", "application/x-www-form-urlencoded")
        .send();
    assert_eq!(enter.await.unwrap().status(), 403);
    salon.ends().await;
}

#[tokio::test]
async fn single_requests_have_the_pace_of_people() {
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let phone = salon.phone().await;
    let url = salon.url("/api/v1/public/TESTNGHT/questions");
    let mut statuses = Vec::new();
    for n in 0..60 {
        let post = salon.http.post(&url).header("cookie", &phone.cookie);
        let body = json!({"text": "Again and again?", "key": "same"}).to_string();
        let answer = post.body(body).send().await.unwrap();
        let status = answer.status().as_u16();
        if status == 429 {
            assert_eq!(answer.headers()["retry-after"], "1", "{n}");
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["code"], "too_soon");
        }
        statuses.push(status);
    }
    let taken = statuses.iter().filter(|status| **status == 201).count();
    assert!((30..60).contains(&taken), "{statuses:?}");
    // Another is not held up by it.
    let other = salon.phone().await;
    let post = salon.http.post(&url).header("cookie", &other.cookie);
    let body = json!({"text": "Mine?", "key": "mine"}).to_string();
    assert_eq!(post.body(body).send().await.unwrap().status(), 201);
    salon.ends().await;
}

#[tokio::test]
async fn a_link_that_ends_by_itself_clears_the_desk_that_is_open_with_it() {
    let salon = Salon::start_fixed().await;
    let made = salon
        .http
        .post(salon.url(&format!("/host/{}/links", salon.session)))
        .bearer_auth(&salon.token)
        .body(r#"{"role": "moderator", "label": "Ana", "days": 1}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    assert_eq!(made["expires_at"], 1_800_000_000_000_i64 + 86_400_000);
    let (cookie, to) = enters(&salon, &made).await;
    let mut open = desk(&salon, &to, &cookie).await;
    salon.clock.advance_ms(86_400_000);
    assert_eq!(open.closes_with().await, 4501);
    let panel = salon.http.get(salon.url(&to)).header("cookie", &cookie);
    assert_eq!(panel.send().await.unwrap().status(), 303);
    salon.ends().await;
}
