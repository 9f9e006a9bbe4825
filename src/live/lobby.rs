//! Finds the owner of a session, or starts it from its log.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, MutexGuard, PoisonError};

use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::actor::Actor;
use super::announce::Shown;
use super::announce_room::ShownRoom;
use super::askers::Askers;
use super::gallery::Gallery;
use super::handle::{INBOX, LOOKS, SessionHandle};
use super::lately::Lately;
use super::runs::Runs;
use super::similar::Similar;
use crate::address::PublicUrl;
use crate::clock::Clock;
use crate::domain::plan::SessionPlan;
use crate::ids::{SessionCode, SessionId, Timestamp, slugify};
use crate::secrets::{Secrets, fresh_token, token_hash};
use crate::store::{KeyRole, SessionKey, Store, StoreError};

/// Where a session's owner is found; locked while it is being started.
type Place = Mutex<Option<SessionHandle>>;

pub struct Lobby {
    pub store: Store,
    pub clock: Clock,
    pub secrets: Secrets,
    /// As people reach it.
    pub public_url: PublicUrl,
    /// Where runs of demos are kept, a folder a session.
    runs: PathBuf,
    /// What demos run on.
    device: String,
    /// A place a session, so that one whose log is long keeps nobody waiting but those who want it.
    live: std::sync::Mutex<HashMap<SessionId, Arc<Place>>>,
    /// Codes as they were found: a session keeps its code for good, and each phone that joins asks twice.
    codes: std::sync::Mutex<HashMap<SessionCode, SessionId>>,
    /// Held while a code is looked up.
    finding: Mutex<()>,
    tasks: TaskTracker,
    /// Where sessions' owners run.
    owners: Handle,
    /// Where questions are searched for like ones.
    pub searches: Handle,
    shutdown: CancellationToken,
}

impl Lobby {
    pub fn new(
        store: Store,
        clock: Clock,
        secrets: Secrets,
        public_url: PublicUrl,
        runs: PathBuf,
        device: String,
    ) -> Self {
        Self {
            store,
            clock,
            secrets,
            public_url,
            runs,
            device,
            live: std::sync::Mutex::default(),
            codes: std::sync::Mutex::default(),
            finding: Mutex::default(),
            tasks: TaskTracker::new(),
            owners: Handle::current(),
            searches: Handle::current(),
            shutdown: CancellationToken::new(),
        }
    }

    /// A new session on disk; its id begins with its title, so that logs and lists can be read.
    pub async fn create(&self, plan: &SessionPlan) -> Result<SessionId, StoreError> {
        let id = session_id(&plan.title);
        self.store
            .create_session(&id, plan, self.clock.now())
            .await?;
        Ok(id)
    }

    pub async fn by_code(&self, code: &SessionCode) -> Result<Option<SessionHandle>, StoreError> {
        let known = self.codes().get(code).cloned();
        let id = match known {
            Some(id) => Some(id),
            None => self.find(code).await?,
        };
        match id {
            Some(id) => self.open(&id).await,
            None => Ok(None),
        }
    }

    /// Looks a code up in the database. A hall that comes all at once does so once, and not each phone for itself.
    async fn find(&self, code: &SessionCode) -> Result<Option<SessionId>, StoreError> {
        let _finding = self.finding.lock().await;
        let found = self.codes().get(code).cloned();
        if found.is_some() {
            return Ok(found);
        }
        let id = self.store.session_by_code(code).await?;
        if let Some(id) = &id {
            self.codes().insert(code.clone(), id.clone());
        }
        Ok(id)
    }

