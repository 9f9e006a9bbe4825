//! The outside of a live session: cheap to clone, safe to hold; the owner behind it is private.

use tokio::sync::{mpsc, oneshot};

use super::gallery::Seat;
use crate::domain::command::{Command, Role};
use crate::domain::refusal::Refusal;
use crate::ids::{ChannelId, PollId, SessionId, VoterId};
use crate::protocol::{LogLine, OwnBallot, Snapshot};

/// Asks that may wait for the owner; past it the asker waits, and so does that asker's socket.
pub const INBOX: usize = 4_096;

/// Why an ask got no answer from the session.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AskError {
    #[error("{refusal}")]
    Refused {
        refusal: Refusal,
        /// The asker's ballot as it stands.
        ballot: Option<Box<OwnBallot>>,
    },
    /// The session's owner ended before it could answer; nothing is known to be saved. Asking again is safe.
    #[error("The session is restarting; try again.")]
    Restarting,
}

/// Who is on the other end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    pub role: Role,
    pub voter: Option<VoterId>,
    pub via: Option<ChannelId>,
}

/// What a session can be asked. Each is answered once, after everything before it is on disk.
pub(super) enum Ask {
    Command {
        role: Role,
        command: Command,
        /// Whose other tabs learn of it.
        voter: Option<VoterId>,
        answer: oneshot::Sender<Result<Option<OwnBallot>, AskError>>,
    },
    Join {
        viewer: Viewer,
        answer: oneshot::Sender<Joined>,
    },
    Look {
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
    /// A seat came or went.
    Stirred,
}

/// A seat with the state from which its frames go on.
pub struct Joined {
    pub seat: Seat,
    pub snapshot: Snapshot,
    /// The board as of the snapshot: frames up to here are in it.
    pub seen: u64,
}

#[derive(Clone)]
pub struct SessionHandle {
    pub id: SessionId,
    inbox: mpsc::Sender<Ask>,
    secrets: crate::secrets::Secrets,
}

impl SessionHandle {
    pub(super) fn new(
        id: SessionId,
        inbox: mpsc::Sender<Ask>,
        secrets: crate::secrets::Secrets,
    ) -> Self {
        Self { id, inbox, secrets }
    }

    /// Whether the owner is still there.
    pub fn is_live(&self) -> bool {
        !self.inbox.is_closed()
    }

    /// A voter's name in one poll of this session.
    pub fn ballot_key(&self, poll: &PollId, voter: VoterId) -> crate::ids::BallotKey {
        self.secrets.ballot_key(&self.id, poll, voter)
    }

    /// Carries a command out; when this returns `Ok`, it is on disk.
    /// A voter's command is answered with their ballot as it now stands.
    pub async fn ask(
        &self,
        role: Role,
        command: Command,
        voter: Option<VoterId>,
    ) -> Result<Option<OwnBallot>, AskError> {
        self.send(|answer| Ask::Command {
            role,
            command,
            voter,
            answer,
        })
        .await?
    }

    pub async fn join(&self, viewer: Viewer) -> Result<Joined, AskError> {
        self.send(|answer| Ask::Join { viewer, answer }).await
    }

    pub async fn look(&self, viewer: Viewer) -> Result<Snapshot, AskError> {
        self.send(|answer| Ask::Look { viewer, answer }).await
    }

    pub async fn log(&self, role: Role) -> Result<Vec<LogLine>, AskError> {
        self.send(|answer| Ask::Log { role, answer }).await
    }

    /// The session as a run sheet would describe it now.
    pub async fn plan(&self) -> Result<crate::domain::plan::SessionPlan, AskError> {
        self.send(|answer| Ask::Plan { answer }).await
    }

    /// Tells the owner that a seat came or went; never waits, the owner looks by itself soon enough.
    pub fn stirred(&self) {
        let _ = self.inbox.try_send(Ask::Stirred);
    }

    async fn send<T>(&self, ask: impl FnOnce(oneshot::Sender<T>) -> Ask) -> Result<T, AskError> {
        let (answer, answered) = oneshot::channel();
        self.inbox
            .send(ask(answer))
            .await
            .map_err(|_| AskError::Restarting)?;
        answered.await.map_err(|_| AskError::Restarting)
    }
}
