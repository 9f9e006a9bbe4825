//! Walkthroughs: where the host stands, what viewers send, and what steers them.

use proptest::prelude::*;
use salon_core::domain::command::{
    AudienceAsk, Command, DemoAsk, HostAsk, Role, SendInput, WalkAsk,
};
use salon_core::domain::demo::svd;
use salon_core::domain::refusal::Refusal;
use salon_core::domain::session::Session;
use salon_core::domain::walk::{Fields, INPUT_MAX, WAITING_MAX};
use salon_core::ids::AskerKey;
use salon_core::translate::{show, show_walk};

use crate::run::{Run, kept_and_read, poll_id, segment_id, vote, write_in};

const SHEET: &str = r#"
title = "Walked"
[[segment]]
id = "talk"
kind = "talk"
title = "Talk"
[[segment]]
id = "walk"
kind = "demo"
title = "The SVD is a refactor"
demo = { kind = "svd", step = "composition" }
[[segment.poll]]
id = "rank"
kind = "single"
question = "What rank do you need to recognise this?"
options = ["5", "20 at least", "50"]
step = "low-rank"
[[segment.poll]]
id = "where"
kind = "single"
question = "Where next?"
options = ["Eigenvectors", "Pictures", "Stay"]
steers = "walk"
settings = [{ step = "eigen" }, { step = "low-rank" }, {}]
[[segment]]
id = "rbf"
kind = "demo"
title = "A network"
demo = { kind = "rbf" }
"#;

fn live() -> Run {
    live_with(SHEET)
}

fn live_with(sheet: &str) -> Run {
    let mut run = Run::open(sheet, &[]);
    run.host(HostAsk::StartSession).unwrap();
    run
}

fn walk(run: &mut Run, ask: WalkAsk) -> Result<(), Refusal> {
    run.host(HostAsk::Walk(ask)).map(drop)
}

fn to(run: &mut Run, step: &str, input: &[(&str, &str)]) -> Result<(), Refusal> {
    let (segment, step) = (segment_id("walk"), step.to_string());
    let input = fields(input);
    walk(
        run,
        WalkAsk::To {
            segment,
            step,
            input,
        },
    )
}

fn fields(input: &[(&str, &str)]) -> Fields {
    let pairs = input.iter();
    pairs
        .map(|(k, v)| ((*k).to_string(), (*v).to_string()))
        .collect()
}

fn send(run: &mut Run, asker: u8, step: &str, m: &str) -> Result<usize, Refusal> {
    let ask = SendInput {
        segment: segment_id("walk"),
        step: step.to_string(),
        input: fields(&[("m", m)]),
        name: String::new(),
    };
    let command = Command::Audience {
        asker: AskerKey([asker; 16]),
        via: None,
        ask: AudienceAsk::Input(ask),
    };
    run.ask(Role::Audience, &command)
}

fn at(run: &Run) -> (u32, String) {
    let now = show_walk::walk_now(&run.session, None).unwrap();
    (now.walk.number, now.walk.step)
}

#[test]
fn the_host_goes_from_step_to_step_and_back_by_undo() {
    let mut run = live();
    assert_eq!(
        at(&run),
        (0, "composition".to_string()),
        "as the sheet has it"
    );
    to(&mut run, "eigen", &[("m", "1, 2; 3, 4")]).unwrap();
    assert_eq!(at(&run), (1, "eigen".to_string()));
    let before = run.session.seq;
    to(&mut run, "eigen", &[("m", "1, 2; 3, 4")]).unwrap();
    assert_eq!(run.session.seq, before, "already there: no fact");
    to(&mut run, "eigen", &[]).unwrap();
    assert_eq!(at(&run).0, 2);
    run.host(HostAsk::Undo).unwrap();
    let now = show_walk::walk_now(&run.session, None).unwrap();
    assert_eq!(now.walk.input, fields(&[("m", "1, 2; 3, 4")]));
    run.host(HostAsk::Undo).unwrap();
    assert_eq!(at(&run), (0, "composition".to_string()));
    to(&mut run, "kinds", &[]).unwrap();
    assert_eq!(at(&run).0, 3, "a number is never given twice");
    assert_eq!(kept_and_read(&run.session), run.session);
    assert_eq!(Session::replay(&run.log).as_ref(), Some(&run.session));
}

