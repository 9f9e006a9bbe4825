//! What a session's owner puts up about questions, chat, signals and reactions.
//!
//! A list goes out at most so often that it costs a phone about ten kilobytes a second, a count alone twice a
//! second, reactions ten times: however many press at once, the frames to each phone stay as many.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::time::Instant;

use super::actor::Actor;
use super::announce::encode;
use super::gallery::Topic;
use crate::domain::command::Role;
use crate::domain::fact::{Edit, Fact, Recorded};
use crate::ids::QuestionId;
use crate::protocol::{QuestionsView, REACTIONS, ReactionTotals, ServerMessage};
use crate::translate::show_room;

const EVERY: Duration = Duration::from_millis(500);
const REACTIONS_EVERY: Duration = Duration::from_millis(100);
/// What a phone is asked to take of lists, in bytes a second.
const LIST_BYTES_A_SECOND: u32 = 10_000;

/// What was last put up about the room, and what has changed since.
#[derive(Default)]
pub(super) struct ShownRoom {
    pub questions: Waiting,
    pub chat: Waiting,
    pub signal: Waiting,
    pub reactions: Waiting,
    /// The lists as they were last shown to each role, without their counts.
    lists: HashMap<Role, String>,
    totals: [u32; REACTIONS.len()],
    /// The questions as each role sees them, until they change: a room that comes back all at once is shown
    /// one list, not as many as it has phones.
    views: HashMap<Role, QuestionsView>,
}

/// One thing that is shown from time to time.
#[derive(Default)]
pub(super) struct Waiting {
    changed: bool,
    not_before: Option<Instant>,
}

impl Waiting {
    pub fn changed(&mut self) {
        self.changed = true;
    }

    fn is_due(&self) -> bool {
        self.changed && self.not_before.is_none_or(|at| at <= Instant::now())
    }

    fn shown(&mut self, rest: Duration) {
        self.changed = false;
        self.not_before = Some(Instant::now() + rest);
    }

    fn due(&self) -> Option<Instant> {
        self.changed
            .then(|| self.not_before.unwrap_or_else(Instant::now))
    }
}

impl ShownRoom {
    pub fn next_due(&self) -> Option<Instant> {
        [&self.questions, &self.chat, &self.signal, &self.reactions]
            .into_iter()
            .filter_map(Waiting::due)
            .min()
    }

    /// How often each was sent.
    pub fn totals(&self) -> ReactionTotals {
        let names = REACTIONS.map(str::to_string).into_iter();
        names.zip(self.totals).collect()
    }

    pub fn react(&mut self, kind: usize) {
        if let Some(total) = self.totals.get_mut(kind) {
            *total = total.wrapping_add(1);
            self.reactions.changed();
        }
    }
}

impl Actor {
    /// The questions as this role sees them now.
    pub(super) fn questions_for(&mut self, role: Role) -> QuestionsView {
        let version = self.session.questions.version;
        match self.room.views.get(&role) {
            Some(view) if view.version == version => view.clone(),
            _ => {
                let view = show_room::questions(&self.session, role);
                self.room.views.insert(role, view.clone());
                view
            }
        }
    }

    /// Notes what these facts change about the room, and tells askers how theirs stand.
    pub(super) fn note_room(&mut self, facts: &[Recorded]) {
        let mut touched = BTreeSet::new();
        let mut told = BTreeSet::new();
        for recorded in facts {
            match &recorded.fact {
                Fact::QuestionAsked(asked) => {
                    touched.insert(asked.question);
                }
                Fact::QuestionEdited(edited) => {
                    touched.insert(edited.question);
                }
                Fact::QuestionWithdrawn { question } | Fact::Upvoted { question, .. } => {
                    touched.insert(*question);
                }
                Fact::MessageSaid(_) => self.room.chat.changed(),
                Fact::SignalAnswered { .. } => self.room.signal.changed(),
                Fact::Acted { edits, .. } | Fact::Undone { edits, .. } => {
                    for edit in edits {
                        self.note_edit(edit, &mut touched, &mut told);
                    }
                }
                _ => {}
            }
        }
        if !touched.is_empty() {
            self.room.questions.changed();
            let questions = &self.session.questions;
            let whole: BTreeSet<QuestionId> = touched
                .iter()
                .flat_map(|id| questions.group(questions.resolve(*id)))
                .chain(touched.iter().copied())
                .collect();
            self.similar.update(questions, whole);
        }
        self.tell_askers(&told);
    }

