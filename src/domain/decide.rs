//! Session × command → facts, or a refusal that changes nothing. Pure: time is an argument.
//!
//! No facts and no refusal means that the ask was carried out before (a retry) or is already so.

mod agenda;
mod options;
mod polls;
mod room;
mod spoken;

pub(super) use self::agenda::on_stage;
use super::command::{Cast, Command, HostAsk, Role};
use super::fact::{By, Edit, Fact, State};
use super::plan::{LABEL_MAX, clean_line, folded};
use super::poll::kind::{Choice, Picked};
use super::poll::{Ballot, IDEAS_MAX, Phase, Poll};
use super::questions::moderate;
use super::refusal::Refusal;
use super::session::Session;
use crate::ids::{BallotKey, OptionId, PollId, Timestamp};

pub fn decide(
    session: &Session,
    role: Role,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    match command {
        Command::Cast(cast) => decide_cast(session, cast, now),
        Command::Withdraw { poll, voter, seq } => decide_withdraw(session, poll, *voter, *seq, now),
        Command::Tick => Ok(elapsed(session, now)),
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
        | HostAsk::AddSegment { .. }
        | HostAsk::EditSegment(_)
        | HostAsk::MoveSegment { .. }
        | HostAsk::RemoveSegment(_)
        | HostAsk::Show(_) => agenda::decide(session, ask, now),
        HostAsk::AddPoll { .. }
        | HostAsk::EditPoll(_)
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
        return Err(Refusal::NotNow("There is nothing to undo.".to_string()));
    };
    for edit in &step.edits {
        if let Some(why) = lost_by(session, edit) {
            return Err(Refusal::NotNow(format!(
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
            .map(|edit| not_overdue(edit, now))
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

/// Why an inverse edit would lose votes now; none if it would not.
fn lost_by(session: &Session, edit: &Edit) -> Option<String> {
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
            .any(|poll| poll.plan.segment.as_ref() == Some(segment))
            .then(|| "it has polls by now. Remove them first.".to_string()),
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

fn decide_cast(session: &Session, cast: &Cast, now: Timestamp) -> Result<Vec<Fact>, Refusal> {
    let poll = open_poll(session, &cast.poll)?;
    if let Some(held) = poll.ballots.get(&cast.voter)
        && is_repeat(held, cast)
    {
        return Ok(Vec::new());
    }
    let (picked, words, written_in) = picked(poll, cast)?;
    let choice = poll.plan.kind.choose(picked, poll.plan.horizons.len())?;
    let held = poll.ballots.get(&cast.voter);
    let same = held.is_some_and(|held| held.choice.as_ref() == Some(&choice));
    let held_seq = held.map_or(0, |held| held.seq);
    let seq = match cast.seq {
        // A retry of what is already counted is heard again, even after the close: it was in time.
        Some(seq) if same && seq == held_seq => return Ok(Vec::new()),
        None if same => return Ok(Vec::new()),
        Some(seq) if seq <= held_seq => return Err(Refusal::Superseded),
        Some(seq) => seq,
        None => next_seq(held_seq)?,
    };
    takes(session, poll, cast.via.as_ref(), now)?;
    // A ballot that says the same again still learns the newer options: its voter has seen them.
    let mut facts = Vec::new();
    if let Some((option, label)) = written_in {
        facts.push(Fact::WrittenIn {
            poll: cast.poll.clone(),
            option,
            label,
        });
    }
    facts.push(Fact::BallotCast {
        poll: cast.poll.clone(),
        voter: cast.voter,
        seq,
        choice,
        via: cast
            .via
            .clone()
            .filter(|via| session.channel(via).is_some()),
        revision: poll.revision,
        words,
    });
    Ok(facts)
}

/// Whether these are the words of the ballot that is counted, sent once more. Compared as they were sent:
/// what the host did to the options since makes no difference to a retry.
fn is_repeat(held: &Ballot, cast: &Cast) -> bool {
    let Some(Choice::Picks(kept)) = &held.choice else {
        return false;
    };
    let mut picks = cast.picks.clone();
    picks.sort_unstable();
    picks.dedup();
    let words = cast
        .write_in
        .as_ref()
        .and_then(|text| clean_line("", text, LABEL_MAX).ok());
    cast.seq == Some(held.seq)
        && kept.iter().filter(|id| !id.is_write_in()).eq(picks.iter())
        && held.words == words
        && cast.probability.is_none()
        && cast.by.is_none()
}

/// Bounds the different answers of one voter, whether or not others have named them too:
/// a limit on new ones only would tell what others wrote.
fn may_name(poll: &Poll, voter: BallotKey, words: &str) -> Result<(), Refusal> {
    match poll.ideas.get(&voter) {
        Some(ideas) if ideas.len() >= IDEAS_MAX as usize && !ideas.contains(&folded(words)) => {
            Err(Refusal::NotNow(format!(
                "You have named {IDEAS_MAX} different answers; stay with one of those or pick an option."
            )))
        }
        _ => Ok(()),
    }
}

fn decide_withdraw(
    session: &Session,
    id: &PollId,
    voter: BallotKey,
    seq: Option<u32>,
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    let poll = open_poll(session, id)?;
    let held = poll.ballots.get(&voter);
    let held_seq = held.map_or(0, |held| held.seq);
    let counted = held.is_some_and(|held| held.choice.is_some());
    let seq = match seq {
        // A repeat of the withdrawal that stands.
        Some(seq) if seq == held_seq && !counted => return Ok(Vec::new()),
        Some(seq) if seq <= held_seq => return Err(Refusal::Superseded),
        // Also where nothing is counted: a vote that is still under way must not arrive after this.
        Some(seq) => seq,
        None if !counted => return Ok(Vec::new()),
        None => next_seq(held_seq)?,
    };
    takes(
        session,
        poll,
        held.and_then(|held| held.channel.as_ref()),
        now,
    )?;
    Ok(vec![Fact::BallotWithdrawn {
        poll: id.clone(),
        voter,
        seq,
    }])
}

fn next_seq(held: u32) -> Result<u32, Refusal> {
    held.checked_add(1)
        .ok_or_else(|| Refusal::NotNow("This ballot was changed too often.".to_string()))
}

/// A poll that the audience may know of. A draft is as if it were not there.
fn open_poll<'a>(session: &'a Session, id: &PollId) -> Result<&'a Poll, Refusal> {
    let poll = session.poll(id)?;
    if poll.phase == Phase::Draft {
        return Err(Refusal::unknown("poll", id));
    }
    Ok(poll)
}

fn takes(
    session: &Session,
    poll: &Poll,
    via: Option<&crate::ids::ChannelId>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if session.state == State::Ended {
        return Err(Refusal::Ended);
    }
    poll.accepts(session.delay_seconds(via), now)
}

/// The options picked, the voter's own words, and the write-in that has to be added for them, if any.
#[allow(
    clippy::type_complexity,
    reason = "three parts of one answer, used in one place"
)]
fn picked(
    poll: &Poll,
    cast: &Cast,
) -> Result<(Picked, Option<String>, Option<(OptionId, String)>), Refusal> {
    let mut options = cast.picks.clone();
    for id in &options {
        // Options merged since the page was drawn are still taken: they count under their target.
        let known = !id.is_write_in() && poll.option(*id).is_ok_and(|option| !option.hidden);
        if !known {
            return Err(Refusal::BadAnswer(
                "One of these options is not offered any more. Pick again.".to_string(),
            ));
        }
    }
    let mut written_in = None;
    let mut words = None;
    if let Some(text) = &cast.write_in {
        if !poll.plan.kind.allows_write_in() {
            return Err(Refusal::BadAnswer(
                "This poll takes no answers of your own.".to_string(),
            ));
        }
        let label = clean_line("Your own answer", text, LABEL_MAX)
            .map_err(|bad| Refusal::BadAnswer(format!("{} {}.", bad.field, bad.why)))?;
        let id = match poll.find_label(&label) {
            Some(id) => id,
            None => {
                let id = poll.next_write_in().ok_or_else(|| {
                    Refusal::NotNow(
                        "This poll has as many different answers as it can hold; pick one of the options."
                            .to_string(),
                    )
                })?;
                written_in = Some((id, label.clone()));
                id
            }
        };
        if id.is_write_in() {
            may_name(poll, cast.voter, &label)?;
            words = Some(label);
        }
        options.push(id);
    }
    options.sort_unstable();
    options.dedup();
    let picked = Picked {
        options,
        probability: cast.probability,
        by: cast.by,
    };
    Ok((picked, words, written_in))
}
