//! `salon bench storm`: a full hall that presses all the time is cut off at once and comes back, by the phone's own rules:
//! first by a network that breaks, then by a server that is killed with kill -9 and started again. Everyone must see the
//! newest revision and their own ballot in the end, every acknowledged vote must be counted, and the host is answered all the
//! while. The hall of a peer is cut off in the same way.

mod peer;

use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::{Value, json};

use super::crowd::Crowd;
use super::figures::{Report, micros};
use super::house::{House, OPTIONS};
use super::machine::Placing;
use super::page::{Away, Page, Said};
use super::peers::Peer;
use super::phone::{Heard, Lost};
use super::probe::{Probe, Seen};
use super::{cast, counts_of, left};
use crate::config::StormArgs;

/// Everyone presses once in so many seconds, and a small hall faster.
const PRESSES_EVERY: f64 = 20.0;
const PRESSES_LEAST: f64 = 50.0;
/// One phone at most so often a second.
const PRESSES_MOST: f64 = 4.0;
/// A hall that has not come back after this long does not.
const PATIENCE: Duration = Duration::from_secs(90);
/// A line that says nothing for so long is given up, as in `static/js/audience.js`.
const OPEN_WITHIN: Duration = Duration::from_secs(10);

/// How the lines were cut, and what the figures are called.
struct Cut {
    who: &'static str,
    killed: bool,
    /// What the host changes while the hall is away, so that revisions move on.
    edit: Value,
}

pub async fn run(
    args: &StormArgs,
    (placing, mut report): (Placing, Report),
) -> anyhow::Result<Report> {
    let (peers, args) = (Peer::find(&args.peers)?, &args.common);
    for round in 1..=usize::from(args.rounds) {
        let house = House::build(args.folder.as_deref(), args.people).await?;
        let mut server = house.serve(&placing)?;
        server.is_up()?;
        let host = house.host();
        host.does(&json!({"do": "open_poll", "poll": "hidden"}))?;
        let mut hall = Hall::fill(&house, args.people)?;
        for cut in [
            Cut {
                who: "cut",
                killed: false,
                edit: json!({"do": "open_poll", "poll": "burst"}),
            },
            Cut {
                who: "killed",
                killed: true,
                edit: json!({"do": "close_poll", "poll": "burst", "now": true}),
            },
        ] {
            // Quiet first: everyone is in, and presses.
            hall.goes_on(Duration::from_secs(args.seconds).div_f64(4.0))?;
            for page in &mut hall.phones {
                page.looks()?;
            }
            let began = Instant::now();
            if cut.killed {
                server.kill();
                server = house.serve(&placing)?;
            } else {
                hall.cut();
            }
            let probe = Probe::start(host.clone(), cut.edit);
            hall.comes_back(began, &probe)?;
            // Some more, so that the host is seen after the storm too.
            hall.goes_on(Duration::from_secs(args.seconds).div_f64(4.0))?;
            hall.last_answers()?;
            let seen = probe.ends()?;
            hall.note(&mut report, round, cut.who, &seen);
            let expected = counts_of(hall.phones.iter().map(|phone| phone.acknowledged));
            let (voters, counts) = host.count("hidden")?;
            let sum = expected.iter().sum();
            let with = |first: u64, rest: &[u64]| [&[first], rest].concat();
            let what = "votes counted after the storm";
            report.check(round, what, &with(sum, &expected), &with(voters, &counts));
            hall.check(&mut report, round, &host.phase("burst")?)?;
        }
        drop((hall, server));
        for peer in &peers {
            let (mut server, _folder) = peer.serve(&placing)?;
            server.is_up()?;
            let back = match peer::comes_back(&server, args.people) {
                Ok(back) => back,
                Err(error) => {
                    report.tell(&format!("{round:3} {}: {error:#}", peer.name()));
                    continue;
                }
            };
            report.note_times(peer.name(), &BACK, &back);
            report.tell_round(round, peer.name());
            for (what, _) in BACK {
                report.compare(what, "cut", peer.name());
            }
        }
    }
    Ok(report)
}

/// Shares of the hall, and what is said of them.
const BACK: [(&str, f64); 3] = [
    ("half are back after", 0.5),
    ("99 % are back after", 0.99),
    ("all are back after", 1.0),
];

