//! What the stage shows, as a table: after each act of the host, in order, what is to be seen.

use salon_core::domain::command::{DemoAsk, HostAsk, QuestionAsk, WalkAsk};
use salon_core::domain::demo::Settings;
use salon_core::domain::fact::{Fact, Recorded};
use salon_core::domain::poll::Phase;
use salon_core::domain::session::Session;
use salon_core::domain::stage::{Shown, shown};
use salon_core::domain::walk::Fields;
use salon_core::ids::QuestionId;

use crate::run::{Run, poll_id, segment_id, vote};

const SHEET: &str = r#"
title = "Any night"
[[segment]]
id = "who"
kind = "polls"
title = "Who is here"
[[segment.poll]]
id = "tools"
kind = "single"
question = "Which?"
options = ["A", "B"]
[[segment.poll]]
id = "again"
kind = "single"
question = "And?"
options = ["A", "B"]
[[segment]]
id = "talk"
kind = "talk"
title = "A talk"
[[segment]]
id = "trainer"
kind = "demo"
title = "A run"
demo = { kind = "rbf", epochs = 3 }
[[segment.poll]]
id = "steer"
kind = "single"
question = "How hard?"
options = ["a", "b"]
steers = "trainer"
settings = [{ lambda = 0.1 }, { lambda = 1 }]
[[segment]]
id = "steps"
kind = "demo"
title = "Steps"
demo = { kind = "svd" }
[[segment]]
id = "asks"
kind = "qa"
title = "Questions"
"#;

/// Does one thing, as the table names it.
fn does(run: &mut Run, act: &str) {
    let (verb, of) = act.split_once(' ').unwrap_or((act, ""));
    let question = || QuestionId(of.parse().unwrap());
    let ask = match verb {
        "start" => HostAsk::StartSession,
        "end" => HostAsk::EndSession,
        "reopen" => HostAsk::ReopenSession,
        "next" => HostAsk::Next,
        "back" => HostAsk::Previous,
        "go" => HostAsk::Go(segment_id(of)),
        "open" => HostAsk::OpenPoll {
            poll: poll_id(of),
            seconds: None,
        },
        "close" => HostAsk::ClosePoll {
            poll: poll_id(of),
            now: true,
        },
        "reveal" => HostAsk::Reveal(poll_id(of)),
        "hide" => HostAsk::HideResult(poll_id(of)),
        "show" if of == "segment" => HostAsk::Show(None),
        "show" => HostAsk::Show(Some(poll_id(of))),
        "take" => HostAsk::Question(QuestionAsk::TakeUp {
            question: question(),
            read: 0,
        }),
        "answered" => HostAsk::Question(QuestionAsk::Answered(question())),
        "hide-question" => HostAsk::Question(QuestionAsk::Hide(question())),
        "run" => HostAsk::Demo(DemoAsk::Start {
            segment: segment_id(of),
            settings: Settings::new(),
        }),
        "clear" => HostAsk::Demo(DemoAsk::Reset(segment_id(of))),
        "step" => HostAsk::Walk(WalkAsk::To {
            segment: segment_id("steps"),
            step: of.to_string(),
            input: Fields::new(),
        }),
        "undo" => HostAsk::Undo,
        "elapse" => {
            run.take(vec![Fact::Elapsed {
                poll: poll_id(of),
                phase: Phase::Closed,
            }]);
            return;
        }
        "vote" => {
            run.casts(vote(1, of, 1, &[1])).unwrap();
            return;
        }
        other => panic!("no act {other}"),
    };
    run.host(ask).unwrap_or_else(|why| panic!("{act}: {why}"));
}

fn seen(session: &Session) -> String {
    match shown(session) {
        Shown::Welcome => "welcome".to_string(),
        Shown::Ended => "ended".to_string(),
        Shown::Poll(poll) => format!("poll {poll}"),
        Shown::Question(question) => format!("question {question}"),
        Shown::Demo(segment) => format!("demo {segment}"),
        Shown::Walk(segment) => format!("walk {segment}"),
        Shown::Segment(segment) => format!("segment {segment}"),
    }
}

/// Goes through a row: acts with what is on stage after each; two questions wait.
fn goes(row: &[(&str, &str)]) {
    let mut run = Run::with(SHEET);
    run.asks(1, "Why?");
    run.asks(2, "How?");
    for (place, (act, right)) in row.iter().enumerate() {
        does(&mut run, act);
        let before: Vec<&str> = row[..place].iter().map(|(act, _)| *act).collect();
        assert_eq!(seen(&run.session), *right, "{act}, after {before:?}");
    }
    let replayed = Session::replay(&run.log).unwrap();
    assert_eq!(seen(&replayed), seen(&run.session), "replayed");
}

#[test]
fn before_the_start_is_the_way_in_and_after_the_end_the_thank_you() {
    goes(&[
        ("start", "segment who"),
        ("open tools", "poll tools"),
        ("end", "ended"),
        ("reopen", "poll tools"),
        ("undo", "ended"),
    ]);
    assert_eq!(seen(&Run::with(SHEET).session), "welcome");
}

