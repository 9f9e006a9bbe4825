//! One poll: its options, its ballots, what is counted and who may still vote.
//!
//! **Invariant:** a ballot keeps what its voter picked, for ever. Merging and hiding change how picks are
//! *counted* ([`Poll::resolve`]), never the ballots, so both can be taken back without losing a vote.

pub mod kind;
pub mod multiple;
pub mod number;
pub mod prediction;
pub mod single;
pub mod tally;
pub mod yes_no;

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use self::kind::Choice;
use self::prediction::Resolution;
use self::tally::{History, Tally};
use super::demo::steers::Steers;
use super::plan::{OPTIONS_MAX, PollPlan};
use super::refusal::Refusal;
use crate::domain::text::folded;
use crate::ids::{BallotKey, ChannelId, OptionId, Timestamp, WRITE_IN_BASE};

/// Most different answers of their own that one voter may name, so that nobody uses them up for all.
pub const IDEAS_MAX: u32 = 5;

/// Most different write-ins of one poll that are counted by themselves.
pub const WRITE_INS_MAX: usize = 500;

/// What is written in beyond them is counted together, here. It is refused to nobody: whether a word is refused would tell
/// whether somebody has written it before.
pub const OTHER_ANSWERS: OptionId = OptionId(WRITE_IN_BASE + WRITE_INS_MAX as u16);
/// As it is called.
pub const OTHER_ANSWERS_LABEL: &str = "Other answers";

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Poll {
    pub plan: PollPlan,
    /// What the host offers, in order of creation; never shortened.
    pub options: Vec<PollOption>,
    /// What voters named; never shortened.
    pub write_ins: Vec<PollOption>,
    pub phase: Phase,
    pub opened_at: Option<Timestamp>,
    pub revealed: bool,
    /// Grows with each edit of the options.
    pub revision: u32,
    pub ballots: HashMap<BallotKey, Ballot>,
    /// The different answers of their own that each voter has named, folded.
    pub ideas: HashMap<BallotKey, BTreeSet<String>>,
    pub tally: Tally,
    pub history: History,
    pub resolution: Option<Resolution>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PollOption {
    pub label: String,
    /// The label as it is compared; folding hundreds of them again for each answer would take the owner's time.
    key: String,
    /// The revision in which it first appeared.
    pub since: u32,
    pub hidden: bool,
    /// Hidden by the rules as it was written in; no moderator has decided about it.
    pub held: bool,
    pub merged_into: Option<OptionId>,
    /// Taken back by undo before anyone picked it.
    pub removed: bool,
}

/// Where a poll stands. `Closing` is the grace of viewers on a delayed stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Draft,
    Open {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        closes_at: Option<Timestamp>,
    },
    Closing {
        /// When it closed for those without delay.
        since: Timestamp,
        /// When the last channel's grace ends.
        until: Timestamp,
    },
    Closed,
}

impl Phase {
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open { .. } => "open",
            Self::Closing { .. } => "closing",
            Self::Closed => "closed",
        }
    }

    pub fn takes_votes(self) -> bool {
        matches!(self, Self::Open { .. } | Self::Closing { .. })
    }
}

/// One voter's current ballot. A withdrawn one keeps its `seq`, so that a late retry cannot revive it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ballot {
    pub seq: u32,
    pub choice: Option<Choice>,
    pub channel: Option<ChannelId>,
    /// The poll's revision when it was cast.
    pub revision: u32,
    /// The write-in as this voter spelled it.
    pub words: Option<String>,
    /// When it was cast or withdrawn.
    pub at: Timestamp,
    /// How often it was changed since it was first cast.
    pub changes: u32,
}

impl Poll {
    pub fn new(plan: PollPlan) -> Self {
        let fixed = plan.kind.fixed_options();
        let labels: Vec<String> = if fixed.is_empty() {
            plan.options.clone()
        } else {
            fixed.iter().map(|label| (*label).to_string()).collect()
        };
        let options = labels
            .into_iter()
            .map(|label| PollOption::new(label, 0))
            .collect();
        Self {
            options,
            write_ins: Vec::new(),
            phase: Phase::Draft,
            opened_at: None,
            revealed: false,
            revision: 0,
            ballots: HashMap::new(),
            ideas: HashMap::new(),
            tally: Tally::default(),
            history: History::default(),
            resolution: None,
            plan,
        }
    }

