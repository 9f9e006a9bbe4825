//! A session that is asked things, and asks that a test can generate.

use proptest::prelude::*;
use salon::domain::command::{Cast, Command, HostAsk, Role};
use salon::domain::decide::decide;
use salon::domain::fact::{Fact, Recorded};
use salon::domain::plan::SessionPlan;
use salon::domain::poll::prediction::Outcome;
use salon::domain::refusal::Refusal;
use salon::domain::session::Session;
use salon::ids::{BallotKey, OptionId, PollId, Timestamp};

const SHEET: &str = r#"
title = "Any night"
[[channel]]
id = "far"
label = "Far"
delay_seconds = 20
[[segment]]
id = "one"
kind = "talk"
title = "One"
[[segment]]
id = "two"
kind = "polls"
title = "Two"
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

pub const POLLS: [&str; 5] = ["single", "multiple", "yes-no", "verdict", "chance"];

pub fn plan() -> SessionPlan {
    salon::sheet::read(SHEET, "any.toml", "SPARE".parse().unwrap())
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
        let plan = plan();
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

    /// The number of facts it took, or why none.
    pub fn ask(&mut self, role: Role, command: &Command) -> Result<usize, Refusal> {
        let facts = decide(&self.session, role, command, self.now)?;
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
        Ok(n)
    }

    pub fn host(&mut self, ask: HostAsk) -> Result<usize, Refusal> {
        self.ask(Role::Host, &Command::Host(ask))
    }

    pub fn opens_all(&mut self) {
        for poll in POLLS {
            let poll = poll_id(poll);
            self.host(HostAsk::OpenPoll {
                poll,
                seconds: None,
            })
            .unwrap();
        }
    }
}

pub fn poll_id(id: &str) -> PollId {
    id.parse().unwrap()
}

pub fn voter(n: u8) -> BallotKey {
    BallotKey([n; 16])
}

/// Something that happens: time passes, a voter or the host asks.
#[derive(Debug, Clone)]
pub enum Step {
    Wait(i64),
    Ask(Role, Command),
}

pub fn any_poll() -> impl Strategy<Value = PollId> {
    prop::sample::select(POLLS.to_vec()).prop_map(poll_id)
}

fn any_option() -> impl Strategy<Value = OptionId> {
    prop_oneof![4 => 0..5_u16, 1 => 10_000..10_004_u16].prop_map(OptionId)
}

fn any_word() -> impl Strategy<Value = String> {
    let words = [
        "keras",
        "Keras",
        " KERAS ",
        "mxnet",
        "a",
        "B",
        "théano",
        "thé\u{200b}ano",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_string)
}

pub fn any_vote() -> impl Strategy<Value = Command> {
    let cast = (
        any_poll(),
        0..6_u8,
        prop::option::weighted(0.8, 1..8_u32),
        prop::collection::vec(any_option(), 0..3),
        prop::option::weighted(0.25, any_word()),
        prop::option::weighted(0.3, 0..=101_u8),
        prop::option::weighted(0.3, 0..3_u16),
        any::<bool>(),
    )
        .prop_map(|(poll, n, seq, picks, write_in, probability, by, far)| {
            let forecast = ["verdict", "chance"].contains(&poll.as_str());
            Command::Cast(Cast {
                probability: probability.filter(|_| poll.as_str() == "chance"),
                picks: if poll.as_str() == "chance" {
                    Vec::new()
                } else {
                    picks
                },
                by: by.filter(|_| forecast).map(OptionId),
                voter: voter(n),
                seq,
                write_in: write_in.filter(|_| !forecast),
                via: far.then(|| "far".parse().unwrap()),
                poll,
            })
        });
    let withdraw = (any_poll(), 0..6_u8, prop::option::of(1..8_u32)).prop_map(|(poll, n, seq)| {
        Command::Withdraw {
            poll,
            voter: voter(n),
            seq,
        }
    });
    prop_oneof![8 => cast, 1 => withdraw]
}

pub fn any_host_ask() -> impl Strategy<Value = HostAsk> {
    let on = |make: fn(PollId) -> HostAsk| any_poll().prop_map(make).boxed();
    let option = |make: fn(PollId, OptionId) -> HostAsk| {
        (any_poll(), any_option())
            .prop_map(move |(p, o)| make(p, o))
            .boxed()
    };
    let word = |make: fn(PollId, String) -> HostAsk| {
        (any_poll(), any_word())
            .prop_map(move |(p, w)| make(p, w))
            .boxed()
    };
    prop_oneof![
        3 => (any_poll(), prop::option::of(1..40_u32)).prop_map(|(poll, seconds)| HostAsk::OpenPoll { poll, seconds }),
        2 => (any_poll(), any::<bool>()).prop_map(|(poll, now)| HostAsk::ClosePoll { poll, now }),
        1 => (any_poll(), 1..60_u32).prop_map(|(poll, seconds)| HostAsk::ExtendPoll { poll, seconds }),
        2 => on(HostAsk::Reveal),
        1 => on(HostAsk::HideResult),
        1 => on(|poll| HostAsk::Show(Some(poll))),
        2 => word(|poll, label| HostAsk::AddOption { poll, label }),
        1 => (any_poll(), any_option(), any_word()).prop_map(|(poll, option, label)| HostAsk::RenameOption { poll, option, label }),
        4 => (any_poll(), prop::collection::vec(any_option(), 1..3), any_option()).prop_map(|(poll, from, into)| HostAsk::MergeOptions { poll, from, into }),
        1 => option(|poll, option| HostAsk::UnmergeOption { poll, option }),
        1 => option(|poll, option| HostAsk::HideOption { poll, option }),
        1 => option(|poll, option| HostAsk::ShowOption { poll, option }),
        2 => option(|poll, option| HostAsk::ListOption { poll, option }),
        1 => any_poll().prop_map(|poll| HostAsk::Resolve { poll, outcome: Outcome::Yes, note: String::new() }),
        1 => on(HostAsk::Unresolve),
        1 => on(HostAsk::RemovePoll),
        1 => Just(HostAsk::Next),
        1 => Just(HostAsk::Previous),
        1 => Just(HostAsk::EndSession),
        1 => Just(HostAsk::ReopenSession),
        3 => Just(HostAsk::Undo),
    ]
}

pub fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (0..30_000_i64).prop_map(Step::Wait),
        10 => any_vote().prop_map(|command| Step::Ask(Role::Audience, command)),
        5 => any_host_ask().prop_map(|ask| Step::Ask(Role::Host, Command::Host(ask))),
        1 => Just(Step::Ask(Role::Host, Command::Tick)),
    ]
}
