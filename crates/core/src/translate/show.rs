//! State → what one role may see of it.
//!
//! **Invariant (tested):** until a poll's result is shown, nothing made here for [`Role::Audience`] depends
//! on any ballot: not the frames, not an id or a revision in them. The stage learns the number of voters only.

use crate::domain::audit::room::called;
use crate::domain::command::Role;
use crate::domain::fact::State;
use crate::domain::poll::kind::{Choice, Kind};
use crate::domain::poll::prediction::{Asked, Says, brier};
use crate::domain::poll::{Phase, Poll};
use crate::domain::session::{LogEntry, Segment, Session};
use crate::domain::stage::{self, Shown};
use crate::ids::{BallotKey, OptionId, Timestamp};
use crate::protocol::{
    AnnouncementView, Answer, ChannelSpec, LinkSpec, LogLine, Moved, OptionView, OwnBallot,
    PollView, RangeView, ResolutionView, SegmentView, ServerMessage, SessionView, ShownView,
};

pub use super::show_tally::tally;
use super::{show_demo, show_walk};

pub fn session(session: &Session, role: Role, join_url: &str) -> SessionView {
    SessionView {
        title: session.title.clone(),
        blurb: session.blurb.clone(),
        code: session.code.to_string(),
        lang: session.lang.clone(),
        state: session.state.name().to_string(),
        join_url: join_url.to_string(),
        channels: session
            .channels
            .iter()
            .map(|channel| ChannelSpec {
                id: channel.id.to_string(),
                label: channel.label.clone(),
                delay_seconds: channel.delay_seconds,
            })
            .collect(),
        agenda: session
            .agenda
            .iter()
            .map(|one| segment(session, one, role))
            .collect(),
        loose: session
            .polls
            .iter()
            .filter(|poll| role == Role::Host && poll.plan.segment.is_none())
            .map(|poll| poll.plan.id.to_string())
            .collect(),
        current: session.current.as_ref().map(ToString::to_string),
        shows: shown(session),
        on_stage: session.on_stage().map(|poll| poll.to_string()),
        undo: match role {
            Role::Host | Role::Moderator => session
                .undo_step(role.by())
                .map(|(_, step)| step.label.clone()),
            // Without the words: the question may have been hidden since.
            Role::Speaker => session.undo_step(role.by()).map(|(_, step)| {
                step.label
                    .split(" “")
                    .next()
                    .unwrap_or_default()
                    .to_string()
            }),
            Role::Audience | Role::Stage | Role::Bridge => None,
        },
        undo_step: match role {
            Role::Host | Role::Moderator | Role::Speaker => {
                session.undo_step(role.by()).map(|(_, step)| step.number)
            }
            Role::Audience | Role::Stage | Role::Bridge => None,
        },
        runs: show_demo::runs(session, role),
        recordings: show_demo::recordings(session, role),
        walks: show_walk::walks(session),
        sent: show_walk::sent(session, role),
        announcement: session.announcement.as_ref().map(|one| AnnouncementView {
            text: one.text.clone(),
            at: one.at.0,
            until: one.until.map(|until| until.0),
        }),
    }
}

fn shown(session: &Session) -> ShownView {
    let (scene, id) = match stage::shown(session) {
        Shown::Welcome => ("welcome", String::new()),
        Shown::Poll(poll) => ("poll", poll.to_string()),
        Shown::Question(question) => ("question", question.to_string()),
        Shown::Demo(segment) => ("demo", segment.to_string()),
        Shown::Walk(segment) => ("walk", segment.to_string()),
        Shown::Segment(segment) => ("segment", segment.to_string()),
        Shown::Ended => ("ended", String::new()),
    };
    ShownView {
        scene: scene.to_string(),
        id,
    }
}

fn segment(session: &Session, segment: &Segment, role: Role) -> SegmentView {
    let plan = &segment.plan;
    SegmentView {
        id: plan.id.to_string(),
        kind: plan.kind.name().to_string(),
        title: plan.title.clone(),
        speaker: plan.speaker.clone(),
        blurb: plan.blurb.clone(),
        links: plan
            .links
            .iter()
            .map(|link| LinkSpec {
                label: link.label.clone(),
                url: link.url.clone(),
            })
            .collect(),
        planned_minutes: plan.planned_minutes,
        started_at: segment.started_at.map(|at| at.0),
        ended_at: segment.ended_at.map(|at| at.0),
        demo: plan.demo.as_ref().map(|demo| show_demo::demo(demo, role)),
        polls: session
            .polls
            .iter()
            .filter(|poll| poll.plan.segment.as_ref() == Some(&plan.id))
            .filter(|poll| may_know(session, poll, role))
            .map(|poll| poll.plan.id.to_string())
            .collect(),
    }
}

