//! Questions, chat, the speaker's view and the stage's questions: axe in every state, and everything by keyboard.

use serde_json::json;

use crate::access::check;
use crate::chromium::{Browser, Driver};
use crate::salon::Salon;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

const LONG: &str = "When the embedding of a picture lies far from every centre that was learned, the softmax over the \
    read-out still grows surer and surer: is there a way to say that the network does not know, such as a threshold on the \
    largest activation, and how would one choose it without looking at the test set more than once, given that the classes \
    are not equally frequent and that the centres were set without any labels at all?";

async fn size(page: &Browser, width: u32, height: u32) {
    let metrics =
        json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
    page.cdp("Emulation.setDeviceMetricsOverride", metrics)
        .await;
}

/// Questions of every standing, from several chats.
async fn busy(salon: &Salon) {
    salon.does(json!({"do": "start_session"})).await;
    salon
        .does(json!({"do": "add_questions", "questions": [
            {"text": LONG, "author": "Jane Doe", "source": "YouTube", "stream_seconds": 3723},
            {"text": "مرحبا، هل يعمل هذا مع صور أكبر؟ 👩‍🔬", "author": "سارة", "source": "Zoom"},
            {"text": "Does it scale?", "author": "Ana", "source": "Matrix"},
            {"text": "Does it scale to more classes?"},
            {"text": "Hidden one"}, {"text": "Answered one"}, {"text": "Closed one"}]}))
        .await;
    for command in [
        json!({"do": "merge_questions", "from": [4], "into": 3}),
        json!({"do": "label_question", "question": 3, "labels": ["maths", "data"]}),
        json!({"do": "pin_question", "question": 3, "pinned": true}),
        json!({"do": "hide_question", "question": 5}),
        json!({"do": "answer_question", "question": 6, "text": "Yes.\nIn writing."}),
        json!({"do": "close_questions", "questions": [7], "note": "Out of time."}),
        json!({"do": "take_up", "question": 1}),
        json!({"do": "announce", "text": "This session is being recorded."}),
        json!({"do": "check_signal", "seconds": 600}),
        json!({"do": "say", "text": "Welcome, everyone."}),
    ] {
        salon.does(command).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axe_finds_no_violation_among_questions_on_the_phone() {
    let Some(driver) = Driver::start("axe questions") else {
        return;
    };
    let salon = Salon::start().await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE#questions")).await;
    phone.sees("Ask the first one").await;
    check(&phone, "no questions").await;
    busy(&salon).await;
    phone.sees("Being asked now").await;
    check(&phone, "questions").await;
    phone.types("#ask-text", "Does it scale").await;
    phone.sees("Is it one of these?").await;
    check(&phone, "alike").await;
    phone
        .types("#ask-text", " to a https://link.example of mine?")
        .await;
    phone.press("Ask").await;
    phone.sees("A moderator looks at it first").await;
    phone.press("Edit").await;
    phone
        .wait_for("document.activeElement.id === 'edit-text'")
        .await;
    phone.press("Answered (").await;
    phone.press("Watching a stream with a delay?").await;
    phone.click("button.react").await;
    check(&phone, "asked, editing, all open").await;
    size(&phone, 320, 640).await;
    check(&phone, "questions, 320 px").await;
    size(&phone, 390, 844).await;
    phone.click("#bar a[href='#chat']").await;
    phone.sees("Welcome, everyone.").await;
    check(&phone, "chat").await;
    // Back is where one was.
    phone.client.back().await.unwrap();
    phone.sees("Your questions").await;
    salon.does(json!({"do": "end_session"})).await;
    phone.sees("has ended").await;
    check(&phone, "ended, questions").await;
    phone.goto(&salon.url("/CENTRE/questions")).await;
    check(&phone, "the plain page").await;
    assert_eq!(phone.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axe_finds_no_violation_on_the_question_desk() {
    let Some(driver) = Driver::start("axe desk") else {
        return;
    };
    let salon = Salon::start().await;
    let host = salon.host(&driver, 1400, 900).await;
    let panel = salon.url(&format!("/host/{}", salon.session));
    host.goto(&panel).await;
    host.sees("Agenda").await;
    host.keys(&['q']).await;
    host.sees("No open questions").await;
    check(&host, "an empty desk").await;
    busy(&salon).await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE#questions")).await;
    phone
        .types("#ask-text", "Held for https://a.example?")
        .await;
    phone.press("Ask").await;
    host.sees("Held by the word list").await;
    // Menus of the agenda lie over what is below them, so that one at a time is open.
    host.js(
        "document.querySelectorAll('details:not(.agenda .more)').forEach((one) => one.open = true)",
    )
    .await;
    check(&host, "a busy desk").await;
    host.js("document.querySelector('.agenda .more').open = true")
        .await;
    check(&host, "a menu of the agenda").await;
    host.js("document.querySelector('.agenda .more').open = false")
        .await;
    host.press("Rules").await;
    host.sees("Who looks at questions?").await;
    check(&host, "rules").await;
    host.click(".queue-tools .more summary").await;
    host.click("#paste").await;
    host.types(
        "[aria-label='Questions from another chat'] textarea",
        "16:06 Ana: Why?\nhow?",
    )
    .await;
    host.sees("Add 2 to the queue").await;
    check(&host, "pasting").await;
    host.js("(document.activeElement.blur(), 1)").await;
    host.keys(&['m']).await;
    host.sees("Welcome, everyone.").await;
    check(&host, "chat desk").await;
    size(&host, 390, 844).await;
    check(&host, "chat desk, phone").await;
    host.press("Questions").await;
    host.sees("Now asking").await;
    check(&host, "question desk, phone").await;
    size(&host, 1400, 900).await;
    host.press("Cancel").await;
    host.click("#make-link").await;
    host.types("[aria-label='A link for a helper'] [name=label]", "Ana")
        .await;
    host.press("Make the link").await;
    host.sees("it is shown this once").await;
    check(&host, "a fresh link").await;
    let link = host
        .js("document.querySelector('.fresh .secret').textContent")
        .await;
    let desk = driver.window(1280, 800).await;
    desk.goto(link.as_str().unwrap()).await;
    desk.sees("Now asking").await;
    check(&desk, "the moderator's desk").await;
    for page in [&host, &desk] {
        assert_eq!(page.complaints().await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn axe_finds_no_violation_for_the_speaker_and_on_stage() {
    let Some(driver) = Driver::start("axe speaker") else {
        return;
    };
    let salon = Salon::start().await;
    let page = salon.host(&driver, 1280, 800).await;
    page.goto(&salon.url(&format!("/speaker/{}", salon.session)))
        .await;
    page.sees("Now asking").await;
    check(&page, "speaker, before").await;
    let stage = driver.window(1280, 720).await;
    busy(&salon).await;
    page.sees("Jane Doe, on YouTube").await;
    for (width, height) in [(1280, 800), (820, 1180), (390, 844)] {
        size(&page, width, height).await;
        check(&page, "speaker").await;
    }
    page.keys(&['l']).await;
    check(&page, "speaker, large type").await;
    for (width, height) in [(1920, 1080), (480, 270), (390, 844)] {
        size(&stage, width, height).await;
        for query in ["", "?embed", "?overlay"] {
            stage
                .goto(&salon.url(&format!("/stage/CENTRE{query}")))
                .await;
            stage.sees("far from every centre").await;
            check(&stage, &format!("stage{query}")).await;
        }
    }
    size(&stage, 1280, 720).await;
    salon.does(json!({"do": "answered", "question": 1})).await;
    salon
        .does(json!({"do": "go", "segment": "questions"}))
        .await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    stage.sees("Does it scale?").await;
    check(&stage, "the queue on stage").await;
    for page in [&page, &stage] {
        assert_eq!(page.complaints().await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_and_moderating_need_no_pointer() {
    let Some(driver) = Driver::start("keyboard questions") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let phone = driver.window(1280, 800).await;
    phone.goto(&salon.url("/CENTRE")).await;
    phone.wait_for("document.querySelector('#bar nav')").await;
    tab_to(&phone, "document.activeElement.hash === '#questions'").await;
    phone.keys(&[ENTER]).await;
    phone.wait_for("document.querySelector('#ask-text')").await;
    tab_to(&phone, "document.activeElement.id === 'ask-text'").await;
    phone.keys(&['W', 'h', 'y', '?']).await;
    tab_to(
        &phone,
        "document.activeElement.closest('.ask') && document.activeElement.matches('.go')",
    )
    .await;
    phone.keys(&[ENTER]).await;
    phone.sees("Received ✓").await;
    salon
        .does(json!({"do": "add_questions", "questions": [{"text": "And how?"}]}))
        .await;
    phone.sees("And how?").await;
    tab_to(
        &phone,
        "document.activeElement.getAttribute('aria-label')?.startsWith('Me too: And how?')",
    )
    .await;
    phone.keys(&[ENTER]).await;
    phone
        .wait_for("document.activeElement.getAttribute('aria-pressed') === 'true'")
        .await;

    // The desk by single keys: to the questions, down, take up, answered, undo.
    let host = salon.host(&driver, 1280, 800).await;
    host.goto(&salon.url(&format!("/host/{}", salon.session)))
        .await;
    host.sees("Agenda").await;
    host.keys(&['q']).await;
    host.sees("And how?").await;
    host.keys(&['j', 't']).await;
    host.wait_for("document.querySelector('.question.asked')")
        .await;
    let asked = host
        .js("document.querySelector('.question.asked h3').textContent")
        .await;
    host.keys(&['a']).await;
    host.wait_for("!document.querySelector('.question.asked')")
        .await;
    host.keys(&['u']).await;
    host.wait_for("document.querySelector('.question.asked')")
        .await;
    assert_eq!(
        host.js("document.querySelector('.question.asked h3').textContent")
            .await,
        asked
    );
    host.keys(&['j', 'i', 'h']).await;
    host.sees("The question is hidden.").await;
    // Keys of the polls do nothing here.
    assert_eq!(salon.poll("framework").await["phase"], "draft");

    // The speaker by a clicker.
    salon
        .does(json!({"do": "add_questions", "questions": [{"text": "By a clicker?"}]}))
        .await;
    host.goto(&salon.url(&format!("/speaker/{}", salon.session)))
        .await;
    host.sees("By a clicker?").await;
    host.keys(&['\u{e014}']).await;
    host.wait_for("document.querySelector('.now-text')?.textContent === 'By a clicker?'")
        .await;
    host.keys(&['b']).await;
    host.wait_for("!document.querySelector('.now-text') || document.querySelector('.now-text').textContent !== 'By a clicker?'").await;
}

async fn tab_to(page: &Browser, there: &str) {
    for _ in 0..60 {
        if page.js(&format!("!!({there})")).await == json!(true) {
            return;
        }
        page.keys(&[TAB]).await;
    }
    panic!("the focus never came to {there}");
}
