//! What reaches a session's owner, by two queues: what may change the session, and what only looks at it.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::handle::{AskError, Joined, Own, Viewer};
use super::lately::Sender;
use crate::demos::film::Film;
use crate::domain::command::{Command, HostAsk, Role};
use crate::domain::walk::Fields;
use crate::hall::Line;
use crate::ids::{AskerKey, QuestionId, VoterId};
use crate::protocol::{LogLine, QuestionView, Snapshot};
use crate::translate::show_walk::WalkNow;

/// What a session can be asked. Each is answered once, after everything before it is on disk.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are commands; a box for each vote would cost more than room in the queue"
)]
pub(super) enum Ask {
    Command {
        role: Role,
        command: Command,
        /// Whose other tabs learn of it.
        voter: Option<VoterId>,
        answer: oneshot::Sender<Result<Own, AskError>>,
    },
    /// What those who run the session ask for.
    Host {
        role: Role,
        ask: Box<HostAsk>,
        sender: Sender,
        answer: oneshot::Sender<Result<Own, AskError>>,
    },
    /// Someone claps; counted, never stored.
    React {
        /// Its place in [`crate::protocol::REACTIONS`].
        kind: usize,
    },
    /// What the run has to show.
    Sheet {
        number: u32,
        sheet: Box<crate::demos::sheet::Sheet>,
    },
    /// A seat came or went.
    Stirred,
}

/// What is looked at as the session stands; it waits for no disk. Whoever joins is among them: nothing of it is kept.
pub(super) enum Look {
    /// Questions as the audience may see them.
    Questions {
        ids: Vec<QuestionId>,
        answer: oneshot::Sender<Vec<QuestionView>>,
    },
    Join {
        viewer: Viewer,
        /// Where in the hall they sit, if they do.
        line: Option<Line>,
        answer: oneshot::Sender<Joined>,
    },
    /// The session and its polls, without its room.
    Page {
        viewer: Viewer,
        answer: oneshot::Sender<Snapshot>,
    },
    Snapshot {
        viewer: Viewer,
        answer: oneshot::Sender<Snapshot>,
    },
    Log {
        role: Role,
        answer: oneshot::Sender<Vec<LogLine>>,
    },
    Plan {
        answer: oneshot::Sender<crate::domain::plan::SessionPlan>,
    },
    /// A closer look into a run.
    Inspect {
        number: u32,
        what: crate::demos::inspect::Inspect,
        answer: crate::demos::runner::Answer,
    },
    /// The pictures of a run so far.
    Film {
        number: u32,
        answer: oneshot::Sender<Option<Arc<Film>>>,
    },
    /// The walkthrough, as it stands.
    Walk {
        asker: Option<AskerKey>,
        answer: oneshot::Sender<Option<WalkNow>>,
    },
    /// Step and input of what a viewer sent.
    Sent {
        number: u32,
        answer: oneshot::Sender<Option<(String, Fields)>>,
    },
}
