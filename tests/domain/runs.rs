//! Runs of demos: what a host and a closing poll do to them.

use proptest::prelude::*;
use salon_core::domain::command::{Command, DemoAsk, HostAsk, Role};
use salon_core::domain::demo::{DemoKind, Outcome, RunState, Setting, Settings};
use salon_core::domain::refusal::Refusal;
use salon_core::domain::session::Session;
use salon_core::ids::SegmentId;
use salon_core::translate::show;

use crate::run::{Run, kept_and_read, poll_id, segment_id, vote};

const SHEET: &str = r#"
title = "Steered"
[[segment]]
id = "talk"
kind = "talk"
title = "Talk"
[[segment]]
id = "demo"
kind = "demo"
title = "Demo"
demo = { kind = "rbf", epochs = 3 }
[[segment.poll]]
id = "lambda"
kind = "single"
question = "Which λ?"
options = ["0.1", "1", "10", "as it is"]
steers = "demo"
settings = [{ lambda = 0.1 }, { lambda = 1 }, { lambda = 10, head = "rbf" }, {}]
[[segment]]
id = "other"
kind = "demo"
title = "Another demo"
demo = { kind = "rbf" }
[[channel]]
id = "far"
label = "Far"
delay_seconds = 20
"#;

fn live() -> Run {
    let mut run = Run::open(SHEET, &[]);
    run.host(HostAsk::StartSession).unwrap();
    run.host(HostAsk::Go(segment_id("demo"))).unwrap();
    run
}

fn demo(run: &mut Run, ask: DemoAsk) -> Result<(), Refusal> {
    run.host(HostAsk::Demo(ask)).map(drop)
}

fn lambda(value: f64) -> Settings {
    Settings::from([("lambda".to_string(), Setting::Number(value))])
}

fn start(run: &mut Run, segment: &str, settings: Settings) -> Result<(), Refusal> {
    let segment = segment_id(segment);
    demo(run, DemoAsk::Start { segment, settings })
}

fn state(run: &Run, segment: &str) -> Option<(u32, RunState)> {
    let run = run.session.runs.get(&segment_id(segment))?;
    Some((run.number, run.state))
}

fn set_to(run: &Run, knob: &str) -> String {
    run.session.runs[&segment_id("demo")].settings[knob].to_string()
}

fn closes(run: &mut Run, now: bool) {
    let poll = poll_id("lambda");
    run.host(HostAsk::ClosePoll { poll, now }).unwrap();
}

fn opens(run: &mut Run) {
    let (poll, seconds) = (poll_id("lambda"), None);
    run.host(HostAsk::OpenPoll { poll, seconds }).unwrap();
}

#[test]
fn the_winner_of_a_poll_starts_its_run_and_the_result_is_shown() {
    let mut run = live();
    opens(&mut run);
    for (voter, pick) in [(1, 2), (2, 2), (3, 0)] {
        run.casts(vote(voter, "lambda", 1, &[pick])).unwrap();
    }
    assert_eq!(state(&run, "demo"), None);
    closes(&mut run, true);
    assert_eq!(state(&run, "demo"), Some((1, RunState::Running)));
    assert_eq!(set_to(&run, "lambda"), "10");
    assert_eq!(set_to(&run, "epochs"), "3", "as the segment has it");
    assert_eq!(set_to(&run, "centres"), "20", "as the demo has it");
    let chosen = run.session.runs[&segment_id("demo")]
        .chosen
        .clone()
        .unwrap();
    assert_eq!(
        (chosen.label.as_str(), chosen.votes, chosen.voters),
        ("10", 2, 3)
    );
    let session = &run.session;
    assert!(session.poll(&poll_id("lambda")).unwrap().revealed);
    assert_eq!(session.on_stage(), None, "the demo is on stage");
    let log = show::log(session, Role::Audience);
    assert!(
        log.iter()
            .any(|line| line.text == "Run 1 started: “10” won with 2 of 3."),
        "{log:?}"
    );
    // Hidden again, the count is in nothing that the audience gets.
    run.host(HostAsk::HideResult(poll_id("lambda"))).unwrap();
    let seen = |role| show::session(&run.session, role, "").runs[0].chosen.clone();
    assert_eq!(seen(Role::Audience), None);
    assert_eq!(seen(Role::Host).unwrap().votes, 2);
    let log = run.public_log();
    assert!(log.contains(&"Run 1 started.".to_string()), "{log:?}");
    assert!(!log.iter().any(|line| line.contains("won with")), "{log:?}");
    run.host(HostAsk::Undo).unwrap();
    run.host(HostAsk::Undo).unwrap();
    assert_eq!(state(&run, "demo"), None);
    assert!(!run.session.poll(&poll_id("lambda")).unwrap().revealed);
}

