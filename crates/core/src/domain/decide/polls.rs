//! A poll's life: draft → open → (closing) → closed, reopened, revealed, resolved.

use super::agenda::{begun, free_id, place, still_running};
use super::demos::steered;
use super::{Action, after_close};
use crate::domain::command::{HostAsk, IdGiven};
use crate::domain::fact::{Edit, State};
use crate::domain::plan::{BLURB_MAX, BadPlan, COUNTDOWN_MAX_SECONDS, POLLS_MAX, PollPlan};
use crate::domain::poll::kind::Kind;
use crate::domain::poll::prediction::{Outcome, Resolution};
use crate::domain::poll::{Phase, Poll};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::stage::{Up, put_up};
use crate::domain::text::clean_text;
use crate::ids::{PollId, SegmentId, Timestamp};

pub(super) fn decide(session: &Session, ask: &HostAsk, now: Timestamp) -> Result<Action, Refusal> {
    match ask {
        HostAsk::AddPoll { plan, id, open } => add(session, plan, *id, *open, now),
        HostAsk::EditPoll(plan) => edit(session, plan, None, false, false),
        HostAsk::RewritePoll {
            plan,
            segment,
            unsteered,
            unstepped,
        } => edit(session, plan, segment.as_ref(), *unsteered, *unstepped),
        HostAsk::RemovePoll(id) => remove(session, id),
        HostAsk::OpenPoll { poll, seconds } => open(session, session.poll(poll)?, *seconds, now),
        HostAsk::ClosePoll { poll, now: at_once } => {
            close(session, session.poll(poll)?, *at_once, now)
        }
        HostAsk::ExtendPoll { poll, seconds } => extend(session.poll(poll)?, *seconds, now),
        HostAsk::Reveal(id) => reveal(session, session.poll(id)?),
        HostAsk::HideResult(id) => hide(session.poll(id)?),
        HostAsk::Resolve {
            poll,
            outcome,
            note,
        } => resolve(session.poll(poll)?, *outcome, note, now),
        HostAsk::Unresolve(id) => {
            let poll = session.poll(id)?;
            match &poll.resolution {
                None => Ok(Action::new("")),
                Some(old) => Ok(Action::new("Take the resolution back")
                    .edit(resolved(poll, None), resolved(poll, Some(old.clone())))),
            }
        }
        _ => Err(Refusal::NotPossible(
            "This is not about a poll.".to_string(),
        )),
    }
}

fn add(
    session: &Session,
    plan: &PollPlan,
    id: IdGiven,
    open_it: bool,
    now: Timestamp,
) -> Result<Action, Refusal> {
    if session.polls.len() >= POLLS_MAX {
        return Err(Refusal::LimitReached(format!(
            "A session has at most {POLLS_MAX} polls."
        )));
    }
    if let Some(segment) = &plan.segment {
        session.segment(segment)?;
    }
    let mut plan = steering(session, plan.clone())?;
    plan.id = free_id(plan.id.as_str(), id, "poll", |id| {
        session.polls.iter().any(|p| p.plan.id.as_str() == id)
    })?;
    let poll = plan.id.clone();
    let mut action = Action::new(format!("Add “{}”", plan.question)).edit(
        Edit::PollPut {
            poll: plan.clone(),
            at: place(session.polls.len()),
        },
        Edit::PollRemoved { poll },
    );
    if open_it {
        let opening = open(session, &Poll::new(plan), None, now)?;
        action.label = opening.label;
        for edit in opening.edits {
            action.edits.push(edit);
        }
        for inverse in opening.undo.into_iter().rev() {
            action.undo.insert(0, inverse);
        }
    }
    Ok(action)
}

