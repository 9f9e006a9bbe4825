//! Messages → commands: ids parsed, plans checked, each fault named by its field.

use crate::domain::command::{Cast, Command, HostAsk, IdGiven};
use crate::domain::plan::{
    BadPlan, Channel, Link, PollPlan, SegmentKind, SegmentPlan, checked_channels,
};
use crate::domain::poll::kind::{KIND_NAMES, Kind};
use crate::domain::poll::prediction::{Asked, Outcome};
use crate::domain::poll::{multiple, number, prediction, single, yes_no};
use crate::domain::refusal::Refusal;
use crate::domain::seen::Seen;
use crate::ids::{BallotKey, ChannelId, OptionId, PollId, SegmentId, Timestamp, slugify};
use crate::protocol::{Answer, ChannelSpec, HostCommand, PollSpec, SeenSegment, SegmentSpec};

/// Most picks that one message may carry; more than any poll has options.
const PICKS_MAX: usize = 64;

pub fn cast(
    poll: PollId,
    voter: BallotKey,
    seq: Option<u32>,
    answer: Answer,
    via: Option<ChannelId>,
) -> Result<Command, Refusal> {
    if answer.picks.len() > PICKS_MAX {
        return Err(Refusal::BadAnswer(format!(
            "An answer has at most {PICKS_MAX} picks."
        )));
    }
    Ok(Command::Cast(Cast {
        poll,
        voter,
        seq,
        picks: answer.picks.into_iter().map(OptionId).collect(),
        write_in: answer.write_in,
        probability: answer.probability,
        by: answer.by.map(OptionId),
        via,
    }))
}

pub fn host(command: HostCommand) -> Result<HostAsk, Refusal> {
    use HostCommand as C;
    let command = match super::hear_room::host(command)? {
        Ok(ask) => return Ok(ask),
        Err(other) => other,
    };
    let command = match super::hear_demo::host(command)? {
        Ok(ask) => return Ok(ask),
        Err(other) => other,
    };
    Ok(match command {
        C::StartSession => HostAsk::StartSession,
        C::EndSession => HostAsk::EndSession,
        C::ReopenSession => HostAsk::ReopenSession,
        C::EditSession {
            title,
            blurb,
            channels,
        } => HostAsk::EditSession {
            title,
            blurb: crate::domain::text::clean_text(
                "blurb",
                &blurb,
                crate::domain::plan::BLURB_MAX,
            )?,
            channels: self::channels(channels)?,
        },
        C::Go { segment } => HostAsk::Go(segment_id(segment)?),
        C::Next(seen) => HostAsk::Next.having(current(seen)?),
        C::Previous(seen) => HostAsk::Previous.having(current(seen)?),
        C::AddSegment {
            segment,
            after,
            polls,
        } => {
            let (plan, id) = segment_plan(segment)?;
            let made = plan.id.clone();
            let of_its_own = |poll: PollSpec| own_poll(poll, &made);
            HostAsk::AddSegment {
                plan,
                id,
                after: after.map(segment_id).transpose()?,
                polls: polls
                    .into_iter()
                    .map(of_its_own)
                    .collect::<Result<_, _>>()?,
            }
        }
        C::EditSegment { segment } => HostAsk::EditSegment(segment_plan(segment)?.0),
        C::MoveSegment {
            segment,
            to,
            before,
        } => {
            let segment = segment_id(segment)?;
            match to {
                Some(to) if before.is_none() => HostAsk::MoveSegment { segment, to },
                _ => HostAsk::MoveSegmentBefore {
                    segment,
                    before: before.map(segment_id).transpose()?,
                },
            }
        }
        C::RemoveSegment { segment, polls } => {
            let segment = segment_id(segment)?;
            if polls {
                HostAsk::RemoveSegmentWithPolls(segment)
            } else {
                HostAsk::RemoveSegment(segment)
            }
        }
        C::AddPoll {
            poll,
            segment,
            open,
        } => {
            let (plan, id) = poll_plan(poll, segment)?;
            HostAsk::AddPoll { plan, id, open }
        }
        C::EditPoll { poll, segment } => rewrite(poll, segment)?,
        C::MovePoll {
            poll,
            segment,
            before,
        } => HostAsk::MovePoll {
            poll: poll_id(poll)?,
            segment: segment.map(segment_id).transpose()?,
            before: before.map(poll_id).transpose()?,
        },
        C::RemovePoll { poll } => HostAsk::RemovePoll(poll_id(poll)?),
        C::OpenPoll { poll, seconds } => HostAsk::OpenPoll {
            poll: poll_id(poll)?,
            seconds,
        },
        C::ClosePoll { poll, now } => HostAsk::ClosePoll {
            poll: poll_id(poll)?,
            now,
        },
        C::ExtendPoll {
            poll,
            seconds,
            closes_at,
        } => {
            let poll = poll_id(poll)?;
            let seen = closes_at.map(|at| Seen::ClosesAt(poll.clone(), at.map(Timestamp)));
            HostAsk::ExtendPoll { poll, seconds }.having(seen)
        }
        C::Reveal { poll } => HostAsk::Reveal(poll_id(poll)?),
        C::HideResult { poll } => HostAsk::HideResult(poll_id(poll)?),
        C::Show { poll } => HostAsk::Show(poll.map(poll_id).transpose()?),
        C::AddOption { poll, label } => HostAsk::AddOption {
            poll: poll_id(poll)?,
            label,
        },
        C::RenameOption {
            poll,
            option,
            label,
        } => HostAsk::RenameOption {
            poll: poll_id(poll)?,
            option: OptionId(option),
            label,
        },
        C::MergeOptions { poll, from, into } => HostAsk::MergeOptions {
            poll: poll_id(poll)?,
            from: from.into_iter().map(OptionId).collect(),
            into: OptionId(into),
        },
        C::UnmergeOption { poll, option } => HostAsk::UnmergeOption {
            poll: poll_id(poll)?,
            option: OptionId(option),
        },
        C::HideOption { poll, option } => HostAsk::HideOption {
            poll: poll_id(poll)?,
            option: OptionId(option),
        },
        C::ShowOption { poll, option } => HostAsk::ShowOption {
            poll: poll_id(poll)?,
            option: OptionId(option),
        },
        C::ListOption { poll, option } => HostAsk::ListOption {
            poll: poll_id(poll)?,
            option: OptionId(option),
        },
        C::Resolve {
            poll,
            outcome,
            note,
        } => HostAsk::Resolve {
            poll: poll_id(poll)?,
            outcome: match outcome.as_str() {
                "yes" => Outcome::Yes,
                "no" => Outcome::No,
                "annulled" => Outcome::Annulled,
                _ => {
                    return Err(BadPlan::new("outcome", "must be yes, no or annulled").into());
                }
            },
            note,
        },
        C::Unresolve { poll } => HostAsk::Unresolve(poll_id(poll)?),
        C::Undo { step } => HostAsk::Undo.having(step.map(Seen::Undo)),
        // Those about the room and about demos were taken above.
        _ => {
            return Err(Refusal::NotPossible(
                "This program does not know that command.".into(),
            ));
        }
    })
}

