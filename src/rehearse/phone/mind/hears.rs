//! What a bot makes of what the server says.

use std::time::Duration;

use tokio::time::Instant;

use super::super::super::frames::{self, Frame};
use super::super::super::line::Fault;
use super::super::super::measure::Felt;
use super::{Act, Mind, Other, QUESTION, Seen, UPVOTES, Wish};
use crate::protocol::{OwnBallot, PollView, RoomView, ServerMessage, Snapshot};

/// Refusals that a host or the asker is the reason of: the poll was closed, the question came too soon.
const FOR_A_REASON: [&str; 10] = [
    "closed",
    "not_open",
    "not_started",
    "ended",
    "unknown",
    "superseded",
    "limit_reached",
    "not_possible",
    "banned",
    "too_soon",
];

impl Mind {
    pub fn hears(&mut self, text: &str) -> Result<(), Fault> {
        match frames::read(text).map_err(Fault::Odd)? {
            Frame::Other => {}
            Frame::Tally {
                poll,
                version,
                shown,
            } => {
                if shown {
                    self.sees_tally(&poll, version);
                }
            }
            Frame::Whole(message) => self.takes(*message),
        }
        Ok(())
    }

    fn takes(&mut self, message: ServerMessage) {
        use ServerMessage as M;
        match message {
            M::Snapshot(snapshot) => self.takes_snapshot(*snapshot),
            M::Resumed {
                rev, ballots, room, ..
            } => {
                self.have = Some(rev);
                self.takes_own(&ballots);
                self.takes_room(&room);
            }
            // A line that is cut between two frames of one change leaves a hole: what is held is no longer whole.
            M::Session { session, .. } => {
                self.have = None;
                self.takes_state(&session.state);
                self.plans_votes();
            }
            M::Poll { poll, .. } => {
                self.have = None;
                self.takes_poll(*poll);
                self.plans_votes();
            }
            M::PollGone { poll, .. } => {
                self.have = None;
                self.polls.remove(&poll);
            }
            M::Ballot { ballot } => {
                if let Some(seen) = self.polls.get_mut(&ballot.poll) {
                    seen.seq = seen.seq.max(ballot.seq);
                }
            }
            M::Heard { ask, .. } => self.is_heard(ask),
            M::Refused {
                ask: Some(ask),
                code,
                ballot,
                wait_seconds,
                ..
            } => self.is_refused(ask, &code, ballot, wait_seconds),
            _ => {}
        }
    }

    fn takes_snapshot(&mut self, snapshot: Snapshot) {
        self.have = Some(snapshot.rev);
        self.takes_state(&snapshot.session.state);
        let there = |id: &String| snapshot.polls.iter().any(|poll| poll.id == *id);
        self.polls.retain(|id, _| there(id));
        for poll in snapshot.polls {
            self.takes_poll(poll);
        }
        self.takes_own(&snapshot.ballots);
        if let Some(room) = &snapshot.room {
            self.takes_room(room);
        }
    }

    fn takes_state(&mut self, state: &str) {
        self.live = state == "live";
        if state == "ended" {
            self.crowd.measure.kept().ended = true;
        }
    }

    fn takes_poll(&mut self, view: PollView) {
        let id = view.id.clone();
        let version = view.tally.as_ref().map(|tally| tally.version);
        match self.polls.get_mut(&id) {
            Some(seen) => {
                seen.view = view;
                seen.barred = false;
                if version.is_none() {
                    (seen.version, seen.waits) = (None, None);
                }
            }
            None => {
                self.polls.insert(id.clone(), Seen::new(view));
            }
        }
        if let Some(version) = version {
            self.crowd.measure.kept().poll(&id).sees(version);
            self.sees_tally(&id, version);
        }
    }

    /// What the server holds of one's own is at least what it has called heard.
    fn takes_own(&mut self, ballots: &[OwnBallot]) {
        for (id, seen) in &mut self.polls {
            let held = ballots.iter().find(|ballot| ballot.poll == *id);
            let held = held.map_or(0, |ballot| ballot.seq);
            seen.seq = seen.seq.max(held);
            if held < seen.heard {
                let mut measured = self.crowd.measure.kept();
                if measured.lost.insert((id.clone(), self.n)) {
                    measured.counts.votes_lost += 1;
                }
            }
        }
    }

    fn takes_room(&mut self, room: &RoomView) {
        let rules = &room.questions.rules;
        self.takes_reactions = rules.reactions;
        self.takes_questions = rules.open;
        let planned = |(_, act): &(Instant, Act)| matches!(act, Act::Upvote(_));
        if self.closing || self.agenda.iter().any(planned) {
            return;
        }
        let own = room.own.as_ref();
        let fresh = room.questions.list.iter().filter(|question| {
            let pressed = own.is_some_and(|own| own.upvoted.contains(&question.id));
            question.standing == "open" && question.text.starts_with(QUESTION) && !pressed
        });
        let fresh: Vec<u32> = fresh.map(|question| question.id).collect();
        if !fresh.is_empty() && rand::random_bool(UPVOTES) {
            let question = fresh[rand::random_range(0..fresh.len())];
            self.plans(self.crowd.pace.think, Act::Upvote(question));
        }
    }

