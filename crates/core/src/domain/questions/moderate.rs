//! What those who moderate do with questions; each is one action that can be taken back.

use super::change::Change;
use super::{Question, Review, Standing, Written};
use crate::domain::chat;
use crate::domain::command::{QuestionAsk, Role};
use crate::domain::decide::Action;
use crate::domain::fact::{BanInfo, Edit};
use crate::domain::refusal::Refusal;
use crate::domain::session::Session;
use crate::domain::stage::{Up, put_up};
use crate::domain::text::{clean_name, clean_text, clean_words};
use crate::ids::{AskerKey, QuestionId, Timestamp};

pub const ANSWER_MAX: usize = 2_000;
pub const NOTE_MAX: usize = 300;
pub const LABELS_MAX: usize = 5;
pub const LABEL_MAX: usize = 30;
/// Questions that one action may touch.
pub const BATCH_MAX: usize = 500;

pub(in crate::domain) fn decide(
    session: &Session,
    ask: &QuestionAsk,
    role: Role,
    now: Timestamp,
) -> Result<Action, Refusal> {
    match ask {
        QuestionAsk::Rules(rules) => {
            let action = Action::new("Change the rules for questions");
            let held = &session.questions.rules;
            let rules = rules.clone().checked()?;
            if rules == *held {
                return Ok(action);
            }
            Ok(action.edit(
                Edit::Rules { rules },
                Edit::Rules {
                    rules: held.clone(),
                },
            ))
        }
        QuestionAsk::Approve { question, read } => {
            let question = session.questions.get(*question)?;
            let action = Action::new(format!("Publish {}", named(question)));
            pass(action, question, *read)
        }
        QuestionAsk::Hide(id) => hide(session, *id),
        QuestionAsk::Show(id) => change(session, *id, "Show", Change::Hidden { hidden: false }),
        QuestionAsk::Pin { question, pinned } => change(
            session,
            *question,
            if *pinned { "Pin" } else { "Unpin" },
            Change::Pinned { pinned: *pinned },
        ),
        QuestionAsk::Label { question, labels } => {
            let labels = checked_labels(labels)?;
            change(session, *question, "Label", Change::Labels { labels })
        }
        QuestionAsk::Merge { from, into } => merge(session, from, *into),
        QuestionAsk::Unmerge(id) => change(session, *id, "Unmerge", Change::Merged { into: None }),
        QuestionAsk::TakeUp { question, read } => {
            let question = known(session, *question, role)?;
            take_up(session, question, *read, now)
        }
        QuestionAsk::TakeUpNext => {
            let queue = session.questions.queue();
            let here = queue
                .iter()
                .find(|question| question.segment == session.current);
            match here.or(queue.first()) {
                Some(next) => take_up(session, next, next.edits, now),
                None => Err(Refusal::NothingToDo("No question is waiting.".to_string())),
            }
        }
        QuestionAsk::Answered(id) => {
            let standing = answered(known(session, *id, role)?, now);
            change(session, *id, "Answered:", Change::Standing { standing })
        }
        QuestionAsk::Reopen(id) => {
            known(session, *id, role)?;
            let standing = Standing::Open;
            change(session, *id, "Reopen", Change::Standing { standing })
        }
        QuestionAsk::Answer { question, text } => write_answer(session, *question, text, now),
        QuestionAsk::Close { questions, note } => close(session, questions, note, now),
        QuestionAsk::CarryOver { questions, segment } => {
            if let Some(segment) = segment {
                session.segment(segment)?;
            }
            let mut action = Action::new(format!("Carry over {}", count(questions.len())));
            for question in several(session, questions)? {
                let segment = segment.clone();
                action = edit(action, question, Change::Segment { segment });
            }
            Ok(action)
        }
        QuestionAsk::BanAsker { question, hide } => {
            let question = session.questions.get(*question)?;
            let asker = question.asker.ok_or_else(no_asker)?;
            Ok(ban(session, asker, &question.name, *hide, now))
        }
        QuestionAsk::BanAuthor { message, hide } => {
            let message = session.chat.get(*message)?;
            let asker = message.asker.ok_or_else(no_asker)?;
            Ok(ban(session, asker, &message.name, *hide, now))
        }
        QuestionAsk::Unban(asker) => {
            let held = session.questions.bans.get(asker);
            let held = held.ok_or_else(|| Refusal::unknown("ban of", &String::from(*asker)))?;
            Ok(Action::new("Lift a ban").edit(
                Edit::Banned {
                    asker: *asker,
                    ban: None,
                },
                Edit::Banned {
                    asker: *asker,
                    ban: Some(held.clone()),
                },
            ))
        }
    }
}

