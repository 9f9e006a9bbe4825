//! The recorded event run again from start to end, as its host, its audience and its stage would see it:
//! three talks, two polls, the option that was missing, the reveal.

use serde_json::json;

use crate::chromium::Driver;
use crate::salon::Salon;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_event_runs_from_start_to_end() {
    let Some(driver) = Driver::start("the event") else {
        return;
    };
    let salon = Salon::start().await;
    let host = salon.host(&driver, 1280, 800).await;
    let stage = driver.window(1280, 720).await;
    let phone = driver.phone().await;
    let late = driver.phone().await;

    // Before it starts: the link is read aloud, people arrive and wait.
    stage.goto(&salon.url("/stage/CENTRE")).await;
    phone.goto(&salon.url("/CENTRE?via=zoom")).await;
    phone.sees("Starts soon").await;
    stage.sees("CENTRE").await;

    // 0:41 "I'm curious which frameworks people are using."
    host.press("Start session").await;
    host.press("Open").await;
    phone.sees("Which frameworks").await;
    assert!(
        !phone.text().await.contains("TensorFlow"),
        "it should have been an option"
    );
    phone.press("PyTorch").await;
    phone.press("Send").await;
    phone.sees("Counted ✓").await;
    salon
        .somebody_votes("framework", json!({"picks": [0]}))
        .await;
    salon
        .somebody_votes(
            "framework",
            json!({"picks": [0], "write_in": "something else"}),
        )
        .await;
    salon
        .somebody_votes("framework", json!({"write_in": "Keras"}))
        .await;
    stage
        .wait_for("/\\b4\\b\\s*votes in/.test(document.body.innerText)")
        .await;
    assert!(
        !stage.text().await.contains('%'),
        "no count on stage before the reveal"
    );

    // 1:22 "TensorFlow should have been an option there." Now it can be.
    host.types("#add-framework", "TensorFlow/Keras\n").await;
    phone
        .sees("“TensorFlow/Keras” was added after you voted")
        .await;
    host.click("#poll-framework input[aria-label='Merge Keras']")
        .await;
    host.js("document.querySelector('.merge select').value = '4'")
        .await;
    host.press("Merge").await;
    host.sees("1 merged or hidden").await;
    phone.press("Keep my vote").await;

    // 2:02 The first talk; the poll stays open meanwhile. Someone comes late, by the stream.
    host.press("Next").await;
    stage.sees("Radial basis functions").await;
    stage.sees("Mohammadreza Amirian").await;
    phone.sees("Radial basis functions").await;
    late.goto(&salon.url("/CENTRE?via=youtube")).await;
    late.sees("Which frameworks").await;
    // Their stream is five seconds behind and not thirty, as they find by the stage's clock.
    late.press("You watch 30 s behind").await;
    for _ in 0..5 {
        late.press("−5 s").await;
    }
    late.sees("You watch 5 s behind").await;

    // 23:37 "Let's look at our responses." Two PyTorch, one PyTorch and something else, one something else.
    host.press("Next").await;
    host.js("[...document.querySelectorAll('#poll-framework button')].find((one) => one.textContent.startsWith('Reveal')).click()").await;
    stage.sees("only PyTorch").await;
    stage.sees("PyTorch + something else").await;
    phone.sees("PyTorch + something else").await;
    let poll = salon.poll("framework").await;
    let combos: Vec<(String, u64)> = poll["tally"]["combos"]
        .as_array()
        .unwrap()
        .iter()
        .map(|combo| {
            (
                combo["label"].as_str().unwrap().to_string(),
                combo["count"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        combos,
        [
            ("PyTorch", 2),
            ("TensorFlow/Keras", 1),
            ("PyTorch + something else", 1)
        ]
        .map(|(label, n)| (label.to_string(), n))
    );

    // 24:29 The second question, for the talk to come.
    host.click("#poll-machine-text .main").await;
    phone.sees("Will language models").await;
    phone.press("Both yes and no").await;
    phone.press("2030").await;
    phone.click("#poll-machine-text .send").await;
    phone
        .wait_for("document.querySelector('#poll-machine-text .note').textContent.includes('Both')")
        .await;
    late.press("No").await;
    late.press("never").await;
    late.click("#poll-machine-text .send").await;
    late.wait_for(
        "document.querySelector('#poll-machine-text .note').textContent.includes('Counted')",
    )
    .await;
    salon
        .somebody_votes("machine-text", json!({"picks": [0]}))
        .await;
    host.press("Next").await;
    stage.sees("Stacey Svetlichnaya").await;

    // 45:15 "The reveal step": it closes; the stream's viewers keep their 30 seconds.
    host.js("[...document.querySelectorAll('#poll-machine-text button')].find((one) => one.textContent.startsWith('Close')).click()").await;
    phone.sees("waiting for viewers on a delay").await;
    late.wait_for("/watching with a delay|left for you/i.test(document.body.innerText)")
        .await;
    late.click("#poll-machine-text input[name=pick][value='0']")
        .await;
    late.click("#poll-machine-text .send").await;
    late.wait_for("document.querySelector('#poll-machine-text .note').textContent.includes('Yes')")
        .await;
    host.press("Close now for everyone").await;
    // Not by a number in the text: the port in the address may be any.
    let bars = stage
        .js("document.querySelectorAll('.bar-percent').length")
        .await;
    assert_eq!(bars, json!(0), "hidden until the reveal");
    host.js("[...document.querySelectorAll('#poll-machine-text button')].find((one) => one.textContent.startsWith('Reveal')).click()").await;
    stage.sees("Will language models").await;
    stage
        .wait_for("/67\\s%/.test(document.body.innerText)")
        .await;
    let rows = salon.counts("machine-text").await;
    assert_eq!(
        rows,
        [("Yes", 2), ("No", 0), ("Both", 1)].map(|(label, n)| (label.to_string(), n))
    );

    // 48:50 The third talk, the last questions, goodbye.
    host.press("Next").await;
    stage.sees("The SVD is a refactor").await;
    stage.sees("Charles Frye").await;
    host.press("Next").await;
    stage.sees("Last questions").await;
    host.press("End session").await;
    phone.sees("has ended").await;
    stage
        .wait_for("/thank|ended/i.test(document.body.innerText)")
        .await;
    // What was revealed stays readable, and so does what was done.
    phone.sees("TensorFlow/Keras").await;
    phone.press("Public log").await;
    phone.sees("Option added: “TensorFlow/Keras”.").await;
    phone
        .sees("“Keras” is now counted as “TensorFlow/Keras” (1 ballot).")
        .await;
    for page in [&host, &stage, &late] {
        assert_eq!(page.complaints().await, Vec::<String>::new());
    }
}
