//! A session as it stands: agenda, what is current and on stage, polls, the public log.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::chat::Chat;
use super::demo::{Outcome, RECORDINGS_MAX, Recorded, Run, RunState};
use super::fact::{By, Edit, State};
use super::plan::{Channel, PollPlan, SegmentPlan, SessionPlan};
use super::poll::{Phase, Poll};
use super::questions::Questions;
use super::refusal::Refusal;
use super::signal::{Announcement, Signals};
use super::stage::Up;
use super::walk::Walks;
use crate::ids::{ChannelId, OptionId, PollId, QuestionId, SegmentId, SessionCode, Timestamp};

/// How many actions a host can take back, one after the other.
pub const UNDO_MAX: usize = 30;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Session {
    pub title: String,
    pub blurb: String,
    pub code: SessionCode,
    /// The language of its texts; empty is not said.
    pub lang: String,
    pub channels: Vec<Channel>,
    pub state: State,
    pub agenda: Vec<Segment>,
    pub current: Option<SegmentId>,
    /// What the host put up on stage; [`stage::shown`](super::stage::shown) says what is seen there.
    pub up: Option<Up>,
    /// In agenda order as the host placed them; a poll without segment stands at its place.
    pub polls: Vec<Poll>,
    pub questions: Questions,
    pub chat: Chat,
    pub signals: Signals,
    pub announcement: Option<Announcement>,
    /// The newest run of each segment's demo; at most one goes on.
    pub runs: BTreeMap<SegmentId, Run>,
    /// Runs that can be played back, oldest first.
    pub recorded: Vec<Recorded>,
    /// The number of the last run that was started.
    pub last_run: u32,
    pub walks: Walks,
    /// When something was last opened, revealed, shown or said by a host: what delayed viewers still wait for.
    pub acted_at: Option<Timestamp>,
    /// Grows with every fact but ballots and write-ins, so that it says nothing about the count.
    pub rev: u32,
    /// The last fact applied.
    pub seq: i64,
    /// Actions of those who run it so far.
    pub acts: u32,
    pub undo: Vec<UndoStep>,
    pub log: Vec<LogEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    pub plan: SegmentPlan,
    /// When it first became current.
    pub started_at: Option<Timestamp>,
    /// When it last stopped being current.
    pub ended_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UndoStep {
    /// Counted from 1 over the session's actions; never given twice.
    pub number: u32,
    pub by: By,
    pub label: String,
    pub edits: Vec<Edit>,
}

/// One line of the public log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogEntry {
    pub at: Timestamp,
    pub poll: Option<PollId>,
    /// The write-in whose words are in it: they are not told once it is hidden.
    pub write_in: Option<OptionId>,
    /// The question that the line names: its words are put in for those who may read them.
    pub question: Option<QuestionId>,
    /// What anyone may read at any time: nothing in it depends on a ballot. Empty where that is nothing,
    /// as for an edit of a write-in.
    pub text: String,
    /// The whole of it, with voters' own words and numbers, for once the poll's result is shown.
    pub told: Option<String>,
}

impl Session {
    pub fn poll(&self, id: &PollId) -> Result<&Poll, Refusal> {
        self.polls
            .iter()
            .find(|poll| poll.plan.id == *id)
            .ok_or_else(|| Refusal::unknown("poll", id))
    }

    pub fn poll_mut(&mut self, id: &PollId) -> Option<&mut Poll> {
        self.polls.iter_mut().find(|poll| poll.plan.id == *id)
    }

    pub fn segment(&self, id: &SegmentId) -> Result<&Segment, Refusal> {
        self.agenda
            .iter()
            .find(|segment| segment.plan.id == *id)
            .ok_or_else(|| Refusal::unknown("segment", id))
    }

    /// Whether there is such a segment, and it is gone through step by step.
    pub fn is_walked(&self, id: &SegmentId) -> bool {
        self.segment(id)
            .is_ok_and(|segment| segment.plan.is_walked())
    }