    fn places(&self) -> MutexGuard<'_, HashMap<SessionId, Arc<Place>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No code can panic while it holds this lock, so a poisoned one is as good as a sound one.
    fn codes(&self) -> MutexGuard<'_, HashMap<SessionCode, SessionId>> {
        self.codes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The session's handle; none if there is no such session.
    pub async fn open(&self, id: &SessionId) -> Result<Option<SessionHandle>, StoreError> {
        let known = self.places().get(id).cloned();
        let place = match known {
            Some(place) => place,
            // What does not exist gets no place, so that asking for it fills nothing.
            None if !self.store.session_exists(id).await? => return Ok(None),
            None => Arc::clone(self.places().entry(id.clone()).or_default()),
        };
        let mut place = place.lock().await;
        if let Some(handle) = &*place
            && handle.is_live()
        {
            return Ok(Some(handle.clone()));
        }
        let Some((session, snapshot_at)) = self.store.session(id).await? else {
            return Ok(None);
        };
        let (sender, inbox) = mpsc::channel(INBOX);
        let (looking, looks) = mpsc::channel(LOOKS);
        let similar = Similar::of(&session.questions, self.searches.clone());
        let similar = Arc::new(similar);
        let actor = Actor {
            id: id.clone(),
            join_url: self.join_url(&session.code),
            session,
            store: self.store.clone(),
            trouble: self.store.watch_trouble(),
            clock: self.clock.clone(),
            secrets: self.secrets.clone(),
            gallery: Arc::new(Gallery::default()),
            inbox,
            looks,
            shutdown: self.shutdown.child_token(),
            shown: Shown::default(),
            room: ShownRoom::default(),
            askers: Askers::default(),
            similar: Arc::clone(&similar),
            runs: Runs::new(
                sender.downgrade(),
                self.runs.join(id.to_string()),
                self.device.clone(),
            ),
            run_ended: None,
            lately: Lately::default(),
            steady: None,
            snapshot_at,
            stirred_at: Instant::now(),
        };
        self.tasks.spawn_on(actor.run(), &self.owners);
        let ways = (sender, looking);
        let handle = SessionHandle::new(id.clone(), ways, self.secrets.clone(), similar);
        *place = Some(handle.clone());
        Ok(Some(handle))
    }

    /// The stage by the host's link.
    pub fn stage_path(&self, session: &SessionId, code: &str) -> String {
        format!("/stage/{code}/{}", self.secrets.stage_key(session))
    }

    pub fn join_url(&self, code: &SessionCode) -> String {
        format!("{}/{code}", self.public_url)
    }

    /// Where a token signs its holder in: behind the `#`, where no log and no referrer sees it.
    pub fn sign_in_url(&self, token: &str) -> String {
        format!("{}/host/sign-in#{token}", self.public_url)
    }

    /// A key of one session, good for so many days or until it is withdrawn, with its token, which is told this once: only the hash is kept.
    pub async fn make_session_key(
        &self,
        session: SessionId,
        role: KeyRole,
        label: String,
        days: Option<u32>,
    ) -> Result<(SessionKey, String), StoreError> {
        let token = fresh_token();
        let hash = token_hash(&token);
        let key = SessionKey {
            id: hash[..12].to_string(),
            session,
            role,
            label,
            created_at: self.clock.now(),
            expires_at: days.map(|days| days_after(self.clock.now(), days)),
        };
        self.store.put_session_key(&key, &hash).await?;
        Ok((key, token))
    }

    /// Ends every session's owner, each after the turn it is in, then lets the database go.
    pub async fn close(&self) {
        self.shutdown.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.store.close().await;
    }
}

/// The time so many days later.
pub fn days_after(now: Timestamp, days: u32) -> Timestamp {
    Timestamp(now.0 + i64::from(days) * 24 * 3_600_000)
}

/// A fresh id for a session of this title.
#[expect(
    clippy::unreachable,
    reason = "a slug and eight hexadecimal digits are a sound id, whatever the title"
)]
pub fn session_id(title: &str) -> SessionId {
    let mut slug = slugify(title);
    slug.truncate(28);
    let slug = format!("{}-{}", slug.trim_matches('-'), &fresh_token()[..8]);
    match slug.parse() {
        Ok(id) => id,
        Err(bad) => unreachable!("{bad}"),
    }
}