/// Drafts are the host's; so is a poll of a session that has not begun.
fn may_know(session: &Session, poll: &Poll, role: Role) -> bool {
    role == Role::Host || (poll.phase != Phase::Draft && session.state != State::Draft)
}

/// Every poll that this role may know, in order.
pub fn polls(session: &Session, role: Role) -> Vec<PollView> {
    session
        .polls
        .iter()
        .filter_map(|one| poll(session, one, role))
        .collect()
}

pub fn poll(session: &Session, poll: &Poll, role: Role) -> Option<PollView> {
    if !may_know(session, poll, role) {
        return None;
    }
    let plan = &poll.plan;
    let sees_tally = role == Role::Host || poll.shows_tally();
    let offered = poll
        .options
        .iter()
        .filter(|option| option.is_offered())
        .count();
    let (min, max) = plan
        .kind
        .bounds(offered + usize::from(plan.kind.allows_write_in()));
    let (closes_at, final_at) = match poll.phase {
        Phase::Open { closes_at } => (closes_at, None),
        Phase::Closing { since, until } => (Some(since), Some(until)),
        Phase::Draft | Phase::Closed => (None, None),
    };
    Some(PollView {
        id: plan.id.to_string(),
        segment: plan.segment.as_ref().map(ToString::to_string),
        kind: plan.kind.name().to_string(),
        question: plan.question.clone(),
        phase: poll.phase.name().to_string(),
        opened_at: poll.opened_at.map(|at| at.0),
        closes_at: closes_at.map(|at| at.0),
        final_at: final_at.map(|at| at.0),
        revealed: poll.shows_tally(),
        revision: poll.revision,
        options: poll
            .all_options()
            .filter(|(id, option)| match role {
                // Numbers are counted in rows; there is nothing to do about one.
                Role::Host => !id.is_write_in() || plan.kind.as_number().is_none(),
                _ => !id.is_write_in() && option.is_offered(),
            })
            .map(|(id, option)| OptionView {
                id: id.0,
                label: option.label.clone(),
                since: option.since,
                write_in: id.is_write_in(),
                hidden: option.hidden,
                merged_into: option.merged_into.map(|into| into.0),
            })
            .collect(),
        horizons: (0..)
            .zip(&plan.horizons)
            .map(|(id, label)| OptionView {
                id,
                label: label.clone(),
                since: 0,
                write_in: false,
                hidden: false,
                merged_into: None,
            })
            .collect(),
        min,
        max,
        write_in: plan.kind.allows_write_in(),
        range: plan.kind.as_number().map(|rules| RangeView {
            from: rules.from,
            to: rules.to,
        }),
        answer: match &plan.kind {
            Kind::Prediction(rules) => Some(
                match rules.answer {
                    Asked::Verdict => "verdict",
                    Asked::Probability => "probability",
                }
                .to_string(),
            ),
            _ => None,
        },
        seconds: plan.seconds,
        live_results: plan.live_results,
        steers: (role == Role::Host)
            .then(|| plan.steers.as_ref().map(show_demo::steers))
            .flatten(),
        step: plan.step.clone(),
        resolution: poll.resolution.as_ref().map(|resolution| ResolutionView {
            outcome: resolution.outcome.name().to_string(),
            note: resolution.note.clone(),
            at: resolution.at.0,
        }),
        voters: (sees_tally || role == Role::Stage).then_some(poll.tally.voters),
        tally: sees_tally.then(|| tally(session, poll, role)),
    })
}

/// The frame that follows a vote; none where this role may not learn that there was one.
pub fn tally_frame(session: &Session, poll: &Poll, role: Role) -> Option<ServerMessage> {
    let sees_tally = role == Role::Host || poll.shows_tally();
    if !may_know(session, poll, role) || !(sees_tally || role == Role::Stage) {
        return None;
    }
    Some(ServerMessage::Tally {
        poll: poll.plan.id.to_string(),
        // Before the reveal the stage counts voters; how often they changed their minds is theirs.
        version: if sees_tally { poll.tally.version } else { 0 },
        voters: poll.tally.voters,
        tally: sees_tally.then(|| tally(session, poll, role)),
    })
}

