//! Chat, signal checks and what is one's own → what one role may see of them.
//!
//! **Invariant (tested):** the text of a message that is hidden or waits for review is in nothing made here for
//! audience, stage or speaker.

use super::show::channel_label;
use super::show_questions::{own_question, questions};
use crate::domain::chat::Message;
use crate::domain::command::Role;
use crate::domain::session::Session;
use crate::ids::{AskerKey, ChannelId, QuestionId};
use crate::protocol::{
    ChatView, MessageView, OwnRoom, OwnSignal, QuestionsView, RoomView, SignalCount, SignalView,
};

/// Messages that an audience connection is shown, and about how many bytes they may take; a desk is shown more.
const MESSAGES: (usize, usize) = (30, 12 * 1024);
const DESK_MESSAGES: (usize, usize) = (200, 96 * 1024);
/// Bytes of a message's view beside its texts.
const FRAME_BYTES: usize = 100;

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

pub(super) fn source(session: &Session, via: Option<&ChannelId>, source: &str) -> String {
    match via {
        // Its channel may be gone by now, and the other chat still be called something.
        Some(via) if source.is_empty() || session.channel(via).is_some() => {
            channel_label(session, via)
        }
        _ => source.to_string(),
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
    let (limit, bytes) = if moderates { DESK_MESSAGES } else { MESSAGES };
    let mut left = bytes;
    let fits = |message: &&Message| {
        let cost = FRAME_BYTES + message.text.len() + message.name.len();
        let fits = left >= cost;
        left = left.saturating_sub(cost);
        fits
    };
    let mut messages: Vec<MessageView> = session
        .chat
        .messages
        .iter()
        .rev()
        .filter(seen)
        .take(limit)
        .take_while(fits)
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

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
