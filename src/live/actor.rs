//! The one owner of a session. A turn: take what is waiting, decide and apply each, append all in one
//! transaction, and only then answer and announce.
//!
//! **Invariants:** nobody else holds the [`Session`]; nothing is answered or shown before it is on disk;
//! if the append fails the owner drops its state and ends, and the lobby starts it again from the log.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, histogram};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::announce::{Shown, encode};
use super::gallery::Gallery;
use super::handle::{Ask, AskError, Joined, Viewer};
use crate::clock::Clock;
use crate::domain::command::{Command, Role};
use crate::domain::decide::decide;
use crate::domain::fact::{Edit, Fact, Recorded};
use crate::domain::session::Session;
use crate::ids::{BallotKey, PollId, SessionId, VoterId};
use crate::protocol::{OwnBallot, ServerMessage, Snapshot, VERSION};
use crate::secrets::Secrets;
use crate::store::Store;
use crate::translate::show;

/// Asks taken in one turn; one transaction carries them all.
const TURN_MAX: usize = 512;
/// The longest sleep towards a deadline, so that a clock that was set is noticed.
const DEADLINE_STEP: Duration = Duration::from_millis(200);

pub(super) struct Actor {
    pub id: SessionId,
    pub session: Session,
    pub store: Store,
    pub clock: Clock,
    pub secrets: Secrets,
    pub join_url: String,
    pub gallery: Arc<Gallery>,
    pub inbox: mpsc::Receiver<Ask>,
    pub shutdown: CancellationToken,
    pub shown: Shown,
}

/// An answer that waits for the commit.
struct Pending {
    answer: oneshot::Sender<Result<Option<OwnBallot>, AskError>>,
    outcome: Result<(), crate::domain::refusal::Refusal>,
    ballot: Option<(PollId, BallotKey)>,
    /// The voter whose other tabs are told, if anything changed.
    tell: Option<VoterId>,
}