/// A poll id from outside; one that cannot be an id is one that is not there.
pub fn poll_id(text: String) -> Result<PollId, Refusal> {
    text.parse().map_err(|_| Refusal::unknown("poll", &text))
}

pub(super) fn segment_id(text: String) -> Result<SegmentId, Refusal> {
    text.parse().map_err(|_| Refusal::unknown("segment", &text))
}

/// The current segment as the sender saw it, if it says so.
fn current(seen: SeenSegment) -> Result<Option<Seen>, Refusal> {
    let from = seen.from.map(|from| from.map(segment_id).transpose());
    Ok(from.transpose()?.map(Seen::Current))
}

fn given_id<T: std::str::FromStr<Err = crate::ids::BadId>>(
    id: &str,
    title: &str,
) -> Result<(T, IdGiven), BadPlan> {
    let (text, given) = if id.is_empty() {
        (slugify(title), IdGiven::Suggested)
    } else {
        (id.to_string(), IdGiven::Asked)
    };
    let id = text
        .parse()
        .map_err(|bad: crate::ids::BadId| BadPlan::new("id", bad.to_string()))?;
    Ok((id, given))
}

fn channels(specs: Vec<ChannelSpec>) -> Result<Vec<Channel>, BadPlan> {
    let mut channels = Vec::new();
    for (place, spec) in specs.into_iter().enumerate() {
        let id = spec.id.parse().map_err(|bad: crate::ids::BadId| {
            BadPlan::new(format!("channels[{place}].id"), bad.to_string())
        })?;
        channels.push(Channel {
            id,
            label: spec.label,
            delay_seconds: spec.delay_seconds,
        });
    }
    checked_channels(channels)
}

