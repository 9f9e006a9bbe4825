//! A phone without JavaScript votes by a plain form, and so does one that cannot run ours; other pages tell what they need.

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_is_too_old_is_told_so_and_votes_all_the_same() {
    let Some(driver) = Driver::start("too old") else {
        return;
    };
    let salon = Salon::start().await;
    salon
        .does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    let host = salon.host(&driver, 1280, 800).await;
    let old = "This browser is too old for this page";
    for path in ["host", "speaker"].map(|page| format!("/{page}/{}", salon.session)) {
        host.goto(&salon.url(&path)).await;
        host.sees("ML Salon").await;
        assert!(!host.text().await.contains(old), "{path}");
    }
    // As before Safari 15.4, and with a script that does not even begin.
    let source = "const reads = JSON.parse; \
        if (location.pathname !== '/CENTRE') delete Object.hasOwn; \
        if (location.pathname === '/CENTRE') JSON.parse = (text) => { if (text.includes('\"polls\"')) throw new SyntaxError('too new'); return reads(text); };";
    host.cdp(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({"source": source}),
    )
    .await;
    let own = ["host", "speaker"].map(|page| format!("/{page}/{}", salon.session));
    let all = ["/stage/CENTRE", "/walk/CENTRE"].map(str::to_string);
    for path in own.into_iter().chain(all) {
        host.goto(&salon.url(&path)).await;
        host.sees(old).await;
    }
    host.goto(&salon.url("/CENTRE")).await;
    host.sees("Reload to see what is new").await;
    host.click("#poll-framework input[name=pick][value='0']")
        .await;
    host.click("#poll-framework .send").await;
    host.wait_for("location.search.includes('done=counted')")
        .await;
    assert_eq!(salon.poll("framework").await["voters"], 1);
}
