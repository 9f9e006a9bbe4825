//! A poll starts a run, and it moves on stage, on phones and on the desk.

use serde_json::json;

use crate::access::check;
use crate::chromium::{Browser, Driver};
use crate::salon::Salon;

/// A run takes its time where the program was not compiled to be fast.
const LONG: std::time::Duration = std::time::Duration::from_secs(150);

/// Waits for a picture of so many at least, drawn with ink.
async fn draws(page: &Browser, step: u32) {
    let drawn = "(() => { const c = document.querySelector('.scatter'); \
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; \
        let ink = 0; for (let i = 3; i < d.length; i += 4) ink += d[i] > 0; return ink; })()";
    // The program of the tests was not compiled to be fast, and has one processor of two at most.
    let began = std::time::Instant::now();
    while page
        .js(&format!("document.querySelector('.scatter') ? {drawn} : 0"))
        .await
        .as_f64()
        <= Some(2000.0)
    {
        assert!(began.elapsed().as_secs() < 90, "nothing is drawn");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    page.wait_for(&format!(
        "Number(document.querySelector('.run-steps').textContent.match(/\\d+/)?.[0]) >= {step}"
    ))
    .await;
}

/// Makes the example's demo the current segment, with these settings.
async fn turns_to_demo(salon: &Salon, settings: serde_json::Value) {
    let demo = json!({"kind": "rbf", "settings": settings});
    let segment =
        json!({"id": "trainer", "kind": "demo", "title": "Trained while you watch", "demo": demo});
    salon
        .does(json!({"do": "edit_segment", "segment": segment}))
        .await;
    salon.does(json!({"do": "go", "segment": "trainer"})).await;
}

/// The drawing, as text.
async fn drawing(page: &Browser) -> String {
    let image = page
        .js("document.querySelector('.scatter').toDataURL()")
        .await;
    image.as_str().unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_poll_starts_a_run_that_moves_on_every_screen() {
    let Some(driver) = Driver::start("the_demo") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    // A network that is quick without optimisation too.
    turns_to_demo(
        &salon,
        json!({"backbone": "fully_connected", "epochs": 200}),
    )
    .await;
    let host = salon.host(&driver, 1280, 900).await;
    host.sees("Trained while you watch").await;
    let stage = driver.window(1920, 1080).await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    stage.sees("Trained while you watch").await;
    check(&host, "a demo before its first run, on the desk").await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE")).await;

    salon
        .does(json!({"do": "open_poll", "poll": "lambda"}))
        .await;
    phone.press("A little: λ = 0.1").await;
    phone.sees("Counted ✓").await;
    stage.sees("How hard should pictures").await;
    salon
        .does(json!({"do": "close_poll", "poll": "lambda", "now": true}))
        .await;

    stage.sees("You chose “A little: λ = 0.1”, 1 of 1").await;
    draws(&stage, 1).await;
    draws(&phone, 1).await;
    phone.sees("learned from").await;
    // Pictures are rare where nothing was compiled to be fast.
    let before = drawing(&stage).await;
    let began = std::time::Instant::now();
    while drawing(&stage).await == before {
        assert!(began.elapsed().as_secs() < 60, "it does not move");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    check(&stage, "a run on stage").await;
    watched_from_afar(&stage).await;
    check(&phone, "a run on the phone").await;

    // The desk: pause, turn λ by keyboard, go on, stop, start another with a preset.
    host.press("Pause").await;
    stage.sees("Paused").await;
    phone.sees("Paused").await;
    check(&host, "a run on the desk").await;
    host.js("document.querySelector('.knob input').focus()")
        .await;
    host.keys(&['\u{e010}']).await;
    stage.sees("λ = 100").await;
    host.press("Go on").await;
    stage.sees("Training").await;
    host.press("Stop").await;
    stage.sees("Stopped").await;
    host.press("Start another run").await;
    host.press("Digits, softmax head (baseline)").await;
    stage.sees("softmax head").await;
    draws(&stage, 1).await;

    // The viewer's own look: the keyboard zooms the phone's picture and nobody else's.
    phone.sees("softmax head").await;
    draws(&phone, 1).await;
    host.press("Pause").await;
    phone.sees("Paused").await;
    phone.js("document.querySelector('.scatter').focus()").await;
    let whole = drawing(&phone).await;
    phone.keys(&['+', '+']).await;
    phone
        .wait_for(&format!(
            "document.querySelector('.scatter').toDataURL() !== {}",
            json!(whole)
        ))
        .await;

    // Who comes late, or comes back, sees all of it at once.
    let late = driver.window(390, 844).await;
    late.goto(&salon.url("/CENTRE")).await;
    draws(&late, 1).await;
    let mut quiet = Vec::new();
    for page in [&host, &stage, &phone, &late] {
        quiet.extend(page.complaints().await);
    }
    assert_eq!(quiet, Vec::<String>::new());
    host.press("Stop").await;
    host.press("Clear").await;
    stage.wait_for("!document.querySelector('.scatter')").await;
    phone
        .wait_for("document.querySelector('#demo').hidden")
        .await;
}

/// The picture is most of the stage, what is written can be read from the back row, and there is nothing to press.
async fn watched_from_afar(stage: &Browser) {
    let share = "(() => { const { width, height } = document.querySelector('.scatter').getBoundingClientRect(); \
        return width * height / innerWidth / innerHeight; })()";
    let share = stage.js(share).await.as_f64().unwrap();
    assert!(share >= 0.55, "the picture has {share} of the stage");
    let pressed =
        "document.querySelectorAll('#stage :is(button, input, select, a, [tabindex])').length";
    assert_eq!(stage.js(pressed).await, 0);
    let small = "[...document.querySelectorAll('.demo-scene *')].filter((node) => node.checkVisibility() && !node.closest('.run-sr') \
        && [...node.childNodes].some((one) => one.nodeType === 3 && one.textContent.trim()) \
        && parseFloat(getComputedStyle(node).fontSize) < innerHeight * .035).map((node) => node.className + ' ' + node.textContent)";
    assert_eq!(stage.js(small).await, json!([]), "read from the back row");
    // What says how to join has its own place, here that only this machine can.
    let aside = "(() => { const all = [...document.querySelectorAll('#rail :is(.join-text, .only-here)')].map((one) => one.getBoundingClientRect()); \
        const top = Math.max(...[...document.querySelectorAll('.run-side .curve-box')].map((one) => one.getBoundingClientRect().bottom)); \
        return all.length === 2 && all.every((one) => one.top >= top && one.right <= innerWidth && one.bottom <= innerHeight) && (all[0].right <= all[1].left || all[1].right <= all[0].left); })()";
    stage.wait_for(aside).await;
    let title = "parseFloat(getComputedStyle(document.querySelector('.demo-scene h1')).fontSize) / innerHeight";
    assert!(stage.js(title).await.as_f64() >= Some(0.06));
}

/// Chooses what the panel looks at, as the keyboard does.
async fn picks(page: &Browser, field: &str, value: &str) {
    let script = format!(
        "(() => {{ const field = document.querySelector('{field}'); field.value = '{value}'; \
         field.dispatchEvent(new Event('change', {{ bubbles: true }})); }})()"
    );
    page.js(&script).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anyone_looks_into_a_run_draws_a_digit_goes_back_and_the_host_plays_it_again() {
    let Some(driver) = Driver::start("look_into") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let settings = json!({"backbone": "fully_connected", "epochs": 1, "batch": 256});
    turns_to_demo(&salon, settings).await;
    salon
        .does(json!({"do": "start_run", "segment": "trainer"}))
        .await;
    let stage = driver.window(1920, 1080).await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE")).await;
    let laptop = driver.window(1280, 800).await;
    laptop.goto(&salon.url("/CENTRE")).await;
    stage
        .wait_for_within("document.body.innerText.includes('Test images:')", LONG)
        .await;
    phone.sees("Test images:").await;
    draws(&stage, 29).await;
    check(&stage, "results on stage").await;
    check(&phone, "results on the phone").await;

    // An image, and why it is taken for what it is: what is written adds up.
    phone.press("Look at…").await;
    picks(&phone, ".look-image input", "1500").await;
    phone.sees("As the network was at step 29").await;
    phone.sees("Bias").await;
    check(&phone, "an image looked at on the phone").await;
    // A centre, by the keyboard's way on a laptop; then the picture around it.
    laptop.press("Look at…").await;
    picks(&laptop, ".look-form select", "3").await;
    laptop.sees("Around this centre").await;
    let plane = drawing(&laptop).await;
    laptop.press("Around this centre").await;
    laptop
        .wait_for(&format!(
            "document.querySelector('.scatter').toDataURL() !== {}",
            json!(plane)
        ))
        .await;
    check(&laptop, "around a centre on a laptop").await;
    laptop.press("Close").await;

    // A tap on the picture: what is said of it comes into view by itself.
    phone.press("Close").await;
    phone
        .js("document.querySelector('.scatter').scrollIntoView({ block: 'end', behavior: 'instant' })")
        .await;
    let tap = "(() => { const canvas = document.querySelector('.scatter'); const box = canvas.getBoundingClientRect(); \
        for (let at = 0.1; at < 0.9; at += 0.02) { \
          const where = { pointerId: 1, button: 0, pointerType: 'touch', clientX: box.left + at * box.width, clientY: box.top + at * box.height }; \
          canvas.setPointerCapture = () => {}; \
          for (const kind of ['pointerdown', 'pointerup']) canvas.dispatchEvent(new PointerEvent(kind, where)); \
          if (!document.querySelector('.look').hidden) return true; } return false; })()";
    assert_eq!(phone.js(tap).await, true, "something lies on the diagonal");
    phone.sees("As the network was at step 29").await;
    phone
        .wait_for(
            "document.querySelector('.look h3').getBoundingClientRect().top < innerHeight * .6",
        )
        .await;

    // Something drawn with a finger.
    phone.press("Close").await;
    phone.press("Draw").await;
    phone.strokes(".pad-cells", (0.0, -0.35), (0.0, 0.35)).await;
    phone.sees("As the network was at step 29").await;
    check(&phone, "a drawing on the phone").await;
    phone.press("Close").await;

    // Back through the film, and to the newest again.
    let newest = drawing(&phone).await;
    phone
        .js("document.querySelector('.scrub-slider').focus()")
        .await;
    phone.keys(&['\u{e011}']).await;
    phone
        .wait_for("document.querySelector('.scrub-words').textContent.startsWith('Step 0 ')")
        .await;
    phone
        .wait_for(&format!(
            "document.querySelector('.scatter').toDataURL() !== {}",
            json!(newest)
        ))
        .await;
    phone.press("Live").await;
    // t-SNE comes by itself, once nothing trains any more.
    phone
        .wait_for_within("[...document.querySelectorAll('.run-views button')].some((b) => b.textContent === 't-SNE' && !b.hidden)", LONG)
        .await;

    // The stage's insurance: the host plays it back, and every screen says so.
    let host = salon.host(&driver, 1280, 900).await;
    host.press("Recorded runs").await;
    check(&host, "recorded runs on the desk").await;
    host.press("Play back").await;
    stage.sees("Recorded run 1, played back").await;
    phone.sees("Recorded run 1, played back").await;
    let mut quiet = Vec::new();
    for page in [&host, &stage, &phone, &laptop] {
        quiet.extend(page.complaints().await);
    }
    assert_eq!(quiet, Vec::<String>::new());
}
