//! Who may run sessions: one-time sign-in links, signed-in browsers, tokens, and the links of one session.

use sqlx::Row;

use super::{Store, StoreError, sound};
use crate::ids::{SessionId, Timestamp};

/// What a host key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// A signed-in browser.
    Cookie,
    /// A bearer token of the API.
    Token,
}

impl KeyKind {
    fn name(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Token => "token",
        }
    }
}

/// What a key of one session makes of whoever has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRole {
    CoHost,
    Moderator,
    Speaker,
    /// A program that hands on questions from another chat.
    Bridge,
}

impl KeyRole {
    pub const ALL: [Self; 4] = [Self::CoHost, Self::Moderator, Self::Speaker, Self::Bridge];

    pub fn name(self) -> &'static str {
        match self {
            Self::CoHost => "cohost",
            Self::Moderator => "moderator",
            Self::Speaker => "speaker",
            Self::Bridge => "bridge",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A link or token of one session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionKey {
    pub id: String,
    pub session: SessionId,
    pub role: KeyRole,
    pub label: String,
    pub created_at: Timestamp,
    /// When it ends by itself; none is never.
    pub expires_at: Option<Timestamp>,
}

/// A key that is good, as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedKey {
    /// The first twelve digits of its token's hash.
    pub id: String,
    /// `browser`, `token`, or the role that a link gives.
    pub kind: String,
    /// The code of the one session that it is good for; none: for all.
    pub session: Option<String>,
    pub label: String,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
}

/// Digits of a hash that name a key in lists.
const ID_DIGITS: usize = 12;

impl Store {
    pub async fn put_sign_in(
        &self,
        token_hash: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let insert = sqlx::query("insert into sign_ins (token_hash, expires_at) values ($1, $2)")
            .bind(token_hash)
            .bind(expires_at.0);
        self.write(insert).await?;
        Ok(())
    }

    /// Uses a one-time link up. False if it was used, has expired or never was.
    pub async fn use_sign_in(&self, token_hash: &str, now: Timestamp) -> Result<bool, StoreError> {
        // Most of what is tried is no link of ours; only one that is good is worth a write.
        let is_good = sqlx::query(
            "select 1 from sign_ins where token_hash = $1 and used_at is null and expires_at > $2",
        )
        .bind(token_hash)
        .bind(now.0)
        .fetch_optional(&self.readers)
        .await?;
        if is_good.is_none() {
            return Ok(false);
        }
        let update = sqlx::query(
            "update sign_ins set used_at = $2 where token_hash = $1 and used_at is null and expires_at > $2",
        )
        .bind(token_hash)
        .bind(now.0);
        Ok(self.write(update).await?.rows_affected() == 1)
    }

