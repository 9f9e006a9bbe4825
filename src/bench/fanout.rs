//! `salon bench fanout`: one tally to everyone. A vote makes the program send a new count to each phone; a peer is given a
//! message of the same size at the same pace.

use std::time::{Duration, Instant};

use serde_json::json;

use super::crowd::Crowd;
use super::figures::{Report, micros};
use super::house::{House, OPTIONS};
use super::machine::{Placing, Watched};
use super::peers::{self, Peer};
use super::phone::Heard;
use super::server::Server;
use super::{Alike, REST, cast, word};
use crate::config::FanoutArgs;

const US: &str = "salon";
/// Phones that vote in turn, so that none presses too fast.
const VOTERS: usize = 8;
/// How long, and how often, votes are cast to see at what pace the program shows them.
const PACE_SEEN: Duration = Duration::from_secs(2);
const PACE_ASKED: Duration = Duration::from_millis(50);
/// A cause every so many times the program's pace, so that each is shown at once and alone.
const PACE_SLACK: f64 = 1.05;
/// Not measured, before what is.
const WARM_UP: Duration = Duration::from_secs(1);
/// What has not come after this long is lost.
const LATE: Duration = Duration::from_secs(5);

/// Figures for which less is better, and which are compared.
const COMPARED: [&str; 6] = [CORES, CPU, SPREAD, P99_SPREAD, P99, MEMORY];
const CORES: &str = "server's cores, a million deliveries";
const CPU: &str = "server CPU a million deliveries";
const SPREAD: &str = "first to last phone";
const P50_SPREAD: &str = "p50 after the first phone";
const P99_SPREAD: &str = "p99 after the first phone";
const P50: &str = "p50 after the cause";
const P99: &str = "p99 after the cause";
const LAST: &str = "last phone after the cause";
const MEMORY: &str = "memory a socket, idle";
const MEMORY_AFTER: &str = "memory a socket, after";

pub async fn run(
    args: &FanoutArgs,
    (placing, mut report): (Placing, Report),
) -> anyhow::Result<Report> {
    let peers = Peer::find(&args.peers)?;
    let common = &args.common;
    let (people, seconds) = (common.people, Duration::from_secs(common.seconds));
    let mut pace = args
        .rate
        .map(|rate| Duration::from_secs_f64(1.0 / f64::from(rate)));
    let mut bytes = 0;
    for round in 1..=usize::from(common.rounds) {
        let house = House::build(common.folder.as_deref(), people).await?;
        let mut server = house.serve(&placing)?;
        server.is_up()?;
        house
            .host()
            .does(&json!({"do": "open_poll", "poll": "live"}))?;
        let mut hall = Hall::fill(&server, people, people, |n| house.request(n, None))?;
        let mut cause = |crowd: &mut Crowd, n: u32| {
            let voter = n as usize % VOTERS.min(people);
            // Other votes of this phone came before, so each has its own number.
            crowd.say(voter, &cast("live", n, (n % u32::from(OPTIONS)) as u16));
        };
        let every = match pace {
            Some(every) => every,
            None => *pace.insert(hall.pace(&mut cause)?),
        };
        hall.measure(&server, every, seconds, &mut cause)?;
        bytes = hall.bytes;
        hall.note(&mut report, round, US);
        drop(server);

        for peer in &peers {
            let (mut server, _folder) = peer.serve(&placing)?;
            server.is_up()?;
            let request = |n| peers::request(&server, if n < people { "/ws" } else { "/pub" });
            let mut hall = Hall::fill(&server, people, people + 1, request)?;
            let mut cause = |crowd: &mut Crowd, n: u32| crowd.say(people, &padded(n, bytes));
            hall.measure(&server, every, seconds, &mut cause)?;
            hall.note(&mut report, round, peer.name());
            drop(server);
            for what in COMPARED {
                report.compare(what, US, peer.name());
            }
        }
    }
    let (every, names) = (pace.unwrap_or_default(), peers.iter().map(Peer::name));
    report.tell(&format!(
        "a message of {bytes} bytes every {} ms; peers: {}",
        every.as_millis(),
        names.collect::<Vec<_>>().join(", ")
    ));
    Ok(report)
}

