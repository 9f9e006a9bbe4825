//! An evening in minutes: people join, vote, leave and come back, and a demo trains, for as long as is wanted.
//!
//! `cargo bench --bench soak -- --minutes 10 --people 300`: the release program as a process of its own, with its
//! database synced as always. Some voters stay all the time and measure how long an acknowledgement takes, first while
//! nothing else goes on, then in the soak. Prints whether the program's memory grows,
//! and whether p99 is more than twice that of idle.

mod program;

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use salon::bench::figures::{micros, quantiles_ms};
use salon::protocol::VERSION;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use program::{Program, cookie, token};

/// Voters that stay and measure, and the time between two votes of one: 100 votes a second in all.
const MEASURING: u32 = 20;
const EVERY: Duration = Duration::from_millis(200);
/// Votes of those who come and go, between two of which they wait a second or two.
const VOTES_A_VISIT: u32 = 8;
/// Of a run: half a minute or so, so that many runs follow each other.
const EPOCHS: u32 = 20;
/// The crowd's priority, the least.
const NICE: i32 = 19;
/// The share of the soak in which memory may still grow: caches fill, the demo's first film is made.
const WARM_UP: f64 = 0.3;
/// Seconds of a span without a demo. With one, a run is a span: what a run takes comes and goes.
const SPAN: f64 = 30.0;
/// The part that the program may grow by after that, from the first third of the spans to the last.
const GROWTH: f64 = 0.05;
/// Spans after the warm-up that say something.
const SPANS_LEAST: usize = 6;

struct Args {
    minutes: f64,
    people: u32,
    /// A demo trains all the time.
    demo: bool,
    /// Where the program listens, for the process that is the crowd.
    crowd: Option<String>,
}

fn args() -> Args {
    let given: Vec<String> = std::env::args().collect();
    let text = |name: &str| {
        let place = given.iter().position(|arg| arg == name);
        place.and_then(|place| given.get(place + 1).cloned())
    };
    let number = |name: &str, otherwise: f64| {
        text(name).map_or(otherwise, |value| value.parse().expect("a number"))
    };
    Args {
        minutes: number("--minutes", 10.0),
        people: number("--people", 300.0) as u32,
        demo: !given.iter().any(|arg| arg == "--no-demo"),
        crowd: text("--crowd"),
    }
}

struct Host {
    url: String,
    token: String,
    http: reqwest::Client,
}