    pub async fn put_host_key(
        &self,
        token_hash: &str,
        kind: KeyKind,
        label: &str,
        now: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let insert = sqlx::query(
            "insert into host_keys (token_hash, kind, label, created_at, expires_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(token_hash)
        .bind(kind.name())
        .bind(label)
        .bind(now.0)
        .bind(expires_at.map(|at| at.0));
        self.write(insert).await?;
        Ok(())
    }

    pub async fn is_host_key(
        &self,
        token_hash: &str,
        kind: KeyKind,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let row = sqlx::query(
            "select 1 from host_keys where token_hash = $1 and kind = $2 and (expires_at is null or expires_at > $3)",
        )
        .bind(token_hash)
        .bind(kind.name())
        .bind(now.0)
        .fetch_optional(&self.readers)
        .await?;
        Ok(row.is_some())
    }

    pub async fn remove_host_key(&self, token_hash: &str) -> Result<(), StoreError> {
        let delete = sqlx::query("delete from host_keys where token_hash = $1").bind(token_hash);
        self.write(delete).await?;
        Ok(())
    }

    pub async fn put_session_key(
        &self,
        key: &SessionKey,
        token_hash: &str,
    ) -> Result<(), StoreError> {
        let insert = sqlx::query(
            "insert into session_keys (id, session_id, role, label, token_hash, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&key.id)
        .bind(key.session.as_str())
        .bind(key.role.name())
        .bind(&key.label)
        .bind(token_hash)
        .bind(key.created_at.0)
        .bind(key.expires_at.map(|at| at.0));
        self.write(insert).await?;
        Ok(())
    }

    /// The key of this token, unless it was revoked or has ended.
    pub async fn session_key(
        &self,
        token_hash: &str,
        now: Timestamp,
    ) -> Result<Option<SessionKey>, StoreError> {
        let row = sqlx::query(
            "select id, session_id, role, label, created_at, expires_at from session_keys
             where token_hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)",
        )
        .bind(token_hash)
        .bind(now.0)
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(session_key).transpose()
    }

    /// The keys of a session that are good, in the order in which they were made.
    pub async fn session_keys(
        &self,
        session: &SessionId,
        now: Timestamp,
    ) -> Result<Vec<SessionKey>, StoreError> {
        let rows = sqlx::query(
            "select id, session_id, role, label, created_at, expires_at from session_keys
             where session_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)
             order by created_at, id limit 200",
        )
        .bind(session.as_str())
        .bind(now.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(session_key).collect()
    }

    /// Makes a key worthless; its token's hash, if it was good until now.
    pub async fn revoke_session_key(
        &self,
        session: &SessionId,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let revoke = sqlx::query(
            "update session_keys set revoked_at = $3 where session_id = $1 and id = $2 and revoked_at is null
             returning token_hash",
        )
        .bind(session.to_string())
        .bind(id.to_string())
        .bind(now.0);
        let row = self
            .behind_votes(|writer| {
                Box::pin(async move { Ok(revoke.fetch_optional(writer).await?) })
            })
            .await?;
        Ok(row.map(|row| row.try_get("token_hash")).transpose()?)
    }

    /// All keys that are good: signed-in browsers, tokens, links; the newest first.
    pub async fn listed_keys(&self, now: Timestamp) -> Result<Vec<ListedKey>, StoreError> {
        let rows = sqlx::query(
            "select substr(token_hash, 1, 12) as id, kind, label, created_at, expires_at, null as code from host_keys
             where expires_at is null or expires_at > $1
             union all
             select k.id, k.role, k.label, k.created_at, k.expires_at, s.code from session_keys k
             join sessions s on s.id = k.session_id
             where k.revoked_at is null and (k.expires_at is null or k.expires_at > $1)
             order by created_at desc, id limit 1000",
        )
        .bind(now.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| {
                let kind: String = row.try_get("kind")?;
                let expires: Option<i64> = row.try_get("expires_at")?;
                Ok(ListedKey {
                    id: row.try_get("id")?,
                    kind: match kind.as_str() {
                        "cookie" => "browser".to_string(),
                        _ => kind,
                    },
                    session: row.try_get("code")?,
                    label: row.try_get("label")?,
                    created_at: Timestamp(row.try_get("created_at")?),
                    expires_at: expires.map(Timestamp),
                })
            })
            .collect()
    }

    /// Ends every good key whose id this is; how many that were.
    pub async fn end_key(&self, id: &str, now: Timestamp) -> Result<u64, StoreError> {
        if id.len() != ID_DIGITS {
            return Ok(0);
        }
        let hosts = sqlx::query(
            "update host_keys set expires_at = $2
             where substr(token_hash, 1, 12) = $1 and (expires_at is null or expires_at > $2)",
        );
        let hosts = self.write(hosts.bind(id).bind(now.0)).await?;
        let links = sqlx::query(
            "update session_keys set revoked_at = $2
             where id = $1 and revoked_at is null and (expires_at is null or expires_at > $2)",
        );
        let links = self.write(links.bind(id).bind(now.0)).await?;
        Ok(hosts.rows_affected() + links.rows_affected())
    }

    /// Hashes of the keys that ended in this span of time, its end included, by whatever program.
    pub async fn keys_ended(
        &self,
        after: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "select token_hash from host_keys where expires_at > $1 and expires_at <= $2
             union all
             select token_hash from session_keys
             where (expires_at > $1 and expires_at <= $2) or (revoked_at > $1 and revoked_at <= $2)",
        )
        .bind(after.0)
        .bind(until.0)
        .fetch_all(&self.readers)
        .await?;
        rows.iter()
            .map(|row| Ok(row.try_get("token_hash")?))
            .collect()
    }
}

fn session_key(row: &sqlx::sqlite::SqliteRow) -> Result<SessionKey, StoreError> {
    let role: String = row.try_get("role")?;
    let unknown = || {
        let why = format!("a session key has the role {role}, which this program does not know");
        StoreError::Database(sqlx::Error::Decode(why.into()))
    };
    Ok(SessionKey {
        id: row.try_get("id")?,
        session: sound(row.try_get("session_id")?)?,
        role: KeyRole::from_name(&role).ok_or_else(unknown)?,
        label: row.try_get("label")?,
        created_at: Timestamp(row.try_get("created_at")?),
        expires_at: row.try_get::<Option<i64>, _>("expires_at")?.map(Timestamp),
    })
}
