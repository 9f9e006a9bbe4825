//! How long a vote takes until it is acknowledged, on disk by then, while a demo trains flat out and while none does.
//!
//! `cargo bench --bench ack`: voters on open sockets, the program in the same process, its database synced as always;
//! quiet and training rounds take turns, so that what else the machine does falls on both.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use salon::app::App;
use salon::bench::figures::{micros, quantiles_ms};
use salon::clock::Clock;
use salon::config::{Config, Database};
use salon::domain::command::{Command, DemoAsk, HostAsk, Role};
use salon::domain::demo::{Setting, Settings};
use salon::live::handle::SessionHandle;
use salon::protocol::VERSION;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_util::sync::CancellationToken;

const VOTERS: usize = 40;
/// Between two votes of one voter: 200 votes a second in all.
const EVERY: Duration = Duration::from_millis(200);
const ROUND: Duration = Duration::from_secs(8);
const ROUNDS: usize = 4;

async fn host(session: &SessionHandle, ask: HostAsk) {
    let done = session.ask(Role::Host, Command::Host(ask), None).await;
    done.expect("the host may");
}

async fn cookie(base: &str) -> String {
    let page = reqwest::get(format!("{base}/CENTRE")).await.unwrap();
    let set = page.headers()["set-cookie"].to_str().unwrap().to_string();
    set.split(';').next().unwrap().to_string()
}

/// Microseconds from each vote to its acknowledgement.
async fn votes(base: String, cookie: String, n: usize, first: u32) -> Vec<u32> {
    let url = format!(
        "{}/ws/CENTRE?v={VERSION}&role=audience",
        base.replace("http", "ws")
    );
    let mut request = url.into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("cookie", cookie.parse().unwrap());
    headers.insert("origin", base.parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    // Not all in step.
    tokio::time::sleep(EVERY * n as u32 / VOTERS as u32).await;
    let began = Instant::now();
    let mut took = Vec::new();
    let mut ticks = tokio::time::interval(EVERY);
    while began.elapsed() < ROUND {
        ticks.tick().await;
        let seq = first + took.len() as u32;
        let cast = json!({"type": "cast", "ask": seq, "poll": "framework", "seq": seq, "answer": {"picks": [seq % 3]}});
        let sent = Instant::now();
        socket.send(Message::text(cast.to_string())).await.unwrap();
        loop {
            let Some(Ok(message)) = socket.next().await else {
                panic!("the line was cut");
            };
            let Message::Text(text) = message else {
                continue;
            };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["ask"] == seq {
                assert_eq!(answer["type"], "heard", "{answer}");
                break;
            }
        }
        took.push(micros(sent.elapsed()));
    }
    took
}

async fn round(base: &str, cookies: &[String], place: usize) -> Vec<u32> {
    let mut all = JoinSet::new();
    for (n, cookie) in cookies.iter().enumerate() {
        let first = 1 + 1_000 * place as u32;
        all.spawn(votes(base.to_string(), cookie.clone(), n, first));
    }
    all.join_all().await.concat()
}

#[tokio::main]
async fn main() {
    let dir = tempfile::tempdir().unwrap();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: dir.path().to_path_buf(),
        database: Database::File(dir.path().join("salon.db")),
        public_url: None,
        log: "warn".to_string(),
        log_json: false,
        max_seats: 1_000,
        hall: true,
        device: "cpu".to_string(),
        bounds: salon::config::Bounds::default(),
    };
    let app = App::build(&config, Clock::System).await.unwrap();
    let (base, lobby) = (format!("http://{}", app.address), app.lobby.clone());
    let stop = CancellationToken::new();
    let server = tokio::spawn(app.run(stop.clone()));
    let code = "CENTRE".parse().unwrap();
    if lobby.by_code(&code).await.unwrap().is_none() {
        let plan = salon::sheet::read(salon::sheet::EXAMPLE, "example.toml", code.clone());
        lobby.create(&plan.unwrap().plan).await.unwrap();
    }
    let session = lobby.by_code(&code).await.unwrap().unwrap();
    let (poll, seconds) = ("framework".parse().unwrap(), None);
    host(&session, HostAsk::OpenPoll { poll, seconds }).await;
    let mut cookies = Vec::new();
    for _ in 0..VOTERS {
        cookies.push(cookie(&base).await);
    }
    let segment = || "trainer".parse().unwrap();
    let epochs = Settings::from([("epochs".to_string(), Setting::Number(200.0))]);
    round(&base, &cookies, 0).await;
    println!("round     quiet p50    p99   training p50    p99   (ms)   p99 ratio");
    let mut ratios = Vec::new();
    for n in 0..ROUNDS {
        let quiet = round(&base, &cookies, 1 + 2 * n).await;
        let (segment_id, settings) = (segment(), epochs.clone());
        let start = DemoAsk::Start {
            segment: segment_id,
            settings,
        };
        host(&session, HostAsk::Demo(start)).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let training = round(&base, &cookies, 2 + 2 * n).await;
        host(&session, HostAsk::Demo(DemoAsk::Stop(segment()))).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let of = |took: &[u32]| {
            let quantile = quantiles_ms(took);
            (quantile(0.5), quantile(0.99))
        };
        let (q, t) = (of(&quiet), of(&training));
        ratios.push(t.1 / q.1);
        println!(
            "{:5}  {:12.2} {:6.2}  {:13.2} {:6.2}  {:16.2}",
            n + 1,
            q.0,
            q.1,
            t.0,
            t.1,
            t.1 / q.1
        );
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "acknowledgement p99 while a demo trains, against none: {:.2} to {:.2}, goal ≤ 2",
        ratios[0],
        ratios[ratios.len() - 1]
    );
    stop.cancel();
    server.await.unwrap().unwrap();
}
