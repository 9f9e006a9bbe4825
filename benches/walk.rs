//! How long it takes until a step of the walkthrough shows what was typed, over HTTP.
//!
//! `cargo bench --bench walk`: the release program as a process of its own. Each step is asked for inputs as large as
//! its fields take, up to 32 × 32, none twice, so that nothing is kept from before; then for each of its presets. What
//! is measured is from the request to the last byte of the answer: reading, computing, drawing, and the way.

mod program;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use salon::demos::svd::STEPS;
use salon::demos::svd::step::{Field, Kind, Step};
use serde_json::json;

use program::{Program, cookie, token};

/// Inputs of one step; a visitor may ask so often at once.
const INPUTS: usize = 25;
/// What the walkthrough promises, in milliseconds.
const GOAL: f64 = 50.0;
/// Sides of a matrix up to which it is promised. A table of data is no matrix to look at, and may be longer.
const SIDE: usize = 32;

/// Nodes that a graph may have.
const NODES: usize = 16;

/// Steps whose matrix is larger: a clip of 24 pictures of 24 × 32.
const LARGER: [&str; 1] = ["foreground"];

/// Something to type into a field, as large as it may be.
fn typed(step: &dyn Step, field: &Field, random: &mut ChaCha8Rng) -> String {
    let mut numbers = |n: usize| {
        let all = (0..n).map(|_| format!("{:.3}", random.random_range(-5.0..5.0)));
        all.collect::<Vec<_>>().join(", ")
    };
    match field.kind {
        Kind::Matrix { rows, columns } => {
            let rows = if columns < SIDE { rows } else { rows.min(SIDE) };
            let lines = (0..rows).map(|_| numbers(columns));
            lines.collect::<Vec<_>>().join("\n")
        }
        Kind::Vector { length } => numbers(length.min(SIDE)),
        Kind::Number { from, to, step } => {
            let steps = ((to - from) / step) as u32;
            format!(
                "{:.3}",
                from + step * f64::from(random.random_range(0..=steps))
            )
        }
        Kind::Count { from, to } => random.random_range(from..=to).to_string(),
        Kind::Choice(words) => words[random.random_range(0..words.len())].to_string(),
        Kind::Lines { most } => lines(step.name(), field, most, random),
    }
}

/// Lines as the step wants them written.
fn lines(step: &str, field: &Field, most: usize, random: &mut ChaCha8Rng) -> String {
    // A graph may have fewer nodes than lines.
    let most = if step == "pagerank" { NODES } else { most };
    let mut of = |line: &mut dyn FnMut(usize, &mut ChaCha8Rng) -> String| {
        let all = (0..most).map(|n| line(n, random));
        all.collect::<Vec<_>>().join("\n")
    };
    match (step, field.name) {
        ("code", _) => of(&mut |_, random| random.random_range(-1_000_000..1_000_000).to_string()),
        ("finite", "function") => {
            of(&mut |n, random| format!("{n} -> {}", random.random_range(0..8)))
        }
        ("pagerank", _) => of(&mut |n, random| {
            let to: Vec<_> = (0..6)
                .map(|_| format!("p{}", random.random_range(0..most)))
                .collect();
            format!("p{n} -> {}", to.join(", "))
        }),
        ("finite", _) => String::new(),
        _ => field.default.to_string(),
    }
}

/// A matrix where one can be chosen, since that is what is typed.
fn input(step: &dyn Step, random: &mut ChaCha8Rng) -> Vec<(&'static str, String)> {
    let fields = step.fields().iter().map(|field| {
        let text = match field.kind {
            Kind::Choice(words) if words.contains(&"matrix") && step.name() == "low-rank" => {
                "matrix".to_string()
            }
            Kind::Choice(words) if words.contains(&"system") => "system".to_string(),
            Kind::Choice(words) if words.contains(&"own") => "own".to_string(),
            _ => typed(step, field, random),
        };
        (field.name, text)
    });
    let mut all: Vec<_> = fields.collect();
    // x ↦ kx is well defined from ℤ/n to ℤ/n, whatever k is.
    if let Some(n) = all.iter().find(|(name, _)| *name == "n") {
        let n = n.1.clone();
        let m = all.iter_mut().filter(|(name, _)| *name == "m");
        m.for_each(|(_, m)| m.clone_from(&n));
    }
    all
}

struct Visitor {
    http: reqwest::Client,
    base: String,
    cookie: String,
}

impl Visitor {
    /// Milliseconds, and bytes of the answer.
    async fn asks(&self, step: &dyn Step, pairs: &[(&str, &str)]) -> (f64, usize) {
        let url = format!("{}/walk/CENTRE/{}/part", self.base, step.name());
        let body = serde_urlencoded::to_string(pairs).unwrap();
        let began = Instant::now();
        let request = self
            .http
            .post(url)
            .header("cookie", &self.cookie)
            .body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        let took = began.elapsed().as_secs_f64() * 1e3;
        assert_eq!(status, 200, "{}: {text}\n{pairs:?}", step.name());
        (took, text.len())
    }
}

fn spread(mut all: Vec<f64>) -> [f64; 3] {
    all.sort_by(f64::total_cmp);
    [all[0], all[all.len() / 2], all[all.len() - 1]]
}

#[tokio::main]
async fn main() -> ExitCode {
    let dir = tempfile::tempdir().unwrap();
    let runs = Program::start(dir.path());
    let token = token(dir.path());
    let http = reqwest::Client::new();
    let sessions = format!("{}/api/v1/sessions", runs.base);
    let listed = http
        .get(&sessions)
        .bearer_auth(&token)
        .send()
        .await
        .unwrap();
    let listed: serde_json::Value = listed.json().await.unwrap();
    let commands = format!("{sessions}/{}/commands", listed[0]["id"].as_str().unwrap());
    for command in [
        json!({"do": "start_session"}),
        json!({"do": "go", "segment": "walk"}),
    ] {
        let request = http
            .post(&commands)
            .bearer_auth(&token)
            .body(command.to_string());
        assert_eq!(request.send().await.unwrap().status(), 200, "{command}");
    }
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut all_met = true;
    println!("step                KiB  typed, ms: min median max     presets, ms: min median max");
    for step in STEPS {
        let visitor = Visitor {
            http: http.clone(),
            base: runs.base.clone(),
            cookie: cookie(&runs.base).await,
        };
        let (mut typed, mut presets, mut most) = (Vec::new(), Vec::new(), 0);
        for _ in 0..INPUTS {
            let input = input(step, &mut random);
            let pairs: Vec<_> = input
                .iter()
                .map(|(name, text)| (*name, text.as_str()))
                .collect();
            let (took, bytes) = visitor.asks(step, &pairs).await;
            typed.push(took);
            most = most.max(bytes);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        for preset in step.presets() {
            presets.push(visitor.asks(step, preset.input).await.0);
        }
        let ([a, b, c], [d, e, f]) = (spread(typed), spread(presets));
        println!(
            "{:18} {:4}  {a:5.1} {b:5.1} {c:5.1}                  {d:5.1} {e:5.1} {f:5.1}",
            step.name(),
            most / 1024
        );
        let longest = c.max(f);
        let judged = match longest <= GOAL {
            _ if LARGER.contains(&step.name()) => "not judged: larger",
            true => "met",
            false => "missed",
        };
        all_met &= judged != "missed";
        println!(
            "figure walk_{}_longest {longest:.1} ms goal <= {GOAL} {judged}",
            step.name()
        );
    }
    println!("the program's memory: {:.0} MB", runs.memory() / 1024.0);
    if all_met {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
