//! Lines of the public log about runs.
//!
//! That a run started is no secret, and its settings are on stage; how many chose them is told with the poll's result.

use super::Words;
use crate::domain::demo::{Run, RunState};
use crate::domain::session::Session;
use crate::ids::SegmentId;

pub(super) fn words(session: &Session, segment: &SegmentId, run: Option<&Run>) -> Option<Words> {
    let held = session.runs.get(segment);
    let text = match (held, run) {
        (Some(_), None) => "The run was cleared.".to_string(),
        (Some(held), Some(run)) if held.number == run.number => changed(held, run),
        (_, Some(run)) => return Some(started(run)),
        (None, None) => return None,
    };
    Some((None, text, None))
}

fn changed(held: &Run, run: &Run) -> String {
    let turned: Vec<_> = run
        .settings
        .iter()
        .filter(|(name, value)| held.settings.get(*name) != Some(value))
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    match (turned.is_empty(), run.state) {
        (false, _) => format!("Set while it ran: {}.", turned.join(", ")),
        (true, RunState::Running) => "The run went on.".to_string(),
        (true, RunState::Paused) => "The run was paused.".to_string(),
        (true, _) => "The run was stopped.".to_string(),
    }
}

fn started(run: &Run) -> Words {
    let text = match run.played {
        None => format!("Run {} started.", run.number),
        Some(recorded) => format!("Run {}: run {recorded} is played back.", run.number),
    };
    let Some(chosen) = &run.chosen else {
        return (None, text, None);
    };
    let told = format!(
        "Run {} started: “{}” won with {} of {}.",
        run.number, chosen.label, chosen.votes, chosen.voters
    );
    (Some(chosen.poll.clone()), text, Some(told))
}
