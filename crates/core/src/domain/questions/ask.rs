//! What the audience does with questions: asks, edits, withdraws, and says "me too".

use super::rules::{Moderation, NAME_MAX, Names};
use super::{Question, Questions, Review, Standing};
use crate::domain::fact::{Fact, State};
use crate::domain::plan::BadPlan;
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::text::{clean_name, clean_words, poses_as_one_of_the_house};
use crate::ids::{AskerKey, ChannelId, QuestionId, SegmentId, Timestamp};

/// Characters of a question.
pub const QUESTION_MAX: usize = 500;
/// Questions of one voter that wait at the same time.
pub const WAITING_MAX: usize = 10;
/// Questions of one voter in all: whoever asks and withdraws for ever would fill the session's log alone.
pub const ASKED_MAX: usize = 50;
/// Characters of the id that a page gives to what it asks.
pub const KEY_MAX: usize = 40;

/// A question as its asker sends it.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    pub key: String,
    pub text: String,
    pub name: String,
    pub about: Option<QuestionId>,
}

/// The fact that a question was asked.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct AskedFact {
    pub question: QuestionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker: Option<AskerKey>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
    pub text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<ChannelId>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream_seconds: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<QuestionId>,
    pub review: Review,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
}

/// The fact that its asker worded a question anew.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EditedFact {
    pub question: QuestionId,
    pub text: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    pub review: Review,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
}

pub(in crate::domain) fn ask(
    session: &Session,
    asker: AskerKey,
    via: Option<&ChannelId>,
    asked: &Asked,
    now: Timestamp,
) -> Result<Vec<Fact>, Refusal> {
    let questions = &session.questions;
    check_key(&asked.key)?;
    // A retry is heard again, whatever has changed since: it was asked in time.
    if let Some(before) = questions.of(asker).find(|held| held.key == asked.key) {
        return match before.edits {
            0 => repeats(&before.text, &asked.text, QUESTION_MAX),
            _ => Ok(Vec::new()),
        };
    }
    questions.may_speak(session, asker)?;
    if !questions.rules.open {
        return Err(closed());
    }
    let text = clean_words("question", &asked.text, QUESTION_MAX)?;
    let name = questions.name(&asked.name)?;
    let about = asked
        .about
        .map(|about| thread_of(questions, about))
        .transpose()?;
    pace(
        questions.rules.slow_seconds,
        questions.asked_at.get(&asker),
        now,
    )?;
    let waits = |question: &&Question| {
        question.is_open()
            && !question.withdrawn
            && !question.hidden
            && question.merged_into.is_none()
    };
    let waiting = questions.of(asker).filter(waits).count();
    if waiting >= WAITING_MAX {
        return Err(Refusal::LimitReached(format!(
            "{WAITING_MAX} of your questions are waiting already. Withdraw one, or wait for an answer."
        )));
    }
    if questions.of(asker).count() >= ASKED_MAX {
        return Err(Refusal::LimitReached(format!(
            "You have asked {ASKED_MAX} questions, which is all that one person can. Press “me too” on others’."
        )));
    }
    questions.has_turn(asker, waiting)?;
    let mut facts = questions.make_room(1)?;
    let (review, held) = questions.review_of(&text, &name);
    facts.push(Fact::QuestionAsked(Box::new(AskedFact {
        question: questions.next_id(),
        asker: Some(asker),
        key: asked.key.clone(),
        text,
        name,
        via: via.filter(|via| session.channel(via).is_some()).cloned(),
        source: String::new(),
        stream_seconds: None,
        segment: session.current.clone(),
        about,
        review,
        held,
    })));
    Ok(facts)
}

pub(super) fn closed() -> Refusal {
    Refusal::Closed("Questions are not taken right now.".to_string())
}