/// A message of this size that says its number where ours does.
fn padded(n: u32, bytes: usize) -> String {
    let bare = json!({"type": "tally", "version": n, "pad": ""}).to_string();
    let pad = "x".repeat(bytes.saturating_sub(bare.len()));
    json!({"type": "tally", "version": n, "pad": pad}).to_string()
}

/// Bytes a socket, of which the first was there before.
fn a_socket(memory: u64, before: u64, sockets: usize) -> f64 {
    (memory as f64 - before as f64) / (sockets - 1) as f64
}

/// One message on its way to everyone.
struct Sent {
    at: Instant,
    first: Option<Instant>,
    last: Option<Instant>,
    reached: usize,
}

/// What the phones have heard.
struct Arrivals {
    /// By number, from 1.
    sent: Vec<Sent>,
    /// Arrivals from this number on are kept one by one, in µs after the cause.
    kept_from: usize,
    waits: Vec<u32>,
    /// The same, after the first phone.
    after_first: Vec<u32>,
    alike: Alike<Option<u32>>,
    bytes: usize,
    lost: usize,
}

impl Arrivals {
    fn hear(&mut self, heard: &Heard<'_>) {
        let text = match heard {
            Heard::Text(text) => text,
            Heard::Lost(_) => {
                self.lost += 1;
                return;
            }
            Heard::Opened => return,
        };
        let number = self.alike.look(text, |text| {
            let word = word(text)?;
            (word.kind == "tally").then_some(word.version)?
        });
        let Some(n) = number.map(|n| n as usize) else {
            return;
        };
        let Some(sent) = n.checked_sub(1).and_then(|place| self.sent.get_mut(place)) else {
            return;
        };
        self.bytes = text.len();
        let now = Instant::now();
        let first = *sent.first.get_or_insert(now);
        sent.last = Some(now);
        sent.reached += 1;
        if n >= self.kept_from {
            self.waits.push(micros(now - sent.at));
            self.after_first.push(micros(now - first));
        }
    }
}

/// A full hall in front of one server.
struct Hall {
    crowd: Crowd,
    people: usize,
    heard: Arrivals,
    /// Resident memory of the server with one phone, and what it takes a socket more once all are there, in bytes.
    empty: u64,
    memory: f64,
    /// The same right after the measured part.
    memory_after: f64,
    /// Of the last message.
    bytes: usize,
    /// Of the measured part.
    seen: Option<Watched>,
}

impl Hall {
    /// `lines`: the phones, and perhaps the one that publishes.
    fn fill(
        server: &Server,
        people: usize,
        lines: usize,
        request: impl Fn(usize) -> String,
    ) -> anyhow::Result<Self> {
        let mut crowd = Crowd::new(lines, server.address)?;
        let mut ignore = |_: usize, _: Heard<'_>| {};
        // One phone first: what a server sets up for the first one is not the price of a phone.
        crowd.fill(0..1, &request, &mut ignore)?;
        crowd.listen(REST, &mut ignore)?;
        let empty = server.memory()?;
        crowd.fill(1..lines, &request, &mut ignore)?;
        crowd.listen(REST, &mut ignore)?;
        let idle = server.memory()?;
        Ok(Self {
            crowd,
            people,
            heard: Arrivals {
                sent: Vec::new(),
                kept_from: usize::MAX,
                waits: Vec::new(),
                after_first: Vec::new(),
                alike: Alike::new(),
                bytes: 0,
                lost: 0,
            },
            empty,
            memory: a_socket(idle, empty, lines),
            memory_after: 0.0,
            bytes: 0,
            seen: None,
        })
    }

    /// Causes one message every so often for so long.
    fn go(
        &mut self,
        every: Duration,
        time: Duration,
        cause: &mut impl FnMut(&mut Crowd, u32),
    ) -> anyhow::Result<()> {
        let heard = &mut self.heard;
        // What went before has had its time too: the first message finds the pace free like the others.
        let began = Instant::now();
        let mut next = began + every;
        while began.elapsed() < time {
            if Instant::now() >= next {
                let at = Instant::now();
                heard.sent.push(Sent {
                    at,
                    first: None,
                    last: None,
                    reached: 0,
                });
                cause(&mut self.crowd, u32::try_from(heard.sent.len())?);
                next = at + every;
            }
            // It never sleeps: on one machine it is the sender that would pay for waking it, as no server does for a
            // phone.
            self.crowd
                .turn(Duration::ZERO, &mut |_, what| heard.hear(&what))?;
        }
        Ok(())
    }

