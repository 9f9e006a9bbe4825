//! What is said: by the audience, and by those who run the session.

use crate::domain::command::{AudienceAsk, Role};
use crate::domain::fact::{By, Edit, Fact};
use crate::domain::questions::change::Change;
use crate::domain::questions::relay::Relayed;
use crate::domain::questions::{ask, relay};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::{chat, signal};
use crate::ids::{AskerKey, ChannelId, Timestamp};

/// Questions from other chats. What a bridge hands on is nobody's action; what is pasted in is.
pub(super) fn relay(
    session: &Session,
    relayed: &[Relayed],
    role: Role,
) -> Result<Vec<Fact>, Refusal> {
    let by_hand = role != Role::Bridge;
    let facts = relay::relay(session, relayed, by_hand)?;
    Ok(if by_hand {
        taken_back_by_hiding("Add questions", facts, role.by())
    } else {
        facts
    })
}

/// A word of the host's own in the chat.
pub(super) fn say(session: &Session, text: &str, role: Role) -> Result<Vec<Fact>, Refusal> {
    let facts = chat::say_as_host(session, text)?;
    Ok(taken_back_by_hiding("Write in the chat", facts, role.by()))
}

/// Words are never removed, so what brought them is taken back by hiding them.
fn taken_back_by_hiding(label: &str, mut facts: Vec<Fact>, by: By) -> Vec<Fact> {
    let hide = |fact: &Fact| match fact {
        Fact::QuestionAsked(asked) => Some(Edit::Question {
            question: asked.question,
            change: Change::Hidden { hidden: true },
        }),
        Fact::MessageSaid(said) => Some(Edit::MessageHidden {
            message: said.message,
            hidden: true,
        }),
        _ => None,
    };
    let undo: Vec<Edit> = facts.iter().filter_map(hide).collect();
    if !undo.is_empty() {
        facts.push(Fact::Acted {
            label: label.to_string(),
            edits: Vec::new(),
            undo,
            by,
        });
    }
    facts
}

pub(super) fn audience(
    session: &Session,
    asker: AskerKey,
    via: Option<&ChannelId>,
    ask: &AudienceAsk,
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    match ask {
        AudienceAsk::Question(asked) => ask::ask(session, asker, via, asked, now),
        AudienceAsk::EditQuestion {
            question,
            text,
            name,
        } => ask::edit(session, asker, *question, text, name),
        AudienceAsk::WithdrawQuestion(question) => ask::withdraw(session, asker, *question),
        AudienceAsk::Upvote { question, up } => ask::upvote(session, asker, *question, *up),
        AudienceAsk::Message(said) => chat::say(session, asker, via, said, now),
        AudienceAsk::Input(input) => super::walks::send(session, asker, input),
        AudienceAsk::Signal { check, sees, hears } => {
            signal::answer(session, asker, via, *check, (*sees, *hears), now)
        }
    }
}
