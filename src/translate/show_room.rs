//! Questions, chat and signal checks → what one role may see of them.
//!
//! **Invariant (tested):** the text of a question or message that is hidden, withdrawn or waits for review is in
//! nothing made here for audience, stage or speaker; only an asker sees their own while it waits.

use super::show::channel_label;
use crate::domain::chat::Message;
use crate::domain::command::Role;
use crate::domain::questions::rules::Rules;
use crate::domain::questions::{Question, Review, Standing};
use crate::domain::session::Session;
use crate::ids::{AskerKey, ChannelId, QuestionId};
use crate::protocol::{
    BanView, ChatView, DeskView, MessageView, OwnQuestion, OwnRoom, OwnSignal, QuestionView,
    QuestionsView, RoomView, RulesView, SignalCount, SignalView, WrittenView,
};

/// Open questions that an audience connection is shown; the host is shown more.
const LISTED: usize = 60;
const DONE: usize = 20;
const DESK_LISTED: usize = 400;
const MESSAGES: usize = 30;
const DESK_MESSAGES: usize = 200;

pub fn room(session: &Session, role: Role, asker: Option<AskerKey>) -> RoomView {
    room_with(session, role, asker, questions(session, role))
}

/// The same with the questions given, which are alike for all of a role.
pub fn room_with(
    session: &Session,
    role: Role,
    asker: Option<AskerKey>,
    questions: QuestionsView,
) -> RoomView {
    RoomView {
        chat: chat(session, role),
        signal: signal(session, role),
        reactions: Default::default(),
        own: asker.map(|asker| own_room(session, asker, &questions)),
        questions,
    }
}

pub fn questions(session: &Session, role: Role) -> QuestionsView {
    let questions = &session.questions;
    let queue = questions.queue();
    let open = count(queue.len());
    let pending = questions
        .all
        .iter()
        .filter(|question| question.review == Review::Pending && !gone(question))
        .count();
    let mut list: Vec<&Question> = Vec::new();
    if role.moderates() {
        list.extend(
            questions
                .all
                .iter()
                .filter(|question| question.review == Review::Pending && !gone(question)),
        );
    }
    list.extend(questions.asking().filter(|question| question.is_listed()));
    list.extend(queue);
    list.truncate(if role.moderates() {
        DESK_LISTED
    } else {
        LISTED
    });
    // A follow-up is nothing without the question that it follows, so that one stays in view as well.
    let about: Vec<&Question> = list
        .iter()
        .filter_map(|question| questions.find(questions.thread_of(question)?))
        .filter(|about| about.is_listed())
        .collect();
    list.extend(about);
    list.extend(done(session, role));
    let mut seen = std::collections::BTreeSet::new();
    list.retain(|question| seen.insert(question.id));
    QuestionsView {
        version: questions.version,
        rules: rules(&questions.rules, role),
        asking: questions
            .asking()
            .filter(|question| question.is_listed())
            .map(|question| question.id.0),
        list: list
            .into_iter()
            .map(|one| question(session, one, role))
            .collect(),
        open,
        pending: if role.moderates() { count(pending) } else { 0 },
        bans: if role.moderates() {
            let bans = questions.bans.iter();
            bans.map(|(asker, ban)| BanView {
                asker: String::from(*asker),
                name: ban.name.clone(),
                at: ban.at.0,
            })
            .collect()
        } else {
            Vec::new()
        },
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
    done.truncate(if moderates { DESK_LISTED } else { DONE });
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

fn source(session: &Session, via: Option<&ChannelId>, source: &str) -> String {
    match via {
        // Its channel may be gone by now, and the other chat still be called something.
        Some(via) if source.is_empty() || session.channel(via).is_some() => {
            channel_label(session, via)
        }
        _ => source.to_string(),
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

fn own_room(session: &Session, asker: AskerKey, seen: &QuestionsView) -> OwnRoom {
    let questions = &session.questions;
    OwnRoom {
        questions: questions
            .of(asker)
            .map(|question| own_question(session, question))
            .collect(),
        upvoted: seen
            .list
            .iter()
            .map(|question| question.id)
            .filter(|id| questions.has_voice(QuestionId(*id), asker))
            .collect(),
        banned: questions.is_banned(asker),
        signal: session.signals.check.and_then(|check| {
            let answer = session.signals.answers.get(&(check.id, asker))?;
            Some(OwnSignal {
                check: check.id,
                sees: answer.sees,
                hears: answer.hears,
            })
        }),
    }
}

pub fn chat(session: &Session, role: Role) -> ChatView {
    let moderates = role.moderates();
    let open = session.questions.rules.chat || moderates;
    let seen = |message: &&Message| open && (moderates || message.is_public());
    let limit = if moderates { DESK_MESSAGES } else { MESSAGES };
    let mut messages: Vec<MessageView> = session
        .chat
        .messages
        .iter()
        .rev()
        .filter(seen)
        .take(limit)
        .map(|message| MessageView {
            id: message.id.0,
            text: message.text.clone(),
            name: message.name.clone(),
            source: source(session, message.via.as_ref(), ""),
            at: message.at.0,
            host: message.asker.is_none(),
            pending: moderates && message.pending,
            hidden: moderates && message.hidden,
        })
        .collect();
    messages.reverse();
    ChatView {
        version: session.chat.version,
        messages,
    }
}

pub fn signal(session: &Session, role: Role) -> Option<SignalView> {
    let check = session.signals.check?;
    let counts = matches!(role, Role::Host | Role::Moderator | Role::Speaker);
    Some(SignalView {
        check: check.id,
        opened_at: check.opened_at.0,
        until: check.until.0,
        counts: if counts {
            signal_counts(session, check.id)
        } else {
            Vec::new()
        },
    })
}

/// The sum, then each source in the order of the session's channels, those of the plain link last.
fn signal_counts(session: &Session, check: u32) -> Vec<SignalCount> {
    let mut sum = SignalCount::default();
    let mut rows: Vec<(Option<ChannelId>, SignalCount)> = session
        .channels
        .iter()
        .map(|channel| {
            let source = channel.label.clone();
            let row = SignalCount {
                source,
                ..SignalCount::default()
            };
            (Some(channel.id.clone()), row)
        })
        .collect();
    let plain = SignalCount {
        source: "Plain link".to_string(),
        ..SignalCount::default()
    };
    rows.push((None, plain));
    let of_check = (check, AskerKey([0; 16]))..=(check, AskerKey([u8::MAX; 16]));
    for (_, answer) in session.signals.answers.range(of_check) {
        let place = rows.iter().position(|(via, _)| *via == answer.via);
        let place = place.unwrap_or(rows.len() - 1);
        for row in [&mut sum, &mut rows[place].1] {
            let cell = match (answer.sees, answer.hears) {
                (true, true) => &mut row.both,
                (true, false) => &mut row.sees_only,
                (false, true) => &mut row.hears_only,
                (false, false) => &mut row.neither,
            };
            *cell += 1;
        }
    }
    let answered = |row: &SignalCount| row.both + row.sees_only + row.hears_only + row.neither > 0;
    std::iter::once(sum)
        .chain(rows.into_iter().map(|(_, row)| row).filter(answered))
        .collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
