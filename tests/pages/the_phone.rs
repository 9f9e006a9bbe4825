//! A phone in one hand through an evening: what is asked comes first, nothing moves under the thumb, and what has to be
//! known is seen wherever one has scrolled.

use std::time::Duration;

use serde_json::json;

use crate::chromium::{Browser, Driver};
use crate::salon::Salon;

/// Layout shifts that no press explains are summed up from the first paint on, as the browser counts them.
const WATCH_SHIFTS: &str = "window.shifted = 0; window.moved = []; \
    new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) { \
        window.shifted += one.value; \
        window.moved.push(...one.sources.map((s) => (s.node?.id || s.node?.className || s.node?.nodeName) + ' ' + s.previousRect.y + '>' + s.currentRect.y)); \
    } }).observe({ type: 'layout-shift', buffered: true });";

async fn demo_runs(salon: &Salon) {
    let demo = json!({"kind": "rbf", "settings": {"backbone": "fully_connected", "epochs": 200}});
    let segment =
        json!({"id": "trainer", "kind": "demo", "title": "Trained while you watch", "demo": demo});
    salon
        .does(json!({"do": "edit_segment", "segment": segment}))
        .await;
    salon.does(json!({"do": "go", "segment": "trainer"})).await;
    salon
        .does(json!({"do": "start_run", "segment": "trainer"}))
        .await;
}

async fn closes(salon: &Salon, poll: &str) {
    salon
        .does(json!({"do": "close_poll", "poll": poll, "now": true}))
        .await;
}

/// How far from the window's top an element begins.
async fn top(phone: &Browser, css: &str) -> f64 {
    let at = format!("document.querySelector('{css}').getBoundingClientRect().top");
    phone.js(&at).await.as_f64().unwrap()
}

/// A new phone on a slow line, watched until the rest of the page is there.
async fn newcomer(driver: &Driver, salon: &Salon, what: &str) -> Browser {
    let phone = driver.phone().await;
    phone
        .cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({"source": WATCH_SHIFTS}),
        )
        .await;
    phone.cdp("Network.enable", json!({})).await;
    phone
        .cdp(
            "Network.emulateNetworkConditions",
            json!({"offline": false, "latency": 200, "downloadThroughput": 100_000, "uploadThroughput": 50_000}),
        )
        .await;
    phone.goto(&salon.url("/CENTRE")).await;
    phone
        .wait_for_within("document.querySelector('#bar')", Duration::from_secs(25))
        .await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let shifted = phone.js("window.shifted").await.as_f64().unwrap();
    let moved = phone.js("window.moved").await;
    assert!(shifted <= 0.05, "{what}: {shifted} {moved}");
    phone
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_asked_comes_first_and_nothing_moves_for_newcomers() {
    let Some(driver) = Driver::start("the_phone") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    for poll in ["framework", "machine-text"] {
        salon.does(json!({"do": "open_poll", "poll": poll})).await;
        salon.somebody_votes(poll, json!({"picks": [0]})).await;
        closes(&salon, poll).await;
        salon.does(json!({"do": "reveal", "poll": poll})).await;
    }
    newcomer(&driver, &salon, "two results").await;
    salon
        .does(json!({"do": "announce", "text": "The slides are on the website."}))
        .await;
    newcomer(&driver, &salon, "an announcement").await;
    demo_runs(&salon).await;
    let watching = newcomer(&driver, &salon, "a demo").await;
    watching
        .wait_for_within(
            "document.querySelector('#demo .scatter')",
            Duration::from_secs(25),
        )
        .await;

    // One who watches the demo, further down, when a poll opens.
    watching
        .js("(document.querySelector('#demo').scrollIntoView(), scrollBy(0, 200), 1)")
        .await;
    watching
        .js("document.querySelector('#demo').getBoundingClientRect().top")
        .await;
    let before = top(&watching, "#demo").await;
    salon
        .does(json!({"do": "open_poll", "poll": "lambda"}))
        .await;
    watching
        .wait_for("document.querySelector('#poll-lambda')")
        .await;
    watching
        .wait_for("!document.querySelector('#news').hidden")
        .await;
    let after = top(&watching, "#demo").await;
    assert!((before - after).abs() < 2.0, "{before} {after}");
    assert!(top(&watching, "#poll-lambda").await < top(&watching, "#demo").await);
    watching.press("A new poll is open").await;
    watching
        .wait_for("(() => { const r = document.querySelector('#poll-lambda h2').getBoundingClientRect(); return r.top >= 0 && r.bottom < 500; })()")
        .await;
    watching
        .wait_for("document.querySelector('#news').hidden")
        .await;

    // Who comes now has the poll first, and it stays where it was first seen.
    let late = newcomer(&driver, &salon, "a poll and a demo").await;
    assert!(top(&late, "#poll-lambda").await < 500.0);
    late.wait_for("document.querySelector('#demo .scatter')")
        .await;
    assert!(top(&late, "#poll-lambda").await < top(&late, "#demo").await);
    late.press("A little: λ = 0.1").await;
    late.sees("Counted ✓").await;

    // Someone who reads the questions is told as well, and led back.
    let reading = driver.phone().await;
    reading.goto(&salon.url("/CENTRE#questions")).await;
    reading.sees("Your question").await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    reading.press("A new poll is open").await;
    reading
        .wait_for("document.querySelector('#poll-framework h2').checkVisibility() && document.querySelector('#poll-framework h2').getBoundingClientRect().top < 500")
        .await;

    // At the reveal what is on stage comes first, once one has answered the others.
    closes(&salon, "lambda").await;
    salon.does(json!({"do": "reveal", "poll": "lambda"})).await;
    salon.does(json!({"do": "show", "poll": "lambda"})).await;
    late.wait_for("document.querySelector('#poll-lambda .result').textContent.includes('voted')")
        .await;
    late.press("PyTorch").await;
    late.press("Send").await;
    late.wait_for(
        "document.querySelector('#poll-framework .note').textContent.includes('Counted')",
    )
    .await;
    salon.does(json!({"do": "show", "poll": null})).await;
    salon.does(json!({"do": "show", "poll": "lambda"})).await;
    late.wait_for("document.querySelector('#polls').firstElementChild.id === 'poll-lambda'")
        .await;
    // The host has gone on from what shows its result in an earlier segment, whoever may still vote there.
    salon
        .does(json!({"do": "reveal", "poll": "framework"}))
        .await;
    salon.does(json!({"do": "show", "poll": "lambda"})).await;
    late.js("(document.activeElement.blur(), 1)").await;
    late.wait_for("document.querySelector('#past #poll-framework .ballot').checkVisibility()")
        .await;
    let later = newcomer(&driver, &salon, "a result that takes votes").await;
    assert!(top(&later, "#demo").await < top(&later, "#poll-framework").await);
}

