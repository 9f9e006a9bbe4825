//! Why an ask changes nothing. The words are for the person who asked; the [`Code`] is for the program.

use crate::domain::plan::BadPlan;

/// Makes the closed set of codes, so that a new one cannot be left out of [`Code::ALL`].
macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $code:ident = $name:literal,)+) => {
        /// What kind of refusal it is: enough for a program to choose what to do next.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $meaning])+ $code,)+ }

        impl Code {
            pub const ALL: &[Self] = &[$(Self::$code),+];

            pub fn name(self) -> &'static str {
                match self { $(Self::$code => $name,)+ }
            }
        }
    };
}

codes! {
    /// The role of who asks may not do this.
    NotAllowed = "not_allowed",
    /// The request came without the voter cookie that votes are told apart by.
    NoCookie = "no_cookie",
    /// The moderators take no more from this person.
    Banned = "banned",
    /// What is named is not there for whoever asks.
    Unknown = "unknown",
    /// An answer that this poll does not take, or a key that cannot be.
    BadAnswer = "bad_answer",
    /// A text or setting that cannot stand; the field is named.
    BadPlan = "bad_plan",
    /// The session has not been started.
    NotStarted = "not_started",
    /// The poll has not been opened.
    NotOpen = "not_open",
    /// The poll, the question, the check or the chat takes no more.
    Closed = "closed",
    /// The session is over.
    Ended = "ended",
    /// A later choice of the same voter is counted.
    Superseded = "superseded",
    /// What it was decided on has changed since: read it again.
    Outdated = "outdated",
    /// It is so already: nothing is left to do.
    AlreadyDone = "already_done",
    /// There is nothing that it could be done to.
    NothingToDo = "nothing_to_do",
    /// The id, name or key is in use for something else.
    Taken = "taken",
    /// A limit is reached; the words name it.
    LimitReached = "limit_reached",
    /// It cannot be done to this, or not before something else is done; the words say what.
    NotPossible = "not_possible",
    /// It came sooner after the last one than is allowed.
    TooSoon = "too_soon",
    /// The program has its hands full; a moment later it may do.
    Busy = "busy",
    /// The disk would not take it; nothing was changed.
    NotSaved = "not_saved",
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("Only a host can do that.")]
    NotAllowed,
    /// Stage and desks have no ballot and ask nothing.
    #[error("Take part on the audience page.")]
    NoVoter,
    #[error("Your browser sent no voter cookie; open the session's page and allow its cookie.")]
    NoCookie,
    /// The cookie is dropped where the page came by another address than the public one.
    #[error(
        "Your browser sent no voter cookie; open the session's page at {0} and allow its cookie."
    )]
    NoCookieAt(String),
    #[error("There is no {what} “{id}” in this session.")]
    Unknown { what: &'static str, id: String },
    #[error("This poll is not open yet.")]
    NotOpen,
    #[error("{0}")]
    Closed(String),
    #[error("{0}")]
    NotStarted(String),
    #[error("This session has ended.")]
    Ended,
    /// Said to those who could reopen the session.
    #[error("The session has ended. Reopen it to {0}.")]
    EndedUntil(&'static str),
    #[error("A later choice of yours is already counted.")]
    Superseded,
    #[error("{0}")]
    Outdated(String),
    #[error("The moderators of this session take no more questions or messages from you.")]
    Banned,
    #[error("That was quick. You can go on in {wait_seconds} s.")]
    TooSoon { wait_seconds: u32 },
    #[error("{0}")]
    BadAnswer(String),
    #[error("{0}")]
    BadPlan(#[from] BadPlan),
    #[error("{0}")]
    /// It is so already, or someone else was quicker: nothing is wrong.
    AlreadyDone(String),
    #[error("{0}")]
    NothingToDo(String),
    #[error("{0}")]
    Taken(String),
    #[error("{0}")]
    LimitReached(String),
    #[error("{0}")]
    NotPossible(String),
    #[error("{0}")]
    Busy(String),
    /// The disk is at fault, not the asker; asking again is safe.
    #[error("This could not be saved just now: {0}.")]
    NotSaved(String),
}

/// Seconds until it makes sense to ask again for what could not be saved.
const SAVED_AGAIN_SECONDS: u32 = 5;
/// Seconds until what was busy may have a hand free.
const FREE_AGAIN_SECONDS: u32 = 1;

impl Refusal {
    pub fn kind(&self) -> Code {
        match self {
            Self::NotAllowed | Self::NoVoter => Code::NotAllowed,
            Self::NoCookie | Self::NoCookieAt(_) => Code::NoCookie,
            Self::Unknown { .. } => Code::Unknown,
            Self::NotOpen => Code::NotOpen,
            Self::Closed(_) => Code::Closed,
            Self::NotStarted(_) => Code::NotStarted,
            Self::Ended | Self::EndedUntil(_) => Code::Ended,
            Self::Superseded => Code::Superseded,
            Self::Outdated(_) => Code::Outdated,
            Self::Banned => Code::Banned,
            Self::TooSoon { .. } => Code::TooSoon,
            Self::BadAnswer(_) => Code::BadAnswer,
            Self::BadPlan(_) => Code::BadPlan,
            Self::AlreadyDone(_) => Code::AlreadyDone,
            Self::NothingToDo(_) => Code::NothingToDo,
            Self::Taken(_) => Code::Taken,
            Self::LimitReached(_) => Code::LimitReached,
            Self::NotPossible(_) => Code::NotPossible,
            Self::Busy(_) => Code::Busy,
            Self::NotSaved(_) => Code::NotSaved,
        }
    }

    pub fn code(&self) -> &'static str {
        self.kind().name()
    }

    /// Seconds to wait before asking again makes sense, where that is known.
    pub fn wait_seconds(&self) -> Option<u32> {
        match self {
            Self::TooSoon { wait_seconds } => Some(*wait_seconds),
            Self::NotSaved(_) => Some(SAVED_AGAIN_SECONDS),
            Self::Busy(_) => Some(FREE_AGAIN_SECONDS),
            _ => None,
        }
    }

    pub fn unknown(what: &'static str, id: &dyn std::fmt::Display) -> Self {
        // Ids come from outside: shown, but never at length.
        let id: String = id.to_string().chars().take(60).collect();
        Self::Unknown { what, id }
    }

    /// A vote after the end.
    pub fn too_late() -> Self {
        Self::Closed("This poll is closed; your vote came too late.".to_string())
    }
}
