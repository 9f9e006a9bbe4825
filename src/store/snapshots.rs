//! The state of sessions at some fact of theirs, so that a start does not replay a whole evening.
//!
//! A snapshot is never the truth: it is what replaying the log up to its fact gives, and is made again from the log
//! wherever it cannot be read. Its shape is this build's own (`SALON_STATE`, a hash of the domain's source), so a
//! newer program replays once and keeps one of its own.

use sqlx::Row;

use super::{Store, StoreError};
use crate::domain::session::Session;
use crate::ids::SessionId;

/// Names the shape of the state and what replay makes of facts: changes with the domain's source.
const MADE_BY: &str = env!("SALON_STATE");

/// Facts read at a time: as many as are parsed and applied in a few milliseconds, so that other sessions are not
/// kept waiting, and a log of any length is read in the same memory.
const PAGE: i64 = 500;

impl Store {
    /// A session as its log tells of it, by way of its snapshot where there is one, and the fact that this stands
    /// at (0 without one); none if there is no such session.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] for a fact that this program does not know, or what the database says.
    pub async fn session(&self, id: &SessionId) -> Result<Option<(Session, i64)>, StoreError> {
        let mut session = self.snapshot(id).await?;
        let from = session.as_ref().map_or(0, |session| session.seq);
        let mut read = from;
        loop {
            let facts = self.facts_after(id, read, PAGE).await?;
            let Some(last) = facts.last() else { break };
            read = last.seq;
            match &mut session {
                Some(session) => {
                    for fact in &facts {
                        session.apply(fact);
                    }
                }
                None => session = Session::replay(&facts),
            }
            if session.is_none() {
                return Ok(None);
            }
            tokio::task::yield_now().await;
        }
        Ok(session.map(|session| (session, from)))
    }

    /// Keeps a session's state in place of an older one. All its facts must be on disk.
    ///
    /// # Errors
    /// What keeps the store from writing.
    pub async fn put_snapshot(&self, id: &SessionId, session: &Session) -> Result<(), StoreError> {
        let body = rmp_serde::to_vec_named(session).map_err(StoreError::Snapshot)?;
        let put = sqlx::query(
            "insert into snapshots (session_id, seq, made_by, body) values ($1, $2, $3, $4)
             on conflict (session_id) do update set seq = excluded.seq, made_by = excluded.made_by, body = excluded.body",
        )
        .bind(id.as_str())
        .bind(session.seq)
        .bind(MADE_BY)
        .bind(body);
        self.write(put).await?;
        Ok(())
    }

    /// The state in the snapshot; none if there is none of this program's that fits the log.
    async fn snapshot(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query(
            "select body from snapshots where session_id = $1 and made_by = $2
             and exists (select 1 from facts where facts.session_id = $1 and facts.seq = snapshots.seq)",
        )
        .bind(id.as_str())
        .bind(MADE_BY)
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        match rmp_serde::from_slice(row.try_get("body")?) {
            Ok(session) => Ok(Some(session)),
            Err(error) => {
                tracing::warn!(session = %id, %error, "a snapshot cannot be read; the whole log is replayed");
                Ok(None)
            }
        }
    }
}
