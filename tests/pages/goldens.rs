//! Every surface in its states, as pictures: what falls on the wrong part, overlaps or is cut off shows here first.
//!
//! Everything that could differ from one run to the next is held still: one name for the server, fonts that are the
//! same everywhere, no movement, times and dates written over. A picture that differs is taken again for a while,
//! because pages are drawn when their data comes.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::browser::missing;
use crate::golden_picture;
use crate::golden_studio::{NAME, Studio, driver};
use crate::salon::Salon;

const VOTERS: usize = 121;
const PHONE: [(u32, u32, bool); 2] = [(390, 844, false), (390, 844, true)];
const HALL: [(u32, u32, bool); 1] = [(1920, 1080, true)];
const DESK: [(u32, u32, bool); 2] = [(1280, 800, false), (1280, 800, true)];

async fn votes(
    salon: &Salon,
    voters: &[reqwest::Client],
    poll: &str,
    answer: impl Fn(usize) -> Value,
) {
    let cast = |n: usize| {
        let url = salon.url(&format!("/api/v1/public/PARK22/polls/{poll}/ballot"));
        let body = json!({"answer": answer(n)}).to_string();
        async move {
            let voted = voters[n].put(url).body(body).send().await.unwrap();
            assert_eq!(voted.status(), 200, "{}", voted.text().await.unwrap());
        }
    };
    // Answers in people's own words stand in the order in which they came.
    cast(0).await;
    cast(1).await;
    let rest: Vec<usize> = (2..voters.len()).collect();
    for some in rest.chunks(16) {
        futures_util::future::join_all(some.iter().map(|n| cast(*n))).await;
    }
}

/// Two picks, or one where both are the same.
fn two(one: usize, other: usize) -> Vec<usize> {
    if one == other {
        vec![one]
    } else {
        vec![one, other]
    }
}

