//! One change to a question by those who moderate. Each sets a value outright, so that its inverse is one too.

use serde::{Deserialize, Serialize};

use super::{Question, Questions, Review, Standing, Written};
use crate::ids::{QuestionId, SegmentId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    Review { review: Review },
    Hidden { hidden: bool },
    Pinned { pinned: bool },
    Labels { labels: Vec<String> },
    Merged { into: Option<QuestionId> },
    Standing { standing: Standing },
    Segment { segment: Option<SegmentId> },
    Answer { answer: Option<Written> },
}

impl Change {
    /// What takes this change back from a question as it is now.
    pub fn inverse(&self, question: &Question) -> Self {
        match self {
            Self::Review { .. } => Self::Review {
                review: question.review,
            },
            Self::Hidden { .. } => Self::Hidden {
                hidden: question.hidden,
            },
            Self::Pinned { .. } => Self::Pinned {
                pinned: question.pinned,
            },
            Self::Labels { .. } => Self::Labels {
                labels: question.labels.clone(),
            },
            Self::Merged { .. } => Self::Merged {
                into: question.merged_into,
            },
            Self::Standing { .. } => Self::Standing {
                standing: question.standing.clone(),
            },
            Self::Segment { .. } => Self::Segment {
                segment: question.segment.clone(),
            },
            Self::Answer { .. } => Self::Answer {
                answer: question.answer.clone(),
            },
        }
    }

    /// Whether the question is so already.
    pub fn is_so(&self, question: &Question) -> bool {
        *self == self.inverse(question)
    }
}

impl Question {
    /// Whoever reads out a question sees it. An undo may ask for what another has hidden or merged since.
    fn leave_floor_unless_listed(&mut self) {
        if matches!(self.standing, Standing::Asking { .. }) && !self.is_listed() {
            self.standing = Standing::Open;
        }
    }
}

impl Questions {
    pub(in crate::domain) fn change(&mut self, id: QuestionId, change: &Change) {
        if let Change::Merged { into } = change {
            return self.merge(id, *into);
        }
        if matches!(
            change,
            Change::Standing {
                standing: Standing::Asking { .. }
            }
        ) && let Some(other) = self.asking().map(|other| other.id)
            && other != id
        {
            // Two people's actions taken back out of order: one question at a time, the other waits on.
            let standing = Standing::Open;
            self.change(other, &Change::Standing { standing });
        }
        self.change_one(id, |question| {
            match change {
                // Only an undo sets this. What its asker has worded anew since, and is held, stays held.
                Change::Review {
                    review: Review::New,
                } if question.review == Review::Pending => {}
                Change::Review { review } => question.review = *review,
                Change::Hidden { hidden } => question.hidden = *hidden,
                Change::Pinned { pinned } => question.pinned = *pinned,
                Change::Labels { labels } => question.labels.clone_from(labels),
                Change::Standing { standing } => question.standing.clone_from(standing),
                Change::Segment { segment } => question.segment.clone_from(segment),
                Change::Answer { answer } => question.answer.clone_from(answer),
                Change::Merged { .. } => {}
            }
            question.leave_floor_unless_listed();
        });
    }

    fn merge(&mut self, id: QuestionId, into: Option<QuestionId>) {
        // A ring would have no head to count under; only a log that was edited by hand has one.
        // And what its asker took back since, by then alone, must not take others' questions with it.
        let no_head = |into: QuestionId| {
            self.find(into).is_none_or(|head| head.withdrawn) || self.group(id).contains(&into)
        };
        if into.is_some_and(no_head) {
            return;
        }
        let Some(before) = self.find(id).map(|question| question.merged_into) else {
            return;
        };
        self.change_one(id, |question| {
            question.merged_into = into;
            question.leave_floor_unless_listed();
        });
        if let Some(before) = before {
            self.change_one(before, |old| old.merged.retain(|merged| *merged != id));
            self.recount(before);
        }
        if let Some(into) = into {
            // In order, so that taking a merge back and doing it again gives the same.
            self.change_one(into, |new| {
                let place = new.merged.partition_point(|merged| *merged < id);
                new.merged.insert(place, id);
            });
        }
        self.recount(id);
    }
}