#[test]
fn a_delayed_channel_is_waited_for_and_a_tie_goes_to_the_first() {
    let mut run = live();
    opens(&mut run);
    run.casts(vote(1, "lambda", 1, &[1])).unwrap();
    closes(&mut run, false);
    assert_eq!(
        state(&run, "demo"),
        None,
        "viewers on a delay may still vote"
    );
    let mut late = vote(2, "lambda", 1, &[0]);
    late.via = Some("far".parse().unwrap());
    run.casts(late).unwrap();
    run.waits(20_000);
    run.ask(Role::Host, &Command::Tick).unwrap();
    assert_eq!(state(&run, "demo"), Some((1, RunState::Running)));
    assert_eq!(set_to(&run, "lambda"), "0.1");
    assert!(run.session.poll(&poll_id("lambda")).unwrap().revealed);
}

#[test]
fn nothing_starts_without_a_vote_or_by_an_option_that_sets_nothing() {
    let mut run = live();
    opens(&mut run);
    closes(&mut run, true);
    assert_eq!(state(&run, "demo"), None);
    assert!(!run.session.poll(&poll_id("lambda")).unwrap().revealed);
    opens(&mut run);
    let (poll, label) = (poll_id("lambda"), "none at all".to_string());
    run.host(HostAsk::AddOption { poll, label }).unwrap();
    run.casts(vote(1, "lambda", 1, &[4])).unwrap();
    closes(&mut run, true);
    assert_eq!(state(&run, "demo"), None);
    opens(&mut run);
    run.casts(vote(1, "lambda", 2, &[3])).unwrap();
    closes(&mut run, true);
    assert_eq!(
        set_to(&run, "lambda"),
        "0.1",
        "an empty setting is the segment's own"
    );
}

#[test]
fn a_host_starts_turns_pauses_stops_and_clears() {
    let mut run = live();
    start(&mut run, "demo", lambda(0.123_456_789)).unwrap();
    assert_eq!(set_to(&run, "lambda"), "0.123457", "six digits");
    let here = segment_id("demo");
    let turn = |settings| DemoAsk::Turn {
        segment: segment_id("demo"),
        settings,
    };
    demo(&mut run, turn(lambda(2.0))).unwrap();
    assert_eq!(set_to(&run, "lambda"), "2");
    run.host(HostAsk::Undo).unwrap();
    assert_eq!(set_to(&run, "lambda"), "0.123457");
    let fixed = Settings::from([("centres".to_string(), Setting::Number(3.0))]);
    let refused = demo(&mut run, turn(fixed)).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("can only be set when a run starts"),
        "{refused}"
    );
    demo(&mut run, DemoAsk::Pause(here.clone())).unwrap();
    assert_eq!(state(&run, "demo"), Some((1, RunState::Paused)));
    demo(&mut run, DemoAsk::Resume(here.clone())).unwrap();
    start(&mut run, "other", Settings::new()).unwrap();
    assert_eq!(
        state(&run, "demo"),
        Some((1, RunState::Stopped)),
        "one at a time"
    );
    assert_eq!(state(&run, "other"), Some((2, RunState::Running)));
    assert!(demo(&mut run, DemoAsk::Resume(here.clone())).is_err());
    demo(&mut run, DemoAsk::Reset(here)).unwrap();
    assert_eq!(state(&run, "demo"), None);
    run.host(HostAsk::EndSession).unwrap();
    assert_eq!(state(&run, "other"), Some((2, RunState::Stopped)));
}

#[test]
fn what_cannot_be_run_is_refused_in_words() {
    let mut run = live();
    let says = |result: Result<(), Refusal>| result.unwrap_err().to_string();
    assert!(says(start(&mut run, "talk", Settings::new())).contains("no demo to run"));
    assert!(says(start(&mut run, "nowhere", Settings::new())).contains("nowhere"));
    for (name, value, why) in [
        ("lambda", Setting::Number(-1.0), "between 0 and 100"),
        ("lambda", Setting::Number(f64::NAN), "between 0 and 100"),
        ("lambda", Setting::Word("big".to_string()), "a number"),
        ("centres", Setting::Number(2.5), "a whole number"),
        (
            "head",
            Setting::Word("tail".to_string()),
            "none of rbf, softmax",
        ),
        ("depth", Setting::Number(1.0), "no such setting"),
    ] {
        let settings = Settings::from([(name.to_string(), value)]);
        let said = says(start(&mut run, "demo", settings));
        assert!(said.contains(name) && said.contains(why), "{said}");
    }
    assert_eq!(run.session.last_run, 0);
}

