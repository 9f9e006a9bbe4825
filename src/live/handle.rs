//! The outside of a live session: cheap to clone, safe to hold; the owner behind it is private.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::asks::{Ask, Look};
use super::gallery::Seat;
pub use super::lately::Sender;
use super::looked;
use super::similar::Similar;
use super::walked;
use crate::demos::film::Film;
use crate::demos::inspect::NoLook;
use crate::domain::command::{AudienceAsk, Command, HostAsk, Role, WalkAsk};
use crate::domain::refusal::Refusal;
use crate::domain::walk::Fields;
use crate::hall::Line;
use crate::ids::{AskerKey, ChannelId, PollId, SessionId, VoterId};
use crate::protocol::{
    Answer, InspectSpec, InspectedView, LogLine, OwnBallot, OwnQuestion, QuestionView, Snapshot,
};
use crate::translate::hear;
use crate::translate::show_walk::WalkNow;

/// Asks that may wait for the owner; past it the asker waits, and so does that asker's socket.
pub const INBOX: usize = 4_096;

/// Looks that may wait for the owner. Whoever only looks, or joins, has a queue apart from those who vote.
pub const LOOKS: usize = 1_024;

/// A look into a run that takes longer than this is given up: a page takes an ask without an answer for a dead line.
const LOOK_WITHIN: std::time::Duration = std::time::Duration::from_secs(6);

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
    /// How far behind they say they are; none: as their channel is.
    pub delay_seconds: Option<u32>,
    /// A picture of the stage within a panel, which is no stage of its own.
    pub preview: bool,
}

impl Viewer {
    /// Anyone of this role, with nothing of their own.
    pub fn any(role: Role) -> Self {
        Self {
            role,
            voter: None,
            via: None,
            delay_seconds: None,
            preview: false,
        }
    }
}

/// What an asker is answered with: their own, as it stands now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Own {
    pub ballot: Option<OwnBallot>,
    pub question: Option<OwnQuestion>,
}

/// A seat with the state from which its frames go on.
pub struct Joined {
    pub seat: Seat,
    /// What is for this voter alone, where it does not go by the hall.
    pub words: Option<mpsc::Receiver<Utf8Bytes>>,
    pub snapshot: Snapshot,
    /// The board as of the snapshot: frames up to here are in it.
    pub seen: u64,
    /// The run's picture as of the snapshot.
    pub picture: Option<bytes::Bytes>,
}

/// Shared by all its holders: there is one in each seat.
#[derive(Clone)]
pub struct SessionHandle(Arc<Door>);

/// What a handle holds; its name can be read, the rest is the handle's.
pub struct Door {
    pub id: SessionId,
    inbox: mpsc::Sender<Ask>,
    /// What changes nothing is asked here.
    looks: mpsc::Sender<Look>,
    secrets: crate::secrets::Secrets,
    similar: Arc<Similar>,
}

impl std::ops::Deref for SessionHandle {
    type Target = Door;

    fn deref(&self) -> &Door {
        &self.0
    }
}

impl SessionHandle {
    pub(super) fn new(
        id: SessionId,
        (inbox, looks): (mpsc::Sender<Ask>, mpsc::Sender<Look>),
        secrets: crate::secrets::Secrets,
        similar: Arc<Similar>,
    ) -> Self {
        Self(Arc::new(Door {
            id,
            inbox,
            looks,
            secrets,
            similar,
        }))
    }

    /// Whether the owner is still there.
    pub fn is_live(&self) -> bool {
        !self.inbox.is_closed()
    }

    /// A voter's name in one poll of this session.
    pub fn ballot_key(&self, poll: &PollId, voter: VoterId) -> crate::ids::BallotKey {
        self.secrets.ballot_key(&self.id, poll, voter)
    }

    /// A voter's name in the questions and the chat of this session.
    pub fn asker_key(&self, voter: VoterId) -> AskerKey {
        self.secrets.asker_key(&self.id, voter)
    }

