//! `salon bench`: how the program does with a whole hall, measured from outside through HTTP and websockets, beside
//! peers that are measured in the same run. It knows nothing of how the program serves.
//!
//! The server is a child process on a core of its own; the generator (`crowd`) is one thread on the others. Figures are
//! ratios of the same round, counts must agree, and one that does not is a failure.

mod attack;
mod crowd;
mod fanout;
pub mod figures;
mod house;
mod limits;
mod machine;
mod page;
mod peers;
mod phone;
mod probe;
mod reference;
mod server;
mod storm;
mod votes;

use std::time::{Duration, Instant};

use anyhow::bail;
use serde::Deserialize;

use self::figures::Report;
use self::machine::{Placing, allow_sockets};
use crate::config::{Bench, BenchArgs};
use crate::protocol::{Answer, ClientMessage};

/// How long memory is let come to rest before it is read: what is free is given back to the system after a second or two.
const REST: Duration = Duration::from_secs(4);

pub async fn run(bench: &Bench) -> anyhow::Result<()> {
    let report = match bench {
        Bench::Reference { port } => return reference::serve(*port).await,
        Bench::Fanout(args) => fanout::run(args, ready("fanout", &args.common)?).await?,
        Bench::Votes(args) => votes::run(args, ready("votes", &args.common)?).await?,
        Bench::Attack(args) => attack::run(args).await?,
        Bench::Storm(args) => storm::run(args, ready("storm", &args.common)?).await?,
    };
    report.print()?;
    match report.faults() {
        0 => Ok(()),
        1 => bail!("a count does not agree with what was done"),
        n => bail!("{n} counts do not agree with what was done"),
    }
}

fn ready(bench: &'static str, args: &BenchArgs) -> anyhow::Result<(Placing, Report)> {
    allow_sockets(args.people)?;
    let placing = Placing::new(args.server_cores);
    placing.as_generator()?;
    let described = placing.describe();
    let report = Report::new(bench, args.people, args.seconds, described, args.json);
    Ok((placing, report))
}

/// As much of a server's message as is looked at.
#[derive(Debug, Deserialize)]
struct Word<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    ask: Option<u32>,
    rev: Option<u32>,
    version: Option<u32>,
}

fn word(text: &[u8]) -> Option<Word<'_>> {
    serde_json::from_slice(text).ok()
}

/// One vote as a phone sends it.
fn cast(poll: &str, seq: u32, pick: u16) -> String {
    let message = ClientMessage::Cast {
        ask: seq,
        poll: poll.to_string(),
        seq,
        answer: Answer {
            picks: vec![pick],
            ..Answer::default()
        },
    };
    // A struct of texts and numbers can always be written.
    serde_json::to_string(&message).unwrap_or_default()
}

/// What has come to many phones as the same bytes is looked at once.
struct Alike<T> {
    newest: Vec<(Vec<u8>, T)>,
}

impl<T: Copy> Alike<T> {
    /// Different messages that are remembered: a hall is never further apart.
    const KEPT: usize = 8;

    fn new() -> Self {
        Self { newest: Vec::new() }
    }

    fn look(&mut self, text: &[u8], read: impl FnOnce(&[u8]) -> T) -> T {
        if let Some((_, found)) = self.newest.iter().rev().find(|(seen, _)| seen == text) {
            return *found;
        }
        let found = read(text);
        if self.newest.len() == Self::KEPT {
            self.newest.remove(0);
        }
        self.newest.push((text.to_vec(), found));
        found
    }
}

/// For each option, of how many phones it is the last pick that was acknowledged.
fn counts_of(picks: impl Iterator<Item = Option<u16>>) -> Vec<u64> {
    let mut counts = vec![0; usize::from(house::OPTIONS)];
    for pick in picks.flatten() {
        if let Some(count) = counts.get_mut(usize::from(pick)) {
            *count += 1;
        }
    }
    counts
}

/// What is left until then, at most so long.
fn left(until: Instant, most: Duration) -> Duration {
    until.saturating_duration_since(Instant::now()).min(most)
}
