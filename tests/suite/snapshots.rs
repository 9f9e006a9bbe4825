//! A long log and the snapshot that a start reads in its place.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use salon::domain::fact::{Fact, Recorded};
use salon::domain::poll::kind::Choice;
use salon::ids::{BallotKey, OptionId, SessionId, Timestamp};
use salon::store::{Store, StoreError};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};
use tempfile::TempDir;

use crate::program::Running;
use crate::salon::SHEET;

/// A session on disk with so many ballots by 50 voters, of a poll that was opened.
async fn long_session(path: &Path, code: &str, ballots: i64) -> (Store, SessionId) {
    let sheet = SHEET.replace("TESTNGHT", code);
    let sheet = salon::sheet::read(&sheet, "test.toml", code.parse().unwrap()).unwrap();
    let store = Store::open(path).await.unwrap();
    let id: SessionId = format!("long-{}", code.to_lowercase()).parse().unwrap();
    store
        .create_session(&id, &sheet.plan, Timestamp(1))
        .await
        .unwrap();
    let facts: Vec<Recorded> = (0..ballots)
        .map(|n| Recorded {
            seq: n + 2,
            at: Timestamp(n + 2),
            fact: Fact::BallotCast {
                poll: "one-of".parse().unwrap(),
                voter: BallotKey([u8::try_from(n % 50).unwrap(); 16]),
                seq: u32::try_from(n / 50 + 1).unwrap(),
                choice: Choice::Picks([OptionId(u16::try_from(n % 3).unwrap())].into()),
                via: None,
                revision: 0,
                words: None,
            },
        })
        .collect();
    store.append(&id, &facts).await.unwrap();
    (store, id)
}

/// The database by hand, as another program would have it.
async fn by_hand(path: &Path) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_start_reads_the_snapshot_and_the_facts_after_it() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("salon.db");
    let (store, id) = long_session(&path, "SNAPSH", 1_300).await;
    let (replayed, from) = store.session(&id).await.unwrap().unwrap();
    assert_eq!((replayed.seq, from), (1_301, 0));
    assert_eq!(replayed.polls[0].ballots.len(), 50);
    store.put_snapshot(&id, &replayed).await.unwrap();
    let vote = Recorded {
        seq: 1_302,
        at: Timestamp(5_000),
        fact: Fact::BallotCast {
            poll: "one-of".parse().unwrap(),
            voter: BallotKey([77; 16]),
            seq: 1,
            choice: Choice::Picks([OptionId(2)].into()),
            via: None,
            revision: 0,
            words: None,
        },
    };
    store
        .append(&id, std::slice::from_ref(&vote))
        .await
        .unwrap();

    // What was replayed into the snapshot is not read again.
    let mut hand = by_hand(&path).await;
    sqlx::query("update facts set body = 'no fact' where seq between 2 and 1000")
        .execute(&mut hand)
        .await
        .unwrap();
    let (session, from) = store.session(&id).await.unwrap().unwrap();
    let mut right = replayed;
    right.apply(&vote);
    assert_eq!((session, from), (right, 1_301));

    // One of another program is passed over: the log is the truth, and here it cannot be read.
    sqlx::query("update snapshots set made_by = 'another'")
        .execute(&mut hand)
        .await
        .unwrap();
    let refused = store.session(&id).await;
    assert!(matches!(
        refused,
        Err(StoreError::Unreadable { seq: 2, .. })
    ));

    // So is one that stands at a fact that the log does not have.
    sqlx::query("delete from facts where seq > 1200")
        .execute(&mut hand)
        .await
        .unwrap();
    assert!(store.session(&id).await.is_err());
}

#[tokio::test]
async fn a_program_that_is_stopped_leaves_a_snapshot_of_what_it_served() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("salon.db");
    let (store, id) = long_session(&path, "STAYED", 2_500).await;
    let (right, _) = store.session(&id).await.unwrap().unwrap();
    store.close().await;
    let running = Running::start(dir.path());
    let page = reqwest::get(format!("{}/STAYED", running.base))
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    let ended = Command::new("kill").arg(running.id().to_string()).status();
    assert!(ended.unwrap().success());
    let mut hand = by_hand(&path).await;
    let kept = async {
        loop {
            let row = sqlx::query("select seq from snapshots where session_id = $1")
                .bind(id.as_str())
                .fetch_optional(&mut hand)
                .await
                .unwrap();
            match row {
                Some(row) => return row.get::<i64, _>("seq"),
                None => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    };
    let seq = tokio::time::timeout(crate::salon::PATIENCE, kept)
        .await
        .unwrap();
    assert_eq!(seq, 2_501);
    drop(running);
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.session(&id).await.unwrap(), Some((right, 2_501)));
}

#[tokio::test]
async fn a_session_with_a_long_log_keeps_no_other_waiting() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("salon.db");
    let (store, _) = long_session(&path, "HEAVY2", 60_000).await;
    store.close().await;
    let (store, _) = long_session(&path, "SHRT23", 1).await;
    store.close().await;
    let running = Running::start(dir.path());
    let long = tokio::spawn(reqwest::get(format!("{}/HEAVY2", running.base)));
    tokio::time::sleep(Duration::from_millis(20)).await;
    let short = reqwest::get(format!("{}/SHRT23", running.base))
        .await
        .unwrap();
    assert_eq!(short.status(), 200);
    assert!(!long.is_finished(), "the short session's page came first");
    assert_eq!(long.await.unwrap().unwrap().status(), 200);
}
