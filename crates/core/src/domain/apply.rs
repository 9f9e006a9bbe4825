//! What a fact does to a session. Infallible: `decide` has already refused what cannot be.
//! An edit that points at nothing (a log of a newer version, say) changes nothing.

use std::collections::BTreeMap;

use super::audit;
use super::chat::Chat;
use super::fact::{By, Edit, Fact, Recorded, State};
use super::plan::SessionPlan;
use super::poll::{Ballot, Phase, Poll, PollOption};
use super::questions::change::Change;
use super::questions::{Questions, Standing};
use super::session::{Segment, Session, UNDO_MAX, UndoStep};
use super::signal::{SignalAnswer, Signals};
use super::stage::Up;
use super::walk::Walks;
use crate::ids::{OptionId, PollId, Timestamp};

impl Session {
    /// The session that this log tells of; none if the log does not begin with one.
    pub fn replay<'a>(facts: impl IntoIterator<Item = &'a Recorded>) -> Option<Session> {
        let mut facts = facts.into_iter();
        let first = facts.next()?;
        let Fact::SessionCreated { plan } = &first.fact else {
            return None;
        };
        let mut session = Session::created(plan.clone());
        session.seq = first.seq;
        for fact in facts {
            session.apply(fact);
        }
        Some(session)
    }

    pub fn created(plan: SessionPlan) -> Session {
        Session {
            title: plan.title,
            blurb: plan.blurb,
            code: plan.code,
            lang: plan.lang,
            channels: plan.channels,
            state: State::Draft,
            agenda: plan.agenda.into_iter().map(Segment::new).collect(),
            current: None,
            up: None,
            polls: plan.polls.into_iter().map(Poll::new).collect(),
            questions: Questions {
                rules: plan.questions,
                ..Questions::default()
            },
            chat: Chat::default(),
            signals: Signals::default(),
            announcement: None,
            runs: BTreeMap::new(),
            recorded: Vec::new(),
            last_run: 0,
            walks: Walks::default(),
            acted_at: None,
            rev: 1,
            seq: 1,
            acts: 0,
            undo: Vec::new(),
            log: Vec::new(),
        }
    }

    pub fn apply(&mut self, recorded: &Recorded) {
        self.seq = recorded.seq;
        let at = recorded.at;
        match &recorded.fact {
            Fact::SessionCreated { .. } => {}
            Fact::Acted {
                label,
                edits,
                undo,
                by,
            } => {
                for edit in edits {
                    self.log_and_apply(edit, at, "");
                    self.put_up_what_is_asked(edit);
                }
                self.acts += 1;
                self.undo.push(UndoStep {
                    number: self.acts,
                    by: *by,
                    label: label.clone(),
                    edits: undo.clone(),
                });
                self.forget_older_undo(*by);
                self.acted_at = Some(at);
                self.rev += 1;
            }
            Fact::Undone { edits, back, .. } => {
                for edit in edits {
                    self.log_and_apply(edit, at, "Undone: ");
                }
                let last = self.undo.len().checked_sub(1 + *back as usize);
                if let Some(place) = last {
                    self.undo.remove(place);
                }
                self.acted_at = Some(at);
                self.rev += 1;
            }
            Fact::Elapsed { poll, phase } => {
                // What is seen stays to be seen, also where it came up with its segment.
                if self.on_stage().as_ref() == Some(poll) {
                    self.up = Some(Up::poll(poll));
                }
                let edit = Edit::Phase {
                    poll: poll.clone(),
                    phase: *phase,
                };
                self.log_and_apply(&edit, at, "");
                self.acted_at = Some(at);
                self.rev += 1;
            }
            Fact::WrittenIn {
                poll,
                option,
                label,
                held,
            } => {
                if let Some(poll) = self.poll_mut(poll) {
                    poll.written_in(*option, label, *held);
                }
            }
            Fact::BallotCast {
                poll,
                voter,
                seq,
                choice,
                via,
                revision,
                words,
            } => {
                let ballot = Ballot {
                    seq: *seq,
                    choice: Some(choice.clone()),
                    channel: via.clone(),
                    revision: *revision,
                    words: words.clone(),
                    at,
                    changes: 0,
                };
                if let Some(poll) = self.poll_mut(poll) {
                    poll.put_ballot(*voter, ballot);
                }
            }
            Fact::BallotWithdrawn { poll, voter, seq } => {
                let ballot = Ballot {
                    seq: *seq,
                    choice: None,
                    channel: None,
                    revision: 0,
                    words: None,
                    at,
                    changes: 0,
                };
                if let Some(poll) = self.poll_mut(poll) {
                    poll.put_ballot(*voter, ballot);
                }
            }
            Fact::QuestionAsked(fact) => self.questions.asked(fact, at),
            Fact::QuestionEdited(fact) => self.questions.edited(fact),
            Fact::QuestionWithdrawn { question } => self.questions.withdrawn(*question),
            Fact::Upvoted {
                question,
                asker,
                up,
            } => self.questions.upvoted(*question, *asker, *up),
            Fact::MessageSaid(fact) => self.chat.said(fact, at),
            Fact::RunEnded {
                segment,
                number,
                outcome,
            } => self.end_run(segment, *number, outcome),
            Fact::InputSent(fact) => {
                self.walks.take(fact, at);
                self.rev += 1;
            }
            Fact::SignalAnswered {
                check,
                asker,
                sees,
                hears,
                via,
            } => {
                let answer = SignalAnswer {
                    sees: *sees,
                    hears: *hears,
                    via: via.clone(),
                };
                self.signals.answers.insert((*check, *asker), answer);
            }
        }
    }

    /// Older versions put a question on stage by its standing alone. Later ones say so beside it.
    fn put_up_what_is_asked(&mut self, edit: &Edit) {
        if let Edit::Question { question, change } = edit
            && matches!(
                change,
                Change::Standing {
                    standing: Standing::Asking { .. }
                }
            )
        {
            self.up = Some(Up::Question {
                question: *question,
            });
        }
    }

    /// Each kind of people keeps their own last steps: whoever moderates much takes no undo away from the host.
    fn forget_older_undo(&mut self, by: By) {
        let steps = self.undo.iter().filter(|step| step.by == by).count();
        if steps > UNDO_MAX
            && let Some(oldest) = self.undo.iter().position(|step| step.by == by)
        {
            self.undo.remove(oldest);
        }
    }

    fn log_and_apply(&mut self, edit: &Edit, at: Timestamp, prefix: &str) {
        if let Some(mut entry) = audit::entry(self, edit, at) {
            if !prefix.is_empty() {
                if !entry.text.is_empty() {
                    entry.text = format!("{prefix}{}", entry.text);
                }
                entry.told = entry.told.map(|told| format!("{prefix}{told}"));
            }
            self.log.push(entry);
        }
        self.edit(edit, at);
    }

    fn edit(&mut self, edit: &Edit, at: Timestamp) {
        match edit {
            Edit::State { state } => self.set_state(*state, at),
            Edit::Settings {
                title,
                blurb,
                channels,
            } => {
                self.title.clone_from(title);
                self.blurb.clone_from(blurb);
                self.channels.clone_from(channels);
                self.questions.relabelled();
                self.chat.relabelled();
            }
            Edit::SegmentPut { segment, at: place } => {
                let place = (*place as usize).min(self.agenda.len());
                self.agenda.insert(place, Segment::new(segment.clone()));
            }
            Edit::SegmentChanged { segment } => {
                if let Some(old) = self.agenda.iter_mut().find(|s| s.plan.id == segment.id) {
                    old.plan = segment.clone();
                }
            }
            Edit::SegmentMoved { segment, to } => {
                if let Ok(place) = self.segment_place(segment) {
                    let moved = self.agenda.remove(place);
                    self.agenda
                        .insert((*to as usize).min(self.agenda.len()), moved);
                }
            }
            Edit::SegmentRemoved { segment } => {
                self.agenda.retain(|s| s.plan.id != *segment);
            }
            Edit::Current { segment } => {
                if let Some(old) = self.current.take()
                    && let Some(old) = self.agenda.iter_mut().find(|s| s.plan.id == old)
                    && old.started_at.is_some()
                {
                    old.ended_at = Some(at);
                }
                if let Some(new) = segment
                    && let Some(new) = self.agenda.iter_mut().find(|s| s.plan.id == *new)
                {
                    // In a draft nothing has begun.
                    if self.state != State::Draft {
                        new.started_at.get_or_insert(at);
                    }
                    new.ended_at = None;
                }
                self.current.clone_from(segment);
            }
            Edit::SegmentTimes {
                segment,
                started_at,
                ended_at,
            } => {
                if let Some(found) = self.agenda.iter_mut().find(|s| s.plan.id == *segment) {
                    found.started_at = *started_at;
                    found.ended_at = *ended_at;
                }
            }
            Edit::OnStage { poll: Some(poll) } => self.up = Some(Up::poll(poll)),
            Edit::OnStage { poll: None } => {
                // A question stayed where it was.
                self.up.take_if(|up| matches!(up, Up::Poll { .. }));
            }
            Edit::Up { up } => self.up.clone_from(up),
            Edit::PollPut { poll, at: place } => {
                let place = (*place as usize).min(self.polls.len());
                self.polls.insert(place, Poll::new(poll.clone()));
            }
            Edit::PollChanged { poll } => {
                if let Some(old) = self.poll_mut(&poll.id) {
                    *old = Poll::new(poll.clone());
                }
            }
            Edit::PollRemoved { poll } => self.polls.retain(|p| p.plan.id != *poll),
            Edit::PollMoved {
                poll,
                segment,
                at: place,
                step,
            } => {
                if let Some(from) = self.polls.iter().position(|p| p.plan.id == *poll) {
                    let mut moved = self.polls.remove(from);
                    moved.plan.segment.clone_from(segment);
                    moved.plan.step.clone_from(step);
                    let place = (*place as usize).min(self.polls.len());
                    self.polls.insert(place, moved);
                }
            }
            Edit::Phase { poll, phase } => {
                if let Some(poll) = self.poll_mut(poll) {
                    poll.phase = *phase;
                    if matches!(phase, Phase::Open { .. }) {
                        poll.opened_at.get_or_insert(at);
                    }
                }
            }
            Edit::Deadline { poll, closes_at } => {
                if let Some(poll) = self.poll_mut(poll)
                    && let Phase::Open { closes_at: at } = &mut poll.phase
                {
                    *at = *closes_at;
                }
            }
            Edit::Revealed { poll, revealed } => {
                if let Some(poll) = self.poll_mut(poll) {
                    poll.revealed = *revealed;
                }
            }
            Edit::OptionPut {
                poll,
                option,
                label,
            } => {
                if let Some(poll) = self.poll_mut(poll)
                    && option.index() == poll.options.len()
                {
                    poll.revision += 1;
                    poll.options
                        .push(PollOption::new(label.clone(), poll.revision));
                }
            }
            Edit::OptionRemoved { poll, option } => {
                self.edit_option(poll, *option, at, |option| option.removed = true);
            }
            Edit::OptionRenamed {
                poll,
                option,
                label,
            } => {
                self.edit_option(poll, *option, at, |option| {
                    option.rename(label);
                });
            }
            Edit::OptionMerged { poll, option, into } => {
                self.edit_option(poll, *option, at, |option| option.merged_into = *into);
            }
            Edit::OptionHidden {
                poll,
                option,
                hidden,
            } => self.edit_option(poll, *option, at, |option| {
                (option.hidden, option.held) = (*hidden, false);
            }),
            Edit::Resolved { poll, resolution } => {
                if let Some(poll) = self.poll_mut(poll) {
                    poll.resolution.clone_from(resolution);
                }
            }
            Edit::Rules { rules } => {
                self.questions.set_rules(rules);
                self.chat.relabelled();
            }
            Edit::Question { question, change } => self.questions.change(*question, change),
            Edit::Banned { asker, ban } => self.questions.set_ban(*asker, ban.as_ref()),
            Edit::MessageHidden { message, hidden } => {
                self.chat
                    .change_one(*message, |message| message.hidden = *hidden);
            }
            Edit::MessagePending { message, pending } => {
                self.chat
                    .change_one(*message, |message| message.pending = *pending);
            }
            Edit::Announcement { announcement } => self.announcement.clone_from(announcement),
            Edit::Signal { check } => self.signals.set(*check),
            Edit::Run { segment, run } => self.set_run(segment, run.as_deref()),
            Edit::Walk { segment, walk } => self.walks.set(segment, walk.as_deref()),
            Edit::SentDone { sent, done } => self.walks.set_done(*sent, *done),
        }
    }

    /// Edits an option and counts again: what its ballots are counted under may have changed.
    fn edit_option(
        &mut self,
        poll: &PollId,
        option: OptionId,
        at: Timestamp,
        change: impl FnOnce(&mut PollOption),
    ) {
        let Some(poll) = self.poll_mut(poll) else {
            return;
        };
        let Some(slot) = poll.slot_mut(option) else {
            return;
        };
        change(slot);
        // The revision is about what everyone is offered. A write-in is not; and a revision that
        // counted them would tell the audience that there are some.
        if !option.is_write_in() {
            poll.revision += 1;
        }
        poll.tally = poll.recount();
        poll.tally.version += 1;
        if poll.tally.voters > 0 {
            poll.history.note(at, &poll.tally);
        }
    }
}
