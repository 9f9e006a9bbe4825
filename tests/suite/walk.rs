//! The walkthrough over HTTP: pages that work without JavaScript, inputs of anyone, and what the host shows.

use std::time::Duration;

use reqwest::Response;
use serde_json::{Value, json};

use crate::questions::{enters, link};
use crate::salon::{Phone, Salon};

pub async fn walked() -> Salon {
    let salon = Salon::start().await;
    let demo = json!({"kind": "svd"});
    let segment =
        json!({"id": "svd", "kind": "demo", "title": "The SVD is a refactor", "demo": demo});
    salon
        .does(json!({"do": "add_segment", "segment": segment}))
        .await;
    salon.does(json!({"do": "start_session"})).await;
    salon.does(json!({"do": "go", "segment": "svd"})).await;
    salon
}

pub async fn get(salon: &Salon, path: &str, cookie: &str) -> Response {
    let request = salon.http.get(salon.url(path)).header("cookie", cookie);
    request.send().await.unwrap()
}

/// A form posted as a page of ours does.
pub async fn post(phone: &Phone<'_>, path: &str, pairs: &[(&str, &str)]) -> Response {
    let salon = phone.salon;
    let body = serde_urlencoded::to_string(pairs).unwrap();
    let request = salon
        .http
        .post(salon.url(path))
        .header("cookie", &phone.cookie);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request
        .header("accept", "application/json")
        .body(body)
        .send()
        .await
        .unwrap()
}

/// Step 10 leads to the talk that is built on it, where the session has that one too.
#[tokio::test]
async fn a_step_links_to_the_demo_that_it_is_used_in() {
    let salon = walked().await;
    let phone = salon.phone().await;
    let used = "This is used in a demo of this session: <a href=\"/TESTNGHT#demo\" dir=\"auto\">RBF &#38; co</a>";
    let page = |step: &'static str| {
        let (salon, cookie) = (&salon, &phone.cookie);
        async move {
            let page = get(salon, &format!("/walk/TESTNGHT/{step}"), cookie).await;
            page.text().await.unwrap()
        }
    };
    assert!(!page("pseudo-inverse").await.contains("used in"));
    let segment =
        json!({"id": "rbf", "kind": "demo", "title": "RBF & co", "demo": {"kind": "rbf"}});
    salon
        .does(json!({"do": "add_segment", "segment": segment}))
        .await;
    let found = page("pseudo-inverse").await;
    assert!(found.contains(used), "{found}");
    assert!(!page("kinds").await.contains("used in a demo"));
}

#[tokio::test]
async fn every_step_is_a_page_that_needs_no_script() {
    let salon = walked().await;
    let phone = salon.phone().await;
    for step in salon::demos::svd::STEPS {
        let page = get(
            &salon,
            &format!("/walk/TESTNGHT/{}", step.name()),
            &phone.cookie,
        )
        .await;
        assert_eq!(page.status(), 200, "{}", step.name());
        let policy = page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_string();
        assert!(!policy.contains("unsafe"), "{policy}");
        let page = page.text().await.unwrap();
        for part in ["<h1>", "class=\"point\"", "id=\"shown\"", "<svg"] {
            assert!(page.contains(part), "{}: no {part}", step.name());
        }
        // What the policy would keep from working.
        for bad in [" style=\"", "<style", " onclick"] {
            assert!(!page.contains(bad), "{}: {bad}", step.name());
        }
        for preset in step.presets() {
            let query = serde_urlencoded::to_string(preset.input).unwrap();
            let url = format!("/api/v1/public/TESTNGHT/walk/{}?{query}", step.name());
            let shown: Value = get(&salon, &url, "").await.json().await.unwrap();
            let checks = shown["checks"].as_array().unwrap();
            assert!(!checks.is_empty(), "{}: {}", step.name(), preset.label);
            for check in checks {
                assert_eq!(
                    check["holds"],
                    true,
                    "{}: {}: {check}",
                    step.name(),
                    preset.label
                );
            }
        }
        // Nobody reads so fast; this test is one visitor.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(
        get(&salon, "/walk/TESTNGHT/nothing", "").await.status(),
        404
    );
    salon.ends().await;
}

