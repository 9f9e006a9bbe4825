//! What bots felt, kept as they feel it: how long things took, what went wrong, and in which second.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde::Serialize;

use super::counted::Counted;
use super::line::Fault;
use super::verdict::limit;

/// Microseconds of the longest time told apart from longer ones; two significant digits below it.
const LONGEST_US: u64 = 10 * 60 * 1_000_000;
const DIGITS: u8 = 2;

/// What takes time that a person feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Felt {
    /// From opening the link until the session is there and stands: page, socket, first message.
    Join,
    /// The page alone.
    Page,
    /// From waking up until the session stands again.
    Back,
    /// From the press until it is heard, which is on disk.
    Vote,
    Question,
    /// Until a reaction is heard: it needs no disk.
    Reaction,
    /// From one's own vote heard until a tally has it.
    Tally,
    /// How late this machine woke a bot up: nothing of the server's.
    Lag,
}

impl Felt {
    pub const ALL: [Self; 8] = [
        Self::Join,
        Self::Page,
        Self::Back,
        Self::Vote,
        Self::Question,
        Self::Reaction,
        Self::Tally,
        Self::Lag,
    ];
}

/// One second of the rehearsal.
#[derive(Debug, Default, Clone, Copy)]
pub struct Second {
    pub n: u32,
    /// Of these, past the limit of what is good; or, of tries, those that failed.
    pub bad: u32,
}

#[derive(Debug)]
struct Times {
    histogram: Option<Histogram<u64>>,
    seconds: Vec<Second>,
}

/// In milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    pub n: u64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
}

/// How often what happened. Asks are counted once, however often they are sent.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Counts {
    /// Bots that have been in.
    pub joined: u32,
    /// Bots that still waited for that at the end, for five seconds at least.
    pub never_in: u32,
    /// Most that were in at the same time.
    pub most_at_once: u32,
    pub slept: u32,
    pub came_back: u32,
    pub votes: Asked,
    /// Votes that were sent again after a line that ended, with the same `seq`.
    pub votes_sent_again: u32,
    /// Votes that no answer had come to when the rehearsal was over.
    pub votes_unanswered: u32,
    /// Votes that were told heard and are older, or not there, in a later snapshot.
    pub votes_lost: u32,
    /// Own votes that no tally had within 10 s though it was shown.
    pub tallies_missed: u32,
    pub questions: Asked,
    pub upvotes: Asked,
    pub reactions: Asked,
}

#[derive(Debug, Clone, Default, Serialize)]
pub struct Asked {
    pub sent: u32,
    pub heard: u32,
    /// By code, see `docs/protocol.md`.
    pub refused: BTreeMap<String, u32>,
}

impl Asked {
    pub fn refused_in_all(&self) -> u32 {
        self.refused.values().sum()
    }
}

/// How it goes, for whoever waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    pub inside: u32,
    pub votes: u32,
    pub faults: u32,
}

/// Shared by all bots. No bot holds it across an await.
pub struct Measure {
    began: Instant,
    kept: Mutex<Kept>,
}

pub struct Kept {
    times: Vec<Times>,
    pub counts: Counts,
    pub polls: BTreeMap<String, Counted>,
    /// Poll and bot of each vote that was lost: each once, however often it is missed.
    pub lost: BTreeSet<(String, u32)>,
    pub faults: BTreeMap<Fault, u32>,
    /// Tries (to load, to open, to be answered), and those that failed.
    pub tries: Vec<Second>,
    inside: u32,
    /// Most bots that were in, by second.
    pub inside_by_second: Vec<u32>,
    /// The session ended meanwhile.
    pub ended: bool,
}

impl Measure {
    pub fn new() -> Self {
        let times = || Times {
            // Bounds that are constants are never refused.
            histogram: Histogram::new_with_bounds(1, LONGEST_US, DIGITS).ok(),
            seconds: Vec::new(),
        };
        Self {
            began: Instant::now(),
            kept: Mutex::new(Kept {
                times: Felt::ALL.iter().map(|_| times()).collect(),
                counts: Counts::default(),
                polls: BTreeMap::new(),
                lost: BTreeSet::new(),
                faults: BTreeMap::new(),
                tries: Vec::new(),
                inside: 0,
                inside_by_second: Vec::new(),
                ended: false,
            }),
        }
    }

    /// What is kept, and the second that it is now. No code can panic while it holds this lock.
    pub fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn second(&self) -> usize {
        usize::try_from(self.began.elapsed().as_secs()).unwrap_or(usize::MAX)
    }

    pub fn took(&self, felt: Felt, time: Duration) {
        let second = self.second();
        self.kept().took(felt, second, time);
    }

