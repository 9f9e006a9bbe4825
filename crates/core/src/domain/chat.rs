//! The session's chat: short messages beside the questions, off unless the host wants it.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::decide::Action;
use super::fact::{Edit, Fact};
use super::questions::Review;
use super::questions::ask::{check_key, pace, repeats};
use super::refusal::Refusal;
use super::session::Session;
use crate::domain::text::clean_words;
use crate::ids::{AskerKey, ChannelId, MessageId, Timestamp};

/// Characters of a message.
pub const MESSAGE_MAX: usize = 300;
/// Messages that a session keeps in view; older ones stay in the log.
pub const MESSAGES_KEPT: usize = 300;
/// The least time between two messages of one voter, slow mode or not.
const LEAST_SECONDS: u32 = 1;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    /// Grows with every change.
    pub version: u32,
    /// The newest, oldest first.
    pub messages: VecDeque<Message>,
    /// Messages ever said.
    pub said: u32,
    /// What each last wrote.
    pub last: BTreeMap<AskerKey, Last>,
}

/// What is kept of a voter's last message: its time for slow mode, and enough to know it when it is sent again,
/// however many were written since.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Last {
    pub at: Timestamp,
    pub key: String,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    /// None: a host or a moderator.
    pub asker: Option<AskerKey>,
    pub key: String,
    pub text: String,
    pub name: String,
    pub via: Option<ChannelId>,
    pub at: Timestamp,
    pub pending: bool,
    pub hidden: bool,
}

impl Message {
    pub fn is_public(&self) -> bool {
        !self.pending && !self.hidden
    }
}

/// The fact that a message was written.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SaidFact {
    pub message: MessageId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker: Option<AskerKey>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<ChannelId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pending: bool,
}

impl Chat {
    pub fn get(&self, id: MessageId) -> Result<&Message, Refusal> {
        self.messages
            .iter()
            .find(|message| message.id == id)
            .ok_or_else(|| Refusal::unknown("message", &id))
    }

    /// Sources are called by the channels' labels, and the rules may close the chat.
    pub(super) fn relabelled(&mut self) {
        self.version += 1;
    }

    pub(super) fn change_one(&mut self, id: MessageId, change: impl FnOnce(&mut Message)) {
        self.version += 1;
        if let Some(message) = self.messages.iter_mut().find(|message| message.id == id) {
            change(message);
        }
    }

    pub(super) fn said(&mut self, fact: &SaidFact, at: Timestamp) {
        self.version += 1;
        self.said = self.said.max(fact.message.0);
        if let Some(asker) = fact.asker {
            let (key, text) = (fact.key.clone(), fact.text.clone());
            self.last.insert(asker, Last { at, key, text });
        }
        self.messages.push_back(Message {
            id: fact.message,
            asker: fact.asker,
            key: fact.key.clone(),
            text: fact.text.clone(),
            name: fact.name.clone(),
            via: fact.via.clone(),
            at,
            pending: fact.pending,
            hidden: false,
        });
        if self.messages.len() > MESSAGES_KEPT {
            self.messages.pop_front();
        }
    }
}

/// Hides a message or shows it again, as part of an action.
pub(super) fn set_hidden(action: Action, message: &Message, hidden: bool) -> Action {
    if message.hidden == hidden {
        return action;
    }
    let message = message.id;
    let edit = |hidden| Edit::MessageHidden { message, hidden };
    action.edit(edit(hidden), edit(!hidden))
}

/// A message as its author sends it.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub key: String,
    pub text: String,
    pub name: String,
}

pub(super) fn say(
    session: &Session,
    asker: AskerKey,
    via: Option<&ChannelId>,
    said: &Said,
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    let (chat, questions) = (&session.chat, &session.questions);
    check_key(&said.key)?;
    let last = chat.last.get(&asker);
    let own = |message: &&Message| message.asker == Some(asker) && message.key == said.key;
    let before = match last {
        Some(last) if last.key == said.key => Some(&last.text),
        _ => chat.messages.iter().find(own).map(|message| &message.text),
    };
    if let Some(before) = before {
        return repeats(before, &said.text, MESSAGE_MAX);
    }
    questions.may_speak(session, asker)?;
    if !questions.rules.chat {
        return Err(Refusal::Closed("The chat is closed.".to_string()));
    }
    let text = clean_words("message", &said.text, MESSAGE_MAX)?;
    let name = questions.name(&said.name)?;
    let slow = questions.rules.slow_seconds.max(LEAST_SECONDS);
    pace(slow, last.map(|last| &last.at), now)?;
    let (review, held) = questions.review_of(&text, &name);
    Ok(vec![Fact::MessageSaid(Box::new(SaidFact {
        message: MessageId(chat.said + 1),
        asker: Some(asker),
        key: said.key.clone(),
        text,
        name,
        via: via.filter(|via| session.channel(via).is_some()).cloned(),
        pending: held || review == Review::Pending,
    }))])
}

/// A word of the host's own in the chat.
pub(super) fn say_as_host(session: &Session, text: &str) -> Result<Vec<Fact>, Refusal> {
    Ok(vec![Fact::MessageSaid(Box::new(SaidFact {
        message: MessageId(session.chat.said + 1),
        asker: None,
        key: String::new(),
        text: clean_words("message", text, MESSAGE_MAX)?,
        name: "Host".to_string(),
        via: None,
        pending: false,
    }))])
}
