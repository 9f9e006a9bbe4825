//! What an owner does when what it decided cannot be written.
//!
//! Everyone of that turn is told that nothing was saved; the state that was never on disk is thrown away, and the log
//! replayed. Seats stay and pages are answered from what is on disk. While the store is in trouble nothing new is
//! decided: a disk that is full is not asked for each vote, and a repeat of what is on disk is still heard.

use super::actor::Actor;
use super::answers::Pending;
use crate::domain::command::{Command, Role};
use crate::domain::decide::decide;
use crate::domain::fact::Recorded;
use crate::domain::refusal::Refusal;
use crate::ids::Timestamp;
use crate::protocol::Presence;
use crate::store::{StoreError, Trouble};

fn not_saved(trouble: Trouble) -> Refusal {
    Refusal::NotSaved(trouble.to_string())
}

impl Actor {
    /// Decides a command and applies what comes of it, unless that could not be written.
    pub(super) fn carry_out(
        &mut self,
        role: Role,
        command: &Command,
        now: Timestamp,
        facts: &mut Vec<Recorded>,
    ) -> Result<(), Refusal> {
        let decided = decide(&self.session, role, command, now)?;
        if !decided.is_empty()
            && let Some(trouble) = self.store.trouble()
        {
            return Err(not_saved(trouble));
        }
        self.take(decided, facts);
        Ok(())
    }

    /// What falls due by itself: the clock's doing, and the end of a run that could not be written when it came.
    pub(super) fn carry_out_due(&mut self, now: Timestamp, facts: &mut Vec<Recorded>) {
        if self.store.trouble().is_some() {
            return;
        }
        let due = [self.run_ended.clone(), Some(Command::Tick)];
        for command in due.into_iter().flatten() {
            if let Ok(decided) = decide(&self.session, Role::Host, &command, now) {
                self.take(decided, facts);
            }
        }
    }

    /// The state as it is on disk, after a turn that was not written. False: it cannot be had, this owner must end.
    pub(super) async fn begin_again(
        &mut self,
        error: StoreError,
        mut pending: Vec<Pending>,
    ) -> bool {
        let StoreError::Trouble(trouble) = error else {
            // Another program wrote to this log, or worse: whoever comes next starts from what is there.
            tracing::error!(session = %self.id, %error, "could not write the log; restarting the session");
            return false;
        };
        let Ok(Some((session, _))) = self.store.session(&self.id).await else {
            tracing::error!(session = %self.id, "the log can be neither written nor read; ending the session's owner");
            return false;
        };
        self.session = session;
        for one in &mut pending {
            // Whatever the answer was to be, it was about a state that is no more.
            one.outcome = Err(not_saved(trouble));
            one.tell = None;
        }
        metrics::counter!("salon_not_saved_total").increment(pending.len() as u64);
        self.answer(pending);
        true
    }

    /// What those who run the session see of who is here, and of what keeps votes from being saved.
    pub(super) fn presence_for(&self, role: Role) -> Presence {
        let trouble = self
            .store
            .trouble()
            .filter(|_| matches!(role, Role::Host | Role::Moderator));
        Presence {
            cannot_save: trouble.map(|trouble| trouble.to_string()),
            ..self.presence()
        }
    }
}
