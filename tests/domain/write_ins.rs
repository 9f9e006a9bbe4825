//! Write-ins beyond those that a poll counts by themselves: nobody uses them up for good, and nothing tells which are there.

use salon_core::domain::command::{Cast, HostAsk};
use salon_core::domain::poll::{OTHER_ANSWERS, WRITE_INS_MAX};
use salon_core::domain::session::Session;
use salon_core::ids::{BallotKey, OptionId, WRITE_IN_BASE};

use crate::hidden::{WATCHER, own};
use crate::run::{Run, poll_id, vote, write_in};

/// A poll that has as many write-ins as it counts by themselves takes the next one too: what is refused when the list is
/// full, and what is not, would tell which words are on it.
#[test]
fn a_full_list_of_write_ins_tells_nothing() {
    let mut run = full_list();
    let full = run.session.clone();
    let told = |run: &mut Run, word: &str| {
        run.session = full.clone();
        let before = run.log.len();
        let answer = run
            .casts(write_in(WATCHER, "single", 1, &[], word))
            .map(drop);
        let told = (
            answer.map_err(|refusal| refusal.to_string()),
            own(&run.session),
        );
        assert!(run.log.len() > before, "{word} is counted");
        (told.0, told.1.replace(word, "…"))
    };
    assert_eq!(told(&mut run, "word 7"), told(&mut run, "never said"));
    // Other words, counted together, are another answer, and both are counted.
    run.session = full.clone();
    run.casts(write_in(WATCHER, "single", 1, &[], "new one"))
        .unwrap();
    run.casts(write_in(WATCHER, "single", 2, &[], "new two"))
        .unwrap();
    run.casts(write_in(98, "single", 1, &[], "new three"))
        .unwrap();
    assert!(own(&run.session).contains("new two"));
    let poll = run.session.poll(&poll_id("single")).unwrap();
    assert_eq!(poll.tally.count(OTHER_ANSWERS), 2);
    assert_eq!(poll.tally, poll.recount());
}

/// Nor does another spelling of one's own: whether a ballot changed by it, and what number it has since.
#[test]
fn another_spelling_tells_nothing_about_a_full_list() {
    let mut run = full_list();
    let full = run.session.clone();
    let told = |run: &mut Run, word: &str, seqs: [Option<u32>; 3]| {
        run.session = full.clone();
        let spelled = [
            word.to_uppercase(),
            word.to_lowercase(),
            word.to_lowercase(),
        ];
        let answers = seqs.into_iter().zip(spelled).map(|(seq, text)| {
            let cast = Cast {
                seq,
                ..write_in(WATCHER, "single", 1, &[], &text)
            };
            let answer = run.casts(cast).map(drop);
            let answer = answer.map_err(|refusal| refusal.to_string());
            let shown = own(&run.session).replace(&word.to_uppercase(), "UPPER");
            (answer, shown.replace(&word.to_lowercase(), "lower"))
        });
        answers.collect::<Vec<_>>()
    };
    for seqs in [
        [None; 3],
        [Some(1), Some(1), Some(1)],
        [Some(1), Some(2), Some(2)],
    ] {
        let there = told(&mut run, "word 7", seqs);
        assert_eq!(there, told(&mut run, "never", seqs), "{seqs:?}");
    }
    // Said once more after somebody else has made a place of it: it is the same answer all the same.
    let again = |somebody: bool| {
        let mut run = Run::new();
        run.session = full.clone();
        let mine = Cast {
            seq: None,
            ..write_in(WATCHER, "single", 1, &[], "mine")
        };
        run.casts(mine.clone()).unwrap();
        run.casts(vote_of(many(3), "single", 2, 0)).unwrap();
        if somebody {
            run.casts(write_in_of(many(9_000), "single", 1, "mine"))
                .unwrap();
        }
        run.casts(mine).unwrap();
        own(&run.session)
    };
    assert_eq!(again(true), again(false));
}

/// What nobody stands by any more makes room.
#[test]
fn write_ins_that_nobody_stands_by_make_room() {
    let mut run = Run::new();
    run.opens_all();
    // A hundred cookies that each name five words, and stand by the last.
    for n in 0..WRITE_INS_MAX {
        let seq = u32::try_from(n % 5).unwrap() + 1;
        run.casts(write_in_of(
            many(n / 5),
            "single",
            seq,
            &format!("word {n}"),
        ))
        .unwrap();
    }
    run.casts(write_in(WATCHER, "single", 1, &[], "mine"))
        .unwrap();
    let poll = run.session.poll(&poll_id("single")).unwrap();
    let mine = poll.find_label("mine").unwrap();
    assert!(mine != OTHER_ANSWERS && poll.tally.count(mine) == 1);
    assert_eq!(poll.find_label("word 0"), None);
    assert_eq!(Session::replay(&run.log).as_ref(), Some(&run.session));
}

/// As many write-ins as a poll counts by themselves, each with a voter.
fn full_list() -> Run {
    let mut run = Run::new();
    run.opens_all();
    for n in 0..WRITE_INS_MAX {
        let word = write_in_of(many(n), "single", 1, &format!("word {n}"));
        run.casts(word).unwrap();
    }
    run
}

fn many(n: usize) -> BallotKey {
    let mut key = [7; 16];
    key[..8].copy_from_slice(&(n as u64).to_le_bytes());
    BallotKey(key)
}

fn vote_of(voter: BallotKey, poll: &str, seq: u32, pick: u16) -> Cast {
    Cast {
        voter,
        ..vote(1, poll, seq, &[pick])
    }
}

fn write_in_of(voter: BallotKey, poll: &str, seq: u32, text: &str) -> Cast {
    Cast {
        voter,
        ..write_in(1, poll, seq, &[], text)
    }
}

/// So does what the rules hold and nobody stands by: a script that writes links would keep every place for good.
#[test]
fn write_ins_that_are_held_make_room() {
    let mut run = Run::new();
    run.opens_all();
    for n in 0..WRITE_INS_MAX {
        let seq = u32::try_from(n % 5).unwrap() + 1;
        let link = format!("evil{n}.com/now");
        run.casts(write_in_of(many(n / 5), "single", seq, &link))
            .unwrap();
    }
    let all = run.session.clone();
    run.casts(write_in(WATCHER, "single", 1, &[], "mine"))
        .unwrap();
    let poll = run.session.poll(&poll_id("single")).unwrap();
    let mine = poll.find_label("mine").unwrap();
    assert!(mine != OTHER_ANSWERS && poll.tally.count(mine) == 1);
    assert!(!poll.option(mine).unwrap().hidden);
    assert_eq!(Session::replay(&run.log).as_ref(), Some(&run.session));
    // What a moderator has looked at and left hidden stays known, and so does what has voters.
    run.session = all;
    let first = OptionId(WRITE_IN_BASE);
    for ask in [
        HostAsk::ShowOption {
            poll: poll_id("single"),
            option: first,
        },
        HostAsk::HideOption {
            poll: poll_id("single"),
            option: first,
        },
    ] {
        run.host(ask).unwrap();
    }
    for n in 0..2 * WRITE_INS_MAX {
        let word = format!("word {n}");
        run.casts(write_in_of(many(5_000 + n), "single", 1, &word))
            .unwrap();
    }
    let poll = run.session.poll(&poll_id("single")).unwrap();
    assert_eq!(poll.option(first).unwrap().label, "evil0.com/now");
    assert_eq!(poll.tally, poll.recount());
    assert!(poll.tally.count(OTHER_ANSWERS) > 0);
}
