//! The count of one poll's ballots, kept up to date ballot by ballot.
//!
//! **Invariant:** at any time it equals [`super::Poll::recount`], a count of every ballot from nothing.
//! Empty entries are removed, so that equality is plain `==`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Ballot;
use super::kind::Choice;
use crate::ids::{ChannelId, OptionId, Timestamp};

/// Samples kept of a poll's course; when full, every other one is dropped and the step doubles.
const HISTORY_MAX: usize = 120;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Grows with every change; orders the frames that carry it.
    pub version: u32,
    /// Ballots counted; withdrawn ones are not.
    pub voters: u32,
    /// Voters that picked each option, merged ones under their target. In a verdict: yes, no, both.
    pub counts: BTreeMap<OptionId, u32>,
    /// Voters by exact set of picks.
    pub combos: BTreeMap<Vec<OptionId>, u32>,
    pub channels: BTreeMap<Option<ChannelId>, ChannelCount>,
    /// Voters by the poll revision they voted under.
    pub revisions: BTreeMap<u32, u32>,
    /// Voters by percent, of a prediction.
    pub percents: BTreeMap<u8, u32>,
    /// Voters by horizon, of a prediction.
    pub by: BTreeMap<OptionId, u32>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ChannelCount {
    pub voters: u32,
    pub counts: BTreeMap<OptionId, u32>,
    /// Voters by exact set of picks, sets of two and more only: one pick counts in `counts` alone.
    pub combos: BTreeMap<Vec<OptionId>, u32>,
}

impl ChannelCount {
    /// Voters of this channel who picked at least one of `ids`.
    pub fn voters_of_any(&self, ids: &BTreeSet<OptionId>) -> u32 {
        voters_of_any(&self.counts, &self.combos, ids)
    }
}

/// People, not picks: who picked several of `ids` is in several counts and is one voter.
fn voters_of_any(
    counts: &BTreeMap<OptionId, u32>,
    combos: &BTreeMap<Vec<OptionId>, u32>,
    ids: &BTreeSet<OptionId>,
) -> u32 {
    let picks: u32 = ids.iter().filter_map(|id| counts.get(id)).sum();
    let repeated: u32 = combos
        .iter()
        .map(|(set, voters)| {
            let picked = set.iter().filter(|id| ids.contains(id)).count();
            voters * u32::try_from(picked.saturating_sub(1)).unwrap_or(0)
        })
        .sum();
    picks.saturating_sub(repeated)
}

#[derive(Clone, Copy, PartialEq)]
enum Step {
    Up,
    Down,
}

impl Tally {
    pub fn add(&mut self, ballot: &Ballot, resolve: impl Fn(OptionId) -> OptionId) {
        self.change(ballot, resolve, Step::Up);
    }

    /// Takes out a ballot that was added with the same options merged.
    pub fn take_out(&mut self, ballot: &Ballot, resolve: impl Fn(OptionId) -> OptionId) {
        self.change(ballot, resolve, Step::Down);
    }

    fn change(&mut self, ballot: &Ballot, resolve: impl Fn(OptionId) -> OptionId, step: Step) {
        let Some(choice) = &ballot.choice else {
            return;
        };
        let picks = match choice {
            Choice::Picks(picks) => {
                let mut picks: Vec<OptionId> = picks.iter().map(|id| resolve(*id)).collect();
                picks.sort_unstable();
                picks.dedup();
                picks
            }
            Choice::Forecast(forecast) => forecast.says.row().into_iter().collect(),
        };
        shift_one(&mut self.voters, step);
        let channel = self.channels.entry(ballot.channel.clone()).or_default();
        shift_one(&mut channel.voters, step);
        for id in &picks {
            shift(&mut self.counts, *id, step);
            shift(&mut channel.counts, *id, step);
        }
        if picks.len() > 1 {
            shift(&mut channel.combos, picks.clone(), step);
        }
        if channel.voters == 0 {
            self.channels.remove(&ballot.channel);
        }
        shift(&mut self.revisions, ballot.revision, step);
        match choice {
            Choice::Picks(_) => shift(&mut self.combos, picks, step),
            Choice::Forecast(forecast) => {
                shift(&mut self.percents, forecast.says.percent(), step);
                if let Some(by) = forecast.by {
                    shift(&mut self.by, by, step);
                }
            }
        }
    }

