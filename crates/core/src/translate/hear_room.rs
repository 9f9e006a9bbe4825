//! Messages about questions, chat and signals → asks of the domain.

use super::hear::segment_id;
use crate::domain::command::{HostAsk, QuestionAsk};
use crate::domain::plan::BadPlan;
use crate::domain::questions::ask::KEY_MAX;
use crate::domain::questions::relay::Relayed;
use crate::domain::questions::rules::{Filter, Moderation, Names, Rules};
use crate::domain::refusal::Refusal;
use crate::domain::seen::Seen;
use crate::ids::{AskerKey, MessageId, QuestionId, Timestamp};
use crate::protocol::{HostCommand, RelayedQuestion, RulesView};

/// Questions that one message may hand on.
pub const RELAYED_MAX: usize = 100;
/// A day; no stream is longer.
const STREAM_MAX_SECONDS: u32 = 24 * 3600;

/// A host's command about the room; the command back if it is about something else.
pub(super) fn host(command: HostCommand) -> Result<Result<HostAsk, HostCommand>, Refusal> {
    use HostCommand as C;
    use QuestionAsk as Q;
    let ask = match command {
        C::SetRules { rules } => Q::Rules(self::rules(rules)?),
        C::AddQuestions { questions } => return Ok(Ok(HostAsk::Relay(relayed(questions)?))),
        C::ApproveQuestion { question, read } => Q::Approve {
            question: QuestionId(question),
            read,
        },
        C::HideQuestion { question } => Q::Hide(QuestionId(question)),
        C::ShowQuestion { question } => Q::Show(QuestionId(question)),
        C::PinQuestion { question, pinned } => Q::Pin {
            question: QuestionId(question),
            pinned,
        },
        C::LabelQuestion { question, labels } => Q::Label {
            question: QuestionId(question),
            labels,
        },
        C::MergeQuestions { from, into } => Q::Merge {
            from: ids(from),
            into: QuestionId(into),
        },
        C::UnmergeQuestion { question } => Q::Unmerge(QuestionId(question)),
        C::TakeUp {
            question,
            read,
            asked,
        } => {
            let question = QuestionId(question);
            let ask = HostAsk::Question(Q::TakeUp { question, read });
            return Ok(Ok(ask.having(asking(asked))));
        }
        C::TakeUpNext { asked } => {
            return Ok(Ok(HostAsk::Question(Q::TakeUpNext).having(asking(asked))));
        }
        C::Answered { question } => Q::Answered(QuestionId(question)),
        C::ReopenQuestion { question } => Q::Reopen(QuestionId(question)),
        C::AnswerQuestion { question, text } => Q::Answer {
            question: QuestionId(question),
            text,
        },
        C::CloseQuestions { questions, note } => Q::Close {
            questions: ids(questions),
            note,
        },
        C::CarryOver { questions, segment } => Q::CarryOver {
            questions: ids(questions),
            segment: segment.map(segment_id).transpose()?,
        },
        C::BanAsker { question, hide } => Q::BanAsker {
            question: QuestionId(question),
            hide,
        },
        C::BanAuthor { message, hide } => Q::BanAuthor {
            message: MessageId(message),
            hide,
        },
        C::Unban { asker } => Q::Unban(
            AskerKey::try_from(asker).map_err(|bad| BadPlan::new("asker", bad.to_string()))?,
        ),
        C::HideMessage { message } => return Ok(Ok(HostAsk::HideMessage(MessageId(message)))),
        C::ShowMessage { message } => return Ok(Ok(HostAsk::ShowMessage(MessageId(message)))),
        C::PassMessage { message } => return Ok(Ok(HostAsk::PassMessage(MessageId(message)))),
        C::Say { text } => return Ok(Ok(HostAsk::Say(text))),
        C::Announce { text, seconds } => return Ok(Ok(HostAsk::Announce { text, seconds })),
        C::ClearAnnouncement { at } => {
            let seen = at.map(|at| Seen::Announced(at.map(Timestamp)));
            return Ok(Ok(HostAsk::ClearAnnouncement.having(seen)));
        }
        C::CheckSignal { seconds, check } => {
            let ask = HostAsk::CheckSignal { seconds };
            return Ok(Ok(ask.having(check.map(Seen::Check))));
        }
        C::EndSignal { check } => {
            return Ok(Ok(HostAsk::EndSignal.having(check.map(Seen::Check))));
        }
        other => return Ok(Err(other)),
    };
    Ok(Ok(HostAsk::Question(ask)))
}

/// The question that is asked now as the sender saw it, if it says so.
fn asking(asked: Option<Option<u32>>) -> Option<Seen> {
    asked.map(|asked| Seen::Asking(asked.map(QuestionId)))
}

fn ids(ids: Vec<u32>) -> Vec<QuestionId> {
    ids.into_iter().map(QuestionId).collect()
}

fn rules(rules: RulesView) -> Result<Rules, BadPlan> {
    Ok(Rules {
        open: rules.open,
        moderation: Moderation::from_name(&rules.moderation)
            .ok_or_else(|| BadPlan::new("moderation", "must be off, after or before"))?,
        names: Names::from_name(&rules.names)
            .ok_or_else(|| BadPlan::new("names", "must be optional, required or never"))?,
        anonymous: rules.anonymous,
        slow_seconds: rules.slow_seconds,
        words: rules.words,
        hold_links: rules.hold_links,
        chat: rules.chat,
        reactions: rules.reactions,
        filter: Filter::default(),
    })
}

/// Questions from other chats.
pub fn relayed(questions: Vec<RelayedQuestion>) -> Result<Vec<Relayed>, BadPlan> {
    if questions.is_empty() {
        return Err(BadPlan::new("questions", "must not be empty"));
    }
    if questions.len() > RELAYED_MAX {
        let why = format!("has {} entries; at most {RELAYED_MAX}", questions.len());
        return Err(BadPlan::new("questions", why));
    }
    questions
        .into_iter()
        .map(|question| {
            if question.id.chars().count() > KEY_MAX * 4 {
                let why = format!("is longer than {} characters", KEY_MAX * 4);
                return Err(BadPlan::new("id", why));
            }
            if question
                .stream_seconds
                .is_some_and(|s| s > STREAM_MAX_SECONDS)
            {
                let why = format!("must be at most {STREAM_MAX_SECONDS}");
                return Err(BadPlan::new("stream_seconds", why));
            }
            Ok(Relayed {
                key: question.id,
                text: question.text,
                name: question.author,
                source: question.source,
                stream_seconds: question.stream_seconds,
            })
        })
        .collect()
}
