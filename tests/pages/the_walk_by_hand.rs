//! The walkthrough by hand: the host steps from the desk while a phone follows, wanders and comes back; a clip is played and scrubbed.

use std::time::Duration;

use serde_json::{Value, json};

use crate::access::check;
use crate::chromium::{Browser, Driver};
use crate::salon::Salon;
use crate::the_walk::{changes, on_the_walk, puts, quiet, shown};

const LEFT: char = '\u{e012}';
const RIGHT: char = '\u{e014}';
const HOME: char = '\u{e011}';
const END: char = '\u{e010}';

/// Titles of the first steps.
const FUNCTION: &str = "A matrix is a function";
const COMPOSITION: &str = "Composition, and diagrams that commute";
const CODE: &str = "Refactoring code";
const FINITE: &str = "Any function in three pieces";

/// Waits until what is shown large, on stage or on a phone, is this step.
async fn is_at(page: &Browser, title: &str) {
    let title = json!(title);
    page.wait_for(&format!(
        "document.querySelector('.walk-scene h1, main > h1').textContent === {title}"
    ))
    .await;
}

/// The same, once a phone that follows would have gone on.
async fn stays_at(phone: &Browser, title: &str) {
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let now = phone.js("document.querySelector('main > h1').textContent");
    assert_eq!(now.await, title);
}

