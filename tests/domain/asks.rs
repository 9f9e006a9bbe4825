//! Anything that anyone may ask, for tests that try every order.

use proptest::prelude::*;
use salon_core::domain::command::{Cast, Command, HostAsk, IdGiven, Role};
use salon_core::domain::plan::{Channel, SegmentKind, SegmentPlan};
use salon_core::domain::poll::prediction::Outcome;
use salon_core::ids::{OptionId, PollId, SegmentId};

use crate::run::{POLLS, Run, ad_hoc, plan_of, poll_id, segment_id, voter, written};

/// Something that happens: time passes, a voter or the host asks.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "steps of a test are few")]
pub enum Step {
    Wait(i64),
    Ask(Role, Command),
}

impl Run {
    /// As told, whether it is refused or not.
    pub fn takes_all(&mut self, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Wait(ms) => self.waits(ms),
                Step::Ask(role, command) => drop(self.ask(role, &command)),
            }
        }
    }
}

pub fn any_poll() -> impl Strategy<Value = PollId> {
    prop_oneof![
        4 => Just("single"),
        5 => Just("multiple"),
        10 => prop::sample::select(POLLS.to_vec()),
        1 => Just("ad-hoc"),
    ]
    .prop_map(poll_id)
}

fn any_option() -> impl Strategy<Value = OptionId> {
    prop_oneof![8 => 0..3_u16, 3 => 3..5_u16, 2 => written(0)..written(4)].prop_map(OptionId)
}

/// Several spellings of few names, so that they meet.
fn any_word() -> impl Strategy<Value = String> {
    let words = [
        "keras",
        "Keras",
        " KERAS ",
        "Keras!",
        "mxnet",
        "a",
        "B",
        "théano",
        "the\u{301}\u{200b}ano",
        " ",
    ];
    prop::sample::select(words.to_vec()).prop_map(str::to_string)
}

pub fn any_cast() -> impl Strategy<Value = Cast> {
    (
        any_poll(),
        0..6_u8,
        prop::option::weighted(0.8, 0..8_u32),
        prop::collection::vec(any_option(), 0..3),
        prop::option::weighted(0.25, any_word()),
        prop::option::weighted(0.8, 0..=101_u8),
        prop::option::weighted(0.3, 0..3_u16),
        prop::sample::select(vec!["", "zoom", "far", "farther", "nowhere"]),
    )
        .prop_map(|(poll, n, seq, picks, write_in, probability, by, via)| {
            // Mostly what a page would send; nonsense is refused and tests little.
            let is_chance = poll.as_str() == "chance";
            let is_forecast = is_chance || poll.as_str() == "verdict";
            let takes_words = !is_forecast && !["yes-no", "strict"].contains(&poll.as_str());
            Cast {
                probability: probability.filter(|_| is_chance),
                picks: if is_chance { Vec::new() } else { picks },
                by: by.filter(|_| is_forecast && !is_chance).map(OptionId),
                voter: voter(n),
                seq,
                write_in: write_in.filter(|_| takes_words),
                via: via.parse().ok(),
                poll,
            }
        })
}

pub fn any_vote() -> impl Strategy<Value = Command> {
    let withdraw = (any_poll(), 0..6_u8, prop::option::of(0..8_u32)).prop_map(|(poll, n, seq)| {
        Command::Withdraw {
            poll,
            voter: voter(n),
            seq,
        }
    });
    prop_oneof![8 => any_cast().prop_map(Command::Cast), 1 => withdraw]
}

