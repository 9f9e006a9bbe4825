//! A hall that is full, and a browser with too many tabs.

use serde_json::json;

use crate::salon::{Salon, Voter, connect, line};

#[tokio::test]
async fn a_full_hall_says_so_takes_votes_all_the_same_and_keeps_out_neither_host_nor_stage() {
    let salon = Salon::start_for(2).await;
    salon.opens("one-of").await;
    let first = salon.voter().await;
    let _second = salon.voter().await;
    let phone = salon.phone().await;
    let path = &line("audience");
    let mut told = Voter {
        socket: connect(&salon.base, path, &phone.cookie).await.unwrap(),
        first: json!(null),
        heard: Vec::new(),
        asks: 0,
    };
    assert_eq!(told.closes_with().await, 4013);
    let url = salon.url("/api/v1/public/TESTNGHT/polls/one-of/ballot");
    let cast = salon.http.put(url).header("cookie", &phone.cookie);
    let cast = cast.body(json!({"answer": {"picks": [1]}}).to_string());
    assert_eq!(cast.send().await.unwrap().status(), 200);
    assert_eq!(salon.counts("one-of").await[1].1, 1);
    let _stage = salon.stage().await;

    drop(first);
    for _ in 0..50 {
        let socket = connect(&salon.base, path, &phone.cookie).await.unwrap();
        let mut came = Voter {
            socket,
            first: json!(null),
            heard: Vec::new(),
            asks: 0,
        };
        if came
            .listens(100)
            .await
            .iter()
            .any(|m| m["type"] == "snapshot")
        {
            return salon.ends().await;
        }
    }
    panic!("the place that was left is not given again");
}

#[tokio::test]
async fn one_browser_keeps_its_eight_newest_tabs() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let phone = salon.phone().await;
    let mut tabs = Vec::new();
    for _ in 0..9 {
        tabs.push(phone.connects("").await);
    }
    assert_eq!(tabs[0].closes_with().await, 4502);
    for tab in &mut tabs[1..] {
        let heard = tab.casts("one-of", 1, json!({"picks": [0]})).await;
        assert_eq!(heard["type"], "heard", "{heard}");
    }
    assert_eq!(salon.counts("one-of").await[0].1, 1);
    // Someone else's tabs are their own.
    let mut another = salon.voter().await;
    assert_eq!(
        another.casts("one-of", 1, json!({"picks": [1]})).await["type"],
        "heard"
    );
    salon.ends().await;
}

#[tokio::test]
async fn the_picture_of_the_stage_within_a_panel_is_no_stage() {
    let salon = Salon::start().await;
    let page = reqwest::get(salon.url("/stage/TESTNGHT?embed&preview"));
    let page = page.await.unwrap().text().await.unwrap();
    assert!(page.contains("preview\""), "{page}");
    let path = format!("{}&preview", line("stage"));
    let socket = connect(&salon.base, &path, "").await.unwrap();
    let mut preview = Voter::new(socket).await;
    assert_eq!(preview.first["type"], "snapshot");
    let count = |state: &serde_json::Value| state["presence"]["stage"].clone();
    assert_eq!(count(&salon.host_state().await), 0);
    let _stage = salon.stage().await;
    assert_eq!(count(&salon.host_state().await), 1);
    // It follows the session as any stage does.
    salon.opens("one-of").await;
    preview.waits_for("poll").await;
    drop(preview);
    salon.ends().await;
}
