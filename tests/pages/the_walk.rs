//! The walkthrough: the host steps, people follow or wander, anyone edits, and a picture loses its rank on two screens.

use serde_json::json;

use crate::access::check;
use crate::chromium::{Browser, Driver};
use crate::salon::Salon;

/// What stands where a step shows something.
pub async fn shown(page: &Browser, within: &str) -> String {
    let html = page
        .js(&format!("document.querySelector('{within}').innerHTML"))
        .await;
    html.as_str().unwrap().to_string()
}

/// Waits until that is something else.
pub async fn changes(page: &Browser, within: &str, before: &str) {
    let was = json!(before);
    page.wait_for(&format!(
        "document.querySelector('{within}').innerHTML !== {was}"
    ))
    .await;
}

/// Puts a text into a field, as typing does.
pub async fn puts(page: &Browser, field: &str, text: &str) {
    let (field, text) = (json!(field), json!(text));
    page.js(&format!(
        "(() => {{ const f = document.querySelector({field}); f.focus(); f.value = {text}; \
           f.dispatchEvent(new Event('input', {{ bubbles: true }})); f.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})()"
    ))
    .await;
}

pub async fn on_the_walk(salon: &Salon) {
    salon.does(json!({"do": "start_session"})).await;
    salon.does(json!({"do": "go", "segment": "walk"})).await;
}

pub async fn quiet(pages: &[&Browser]) {
    let mut said = Vec::new();
    for page in pages {
        said.extend(page.complaints().await);
    }
    // A refused input is an answer of status 422, which browsers note.
    said.retain(|line| !line.contains("422"));
    assert_eq!(said, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_steps_and_people_follow_or_wander() {
    let Some(driver) = Driver::start("the_walk") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    let stage = driver.window(1920, 1080).await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    stage.sees("A matrix is a function").await;
    stage
        .wait_for("document.querySelector('.svd-figure, figure svg, .stage svg')")
        .await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE")).await;
    phone.press("Walk through it yourself").await;
    phone.sees("A matrix is a function").await;
    check(&phone, "a step on the phone").await;
    check(&stage, "a step on stage").await;

    // The desk goes on; who follows goes along.
    let host = salon.host(&driver, 1280, 900).await;
    host.sees("The SVD, step by step").await;
    check(&host, "the walkthrough on the desk").await;
    salon
        .does(json!({"do": "walk_to", "segment": "walk", "step": "kinds"}))
        .await;
    stage.sees("Compact, thin, full, truncated").await;
    phone.sees("Compact, thin, full, truncated").await;
    host.sees("Compact, thin, full, truncated").await;

    // Whoever edits stays where they are, and is told where the host is.
    let before = shown(&phone, "#shown").await;
    puts(&phone, "#f-m", "1, 2, 3; 4, 5, 6").await;
    changes(&phone, "#shown", &before).await;
    let good = shown(&phone, "#shown").await;
    salon
        .does(json!({"do": "walk_to", "segment": "walk", "step": "eigen"}))
        .await;
    stage.sees("Separation of concerns").await;
    phone.sees("The host is at").await;
    assert_eq!(shown(&phone, "#shown").await, good, "own work stays");

    // What cannot be read is told beside the field, and what was there stays.
    puts(&phone, "#f-m", "1, 2; 3").await;
    phone
        .wait_for("document.querySelector('#e-m').textContent.includes('row 2')")
        .await;
    assert_eq!(shown(&phone, "#shown").await, good);
    check(&phone, "a fault on the phone").await;

    // The address is the link: the second visit shows the same.
    puts(&phone, "#f-m", "3, 1; 1, 3").await;
    phone
        .wait_for("!document.querySelector('#f-m').hasAttribute('aria-invalid')")
        .await;
    phone.wait_for("location.search.includes('3')").await;
    let link = phone.js("document.querySelector('#share').value").await;
    let other = driver.window(800, 900).await;
    other.goto(link.as_str().unwrap()).await;
    other
        .wait_for("document.querySelector('#f-m').value === '3, 1; 1, 3'")
        .await;
    other.dark(true).await;
    check(&other, "a shared step in the dark").await;

    // Sent to the host, shown to all.
    other.press("Send this to the host").await;
    other.sees("The host has it").await;
    host.sees("Compact, thin, full, truncated").await;
    host.press("Show what someone sent").await;
    stage.sees("Compact, thin, full, truncated").await;
    quiet(&[&stage, &phone, &host, &other]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_loses_its_rank_on_two_screens() {
    let Some(driver) = Driver::start("the_walk_picture") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    salon
        .does(json!({"do": "walk_to", "segment": "walk", "step": "low-rank"}))
        .await;
    let (one, two) = (driver.phone().await, driver.window(1280, 900).await);
    for page in [&one, &two] {
        page.goto(&salon.url("/walk/CENTRE/low-rank")).await;
        page.wait_for("document.querySelector('#shown svg')").await;
    }
    let there = shown(&two, "#shown").await;
    let before = shown(&one, "#shown").await;
    puts(&one, "#f-rank", "3").await;
    changes(&one, "#shown", &before).await;
    one.sees("Rank 3").await;
    assert_eq!(
        shown(&two, "#shown").await,
        there,
        "everyone's slider is their own"
    );
    two.js("document.querySelector('#f-rank').focus()").await;
    two.keys(&['\u{e012}']).await;
    changes(&two, "#shown", &there).await;
    two.sees("Rank 19").await;

    // The answers of the audience lie on the error curve once they are shown.
    salon.does(json!({"do": "open_poll", "poll": "rank"})).await;
    salon.somebody_votes("rank", json!({"picks": [2]})).await;
    let stage = driver.window(1920, 1080).await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    salon
        .does(json!({"do": "close_poll", "poll": "rank", "now": true}))
        .await;
    salon.does(json!({"do": "reveal", "poll": "rank"})).await;
    salon.does(json!({"do": "show", "poll": null})).await;
    stage
        .wait_for("document.querySelector('#stage .svd-votes')")
        .await;
    quiet(&[&one, &two, &stage]).await;
}