struct Hall<'a> {
    house: &'a House,
    crowd: Crowd,
    phones: Vec<Page>,
    away: Away,
    /// Who presses next, and when.
    turn: usize,
    presses_at: Instant,
    presses_every: Duration,
    acknowledged: u64,
    refused: u64,
    /// Tries to come back that failed: nobody listened, or a page that asks to wait.
    unheard: u64,
    turned_away: u64,
    /// When each of the hall was back, in µs after the cut.
    back: Vec<u32>,
}

impl<'a> Hall<'a> {
    fn fill(house: &'a House, people: usize) -> anyhow::Result<Self> {
        let crowd = Crowd::new(people, house.address)?;
        let rate = (people as f64 / PRESSES_EVERY).max(PRESSES_LEAST);
        let rate = rate.min(people as f64 * PRESSES_MOST);
        let mut hall = Self {
            house,
            crowd,
            phones: vec![Page::default(); people],
            away: Away::new(people),
            turn: 0,
            presses_at: Instant::now(),
            presses_every: Duration::from_secs_f64(1.0 / rate),
            acknowledged: 0,
            refused: 0,
            unheard: 0,
            turned_away: 0,
            back: Vec::new(),
        };
        let phones = &mut hall.phones;
        hall.crowd
            .fill(0..people, |n| house.request(n, None), &mut |n, heard| {
                if let Heard::Text(text) = heard {
                    phones[n].hear(text);
                }
            })?;
        let until = Instant::now() + PATIENCE;
        while hall.phones.iter().any(|phone| !phone.online) {
            if Instant::now() > until {
                bail!("not every phone was shown the session");
            }
            hall.listen(Duration::from_millis(20))?;
        }
        Ok(hall)
    }

    /// Half of the lines end with a goodbye of TCP, half with a reset, as networks do.
    fn cut(&mut self) {
        for n in 0..self.phones.len() {
            self.crowd.phones[n].drop_line(n % 2 == 0);
            self.is_lost(n);
        }
    }

    fn is_lost(&mut self, n: usize) {
        let phone = &mut self.phones[n];
        phone.online = false;
        phone.dialled = None;
        self.away.is_lost(n);
    }

    /// Whoever's wait is over dials again, and lines that say nothing are given up.
    fn dial(&mut self) -> anyhow::Result<()> {
        while let Some(n) = self.away.due() {
            let request = self.house.request(n, self.phones[n].held);
            self.crowd.dial(n, &request)?;
            self.phones[n].dialled = Some(Instant::now());
        }
        Ok(())
    }

    fn give_up(&mut self) {
        let now = Instant::now();
        for n in 0..self.phones.len() {
            let phone = &self.phones[n];
            let stuck = phone.dialled.is_some_and(|at| now - at > OPEN_WITHIN);
            if !phone.online && stuck {
                self.crowd.phones[n].drop_line(true);
                self.unheard += 1;
                self.is_lost(n);
            }
        }
    }

    /// Phones press in turn, with or without a line: what is pressed without one waits.
    fn press(&mut self) {
        let now = Instant::now();
        while self.presses_at <= now {
            self.presses_at += self.presses_every;
            self.turn = (self.turn + 1) % self.phones.len();
            let phone = &mut self.phones[self.turn];
            if phone.pending.is_none() {
                phone.seq += 1;
                phone.pending = Some(rand::random::<u16>() % OPTIONS);
                if phone.online {
                    self.send(self.turn);
                }
            }
        }
    }

    fn send(&mut self, n: usize) {
        let phone = &self.phones[n];
        if let Some(pick) = phone.pending {
            let text = cast("hidden", phone.seq, pick);
            self.crowd.say(n, &text);
        }
    }