    /// Until the newest message has reached everyone, or is too late.
    fn settle(&mut self) -> anyhow::Result<()> {
        let until = Instant::now() + LATE;
        let heard = &mut self.heard;
        while heard
            .sent
            .last()
            .is_some_and(|sent| sent.reached < self.people)
            && Instant::now() < until
        {
            self.crowd
                .turn(Duration::from_millis(20), &mut |_, what| heard.hear(&what))?;
        }
        Ok(())
    }

    /// At what pace the program shows counts that change all the time.
    fn pace(&mut self, cause: &mut impl FnMut(&mut Crowd, u32)) -> anyhow::Result<Duration> {
        self.go(PACE_ASKED, PACE_SEEN, cause)?;
        self.settle()?;
        let shown: Vec<Instant> = self
            .heard
            .sent
            .iter()
            .filter_map(|sent| sent.first)
            .collect();
        let span = match (shown.first(), shown.last()) {
            (Some(first), Some(last)) if shown.len() > 1 => *last - *first,
            _ => anyhow::bail!("no count was shown within {} s", PACE_SEEN.as_secs()),
        };
        Ok(span.mul_f64(PACE_SLACK / (shown.len() - 1) as f64))
    }

    fn measure(
        &mut self,
        server: &Server,
        every: Duration,
        time: Duration,
        cause: &mut impl FnMut(&mut Crowd, u32),
    ) -> anyhow::Result<()> {
        self.go(every, WARM_UP, cause)?;
        self.settle()?;
        self.heard.kept_from = self.heard.sent.len() + 1;
        let watch = server.watch()?;
        self.go(every, time, cause)?;
        self.settle()?;
        self.seen = Some(watch.end()?);
        self.memory_after = a_socket(server.memory()?, self.empty, self.crowd.phones.len());
        self.bytes = self.heard.bytes;
        Ok(())
    }

    fn note(self, report: &mut Report, round: usize, who: &str) {
        let heard = self.heard;
        let measured = heard.sent.get(heard.kept_from - 1..).unwrap_or_default();
        let deliveries: usize = measured.iter().map(|sent| sent.reached).sum();
        let span = |from: fn(&Sent) -> Option<Instant>| {
            let spans = measured.iter();
            let spans = spans.filter_map(|sent| Some(micros(sent.last? - from(sent)?)));
            spans.collect::<Vec<u32>>()
        };
        let (spread, last) = (span(|sent| sent.first), span(|sent| Some(sent.at)));
        let skipped = measured.len() * self.people - deliveries;
        let newest = measured.last().map_or(0, |sent| sent.reached);
        if let Some(seen) = &self.seen {
            let each = |time: Duration| time.as_secs_f64() * 1e6 / deliveries.max(1) as f64;
            if let Some(cores) = seen.cores {
                report.note(who, CORES, "s", each(cores));
            }
            report.note(who, CPU, "s", each(seen.cpu));
            report.note_load(who, seen);
        }
        report.note_times(who, &[(SPREAD, 0.5)], &spread);
        let names = [(P50_SPREAD, 0.5), (P99_SPREAD, 0.99)];
        report.note_times(who, &names, &heard.after_first);
        report.note_times(who, &[(P50, 0.5), (P99, 0.99)], &heard.waits);
        report.note_times(who, &[(LAST, 0.5)], &last);
        report.note(who, MEMORY, "bytes", self.memory);
        report.note(who, MEMORY_AFTER, "bytes", self.memory_after);
        report.note(who, "messages", "", measured.len() as f64);
        report.note(who, "deliveries skipped", "", skipped as f64);
        report.tell_round(round, who);
        report.check(
            round,
            "phones that have the last message",
            &[self.people as u64],
            &[newest as u64],
        );
        report.check(round, "lines that broke", &[0], &[heard.lost as u64]);
    }
}
