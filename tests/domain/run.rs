//! A session that is asked things, in the words of those who ask.

use salon_core::domain::command::{Cast, Command, HostAsk, IdGiven, Role};
use salon_core::domain::decide::decide;
use salon_core::domain::fact::{Fact, Recorded};
use salon_core::domain::plan::SessionPlan;
use salon_core::domain::poll::Poll;
use salon_core::domain::refusal::Refusal;
use salon_core::domain::session::Session;
use salon_core::ids::{BallotKey, OptionId, PollId, SegmentId, Timestamp, WRITE_IN_BASE};
use salon_core::protocol::{OwnBallot, TallyView};
use salon_core::translate::show;

const SHEET: &str = r#"
title = "Any night"
[[channel]]
id = "zoom"
label = "Zoom"
[[channel]]
id = "far"
label = "Far"
delay_seconds = 20
[[channel]]
id = "farther"
label = "Farther"
delay_seconds = 30
[[segment]]
id = "one"
kind = "talk"
title = "One"
[[segment]]
id = "two"
kind = "polls"
title = "Two"
[[segment]]
id = "three"
kind = "break"
title = "Three"
[[poll]]
id = "single"
kind = "single"
question = "One?"
options = ["A", "B", "C"]
write_in = true
[[poll]]
id = "multiple"
kind = "multiple"
question = "Some?"
options = ["A", "B", "C"]
max = 2
write_in = true
[[poll]]
id = "yes-no"
kind = "yes_no"
question = "Yes?"
both = true
[[poll]]
id = "strict"
kind = "yes_no"
question = "Yes or no?"
[[poll]]
id = "verdict"
kind = "prediction"
question = "Will it?"
answer = "verdict"
horizons = ["Soon", "Late"]
[[poll]]
id = "chance"
kind = "prediction"
question = "How likely?"
answer = "probability"
"#;

pub const POLLS: [&str; 6] = [
    "single", "multiple", "yes-no", "strict", "verdict", "chance",
];

pub fn plan_of(sheet: &str) -> SessionPlan {
    salon_core::sheet::read(sheet, "any.toml", "SPARE".parse().unwrap())
        .unwrap_or_else(|faults| panic!("{}", faults[0]))
        .plan
}

/// A session with the log that made it and a clock.
pub struct Run {
    pub session: Session,
    pub log: Vec<Recorded>,
    pub now: Timestamp,
}

impl Run {
    pub fn new() -> Self {
        Self::with(SHEET)
    }

    pub fn with(sheet: &str) -> Self {
        let plan = plan_of(sheet);
        let now = Timestamp(1_800_000_000_000);
        let created = Recorded {
            seq: 1,
            at: now,
            fact: Fact::SessionCreated { plan: plan.clone() },
        };
        Self {
            session: Session::created(plan),
            log: vec![created],
            now,
        }
    }

    /// The polls named, open without a countdown.
    pub fn open(sheet: &str, polls: &[&str]) -> Self {
        let mut run = Self::with(sheet);
        for poll in polls {
            run.opens(poll);
        }
        run
    }

    /// Facts decided elsewhere, as an owner would take them.
    pub fn take(&mut self, facts: Vec<Fact>) -> usize {
        let n = facts.len();
        for fact in facts {
            let recorded = Recorded {
                seq: self.session.seq + 1,
                at: self.now,
                fact,
            };
            self.session.apply(&recorded);
            self.log.push(recorded);
        }
        n
    }

    /// The number of facts it took, or why none.
    pub fn ask(&mut self, role: Role, command: &Command) -> Result<usize, Refusal> {
        let facts = decide(&self.session, role, command, self.now)?;
        Ok(self.take(facts))
    }

    pub fn host(&mut self, ask: HostAsk) -> Result<usize, Refusal> {
        self.ask(Role::Host, &Command::Host(ask))
    }

    pub fn casts(&mut self, cast: Cast) -> Result<usize, Refusal> {
        self.ask(Role::Audience, &Command::Cast(cast))
    }

    pub fn withdraws(&mut self, n: u8, poll: &str, seq: u32) -> Result<usize, Refusal> {
        let withdraw = Command::Withdraw {
            poll: poll_id(poll),
            voter: voter(n),
            seq: Some(seq),
        };
        self.ask(Role::Audience, &withdraw)
    }

    pub fn ticks(&mut self) -> usize {
        self.ask(Role::Host, &Command::Tick).unwrap()
    }

    pub fn opens(&mut self, poll: &str) {
        self.opens_for(poll, None);
    }

