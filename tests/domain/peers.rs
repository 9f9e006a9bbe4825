//! The failures found in peers, each by name. What they are and where they were read:
//! a tally written from a stale copy (Claper), a ballot deleted and inserted in two steps and options removed
//! with their votes (Venueless), a close that the page enforces and not the count (Claper).

use salon_core::domain::command::{Command, HostAsk, Role};
use salon_core::domain::decide::decide;
use salon_core::domain::fact::Fact;
use salon_core::domain::poll::Phase;
use salon_core::domain::poll::kind::Choice;
use salon_core::domain::session::Session;
use salon_core::ids::OptionId;

use crate::run::{Run, poll_id, via, vote, voter, write_in};

fn all_open() -> Run {
    let mut run = Run::new();
    run.opens_all();
    run
}

fn count(run: &Run, poll: &str, option: u16) -> u32 {
    run.poll(poll).tally.count(OptionId(option))
}

/// Claper wrote `vote_count + 1` from the copy that the voter's page held: two at once became one.
#[test]
fn two_voters_at_once_on_one_option_are_two() {
    let mut run = all_open();
    let stale = run.session.clone();
    let from = |n| {
        let cast = Command::Cast(vote(n, "single", 1, &[0]));
        decide(&stale, Role::Audience, &cast, run.now).unwrap()
    };
    // Both are decided before either is applied; a fact is a ballot and not a new total.
    let (one, two) = (from(1), from(2));
    run.take(one);
    run.take(two);
    assert_eq!(count(&run, "single", 0), 2);
    assert_eq!(run.poll("single").tally.voters, 2);
}

#[test]
fn two_tabs_of_one_voter_the_later_choice_wins_in_any_order() {
    for later_first in [false, true] {
        let mut run = all_open();
        let (first, second) = (vote(1, "single", 1, &[0]), vote(1, "single", 2, &[1]));
        if later_first {
            assert_eq!(run.casts(second), Ok(1));
            assert_eq!(run.casts(first).unwrap_err().code(), "superseded");
        } else {
            assert_eq!(run.casts(first), Ok(1));
            assert_eq!(run.casts(second), Ok(1));
        }
        assert_eq!((count(&run, "single", 0), count(&run, "single", 1)), (0, 1));
        assert_eq!(run.poll("single").tally.voters, 1);
    }
}

#[test]
fn two_tabs_of_one_voter_that_choose_at_once_the_second_is_stale() {
    let mut run = all_open();
    assert_eq!(run.casts(vote(1, "single", 1, &[0])), Ok(1));
    let stale = run.casts(vote(1, "single", 1, &[1])).unwrap_err();
    assert_eq!(stale.code(), "superseded");
    assert_eq!(run.own(1, "single").answer.unwrap().picks, [0]);
}

/// Claper dropped its unique indexes; only the page kept a second vote away.
#[test]
fn a_double_push_is_one_ballot() {
    let mut run = all_open();
    let cast = vote(1, "multiple", 1, &[0, 1]);
    assert_eq!(run.casts(cast.clone()), Ok(1));
    assert_eq!(run.casts(cast.clone()), Ok(0), "heard, and nothing new");
    assert_eq!(run.poll("multiple").tally.voters, 1);
    // Even if two owners had taken it at the same time, it is one voter's one ballot.
    let stale = all_open().session;
    let facts = decide(&stale, Role::Audience, &Command::Cast(cast), run.now).unwrap();
    run.take(facts);
    assert_eq!(run.poll("multiple").tally.voters, 1);
    assert_eq!(run.poll("multiple").tally.picks(), 2);
}

/// Venueless deleted the old votes and inserted the new ones: a crash between the two lost them.
#[test]
fn a_crash_in_the_middle_of_a_change_loses_nothing() {
    let mut run = all_open();
    run.casts(vote(1, "multiple", 1, &[0, 1])).unwrap();
    let voted = run.log.len();
    run.casts(vote(1, "multiple", 2, &[2])).unwrap();
    run.casts(write_in(1, "multiple", 3, &[0], "keras"))
        .unwrap();
    for cut in voted..=run.log.len() {
        let left = Session::replay(&run.log[..cut]).unwrap();
        let poll = left.poll(&poll_id("multiple")).unwrap();
        assert_eq!(poll.tally.voters, 1, "after {cut} facts");
        assert!(poll.tally.picks() >= 1, "after {cut} facts");
    }
    // A change is one fact; a write-in's name comes before the ballot that picks it.
    let kinds: Vec<bool> = run.log[voted..]
        .iter()
        .map(|recorded| matches!(recorded.fact, Fact::BallotCast { .. }))
        .collect();
    assert_eq!(kinds, [true, false, true]);
}

