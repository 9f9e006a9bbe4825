//! Properties of any sequence of votes, changes, merges, withdrawals, closes and reopens.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use salon_core::domain::command::{Command, HostAsk, Role};
use salon_core::domain::fact::{Edit, Fact, Recorded};
use salon_core::domain::poll::Poll;
use salon_core::domain::poll::kind::Choice;
use salon_core::domain::poll::prediction::Says;
use salon_core::domain::poll::tally::{ChannelCount, Tally};
use salon_core::domain::session::Session;
use salon_core::ids::{BallotKey, OptionId, PollId};

use crate::asks::{Step, any_act, any_cast, any_steps};
use crate::run::{POLLS, Run, kept_and_read, poll_id};

/// Where a pick ends up, found by walking from option to option.
fn counted_under(poll: &Poll, pick: OptionId) -> OptionId {
    match poll.option(pick).unwrap().merged_into {
        Some(into) => counted_under(poll, into),
        None => pick,
    }
}

/// Counted anew from the ballots, the plain way: nothing of the program's own counting is used.
fn counted_by_hand(poll: &Poll) -> Tally {
    let mut voters = 0;
    let mut counts = BTreeMap::new();
    let mut combos = BTreeMap::new();
    let mut channels: BTreeMap<_, ChannelCount> = BTreeMap::new();
    let mut revisions = BTreeMap::new();
    let mut percents = BTreeMap::new();
    let mut by = BTreeMap::new();
    for ballot in poll.ballots.values() {
        let Some(choice) = &ballot.choice else {
            continue;
        };
        voters += 1;
        *revisions.entry(ballot.revision).or_insert(0) += 1;
        let mut rows = Vec::new();
        match choice {
            Choice::Picks(picks) => {
                for pick in picks {
                    let row = counted_under(poll, *pick);
                    if !rows.contains(&row) {
                        rows.push(row);
                    }
                }
                rows.sort();
                *combos.entry(rows.clone()).or_insert(0) += 1;
            }
            Choice::Forecast(forecast) => {
                let (row, percent) = match forecast.says {
                    Says::Yes => (Some(0), 100),
                    Says::No => (Some(1), 0),
                    Says::Both => (Some(2), 50),
                    Says::Percent(percent) => (None, percent),
                };
                rows.extend(row.map(OptionId));
                *percents.entry(percent).or_insert(0) += 1;
                if let Some(horizon) = forecast.by {
                    *by.entry(horizon).or_insert(0) += 1;
                }
            }
        }
        let channel = channels.entry(ballot.channel.clone()).or_default();
        channel.voters += 1;
        if rows.len() > 1 {
            *channel.combos.entry(rows.clone()).or_insert(0) += 1;
        }
        for row in rows {
            *counts.entry(row).or_insert(0) += 1;
            *channel.counts.entry(row).or_insert(0) += 1;
        }
    }
    Tally {
        version: poll.tally.version,
        voters,
        counts,
        combos,
        channels,
        revisions,
        percents,
        by,
    }
}

fn check_counts(session: &Session) -> Result<(), TestCaseError> {
    for poll in &session.polls {
        let id = &poll.plan.id;
        prop_assert_eq!(&poll.tally, &counted_by_hand(poll), "{}", id);
        prop_assert_eq!(&poll.tally, &poll.recount(), "{}", id);
        let voters = poll.tally.voters;
        let counted = poll.ballots.values().filter(|b| b.choice.is_some()).count();
        prop_assert_eq!(voters as usize, counted, "no ballot is lost");
        prop_assert_eq!(poll.tally.revisions.values().sum::<u32>(), voters);
        if ["single", "strict", "ad-hoc"].contains(&id.as_str()) {
            prop_assert_eq!(poll.tally.picks(), voters, "one pick a voter");
        }
        prop_assert!(poll.tally.counts.values().all(|n| *n <= voters));
        if let Some(last) = poll.history.samples.last() {
            prop_assert_eq!(last.voters, voters, "the course ends with the present");
            prop_assert_eq!(&last.counts, &poll.tally.counts);
        }
        prop_assert!(poll.ballots.values().all(|b| b.revision <= poll.revision));
    }
    Ok(())
}

