//! Session × command → facts, or a refusal that changes nothing. Pure: time is an argument.
//!
//! No facts and no refusal means that the ask was carried out before (a retry) or is already so.

mod agenda;
mod arrange;
mod ballots;
mod demos;
mod options;
mod polls;
mod room;
mod spoken;
mod walks;

use super::command::{Command, HostAsk, Role};
use super::fact::{By, Edit, Fact};
use super::poll::Phase;
use super::questions::moderate;
use super::refusal::Refusal;
use super::session::Session;
use crate::ids::{PollId, Timestamp};

pub fn decide(
    session: &Session,
    role: Role,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    match command {
        Command::Cast(cast) => ballots::cast(session, cast, now),
        Command::Withdraw { poll, voter, seq } => {
            ballots::withdraw(session, poll, *voter, *seq, now)
        }
        Command::Tick => Ok(elapsed(session, now)),
        Command::RunEnded {
            segment,
            number,
            outcome,
        } => Ok(demos::ended(session, segment, *number, outcome)),
        Command::Audience { asker, via, ask } => {
            spoken::audience(session, *asker, via.as_ref(), ask, now)
        }
        Command::Host(ask) if !ask.may(role) => Err(Refusal::NotAllowed),
        Command::Host(ask) => host(session, ask, role, now),
    }
}

/// What a host does in one go, built together with what takes it back.
pub(super) struct Action {
    label: String,
    edits: Vec<Edit>,
    undo: Vec<Edit>,
}

impl Action {
    pub(super) fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            edits: Vec::new(),
            undo: Vec::new(),
        }
    }

    pub(super) fn edit(mut self, edit: Edit, inverse: Edit) -> Self {
        self.edits.push(edit);
        // Taken back in the opposite order.
        self.undo.insert(0, inverse);
        self
    }

    fn into_facts(self, by: By) -> Vec<Fact> {
        if self.edits.is_empty() {
            return Vec::new();
        }
        vec![Fact::Acted {
            label: self.label,
            edits: self.edits,
            undo: self.undo,
            by,
        }]
    }
}

fn host(
    session: &Session,
    ask: &HostAsk,
    role: Role,
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    let action = match ask {
        HostAsk::Having(seen, ask) => {
            seen.check(session, role.by())?;
            return host(session, ask, role, now);
        }
        HostAsk::Undo => return undo(session, role.by(), now),
        HostAsk::Relay(relayed) => return spoken::relay(session, relayed, role),
        HostAsk::Say(text) => return spoken::say(session, text, role),
        HostAsk::StartSession
        | HostAsk::EndSession
        | HostAsk::ReopenSession
        | HostAsk::EditSession { .. }
        | HostAsk::Go(_)
        | HostAsk::Next
        | HostAsk::Previous
        | HostAsk::EditSegment(_)
        | HostAsk::Show(_) => agenda::decide(session, ask, now),
        HostAsk::AddSegment { .. }
        | HostAsk::MoveSegment { .. }
        | HostAsk::MoveSegmentBefore { .. }
        | HostAsk::RemoveSegment(_)
        | HostAsk::RemoveSegmentWithPolls(_)
        | HostAsk::MovePoll { .. } => arrange::decide(session, ask),
        HostAsk::AddPoll { .. }
        | HostAsk::EditPoll(_)
        | HostAsk::RewritePoll { .. }
        | HostAsk::RemovePoll(_)
        | HostAsk::OpenPoll { .. }
        | HostAsk::ClosePoll { .. }
        | HostAsk::ExtendPoll { .. }
        | HostAsk::Reveal(_)
        | HostAsk::HideResult(_)
        | HostAsk::Resolve { .. }
        | HostAsk::Unresolve(_) => polls::decide(session, ask, now),
        HostAsk::AddOption { .. }
        | HostAsk::RenameOption { .. }
        | HostAsk::MergeOptions { .. }
        | HostAsk::UnmergeOption { .. }
        | HostAsk::HideOption { .. }
        | HostAsk::ShowOption { .. }
        | HostAsk::ListOption { .. } => options::decide(session, ask),
        HostAsk::Question(ask) => moderate::decide(session, ask, role, now),
        HostAsk::Demo(ask) => demos::decide(session, ask),
        HostAsk::Walk(ask) => walks::decide(session, ask),
        HostAsk::HideMessage(_)
        | HostAsk::ShowMessage(_)
        | HostAsk::PassMessage(_)
        | HostAsk::Announce { .. }
        | HostAsk::ClearAnnouncement
        | HostAsk::CheckSignal { .. }
        | HostAsk::EndSignal => room::decide(session, ask, now),
    }?;
    Ok(action.into_facts(role.by()))
}