/// A question that this role may know of: what is not public is nobody's business but the moderators'.
fn known(session: &Session, id: QuestionId, role: Role) -> Result<&Question, Refusal> {
    let question = session.questions.get(id)?;
    if role.moderates() || question.is_public() {
        return Ok(question);
    }
    Err(Refusal::unknown("question", &id))
}

fn no_asker() -> Refusal {
    Refusal::NotPossible(
        "This came from another chat; its author can only be banned there. Hide it instead.".into(),
    )
}

fn count(n: usize) -> String {
    match n {
        1 => "1 question".to_string(),
        n => format!("{n} questions"),
    }
}

/// A question in a label: enough of it to be known by.
fn named(question: &Question) -> String {
    let short: String = question.text.chars().take(40).collect();
    if short.len() < question.text.len() {
        format!("“{}…”", short.trim_end())
    } else {
        format!("“{short}”")
    }
}

fn edit(action: Action, question: &Question, change: Change) -> Action {
    if change.is_so(question) {
        return action;
    }
    let inverse = change.inverse(question);
    let question = question.id;
    action.edit(
        Edit::Question { question, change },
        Edit::Question {
            question,
            change: inverse,
        },
    )
}

fn change(
    session: &Session,
    id: QuestionId,
    verb: &str,
    change: Change,
) -> Result<Action, Refusal> {
    let question = session.questions.get(id)?;
    let action = Action::new(format!("{verb} {}", named(question)));
    Ok(edit(action, question, change))
}

/// Lets a question out as the moderator has read it; not if its asker has worded it anew since.
fn pass(action: Action, question: &Question, read: u32) -> Result<Action, Refusal> {
    if question.review != Review::Passed && question.edits != read {
        return Err(Refusal::Outdated(
            "Its asker has worded this question anew since you read it; read it again.".to_string(),
        ));
    }
    let review = Review::Passed;
    Ok(edit(action, question, Change::Review { review }))
}

/// What is hidden or merged is no longer read out either.
fn off_the_floor(action: Action, question: &Question) -> Action {
    if !matches!(question.standing, Standing::Asking { .. }) {
        return action;
    }
    let standing = Standing::Open;
    edit(action, question, Change::Standing { standing })
}

fn hidden(action: Action, question: &Question) -> Action {
    let action = off_the_floor(action, question);
    edit(action, question, Change::Hidden { hidden: true })
}

fn hide(session: &Session, id: QuestionId) -> Result<Action, Refusal> {
    let question = session.questions.get(id)?;
    let action = Action::new(format!("Hide {}", named(question)));
    Ok(hidden(action, question))
}

fn merge(session: &Session, from: &[QuestionId], into: QuestionId) -> Result<Action, Refusal> {
    let head = session.questions.resolve(into);
    let target = session.questions.get(head)?;
    if target.withdrawn {
        return Err(Refusal::NotPossible(
            "That question was withdrawn by its asker; merge into another one.".to_string(),
        ));
    }
    let mut action = Action::new(format!("Merge into {}", named(target)));
    for question in several(session, from)? {
        if question.id == head {
            continue;
        }
        action = off_the_floor(action, question);
        action = edit(action, question, Change::Merged { into: Some(head) });
    }
    Ok(action)
}

/// The one that was read out before is answered with that: one question at a time. The one that is read out already is
/// put up again.
fn take_up(
    session: &Session,
    question: &Question,
    read: u32,
    now: Timestamp,
) -> Result<Action, Refusal> {
    let refuse = |why: &str| Err(Refusal::NotPossible(why.to_string()));
    if question.withdrawn {
        return refuse("Its asker has withdrawn this question.");
    }
    if question.hidden {
        return refuse("This question is hidden; show it first.");
    }
    if question.merged_into.is_some() {
        return refuse("This question was merged into another; take that one up.");
    }
    let mut action = Action::new(format!("Take up {}", named(question)));
    let up = Some(Up::Question {
        question: question.id,
    });
    if matches!(question.standing, Standing::Asking { .. }) {
        return Ok(put_up(action, session, up));
    }
    if let Some(before) = session.questions.asking() {
        let standing = answered(before, now);
        action = edit(action, before, Change::Standing { standing });
    }
    action = pass(action, question, read)?;
    let standing = Standing::Asking { since: now };
    action = edit(action, question, Change::Standing { standing });
    Ok(put_up(action, session, up))
}

