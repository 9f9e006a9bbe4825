//! How people get in: links and codes as they are pasted, cookies, the host's link, the right address.

use serde_json::json;

use crate::salon::{Salon, Voter, connect, cookie_of, line};

async fn get(salon: &Salon, path: &str) -> reqwest::Response {
    salon.http.get(salon.url(path)).send().await.unwrap()
}

fn location(answer: &reqwest::Response) -> &str {
    answer.headers()["location"].to_str().unwrap()
}

#[tokio::test]
async fn addresses_lead_to_the_session_however_they_were_pasted() {
    let salon = Salon::start().await;
    for path in [
        "/TESTNGHT,",
        "/TESTNGHT)",
        "/testnght.",
        "/TESTNGHT%E2%80%8B",
        "/TESTNGHT%22",
        "/%E2%80%9CTESTNGHT%E2%80%9D",
        "/%EF%BC%B4%EF%BC%A5STNGHT",
        "/TESTNGHT?via=zoom&via=zoom",
        "/TESTNGHT?via=zoom&done=x&done=y",
        "/stage/TESTNGHT?embed&embed",
        "/TESTNGHT/questions?via=zoom&via=youtube",
    ] {
        let answer = get(&salon, path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert!(
            answer.text().await.unwrap().contains("Test night"),
            "{path}"
        );
    }
    for (path, to) in [
        ("/TESTNGHT/", "/TESTNGHT"),
        ("/TESTNGHT/?via=zoom", "/TESTNGHT?via=zoom"),
        ("/TESTNGHT/log/", "/TESTNGHT/log"),
        ("/stage/TESTNGHT/", "/stage/TESTNGHT"),
        ("/Stage/TESTNGHT", "/stage/TESTNGHT"),
        ("/host/", "/host"),
        ("/walk/TESTNGHT/", "/walk/TESTNGHT"),
        ("/api/v1/public/TESTNGHT/", "/api/v1/public/TESTNGHT"),
    ] {
        let answer = get(&salon, path).await;
        assert_eq!(answer.status(), 308, "{path}");
        assert_eq!(location(&answer), to, "{path}");
    }
    assert_eq!(location(&get(&salon, "/Host").await), "/host");
    let channel = get(&salon, "/TESTNGHT?via=Zoom.")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        channel.contains("\"via\":\"zoom\""),
        "the channel of a link at a sentence's end"
    );
    let unseen = get(&salon, "/NOT%E3%85%A4HERE").await;
    assert_eq!(unseen.status(), 404);
    assert!(
        unseen.text().await.unwrap().contains("U+3164"),
        "what cannot be seen is named"
    );
    let bad = get(&salon, "/ws/TESTNGHT?v=x").await;
    assert_eq!(bad.headers()["content-type"], "text/html; charset=utf-8");
    salon.ends().await;
}

#[tokio::test]
async fn two_slashes_lead_nowhere_else() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let salon = Salon::start().await;
    let address = salon.base.strip_prefix("http://").unwrap();
    for (path, to) in [
        ("//TESTNGHT", "/TESTNGHT"),
        ("//evil.example//x", "/evil.example/x"),
    ] {
        let mut line = tokio::net::TcpStream::connect(address).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        line.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        line.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains(" 308 "), "{answer}");
        assert!(answer.contains(&format!("location: {to}\r\n")), "{answer}");
    }
    salon.ends().await;
}

