//! Questions → what one role may see of them, in lists that a phone can take.
//!
//! **Invariant (tested):** the text of a question that is hidden, withdrawn or waits for review is in nothing made
//! here for audience, stage or speaker; only an asker sees their own while it waits.

use std::collections::BTreeSet;

use super::show_room::{count, source};
use crate::domain::command::Role;
use crate::domain::questions::rules::Rules;
use crate::domain::questions::{Question, Questions, Review, Standing};
use crate::domain::session::Session;
use crate::ids::QuestionId;
use crate::protocol::{
    BanView, DeskView, OwnQuestion, QuestionView, QuestionsView, RulesView, WrittenView,
};

/// How much of the questions one role is shown at once.
struct Limits {
    /// Questions that are open, and those that are done with.
    open: usize,
    done: usize,
    /// About as many bytes as the open ones take in a frame, and as the others do: long questions are fewer.
    open_bytes: usize,
    done_bytes: usize,
}

const PUBLIC: Limits = Limits {
    open: 60,
    done: 20,
    open_bytes: 24 * 1024,
    done_bytes: 12 * 1024,
};
const DESK: Limits = Limits {
    open: 400,
    done: 400,
    open_bytes: 256 * 1024,
    done_bytes: 128 * 1024,
};
/// Bans that a desk lists; the newest.
const BANS: usize = 200;
/// Bytes of a question's view beside its texts.
const FRAME_BYTES: usize = 240;

/// A list that is being filled until its places or its bytes are used up.
struct Shelf<'a> {
    list: Vec<&'a Question>,
    seen: BTreeSet<QuestionId>,
}

impl<'a> Shelf<'a> {
    fn fill(
        &mut self,
        questions: impl IntoIterator<Item = &'a Question>,
        all: &'a Questions,
        mut places: usize,
        mut bytes: usize,
    ) {
        let mut heads = Vec::new();
        for question in questions {
            if !self.seen.insert(question.id) {
                continue;
            }
            // A follow-up is nothing without the question that it follows, so that one is in view as well.
            let head = all.thread_of(question).and_then(|id| all.find(id));
            let head = head.filter(|head| head.is_listed() && !self.seen.contains(&head.id));
            let cost = weight(question) + head.map_or(0, weight);
            if places == 0 || (cost > bytes && !self.list.is_empty()) {
                self.seen.remove(&question.id);
                break;
            }
            places -= 1;
            bytes = bytes.saturating_sub(cost);
            self.list.push(question);
            heads.extend(head);
        }
        for head in heads {
            if self.seen.insert(head.id) {
                self.list.push(head);
            }
        }
    }
}

fn weight(question: &Question) -> usize {
    let labels: usize = question.labels.iter().map(String::len).sum();
    let answer = question
        .answer
        .as_ref()
        .map_or(0, |answer| answer.text.len());
    let texts = question.text.len() + question.name.len() + question.source.len();
    FRAME_BYTES + texts + labels + answer + note(question).len()
}

pub fn questions(session: &Session, role: Role) -> QuestionsView {
    let questions = &session.questions;
    let moderates = role.moderates();
    let limits = if moderates { DESK } else { PUBLIC };
    let queue = questions.queue();
    let open = count(queue.len());
    let pending: Vec<&Question> = questions
        .all
        .iter()
        .filter(|question| moderates && question.review == Review::Pending && !gone(question))
        .collect();
    let waiting = count(pending.len());
    let asking = questions.asking();
    let mut shelf = Shelf {
        list: Vec::new(),
        seen: BTreeSet::new(),
    };
    // What is read out now is never left out, however much waits.
    let first = asking.into_iter().chain(pending).chain(queue);
    shelf.fill(first, questions, limits.open, limits.open_bytes);
    shelf.fill(
        done(session, role),
        questions,
        limits.done,
        limits.done_bytes,
    );
    let mut bans: Vec<BanView> = questions
        .bans
        .iter()
        .filter(|_| moderates)
        .map(|(asker, ban)| BanView {
            asker: String::from(*asker),
            name: ban.name.clone(),
            at: ban.at.0,
        })
        .collect();
    bans.sort_by_key(|ban| std::cmp::Reverse(ban.at));
    bans.truncate(BANS);
    QuestionsView {
        version: questions.version,
        rules: rules(&questions.rules, role),
        asking: asking.map(|question| question.id.0),
        list: shelf
            .list
            .into_iter()
            .map(|one| question(session, one, role))
            .collect(),
        open,
        pending: waiting,
        bans,
    }
}

fn gone(question: &Question) -> bool {
    question.hidden || question.withdrawn
}

