//! What a bot knows of the session and wants to do next. Nothing here waits.

mod does;
mod hears;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;

use super::super::counted::Mark;
use super::super::crowd::{Crowd, Question};
use super::super::line::{Fault, PATIENCE};
use super::super::measure::{Asked, Counts, Felt};
use crate::protocol::{Answer, ClientMessage, PollView, REACTIONS};

/// How many of those who see a rehearsal's question press "me too".
const UPVOTES: f64 = 0.3;
/// What every question of a rehearsal begins with, so that a host knows them; only these are upvoted.
const QUESTION: &str = "Rehearsal question";

#[derive(Debug, Clone, PartialEq)]
enum Act {
    Vote(String),
    /// A vote that could not be taken is sent once more.
    Again(String),
    Ask,
    Upvote(u32),
    React,
    Sleep,
}

/// A poll as this bot knows it.
struct Seen {
    view: PollView,
    /// The highest `seq` that was used or told.
    seq: u32,
    /// The highest that was told heard; 0: none.
    heard: u32,
    /// A vote is on the agenda.
    planned: bool,
    /// Refused in a way that voting again would not change.
    barred: bool,
    /// The newest tally that was shown; none while none is.
    version: Option<u32>,
    /// An own vote that was heard at that time, and which tally will have it.
    waits: Option<(Instant, Mark)>,
}

impl Seen {
    fn new(view: PollView) -> Self {
        Self {
            view,
            seq: 0,
            heard: 0,
            planned: false,
            barred: false,
            version: None,
            waits: None,
        }
    }
}

/// A vote that is not answered yet. It outlives its line.
struct Kept {
    seq: u32,
    answer: Answer,
    ask: u32,
    /// When its owner began to wait; none who has slept since does.
    pressed: Option<Instant>,
    sent: Instant,
}