    pub fn opens_for(&mut self, poll: &str, seconds: Option<u32>) {
        let poll = poll_id(poll);
        let opened = self.host(HostAsk::OpenPoll { poll, seconds });
        assert_eq!(opened, Ok(1));
    }

    pub fn opens_all(&mut self) {
        for poll in POLLS {
            self.opens(poll);
        }
    }

    pub fn closes(&mut self, poll: &str) {
        let poll = poll_id(poll);
        assert_eq!(self.host(HostAsk::ClosePoll { poll, now: false }), Ok(1));
    }

    pub fn adds(&mut self, poll: &str, label: &str) -> OptionId {
        let ask = HostAsk::AddOption {
            poll: poll_id(poll),
            label: label.to_string(),
        };
        assert_eq!(self.host(ask), Ok(1));
        OptionId(u16::try_from(self.poll(poll).options.len()).unwrap() - 1)
    }

    pub fn merges(&mut self, poll: &str, from: &[u16], into: u16) {
        let ask = HostAsk::MergeOptions {
            poll: poll_id(poll),
            from: from.iter().copied().map(OptionId).collect(),
            into: OptionId(into),
        };
        assert_eq!(self.host(ask), Ok(1));
    }

    pub fn undoes(&mut self) -> Result<usize, Refusal> {
        self.host(HostAsk::Undo)
    }

    pub fn waits(&mut self, ms: i64) {
        self.now.0 += ms;
    }

    pub fn poll(&self, id: &str) -> &Poll {
        self.session.poll(&poll_id(id)).unwrap()
    }

    /// The count as the host sees it.
    pub fn tally(&self, id: &str) -> TallyView {
        show::tally(&self.session, self.poll(id), Role::Host)
    }

    /// Rows of the tally as label, count and percent.
    pub fn rows(&self, id: &str) -> Vec<(String, u32, f64)> {
        let rows = self.tally(id).options.into_iter();
        rows.map(|row| (row.label, row.count, row.percent))
            .collect()
    }

    pub fn combos(&self, id: &str) -> Vec<(String, u32)> {
        let combos = self.tally(id).combos.into_iter();
        combos.map(|combo| (combo.label, combo.count)).collect()
    }

    /// What voter `n` is told of the own ballot.
    pub fn own(&self, n: u8, poll: &str) -> OwnBallot {
        show::own_ballot(self.poll(poll), voter(n)).unwrap()
    }

    /// What the audience may read in the log.
    pub fn public_log(&self) -> Vec<String> {
        let lines = show::log(&self.session, Role::Audience).into_iter();
        lines.map(|line| line.text).collect()
    }
}

pub fn poll_id(id: &str) -> PollId {
    id.parse().unwrap()
}

pub fn segment_id(id: &str) -> SegmentId {
    id.parse().unwrap()
}

/// A session written down as a snapshot and read again.
pub fn kept_and_read(session: &Session) -> Session {
    let kept = rmp_serde::to_vec_named(session).unwrap();
    rmp_serde::from_slice(&kept).unwrap()
}

pub fn voter(n: u8) -> BallotKey {
    BallotKey([n; 16])
}

/// The id of the write-in that came as number `n`, counted from 0.
pub const fn written(n: u16) -> u16 {
    WRITE_IN_BASE + n
}

pub fn vote(n: u8, poll: &str, seq: u32, picks: &[u16]) -> Cast {
    Cast {
        poll: poll_id(poll),
        voter: voter(n),
        seq: Some(seq),
        picks: picks.iter().copied().map(OptionId).collect(),
        write_in: None,
        probability: None,
        by: None,
        via: None,
    }
}

pub fn write_in(n: u8, poll: &str, seq: u32, picks: &[u16], words: &str) -> Cast {
    Cast {
        write_in: Some(words.to_string()),
        ..vote(n, poll, seq, picks)
    }
}

pub fn forecast(n: u8, poll: &str, seq: u32, percent: u8) -> Cast {
    Cast {
        probability: Some(percent),
        ..vote(n, poll, seq, &[])
    }
}

pub fn via(channel: &str, cast: Cast) -> Cast {
    Cast {
        via: Some(channel.parse().unwrap()),
        ..cast
    }
}

/// A poll made up on the spot, with an id that is numbered until it is free.
pub fn ad_hoc(open: bool) -> HostAsk {
    let mut plan = plan_of(SHEET).polls.swap_remove(0);
    plan.id = poll_id("ad-hoc");
    HostAsk::AddPoll {
        plan,
        id: IdGiven::Suggested,
        open,
    }
}
