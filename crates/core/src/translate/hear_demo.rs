//! Messages about demos → asks of the domain.

use super::hear::segment_id;
use crate::domain::command::{DemoAsk, HostAsk, WalkAsk};
use crate::domain::demo::steers::Steers;
use crate::domain::demo::{DemoKind, DemoPlan, Setting, Settings};
use crate::domain::plan::BadPlan;
use crate::domain::refusal::Refusal;
use crate::domain::seen::Seen;
use crate::ids::SegmentId;
use crate::protocol::{DemoSpec, HostCommand, SeenRun, SettingSpec, SettingsSpec, SteersSpec};

/// A host's command about a demo; the command back if it is about something else.
pub(super) fn host(command: HostCommand) -> Result<Result<HostAsk, HostCommand>, Refusal> {
    use HostCommand as C;
    let (ask, segment, run) = match command {
        C::StartRun {
            segment,
            settings,
            run,
        } => set(segment, settings, run, |segment, settings| DemoAsk::Start {
            segment,
            settings,
        })?,
        C::TurnKnobs {
            segment,
            settings,
            run,
        } => set(segment, settings, run, |segment, settings| DemoAsk::Turn {
            segment,
            settings,
        })?,
        C::PauseRun(seen) => on(seen, DemoAsk::Pause)?,
        C::ResumeRun(seen) => on(seen, DemoAsk::Resume)?,
        C::StopRun(seen) => on(seen, DemoAsk::Stop)?,
        C::ResetRun(seen) => on(seen, DemoAsk::Reset)?,
        C::PlayRun {
            segment,
            number,
            run,
        } => on(SeenRun { segment, run }, |segment| DemoAsk::Play {
            segment,
            number,
        })?,
        C::WalkTo {
            segment,
            step,
            input,
        } => {
            let segment = segment_id(segment)?;
            let to = WalkAsk::To {
                segment,
                step,
                input,
            };
            return Ok(Ok(HostAsk::Walk(to)));
        }
        C::ShowSent { sent } => return Ok(Ok(HostAsk::Walk(WalkAsk::Show(sent)))),
        C::PutAsideSent { sent } => return Ok(Ok(HostAsk::Walk(WalkAsk::PutAside(sent)))),
        other => return Ok(Err(other)),
    };
    let seen = run.map(|run| Seen::Run(segment, run));
    Ok(Ok(HostAsk::Demo(ask).having(seen)))
}

type OnRun = (DemoAsk, SegmentId, Option<Option<u32>>);

fn on(
    SeenRun { segment, run }: SeenRun,
    ask: impl FnOnce(SegmentId) -> DemoAsk,
) -> Result<OnRun, Refusal> {
    let segment = segment_id(segment)?;
    Ok((ask(segment.clone()), segment, run))
}

fn set(
    segment: String,
    spec: SettingsSpec,
    run: Option<Option<u32>>,
    ask: impl FnOnce(SegmentId, Settings) -> DemoAsk,
) -> Result<OnRun, Refusal> {
    on(SeenRun { segment, run }, |segment| {
        ask(segment, settings(spec))
    })
}

pub(super) fn demo(spec: DemoSpec) -> Result<DemoPlan, BadPlan> {
    let words = DemoKind::ALL.map(DemoKind::name).join(", ");
    let kind = DemoKind::from_name(&spec.kind)
        .ok_or_else(|| BadPlan::new("demo.kind", format!("must be one of {words}")))?;
    Ok(DemoPlan {
        kind,
        settings: settings(spec.settings),
    })
}

pub(super) fn steers(spec: SteersSpec) -> Result<Steers, Refusal> {
    Ok(Steers {
        segment: segment_id(spec.segment)?,
        settings: spec.settings.into_iter().map(settings).collect(),
    })
}

fn settings(spec: SettingsSpec) -> Settings {
    spec.into_iter()
        .map(|(name, value)| {
            let value = match value {
                SettingSpec::Number(n) => Setting::Number(n),
                SettingSpec::Word(word) => Setting::Word(word),
            };
            (name, value)
        })
        .collect()
}