    /// Something was tried, and went well or not.
    pub fn tried(&self, outcome: Result<(), &Fault>) {
        let second = self.second();
        let mut kept = self.kept();
        let now = at(&mut kept.tries, second);
        now.n += 1;
        if let Err(fault) = outcome {
            now.bad += 1;
            *kept.faults.entry(fault.clone()).or_default() += 1;
        }
    }

    pub fn enters(&self) {
        let second = self.second();
        let mut kept = self.kept();
        kept.inside += 1;
        kept.counts.most_at_once = kept.counts.most_at_once.max(kept.inside);
        let inside = kept.inside;
        let most = at(&mut kept.inside_by_second, second);
        *most = inside.max(*most);
    }

    pub fn leaves(&self) {
        let mut kept = self.kept();
        kept.inside = kept.inside.saturating_sub(1);
    }

    pub fn progress(&self) -> Progress {
        let kept = self.kept();
        Progress {
            inside: kept.inside,
            votes: kept.counts.votes.heard,
            faults: kept.faults.values().sum(),
        }
    }
}

impl Kept {
    pub fn poll(&mut self, id: &str) -> &mut Counted {
        self.polls.entry(id.to_string()).or_default()
    }

    fn took(&mut self, felt: Felt, second: usize, time: Duration) {
        let times = &mut self.times[felt as usize];
        if let Some(histogram) = &mut times.histogram {
            histogram.saturating_record(u64::try_from(time.as_micros()).unwrap_or(LONGEST_US));
        }
        let now = at(&mut times.seconds, second);
        now.n += 1;
        now.bad += u32::from(limit(felt).is_some_and(|limit| time > limit.good));
    }

    /// None where nothing was measured.
    pub fn spread(&self, felt: Felt) -> Option<Spread> {
        let histogram = self.times[felt as usize].histogram.as_ref()?;
        let ms = |us: u64| us as f64 / 1_000.0;
        (!histogram.is_empty()).then(|| Spread {
            n: histogram.len(),
            p50_ms: ms(histogram.value_at_quantile(0.5)),
            p99_ms: ms(histogram.value_at_quantile(0.99)),
            max_ms: ms(histogram.max()),
        })
    }

    pub fn seconds(&self, felt: Felt) -> &[Second] {
        &self.times[felt as usize].seconds
    }

    /// Most bots that were in by the end of that second.
    pub fn inside_at(&self, second: usize) -> u32 {
        let until = self.inside_by_second.len().min(second + 1);
        let known = self.inside_by_second[..until]
            .iter()
            .rev()
            .find(|n| **n > 0);
        known.copied().unwrap_or(0)
    }
}

/// The entry of that second; seconds in which nothing happened are empty.
fn at<T: Default + Clone>(seconds: &mut Vec<T>, second: usize) -> &mut T {
    // A rehearsal is over after half an hour; a clock that went astray must not fill the memory.
    let second = second.min(4 * 60 * 60);
    if seconds.len() <= second {
        seconds.resize(second + 1, T::default());
    }
    &mut seconds[second]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_kept_by_quantile_and_by_second() {
        let measure = Measure::new();
        assert_eq!(measure.kept().spread(Felt::Vote), None);
        for n in 1..=100 {
            let time = Duration::from_millis(n * 10);
            measure.kept().took(Felt::Vote, 3, time);
        }
        let kept = measure.kept();
        let spread = kept.spread(Felt::Vote).unwrap();
        assert_eq!(spread.n, 100);
        for (got, right) in [
            (spread.p50_ms, 500.0),
            (spread.p99_ms, 990.0),
            (spread.max_ms, 1_000.0),
        ] {
            assert!((got - right).abs() / right < 0.01, "{got} for {right}");
        }
        let seconds = kept.seconds(Felt::Vote);
        assert_eq!((seconds.len(), seconds[0].n, seconds[3].n), (4, 0, 100));
        let good = limit(Felt::Vote).unwrap().good.as_millis();
        assert_eq!(u128::from(seconds[3].bad), 100 - good / 10);
    }

    #[test]
    fn longer_than_the_longest_is_still_counted() {
        let measure = Measure::new();
        measure.took(Felt::Join, Duration::from_secs(100_000));
        let spread = measure.kept().spread(Felt::Join).unwrap();
        assert!(spread.n == 1 && spread.max_ms >= 600_000.0, "{spread:?}");
    }

    #[test]
    fn how_many_were_in_is_known_for_quiet_seconds_too() {
        let measure = Measure::new();
        measure.enters();
        measure.enters();
        measure.leaves();
        let kept = measure.kept();
        assert_eq!(kept.counts.most_at_once, 2);
        assert_eq!(kept.inside_at(0), 2);
        assert_eq!(kept.inside_at(17), 2);
    }
}