/// Where an element's middle is, the element itself is what one sees there.
const SEEN: &str = "((css) => { const one = document.querySelector(css), r = one.getBoundingClientRect(); \
    const hit = document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2); \
    return r.height > 0 && r.bottom <= innerHeight && (one === hit || one.contains(hit)); })";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_to_be_known_is_seen_wherever_one_is() {
    let Some(driver) = Driver::start("the_phone: seen") else {
        return;
    };
    let salon = Salon::start().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    for (width, height) in [(390, 844), (360, 640), (393, 660), (320, 568)] {
        let phone = driver.window(width, height).await;
        phone.goto(&salon.url("/CENTRE")).await;
        phone
            .wait_for_within("document.querySelector('#bar')", Duration::from_secs(20))
            .await;
        phone.press("PyTorch").await;
        // As low as a thumb finds it.
        phone
            .js("(document.querySelector('#poll-framework .send').scrollIntoView({block: 'end', behavior: 'instant'}), document.querySelector('#poll-framework .send').click(), 1)")
            .await;
        phone
            .wait_for("document.querySelector('#poll-framework .note').textContent.startsWith('Counted ✓')")
            .await;
        let seen = phone.js(&format!("{SEEN}('#poll-framework .note')")).await;
        assert_eq!(seen, true, "counted, at {width} × {height}");
        // A page of any length; and nobody is at its end.
        phone
            .js("(document.querySelector('#past').append(Object.assign(document.createElement('p'), {style: 'height: 3000px'})), scrollTo(0, 900), 1)")
            .await;
        phone.offline(true).await;
        phone.js("dispatchEvent(new Event('offline'))").await;
        phone
            .wait_for("document.body.matches('.away') && document.querySelector('#line').textContent === 'You are offline'")
            .await;
        let seen = phone.js(&format!("{SEEN}('#line')")).await;
        assert_eq!(seen, true, "offline, at {width} × {height}");
    }
}

