//! Putting a session together: a new one with a code of its own, and a look at what phones will show.

use serde_json::json;

use crate::questions::enters;
use crate::salon::Salon;

async fn host_cookie(salon: &Salon) -> String {
    let link = salon::app::sign_in_link(&salon.lobby, None).await.unwrap();
    enters(salon, &json!({"url": link})).await.0
}

#[tokio::test]
async fn a_new_session_lands_on_its_panel_and_a_code_that_cannot_be_is_explained() {
    let salon = Salon::start().await;
    let cookie = host_cookie(&salon).await;
    let make = async |form: &'static str| {
        salon
            .http
            .post(salon.url("/host/sessions"))
            .header("cookie", &cookie)
            .header("origin", &salon.base)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap()
    };
    let made = make("title=Ours&code=meet-24").await;
    assert_eq!(made.status(), 303);
    let panel = made.headers()["location"].to_str().unwrap().to_string();
    assert!(panel.starts_with("/host/"), "{panel}");
    let public = salon.url("/api/v1/public/MEET24");
    assert_eq!(salon.http.get(public).send().await.unwrap().status(), 200);
    assert_eq!(make("title=Ours&code=").await.status(), 303);
    for (form, words) in [
        ("title=Ours&code=LOOP", "“L” is never part of a code"),
        ("title=Ours&code=abc", "4 to 10"),
        ("title=Ours&code=MEET24", "belongs to another session"),
        ("title=+&code=", "The title must not be empty"),
    ] {
        let refused = make(form).await;
        assert_eq!(refused.status(), 422, "{form}");
        let page = refused.text().await.unwrap();
        assert!(page.contains(words), "{form}: {page}");
        if form.starts_with("title=Ours") {
            assert!(page.contains("value=\"Ours\""), "what was typed is there");
        }
    }
    salon.ends().await;
}

#[tokio::test]
async fn a_preview_is_the_phones_page_with_that_poll_open_and_changes_nothing() {
    let salon = Salon::start().await;
    let cookie = host_cookie(&salon).await;
    let before = salon.host_state().await;
    let look = async |poll: serde_json::Value, segment: &str| {
        let query =
            serde_urlencoded::to_string([("poll", &*poll.to_string()), ("segment", segment)]);
        let url = salon.url(&format!(
            "/host/{}/preview?{}",
            salon.session,
            query.unwrap()
        ));
        let answer = salon
            .http
            .get(url)
            .header("cookie", &cookie)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let poll = json!({"kind": "multiple", "question": "Which <b>?", "options": ["Red", "Blue"], "max": 2,
        "steers": {"segment": "", "settings": []}});
    let (status, page) = look(poll, "two").await;
    assert_eq!(status, 200, "{page}");
    for words in ["Which &#60;b&#62;?", "Choose up to 2", "Blue", "Opinions"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<script"), "nothing in it acts");
    let (status, page) = look(json!({"kind": "single", "question": "Q?"}), "").await;
    assert_eq!(status, 422);
    assert!(page.contains("Not yet: options"), "{page}");
    let (status, _) = look(json!({"kind": "dance"}), "").await;
    assert_eq!(status, 422);
    let after = salon.host_state().await;
    assert_eq!(after["polls"], before["polls"]);
    assert_eq!(after["session"], before["session"]);
    salon.ends().await;
}