/// What a host does with polls and their options.
fn any_poll_ask() -> impl Strategy<Value = HostAsk> {
    let on = |make: fn(PollId) -> HostAsk| any_poll().prop_map(make).boxed();
    let option = |make: fn(PollId, OptionId) -> HostAsk| {
        (any_poll(), any_option())
            .prop_map(move |(p, o)| make(p, o))
            .boxed()
    };
    let any_outcome = prop::sample::select(vec![Outcome::Yes, Outcome::No, Outcome::Annulled]);
    prop_oneof![
        4 => (any_poll(), prop::option::of(1..40_u32)).prop_map(|(poll, seconds)| HostAsk::OpenPoll { poll, seconds }),
        2 => (any_poll(), any::<bool>()).prop_map(|(poll, now)| HostAsk::ClosePoll { poll, now }),
        1 => (any_poll(), 1..60_u32).prop_map(|(poll, seconds)| HostAsk::ExtendPoll { poll, seconds }),
        2 => on(HostAsk::Reveal),
        1 => on(HostAsk::HideResult),
        3 => (any_poll(), any_word()).prop_map(|(poll, label)| HostAsk::AddOption { poll, label }),
        1 => (any_poll(), any_option(), any_word()).prop_map(|(poll, option, label)| HostAsk::RenameOption { poll, option, label }),
        5 => (any_poll(), prop::collection::vec(any_option(), 1..3), any_option()).prop_map(|(poll, from, into)| HostAsk::MergeOptions { poll, from, into }),
        2 => option(|poll, option| HostAsk::UnmergeOption { poll, option }),
        1 => option(|poll, option| HostAsk::HideOption { poll, option }),
        1 => option(|poll, option| HostAsk::ShowOption { poll, option }),
        3 => option(|poll, option| HostAsk::ListOption { poll, option }),
        1 => (any_poll(), any_outcome).prop_map(|(poll, outcome)| HostAsk::Resolve { poll, outcome, note: String::new() }),
        1 => on(HostAsk::Unresolve),
        1 => on(HostAsk::RemovePoll),
        1 => any::<bool>().prop_map(ad_hoc),
        1 => any_poll().prop_map(|id| HostAsk::EditPoll(edited(id))),
    ]
}

/// A draft's new plan: of another kind and wording.
fn edited(id: PollId) -> salon_core::domain::plan::PollPlan {
    let mut plan = plan_of(
        "title = \"T\"\n[[poll]]\nid = \"x\"\nkind = \"single\"\nquestion = \"Edited?\"\noptions = [\"P\", \"Q\"]\n",
    )
    .polls
    .swap_remove(0);
    plan.id = id;
    plan
}

fn any_segment() -> impl Strategy<Value = SegmentId> {
    prop::sample::select(vec!["one", "two", "three", "extra", "extra-2"]).prop_map(segment_id)
}

fn any_segment_plan() -> impl Strategy<Value = SegmentPlan> {
    any_segment().prop_map(|id| SegmentPlan {
        id,
        kind: SegmentKind::Qa,
        title: "Extra".to_string(),
        speaker: String::new(),
        blurb: String::new(),
        links: Vec::new(),
        planned_minutes: Some(5),
        demo: None,
    })
}

/// What a host does with the session and its agenda.
fn any_session_ask() -> impl Strategy<Value = HostAsk> {
    prop_oneof![
        2 => any_segment().prop_map(HostAsk::Go),
        1 => Just(HostAsk::Next),
        1 => Just(HostAsk::Previous),
        1 => (any_segment_plan(), prop::option::of(any_segment())).prop_map(|(plan, after)| {
            HostAsk::AddSegment { plan, id: IdGiven::Suggested, after, polls: Vec::new() }
        }),
        1 => any_segment_plan().prop_map(HostAsk::EditSegment),
        1 => (any_segment(), 0..6_u32).prop_map(|(segment, to)| HostAsk::MoveSegment { segment, to }),
        1 => any_segment().prop_map(HostAsk::RemoveSegment),
        1 => prop::option::of(any_poll()).prop_map(HostAsk::Show),
        1 => (0..60_u32).prop_map(|delay_seconds| HostAsk::EditSession {
            title: "Renamed".to_string(),
            blurb: String::new(),
            channels: vec![Channel { id: "far".parse().unwrap(), label: "Far".to_string(), delay_seconds }],
        }),
        1 => Just(HostAsk::StartSession),
        1 => Just(HostAsk::EndSession),
        2 => Just(HostAsk::ReopenSession),
    ]
}

/// Anything a host may do but undo.
pub fn any_act() -> impl Strategy<Value = HostAsk> {
    prop_oneof![3 => any_poll_ask(), 1 => any_session_ask()]
}

pub fn any_host_ask() -> impl Strategy<Value = HostAsk> {
    prop_oneof![8 => any_act(), 1 => Just(HostAsk::Undo)]
}

pub fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (0..30_000_i64).prop_map(Step::Wait),
        10 => any_vote().prop_map(|command| Step::Ask(Role::Audience, command)),
        5 => any_host_ask().prop_map(|ask| Step::Ask(Role::Host, Command::Host(ask))),
        2 => Just(Step::Ask(Role::Host, Command::Tick)),
    ]
}

pub fn any_steps(most: usize) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(any_step(), 0..most)
}
