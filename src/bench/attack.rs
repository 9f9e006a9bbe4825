//! `salon bench attack`: what one laptop can do to a room. Ten voters change their votes all the time and time each
//! acknowledgement, while one after the other of the floods in `floods` runs, and then all of them together.
//!
//! A flood costs the machine something on its own account, and attacker, voters and server share it here. So each runs twice:
//! first against another copy of the program (the control), then against the one whose votes are timed. What the program
//! itself gives away is the ratio of the two; the ratio to quiet is told beside it.

mod floods;
mod loops;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::bail;
use serde_json::json;

use self::floods::{Flood, Target, floods};
use super::crowd::Crowd;
use super::figures::{Report, micros, quantiles_ms};
use super::house::House;
use super::machine::{Placing, allow_sockets};
use super::phone::Heard;
use super::{cast, word};
use crate::config::AttackArgs;

/// Voters whose acknowledgements are timed, and how often each votes.
const VOTERS: usize = 10;
const PRESSES_EVERY: Duration = Duration::from_millis(110);
/// Until a flood is under way, and until nothing is left of it.
const GROWS: Duration = Duration::from_millis(1_500);
const EBBS: Duration = Duration::from_secs(2);
/// A vote that is not acknowledged by then is lost.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most that the 99th percentile of the acknowledgement may grow by.
const GOAL: f64 = 3.0;
/// Questions that are there to be searched.
const QUESTIONS: usize = 1_000;
/// Sockets of all floods together, and of the voters.
const SOCKETS: usize = 3_000;

const P99: &str = "acknowledged, p99";
const AGAINST: &str = "p99 against the same elsewhere";
const AGAINST_QUIET: &str = "p99 against quiet";

pub async fn run(args: &AttackArgs) -> anyhow::Result<Report> {
    let common = &args.common;
    let placing = "attackers, voters and server share all cores".to_string();
    let mut report = Report::new("attack", VOTERS, common.seconds, placing, common.json);
    allow_sockets(SOCKETS)?;
    let placing = Placing::shared();
    for round in 1..=usize::from(common.rounds) {
        let mut houses = Vec::new();
        for _ in 0..2 {
            let house = House::build(common.folder.as_deref(), SOCKETS).await?;
            house.fill_with_questions(QUESTIONS).await?;
            let mut server = house.serve(&placing)?;
            server.is_up()?;
            house.host().does(&json!({"do": "start_session"}))?;
            house
                .host()
                .does(&json!({"do": "open_poll", "poll": "hidden"}))?;
            houses.push((house, server));
        }
        let [(voted, _), (other, _)] = &houses[..] else {
            bail!("there are two servers");
        };
        let (here, elsewhere) = (Target::of(voted), Target::of(other));
        let mut rooms = Rooms::new(voted);
        let span = Duration::from_secs(common.seconds);
        let quiet = rooms.another()?.press(span)?.note(&mut report, "quiet");
        let all: Vec<Flood> = floods();
        let every: Vec<&Flood> = all.iter().collect();
        let singly = all.iter().map(|flood| (flood.name, vec![flood], 1));
        let wanted = |name: &str| args.only.is_empty() || args.only.iter().any(|one| one == name);
        let together = ("all together", every, all.len());
        for (name, these, among) in singly.chain([together]).filter(|one| wanted(one.0)) {
            let control = rooms.another()?.under(&these, among, &elsewhere, span)?;
            let attacked = rooms.another()?.under(&these, among, &here, span)?;
            let asked = attacked.asked;
            let control = control.waits.p99();
            let p99 = attacked.waits.note(&mut report, name);
            report.note(name, "asked of the server", "/s", asked);
            report.compare_named(name, AGAINST, p99, control);
            report.compare_named(name, AGAINST_QUIET, p99, quiet);
            report.tell_round(round, name);
        }
        report.check(
            round,
            "votes that were not acknowledged",
            &[0],
            &[rooms.lost()],
        );
        let (voters, _) = voted.host().count("hidden")?;
        report.check(round, "people who have voted", &[rooms.people()], &[voters]);
    }
    report.judge("all together", AGAINST, GOAL);
    Ok(report)
}

/// µs of each acknowledgement.
struct Waits(Vec<u32>);

impl Waits {
    /// Their 99th percentile, in milliseconds.
    fn p99(&self) -> f64 {
        quantiles_ms(&self.0)(0.99)
    }

    fn note(&self, report: &mut Report, who: &str) -> f64 {
        report.note_times(
            who,
            &[
                ("acknowledged, p50", 0.5),
                (P99, 0.99),
                ("acknowledged, last", 1.0),
            ],
            &self.0,
        );
        self.p99()
    }
}

