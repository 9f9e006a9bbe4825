//! Questions from other chats: handed on by a bridge, or pasted in by those who moderate.

use std::collections::BTreeSet;

use super::ask::{AskedFact, QUESTION_MAX, check_room, closed};
use super::rules::NAME_MAX;
use super::words::{clean_name, clean_words};
use super::{Question, Review};
use crate::domain::fact::{Fact, State};
use crate::domain::plan::folded;
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;

/// A question from another chat, as a bridge or a moderator hands it on.
#[derive(Debug, Clone, PartialEq)]
pub struct Relayed {
    /// The other chat's id for it; the same id is not taken twice. Empty: it has none.
    pub key: String,
    pub text: String,
    pub name: String,
    /// A channel of the session by id or label, or another chat's name.
    pub source: String,
    pub stream_seconds: Option<u32>,
}

/// Questions handed on from other chats. What is known already is left out.
pub(in crate::domain) fn relay(
    session: &Session,
    relayed: &[Relayed],
    by_hand: bool,
) -> Result<Vec<Fact>, Refusal> {
    let questions = &session.questions;
    if session.state == State::Ended {
        return Err(Refusal::Ended);
    }
    if !questions.rules.open && !by_hand {
        return Err(closed());
    }
    check_room(questions, relayed.len())?;
    let mut facts = Vec::new();
    let mut seen = BTreeSet::new();
    let mut next = questions.next_id();
    for (place, one) in relayed.iter().enumerate() {
        let within = |bad: crate::domain::plan::BadPlan| match relayed.len() {
            1 => bad,
            _ => bad.within(&format!("questions[{place}]")),
        };
        let text = clean_words("text", &one.text, QUESTION_MAX).map_err(within)?;
        let name = clean_name("author", &one.name, NAME_MAX).map_err(within)?;
        let source = clean_name("source", &one.source, NAME_MAX).map_err(within)?;
        let named = folded(&source);
        let channel = session.channels.iter().find(|channel| {
            folded(channel.id.as_str()) == named || folded(&channel.label) == named
        });
        let via = channel.map(|channel| channel.id.clone());
        let source = if via.is_some() { String::new() } else { source };
        let is_known = |question: &Question| {
            question.asker.is_none()
                && question.key == one.key
                && question.source == source
                && question.via == via
        };
        let name_there = (one.key.clone(), via.clone(), source.clone());
        let is_repeat = !one.key.is_empty()
            && (seen.contains(&name_there) || questions.all.iter().any(is_known));
        if is_repeat {
            continue;
        }
        seen.insert(name_there);
        // What a moderator pasted in, a moderator has looked at.
        let (review, held) = if by_hand {
            (Review::Passed, false)
        } else {
            questions.review_of(&text, &name)
        };
        facts.push(Fact::QuestionAsked(Box::new(AskedFact {
            question: next,
            asker: None,
            key: one.key.clone(),
            text,
            name,
            via,
            source,
            stream_seconds: one.stream_seconds,
            segment: session.current.clone(),
            about: None,
            review,
            held,
        })));
        next.0 += 1;
    }
    Ok(facts)
}
