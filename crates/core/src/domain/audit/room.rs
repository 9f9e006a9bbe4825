//! Lines of the public log about questions, messages, announcements and signal checks.
//!
//! A line never has the words of a question: they may change or be hidden later, and the log stays. It names the
//! question, and whoever shows the log puts in the words that are public by then.

use crate::domain::fact::Edit;
use crate::domain::questions::change::Change;
use crate::domain::questions::{Review, Standing};
use crate::domain::session::Session;
use crate::ids::QuestionId;

/// A line, and the question that it is about.
pub type Line = (String, Option<QuestionId>);

pub(super) fn words(session: &Session, edit: &Edit) -> Option<Line> {
    let plain = |text: &str| Some((text.to_string(), None));
    match edit {
        Edit::Rules { .. } => plain("The rules for questions and chat were changed."),
        Edit::Banned { ban: Some(_), .. } => plain("Someone was banned from asking."),
        Edit::Banned { ban: None, .. } => plain("A ban was lifted."),
        Edit::MessageHidden { hidden: true, .. } => plain("A chat message was hidden."),
        Edit::MessageHidden { hidden: false, .. } => plain("A chat message was shown again."),
        Edit::MessagePending { pending: false, .. } => plain("A chat message was let out."),
        Edit::MessagePending { pending: true, .. } => {
            plain("A chat message waits for review again.")
        }
        Edit::Announcement {
            announcement: Some(announcement),
        } => plain(&format!("Announced: {}", announcement.text)),
        Edit::Announcement { announcement: None } => plain("The announcement was taken down."),
        Edit::Signal { check: Some(_) } => plain("Signal check: can everyone see and hear?"),
        Edit::Signal { check: None } => plain("The signal check ended."),
        Edit::Question { question, change } => of_question(session, *question, change),
        _ => None,
    }
}

/// A question as the log names it before anyone's words are put in.
pub fn called(id: QuestionId) -> String {
    format!("Question {id}")
}

fn of_question(session: &Session, id: QuestionId, change: &Change) -> Option<Line> {
    session.questions.find(id)?;
    let act = match change {
        Change::Review {
            review: Review::Passed,
        } => "passed review",
        Change::Review { .. } => "waits for review again",
        Change::Hidden { hidden: true } => "was hidden",
        Change::Hidden { hidden: false } => "was shown again",
        Change::Pinned { pinned: true } => "was pinned",
        Change::Pinned { pinned: false } => "was unpinned",
        Change::Labels { .. } => "was labelled",
        Change::Merged { into: Some(_) } => "was merged into another, with its voices",
        Change::Merged { into: None } => "stands by itself again",
        Change::Standing {
            standing: Standing::Asking { .. },
        } => "was taken up",
        Change::Standing {
            standing: Standing::Answered { .. },
        } => "was answered",
        Change::Standing {
            standing: Standing::Closed { .. },
        } => "was closed",
        Change::Standing {
            standing: Standing::Open,
        } => "is open again",
        Change::Segment { .. } => "was carried over",
        Change::Answer { answer: Some(_) } => "got a written answer",
        Change::Answer { answer: None } => "lost its written answer",
    };
    Some((format!("{} {act}.", called(id)), Some(id)))
}