/// Venueless removed an option and its votes with it, without a word.
#[test]
fn removing_an_option_that_has_votes_is_refused_with_their_number() {
    let mut run = all_open();
    let late = run.adds("single", "Keras").0;
    run.casts(vote(1, "single", 1, &[late])).unwrap();
    run.casts(vote(2, "single", 1, &[late])).unwrap();
    let before = run.session.clone();
    let refused = run.undoes().unwrap_err();
    assert_eq!(refused.code(), "not_possible");
    assert_eq!(
        refused.to_string(),
        "“Add the option “Keras”” cannot be taken back: 2 already picked it. \
         Merge it into another option or hide it instead."
    );
    assert_eq!(run.session, before);
    // When they have changed their minds it can go.
    run.casts(vote(1, "single", 2, &[0])).unwrap();
    run.withdraws(2, "single", 2).unwrap();
    assert_eq!(run.undoes(), Ok(1));
    assert_eq!(run.poll("single").tally.voters, 1);
}

#[test]
fn undoing_an_opening_is_refused_once_votes_are_in() {
    let mut run = Run::new();
    run.opens("single");
    run.casts(vote(1, "single", 1, &[0])).unwrap();
    let refused = run.undoes().unwrap_err().to_string();
    assert!(refused.contains("votes are in"), "{refused}");
    let remove = run.host(HostAsk::RemovePoll(poll_id("single")));
    assert_eq!(remove.unwrap_err().code(), "not_possible");
    assert_eq!(run.poll("single").tally.voters, 1);
}

/// Claper and Venueless divide by picks, so that two of two voters were 50 %.
#[test]
fn percentages_of_multiple_picks_are_of_voters() {
    let mut run = all_open();
    run.casts(vote(1, "multiple", 1, &[0, 1])).unwrap();
    run.casts(vote(2, "multiple", 1, &[0])).unwrap();
    run.casts(vote(3, "multiple", 1, &[0, 2])).unwrap();
    let row = |label: &str, count, percent| (label.to_string(), count, percent);
    assert_eq!(
        run.rows("multiple"),
        [row("A", 3, 100.0), row("B", 1, 33.3), row("C", 1, 33.3)]
    );
    let tally = run.tally("multiple");
    assert_eq!((tally.voters, tally.picks), (3, 5));
    let combos: Vec<_> = tally.combos.iter().map(|c| (&*c.label, c.count)).collect();
    assert_eq!(combos, [("A", 1), ("A + B", 1), ("A + C", 1)]);
    assert!(tally.combos.iter().all(|combo| combo.percent == 33.3));
}

#[test]
fn nobody_voted_is_zero_percent_of_nobody() {
    let run = all_open();
    assert!(
        run.rows("multiple")
            .iter()
            .all(|row| (row.1, row.2) == (0, 0.0))
    );
}

/// The far channel of the test's session is 20 s behind, the farther one 30 s.
#[test]
fn a_vote_at_the_deadline_is_too_late_and_one_millisecond_before_is_counted() {
    // Whether or not the owner's clock has ticked since, the answer is the same.
    for ticks in [false, true] {
        for (channel, grace) in [("", 0), ("zoom", 0), ("far", 20_000), ("farther", 30_000)] {
            let mut run = Run::new();
            run.opens_for("single", Some(10));
            let cast = |n| match channel {
                "" => vote(n, "single", 1, &[0]),
                channel => via(channel, vote(n, "single", 1, &[0])),
            };
            run.waits(10_000 + grace - 1);
            if ticks {
                run.ticks();
            }
            assert_eq!(run.casts(cast(1)), Ok(1), "{channel}: one ms before");
            run.waits(1);
            if ticks {
                run.ticks();
            }
            let late = run.casts(cast(2)).unwrap_err();
            assert_eq!(late.code(), "closed", "{channel}: at the deadline");
            assert_eq!(run.poll("single").tally.voters, 1);
        }
    }
}

#[test]
fn a_channel_that_is_not_the_sessions_has_no_grace_and_is_not_counted_as_one() {
    let mut run = Run::new();
    run.opens_for("single", Some(10));
    run.casts(via("made-up", vote(1, "single", 1, &[0])))
        .unwrap();
    assert_eq!(run.tally("single").channels[0].label, "Direct link");
    run.waits(10_000);
    let late = run.casts(via("made-up", vote(2, "single", 1, &[0])));
    assert_eq!(late.unwrap_err().code(), "closed");
}

