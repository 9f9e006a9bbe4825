//! The host's hand on the session itself: its state, its segments, what is on stage.

use super::Action;
use super::demos::{clear, stop_all};
use crate::domain::command::{HostAsk, IdGiven};
use crate::domain::fact::{Edit, State};
use crate::domain::plan::{SegmentKind, TITLE_MAX};
use crate::domain::poll::Phase;
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::stage::{Up, put_up};
use crate::domain::text::clean_line;
use crate::ids::{PollId, SegmentId, Timestamp};

pub(super) fn decide(session: &Session, ask: &HostAsk, now: Timestamp) -> Result<Action, Refusal> {
    match ask {
        HostAsk::StartSession => start(session),
        HostAsk::EndSession => end(session, now),
        HostAsk::ReopenSession => match session.state {
            State::Ended => Ok(to_state(session, "Reopen the session", State::Live)),
            _ => Err(Refusal::AlreadyDone(
                "The session has not ended, or goes on already.".to_string(),
            )),
        },
        HostAsk::EditSession {
            title,
            blurb,
            channels,
        } => Ok(Action::new("Edit the session").edit(
            Edit::Settings {
                title: clean_line("title", title, TITLE_MAX)?,
                blurb: blurb.clone(),
                channels: channels.clone(),
            },
            Edit::Settings {
                title: session.title.clone(),
                blurb: session.blurb.clone(),
                channels: session.channels.clone(),
            },
        )),
        HostAsk::Go(segment) => {
            session.segment(segment)?;
            go(session, segment)
        }
        HostAsk::Next => step(session, 1),
        HostAsk::Previous => step(session, -1),
        HostAsk::EditSegment(plan) => {
            let old = session.segment(&plan.id)?.plan.clone();
            let mut plan = plan.clone();
            // A form that knows nothing of the demo must not take it away.
            if plan.kind == SegmentKind::Demo && plan.demo.is_none() {
                plan.demo.clone_from(&old.demo);
            }
            let mut action = Action::new(format!("Edit “{}”", old.title));
            if plan.demo.is_none() {
                action = clear(action, session, &plan.id);
            }
            Ok(action.edit(
                Edit::SegmentChanged { segment: plan },
                Edit::SegmentChanged { segment: old },
            ))
        }
        HostAsk::Show(poll) => show(session, poll.as_ref()),
        _ => Err(Refusal::NotPossible(
            "This is not about the agenda.".to_string(),
        )),
    }
}

fn to_state(session: &Session, label: &str, state: State) -> Action {
    Action::new(label).edit(
        Edit::State { state },
        Edit::State {
            state: session.state,
        },
    )
}

fn start(session: &Session) -> Result<Action, Refusal> {
    if session.state != State::Draft {
        return Err(match session.state {
            State::Ended => Refusal::EndedUntil("go on"),
            _ => Refusal::AlreadyDone("The session was started already.".to_string()),
        });
    }
    let action = to_state(session, "Start the session", State::Live);
    let first = session.agenda.first().map(|first| &first.plan.id);
    begun(action, session, first)
}

/// What else begins when a session goes live: its first segment, unless the host has gone to another in the draft.
pub(super) fn begun(
    mut action: Action,
    session: &Session,
    first: Option<&SegmentId>,
) -> Result<Action, Refusal> {
    if session.current.is_none()
        && let Some(first) = first
    {
        action = action.edit(
            Edit::Current {
                segment: Some(first.clone()),
            },
            Edit::Current { segment: None },
        );
    }
    if let Some(current) = session.current.as_ref().or(first) {
        action.undo.push(times(session, current)?);
    }
    Ok(action)
}

fn end(session: &Session, now: Timestamp) -> Result<Action, Refusal> {
    match session.state {
        State::Live => {}
        State::Draft => {
            let why = "The session has not been started.".to_string();
            return Err(Refusal::NotStarted(why));
        }
        State::Ended => {
            let why = "The session has ended already.".to_string();
            return Err(Refusal::AlreadyDone(why));
        }
    }
    let mut action = stop_all(Action::new("End the session"), session);
    for poll in &session.polls {
        if poll.phase.takes_votes() {
            action = action.edit(
                Edit::Phase {
                    poll: poll.plan.id.clone(),
                    phase: Phase::Closed,
                },
                Edit::Phase {
                    poll: poll.plan.id.clone(),
                    phase: still_running(poll.phase, now),
                },
            );
        }
    }
    Ok(action.edit(
        Edit::State {
            state: State::Ended,
        },
        Edit::State {
            state: session.state,
        },
    ))
}

