//! Who took which step last, for senders that do not say what they saw.
//!
//! Such a command is carried out as it is, unless someone else took the same step in the last two seconds, or
//! it was sent before the answer to the last one was there: then its sender cannot have known of it. Scripts that
//! wait for their answers go on as fast as they like.

use std::time::Duration;

use tokio::time::Instant;

use super::actor::Actor;
use crate::domain::command::{Command, HostAsk, Role};
use crate::domain::decide::decide;
use crate::domain::fact::Recorded;
use crate::domain::refusal::Refusal;
use crate::domain::seen::Step;
use crate::ids::Timestamp;

/// Two presses of different people within this time are meant as one.
const SAME_MOMENT: Duration = Duration::from_secs(2);

/// From whom a command came, and when.
#[derive(Debug, Clone, Copy)]
pub struct Sender {
    /// Alike for all that one connection or one token sends.
    pub who: u64,
    pub heard_at: Instant,
}

impl Sender {
    /// Of something that was heard just now.
    pub fn now(who: u64) -> Self {
        Self {
            who,
            heard_at: Instant::now(),
        }
    }
}

/// The steps of the last moments; what is older is let go.
#[derive(Default)]
pub struct Lately(Vec<Taken>);

struct Taken {
    step: Step,
    who: u64,
    at: Instant,
    /// None until it is on disk and answered.
    answered_at: Option<Instant>,
}

impl Lately {
    /// Whether this sender cannot know yet that the step was taken.
    fn is_news_to(&self, step: &Step, sender: Sender) -> bool {
        self.0.iter().any(|taken| {
            let knows = taken.answered_at.is_some_and(|at| at <= sender.heard_at);
            let recent = taken.at.elapsed() < SAME_MOMENT;
            taken.step == *step && recent && !(taken.who == sender.who && knows)
        })
    }

    fn note(&mut self, step: Step, who: u64) {
        self.0
            .retain(|taken| taken.step != step && taken.at.elapsed() < SAME_MOMENT);
        self.0.push(Taken {
            step,
            who,
            at: Instant::now(),
            answered_at: None,
        });
    }

    /// What was taken so far is on disk, and its senders are about to learn it.
    pub fn answered(&mut self) {
        for taken in &mut self.0 {
            taken.answered_at.get_or_insert_with(Instant::now);
        }
    }
}

impl Actor {
    /// Carries out a command of those who run the session.
    pub(super) fn carry_out_for(
        &mut self,
        role: Role,
        ask: HostAsk,
        sender: Sender,
        now: Timestamp,
        facts: &mut Vec<Recorded>,
    ) -> Result<(), Refusal> {
        let step = ask.step(role.by());
        let says = ask.says_what_was_seen();
        let command = Command::Host(ask);
        if let Some(step) = &step
            && !says
            && self.lately.is_news_to(step, sender)
        {
            // What changes nothing is no step: a question that is asked already, say.
            return match decide(&self.session, role, &command, now) {
                Ok(decided) if decided.is_empty() => Ok(()),
                Err(Refusal::NotAllowed) => Err(Refusal::NotAllowed),
                _ => Err(Refusal::AlreadyDone(
                    "Someone did the same a moment ago; look where things stand, and press again if you still want to."
                        .to_string(),
                )),
            };
        }
        let before = facts.len();
        self.carry_out(role, &command, now, facts)?;
        if let Some(step) = step
            && facts.len() > before
        {
            self.lately.note(step, sender.who);
        }
        Ok(())
    }
}
