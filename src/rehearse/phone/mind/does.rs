//! What a bot plans and does: votes, asks, presses.

use std::time::Duration;

use tokio::time::Instant;

use super::super::super::answer::answer;
use super::super::super::crowd::exponential;
use super::{Act, Kept, Mind, Other, QUESTION, Waiting, Wish};
use crate::protocol::ClientMessage;

/// How often a phone is put away in the moment of the press, before the answer is there.
const LOCKS_AT_ONCE: f64 = 0.1;

impl Mind {
    /// At some time around `mean` from now.
    pub(super) fn plans(&mut self, mean: Duration, act: Act) {
        let at = Instant::now() + exponential(mean, rand::random());
        self.agenda.push((at, act));
    }

    /// Whoever has not voted does so soon, most of them quickly; whoever has may think better of it.
    pub(super) fn plans_votes(&mut self) {
        if self.closing || !self.live {
            return;
        }
        let pace = &self.crowd.pace;
        for (id, seen) in &mut self.polls {
            let open = seen.view.phase == "open";
            if !open || seen.planned || seen.barred || self.kept.contains_key(id) {
                continue;
            }
            let chance: f64 = rand::random();
            let wait = match seen.heard {
                0 => pace.think.mul_f64(chance * chance),
                _ => exponential(pace.reconsider, chance),
            };
            seen.planned = true;
            self.agenda
                .push((Instant::now() + wait, Act::Vote(id.clone())));
        }
    }

    pub(super) fn votes(&mut self, poll: &str) {
        let Some(seen) = self.polls.get_mut(poll) else {
            return;
        };
        seen.planned = false;
        if seen.view.phase != "open" || !self.live {
            return;
        }
        let Some(answer) = answer(&seen.view, &mut rand::rng()) else {
            seen.barred = true;
            return;
        };
        seen.seq += 1;
        let now = Instant::now();
        let vote = Kept {
            seq: seen.seq,
            answer,
            ask: 0,
            pressed: Some(now),
            sent: now,
        };
        {
            let mut measured = self.crowd.measure.kept();
            measured.counts.votes.sent += 1;
            let counted = measured.poll(poll);
            counted.sends();
            if counted.question.is_empty() {
                counted.question.clone_from(&seen.view.question);
            }
        }
        self.kept.insert(poll.to_string(), vote);
        self.sends_vote(poll);
        self.tired |= rand::random_bool(LOCKS_AT_ONCE);
    }

    pub(super) fn sends_vote(&mut self, poll: &str) {
        let Some(vote) = self.kept.get_mut(poll) else {
            return;
        };
        self.last_ask += 1;
        vote.ask = self.last_ask;
        vote.sent = Instant::now();
        vote.pressed.get_or_insert(vote.sent);
        self.out.push(ClientMessage::Cast {
            ask: vote.ask,
            poll: poll.to_string(),
            seq: vote.seq,
            answer: vote.answer.clone(),
        });
    }

    pub(super) fn sends_question(&mut self) {
        let Some((question, wish)) = &mut self.question else {
            return;
        };
        if *wish == Wish::Answered || (*wish == Wish::Waits && !self.takes_questions) {
            return;
        }
        let first = *wish == Wish::Waits;
        *wish = Wish::Sent;
        let key = format!("rehearsal-{}-{}", self.crowd.name, self.n);
        let text = format!(
            "{QUESTION} {} of {}: can this be read on stage?",
            question.number, question.of
        );
        let name = "Rehearsal bot".to_string();
        self.asks(Other::Question, |ask| ClientMessage::AskQuestion {
            ask,
            key,
            text,
            name,
            about: None,
        });
        self.crowd.measure.kept().counts.questions.sent += u32::from(first);
    }

    pub(super) fn asks(&mut self, what: Other, message: impl FnOnce(u32) -> ClientMessage) {
        self.last_ask += 1;
        let sent = Instant::now();
        self.waiting.insert(self.last_ask, Waiting { what, sent });
        self.out.push(message(self.last_ask));
    }
}