/// What each voter last said and was heard to say, kept beside the session from the facts alone.
#[derive(Default)]
struct Heard(HashMap<(PollId, BallotKey), (u32, Option<Choice>)>);

impl Heard {
    fn note(&mut self, facts: &[Recorded]) -> Result<(), TestCaseError> {
        for recorded in facts {
            let (poll, voter, seq, choice) = match &recorded.fact {
                Fact::BallotCast {
                    poll,
                    voter,
                    seq,
                    choice,
                    ..
                } => (poll, voter, seq, Some(choice.clone())),
                Fact::BallotWithdrawn { poll, voter, seq } => (poll, voter, seq, None),
                Fact::Acted { edits, .. } | Fact::Undone { edits, .. } => {
                    edits.iter().try_for_each(|edit| self.forget(edit))?;
                    continue;
                }
                _ => continue,
            };
            let old = self.0.insert((poll.clone(), *voter), (*seq, choice));
            prop_assert!(old.is_none_or(|(held, _)| held < *seq), "only forward");
        }
        Ok(())
    }

    /// A draft that is replaced or removed begins anew: none of its ballots may have been counted.
    fn forget(&mut self, edit: &Edit) -> Result<(), TestCaseError> {
        let gone = match edit {
            Edit::PollChanged { poll } | Edit::PollPut { poll, .. } => &poll.id,
            Edit::PollRemoved { poll } => poll,
            _ => return Ok(()),
        };
        let counted = |(_, choice): &(u32, Option<Choice>)| choice.is_some();
        let lost = self
            .0
            .iter()
            .any(|((id, _), held)| id == gone && counted(held));
        prop_assert!(!lost, "{gone:?} is replaced with its votes");
        self.0.retain(|(id, _), _| id != gone);
        Ok(())
    }

