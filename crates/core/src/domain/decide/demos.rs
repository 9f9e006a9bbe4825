//! Runs of demos: started, turned, paused, stopped by the host; started by a poll that closes.

use super::{Action, walks};
use crate::domain::command::DemoAsk;
use crate::domain::demo::{Chosen, DemoPlan, Outcome, Run, RunState, Setting, Settings};
use crate::domain::fact::{Edit, Fact, State};
use crate::domain::plan::{BadPlan, SegmentKind};
use crate::domain::poll::Poll;
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::stage::{Up, put_up};
use crate::domain::walk::Fields;
use crate::ids::SegmentId;

pub(super) fn decide(session: &Session, ask: &DemoAsk) -> Result<Action, Refusal> {
    let (segment, run, label) = match ask {
        DemoAsk::Start { segment, settings } => {
            let plan = demo_of(session, segment)?;
            is_live(session)?;
            let settings = plan.with(&plan.kind.checked(settings.clone())?);
            let started = Action::new("Start the run");
            let started = start(started, session, segment, Fresh::of(settings));
            return Ok(turn_to(started, session, segment));
        }
        DemoAsk::Play { segment, number } => {
            demo_of(session, segment)?;
            is_live(session)?;
            let mut kept = session.recorded.iter();
            let recorded = kept
                .find(|one| one.number == *number && one.segment == *segment)
                .ok_or_else(|| Refusal::unknown("recorded run", number))?;
            let fresh = Fresh {
                played: Some(*number),
                ..Fresh::of(recorded.settings.clone())
            };
            let action = Action::new(format!("Play run {number} back"));
            let action = start(action, session, segment, fresh);
            return Ok(turn_to(action, session, segment));
        }
        DemoAsk::Turn { segment, settings } => {
            let plan = demo_of(session, segment)?;
            let held = going_on(session, segment)?;
            if held.played.is_some() {
                let why = "What was recorded cannot be turned; start a run of its own.";
                return Err(Refusal::NotPossible(why.to_string()));
            }
            let settings = plan.kind.checked(settings.clone())?;
            if let Some(name) = settings
                .keys()
                .find(|name| plan.kind.knob(name).is_some_and(|knob| !knob.live))
            {
                let why = "can only be set when a run starts";
                return Err(BadPlan::new(name, why).into());
            }
            let mut run = held.clone();
            let names: Vec<_> = settings
                .iter()
                .map(|(name, value)| format!("{name} = {value}"))
                .collect();
            run.settings.extend(settings);
            (segment, run, format!("Set {}", names.join(", ")))
        }
        DemoAsk::Pause(segment) => {
            let mut run = going_on(session, segment)?.clone();
            run.state = RunState::Paused;
            (segment, run, "Pause the run".to_string())
        }
        DemoAsk::Resume(segment) => {
            let mut run = going_on(session, segment)?.clone();
            run.state = RunState::Running;
            (segment, run, "Go on with the run".to_string())
        }
        DemoAsk::Stop(segment) => {
            let mut run = going_on(session, segment)?.clone();
            run.state = RunState::Stopped;
            (segment, run, "Stop the run".to_string())
        }
        DemoAsk::Reset(segment) => {
            demo_of(session, segment)?;
            return Ok(clear(Action::new("Clear the run"), session, segment));
        }
    };
    let held = session.runs.get(segment).cloned();
    if held.as_ref() == Some(&run) {
        return Ok(Action::new(""));
    }
    // A run that was stopped has let go of its network: taken back, it stays stopped.
    let back = match run.state {
        RunState::Stopped => Some(run.clone()),
        _ => held,
    };
    let action = Action::new(label).edit(set(segment, Some(run.clone())), set(segment, back));
    Ok(action)
}

fn set(segment: &SegmentId, run: Option<Run>) -> Edit {
    Edit::Run {
        segment: segment.clone(),
        run: run.map(Box::new),
    }
}

/// A run as it is come back to: its network is gone, what it has shown is not.
fn at_rest(run: &Run) -> Run {
    let mut run = run.clone();
    if run.state.goes_on() {
        run.state = RunState::Stopped;
    }
    run
}

/// A run that has ended or was stopped meanwhile stays so, whatever is taken back: its network does not go on.
pub(super) fn not_revived(session: &Session, edit: Edit) -> Edit {
    match edit {
        Edit::Run {
            segment,
            run: Some(run),
        } => {
            let held = session.runs.get(&segment);
            let over = held.filter(|held| held.number == run.number && !held.state.goes_on());
            Edit::Run {
                run: Some(over.map_or(run, |held| Box::new(held.clone()))),
                segment,
            }
        }
        other => other,
    }
}

fn is_live(session: &Session) -> Result<(), Refusal> {
    if session.state == State::Live {
        return Ok(());
    }
    if session.state == State::Ended {
        return Err(Refusal::EndedUntil("run a demo"));
    }
    let why = "Start the session before a demo: nobody could see it.";
    Err(Refusal::NotStarted(why.to_string()))
}

fn demo_of<'a>(session: &'a Session, segment: &SegmentId) -> Result<&'a DemoPlan, Refusal> {
    let plan = &session.segment(segment)?.plan;
    match &plan.demo {
        Some(_) if plan.is_walked() => Err(Refusal::NotPossible(format!(
            "“{}” is gone through step by step; there is nothing to run.",
            plan.title
        ))),
        Some(demo) if plan.kind == SegmentKind::Demo => Ok(demo),
        _ => Err(Refusal::NotPossible(format!(
            "“{}” has no demo to run.",
            plan.title
        ))),
    }
}

