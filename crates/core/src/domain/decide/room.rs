//! The host's hand on chat, announcements and signal checks.

use super::Action;
use crate::domain::chat;
use crate::domain::command::HostAsk;
use crate::domain::fact::Edit;
use crate::domain::plan::{BadPlan, COUNTDOWN_MAX_SECONDS};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::signal::{
    ANNOUNCEMENT_MAX, Announcement, CHECK_MAX_SECONDS, CHECK_MIN_SECONDS, SignalCheck,
};
use crate::domain::text::clean_words;
use crate::ids::{MessageId, Timestamp};

pub(super) fn decide(session: &Session, ask: &HostAsk, now: Timestamp) -> Result<Action, Refusal> {
    match ask {
        HostAsk::HideMessage(id) => hide(session, *id, true),
        HostAsk::ShowMessage(id) => hide(session, *id, false),
        HostAsk::PassMessage(id) => {
            let message = session.chat.get(*id)?;
            let action = Action::new("Let a message out");
            if !message.pending {
                return Ok(action);
            }
            let pending = |pending| Edit::MessagePending {
                message: *id,
                pending,
            };
            Ok(action.edit(pending(false), pending(true)))
        }
        HostAsk::Announce { text, seconds } => announce(session, text, *seconds, now),
        HostAsk::ClearAnnouncement => {
            let action = Action::new("Take the announcement down");
            Ok(match &session.announcement {
                None => action,
                held => action.edit(
                    Edit::Announcement { announcement: None },
                    Edit::Announcement {
                        announcement: held.clone(),
                    },
                ),
            })
        }
        HostAsk::CheckSignal { seconds } => {
            if !(CHECK_MIN_SECONDS..=CHECK_MAX_SECONDS).contains(seconds) {
                let why = format!("must be between {CHECK_MIN_SECONDS} and {CHECK_MAX_SECONDS}");
                return Err(BadPlan::new("seconds", why).into());
            }
            let check = SignalCheck {
                // A count of the checks alone: anything that grows with ballots would tell of them.
                id: session.signals.checks.saturating_add(1),
                opened_at: now,
                until: now.plus_seconds(*seconds),
            };
            Ok(signal(session, "Ask for a signal", Some(check)))
        }
        HostAsk::EndSignal => Ok(signal(session, "End the signal check", None)),
        _ => Err(Refusal::NotPossible(
            "This is not about the room.".to_string(),
        )),
    }
}

fn signal(session: &Session, label: &str, check: Option<SignalCheck>) -> Action {
    let action = Action::new(label);
    let before = session.signals.check;
    if before == check {
        return action;
    }
    action.edit(Edit::Signal { check }, Edit::Signal { check: before })
}

fn hide(session: &Session, id: MessageId, hidden: bool) -> Result<Action, Refusal> {
    let message = session.chat.get(id)?;
    let action = Action::new(if hidden {
        "Hide a message"
    } else {
        "Show a message"
    });
    Ok(chat::set_hidden(action, message, hidden))
}

fn announce(
    session: &Session,
    text: &str,
    seconds: Option<u32>,
    now: Timestamp,
) -> Result<Action, Refusal> {
    if seconds.is_some_and(|s| s == 0 || s > COUNTDOWN_MAX_SECONDS) {
        let why = format!("must be between 1 and {COUNTDOWN_MAX_SECONDS}");
        return Err(BadPlan::new("seconds", why).into());
    }
    let announcement = Announcement {
        text: clean_words("announcement", text, ANNOUNCEMENT_MAX)?,
        at: now,
        until: seconds.map(|seconds| now.plus_seconds(seconds)),
    };
    let action = Action::new("Announce");
    if session.announcement.as_ref() == Some(&announcement) {
        return Ok(action);
    }
    Ok(action.edit(
        Edit::Announcement {
            announcement: Some(announcement),
        },
        Edit::Announcement {
            announcement: session.announcement.clone(),
        },
    ))
}
