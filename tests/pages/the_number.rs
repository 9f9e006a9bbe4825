//! A poll that asks for a number: composed on the desk, given by slider or keys, counted in rows.

use serde_json::json;

use crate::access::check;
use crate::chromium::Driver;
use crate::salon::Salon;
use crate::the_walk::puts;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_is_asked_for_given_and_counted() {
    let Some(driver) = Driver::start("the_number") else {
        return;
    };
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    salon.does(json!({"do": "go", "segment": "walk"})).await;
    salon
        .does(json!({"do": "walk_to", "segment": "walk", "step": "low-rank"}))
        .await;
    // The host composes it on the desk.
    let host = salon.host(&driver, 1280, 900).await;
    host.press("New poll").await;
    host.types(
        ".compose [name=question]:not(#quick-question)",
        "Which rank do you need?",
    )
    .await;
    host.js("(() => { const kind = document.querySelector('.compose [name=kind]'); kind.value = 'number'; kind.dispatchEvent(new Event('change', { bubbles: true })); return true; })()")
        .await;
    host.wait_for("document.querySelector('.compose [name=to]').checkVisibility()")
        .await;
    puts(&host, ".compose [name=to]", "100").await;
    check(&host, "a number composed on the desk").await;
    host.press("Open now").await;
    host.sees("Which rank do you need?").await;
    let polls = salon.host_state().await["polls"].clone();
    let polls = polls.as_array().unwrap().clone();
    let poll = polls.iter().find(|poll| poll["kind"] == "number").unwrap();
    assert_eq!(poll["range"], json!({"from": 0, "to": 100}));
    let id = poll["id"].as_str().unwrap().to_string();

    let stage = driver.window(1920, 1080).await;
    stage.goto(&salon.url("/stage/CENTRE")).await;
    stage.sees("A whole number from 0 to 100").await;
    check(&stage, "a number asked for on stage").await;
    let phone = driver.phone().await;
    phone.goto(&salon.url("/CENTRE")).await;
    let card = format!("#poll-{id}");
    phone.sees("A whole number from 0 to 100").await;
    check(&phone, "a number asked for on the phone").await;
    let output = format!("document.querySelector('{card} output').textContent");
    assert_eq!(phone.js(&output).await, "Not chosen yet");
    // What is out of the range is told and not sent.
    phone.types(&format!("{card} [name=number]"), "500").await;
    phone
        .js(&format!(
            "document.querySelector('{card} .ballot').noValidate = true"
        ))
        .await;
    phone.click(&format!("{card} .send")).await;
    phone.sees("Give a whole number from 0 to 100.").await;
    // The slider, by keys: it fills the field, and goes back and forth.
    phone
        .js(&format!("document.querySelector('{card} .slider').focus()"))
        .await;
    phone
        .keys(&['\u{e011}', '\u{e014}', '\u{e014}', '\u{e014}'])
        .await;
    phone
        .wait_for(&format!(
            "document.querySelector('{card} [name=number]').value === '3'"
        ))
        .await;
    phone.click(&format!("{card} .send")).await;
    phone.sees("Counted ✓ 3.").await;
    // The second visit finds the answer where it was left.
    phone.goto(&salon.url("/CENTRE")).await;
    phone
        .wait_for(&format!(
            "document.querySelector('{card} [name=number]').value === '3'"
        ))
        .await;
    for number in ["20", "21", "90"] {
        salon.somebody_votes(&id, json!({"write_in": number})).await;
    }
    salon
        .does(json!({"do": "close_poll", "poll": id, "now": true}))
        .await;
    salon.does(json!({"do": "reveal", "poll": id})).await;
    for page in [&stage, &phone] {
        page.sees("Median 20.5, mean 33.5").await;
    }
    stage.sees("20 – 29").await;
    // Over a video there is room for half of the rows: each is two, and none is left out.
    let overlay = driver.window(1280, 720).await;
    overlay.goto(&salon.url("/stage/CENTRE?overlay")).await;
    overlay.sees("Median 20.5, mean 33.5").await;
    overlay.sees("20 – 39").await;
    overlay.sees("80 – 99").await;
    host.sees("The middle is 20.5, the mean 33.5.").await;
    phone
        .wait_for(&format!(
            "document.querySelector('{card} .bars .mine span').textContent === '0 – 9'"
        ))
        .await;
    check(&phone, "numbers counted on the phone").await;
    check(&stage, "numbers counted on stage").await;
    check(&host, "numbers counted on the desk").await;

    // One that belongs to a step lies on its curve.
    let rank = json!({"id": "guess", "kind": "number", "question": "Rank?", "from": 0, "to": 192, "step": "low-rank"});
    salon
        .does(json!({"do": "add_poll", "poll": rank, "segment": "walk", "open": true}))
        .await;
    for number in ["33", "33", "140"] {
        salon
            .somebody_votes("guess", json!({"write_in": number}))
            .await;
    }
    salon
        .does(json!({"do": "close_poll", "poll": "guess", "now": true}))
        .await;
    salon.does(json!({"do": "reveal", "poll": "guess"})).await;
    salon.does(json!({"do": "show", "poll": null})).await;
    stage
        .wait_for("[...document.querySelectorAll('#stage svg')].some((svg) => svg.getAttribute('aria-label')?.includes('Votes at 33: 2; at 140: 1.'))")
        .await;
}