#[tokio::test]
async fn the_code_field_takes_what_people_paste_into_it() {
    let salon = Salon::start().await;
    let join = async |typed: &str| {
        let query = serde_urlencoded::to_string([("code", typed)]).unwrap();
        let request = salon.http.get(salon.url(&format!("/join?{query}")));
        request.send().await.unwrap()
    };
    for (typed, to) in [
        (
            "https://talks.example.org/TESTNGHT?via=zoom",
            "/TESTNGHT?via=zoom",
        ),
        ("/TESTNGHT", "/TESTNGHT"),
        ("“TEST–NGHT”,", "/TESTNGHT"),
        ("\u{2068}TESTNGHT\u{2069}", "/TESTNGHT"),
        ("ＴＥＳＴＮＧＨＴ", "/TESTNGHT"),
        (
            "Vote and take part: http://10.0.0.2:8080/TESTNGHT (or enter the code TESTNGHT)",
            "/TESTNGHT",
        ),
    ] {
        let answer = join(typed).await;
        assert_eq!(answer.status(), 303, "{typed}");
        assert_eq!(location(&answer), to, "{typed}");
    }
    let odd = join("TEST\u{415}GHT").await.text().await.unwrap();
    assert!(
        odd.contains("U+0415"),
        "a letter that looks like another is named"
    );
    salon.ends().await;
}

#[tokio::test]
async fn a_browser_has_one_cookie_for_all_sessions_and_keeps_who_it_was() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let other = salon
        .import("title = \"Next door\"\ncode = \"NEXTDR\"\n")
        .await;
    let first = get(&salon, "/TESTNGHT").await;
    assert_eq!(first.headers()["cache-control"], "no-store");
    let cookie = cookie_of(&first);
    let next = salon
        .http
        .get(salon.url("/NEXTDR"))
        .header("cookie", &cookie);
    let next = next.send().await.unwrap();
    assert!(
        next.headers().get("set-cookie").is_none(),
        "nothing adds up"
    );
    let secrets = &salon.lobby.secrets;
    let browser = secrets
        .read_browser_cookie(cookie.split_once('=').unwrap().1)
        .unwrap();
    let in_session = |id: &str| secrets.voter_of(&id.parse().unwrap(), browser);
    assert_ne!(in_session(&salon.session), in_session(&other));

    // Whoever has a cookie of an earlier version is still the same voter, with or without the new one.
    let id: salon::ids::SessionId = salon.session.parse().unwrap();
    let earlier = secrets.voter_cookie(&id, salon::ids::VoterId([9; 16]));
    let earlier = format!("salon_voter_{id}={earlier}");
    for (seq, (cookies, pick)) in [(earlier.clone(), 0), (format!("{cookie}; {earlier}"), 1)]
        .into_iter()
        .enumerate()
    {
        let socket = connect(&salon.base, &line("audience"), &cookies).await;
        let mut voter = Voter::new(socket.unwrap()).await;
        let seq = u32::try_from(seq).unwrap() + 1;
        let heard = voter.casts("one-of", seq, json!({"picks": [pick]})).await;
        assert_eq!(heard["type"], "heard", "{heard}");
    }
    assert_eq!(salon.tally("one-of").await["voters"], 1);
    let page = salon
        .http
        .get(salon.url("/TESTNGHT"))
        .header("cookie", &earlier);
    assert!(
        page.send()
            .await
            .unwrap()
            .headers()
            .get("set-cookie")
            .is_none()
    );
    salon.ends().await;
}

#[tokio::test]
async fn a_helper_of_many_sessions_keeps_within_what_proxies_take() {
    let salon = Salon::start().await;
    let mut jar = String::new();
    let mut newest = String::new();
    for n in 0..40 {
        let id = salon.import(&format!("title = \"Week {n}\"\n")).await;
        let key = salon.lobby.make_session_key(
            id.parse().unwrap(),
            salon::store::KeyRole::Moderator,
            "Ana".to_string(),
            None,
        );
        let (_, token) = key.await.unwrap();
        let form = format!("token={token}");
        let entered = salon
            .http
            .post(salon.url("/host/sign-in"))
            .header("cookie", &jar);
        let entered = entered.header("content-type", "application/x-www-form-urlencoded");
        let entered = entered.body(form).send().await.unwrap();
        assert_eq!(location(&entered), format!("/host/{id}"));
        jar = cookie_of(&entered);
        newest = id;
    }
    assert!(jar.len() < 2_000, "{} bytes", jar.len());
    let panel = salon
        .http
        .get(salon.url(&format!("/host/{newest}")))
        .header("cookie", &jar);
    assert_eq!(panel.send().await.unwrap().status(), 200);
    salon.ends().await;
}

