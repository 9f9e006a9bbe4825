//! The questions of the event that Salon was made for: from two chats, one that came late, and a talk with none;
//! through the audience's page, the host's panel, the speaker's view and the stage.

use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::chromium::{Browser, Driver};
use crate::salon::Salon;

/// A link as the host makes it in the panel.
async fn makes_link(host: &Browser, label: &str, role: &str) -> String {
    host.click("#make-link").await;
    host.types("[aria-label='A link for a helper'] [name=label]", label)
        .await;
    host.js(&format!(
        "(document.querySelector('[aria-label=\"A link for a helper\"] [name=role]').value = '{role}', 1)"
    ))
    .await;
    host.press("Make the link").await;
    host.wait_for(&format!(
        "document.querySelector('.fresh b')?.textContent === '{label}'"
    ))
    .await;
    let link = host
        .js("document.querySelector('.fresh .secret').textContent")
        .await;
    host.press("Done").await;
    link.as_str().unwrap().to_string()
}

async fn asks(phone: &Browser, text: &str) {
    phone.types("#ask-text", text).await;
    phone.click("#ask .go").await;
    phone
        .wait_for(&format!(
            "[...document.querySelectorAll('.own-row')].some((row) => row.textContent.includes({}) && row.textContent.includes('Received ✓'))",
            json!(text)
        ))
        .await;
}