pub(in crate::domain) fn edit(
    session: &Session,
    asker: AskerKey,
    id: QuestionId,
    text: &str,
    name: &str,
) -> Result<Vec<Fact>, Refusal> {
    let questions = &session.questions;
    questions.may_speak(session, asker)?;
    let held = own(questions, asker, id)?;
    let text = clean_words("question", text, QUESTION_MAX)?;
    let name = questions.name(name)?;
    if held.text == text && held.name == name {
        return Ok(Vec::new());
    }
    let (review, is_held) = questions.review_of(&text, &name);
    Ok(vec![Fact::QuestionEdited(Box::new(EditedFact {
        question: id,
        text,
        name,
        review,
        held: is_held,
    }))])
}

pub(in crate::domain) fn withdraw(
    session: &Session,
    asker: AskerKey,
    id: QuestionId,
) -> Result<Vec<Fact>, Refusal> {
    let questions = &session.questions;
    if questions
        .find(id)
        .is_some_and(|question| question.asker == Some(asker) && question.withdrawn)
    {
        return Ok(Vec::new());
    }
    own(questions, asker, id)?;
    Ok(vec![Fact::QuestionWithdrawn { question: id }])
}

pub(in crate::domain) fn upvote(
    session: &Session,
    asker: AskerKey,
    id: QuestionId,
    up: bool,
) -> Result<Vec<Fact>, Refusal> {
    let questions = &session.questions;
    let head = questions.resolve(id);
    let gone = || Refusal::unknown("question", &id);
    let question = questions.find(head).ok_or_else(gone)?;
    if !question.is_public() {
        return Err(gone());
    }
    if up == questions.has_voice(id, asker) {
        return Ok(Vec::new());
    }
    questions.may_speak(session, asker)?;
    match question.standing {
        Standing::Open | Standing::Asking { .. } => {}
        Standing::Answered { .. } => {
            return Err(Refusal::Closed(
                "This question was answered already.".to_string(),
            ));
        }
        Standing::Closed { .. } => {
            return Err(Refusal::Closed("This question is closed.".to_string()));
        }
    }
    let asked = |question: &Question| question.asker == Some(asker) && !question.withdrawn;
    let group = questions.group(head);
    if !up && group.iter().filter_map(|id| questions.find(*id)).any(asked) {
        return Err(Refusal::NotPossible(
            "It is your own question; withdraw it if you no longer want to ask it.".to_string(),
        ));
    }
    Ok(vec![Fact::Upvoted {
        question: id,
        asker,
        up,
    }])
}

impl Questions {
    /// Refuses the banned and everyone once the session has ended.
    pub(in crate::domain) fn may_speak(
        &self,
        session: &Session,
        asker: AskerKey,
    ) -> Result<(), Refusal> {
        if session.state == State::Ended {
            return Err(Refusal::Ended);
        }
        if self.is_banned(asker) {
            return Err(Refusal::Banned);
        }
        Ok(())
    }

    /// The name as the rules have it; empty for anonymous.
    pub(in crate::domain) fn name(&self, given: &str) -> Result<String, Refusal> {
        let name = clean_name("name", given, NAME_MAX)?;
        match self.rules.names {
            Names::Never => Ok(String::new()),
            _ if poses_as_one_of_the_house(&name) => {
                let why = format!("“{name}” is kept for those who run the session; choose another");
                Err(BadPlan::new("name", why).into())
            }
            Names::Required if name.is_empty() => Err(Refusal::BadAnswer(
                "The host asks for a name with each question; give yours.".to_string(),
            )),
            Names::Required | Names::Optional => Ok(name),
        }
    }

    /// Who looks at a text first, and whether it is held for its words.
    pub(in crate::domain) fn review_of(&self, text: &str, name: &str) -> (Review, bool) {
        let held = self.rules.holds(text) || self.rules.holds(name);
        let review = match self.rules.moderation {
            _ if held => Review::Pending,
            Moderation::Off => Review::Passed,
            Moderation::After => Review::New,
            Moderation::Before => Review::Pending,
        };
        (review, held)
    }

