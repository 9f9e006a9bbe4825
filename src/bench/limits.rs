//! What votes are measured against in the same run: the disk, and the store with a transaction for each vote.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::house::OPTIONS;
use crate::domain::fact::{Fact, Recorded};
use crate::domain::poll::kind::Choice;
use crate::ids::{BallotKey, OptionId, Timestamp};
use crate::sheet;
use crate::store::Store;

/// How long each is measured.
const SEEN: Duration = Duration::from_secs(1);
const PAGE_BYTES: usize = 4096;

/// How often a second this disk appends a page and has it safe: what one transaction a vote could reach at most.
pub fn syncs_a_second(folder: &Path) -> anyhow::Result<f64> {
    let path = folder.join("syncs");
    let mut file = std::fs::File::create(&path).context("writing to the data folder")?;
    let page = [7_u8; PAGE_BYTES];
    let (began, mut n) = (Instant::now(), 0_u32);
    while began.elapsed() < SEEN {
        file.write_all(&page)?;
        file.sync_data()?;
        n += 1;
    }
    let rate = f64::from(n) / began.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(rate)
}

/// How many votes a second the store takes, a transaction each.
pub async fn votes_one_by_one(folder: &Path) -> anyhow::Result<f64> {
    let store = Store::open(&folder.join("one-by-one.db")).await?;
    let code = "ANE2BYANE".parse()?;
    let plan = sheet::read("title = \"One by one\"", "one.toml", code)
        .map_err(|faults| anyhow::anyhow!("{}", faults[0]))?
        .plan;
    let session = "one-by-one".parse()?;
    store.create_session(&session, &plan, Timestamp(0)).await?;
    let (began, mut seq) = (Instant::now(), 1_i64);
    while began.elapsed() < SEEN {
        seq += 1;
        let fact = Fact::BallotCast {
            poll: "hidden".parse()?,
            voter: BallotKey(rand::random()),
            seq: 1,
            choice: Choice::Picks(vec![OptionId(rand::random::<u16>() % OPTIONS)]),
            via: None,
            revision: 0,
            words: None,
        };
        let at = Timestamp(seq);
        store
            .append(&session, &[Recorded { seq, at, fact }])
            .await?;
    }
    let rate = (seq - 1) as f64 / began.elapsed().as_secs_f64();
    store.close().await;
    Ok(rate)
}