    fn slot(&self, id: OptionId) -> Option<&PollOption> {
        match id.0.checked_sub(WRITE_IN_BASE) {
            Some(place) => self.write_ins.get(usize::from(place)),
            None => self.options.get(id.index()),
        }
    }

    /// Counts a ballot in place of the one that its voter had.
    pub(super) fn put_ballot(&mut self, voter: BallotKey, mut ballot: Ballot) {
        let mut tally = std::mem::take(&mut self.tally);
        if let Some(old) = self.ballots.get(&voter) {
            tally.take_out(old, |id| self.resolve(id));
            ballot.changes = old.changes.saturating_add(1);
        }
        tally.add(&ballot, |id| self.resolve(id));
        tally.version += 1;
        self.history.note(ballot.at, &tally);
        self.tally = tally;
        if let Some(words) = &ballot.words
            && self.plan.kind.as_number().is_none()
        {
            self.ideas.entry(voter).or_default().insert(folded(words));
        }
        self.ballots.insert(voter, ballot);
    }

    pub fn slot_mut(&mut self, id: OptionId) -> Option<&mut PollOption> {
        match id.0.checked_sub(WRITE_IN_BASE) {
            Some(place) => self.write_ins.get_mut(usize::from(place)),
            None => self.options.get_mut(id.index()),
        }
    }

    pub fn option(&self, id: OptionId) -> Result<&PollOption, Refusal> {
        self.slot(id)
            .filter(|option| !option.removed)
            .ok_or_else(|| Refusal::unknown("option", &id.0))
    }

    /// Every option and write-in with its id, those taken back left out.
    pub fn all_options(&self) -> impl Iterator<Item = (OptionId, &PollOption)> {
        let numbered = |base: u16, list| {
            (base..)
                .map(OptionId)
                .zip::<std::slice::Iter<'_, PollOption>>(list)
        };
        numbered(0, self.options.iter())
            .chain(numbered(WRITE_IN_BASE, self.write_ins.iter()))
            .filter(|(_, option)| !option.removed)
    }

    /// Whether everyone is offered this option.
    pub fn offers(&self, id: OptionId) -> bool {
        !id.is_write_in() && self.option(id).is_ok_and(PollOption::is_offered)
    }

