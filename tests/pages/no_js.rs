//! A phone without JavaScript votes by a plain form.

use serde_json::json;

use crate::chromium::Driver;
use crate::salon::Salon;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vote_is_cast_changed_and_withdrawn_without_javascript() {
    let Some(driver) = Driver::start("no_js") else {
        return;
    };
    let salon = Salon::start().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    let off = json!({"profile.managed_default_content_settings.javascript": 2});
    let phone = driver.window_with(390, 844, off).await;
    phone.goto(&salon.url("/CENTRE?via=zoom")).await;
    assert!(
        !phone
            .client
            .source()
            .await
            .unwrap()
            .contains("class=\"js\""),
        "scripts are off"
    );
    phone
        .click("#poll-framework input[name=pick][value='0']")
        .await;
    phone.click("#poll-framework .send").await;
    phone
        .wait_for("location.search.includes('done=counted')")
        .await;
    phone.sees("Counted").await;
    let state = salon.poll("framework").await;
    assert_eq!(state["tally"]["options"][0]["count"], 1);
    assert_eq!(state["tally"]["channels"][0]["id"], "zoom");

    phone
        .click("#poll-framework input[name=pick][value='1']")
        .await;
    phone
        .click("#poll-framework input[name=pick][value='write-in']")
        .await;
    phone
        .types("#poll-framework input[name=write_in]", "Theano")
        .await;
    phone.click("#poll-framework .send").await;
    phone.sees("PyTorch + JAX + Theano").await;
    assert_eq!(salon.poll("framework").await["tally"]["voters"], 1);

    // What cannot be is said on the page, and the counted ballot stands.
    for pick in 0..2 {
        phone
            .click(&format!("#poll-framework input[name=pick][value='{pick}']"))
            .await;
    }
    phone
        .click("#poll-framework input[name=pick][value='write-in']")
        .await;
    phone
        .js("(document.querySelector('#poll-framework input[name=write_in]').value = '', 1)")
        .await;
    phone.click("#poll-framework .send").await;
    phone.sees("Pick at least 1").await;
    assert_eq!(salon.poll("framework").await["tally"]["voters"], 1);

    phone.press("Withdraw my vote").await;
    phone.sees("withdrawn").await;
    assert_eq!(salon.poll("framework").await["tally"]["voters"], 0);
}
