//! Everything by keyboard; focus and arrows alone never vote.

use serde_json::json;

use crate::chromium::Driver;
use crate::salon::Salon;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const DOWN: char = '\u{e015}';
const RIGHT: char = '\u{e014}';

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voter_needs_no_pointer() {
    let Some(driver) = Driver::start("keyboard voter") else {
        return;
    };
    let salon = Salon::start().await;
    salon
        .does(json!({"do": "add_poll", "open": true, "poll":
            {"id": "colour", "kind": "single", "question": "Which colour?", "options": ["Red", "Green", "Blue"]}}))
        .await;
    let page = driver.window(1280, 800).await;
    // The code field has the focus from the start.
    page.goto(&salon.url("/")).await;
    page.keys(&['c', 'e', 'n', 't', 'r', 'e', ENTER]).await;
    page.wait_for("location.pathname === '/CENTRE'").await;
    page.sees("Connected").await;
    for _ in 0..12 {
        if page.js("document.activeElement?.name === 'pick'").await == json!(true) {
            break;
        }
        page.keys(&[TAB]).await;
    }
    assert_eq!(page.js("document.activeElement.name").await, "pick");
    page.keys(&[DOWN, DOWN]).await;
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    assert_eq!(
        salon.poll("colour").await["voters"],
        0,
        "arrows alone never vote"
    );
    page.keys(&[ENTER]).await;
    page.sees("Counted ✓ Blue").await;
    assert_eq!(salon.poll("colour").await["voters"], 1);
    let outline = page.js("getComputedStyle(document.activeElement.closest('label') ?? document.activeElement).outlineStyle").await;
    let own = page
        .js("getComputedStyle(document.activeElement).outlineStyle")
        .await;
    assert!(outline != "none" || own != "none", "the focus can be seen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_needs_no_pointer() {
    let Some(driver) = Driver::start("keyboard host") else {
        return;
    };
    let salon = Salon::start().await;
    let host = salon.host(&driver, 1280, 800).await;
    host.goto(&salon.url(&format!("/host/{}", salon.session)))
        .await;
    host.sees("Which frameworks").await;
    host.keys(&['o']).await;
    host.wait_for("document.querySelector('#poll-framework[data-phase=open]')")
        .await;
    host.keys(&['a']).await;
    host.wait_for("document.activeElement.id === 'add-framework'")
        .await;
    // Keys are letters while one types.
    host.keys(&['c', 'o', 'r', ENTER]).await;
    host.sees("cor").await;
    assert_eq!(salon.poll("framework").await["phase"], "open");
    host.js("document.activeElement.blur()").await;
    host.keys(&['u']).await;
    host.wait_for(
        "![...document.querySelectorAll('.option .label')].some(one => one.textContent === 'cor')",
    )
    .await;
    host.keys(&['r']).await;
    host.sees("Revealed").await;
    host.keys(&['r', 'c']).await;
    host.wait_for("document.querySelector('#poll-framework[data-phase=closing]')")
        .await;
    host.keys(&[RIGHT]).await;
    host.wait_for(
        "document.querySelectorAll('.segment')[1].getAttribute('aria-current') === 'step'",
    )
    .await;
    host.keys(&['j', 'o']).await;
    host.wait_for("document.querySelector('#poll-machine-text[data-phase=open]')")
        .await;
    host.keys(&['t']).await;
    host.wait_for("/Open, 0:\\d\\d left/.test(document.querySelector('#poll-machine-text .phase').textContent)").await;
    host.keys(&['?']).await;
    host.wait_for("document.getElementById('help').open").await;
    host.sees("Reveal or hide its result").await;
    assert_eq!(host.complaints().await, Vec::<String>::new());
}
