//! What lasts: sessions, their facts, and who may host. SQLite in WAL mode with full sync, set by us.
//!
//! Every query but the connection's own settings is in the dialect that SQLite and Postgres share:
//! `$n` placeholders, BIGINT and TEXT, `on conflict`, `returning`. Only the statement that appends facts has SQLite's
//! placeholders (`log`); on Postgres it would be another one, of arrays.

mod keys;
mod log;
mod snapshots;
mod trouble;

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteQueryResult, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Execute, Row, Sqlite, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};

pub use self::keys::{KeyKind, KeyRole, ListedKey, SessionKey};
use self::trouble::LastLook;
pub use self::trouble::Trouble;
use crate::domain::fact::{Fact, Recorded};
use crate::ids::{SessionCode, SessionId, Timestamp};

/// Why something could not be kept or found. Absence is an `Option`, not an error.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the database is newer than this program (it has migration {0}); use the newer program"
    )]
    Newer(i64),
    #[error("another process wrote to this session's log")]
    Conflict,
    #[error("the code {0} is already used by another session")]
    CodeTaken(SessionCode),
    #[error("fact {seq} of session {session} cannot be read: {source}")]
    Unreadable {
        session: SessionId,
        seq: i64,
        source: serde_json::Error,
    },
    #[error("migrating the database: {0}")]
    Migrate(#[source] MigrateError),
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("writing a fact down: {0}")]
    Encode(#[source] serde_json::Error),
    #[error("writing a session's state down: {0}")]
    Snapshot(#[source] rmp_serde::encode::Error),
    /// Nothing was written; it is tried again until it works.
    #[error("nothing can be saved just now: {0}")]
    Trouble(Trouble),
}

/// A session as lists show it.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionRow {
    pub id: SessionId,
    pub code: SessionCode,
    pub title: String,
    pub state: String,
    pub created_at: Timestamp,
}

/// How long a write waits for another program that holds the database; pages of that session wait as well.
const HELD_FOR: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub struct Store {
    /// One connection: SQLite has one writer, and waiting here beats "database is locked".
    writer: SqlitePool,
    readers: SqlitePool,
    /// One at a time writes what is no vote.
    turns: Arc<Semaphore>,
    votes: Handle,
    trouble: Arc<watch::Sender<Option<Trouble>>>,
    last_look: Arc<LastLook>,
}

impl Store {
    /// Opens or makes the database, and brings it up to date.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::connect(
            SqliteConnectOptions::new()
                .filename(path)
                .create_if_missing(true),
        )
        .await
    }

    /// As [`Store::open`], by a `sqlite:` URL.
    pub async fn open_url(url: &str) -> Result<Self, StoreError> {
        Self::connect(SqliteConnectOptions::from_str(url)?.create_if_missing(true)).await
    }

    async fn connect(options: SqliteConnectOptions) -> Result<Self, StoreError> {
        // FULL: with NORMAL an acknowledged vote may be gone after a power cut.
        let options = options
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(HELD_FOR)
            // A statement's text is 20 KB, and a slow disk would put it into the log again and again.
            .disable_statement_logging();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            // Kept for good: a new one would be opened by whoever comes next, on a thread of that one's priority.
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
            .await?;
        sqlx::migrate!("./migrations")
            .run(&writer)
            .await
            .map_err(|error| match error {
                MigrateError::VersionMissing(version) => StoreError::Newer(version),
                other => StoreError::Migrate(other),
            })?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.read_only(true))
            .await?;
        Ok(Self {
            writer,
            readers,
            turns: Arc::new(Semaphore::new(1)),
            votes: Handle::current(),
            trouble: Arc::new(watch::channel(None).0),
            last_look: Arc::default(),
        })
    }

    /// A new session with its first fact.
    pub async fn create_session(
        &self,
        id: &SessionId,
        plan: &crate::domain::plan::SessionPlan,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let (id, plan) = (id.clone(), plan.clone());
        self.behind_votes(move |writer| {
            Box::pin(async move { create_session(writer, &id, &plan, at).await })
        })
        .await
    }

    pub async fn session_by_code(
        &self,
        code: &SessionCode,
    ) -> Result<Option<SessionId>, StoreError> {
        let row = sqlx::query("select id from sessions where code = $1")
            .bind(code.as_str())
            .fetch_optional(&self.readers)
            .await?;
        row.map(|row| sound(row.try_get("id")?)).transpose()
    }

    pub async fn session_exists(&self, id: &SessionId) -> Result<bool, StoreError> {
        let row = sqlx::query("select 1 from sessions where id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.is_some())
    }

    /// Newest first.
    pub async fn sessions(&self) -> Result<Vec<SessionRow>, StoreError> {
        let rows = sqlx::query(
            "select id, code, title, state, created_at from sessions order by created_at desc, id limit 500",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(SessionRow {
                    id: sound(row.try_get("id")?)?,
                    code: sound(row.try_get("code")?)?,
                    title: row.try_get("title")?,
                    state: row.try_get("state")?,
                    created_at: Timestamp(row.try_get("created_at")?),
                })
            })
            .collect()
    }

    /// Keeps the list's copy of title and state in step with the log.
    pub async fn describe_session(
        &self,
        id: &SessionId,
        title: &str,
        state: &str,
    ) -> Result<(), StoreError> {
        let update = sqlx::query("update sessions set title = $2, state = $3 where id = $1")
            .bind(id.as_str())
            .bind(title)
            .bind(state);
        self.write(update).await?;
        Ok(())
    }

    /// Carries one statement out that writes.
    async fn write(
        &self,
        mut statement: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<SqliteQueryResult, StoreError> {
        let arguments = statement.take_arguments().map_err(sqlx::Error::Encode)?;
        let statement = sqlx::query_with(statement.sql(), arguments.unwrap_or_default());
        self.behind_votes(|writer| Box::pin(async move { Ok(statement.execute(writer).await?) }))
            .await
    }

    /// Finishes what is under way and lets the files go.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

async fn create_session(
    writer: &mut SqliteConnection,
    id: &SessionId,
    plan: &crate::domain::plan::SessionPlan,
    at: Timestamp,
) -> Result<(), StoreError> {
    let mut tx = writer.begin().await?;
    let made = sqlx::query(
        "insert into sessions (id, code, title, state, created_at) values ($1, $2, $3, $4, $5)
         on conflict (code) do nothing",
    )
    .bind(id.as_str())
    .bind(plan.code.as_str())
    .bind(&plan.title)
    .bind("draft")
    .bind(at.0)
    .execute(&mut *tx)
    .await?;
    if made.rows_affected() == 0 {
        return Err(StoreError::CodeTaken(plan.code.clone()));
    }
    let first = Recorded {
        seq: 1,
        at,
        fact: Fact::SessionCreated { plan: plan.clone() },
    };
    log::insert(&mut tx, id, std::slice::from_ref(&first)).await?;
    tx.commit().await?;
    Ok(())
}

/// A value that this program wrote; if it is not sound, the database was edited by hand.
fn sound<T: FromStr<Err = crate::ids::BadId>>(text: String) -> Result<T, StoreError> {
    text.parse()
        .map_err(|bad: crate::ids::BadId| StoreError::Database(sqlx::Error::Decode(bad.into())))
}