fn segment_plan(spec: SegmentSpec) -> Result<(SegmentPlan, IdGiven), BadPlan> {
    let (id, given) = given_id(&spec.id, &spec.title)?;
    let kind = SegmentKind::from_name(&spec.kind).ok_or_else(|| {
        BadPlan::new(
            "kind",
            format!(
                "must be one of {}",
                SegmentKind::ALL.map(SegmentKind::name).join(", ")
            ),
        )
    })?;
    let plan = SegmentPlan {
        id,
        kind,
        title: spec.title,
        speaker: spec.speaker,
        blurb: spec.blurb,
        links: spec
            .links
            .into_iter()
            .map(|link| Link {
                label: link.label,
                url: link.url,
            })
            .collect(),
        planned_minutes: spec.planned_minutes,
        demo: spec.demo.map(super::hear_demo::demo).transpose()?,
    };
    Ok((plan.checked()?, given))
}

/// A poll that is only looked at.
pub(super) fn poll_to_show(spec: PollSpec, segment: Option<String>) -> Result<PollPlan, Refusal> {
    Ok(poll_plan(spec, segment)?.0)
}

fn poll_plan(spec: PollSpec, segment: Option<String>) -> Result<(PollPlan, IdGiven), Refusal> {
    let (id, given) = given_id(&spec.id, &spec.question)?;
    let kind = poll_kind(&spec)?;
    let plan = PollPlan {
        id,
        segment: segment.map(segment_id).transpose()?,
        question: spec.question,
        kind,
        options: spec.options,
        horizons: spec.horizons,
        live_results: spec.live_results,
        seconds: spec.seconds,
        steers: spec.steers.map(super::hear_demo::steers).transpose()?,
        step: spec.step,
    };
    Ok((plan.checked()?, given))
}

/// A poll that is made with its segment: what it steers without a name is that segment.
fn own_poll(mut spec: PollSpec, segment: &SegmentId) -> Result<(PollPlan, IdGiven), Refusal> {
    if let Some(steers) = &mut spec.steers
        && steers.segment.is_empty()
    {
        steers.segment = segment.to_string();
    }
    poll_plan(spec, Some(segment.to_string()))
}

/// A draft changed: what is left out stays, what is there but empty goes.
fn rewrite(mut spec: PollSpec, segment: Option<String>) -> Result<HostAsk, Refusal> {
    let unsteered = spec.steers.as_ref().is_some_and(|s| s.settings.is_empty());
    let unstepped = spec.step.as_ref().is_some_and(String::is_empty);
    if unsteered {
        spec.steers = None;
    }
    if unstepped {
        spec.step = None;
    }
    Ok(HostAsk::RewritePoll {
        plan: Box::new(poll_plan(spec, None)?.0),
        segment: segment.map(segment_id).transpose()?,
        unsteered,
        unstepped,
    })
}

fn poll_kind(spec: &PollSpec) -> Result<Kind, BadPlan> {
    let only = |field: &str, is_set: bool, kinds: &str| {
        if is_set {
            Err(BadPlan::new(field, format!("only {kinds} has it")))
        } else {
            Ok(())
        }
    };
    let kind = spec.kind.as_str();
    if kind != "multiple" {
        only("min", spec.min.is_some(), "a multiple poll")?;
        only("max", spec.max.is_some(), "a multiple poll")?;
    }
    if kind != "yes_no" {
        only("both", spec.both, "a yes_no poll")?;
    }
    if !matches!(kind, "single" | "multiple") {
        only("write_in", spec.write_in, "a single or multiple poll")?;
    }
    if kind != "number" {
        only("from", spec.from.is_some(), "a number poll")?;
        only("to", spec.to.is_some(), "a number poll")?;
    }
    if kind != "prediction" {
        only("answer", !spec.answer.is_empty(), "a prediction")?;
    }
    match kind {
        "single" => Ok(Kind::Single(single::Rules {
            write_in: spec.write_in,
        })),
        "multiple" => Ok(Kind::Multiple(multiple::Rules {
            min: spec.min.unwrap_or(1),
            max: spec.max,
            write_in: spec.write_in,
        })),
        "yes_no" => Ok(Kind::YesNo(yes_no::Rules { both: spec.both })),
        "prediction" => Ok(Kind::Prediction(prediction::Rules {
            answer: match spec.answer.as_str() {
                "" | "verdict" => Asked::Verdict,
                "probability" => Asked::Probability,
                _ => return Err(BadPlan::new("answer", "must be verdict or probability")),
            },
        })),
        "number" => Ok(Kind::Number(number::Rules {
            from: spec.from.unwrap_or(0),
            to: spec.to.ok_or_else(|| BadPlan::new("to", number::NO_END))?,
        })),
        _ => Err(BadPlan::new(
            "kind",
            format!("must be one of {}", KIND_NAMES.join(", ")),
        )),
    }
}