fn going_on<'a>(session: &'a Session, segment: &SegmentId) -> Result<&'a Run, Refusal> {
    demo_of(session, segment)?;
    let run = session.runs.get(segment);
    run.filter(|run| run.state.goes_on())
        .ok_or_else(|| Refusal::NothingToDo("There is no run going on; start one.".to_string()))
}

/// Takes a segment's run away, if it has one.
pub(super) fn clear(action: Action, session: &Session, segment: &SegmentId) -> Action {
    match session.runs.get(segment) {
        Some(held) => action.edit(set(segment, None), set(segment, Some(at_rest(held)))),
        None => action,
    }
}

/// Stops whatever goes on.
pub(super) fn stop_all(mut action: Action, session: &Session) -> Action {
    for (segment, run) in &session.runs {
        if run.state.goes_on() {
            let stopped = set(segment, Some(at_rest(run)));
            action = action.edit(stopped.clone(), stopped);
        }
    }
    action
}

/// Shows a demo that the host has just set going, if its segment is the current one.
pub(super) fn turn_to(action: Action, session: &Session, segment: &SegmentId) -> Action {
    if session.current.as_ref() == Some(segment) {
        return put_up(action, session, Some(Up::Segment));
    }
    action
}

/// What a run begins with.
struct Fresh {
    /// All of them.
    settings: Settings,
    chosen: Option<Chosen>,
    played: Option<u32>,
}

impl Fresh {
    fn of(settings: Settings) -> Self {
        Self {
            settings,
            chosen: None,
            played: None,
        }
    }
}

/// A fresh run in this segment; a session has one at a time, so any other is stopped.
fn start(mut action: Action, session: &Session, segment: &SegmentId, fresh: Fresh) -> Action {
    for (other, run) in &session.runs {
        if other != segment && run.state.goes_on() {
            let stopped = set(other, Some(at_rest(run)));
            action = action.edit(stopped.clone(), stopped);
        }
    }
    let run = Run {
        number: session.last_run + 1,
        settings: fresh.settings,
        state: RunState::Running,
        chosen: fresh.chosen,
        played: fresh.played,
        outcome: None,
    };
    let back = session.runs.get(segment).map(at_rest);
    action.edit(set(segment, Some(run)), set(segment, back))
}

/// What else is done when a poll that steers a demo closes for good: its result is shown, since the run tells it
/// anyway, and the winner's run starts, on stage if its segment is the current one. A tie goes to the option that
/// stands first; without a vote, or where the winner sets nothing, nothing is started.
pub(super) fn steered(action: Action, session: &Session, poll: &Poll) -> Action {
    let Some((segment, settings, chosen)) = winner(session, poll) else {
        return action;
    };
    let Ok(plan) = session.segment(&segment).map(|segment| &segment.plan) else {
        return action;
    };
    if plan.demo.is_none() {
        return action;
    }
    let mut action = action;
    if !poll.revealed {
        let revealed = |revealed| Edit::Revealed {
            poll: poll.plan.id.clone(),
            revealed,
        };
        action = action.edit(revealed(true), revealed(false));
    }
    // What the host put up meanwhile stays; the poll itself gives way to what it steers.
    if session.on_stage().as_ref() == Some(&poll.plan.id) {
        action = turn_to(action, session, &segment);
    }
    if let (true, Some(Setting::Word(step))) = (plan.is_walked(), settings.get("step")) {
        return walks::to(action, session, &segment, step, Fields::new(), None);
    }
    match demo_of(session, &segment) {
        Ok(demo) => {
            let fresh = Fresh {
                chosen: Some(chosen),
                ..Fresh::of(demo.with(&settings))
            };
            start(action, session, &segment, fresh)
        }
        Err(_) => action,
    }
}

fn winner(session: &Session, poll: &Poll) -> Option<(SegmentId, Settings, Chosen)> {
    let steers = poll.plan.steers.as_ref()?;
    if session.state != State::Live {
        return None;
    }
    let offered = poll
        .all_options()
        .filter(|(id, option)| !id.is_write_in() && option.is_offered());
    let mut best = None;
    for (id, option) in offered {
        let votes = poll.tally.counts.get(&id).copied().unwrap_or(0);
        if votes > 0 && best.is_none_or(|(_, _, most)| votes > most) {
            best = Some((id, option, votes));
        }
    }
    let (id, option, votes) = best?;
    let settings = steers.settings.get(id.index())?.clone();
    let chosen = Chosen {
        poll: poll.plan.id.clone(),
        label: option.label.clone(),
        votes,
        voters: poll.tally.voters,
    };
    Some((steers.segment.clone(), settings, chosen))
}

/// A run that goes on has come to its end by itself; one that was replaced or stopped meanwhile stays as it is.
pub(super) fn ended(
    session: &Session,
    segment: &SegmentId,
    number: u32,
    outcome: &Outcome,
) -> Vec<Fact> {
    match session.runs.get(segment) {
        Some(run) if run.number == number && run.state.goes_on() => vec![Fact::RunEnded {
            segment: segment.clone(),
            number,
            outcome: outcome.clone(),
        }],
        _ => Vec::new(),
    }
}
