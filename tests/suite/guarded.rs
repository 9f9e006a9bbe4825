//! What strangers may ask for, and that it is no more than their share.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use salon::clock::Clock;
use salon::config::Bounds;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

use crate::salon::{PATIENCE, Salon, Socket, Voter, connect, cookie_of, line};

/// A socket that is read by hand.
fn by_hand(socket: Socket) -> Voter {
    Voter {
        socket,
        first: json!(null),
        heard: Vec::new(),
        asks: 0,
    }
}

/// What the program answers to these bytes.
async fn raw(salon: &Salon, bytes: &[u8]) -> String {
    let address = salon.base.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    // It may answer before it has read all.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_head_has_no_more_than_64_kilobytes() {
    let salon = Salon::start().await;
    for (bytes, status) in [(50_000, "200"), (70_000, "431")] {
        let filler = "x".repeat(bytes);
        let head = format!(
            "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-F: {filler}\r\n\r\n"
        );
        let answer = raw(&salon, head.as_bytes()).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{bytes}: {answer}"
        );
    }
    salon.ends().await;
}

#[tokio::test]
async fn the_apis_description_is_packed_once_for_everyone() {
    let salon = Salon::start().await;
    let get = |accept: &'static str| {
        let get = salon.http.get(salon.url("/api/v1/openapi.json"));
        get.header("accept-encoding", accept).send()
    };
    let plain = get("identity").await.unwrap();
    assert_eq!(plain.headers()["content-encoding"], "identity");
    assert_eq!(plain.headers()["content-type"], "application/json");
    let document: serde_json::Value = plain.json().await.unwrap();
    assert!(document["paths"].is_object());
    let mut all = Vec::new();
    for _ in 0..3 {
        let packed = get("gzip, br").await.unwrap();
        assert_eq!(packed.headers()["content-encoding"], "br");
        all.push(packed.bytes().await.unwrap());
    }
    assert!(all[0].len() < document.to_string().len() / 4 && all.iter().all(|one| *one == all[0]));
    salon.ends().await;
}

#[tokio::test]
async fn stage_and_desk_are_told_what_they_did_wrong() {
    let salon = Salon::start().await;
    let path = &line("stage");
    let mut large = by_hand(connect(&salon.base, path, "").await.unwrap());
    large.says(&"x".repeat(10_000)).await;
    assert_eq!(large.closes_with().await, 1009);
    // A frame of no known kind, by hand: the client's library makes none.
    let mut broken = connect(&salon.base, path, "").await.unwrap();
    let stream = broken.get_mut();
    stream.write_all(&[0x83, 0x80, 0, 0, 0, 0]).await.unwrap();
    stream.flush().await.unwrap();
    assert_eq!(by_hand(broken).closes_with().await, 1002);
    salon.ends().await;
}

#[tokio::test]
async fn reactions_of_no_known_kind_have_a_pace_too() {
    let salon = Salon::start().await;
    let mut voter = salon.voter().await;
    let began = Instant::now();
    let mut told = Vec::new();
    for _ in 0..14 {
        let answer = voter
            .asks(json!({"type": "react", "kind": "nothing"}))
            .await;
        told.push(answer["code"].as_str().unwrap().to_string());
    }
    assert!(
        told[..8].iter().all(|code| code == "bad_answer"),
        "{told:?}"
    );
    assert!(told[8..].iter().any(|code| code == "too_fast"), "{told:?}");
    assert!(
        began.elapsed() > Duration::from_millis(600),
        "{:?}",
        began.elapsed()
    );
    salon.ends().await;
}

/// In the hall, and at a seat of its own.
#[tokio::test]
async fn pings_are_answered_no_faster_than_people_send() {
    let salon = Salon::start().await;
    for (role, most) in [("audience", 2_500), ("stage", 200)] {
        let path = line(role);
        let (mut says, mut hears) = connect(&salon.base, &path, "").await.unwrap().split();
        let flood = tokio::spawn(async move {
            for _ in 0..20_000 {
                if says.feed(Message::Ping(vec![].into())).await.is_err() {
                    return;
                }
            }
            let _ = says.flush().await;
        });
        let mut pongs = 0;
        let until = tokio::time::Instant::now() + Duration::from_millis(1_200);
        while let Ok(Some(Ok(message))) = tokio::time::timeout_at(until, hears.next()).await {
            pongs += usize::from(message.is_pong());
        }
        flood.abort();
        assert!((1..most).contains(&pongs), "{role}: {pongs}");
    }
    salon.ends().await;
}