#[test]
fn what_is_no_walkthrough_or_no_step_is_refused_in_words() {
    let mut run = live();
    let said = to(&mut run, "seven", &[]).unwrap_err().to_string();
    assert!(
        said.contains("no such step") && said.contains("low-rank"),
        "{said}"
    );
    let large = "1".repeat(INPUT_MAX);
    let said = to(&mut run, "eigen", &[("m", &large)])
        .unwrap_err()
        .to_string();
    assert!(said.contains("bytes"), "{said}");
    let many: Vec<(String, String)> = (0..13).map(|n| (format!("f{n}"), String::new())).collect();
    let many: Vec<_> = many.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert!(to(&mut run, "eigen", &many).is_err());
    for segment in ["talk", "rbf", "nowhere"] {
        let segment = segment_id(segment);
        let (step, input) = ("eigen".to_string(), Fields::new());
        walk(
            &mut run,
            WalkAsk::To {
                segment,
                step,
                input,
            },
        )
        .unwrap_err();
    }
    let start = DemoAsk::Start {
        segment: segment_id("walk"),
        settings: Default::default(),
    };
    let said = run.host(HostAsk::Demo(start)).unwrap_err().to_string();
    assert!(said.contains("step by step"), "{said}");
    walk(&mut run, WalkAsk::Show(1)).unwrap_err();
    let segment = segment_id("walk");
    let step = "eigen".to_string();
    let input = Fields::new();
    let asked = Command::Host(HostAsk::Walk(WalkAsk::To {
        segment,
        step,
        input,
    }));
    for role in [Role::Audience, Role::Moderator, Role::Speaker, Role::Stage] {
        assert_eq!(run.ask(role, &asked), Err(Refusal::NotAllowed));
    }
}

#[test]
fn a_viewer_sends_an_input_and_the_host_shows_it() {
    let mut run = live();
    assert_eq!(send(&mut run, 1, "function", "1, 1; 0, 1"), Ok(1));
    assert_eq!(
        send(&mut run, 1, "function", "1, 1; 0, 1"),
        Ok(0),
        "sent again: it is there"
    );
    assert_eq!(
        send(&mut run, 2, "function", "1, 1; 0, 1"),
        Ok(1),
        "another's own"
    );
    let sees = |run: &Run, role| show::session(&run.session, role, "").sent.len();
    assert_eq!(sees(&run, Role::Host), 2);
    for role in [Role::Audience, Role::Stage, Role::Speaker, Role::Moderator] {
        assert_eq!(sees(&run, role), 0);
    }
    walk(&mut run, WalkAsk::Show(1)).unwrap();
    let now = show_walk::walk_now(&run.session, None).unwrap();
    assert_eq!(now.walk.sent, Some(1));
    assert_eq!(now.walk.input, fields(&[("m", "1, 1; 0, 1")]));
    let sent = show::session(&run.session, Role::Host, "").sent;
    assert_eq!([sent[0].done, sent[1].done], [true, false]);
    walk(&mut run, WalkAsk::PutAside(2)).unwrap();
    run.host(HostAsk::Undo).unwrap();
    run.host(HostAsk::Undo).unwrap();
    let sent = show::session(&run.session, Role::Host, "").sent;
    assert_eq!([sent[0].done, sent[1].done], [false, false]);
    assert_eq!(at(&run).1, "composition");
    assert_eq!(Session::replay(&run.log).as_ref(), Some(&run.session));
}

