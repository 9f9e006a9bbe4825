//! An event of one's own from nothing, by clicking alone: three segments, three polls, one of which steers a demo;
//! put in order by drag, keys and buttons, looked at before it opens, and run.

use serde_json::json;

use crate::chromium::{Browser, Driver};
use crate::salon::Salon;

const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';
const UP: char = '\u{e013}';
const DOWN: char = '\u{e015}';

/// As a person chooses from a list.
async fn chooses(host: &Browser, css: &str, value: &str) {
    host.wait_for(&format!("document.querySelector({})", json!(css)))
        .await;
    host.js(&format!(
        "(() => {{ const field = document.querySelector({}); field.value = {}; field.dispatchEvent(new Event('change', {{ bubbles: true }})); return field.value; }})()",
        json!(css),
        json!(value)
    ))
    .await;
}

async fn adds_segment(host: &Browser, kind: &str, title: &str) {
    host.press("Add a segment").await;
    chooses(host, "[aria-label='New segment'] [name=kind]", kind).await;
    host.types("[aria-label='New segment'] [name=title]", title)
        .await;
    if kind == "demo" {
        host.wait_for("document.querySelector('[aria-label=\"New segment\"] [name=choice]')")
            .await;
    }
    host.click("[aria-label='New segment'] .form-end .main")
        .await;
    host.wait_for(&format!(
        "[...document.querySelectorAll('.segment .name')].some((one) => one.textContent === {})",
        json!(title)
    ))
    .await;
}

async fn composes(host: &Browser, segment: &str, question: &str, answers: &[&str]) {
    host.press("New poll").await;
    host.wait_for("document.querySelector('#compose')").await;
    let value = host
        .js(&format!(
            "[...document.querySelectorAll('.compose .where option')].find((one) => one.textContent === {}).value",
            json!(segment)
        ))
        .await;
    chooses(host, ".compose .where select", value.as_str().unwrap()).await;
    host.types("#compose [name=question]", question).await;
    host.click(".answer:first-of-type [name=option]").await;
    for (n, answer) in answers.iter().enumerate() {
        let letters: Vec<char> = answer.chars().collect();
        host.keys(&letters).await;
        // The next answer is a press of Enter away.
        if n + 1 < answers.len() {
            host.keys(&[ENTER]).await;
            host.wait_for(
                "document.activeElement.name === 'option' && !document.activeElement.value",
            )
            .await;
        }
    }
}

/// Titles and polls as the outline has them.
async fn outline(host: &Browser) -> Vec<String> {
    let rows = host
        .js("[...document.querySelectorAll('.agenda .name, .agenda .line-button span:first-child')].map((one) => one.textContent)")
        .await;
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row.as_str().unwrap().to_string()).collect()
}

async fn outlined(host: &Browser, rows: &[&str]) {
    host.wait_for(&format!(
        "JSON.stringify([...document.querySelectorAll('.agenda .name, .agenda .line-button span:first-child')].map((one) => one.textContent)) === {}",
        json!(json!(rows).to_string())
    ))
    .await;
}

async fn handle(host: &Browser, name: &str) -> String {
    let css = format!("[aria-label={}]", json!(format!("Move {name}")));
    host.wait_for(&format!("document.querySelector({})", json!(css)))
        .await;
    css
}

/// How far down the page the middle of something is.
async fn middle(host: &Browser, css: &str) -> f64 {
    let at = host
        .js(&format!(
            "(() => {{ const r = document.querySelector({}).getBoundingClientRect(); return (r.top + r.bottom) / 2; }})()",
            json!(css)
        ))
        .await;
    at.as_f64().unwrap()
}

