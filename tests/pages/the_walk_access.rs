//! Every step of the walkthrough by keys alone, and by axe, on a phone.

use serde_json::json;

use crate::access::check;
use crate::chromium::{Browser, Driver};
use crate::salon::Salon;
use crate::the_walk::{changes, on_the_walk, quiet, shown};

const RIGHT: char = '\u{e014}';
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

/// Everything on the page that can be used.
const CONTROLS: &str = "[...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex]')] \
    .filter((one) => one.tabIndex >= 0 && one.checkVisibility())";

/// What has the focus: its place among what can have it (a picture that is drawn anew has other elements, but the same controls), whether it is seen to have it, and whether it is in the window.
const FOCUSED: &str = "(() => { const one = document.activeElement; if (one === document.body) return null; \
    const look = getComputedStyle(one); const r = one.getBoundingClientRect(); const [x, y] = [(r.left + r.right) / 2, (r.top + r.bottom) / 2]; \
    return { place: [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex]')].indexOf(one), tag: one.outerHTML.slice(0, 100), name: one.id || one.tagName, \
        seen: look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) >= 2, \
        within: x >= 0 && x <= innerWidth && y >= 0 && y <= innerHeight }; })()";

/// Tabs through the page from its top; opens the list of all steps on the way, and turns what can be turned.
/// What it came to is said by the names of the controls.
async fn tabs_through(page: &Browser, step: &str) -> Vec<String> {
    let (mut places, mut names) = (Vec::new(), Vec::new());
    // Far more presses than there are controls: a trap must not look like the end.
    for _ in 0..150 {
        page.keys(&[TAB]).await;
        let focused = page.js(FOCUSED).await;
        let Some(place) = focused["place"].as_i64() else {
            break;
        };
        if places.first() == Some(&place) {
            break;
        }
        assert_eq!(focused["seen"], true, "{step}: no focus is seen: {focused}");
        assert_eq!(focused["within"], true, "{step}: out of sight: {focused}");
        places.push(place);
        let name = focused["name"].as_str().unwrap().to_string();
        let before = shown(page, "#shown").await;
        match name.as_str() {
            "SUMMARY" => page.keys(&[ENTER]).await,
            // What Tab comes to is selected, so that typing takes its place.
            "f-x" => {
                page.keys(&['2', ',', '-', '1']).await;
                changes(page, "#shown", &before).await;
                page.wait_for("document.querySelector('#walk-x').getAttribute('aria-label').startsWith('x, at 2, -1:')")
                    .await;
            }
            "f-rank" | "moves-0" => {
                page.keys(&[RIGHT]).await;
                changes(page, "#shown", &before).await;
            }
            _ => {}
        }
        names.push(name);
    }
    assert!(
        places.is_sorted_by(|one, next| one < next),
        "{step}: in the order of the document, each once: {places:?} {names:?}"
    );
    let missed = page
        .js(&format!(
            "(() => {{ const all = [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden]), [tabindex]')]; const places = {places:?}; \
             return {CONTROLS}.filter((one) => !places.includes(all.indexOf(one))).map((one) => one.outerHTML.slice(0, 100)); }})()"
        ))
        .await;
    assert_eq!(missed, json!([]), "{step}: never reached");
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_needs_no_pointer() {
    let Some(driver) = Driver::start("the_walk_keyboard") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    for page in [driver.phone().await, driver.window(1280, 900).await] {
        for (step, controls) in [
            ("low-rank", vec!["SUMMARY", "f-rank", "photo", "share"]),
            ("freedom", vec!["f-m", "moves-0-play", "moves-0", "name"]),
            ("function", vec!["SUMMARY", "f-m", "f-x", "walk-x", "share"]),
        ] {
            page.goto(&salon.url(&format!("/walk/CENTRE/{step}"))).await;
            page.wait_for("document.documentElement.dataset.line === 'online'")
                .await;
            let names = tabs_through(&page, step).await;
            for control in controls {
                assert!(names.iter().any(|one| one == control), "{step}: {names:?}");
            }
        }

        // A grid is opened, used and left by keys.
        page.js("document.querySelector('#f-m').focus()").await;
        page.keys(&[TAB, ENTER]).await;
        page.wait_for("document.activeElement.dataset.at === '0 0'")
            .await;
        let before = shown(&page, "#shown").await;
        page.keys(&['3']).await;
        changes(&page, "#shown", &before).await;
        assert_eq!(
            page.js("document.querySelector('#f-m').value").await,
            "3, 1; -0.5, 1"
        );
        page.keys(&[TAB]).await;
        assert_eq!(
            page.js("document.activeElement.textContent").await,
            "Add row"
        );
        quiet(&[&page]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axe_finds_no_violation_on_any_step() {
    let Some(driver) = Driver::start("axe walk") else {
        return;
    };
    let salon = Salon::start().await;
    on_the_walk(&salon).await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/walk/CENTRE")).await;
    let steps = phone
        .js("[...document.querySelectorAll('.walk-steps a')].map((one) => one.dataset.step)")
        .await;
    let steps = steps.as_array().unwrap();
    assert_eq!(steps.len(), 17);
    for step in steps {
        let path = format!("/walk/CENTRE/{}", step.as_str().unwrap());
        phone.goto(&salon.url(&path)).await;
        phone
            .wait_for("document.documentElement.dataset.line === 'online' && document.querySelector('#shown').childElementCount > 0")
            .await;
        // In light and in dark.
        check(&phone, &path).await;
        let wide = phone.js("document.documentElement.scrollWidth").await;
        assert!(wide.as_i64().unwrap() <= 390, "{path} is {wide} wide");
        phone.dark(false).await;
    }
    quiet(&[&phone]).await;
}