async fn acts(salon: &Salon, act: &str, poll: &str) {
    let mut command = json!({"do": act, "poll": poll});
    if act == "close_poll" {
        command["now"] = json!(true);
    }
    salon.does(command).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_surface_looks_as_it_did() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let Some(browsers) = driver("fonts.conf", port) else {
        return;
    };
    let sheet = include_str!("golden/session.toml");
    let salon = Salon::start_at(NAME, port, &[sheet]).await;
    let mut studio = Studio::open(&browsers, false).await;
    let panel = format!("/host/{}", salon.session);

    // Before it begins.
    studio.goto("/").await;
    studio.shot("door", &PHONE).await;
    studio.goto("/join?code=NQ77").await;
    studio.shot("door-wrong", &PHONE[..1]).await;
    studio.goto("/NQ77").await;
    studio.shot("error", &PHONE[..1]).await;
    studio.goto("/host").await;
    studio.shot("sign-in", &DESK).await;
    studio.goto(&salon.sign_in_path()).await;
    studio
        .page
        .wait_for("location.pathname.startsWith('/host/') && document.querySelector('.columns')")
        .await;
    studio.goto("/host").await;
    studio.shot("sessions", &DESK[..1]).await;
    studio.goto("/PARK22").await;
    studio
        .page
        .wait_for("document.querySelector('#bar nav')")
        .await;
    studio.shot("phone-waiting", &PHONE).await;
    studio.goto("/PARK22/log").await;
    studio.shot("log-empty", &PHONE[..1]).await;
    studio.goto("/stage/PARK22").await;
    studio.page.sees("An evening on numbers").await;
    studio.shot("stage-welcome", &HALL).await;
    studio.goto(&panel).await;
    studio
        .page
        .wait_for("document.querySelector('.columns')")
        .await;
    studio.shot("host-draft", &DESK).await;

    // It is on, with nothing asked.
    salon.does(json!({"do": "start_session"})).await;
    studio.goto("/PARK22").await;
    studio
        .page
        .wait_for("document.querySelector('#bar nav')")
        .await;
    studio.shot("phone-nothing", &PHONE[..1]).await;
    studio.goto("/PARK22#questions").await;
    studio
        .page
        .wait_for("document.querySelector('#ask-text')")
        .await;
    studio.shot("phone-questions-none", &PHONE[..1]).await;
    studio.goto("/stage/PARK22?overlay").await;
    studio
        .page
        .wait_for("document.documentElement.dataset.line === 'online'")
        .await;
    studio.shot("overlay-quiet", &HALL).await;
    studio.goto(&format!("/speaker/{}", salon.session)).await;
    studio
        .page
        .wait_for("document.querySelector('.desk')")
        .await;
    studio.shot("speaker-nothing", &DESK[..1]).await;

    // Polls, open.
    let mut voters = Vec::new();
    for _ in 0..VOTERS {
        let voter = reqwest::Client::builder()
            .cookie_store(true)
            .build()
            .unwrap();
        voter
            .get(salon.url("/api/v1/public/PARK22"))
            .send()
            .await
            .unwrap();
        voters.push(voter);
    }
    for poll in ["tools", "words", "many"] {
        acts(&salon, "open_poll", poll).await;
        acts(&salon, "show", poll).await;
        studio.goto("/stage/PARK22").await;
        studio
            .page
            .wait_for("document.querySelector('.choices')")
            .await;
        studio.shot(&format!("stage-open-{poll}"), &HALL).await;
        studio.goto("/stage/PARK22?overlay").await;
        studio
            .page
            .wait_for("!document.querySelector('#plate').hidden")
            .await;
        studio.shot(&format!("overlay-open-{poll}"), &HALL).await;
    }
    studio.goto("/PARK22").await;
    studio
        .page
        .wait_for("document.querySelector('#bar nav')")
        .await;
    studio
        .shot(
            "phone-open",
            &[(390, 844, false), (390, 844, true), (1280, 800, false)],
        )
        .await;
    studio.shot("phone-open-all", &[(390, 5200, false)]).await;
    for poll in ["agreed", "letters", "number", "forecast"] {
        acts(&salon, "open_poll", poll).await;
    }
    votes(&salon, &voters, "tools", |n| match n % 40 {
        0 => json!({"picks": [n % 4], "write_in": "A colleague"}),
        1 => json!({"write_in": "Nothing at all"}),
        _ => json!({"picks": ([vec![0, 1], vec![1, 2], vec![1], vec![0, 3]][n % 4])}),
    })
    .await;
    votes(&salon, &voters, "agreed", |_| json!({"picks": [0]})).await;
    votes(
        &salon,
        &voters,
        "letters",
        |n| json!({"picks": [n % 5 % 3]}),
    )
    .await;
    votes(
        &salon,
        &voters,
        "words",
        |n| json!({"picks": two(n % 4, (n / 3) % 4)}),
    )
    .await;
    votes(
        &salon,
        &voters,
        "many",
        |n| json!({"picks": two(n % 40, (n * n) % 37)}),
    )
    .await;
    votes(
        &salon,
        &voters,
        "number",
        |n| json!({"write_in": ((n * 7) % 60 + 10).to_string()}),
    )
    .await;
    votes(
        &salon,
        &voters,
        "forecast",
        |n| json!({"picks": ([vec![0], vec![1], vec![0, 1]][n % 3]), "by": n % 4}),
    )
    .await;
    studio.goto("/stage/PARK22").await;
    studio.page.sees("121").await;
    studio.shot("stage-open-counted", &HALL).await;
    studio.goto(&panel).await;
    studio.page.sees("121").await;
    studio
        .shot(
            "host-open",
            &[
                (1280, 800, false),
                (1280, 800, true),
                (1920, 1080, false),
                (1920, 1080, true),
                (390, 844, false),
            ],
        )
        .await;
    studio.page.click(".dock .main, .polls .head .main").await;
    studio
        .page
        .wait_for("document.querySelector('.compose')")
        .await;
    studio.shot("host-composer", &DESK[..1]).await;

    // Closed, then revealed.
    acts(&salon, "show", "words").await;
    acts(&salon, "close_poll", "words").await;
    studio.goto("/stage/PARK22").await;
    studio.page.sees("Closed").await;
    studio.shot("stage-closed", &HALL).await;
    for poll in ["tools", "agreed", "letters", "many", "number", "forecast"] {
        acts(&salon, "close_poll", poll).await;
    }
    studio.goto("/PARK22").await;
    studio
        .page
        .wait_for("document.querySelector('#bar nav')")
        .await;
    studio.shot("phone-closed", &PHONE[..1]).await;
    for poll in [
        "tools", "agreed", "letters", "words", "many", "number", "forecast",
    ] {
        acts(&salon, "reveal", poll).await;
        acts(&salon, "show", poll).await;
        studio.goto("/stage/PARK22").await;
        studio.page.sees("Final").await;
        studio.shot(&format!("stage-result-{poll}"), &HALL).await;
    }
    studio.goto("/stage/PARK22?theme=light").await;
    studio.page.sees("Final").await;
    studio
        .shot(
            "stage-result-forecast",
            &[(1920, 1080, false), (1280, 800, false)],
        )
        .await;
    acts(&salon, "show", "tools").await;
    studio.goto("/stage/PARK22?theme=light").await;
    studio.page.sees("Final").await;
    studio
        .shot(
            "stage-result-tools",
            &[(1920, 1080, false), (390, 844, false)],
        )
        .await;
    studio.goto("/stage/PARK22?embed").await;
    studio.page.sees("Final").await;
    studio
        .shot("embed-result", &[(640, 360, false), (640, 360, true)])
        .await;
    studio.goto("/stage/PARK22?overlay").await;
    studio
        .page
        .wait_for("!document.querySelector('#plate').hidden")
        .await;
    studio
        .shot("overlay-result", &[(1920, 1080, false), (1920, 1080, true)])
        .await;
    studio.goto("/PARK22").await;
    studio
        .page
        .wait_for("document.querySelector('#bar nav')")
        .await;
    studio.shot("phone-result", &PHONE).await;
    studio.shot("phone-result-all", &[(390, 6600, false)]).await;
    studio.goto(&panel).await;
    studio.page.sees("Revealed").await;
    studio
        .shot(
            "host-result",
            &[
                (1280, 800, false),
                (1280, 800, true),
                (1920, 1080, false),
                (1920, 1080, true),
            ],
        )
        .await;

    // One host and one stage are there, as when the pictures were taken.
    studio.goto("/").await;
    other_fonts(&salon, port).await;

    // A talk, with questions.
    salon.does(json!({"do": "go", "segment": "talk"})).await;
    studio.goto("/stage/PARK22").await;
    studio.page.sees("forest plot").await;
    studio.shot("stage-talk", &[(1920, 1080, true)]).await;
    let asked = [
        "Why is the diamond never red?",
        "Does a wide diamond mean that nobody knows, or that nobody asked the right people?",
        "Could you show the second figure again, please?",
    ];
    for (n, text) in asked.iter().enumerate() {
        let one = json!({"text": text, "author": if n == 1 { "" } else { "Sample Asker" }, "source": "zoom"});
        salon
            .does(json!({"do": "add_questions", "questions": [one]}))
            .await;
    }
    salon
        .does(json!({"do": "label_question", "question": 2, "labels": ["Method"]}))
        .await;
    salon.does(json!({"do": "take_up", "question": 1})).await;
    studio.goto("/stage/PARK22").await;
    studio.page.sees("never red").await;
    studio.shot("stage-question", &HALL).await;
    studio.goto(&format!("/speaker/{}", salon.session)).await;
    studio.page.sees("never red").await;
    studio
        .shot(
            "speaker",
            &[(1280, 800, false), (1280, 800, true), (390, 844, true)],
        )
        .await;
    studio.goto(&panel).await;
    studio
        .page
        .wait_for("document.querySelector('.switch')")
        .await;
    studio.page.press("Questions").await;
    studio.page.sees("never red").await;
    studio.shot("host-questions", &DESK).await;
    studio.goto("/PARK22#questions").await;
    studio.page.sees("never red").await;
    studio.shot("phone-questions", &PHONE).await;
    studio.goto("/PARK22/questions").await;
    studio.shot("questions-plain", &PHONE[..1]).await;

    // The walkthrough.
    salon.does(json!({"do": "answered", "question": 1})).await;
    studio.goto("/PARK22/log").await;
    studio.shot("log", &PHONE[..1]).await;
    salon.does(json!({"do": "go", "segment": "walk"})).await;
    studio.goto("/stage/PARK22").await;
    studio
        .page
        .wait_for("document.querySelector('.walk-sheet svg')")
        .await;
    studio.shot("stage-walk", &HALL).await;
    for step in ["function", "eigen"] {
        studio.goto(&format!("/walk/PARK22/{step}")).await;
        studio
            .page
            .wait_for("document.documentElement.dataset.line === 'online'")
            .await;
        studio
            .shot(
                &format!("walk-{step}"),
                &[(1280, 800, false), (390, 844, true)],
            )
            .await;
    }

    // And it ends.
    salon.does(json!({"do": "end_session"})).await;
    studio.goto("/stage/PARK22").await;
    studio
        .page
        .wait_for("document.querySelector('[data-scene=ended]')")
        .await;
    studio.shot("stage-ended", &HALL).await;
    studio.goto("/PARK22").await;
    studio.page.sees("has ended").await;
    studio.shot("phone-ended", &PHONE[..1]).await;
    let readme = golden_picture::readme(studio.goldens.updates());
    studio.goldens.wrong.extend(readme);
    studio.done();
}

/// Stage and panel have fonts of their own: what the system has changes nothing.
async fn other_fonts(salon: &Salon, port: u16) {
    for fonts in ["liberation", "noto"] {
        if !std::path::Path::new(&format!("/usr/share/fonts/truetype/{fonts}")).exists() {
            missing("golden pictures", &format!("fonts {fonts}"));
            continue;
        }
        let Some(browsers) = driver(&format!("fonts-{fonts}.conf"), port) else {
            return;
        };
        let mut studio = Studio::open(&browsers, true).await;
        acts(salon, "show", "tools").await;
        studio.goto(&salon.sign_in_path()).await;
        studio
            .page
            .wait_for("location.pathname.startsWith('/host/')")
            .await;
        studio.page.sees("Revealed").await;
        studio.shot("host-result", &[(1280, 800, false)]).await;
        studio.goto("/stage/PARK22").await;
        for poll in ["tools", "agreed", "letters", "number", "forecast"] {
            acts(salon, "show", poll).await;
            studio.page.sees("Final").await;
            studio.shot(&format!("stage-result-{poll}"), &HALL).await;
        }
        studio.done();
    }
}