/// What votes felt while something was asked of a server so often a second.
struct Attacked {
    waits: Waits,
    asked: f64,
}

#[derive(Debug, Clone, Default)]
struct Voter {
    seq: u32,
    sent: Option<Instant>,
    next: Option<Instant>,
}

struct Room {
    crowd: Crowd,
    voters: Vec<Voter>,
    lost: u64,
}

/// Other people for each flood: whoever has changed a vote hundreds of times is held back, which is no vote.
struct Rooms<'a> {
    house: &'a House,
    done: usize,
    last: Option<Room>,
    lost: u64,
}

impl<'a> Rooms<'a> {
    fn new(house: &'a House) -> Self {
        Self {
            house,
            done: 0,
            last: None,
            lost: 0,
        }
    }

    /// Those before leave.
    fn another(&mut self) -> anyhow::Result<&mut Room> {
        self.lost = self.lost();
        self.last = None;
        let room = Room::fill(self.house, self.done * VOTERS)?;
        self.done += 1;
        Ok(self.last.insert(room))
    }

    fn lost(&self) -> u64 {
        self.lost + self.last.as_ref().map_or(0, |room| room.lost)
    }

    fn people(&self) -> u64 {
        (self.done * VOTERS) as u64
    }
}

impl Room {
    fn fill(house: &House, first: usize) -> anyhow::Result<Self> {
        let mut crowd = Crowd::new(VOTERS, house.address)?;
        crowd.fill(
            0..VOTERS,
            |n| house.request(first + n, None),
            &mut |_, _| {},
        )?;
        Ok(Self {
            crowd,
            voters: vec![Voter::default(); VOTERS],
            lost: 0,
        })
    }

    /// Votes for so long while these floods run, each with its share of what it is alone.
    fn under(
        &mut self,
        floods: &[&Flood],
        among: usize,
        target: &Target,
        span: Duration,
    ) -> anyhow::Result<Attacked> {
        let stop = Arc::new(AtomicBool::new(false));
        let running: Vec<_> = floods
            .iter()
            .map(|flood| flood.start(target, among, Arc::clone(&stop)))
            .collect::<anyhow::Result<_>>()?;
        self.press(GROWS)?;
        let began = Instant::now();
        let waits = self.press(span)?;
        let took = began.elapsed() + GROWS;
        stop.store(true, Ordering::Relaxed);
        let mut asked = 0;
        for flood in running {
            match flood.join() {
                Ok(done) => asked += done?,
                Err(_) => bail!("a flood's thread ended"),
            }
        }
        self.press(EBBS)?;
        Ok(Attacked {
            waits,
            asked: asked as f64 / took.as_secs_f64(),
        })
    }

    /// Everyone votes at their pace, for so long and until the last answer.
    fn press(&mut self, span: Duration) -> anyhow::Result<Waits> {
        let began = Instant::now();
        let mut waits = Vec::new();
        for (n, voter) in self.voters.iter_mut().enumerate() {
            voter.next = Some(began + PRESSES_EVERY.mul_f64(n as f64 / VOTERS as f64));
        }
        loop {
            let now = Instant::now();
            let over = now - began >= span;
            let under_way = self
                .voters
                .iter()
                .filter(|voter| voter.sent.is_some())
                .count();
            if over && under_way == 0 {
                return Ok(Waits(waits));
            }
            if now - began > span + PATIENCE {
                self.lost += under_way as u64;
                for voter in &mut self.voters {
                    voter.sent = None;
                }
                return Ok(Waits(waits));
            }
            for (n, voter) in self.voters.iter_mut().enumerate() {
                if !over && voter.sent.is_none() && voter.next.is_none_or(|next| next <= now) {
                    voter.seq += 1;
                    let pick = (voter.seq % 4) as u16;
                    self.crowd.say(n, &cast("hidden", voter.seq, pick));
                    voter.sent = Some(Instant::now());
                    voter.next = Some(now + PRESSES_EVERY);
                }
            }
            let (voters, lost) = (&mut self.voters, &mut self.lost);
            self.crowd.turn(Duration::from_millis(2), &mut |n, heard| {
                let voter = &mut voters[n];
                match heard {
                    Heard::Text(text) => {
                        let word = word(text).filter(|word| word.ask == Some(voter.seq));
                        let Some(word) = word else {
                            return;
                        };
                        let Some(sent) = voter.sent.take() else {
                            return;
                        };
                        waits.push(micros(sent.elapsed()));
                        *lost += u64::from(word.kind != "heard");
                    }
                    Heard::Lost(_) => *lost += u64::from(voter.sent.take().is_some()),
                    Heard::Opened => {}
                }
            })?;
        }
    }
}
