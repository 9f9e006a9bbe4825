//! What lasts: sessions, their facts, and who may host. SQLite in WAL mode with full sync, set by us.
//!
//! Every query but the connection's own settings is in the dialect that SQLite and Postgres share:
//! `$n` placeholders, BIGINT and TEXT, `on conflict`, `returning`.

mod keys;

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{QueryBuilder, Row, Sqlite};

pub use self::keys::{KeyKind, KeyRole, SessionKey};
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

/// Facts a statement; four values each, far below SQLite's limit of 32,766.
const FACTS_A_STATEMENT: usize = 500;

#[derive(Debug, Clone)]
pub struct Store {
    /// One connection: SQLite has one writer, and waiting here beats "database is locked".
    writer: SqlitePool,
    readers: SqlitePool,
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
            .busy_timeout(Duration::from_secs(5));
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
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
        Ok(Self { writer, readers })
    }

    /// A new session with its first fact.
    pub async fn create_session(
        &self,
        id: &SessionId,
        plan: &crate::domain::plan::SessionPlan,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin().await?;
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
        insert_facts(&mut tx, id, std::slice::from_ref(&first)).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Appends facts in one transaction; when this returns they are on disk.
    pub async fn append(&self, id: &SessionId, facts: &[Recorded]) -> Result<(), StoreError> {
        let mut tx = self.writer.begin().await?;
        insert_facts(&mut tx, id, facts).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The whole log of a session, in order; empty if there is no such session.
    pub async fn facts(&self, id: &SessionId) -> Result<Vec<Recorded>, StoreError> {
        let rows =
            sqlx::query("select seq, at_ms, body from facts where session_id = $1 order by seq")
                .bind(id.as_str())
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter()
            .map(|row| {
                let seq = row.try_get("seq")?;
                let body: String = row.try_get("body")?;
                let fact =
                    serde_json::from_str(&body).map_err(|source| StoreError::Unreadable {
                        session: id.clone(),
                        seq,
                        source,
                    })?;
                Ok(Recorded {
                    seq,
                    at: Timestamp(row.try_get("at_ms")?),
                    fact,
                })
            })
            .collect()
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
        sqlx::query("update sessions set title = $2, state = $3 where id = $1")
            .bind(id.as_str())
            .bind(title)
            .bind(state)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.readers).await?;
        Ok(())
    }

    /// Finishes what is under way and lets the files go.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

async fn insert_facts(
    tx: &mut sqlx::Transaction<'_, Sqlite>,
    id: &SessionId,
    facts: &[Recorded],
) -> Result<(), StoreError> {
    for some in facts.chunks(FACTS_A_STATEMENT) {
        let mut rows = Vec::with_capacity(some.len());
        for recorded in some {
            let body = serde_json::to_string(&recorded.fact).map_err(StoreError::Encode)?;
            rows.push((recorded.seq, recorded.at.0, body));
        }
        let mut insert: QueryBuilder<Sqlite> =
            QueryBuilder::new("insert into facts (session_id, seq, at_ms, body) ");
        insert.push_values(rows, |mut row, (seq, at, body)| {
            row.push_bind(id.as_str().to_string())
                .push_bind(seq)
                .push_bind(at)
                .push_bind(body);
        });
        insert.build().execute(&mut **tx).await.map_err(|error| {
            let taken = error
                .as_database_error()
                .is_some_and(|error| error.is_unique_violation());
            if taken {
                StoreError::Conflict
            } else {
                StoreError::Database(error)
            }
        })?;
    }
    Ok(())
}

/// A value that this program wrote; if it is not sound, the database was edited by hand.
fn sound<T: FromStr<Err = crate::ids::BadId>>(text: String) -> Result<T, StoreError> {
    text.parse()
        .map_err(|bad: crate::ids::BadId| StoreError::Database(sqlx::Error::Decode(bad.into())))
}
