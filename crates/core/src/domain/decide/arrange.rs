//! Putting an agenda together: segments made, moved and removed, polls moved between them.

use super::agenda::{free_id, place, times};
use super::demos::clear;
use super::polls::steering;
use super::{Action, walks};
use crate::domain::command::{HostAsk, IdGiven};
use crate::domain::fact::Edit;
use crate::domain::plan::{POLLS_MAX, PollPlan, SEGMENTS_MAX, SegmentPlan};
use crate::domain::poll::{Phase, Poll};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::ids::{PollId, SegmentId};

pub(super) fn decide(session: &Session, ask: &HostAsk) -> Result<Action, Refusal> {
    match ask {
        HostAsk::AddSegment {
            plan,
            id,
            after,
            polls,
        } => add(session, plan, *id, after.as_ref(), polls),
        HostAsk::MoveSegment { segment, to } => move_segment(session, segment, *to),
        HostAsk::MoveSegmentBefore { segment, before } => {
            let from = session.segment_place(segment)?;
            let to = match before {
                Some(before) => session.segment_place(before)?,
                None => session.agenda.len(),
            };
            // It is taken out before it is put back.
            move_segment(session, segment, place(to - usize::from(to > from)))
        }
        HostAsk::RemoveSegment(segment) => {
            if polls_of(session, segment).next().is_some() {
                return Err(Refusal::NotPossible(format!(
                    "“{}” has polls. Remove or move them first.",
                    session.segment(segment)?.plan.title
                )));
            }
            remove(session, segment)
        }
        HostAsk::RemoveSegmentWithPolls(segment) => remove(session, segment),
        HostAsk::MovePoll {
            poll,
            segment,
            before,
        } => move_poll(session, poll, segment.as_ref(), before.as_ref()),
        _ => Err(Refusal::NotPossible(
            "This does not arrange the agenda.".to_string(),
        )),
    }
}

fn add(
    session: &Session,
    plan: &SegmentPlan,
    given: IdGiven,
    after: Option<&SegmentId>,
    polls: &[(PollPlan, IdGiven)],
) -> Result<Action, Refusal> {
    if session.agenda.len() >= SEGMENTS_MAX {
        return Err(Refusal::LimitReached(format!(
            "An agenda has at most {SEGMENTS_MAX} segments."
        )));
    }
    if session.polls.len() + polls.len() > POLLS_MAX {
        return Err(Refusal::LimitReached(format!(
            "A session has at most {POLLS_MAX} polls."
        )));
    }
    let asked = plan.id.clone();
    let mut plan = plan.clone();
    plan.id = free_id(asked.as_str(), given, "segment", |id| {
        session.agenda.iter().any(|s| s.plan.id.as_str() == id)
    })?;
    let at = match after {
        Some(after) => session.segment_place(after)? + 1,
        None => session.agenda.len(),
    };
    let segment = plan.id.clone();
    let mut action = Action::new(format!("Add “{}”", plan.title)).edit(
        Edit::SegmentPut {
            segment: plan.clone(),
            at: place(at),
        },
        Edit::SegmentRemoved {
            segment: segment.clone(),
        },
    );
    // The polls are checked against the session as it is with the segment, and with those before them.
    let mut with = session.clone();
    with.agenda
        .push(crate::domain::session::Segment::new(plan.clone()));
    for (poll, given) in polls {
        let mut poll = poll.clone();
        poll.segment = Some(segment.clone());
        if let Some(steers) = &mut poll.steers
            && steers.segment == asked
        {
            steers.segment.clone_from(&segment);
        }
        let mut poll = steering(&with, poll)?;
        poll.id = free_id(poll.id.as_str(), *given, "poll", |id| {
            with.polls.iter().any(|p| p.plan.id.as_str() == id)
        })?;
        let id = poll.id.clone();
        let put = Edit::PollPut {
            poll: poll.clone(),
            at: place(with.polls.len()),
        };
        action = action.edit(put, Edit::PollRemoved { poll: id });
        with.polls.push(Poll::new(poll));
    }
    Ok(action)
}

