//! Who wants a question answered: each person once, however much is merged.

use std::collections::BTreeSet;

use super::{Question, Questions};
use crate::ids::{AskerKey, QuestionId};

impl Question {
    /// Whether this voter asked it or pressed "me too" on it.
    fn has_voice(&self, asker: AskerKey) -> bool {
        (self.asker == Some(asker) && !self.withdrawn) || self.votes.contains(&asker)
    }
}

impl Questions {
    /// Where a question's voices are counted: itself, or what it was merged into.
    pub fn resolve(&self, id: QuestionId) -> QuestionId {
        self.upwards(id).last().copied().unwrap_or(id)
    }

    /// A question and what it was merged into, step by step; the last is where it is counted.
    fn upwards(&self, id: QuestionId) -> Vec<QuestionId> {
        let mut path = vec![id];
        let into = |id: QuestionId| self.find(id).and_then(|question| question.merged_into);
        let mut at = into(id);
        // A chain is never longer than the list; a log that says otherwise must not hang us.
        while let Some(id) = at
            && path.len() <= self.all.len()
        {
            path.push(id);
            at = into(id);
        }
        path
    }

    /// A question and all that are merged into it, directly or not.
    pub fn group(&self, id: QuestionId) -> Vec<QuestionId> {
        let mut group = vec![id];
        let mut seen = BTreeSet::from([id]);
        let mut at = 0;
        while let Some(id) = group.get(at).copied() {
            at += 1;
            let merged = self.find(id).map_or(&[][..], |question| &question.merged);
            group.extend(merged.iter().filter(|id| seen.insert(**id)));
        }
        group
    }

    /// Everyone who wants this answered, each once. What came from another chat is one voice of its own.
    pub fn count_voices(&self, id: QuestionId) -> u32 {
        let mut voters = BTreeSet::new();
        let mut others = 0;
        for question in self.group(id).into_iter().filter_map(|id| self.find(id)) {
            voters.extend(question.votes.iter().copied());
            match question.asker {
                _ if question.withdrawn => {}
                Some(asker) => {
                    voters.insert(asker);
                }
                None => others += 1,
            }
        }
        u32::try_from(voters.len() + others).unwrap_or(u32::MAX)
    }

    /// Counts the voices anew of a question and of all that it is counted in.
    pub(super) fn recount(&mut self, id: QuestionId) {
        for id in self.upwards(id) {
            let voices = self.count_voices(id);
            self.change_one(id, |question| question.voices = voices);
        }
    }

    /// Whether this voter is already counted for the question: by asking it or what is merged with it, or by
    /// "me too".
    pub fn has_voice(&self, id: QuestionId, asker: AskerKey) -> bool {
        self.is_among(self.resolve(id), asker)
    }

    /// Whether this voter is among the voices of this question and of what is merged into it.
    fn is_among(&self, id: QuestionId, asker: AskerKey) -> bool {
        let group = self.group(id).into_iter();
        group
            .filter_map(|id| self.find(id))
            .any(|question| question.has_voice(asker))
    }

    /// One voter's "me too", or its end. Counted up or down by one: a large group is not counted anew.
    pub(in crate::domain) fn upvoted(&mut self, id: QuestionId, asker: AskerKey, up: bool) {
        let (touched, counted) = if up {
            (vec![id], self.upwards(id))
        } else {
            let group = self.group(self.resolve(id));
            (group.clone(), group)
        };
        let was_among = |id: &QuestionId| self.is_among(*id, asker);
        let (among, not): (Vec<_>, Vec<_>) = counted.into_iter().partition(was_among);
        for id in touched {
            self.change_one(id, |question| {
                if up {
                    question.votes.insert(asker);
                } else {
                    question.votes.remove(&asker);
                }
            });
        }
        for id in if up { not } else { among } {
            match (up, self.is_among(id, asker)) {
                (true, true) => self.change_one(id, |question| {
                    question.voices = question.voices.saturating_add(1);
                }),
                (false, false) => self.change_one(id, |question| {
                    question.voices = question.voices.saturating_sub(1);
                }),
                _ => {}
            }
        }
    }
}