/// A countdown with less left than this is not worth coming back to.
pub(super) const TOO_LATE_MS: i64 = 10_000;

/// The phase to come back to: a countdown that has run out by then would close the poll at once.
pub(super) fn still_running(phase: Phase, now: Timestamp) -> Phase {
    match phase {
        Phase::Open {
            closes_at: Some(at),
        } if at.0 - now.0 < TOO_LATE_MS => Phase::Open { closes_at: None },
        Phase::Closing { .. } => Phase::Open { closes_at: None },
        other => other,
    }
}

fn step(session: &Session, by: isize) -> Result<Action, Refusal> {
    let here = match &session.current {
        Some(current) => session.segment_place(current).ok(),
        None => None,
    };
    let there = match (here, by > 0) {
        (None, true) => Some(0),
        (None, false) => None,
        (Some(here), _) => here.checked_add_signed(by),
    };
    match there.and_then(|there| session.agenda.get(there)) {
        Some(segment) => go(session, &segment.plan.id),
        None => Err(Refusal::NothingToDo(
            if by > 0 {
                "This is the last segment."
            } else {
                "This is the first segment."
            }
            .to_string(),
        )),
    }
}

/// Moving on leaves the stage to the segment: a question or a result that was up from before is taken down. Polls stay
/// open, and a question that is read out stays so until it is answered.
fn go(session: &Session, segment: &SegmentId) -> Result<Action, Refusal> {
    let title = &session.segment(segment)?.plan.title;
    if session.current.as_ref() == Some(segment) {
        let action = Action::new(format!("Show “{title}”"));
        return Ok(put_up(action, session, Some(Up::Segment)));
    }
    let action = Action::new(format!("Go to “{title}”")).edit(
        Edit::Current {
            segment: Some(segment.clone()),
        },
        Edit::Current {
            segment: session.current.clone(),
        },
    );
    let mut action = put_up(action, session, None);
    // Going on and coming back leaves both segments' times as they were.
    let both = [session.current.as_ref(), Some(segment)];
    for id in both.into_iter().flatten() {
        action.undo.push(times(session, id)?);
    }
    Ok(action)
}

pub(super) fn times(session: &Session, id: &SegmentId) -> Result<Edit, Refusal> {
    let segment = session.segment(id)?;
    Ok(Edit::SegmentTimes {
        segment: id.clone(),
        started_at: segment.started_at,
        ended_at: segment.ended_at,
    })
}

fn show(session: &Session, poll: Option<&PollId>) -> Result<Action, Refusal> {
    let label = match poll {
        Some(id) => {
            let poll = session.poll(id)?;
            if poll.phase == Phase::Draft {
                return Err(Refusal::NotPossible(
                    "A draft cannot be shown; open the poll first.".to_string(),
                ));
            }
            format!("Show “{}”", poll.plan.question)
        }
        None => "Show the segment".to_string(),
    };
    let up = poll.map_or(Up::Segment, Up::poll);
    Ok(put_up(Action::new(label), session, Some(up)))
}

pub(super) fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The id as asked for, or the first free one made from it.
pub(super) fn free_id<T: std::str::FromStr>(
    wanted: &str,
    given: IdGiven,
    what: &str,
    taken: impl Fn(&str) -> bool,
) -> Result<T, Refusal> {
    let full = || Refusal::LimitReached(format!("There is no free id left for this {what}."));
    if !taken(wanted) {
        return wanted.parse().map_err(|_| full());
    }
    if given == IdGiven::Asked {
        return Err(Refusal::Taken(format!(
            "There is already a {what} “{wanted}”."
        )));
    }
    (2..10_000)
        .map(|n| format!("{wanted}-{n}"))
        .find(|id| !taken(id))
        .and_then(|id| id.parse().ok())
        .ok_or_else(full)
}
