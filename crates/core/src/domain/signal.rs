//! "Can you see my slides? Can you hear me?" answered with one tap, and announcements.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fact::{Fact, State};
use super::refusal::Refusal;
use super::session::Session;
use crate::ids::{AskerKey, ChannelId, Timestamp};

pub const CHECK_MIN_SECONDS: u32 = 5;
pub const CHECK_MAX_SECONDS: u32 = 600;
/// Checks whose answers are kept: more than anyone can undo back to.
const CHECKS_KEPT: u32 = 100;
pub const ANNOUNCEMENT_MAX: usize = 300;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    pub check: Option<SignalCheck>,
    /// The largest id given to a check so far.
    pub checks: u32,
    /// By check and voter.
    pub answers: BTreeMap<(u32, AskerKey), SignalAnswer>,
}

/// One asking of "can you see and hear?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalCheck {
    /// Never given twice in a session.
    pub id: u32,
    pub opened_at: Timestamp,
    /// For a viewer without delay; the others have theirs longer.
    pub until: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalAnswer {
    pub sees: bool,
    pub hears: bool,
    pub via: Option<ChannelId>,
}

impl Signals {
    pub(super) fn set(&mut self, check: Option<SignalCheck>) {
        self.checks = self.checks.max(check.map_or(0, |check| check.id));
        self.check = check;
        let oldest = self.checks.saturating_sub(CHECKS_KEPT);
        self.answers = self.answers.split_off(&(oldest, AskerKey([0; 16])));
    }
}

/// What stands above everything on every surface until it is taken away or its time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    pub text: String,
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

pub(super) fn answer(
    session: &Session,
    asker: AskerKey,
    via: Option<&ChannelId>,
    check: u32,
    (sees, hears): (bool, bool),
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    if session.state == State::Ended {
        return Err(Refusal::Ended);
    }
    let over = || Refusal::Closed("This check is over; thank you.".to_string());
    let current = session.signals.check.filter(|current| current.id == check);
    let current = current.ok_or_else(over)?;
    if now > current.until.plus_seconds(session.delay_seconds(via)) {
        return Err(over());
    }
    let via = via.filter(|via| session.channel(via).is_some()).cloned();
    let held = session.signals.answers.get(&(check, asker));
    if held.is_some_and(|held| held.sees == sees && held.hears == hears) {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::SignalAnswered {
        check,
        asker,
        sees,
        hears,
        via,
    }])
}
