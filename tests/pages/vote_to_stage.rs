//! The main thing: the host opens, phones vote, the stage shows, the forgotten option is added, the reveal.

use serde_json::json;

use crate::chromium::Driver;
use crate::salon::Salon;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn host_phones_and_stage_run_a_poll_together() {
    let Some(driver) = Driver::start("vote_to_stage") else {
        return;
    };
    let salon = Salon::start().await;
    // The one-time link signs in, and its token is gone from the address.
    let host = salon.host(&driver, 1280, 800).await;
    assert_eq!(host.js("location.hash").await, "");
    let stage = driver.window(1920, 1080).await;
    let (first, second) = (driver.phone().await, driver.phone().await);
    host.sees("Which frameworks do you train your models with?")
        .await;

    stage.goto(&salon.url("/stage/CENTRE")).await;
    stage.sees("CENTRE").await;
    first.goto(&salon.url("/CENTRE?via=zoom")).await;
    first.sees("ML Salon").await;
    // From the root page, with a code typed as people type it.
    second.goto(&salon.url("/")).await;
    second.types("input[name=code]", "cen tre\n").await;
    second.wait_for("location.pathname === '/CENTRE'").await;
    host.sees("2 joined").await;

    host.click("#poll-framework .main").await;
    for phone in [&first, &second] {
        phone
            .sees("Which frameworks do you train your models with?")
            .await;
    }
    stage.sees("Which frameworks").await;

    first.press("PyTorch").await;
    first.press("Send").await;
    first.sees("Counted ✓").await;
    second.press("PyTorch").await;
    second.press("Something else").await;
    second
        .types("#poll-framework input[name=write_in]", "keras")
        .await;
    second.press("Send").await;
    second.sees("Counted ✓").await;

    // The host sees the count, the stage the number of voters, the phones nothing.
    host.wait_for("document.querySelector('#poll-framework .voters').textContent.includes('2')")
        .await;
    host.sees("keras").await;
    stage
        .wait_for("/\\b2\\b\\s*votes? in/.test(document.body.innerText)")
        .await;
    for page in [&stage, &first] {
        let text = page.text().await;
        assert!(!text.contains("keras") && !text.contains("100 %"), "{text}");
    }

    // TensorFlow should have been an option.
    host.types("#add-framework", "TensorFlow/Keras\n").await;
    first
        .sees("“TensorFlow/Keras” was added after you voted")
        .await;
    stage.sees("TensorFlow/Keras").await;
    host.click("#poll-framework input[aria-label='Merge keras']")
        .await;
    host.js("document.querySelector('.merge select').value = '4'")
        .await;
    host.press("Merge").await;
    second
        .sees("“keras” is now counted as TensorFlow/Keras")
        .await;
    first.press("TensorFlow/Keras").await;
    first.press("Send change").await;
    first.wait_for("document.querySelector('#poll-framework .note').textContent.includes('TensorFlow/Keras')").await;

    // Undo takes the last action back, and again brings the one before.
    host.press("Undo").await;
    host.sees("Something else").await;
    host.click("#poll-framework input[aria-label='Merge keras']")
        .await;
    host.js("document.querySelector('.merge select').value = '4'")
        .await;
    host.press("Merge").await;
    second.sees("is now counted as").await;

    host.press("Reveal").await;
    for page in [&stage, &first, &second] {
        page.wait_for("document.body.innerText.replace(/\\u00a0/g, ' ').includes('100 %')")
            .await;
        page.sees("TensorFlow/Keras").await;
    }
    assert_eq!(
        salon.counts("framework").await,
        [
            ("PyTorch", 2),
            ("JAX", 0),
            ("scikit-learn", 0),
            ("fast.ai", 0),
            ("TensorFlow/Keras", 2)
        ]
        .map(|(label, n)| (label.to_string(), n))
    );
    stage.sees("PyTorch + TensorFlow/Keras").await;

    host.press("Close").await;
    host.press("Close now for everyone").await;
    first.sees("Closed. This is the result.").await;
    stage
        .wait_for("/final/i.test(document.body.innerText)")
        .await;
    for page in [&host, &stage, &first, &second] {
        assert_eq!(page.complaints().await, Vec::<String>::new());
    }

    // An ad-hoc poll in three actions: the button, the question, a preset. One tap votes.
    host.press("New poll").await;
    host.types("#quick-question", "Shall we have a break?")
        .await;
    host.press("Yes / no").await;
    first.sees("Shall we have a break?").await;
    first.press("Yes").await;
    first.sees("Counted ✓ Yes").await;
    host.wait_for(
        "document.querySelector('#poll-shall-we-have-a-break .voters').textContent.includes('1')",
    )
    .await;
    // A second visit finds it as it was.
    first.client.refresh().await.unwrap();
    first.sees("Counted ✓ Yes").await;
    assert_eq!(
        salon.poll("shall-we-have-a-break").await["voters"],
        json!(1)
    );
}