#[tokio::test]
async fn bad_inputs_are_told_where_and_why() {
    let salon = walked().await;
    let phone = salon.phone().await;
    let script = "1, <script>alert(1)</script>; 3, 4";
    let large = "1,".repeat(40_000);
    let many = vec!["1"; 1_000_000].join(" ");
    for (m, says) in [
        ("1, 2; 3", "row 2"),
        ("1, NaN; 3, 4", "row 1"),
        ("1, inf; 3, 4", "row 1"),
        (script, "row 1"),
        ("", "m"),
        (&large, "bytes"),
        (&many, "bytes"),
        (&vec!["1, 2"; 600].join("\n"), "row"),
    ] {
        let began = std::time::Instant::now();
        let answer = post(&phone, "/walk/TESTNGHT/function/part", &[("m", m)]).await;
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let short: String = m.chars().take(30).collect();
        if m.len() > 1_000_000 {
            assert_eq!(status, 413, "{short}: {text}");
            continue;
        }
        assert_eq!(status, 422, "{short}: {text}");
        let fault: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(fault["field"], "m", "{short}: {text}");
        assert!(text.contains(says), "{short}: {text}");
        assert!(began.elapsed() < Duration::from_secs(2), "{short}");
    }
    let flood = vec!["="; 5_000].join("&");
    let request = salon.http.post(salon.url("/walk/TESTNGHT/function/part"));
    let request = request.header("cookie", &phone.cookie).body(flood);
    let form = "application/x-www-form-urlencoded";
    let answer = request.header("content-type", form).send().await.unwrap();
    // So many are not read at all.
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await.unwrap().contains("200 fields"));
    let query = serde_urlencoded::to_string([("m", script)]).unwrap();
    let page = get(
        &salon,
        &format!("/walk/TESTNGHT/function?{query}"),
        &phone.cookie,
    )
    .await;
    assert_eq!(page.status(), 422);
    let page = page.text().await.unwrap();
    assert!(
        !page.contains("<script>alert"),
        "typed text is shown as text"
    );
    assert!(page.contains("aria-invalid"), "and the field is marked");
    let answer = post(&phone, "/walk/TESTNGHT/function/part", &[("nothing", "1")]).await;
    assert_eq!(answer.status(), 422);
    salon.ends().await;
}

#[tokio::test]
async fn everyone_follows_the_host_and_may_wander() {
    let salon = walked().await;
    let phone = salon.phone().await;
    let mut stage = salon.stage().await;
    let input = json!({"m": "2, 0; 0, 3", "x": "1, 1"});
    salon
        .does(json!({"do": "walk_to", "segment": "svd", "step": "function", "input": input}))
        .await;
    let session = stage.waits_for("session").await["session"].clone();
    assert_eq!(session["walks"][0]["step"], "function");
    assert_eq!(session["walks"][0]["number"], 1);
    assert!(
        session["walks"][0]["input"].is_null(),
        "fetched, not sent to everyone"
    );
    let page = get(&salon, "/walk/TESTNGHT", &phone.cookie)
        .await
        .text()
        .await
        .unwrap();
    assert!(
        page.contains("data-walk=\"1\"")
            && page.contains("data-follows")
            && page.contains("2, 0; 0, 3")
    );
    let own = get(&salon, "/walk/TESTNGHT/eigen", &phone.cookie)
        .await
        .text()
        .await
        .unwrap();
    assert!(!own.contains("data-follows") && own.contains("Go to where the host is"));
    let (status, refused) = salon
        .host(json!({"do": "walk_to", "segment": "svd", "step": "none"}))
        .await;
    assert_eq!(
        (status, &refused["field"]),
        (422, &json!("step")),
        "{refused}"
    );
    salon.ends().await;
}

