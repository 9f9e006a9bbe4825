//! The one owner of a session. A turn: take what is waiting, decide and apply each, append all in one
//! transaction, and only then answer and announce.
//!
//! **Invariants:** nobody else holds the [`Session`]; nothing is answered or shown before it is on disk;
//! if the append fails the owner drops its state and begins again from the log (`unsaved`), or ends.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use metrics::{counter, histogram};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::announce::Shown;
use super::announce_room::ShownRoom;
use super::answers::{About, Pending, about};
use super::askers::Askers;
use super::asks::{Ask, Look};
use super::gallery::Gallery;
use super::handle::{Joined, Viewer};
use super::lately::Lately;
use super::runs::Runs;
use super::similar::Similar;
use crate::clock::{Clock, Hold};
use crate::domain::command::Command;
use crate::domain::fact::{Edit, Fact, Recorded, State};
use crate::domain::plan::DELAY_MAX_SECONDS;
use crate::domain::session::Session;
use crate::ids::{PollId, SessionId};
use crate::secrets::Secrets;
use crate::store::{Store, StoreError, Trouble};
use crate::translate::{show, show_questions, show_walk};

/// Asks taken in one turn; one transaction carries them all.
const TURN_MAX: usize = 512;
/// How long those who look have at once.
const LOOKED: Duration = Duration::from_millis(1);
/// The longest sleep towards a deadline, so that a clock that was set is noticed.
const DEADLINE_STEP: Duration = Duration::from_millis(200);

pub(super) struct Actor {
    pub id: SessionId,
    pub session: Session,
    pub store: Store,
    /// What keeps the store from writing, if anything does.
    pub trouble: watch::Receiver<Option<Trouble>>,
    pub clock: Clock,
    pub secrets: Secrets,
    pub join_url: String,
    pub gallery: Arc<Gallery>,
    pub inbox: mpsc::Receiver<Ask>,
    /// Those who look or join.
    pub looks: mpsc::Receiver<Look>,
    pub shutdown: CancellationToken,
    pub shown: Shown,
    pub room: ShownRoom,
    pub askers: Askers,
    pub similar: Arc<Similar>,
    pub runs: Runs,
    /// The end of a run, until it is on disk.
    pub run_ended: Option<Command>,
    pub lately: Lately,
    /// While a countdown runs: nobody sets the time meanwhile.
    pub steady: Option<Hold>,
    /// The fact that the newest snapshot on disk stands at.
    pub snapshot_at: i64,
    /// When a fact was last written.
    pub stirred_at: Instant,
}

struct Closes(Arc<Gallery>);

impl Drop for Closes {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Actor {
    pub async fn run(mut self) {
        // However this ends, the seats learn of it.
        let _closes = Closes(Arc::clone(&self.gallery));
        self.announce_edits(true);
        self.follow_runs();
        let mut asks = Vec::with_capacity(TURN_MAX);
        let shutdown = self.shutdown.clone();
        loop {
            self.keep_time();
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
                Some(look) = self.looks.recv() => self.look_for_a_while(look),
                _ = self.trouble.changed() => {
                    self.shown.presence = true;
                    if !self.tick().await {
                        break;
                    }
                }
                () = shutdown.cancelled() => {
                    self.keep_snapshot(true).await;
                    break;
                }
            }
            self.announce_tallies();
            self.announce_presence();
            self.announce_room();
            self.announce_run();
            self.keep_snapshot(false).await;
        }
        // Askers learn at once; seats close and come back to a fresh owner.
        self.inbox.close();
        self.looks.close();
    }

