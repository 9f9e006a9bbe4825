//! Who may do what: host routes, origins, one-time links, cookies, headers.

use salon::protocol::VERSION;

use crate::salon::{Salon, Voter, connect, cookie_of, line};

#[tokio::test]
async fn host_routes_are_behind_a_sign_in() {
    let salon = Salon::start().await;
    let session = &salon.session;
    for page in [
        "/host".to_string(),
        format!("/host/{session}"),
        format!("/host/{session}/sheet.toml"),
        format!("/host/{session}/preview?poll=%7B%7D"),
    ] {
        let answer = salon.http.get(salon.url(&page)).send().await.unwrap();
        assert_eq!(answer.status(), 303, "{page}");
        assert_eq!(answer.headers()["location"], "/host/sign-in");
    }
    for path in [
        "sessions".to_string(),
        format!("sessions/{session}"),
        format!("sessions/{session}/log"),
    ] {
        let answer = salon
            .http
            .get(salon.url(&format!("/api/v1/{path}")))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 401, "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
    }
    let url = salon.url(&format!("/api/v1/sessions/{session}/commands"));
    let wrong = salon
        .http
        .post(url)
        .bearer_auth("wrong")
        .body(r#"{"do":"next"}"#)
        .send()
        .await;
    assert_eq!(wrong.unwrap().status(), 401);
    let phone = salon.phone().await;
    let path = format!("/host/{session}/ws?v={VERSION}");
    assert!(
        connect(&salon.base, &path, &phone.cookie).await.is_err(),
        "a voter is no host"
    );
    salon.ends().await;
}

#[tokio::test]
async fn a_sign_in_link_works_once_and_signs_a_browser_in() {
    let salon = Salon::start().await;
    let link = salon::app::sign_in_link(&salon.lobby, None).await.unwrap();
    let sign_in = |token: String| {
        let form = format!("token={token}");
        salon
            .http
            .post(salon.url("/host/sign-in"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
    };
    let token = link.split('#').nth(1).unwrap().to_string();
    assert_eq!(sign_in("0".repeat(64)).await.unwrap().status(), 403);
    let answer = sign_in(token.clone()).await.unwrap();
    assert_eq!(answer.status(), 303);
    let set = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Lax"),
        "{set}"
    );
    let cookie = cookie_of(&answer);
    assert_eq!(sign_in(token).await.unwrap().status(), 403, "used up");

    let get = |path: &'static str| {
        salon
            .http
            .get(salon.url(path))
            .header("cookie", &cookie)
            .send()
    };
    assert_eq!(get("/host").await.unwrap().status(), 200);
    let path = format!("/host/{}/ws?v={VERSION}", salon.session);
    let mut host =
        crate::salon::Voter::new(connect(&salon.base, &path, &cookie).await.unwrap()).await;
    assert_eq!(host.first["type"], "snapshot");
    let heard = host
        .asks(serde_json::json!({"type": "do", "command": {"do": "open_poll", "poll": "one-of"}}))
        .await;
    assert_eq!(heard["type"], "heard", "{heard}");
    drop(host);
    let out = salon
        .http
        .post(salon.url("/host/sign-out"))
        .header("cookie", &cookie)
        .send()
        .await;
    assert_eq!(out.unwrap().status(), 303);
    assert_eq!(
        get("/host").await.unwrap().status(),
        303,
        "signed out on the server too"
    );
    salon.ends().await;
}

#[tokio::test]
async fn another_sites_page_can_neither_vote_nor_host_nor_listen() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let phone = salon.phone().await;
    let evil = "https://evil.example";
    let vote = salon
        .http
        .post(salon.url("/TESTNGHT/polls/one-of/ballot"))
        .header("cookie", &phone.cookie)
        .header("origin", evil)
        .body("pick=0")
        .send()
        .await
        .unwrap();
    assert_eq!(vote.status(), 403);
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let url = salon.url(&line("audience")).replace("http://", "ws://");
    let mut request = url.into_client_request().unwrap();
    request
        .headers_mut()
        .insert("origin", evil.parse().unwrap());
    let refused = tokio_tungstenite::connect_async(request).await.unwrap_err();
    assert!(refused.to_string().contains("403"), "{refused}");
    assert_eq!(salon.tally("one-of").await["voters"], 0);
    salon.ends().await;
}