/// What was answered or closed, newest first; for those who moderate, also what is hidden, withdrawn or merged.
fn done(session: &Session, role: Role) -> Vec<&Question> {
    let moderates = role.moderates();
    let mut done: Vec<&Question> = session
        .questions
        .all
        .iter()
        .filter(|question| {
            if moderates {
                gone(question) || question.merged_into.is_some() || standing_at(question).is_some()
            } else {
                // What was closed without an answer is between the moderators and its asker.
                question.is_listed() && matches!(question.standing, Standing::Answered { .. })
            }
        })
        .collect();
    done.sort_by_key(|question| std::cmp::Reverse((standing_at(question), question.id)));
    done
}

fn standing_at(question: &Question) -> Option<i64> {
    match question.standing {
        Standing::Open => None,
        Standing::Asking { since } => Some(since.0),
        Standing::Answered { at, .. } | Standing::Closed { at, .. } => Some(at.0),
    }
}

fn rules(rules: &Rules, role: Role) -> RulesView {
    RulesView {
        open: rules.open,
        moderation: rules.moderation.name().to_string(),
        names: rules.names.name().to_string(),
        anonymous: rules.anonymous.clone(),
        slow_seconds: rules.slow_seconds,
        // A list of what is filtered is a list of how to get around it.
        words: if role.moderates() {
            rules.words.clone()
        } else {
            Vec::new()
        },
        hold_links: rules.hold_links,
        chat: rules.chat,
        reactions: rules.reactions,
    }
}

pub fn question(session: &Session, question: &Question, role: Role) -> QuestionView {
    let questions = &session.questions;
    QuestionView {
        id: question.id.0,
        text: question.text.clone(),
        name: question.name.clone(),
        source: source(session, question.via.as_ref(), &question.source),
        asked_at: question.asked_at.0,
        stream_seconds: question.stream_seconds,
        segment: question.segment.as_ref().map(ToString::to_string),
        standing: question.standing.name().to_string(),
        standing_at: standing_at(question),
        pinned: question.pinned,
        labels: question.labels.clone(),
        about: questions.thread_of(question).map(|about| about.0),
        voices: question.voices,
        merged: count(questions.group(question.id).len() - 1),
        answer: question.answer.as_ref().map(|answer| WrittenView {
            text: answer.text.clone(),
            at: answer.at.0,
        }),
        desk: role.moderates().then(|| DeskView {
            review: question.review.name().to_string(),
            held: question.held,
            hidden: question.hidden,
            withdrawn: question.withdrawn,
            edits: question.edits,
            merged_into: question.merged_into.map(|into| into.0),
            note: note(question),
            asker: question.asker.map(String::from),
            banned: question
                .asker
                .is_some_and(|asker| questions.is_banned(asker)),
        }),
    }
}

/// Views of these questions, as far as they are in the audience's lists.
pub fn listed(session: &Session, ids: &[QuestionId]) -> Vec<QuestionView> {
    ids.iter()
        .filter_map(|id| session.questions.find(*id))
        .filter(|question| question.is_listed())
        .map(|one| question(session, one, Role::Audience))
        .collect()
}

fn note(question: &Question) -> String {
    match &question.standing {
        Standing::Closed { note, .. } => note.clone(),
        _ => String::new(),
    }
}

pub fn own_question(session: &Session, question: &Question) -> OwnQuestion {
    let questions = &session.questions;
    let head = questions.resolve(question.id);
    let is_merged = head != question.id;
    // How far a merged question has come is how far the one has come that it is counted with.
    let counted = questions.find(head).unwrap_or(question);
    let standing = &counted.standing;
    let state = if question.withdrawn {
        "withdrawn"
    } else if question.hidden {
        "hidden"
    } else if question.review == Review::Pending {
        "pending"
    } else if is_merged && *standing == Standing::Open {
        "merged"
    } else {
        standing.name()
    };
    let answer = counted.answer.as_ref().filter(|_| counted.is_public());
    OwnQuestion {
        id: question.id.0,
        key: question.key.clone(),
        text: if question.hidden {
            String::new()
        } else {
            question.text.clone()
        },
        name: question.name.clone(),
        asked_at: question.asked_at.0,
        state: state.to_string(),
        voices: counted.voices,
        editable: question.is_its_askers(),
        about: questions.thread_of(question).map(|about| about.0),
        // Not a word of where it went if that is not for everyone's eyes.
        merged_into: (is_merged && counted.is_public()).then_some(head.0),
        note: if question.hidden {
            String::new()
        } else {
            note(counted)
        },
        answer: answer
            .filter(|_| !question.hidden)
            .map(|answer| WrittenView {
                text: answer.text.clone(),
                at: answer.at.0,
            }),
    }
}
