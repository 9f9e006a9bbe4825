//! A row of a tally counts people. Where it stands for several answers, one who picked two of them is one.

use std::collections::BTreeSet;

use proptest::prelude::*;
use salon_core::domain::command::{HostAsk, Role};
use salon_core::domain::poll::Poll;
use salon_core::domain::poll::kind::Choice;
use salon_core::ids::OptionId;
use salon_core::protocol::{CountView, TallyView};
use salon_core::translate::show;

use crate::asks::any_steps;
use crate::run::{Run, poll_id, via, vote, write_in};

fn count(tally: &TallyView, label: &str) -> (u32, f64) {
    let row = tally.options.iter().find(|row| row.label == label);
    let row = row.unwrap_or_else(|| panic!("no row {label} in {:?}", tally.options));
    (row.count, row.percent)
}

fn hides(run: &mut Run, poll: &str, options: &[u16]) {
    for option in options {
        let ask = HostAsk::HideOption {
            poll: poll_id(poll),
            option: OptionId(*option),
        };
        assert_eq!(run.host(ask), Ok(1));
    }
}

/// An open poll of several choices with so many options, with a channel.
fn wide(options: usize, write_in: bool) -> Run {
    let labels: Vec<String> = (0..options).map(|n| format!("\"option {n}\"")).collect();
    let sheet = format!(
        "title = \"T\"\n[[channel]]\nid = \"zoom\"\nlabel = \"Zoom\"\n[[poll]]\nid = \"many\"\nkind = \"multiple\"\nquestion = \"Which?\"\nwrite_in = {write_in}\noptions = [{}]\n",
        labels.join(", ")
    );
    Run::open(&sheet, &["many"])
}

#[test]
fn hidden_answers_are_counted_by_voters() {
    let mut run = wide(4, false);
    for (n, picks) in (1..).zip([&[0, 1][..], &[0, 1], &[0, 1, 2], &[2], &[3]]) {
        run.casts(via("zoom", vote(n, "many", 1, picks))).unwrap();
    }
    hides(&mut run, "many", &[0, 1]);
    let tally = run.tally("many");
    assert_eq!(count(&tally, "Hidden answers"), (3, 60.0));
    assert_eq!(tally.channels[0].counts, [2, 1, 3]);
    assert!(tally.options.iter().any(|row| row.hidden));
    // The course has a place for each option, and none for the row of several.
    assert!(tally.history.iter().all(|sample| sample.len() == 2 + 2));
}

#[test]
fn write_ins_past_those_listed_are_together_and_none_is_lost() {
    let mut run = wide(2, true);
    // Everyone picks an option and names an answer that nobody else names.
    for n in 0..40_u8 {
        run.casts(write_in(n + 1, "many", 1, &[0], &format!("answer {n}")))
            .unwrap();
    }
    let tally = run.tally("many");
    assert_eq!(count(&tally, "10 more answers"), (10, 25.0));
    assert_eq!(tally.options.last().unwrap().answers, Some(10));
    assert_eq!(tally.others.len(), 10);
    let sets = tally.more_combos.unwrap();
    assert_eq!((sets.sets, sets.voters), (28, 28));
    let shown: u32 = tally.combos.iter().map(|combo| combo.count).sum();
    assert_eq!(shown + sets.voters, tally.voters);
    let audience = show::tally(&run.session, run.poll("many"), Role::Audience);
    assert!(audience.others.is_empty() && audience.rest.is_empty());
    assert_eq!(audience.options, tally.options);
}

#[test]
fn what_is_left_over_of_a_poll_with_many_options_is_people() {
    let mut run = wide(12, false);
    let all: Vec<u16> = (0..12).collect();
    for n in 1..=9 {
        run.casts(vote(n, "many", 1, &all)).unwrap();
    }
    run.casts(vote(10, "many", 1, &[11])).unwrap();
    let tally = run.tally("many");
    // The last option leads. Whatever is shown, the nine are in what is left over, until nothing is.
    assert_eq!(tally.rest[0], 10);
    assert_eq!(tally.rest[1..12], [9; 11]);
    assert_eq!(tally.rest[12], 0);
}

/// The options that each voter's ballot counts for now.
fn counted_for(poll: &Poll) -> Vec<BTreeSet<u16>> {
    let resolve = |picks: &Vec<OptionId>| picks.iter().map(|id| poll.resolve(*id).0).collect();
    let ballots = poll.ballots.values();
    ballots
        .filter_map(|ballot| match &ballot.choice {
            Some(Choice::Picks(picks)) => Some(resolve(picks)),
            _ => None,
        })
        .collect()
}

fn check(poll: &Poll, tally: &TallyView) -> Result<(), TestCaseError> {
    for row in &tally.options {
        prop_assert!(row.count <= tally.voters, "{:?}", row);
        prop_assert!(row.percent <= 100.0, "{:?}", row);
    }
    for channel in &tally.channels {
        prop_assert!(channel.counts.iter().all(|n| *n <= channel.voters));
    }
    let ballots = counted_for(poll);
    let voters_of = |wanted: &dyn Fn(u16) -> bool| {
        let picked = ballots
            .iter()
            .filter(|picks| picks.iter().any(|id| wanted(*id)));
        u32::try_from(picked.count()).unwrap()
    };
    let is_hidden = |id: u16| poll.option(OptionId(id)).is_ok_and(|one| one.hidden);
    let hidden = tally.options.iter().find(|row| row.hidden);
    if !ballots.is_empty() && tally.numbers.is_none() {
        let shown = hidden.map_or(0, |row| row.count);
        prop_assert_eq!(shown, voters_of(&is_hidden));
    }
    let mut ranked: Vec<&CountView> = tally
        .options
        .iter()
        .filter(|row| row.id.is_some())
        .collect();
    ranked.sort_by_key(|row| std::cmp::Reverse(row.count));
    if tally.numbers.is_some() {
        return Ok(());
    }
    for (n, left) in tally.rest.iter().enumerate() {
        let top: Vec<u16> = ranked[..n].iter().filter_map(|row| row.id).collect();
        prop_assert_eq!(*left, voters_of(&|id| !top.contains(&id)), "{}", n);
    }
    let sets: u32 = tally.combos.iter().map(|combo| combo.count).sum();
    if !tally.combos.is_empty() {
        prop_assert_eq!(
            sets + tally.more_combos.map_or(0, |more| more.voters),
            tally.voters
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn no_row_has_more_people_than_voted(steps in any_steps(120), hide in prop::collection::vec(0..5_u16, 0..3)) {
        let mut run = Run::new();
        run.opens_all();
        run.takes_all(steps);
        for option in hide {
            let ask = HostAsk::HideOption { poll: poll_id("multiple"), option: OptionId(option) };
            drop(run.host(ask));
        }
        for poll in &run.session.polls {
            for role in [Role::Host, Role::Stage, Role::Audience] {
                check(poll, &show::tally(&run.session, poll, role))?;
            }
        }
    }
}
