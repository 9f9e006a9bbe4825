//! What voters do with their ballots.

use crate::domain::command::Cast;
use crate::domain::fact::{Fact, State};
use crate::domain::plan::LABEL_MAX;
use crate::domain::poll::kind::{Choice, Picked};
use crate::domain::poll::{Ballot, IDEAS_MAX, OTHER_ANSWERS, OTHER_ANSWERS_LABEL, Phase, Poll};
use crate::domain::questions::ask::pace;
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::text::{clean_line, folded};
use crate::ids::{BallotKey, ChannelId, OptionId, PollId, Timestamp};

/// A ballot may be changed so often as fast as its voter likes, and then once in so many seconds.
const CHANGES_AT_WILL: u32 = 300;
const SECONDS_A_CHANGE: u32 = 10;

pub(super) fn cast(session: &Session, cast: &Cast, now: Timestamp) -> Result<Vec<Fact>, Refusal> {
    let poll = open_poll(session, &cast.poll)?;
    if let Some(held) = poll.ballots.get(&cast.voter)
        && is_repeat(held, cast)
    {
        return Ok(Vec::new());
    }
    let (picked, words, written_in) = picked(poll, cast)?;
    let choice = poll.plan.kind.choose(picked, poll.plan.horizons.len())?;
    let held = poll.ballots.get(&cast.voter);
    let same = held.is_some_and(|held| says_the_same(held, &choice, words.as_deref()));
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
    may_change(held, now)?;
    // A ballot that says the same again still learns the newer options: its voter has seen them.
    let mut facts = Vec::new();
    if let Some((option, label)) = written_in {
        facts.push(Fact::WrittenIn {
            poll: cast.poll.clone(),
            option,
            // A number has no words.
            held: poll.plan.kind.as_number().is_none() && session.questions.rules.holds(&label),
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

/// Whether a ballot is this answer already. Words of one's own are compared as they are spelled: under which of the
/// answers they are counted depends on what others have written, and whether a ballot changed would tell it.
fn says_the_same(held: &Ballot, choice: &Choice, words: Option<&str>) -> bool {
    match (&held.choice, choice) {
        (Some(Choice::Picks(kept)), Choice::Picks(picks)) if words.is_some() => {
            let listed = |picks: &[OptionId]| -> Vec<OptionId> {
                let listed = picks.iter().filter(|id| !id.is_write_in());
                listed.copied().collect()
            };
            held.words.as_deref() == words && listed(kept) == listed(picks)
        }
        (kept, choice) => kept.as_ref() == Some(choice),
    }
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
            Err(Refusal::LimitReached(format!(
                "You have named {IDEAS_MAX} different answers; stay with one of those or pick an option."
            )))
        }
        _ => Ok(()),
    }
}

pub(super) fn withdraw(
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
    may_change(held, now)?;
    Ok(vec![Fact::BallotWithdrawn {
        poll: id.clone(),
        voter,
        seq,
    }])
}

/// Each change stays in the log for good, so a ballot that was changed more often than anyone would is changed no faster
/// than the log can bear.
fn may_change(held: Option<&Ballot>, now: Timestamp) -> Result<(), Refusal> {
    let often = held.filter(|held| held.changes >= CHANGES_AT_WILL);
    pace(SECONDS_A_CHANGE, often.map(|held| &held.at), now)
}

fn next_seq(held: u32) -> Result<u32, Refusal> {
    held.checked_add(1)
        .ok_or_else(|| Refusal::LimitReached("This ballot was changed too often.".to_string()))
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
    via: Option<&ChannelId>,
    now: Timestamp,
) -> Result<(), Refusal> {
    if session.state == State::Ended {
        return Err(Refusal::Ended);
    }
    poll.accepts(session.delay_seconds(via), now)
}

/// What a voter wrote, as it is counted: words of their own, or the number that is asked for.
fn own_answer(poll: &Poll, text: &str) -> Result<String, Refusal> {
    let kind = &poll.plan.kind;
    if let Some(rules) = kind.as_number() {
        return rules.read(text).map(|number| number.to_string());
    }
    if !kind.allows_write_in() {
        return Err(Refusal::BadAnswer(
            "This poll takes no answers of your own.".to_string(),
        ));
    }
    clean_line("Your own answer", text, LABEL_MAX)
        .map_err(|bad| Refusal::BadAnswer(format!("{} {}.", bad.field, bad.why)))
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
        let label = own_answer(poll, text)?;
        let id = match poll.find_label(&label) {
            Some(id) => id,
            None => {
                let (id, called) = match poll.next_write_in() {
                    Some(id) => (id, label.clone()),
                    None => (OTHER_ANSWERS, OTHER_ANSWERS_LABEL.to_string()),
                };
                if id != OTHER_ANSWERS || poll.option(id).is_err() {
                    written_in = Some((id, called));
                }
                id
            }
        };
        if id.is_write_in() {
            // Of a range there is room for every number.
            if poll.plan.kind.as_number().is_none() {
                may_name(poll, cast.voter, &label)?;
            }
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