    /// False: the log can be neither written nor read, and this state may no longer be the truth.
    async fn turn(&mut self, asks: &mut Vec<Ask>) -> bool {
        let now = self.clock.now();
        let mut facts = Vec::new();
        let mut pending = Vec::new();
        for ask in asks.drain(..) {
            match ask {
                Ask::Command {
                    role,
                    command,
                    voter,
                    answer,
                } => {
                    let before = facts.len();
                    let outcome = self.carry_out(role, &command, now, &mut facts);
                    if let (Command::Audience { asker, .. }, Some(voter)) = (&command, voter) {
                        self.askers.note(*asker, voter, &self.gallery);
                    }
                    pending.push(Pending {
                        answer,
                        outcome,
                        about: about(&command),
                        tell: voter.filter(|_| facts.len() > before),
                    });
                }
                Ask::Host {
                    role,
                    ask,
                    sender,
                    answer,
                } => pending.push(Pending {
                    answer,
                    outcome: self.carry_out_for(role, *ask, sender, now, &mut facts),
                    about: About::Nothing,
                    tell: None,
                }),
                Ask::Sheet { number, sheet } => {
                    if let Some(end) = self.runs.take_in(number, sheet) {
                        self.run_ended = Some(end);
                        self.carry_out_due(now, &mut facts);
                    }
                }
                Ask::Stirred => self.shown.presence = true,
                Ask::React { kind } => {
                    let wanted = self.session.questions.rules.reactions;
                    if wanted && self.session.state == State::Live {
                        self.room.react(kind);
                    }
                }
            }
        }
        match self.keep(&facts).await {
            Ok(()) => {
                self.lately.answered();
                self.answer(pending);
                self.note_changes(&facts).await;
            }
            Err(error) => {
                if !self.begin_again(error, pending).await {
                    return false;
                }
            }
        }
        true
    }

    /// Answers those who look for a moment, then those who vote have their turn again: however many look, a vote waits no
    /// longer for them than this.
    fn look_for_a_while(&mut self, first: Look) {
        let began = Instant::now();
        self.look(first);
        while began.elapsed() < LOOKED
            && let Ok(look) = self.looks.try_recv()
        {
            self.look(look);
        }
    }

    /// What the clock brings about.
    async fn tick(&mut self) -> bool {
        let now = self.clock.now();
        let mut facts = Vec::new();
        self.carry_out_due(now, &mut facts);
        match self.keep(&facts).await {
            Ok(()) => {
                self.note_changes(&facts).await;
                true
            }
            Err(error) => self.begin_again(error, Vec::new()).await,
        }
    }

