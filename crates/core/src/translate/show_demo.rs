//! Demos and their runs → what a role may see of them.

use crate::domain::command::Role;
use crate::domain::demo::steers::Steers;
use crate::domain::demo::{Chosen, DemoKind, DemoPlan, Knob, Range, Run, Setting, Settings};
use crate::domain::poll::Poll;
use crate::domain::session::Session;
use crate::ids::SegmentId;
use crate::protocol::{
    ChosenView, DemoView, KnobView, PresetView, RecordingView, RunView, SettingSpec, SettingsSpec,
    SteersSpec,
};

/// Every demo, as a segment would have it with nothing set.
pub fn all() -> Vec<DemoView> {
    let plain = DemoKind::ALL.map(|kind| DemoPlan {
        kind,
        settings: Settings::new(),
    });
    plain.iter().map(|plan| demo(plan, Role::Host)).collect()
}

pub(super) fn demo(plan: &DemoPlan, role: Role) -> DemoView {
    let hosts = role == Role::Host;
    let knobs = plan.kind.knobs().iter().filter(|_| hosts);
    let presets = plan.kind.presets().iter().filter(|_| hosts);
    DemoView {
        kind: plan.kind.name().to_string(),
        settings: match hosts {
            true => settings(&plan.with(&Settings::new())),
            false => SettingsSpec::new(),
        },
        knobs: knobs.map(knob).collect(),
        presets: presets
            .map(|preset| PresetView {
                label: preset.label.to_string(),
                settings: settings(&preset.settings()),
            })
            .collect(),
    }
}

fn knob(knob: &Knob) -> KnobView {
    let (kind, from, to, words) = match knob.range {
        Range::Number { from, to, .. } => ("number", Some(from), Some(to), &[][..]),
        Range::Count { from, to, .. } => {
            let ends = (Some(f64::from(from)), Some(f64::from(to)));
            ("count", ends.0, ends.1, &[][..])
        }
        Range::Choice(words) | Range::OrFolder(words) => ("choice", None, None, words),
    };
    KnobView {
        name: knob.name.to_string(),
        label: knob.label.to_string(),
        kind: kind.to_string(),
        from,
        to,
        words: words.iter().map(ToString::to_string).collect(),
        or_folder: matches!(knob.range, Range::OrFolder(_)),
        live: knob.live,
    }
}

pub(super) fn runs(session: &Session, role: Role) -> Vec<RunView> {
    session
        .runs
        .iter()
        .map(|(segment, one)| run(session, segment, one, role))
        .collect()
}

pub(super) fn recordings(session: &Session, role: Role) -> Vec<RecordingView> {
    let all = session.recorded.iter().filter(|_| role == Role::Host);
    all.map(|one| RecordingView {
        number: one.number,
        segment: one.segment.to_string(),
        settings: settings(&one.settings),
        results: one.results.clone(),
    })
    .collect()
}

fn run(session: &Session, segment: &SegmentId, run: &Run, role: Role) -> RunView {
    // How many chose it is told with the poll's result, and taken back with it.
    let told = |chosen: &&Chosen| {
        let poll = session.poll(&chosen.poll);
        role == Role::Host || poll.is_ok_and(Poll::shows_tally)
    };
    let outcome = run.outcome.clone();
    RunView {
        segment: segment.to_string(),
        number: run.number,
        settings: settings(&run.settings),
        state: run.state.name().to_string(),
        played: run.played,
        chosen: run.chosen.as_ref().filter(told).map(|chosen| ChosenView {
            poll: chosen.poll.to_string(),
            label: chosen.label.clone(),
            votes: chosen.votes,
            voters: chosen.voters,
        }),
        failed: outcome
            .as_ref()
            .map(|outcome| outcome.failed.clone())
            .unwrap_or_default(),
        results: outcome.map(|outcome| outcome.results).unwrap_or_default(),
    }
}

pub(super) fn steers(steers: &Steers) -> SteersSpec {
    SteersSpec {
        segment: steers.segment.to_string(),
        settings: steers.settings.iter().map(settings).collect(),
    }
}

fn settings(settings: &Settings) -> SettingsSpec {
    let pairs = settings.iter();
    pairs
        .map(|(name, value)| {
            let value = match value {
                Setting::Number(n) => SettingSpec::Number(*n),
                Setting::Word(word) => SettingSpec::Word(word.clone()),
            };
            (name.clone(), value)
        })
        .collect()
}