    fn note_edit(
        &mut self,
        edit: &Edit,
        touched: &mut BTreeSet<QuestionId>,
        told: &mut BTreeSet<QuestionId>,
    ) {
        match edit {
            Edit::Question { question, .. } => {
                touched.insert(*question);
                told.extend(self.session.questions.group(*question));
            }
            Edit::Rules { .. } => {
                self.room.questions.changed();
                self.room.chat.changed();
            }
            Edit::Banned { .. } => self.room.questions.changed(),
            Edit::MessageHidden { .. } | Edit::MessagePending { .. } => self.room.chat.changed(),
            Edit::Signal { .. } => self.room.signal.changed(),
            Edit::Settings { .. } => {
                // Sources are called by the channels' labels.
                self.room.questions.changed();
                self.room.chat.changed();
                self.room.signal.changed();
            }
            _ => {}
        }
    }

    fn tell_askers(&self, questions: &BTreeSet<QuestionId>) {
        for id in questions {
            let Some(question) = self.session.questions.find(*id) else {
                continue;
            };
            let voter = question.asker.and_then(|asker| self.askers.get(&asker));
            if let Some(voter) = voter {
                let question = show_room::own_question(&self.session, question);
                if let Some(frame) = encode(&ServerMessage::OwnQuestion { question }) {
                    self.gallery.send(*voter, &frame);
                }
            }
        }
    }

    pub(super) fn announce_room(&mut self) {
        if self.room.questions.is_due() {
            self.announce_questions();
        }
        if self.room.chat.is_due() {
            let largest = self.put_up(Topic::Chat, |actor, role| ServerMessage::Chat {
                chat: show_room::chat(&actor.session, role),
            });
            self.room.chat.shown(rest_after(largest));
        }
        if self.room.signal.is_due() {
            self.put_up(Topic::Signal, |actor, role| ServerMessage::Signal {
                signal: show_room::signal(&actor.session, role),
            });
            self.room.signal.shown(EVERY);
        }
        if self.room.reactions.is_due() {
            self.put_up(Topic::Reactions, |actor, _| ServerMessage::Reactions {
                totals: actor.room.totals(),
            });
            self.room.reactions.shown(REACTIONS_EVERY);
        }
    }

    /// Shows every role its frame; the size of what the audience got.
    fn put_up(&self, topic: Topic, message: impl Fn(&Self, Role) -> ServerMessage) -> usize {
        let mut bytes = 0;
        for role in Role::WATCHING {
            if let Some(frame) = encode(&message(self, role)) {
                if role == Role::Audience {
                    bytes = frame.len();
                }
                self.gallery
                    .publish(role, vec![(topic.clone(), Some(frame))]);
            }
        }
        bytes
    }

    fn announce_questions(&mut self) {
        let mut bytes = 0;
        for role in Role::WATCHING {
            let frames = self.question_frames(role);
            if role == Role::Audience {
                bytes = frames
                    .iter()
                    .flat_map(|(_, frame)| frame)
                    .map(|frame| frame.len())
                    .sum();
            }
            self.gallery.publish(role, frames);
        }
        self.room.questions.shown(rest_after(bytes));
    }

    /// The whole list, or the counts alone where nothing else is new.
    fn question_frames(&mut self, role: Role) -> Vec<(Topic, Option<Utf8Bytes>)> {
        let questions = self.questions_for(role);
        let voices: Vec<(u32, u32)> = questions
            .list
            .iter()
            .map(|question| (question.id, question.voices))
            .collect();
        let mut uncounted = questions.clone();
        uncounted.version = 0;
        for question in &mut uncounted.list {
            question.voices = 0;
        }
        // Their order follows the counts, and a page that has the counts can order them itself.
        uncounted.list.sort_by_key(|question| question.id);
        let list = serde_json::to_string(&uncounted).unwrap_or_default();
        if self.room.lists.get(&role) == Some(&list) {
            let version = questions.version;
            let frame = encode(&ServerMessage::Voices { version, voices });
            return vec![(Topic::Voices, frame)];
        }
        self.room.lists.insert(role, list);
        let questions = Box::new(questions);
        vec![
            (Topic::Voices, None),
            (
                Topic::Questions,
                encode(&ServerMessage::Questions { questions }),
            ),
        ]
    }
}

fn rest_after(bytes: usize) -> Duration {
    let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
    (Duration::from_secs(1) * bytes / LIST_BYTES_A_SECOND).clamp(EVERY, EVERY * 8)
}