#[tokio::test]
async fn the_hosts_link_opens_the_panel_and_a_code_names_it_too() {
    let salon = Salon::start().await;
    let enters = async |link: String, headers: &[(&'static str, &str)]| {
        let form = serde_urlencoded::to_string([("token", link)]).unwrap();
        let mut request = salon.http.post(salon.url("/host/sign-in"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form).send().await.unwrap()
    };
    let link = async |code: Option<&str>| {
        let code = code.map(|code| code.parse().unwrap());
        salon::app::sign_in_link(&salon.lobby, code.as_ref())
            .await
            .unwrap()
    };
    let panel = format!("/host/{}", salon.session);
    let only = enters(format!("<{}>", link(None).await), &[]).await;
    assert_eq!(location(&only), panel, "the only session");
    salon
        .import("title = \"Next door\"\ncode = \"NEXTDR\"\n")
        .await;
    assert_eq!(
        location(&enters(link(None).await, &[]).await),
        "/host",
        "one of several"
    );
    let named = enters(link(Some("TESTNGHT")).await, &[]).await;
    assert_eq!(location(&named), panel, "the one that the link names");

    let cookie = cookie_of(&named);
    for path in ["/host/TESTNGHT", "/host/testnght)", "/speaker/TESTNGHT"] {
        let answer = salon.http.get(salon.url(path)).header("cookie", &cookie);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), 303, "{path}");
        assert!(location(&answer).ends_with(&salon.session), "{path}");
    }
    assert_eq!(
        location(&get(&salon, "/host/TESTNGHT").await),
        "/host/sign-in"
    );
    let none = salon
        .http
        .get(salon.url("/host/NXTWEEK"))
        .header("cookie", &cookie);
    assert_eq!(none.send().await.unwrap().status(), 404);

    // A browser that keeps no cookie does not use the link up.
    let link = link(None).await;
    let browser = ("origin", salon.base.as_str());
    let refused = enters(link.clone(), &[browser]).await;
    assert_eq!(refused.status(), 403);
    assert!(refused.text().await.unwrap().contains("still good"));
    let trial = cookie_of(&get(&salon, "/host/sign-in").await);
    let taken = enters(link.clone(), &[browser, ("cookie", &trial)]).await;
    assert_eq!(taken.status(), 303);
    salon.ends().await;
}

#[tokio::test]
async fn the_qr_code_is_asked_for_again_and_its_address_changes_with_the_public_one() {
    let mut addresses: Vec<String> = Vec::new();
    let mut marks: Vec<String> = Vec::new();
    for url in ["http://hall.example:8080", "https://talks.example.org"] {
        let salon = Salon::public(url).await;
        let stage = get(&salon, "/stage/TESTNGHT").await.text().await.unwrap();
        let address = stage.split("src=\"/qr/").nth(1).unwrap();
        let address = format!("/qr/{}", address.split('"').next().unwrap());
        let qr = get(&salon, &address).await;
        assert_eq!(qr.headers()["cache-control"], "no-cache");
        let etag = qr.headers()["etag"].to_str().unwrap().to_string();
        let again = |mark: &str| {
            let request = salon.http.get(salon.url(&address));
            request.header("if-none-match", mark.to_string()).send()
        };
        assert_eq!(again(&etag).await.unwrap().status(), 304);
        for old in &marks {
            assert_eq!(again(old).await.unwrap().status(), 200);
        }
        let by_channel = get(&salon, "/qr/TESTNGHT.svg?via=zoom").await;
        assert_ne!(by_channel.headers()["etag"], etag.as_str());
        addresses.push(address.clone());
        marks.push(etag);
        salon.ends().await;
    }
    assert_ne!(addresses[0], addresses[1]);
}