#[test]
fn one_viewer_cannot_fill_the_hosts_desk() {
    let mut run = live();
    for n in 0..WAITING_MAX {
        assert_eq!(send(&mut run, 1, "function", &n.to_string()), Ok(1));
    }
    let said = send(&mut run, 1, "function", "x").unwrap_err().to_string();
    assert!(said.contains("wait for the host"), "{said}");
    walk(&mut run, WalkAsk::PutAside(1)).unwrap();
    assert_eq!(send(&mut run, 1, "function", "x"), Ok(1));
    for asker in 2..=255 {
        let _ = send(&mut run, asker, "function", "y");
    }
    let waiting = run.session.walks.sent.iter().filter(|sent| !sent.done);
    assert_eq!(
        waiting.count(),
        salon_core::domain::walk::WAITING_OF_ALL_MAX
    );
    // What was looked at does not grow without end either.
    let waiting = run.session.walks.sent.iter().filter(|sent| !sent.done);
    let waiting: Vec<_> = waiting.map(|sent| sent.fact.sent).collect();
    for number in waiting {
        walk(&mut run, WalkAsk::PutAside(number)).unwrap();
    }
    assert_eq!(send(&mut run, 77, "function", "w"), Ok(1));
    assert!(
        run.session.walks.sent.len() <= 60,
        "{}",
        run.session.walks.sent.len()
    );
    run.host(HostAsk::EndSession).unwrap();
    assert_eq!(send(&mut run, 9, "function", "z"), Err(Refusal::Ended));
}

#[test]
fn what_is_taken_back_is_as_it_was() {
    let mut run = live();
    send(&mut run, 1, "function", "1").unwrap();
    walk(&mut run, WalkAsk::Show(1)).unwrap();
    to(&mut run, "eigen", &[]).unwrap();
    walk(&mut run, WalkAsk::Show(1)).unwrap();
    run.host(HostAsk::Undo).unwrap();
    assert!(
        run.session.walks.sent(1).unwrap().done,
        "it was shown before"
    );
    // The name of what is shown lasts, however many come after it.
    walk(&mut run, WalkAsk::Show(1)).unwrap();
    for asker in 2..100 {
        send(&mut run, asker, "function", "2").unwrap();
        walk(&mut run, WalkAsk::PutAside(u32::from(asker))).unwrap();
    }
    assert!(run.session.walks.sent(1).is_some());
}

#[test]
fn a_walkthrough_that_is_removed_keeps_nobody_waiting() {
    let mut run = live();
    let another = salon_core::domain::plan::SegmentPlan {
        id: segment_id("more"),
        ..run
            .session
            .segment(&segment_id("walk"))
            .unwrap()
            .plan
            .clone()
    };
    let add = HostAsk::AddSegment {
        plan: another,
        id: salon_core::domain::command::IdGiven::Asked,
        after: None,
        polls: Vec::new(),
    };
    run.host(add).unwrap();
    let sent_to = |run: &mut Run, segment: &str, n: usize| {
        let ask = SendInput {
            segment: segment_id(segment),
            step: "eigen".to_string(),
            input: fields(&[("m", &n.to_string())]),
            name: String::new(),
        };
        let command = Command::Audience {
            asker: AskerKey([1; 16]),
            via: None,
            ask: AudienceAsk::Input(ask),
        };
        run.ask(Role::Audience, &command)
    };
    for n in 0..WAITING_MAX {
        assert_eq!(sent_to(&mut run, "more", n), Ok(1));
    }
    assert!(sent_to(&mut run, "walk", 9).is_err(), "as many as may wait");
    run.host(HostAsk::RemoveSegment(segment_id("more")))
        .unwrap();
    assert_eq!(sent_to(&mut run, "walk", 9), Ok(1));
    assert_eq!(show::session(&run.session, Role::Host, "").sent.len(), 1);
    run.host(HostAsk::Undo).unwrap();
    assert_eq!(
        show::session(&run.session, Role::Host, "").sent.len(),
        WAITING_MAX + 1
    );
    assert_eq!(Session::replay(&run.log).as_ref(), Some(&run.session));
}