    fn sees_tally(&mut self, poll: &str, version: u32) {
        let Some(seen) = self.polls.get_mut(poll) else {
            return;
        };
        let version = version.max(seen.version.unwrap_or(0));
        let first = seen.version.replace(version).is_none();
        // Ten times a second for every bot: the common measure is touched only where there is something to note.
        if !first && seen.waits.is_none() {
            return;
        }
        let mut measured = self.crowd.measure.kept();
        let counted = measured.poll(poll);
        counted.sees(version);
        counted.shown |= seen.view.phase == "open";
        if let Some((since, mark)) = seen.waits
            && counted.includes(version, mark)
        {
            seen.waits = None;
            drop(measured);
            self.crowd.measure.took(Felt::Tally, since.elapsed());
        }
    }

    fn is_heard(&mut self, ask: u32) {
        if let Some(waiting) = self.waiting.remove(&ask) {
            let felt = match waiting.what {
                Other::Question | Other::Upvote => Felt::Question,
                Other::React => Felt::Reaction,
            };
            self.crowd.measure.tried(Ok(()));
            self.crowd.measure.took(felt, waiting.sent.elapsed());
            waiting
                .what
                .counts(&mut self.crowd.measure.kept().counts)
                .heard += 1;
            self.question_is_answered(waiting.what);
            return;
        }
        let Some((poll, kept)) = self.lets_go(ask) else {
            return;
        };
        self.crowd.measure.tried(Ok(()));
        if let Some(pressed) = kept.pressed {
            self.crowd.measure.took(Felt::Vote, pressed.elapsed());
        }
        let mut measured = self.crowd.measure.kept();
        measured.counts.votes.heard += 1;
        let mut there_already = false;
        if let Some(seen) = self.polls.get_mut(&poll) {
            let counted = measured.poll(&poll);
            counted.voters += u32::from(seen.heard == 0);
            seen.heard = seen.heard.max(kept.seq);
            if let (Some(version), None) = (seen.version, seen.waits) {
                let mark = counted.mark();
                there_already = counted.includes(version, mark);
                seen.waits = (!there_already).then(|| (Instant::now(), mark));
            }
        }
        drop(measured);
        if there_already {
            self.crowd.measure.took(Felt::Tally, Duration::ZERO);
        }
        self.plans_votes();
    }

    fn is_refused(
        &mut self,
        ask: u32,
        code: &str,
        ballot: Option<OwnBallot>,
        wait_seconds: Option<u32>,
    ) {
        // An answer all the same, and in time; but not one that anyone pressed for.
        let outcome = match FOR_A_REASON.contains(&code) {
            true => Ok(()),
            false => Err(&Fault::Refused(code.to_string())),
        };
        self.crowd.measure.tried(outcome);
        let again_at = wait_seconds.map(|seconds| {
            let wait = Duration::from_secs(u64::from(seconds));
            Instant::now() + wait.mul_f64(1.0 + rand::random::<f64>() / 2.0)
        });
        if let Some(waiting) = self.waiting.remove(&ask) {
            if let (Other::Question, Some(at)) = (waiting.what, again_at) {
                self.agenda.push((at, Act::Ask));
                return;
            }
            let mut measured = self.crowd.measure.kept();
            let asked = waiting.what.counts(&mut measured.counts);
            *asked.refused.entry(code.to_string()).or_default() += 1;
            drop(measured);
            self.question_is_answered(waiting.what);
            return;
        }
        let Some((poll, mut kept)) = self.lets_go(ask) else {
            return;
        };
        if let Some(at) = again_at {
            kept.sent = at;
            self.agenda.push((at, Act::Again(poll.clone())));
            self.kept.insert(poll, kept);
            return;
        }
        let mut measured = self.crowd.measure.kept();
        let refused = &mut measured.counts.votes.refused;
        *refused.entry(code.to_string()).or_default() += 1;
        measured.poll(&poll).refused();
        drop(measured);
        if let Some(seen) = self.polls.get_mut(&poll) {
            seen.seq = seen.seq.max(ballot.map_or(0, |ballot| ballot.seq));
            seen.barred = code != "superseded";
        }
        self.plans_votes();
    }

    /// The vote that this was the answer to.
    fn lets_go(&mut self, ask: u32) -> Option<(String, super::Kept)> {
        let (poll, _) = self.kept.iter().find(|(_, kept)| kept.ask == ask)?;
        let poll = poll.clone();
        let kept = self.kept.remove(&poll)?;
        Some((poll, kept))
    }

    fn question_is_answered(&mut self, what: Other) {
        if what == Other::Question
            && let Some((_, wish)) = &mut self.question
        {
            *wish = Wish::Answered;
        }
    }
}