    fn listen(&mut self, wait: Duration) -> anyhow::Result<()> {
        let (mut lost, mut came) = (Vec::new(), Vec::new());
        let Self {
            crowd,
            phones,
            acknowledged,
            refused,
            ..
        } = self;
        crowd.turn(wait, &mut |n, heard| match heard {
            Heard::Text(text) => match phones[n].hear(text) {
                Said::Came => came.push(n),
                Said::Heard => *acknowledged += 1,
                Said::Refused => *refused += 1,
                Said::Other => {}
            },
            Heard::Lost(why) => lost.push((n, why)),
            Heard::Opened => {}
        })?;
        for n in came {
            self.away.is_back(n);
            self.send(n);
        }
        for (n, why) in lost {
            match why {
                Lost::Turned(_) => self.turned_away += 1,
                Lost::Refused => self.unheard += 1,
                Lost::Closed(code) if code >= 4500 => {
                    bail!("a phone was sent away for good: {code}")
                }
                Lost::Nonsense => bail!("a phone heard what is no frame"),
                Lost::Closed(_) | Lost::Cut => {}
            }
            self.is_lost(n);
        }
        Ok(())
    }

    fn goes_on(&mut self, time: Duration) -> anyhow::Result<()> {
        let until = Instant::now() + time;
        // What was not pressed meanwhile is not made up for.
        let due = Instant::now() - self.presses_every;
        self.presses_at = self.presses_at.max(due);
        while Instant::now() < until {
            self.press();
            self.dial()?;
            let wait = left(self.presses_at.min(until), Duration::from_millis(20));
            self.listen(wait)?;
        }
        Ok(())
    }

    /// Until everyone is back with what the host changed meanwhile.
    fn comes_back(&mut self, began: Instant, probe: &Probe) -> anyhow::Result<()> {
        (self.acknowledged, self.refused) = (0, 0);
        (self.unheard, self.turned_away) = (0, 0);
        let mut looked = began;
        let rev = loop {
            self.goes_on(Duration::from_millis(20))?;
            if looked.elapsed() > Duration::from_secs(1) {
                looked = Instant::now();
                self.give_up();
            }
            let revision = probe.revision();
            let missing =
                |page: &&Page| !page.online || revision.is_none_or(|rev| page.newest < rev);
            let away = self.phones.iter().filter(missing).count();
            if let Some(rev) = revision.filter(|_| away == 0) {
                break rev;
            }
            if began.elapsed() > PATIENCE {
                bail!("{away} phones are not back after {} s", PATIENCE.as_secs());
            }
        };
        let right = self.phones.iter().filter(|page| page.newest == rev);
        self.back = right
            .filter_map(|phone| phone.rose)
            .map(|at| micros(at.saturating_duration_since(began)))
            .collect();
        Ok(())
    }

    fn last_answers(&mut self) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        while self.phones.iter().any(|phone| phone.pending.is_some()) {
            if Instant::now() > until {
                bail!("votes were not answered within {} s", PATIENCE.as_secs());
            }
            self.dial()?;
            self.listen(Duration::from_millis(20))?;
        }
        Ok(())
    }

    /// Whether each phone shows what the host has.
    fn check(&mut self, report: &mut Report, round: usize, phase: &str) -> anyhow::Result<()> {
        let (mut like_the_host, mut with_their_own) = (0, 0);
        for page in &mut self.phones {
            with_their_own += u64::from(page.looks().context("reading what a phone was shown")?);
            like_the_host += u64::from(page.phase.as_deref() == Some(phase));
        }
        let people = self.phones.len() as u64;
        for (what, found) in [
            ("phones with the newest revision", self.back.len() as u64),
            (
                "phones that show the changed poll as the host has it",
                like_the_host,
            ),
            ("phones shown their own ballot", with_their_own),
        ] {
            report.check(round, what, &[people], &[found]);
        }
        Ok(())
    }

    fn note(&self, report: &mut Report, round: usize, who: &str, seen: &Seen) {
        report.note_times(who, &BACK, &self.back);
        let names = [
            ("host, p50", 0.5),
            ("host, p99", 0.99),
            ("host, slowest", 1.0),
        ];
        report.note_times(who, &names, &seen.took);
        report.note(who, "host, not answered", "", seen.unanswered as f64);
        report.note(who, "nobody listened", "", self.unheard as f64);
        report.note(who, "asked to wait", "", self.turned_away as f64);
        report.note(who, "votes acknowledged", "", self.acknowledged as f64);
        report.note(who, "votes refused", "", self.refused as f64);
        report.tell_round(round, who);
    }
}
