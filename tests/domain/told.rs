//! What voters are told of their own ballot when the host edits the options, and what the result says of it.

use salon_core::domain::command::HostAsk;
use salon_core::ids::OptionId;
use salon_core::protocol::Moved;

use crate::run::{Run, poll_id, via, vote, write_in, written};

const FRAMEWORKS: &str = r#"
title = "Frameworks"
[[channel]]
id = "youtube"
label = "YouTube"
delay_seconds = 30
[[poll]]
id = "framework"
kind = "multiple"
question = "Which frameworks?"
options = ["PyTorch", "JAX"]
write_in = true
"#;

/// PyTorch is 0, JAX 1; what the host adds begins at 2.
fn frameworks() -> Run {
    Run::open(FRAMEWORKS, &["framework"])
}

fn hides(run: &mut Run, option: u16) {
    let hide = HostAsk::HideOption {
        poll: poll_id("framework"),
        option: OptionId(option),
    };
    assert_eq!(run.host(hide), Ok(1));
}

fn unmerges(run: &mut Run, option: u16) {
    let apart = HostAsk::UnmergeOption {
        poll: poll_id("framework"),
        option: OptionId(option),
    };
    assert_eq!(run.host(apart), Ok(1));
}

fn reveals(run: &mut Run) {
    run.host(HostAsk::Reveal(poll_id("framework"))).unwrap();
}

fn moved(from: &str, into: &str) -> Moved {
    Moved {
        from: from.to_string(),
        into: into.to_string(),
    }
}

fn row(label: &str, count: u32, percent: f64) -> (String, u32, f64) {
    (label.to_string(), count, percent)
}

#[test]
fn the_result_says_how_many_voted_before_an_option_existed() {
    let mut run = frameworks();
    for n in 1..=3 {
        run.casts(vote(n, "framework", 1, &[0])).unwrap();
    }
    let keras = run.adds("framework", "TensorFlow/Keras").0;
    run.casts(vote(4, "framework", 1, &[keras])).unwrap();
    let before = |run: &Run, option: u16| {
        let rows = run.tally("framework").options.into_iter();
        rows.filter(|row| row.id == Some(option))
            .map(|row| row.before)
            .sum::<u32>()
    };
    assert_eq!((before(&run, 0), before(&run, keras)), (0, 3));
    // Each knows by the revision of the own ballot whether there is something new.
    let since = run.poll("framework").options[usize::from(keras)].since;
    assert!(run.own(1, "framework").revision < since);
    assert!(run.own(4, "framework").revision >= since);
    // Whoever revises, or says the same again having seen it, is not counted among them any more.
    run.casts(vote(1, "framework", 2, &[0, keras])).unwrap();
    run.casts(vote(2, "framework", 2, &[0])).unwrap();
    assert_eq!(before(&run, keras), 1);
    run.withdraws(3, "framework", 2).unwrap();
    assert_eq!(before(&run, keras), 0);
    // A second option has its own count.
    let mxnet = run.adds("framework", "MXNet").0;
    assert_eq!((before(&run, keras), before(&run, mxnet)), (0, 3));
}

