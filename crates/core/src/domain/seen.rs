//! Commands that start from where the session stands: on to the next segment, undo, thirty seconds more.
//!
//! Two hosts who press in the same moment both mean one step. So a sender says what was on its screen
//! ([`Seen`]), and the second press finds that it was done already. [`Step`] names the kinds of such commands
//! for senders that say nothing: `live/lately` tells two of them apart by who sent them and when.

use super::command::{DemoAsk, HostAsk, QuestionAsk};
use super::fact::By;
use super::poll::Phase;
use super::refusal::Refusal;
use super::session::Session;
use crate::ids::{PollId, QuestionId, SegmentId, Timestamp};

/// What the sender of a command saw where that command begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen {
    /// The current segment; none before the first.
    Current(Option<SegmentId>),
    /// The question that is asked now; none if nobody's is.
    Asking(Option<QuestionId>),
    /// The step that undo would take back.
    Undo(u32),
    /// When an open poll closes; none without a countdown.
    ClosesAt(PollId, Option<Timestamp>),
    /// The run of a segment's demo, by its number; none without one.
    Run(SegmentId, Option<u32>),
    /// The signal check, by its number; none without one.
    Check(Option<u32>),
    /// When what is announced was announced; none if nothing is.
    Announced(Option<Timestamp>),
}

/// A kind of command that means another thing once it was carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    On,
    Back,
    TakeUp,
    Undo(By),
    Extend(PollId),
    Start(SegmentId),
    Check,
}

impl Seen {
    /// # Errors
    /// If it is not so any more: what is there now, in words for whoever pressed.
    pub(super) fn check(&self, session: &Session, by: By) -> Result<(), Refusal> {
        match self {
            Self::Current(seen) => same(seen == &session.current, || {
                let now = session.current.as_ref();
                match now.and_then(|now| session.segment(now).ok()) {
                    Some(now) => format!("“{}” is current by now", now.plan.title),
                    None => "no segment is current by now".to_string(),
                }
            }),
            Self::Asking(seen) => {
                let asking = session.questions.asking().map(|question| question.id);
                same(*seen == asking, || match asking {
                    Some(_) => "another question is being asked by now".to_string(),
                    None => "no question is being asked by now".to_string(),
                })
            }
            Self::Undo(seen) => match session.undo_step(by) {
                Some((_, step)) if step.number == *seen => Ok(()),
                _ if session.undo.iter().any(|step| step.number == *seen) => {
                    Err(Refusal::AlreadyDone(
                        "Something else was done since; look what undo takes back now.".into(),
                    ))
                }
                _ => Err(Refusal::AlreadyDone(
                    "This was taken back already.".to_string(),
                )),
            },
            Self::ClosesAt(poll, seen) => {
                let poll = session.poll(poll)?;
                match poll.phase {
                    Phase::Open { closes_at } => same(closes_at == *seen, || {
                        "the time of this poll was changed".to_string()
                    }),
                    _ => Ok(()),
                }
            }
            Self::Run(segment, seen) => {
                let number = session.runs.get(segment).map(|run| run.number);
                same(number == *seen, || match number {
                    Some(number) => format!("run {number} is shown by now"),
                    None => "the run was cleared".to_string(),
                })
            }
            Self::Check(seen) => {
                let check = session.signals.check.map(|check| check.id);
                same(check == *seen, || match check {
                    Some(_) => "another check was begun".to_string(),
                    None => "the check was put away".to_string(),
                })
            }
            Self::Announced(seen) => {
                let at = session.announcement.as_ref().map(|one| one.at);
                same(at == *seen, || match at {
                    Some(_) => "something else is announced by now".to_string(),
                    None => "it was taken down".to_string(),
                })
            }
        }
    }
}

fn same(is_so: bool, now: impl FnOnce() -> String) -> Result<(), Refusal> {
    if is_so {
        return Ok(());
    }
    Err(Refusal::AlreadyDone(format!(
        "Someone was quicker: {}.",
        now()
    )))
}

impl HostAsk {
    /// Which kind of step this is, if it is one, for someone of this kind.
    pub fn step(&self, by: By) -> Option<Step> {
        match self {
            Self::Having(_, ask) => ask.step(by),
            Self::Next => Some(Step::On),
            Self::Previous => Some(Step::Back),
            Self::Undo => Some(Step::Undo(by)),
            Self::ExtendPoll { poll, .. } => Some(Step::Extend(poll.clone())),
            Self::CheckSignal { .. } => Some(Step::Check),
            Self::Question(QuestionAsk::TakeUp { .. } | QuestionAsk::TakeUpNext) => {
                Some(Step::TakeUp)
            }
            Self::Demo(DemoAsk::Start { segment, .. } | DemoAsk::Play { segment, .. }) => {
                Some(Step::Start(segment.clone()))
            }
            _ => None,
        }
    }

    /// Whether its sender said what it saw.
    pub fn says_what_was_seen(&self) -> bool {
        matches!(self, Self::Having(..))
    }

    /// The command, for a sender that saw this; as it is where the sender said nothing.
    #[must_use]
    pub fn having(self, seen: Option<Seen>) -> Self {
        match seen {
            Some(seen) => Self::Having(seen, Box::new(self)),
            None => self,
        }
    }
}
