//! `salon bench votes`: a closed loop over all phones with so many votes under way at any time, then a whole room that
//! votes within two seconds of a poll's opening. What was acknowledged is compared with what the program counts, and with
//! what it counts after kill -9 and a start on the same folder.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::json;

use super::crowd::Crowd;
use super::figures::{Report, micros};
use super::house::{Host, House, OPTIONS};
use super::limits::{syncs_a_second, votes_one_by_one};
use super::machine::Placing;
use super::phone::Heard;
use super::{Alike, cast, counts_of, left, word};
use crate::config::VotesArgs;

const US: &str = "salon";
/// Between two votes of one phone: a tenth of a second is as fast as the program lets anyone press.
const PRESSES_EVERY: Duration = Duration::from_millis(110);
/// Within which a whole room votes.
const BURST: Duration = Duration::from_secs(2);
/// An acknowledgement that takes longer is not coming.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn run(
    args: &VotesArgs,
    (placing, mut report): (Placing, Report),
) -> anyhow::Result<Report> {
    let common = &args.common;
    for round in 1..=usize::from(common.rounds) {
        let house = House::build(common.folder.as_deref(), common.people).await?;
        let before = syncs_a_second(house.folder.path())?;
        let singly = votes_one_by_one(house.folder.path()).await?;
        // A limit is the better one of two.
        let syncs = before.max(syncs_a_second(house.folder.path())?);
        report.note("disk", "append + fdatasync a second", "", syncs);
        report.note("one by one", "votes a second", "", singly);

        let mut server = house.serve(&placing)?;
        server.is_up()?;
        let host = house.host();
        host.does(&json!({"do": "open_poll", "poll": "hidden"}))?;
        let mut room = Room::fill(&house, common.people)?;
        let watch = server.watch()?;
        room.press_on(args.at_once, Duration::from_secs(common.seconds))?;
        let seen = watch.end()?;
        let (took, cpu) = (seen.took.as_secs_f64(), seen.cpu.as_micros() as f64);
        let votes = room.waits.len() as f64;
        let rate = votes / took;
        let commits = host.metric("salon_commit_seconds_count")?;
        report.note(US, "votes a second", "", rate);
        let names = [
            ("acknowledged, p50", 0.5),
            ("acknowledged, p99", 0.99),
            ("acknowledged, last", 1.0),
        ];
        report.note_times(US, &names, &room.waits);
        report.note(US, "server CPU a vote", "µs", cpu / votes.max(1.0));
        report.note(US, "votes a commit", "", votes / commits.max(1.0));
        report.note(US, "commits a second", "", commits / took);
        report.note_load(US, &seen);
        report.compare_values("votes a second", "syncs", rate, syncs);
        report.compare_values("votes a second", "one by one", rate, singly);
        let hidden = room.expected();

        let opened = room.burst(&host)?;
        let names = [
            ("burst: acknowledged, p50", 0.5),
            ("burst: acknowledged, p90", 0.9),
            ("burst: acknowledged, p99", 0.99),
            ("burst: acknowledged, last", 1.0),
        ];
        report.note_times(US, &names, &room.waits);
        report.note_times(US, &[("burst: poll on the last phone", 1.0)], &room.shown);
        report.note(
            US,
            "burst: all are counted after",
            "s",
            opened.as_secs_f64(),
        );
        let burst = room.expected();

        report.tell_round(round, "disk");
        report.tell_round(round, "one by one");
        report.tell_round(round, US);
        let refused = room.refused;
        report.check(round, "votes that were refused", &[0], &[refused]);
        report.check(round, "lines that broke", &[0], &[room.lost]);
        let told = host.metric("salon_ballots_total")?;
        let all = room.acknowledged;
        report.check(
            round,
            "ballots by the program's own count",
            &[all],
            &[told as u64],
        );
        counted(
            &mut report,
            round,
            &host,
            &[&hidden, &burst],
            "votes counted",
        )?;
        drop(room);
        server.kill();
        let mut server = house.serve(&placing)?;
        server.is_up()?;
        let what = "votes counted after kill -9";
        counted(&mut report, round, &host, &[&hidden, &burst], what)?;
    }
    Ok(report)
}

/// Compares the counts of both polls with what was acknowledged: how many voted, and for each option how many.
fn counted(
    report: &mut Report,
    round: usize,
    host: &Host,
    expected: &[&Vec<u64>],
    what: &'static str,
) -> anyhow::Result<()> {
    for (poll, expected) in ["hidden", "burst"].into_iter().zip(expected) {
        let (voters, counts) = host.count(poll)?;
        let sum: u64 = expected.iter().sum();
        let with = |first: u64, rest: &[u64]| [&[first], rest].concat();
        report.check(round, what, &with(sum, expected), &with(voters, &counts));
    }
    Ok(())
}

#[derive(Debug, Clone, Default)]
struct Voter {
    seq: u32,
    pick: u16,
    /// While a vote is under way.
    sent: Option<Instant>,
    acknowledged: Option<u16>,
}

struct Room {
    crowd: Crowd,
    voters: Vec<Voter>,
    /// µs from each vote to its acknowledgement.
    waits: Vec<u32>,
    /// µs until each phone had the poll of the burst.
    shown: Vec<u32>,
    acknowledged: u64,
    refused: u64,
    lost: u64,
}

/// What a turn has brought.
enum News {
    /// This phone's vote was answered.
    Answered(usize),
    /// This phone has heard that the poll is open.
    Opened(usize),
}