    /// Applies decided facts and puts them with those to be written.
    pub(super) fn take(&mut self, decided: Vec<Fact>, facts: &mut Vec<Recorded>) {
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

    async fn keep(&mut self, facts: &[Recorded]) -> Result<(), StoreError> {
        if facts.is_empty() {
            return Ok(());
        }
        let started = Instant::now();
        self.store.append(&self.id, facts).await?;
        self.stirred_at = Instant::now();
        histogram!("salon_commit_seconds").record(started.elapsed().as_secs_f64());
        counter!("salon_facts_total").increment(facts.len() as u64);
        Ok(())
    }

    fn asks_for_number(&self, poll: &PollId) -> bool {
        let poll = self.session.poll(poll);
        poll.is_ok_and(|poll| poll.plan.kind.as_number().is_some())
    }

    async fn note_changes(&mut self, facts: &[Recorded]) {
        let mut edited = false;
        let mut by_host = false;
        let mut ballots = 0;
        let mut recounted = BTreeSet::new();
        for recorded in facts {
            match &recorded.fact {
                Fact::BallotCast { poll, .. } | Fact::BallotWithdrawn { poll, .. } => {
                    ballots += 1;
                    self.shown.recounted(poll);
                }
                // A number is no option to anybody: it comes with the tally, in its row.
                Fact::WrittenIn { poll, .. } if self.asks_for_number(poll) => {}
                // The host alone sees a write-in at once, with the tally's next frame.
                Fact::WrittenIn { .. }
                | Fact::SessionCreated { .. }
                | Fact::Elapsed { .. }
                | Fact::InputSent(_) => {
                    edited = true;
                }
                Fact::RunEnded { .. } => {
                    edited = true;
                    self.run_ended = None;
                }
                // What these change is put up with the room.
                Fact::QuestionAsked(_)
                | Fact::QuestionEdited { .. }
                | Fact::QuestionWithdrawn { .. }
                | Fact::Upvoted { .. }
                | Fact::MessageSaid(_)
                | Fact::SignalAnswered { .. } => {}
                Fact::Acted { edits, .. } | Fact::Undone { edits, .. } => {
                    by_host = true;
                    recounted.extend(edits.iter().filter_map(Edit::recounts).cloned());
                }
            }
        }
        counter!("salon_ballots_total").increment(ballots);
        if edited || by_host {
            self.announce_edits(false);
            self.follow_runs();
        }
        self.tell_own_ballots(&recounted);
        self.note_room(facts);
        self.shown.presence |= edited || by_host;
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

    fn look(&mut self, look: Look) {
        match look {
            Look::Join {
                viewer,
                line,
                answer,
            } => {
                let delay = self.delay_of(&viewer);
                let (seat, words) =
                    self.gallery
                        .join(viewer.role, viewer.voter, delay, line, viewer.preview);
                if let Some(voter) = viewer.voter {
                    let asker = self.secrets.asker_key(&self.id, voter);
                    self.askers.note(asker, voter, &self.gallery);
                }
                let seen = self.gallery.board_of(viewer.role).version;
                let snapshot = self.snapshot(&viewer);
                self.shown.presence = true;
                let _ = answer.send(Joined {
                    seat,
                    words,
                    snapshot,
                    seen,
                    picture: self.runs.picture(),
                });
            }
            Look::Page { viewer, answer } => {
                let _ = answer.send(self.without_room(&viewer));
            }
            Look::Snapshot { viewer, answer } => {
                let _ = answer.send(self.snapshot(&viewer));
            }
            Look::Log { role, answer } => {
                let _ = answer.send(show::log(&self.session, role));
            }
            Look::Questions { ids, answer } => {
                let _ = answer.send(show_questions::listed(&self.session, &ids));
            }
            Look::Plan { answer } => {
                let _ = answer.send(self.session.plan());
            }
            Look::Inspect {
                number,
                what,
                answer,
            } => self.runs.inspect(number, what, answer),
            Look::Film { number, answer } => {
                let _ = answer.send(self.runs.film(number));
            }
            Look::Walk { asker, answer } => {
                let _ = answer.send(show_walk::walk_now(&self.session, asker));
            }
            Look::Sent { number, answer } => {
                let _ = answer.send(show_walk::sent_input(&self.session, number));
            }
        }
    }

    /// How far behind a viewer is: as they say, or as those of their channel are.
    fn delay_of(&self, viewer: &Viewer) -> u32 {
        viewer
            .delay_seconds
            .unwrap_or_else(|| self.session.delay_seconds(viewer.via.as_ref()))
            .min(DELAY_MAX_SECONDS)
    }

    /// A countdown takes as long as it was to take, whatever the system's clock is set to.
    fn keep_time(&mut self) {
        let counts = self.session.next_deadline().is_some();
        match (&self.steady, counts) {
            (None, true) => self.steady = Some(self.clock.hold()),
            (Some(_), false) => self.steady = None,
            _ => {}
        }
    }

    fn next_wake(&self) -> Option<Instant> {
        // What is due cannot be written meanwhile; the end of the trouble wakes its owner.
        let in_trouble = self.store.trouble().is_some();
        let deadline = self.session.next_deadline().filter(|_| !in_trouble);
        let deadline = deadline.map(|at| {
            let left = u64::try_from(at.0 - self.clock.now().0).unwrap_or(0);
            Instant::now() + Duration::from_millis(left.max(2)).min(DEADLINE_STEP)
        });
        let shown = [
            self.next_snapshot(),
            self.shown.next_due(),
            self.room.next_due(),
            self.runs.next_due(),
        ];
        shown.into_iter().chain([deadline]).flatten().min()
    }
}
