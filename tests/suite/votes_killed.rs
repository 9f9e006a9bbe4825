//! The program killed again and again while a hall votes, leaves and comes back: what was acknowledged is there, once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::program::{Running, out, run};
use crate::salon::{SHEET, Voter, connect, cookie_of, counts_of, line, poll_of};

const VOTERS: u32 = 300;
const KILLS: u32 = 4;
/// Votes that one line carries before its phone leaves and comes back.
const VOTES_A_LINE: u32 = 7;

/// A phone as the page makes one: it keeps its newest vote until that is answered, and sends it again on every line.
struct Phone {
    n: u32,
    cookie: String,
    sent: u32,
    acknowledged: u32,
}

impl Phone {
    fn pick(&self, seq: u32) -> u32 {
        (seq + self.n) % 3
    }

    /// One line, from its opening until it is cut or left. None: it could not be opened.
    async fn sits(
        &mut self,
        base: &str,
        acknowledged: &AtomicU32,
        lines: &AtomicU32,
    ) -> Option<()> {
        let path = &line("audience");
        let socket = connect(base, path, &self.cookie).await.ok()?;
        let mut voter = Voter::meets(socket).await?;
        lines.fetch_add(1, Ordering::Relaxed);
        self.checks(&voter.first["ballots"][0]);
        for _ in 0..VOTES_A_LINE {
            // The vote that was not answered first; only then another one.
            let seq = self.acknowledged + 1;
            self.sent = seq;
            let cast = json!({"type": "cast", "ask": seq, "poll": "one-of", "seq": seq, "answer": {"picks": [self.pick(seq)]}});
            let answer = voter.tries(cast, seq).await?;
            if answer["type"] == "heard" {
                assert_eq!(answer["ballot"]["seq"], seq, "{answer}");
                self.acknowledged = seq;
                acknowledged.fetch_add(1, Ordering::Relaxed);
            } else {
                // Nobody presses so fast, nor so often.
                let code = answer["code"].as_str().unwrap();
                assert!(["too_fast", "too_soon"].contains(&code), "{answer}");
            }
            sleep(Duration::from_millis(u64::from(20 + self.n % 60))).await;
        }
        Some(())
    }

    /// The ballot that the server has is the last one that was acknowledged, or the one under way.
    fn checks(&self, ballot: &Value) {
        let (n, last, sent) = (self.n, self.acknowledged, self.sent);
        let seq = ballot["seq"].as_u64().unwrap_or(0) as u32;
        assert!(
            (last..=sent).contains(&seq),
            "voter {n}: {last} ≤ {seq} ≤ {sent}"
        );
        if seq > 0 {
            assert_eq!(
                ballot["answer"]["picks"],
                json!([self.pick(seq)]),
                "voter {n}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_dash_nine_again_and_again_loses_no_vote_that_was_acknowledged_and_counts_none_twice()
{
    let dir = TempDir::new().unwrap();
    let sheet = dir.path().join("night.toml");
    std::fs::write(&sheet, SHEET).unwrap();
    let imported = run(dir.path(), &["import", sheet.to_str().unwrap()]);
    assert!(imported.status.success());
    let token = out(&run(dir.path(), &["token", "storm"]))
        .trim()
        .to_string();
    let listed = out(&run(dir.path(), &["sessions"]));
    let id = listed.split_whitespace().nth(2).unwrap().to_string();
    let http = reqwest::Client::new();
    let does = |base: String, body: &'static str| {
        let url = format!("{base}/api/v1/sessions/{id}/commands");
        let request = http.post(url).bearer_auth(&token).body(body);
        async { request.send().await.unwrap().json::<Value>().await.unwrap() }
    };

    let mut program = Running::start(dir.path());
    does(
        program.base.clone(),
        r#"{"do":"open_poll","poll":"one-of"}"#,
    )
    .await;
    // Where the program is now; empty once the storm is over.
    let (at, _) = watch::channel(program.base.clone());
    let acknowledged = Arc::new(AtomicU32::new(0));
    let lines = Arc::new(AtomicU32::new(0));
    let mut storm = JoinSet::new();
    for n in 0..VOTERS {
        let page = http
            .get(format!("{}/TESTNGHT", program.base))
            .send()
            .await
            .unwrap();
        let mut phone = Phone {
            n,
            cookie: cookie_of(&page),
            sent: 0,
            acknowledged: 0,
        };
        let (at, all, lines) = (
            at.subscribe(),
            Arc::clone(&acknowledged),
            Arc::clone(&lines),
        );
        storm.spawn(async move {
            loop {
                let base = at.borrow().clone();
                if base.is_empty() {
                    return phone;
                }
                if phone.sits(&base, &all, &lines).await.is_none() {
                    sleep(Duration::from_millis(u64::from(50 + n % 100))).await;
                }
            }
        });
    }
    let mut before = 0;
    for kill in 0..KILLS {
        // Each time in full storm: everyone has voted once more, on average.
        for _ in 0..1_000 {
            if acknowledged.load(Ordering::Relaxed) >= before + 2 * VOTERS {
                break;
            }
            sleep(Duration::from_millis(20)).await;
        }
        let now = acknowledged.load(Ordering::Relaxed);
        assert!(
            now >= before + VOTERS,
            "kill {kill}: {now} after {before} is no storm"
        );
        program.kill();
        before = acknowledged.load(Ordering::Relaxed);
        program = Running::start(dir.path());
        at.send_replace(program.base.clone());
    }
    sleep(Duration::from_secs(1)).await;
    program.kill();
    at.send_replace(String::new());
    let phones = storm.join_all().await;
    assert!(
        lines.load(Ordering::Relaxed) > 2 * KILLS * VOTERS,
        "they come and go"
    );

    let last = Running::start(dir.path());
    let mut picks = [0_u64; 3];
    for phone in &phones {
        let path = &line("audience");
        let socket = connect(&last.base, path, &phone.cookie).await.unwrap();
        let voter = Voter::new(socket).await;
        let ballot = &voter.first["ballots"][0];
        phone.checks(ballot);
        if let Some(seq) = ballot["seq"].as_u64() {
            picks[phone.pick(seq as u32) as usize] += 1;
        }
    }
    let state = does(last.base.clone(), r#"{"do":"reveal","poll":"one-of"}"#).await;
    let tally = counts_of(&poll_of(&state, "one-of")["tally"]);
    let counts: Vec<u64> = tally.into_iter().map(|row| row.1).collect();
    assert_eq!(
        counts, picks,
        "the tally is a count of the ballots, each once"
    );
    println!(
        "{} acknowledged, {} lines",
        acknowledged.load(Ordering::Relaxed),
        lines.load(Ordering::Relaxed)
    );
}