#[test]
fn going_on_takes_down_what_was_up_before() {
    goes(&[
        ("start", "segment who"),
        ("open tools", "poll tools"),
        ("close tools", "poll tools"),
        ("reveal tools", "poll tools"),
        ("next", "segment talk"),
        ("show tools", "poll tools"),
        ("undo", "segment talk"),
        ("take 1", "question 1"),
        ("go asks", "segment asks"),
        ("undo", "question 1"),
        ("next", "segment trainer"),
        // It is still read out, and can be put up again.
        ("take 1", "question 1"),
        ("answered 1", "segment trainer"),
        ("undo", "question 1"),
        ("show segment", "segment trainer"),
        ("answered 1", "segment trainer"),
        ("undo", "segment trainer"),
    ]);
}

#[test]
fn a_question_during_a_demo_does_not_hide_it_for_good() {
    goes(&[
        ("start", "segment who"),
        ("take 1", "question 1"),
        // The question was forgotten when the host went on and started the demo.
        ("go trainer", "segment trainer"),
        ("run trainer", "demo trainer"),
        ("take 1", "question 1"),
        ("show segment", "demo trainer"),
        ("take 2", "question 2"),
        ("answered 2", "demo trainer"),
        ("undo", "question 2"),
        ("hide-question 2", "demo trainer"),
        ("take 1", "question 1"),
        ("run trainer", "demo trainer"),
        ("undo", "question 1"),
        ("go steps", "walk steps"),
        ("take 1", "question 1"),
        ("step eigen", "walk steps"),
        ("undo", "question 1"),
        ("next", "segment asks"),
    ]);
}

#[test]
fn a_run_elsewhere_takes_nothing_down() {
    goes(&[
        ("start", "segment who"),
        ("open tools", "poll tools"),
        ("run trainer", "poll tools"),
        ("step eigen", "poll tools"),
        ("go trainer", "demo trainer"),
    ]);
}

#[test]
fn a_poll_that_steers_gives_way_to_its_demo_and_to_nothing_else() {
    goes(&[
        ("start", "segment who"),
        ("go trainer", "segment trainer"),
        ("open steer", "poll steer"),
        ("vote steer", "poll steer"),
        ("close steer", "demo trainer"),
        ("show steer", "poll steer"),
        ("show segment", "demo trainer"),
    ]);
    goes(&[
        ("start", "segment who"),
        ("go trainer", "segment trainer"),
        ("open steer", "poll steer"),
        ("vote steer", "poll steer"),
        ("take 1", "question 1"),
        ("close steer", "question 1"),
        ("answered 1", "demo trainer"),
    ]);
}

#[test]
fn an_open_poll_of_the_current_segment_comes_back_with_it() {
    goes(&[
        ("start", "segment who"),
        ("open tools", "poll tools"),
        ("next", "segment talk"),
        ("back", "poll tools"),
        // The segment's card, if that is what the host wants to see.
        ("show segment", "segment who"),
        ("show tools", "poll tools"),
        ("take 1", "question 1"),
        ("answered 1", "poll tools"),
        ("next", "segment talk"),
        ("back", "poll tools"),
        ("open again", "poll again"),
        ("next", "segment talk"),
        // The one that was opened last; closed, it stays until the host goes on.
        ("back", "poll again"),
        ("close again", "poll again"),
        ("show segment", "segment who"),
        ("next", "segment talk"),
        ("back", "poll tools"),
        ("elapse tools", "poll tools"),
        ("next", "segment talk"),
        ("back", "segment who"),
        ("go who", "segment who"),
    ]);
}

#[test]
fn what_was_put_up_last_is_seen() {
    goes(&[
        ("start", "segment who"),
        ("go talk", "segment talk"),
        ("take 1", "question 1"),
        ("open tools", "poll tools"),
        ("take 2", "question 2"),
        ("reveal tools", "poll tools"),
        ("hide tools", "poll tools"),
        ("take 2", "question 2"),
        ("undo", "poll tools"),
        ("go talk", "segment talk"),
        ("undo", "poll tools"),
    ]);
}

/// Logs of older versions said what is on stage by the poll alone; a question that was read out was there as well.
#[test]
fn older_logs_say_what_is_on_stage_in_their_way() {
    let mut run = Run::with(SHEET);
    run.asks(1, "Why?");
    does(&mut run, "start");
    let acts = [
        (
            r#"{"fact":"acted","label":"Open","edits":[{"edit":"phase","poll":"tools","phase":{"open":{}}},{"edit":"on_stage","poll":"tools"}],"undo":[]}"#,
            "poll tools",
        ),
        (
            r#"{"fact":"acted","label":"Take up","edits":[{"edit":"question","question":1,"change":{"change":"standing","standing":{"is":"asking","since":1800000000000}}},{"edit":"on_stage","poll":null}],"undo":[]}"#,
            "question 1",
        ),
        (
            r#"{"fact":"acted","label":"Show","edits":[{"edit":"on_stage","poll":"tools"}],"undo":[]}"#,
            "poll tools",
        ),
        (
            r#"{"fact":"acted","label":"Go","edits":[{"edit":"current","segment":"talk"},{"edit":"on_stage","poll":null}],"undo":[]}"#,
            "segment talk",
        ),
    ];
    for (line, right) in acts {
        let fact: Fact = serde_json::from_str(line).unwrap();
        run.session.apply(&Recorded {
            seq: run.session.seq + 1,
            at: run.now,
            fact,
        });
        assert_eq!(seen(&run.session), right, "{line}");
    }
}
