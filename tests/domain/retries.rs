//! A voter's number per choice makes retries, duplicates and disorder harmless.

use salon_core::domain::command::{Cast, HostAsk};
use salon_core::domain::poll::Phase;
use salon_core::domain::refusal::Refusal;
use salon_core::ids::OptionId;

use crate::run::{Run, poll_id, vote, voter, write_in, written};

fn single() -> Run {
    let mut run = Run::new();
    run.opens("single");
    run
}

fn close_now(run: &mut Run) {
    let poll = poll_id("single");
    run.host(HostAsk::ClosePoll { poll, now: true }).unwrap();
}

#[test]
fn a_retry_after_the_close_is_heard_because_the_vote_was_in_time() {
    let mut run = single();
    run.casts(vote(1, "single", 1, &[0])).unwrap();
    run.withdraws(2, "single", 1).unwrap();
    run.casts(vote(3, "single", 1, &[0])).unwrap();
    run.withdraws(3, "single", 2).unwrap();
    close_now(&mut run);
    assert_eq!(run.casts(vote(1, "single", 1, &[0])), Ok(0));
    assert_eq!(run.withdraws(3, "single", 2), Ok(0));
    run.host(HostAsk::StartSession).unwrap_err();
    run.host(HostAsk::EndSession).unwrap();
    assert_eq!(run.casts(vote(1, "single", 1, &[0])), Ok(0));
    assert_eq!(
        run.casts(vote(9, "single", 1, &[0])).unwrap_err().code(),
        "ended"
    );
}

#[test]
fn every_order_of_three_choices_ends_with_the_last() {
    let choices = [
        vote(1, "single", 1, &[0]),
        vote(1, "single", 2, &[1]),
        vote(1, "single", 3, &[2]),
    ];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut run = single();
        for place in order {
            // Twice each, as a retry would.
            let _ = run.casts(choices[place].clone());
            let _ = run.casts(choices[place].clone());
        }
        assert_eq!(run.own(1, "single").answer.unwrap().picks, [2], "{order:?}");
        assert_eq!(run.poll("single").tally.voters, 1);
    }
}

#[test]
fn an_older_choice_does_not_revive_a_withdrawn_ballot() {
    let mut run = single();
    run.casts(vote(1, "single", 1, &[0])).unwrap();
    run.withdraws(1, "single", 2).unwrap();
    assert_eq!(
        run.casts(vote(1, "single", 1, &[0])).unwrap_err().code(),
        "superseded"
    );
    assert_eq!(
        run.casts(vote(1, "single", 2, &[0])).unwrap_err().code(),
        "superseded"
    );
    assert_eq!(run.poll("single").tally.voters, 0);
    assert_eq!(run.casts(vote(1, "single", 3, &[0])), Ok(1));
}

#[test]
fn a_plain_form_has_no_number_and_its_newest_choice_counts() {
    let mut run = single();
    let form = |option| Cast {
        seq: None,
        ..vote(1, "single", 0, &[option])
    };
    assert_eq!(run.casts(form(0)), Ok(1));
    assert_eq!(run.casts(form(0)), Ok(0), "sent again by a reload");
    assert_eq!(run.casts(form(1)), Ok(1));
    assert_eq!(run.own(1, "single").seq, 2);
}

#[test]
fn the_same_choice_again_with_a_new_number_is_counted_once() {
    let mut run = single();
    run.casts(vote(1, "single", 1, &[0])).unwrap();
    assert_eq!(run.casts(vote(1, "single", 2, &[0])), Ok(1));
    assert_eq!(run.poll("single").tally.voters, 1);
    assert_eq!(run.own(1, "single").seq, 2);
}

#[test]
fn the_largest_number_is_the_last_choice_of_this_voter_only() {
    let mut run = single();
    assert_eq!(run.casts(vote(1, "single", u32::MAX, &[0])), Ok(1));
    let form = Cast {
        seq: None,
        ..vote(1, "single", 0, &[1])
    };
    assert_eq!(run.casts(form).unwrap_err().code(), "limit_reached");
    assert_eq!(run.casts(vote(2, "single", 1, &[1])), Ok(1));
}

#[test]
fn a_retry_of_a_vote_that_was_merged_since_is_heard() {
    let mut run = single();
    run.casts(vote(1, "single", 1, &[0])).unwrap();
    run.casts(write_in(2, "single", 1, &[], "keras")).unwrap();
    run.merges("single", &[0, written(0)], 1);
    assert_eq!(run.casts(vote(1, "single", 1, &[0])), Ok(0));
    assert_eq!(run.casts(write_in(2, "single", 1, &[], "keras")), Ok(0));
    assert_eq!(run.poll("single").tally.count(OptionId(1)), 2);
}

// What follows are retries that are not heard: the ballot is counted, and its voter is told that it is not.