#[test]
fn answers_are_told_to_the_step_once_they_are_shown() {
    let mut run = live();
    let poll = poll_id("rank");
    run.opens("rank");
    for (voter, pick) in [(1, 0), (2, 1), (3, 1)] {
        run.casts(vote(voter, "rank", 1, &[pick])).unwrap();
    }
    let votes = |run: &Run| show_walk::walk_now(&run.session, None).unwrap().votes;
    assert!(votes(&run).is_empty(), "nothing before the reveal");
    run.host(HostAsk::Reveal(poll)).unwrap();
    let labelled = |label: &str, n| (label.to_string(), n);
    assert_eq!(
        votes(&run),
        [(
            "low-rank".to_string(),
            vec![
                labelled("5", 1),
                labelled("20 at least", 2),
                labelled("50", 0)
            ]
        )]
    );
}

#[test]
fn a_number_that_somebody_wrote_in_is_told_to_the_step_too() {
    let options = "options = [\"5\", \"20 at least\", \"50\"]";
    let sheet = SHEET.replace(options, &format!("{options}\nwrite_in = true"));
    let mut run = live_with(&sheet);
    run.opens("rank");
    run.casts(vote(1, "rank", 1, &[0])).unwrap();
    run.casts(write_in(2, "rank", 1, &[], "33")).unwrap();
    run.host(HostAsk::Reveal(poll_id("rank"))).unwrap();
    let votes = show_walk::walk_now(&run.session, None).unwrap().votes;
    assert!(votes[0].1.contains(&("33".to_string(), 1)), "{votes:?}");
}

#[test]
fn a_poll_leads_to_the_step_that_won() {
    let mut run = live();
    run.host(HostAsk::Go(segment_id("walk"))).unwrap();
    run.opens("where");
    run.casts(vote(1, "where", 1, &[1])).unwrap();
    let poll = poll_id("where");
    run.host(HostAsk::ClosePoll { poll, now: true }).unwrap();
    assert_eq!(at(&run).1, "low-rank");
    assert!(run.session.runs.is_empty());
    assert_eq!(Session::replay(&run.log).as_ref(), Some(&run.session));
}

#[test]
fn a_step_is_of_a_poll_in_a_walkthrough_only() {
    let bad = |sheet: &str| {
        let faults =
            salon_core::sheet::read(sheet, "any.toml", "SPARE".parse().unwrap()).unwrap_err();
        faults.iter().map(ToString::to_string).collect::<String>()
    };
    let said = bad(&SHEET.replace(
        "step = \"low-rank\"\n[[segment.poll]]",
        "step = \"nine\"\n[[segment.poll]]",
    ));
    assert!(said.contains("there is no such step"), "{said}");
    let said = bad(&SHEET.replace("kind = \"svd\", step = \"composition\"", "kind = \"rbf\""));
    assert!(
        said.contains("only a poll of a segment whose demo is svd"),
        "{said}"
    );
    let said = bad(&SHEET.replace("step = \"composition\"", "step = \"nine\""));
    assert!(said.contains("none of function"), "{said}");
}

proptest! {
    /// Whatever host and viewers do, in any order: a replay gives the same, and what was sent keeps its order.
    #[test]
    fn any_order_of_asks_can_be_replayed(asks in prop::collection::vec((0..6_u8, 0..4_u8, 1..6_u32), 0..40)) {
        let mut run = live();
        for (what, who, number) in asks {
            let step = svd::STEPS[number as usize].0;
            let _ = match what {
                0 | 1 => send(&mut run, who, step, &number.to_string()).map(drop),
                2 => walk(&mut run, WalkAsk::Show(number)),
                3 => walk(&mut run, WalkAsk::PutAside(number)),
                4 => to(&mut run, step, &[]),
                _ => run.host(HostAsk::Undo).map(drop),
            };
        }
        let replayed = Session::replay(&run.log);
        prop_assert_eq!(replayed.as_ref(), Some(&run.session));
        let numbers: Vec<_> = run.session.walks.sent.iter().map(|sent| sent.fact.sent).collect();
        prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", numbers);
    }
}