#[test]
fn a_countdown_and_a_close_by_hand_give_the_same_grace() {
    let mut counted = Run::new();
    counted.opens_for("single", Some(10));
    counted.waits(10_000);
    assert_eq!(counted.ticks(), 1);
    let mut by_hand = Run::new();
    by_hand.opens("single");
    by_hand.waits(10_000);
    by_hand.closes("single");
    let phase = |run: &Run| run.poll("single").phase;
    assert_eq!(phase(&counted), phase(&by_hand));
    let start = counted.now.0;
    assert!(
        matches!(phase(&counted), Phase::Closing { since, until } if since.0 == start && until.0 == start + 30_000)
    );
    for mut run in [counted, by_hand] {
        assert!(!run.tally("single").is_final, "a far viewer may still vote");
        assert_eq!(
            run.casts(vote(1, "single", 1, &[0])).unwrap_err().code(),
            "closed"
        );
        run.waits(19_999);
        assert_eq!(run.casts(via("far", vote(2, "single", 1, &[0]))), Ok(1));
        run.waits(1);
        assert!(run.casts(via("far", vote(3, "single", 1, &[0]))).is_err());
        run.waits(9_999);
        assert_eq!(run.ticks(), 0);
        assert!(!run.tally("single").is_final);
        run.waits(1);
        assert_eq!(run.ticks(), 1);
        assert_eq!(phase(&run), Phase::Closed);
        assert!(run.tally("single").is_final);
        assert_eq!(run.tally("single").voters, 1);
        assert_eq!(run.ticks(), 0, "a deadline passes once");
    }
}

#[test]
fn a_tick_that_comes_long_after_both_ends_closes_at_once() {
    let mut run = Run::new();
    run.opens_for("single", Some(10));
    run.waits(60_000);
    assert_eq!(run.ticks(), 1);
    assert_eq!(run.poll("single").phase, Phase::Closed);
}

#[test]
fn more_time_is_counted_from_the_old_deadline_and_moves_it_for_everyone() {
    let mut run = Run::new();
    run.opens_for("single", Some(10));
    run.waits(4_000);
    let more = HostAsk::ExtendPoll {
        poll: poll_id("single"),
        seconds: 5,
    };
    assert_eq!(run.host(more), Ok(1));
    run.waits(10_999);
    assert_eq!(run.ticks(), 0);
    assert_eq!(run.casts(vote(1, "single", 1, &[0])), Ok(1));
    run.waits(1);
    assert!(run.casts(vote(2, "single", 1, &[0])).is_err());
}

#[test]
fn a_ballot_can_be_withdrawn_until_its_own_channel_closes() {
    let mut run = all_open();
    run.casts(vote(1, "single", 1, &[0])).unwrap();
    run.casts(via("far", vote(2, "single", 1, &[0]))).unwrap();
    run.closes("single");
    assert_eq!(run.withdraws(1, "single", 2).unwrap_err().code(), "closed");
    assert_eq!(run.withdraws(2, "single", 2), Ok(1));
    assert_eq!(run.poll("single").tally.voters, 1);
}

#[test]
fn a_poll_that_is_opened_again_keeps_its_ballots_and_takes_more() {
    let mut run = all_open();
    run.casts(vote(1, "single", 1, &[0])).unwrap();
    let close = HostAsk::ClosePoll {
        poll: poll_id("single"),
        now: true,
    };
    run.host(close).unwrap();
    assert!(run.tally("single").is_final);
    assert_eq!(
        run.casts(vote(1, "single", 2, &[1])).unwrap_err().code(),
        "closed"
    );
    run.opens("single");
    assert!(!run.tally("single").is_final);
    assert_eq!(
        run.tally("single").voters,
        1,
        "what was counted stays counted"
    );
    run.casts(vote(1, "single", 2, &[1])).unwrap();
    run.casts(vote(2, "single", 1, &[1])).unwrap();
    assert_eq!(count(&run, "single", 1), 2);
    assert!(run.public_log().contains(&"Opened again.".to_string()));
}

#[test]
fn one_person_on_two_channels_has_one_ballot_counted_under_the_last() {
    let mut run = all_open();
    run.casts(via("zoom", vote(1, "single", 1, &[0]))).unwrap();
    run.casts(via("far", vote(1, "single", 2, &[0]))).unwrap();
    let channels = run.tally("single").channels;
    assert_eq!(channels.len(), 1);
    assert_eq!((&*channels[0].id, channels[0].voters), ("far", 1));
    assert_eq!(channels[0].counts, [1, 0, 0]);
}

#[test]
fn the_host_may_vote_too_once() {
    let mut run = all_open();
    let cast = Command::Cast(vote(7, "single", 1, &[0]));
    assert_eq!(run.ask(Role::Host, &cast), Ok(1));
    assert_eq!(run.ask(Role::Audience, &cast), Ok(0));
    let held = &run.poll("single").ballots[&voter(7)];
    assert_eq!(held.choice, Some(Choice::Picks(vec![OptionId(0)])));
}
