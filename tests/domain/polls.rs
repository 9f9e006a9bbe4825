//! Good and bad answers of every kind of poll, as a table.

use salon_core::domain::command::{Cast, Command, HostAsk, Role};
use salon_core::domain::refusal::Refusal;
use salon_core::ids::OptionId;
use salon_core::translate::show::tally;

use crate::run::{Run, forecast, vote, voter, write_in};

/// One of each kind, and kinds with other rules. Options are 0, 1 and 2 where there are any.
const SHEET: &str = r#"
title = "Kinds"
[[poll]]
id = "one"
kind = "single"
question = "One?"
options = ["A", "B", "C"]
[[poll]]
id = "one-or-own"
kind = "single"
question = "One?"
options = ["A", "B", "C"]
write_in = true
[[poll]]
id = "some"
kind = "multiple"
question = "Some?"
options = ["A", "B", "C"]
[[poll]]
id = "two"
kind = "multiple"
question = "Two?"
options = ["A", "B", "C"]
min = 2
max = 2
write_in = true
[[poll]]
id = "either"
kind = "yes_no"
question = "Yes?"
[[poll]]
id = "both"
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
id = "timeless"
kind = "prediction"
question = "Will it?"
answer = "verdict"
[[poll]]
id = "chance"
kind = "prediction"
question = "How likely?"
answer = "probability"
horizons = ["Soon"]
[[poll]]
id = "number"
kind = "number"
question = "Which?"
from = -5
to = 192
"#;

const POLLS: [&str; 10] = [
    "one",
    "one-or-own",
    "some",
    "two",
    "either",
    "both",
    "verdict",
    "timeless",
    "chance",
    "number",
];

fn run() -> Run {
    Run::open(SHEET, &POLLS)
}

fn picks(poll: &str, picks: &[u16]) -> Cast {
    vote(1, poll, 1, picks)
}

fn own(poll: &str, picks: &[u16], words: &str) -> Cast {
    write_in(1, poll, 1, picks, words)
}

fn chance(poll: &str, percent: u8) -> Cast {
    forecast(1, poll, 1, percent)
}

fn by(horizon: u16, cast: Cast) -> Cast {
    Cast {
        by: Some(OptionId(horizon)),
        ..cast
    }
}

/// An answer and the words by which its voter sees it counted.
#[test]
fn good_answers() {
    let long = "x".repeat(120);
    let as_long = [long.as_str()];
    let table: Vec<(Cast, &[&str])> = vec![
        (picks("one", &[2]), &["C"]),
        (picks("one", &[1, 1]), &["B"]),
        (picks("one-or-own", &[0]), &["A"]),
        (own("one-or-own", &[], "my own"), &["my own"]),
        (own("one-or-own", &[], "  b "), &["B"]),
        // The option itself and its name written out are one answer.
        (own("one-or-own", &[1], "b"), &["B"]),
        (own("one-or-own", &[], "日本 🎉"), &["日本 🎉"]),
        (own("one-or-own", &[], "\u{202e}evil\u{7}"), &["evil"]),
        (own("one-or-own", &[], "<b>&amp;"), &["<b>&amp;"]),
        (own("one-or-own", &[], &long), &as_long),
        (picks("some", &[0]), &["A"]),
        (picks("some", &[2, 0, 1]), &["A", "B", "C"]),
        (picks("some", &[2, 2, 0]), &["A", "C"]),
        (picks("two", &[1, 2]), &["B", "C"]),
        (own("two", &[1], "own"), &["B", "own"]),
        (picks("either", &[0]), &["Yes"]),
        (picks("either", &[1]), &["No"]),
        (picks("both", &[1]), &["No"]),
        (picks("both", &[1, 0]), &["Yes", "No"]),
        (picks("verdict", &[0]), &["Yes"]),
        (picks("verdict", &[1, 0]), &["Both"]),
        (by(1, picks("verdict", &[1])), &["No", "Late"]),
        (picks("timeless", &[1]), &["No"]),
        (chance("chance", 0), &["0 %"]),
        (chance("chance", 100), &["100 %"]),
        (by(0, chance("chance", 37)), &["37 %", "Soon"]),
        (own("number", &[], "20"), &["20"]),
        (own("number", &[], " 020.0 "), &["20"]),
        (own("number", &[], "−5"), &["-5"]),
    ];
    for (cast, labels) in table {
        let mut run = run();
        let poll = cast.poll.to_string();
        let facts = run.casts(cast.clone());
        assert!(matches!(facts, Ok(1 | 2)), "{cast:?}: {facts:?}");
        assert_eq!(run.own(1, &poll).labels, labels, "{cast:?}");
        assert_eq!(run.poll(&poll).tally.voters, 1);
        assert_eq!(run.casts(cast), Ok(0), "the answer is its own repeat");
    }
}