    pub fn segment_place(&self, id: &SegmentId) -> Result<usize, Refusal> {
        self.agenda
            .iter()
            .position(|segment| segment.plan.id == *id)
            .ok_or_else(|| Refusal::unknown("segment", id))
    }

    pub fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == *id)
    }

    /// How far behind viewers of this channel are; none and unknown ones are not.
    pub fn delay_seconds(&self, via: Option<&ChannelId>) -> u32 {
        via.and_then(|id| self.channel(id))
            .map_or(0, |channel| channel.delay_seconds)
    }

    pub fn longest_delay_seconds(&self) -> u32 {
        self.channels
            .iter()
            .map(|channel| channel.delay_seconds)
            .max()
            .unwrap_or(0)
    }

    /// What someone of this kind would take back next.
    pub fn undo_step(&self, by: By) -> Option<(u32, &UndoStep)> {
        let place = self.undo.iter().rev().position(|step| step.by == by)?;
        let step = self.undo.get(self.undo.len() - 1 - place)?;
        Some((u32::try_from(place).ok()?, step))
    }

    /// The session as a run sheet would describe it: what was planned, with the edits made since.
    pub fn plan(&self) -> SessionPlan {
        SessionPlan {
            title: self.title.clone(),
            blurb: self.blurb.clone(),
            code: self.code.clone(),
            lang: self.lang.clone(),
            channels: self.channels.clone(),
            agenda: self.agenda.iter().map(|s| s.plan.clone()).collect(),
            polls: self.polls.iter().map(|poll| self.planned(poll)).collect(),
            questions: self.questions.rules.clone(),
        }
    }

    /// What a poll steers may have been removed since, and so may the walkthrough whose step it is about.
    fn planned(&self, poll: &Poll) -> PollPlan {
        let mut plan = poll.as_planned();
        plan.steers = plan.steers.filter(|steers| {
            let segment = self.segment(&steers.segment);
            segment.is_ok_and(|segment| segment.plan.demo.is_some())
        });
        let home = plan.segment.as_ref().and_then(|id| self.segment(id).ok());
        if plan.check_step(home.map(|home| &home.plan)).is_err() {
            plan.step = None;
        }
        plan
    }

    /// The clock of the current segment begins with the session.
    pub(super) fn set_state(&mut self, state: State, at: Timestamp) {
        self.state = state;
        let current = self.current.clone();
        if state == State::Live
            && let Some(now) = self
                .agenda
                .iter_mut()
                .find(|one| Some(&one.plan.id) == current.as_ref())
        {
            now.started_at.get_or_insert(at);
        }
    }

    pub(super) fn set_run(&mut self, segment: &SegmentId, run: Option<&Run>) {
        if let Some(run) = run {
            self.last_run = self.last_run.max(run.number);
            self.runs.insert(segment.clone(), run.clone());
        } else {
            self.runs.remove(segment);
        }
    }

    pub(super) fn end_run(&mut self, segment: &SegmentId, number: u32, outcome: &Outcome) {
        if let Some(run) = self.runs.get_mut(segment)
            && run.number == number
        {
            run.state = RunState::Ended;
            run.outcome = Some(outcome.clone());
            self.rev += 1;
            if outcome.recorded {
                self.recorded.push(Recorded {
                    number,
                    segment: segment.clone(),
                    settings: run.settings.clone(),
                    results: outcome.results.clone(),
                });
                let over = self.recorded.len().saturating_sub(RECORDINGS_MAX);
                self.recorded.drain(..over);
            }
        }
    }

    /// When the clock next changes something by itself.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.polls
            .iter()
            .filter_map(|poll| match poll.phase {
                Phase::Open { closes_at } => closes_at,
                Phase::Closing { until, .. } => Some(until),
                Phase::Draft | Phase::Closed => None,
            })
            .min()
    }
}

impl Segment {
    pub(in crate::domain) fn new(plan: SegmentPlan) -> Self {
        Self {
            plan,
            started_at: None,
            ended_at: None,
        }
    }
}