    /// One ballot a voter, and it is the last one heard; none is missing and none came from nowhere.
    fn check(&self, session: &Session) -> Result<(), TestCaseError> {
        let mut ballots = 0;
        for poll in &session.polls {
            ballots += poll.ballots.len();
            for (voter, ballot) in &poll.ballots {
                let heard = self.0.get(&(poll.plan.id.clone(), *voter));
                prop_assert_eq!(heard, Some(&(ballot.seq, ballot.choice.clone())));
            }
            let cast = self.0.keys().filter(|(id, _)| *id == poll.plan.id).count();
            prop_assert!(poll.tally.voters as usize <= cast);
        }
        prop_assert_eq!(ballots, self.0.len());
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn replay_is_state_and_tallies_are_recounts(steps in any_steps(120)) {
        let mut run = Run::new();
        run.opens_all();
        let mut heard = Heard::default();
        // Follows from what is stored only: each fact through its JSON.
        let mut follower = Session::replay(&run.log).unwrap();
        for step in steps {
            let (role, command) = match step {
                Step::Wait(ms) => {
                    run.waits(ms);
                    continue;
                }
                Step::Ask(role, command) => (role, command),
            };
            let before = run.session.clone();
            let old = run.log.len();
            match run.ask(role, &command) {
                Err(_) | Ok(0) => {
                    prop_assert_eq!(&run.session, &before, "a refusal changes nothing");
                    prop_assert_eq!(run.log.len(), old);
                }
                Ok(n) => prop_assert_eq!(run.session.seq, before.seq + n as i64, "no gap"),
            }
            // A voter's retry, word for word, is heard and does nothing.
            let is_vote = matches!(&command, Command::Cast(c) if c.seq.is_some())
                || matches!(&command, Command::Withdraw { seq: Some(_), .. });
            if is_vote && run.log.len() > old {
                prop_assert_eq!(run.ask(role, &command), Ok(0));
            }
            heard.note(&run.log[old..])?;
            heard.check(&run.session)?;
            check_counts(&run.session)?;
            for recorded in &run.log[old..] {
                let text = serde_json::to_string(&recorded.fact).unwrap();
                let fact = serde_json::from_str::<Fact>(&text).unwrap();
                prop_assert_eq!(&fact, &recorded.fact);
                follower.apply(&Recorded { fact, ..recorded.clone() });
            }
            prop_assert_eq!(&follower, &run.session);
        }
        prop_assert_eq!(Session::replay(&run.log), Some(run.session.clone()));
        prop_assert_eq!(&kept_and_read(&run.session), &run.session);
    }

    #[test]
    fn merged_and_taken_out_again_counts_are_as_before(
        steps in any_steps(80),
        poll in prop::sample::select(vec!["single", "multiple"]),
        from in 0..5_u16,
        into in 0..5_u16,
        written in any::<bool>(),
    ) {
        let mut run = Run::new();
        run.opens_all();
        run.takes_all(steps);
        let from = OptionId(if written { crate::run::written(from) } else { from });
        if run.session.poll(&poll_id(poll)).is_err() {
            return Ok(());
        }
        let before = run.poll(poll).tally.clone();
        let was = run.poll(poll).option(from).ok().and_then(|o| o.merged_into);
        let merge = HostAsk::MergeOptions { poll: poll_id(poll), from: vec![from], into: OptionId(into) };
        let Ok(1) = run.host(merge) else { return Ok(()) };
        let merged = &run.poll(poll).tally;
        prop_assert_eq!(merged.voters, before.voters);
        prop_assert_eq!(merged.count(from), 0);
        if was.is_some() {
            return Ok(());
        }
        let apart = HostAsk::UnmergeOption { poll: poll_id(poll), option: from };
        prop_assert_eq!(run.host(apart), Ok(1));
        let after = Tally { version: before.version, ..run.poll(poll).tally.clone() };
        prop_assert_eq!(after, before);
    }

    #[test]
    fn what_one_voter_does_is_never_told_of_another(
        steps in any_steps(60),
        cast in any_cast(),
    ) {
        let mut run = Run::new();
        run.opens_all();
        run.takes_all(steps);
        let before = run.session.clone();
        let voter = cast.voter;
        if run.casts(cast).is_err() {
            return Ok(());
        }
        for (is, was) in run.session.polls.iter().zip(&before.polls) {
            let others = |poll: &Poll| {
                let mut ballots = poll.ballots.clone();
                ballots.remove(&voter);
                ballots
            };
            prop_assert_eq!(others(is), others(was));
            prop_assert_eq!(is.phase, was.phase);
            prop_assert_eq!(is.revision, was.revision);
            prop_assert_eq!(&is.options, &was.options);
        }
        prop_assert_eq!(run.session.rev, before.rev);
        prop_assert_eq!(&run.session.log, &before.log);
        prop_assert_eq!(&run.session.undo, &before.undo);
    }

    #[test]
    fn nobody_but_a_host_can_host(ask in any_act()) {
        let mut run = Run::new();
        run.opens_all();
        let before = run.session.clone();
        for role in [Role::Audience, Role::Stage] {
            prop_assert!(run.ask(role, &Command::Host(ask.clone())).is_err());
        }
        prop_assert_eq!(&run.session, &before);
    }
}

/// So that the properties above are about something: the generator reaches every kind of poll.
#[test]
fn any_order_of_asks_reaches_every_poll_and_most_states() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut voted = BTreeMap::new();
    let (mut merged, mut written, mut withdrawn, mut undone, mut elapsed) = (0, 0, 0, 0, 0);
    for _ in 0..60 {
        let steps = any_steps(120).new_tree(&mut runner).unwrap().current();
        let mut run = Run::new();
        run.opens_all();
        run.takes_all(steps);
        for poll in &run.session.polls {
            *voted.entry(poll.plan.id.to_string()).or_insert(0) += poll.tally.voters;
            merged += poll
                .all_options()
                .filter(|(_, o)| o.merged_into.is_some())
                .count();
            written += poll.write_ins.len();
        }
        for recorded in &run.log {
            match recorded.fact {
                Fact::BallotWithdrawn { .. } => withdrawn += 1,
                Fact::Undone { .. } => undone += 1,
                Fact::Elapsed { .. } => elapsed += 1,
                _ => {}
            }
        }
    }
    for poll in POLLS {
        assert!(
            voted.get(poll).is_some_and(|n| *n >= 5),
            "{poll}: {voted:?}"
        );
    }
    for (what, n) in [
        ("merged", merged),
        ("written", written),
        ("withdrawn", withdrawn),
        ("undone", undone),
        ("elapsed", elapsed),
    ] {
        assert!(n >= 10, "{what}: {n}");
    }
}