#[tokio::test]
async fn a_viewer_sends_an_input_and_the_host_shows_it_to_everyone() {
    let salon = walked().await;
    let phone = salon.phone().await;
    let fields = [("m", "0, 5; 5, 0"), ("_name", "Ada")];
    let sent = post(&phone, "/walk/TESTNGHT/function/send", &fields).await;
    assert_eq!(sent.status(), 200, "{}", sent.text().await.unwrap());
    let again = post(&phone, "/walk/TESTNGHT/function/send", &fields).await;
    assert_eq!(again.status(), 200);
    let state = salon.host_state().await;
    let list = state["session"]["sent"].as_array().unwrap();
    assert_eq!(list.len(), 1, "sent twice, there once");
    assert_eq!(
        (&list[0]["name"], &list[0]["done"]),
        (&json!("Ada"), &json!(false))
    );
    let bad = post(&phone, "/walk/TESTNGHT/function/send", &[("m", "1, 2; 3")]).await;
    assert_eq!(bad.status(), 400, "what cannot be shown is not sent");
    let public = get(&salon, "/api/v1/public/TESTNGHT", "")
        .await
        .text()
        .await
        .unwrap();
    assert!(
        !public.contains("Ada"),
        "before it is shown it is the host's"
    );

    let (cookie, _) = enters(&salon, &link(&salon, "cohost").await).await;
    let look = get(&salon, &format!("/host/{}/sent/1", salon.session), &cookie).await;
    assert_eq!(look.status(), 303);
    let to = look.headers()["location"].to_str().unwrap().to_string();
    assert!(to.starts_with("/walk/TESTNGHT/function?"), "{to}");
    assert_eq!(
        get(
            &salon,
            &format!("/host/{}/sent/1", salon.session),
            &phone.cookie
        )
        .await
        .status(),
        303
    );
    let page = get(&salon, &to, &cookie).await.text().await.unwrap();
    assert!(page.contains("Show this to everyone"));

    salon.does(json!({"do": "show_sent", "sent": 1})).await;
    let state = salon.host_state().await;
    assert_eq!(state["session"]["walks"][0]["by"], "Ada");
    assert_eq!(state["session"]["sent"][0]["done"], true);
    let page = get(&salon, "/walk/TESTNGHT", &phone.cookie)
        .await
        .text()
        .await
        .unwrap();
    assert!(page.contains("0, 5; 5, 0"));

    let path = format!("/host/{}/walk/eigen", salon.session);
    let by_others = post(&phone, &path, &[]).await;
    assert_ne!(by_others.status(), 200);
    let host = Phone {
        salon: &salon,
        cookie,
    };
    let shown = post(&host, &path, &[("m", "2, 1; 1, 2")]).await;
    assert_eq!(shown.status(), 200, "{}", shown.text().await.unwrap());
    let state = salon.host_state().await;
    assert_eq!(state["session"]["walks"][0]["step"], "eigen");
    salon.ends().await;
}

#[tokio::test]
async fn a_picture_comes_back_as_its_factors_and_is_not_kept() {
    let salon = walked().await;
    let phone = salon.phone().await;
    let (rows, columns) = (24_usize, 32_usize);
    let grey: Vec<u8> = (0..rows * columns).map(|n| (n * 7 % 251) as u8).collect();
    let send = |query: String, body: Vec<u8>| {
        let url = salon.url(&format!("/walk/TESTNGHT/picture?{query}"));
        let request = salon
            .http
            .post(url)
            .header("cookie", &phone.cookie)
            .body(body);
        async move { request.send().await.unwrap() }
    };
    let answer = send(format!("rows={rows}&columns={columns}"), grey.clone()).await;
    assert_eq!(answer.status(), 200);
    let bytes = answer.bytes().await.unwrap();
    assert_eq!(&bytes[..4], b"SVD1");
    let number = |at: usize| f64::from(f32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()));
    let k = rows.min(columns);
    assert_eq!(bytes.len(), 16 + 4 * k * (1 + rows + columns));
    let (s, u, vt) = (16, 16 + 4 * k, 16 + 4 * (k + k * rows));
    for (place, value) in grey.iter().enumerate() {
        let (row, column) = (place / columns, place % columns);
        let sum: f64 = (0..k)
            .map(|i| {
                number(s + 4 * i)
                    * number(u + 4 * (i * rows + row))
                    * number(vt + 4 * (i * columns + column))
            })
            .sum();
        assert!(
            (sum - f64::from(*value)).abs() < 0.01,
            "{row}, {column}: {sum}"
        );
    }
    for (query, body) in [
        ("rows=24&columns=32".to_string(), vec![0; 10]),
        ("rows=0&columns=0".to_string(), vec![]),
        ("rows=1000&columns=1000".to_string(), vec![0; 1_000_000]),
        (format!("rows={}&columns=2", usize::MAX), vec![0; 2]),
    ] {
        let answer = send(query.clone(), body).await;
        assert!(
            [400, 413].contains(&answer.status().as_u16()),
            "{query}: {}",
            answer.status()
        );
    }
    // One visitor sends them at a pace; that of another is their own.
    let mut slowed = false;
    for _ in 0..100 {
        let answer = send("rows=2&columns=2".to_string(), vec![1, 2, 3, 4]).await;
        slowed |= answer.status() == 429;
    }
    assert!(slowed, "a hundred pictures at once");
    let other = salon.phone().await;
    let url = salon.url("/walk/TESTNGHT/picture?rows=2&columns=2");
    let request = salon.http.post(url).header("cookie", &other.cookie);
    let answer = request.body(vec![1, 2, 3, 4]).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    salon.ends().await;
}