#[tokio::test]
async fn by_plain_http_people_are_told_where_to_go_and_lose_nothing() {
    let salon = Salon::public("https://hall.example").await;
    let from = async |path: &str, headers: &[(&'static str, &'static str)]| {
        let mut request = salon
            .http
            .get(salon.url(path))
            .header("host", "hall.lan:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    };
    for path in [
        "/TESTNGHT?via=zoom",
        "/TESTNGHT/questions",
        "/host/sign-in",
        "/host",
    ] {
        let page = from(path, &[]).await.text().await.unwrap();
        let to = format!("https://hall.example{path}");
        assert!(page.contains(&to), "{path}: {page}");
        assert!(
            !page.contains("name=\"pick\""),
            "{path}: nothing to press in vain"
        );
    }
    // The stage keeps no cookie, and behind a proxy all is well.
    assert!(
        from("/stage/TESTNGHT", &[])
            .await
            .text()
            .await
            .unwrap()
            .contains("Join at")
    );
    for well in [("x-forwarded-proto", "https"), ("sec-fetch-site", "none")] {
        let page = from("/TESTNGHT", &[well]).await;
        assert_eq!(
            page.headers()["strict-transport-security"],
            "max-age=15552000"
        );
        assert!(
            page.text().await.unwrap().contains("Test night"),
            "{well:?}"
        );
    }
    let link = salon::app::sign_in_link(&salon.lobby, None).await.unwrap();
    assert!(
        link.starts_with("https://hall.example/host/sign-in#"),
        "{link}"
    );
    let token = link.split('#').nth(1).unwrap();
    let enters = |host: &'static str| {
        let request = salon
            .http
            .post(salon.url("/host/sign-in"))
            .header("host", host);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(format!("token={token}")).send()
    };
    let refused = enters("hall.lan:8080").await.unwrap();
    assert_eq!(refused.status(), 403);
    assert!(
        refused
            .text()
            .await
            .unwrap()
            .contains("https://hall.example/host/sign-in")
    );
    assert_eq!(
        enters("hall.example").await.unwrap().status(),
        303,
        "it was not used up"
    );

    // Whoever gets as far as a vote without a cookie is told the address as well.
    let vote = salon.http.post(salon.url("/TESTNGHT/polls/one-of/ballot"));
    let vote = vote.header("content-type", "application/x-www-form-urlencoded");
    let vote = vote.body("pick=0").send().await.unwrap();
    assert!(vote.text().await.unwrap().contains("https://hall.example"));
    salon.ends().await;
}

#[tokio::test]
async fn without_https_nothing_is_said_of_it() {
    let salon = Salon::public("http://hall.example").await;
    let page = salon
        .http
        .get(salon.url("/TESTNGHT"))
        .header("host", "hall.lan:8080");
    let page = page.send().await.unwrap();
    assert!(page.headers().get("strict-transport-security").is_none());
    assert!(
        !page.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Secure")
    );
    assert!(page.text().await.unwrap().contains("Test night"));
    salon.ends().await;
}

#[tokio::test]
async fn stage_and_panel_say_when_only_this_machine_can_join() {
    let alone = Salon::start().await;
    let stage = get(&alone, "/stage/TESTNGHT").await.text().await.unwrap();
    let join = stage.split("class=\"join\"").nth(1).unwrap();
    let join = join.split("</aside>").next().unwrap();
    assert!(join.contains("Only this machine can join"), "{stage}");
    assert!(!join.contains("/qr/"), "no phone could open it: {join}");
    alone.ends().await;
    let salon = Salon::public("https://talks.example.org").await;
    let stage = get(&salon, "/stage/TESTNGHT").await.text().await.unwrap();
    assert!(!stage.contains("Only this machine"), "{stage}");
    salon.ends().await;
}
