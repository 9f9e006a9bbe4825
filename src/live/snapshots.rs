//! When an owner keeps a snapshot of its session: when enough has happened to make the next start slow, and nothing
//! happens just now.

use std::time::Duration;

use tokio::time::Instant;

use super::actor::Actor;

/// Facts that a start may have to replay after an evening that ended well: some ten milliseconds.
const WORTH_IT: i64 = 2_000;
/// Facts after which one is kept even in the middle of a busy poll: a third of a second of replay.
const OVERDUE: i64 = 50_000;
/// How long nothing has to happen before one is kept: writing it down takes the owner some milliseconds.
const QUIET: Duration = Duration::from_secs(5);

impl Actor {
    fn since_snapshot(&self) -> i64 {
        self.session.seq - self.snapshot_at
    }

    /// When to look whether it has become quiet.
    pub(super) fn next_snapshot(&self) -> Option<Instant> {
        (self.since_snapshot() >= WORTH_IT && self.store.trouble().is_none())
            .then(|| self.stirred_at + QUIET)
    }

    /// Keeps a snapshot if it is time to, or at the `end` if it saves anything at all.
    pub(super) async fn keep_snapshot(&mut self, end: bool) {
        let since = self.since_snapshot();
        let quiet = end || self.stirred_at.elapsed() >= QUIET;
        let due = since >= OVERDUE || (since >= WORTH_IT && quiet);
        if !due || self.store.trouble().is_some() {
            return;
        }
        // Whether or not that worked, it is not tried again before as much has happened.
        self.snapshot_at = self.session.seq;
        if let Err(error) = self.store.put_snapshot(&self.id, &self.session).await {
            tracing::warn!(session = %self.id, %error, "no snapshot could be kept; the next start replays more");
        }
    }
}
