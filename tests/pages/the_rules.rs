//! Moderating in the panel, and what it does to the phones: words that wait, pins, labels, slow mode, bans.

use serde_json::json;

use crate::chromium::{Browser, Driver};
use crate::salon::Salon;

async fn asks(phone: &Browser, text: &str) {
    phone.types("#ask-text", text).await;
    phone.click("#ask .go").await;
}

/// Sets fields of the form for rules, as a person would, and saves it.
async fn sets_rules(host: &Browser, fields: &[(&str, &str)]) {
    host.click(".queue-tools .more summary").await;
    host.click("#rules").await;
    host.wait_for("document.querySelector('[aria-label^=\"Rules for\"]')")
        .await;
    for (name, value) in fields {
        let (name, value) = (json!(name), json!(value));
        host.js(&format!(
            "(document.querySelector('[aria-label^=\"Rules for\"]').elements[{name}].value = {value}, 1)"
        ))
        .await;
    }
    host.press("Save").await;
    host.wait_for("!document.querySelector('[aria-label^=\"Rules for\"]')")
        .await;
}

/// Presses a button in the menu of a question on the desk.
async fn in_menu(host: &Browser, question: u32, words: &str) {
    // The chosen one is told in full.
    host.click(&format!("#qt-{question}")).await;
    host.click(&format!("#question-{question} .more summary"))
        .await;
    host.press(words).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn moderating_in_the_panel_is_seen_on_the_phones() {
    let Some(driver) = Driver::start("the rules") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let host = salon.host(&driver, 1280, 900).await;
    host.goto(&salon.url(&format!("/host/{}", salon.session)))
        .await;
    host.sees("Helpers").await;
    host.keys(&['q']).await;
    let phone = driver.phone().await;
    let other = driver.phone().await;
    phone.goto(&salon.url("/CENTRE#questions")).await;
    other.goto(&salon.url("/CENTRE#questions")).await;

    // A filtered word waits, whatever its letters; nobody else sees it.
    sets_rules(&host, &[("words", "crypto*\nscam")]).await;
    asks(&phone, "Is this a scаm?").await; // with a Cyrillic а
    phone.sees("A moderator looks at it first").await;
    host.sees("Held by the word list").await;
    assert!(!other.text().await.contains("Is this a"));

    // Worded anew between the look and the press: the press does not publish what was not read.
    salon
        .edits_unseen(&phone, "Are all cryptocurrencies a scam?")
        .await;
    host.wait_for("document.querySelector('#question-1 h3').textContent.startsWith('Are all')")
        .await;
    host.press("Publish").await;
    host.sees("has just been worded anew").await;
    assert!(!other.text().await.contains("Are all"));
    tokio::time::sleep(std::time::Duration::from_millis(1_600)).await;
    host.press("Publish").await;
    other.sees("Are all cryptocurrencies a scam?").await;

    // Pins and labels show on every phone.
    asks(&other, "What is a centre?").await;
    host.sees("What is a centre?").await;
    in_menu(&host, 2, "Pin").await;
    phone.sees("Pinned").await;
    in_menu(&host, 2, "Label").await;
    host.types("#question-2 [name=labels]", "maths, basics")
        .await;
    host.press("Save").await;
    phone.sees("maths").await;
    phone.sees("basics").await;

    // Slow mode says how long to wait, keeps the words, and lets go.
    sets_rules(&host, &[("slow", "5")]).await;
    asks(&other, "And what is a width?").await;
    other.sees("You can go on in").await;
    assert_eq!(
        other.js("document.querySelector('#ask-text').value").await,
        "And what is a width?"
    );
    tokio::time::sleep(std::time::Duration::from_millis(5_200)).await;
    other.click("#ask .go").await;
    phone.sees("And what is a width?").await;
    sets_rules(&host, &[("slow", "0")]).await;

    // Pasted from each chat, under the name of its source.
    for (source, line) in [
        ("Zoom", "Jo: By paste from the call?"),
        ("YouTube", "Mo: By paste from the stream?"),
    ] {
        host.click(".queue-tools .more summary").await;
        host.click("#paste").await;
        let form = "[aria-label='Questions from another chat']";
        host.js(&format!(
            "(document.querySelector(`{form} [name=source]`).value = '', 1)"
        ))
        .await;
        host.types(&format!("{form} [name=source]"), source).await;
        host.types(&format!("{form} textarea"), line).await;
        host.press("Add 1 to the queue").await;
        phone.sees(&format!("{}, on {source}", &line[..2])).await;
    }

    // Banned: what they asked is gone from the others, and they are told; lifted, they ask again.
    in_menu(&host, 1, "Ban the asker").await;
    host.click("#question-1 form .main").await;
    other
        .wait_for("!document.body.innerText.includes('cryptocurrencies')")
        .await;
    asks(&phone, "May I ask again?").await;
    phone.sees("take no more questions").await;
    host.press("Banned (1)").await;
    host.press("Lift the ban").await;
    host.wait_for("!document.body.innerText.includes('Banned (')")
        .await;
    phone.click("#ask .go").await;
    other.sees("May I ask again?").await;

    // A name with each question, and then nobody's.
    sets_rules(&host, &[("names", "required")]).await;
    phone
        .wait_for("document.querySelector('[name=name][required]')")
        .await;
    sets_rules(&host, &[("names", "never"), ("anonymous", "Someone here")]).await;
    phone
        .wait_for("!document.querySelector('[name=name]')")
        .await;
    phone.sees("Someone here").await;
    for page in [&host, &phone, &other] {
        assert_eq!(page.complaints().await, Vec::<String>::new());
    }
}

impl Salon {
    /// The phone's own question 1 in other words, sent from its page.
    async fn edits_unseen(&self, phone: &Browser, text: &str) {
        let url = json!(self.url("/api/v1/public/CENTRE/questions/1"));
        let body = json!(json!({"text": text}).to_string());
        phone
            .js(&format!(
                "(fetch({url}, {{method: 'PUT', body: {body}}}), 1)"
            ))
            .await;
    }
}
