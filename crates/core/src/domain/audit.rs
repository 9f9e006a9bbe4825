//! The public log, told from the edits: every opening, edit, reveal and close, in words.
//!
//! A line that names a voter's own words, a number of votes or even that there is a write-in would tell of the
//! count before the reveal; such words go into [`LogEntry::told`] only.

pub mod room;
mod runs;

use super::demo::svd::title;
use super::fact::{Edit, State};
use super::poll::prediction::Outcome;
use super::poll::{Phase, Poll};
use super::session::{LogEntry, Session};
use super::walk::Walk;
use crate::ids::{OptionId, PollId, Timestamp};

/// The line for an edit about to be applied; none for what is no matter of record.
pub fn entry(session: &Session, edit: &Edit, at: Timestamp) -> Option<LogEntry> {
    if let Some((text, question)) = room::words(session, edit) {
        return Some(LogEntry {
            at,
            poll: None,
            write_in: None,
            question,
            text,
            told: None,
        });
    }
    let (poll, text, told) = words(session, edit)?;
    let write_in = match edit {
        Edit::OptionRenamed { option, .. } | Edit::OptionMerged { option, .. } => {
            Some(*option).filter(|option| option.is_write_in())
        }
        _ => None,
    };
    Some(LogEntry {
        at,
        poll,
        write_in,
        question: None,
        text,
        told,
    })
}

type Words = (Option<PollId>, String, Option<String>);

fn words(session: &Session, edit: &Edit) -> Option<Words> {
    let about = |poll: &PollId, text: String| Some((Some(poll.clone()), text, None));
    match edit {
        Edit::State { state } => {
            let text = match (session.state, state) {
                (State::Ended, State::Live) => "The session was opened again.",
                (_, State::Live) => "The session started.",
                (_, State::Ended) => "The session ended.",
                (_, State::Draft) => "The session went back to draft.",
            };
            Some((None, text.to_string(), None))
        }
        // Where one goes in a draft, nobody is yet.
        Edit::Current {
            segment: Some(segment),
        } if session.state != State::Draft => {
            let segment = session.segment(segment).ok()?;
            Some((None, format!("Now: {}.", segment.plan.title), None))
        }
        Edit::Phase { poll: id, phase } => {
            let poll = session.poll(id).ok()?;
            about(id, phase_words(poll, *phase).to_string())
        }
        Edit::Deadline {
            poll: id,
            closes_at,
        } => {
            let poll = session.poll(id).ok()?;
            let more = match (poll.phase, closes_at) {
                (
                    Phase::Open {
                        closes_at: Some(was),
                    },
                    Some(at),
                ) => *at > was,
                _ => false,
            };
            let words = if more {
                "More time was given."
            } else {
                "The deadline was changed."
            };
            about(id, words.to_string())
        }
        Edit::Revealed { poll, revealed } => about(
            poll,
            if *revealed {
                "Result revealed.".to_string()
            } else {
                "Result hidden again.".to_string()
            },
        ),
        Edit::OptionPut { poll, label, .. } => about(poll, format!("Option added: “{label}”.")),
        Edit::OptionRemoved { poll: id, option } => {
            let label = &session.poll(id).ok()?.option(*option).ok()?.label;
            about(id, format!("Option removed: “{label}”."))
        }
        Edit::OptionRenamed {
            poll: id,
            option,
            label,
        } => option_words(session, id, *option, |was| {
            format!("{was} renamed to “{label}”.")
        }),
        Edit::OptionMerged {
            poll: id,
            option,
            into: Some(into),
        } => {
            let target = shown(session.poll(id).ok()?, *into);
            option_words(session, id, *option, |was| {
                format!("{was} is now counted as {target}.")
            })
        }
        Edit::OptionMerged {
            poll,
            option,
            into: None,
        } => option_words(session, poll, *option, |was| {
            format!("{was} is counted by itself again.")
        }),
        Edit::OptionHidden {
            poll: id,
            option,
            hidden,
        } => {
            // What was hidden as abuse is not repeated in the log, not even after the reveal.
            let act = if *hidden { "hidden" } else { "shown again" };
            if option.is_write_in() {
                let told = format!("An answer was {act}.");
                return Some((Some(id.clone()), String::new(), Some(told)));
            }
            let what = shown(session.poll(id).ok()?, *option);
            about(id, format!("{what} was {act}."))
        }
        Edit::Resolved {
            poll,
            resolution: Some(resolution),
        } => about(
            poll,
            match resolution.outcome {
                Outcome::Yes => "Resolved: it happened.".to_string(),
                Outcome::No => "Resolved: it did not happen.".to_string(),
                Outcome::Annulled => "Annulled: nobody is scored.".to_string(),
            },
        ),
        Edit::Resolved {
            poll,
            resolution: None,
        } => about(poll, "Resolution taken back.".to_string()),
        Edit::Run { segment, run } => runs::words(session, segment, run.as_deref()),
        Edit::Walk {
            walk: Some(walk), ..
        } => Some((None, walk_words(walk), None)),
        _ => None,
    }
}

fn walk_words(walk: &Walk) -> String {
    let title = title(&walk.step).unwrap_or(&walk.step);
    match walk.sent {
        Some(_) => format!("Step: {title}, with what a viewer sent."),
        None => format!("Step: {title}."),
    }
}

fn phase_words(poll: &Poll, to: Phase) -> &'static str {
    match (poll.phase, to) {
        (Phase::Draft, Phase::Open { .. }) if poll.opened_at.is_none() => "Opened.",
        (_, Phase::Open { .. }) => "Opened again.",
        (_, Phase::Closing { .. }) => "Closed; viewers of a delayed stream may still vote.",
        (Phase::Closing { .. }, Phase::Closed) => "Closed for everyone.",
        (_, Phase::Closed) => "Closed.",
        (_, Phase::Draft) => "Back to draft.",
    }
}

/// A line about an option; a voter's own words go into the told version only.
fn option_words(
    session: &Session,
    id: &PollId,
    option: OptionId,
    say: impl Fn(&str) -> String,
) -> Option<Words> {
    let poll = session.poll(id).ok()?;
    let named = format!("“{}”", poll.option(option).ok()?.label);
    let open = if option.is_write_in() {
        String::new()
    } else {
        say(&shown(poll, option))
    };
    let told = format!(
        "{} ({})",
        say(&named).trim_end_matches('.'),
        ballots(poll.ballots_under(option))
    );
    Some((Some(id.clone()), open, Some(told + ".")))
}

fn shown(poll: &Poll, option: OptionId) -> String {
    match poll.option(option) {
        Ok(found) if !option.is_write_in() => format!("“{}”", found.label),
        _ => "An answer".to_string(),
    }
}

fn ballots(n: usize) -> String {
    match n {
        1 => "1 ballot".to_string(),
        n => format!("{n} ballots"),
    }
}
