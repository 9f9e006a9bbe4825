//! Accessible and small: axe-core finds nothing on any surface, nothing scrolls sideways, one document votes.

use serde_json::{Value, json};

use crate::chromium::{Browser, Driver};
use crate::salon::Salon;

const AXE: &str = include_str!("../vendor/axe-core-4.14.1/axe.min.js");
const PHONE: (u32, u32) = (390, 844);
const PROJECTOR: (u32, u32) = (1920, 1080);

/// No violation of WCAG 2.0 to 2.2, A and AA, in light and dark.
pub async fn check(page: &Browser, name: &str) {
    // What fades in has no contrast while it does.
    page.wait_for(
        "document.getAnimations().every((one) => one.playState !== 'running' || one.effect.getTiming().iterations === Infinity)",
    )
    .await;
    for dark in [false, true] {
        page.dark(dark).await;
        page.client.execute(AXE, Vec::new()).await.unwrap();
        let found = page
            .client
            .execute_async(
                "const done = arguments[arguments.length - 1];
                 axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})
                    .then((r) => done(r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 200)).join(' | '))))",
                Vec::new(),
            )
            .await
            .unwrap();
        assert_eq!(found, json!([]), "{name}, dark: {dark}");
    }
    let wide = page
        .js("document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
            .map((one) => one.outerHTML.slice(0, 120))")
        .await;
    assert_eq!(wide, json!([]), "{name} scrolls sideways");
}