/// What a browser does that translates a page: each text becomes an element with other words, and so does each that comes.
const TRANSLATES: &str = "(() => { \
    window.translated = 0; \
    const skipped = (node) => node.parentElement?.closest('script, style, [translate=no], font, textarea'); \
    const turn = (node) => { if (!node.data.trim() || skipped(node)) return; \
        const font = document.createElement('font'); font.textContent = '[es] ' + node.data; node.replaceWith(font); window.translated += 1; }; \
    const all = (root) => { if (root.nodeType === 3) return turn(root); \
        const walk = document.createTreeWalker(root, 4), found = []; while (walk.nextNode()) found.push(walk.currentNode); found.forEach(turn); }; \
    all(document.documentElement); \
    new MutationObserver((list) => { for (const one of list) for (const node of one.addedNodes) if (node.isConnected) all(node); }) \
        .observe(document.documentElement, { childList: true, subtree: true }); return 1; })()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_the_browser_translates_is_left_alone_and_follows_all_the_same() {
    let Some(driver) = Driver::start("the_phone: translated") else {
        return;
    };
    let salon = Salon::start().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    let asker = driver.phone().await;
    asker.goto(&salon.url("/CENTRE#questions")).await;
    asker.types("#ask-text", "Does it run on a phone?").await;
    asker.click("#ask .go").await;
    asker.sees("Received ✓").await;
    for part in ["votes", "questions"] {
        let phone = driver.phone().await;
        phone.goto(&salon.url(&format!("/CENTRE#{part}"))).await;
        phone
            .wait_for_within("document.querySelector('#bar')", Duration::from_secs(20))
            .await;
        phone.js(TRANSLATES).await;
        phone.wait_for("window.translated > 20").await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let before = phone.js("window.translated").await;
        tokio::time::sleep(Duration::from_secs(4)).await;
        assert_eq!(phone.js("window.translated").await, before, "{part}");
        if part == "votes" {
            phone
                .js("(document.querySelector('#poll-framework [value=\"0\"]').click(), document.querySelector('#poll-framework .send').click(), 1)")
                .await;
            phone.sees("[es] Counted ✓").await;
        } else {
            let mine = phone
                .js("document.querySelector('.voices b').textContent")
                .await;
            assert_eq!(mine, "1");
            phone.click("button.voices").await;
            phone
                .wait_for("document.querySelector('.voices b').textContent === '2'")
                .await;
            // What is said of the asker's own follows as well.
            asker.js(TRANSLATES).await;
            let third = driver.phone().await;
            third.goto(&salon.url("/CENTRE#questions")).await;
            third.click("button.voices").await;
            for page in [&asker, &phone] {
                page.wait_for("document.querySelector('.voices b').textContent === '3'")
                    .await;
            }
            asker
                .sees("[es] Received ✓ 3 people want this answered.")
                .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_kept_for_the_rehearsal_is_not_cast_in_the_evening() {
    let Some(driver) = Driver::start("the_phone: rehearsal") else {
        return;
    };
    let mut salon = Salon::start().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE#questions")).await;
    phone.sees("Your question").await;
    salon.kill();
    phone
        .wait_for("document.querySelector('#line').textContent.startsWith('Connection lost')")
        .await;
    phone.types("#ask-text", "Is anybody there?").await;
    phone.click("#ask .go").await;
    phone.sees("Kept on this device").await;
    phone.js("(location.hash = 'votes', 1)").await;
    phone.press("JAX").await;
    phone.press("Send").await;
    phone.sees("Kept on this device").await;
    // Another session gets the same code; the phone still shows the old one, and then opens the new one.
    salon.begin_anew().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(
        salon.poll("framework").await["voters"],
        0,
        "by the old page"
    );
    phone.goto(&salon.url("/CENTRE")).await;
    phone.client.refresh().await.unwrap();
    phone
        .wait_for("document.querySelector('#line').textContent === 'Connected'")
        .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(
        salon.poll("framework").await["voters"],
        0,
        "by the new page"
    );
    let state = salon.host_state().await;
    assert_eq!(state["room"]["questions"]["open"], 0, "{}", state["room"]);
    let kept = phone
        .js("Object.keys(localStorage).filter((key) => key.startsWith('salon/') && key !== 'salon/name').length")
        .await;
    assert_eq!(kept, 1, "the session that has this code now");
}