    /// Carries a command out; when this returns `Ok`, it is on disk.
    /// A voter's command is answered with their ballot as it now stands.
    pub async fn ask(
        &self,
        role: Role,
        command: Command,
        voter: Option<VoterId>,
    ) -> Result<Own, AskError> {
        if let Command::Host(ask) = &command {
            walkable(role, ask).await?;
        }
        let (answer, answered) = oneshot::channel();
        let ask = Ask::Command {
            role,
            command,
            voter,
            answer,
        };
        let sent = self.inbox.send(ask).await;
        sent.map_err(|_| AskError::Restarting)?;
        answered.await.map_err(|_| AskError::Restarting)?
    }

    /// Carries out what someone who runs the session asks for.
    pub async fn ask_for(&self, role: Role, ask: HostAsk, sender: Sender) -> Result<(), AskError> {
        walkable(role, &ask).await?;
        let (answer, answered) = oneshot::channel();
        let ask = Ask::Host {
            role,
            ask: Box::new(ask),
            sender,
            answer,
        };
        let sent = self.inbox.send(ask).await;
        sent.map_err(|_| AskError::Restarting)?;
        let own = answered.await.map_err(|_| AskError::Restarting)?;
        own.map(drop)
    }

    /// Casts a ballot, however it came: by a socket, a form or the API. Without `seq` it is the voter's newest choice.
    pub async fn cast_as(
        &self,
        voter: VoterId,
        via: Option<ChannelId>,
        poll: PollId,
        seq: Option<u32>,
        answer: Answer,
    ) -> Result<Own, AskError> {
        let key = self.ballot_key(&poll, voter);
        let command =
            hear::cast(poll, key, seq, answer, via).map_err(|refusal| AskError::Refused {
                refusal,
                ballot: None,
            })?;
        self.ask(Role::Audience, command, Some(voter)).await
    }

    /// Takes a ballot back, however that is asked for.
    pub async fn withdraw_as(
        &self,
        voter: VoterId,
        poll: PollId,
        seq: Option<u32>,
    ) -> Result<Own, AskError> {
        let command = Command::Withdraw {
            voter: self.ballot_key(&poll, voter),
            poll,
            seq,
        };
        self.ask(Role::Audience, command, Some(voter)).await
    }

    /// What a voter does beside voting.
    pub async fn ask_as(
        &self,
        voter: VoterId,
        via: Option<ChannelId>,
        ask: AudienceAsk,
    ) -> Result<Own, AskError> {
        let asker = self.asker_key(voter);
        let command = Command::Audience { asker, via, ask };
        self.ask(Role::Audience, command, Some(voter)).await
    }

    /// Open questions like this text, the likest first. One search at a time, away from all that votes wait for.
    pub async fn similar(&self, text: &str) -> Result<Vec<QuestionView>, AskError> {
        let ids = Similar::search(&self.similar, text).await;
        let ids = ids.map_err(|refusal| AskError::Refused {
            refusal,
            ballot: None,
        })?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.send(|answer| Look::Questions { ids, answer }).await
    }

    /// A closer look into the run of this number.
    pub async fn inspect(&self, number: u32, what: InspectSpec) -> Result<InspectedView, AskError> {
        let refused = |refusal| AskError::Refused {
            refusal,
            ballot: None,
        };
        let what = looked::wanted(what).map_err(refused)?;
        let (answer, answered) = oneshot::channel();
        let answer = Box::new(move |found| {
            let _ = answer.send(found);
        });
        let look = Look::Inspect {
            number,
            what,
            answer,
        };
        self.looks
            .send(look)
            .await
            .map_err(|_| AskError::Restarting)?;
        let busy = || {
            let why = "The run is busy; try again in a moment.";
            Err(refused(Refusal::Busy(why.to_string())))
        };
        let gone = || {
            let why = "That run is not shown any more; there is nothing to look into.";
            Err(refused(Refusal::NothingToDo(why.to_string())))
        };
        match tokio::time::timeout(LOOK_WITHIN, answered).await {
            Ok(Ok(Ok(found))) => Ok(looked::found(number, found)),
            Ok(Ok(Err(NoLook::Cannot(why)))) => Err(refused(Refusal::NotPossible(why))),
            // The run was let go while its thread had the question.
            Ok(Ok(Err(NoLook::Gone)) | Err(_)) => gone(),
            Ok(Ok(Err(NoLook::Busy))) | Err(_) => busy(),
        }
    }