/// Fails (issue 2, "a per-voter sequence number makes retries harmless"): `decide::picked` looks whether the
/// options are still offered before `decide_cast` looks whether it is a repeat.
#[test]
fn a_retry_of_a_vote_whose_option_was_hidden_since_is_heard() {
    let mut run = single();
    run.casts(vote(1, "single", 1, &[0])).unwrap();
    let hide = HostAsk::HideOption {
        poll: poll_id("single"),
        option: OptionId(0),
    };
    run.host(hide).unwrap();
    assert_eq!(run.poll("single").tally.voters, 1);
    assert_eq!(run.casts(vote(1, "single", 1, &[0])), Ok(0));
}

/// Fails (as above): the words now lead to the listed option, and the ballot holds the write-in, so that the
/// repeat looks like another choice: "A later choice of yours is already counted."
#[test]
fn a_retry_of_a_write_in_that_was_listed_since_is_heard() {
    let mut run = single();
    run.casts(write_in(1, "single", 1, &[], "keras")).unwrap();
    let list = HostAsk::ListOption {
        poll: poll_id("single"),
        option: OptionId(written(0)),
    };
    run.host(list).unwrap();
    assert_eq!(run.casts(write_in(1, "single", 1, &[], "keras")), Ok(0));
}

/// Fails (as above): the host renamed the write-in, so that its first spelling is a new one.
#[test]
fn a_retry_of_a_write_in_that_was_renamed_since_is_heard() {
    let mut run = single();
    run.casts(write_in(1, "single", 1, &[], "keras")).unwrap();
    let rename = HostAsk::RenameOption {
        poll: poll_id("single"),
        option: OptionId(written(0)),
        label: "Keras 3".to_string(),
    };
    run.host(rename).unwrap();
    assert_eq!(run.casts(write_in(1, "single", 1, &[], "keras")), Ok(0));
}

/// Fails (issue 2, "retries, duplicates, out-of-order"): a withdrawal of a ballot that is withdrawn already, or
/// is not there yet, is heard but leaves its number unknown; an older choice on its way then counts.
#[test]
fn a_withdrawal_that_overtakes_an_older_choice_wins() {
    // Chosen, taken back, chosen again, taken back; the second choice arrives last.
    let mut run = single();
    run.casts(vote(1, "single", 1, &[0])).unwrap();
    run.withdraws(1, "single", 2).unwrap();
    run.withdraws(1, "single", 4).unwrap();
    let late = run.casts(vote(1, "single", 3, &[0]));
    assert_eq!(late.map_err(|refusal| refusal.code()), Err("superseded"));
    assert_eq!(run.poll("single").tally.voters, 0);
}

/// Fails (as above): the first choice itself arrives after its withdrawal.
#[test]
fn a_withdrawal_that_overtakes_the_first_choice_wins() {
    let mut run = single();
    run.withdraws(1, "single", 2).unwrap();
    let late = run.casts(vote(1, "single", 1, &[0]));
    assert_eq!(late.map_err(|refusal| refusal.code()), Err("superseded"));
    assert_eq!(run.poll("single").tally.voters, 0);
}

#[test]
fn a_draft_is_not_there_for_voters() {
    let mut run = Run::new();
    assert_eq!(run.poll("single").phase, Phase::Draft);
    assert_eq!(
        run.casts(vote(1, "single", 1, &[0])).unwrap_err().code(),
        "unknown"
    );
    assert_eq!(run.withdraws(1, "single", 1).unwrap_err().code(), "unknown");
    assert_eq!(
        run.casts(vote(1, "nowhere", 1, &[0])).unwrap_err().code(),
        "unknown"
    );
    assert!(!run.poll("single").ballots.contains_key(&voter(1)));
}

#[test]
fn a_ballot_that_is_changed_without_end_is_changed_at_a_pace_that_the_log_can_bear() {
    let mut run = single();
    for seq in 1..=301 {
        run.casts(vote(1, "single", seq, &[(seq % 2) as u16]))
            .unwrap();
    }
    let again = |run: &mut Run, seq| run.casts(vote(1, "single", seq, &[(seq % 2) as u16]));
    let wait = Err(Refusal::TooSoon { wait_seconds: 10 });
    assert_eq!(again(&mut run, 302), wait);
    assert_eq!(
        run.withdraws(1, "single", 303),
        Err(Refusal::TooSoon { wait_seconds: 10 }),
        "taking it back is a change too"
    );
    // What is counted already is heard, whoever sends it how often.
    assert_eq!(again(&mut run, 301), Ok(0));
    run.casts(vote(2, "single", 1, &[0])).unwrap();
    run.now = run.now.plus_seconds(10);
    again(&mut run, 304).unwrap();
    assert_eq!(
        again(&mut run, 305),
        Err(Refusal::TooSoon { wait_seconds: 10 })
    );
}