impl Room {
    fn fill(house: &House, people: usize) -> anyhow::Result<Self> {
        let mut crowd = Crowd::new(people, house.address)?;
        crowd.fill(0..people, |n| house.request(n, None), &mut |_, _| {})?;
        // The snapshots are read before the first vote is cast.
        crowd.listen(Duration::from_millis(500), &mut |_, _| {})?;
        Ok(Self {
            crowd,
            voters: vec![Voter::default(); people],
            waits: Vec::new(),
            shown: Vec::new(),
            acknowledged: 0,
            refused: 0,
            lost: 0,
        })
    }

    /// By option, of how many phones it is the last acknowledged pick.
    fn expected(&self) -> Vec<u64> {
        counts_of(self.voters.iter().map(|voter| voter.acknowledged))
    }

    fn vote(&mut self, n: usize, poll: &str) {
        let voter = &mut self.voters[n];
        voter.seq += 1;
        voter.pick = rand::random::<u16>() % OPTIONS;
        let text = cast(poll, voter.seq, voter.pick);
        voter.sent = Some(Instant::now());
        self.crowd.say(n, &text);
    }

    /// Listens for at most so long; answers are booked, and told.
    fn turn(
        &mut self,
        wait: Duration,
        opens: &mut Alike<bool>,
        mut tell: impl FnMut(News),
    ) -> anyhow::Result<()> {
        let Self {
            crowd,
            voters,
            waits,
            acknowledged,
            refused,
            lost,
            ..
        } = self;
        crowd.turn(wait, &mut |n, heard| {
            let text = match heard {
                Heard::Text(text) => text,
                Heard::Lost(_) => {
                    *lost += 1;
                    return;
                }
                Heard::Opened => return,
            };
            let Some(word) = word(text) else {
                return;
            };
            let voter = &mut voters[n];
            match word.kind {
                "heard" | "refused" if word.ask == Some(voter.seq) => {
                    let Some(sent) = voter.sent.take() else {
                        return;
                    };
                    if word.kind == "heard" {
                        waits.push(micros(sent.elapsed()));
                        *acknowledged += 1;
                        voter.acknowledged = Some(voter.pick);
                    } else {
                        *refused += 1;
                    }
                    tell(News::Answered(n));
                }
                "poll" if opens.look(text, is_burst_opening) => tell(News::Opened(n)),
                _ => {}
            }
        })
    }

    /// Everyone in turn, with so many votes under way, for so long.
    fn press_on(&mut self, at_once: usize, time: Duration) -> anyhow::Result<()> {
        let began = Instant::now();
        let mut opens = Alike::new();
        // Who may press next, and from when on; whoever waits for an answer is not in it.
        let mut next: VecDeque<(usize, Instant)> =
            (0..self.voters.len()).map(|n| (n, began)).collect();
        let people = next.len();
        while began.elapsed() < time {
            let now = Instant::now();
            let mut wait = Duration::from_millis(50);
            while people - next.len() < at_once {
                match next.front().copied() {
                    Some((n, from)) if from <= now => {
                        next.pop_front();
                        self.vote(n, "hidden");
                    }
                    Some((_, from)) => {
                        wait = wait.min(from - now);
                        break;
                    }
                    None => break,
                }
            }
            self.turn(wait, &mut opens, |news| {
                if let News::Answered(n) = news {
                    next.push_back((n, now + PRESSES_EVERY));
                }
            })?;
        }
        self.last_answers(&mut opens)
    }

    /// Until all that is under way has been answered.
    fn last_answers(&mut self, opens: &mut Alike<bool>) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let waiting = self.voters.iter().filter(|v| v.sent.is_some()).count();
            if waiting == 0 {
                return Ok(());
            }
            if Instant::now() > until {
                bail!(
                    "{waiting} votes were not answered within {} s",
                    PATIENCE.as_secs()
                );
            }
            self.turn(Duration::from_millis(20), opens, |_| {})?;
        }
    }

    /// The host opens a poll; each phone votes at its own moment within two seconds of seeing it. How long from the
    /// opening until all votes were acknowledged.
    fn burst(&mut self, host: &Host) -> anyhow::Result<Duration> {
        self.waits.clear();
        for voter in &mut self.voters {
            voter.acknowledged = None;
        }
        let people = self.voters.len();
        let before = self.acknowledged + self.refused;
        let mut opens = Alike::new();
        let mut plan: BinaryHeap<Reverse<(Instant, usize)>> = BinaryHeap::new();
        let began = Instant::now();
        let host = host.clone();
        let opening = std::thread::spawn(move || {
            host.does(&json!({"do": "open_poll", "poll": "burst"}))
                .map(drop)
        });
        while self.acknowledged + self.refused - before < people as u64 {
            if began.elapsed() > BURST + PATIENCE {
                let n = self.acknowledged + self.refused - before;
                bail!("only {n} of {people} votes of the burst were answered");
            }
            let now = Instant::now();
            while let Some(Reverse((at, n))) = plan.peek().copied()
                && at <= now
            {
                plan.pop();
                self.vote(n, "burst");
            }
            let until = plan.peek().map_or(now + PATIENCE, |Reverse((at, _))| *at);
            let mut shown = Vec::new();
            self.turn(left(until, Duration::from_millis(20)), &mut opens, |news| {
                if let News::Opened(n) = news {
                    let now = Instant::now();
                    plan.push(Reverse((now + BURST.mul_f64(rand::random()), n)));
                    shown.push(micros(now - began));
                }
            })?;
            self.shown.extend(shown);
        }
        let took = began.elapsed();
        match opening.join() {
            Ok(opened) => opened.context("opening the poll of the burst")?,
            Err(_) => bail!("the host's thread ended"),
        }
        Ok(took)
    }
}

fn is_burst_opening(text: &[u8]) -> bool {
    let Ok(message) = serde_json::from_slice::<serde_json::Value>(text) else {
        return false;
    };
    let poll = &message["poll"];
    poll["id"] == "burst" && poll["phase"] == "open"
}