fn edit(
    session: &Session,
    plan: &PollPlan,
    segment: Option<&SegmentId>,
    unsteered: bool,
    unstepped: bool,
) -> Result<Action, Refusal> {
    if let Some(segment) = segment {
        session.segment(segment)?;
    }
    let poll = session.poll(&plan.id)?;
    if poll.phase != Phase::Draft {
        return Err(Refusal::NotPossible(
            "This poll has been opened; edit its options one by one.".to_string(),
        ));
    }
    let plan = PollPlan {
        segment: segment.or(poll.plan.segment.as_ref()).cloned(),
        // A form that knows nothing of it must not take it away.
        steers: plan.steers.clone().or_else(|| {
            let fits = plan.options.len() == poll.plan.options.len()
                && plan.kind.name() == poll.plan.kind.name();
            poll.plan.steers.clone().filter(|_| fits && !unsteered)
        }),
        step: plan.step.clone().or_else(|| {
            let stays = segment.is_none_or(|segment| poll.plan.segment.as_ref() == Some(segment));
            poll.plan.step.clone().filter(|_| stays && !unstepped)
        }),
        ..plan.clone()
    };
    let plan = steering(session, plan)?;
    Ok(Action::new(format!("Edit “{}”", poll.plan.question)).edit(
        Edit::PollChanged { poll: plan },
        Edit::PollChanged {
            poll: poll.plan.clone(),
        },
    ))
}

/// The plan, if what it steers is there and can be set so, and so is the step that it is about.
pub(super) fn steering(session: &Session, mut plan: PollPlan) -> Result<PollPlan, Refusal> {
    if let Some(steers) = plan.steers.take() {
        let segment = session.segment(&steers.segment).ok();
        let checked = steers.checked(&plan, segment.map(|segment| &segment.plan));
        plan.steers = Some(checked.map_err(|bad| bad.within("steers"))?);
    }
    let home = plan
        .segment
        .as_ref()
        .and_then(|id| session.segment(id).ok());
    plan.check_step(home.map(|home| &home.plan))?;
    Ok(plan)
}

/// Drafts only: what people have seen stays in the log and in the list.
fn remove(session: &Session, id: &PollId) -> Result<Action, Refusal> {
    let poll = session.poll(id)?;
    if poll.phase != Phase::Draft {
        return Err(Refusal::NotPossible(
            "This poll has been opened; close it instead. A mistaken opening can be undone while nobody has voted."
                .to_string(),
        ));
    }
    let at = session
        .polls
        .iter()
        .position(|p| p.plan.id == *id)
        .unwrap_or(0);
    Ok(
        Action::new(format!("Remove “{}”", poll.plan.question)).edit(
            Edit::PollRemoved { poll: id.clone() },
            Edit::PollPut {
                poll: poll.plan.clone(),
                at: place(at),
            },
        ),
    )
}

fn open(
    session: &Session,
    poll: &Poll,
    seconds: Option<u32>,
    now: Timestamp,
) -> Result<Action, Refusal> {
    if session.state == State::Ended {
        return Err(Refusal::EndedUntil("open a poll"));
    }
    if matches!(poll.phase, Phase::Open { .. }) {
        return Err(Refusal::AlreadyDone(
            "This poll is open already.".to_string(),
        ));
    }
    let seconds = seconds.or(match poll.phase {
        Phase::Draft => poll.plan.seconds,
        _ => None,
    });
    let closes_at = match seconds {
        Some(seconds) => Some(now.plus_seconds(checked_seconds(seconds)?)),
        None => None,
    };
    let label = if poll.phase == Phase::Draft {
        "Open"
    } else {
        "Reopen"
    };
    let mut action = Action::new(format!("{label} “{}”", poll.plan.question)).edit(
        phase(poll, Phase::Open { closes_at }),
        phase(
            poll,
            match poll.phase {
                Phase::Closing { .. } => Phase::Closed,
                other => other,
            },
        ),
    );
    // A session whose first poll opens has begun: nobody should wait for a forgotten button.
    if session.state == State::Draft {
        action = action.edit(
            Edit::State { state: State::Live },
            Edit::State {
                state: State::Draft,
            },
        );
        let first = session.agenda.first().map(|segment| &segment.plan.id);
        let first = poll.plan.segment.as_ref().or(first);
        action = begun(action, session, first)?;
    }
    Ok(put_up(action, session, Some(Up::poll(&poll.plan.id))))
}