#[tokio::test]
async fn one_visitor_cannot_take_all_the_time() {
    let salon = walked().await;
    let phone = salon.phone().await;
    let mut told = Vec::new();
    for n in 0..60 {
        let m = format!("{n}, 1; 2, 3");
        let answer = post(&phone, "/walk/TESTNGHT/function/part", &[("m", &m)]).await;
        told.push(answer.status().as_u16());
    }
    assert!(told.contains(&200) && told.contains(&429), "{told:?}");
    // Those without a cookie share the pace of one, and cannot hold up the others.
    let mut told = Vec::new();
    for n in 0..60 {
        let url = format!("/api/v1/public/TESTNGHT/walk/eigen?m={n}%2C1%3B2%2C3");
        told.push(get(&salon, &url, "").await.status().as_u16());
    }
    assert!(told.contains(&200) && told.contains(&429), "{told:?}");
    // What the session offers is free.
    for _ in 0..40 {
        assert_eq!(get(&salon, "/walk/TESTNGHT/kinds", "").await.status(), 200);
    }
    let other = salon.phone().await;
    let answer = post(
        &other,
        "/walk/TESTNGHT/function/part",
        &[("m", "1, 2; 3, 4")],
    )
    .await;
    assert_eq!(answer.status(), 200, "others are not held up");
    salon.ends().await;
}

#[tokio::test]
async fn a_session_without_a_walkthrough_says_so() {
    let salon = Salon::start().await;
    for path in ["/walk/TESTNGHT", "/walk/TESTNGHT/eigen", "/walk/NOSUCH"] {
        assert_eq!(get(&salon, path, "").await.status(), 404, "{path}");
    }
    salon.ends().await;
}

#[tokio::test]
async fn a_host_goes_only_where_something_can_be_shown() {
    let salon = walked().await;
    let phone = salon.phone().await;
    salon
        .does(json!({"do": "walk_to", "segment": "svd", "step": "kinds", "input": {"m": "1, 2; 3, 4"}}))
        .await;
    for (step, input, field) in [
        ("eigen", json!({"nofield": "1"}), "input.nofield"),
        ("eigen", json!({"m": "1,2;3"}), "input.m"),
        (
            "function",
            json!({"m": "1, 2; 3, 4", "x": "1, 2, 3"}),
            "input.x",
        ),
        ("low-rank", json!({"rank": "none"}), "input.rank"),
        ("nowhere", json!({}), "step"),
    ] {
        let command = json!({"do": "walk_to", "segment": "svd", "step": step, "input": input});
        let (status, body) = salon.host(command).await;
        assert_eq!(status, 422, "{step}: {body}");
        assert_eq!(body["code"], "bad_plan", "{body}");
        assert_eq!(body["field"], field, "{body}");
        // Everyone is still where they were.
        let page = get(&salon, "/walk/TESTNGHT", &phone.cookie).await;
        assert_eq!(page.status(), 200);
        let page = page.text().await.unwrap();
        assert!(page.contains("data-step=\"kinds\""), "{step}");
    }
}