    pub(in crate::domain) fn asked(&mut self, fact: &AskedFact, at: Timestamp) {
        if fact.question != self.next_id() {
            return;
        }
        self.version += 1;
        if let Some(asker) = fact.asker {
            self.asked_at.insert(asker, at);
            self.of.entry(asker).or_default().push(fact.question);
        }
        self.live += 1;
        self.all.push(Question {
            id: fact.question,
            asker: fact.asker,
            key: fact.key.clone(),
            text: fact.text.clone(),
            name: fact.name.clone(),
            via: fact.via.clone(),
            source: fact.source.clone(),
            asked_at: at,
            stream_seconds: fact.stream_seconds,
            segment: fact.segment.clone(),
            about: fact.about,
            edits: 0,
            withdrawn: false,
            review: fact.review,
            held: fact.held,
            hidden: false,
            pinned: false,
            labels: Vec::new(),
            merged_into: None,
            standing: Standing::Open,
            answer: None,
            votes: Default::default(),
            merged: Vec::new(),
            voices: 1,
        });
    }

    pub(in crate::domain) fn edited(&mut self, fact: &EditedFact) {
        self.change_one(fact.question, |question| {
            question.text.clone_from(&fact.text);
            question.name.clone_from(&fact.name);
            question.review = fact.review;
            question.held = fact.held;
            question.edits += 1;
        });
    }

    pub(in crate::domain) fn withdrawn(&mut self, id: QuestionId) {
        self.change_one(id, |question| question.withdrawn = true);
        self.recount(id);
    }
}

/// One's own question, while it may still be changed.
fn own(questions: &Questions, asker: AskerKey, id: QuestionId) -> Result<&Question, Refusal> {
    let question = questions
        .find(id)
        .filter(|question| question.asker == Some(asker))
        .ok_or_else(|| Refusal::unknown("question", &id))?;
    if !question.is_its_askers() {
        return Err(Refusal::Closed(
            "This question was taken up, merged or closed; it can no longer be changed."
                .to_string(),
        ));
    }
    Ok(question)
}

/// The head of the thread that a follow-up goes to.
fn thread_of(questions: &Questions, about: QuestionId) -> Result<QuestionId, Refusal> {
    let gone = || Refusal::unknown("question", &about);
    let head = questions.resolve(about);
    let question = questions
        .find(head)
        .filter(|question| question.is_public())
        .ok_or_else(gone)?;
    Ok(questions.thread_of(question).unwrap_or(head))
}

/// What comes under a key that was used before: the same words are a retry, and nothing new.
pub(in crate::domain) fn repeats(
    before: &str,
    text: &str,
    max: usize,
) -> Result<Vec<Fact>, Refusal> {
    if clean_words("text", text, max)? == before {
        return Ok(Vec::new());
    }
    Err(Refusal::Taken(
        "This was sent before in other words, and is here already. Reload the page to send something new."
            .to_string(),
    ))
}

/// Refuses what comes sooner after the last than slow mode allows, with the time to wait.
pub(in crate::domain) fn pace(
    slow_seconds: u32,
    last: Option<&Timestamp>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(last) = last else {
        return Ok(());
    };
    let left = last.plus_seconds(slow_seconds).0 - now.0;
    if left > 0 {
        // Never 0, and never longer than the pace asks for, wherever the clock was set since.
        let wait_seconds = u32::try_from((left + 999) / 1000).unwrap_or(u32::MAX);
        return Err(Refusal::TooSoon {
            wait_seconds: wait_seconds.clamp(1, slow_seconds.max(1)),
        });
    }
    Ok(())
}

pub(in crate::domain) fn check_key(key: &str) -> Result<(), Refusal> {
    let sound = !key.is_empty()
        && key.len() <= KEY_MAX
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if sound {
        return Ok(());
    }
    Err(Refusal::BadAnswer(format!(
        "key must be 1 to {KEY_MAX} letters, digits, hyphens and underscores."
    )))
}
