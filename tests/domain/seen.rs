//! Two who press in the same moment: one step is taken, and the second press is told so.

use salon_core::domain::command::{Command, DemoAsk, HostAsk, QuestionAsk, Role};
use salon_core::domain::questions::Standing;
use salon_core::domain::questions::relay::Relayed;
use salon_core::domain::refusal::Refusal;
use salon_core::domain::seen::Seen;
use salon_core::ids::{QuestionId, Timestamp};

use crate::run::{Run, poll_id, segment_id};

fn live() -> Run {
    let mut run = Run::new();
    run.host(HostAsk::StartSession).unwrap();
    run
}

/// Both saw the same; the second press changes nothing and says who was quicker.
fn pressed_twice(run: &mut Run, ask: &HostAsk) -> String {
    run.host(ask.clone()).unwrap();
    let (once, facts) = (run.session.clone(), run.log.len());
    let second = run.host(ask.clone());
    let Err(Refusal::AlreadyDone(why)) = second else {
        panic!("{ask:?}: {second:?}");
    };
    assert_eq!((&run.session, run.log.len()), (&once, facts), "{ask:?}");
    why
}

fn asks(run: &mut Run, n: usize) {
    let relayed = |n| Relayed {
        key: format!("k{n}"),
        text: format!("Question {n}?"),
        name: String::new(),
        source: "Chat".to_string(),
        stream_seconds: None,
    };
    run.host(HostAsk::Relay((1..=n).map(relayed).collect()))
        .unwrap();
}

fn standing(run: &Run, id: u32) -> Standing {
    let question = run.session.questions.get(QuestionId(id)).unwrap();
    question.standing.clone()
}

#[test]
fn next_pressed_by_two_goes_one_on_and_back_one_back() {
    let mut run = live();
    let next = HostAsk::Next.having(Some(Seen::Current(Some(segment_id("one")))));
    let why = pressed_twice(&mut run, &next);
    assert_eq!(run.session.current, Some(segment_id("two")));
    assert!(why.contains("“Two”"), "{why}");
    let back = HostAsk::Previous.having(Some(Seen::Current(Some(segment_id("two")))));
    pressed_twice(&mut run, &back);
    assert_eq!(run.session.current, Some(segment_id("one")));
}

#[test]
fn a_question_that_nobody_heard_is_not_answered_by_a_second_press() {
    let mut run = live();
    asks(&mut run, 3);
    let next = HostAsk::Question(QuestionAsk::TakeUpNext).having(Some(Seen::Asking(None)));
    pressed_twice(&mut run, &next);
    assert!(matches!(standing(&run, 1), Standing::Asking { .. }));
    assert_eq!(standing(&run, 2), Standing::Open);
    // The speaker chose another one in the same moment.
    let other = HostAsk::Question(QuestionAsk::TakeUp {
        question: QuestionId(3),
        read: 0,
    })
    .having(Some(Seen::Asking(None)));
    let late = run.ask(Role::Speaker, &Command::Host(other));
    assert!(matches!(late, Err(Refusal::AlreadyDone(_))), "{late:?}");
    assert!(matches!(standing(&run, 1), Standing::Asking { .. }));
}

#[test]
fn undo_pressed_by_two_takes_one_step_back_and_never_another_one() {
    let mut run = live();
    run.host(HostAsk::Next).unwrap();
    run.host(HostAsk::Next).unwrap();
    let (_, step) = run.session.undo_step(Role::Host.by()).unwrap();
    let undo = HostAsk::Undo.having(Some(Seen::Undo(step.number)));
    pressed_twice(&mut run, &undo);
    assert_eq!(run.session.current, Some(segment_id("two")));
    // What was done since is not what the sender meant.
    let (_, step) = run.session.undo_step(Role::Host.by()).unwrap();
    let undo = HostAsk::Undo.having(Some(Seen::Undo(step.number)));
    run.opens("single");
    assert!(matches!(run.host(undo), Err(Refusal::AlreadyDone(_))));
    assert!(run.poll("single").phase.takes_votes());
}

#[test]
fn thirty_seconds_more_are_given_once() {
    let mut run = live();
    run.opens_for("single", Some(60));
    let seen = Seen::ClosesAt(poll_id("single"), Some(Timestamp(run.now.0 + 60_000)));
    let more = HostAsk::ExtendPoll {
        poll: poll_id("single"),
        seconds: 30,
    };
    pressed_twice(&mut run, &more.having(Some(seen)));
    assert_eq!(
        run.session.next_deadline(),
        Some(Timestamp(run.now.0 + 90_000))
    );
}

#[test]
fn a_run_a_check_and_an_announcement_are_begun_and_ended_once() {
    let mut run = Run::with(
        "title = \"T\"\n[[segment]]\nid = \"demo\"\nkind = \"demo\"\ntitle = \"D\"\n[segment.demo]\nkind = \"rbf\"\n",
    );
    run.host(HostAsk::StartSession).unwrap();
    let demo = segment_id("demo");
    let start = HostAsk::Demo(DemoAsk::Start {
        segment: demo.clone(),
        settings: Default::default(),
    });
    pressed_twice(&mut run, &start.having(Some(Seen::Run(demo.clone(), None))));
    assert_eq!(run.session.last_run, 1);
    // Stop was pressed for the run before.
    let stop = HostAsk::Demo(DemoAsk::Stop(demo.clone()));
    let stop = stop.having(Some(Seen::Run(demo, Some(7))));
    assert!(matches!(run.host(stop), Err(Refusal::AlreadyDone(_))));

    let check = HostAsk::CheckSignal { seconds: 30 }.having(Some(Seen::Check(None)));
    pressed_twice(&mut run, &check);
    let end = HostAsk::EndSignal.having(Some(Seen::Check(Some(1))));
    pressed_twice(&mut run, &end);

    let announce = |text: &str| HostAsk::Announce {
        text: text.to_string(),
        seconds: None,
    };
    run.host(announce("First")).unwrap();
    let first = run.now;
    run.waits(1_000);
    run.host(announce("Second")).unwrap();
    let down = HostAsk::ClearAnnouncement.having(Some(Seen::Announced(Some(first))));
    assert!(matches!(run.host(down), Err(Refusal::AlreadyDone(_))));
    assert!(run.session.announcement.is_some());
}

/// A role that may not does not learn more by naming what it saw.
#[test]
fn what_is_not_allowed_is_not_allowed_with_what_was_seen() {
    let mut run = live();
    let next = HostAsk::Next.having(Some(Seen::Current(None)));
    let asked = run.ask(Role::Moderator, &Command::Host(next));
    assert_eq!(asked, Err(Refusal::NotAllowed));
}
