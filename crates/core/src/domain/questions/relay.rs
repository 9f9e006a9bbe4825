//! Questions from other chats: handed on by a bridge, or pasted in by those who moderate.

use std::collections::{BTreeSet, HashMap};

use super::ask::{AskedFact, QUESTION_MAX, closed};
use super::rules::NAME_MAX;
use super::{Question, Review};
use crate::domain::fact::{Fact, State};
use crate::domain::plan::Channel;
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::text::{clean_name, clean_words, folded};
use crate::ids::ChannelId;

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
    let known = Known::of(session, relayed);
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
        let via = channel_named(session, &named);
        let chat = via.map_or(named.as_str(), ChannelId::as_str).to_string();
        let is_repeat = !one.key.is_empty()
            && (!seen.insert((&one.key, chat)) || known.has(&one.key, &named, via));
        if is_repeat {
            continue;
        }
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
            via: via.cloned(),
            source,
            stream_seconds: one.stream_seconds,
            segment: session.current.clone(),
            about: None,
            review,
            held,
        })));
        next.0 += 1;
    }
    if facts.is_empty() {
        // All of it is here already, and stays acknowledged, whatever has changed since.
        return Ok(facts);
    }
    if session.state == State::Ended {
        return Err(Refusal::Ended);
    }
    if !questions.rules.open && !by_hand {
        return Err(closed());
    }
    if !by_hand {
        questions.takes_more_of_others(facts.len())?;
    }
    let mut all = questions.make_room(facts.len())?;
    all.append(&mut facts);
    Ok(all)
}

fn channel_named<'a>(session: &'a Session, named: &str) -> Option<&'a ChannelId> {
    let is_it = |channel: &&Channel| {
        folded(channel.id.as_str()) == named || folded(&channel.label) == named
    };
    session
        .channels
        .iter()
        .find(is_it)
        .map(|channel| &channel.id)
}

/// What came from other chats before with one of these ids.
struct Known<'a>(HashMap<&'a str, Vec<(String, Option<&'a ChannelId>)>>);

impl<'a> Known<'a> {
    fn of(session: &'a Session, relayed: &[Relayed]) -> Self {
        let asked: BTreeSet<&str> = relayed.iter().map(|one| one.key.as_str()).collect();
        let mut known: HashMap<&str, Vec<_>> = HashMap::new();
        let is_asked = |question: &&Question| {
            question.asker.is_none()
                && !question.key.is_empty()
                && asked.contains(question.key.as_str())
        };
        for question in session.questions.all.iter().filter(is_asked) {
            let named = folded(&question.source);
            // A source may have become a channel since, or been one.
            let via = question.via.as_ref();
            let via = via.or_else(|| channel_named(session, &named));
            known.entry(&question.key).or_default().push((named, via));
        }
        Self(known)
    }

    fn has(&self, key: &str, named: &str, via: Option<&ChannelId>) -> bool {
        let same = |(source, channel): &(String, Option<&ChannelId>)| {
            let same_words = source == named && (!named.is_empty() || channel.is_none());
            same_words || (via.is_some() && *channel == via)
        };
        self.0.get(key).is_some_and(|held| held.iter().any(same))
    }
}