    /// The option under which a pick of `id` is counted.
    pub fn resolve(&self, id: OptionId) -> OptionId {
        let mut at = id;
        // A chain is never longer than the lists; a loop cannot be written by `decide`.
        for _ in 0..self.options.len() + self.write_ins.len() {
            match self.slot(at).and_then(|option| option.merged_into) {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// The option that people would call by this name, hidden and merged ones included; offered ones first.
    pub fn find_label(&self, label: &str) -> Option<OptionId> {
        if self.plan.kind.as_number().is_some() {
            let mut given = self.all_options();
            return given
                .find(|(_, option)| option.label == label)
                .map(|(id, _)| id);
        }
        let wanted = folded(label);
        self.all_options()
            .find(|(_, option)| option.key == wanted)
            .map(|(id, _)| id)
    }

    /// The id that the next option of the host gets; none when the poll is full.
    pub fn next_option(&self) -> Option<OptionId> {
        let place = u16::try_from(self.options.len()).ok()?;
        (self.options.len() < OPTIONS_MAX).then_some(OptionId(place))
    }

    /// The id that the next write-in gets. Where there are as many as the poll holds, it is that of one that nobody stands by
    /// any more; and where each has its voters, none: what is new is counted with [`OTHER_ANSWERS`].
    pub fn next_write_in(&self) -> Option<OptionId> {
        let id = |place: usize| Some(OptionId(WRITE_IN_BASE + u16::try_from(place).ok()?));
        if self.write_ins.len() < WRITE_INS_MAX {
            return id(self.write_ins.len());
        }
        let all = self.options.iter().chain(&self.write_ins);
        let targets: BTreeSet<OptionId> = all.filter_map(|option| option.merged_into).collect();
        let free = |may_go: fn(&PollOption) -> bool| {
            let mut places = self.write_ins.iter().take(WRITE_INS_MAX).enumerate();
            let (place, _) = places.find(|(place, option)| {
                may_go(option)
                    && id(*place)
                        .is_some_and(|id| self.tally.count(id) == 0 && !targets.contains(&id))
            })?;
            id(place)
        };
        // What the rules hold goes as well, or a script that writes links would keep the places for good. What a moderator
        // has hidden stays known.
        free(PollOption::is_offered).or_else(|| free(PollOption::is_only_held))
    }

    /// A write-in takes its place: the next one, or that of one that nobody stands by.
    pub fn written_in(&mut self, id: OptionId, label: &str, held: bool) {
        let is_others = id == OTHER_ANSWERS && self.write_ins.len() == WRITE_INS_MAX;
        if !is_others && self.next_write_in() != Some(id) {
            return;
        }
        let mut written = PollOption::new(label.to_string(), self.revision);
        (written.hidden, written.held) = (held, held);
        match self.slot_mut(id) {
            Some(slot) => *slot = written,
            None => self.write_ins.push(written),
        }
    }

    /// May a viewer who is `delay_seconds` behind still vote at `now`? The deadline itself is too late.
    pub fn accepts(&self, delay_seconds: u32, now: Timestamp) -> Result<(), Refusal> {
        let until = match self.phase {
            Phase::Draft => return Err(Refusal::NotOpen),
            Phase::Closed => return Err(Refusal::too_late()),
            Phase::Open { closes_at: None } => return Ok(()),
            Phase::Open {
                closes_at: Some(at),
            } => at,
            Phase::Closing { since, .. } => since,
        };
        if now < until.plus_seconds(delay_seconds) {
            Ok(())
        } else {
            Err(Refusal::too_late())
        }
    }

    /// Whether the tally may be shown to the audience and on stage.
    pub fn shows_tally(&self) -> bool {
        self.phase != Phase::Draft && (self.revealed || self.plan.live_results)
    }

    /// How many ballots are counted under `id` when resolved, by looking at every ballot.
    pub fn ballots_with(&self, id: OptionId) -> usize {
        self.ballots
            .values()
            .filter(|ballot| match &ballot.choice {
                Some(Choice::Picks(picks)) => picks.contains(&id),
                _ => false,
            })
            .count()
    }

    /// How many ballots are counted by way of `id`: picked itself, or merged into it.
    pub fn ballots_under(&self, id: OptionId) -> usize {
        let passes = |pick: &OptionId| {
            let mut at = Some(*pick);
            while let Some(here) = at {
                if here == id {
                    return true;
                }
                at = self.slot(here).and_then(|option| option.merged_into);
            }
            false
        };
        self.ballots
            .values()
            .filter(|ballot| {
                matches!(&ballot.choice, Some(Choice::Picks(picks)) if picks.iter().any(passes))
            })
            .count()
    }

    /// The plan with the options as they are offered now.
    pub fn as_planned(&self) -> PollPlan {
        let mut plan = self.plan.clone();
        if self.plan.kind.has_open_options() {
            let labels = |keep: fn(&PollOption) -> bool| -> Vec<String> {
                let kept = self.options.iter().filter(|option| keep(option));
                kept.map(|option| option.label.clone()).collect()
            };
            let kept = |keep: fn(&PollOption) -> bool| {
                let steers = self.plan.steers.clone()?;
                let all = self.options.iter().enumerate();
                let settings = all
                    .filter(|(_, option)| keep(option))
                    .map(|(place, _)| steers.settings.get(place).cloned().unwrap_or_default());
                Some(Steers {
                    settings: settings.collect(),
                    ..steers
                })
            };
            plan.options = labels(PollOption::is_offered);
            plan.steers = kept(PollOption::is_offered);
            // With options merged away the rest may be too few for a poll; then all of them are the plan.
            if plan.kind.check_plan(&plan).is_err() {
                plan.options = labels(|option| !option.removed);
                plan.steers = kept(|option| !option.removed);
            }
        }
        plan
    }

    pub fn recount(&self) -> Tally {
        let mut tally = Tally {
            version: self.tally.version,
            ..Tally::default()
        };
        for ballot in self.ballots.values() {
            tally.add(ballot, |id| self.resolve(id));
        }
        tally
    }
}

impl PollOption {
    pub fn new(label: String, since: u32) -> Self {
        Self {
            key: folded(&label),
            label,
            since,
            hidden: false,
            held: false,
            merged_into: None,
            removed: false,
        }
    }

    pub fn rename(&mut self, label: &str) {
        self.label = label.to_string();
        self.key = folded(label);
    }

    fn is_only_held(&self) -> bool {
        self.held && self.hidden && !self.removed && self.merged_into.is_none()
    }

    pub fn is_offered(&self) -> bool {
        !self.hidden && !self.removed && self.merged_into.is_none()
    }
}