fn bridge(salon: &Salon, token: &str, lines: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::TempDir::new().unwrap();
    let export = folder.path().join("chat.txt");
    std::fs::write(&export, lines).unwrap();
    let output = Command::new(root.join("scripts/bridge-chat"))
        .env("SALON_BRIDGE_TOKEN", token)
        .args(["--url", &salon.base, "--session", &salon.session])
        .args(["--source", "YouTube"])
        .arg(&export)
        .output()
        .expect("python3 is there");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// With `SALON_SCREENSHOTS=1`, a picture of the README that is no golden one.
async fn picture(page: &Browser, name: &str) {
    if std::env::var_os("SALON_SCREENSHOTS").is_some() {
        // The reveal is a movement; a picture is taken when it has ended.
        tokio::time::sleep(std::time::Duration::from_millis(1_600)).await;
        let root = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        page.shot(&root.join(format!("docs/images/{name}.png")))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_events_questions_reach_the_speaker_and_their_answers_the_askers() {
    let Some(driver) = Driver::start("the questions") else {
        return;
    };
    let salon = Salon::start().await;
    let host = salon.host(&driver, 1280, 800).await;
    let stage = driver.window(1280, 720).await;
    let phone = driver.phone().await;
    let other = driver.phone().await;
    let speaker = driver.window(1280, 800).await;
    host.sees("Helpers").await;
    speaker
        .goto(&makes_link(&host, "The first speaker", "speaker").await)
        .await;
    speaker
        .wait_for("location.pathname.startsWith('/speaker/')")
        .await;
    let token = makes_link(&host, "YouTube", "bridge").await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    phone.goto(&salon.url("/CENTRE?via=zoom#questions")).await;
    other.goto(&salon.url("/CENTRE#questions")).await;
    host.press("Start session").await;
    host.press("Next").await;
    stage.sees("Radial basis functions").await;

    // 16:06 "If folks have questions, either on YouTube or on Zoom": the first comes by the page, beside Zoom.
    phone.types("[name=name]", "Kim").await;
    asks(
        &phone,
        "Is the readout layer trained with a cross-entropy loss?",
    )
    .await;
    // Someone types the like, is offered it, and says "me too".
    other
        .types("#ask-text", "How is the readout layer trained?")
        .await;
    other.sees("Is it one of these?").await;
    picture(&other, "audience-similar").await;
    // For a moment after they appear the offers take no press: it was meant for what stood there before.
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    other.press("Me too").await;
    phone.sees("2 people want this answered").await;

    // 20:33 "We've got one from Han Li here": from the stream's chat, by the bridge.
    bridge(
        &salon,
        &token,
        "20:33 Han Li: How does the latent space change between the backbone and the RBF network?\n20:40 Bo: hello\n",
    );
    phone.sees("Han Li, on YouTube").await;
    // And the same again in other words, pasted in by the host from the other chat.
    host.keys(&['q']).await;
    host.sees("Han Li").await;
    host.click(".queue-tools .more summary").await;
    host.click("#paste").await;
    host.types(
        "[aria-label='Questions from another chat'] [name=source]",
        "Zoom",
    )
    .await;
    host.types(
        "[aria-label='Questions from another chat'] textarea",
        "00:20:50 From Ana to Everyone: What happens to the latent space after the RBF layer?",
    )
    .await;
    host.press("Add 1 to the queue").await;
    host.wait_for("document.querySelectorAll('.question h3').length === 3")
        .await;
    // Merged, with everyone who wants it answered.
    for text in ["How does the latent space", "What happens to the latent"] {
        host.js(&format!(
            "(document.querySelector('.question input[aria-label*={}]').click(), 1)",
            json!(text)
        ))
        .await;
    }
    host.click(".merge .main").await;
    host.sees("1 question merged into this").await;

    // The speaker takes the one most wanted, then the next by a clicker's key; the name is there to be read out.
    speaker.sees("Next question").await;
    speaker.sees("Is the readout layer").await;
    speaker.press("Next question").await;
    speaker
        .wait_for("document.querySelector('.now-text')?.textContent.includes('readout layer')")
        .await;
    speaker.sees("Kim, on Zoom").await;
    phone.sees("Being asked now!").await;
    stage.sees("Now asking").await;
    stage.sees("Is the readout layer").await;
    tokio::time::sleep(std::time::Duration::from_millis(900)).await;
    speaker.keys(&['\u{e00f}']).await;
    speaker
        .wait_for("document.querySelector('.now-text')?.textContent.includes('latent space')")
        .await;
    speaker.sees("Han Li, on YouTube").await;
    phone
        .wait_for("document.querySelector('.own-row')?.dataset.state === 'answered'")
        .await;

    // In writing too, and a follow-up from the one who asked.
    salon
        .does(json!({"do": "answer_question", "question": 1, "text": "Yes, or with a mean square error."}))
        .await;
    phone.sees("Yes, or with a mean square error.").await;
    phone.press("Answered (").await;
    phone.click(".done .question .quiet").await;
    phone.sees("Following up").await;
    asks(&phone, "And which of the two was better?").await;
    other.press("Answered (").await;
    other.sees("And which of the two was better?").await;

    // What should not be there waits, and then is hidden: nobody else ever sees it.
    asks_and_waits(&other, "Cheap watches at https://watches.example").await;
    host.sees("Held by the word list, or for a link").await;
    assert!(!phone.text().await.contains("watches"));
    host.click(".question.held .row button:nth-of-type(2)")
        .await;
    other.sees("A moderator has hidden this question").await;
    host.sees("is hidden").await;

    // 23:06 On to the next talk: what was not reached is carried over.
    asks(
        &other,
        "How immediately does this extend to recurrent networks?",
    )
    .await;
    speaker.keys(&['a']).await;
    host.press("Next").await;
    host.wait_for("document.querySelector('#segment-interlude[aria-current=step]')")
        .await;
    host.press("Next").await;
    stage.sees("Stacey Svetlichnaya").await;
    host.sees("not reached").await;
    host.press("Carry over").await;
    host.wait_for("!document.querySelector('.not-reached')")
        .await;

    // 46:01 One in the Q&A for Stacey comes late, by the stream, seconds after everyone else has seen the talk end.
    let late = driver.phone().await;
    late.goto(&salon.url("/CENTRE?via=youtube#questions")).await;
    asks(
        &late,
        "Which backbone was best for segmentation, apart from AlexNet?",
    )
    .await;
    speaker.sees("Which backbone was best").await;
    host.sees("1 viewer still to catch up").await;
    speaker
        .js("([...document.querySelectorAll('.next button, [aria-labelledby=next-title] button')].find((one) => one.closest('li').textContent.includes('Which backbone')).click(), 1)")
        .await;
    stage.sees("Which backbone was best").await;
    late.sees("Being asked now!").await;
    speaker.keys(&['a']).await;
    late.sees("Answered").await;

    // 68:12 "It doesn't look like there are any questions." The last talk has none; what is left gets a word.
    host.press("Next").await;
    stage.sees("The SVD is a refactor").await;
    host.wait_for("document.querySelector('#segment-svd[aria-current=step]')")
        .await;
    host.press("Next").await;
    stage.sees("Last questions").await;
    host.sees("not reached").await;
    host.press("Close with a word").await;
    host.press("Close 2").await;
    other.sees("Sorry, we ran out of time").await;
    stage.sees("Ask the first question").await;
    host.press("End session").await;
    speaker.sees("The session has ended").await;
    phone.sees("No questions are left open").await;
    phone.press("Public log").await;
    phone.sees("was taken up").await;
    phone.sees("was hidden").await;
    let log = phone.text().await;
    assert!(!log.contains("watches"), "hidden words are not in the log");
    for page in [&host, &stage, &other, &speaker, &late] {
        assert_eq!(page.complaints().await, Vec::<String>::new());
    }
}

/// What is held by its words: received, and told so.
async fn asks_and_waits(phone: &Browser, text: &str) {
    phone.types("#ask-text", text).await;
    phone.click("#ask .go").await;
    phone.sees("A moderator looks at it first").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moderator_sees_questions_and_chat_and_nothing_else() {
    let Some(driver) = Driver::start("the moderator") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let host = salon.host(&driver, 1280, 800).await;
    host.goto(&salon.url(&format!("/host/{}", salon.session)))
        .await;
    let link = makes_link(&host, "Ana", "moderator").await;
    let desk = driver.phone().await;
    desk.goto(&link).await;
    desk.wait_for("document.querySelector('.columns.only')")
        .await;
    assert!(!desk.text().await.contains("Agenda"));
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE#chat")).await;
    phone.types("#say-text", "Greetings from Lisbon").await;
    phone.press("Send").await;
    desk.press("Chat").await;
    desk.sees("Greetings from Lisbon").await;
    desk.press("Hide").await;
    phone
        .wait_for("!document.body.innerText.includes('Lisbon')")
        .await;
    desk.sees("Undo").await;
    desk.press("Undo").await;
    phone.sees("Greetings from Lisbon").await;
    // Withdrawn, and the desk is cleared.
    host.press("Withdraw").await;
    desk.sees("cannot be reached any more").await;
}