/// Whether a phone follows is told at its top.
async fn is_told(phone: &Browser, words: &str) {
    let words = json!(words);
    phone
        .wait_for(&format!(
            "document.querySelector('#host-at').textContent === {words}"
        ))
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_steps_by_buttons_and_keys_and_people_come_back() {
    let Some(driver) = Driver::start("the_walk_desk") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    let stage = driver.window(1920, 1080).await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE")).await;
    phone.press("Walk through it yourself").await;
    for page in [&stage, &phone] {
        is_at(page, FUNCTION).await;
    }
    let host = salon.host(&driver, 1280, 900).await;
    host.sees("Step 1 of 17: A matrix is a function").await;

    // There is nothing before the first step; then by buttons and by keys.
    host.press("Previous step").await;
    host.press("Next step ›").await;
    for page in [&stage, &phone] {
        is_at(page, COMPOSITION).await;
    }
    host.sees(&format!("Step 2 of 17: {COMPOSITION}")).await;
    host.keys(&['.']).await;
    for page in [&stage, &phone] {
        is_at(page, CODE).await;
    }
    host.press("Previous step").await;
    for page in [&stage, &phone] {
        is_at(page, COMPOSITION).await;
    }
    host.keys(&[',']).await;
    for page in [&stage, &phone] {
        is_at(page, FUNCTION).await;
    }
    is_told(&phone, "You are where the host is.").await;

    // Whoever goes on by themselves stays there, and sees where the host is.
    phone.click(".walk-steps summary").await;
    phone.click(".walk-steps a[data-step=code]").await;
    is_at(&phone, CODE).await;
    let alone = "You are on your own. The host is at: ";
    is_told(&phone, &format!("{alone}{FUNCTION}")).await;
    host.keys(&['.']).await;
    is_at(&stage, COMPOSITION).await;
    is_told(&phone, &format!("{alone}{COMPOSITION}")).await;
    stays_at(&phone, CODE).await;
    // The host comes to the same step; still it is not the host's input.
    host.press("Next step ›").await;
    is_at(&stage, CODE).await;
    is_told(
        &phone,
        "You are on your own, at the host’s step. Go back to what the host shows",
    )
    .await;
    check(&phone, "alone at the host's step").await;
    // And goes on.
    host.press("Next step ›").await;
    is_at(&stage, FINITE).await;
    is_told(&phone, &format!("{alone}{FINITE}")).await;
    stays_at(&phone, CODE).await;

    // The link leads to the host's step, and from there on the phone follows.
    phone.click("#host-at a").await;
    is_at(&phone, FINITE).await;
    is_told(&phone, "You are where the host is.").await;
    host.press("Previous step").await;
    for page in [&stage, &phone] {
        is_at(page, CODE).await;
    }

    // An input of one's own is left in the same way.
    for title in [COMPOSITION, FUNCTION] {
        host.keys(&[',']).await;
        is_at(&phone, title).await;
        host.sees(&format!(": {title}")).await;
    }
    let hosts = shown(&phone, "#shown").await;
    puts(&phone, "#f-x", "-1, 2").await;
    changes(&phone, "#shown", &hosts).await;
    phone.press("Go back to what the host shows").await;
    is_told(&phone, "You are where the host is.").await;
    phone
        .wait_for("document.querySelector('#f-x').value === '1, 0.5'")
        .await;
    host.press("Next step ›").await;
    is_at(&phone, COMPOSITION).await;
    quiet(&[&stage, &phone, &host]).await;
}

/// What is shown of the clip, by the slider, by its words, and by what is in view: the frame's number from 0 by each.
async fn frames(page: &Browser) -> Value {
    page.js(
        "(() => { const slider = document.querySelector('.walk-player input'); const svg = document.querySelector('svg[data-frames]'); \
         const { rows, columns, pictures, frames } = svg.dataset; \
         const [x, y, wide, high] = svg.querySelector('.svd-frame').getAttribute('viewBox').split(' ').map(Number); \
         const words = document.querySelector('.walk-player output').textContent; \
         const [, said, of] = /^frame (\\d+) of (\\d+)$/.exec(words); \
         return [Number(slider.value), Number(said) - 1, y / rows, slider.getAttribute('aria-valuetext') === words, \
             x === 0 && wide === columns * pictures && high === Number(rows) && of === frames]; })()",
    )
    .await
}

async fn is_frame(page: &Browser, at: i64) {
    assert_eq!(frames(page).await, json!([at, at, at, true, true]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clip_is_played_and_scrubbed() {
    let Some(driver) = Driver::start("the_walk_frames") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    let page = driver.phone().await;
    page.goto(&salon.url("/walk/CENTRE/foreground")).await;
    page.wait_for("document.querySelector('.walk-player')")
        .await;
    let last = page
        .js("Number(document.querySelector('svg[data-frames]').dataset.frames) - 1")
        .await
        .as_i64()
        .unwrap();
    assert!(last > 10);
    is_frame(&page, 0).await;

    // Played, it shows one frame after the other and stands at its end.
    const PLAY: &str = "document.querySelector('.walk-player button').textContent === 'Play'";
    page.js(
        "(() => { const slider = document.querySelector('.walk-player input'); window.went = []; \
         new MutationObserver(() => window.went.push(slider.valueAsNumber)).observe(document.querySelector('.walk-player output'), { childList: true }); return true; })()",
    )
    .await;
    page.click(".walk-player button").await;
    page.wait_for(&format!(
        "document.querySelector('.walk-player input').value == {last} && {PLAY}"
    ))
    .await;
    is_frame(&page, last).await;
    let went = page.js("window.went").await;
    let went: Vec<i64> = serde_json::from_value(went).unwrap();
    assert!(
        went.is_sorted() && went.iter().any(|at| (1..last).contains(at)),
        "{went:?}"
    );
    // From there it begins again; a press while it plays stops it where it is.
    page.js(
        "(() => { const [play, slider] = document.querySelectorAll('.walk-player :is(button, input)'); play.click(); \
         const look = () => (slider.value > 2 && slider.value < 20 ? play.click() : requestAnimationFrame(look)); look(); return true; })()",
    )
    .await;
    page.wait_for(&format!(
        "{PLAY} && document.querySelector('.walk-player input').value < {last}"
    ))
    .await;
    let paused = frames(&page).await;
    let at = paused[0].as_i64().unwrap();
    assert!(at > 0 && at < last, "paused at {at}");
    is_frame(&page, at).await;

    // By the keys, frame by frame; and the slider stands there still over other pictures.
    page.js("document.querySelector('.walk-player input').focus()")
        .await;
    for (key, to) in [
        (HOME, 0),
        (LEFT, 0),
        (RIGHT, 1),
        (RIGHT, 2),
        (END, last),
        (RIGHT, last),
        (LEFT, last - 1),
    ] {
        page.keys(&[key]).await;
        is_frame(&page, to).await;
    }
    let before = shown(&page, "#shown").await;
    puts(&page, "#f-scene", "one stops").await;
    changes(&page, "#shown", &before).await;
    is_frame(&page, last - 1).await;

    // Without motion a press is one frame, and after the last it begins again.
    let still = json!([{"name": "prefers-reduced-motion", "value": "reduce"}]);
    page.cdp("Emulation.setEmulatedMedia", json!({"features": still}))
        .await;
    for at in [last, 0, 1, 2] {
        page.click(".walk-player button").await;
        is_frame(&page, at).await;
        assert_eq!(page.js(PLAY).await, true);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    is_frame(&page, 2).await;
    quiet(&[&page]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_is_far_too_large_is_told_and_not_sent() {
    let Some(driver) = Driver::start("the_walk_large") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    let page = driver.phone().await;
    page.goto(&salon.url("/walk/CENTRE/kinds")).await;
    page.wait_for("document.querySelector('.walk-grid')").await;
    let good = shown(&page, "#shown").await;
    // Of a million rows: more than the server takes in at all.
    page.js("(() => { const f = document.querySelector('#f-m'); f.value = '1 2 3\\n'.repeat(1_000_000); \
             f.dispatchEvent(new Event('input', { bubbles: true })); return true; })()")
        .await;
    page.sees("has 6000000 bytes; at most 65536 can be read")
        .await;
    page.sees("Of the last input that could be read.").await;
    assert_eq!(shown(&page, "#shown").await, good);
    let sent = "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/part')).length";
    assert_eq!(page.js(sent).await, 0);
    puts(&page, "#f-m", "1, 0; 0, 2").await;
    changes(&page, "#shown", &good).await;
    page.wait_for("!document.querySelector('#f-m').hasAttribute('aria-invalid')")
        .await;
    quiet(&[&page]).await;
}
