//! Facts as they are stored: a promise to every database already written.
//!
//! A line of the golden file is never changed or removed. A new fact or edit adds one.

use std::collections::BTreeSet;

use salon::domain::fact::{Edit, Fact};

const GOLDEN: &str = include_str!("golden/facts.jsonl");

#[test]
fn every_stored_fact_is_read_and_written_the_same() {
    for line in GOLDEN.lines() {
        let fact: Fact =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(serde_json::to_string(&fact).unwrap(), line);
    }
}

/// Fails to compile when a variant is added, so that its golden line is not forgotten.
fn name(fact: &Fact) -> &'static str {
    match fact {
        Fact::SessionCreated { .. } => "session_created",
        Fact::Acted { .. } => "acted",
        Fact::Undone { .. } => "undone",
        Fact::Elapsed { .. } => "elapsed",
        Fact::WrittenIn { .. } => "written_in",
        Fact::BallotCast { .. } => "ballot_cast",
        Fact::BallotWithdrawn { .. } => "ballot_withdrawn",
    }
}

fn edit_name(edit: &Edit) -> &'static str {
    match edit {
        Edit::State { .. } => "state",
        Edit::Settings { .. } => "settings",
        Edit::SegmentPut { .. } => "segment_put",
        Edit::SegmentChanged { .. } => "segment_changed",
        Edit::SegmentMoved { .. } => "segment_moved",
        Edit::SegmentRemoved { .. } => "segment_removed",
        Edit::Current { .. } => "current",
        Edit::SegmentTimes { .. } => "segment_times",
        Edit::Deadline { .. } => "deadline",
        Edit::OnStage { .. } => "on_stage",
        Edit::PollPut { .. } => "poll_put",
        Edit::PollChanged { .. } => "poll_changed",
        Edit::PollRemoved { .. } => "poll_removed",
        Edit::Phase { .. } => "phase",
        Edit::Revealed { .. } => "revealed",
        Edit::OptionPut { .. } => "option_put",
        Edit::OptionRemoved { .. } => "option_removed",
        Edit::OptionRenamed { .. } => "option_renamed",
        Edit::OptionMerged { .. } => "option_merged",
        Edit::OptionHidden { .. } => "option_hidden",
        Edit::Resolved { .. } => "resolved",
    }
}

#[test]
fn every_kind_of_fact_and_edit_has_a_golden_line() {
    let mut facts = BTreeSet::new();
    let mut edits = BTreeSet::new();
    for line in GOLDEN.lines() {
        let fact: Fact = serde_json::from_str(line).unwrap();
        facts.insert(name(&fact));
        if let Fact::Acted {
            edits: made, undo, ..
        } = &fact
        {
            edits.extend(made.iter().chain(undo).map(edit_name));
        }
    }
    assert_eq!(facts.len(), 7, "{facts:?}");
    assert_eq!(edits.len(), 21, "{edits:?}");
}
