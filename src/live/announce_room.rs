//! What a session's owner puts up about questions, chat, signals and reactions.
//!
//! What the audience does goes out at most so often that its lists cost a phone ten kilobytes a second (a desk a
//! hundred), a count alone twice a second, reactions ten times: however many press at once, the frames to each phone
//! stay as many. What a moderator or speaker does waits half a second at most, whatever the list weighs.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use super::actor::Actor;
use super::announce::encode;
use super::gallery::Topic;
use crate::domain::command::Role;
use crate::domain::fact::{Edit, Fact, Recorded};
use crate::ids::QuestionId;
use crate::protocol::{QuestionsView, REACTIONS, ReactionTotals, ServerMessage};
use crate::translate::{show_questions, show_room};

const EVERY: Duration = Duration::from_millis(500);
const REACTIONS_EVERY: Duration = Duration::from_millis(100);
/// What a phone is asked to take of the lists that the audience changes, in bytes a second; and what a desk is.
const PHONE_BYTES_A_SECOND: f64 = 10_000.0;
const DESK_BYTES_A_SECOND: f64 = 100_000.0;
/// Questions and chat are alike for all who moderate, and for all who do not.
const ALIKE: [Role; 2] = [Role::Audience, Role::Host];

/// What was last put up about the room, and what has changed since.
#[derive(Default)]
pub(super) struct ShownRoom {
    pub questions: Waiting,
    pub chat: Waiting,
    pub signal: Waiting,
    pub reactions: Waiting,
    /// The lists as they were last shown to those who moderate and to the others, without their counts.
    lists: HashMap<Role, String>,
    totals: [u32; REACTIONS.len()],
    /// The questions as these see them, until they change: a room that comes back all at once is shown
    /// one list, not as many as it has phones.
    views: HashMap<Role, QuestionsView>,
}

/// One thing that is shown from time to time.
#[derive(Default)]
pub(super) struct Waiting {
    changed: bool,
    /// Someone who runs the session waits to see it done.
    urgent: bool,
    shown_at: Option<Instant>,
    rest: Duration,
}

impl Waiting {
    pub fn changed(&mut self) {
        self.changed = true;
    }

    pub fn changed_by_desk(&mut self) {
        self.changed = true;
        self.urgent = true;
    }

    fn due(&self) -> Option<Instant> {
        let rest = if self.urgent {
            EVERY.min(self.rest)
        } else {
            self.rest
        };
        let due = self.shown_at.map_or_else(Instant::now, |at| at + rest);
        self.changed.then_some(due)
    }

    fn is_due(&self) -> bool {
        self.due().is_some_and(|at| at <= Instant::now())
    }

    fn shown(&mut self, rest: Duration) {
        *self = Self {
            shown_at: Some(Instant::now()),
            rest,
            ..Self::default()
        };
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
        let role = if role.moderates() {
            Role::Host
        } else {
            Role::Audience
        };
        let version = self.session.questions.version;
        match self.room.views.get(&role) {
            Some(view) if view.version == version => view.clone(),
            _ => {
                let view = show_questions::questions(&self.session, role);
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
                self.room.questions.changed_by_desk();
            }
            Edit::Rules { .. } => {
                self.room.questions.changed_by_desk();
                self.room.chat.changed_by_desk();
            }
            Edit::Banned { .. } => self.room.questions.changed_by_desk(),
            Edit::MessageHidden { .. } | Edit::MessagePending { .. } => {
                self.room.chat.changed_by_desk();
            }
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
            let voter = question.asker.and_then(|asker| self.askers.voter(asker));
            if let Some(voter) = voter {
                let question = show_questions::own_question(&self.session, question);
                if let Some(frame) = encode(&ServerMessage::OwnQuestion { question }) {
                    self.gallery.send(voter, &frame);
                }
            }
        }
    }

    pub(super) fn announce_room(&mut self) {
        if self.room.questions.is_due() {
            let rest = self.put_up_lists(Self::question_frames);
            self.room.questions.shown(rest);
        }
        if self.room.chat.is_due() {
            let rest = self.put_up_lists(|actor, role| {
                let chat = show_room::chat(&actor.session, role);
                vec![(Topic::Chat, encode(&ServerMessage::Chat { chat }))]
            });
            self.room.chat.shown(rest);
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

    /// Shows every role its frame.
    fn put_up(&self, topic: Topic, message: impl Fn(&Self, Role) -> ServerMessage) {
        for role in Role::WATCHING {
            let frame = encode(&message(self, role));
            self.gallery.publish(role, vec![(topic.clone(), frame)]);
        }
    }

    /// Shows every role its list; how long the next one had better wait.
    fn put_up_lists(
        &mut self,
        frames: impl Fn(&mut Self, Role) -> Vec<(Topic, Option<Utf8Bytes>)>,
    ) -> Duration {
        let mut rest = EVERY;
        for alike in ALIKE {
            let frames = frames(self, alike);
            let bytes: usize = frames
                .iter()
                .flat_map(|(_, frame)| frame)
                .map(|frame| frame.len())
                .sum();
            rest = rest.max(rest_after(alike, bytes));
            let all = Role::WATCHING.into_iter();
            for role in all.filter(|role| role.moderates() == alike.moderates()) {
                self.gallery.publish(role, frames.clone());
            }
        }
        rest
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

#[allow(
    clippy::cast_precision_loss,
    reason = "a frame is far smaller than 2^52 bytes"
)]
fn rest_after(role: Role, bytes: usize) -> Duration {
    let rate = if role.moderates() {
        DESK_BYTES_A_SECOND
    } else {
        PHONE_BYTES_A_SECOND
    };
    Duration::from_secs_f64(bytes as f64 / rate)
}
