//! What keeps the database from being written, in words for people, and how the store finds out that it is over.
//!
//! The first write that fails for such a reason puts the store in *trouble*: from then on every write is refused at
//! once, so that nobody waits for a disk that does not answer and nothing is tried in a loop. The store itself tries, ever
//! less often, to write as much as a full turn of votes; once that is on disk it takes writes again.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqliteConnection};
use tokio::time::{Instant, sleep};

use super::{Store, StoreError};

/// Between the first failure and the first try, and the longest time between two tries.
const FIRST_TRY_AFTER: Duration = Duration::from_millis(250);
const TRY_EVERY_AT_MOST: Duration = Duration::from_secs(5);
/// Bytes that are written to find out whether votes could be: as many as a full turn of them has.
const A_FULL_TURN: usize = 128 * 1024;
/// The same for a look from outside, where nothing is known to be wrong, and how often at most it is done.
const A_LOOK: usize = 64;
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Why nothing can be written just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    #[error("the disk is full")]
    Full,
    #[error("the database can only be read")]
    ReadOnly,
    #[error("another program holds the database")]
    Held,
    #[error("the disk does not take what is written")]
    Failing,
}

impl Trouble {
    /// None: the statement is at fault, not the disk.
    pub(super) fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::PoolTimedOut => Some(Self::Held),
            sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => Some(Self::Failing),
            // The low byte of SQLite's extended result codes.
            sqlx::Error::Database(error) => match error.code()?.parse::<i32>().ok()? & 0xff {
                5 | 6 => Some(Self::Held),
                8 => Some(Self::ReadOnly),
                13 => Some(Self::Full),
                // I/O error, corrupt, cannot open, not a database.
                10 | 11 | 14 | 26 => Some(Self::Failing),
                _ => None,
            },
            _ => None,
        }
    }
}

/// When the last look from outside was, if there was one.
#[derive(Debug, Default)]
pub(super) struct LastLook(std::sync::Mutex<Option<Instant>>);

impl LastLook {
    fn is_due(&self) -> bool {
        let mut at = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let due = at.is_none_or(|at| at.elapsed() >= LOOK_EVERY);
        if due {
            *at = Some(Instant::now());
        }
        due
    }
}

impl Store {
    /// What keeps the database from being written, if anything does.
    pub fn trouble(&self) -> Option<Trouble> {
        *self.trouble.borrow()
    }

    /// Tells when trouble comes and goes.
    pub fn watch_trouble(&self) -> tokio::sync::watch::Receiver<Option<Trouble>> {
        self.trouble.subscribe()
    }

    /// Whether the database can be read and written, tried out every five seconds at most.
    pub async fn ready(&self) -> Result<(), StoreError> {
        if let Some(trouble) = self.trouble() {
            return Err(StoreError::Trouble(trouble));
        }
        // Between two tries nobody has to wait for it, nor does a vote.
        if !self.last_look.is_due() {
            return Ok(());
        }
        sqlx::query("select 1").execute(&self.readers).await?;
        self.behind_votes(|writer| Box::pin(probe(writer, A_LOOK)))
            .await
    }

    /// Whether anything can be written, without ado if it cannot.
    pub async fn try_to_write(&self) -> Result<(), StoreError> {
        let mut writer = self.writer.acquire().await?;
        let done = probe(&mut writer, A_LOOK).await;
        done.map_err(|error| match error {
            StoreError::Database(error) => {
                Trouble::of(&error).map_or(StoreError::Database(error), StoreError::Trouble)
            }
            other => other,
        })
    }

    /// Carries out what writes and is no vote. Votes have the writer first: of all else, one at a time stands in line for
    /// it. And whoever has it is on the lane of votes: on that of visitors, which steps back and may be busy for a second,
    /// the writer would be held for as long.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    pub(super) async fn behind_votes<T: Send + 'static>(
        &self,
        work: impl for<'a> FnOnce(&'a mut SqliteConnection) -> BoxFuture<'a, Result<T, StoreError>>
        + Send
        + 'static,
    ) -> Result<T, StoreError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let store = self.clone();
        let writing = self.votes.spawn(async move {
            let _turn = turn;
            let mut writer = store.writer().await?;
            let done = work(&mut writer).await;
            store.noted(done, writer)
        });
        // It ends early only where the whole program does.
        let ended = |_| Err(StoreError::Database(sqlx::Error::PoolClosed));
        writing.await.unwrap_or_else(ended)
    }

    /// The one connection that writes.
    pub(super) async fn writer(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        let refuse = || {
            self.trouble()
                .map_or(Ok(()), |t| Err(StoreError::Trouble(t)))
        };
        refuse()?;
        let writer = match self.writer.acquire().await {
            Ok(writer) => writer,
            Err(error) => return Err(self.failed(error)),
        };
        // Whoever had it before may have found out.
        refuse()?;
        Ok(writer)
    }

    /// What became of a write; if the disk is at fault, everyone learns of it.
    pub(super) fn noted<T>(
        &self,
        done: Result<T, StoreError>,
        mut writer: PoolConnection<Sqlite>,
    ) -> Result<T, StoreError> {
        match done {
            Err(StoreError::Database(error)) => {
                // A failure may have taken a transaction back that the connection still believes in.
                writer.close_on_drop();
                Err(self.failed(error))
            }
            done => done,
        }
    }

    fn failed(&self, error: sqlx::Error) -> StoreError {
        let Some(trouble) = Trouble::of(&error) else {
            return StoreError::Database(error);
        };
        if self.trouble.send_replace(Some(trouble)).is_none() {
            tracing::error!(%error, "nothing can be saved: {trouble}; trying again until it can");
            metrics::gauge!("salon_cannot_save").set(1.0);
            let store = self.clone();
            // Where votes are: the connection that it opens has a thread like that of whoever opens it.
            self.votes.spawn(async move { store.mend().await });
        }
        StoreError::Trouble(trouble)
    }

    /// Tries to write until it works.
    async fn mend(&self) {
        let mut wait = FIRST_TRY_AFTER;
        loop {
            sleep(wait).await;
            wait = (wait * 2).min(TRY_EVERY_AT_MOST);
            let mut writer = match self.writer.acquire().await {
                Ok(writer) => writer,
                Err(sqlx::Error::PoolClosed) => return,
                Err(_) => continue,
            };
            match probe(&mut writer, A_FULL_TURN).await {
                Ok(()) => break,
                Err(error) => {
                    writer.close_on_drop();
                    tracing::debug!(%error, "still nothing can be saved");
                    if let StoreError::Database(error) = &error
                        && let Some(trouble) = Trouble::of(error)
                    {
                        self.trouble
                            .send_if_modified(|held| held.replace(trouble) != Some(trouble));
                    }
                }
            }
        }
        metrics::gauge!("salon_cannot_save").set(0.0);
        tracing::info!("saving works again");
        self.trouble.send_replace(None);
    }
}

/// Writes and syncs so many bytes, other ones than the last time: what is the same is not written.
async fn probe(writer: &mut sqlx::SqliteConnection, bytes: usize) -> Result<(), StoreError> {
    let filler = format!("{:016x}", rand::random::<u64>()).repeat(bytes.div_ceil(16));
    sqlx::query(
        "insert into probes (id, filler) values (1, $1) on conflict (id) do update set filler = excluded.filler",
    )
    .bind(filler)
    .execute(writer)
    .await?;
    Ok(())
}