/// An answer that is refused, and the words that say why.
#[test]
fn bad_answers_say_what_is_wrong_and_change_nothing() {
    let long = "x".repeat(121);
    let table: Vec<(Cast, &str)> = vec![
        (picks("one", &[]), "Pick one option."),
        (picks("one", &[0, 1]), "Pick one option; 2 were sent."),
        (picks("one", &[3]), "not offered"),
        (picks("one", &[9_999]), "not offered"),
        (picks("one", &[10_000]), "not offered"),
        (picks("one", &[u16::MAX]), "not offered"),
        (own("one", &[], "own"), "no answers of your own"),
        (
            own("one-or-own", &[0], "own"),
            "Pick one option; 2 were sent.",
        ),
        (
            own("one-or-own", &[], ""),
            "Your own answer must not be empty.",
        ),
        (
            own("one-or-own", &[], " \u{200b}\u{2066} "),
            "must not be empty",
        ),
        (own("one-or-own", &[], "a\nb"), "must be one line"),
        (
            own("one-or-own", &[], &long),
            "121 characters long; 120 are allowed",
        ),
        (chance("one", 50), "no probability"),
        (by(0, picks("one", &[0])), "no date"),
        (picks("some", &[]), "Pick at least 1; 0 were sent."),
        (picks("some", &[0, 3]), "not offered"),
        (picks("two", &[0]), "Pick at least 2; 1 were sent."),
        (picks("two", &[0, 0]), "Pick at least 2; 1 were sent."),
        (picks("two", &[0, 1, 2]), "Pick at most 2; 3 were sent."),
        (own("two", &[0, 1], "own"), "Pick at most 2; 3 were sent."),
        (own("two", &[0], "a"), "Pick at least 2; 1 were sent."),
        (chance("some", 50), "no probability"),
        (picks("either", &[]), "Pick yes or no."),
        (picks("either", &[0, 1]), "does not take both"),
        (picks("either", &[2]), "not offered"),
        (own("either", &[], "maybe"), "no answers of your own"),
        (chance("both", 50), "no probability"),
        (picks("verdict", &[]), "Pick yes, no or both."),
        // "Both" is both picks, not a third option.
        (picks("verdict", &[2]), "not offered"),
        (chance("verdict", 50), "Pick yes, no or both."),
        (
            Cast {
                probability: Some(5),
                ..picks("verdict", &[0])
            },
            "Pick yes, no or both.",
        ),
        (own("verdict", &[], "maybe"), "no answers of your own"),
        (by(2, picks("verdict", &[0])), "not one of this poll's"),
        (by(0, picks("timeless", &[0])), "not one of this poll's"),
        (by(0, picks("verdict", &[])), "Pick yes, no or both."),
        (picks("chance", &[]), "Give a probability"),
        (picks("chance", &[0]), "not offered"),
        (
            chance("chance", 101),
            "between 0 and 100 percent; 101 was sent",
        ),
        (chance("chance", 255), "between 0 and 100 percent"),
        (by(1, chance("chance", 50)), "not one of this poll's"),
        (by(0, picks("chance", &[])), "Give a probability"),
        (picks("number", &[]), "Give a whole number from -5 to 192."),
        (picks("number", &[0]), "not offered"),
        (picks("number", &[10_000]), "not offered"),
        (
            own("number", &[], "193"),
            "Give a whole number from -5 to 192.",
        ),
        (own("number", &[], "1.5"), "Give a whole number"),
        (own("number", &[], "many"), "Give a whole number"),
        (own("number", &[0], "3"), "not offered"),
        (chance("number", 50), "no probability"),
    ];
    let mut run = run();
    let before = run.session.clone();
    for (cast, why) in &table {
        let refused = run.casts(cast.clone()).unwrap_err();
        assert!(
            matches!(refused, Refusal::BadAnswer(_)),
            "{cast:?}: {refused:?}"
        );
        let words = refused.to_string();
        assert!(words.contains(why), "{cast:?}: {words}");
    }
    assert_eq!(run.session, before);
    // Nor does a bad answer touch the good one that its voter has.
    for poll in POLLS {
        let good = match poll {
            "two" => picks(poll, &[0, 1]),
            "chance" => chance(poll, 40),
            "number" => own(poll, &[], "7"),
            _ => picks(poll, &[0]),
        };
        run.casts(good).unwrap();
    }
    let before = run.session.clone();
    for (cast, _) in table {
        let cast = Cast {
            seq: Some(2),
            ..cast
        };
        assert!(run.casts(cast.clone()).is_err(), "{cast:?}");
    }
    assert_eq!(run.session, before);
    assert!(
        run.session
            .polls
            .iter()
            .all(|poll| poll.ballots[&voter(1)].seq == 1)
    );
}

