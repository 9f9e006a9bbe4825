//! Messages about demos → asks of the domain.

use super::hear::segment_id;
use crate::domain::command::{DemoAsk, HostAsk, WalkAsk};
use crate::domain::demo::steers::Steers;
use crate::domain::demo::{DemoKind, DemoPlan, Setting, Settings};
use crate::domain::plan::BadPlan;
use crate::domain::refusal::Refusal;
use crate::protocol::{DemoSpec, HostCommand, SettingSpec, SettingsSpec, SteersSpec};

/// A host's command about a demo; the command back if it is about something else.
pub(super) fn host(command: HostCommand) -> Result<Result<HostAsk, HostCommand>, Refusal> {
    use HostCommand as C;
    let ask = match command {
        C::StartRun { segment, settings } => DemoAsk::Start {
            segment: segment_id(segment)?,
            settings: self::settings(settings),
        },
        C::TurnKnobs { segment, settings } => DemoAsk::Turn {
            segment: segment_id(segment)?,
            settings: self::settings(settings),
        },
        C::PauseRun { segment } => DemoAsk::Pause(segment_id(segment)?),
        C::ResumeRun { segment } => DemoAsk::Resume(segment_id(segment)?),
        C::StopRun { segment } => DemoAsk::Stop(segment_id(segment)?),
        C::ResetRun { segment } => DemoAsk::Reset(segment_id(segment)?),
        C::PlayRun { segment, number } => DemoAsk::Play {
            segment: segment_id(segment)?,
            number,
        },
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
    Ok(Ok(HostAsk::Demo(ask)))
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
