//! Why an ask changes nothing. Worded for the person who asked; `code` is for the program.

use crate::domain::plan::BadPlan;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("Only a host can do that.")]
    NotAllowed,
    #[error("There is no {what} “{id}” in this session.")]
    Unknown { what: &'static str, id: String },
    #[error("This poll is not open yet.")]
    NotOpen,
    #[error("This poll is closed; your vote came too late.")]
    Closed,
    #[error("This session has ended.")]
    Ended,
    #[error("A later choice of yours is already counted.")]
    Superseded,
    #[error("The moderators of this session take no more questions or messages from you.")]
    Banned,
    #[error("That was quick. You can go on in {wait_seconds} s.")]
    TooSoon { wait_seconds: u32 },
    #[error("{0}")]
    BadAnswer(String),
    #[error("{0}")]
    BadPlan(#[from] BadPlan),
    #[error("{0}")]
    NotNow(String),
    /// It is so already, or someone else was quicker: nothing is wrong.
    #[error("{0}")]
    AlreadyDone(String),
    /// The disk is at fault, not the asker; asking again is safe.
    #[error("This could not be saved just now: {0}.")]
    NotSaved(String),
}

/// Seconds until it makes sense to ask again for what could not be saved.
const SAVED_AGAIN_SECONDS: u32 = 5;

impl Refusal {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::Unknown { .. } => "unknown",
            Self::NotOpen => "not_open",
            Self::Closed => "closed",
            Self::Ended => "ended",
            Self::Superseded => "superseded",
            Self::Banned => "banned",
            Self::TooSoon { .. } => "too_soon",
            Self::BadAnswer(_) => "bad_answer",
            Self::BadPlan(_) => "bad_plan",
            Self::NotNow(_) => "not_now",
            Self::AlreadyDone(_) => "already_done",
            Self::NotSaved(_) => "not_saved",
        }
    }

    /// Seconds to wait before asking again makes sense, where that is known.
    pub fn wait_seconds(&self) -> Option<u32> {
        match self {
            Self::TooSoon { wait_seconds } => Some(*wait_seconds),
            Self::NotSaved(_) => Some(SAVED_AGAIN_SECONDS),
            _ => None,
        }
    }

    pub fn unknown(what: &'static str, id: &dyn std::fmt::Display) -> Self {
        // Ids come from outside: shown, but never at length.
        let id: String = id.to_string().chars().take(60).collect();
        Self::Unknown { what, id }
    }
}