fn move_segment(session: &Session, segment: &SegmentId, to: u32) -> Result<Action, Refusal> {
    let from = place(session.segment_place(segment)?);
    let title = &session.segment(segment)?.plan.title;
    let action = Action::new(format!("Move “{title}”"));
    if from == to {
        return Ok(action);
    }
    let moved = |to| Edit::SegmentMoved {
        segment: segment.clone(),
        to,
    };
    Ok(action.edit(moved(to), moved(from)))
}

fn polls_of<'a>(session: &'a Session, id: &'a SegmentId) -> impl Iterator<Item = &'a Poll> {
    let polls = session.polls.iter();
    polls.filter(move |poll| poll.plan.segment.as_ref() == Some(id))
}

fn remove(session: &Session, id: &SegmentId) -> Result<Action, Refusal> {
    let segment = session.segment(id)?;
    let at = session.segment_place(id)?;
    let mut action = Action::new(format!("Remove “{}”", segment.plan.title));
    // From the last to the first: each is put back where it was when those before it are there.
    for (at, poll) in session.polls.iter().enumerate().rev() {
        if poll.plan.segment.as_ref() != Some(id) {
            continue;
        }
        action = match poll.phase {
            Phase::Draft => action.edit(
                Edit::PollRemoved {
                    poll: poll.plan.id.clone(),
                },
                Edit::PollPut {
                    poll: poll.plan.clone(),
                    at: place(at),
                },
            ),
            _ => action.edit(
                moved(poll, None, at, None),
                moved(poll, Some(id), at, poll.plan.step.clone()),
            ),
        };
    }
    let action = clear(action, session, id);
    let mut action = walks::clear(action, session, id);
    if session.current.as_ref() == Some(id) {
        action = action.edit(
            Edit::Current { segment: None },
            Edit::Current {
                segment: Some(id.clone()),
            },
        );
    }
    let mut action = action.edit(
        Edit::SegmentRemoved {
            segment: id.clone(),
        },
        Edit::SegmentPut {
            segment: segment.plan.clone(),
            at: place(at),
        },
    );
    action.undo.push(times(session, id)?);
    Ok(action)
}

fn moved(poll: &Poll, segment: Option<&SegmentId>, at: usize, step: Option<String>) -> Edit {
    Edit::PollMoved {
        poll: poll.plan.id.clone(),
        segment: segment.cloned(),
        at: place(at),
        step,
    }
}

fn move_poll(
    session: &Session,
    id: &PollId,
    segment: Option<&SegmentId>,
    before: Option<&PollId>,
) -> Result<Action, Refusal> {
    let poll = session.poll(id)?;
    let home = segment.map(|id| session.segment(id)).transpose()?;
    let action = Action::new(format!("Move “{}”", poll.plan.question));
    if before == Some(id) {
        return Ok(action);
    }
    if let Some(before) = before
        && session.poll(before)?.plan.segment.as_ref() != segment
    {
        return Err(Refusal::Outdated(
            "The poll that it should stand before is in another segment by now.".to_string(),
        ));
    }
    let from = session.polls.iter().take_while(|p| p.plan.id != *id);
    let from = from.count();
    // Counted without the poll itself: it is taken out before it is put back.
    let others: Vec<_> = session.polls.iter().filter(|p| p.plan.id != *id).collect();
    let to = match before {
        Some(before) => others.iter().position(|other| other.plan.id == *before),
        None => {
            let last = others
                .iter()
                .rposition(|p| p.plan.segment.as_ref() == segment);
            last.map(|last| last + 1)
        }
    };
    let to = to.unwrap_or(from);
    // A poll about a step of a walkthrough is about none where there is no such step.
    let mut plan = poll.plan.clone();
    plan.segment = segment.cloned();
    if plan.check_step(home.map(|home| &home.plan)).is_err() {
        plan.step = None;
    }
    if from == to && poll.plan.segment.as_ref() == segment {
        return Ok(action);
    }
    Ok(action.edit(
        moved(poll, segment, to, plan.step),
        moved(
            poll,
            poll.plan.segment.as_ref(),
            from,
            poll.plan.step.clone(),
        ),
    ))
}