fn close(session: &Session, poll: &Poll, at_once: bool, now: Timestamp) -> Result<Action, Refusal> {
    let to = match (poll.phase, at_once) {
        (Phase::Open { .. }, false) => after_close(session, now, now),
        (Phase::Open { .. } | Phase::Closing { .. }, true) => Phase::Closed,
        (Phase::Closing { .. }, false) => {
            return Err(Refusal::AlreadyDone(
                "It is closing: viewers of a delayed stream may still vote.".to_string(),
            ));
        }
        (Phase::Draft, _) => return Err(Refusal::NotOpen),
        (Phase::Closed, _) => {
            return Err(Refusal::AlreadyDone(
                "This poll is closed already.".to_string(),
            ));
        }
    };
    let action = Action::new(format!("Close “{}”", poll.plan.question))
        .edit(phase(poll, to), phase(poll, still_running(poll.phase, now)));
    // What is seen stays to be seen, also where it came up with its segment.
    let action = match session.on_stage() {
        Some(shown) if shown == poll.plan.id => put_up(action, session, Some(Up::poll(&shown))),
        _ => action,
    };
    Ok(match to {
        Phase::Closed => steered(action, session, poll),
        _ => action,
    })
}

fn extend(poll: &Poll, seconds: u32, now: Timestamp) -> Result<Action, Refusal> {
    let Phase::Open { closes_at } = poll.phase else {
        return Err(match poll.phase {
            Phase::Draft => Refusal::NotOpen,
            _ => Refusal::Closed("This poll is closed; open it again instead.".to_string()),
        });
    };
    let from = closes_at.unwrap_or(now).max(now);
    let later = from.plus_seconds(checked_seconds(seconds)?);
    let deadline = |closes_at| Edit::Deadline {
        poll: poll.plan.id.clone(),
        closes_at,
    };
    Ok(Action::new(format!("Give {seconds} s more"))
        .edit(deadline(Some(later)), deadline(closes_at)))
}

fn checked_seconds(seconds: u32) -> Result<u32, Refusal> {
    if (1..=COUNTDOWN_MAX_SECONDS).contains(&seconds) {
        Ok(seconds)
    } else {
        let why = format!("is {seconds}; a countdown has 1 to {COUNTDOWN_MAX_SECONDS} seconds");
        Err(BadPlan::new("seconds", why).into())
    }
}

fn reveal(session: &Session, poll: &Poll) -> Result<Action, Refusal> {
    if poll.phase == Phase::Draft {
        return Err(Refusal::NotPossible(
            "A poll that was never opened has no result.".to_string(),
        ));
    }
    if poll.revealed {
        return Ok(Action::new(""));
    }
    let action = Action::new(format!("Reveal “{}”", poll.plan.question))
        .edit(revealed(poll, true), revealed(poll, false));
    Ok(put_up(action, session, Some(Up::poll(&poll.plan.id))))
}

fn hide(poll: &Poll) -> Result<Action, Refusal> {
    if !poll.revealed {
        return Ok(Action::new(""));
    }
    Ok(
        Action::new(format!("Hide the result of “{}”", poll.plan.question))
            .edit(revealed(poll, false), revealed(poll, true)),
    )
}

fn resolve(poll: &Poll, outcome: Outcome, note: &str, now: Timestamp) -> Result<Action, Refusal> {
    if !matches!(poll.plan.kind, Kind::Prediction(_)) {
        return Err(Refusal::NotPossible(
            "Only a prediction can be resolved.".to_string(),
        ));
    }
    if poll.phase != Phase::Closed {
        return Err(Refusal::NotPossible(
            "Close the prediction before you resolve it.".to_string(),
        ));
    }
    let resolution = Resolution {
        outcome,
        note: clean_text("note", note, BLURB_MAX)?,
        at: now,
    };
    Ok(
        Action::new(format!("Resolve “{}”", poll.plan.question)).edit(
            resolved(poll, Some(resolution)),
            resolved(poll, poll.resolution.clone()),
        ),
    )
}

fn phase(poll: &Poll, phase: Phase) -> Edit {
    Edit::Phase {
        poll: poll.plan.id.clone(),
        phase,
    }
}

fn revealed(poll: &Poll, revealed: bool) -> Edit {
    Edit::Revealed {
        poll: poll.plan.id.clone(),
        revealed,
    }
}

fn resolved(poll: &Poll, resolution: Option<Resolution>) -> Edit {
    Edit::Resolved {
        poll: poll.plan.id.clone(),
        resolution,
    }
}