#[tokio::test]
async fn a_hidden_poll_tells_the_stage_how_many_and_not_how_often() {
    let salon = Salon::start().await;
    salon.opens("one-of").await;
    let mut stage = salon.stage().await;
    let mut voter = salon.voter().await;
    voter.casts("one-of", 1, json!({"picks": [0]})).await;
    let tally = stage.waits_for("tally").await;
    assert_eq!(
        (&tally["voters"], &tally["version"]),
        (&json!(1), &json!(0))
    );
    for seq in 2..6 {
        voter
            .casts("one-of", seq, json!({"picks": [seq % 3]}))
            .await;
    }
    let heard = stage.listens(500).await;
    assert!(
        heard.iter().all(|message| message["type"] != "tally"),
        "{heard:?}"
    );
    let mut another = salon.voter().await;
    another.casts("one-of", 1, json!({"picks": [0]})).await;
    assert_eq!(stage.waits_for("tally").await["voters"], 2);
    salon.does(json!({"do": "reveal", "poll": "one-of"})).await;
    assert_eq!(poll_voters(&stage.waits_for("poll").await), 2);
    salon.ends().await;
}

fn poll_voters(message: &serde_json::Value) -> u64 {
    message["poll"]["tally"]["voters"].as_u64().unwrap()
}