async fn in_view(host: &Browser, words: &str) -> bool {
    let seen = host
        .js(&format!(
            "(() => {{ const one = [...document.querySelectorAll('button')].find((one) => one.checkVisibility() && one.textContent.includes({})); const r = one.getBoundingClientRect(); const on = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2); return r.top >= 0 && r.bottom <= innerHeight && one.contains(on); }})()",
            json!(words)
        ))
        .await;
    seen == json!(true)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_own_event_is_built_by_clicking_and_run() {
    let Some(driver) = Driver::start("the build") else {
        return;
    };
    let mut salon = Salon::start().await;
    let host = salon.host(&driver, 1280, 800).await;
    host.goto(&salon.url("/host")).await;

    // A code that cannot be is told with the reason; what was typed is still there.
    host.types("[name=title]", "An evening of our own").await;
    host.types("[name=code]", "LOOP").await;
    host.press("Make it").await;
    host.sees("cannot be used").await;
    assert_eq!(
        host.js("document.querySelector('[name=title]').value")
            .await,
        "An evening of our own"
    );
    host.js("(document.querySelector('[name=code]').value = '', 1)")
        .await;
    host.types("[name=code]", "centre").await;
    host.press("Make it").await;
    host.sees("belongs to another session").await;
    host.js("(document.querySelector('[name=code]').value = '', 1)")
        .await;
    host.types("[name=code]", "meet24").await;
    host.press("Make it").await;
    host.sees("MEET24").await;
    // The browser's console tells of both refusals, as it should.
    let refused = host.complaints().await;
    assert!(
        refused.len() == 2 && refused.iter().all(|line| line.contains("422")),
        "{refused:?}"
    );
    let path = host.js("location.pathname").await;
    salon.session = path.as_str().unwrap().replace("/host/", "");

    adds_segment(&host, "polls", "Warm up").await;
    adds_segment(&host, "demo", "Trained live").await;
    adds_segment(&host, "qa", "Questions").await;
    outlined(
        &host,
        &[
            "Warm up",
            "Trained live",
            "What shall we train?",
            "Questions",
        ],
    )
    .await;

    composes(&host, "Questions", "Which one?", &["Red", "Green", "Blue"]).await;
    // What is typed is not lost to a press elsewhere, nor to Escape.
    for away in ["Edit", "Add a segment"] {
        host.press(away).await;
        host.sees("not saved yet").await;
        host.click(".toast [aria-label=Dismiss]").await;
    }
    host.click("#compose [name=question]").await;
    host.keys(&[ESCAPE]).await;
    host.sees("not saved yet").await;
    host.wait_for("document.querySelector('#compose [name=question]').value === 'Which one?'")
        .await;
    assert!(in_view(&host, "Open now").await, "Open now is in view");
    // The phone's picture follows what is typed; it is the audience's own page.
    host.wait_for("document.querySelector('.phone iframe')?.dataset.at")
        .await;
    host.wait_for(
        "decodeURIComponent(document.querySelector('.phone iframe').dataset.at).includes('Blue')",
    )
    .await;
    let seen = host
        .client
        .execute_async(
            "const done = arguments[0]; fetch(document.querySelector('.phone iframe').dataset.at).then((a) => a.text()).then(done);",
            Vec::new(),
        )
        .await
        .unwrap();
    let seen = seen.as_str().unwrap();
    for words in ["Which one?", "Choose one", "Blue"] {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    assert!(!seen.contains("<script"), "nothing in it can vote");
    // Answers change places by button and by key.
    host.click("[aria-label='Move answer 3 up']").await;
    host.js("(document.querySelectorAll('.answer .handle')[1].focus(), 1)")
        .await;
    host.keys(&[UP]).await;
    let answers =
        "[...document.querySelectorAll('.answer [name=option]')].map((one) => one.value).join()";
    host.wait_for(&format!("{answers} === 'Blue,Red,Green'"))
        .await;
    host.press("Save as draft").await;
    host.sees("Which one?").await;
    composes(&host, "Warm up", "How are you?", &["Well", "Cold"]).await;
    host.press("Save as draft").await;
    outlined(
        &host,
        &[
            "Warm up",
            "How are you?",
            "Trained live",
            "What shall we train?",
            "Questions",
            "Which one?",
        ],
    )
    .await;

    // By key into the segment above, by drag into the first one, and undone; segments by key and by drag.
    let which = handle(&host, "Which one?").await;
    host.js(&format!(
        "(document.querySelector({}).focus(), 1)",
        json!(which)
    ))
    .await;
    host.keys(&[UP]).await;
    host.wait_for("document.getElementById('outline-which-one').closest('.segment').id === 'segment-trained-live'")
        .await;
    // The focus stays with what is moved.
    host.wait_for("document.activeElement.getAttribute('aria-label') === 'Move Which one?'")
        .await;
    let by = middle(&host, "#outline-how-are-you").await - middle(&host, &which).await;
    host.drags(&which, (0.0, by - 14.0)).await;
    host.wait_for(
        "document.getElementById('outline-which-one').closest('.segment').id === 'segment-warm-up'",
    )
    .await;
    host.keys(&['u']).await;
    host.wait_for("document.getElementById('outline-which-one').closest('.segment').id === 'segment-trained-live'")
        .await;
    host.js(&format!(
        "(document.querySelector({}).focus(), 1)",
        json!(which)
    ))
    .await;
    host.keys(&[DOWN]).await;
    host.wait_for("document.getElementById('outline-which-one').closest('.segment').id === 'segment-questions'")
        .await;
    let questions = handle(&host, "Questions").await;
    let by = middle(&host, "#segment-warm-up").await - middle(&host, &questions).await;
    host.drags(&questions, (0.0, by - 60.0)).await;
    host.wait_for("document.querySelector('.segment').id === 'segment-questions'")
        .await;
    host.js(&format!(
        "(document.querySelector({}).focus(), 1)",
        json!(questions)
    ))
    .await;
    host.keys(&[DOWN]).await;
    host.wait_for("document.querySelectorAll('.segment')[1].id === 'segment-questions'")
        .await;
    host.keys(&[DOWN]).await;
    host.wait_for("[...document.querySelectorAll('.segment')].at(-1).id === 'segment-questions'")
        .await;

    // Nothing has begun: no clock, no "Now", nothing to go on to.
    let agenda = host.js("document.querySelector('.agenda').innerText").await;
    assert!(!agenda.as_str().unwrap().contains("Now"), "{agenda}");
    assert!(!agenda.as_str().unwrap().contains("Next"), "{agenda}");
    let state = salon.host_state().await;
    for segment in state["session"]["agenda"].as_array().unwrap() {
        assert_eq!(segment["started_at"], json!(null), "{segment}");
    }

    // It runs: opened, voted on by a phone, revealed; what wins trains; questions are asked.
    let phone = driver.phone().await;
    phone.goto(&salon.url("/MEET24")).await;
    phone.sees("Starts soon").await;
    host.press("Start session").await;
    host.click("#poll-how-are-you .main").await;
    phone.sees("How are you?").await;
    phone.press("Cold").await;
    phone.sees("Counted ✓").await;
    host.wait_for("document.querySelector('#poll-how-are-you .voters b').textContent === '1'")
        .await;
    host.js("(document.activeElement.blur(), 1)").await;
    host.keys(&['r']).await;
    phone.sees("100").await;
    host.js("(document.querySelector('.column.polls').scrollTo(0, 9999), 1)")
        .await;
    host.js("([...document.querySelectorAll('.agenda .head button')].at(-1).click(), 1)")
        .await;
    host.wait_for("document.querySelector('#segment-trained-live[aria-current=step]')")
        .await;
    // What is in front of everyone now is in front of the host too.
    assert!(in_view(&host, "Start").await, "the demo is in view");
    host.sees("what wins starts in “Trained live”").await;
    host.click("#poll-what-shall-we-train .main").await;
    phone.sees("What shall we train?").await;
    phone.press("Digits, RBF head").await;
    phone.sees("Counted ✓").await;
    host.js("[...document.querySelectorAll('#poll-what-shall-we-train button')].find((one) => one.textContent.startsWith('Close')).click()")
        .await;
    host.wait_for("document.querySelector('.demo-card')?.textContent.includes('Pause')")
        .await;
    let state = salon.host_state().await;
    assert_eq!(state["session"]["runs"][0]["chosen"]["votes"], 1);
    salon
        .does(json!({"do": "stop_run", "segment": "trained-live"}))
        .await;
    host.press("Next").await;
    host.wait_for("document.querySelector('#segment-questions[aria-current=step]')")
        .await;
    assert_eq!(
        outline(&host).await,
        [
            "Warm up",
            "How are you?",
            "Trained live",
            "What shall we train?",
            "Questions",
            "Which one?"
        ]
    );
    // After the end there is nothing to go on to.
    salon.does(json!({"do": "end_session"})).await;
    host.sees("The session has ended").await;
    let agenda = host.js("document.querySelector('.agenda').innerText").await;
    for gone in ["Next", "Now", "Go"] {
        let lines = agenda.as_str().unwrap().lines();
        assert_eq!(
            lines.filter(|line| line.trim() == gone).count(),
            0,
            "{gone}: {agenda}"
        );
    }
    for page in [&host, &phone] {
        assert_eq!(page.complaints().await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_questions_are_a_list_that_is_searched_sorted_and_worked_by_keys() {
    let Some(driver) = Driver::start("thirty questions") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let questions: Vec<_> = (1..=30)
        .map(|n| {
            json!({"text": format!("Question number {n}, which is long enough to be cut at the end of its line and more?"),
                "author": if n == 7 { "Zoë Müller" } else { "Someone" }, "source": "Zoom", "id": format!("q{n}")})
        })
        .collect();
    salon
        .does(json!({"do": "add_questions", "questions": questions}))
        .await;
    let host = salon.host(&driver, 1280, 800).await;
    host.goto(&salon.url(&format!("/host/{}", salon.session)))
        .await;
    host.sees("Connected").await;
    host.keys(&['q']).await;
    host.wait_for("document.querySelectorAll('.queued').length === 30")
        .await;
    let whole = "[...document.querySelectorAll('.queued')].filter((one) => { const r = one.getBoundingClientRect(); const on = document.elementFromPoint(r.left + 100, (r.top + r.bottom) / 2); return r.top >= 0 && r.bottom <= innerHeight && one.contains(on); }).length";
    let n = host.js(whole).await.as_u64().unwrap();
    assert!(n >= 12, "{n} of 30 in view");
    assert_eq!(
        host.js("[...document.querySelectorAll('.polls .main')].filter((one) => one.checkVisibility()).length")
            .await,
        1,
        "one thing to press first"
    );
    // Found by a name, without its accents; Escape shows all again.
    host.keys(&['/']).await;
    host.keys(&['z', 'o', 'e', ' ', 'm', 'u']).await;
    host.wait_for("document.querySelectorAll('.queued').length === 1")
        .await;
    host.keys(&['\u{e00c}']).await;
    host.wait_for("document.querySelectorAll('.queued').length === 30")
        .await;
    chooses(&host, ".queue-order select", "newest").await;
    host.wait_for(
        "document.querySelector('.queued h3').textContent.startsWith('Question number 30,')",
    )
    .await;
    host.js("(document.activeElement.blur(), 1)").await;
    // J chooses, and what is chosen is told in full; T takes that one up.
    host.keys(&['j', 'j']).await;
    host.wait_for("document.querySelector('.queued[aria-current=true] h3').textContent.startsWith('Question number 29,')")
        .await;
    host.sees("Take up selected").await;
    host.keys(&['t']).await;
    host.wait_for("document.querySelector('.question.asked h3')?.textContent.startsWith('Question number 29,')")
        .await;
    assert_eq!(host.complaints().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_goes_by_itself_and_what_went_wrong_stays() {
    let Some(driver) = Driver::start("toasts") else {
        return;
    };
    let salon = Salon::start().await;
    let host = salon.host(&driver, 1280, 800).await;
    host.goto(&salon.url(&format!("/host/{}", salon.session)))
        .await;
    host.sees("Connected").await;
    host.press("Start session").await;
    host.wait_for("document.querySelector('.state[data-state=live]')")
        .await;
    // A second host was quicker: told, and no fault.
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    host.js("(async () => { const { act } = await import(document.querySelector('script[type=module]').src.replace('main.js', 'desk.js')); act('open_poll', { poll: 'framework' }); })() && 1").await;
    host.wait_for(
        "document.querySelector('.toast:not(.bad)')?.textContent.includes('open already')",
    )
    .await;
    // It covers nothing that can be pressed, and goes by itself.
    let covered = host
        .js("[...document.querySelectorAll('.columns button')].some((one) => { const a = one.getBoundingClientRect(), b = document.querySelector('.toast').getBoundingClientRect(); const column = one.closest('.column').getBoundingClientRect(); const top = Math.max(a.top, column.top), bottom = Math.min(a.bottom, column.bottom); return top < bottom && bottom > b.top && top < b.bottom && a.left < b.right && a.right > b.left; })")
        .await;
    assert_eq!(covered, json!(false));
    host.wait_for("!document.querySelector('.toast')").await;
    // What went wrong stays, and can be dismissed.
    host.js("(async () => { const { act } = await import(document.querySelector('script[type=module]').src.replace('main.js', 'desk.js')); act('add_option', { poll: 'framework', label: ' ' }); })() && 1").await;
    host.wait_for("document.querySelector('.toast.bad')").await;
    tokio::time::sleep(std::time::Duration::from_secs(10)).await;
    assert_eq!(
        host.js("document.querySelectorAll('.toast.bad').length")
            .await,
        1
    );
    host.click(".toast [aria-label=Dismiss]").await;
    host.wait_for("!document.querySelector('.toast')").await;
}
