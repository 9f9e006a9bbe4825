//! What a phone does beside voting: questions through a line that drops, step with a stream, the signal check.

use serde_json::json;

use crate::chromium::{Browser, Driver};
use crate::salon::Salon;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_asked_while_offline_is_kept_and_asked_once() {
    let Some(driver) = Driver::start("asking offline") else {
        return;
    };
    let salon = Salon::start().await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE#questions")).await;
    phone.wait_for("document.querySelector('#ask-text')").await;
    phone.offline(true).await;
    phone.sees("You are offline").await;
    phone.types("#ask-text", "Will this be kept?").await;
    phone.press("Ask when back online").await;
    phone.sees("Kept on this device").await;
    phone.offline(false).await;
    phone.sees("Received ✓").await;
    phone.client.refresh().await.unwrap();
    phone.sees("Received ✓").await;
    let room = salon.host_state().await["room"]["questions"].clone();
    assert_eq!(room["open"], 1, "{room}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_viewer_of_a_stream_sees_things_in_step_with_it() {
    let Some(driver) = Driver::start("in step") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let stage = driver.window(1280, 720).await;
    let phone = driver.phone().await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    phone.goto(&salon.url("/CENTRE")).await;
    phone.press("Watching a stream with a delay?").await;
    phone.press("+5 s").await;
    phone.sees("You watch 5 s behind").await;
    // The clocks: five seconds apart, to the second or the one beside it.
    let clock = |page: &Browser, css: &'static str| {
        let client = page.client.clone();
        async move {
            let script = format!("return document.querySelector('{css}').textContent");
            let text = client.execute(&script, Vec::new()).await.unwrap();
            let text = text.as_str().unwrap().to_string();
            let (minutes, seconds) = text.trim().split_once(':').unwrap();
            minutes.parse::<i64>().unwrap() * 60 + seconds.parse::<i64>().unwrap()
        }
    };
    stage
        .wait_for("document.querySelector('.sync-time')?.textContent")
        .await;
    let ahead = (clock(&stage, ".sync-time").await - clock(&phone, ".step-clock output").await)
        .rem_euclid(3600);
    assert!((4..=6).contains(&ahead), "{ahead} s");
    // The server knows, and the poll opens on the phone when the stream shows it, not before.
    let state = salon.host_state().await;
    assert_eq!(state["presence"]["behind"], json!([[5, 1]]));
    let opened = std::time::Instant::now();
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    stage.sees("Which frameworks").await;
    assert!(!phone.text().await.contains("Which frameworks"));
    phone.sees("Which frameworks").await;
    let after = opened.elapsed().as_secs_f64();
    assert!((4.5..9.0).contains(&after), "{after} s");
    // One's own vote is answered at once.
    phone.press("PyTorch").await;
    phone.press("Send").await;
    phone.sees("Counted ✓").await;
    phone.client.refresh().await.unwrap();
    phone.sees("You watch 5 s behind").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_check_takes_one_tap_and_the_speaker_sees_it_by_source() {
    let Some(driver) = Driver::start("the signal") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let host = salon.host(&driver, 1280, 800).await;
    host.goto(&salon.url(&format!("/speaker/{}", salon.session)))
        .await;
    let (zoom, plain) = (driver.phone().await, driver.phone().await);
    zoom.goto(&salon.url("/CENTRE?via=zoom")).await;
    plain.goto(&salon.url("/CENTRE")).await;
    for phone in [&zoom, &plain] {
        phone.wait_for("document.querySelector('#bar nav')").await;
    }
    host.sees("See and hear").await;
    host.keys(&['s']).await;
    zoom.press("Both fine").await;
    plain.press("I only hear").await;
    plain.sees("you can change it").await;
    host.sees("Zoom").await;
    host.sees("Plain link").await;
    host.wait_for("/1\\sboth\\sfine/.test(document.body.innerText) && /1\\sonly\\shear/.test(document.body.innerText)").await;
    // An announcement stands on all of them, and goes again.
    salon
        .does(json!({"do": "announce", "text": "This session is being recorded."}))
        .await;
    for page in [&zoom, &host] {
        page.sees("This session is being recorded.").await;
    }
    // A reaction is a sum that everyone is shown.
    zoom.click("button.react").await;
    zoom.click("[aria-label=Applause]").await;
    plain.wait_for("document.querySelector('.rising')").await;
    salon.does(json!({"do": "clear_announcement"})).await;
    zoom.wait_for("!document.querySelector('.announcement')")
        .await;
}