impl Actor {
    pub async fn run(mut self) {
        // However this ends, the seats learn of it.
        let _closed = self.gallery.closed.clone().drop_guard();
        self.announce_edits(true);
        let mut asks = Vec::with_capacity(TURN_MAX);
        let shutdown = self.shutdown.clone();
        loop {
            let wake = self.next_wake();
            let sleep = async {
                match wake {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                n = self.inbox.recv_many(&mut asks, TURN_MAX) => {
                    if n == 0 {
                        break;
                    }
                    if !self.turn(&mut asks).await {
                        break;
                    }
                }
                () = sleep => {
                    if !self.tick().await {
                        break;
                    }
                }
                () = shutdown.cancelled() => break,
            }
            self.announce_tallies();
            self.announce_presence();
        }
        // Askers learn at once; seats close and come back to a fresh owner.
        self.inbox.close();
    }

    /// False: the log could not be written, and this state may no longer be the truth.
    async fn turn(&mut self, asks: &mut Vec<Ask>) -> bool {
        let now = self.clock.now();
        let mut facts = Vec::new();
        let mut pending = Vec::new();
        let mut views = Vec::new();
        for ask in asks.drain(..) {
            match ask {
                Ask::Command {
                    role,
                    command,
                    voter,
                    answer,
                } => {
                    let before = facts.len();
                    let decided = decide(&self.session, role, &command, now);
                    let outcome = decided.map(|decided| self.take(decided, &mut facts));
                    pending.push(Pending {
                        answer,
                        outcome,
                        ballot: ballot_of(&command),
                        tell: voter.filter(|_| facts.len() > before),
                    });
                }
                Ask::Stirred => self.shown.presence = true,
                view => views.push(view),
            }
        }
        if !self.keep(&facts).await {
            return false;
        }
        self.answer(pending);
        self.note_changes(&facts).await;
        // Joins come after the announcements: their snapshot has all of it, their board starts behind it.
        for view in views {
            self.look(view);
        }
        true
    }

    /// What the clock brings about.
    async fn tick(&mut self) -> bool {
        let now = self.clock.now();
        let mut facts = Vec::new();
        if let Ok(decided) = decide(&self.session, Role::Host, &Command::Tick, now) {
            self.take(decided, &mut facts);
        }
        if !self.keep(&facts).await {
            return false;
        }
        self.note_changes(&facts).await;
        true
    }

    /// Applies decided facts and puts them with those to be written.
    fn take(&mut self, decided: Vec<Fact>, facts: &mut Vec<Recorded>) {
        let at = self.clock.now();
        for fact in decided {
            let recorded = Recorded {
                seq: self.session.seq + 1,
                at,
                fact,
            };
            self.session.apply(&recorded);
            facts.push(recorded);
        }
    }

    async fn keep(&self, facts: &[Recorded]) -> bool {
        if facts.is_empty() {
            return true;
        }
        let started = Instant::now();
        if let Err(error) = self.store.append(&self.id, facts).await {
            tracing::error!(session = %self.id, %error, facts = facts.len(), "could not write the log; restarting the session");
            return false;
        }
        histogram!("salon_commit_seconds").record(started.elapsed().as_secs_f64());
        counter!("salon_facts_total").increment(facts.len() as u64);
        true
    }

    fn answer(&self, pending: Vec<Pending>) {
        for one in pending {
            let ballot = one
                .ballot
                .and_then(|(poll, key)| show::own_ballot(self.session.poll(&poll).ok()?, key));
            if let Some(voter) = one.tell
                && let Some(ballot) = &ballot
            {
                self.gallery.send_to_other_tabs(voter, || {
                    encode(&ServerMessage::Ballot {
                        ballot: ballot.clone(),
                    })
                });
            }
            // An asker that is gone by now has its answer in the log.
            let _ = one.answer.send(match one.outcome {
                Ok(()) => Ok(ballot),
                Err(refusal) => Err(AskError::Refused {
                    refusal,
                    ballot: ballot.map(Box::new),
                }),
            });
        }
    }

    async fn note_changes(&mut self, facts: &[Recorded]) {
        let mut edited = false;
        let mut by_host = false;
        let mut recounted = BTreeSet::new();
        for recorded in facts {
            match &recorded.fact {
                Fact::BallotCast { poll, .. } | Fact::BallotWithdrawn { poll, .. } => {
                    self.shown.tallies.insert(poll.clone());
                    counter!("salon_ballots_total").increment(1);
                }
                // The host alone sees a write-in at once, with the tally's next frame.
                Fact::WrittenIn { .. } | Fact::SessionCreated { .. } | Fact::Elapsed { .. } => {
                    edited = true;
                }
                Fact::Acted { edits, .. } | Fact::Undone { edits, .. } => {
                    by_host = true;
                    recounted.extend(edits.iter().filter_map(Edit::recounts).cloned());
                }
            }
        }
        if edited || by_host {
            self.announce_edits(false);
        }
        self.tell_own_ballots(&recounted);
        if by_host {
            let described = self.store.describe_session(
                &self.id,
                &self.session.title,
                self.session.state.name(),
            );
            if let Err(error) = described.await {
                tracing::warn!(session = %self.id, %error, "the list of sessions is behind");
            }
        }
    }

    fn look(&mut self, ask: Ask) {
        match ask {
            Ask::Join { viewer, answer } => {
                let seat = self.gallery.join(viewer.role, viewer.voter);
                let seen = seat.board.borrow().version;
                let snapshot = self.snapshot(&viewer);
                self.shown.presence = true;
                let _ = answer.send(Joined {
                    seat,
                    snapshot,
                    seen,
                });
            }
            Ask::Look { viewer, answer } => {
                let _ = answer.send(self.snapshot(&viewer));
            }
            Ask::Log { role, answer } => {
                let _ = answer.send(show::log(&self.session, role));
            }
            Ask::Plan { answer } => {
                let _ = answer.send(self.session.plan());
            }
            Ask::Command { .. } | Ask::Stirred => {}
        }
    }

    fn snapshot(&self, viewer: &Viewer) -> Snapshot {
        let ballots = viewer.voter.map(|voter| {
            let polls = self.session.polls.iter();
            polls
                .filter(|poll| !poll.ballots.is_empty())
                .filter_map(|poll| {
                    let key = self.secrets.ballot_key(&self.id, &poll.plan.id, voter);
                    show::own_ballot(poll, key)
                })
                .collect()
        });
        Snapshot {
            v: VERSION,
            rev: self.session.rev,
            now: self.clock.now().0,
            session: show::session(&self.session, viewer.role, &self.join_url),
            polls: show::polls(&self.session, viewer.role),
            ballots: ballots.unwrap_or_default(),
            via: viewer.via.as_ref().map(ToString::to_string),
            presence: (viewer.role != Role::Audience).then(|| self.gallery.presence()),
        }
    }

    fn next_wake(&self) -> Option<Instant> {
        let deadline = self.session.next_deadline().map(|at| {
            let left = u64::try_from(at.0 - self.clock.now().0).unwrap_or(0);
            Instant::now() + Duration::from_millis(left.max(2)).min(DEADLINE_STEP)
        });
        [deadline, self.shown.next_due()]
            .into_iter()
            .flatten()
            .min()
    }
}

fn ballot_of(command: &Command) -> Option<(PollId, BallotKey)> {
    match command {
        Command::Cast(cast) => Some((cast.poll.clone(), cast.voter)),
        Command::Withdraw { poll, voter, .. } => Some((poll.clone(), *voter)),
        Command::Host(_) | Command::Tick => None,
    }
}