/// Another ask that waits for its answer on this line.
struct Waiting {
    what: Other,
    sent: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Other {
    Question,
    Upvote,
    React,
}

impl Other {
    fn counts(self, counts: &mut Counts) -> &mut Asked {
        match self {
            Self::Question => &mut counts.questions,
            Self::Upvote => &mut counts.upvotes,
            Self::React => &mut counts.reactions,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wish {
    Waits,
    Sent,
    Answered,
}

pub struct Mind {
    crowd: Arc<Crowd>,
    n: u32,
    /// The revision of the snapshot that is held in full; none asks for a whole one.
    pub have: Option<u32>,
    live: bool,
    takes_reactions: bool,
    takes_questions: bool,
    polls: BTreeMap<String, Seen>,
    kept: BTreeMap<String, Kept>,
    waiting: BTreeMap<u32, Waiting>,
    question: Option<(Question, Wish)>,
    /// Been in at least once.
    known: bool,
    inside: bool,
    closing: bool,
    tired: bool,
    /// What is to be done, and when.
    agenda: Vec<(Instant, Act)>,
    out: Vec<ClientMessage>,
    last_ask: u32,
}

impl Mind {
    pub fn new(crowd: Arc<Crowd>, n: u32, question: Option<Question>) -> Self {
        Self {
            crowd,
            n,
            have: None,
            live: false,
            takes_reactions: false,
            takes_questions: false,
            polls: BTreeMap::new(),
            kept: BTreeMap::new(),
            waiting: BTreeMap::new(),
            question: question.map(|question| (question, Wish::Waits)),
            known: false,
            inside: false,
            closing: false,
            tired: false,
            agenda: Vec::new(),
            out: Vec::new(),
            last_ask: 0,
        }
    }

    /// After the first message of a line: what was not answered is sent again, and life goes on.
    pub fn comes_in(&mut self) {
        self.inside = true;
        {
            let mut measured = self.crowd.measure.kept();
            let counts = &mut measured.counts;
            counts.votes_sent_again += u32::try_from(self.kept.len()).unwrap_or(u32::MAX);
            match self.known {
                true => counts.came_back += 1,
                false => counts.joined += 1,
            }
        }
        let again: Vec<String> = self.kept.keys().cloned().collect();
        for poll in again {
            self.sends_vote(&poll);
        }
        if matches!(self.question, Some((_, Wish::Sent))) {
            self.sends_question();
        }
        if self.closing {
            return;
        }
        if !self.known
            && let Some((question, _)) = &self.question
        {
            self.agenda.push((question.at, Act::Ask));
        }
        self.known = true;
        self.plans(self.crowd.pace.awake, Act::Sleep);
        self.plans(self.crowd.pace.react, Act::React);
        self.plans_votes();
    }

    /// The line has ended. Whether it had stood.
    pub fn leaves(&mut self) -> bool {
        let stood = std::mem::take(&mut self.inside);
        if stood {
            self.crowd.measure.leaves();
        }
        if std::mem::take(&mut self.tired) {
            self.crowd.measure.kept().counts.slept += 1;
            // Whoever slept over an answer did not wait for it: the wait begins when it is sent again.
            for kept in self.kept.values_mut() {
                kept.pressed = None;
            }
        }
        // What is not answered is sent again anyway, and the rest is planned anew.
        self.agenda
            .retain(|(_, act)| !matches!(act, Act::Again(_) | Act::Sleep | Act::React));
        self.waiting.clear();
        self.out.clear();
        for seen in self.polls.values_mut() {
            seen.waits = None;
        }
        stood
    }

    /// The time is over: nothing new is begun, what was begun is waited for.
    pub fn closes(&mut self) {
        let waits = matches!(self.question, Some((_, Wish::Sent)));
        self.closing = true;
        self.agenda
            .retain(|(_, act)| matches!(act, Act::Again(_)) || (*act == Act::Ask && waits));
    }

    /// Whether a vote or question is not answered yet.
    pub fn owes(&self) -> bool {
        !self.kept.is_empty() || matches!(self.question, Some((_, Wish::Sent)))
    }

    pub fn is_tired(&self) -> bool {
        self.tired
    }

    /// The end of this bot.
    pub fn ends(&mut self, left_standing: bool) {
        let unanswered = u32::try_from(self.kept.len()).unwrap_or(u32::MAX);
        let mut measured = self.crowd.measure.kept();
        measured.counts.votes_unanswered += unanswered;
        measured.counts.never_in += u32::from(left_standing);
    }

    /// What is to be sent now.
    pub fn takes_out(&mut self) -> Vec<String> {
        let messages = self.out.drain(..);
        messages
            .filter_map(|message| serde_json::to_string(&message).ok())
            .collect()
    }

    /// When something is to be done, or has been waited for long enough.
    pub fn next_due(&self) -> Option<Instant> {
        let acts = self.agenda.iter().map(|(at, _)| *at);
        let tallies = self.polls.values().filter_map(|seen| seen.waits);
        let asks = self.asked().chain(tallies.map(|(since, _)| since));
        acts.chain(asks.map(|since| since + PATIENCE)).min()
    }

    fn asked(&self) -> impl Iterator<Item = Instant> {
        let votes = self.kept.values().map(|kept| kept.sent);
        votes.chain(self.waiting.values().map(|waiting| waiting.sent))
    }

    /// Does what is due. A line that swallows asks is no line.
    pub fn acts(&mut self) -> Result<(), Fault> {
        let now = Instant::now();
        if self.asked().any(|sent| now >= sent + PATIENCE) {
            return Err(Fault::Slow("answer"));
        }
        for seen in self.polls.values_mut() {
            if seen.waits.is_some_and(|(since, _)| now >= since + PATIENCE) {
                seen.waits = None;
                self.crowd.measure.took(Felt::Tally, PATIENCE);
                self.crowd.measure.kept().counts.tallies_missed += 1;
            }
        }
        while let Some(place) = self.agenda.iter().position(|(at, _)| *at <= now) {
            match self.agenda.swap_remove(place).1 {
                Act::Vote(poll) => self.votes(&poll),
                Act::Again(poll) => self.sends_vote(&poll),
                Act::Ask => self.sends_question(),
                Act::Upvote(question) => {
                    self.asks(Other::Upvote, |ask| ClientMessage::Upvote {
                        ask,
                        question,
                        up: true,
                    });
                    self.crowd.measure.kept().counts.upvotes.sent += 1;
                }
                Act::React => {
                    if self.takes_reactions {
                        let kind = REACTIONS[rand::random_range(0..REACTIONS.len())].to_string();
                        self.asks(Other::React, |ask| ClientMessage::React { ask, kind });
                        self.crowd.measure.kept().counts.reactions.sent += 1;
                    }
                    self.plans(self.crowd.pace.react, Act::React);
                }
                Act::Sleep => self.tired = true,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