#[test]
fn an_end_counts_for_its_own_run_only() {
    let mut run = live();
    start(&mut run, "demo", Settings::new()).unwrap();
    let end = |number| Command::RunEnded {
        segment: segment_id("demo"),
        number,
        outcome: Box::new(Outcome {
            failed: String::new(),
            results: [("test accuracy".to_string(), 0.9)].into(),
            recorded: false,
        }),
    };
    start(&mut run, "demo", Settings::new()).unwrap();
    run.ask(Role::Host, &end(1)).unwrap();
    assert_eq!(state(&run, "demo"), Some((2, RunState::Running)));
    run.ask(Role::Host, &end(2)).unwrap();
    assert_eq!(state(&run, "demo"), Some((2, RunState::Ended)));
    let here = segment_id("demo");
    assert!(demo(&mut run, DemoAsk::Pause(here)).is_err());
}

#[test]
fn what_is_over_stays_over_whatever_is_taken_back() {
    let mut run = live();
    let here = || segment_id("demo");
    start(&mut run, "demo", Settings::new()).unwrap();
    demo(
        &mut run,
        DemoAsk::Turn {
            segment: here(),
            settings: lambda(5.0),
        },
    )
    .unwrap();
    let outcome = Outcome {
        recorded: true,
        results: [("test accuracy".to_string(), 0.9)].into(),
        ..Outcome::default()
    };
    let end = Command::RunEnded {
        segment: here(),
        number: 1,
        outcome: Box::new(outcome.clone()),
    };
    run.ask(Role::Host, &end).unwrap();
    run.host(HostAsk::Undo).unwrap();
    let held = &run.session.runs[&here()];
    assert_eq!(
        (held.state, held.outcome.as_ref()),
        (RunState::Ended, Some(&outcome))
    );
    start(&mut run, "demo", Settings::new()).unwrap();
    for ask in [DemoAsk::Pause(here()), DemoAsk::Stop(here())] {
        demo(&mut run, ask).unwrap();
    }
    for _ in 0..2 {
        run.host(HostAsk::Undo).unwrap();
        assert_eq!(state(&run, "demo"), Some((2, RunState::Stopped)));
    }
    let play = DemoAsk::Play {
        segment: here(),
        number: 1,
    };
    demo(&mut run, play).unwrap();
    let turn = DemoAsk::Turn {
        segment: here(),
        settings: lambda(1.0),
    };
    let refused = demo(&mut run, turn).unwrap_err().to_string();
    assert!(refused.contains("recorded"), "{refused}");
}

#[test]
fn a_kept_run_is_played_back_in_place_of_a_live_one() {
    let mut run = live();
    let end = |number, recorded| Command::RunEnded {
        segment: segment_id("demo"),
        number,
        outcome: Box::new(Outcome {
            recorded,
            ..Outcome::default()
        }),
    };
    start(&mut run, "demo", lambda(3.0)).unwrap();
    run.ask(Role::Host, &end(1, true)).unwrap();
    start(&mut run, "demo", lambda(4.0)).unwrap();
    run.ask(Role::Host, &end(2, false)).unwrap();
    let play = |segment: &str, number| DemoAsk::Play {
        segment: segment_id(segment),
        number,
    };
    for (segment, number) in [("demo", 2), ("demo", 7), ("other", 1), ("talk", 1)] {
        assert!(
            demo(&mut run, play(segment, number)).is_err(),
            "{segment} {number}"
        );
    }
    demo(&mut run, play("demo", 1)).unwrap();
    let played = &run.session.runs[&segment_id("demo")];
    assert_eq!((played.number, played.played), (3, Some(1)));
    assert_eq!(played.settings["lambda"], Setting::Number(3.0));
    assert_eq!(played.state, RunState::Running);
    let view = |role| show::session(&run.session, role, "http://x/Y");
    let of = |role| {
        view(role)
            .recordings
            .iter()
            .map(|one| one.number)
            .collect::<Vec<_>>()
    };
    assert_eq!((of(Role::Host), of(Role::Audience)), (vec![1], vec![]));
    assert_eq!(view(Role::Audience).runs[0].played, Some(1));
    let log = show::log(&run.session, Role::Audience);
    assert!(
        log.iter()
            .any(|line| line.text.contains("run 1 is played back"))
    );
    assert_eq!(kept_and_read(&run.session), run.session);
    assert_eq!(Session::replay(&run.log).unwrap(), run.session);
    for number in 4..30 {
        start(&mut run, "demo", lambda(1.0)).unwrap();
        run.ask(Role::Host, &end(number, true)).unwrap();
    }
    let kept: Vec<u32> = run.session.recorded.iter().map(|one| one.number).collect();
    assert_eq!(kept, (18..30).collect::<Vec<_>>(), "the newest twelve");
}