/// A number counts in its row, whoever gave it first; the rows are there from the beginning.
#[test]
fn numbers_are_counted_in_rows_with_their_middle_and_mean() {
    let mut run = run();
    let rows = |run: &Run| {
        let tally = tally(&run.session, run.poll("number"), Role::Host);
        let rows = tally.options.iter();
        let rows = rows.map(|row| (row.label.clone(), row.count));
        (rows.collect::<Vec<_>>(), tally.numbers.unwrap())
    };
    let (empty, none) = rows(&run);
    assert_eq!(empty.len(), 10);
    assert_eq!(empty[1], ("15 – 34".to_string(), 0));
    assert_eq!((none.mean, none.median), (None, None));
    let gives =
        |run: &mut Run, n, seq, text: &str| run.casts(write_in(n, "number", seq, &[], text));
    for (n, text) in [(1, "20"), (2, "20.0"), (3, "15"), (4, "192")] {
        gives(&mut run, n, 1, text).unwrap();
    }
    let (counted, numbers) = rows(&run);
    assert_eq!(counted[1], ("15 – 34".to_string(), 3));
    assert_eq!(counted[9], ("175 – 192".to_string(), 1));
    assert_eq!((numbers.mean, numbers.median), (Some(61.8), Some(20.0)));
    assert_eq!(run.poll("number").write_ins.len(), 3);
    // One's mind may be changed any number of times: there is room for all of them.
    for (place, number) in (0..=192).enumerate() {
        gives(&mut run, 4, place as u32 + 2, &number.to_string()).unwrap();
    }
    gives(&mut run, 4, 900, "21").unwrap();
    let (counted, numbers) = rows(&run);
    assert_eq!(counted.iter().map(|(_, count)| count).sum::<u32>(), 4);
    assert_eq!(numbers.median, Some(20.0));
    assert_eq!(run.poll("number").tally, run.poll("number").recount());
    // Its answers are no options that a host could rename, merge or hide.
    let hide = HostAsk::HideOption {
        poll: run.poll("number").plan.id.clone(),
        option: OptionId(10_000),
    };
    let refused = run.ask(Role::Host, &Command::Host(hide)).unwrap_err();
    assert!(refused.to_string().contains("fixed options"), "{refused}");
}