impl Host {
    async fn does(&self, command: Value) -> Value {
        let request = self.http.post(&self.url).bearer_auth(&self.token);
        let answer = request.body(command.to_string()).send().await.unwrap();
        let (status, body) = (answer.status(), answer.json::<Value>().await.unwrap());
        assert!(status.is_success(), "{command}: {body}");
        body
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// One person with a cookie of theirs and a number for their next vote.
#[derive(Clone)]
struct Person {
    base: String,
    cookie: String,
    seq: u32,
}

impl Person {
    async fn new(base: &str) -> Self {
        Self {
            base: base.to_string(),
            cookie: cookie(base).await,
            seq: 0,
        }
    }

    async fn joins(&self) -> Socket {
        let url = format!(
            "{}/ws/CENTRE?v={VERSION}&role=audience",
            self.base.replace("http", "ws")
        );
        let mut request = url.into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("cookie", self.cookie.parse().unwrap());
        headers.insert("origin", self.base.parse().unwrap());
        tokio_tungstenite::connect_async(request).await.unwrap().0
    }

    /// Milliseconds until it is acknowledged.
    async fn votes(&mut self, socket: &mut Socket) -> u32 {
        self.seq += 1;
        let seq = self.seq;
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
            // Cheap for what is no answer: the measure is the program's, not that of reading its frames.
            if !text.contains("\"ask\":") {
                continue;
            }
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["ask"] == seq {
                assert_eq!(answer["type"], "heard", "{answer}");
                return micros(sent.elapsed());
            }
        }
    }
}

/// Those who stay: how long each of their votes took, in microseconds.
async fn measure(people: &mut [Person], time: Duration) -> Vec<u32> {
    let mut all = JoinSet::new();
    for (n, person) in people.iter().enumerate() {
        let mut person = person.clone();
        all.spawn(async move {
            let mut socket = person.joins().await;
            sleep(EVERY * n as u32 / MEASURING).await;
            let (began, mut ticks) = (Instant::now(), tokio::time::interval(EVERY));
            let mut took = Vec::new();
            while began.elapsed() < time {
                ticks.tick().await;
                took.push(person.votes(&mut socket).await);
            }
            (n, person.seq, took)
        });
    }
    let mut took = Vec::new();
    for (n, seq, theirs) in all.join_all().await {
        people[n].seq = seq;
        took.extend(theirs);
    }
    took
}

/// One who comes and goes until the time is up; how often.
async fn comes_and_goes(mut person: Person, n: u32, until: Instant) -> u32 {
    let mut visits = 0;
    sleep(Duration::from_millis(u64::from(n * 37 % 4_000))).await;
    while Instant::now() < until {
        let mut socket = person.joins().await;
        visits += 1;
        for vote in 0..VOTES_A_VISIT {
            person.votes(&mut socket).await;
            let pause = 1_000 + (n * 97 + visits * 131 + vote * 53) % 1_000;
            sleep(Duration::from_millis(u64::from(pause))).await;
        }
        // Half of them say goodbye, the others just leave.
        if n.is_multiple_of(2) {
            let _ = socket.close(None).await;
        }
    }
    visits
}

fn median(mut some: Vec<f64>) -> f64 {
    some.sort_by(f64::total_cmp);
    some[(some.len() - 1) / 2]
}

/// What the program took at a second of the soak.
struct Sample {
    second: f64,
    kib: f64,
    run: u32,
}

/// A run with the pause after it, or half a minute.
struct Span {
    minute: f64,
    lowest: f64,
    median: f64,
    highest: f64,
}

/// Of a span.
type Kib = fn(&Span) -> f64;

fn spans(samples: &[Sample], demo: bool) -> Vec<Span> {
    let number = |of: &Sample| {
        if demo {
            of.run
        } else {
            (of.second / SPAN) as u32
        }
    };
    let of = samples.chunk_by(|a, b| number(a) == number(b));
    of.map(|span| {
        let kib = || span.iter().map(|sample| sample.kib);
        Span {
            minute: span[0].second / 60.0,
            lowest: kib().fold(f64::MAX, f64::min),
            median: median(kib().collect()),
            highest: kib().fold(0.0, f64::max),
        }
    })
    .collect()
}

/// KiB a minute, by least squares.
fn slope(spans: &[Span], kib: Kib) -> f64 {
    let n = spans.len() as f64;
    let mean = |of: &dyn Fn(&Span) -> f64| spans.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(&|one| one.minute), mean(&|one| kib(one)));
    let of: f64 = spans
        .iter()
        .map(|one| (one.minute - x) * (kib(one) - y))
        .sum();
    of / spans
        .iter()
        .map(|one| (one.minute - x).powi(2))
        .sum::<f64>()
}

/// Prints what memory did after the warm-up, and whether it stayed as it was.
fn says_memory(spans: &[Span]) {
    // The last run is cut short by the end.
    let spans = &spans[(spans.len() as f64 * WARM_UP) as usize..spans.len().saturating_sub(1)];
    if spans.len() < SPANS_LEAST {
        return println!(
            "too short to say what memory does: {} spans after the warm-up",
            spans.len()
        );
    }
    let third = spans.len() / 3;
    let (first, last) = (&spans[..third], &spans[spans.len() - third..]);
    println!(
        "memory after the warm-up, in {} spans (median of their first third, of their last, KiB a minute):",
        spans.len()
    );
    let of: [(&str, Kib); 3] = [
        ("lowest", |span| span.lowest),
        ("median", |span| span.median),
        ("highest", |span| span.highest),
    ];
    for (name, kib) in of {
        let [warm, end] = [first, last].map(|some| median(some.iter().map(kib).collect()));
        println!(
            "  {name}: {:.1} MB, {:.1} MB, {:+.0}",
            warm / 1024.0,
            end / 1024.0,
            slope(spans, kib)
        );
        if name == "median" {
            let flat = end <= warm * (1.0 + GROWTH);
            println!(
                "figure memory_at_the_end_vs_warm {:.3} x goal <= {:.2} {}",
                end / warm,
                1.0 + GROWTH,
                met(flat)
            );
        }
    }
}

const fn met(good: bool) -> &'static str {
    if good { "met" } else { "missed" }
}