/// A frame with `sandbox` and without `allow-same-origin`: its page has no origin and no cookies.
#[tokio::test]
async fn a_stage_in_a_sandboxed_frame_is_live_and_nothing_else_is() {
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let phone = salon.phone().await;
    let framed = |path: &str| {
        let url = salon.url(path);
        salon.http.get(url).header("origin", "null").send()
    };
    let page = framed("/stage/TESTNGHT?embed").await.unwrap();
    assert!(page.headers().get("set-cookie").is_none());
    let html = page.text().await.unwrap();
    let script = html.split("src=\"").nth(1).unwrap();
    let script = framed(script.split('"').next().unwrap()).await.unwrap();
    assert_eq!(script.headers()["access-control-allow-origin"], "*");

    let socket = |path: &str| {
        let url = salon.url(path).replace("http://", "ws://");
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("origin", "null".parse().unwrap());
        headers.insert("cookie", phone.cookie.parse().unwrap());
        tokio_tungstenite::connect_async(request)
    };
    let (stage, _) = socket(&line("stage")).await.unwrap();
    let mut stage = Voter::new(stage).await;
    assert_eq!(stage.first["type"], "snapshot");
    // It watches: it can neither vote nor clap nor ask nor host, though the browser's cookie came along.
    for message in [
        serde_json::json!({"type": "cast", "poll": "one-of", "seq": 1, "answer": {"picks": [0]}}),
        serde_json::json!({"type": "react", "kind": "clap"}),
        serde_json::json!({"type": "do", "command": {"do": "next"}}),
    ] {
        let answer = stage.asks(message.clone()).await;
        assert_eq!(answer["type"], "refused", "{message}: {answer}");
    }
    assert_eq!(salon.tally("one-of").await["voters"], 0);
    for other in [
        line("audience"),
        format!("/ws/TESTNGHT?v={VERSION}&role=stage&role=audience"),
        format!("/host/{}/ws?v={VERSION}&role=stage", salon.session),
        format!("/speaker/{}/ws?v={VERSION}&role=stage", salon.session),
    ] {
        let refused = socket(&other).await.map(drop).unwrap_err();
        assert!(refused.to_string().contains("403"), "{other}: {refused}");
    }
    let vote = salon.http.post(salon.url("/TESTNGHT/polls/one-of/ballot"));
    let vote = vote
        .header("cookie", &phone.cookie)
        .header("origin", "null");
    assert_eq!(vote.body("pick=0").send().await.unwrap().status(), 403);
    // What only its owner may read stays unreadable for a page without an origin.
    for private in ["/TESTNGHT", "/host", "/api/v1/sessions"] {
        let answer = framed(private).await.unwrap();
        let allows = answer.headers().get("access-control-allow-origin");
        assert!(allows.is_none(), "{private}");
    }
    salon.ends().await;
}

/// The stage fetches what the walkthrough shows; a frame without an origin may read it as anyone's, and gets no cookie.
#[tokio::test]
async fn a_sandboxed_stage_reads_the_walkthrough_as_anyone() {
    let salon = crate::walk::walked().await;
    let own = salon.http.get(salon.url("/walk/TESTNGHT")).send().await;
    let own = own.unwrap();
    assert!(own.headers().get("access-control-allow-origin").is_none());
    let framed = salon.http.get(salon.url("/walk/TESTNGHT"));
    let framed = framed.header("origin", "null").send().await.unwrap();
    let headers = framed.headers();
    assert_eq!(headers["access-control-allow-origin"], "null");
    let other = ["set-cookie", "access-control-allow-credentials"];
    assert!(other.iter().all(|name| headers.get(*name).is_none()));
    let other = salon.http.get(salon.url("/walk/TESTNGHT"));
    let other = other.header("origin", "https://other.example").send().await;
    let allows = other.unwrap();
    assert!(
        allows
            .headers()
            .get("access-control-allow-origin")
            .is_none()
    );
    salon.ends().await;
}