#[test]
fn knobs_and_presets_are_sound() {
    for kind in DemoKind::ALL {
        let defaults = kind.defaults();
        assert_eq!(kind.checked(defaults.clone()).unwrap(), defaults);
        for preset in kind.presets() {
            kind.checked(preset.settings()).unwrap();
        }
    }
}

fn any_ask() -> impl Strategy<Value = (Role, Command)> {
    let segment = || prop::sample::select(vec!["demo", "other", "talk"]).prop_map(segment_id);
    let host = |ask: HostAsk| (Role::Host, Command::Host(ask));
    let demo = move |ask: DemoAsk| host(HostAsk::Demo(ask));
    prop_oneof![
        4 => (segment(), 0.0..3.0).prop_map(move |(segment, l)| demo(DemoAsk::Start { segment, settings: lambda(l) })),
        2 => (segment(), 0.0..3.0).prop_map(move |(segment, l)| demo(DemoAsk::Turn { segment, settings: lambda(l) })),
        2 => segment().prop_map(move |s| demo(DemoAsk::Pause(s))),
        2 => segment().prop_map(move |s| demo(DemoAsk::Resume(s))),
        1 => segment().prop_map(move |s| demo(DemoAsk::Stop(s))),
        1 => segment().prop_map(move |s| demo(DemoAsk::Reset(s))),
        2 => (segment(), 1..6_u32).prop_map(move |(segment, number)| demo(DemoAsk::Play { segment, number })),
        1 => segment().prop_map(move |s| host(HostAsk::RemoveSegment(s))),
        1 => segment().prop_map(move |s| host(HostAsk::Go(s))),
        3 => Just(host(HostAsk::Undo)),
        1 => Just(host(HostAsk::EndSession)),
        2 => Just(host(HostAsk::ReopenSession)),
        2 => Just(host(HostAsk::OpenPoll { poll: poll_id("lambda"), seconds: None })),
        2 => Just(host(HostAsk::ClosePoll { poll: poll_id("lambda"), now: true })),
        2 => (1..4_u8, 0..4_u16, 1..5_u32).prop_map(|(voter, pick, seq)| {
            (Role::Audience, Command::Cast(vote(voter, "lambda", seq, &[pick])))
        }),
        2 => (segment(), 1..6_u32).prop_map(|(segment, number)| (Role::Host, Command::RunEnded {
            segment, number, outcome: Box::new(Outcome { failed: String::new(), results: [].into(), recorded: number % 2 == 0 }),
        })),
    ]
}

fn going_on(session: &Session) -> Vec<&SegmentId> {
    let runs = session.runs.iter().filter(|(_, run)| run.state.goes_on());
    runs.map(|(segment, _)| segment).collect()
}

proptest! {
    /// Whatever is asked in whatever order: one run at a time, of a segment that is there; a number is one run's
    /// for ever; the log gives the same session; and the poll that chose a run that goes on has its result shown.
    #[test]
    fn any_order_of_asks_leaves_one_run_at_most(asks in prop::collection::vec(any_ask(), 0..40)) {
        let mut run = live();
        let mut seen = std::collections::BTreeMap::new();
        let mut over = std::collections::BTreeSet::new();
        for (role, command) in asks {
            drop(run.ask(role, &command));
            let session = &run.session;
            prop_assert!(going_on(session).len() <= 1);
            for (segment, one) in &session.runs {
                prop_assert!(session.segment(segment).is_ok(), "{segment} is there");
                prop_assert!(one.number <= session.last_run);
                let home = seen.entry(one.number).or_insert_with(|| segment.clone());
                prop_assert_eq!(&*home, segment);
                if !one.state.goes_on() {
                    over.insert(one.number);
                }
                prop_assert!(!one.state.goes_on() || !over.contains(&one.number), "what is over stays over");
                if one.state.goes_on() && one.chosen.is_some() {
                    prop_assert!(session.poll(&poll_id("lambda")).unwrap().revealed);
                }
            }
            prop_assert_eq!(&Session::replay(&run.log).unwrap(), session);
        }
    }
}