/// Those who come and go, as a process of their own: they are on other machines in a hall, and what they do there takes no
/// time from those who measure. How often they came is printed.
async fn be_the_crowd(base: &str, people: u32, time: Duration) {
    rustix::process::nice(NICE).expect("a lower priority");
    let mut others = Vec::new();
    for _ in 0..people {
        others.push(Person::new(base).await);
    }
    let (until, mut crowd) = (Instant::now() + time, JoinSet::new());
    for (n, person) in others.into_iter().enumerate() {
        crowd.spawn(comes_and_goes(person, n as u32, until));
    }
    let visits: u32 = crowd.join_all().await.into_iter().sum();
    println!("{visits}");
}

#[tokio::main]
async fn main() -> ExitCode {
    let Args {
        minutes,
        people,
        demo,
        crowd,
    } = args();
    let time = Duration::from_secs_f64(minutes * 60.0);
    if let Some(base) = crowd {
        be_the_crowd(&base, people, time).await;
        return ExitCode::SUCCESS;
    }
    let dir = tempfile::tempdir().unwrap();
    let program_runs = Program::start(dir.path());
    let base = program_runs.base.clone();
    let token = token(dir.path());
    let http = reqwest::Client::new();
    let sessions = http
        .get(format!("{base}/api/v1/sessions"))
        .bearer_auth(&token);
    let sessions: Value = sessions.send().await.unwrap().json().await.unwrap();
    let id = sessions[0]["id"].as_str().unwrap();
    let host = Host {
        url: format!("{base}/api/v1/sessions/{id}/commands"),
        token,
        http,
    };
    host.does(json!({"do": "open_poll", "poll": "framework"}))
        .await;
    let mut stay = Vec::new();
    for _ in 0..MEASURING {
        stay.push(Person::new(&base).await);
    }
    let at_start = program_runs.memory();
    let quiet = time
        .div_f64(5.0)
        .clamp(Duration::from_secs(20), Duration::from_secs(120));
    measure(&mut stay, Duration::from_secs(5)).await;
    let idle = measure(&mut stay, quiet).await;
    let at_idle = quantiles_ms(&idle);
    println!(
        "idle: {} votes, p50 {:.2} ms, p99 {:.2} ms",
        idle.len(),
        at_idle(0.5),
        at_idle(0.99)
    );

    let start = json!({"do": "start_run", "segment": "trainer", "settings": {"epochs": EPOCHS}});
    if demo {
        host.does(start.clone()).await;
    }
    let crowd = Command::new(std::env::current_exe().unwrap())
        .args(["--crowd", &base, "--people", &people.to_string()])
        .args(["--minutes", &minutes.to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (began, until) = (Instant::now(), Instant::now() + time);
    let sampling = async {
        let (mut samples, mut runs) = (Vec::new(), u32::from(demo));
        while Instant::now() < until {
            sleep(Duration::from_secs(1)).await;
            let (second, kib) = (began.elapsed().as_secs_f64(), program_runs.memory());
            let run = runs;
            samples.push(Sample { second, kib, run });
            if samples.len().is_multiple_of(30) {
                println!("after {second:.0} s: {:.1} MB, run {run}", kib / 1024.0);
            }
            // A run that has come to its end is followed by another one.
            if demo && samples.len().is_multiple_of(20) {
                let request = host.http.get(host.url.replace("/commands", ""));
                let state: Value = request
                    .bearer_auth(&host.token)
                    .send()
                    .await
                    .unwrap()
                    .json()
                    .await
                    .unwrap();
                let all = state["session"]["runs"].as_array().unwrap();
                if !all.iter().any(|run| run["state"] == "running") {
                    host.does(start.clone()).await;
                    runs += 1;
                }
            }
        }
        (samples, runs)
    };
    let (soaked, (samples, runs)) = tokio::join!(measure(&mut stay, time), sampling);
    let crowd = crowd.wait_with_output().unwrap();
    assert!(crowd.status.success(), "the crowd failed");
    let visits = String::from_utf8(crowd.stdout).unwrap();
    let visits = visits.trim();

    let in_soak = quantiles_ms(&soaked);
    let ratio = in_soak(0.99) / at_idle(0.99);
    println!(
        "soak: {minutes} min, {people} people in {visits} visits, {runs} runs; {} votes measured, p50 {:.2} ms, p99 {:.2} ms",
        soaked.len(),
        in_soak(0.5),
        in_soak(0.99)
    );
    println!("memory at the start: {:.1} MB", at_start / 1024.0);
    says_memory(&spans(&samples, demo));
    println!(
        "figure ack_p99_in_the_soak_vs_idle {ratio:.2} x goal <= 2 {}",
        met(ratio <= 2.0)
    );
    ExitCode::SUCCESS
}