#[tokio::test]
async fn more_newcomers_than_come_through_a_door_wait_and_lose_no_vote() {
    let bounds = Bounds {
        join_rate: NonZeroU32::MIN,
        join_burst: NonZeroU32::new(4).unwrap(),
        ..Bounds::default()
    };
    let salon = Salon::start_bounded(Clock::System, 2_000, true, bounds).await;
    salon.opens("one-of").await;
    let get = |path: &str| salon.http.get(salon.url(path)).send();
    let mut cookies = Vec::new();
    for path in [
        "/TESTNGHT",
        "/api/v1/public/TESTNGHT",
        "/TESTNGHT/questions",
        "/TESTNGHT",
    ] {
        cookies.push(cookie_of(&get(path).await.unwrap()));
    }
    for path in [
        "/TESTNGHT",
        "/api/v1/public/TESTNGHT",
        "/TESTNGHT/questions",
    ] {
        let told = get(path).await.unwrap();
        assert_eq!(told.status(), 429, "{path}");
        assert!(!told.headers().contains_key("set-cookie"), "{path}");
        let wait: u32 = told.headers()["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=10).contains(&wait), "{wait}");
        let by_itself = told.headers().contains_key("refresh");
        assert_eq!(by_itself, !path.starts_with("/api/"), "{path}");
        assert!(
            told.text()
                .await
                .unwrap()
                .contains("Many people are joining from here")
        );
    }
    // Whoever has a cookie votes, reloads and sits as ever; and what makes no voter is for everyone.
    let url = salon.url("/api/v1/public/TESTNGHT/polls/one-of/ballot");
    for cookie in &cookies {
        let cast = salon.http.put(&url).header("cookie", cookie);
        let cast = cast.body(json!({"answer": {"picks": [1]}}).to_string());
        assert_eq!(cast.send().await.unwrap().status(), 200);
        let page = salon
            .http
            .get(salon.url("/TESTNGHT"))
            .header("cookie", cookie);
        assert_eq!(page.send().await.unwrap().status(), 200);
    }
    assert_eq!(salon.counts("one-of").await[1].1, 4);
    assert_eq!(get("/stage/TESTNGHT").await.unwrap().status(), 200);
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(get("/TESTNGHT").await.unwrap().status(), 200);
    salon.ends().await;
}

#[tokio::test]
async fn the_projector_has_a_place_whatever_strangers_open() {
    let salon = Salon::start().await;
    let path = &line("stage");
    let mut flood = Vec::new();
    for _ in 0..192 {
        flood.push(connect(&salon.base, path, "").await.unwrap());
    }
    // By the host's link, from the page that it leads to.
    let id = salon.session.parse().unwrap();
    let link = salon.url(&salon.lobby.stage_path(&id, "TESTNGHT"));
    let page = salon
        .http
        .get(link)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let key = salon.lobby.secrets.stage_key(&id);
    assert!(page.contains(&format!("key={key}")));
    let known = format!("{path}&key={key}");
    let mut projector = Voter::new(connect(&salon.base, &known, "").await.unwrap()).await;
    assert_eq!(projector.first["type"], "snapshot");
    // And whoever comes without it takes the place of the flood's oldest.
    let other = salon.stage().await;
    assert_eq!(other.first["type"], "snapshot");
    assert_eq!(by_hand(flood.remove(0)).closes_with().await, 4013);
    for _ in 0..100 {
        flood.push(connect(&salon.base, path, "").await.unwrap());
    }
    salon.opens("one-of").await;
    assert_eq!(projector.waits_for("poll").await["poll"]["id"], "one-of");
    drop(flood);
    salon.ends().await;
}

#[tokio::test]
async fn sockets_without_a_cookie_give_way_to_phones() {
    for hall in [true, false] {
        let salon = Salon::start_with(Clock::System, 3, hall).await;
        let path = &line("audience");
        let mut strangers = Vec::new();
        for _ in 0..3 {
            let stranger = connect(&salon.base, path, "").await.unwrap();
            strangers.push(Voter::new(stranger).await);
        }
        assert_eq!(
            by_hand(connect(&salon.base, path, "").await.unwrap())
                .closes_with()
                .await,
            4013
        );
        let _phone = salon.voter().await;
        assert_eq!(strangers.remove(0).closes_with().await, 4013);
        drop(strangers);
        salon.ends().await;
    }
}

#[tokio::test]
async fn a_countdown_ends_in_time_wherever_the_clock_is_set() {
    const HOUR: i64 = 3_600_000;
    for set in [-HOUR, HOUR] {
        let clock = Clock::set();
        let salon = Salon::start_with(clock.clone(), 2_000, true).await;
        let mut voter = salon.voter().await;
        salon
            .does(json!({"do": "open_poll", "poll": "yes-no", "seconds": 5}))
            .await;
        let began = Instant::now();
        clock.advance_ms(set);
        loop {
            let message = voter.waits_for("poll").await;
            if message["poll"]["phase"] != "open" {
                break;
            }
        }
        let took = began.elapsed();
        let expected = Duration::from_millis(4_000)..Duration::from_secs(8);
        assert!(expected.contains(&took), "set by {set} ms: {took:?}");
        salon.ends().await;
    }
}

#[tokio::test]
async fn what_is_no_sign_in_link_does_not_stand_in_line_with_votes() {
    use sqlx::{Connection, SqliteConnection};
    let salon = Salon::start().await;
    // Someone holds the only place from which the database is written.
    let database = format!("sqlite:{}", salon.folder().join("salon.db").display());
    let mut other = SqliteConnection::connect(&database).await.unwrap();
    sqlx::query("begin immediate")
        .execute(&mut other)
        .await
        .unwrap();
    let url = salon.url("/host/sign-in");
    let tries = (0..50).map(|n| {
        let post = salon.http.post(&url);
        let post = post.header("content-type", "application/x-www-form-urlencoded");
        post.body(format!("token={n:064}")).send()
    });
    for told in futures_util::future::join_all(tries).await {
        assert_eq!(told.unwrap().status(), 403);
    }
    sqlx::query("rollback").execute(&mut other).await.unwrap();
    salon.ends().await;
}

/// All that a stranger can ask for is in the table of `docs/operations.md`, with its bound.
#[test]
fn every_route_and_message_has_a_row_with_its_bound() {
    let read = |path: &str| {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        std::fs::read_to_string(path).unwrap()
    };
    let docs = read("docs/operations.md");
    let table = docs.split("## What a stranger can ask for").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let named: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
    let has_row = |name: &str| {
        named.iter().any(|row| match row.strip_suffix('…') {
            Some(begin) => name.starts_with(begin),
            None => *row == name,
        })
    };
    let web = read("src/web.rs");
    let (pages, rest) = web.split_once("let api = Router::new()").unwrap();
    let (api, rest) = rest.split_once("let answered").unwrap();
    let routes = |code: &str, before: &str| -> Vec<String> {
        let code: String = code.split_whitespace().collect();
        let paths = code.split(".route(\"").skip(1);
        paths
            .map(|path| format!("{before}{}", path.split('"').next().unwrap()))
            .collect()
    };
    let metrics = rest.find("pub fn metrics_router").unwrap();
    let all = [
        routes(pages, ""),
        routes(api, "/api/v1"),
        routes(&rest[..metrics], ""),
    ]
    .concat();
    assert!(
        all.len() > 40 && all.contains(&"/readyz".to_string()),
        "{all:?}"
    );
    for route in all {
        assert!(has_row(&route), "{route} has no row in docs/operations.md");
    }
    let protocol = read("crates/core/src/protocol.rs");
    let messages = protocol.split("pub enum ClientMessage {").nth(1).unwrap();
    let messages = messages.split("\n}").next().unwrap();
    let is_name =
        |line: &&str| line.starts_with("    ") && line[4..].starts_with(char::is_uppercase);
    let names: Vec<&str> = messages.lines().filter(is_name).collect();
    assert!(names.len() > 10, "{names:?}");
    for line in names {
        let name = line.trim().split([' ', ',', '{', '(']).next().unwrap();
        let mut snake = String::new();
        for c in name.chars() {
            if c.is_uppercase() && !snake.is_empty() {
                snake.push('_');
            }
            snake.extend(c.to_lowercase());
        }
        assert!(
            has_row(&snake),
            "the message {snake} has no row in docs/operations.md"
        );
    }
}