    /// Frame and step of each picture of a run that can be gone back to; none where that run is not shown.
    pub async fn frames(&self, number: u32) -> Result<Option<Vec<(u32, u32)>>, AskError> {
        let film = self.send(|answer| Look::Film { number, answer }).await?;
        let listed = |film: Arc<Film>| {
            let shots = film.shots().iter();
            shots.map(|shot| (shot.frame, shot.step)).collect()
        };
        Ok(film.map(listed))
    }

    /// One of a run's pictures.
    pub async fn frame(&self, number: u32, frame: u32) -> Result<Option<bytes::Bytes>, AskError> {
        let film = self.send(|answer| Look::Film { number, answer }).await?;
        Ok(film.and_then(|film| {
            let shots = film.shots().iter();
            let mut these = shots.filter(|shot| shot.frame == frame);
            these.next().map(|shot| shot.bytes.clone())
        }))
    }

    /// The walkthrough as it stands, for this viewer; none if the session has none.
    pub async fn walk(&self, viewer: Option<VoterId>) -> Result<Option<WalkNow>, AskError> {
        let asker = viewer.map(|viewer| self.asker_key(viewer));
        self.send(|answer| Look::Walk { asker, answer }).await
    }

    /// Step and input of what a viewer sent.
    pub async fn sent(&self, number: u32) -> Result<Option<(String, Fields)>, AskError> {
        self.send(|answer| Look::Sent { number, answer }).await
    }

    /// Counts a reaction. It may get lost when very much is going on; nobody waits for it.
    pub fn react(&self, kind: usize) {
        let _ = self.inbox.try_send(Ask::React { kind });
    }

    pub async fn join(&self, viewer: Viewer, line: Option<Line>) -> Result<Joined, AskError> {
        self.send(|answer| Look::Join {
            viewer,
            line,
            answer,
        })
        .await
    }

    /// The session and its polls, without its room: what a page needs to be drawn.
    pub async fn look(&self, viewer: Viewer) -> Result<Snapshot, AskError> {
        self.send(|answer| Look::Page { viewer, answer }).await
    }

    /// All that this viewer may see.
    pub async fn snapshot(&self, viewer: Viewer) -> Result<Snapshot, AskError> {
        self.send(|answer| Look::Snapshot { viewer, answer }).await
    }

    pub async fn log(&self, role: Role) -> Result<Vec<LogLine>, AskError> {
        self.send(|answer| Look::Log { role, answer }).await
    }

    /// The session as a run sheet would describe it now.
    pub async fn plan(&self) -> Result<crate::domain::plan::SessionPlan, AskError> {
        self.send(|answer| Look::Plan { answer }).await
    }

    /// Tells the owner that a seat came or went; never waits, the owner looks by itself soon enough.
    pub fn stirred(&self) {
        let _ = self.inbox.try_send(Ask::Stirred);
    }

    /// Looks at the session; what changes it goes by the inbox.
    async fn send<T>(&self, look: impl FnOnce(oneshot::Sender<T>) -> Look) -> Result<T, AskError> {
        let (answer, answered) = oneshot::channel();
        self.looks
            .send(look(answer))
            .await
            .map_err(|_| AskError::Restarting)?;
        answered.await.map_err(|_| AskError::Restarting)
    }
}

/// A host's place in a walkthrough is one that can be shown. Whoever may not go there is refused without the work.
async fn walkable(role: Role, ask: &HostAsk) -> Result<(), AskError> {
    if let (Role::Host, HostAsk::Walk(WalkAsk::To { step, input, .. })) = (role, ask) {
        let checked = walked::computes(step, input).await;
        checked.map_err(|refusal| AskError::Refused {
            refusal,
            ballot: None,
        })?;
    }
    Ok(())
}
