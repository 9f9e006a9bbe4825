//! What has no line of its own: it is counted in people and it is told, on every surface, before and at the result.

use serde_json::json;

use crate::chromium::Driver;
use crate::salon::Salon;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_put_together_counts_people_and_nothing_is_left_out_in_silence() {
    let Some(driver) = Driver::start("the_fold") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let label = |n: usize| match n % 9 {
        4 => format!("{n}: {}", "long words ".repeat(10).trim()),
        _ => format!("option {n}"),
    };
    let options: Vec<String> = (0..40).map(label).collect();
    let poll = json!({"id": "many", "kind": "multiple", "question": "Which of these?", "options": options, "live_results": false});
    salon
        .does(json!({"do": "add_poll", "poll": poll, "segment": null, "open": true}))
        .await;
    salon.does(json!({"do": "show", "poll": "many"})).await;
    let stage = driver.window(1920, 1080).await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    let overlay = driver.window(1920, 1080).await;
    overlay.goto(&salon.url("/stage/CENTRE?overlay")).await;
    // Before the result: every option in full, or how many more there are.
    stage.sees("option 0").await;
    stage
        .wait_for("(() => { const body = document.querySelector('#main .body'), all = [...document.querySelectorAll('.choice')], last = all.at(-1); \
            const whole = all.every((one) => one.querySelector('.choice-label').scrollHeight <= one.querySelector('.choice-label').clientHeight + 1); \
            const told = all.length === 40 || last.textContent === `${41 - all.length} more, on your phone`; \
            return whole && told && last.getBoundingClientRect().bottom <= body.getBoundingClientRect().bottom + 1; })()")
        .await;
    overlay
        .wait_for("/and \\d+ more, on your phone/.test(document.querySelector('.plate-options').textContent)")
        .await;
    let fits = overlay
        .js("(() => { const one = document.querySelector('.plate-options'); return one.scrollHeight <= one.clientHeight + 1; })()")
        .await;
    assert_eq!(fits, true);

    // The last options lead; everyone picks something of everything.
    let all: Vec<u16> = (0..40).collect();
    for _ in 0..4 {
        salon.somebody_votes("many", json!({"picks": all})).await;
    }
    salon
        .somebody_votes("many", json!({"picks": [36, 37, 38, 39]}))
        .await;
    salon
        .does(json!({"do": "hide_option", "poll": "many", "option": 0}))
        .await;
    salon
        .does(json!({"do": "hide_option", "poll": "many", "option": 1}))
        .await;
    salon
        .does(json!({"do": "close_poll", "poll": "many", "now": true}))
        .await;
    salon.does(json!({"do": "reveal", "poll": "many"})).await;
    let rows = "[...document.querySelectorAll('.bars .bar')].map((one) => ['label', 'count', 'percent'].map((part) => one.querySelector(`.bar-${part}`).textContent.replace('\\u00a0', ' ')))";
    overlay
        .wait_for(&format!(
            "JSON.stringify(({rows}).at(-1)) === '[\"35 more answers\",\"4\",\"80 %\"]'"
        ))
        .await;
    for part in [36, 37, 38, 39] {
        overlay.sees(&label(part)).await;
    }
    overlay
        .sees("A tie: option 36, option 37, option 38 and option 39")
        .await;
    let shares = |page| {
        format!(
            "(() => {{ const all = ({rows}); return all.every((row) => parseInt(row[2]) <= 100 && Number(row[1]) <= 5) && /^\\d+ more answers$/.test(all.at(-1)[0]) && {page}; }})()"
        )
    };
    stage.wait_for(&shares("all.length > 3")).await;

    // The phone has all of them, with and without JavaScript, and the same percents.
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE")).await;
    let plain = driver.phone().await;
    plain
        .cdp(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": true}),
        )
        .await;
    plain.goto(&salon.url("/CENTRE")).await;
    let list = "document.querySelector('#poll-many .bars').innerText.replaceAll('\\u00a0', ' ').replace(/\\s+/g, ' ')";
    let shown = phone.js(list).await;
    plain
        .cdp(
            "Emulation.setScriptExecutionDisabled",
            json!({"value": false}),
        )
        .await;
    assert_eq!(plain.js(list).await, shown);
    let shown = shown.as_str().unwrap();
    assert!(shown.contains("Hidden answers 80 % 4"), "{shown}");
    assert!(shown.contains("option 39 100 % 5"), "{shown}");
    assert_eq!(shown.matches('%').count(), 39, "{shown}");
    phone
        .sees("A tie: option 36, option 37, option 38 and option 39")
        .await;
}