    pub fn count(&self, id: OptionId) -> u32 {
        self.counts.get(&id).copied().unwrap_or(0)
    }

    /// Voters who picked at least one of `ids`.
    pub fn voters_of_any(&self, ids: &BTreeSet<OptionId>) -> u32 {
        voters_of_any(&self.counts, &self.combos, ids)
    }

    /// Picks in all: more than voters where several may be picked.
    pub fn picks(&self) -> u32 {
        self.counts.values().sum()
    }

    /// How many voted before revision `since`.
    pub fn before(&self, since: u32) -> u32 {
        self.revisions.range(..since).map(|(_, n)| n).sum()
    }

    /// Voters by percent as a dense table of 101 places.
    pub fn percent_table(&self) -> Vec<u32> {
        let mut table = vec![0; 101];
        for (percent, n) in &self.percents {
            if let Some(place) = table.get_mut(usize::from(*percent)) {
                *place = *n;
            }
        }
        table
    }
}

fn shift<K: Ord>(map: &mut BTreeMap<K, u32>, key: K, step: Step) {
    match step {
        Step::Up => *map.entry(key).or_insert(0) += 1,
        Step::Down => {
            if let Some(n) = map.get_mut(&key) {
                *n = n.saturating_sub(1);
                if *n == 0 {
                    map.remove(&key);
                }
            }
        }
    }
}

fn shift_one(n: &mut u32, step: Step) {
    *n = match step {
        Step::Up => *n + 1,
        Step::Down => n.saturating_sub(1),
    };
}

/// The course of a poll: samples of the count, bounded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    pub samples: Vec<Sample>,
    /// Milliseconds between samples; doubles whenever the list is full.
    step_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    pub at: Timestamp,
    pub voters: u32,
    pub counts: BTreeMap<OptionId, u32>,
}

impl Default for History {
    fn default() -> Self {
        Self {
            samples: Vec::new(),
            step_ms: 1_000,
        }
    }
}

impl History {
    /// Notes the count as it is at `at`. Within one step the newest replaces the one before,
    /// so the last sample is always the present count.
    pub fn note(&mut self, at: Timestamp, tally: &Tally) {
        let sample = Sample {
            at,
            voters: tally.voters,
            counts: tally.counts.clone(),
        };
        let settled = self
            .samples
            .len()
            .checked_sub(2)
            .map(|i| self.samples[i].at);
        match (self.samples.last_mut(), settled) {
            (Some(last), Some(before)) if at.0 - before.0 < self.step_ms => *last = sample,
            _ => self.samples.push(sample),
        }
        if self.samples.len() > HISTORY_MAX {
            let last = self.samples.len() - 1;
            let mut place = 0;
            self.samples.retain(|_| {
                place += 1;
                (place - 1) % 2 == 0 || place - 1 == last
            });
            self.step_ms *= 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_is_bounded_and_ends_with_the_present() {
        let mut history = History::default();
        let mut tally = Tally::default();
        for i in 0..10_000 {
            tally.voters = i;
            history.note(Timestamp(i64::from(i) * 700), &tally);
        }
        assert!(
            history.samples.len() <= HISTORY_MAX + 1,
            "{}",
            history.samples.len()
        );
        assert_eq!(history.samples.first().unwrap().voters, 0);
        assert_eq!(history.samples.last().unwrap().voters, 9_999);
        assert!(history.samples.windows(2).all(|w| w[0].at < w[1].at));
    }
}