/// A voter's own ballot; none if this voter never cast one.
pub fn own_ballot(poll: &Poll, voter: BallotKey) -> Option<OwnBallot> {
    let ballot = poll.ballots.get(&voter)?;
    let mut labels = Vec::new();
    let mut moved = Vec::new();
    let mut own_brier = None;
    let answer = ballot.choice.as_ref().map(|choice| match choice {
        Choice::Picks(picks) => {
            let mut answer = Answer::default();
            for id in picks {
                let target = poll.resolve(*id);
                let (Ok(picked), Ok(counted)) = (poll.option(*id), poll.option(target)) else {
                    continue;
                };
                // One's own spelling, not that of whoever wrote the same before.
                let own = match &ballot.words {
                    Some(words) if id.is_write_in() => words.clone(),
                    _ => picked.label.clone(),
                };
                // Another's words stay unseen until the result is.
                let label = if target.is_write_in() && !poll.shows_tally() {
                    own.clone()
                } else {
                    counted.label.clone()
                };
                if target.is_write_in() {
                    answer.write_in = Some(own.clone());
                } else if !counted.hidden {
                    answer.picks.push(target.0);
                }
                if target != *id && label != own {
                    moved.push(Moved {
                        from: own,
                        into: label.clone(),
                    });
                }
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
            answer.picks.sort_unstable();
            answer.picks.dedup();
            answer
        }
        Choice::Forecast(forecast) => {
            if poll.shows_tally() {
                own_brier = poll.resolution.as_ref().and_then(|resolution| {
                    brier(f64::from(forecast.says.percent()), resolution.outcome)
                });
            }
            let (picks, word) = match forecast.says {
                Says::Yes => (vec![0], "Yes".to_string()),
                Says::No => (vec![1], "No".to_string()),
                Says::Both => (vec![0, 1], "Both".to_string()),
                Says::Percent(p) => (Vec::new(), format!("{p} %")),
            };
            labels.push(word);
            if let Some(by) = forecast.by
                && let Some(label) = poll.plan.horizons.get(by.index())
            {
                labels.push(label.clone());
            }
            Answer {
                picks,
                write_in: None,
                probability: match forecast.says {
                    Says::Percent(p) => Some(p),
                    _ => None,
                },
                by: forecast.by.map(|by| by.0),
            }
        }
    });
    Some(OwnBallot {
        poll: poll.plan.id.to_string(),
        seq: ballot.seq,
        answer,
        labels,
        revision: ballot.revision,
        moved,
        brier: own_brier,
    })
}

/// The public log, oldest first. Voters' own words and numbers only where the result is shown.
pub fn log(session: &Session, role: Role) -> Vec<LogLine> {
    session
        .log
        .iter()
        .filter_map(|entry| {
            let poll = entry.poll.as_ref().and_then(|id| session.poll(id).ok());
            let told = match (role, poll) {
                (Role::Host, _) => true,
                (_, Some(poll)) => poll.shows_tally(),
                (_, None) => false,
            };
            if let Some(poll) = poll
                && !may_know(session, poll, role)
            {
                return None;
            }
            let is_hidden = entry.write_in.is_some_and(|id| {
                role != Role::Host
                    && poll.is_none_or(|poll| poll.option(id).is_ok_and(|option| option.hidden))
            });
            let text = match &entry.told {
                Some(_) if told && is_hidden => {
                    "An answer that is hidden now was edited.".to_string()
                }
                Some(words) if told => words.clone(),
                _ if entry.text.is_empty() => return None,
                _ => with_question(session, role, entry),
            };
            Some(LogLine {
                at: entry.at.0,
                poll: entry.poll.as_ref().map(ToString::to_string),
                text,
            })
        })
        .collect()
}

/// A line with the words of its question, as they are now and as far as they are for this role's eyes.
fn with_question(session: &Session, role: Role, entry: &LogEntry) -> String {
    let question = entry.question.and_then(|id| session.questions.find(id));
    let seen = question.filter(|question| role.moderates() || question.is_public());
    match seen {
        Some(question) => {
            let words = format!("The question “{}”", question.text);
            entry.text.replacen(&called(question.id), &words, 1)
        }
        None => entry.text.clone(),
    }
}

pub(super) fn channel_label(session: &Session, via: &crate::ids::ChannelId) -> String {
    session
        .channel(via)
        .map_or_else(|| via.to_string(), |channel| channel.label.clone())
}

/// What an option is called in front of everyone.
pub(super) fn public_label(poll: &Poll, id: OptionId) -> String {
    match poll.option(id) {
        Ok(option) if !option.hidden => option.label.clone(),
        _ => "hidden answer".to_string(),
    }
}

pub fn beat(now: Timestamp) -> ServerMessage {
    ServerMessage::Beat { now: now.0 }
}
