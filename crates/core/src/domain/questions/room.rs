//! Room in the list of questions: how much there is, and who makes some where there is none. Nobody fills it for good.

use std::collections::{BTreeMap, VecDeque};

use super::{QUESTIONS_MAX, Question, Questions};
use crate::domain::fact::Fact;
use crate::domain::refusal::Refusal;
use crate::ids::{AskerKey, QuestionId};

/// Questions of a session, those withdrawn and hidden included, past which nobody asks a second one. They are never
/// removed, so they would grow as fast as scripts ask and withdraw.
const ASKED_AT_WILL: usize = 10 * QUESTIONS_MAX;

impl Questions {
    /// The list is no race: where it is full, whoever has a question in it (`waiting` of them) lets others have one.
    ///
    /// # Errors
    /// If others are to have theirs first.
    pub(super) fn has_turn(&self, asker: AskerKey, waiting: usize) -> Result<(), Refusal> {
        if self.live >= QUESTIONS_MAX && waiting > 0 {
            return Err(Refusal::LimitReached(
                "The list of questions is full, and one of yours is in it already.".to_string(),
            ));
        }
        if self.all.len() >= ASKED_AT_WILL && self.of(asker).next().is_some() {
            return Err(Refusal::LimitReached(format!(
                "More than {ASKED_AT_WILL} questions were asked here, so that nobody can ask a second one any more."
            )));
        }
        Ok(())
    }

    /// What has to go so that so many more find room.
    ///
    /// # Errors
    /// If all that is there is wanted.
    pub(super) fn make_room(&self, more: usize) -> Result<Vec<Fact>, Refusal> {
        let over = (self.live + more).saturating_sub(QUESTIONS_MAX);
        let goes = self.give_way(over);
        if goes.len() < over {
            return Err(full());
        }
        let goes = goes.into_iter();
        Ok(goes
            .map(|question| Fact::QuestionWithdrawn { question })
            .collect())
    }

    /// Questions that make room for the next: those that nobody else wants answered and that nobody has dealt with, each
    /// the oldest of whoever has the most of these.
    fn give_way(&self, wanted: usize) -> Vec<QuestionId> {
        if wanted == 0 {
            return Vec::new();
        }
        let waits = |one: &&Question| {
            one.is_its_askers() && !one.pinned && one.voices <= 1 && one.merged.is_empty()
        };
        let mut of: BTreeMap<AskerKey, VecDeque<QuestionId>> = BTreeMap::new();
        for one in self.all.iter().filter(waits) {
            if let Some(asker) = one.asker {
                of.entry(asker).or_default().push_back(one.id);
            }
        }
        let oldest_of_most = || {
            let most = of
                .values_mut()
                .max_by_key(|held| (held.len(), std::cmp::Reverse(held.front().copied())))?;
            most.pop_front()
        };
        std::iter::from_fn(oldest_of_most).take(wanted).collect()
    }

    /// Whether so many more may come from other chats: each of theirs stays for good as well.
    ///
    /// # Errors
    /// If as many came by bridges as a session takes in all.
    pub(super) fn takes_more_of_others(&self, more: usize) -> Result<(), Refusal> {
        let by_bridge = |one: &&Question| one.asker.is_none();
        let is_over = self.all.len() + more > ASKED_AT_WILL
            && self.all.iter().filter(by_bridge).count() + more > ASKED_AT_WILL;
        if is_over { Err(full()) } else { Ok(()) }
    }
}

fn full() -> Refusal {
    Refusal::LimitReached(format!(
        "This session has all the questions it can hold ({QUESTIONS_MAX})."
    ))
}
