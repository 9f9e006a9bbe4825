//! Airplane mode, a program that is killed: a vote that was pressed is kept, sent when it can be, counted once.

use serde_json::json;

use crate::chromium::Driver;
use crate::salon::Salon;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vote_pressed_while_offline_is_counted_once_when_back() {
    let Some(driver) = Driver::start("offline") else {
        return;
    };
    let salon = Salon::start().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE")).await;
    phone.sees("Connected").await;
    phone.press("JAX").await;
    phone.press("Send").await;
    phone.sees("Counted ✓").await;
    phone.offline(true).await;
    phone.js("dispatchEvent(new Event('offline'))").await;
    phone.press("PyTorch").await;
    phone.press("Send").await;
    phone
        .wait_for("/kept on this device|sending/i.test(document.body.innerText)")
        .await;
    assert_eq!(salon.counts("framework").await[0].1, 0, "not there yet");
    phone.offline(false).await;
    phone.js("dispatchEvent(new Event('online'))").await;
    phone
        .wait_for(
            "document.querySelector('#poll-framework .note').textContent.includes('PyTorch + JAX')",
        )
        .await;
    assert_eq!(salon.poll("framework").await["voters"], 1);
    assert_eq!(salon.counts("framework").await[0].1, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vote_survives_the_program_being_killed_and_the_page_reloaded() {
    let Some(driver) = Driver::start("killed") else {
        return;
    };
    let mut salon = Salon::start().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE")).await;
    phone.sees("Connected").await;
    phone.press("PyTorch").await;
    phone.press("Send").await;
    phone.sees("Counted ✓").await;
    salon.kill();
    phone.sees("Connection lost").await;
    phone.press("JAX").await;
    phone.press("Send").await;
    phone.sees("Kept on this device").await;
    salon.start_again();
    phone.client.refresh().await.unwrap();
    phone
        .wait_for(
            "document.querySelector('#poll-framework .note').textContent.includes('PyTorch + JAX')",
        )
        .await;
    let poll = salon.poll("framework").await;
    assert_eq!(
        (&poll["voters"], &poll["phase"]),
        (&json!(1), &json!("open"))
    );
    assert_eq!(poll["tally"]["combos"][0]["label"], "PyTorch + JAX");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vote_goes_by_http_where_no_socket_gets_through() {
    let Some(driver) = Driver::start("no socket") else {
        return;
    };
    let salon = Salon::start().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    let phone = driver.phone().await;
    // As behind a proxy that lets no websocket through.
    let blocked = "window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({code: 1006}), 50); } close() {} send() {} };";
    phone
        .cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": blocked}),
        )
        .await;
    phone.goto(&salon.url("/CENTRE")).await;
    phone.press("PyTorch").await;
    phone.press("Send").await;
    phone.sees("Kept on this device").await;
    phone.client.refresh().await.unwrap();
    phone.sees("Counted ✓").await;
    assert_eq!(salon.poll("framework").await["voters"], 1);
}