fn undo(session: &Session, by: By, now: Timestamp) -> Result<Vec<Fact>, Refusal> {
    let Some((back, step)) = session.undo_step(by) else {
        return Err(Refusal::NothingToDo(
            "There is nothing to undo.".to_string(),
        ));
    };
    for edit in &step.edits {
        if let Some(why) = lost_by(session, edit, &step.edits) {
            return Err(Refusal::NotPossible(format!(
                "“{}” cannot be taken back: {why}",
                step.label
            )));
        }
    }
    Ok(vec![Fact::Undone {
        label: step.label.clone(),
        edits: step
            .edits
            .iter()
            .map(|edit| demos::not_revived(session, not_overdue(edit, now)))
            .collect(),
        back,
    }])
}

/// A countdown that has all but run out by now would close the poll at once: it comes back without one.
fn not_overdue(edit: &Edit, now: Timestamp) -> Edit {
    let mut edit = edit.clone();
    match &mut edit {
        Edit::Phase { phase, .. } => *phase = agenda::still_running(*phase, now),
        Edit::Deadline { closes_at, .. } => {
            *closes_at = closes_at.filter(|at| at.0 - now.0 >= agenda::TOO_LATE_MS);
        }
        _ => {}
    }
    edit
}

/// Why an inverse edit, one of `all`, would lose votes now; none if it would not.
fn lost_by(session: &Session, edit: &Edit, all: &[Edit]) -> Option<String> {
    let goes_too = |id: &PollId| {
        let mut edits = all.iter();
        edits.any(|edit| matches!(edit, Edit::PollRemoved { poll } if poll == id))
    };
    match edit {
        Edit::OptionRemoved { poll, option } => {
            let poll = session.poll(poll).ok()?;
            let n = poll.ballots_with(*option);
            (n > 0).then(|| {
                format!("{n} already picked it. Merge it into another option or hide it instead.")
            })
        }
        Edit::PollRemoved { poll }
        | Edit::Phase {
            poll,
            phase: Phase::Draft,
        } => {
            let poll = session.poll(poll).ok()?;
            // Withdrawn ballots too: a draft has none, so that nothing of a voter's can be edited away.
            (!poll.ballots.is_empty()).then(|| "votes are in. Close the poll instead.".to_string())
        }
        Edit::SegmentRemoved { segment } => session
            .polls
            .iter()
            .any(|poll| poll.plan.segment.as_ref() == Some(segment) && !goes_too(&poll.plan.id))
            .then(|| "it has polls by now. Move or remove them first.".to_string())
            .or_else(|| {
                let has_run = session.runs.contains_key(segment);
                has_run.then(|| "it has a run by now. Clear it first.".to_string())
            }),
        _ => None,
    }
}

/// Deadlines that have passed.
fn elapsed(session: &Session, now: Timestamp) -> Vec<Fact> {
    let mut facts = Vec::new();
    for poll in &session.polls {
        let phase = match poll.phase {
            Phase::Open {
                closes_at: Some(at),
            } if now >= at => after_close(session, at, now),
            Phase::Closing { until, .. } if now >= until => Phase::Closed,
            _ => continue,
        };
        facts.push(Fact::Elapsed {
            poll: poll.plan.id.clone(),
            phase,
        });
        if phase == Phase::Closed {
            let chosen = Action::new(format!("Run what “{}” chose", poll.plan.question));
            facts.extend(demos::steered(chosen, session, poll).into_facts(By::Host));
        }
    }
    facts
}

/// The phase of a poll that closed at `since`: the longest delay of the session is its grace.
fn after_close(session: &Session, since: Timestamp, now: Timestamp) -> Phase {
    let until = since.plus_seconds(session.longest_delay_seconds());
    if now < until {
        Phase::Closing { since, until }
    } else {
        Phase::Closed
    }
}
