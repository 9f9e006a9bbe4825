//! Walkthroughs: the host goes to a step, viewers send inputs, the host shows one or puts it aside.

use super::Action;
use super::demos::turn_to;
use crate::domain::command::{SendInput, WalkAsk};
use crate::domain::fact::{Edit, Fact, State};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::walk::{Fields, Sent, SentFact, WAITING_MAX, Walk, checked, waiting};
use crate::ids::{AskerKey, SegmentId};

pub(super) fn decide(session: &Session, ask: &WalkAsk) -> Result<Action, Refusal> {
    match ask {
        WalkAsk::To {
            segment,
            step,
            input,
        } => {
            walked(session, segment)?;
            let input = checked(step, input.clone())?;
            let label = format!("Go to the step “{step}”");
            let action = to(Action::new(label), session, segment, step, input, None);
            Ok(turn_to(action, session, segment))
        }
        WalkAsk::Show(number) => {
            let sent = there(session, *number)?;
            let fact = &sent.fact;
            walked(session, &fact.segment)?;
            let action = Action::new("Show what a viewer sent");
            let (segment, step, input) = (&fact.segment, &fact.step, fact.input.clone());
            let action = to(action, session, segment, step, input, Some(*number));
            Ok(done(turn_to(action, session, segment), sent))
        }
        WalkAsk::PutAside(number) => {
            let sent = there(session, *number)?;
            Ok(done(Action::new("Put aside what a viewer sent"), sent))
        }
    }
}

fn there(session: &Session, number: u32) -> Result<&Sent, Refusal> {
    let sent = session.walks.sent(number);
    sent.ok_or_else(|| Refusal::unknown("input that was sent", &number))
}

fn done(action: Action, sent: &Sent) -> Action {
    if sent.done {
        return action;
    }
    let number = sent.fact.sent;
    let edit = |done| Edit::SentDone { sent: number, done };
    action.edit(edit(true), edit(false))
}

/// Takes away where the host stands in a segment's walkthrough.
pub(super) fn clear(action: Action, session: &Session, segment: &SegmentId) -> Action {
    match session.walks.of.get(segment) {
        Some(held) => action.edit(set(segment, None), set(segment, Some(held.clone()))),
        None => action,
    }
}

fn set(segment: &SegmentId, walk: Option<Walk>) -> Edit {
    Edit::Walk {
        segment: segment.clone(),
        walk: walk.map(Box::new),
    }
}

/// Goes to a step, if it is not there already with the same input.
pub(super) fn to(
    action: Action,
    session: &Session,
    segment: &SegmentId,
    step: &str,
    input: Fields,
    sent: Option<u32>,
) -> Action {
    let held = session.walks.of.get(segment);
    if held.is_some_and(|held| held.step == step && held.input == input && held.sent == sent) {
        return action;
    }
    let walk = Walk {
        number: session.walks.last + 1,
        step: step.to_string(),
        input,
        sent,
    };
    action.edit(set(segment, Some(walk)), set(segment, held.cloned()))
}

/// Whether this segment is a walkthrough that goes on.
fn walked(session: &Session, segment: &SegmentId) -> Result<(), Refusal> {
    if session.state == State::Ended {
        return Err(Refusal::Ended);
    }
    let plan = &session.segment(segment)?.plan;
    if plan.is_walked() {
        return Ok(());
    }
    let why = format!("“{}” is no walkthrough.", plan.title);
    Err(Refusal::NotPossible(why))
}

/// A viewer sends an input to the host. Sent again while it waits, it is there already.
pub(super) fn send(
    session: &Session,
    asker: AskerKey,
    send: &SendInput,
) -> Result<Vec<Fact>, Refusal> {
    walked(session, &send.segment)?;
    session.questions.may_speak(session, asker)?;
    let input = checked(&send.step, send.input.clone())?;
    let name = session.questions.name(&send.name)?;
    let own: Vec<_> = waiting(session)
        .filter(|sent| sent.fact.asker == asker)
        .collect();
    let is_there = own.iter().any(|sent| {
        let fact = &sent.fact;
        fact.segment == send.segment && fact.step == send.step && fact.input == input
    });
    if is_there {
        return Ok(Vec::new());
    }
    if own.len() >= WAITING_MAX {
        return Err(Refusal::LimitReached(format!(
            "{WAITING_MAX} inputs of yours wait for the host already; more can be sent once one of them was looked at."
        )));
    }
    Ok(vec![Fact::InputSent(Box::new(SentFact {
        sent: session.walks.last_sent + 1,
        segment: send.segment.clone(),
        step: send.step.clone(),
        input,
        asker,
        name,
    }))])
}