#[test]
fn spellings_are_merged_their_voters_told_and_taken_apart_again() {
    let mut run = frameworks();
    run.casts(write_in(1, "framework", 1, &[0], "keras"))
        .unwrap();
    run.casts(write_in(2, "framework", 1, &[], "Keras!"))
        .unwrap();
    run.casts(write_in(3, "framework", 1, &[], " KERAS "))
        .unwrap();
    run.casts(vote(4, "framework", 1, &[1])).unwrap();
    // Case and blanks are no other answer; a mark is, and the host decides.
    assert_eq!(run.poll("framework").write_ins.len(), 2);
    let spelled = run.rows("framework");
    assert_eq!(
        spelled,
        [
            row("PyTorch", 1, 25.0),
            row("JAX", 1, 25.0),
            row("keras", 2, 50.0),
            row("Keras!", 1, 25.0)
        ]
    );
    let own: Vec<_> = (1..=4).map(|n| run.own(n, "framework")).collect();

    let target = run.adds("framework", "TensorFlow/Keras").0;
    run.merges("framework", &[written(0), written(1)], target);
    assert_eq!(
        run.rows("framework"),
        [
            row("PyTorch", 1, 25.0),
            row("JAX", 1, 25.0),
            row("TensorFlow/Keras", 3, 75.0)
        ]
    );
    for (n, spelling) in [(1, "keras"), (2, "Keras!"), (3, "KERAS")] {
        let own = run.own(n, "framework");
        assert_eq!(
            own.moved,
            [moved(spelling, "TensorFlow/Keras")],
            "voter {n}"
        );
        assert!(own.labels.contains(&"TensorFlow/Keras".to_string()));
        let answer = own.answer.unwrap();
        assert!(answer.picks.contains(&target) && answer.write_in.is_none());
    }
    assert_eq!(run.own(4, "framework").moved, []);
    assert_eq!(run.own(1, "framework").answer.unwrap().picks, [0, target]);

    unmerges(&mut run, written(1));
    assert_eq!(
        run.rows("framework")[2..],
        [row("TensorFlow/Keras", 2, 50.0), row("Keras!", 1, 25.0)]
    );
    assert_eq!(run.own(2, "framework").moved, []);
    unmerges(&mut run, written(0));
    let again: Vec<_> = (1..=4).map(|n| run.own(n, "framework")).collect();
    assert_eq!(again, own, "as it was");
    // The ballots themselves were never touched: undo goes all the way back too.
    for _ in 0..4 {
        run.undoes().unwrap();
    }
    assert_eq!(run.rows("framework"), spelled);
}

#[test]
fn a_merged_ballot_counts_once_even_where_both_were_picked() {
    let mut run = frameworks();
    let target = run.adds("framework", "TensorFlow").0;
    run.casts(write_in(1, "framework", 1, &[target], "keras"))
        .unwrap();
    run.casts(vote(2, "framework", 1, &[0, 1])).unwrap();
    assert_eq!(run.tally("framework").picks, 4);
    run.merges("framework", &[written(0)], target);
    let tally = run.tally("framework");
    assert_eq!((tally.voters, tally.picks), (2, 3));
    assert_eq!(run.own(1, "framework").labels, ["TensorFlow"]);
    assert_eq!(run.own(1, "framework").answer.unwrap().picks, [target]);
}

#[test]
fn merges_follow_each_other_and_the_last_target_is_told() {
    let mut run = frameworks();
    run.casts(write_in(1, "framework", 1, &[], "tf")).unwrap();
    run.casts(write_in(2, "framework", 1, &[], "tensorflow"))
        .unwrap();
    run.merges("framework", &[written(0)], written(1));
    let target = run.adds("framework", "TensorFlow/Keras").0;
    run.merges("framework", &[written(1)], target);
    assert_eq!(run.poll("framework").tally.count(OptionId(target)), 2);
    assert_eq!(
        run.own(1, "framework").moved,
        [moved("tf", "TensorFlow/Keras")]
    );
    let loops = HostAsk::MergeOptions {
        poll: poll_id("framework"),
        from: vec![OptionId(target)],
        into: OptionId(written(0)),
    };
    assert_eq!(run.host(loops).unwrap_err().code(), "not_possible");
}

/// Fails (issue 2, the log tells every edit): the line counts the ballots of "tensorflow" alone, and two moved.
#[test]
fn the_log_says_how_many_ballots_a_merge_moved() {
    let mut run = frameworks();
    run.casts(write_in(1, "framework", 1, &[], "tf")).unwrap();
    run.casts(write_in(2, "framework", 1, &[], "tensorflow"))
        .unwrap();
    run.merges("framework", &[written(0)], written(1));
    let target = run.adds("framework", "TensorFlow/Keras").0;
    run.merges("framework", &[written(1)], target);
    reveals(&mut run);
    let log = run.public_log();
    assert!(
        log.iter()
            .any(|line| line.contains("counted as “TensorFlow/Keras” (2 ballots)")),
        "{log:#?}"
    );
}

