//! Undo gives the state before the action that is taken back. What stays, and why, is said here once:
//!
//! - `rev`, `seq`, `acts` and the log go forward: undo is itself something that happened, and is on record.
//! - Options that were added keep their ids for ever, marked as removed; a poll's `revision` and its tally's
//!   `version` go forward too, and its course (`history`) has the detour in it.
//! - `opened_at` stays: when people first saw the poll.
//! - A countdown with less than ten seconds left comes back without one, and a poll in its grace comes back
//!   open (closed, where it was the reopening that is undone): else it would close again at once.
//! - The stack of undo steps holds thirty: its oldest is gone for good once it was full.

use proptest::prelude::*;
use salon_core::domain::command::HostAsk;
use salon_core::domain::fact::{Edit, Fact, State};
use salon_core::domain::poll::tally::History;
use salon_core::domain::poll::{Phase, Poll};
use salon_core::domain::session::{Session, UNDO_MAX};
use salon_core::ids::Timestamp;

use crate::asks::{any_act, any_steps};
use crate::run::{Run, poll_id, segment_id, vote};

/// A session without what goes forward whatever happens, and without what is compared apart.
fn lasting(session: &Session) -> Session {
    let mut session = session.clone();
    (session.rev, session.seq, session.acted_at) = (0, 0, None);
    session.acts = 0;
    (session.questions.version, session.chat.version) = (0, 0);
    session.log.clear();
    session.undo.clear();
    for poll in &mut session.polls {
        poll.revision = 0;
        poll.tally.version = 0;
        poll.history = History::default();
        poll.phase = Phase::Draft;
        poll.opened_at = None;
        while poll.options.last().is_some_and(|option| option.removed) {
            poll.options.pop();
        }
    }
    session
}

