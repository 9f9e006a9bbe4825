//! The largest session there can be: everyone still gets in, and what a moderator does is still seen at once.

use std::time::{Duration, Instant};

use salon::protocol::VERSION;
use serde_json::{Value, json};

use crate::questions::{desk, enters, link};
use crate::salon::Salon;

/// Polls and options enough to fill a run sheet.
fn large_sheet() -> String {
    let mut sheet = String::from("title = \"Large\"\ncode = \"BGGEST22\"\n");
    for poll in 0..200 {
        let options: Vec<String> = (0..10)
            .map(|option| format!("\"{option} {}\"", "x".repeat(100)))
            .collect();
        sheet += &format!(
            "[[poll]]\nid = \"p{poll}\"\nkind = \"single\"\nquestion = \"Poll {poll}?\"\noptions = [{}]\n",
            options.join(", ")
        );
    }
    sheet
}

/// Fills the session's list of questions; every text is as long as it may be.
async fn fills(salon: &Salon, questions: usize) {
    let url = salon.url(&format!("/api/v1/sessions/{}/questions", salon.session));
    for batch in 0..questions / 100 {
        let all: Vec<Value> = (0..100)
            .map(|n| {
                let text = format!("{:04} {}", batch * 100 + n, "ü\"".repeat(247));
                json!({"text": text, "author": "Ü".repeat(60), "source": "Some other chat"})
            })
            .collect();
        let post = salon.http.post(&url).bearer_auth(&salon.token);
        let body = json!({"questions": all}).to_string();
        let answer = post.body(body).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
    }
}

async fn rules(salon: &Salon, change: impl FnOnce(&mut Value)) {
    let mut rules = salon.host_state().await["room"]["questions"]["rules"].clone();
    change(&mut rules);
    salon.does(json!({"do": "set_rules", "rules": rules})).await;
}

fn bytes(value: &Value) -> usize {
    value.to_string().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_session_still_opens_for_everyone() {
    let mut salon = Salon::start().await;
    salon.session = salon.import(&large_sheet()).await;
    salon.does(json!({"do": "start_session"})).await;
    rules(&salon, |rules| rules["moderation"] = json!("before")).await;
    fills(&salon, 5_000).await;
    let (cookie, to) = enters(&salon, &link(&salon, "cohost").await).await;
    let mut cohost = desk(&salon, &to, &cookie).await;
    let room = &cohost.first["room"]["questions"].clone();
    assert_eq!(room["pending"], 5_000);
    let list = room["list"].as_array().unwrap();
    println!(
        "desk: snapshot {} bytes, {} questions in {} bytes",
        bytes(&cohost.first),
        list.len(),
        bytes(room)
    );
    assert!(list.len() >= 100 && bytes(room) < 1024 * 1024);
    // Dealt with one by one, the rest comes up.
    let last = list.last().unwrap()["id"].clone();
    for one in list.iter().take(20) {
        let approve = json!({"do": "approve_question", "question": one["id"]});
        let done = cohost.asks(json!({"type": "do", "command": approve})).await;
        assert_eq!(done["type"], "heard", "{done}");
    }
    let more = loop {
        let frame = cohost.waits_for("questions").await["questions"].clone();
        if frame["pending"] == 4_980 {
            break frame;
        }
    };
    let shown = more["list"].as_array().unwrap().iter();
    let newest = shown.rev().find(|one| one["desk"]["review"] == "pending");
    assert!(newest.unwrap()["id"].as_u64() >= last.as_u64());

    let page = salon.http.get(salon.url("/BGGEST22")).send().await.unwrap();
    let cookie = crate::salon::cookie_of(&page);
    let socket =
        crate::salon::connect(&salon.base, &format!("/ws/BGGEST22?v={VERSION}"), &cookie).await;
    let phone = crate::salon::Voter::new(socket.unwrap()).await;
    let room = &phone.first["room"]["questions"];
    println!(
        "phone: snapshot {} bytes, {} questions in {} bytes",
        bytes(&phone.first),
        room["list"].as_array().unwrap().len(),
        bytes(room)
    );
    assert_eq!(room["open"], 20);
    assert!(bytes(room) < 48 * 1024);
    salon.ends().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_list_goes_out_rarely_but_a_hidden_question_is_gone_at_once() {
    let salon = Salon::start().await;
    salon.does(json!({"do": "start_session"})).await;
    let mut phone = salon.voter().await;
    fills(&salon, 100).await;
    phone.waits_for("questions").await;
    let began = Instant::now();
    let mut sizes = Vec::new();
    // Others go on asking; the list goes out as rarely as its size wants it.
    for n in 0..60 {
        let voter = salon.phone().await.connects("").await;
        drop(voter);
        let mut asker = salon.voter().await;
        let text = format!("Another {n} {}", "y".repeat(480));
        let key = format!("k{n}");
        asker
            .asks(json!({"type": "ask_question", "key": key, "text": text}))
            .await;
        if n == 30 {
            let hidden_at = Instant::now();
            salon
                .does(json!({"do": "hide_question", "question": 1}))
                .await;
            let seen = loop {
                let frame = phone.waits_for("questions").await;
                sizes.push(bytes(&frame));
                let list = frame["questions"]["list"].as_array().unwrap().clone();
                if list.iter().all(|one| one["id"] != 1) {
                    break hidden_at.elapsed();
                }
            };
            println!("hidden from the phone after {seen:?}");
            assert!(seen < Duration::from_millis(1_500), "{seen:?}");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let heard = phone.listens(50).await;
    let lists = heard.iter().filter(|frame| frame["type"] == "questions");
    sizes.extend(lists.map(bytes));
    let seconds = began.elapsed().as_secs_f64();
    let rate = sizes.iter().sum::<usize>() as f64 / seconds;
    println!("{} lists, {rate:.0} bytes a second", sizes.len());
    // One more for what the moderator did, and one that was due at the start.
    let heaviest = *sizes.iter().max().unwrap() as f64;
    assert!(rate < 10_000.0 + 2.0 * heaviest / seconds, "{rate:.0}");
    salon.ends().await;
}