#[test]
fn a_listed_write_in_can_be_picked_by_everyone_and_its_writers_are_told() {
    let mut run = frameworks();
    run.casts(write_in(1, "framework", 1, &[], "mxnet"))
        .unwrap();
    let list = HostAsk::ListOption {
        poll: poll_id("framework"),
        option: OptionId(written(0)),
    };
    run.host(list).unwrap();
    run.casts(vote(2, "framework", 1, &[2])).unwrap();
    // The same name written from now on is a pick of it.
    run.casts(write_in(3, "framework", 1, &[], "MXNET"))
        .unwrap();
    assert_eq!(run.poll("framework").tally.count(OptionId(2)), 3);
    assert_eq!(run.own(1, "framework").answer.unwrap().picks, [2]);
    assert_eq!(
        run.undoes().unwrap_err().code(),
        "not_possible",
        "others picked it"
    );
}

#[test]
fn a_hidden_write_in_stays_counted_and_its_words_are_nowhere_before_or_after_the_reveal() {
    let mut run = frameworks();
    run.casts(write_in(1, "framework", 1, &[0], "a slur"))
        .unwrap();
    hides(&mut run, written(0));
    run.casts(write_in(2, "framework", 1, &[], "A SLUR"))
        .unwrap();
    reveals(&mut run);
    assert_eq!(
        run.rows("framework"),
        [
            row("PyTorch", 1, 50.0),
            row("JAX", 0, 0.0),
            row("Hidden answers", 2, 100.0)
        ]
    );
    let combos = [("hidden answer", 1), ("PyTorch + hidden answer", 1)];
    assert_eq!(
        run.combos("framework"),
        combos.map(|(label, n)| (label.to_string(), n))
    );
    let told = crate::hidden::seen(&run.session, salon_core::domain::command::Role::Audience);
    assert!(!told.to_lowercase().contains("slur"), "{told}");
}

/// Fails (issue 2, "hide an abusive write-in"): the log's lines from before it was hidden still have its words,
/// and the reveal shows them to everyone. Here the host merged it by mistake and took it out again.
#[test]
fn a_hidden_write_in_is_not_repeated_by_older_lines_of_the_log() {
    let mut run = frameworks();
    run.casts(write_in(1, "framework", 1, &[0], "a slur"))
        .unwrap();
    run.merges("framework", &[written(0)], 1);
    run.undoes().unwrap();
    hides(&mut run, written(0));
    reveals(&mut run);
    let log = run.public_log();
    assert!(!log.iter().any(|line| line.contains("slur")), "{log:#?}");
}

#[test]
fn labels_that_people_would_call_the_same_are_refused_twice() {
    let mut run = frameworks();
    for same in ["pytorch", " PyTorch  ", "ＰｙＴｏｒｃｈ"] {
        let add = HostAsk::AddOption {
            poll: poll_id("framework"),
            label: same.to_string(),
        };
        assert_eq!(run.host(add).unwrap_err().code(), "taken", "{same}");
        let seq = run.session.seq as u32 + 1;
        run.casts(write_in(1, "framework", seq, &[], same)).unwrap();
        assert_eq!(run.own(1, "framework").answer.unwrap().picks, [0], "{same}");
    }
    assert!(run.poll("framework").write_ins.is_empty());
}

#[test]
fn a_rename_moves_nobody_and_everyone_sees_the_new_name() {
    let mut run = frameworks();
    run.casts(via("youtube", vote(1, "framework", 1, &[1])))
        .unwrap();
    let rename = HostAsk::RenameOption {
        poll: poll_id("framework"),
        option: OptionId(1),
        label: "JAX/Flax".to_string(),
    };
    run.host(rename).unwrap();
    assert_eq!(run.rows("framework")[1], row("JAX/Flax", 1, 100.0));
    let own = run.own(1, "framework");
    assert_eq!(
        (own.labels, own.moved),
        (vec!["JAX/Flax".to_string()], vec![])
    );
    assert_eq!(
        run.public_log().last().unwrap(),
        "“JAX” renamed to “JAX/Flax”."
    );
}