/// The phase that a poll comes back to.
fn phase_again(ask: &HostAsk, was: &Poll, session: &Session, now: Timestamp) -> Phase {
    let is_meant = match ask {
        HostAsk::OpenPoll { poll, .. } => {
            return match was.phase {
                Phase::Closing { .. } if *poll == was.plan.id => Phase::Closed,
                phase => phase,
            };
        }
        HostAsk::ClosePoll { poll, .. } | HostAsk::ExtendPoll { poll, .. } => *poll == was.plan.id,
        HostAsk::EndSession => session.state.name() == "live",
        _ => false,
    };
    match was.phase {
        Phase::Open {
            closes_at: Some(at),
        } if is_meant && at.0 < now.0 + 10_000 => Phase::Open { closes_at: None },
        Phase::Closing { .. } if is_meant => Phase::Open { closes_at: None },
        phase => phase,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn undo_gives_the_state_before(steps in any_steps(60), ask in any_act(), all_open in any::<bool>()) {
        let mut run = Run::new();
        if all_open {
            run.opens_all();
        }
        run.takes_all(steps);
        let before = run.session.clone();
        let Ok(1) = run.host(ask.clone()) else { return Ok(()) };
        // Nobody voted in between, so nothing can be lost.
        prop_assert_eq!(run.undoes(), Ok(1));
        if run.session.state == State::Draft {
            // See `a_session_whose_start_is_undone_has_no_times_yet`, which holds this alone.
            run.session.agenda.clone_from(&before.agenda);
        }
        let after = &run.session;
        prop_assert_eq!(lasting(after), lasting(&before));
        let oldest_gone = usize::from(before.undo.len() == UNDO_MAX);
        prop_assert_eq!(&after.undo[..], &before.undo[oldest_gone..]);
        prop_assert_eq!(&after.log[..before.log.len()], &before.log[..], "the log only grows");
        for (is, was) in after.polls.iter().zip(&before.polls) {
            prop_assert_eq!(is.phase, phase_again(&ask, was, &before, run.now));
            let replaced = matches!(ask, HostAsk::EditPoll(_) | HostAsk::RemovePoll(_));
            prop_assert!(is.opened_at == was.opened_at || was.opened_at.is_none() || replaced);
            prop_assert!(is.revision >= was.revision || replaced);
            prop_assert!(is.tally.version >= was.tally.version || replaced);
        }
    }

    /// As far back as the stack goes, whatever was done: undone one by one it is all as it began.
    #[test]
    fn everything_can_be_undone_where_nobody_voted(acts in prop::collection::vec(any_act(), 1..UNDO_MAX)) {
        let mut run = Run::new();
        let first = run.session.clone();
        for act in acts {
            let _ = run.host(act);
        }
        while !run.session.undo.is_empty() {
            prop_assert_eq!(run.undoes(), Ok(1));
        }
        run.session.agenda.clone_from(&first.agenda);
        let mut end = lasting(&run.session);
        for poll in &mut end.polls {
            // Draft or not is part of the state here: nothing ran out.
            poll.phase = run.session.poll(&poll.plan.id).unwrap().phase;
        }
        prop_assert_eq!(end, lasting(&first));
        prop_assert!(run.undoes().is_err());
    }

    /// Refused or not, an undo never costs a vote.
    #[test]
    fn no_undo_loses_a_vote(steps in any_steps(60), undos in 1..10_usize) {
        let mut run = Run::new();
        run.opens_all();
        run.takes_all(steps);
        for _ in 0..undos {
            let before = run.session.clone();
            let done = run.undoes();
            if done.is_err() {
                prop_assert_eq!(&run.session, &before);
            }
            for was in before.polls.iter().filter(|poll| poll.tally.voters > 0) {
                let is = run.session.poll(&was.plan.id).unwrap();
                prop_assert_eq!(&is.ballots, &was.ballots);
                prop_assert_eq!(is.tally.voters, was.tally.voters);
                prop_assert_ne!(is.phase, Phase::Draft);
            }
        }
    }
}

#[test]
fn the_thirty_first_action_pushes_the_first_out() {
    let mut run = Run::new();
    run.opens("single");
    for n in 0..UNDO_MAX {
        run.adds("single", &format!("Option {n}"));
    }
    for _ in 0..UNDO_MAX {
        assert_eq!(run.undoes(), Ok(1));
    }
    let refused = run.undoes().unwrap_err();
    assert_eq!(refused.to_string(), "There is nothing to undo.");
    assert!(run.poll("single").phase.takes_votes());
}

#[test]
fn an_undone_option_keeps_its_id_and_the_next_one_gets_another() {
    let mut run = Run::new();
    run.opens("single");
    let slip = run.adds("single", "Kreas");
    run.undoes().unwrap();
    let right = run.adds("single", "Kreas");
    assert_eq!((slip.0, right.0), (3, 4));
    let refused = run.casts(vote(1, "single", 1, &[slip.0])).unwrap_err();
    assert_eq!(refused.code(), "bad_answer");
    assert_eq!(run.casts(vote(1, "single", 1, &[right.0])), Ok(1));
}

#[test]
fn an_undo_is_on_record() {
    let mut run = Run::new();
    run.opens("single");
    run.adds("single", "Keras");
    run.undoes().unwrap();
    let Some(Fact::Undone { label, edits, .. }) = run.log.last().map(|last| last.fact.clone())
    else {
        panic!("{:?}", run.log.last());
    };
    assert_eq!(label, "Add the option “Keras”");
    assert!(matches!(edits[..], [Edit::OptionRemoved { .. }]));
    assert_eq!(
        run.public_log().last().unwrap(),
        "Undone: Option removed: “Keras”."
    );
}

/// The agenda says when a talk was on; a slip of the finger must not change that.
#[test]
fn segments_come_back_with_their_real_times() {
    let mut run = Run::new();
    run.host(HostAsk::StartSession).unwrap();
    run.waits(60_000);
    run.host(HostAsk::Next).unwrap();
    run.waits(60_000);
    let before = run.session.agenda.clone();
    for slip in [
        HostAsk::Next,
        HostAsk::Previous,
        HostAsk::Go(segment_id("three")),
        HostAsk::RemoveSegment(segment_id("one")),
        HostAsk::RemoveSegment(segment_id("three")),
        HostAsk::MoveSegment {
            segment: segment_id("one"),
            to: 9,
        },
    ] {
        run.host(slip.clone()).unwrap();
        run.waits(1_000);
        run.undoes().unwrap();
        assert_eq!(run.session.agenda, before, "{slip:?}");
    }
}

/// Fails (issue 2, "planned and real times", "undo for the last action"): the undone start stays the first
/// segment's start for ever, so that its real time is wrong by as long as the host waited.
#[test]
fn a_session_whose_start_is_undone_has_no_times_yet() {
    for starts in [
        HostAsk::StartSession,
        HostAsk::OpenPoll {
            poll: poll_id("single"),
            seconds: None,
        },
    ] {
        let mut run = Run::new();
        let before = run.session.agenda.clone();
        run.host(starts).unwrap();
        run.undoes().unwrap();
        assert_eq!(run.session.agenda, before);
        run.waits(600_000);
        run.host(HostAsk::StartSession).unwrap();
        assert_eq!(run.session.agenda[0].started_at, Some(run.now));
    }
}
