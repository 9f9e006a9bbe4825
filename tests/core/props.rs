//! Properties of any sequence of votes, changes, merges, withdrawals, closes and reopens.

use std::collections::BTreeMap;

use proptest::prelude::*;
use salon::domain::command::{Command, HostAsk, Role};
use salon::domain::fact::{Fact, Recorded};
use salon::domain::poll::Poll;
use salon::domain::poll::kind::Choice;
use salon::domain::session::Session;
use salon::ids::OptionId;

use crate::run::{Run, Step, any_host_ask, any_step};

/// Counted anew from the ballots, the plain way: nothing of the program's own counting is used.
fn naive_counts(poll: &Poll) -> (u32, BTreeMap<OptionId, u32>, BTreeMap<Vec<OptionId>, u32>) {
    let mut counts = BTreeMap::new();
    let mut combos = BTreeMap::new();
    let mut voters = 0;
    for ballot in poll.ballots.values() {
        match &ballot.choice {
            None => continue,
            Some(Choice::Forecast(forecast)) => {
                if let Some(row) = forecast.says.row() {
                    *counts.entry(row).or_insert(0) += 1;
                }
            }
            Some(Choice::Picks(picks)) => {
                let mut targets: Vec<OptionId> = picks
                    .iter()
                    .map(|pick| {
                        let mut at = *pick;
                        while let Some(into) = poll.option(at).ok().and_then(|o| o.merged_into) {
                            at = into;
                        }
                        at
                    })
                    .collect();
                targets.sort_unstable();
                targets.dedup();
                for target in &targets {
                    *counts.entry(*target).or_insert(0) += 1;
                }
                *combos.entry(targets).or_insert(0) += 1;
            }
        }
        voters += 1;
    }
    (voters, counts, combos)
}

fn check(session: &Session) -> Result<(), TestCaseError> {
    for poll in &session.polls {
        let (voters, counts, combos) = naive_counts(poll);
        prop_assert_eq!(poll.tally.voters, voters);
        prop_assert_eq!(&poll.tally.counts, &counts);
        prop_assert_eq!(&poll.tally.combos, &combos);
        prop_assert_eq!(&poll.tally, &poll.recount());
        prop_assert_eq!(poll.tally.revisions.values().sum::<u32>(), voters);
        let by_channel: u32 = poll.tally.channels.values().map(|c| c.voters).sum();
        prop_assert_eq!(by_channel, voters);
        if poll.plan.kind.name() == "single" {
            prop_assert_eq!(counts.values().sum::<u32>(), voters);
        }
        if let Some(last) = poll.history.samples.last() {
            prop_assert_eq!(last.voters, voters, "the course ends with the present");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn replay_is_state_and_tallies_are_recounts(steps in prop::collection::vec(any_step(), 1..120)) {
        let mut run = Run::new();
        run.opens_all();
        let mut taken = 0;
        for step in steps {
            match step {
                Step::Wait(ms) => run.now.0 += ms,
                Step::Ask(role, command) => {
                    let before = run.session.clone();
                    match run.ask(role, &command) {
                        Err(_) => prop_assert_eq!(&run.session, &before, "a refusal changes nothing"),
                        Ok(0) => prop_assert_eq!(&run.session, &before),
                        Ok(_) => taken += 1,
                    }
                    // A voter's retry, word for word, is heard and does nothing.
                    if let Command::Cast(cast) = &command
                        && cast.seq.is_some()
                        && before != run.session
                    {
                        prop_assert_eq!(run.ask(role, &command), Ok(0));
                    }
                    check(&run.session)?;
                }
            }
        }
        prop_assume!(taken > 0);
        prop_assert_eq!(Session::replay(&run.log), Some(run.session.clone()));
        // The same once more through what is stored.
        let stored: Vec<Recorded> = run.log.iter().map(|recorded| {
            let text = serde_json::to_string(&recorded.fact).unwrap();
            Recorded { fact: serde_json::from_str::<Fact>(&text).unwrap(), ..recorded.clone() }
        }).collect();
        prop_assert_eq!(Session::replay(&stored), Some(run.session));
    }

    #[test]
    fn undo_gives_the_state_before(
        steps in prop::collection::vec(any_step(), 0..60),
        ask in any_host_ask().prop_filter("undo of undo is another matter", |ask| *ask != HostAsk::Undo),
    ) {
        let mut run = Run::new();
        run.opens_all();
        for step in steps {
            match step {
                Step::Wait(ms) => run.now.0 += ms,
                Step::Ask(role, command) => { let _ = run.ask(role, &command); }
            }
        }
        let before = run.session.clone();
        let Ok(1) = run.host(ask) else { return Ok(()) };
        if run.host(HostAsk::Undo).is_err() {
            // Only where votes would be lost; then nothing was taken back.
            return Ok(());
        }
        let after = &run.session;
        prop_assert_eq!(after.state, before.state);
        prop_assert_eq!(&after.current, &before.current);
        prop_assert_eq!(&after.on_stage, &before.on_stage);
        prop_assert_eq!(after.undo.len().min(29), before.undo.len().min(29));
        prop_assert_eq!(&after.agenda, &before.agenda, "segments, their order and their times");
        prop_assert_eq!(after.polls.len(), before.polls.len());
        for (is, was) in after.polls.iter().zip(&before.polls) {
            prop_assert_eq!(&is.plan, &was.plan);
            prop_assert_eq!(is.revealed, was.revealed);
            prop_assert_eq!(&is.resolution, &was.resolution);
            prop_assert_eq!(&is.ballots, &was.ballots, "no ballot is ever rewritten");
            prop_assert_eq!(&is.tally.counts, &was.tally.counts);
            prop_assert_eq!(&is.write_ins, &was.write_ins);
            // An option that was added keeps its place, taken back.
            let kept: Vec<_> = is.options.iter().filter(|option| !option.removed).collect();
            let held: Vec<_> = was.options.iter().filter(|option| !option.removed).collect();
            prop_assert_eq!(kept, held);
            // A countdown that is all but over comes back without one; a closing poll comes back open or closed.
            if is.phase != was.phase {
                prop_assert!(was.phase.takes_votes(), "{:?} → {:?}", was.phase, is.phase);
            }
        }
    }

    #[test]
    fn nobody_but_a_host_can_host(ask in any_host_ask()) {
        let mut run = Run::new();
        run.opens_all();
        let before = run.session.clone();
        for role in [Role::Audience, Role::Stage] {
            prop_assert!(run.ask(role, &Command::Host(ask.clone())).is_err());
        }
        prop_assert_eq!(&run.session, &before);
    }
}