async fn visit(page: &Browser, salon: &Salon, path: &str, ready: &str) {
    page.goto(&salon.url(path)).await;
    page.wait_for(ready).await;
    check(page, path).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axe_finds_no_violation_on_the_audience_page_in_any_state() {
    let Some(driver) = Driver::start("axe audience") else {
        return;
    };
    let salon = Salon::start().await;
    let phone = driver.window(PHONE.0, PHONE.1).await;
    visit(&phone, &salon, "/", "true").await;
    visit(&phone, &salon, "/join?code=O0", "true").await;
    visit(
        &phone,
        &salon,
        "/CENTRE",
        "document.body.innerText.includes('Connected')",
    )
    .await;
    salon
        .does(json!({"do": "add_poll", "open": true, "poll":
            {"id": "one", "kind": "single", "question": "One?", "options": ["A", "B"], "write_in": true}}))
        .await;
    phone.sees("One?").await;
    check(&phone, "single").await;
    phone.press("A").await;
    phone.sees("Counted ✓").await;
    check(&phone, "single, voted").await;
    salon
        .does(json!({"do": "add_option", "poll": "one", "label": "C"}))
        .await;
    phone.sees("was added after you voted").await;
    check(&phone, "option added").await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework", "seconds": 300}))
        .await;
    salon
        .does(json!({"do": "add_poll", "open": true, "poll":
            {"id": "chance", "kind": "prediction", "question": "How likely?", "answer": "probability", "horizons": ["Soon"]}}))
        .await;
    salon
        .does(json!({"do": "open_poll", "poll": "machine-text"}))
        .await;
    phone.sees("How likely?").await;
    check(&phone, "all kinds").await;
    salon
        .somebody_votes("framework", json!({"picks": [0, 1]}))
        .await;
    salon
        .somebody_votes("chance", json!({"probability": 70, "by": 0}))
        .await;
    for poll in ["one", "framework", "chance"] {
        salon
            .does(json!({"do": "close_poll", "poll": poll, "now": true}))
            .await;
    }
    phone
        .sees("The result comes when the host reveals it")
        .await;
    check(&phone, "closed").await;
    for poll in ["one", "framework", "chance", "machine-text"] {
        salon.does(json!({"do": "reveal", "poll": poll})).await;
    }
    salon
        .does(json!({"do": "resolve", "poll": "chance", "outcome": "yes", "note": "It was."}))
        .await;
    phone.sees("PyTorch + JAX").await;
    check(&phone, "revealed").await;
    phone
        .cdp(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": false}),
        )
        .await;
    check(&phone, "320 px").await;
    salon.does(json!({"do": "end_session"})).await;
    phone.sees("has ended").await;
    check(&phone, "ended").await;
    visit(&phone, &salon, "/CENTRE/log", "true").await;
    visit(&phone, &salon, "/NQWHERE", "true").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axe_finds_no_violation_for_the_host_and_on_stage() {
    let Some(driver) = Driver::start("axe host") else {
        return;
    };
    let salon = Salon::start().await;
    let page = driver.window(PROJECTOR.0, PROJECTOR.1).await;
    visit(&page, &salon, "/host/sign-in", "true").await;
    page.goto(&salon.sign_in).await;
    page.wait_for(
        "location.pathname.startsWith('/host/') && location.pathname !== '/host/sign-in'",
    )
    .await;
    visit(&page, &salon, "/host", "true").await;
    check(&page, "/host").await;
    let panel = format!("/host/{}", salon.session);
    visit(&page, &salon, &panel, "document.querySelector('.poll')").await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework", "seconds": 300}))
        .await;
    salon
        .somebody_votes("framework", json!({"picks": [0], "write_in": "keras"}))
        .await;
    salon
        .somebody_votes("framework", json!({"picks": [0]}))
        .await;
    page.sees("keras").await;
    page.press("New poll").await;
    page.sees("Ask at once").await;
    page.js("document.querySelectorAll('details:not(.outline .more)').forEach((one) => one.open = true)")
        .await;
    check(&page, "panel, busy").await;
    // The menus of the outline hang over each other's rows; a person has one of them open.
    page.js("document.querySelectorAll('.more').forEach((one) => one.open = one === document.querySelector('.outline .more'))")
        .await;
    check(&page, "panel, a menu in the outline").await;
    page.cdp(
        "Emulation.setDeviceMetricsOverride",
        json!({"width": PHONE.0, "height": PHONE.1, "deviceScaleFactor": 1, "mobile": false}),
    )
    .await;
    check(&page, "panel, phone").await;

    for size in [PROJECTOR, PHONE, (480, 270)] {
        let stage = driver.window(size.0, size.1).await;
        for query in ["", "?embed", "?overlay"] {
            let path = format!("/stage/CENTRE{query}");
            visit(
                &stage,
                &salon,
                &path,
                "document.body.innerText.includes('Which frameworks')",
            )
            .await;
        }
        assert_eq!(stage.complaints().await, Vec::<String>::new());
    }
    salon
        .does(json!({"do": "reveal", "poll": "framework"}))
        .await;
    let stage = driver.window(PROJECTOR.0, PROJECTOR.1).await;
    visit(
        &stage,
        &salon,
        "/stage/CENTRE",
        "document.body.innerText.includes('keras')",
    )
    .await;
    salon.does(json!({"do": "next"})).await;
    stage.sees("Radial basis functions").await;
    check(&stage, "a talk on stage").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_small_document_is_enough_to_vote() {
    let Some(driver) = Driver::start("budget") else {
        return;
    };
    let salon = Salon::start().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    let served = reqwest::Client::new()
        .get(salon.url("/CENTRE"))
        .header("accept-encoding", "br")
        .send()
        .await
        .unwrap();
    assert_eq!(served.headers()["content-encoding"], "br");
    let bytes = served.bytes().await.unwrap().len();
    assert!(bytes <= 8 * 1024, "the document is {bytes} bytes");

    // A slow phone: 400 ms away, 50 KB/s, a quarter of the processor.
    let phone = driver.phone().await;
    phone.cdp("Network.enable", json!({})).await;
    phone
        .cdp("Network.emulateNetworkConditions", json!({"offline": false, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}))
        .await;
    phone
        .cdp("Emulation.setCPUThrottlingRate", json!({"rate": 4}))
        .await;
    phone.goto(&salon.url("/CENTRE")).await;
    let before: Value = phone.js("performance.getEntriesByType('resource').filter((one) => one.startTime < performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd).length").await;
    assert_eq!(before, json!(0), "nothing but the document is needed");
    phone.press("PyTorch").await;
    phone.press("Send").await;
    phone.sees("Counted ✓").await;
    let all = phone
        .js("performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).reduce((sum, one) => sum + one.transferSize, 0)")
        .await;
    let all = all.as_f64().unwrap();
    assert!(
        all <= 16.0 * 1024.0,
        "{all} bytes in all, headers and what comes after the vote included"
    );
}
