//! The log of facts: appended in synced transactions, read back in order.

use std::sync::LazyLock;

use sqlx::{Connection, Row, SqliteConnection};

use super::{Store, StoreError};
use crate::domain::fact::Recorded;
use crate::ids::{SessionId, Timestamp};

/// Rows of the statements that append, three values each; SQLite takes 32,766 values. Facts go into the smallest that
/// takes them all, and its other rows stay null and are passed over. So there are six texts, each parsed once: a text for
/// every number of rows would be parsed nearly every time.
const ROWS: [usize; 6] = [1, 4, 16, 64, 256, 512];

static APPEND: LazyLock<[String; 6]> = LazyLock::new(|| {
    ROWS.map(|rows| {
        // Not `$n`: SQLite counts a parameter with a name off from the first on, which made this three times as slow.
        let values = vec!["(?,?,?)"; rows].join(",");
        format!(
            "insert into facts (session_id, seq, at_ms, body)
             select ?, column1, column2, column3 from (values {values}) as facts where column1 is not null"
        )
    })
});

impl Store {
    /// Appends facts in one transaction; when this returns they are on disk.
    pub async fn append(&self, id: &SessionId, facts: &[Recorded]) -> Result<(), StoreError> {
        let mut writer = self.writer().await?;
        let done = append(&mut writer, id, facts).await;
        self.noted(done, writer)
    }

    /// The whole log of a session, in order; empty if there is no such session.
    pub async fn facts(&self, id: &SessionId) -> Result<Vec<Recorded>, StoreError> {
        self.facts_after(id, 0, i64::MAX).await
    }

    /// At most `most` facts of a session after the one numbered `seq`, in order.
    pub(super) async fn facts_after(
        &self,
        id: &SessionId,
        seq: i64,
        most: i64,
    ) -> Result<Vec<Recorded>, StoreError> {
        let rows = sqlx::query(
            "select seq, at_ms, body from facts where session_id = $1 and seq > $2 order by seq limit $3",
        )
        .bind(id.as_str())
        .bind(seq)
        .bind(most)
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|row| {
                let seq = row.try_get("seq")?;
                let body: &str = row.try_get("body")?;
                let fact = serde_json::from_str(body).map_err(|source| StoreError::Unreadable {
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
}

async fn append(
    writer: &mut SqliteConnection,
    id: &SessionId,
    facts: &[Recorded],
) -> Result<(), StoreError> {
    let most = ROWS[ROWS.len() - 1];
    if facts.len() <= most {
        // One statement is a transaction of its own: no way to the database's thread for its begin and its commit.
        return insert(writer, id, facts).await;
    }
    let mut tx = writer.begin().await?;
    for some in facts.chunks(most) {
        insert(&mut tx, id, some).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Inserts as many facts as one statement takes.
#[expect(
    clippy::unreachable,
    reason = "those who call it take the log apart into chunks of that length"
)]
pub(super) async fn insert(
    writer: &mut SqliteConnection,
    id: &SessionId,
    facts: &[Recorded],
) -> Result<(), StoreError> {
    let Some(place) = ROWS.iter().position(|rows| facts.len() <= *rows) else {
        unreachable!("a chunk is no longer than the longest statement");
    };
    let mut insert = sqlx::query(APPEND[place].as_str()).bind(id.as_str());
    for recorded in facts {
        let body = serde_json::to_string(&recorded.fact).map_err(StoreError::Encode)?;
        insert = insert.bind(recorded.seq).bind(recorded.at.0).bind(body);
    }
    insert.execute(writer).await.map_err(|error| {
        let taken = error
            .as_database_error()
            .is_some_and(|error| error.is_unique_violation());
        if taken {
            StoreError::Conflict
        } else {
            StoreError::Database(error)
        }
    })?;
    Ok(())
}