#[tokio::test]
async fn every_page_has_a_strict_policy_with_a_fresh_nonce() {
    let salon = Salon::start().await;
    let mut nonces = std::collections::HashSet::new();
    for path in [
        "/",
        "/TESTNGHT",
        "/TESTNGHT",
        "/TESTNGHT/log",
        "/stage/TESTNGHT",
        "/host/sign-in",
        "/nowhere/at/all",
    ] {
        let answer = salon.http.get(salon.url(path)).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_string();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self' 'nonce-"),
            "{path}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        let host = salon.base.trim_start_matches("http://");
        assert!(
            policy.contains(&format!("connect-src 'self' ws://{host} wss://{host}")),
            "older Safaris take no socket for 'self': {policy}"
        );
        assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
        let nonce = policy
            .split("nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_string();
        let html = answer.text().await.unwrap();
        let inline = |tag: &&str| {
            // A block of data is never run, so it needs no nonce.
            (tag.starts_with("script") && !tag.starts_with("script type=\"application/json\""))
                || tag.starts_with("style")
        };
        for opening in html.split('<').filter(inline) {
            assert!(
                opening.contains(&nonce),
                "{path}: <{}",
                opening.split('>').next().unwrap()
            );
        }
        assert!(
            !html.contains(" style=\"") && !html.contains(" onclick="),
            "{path}"
        );
        assert!(nonces.insert(nonce), "a nonce is used once");
    }
    let embed = salon
        .http
        .get(salon.url("/stage/TESTNGHT?embed"))
        .send()
        .await
        .unwrap();
    let policy = embed.headers()["content-security-policy"].to_str().unwrap();
    assert!(
        !policy.contains("frame-ancestors"),
        "slides may show the embed: {policy}"
    );
    salon.ends().await;
}

#[tokio::test]
async fn a_vote_is_stored_without_the_voter() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    salon.opens("yes-no").await;
    let phone = salon.phone().await;
    let mut voter = phone.connects("").await;
    voter
        .casts("one-of", 1, serde_json::json!({"picks": [0]}))
        .await;
    voter
        .casts("yes-no", 1, serde_json::json!({"picks": [0]}))
        .await;
    let facts = salon
        .lobby
        .store
        .facts(&salon.session.parse().unwrap())
        .await
        .unwrap();
    let stored: Vec<String> = facts
        .iter()
        .map(|f| serde_json::to_string(&f.fact).unwrap())
        .collect();
    let id = phone
        .cookie
        .split('=')
        .nth(1)
        .unwrap()
        .split('.')
        .next()
        .unwrap();
    assert!(
        stored.iter().all(|fact| !fact.contains(id)),
        "the cookie's id is on disk nowhere"
    );
    let names: Vec<&str> = stored
        .iter()
        .filter(|fact| fact.contains("ballot_cast"))
        .map(|fact| {
            fact.split("\"voter\":\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
        })
        .collect();
    assert_eq!(names.len(), 2);
    assert_ne!(names[0], names[1], "no link between a voter's two ballots");
    salon.ends().await;
}

#[tokio::test]
async fn another_sessions_cookie_polls_and_options_are_not_this_ones() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let other = salon
        .import(
            "title = \"Next door\"\ncode = \"NEXTDR\"\n[[poll]]\nid = \"theirs\"\nkind = \"single\"\nquestion = \"Q\"\noptions = [\"A\", \"B\", \"C\", \"D\"]\n",
        )
        .await;
    let commands = salon.url(&format!("/api/v1/sessions/{other}/commands"));
    let open = salon.http.post(commands).bearer_auth(&salon.token);
    let open = open
        .body(r#"{"do":"open_poll","poll":"theirs"}"#)
        .send()
        .await;
    assert_eq!(open.unwrap().status(), 200);
    let phone = salon.phone().await;

    // A poll of the other session is unknown here, and an option that only it has is not offered.
    let mut voter = phone.connects("").await;
    let theirs = voter
        .casts("theirs", 1, serde_json::json!({"picks": [0]}))
        .await;
    assert_eq!(theirs["code"], "unknown");
    let option = voter
        .casts("one-of", 1, serde_json::json!({"picks": [3]}))
        .await;
    assert_eq!(option["code"], "bad_answer");

    // A cookie that is not ours makes nobody a voter, and neither does one of an earlier version for another session.
    let secrets = &salon.lobby.secrets;
    let id: salon::ids::SessionId = salon.session.parse().unwrap();
    let earlier = secrets.voter_cookie(&id, salon::ids::VoterId([9; 16]));
    for cookie in [
        format!("{}0", phone.cookie),
        format!("salon_voter_{other}={earlier}"),
        format!("salon_voter={earlier}"),
    ] {
        let socket = connect(
            &salon.base,
            &format!("/ws/NEXTDR?v={VERSION}&role=audience"),
            &cookie,
        )
        .await;
        let mut stranger = crate::salon::Voter::new(socket.unwrap()).await;
        let refused = stranger
            .casts("theirs", 1, serde_json::json!({"picks": [0]}))
            .await;
        let why = refused["why"].as_str().unwrap();
        assert!(why.contains("cookie"), "{refused}");
    }
    let (status, _) = salon
        .host(serde_json::json!({"do": "reveal", "poll": "theirs"}))
        .await;
    assert_eq!(status, 404);
    salon.ends().await;
}