fn answered(question: &Question, now: Timestamp) -> Standing {
    match &question.standing {
        Standing::Answered { .. } => question.standing.clone(),
        Standing::Asking { since } => Standing::Answered {
            asking: Some(*since),
            at: now,
        },
        Standing::Open | Standing::Closed { .. } => Standing::Answered {
            asking: None,
            at: now,
        },
    }
}

/// A written answer answers; an empty one takes the written answer away and leaves the rest.
fn write_answer(
    session: &Session,
    id: QuestionId,
    text: &str,
    now: Timestamp,
) -> Result<Action, Refusal> {
    let question = session.questions.get(id)?;
    let text = clean_text("answer", text, ANSWER_MAX)?;
    let action = Action::new(format!("Answer {}", named(question)));
    if text.is_empty() {
        return Ok(edit(action, question, Change::Answer { answer: None }));
    }
    if question
        .answer
        .as_ref()
        .is_some_and(|held| held.text == text)
    {
        return Ok(action);
    }
    let answer = Some(Written { text, at: now });
    let action = edit(action, question, Change::Answer { answer });
    Ok(match question.standing {
        // Still being talked about: the written words only add to it.
        Standing::Asking { .. } => action,
        _ => {
            let standing = answered(question, now);
            edit(action, question, Change::Standing { standing })
        }
    })
}

fn close(
    session: &Session,
    ids: &[QuestionId],
    note: &str,
    now: Timestamp,
) -> Result<Action, Refusal> {
    let note = clean_name("note", note, NOTE_MAX)?;
    let mut action = Action::new(format!("Close {}", count(ids.len())));
    for question in several(session, ids)? {
        if matches!(question.standing, Standing::Open | Standing::Asking { .. }) {
            let standing = Standing::Closed {
                at: now,
                note: note.clone(),
            };
            action = edit(action, question, Change::Standing { standing });
        }
    }
    Ok(action)
}

fn several<'a>(session: &'a Session, ids: &[QuestionId]) -> Result<Vec<&'a Question>, Refusal> {
    if ids.is_empty() {
        return Err(Refusal::BadAnswer(
            "Choose at least one question.".to_string(),
        ));
    }
    if ids.len() > BATCH_MAX {
        return Err(Refusal::BadAnswer(format!(
            "At most {BATCH_MAX} questions at once."
        )));
    }
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter()
        .map(|id| session.questions.get(id))
        .collect()
}

fn ban(session: &Session, asker: AskerKey, name: &str, hide: bool, now: Timestamp) -> Action {
    let held = session.questions.bans.get(&asker).cloned();
    let shown = if name.is_empty() { "an asker" } else { name };
    let mut action = Action::new(format!("Ban {shown}"));
    if held.is_none() {
        action = action.edit(
            Edit::Banned {
                asker,
                ban: Some(BanInfo {
                    name: name.to_string(),
                    at: now,
                }),
            },
            Edit::Banned { asker, ban: None },
        );
    }
    if !hide {
        return action;
    }
    for question in session.questions.of(asker) {
        action = hidden(action, question);
    }
    for message in &session.chat.messages {
        if message.asker == Some(asker) {
            action = chat::set_hidden(action, message, true);
        }
    }
    action
}

fn checked_labels(labels: &[String]) -> Result<Vec<String>, Refusal> {
    if labels.len() > LABELS_MAX {
        return Err(Refusal::BadAnswer(format!(
            "A question has at most {LABELS_MAX} labels."
        )));
    }
    let mut checked = Vec::new();
    for label in labels {
        let label = clean_words("label", label, LABEL_MAX)?;
        if !checked.contains(&label) {
            checked.push(label);
        }
    }
    Ok(checked)
}
