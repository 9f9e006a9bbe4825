//! Faults that a review of this program found, each held by a test.

use salon_core::domain::command::{Cast, Command, HostAsk, Role};
use salon_core::domain::poll::{IDEAS_MAX, Phase};
use salon_core::domain::refusal::Refusal;
use salon_core::ids::{OptionId, WRITE_IN_BASE};
use salon_core::translate::show;

use crate::run::{Run, poll_id, voter};

fn cast(poll: &str, n: u8, seq: u32, picks: &[u16], words: Option<&str>) -> Command {
    Command::Cast(Cast {
        poll: poll_id(poll),
        voter: voter(n),
        seq: Some(seq),
        picks: picks.iter().map(|id| OptionId(*id)).collect(),
        write_in: words.map(str::to_string),
        probability: None,
        by: None,
        via: None,
    })
}

fn run() -> Run {
    let mut run = Run::new();
    run.opens_all();
    run
}

fn votes(run: &mut Run, command: &Command) -> Result<usize, Refusal> {
    run.ask(Role::Audience, command)
}

#[test]
fn two_voters_at_once_on_one_option_are_two() {
    let mut run = run();
    votes(&mut run, &cast("single", 1, 1, &[0], None)).unwrap();
    votes(&mut run, &cast("single", 2, 1, &[0], None)).unwrap();
    assert_eq!(
        run.session
            .poll(&poll_id("single"))
            .unwrap()
            .tally
            .count(OptionId(0)),
        2
    );
}

#[test]
fn a_withdrawal_outlives_a_vote_that_was_still_under_way() {
    let mut run = run();
    let withdraw = Command::Withdraw {
        poll: poll_id("single"),
        voter: voter(1),
        seq: Some(2),
    };
    votes(&mut run, &withdraw).unwrap();
    let late = votes(&mut run, &cast("single", 1, 1, &[0], None));
    assert_eq!(late, Err(Refusal::Superseded));
    assert_eq!(votes(&mut run, &withdraw), Ok(0), "a repeat does nothing");
    assert_eq!(
        run.session.poll(&poll_id("single")).unwrap().tally.voters,
        0
    );
}

#[test]
fn nobody_sees_another_voters_words_before_the_reveal() {
    let mut run = run();
    votes(&mut run, &cast("single", 1, 1, &[], Some("DuNe!!"))).unwrap();
    votes(&mut run, &cast("single", 2, 1, &[], Some("dune!!"))).unwrap();
    let poll = run.session.poll(&poll_id("single")).unwrap();
    let own = show::own_ballot(poll, voter(2)).unwrap();
    assert_eq!(own.labels, ["dune!!"]);
    assert_eq!(own.answer.unwrap().write_in.as_deref(), Some("dune!!"));

    // Counted together all the same, and merged write-ins keep to themselves too.
    assert_eq!(poll.tally.count(OptionId(WRITE_IN_BASE)), 2);
    votes(&mut run, &cast("single", 3, 1, &[], Some("secret"))).unwrap();
    let merge = |from: u16, into: u16| HostAsk::MergeOptions {
        poll: poll_id("single"),
        from: vec![OptionId(from)],
        into: OptionId(into),
    };
    run.host(merge(WRITE_IN_BASE, WRITE_IN_BASE + 1)).unwrap();
    let own = show::own_ballot(run.session.poll(&poll_id("single")).unwrap(), voter(1)).unwrap();
    assert_eq!(
        (own.labels, own.moved),
        (vec!["DuNe!!".to_string()], Vec::new())
    );
    assert!(
        run.host(merge(0, WRITE_IN_BASE + 1)).is_err(),
        "an option never goes under a write-in"
    );
}

#[test]
fn one_voter_cannot_use_up_the_write_ins() {
    let mut run = run();
    let mut last = Ok(0);
    for seq in 1..=IDEAS_MAX + 1 {
        last = votes(
            &mut run,
            &cast("single", 1, seq, &[], Some(&format!("idea {seq}"))),
        );
    }
    assert!(matches!(last, Err(Refusal::LimitReached(_))), "{last:?}");
    votes(&mut run, &cast("single", 1, 20, &[], Some("idea 1"))).unwrap();
    votes(&mut run, &cast("single", 2, 1, &[], Some("another's"))).unwrap();
}

#[test]
fn undoing_more_time_never_reopens_a_closed_poll() {
    let mut run = run();
    run.host(HostAsk::ExtendPoll {
        poll: poll_id("single"),
        seconds: 1,
    })
    .unwrap();
    run.now.0 += 60_000;
    run.ask(Role::Host, &Command::Tick).unwrap();
    run.ask(Role::Host, &Command::Tick).unwrap();
    run.host(HostAsk::Undo).unwrap();
    assert!(!matches!(
        run.session.poll(&poll_id("single")).unwrap().phase,
        Phase::Open { .. }
    ));
}

#[test]
fn undoing_a_close_keeps_the_poll_open_however_late() {
    let mut run = run();
    let poll = poll_id("single");
    run.host(HostAsk::ClosePoll {
        poll: poll.clone(),
        now: true,
    })
    .unwrap();
    run.host(HostAsk::OpenPoll {
        poll: poll.clone(),
        seconds: Some(12),
    })
    .unwrap();
    run.host(HostAsk::ClosePoll {
        poll: poll.clone(),
        now: true,
    })
    .unwrap();
    run.now.0 += 12_200;
    run.host(HostAsk::Undo).unwrap();
    run.ask(Role::Host, &Command::Tick).unwrap();
    assert_eq!(
        run.session.poll(&poll).unwrap().phase,
        Phase::Open { closes_at: None }
    );
}

#[test]
fn an_option_that_was_picked_is_not_undone_away() {
    let mut run = run();
    run.host(HostAsk::AddOption {
        poll: poll_id("single"),
        label: "D".to_string(),
    })
    .unwrap();
    votes(&mut run, &cast("single", 1, 1, &[3], None)).unwrap();
    assert!(matches!(
        run.host(HostAsk::Undo),
        Err(Refusal::NotPossible(_))
    ));
    assert_eq!(
        run.session
            .poll(&poll_id("single"))
            .unwrap()
            .tally
            .count(OptionId(3)),
        1
    );
}
