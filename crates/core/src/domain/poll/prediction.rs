//! Prediction: will it happen? By verdict (yes, no, both) or as a probability, optionally with "by when".
//! The host resolves it later; then the crowd is scored.
//!
//! Scoring is the Brier score of a binary event, (p − o)², with o = 1 if it happened and 0 if not
//! (G. W. Brier, "Verification of forecasts expressed in terms of probability", 1950, in the half form
//! that runs from 0 to 1). A verdict counts as p = 1 (yes), 0 (no) or ½ (both).

use serde::{Deserialize, Serialize};

use super::kind::{Choice, Picked};
use crate::domain::refusal::Refusal;
use crate::ids::{OptionId, Timestamp};

const VERDICTS: [&str; 2] = ["Yes", "No"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    Verdict,
    Probability,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    pub answer: Asked,
}

/// One voter's forecast.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forecast {
    pub says: Says,
    /// Which horizon, if the poll has some and the voter picked one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<OptionId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    Yes,
    No,
    Both,
    Percent(u8),
}

impl Says {
    /// Its row in a verdict's tally.
    pub fn row(self) -> Option<OptionId> {
        match self {
            Self::Yes => Some(OptionId(0)),
            Self::No => Some(OptionId(1)),
            Self::Both => Some(OptionId(2)),
            Self::Percent(_) => None,
        }
    }

    pub fn percent(self) -> u8 {
        match self {
            Self::Yes => 100,
            Self::No => 0,
            Self::Both => 50,
            Self::Percent(p) => p,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Yes,
    No,
    /// The question turned out to have no answer: nobody is scored.
    Annulled,
}

impl Outcome {
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Annulled => "annulled",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    pub outcome: Outcome,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    pub at: Timestamp,
}

impl Rules {
    pub fn options(&self) -> &'static [&'static str] {
        match self.answer {
            Asked::Verdict => &VERDICTS,
            Asked::Probability => &[],
        }
    }

    pub fn bounds(&self) -> (u32, u32) {
        match self.answer {
            Asked::Verdict => (1, 2),
            Asked::Probability => (0, 0),
        }
    }

    pub fn choose(&self, picked: Picked, horizons: usize) -> Result<Choice, Refusal> {
        if let Some(by) = picked.by
            && by.index() >= horizons
        {
            return Err(Refusal::BadAnswer(
                "That date is not one of this poll's.".to_string(),
            ));
        }
        let says = match (self.answer, picked.options.as_slice(), picked.probability) {
            (Asked::Probability, [], Some(p)) if p <= 100 => Says::Percent(p),
            (Asked::Probability, [], Some(p)) => {
                return Err(Refusal::BadAnswer(format!(
                    "A probability is between 0 and 100 percent; {p} was sent."
                )));
            }
            (Asked::Probability, ..) => {
                return Err(Refusal::BadAnswer(
                    "Give a probability between 0 and 100 percent.".to_string(),
                ));
            }
            (Asked::Verdict, [OptionId(0)], None) => Says::Yes,
            (Asked::Verdict, [OptionId(1)], None) => Says::No,
            (Asked::Verdict, [OptionId(0), OptionId(1)], None) => Says::Both,
            (Asked::Verdict, ..) => {
                return Err(Refusal::BadAnswer("Pick yes, no or both.".to_string()));
            }
        };
        Ok(Choice::Forecast(Forecast {
            says,
            by: picked.by,
        }))
    }
}

/// Brier score of one forecast, from 0 (right and sure) to 1 (wrong and sure); none if annulled.
pub fn brier(percent: f64, outcome: Outcome) -> Option<f64> {
    let happened = match outcome {
        Outcome::Yes => 1.0,
        Outcome::No => 0.0,
        Outcome::Annulled => return None,
    };
    Some((percent / 100.0 - happened).powi(2))
}

/// How the crowd did in one resolved prediction. `percents[p]` is how many said p percent.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    pub brier: f64,
    pub crowd_brier: f64,
}

pub fn score(percents: &[u32], outcome: Outcome) -> Option<Score> {
    let mean = mean(percents)?;
    let n: u32 = percents.iter().sum();
    let mut total = 0.0;
    for (percent, count) in percents.iter().enumerate() {
        total += brier(percent as f64, outcome)? * f64::from(*count);
    }
    Some(Score {
        brier: total / f64::from(n),
        crowd_brier: brier(mean, outcome)?,
    })
}

/// Mean percent; none if nobody answered.
pub fn mean(percents: &[u32]) -> Option<f64> {
    let n: u32 = percents.iter().sum();
    let sum: f64 = percents
        .iter()
        .enumerate()
        .map(|(percent, count)| percent as f64 * f64::from(*count))
        .sum();
    (n > 0).then(|| sum / f64::from(n))
}

/// Median percent: the middle one, or the mean of the two middle ones.
pub fn median(percents: &[u32]) -> Option<f64> {
    let n: u32 = percents.iter().sum();
    if n == 0 {
        return None;
    }
    let at = |rank: u32| {
        let mut seen = 0;
        for (percent, count) in percents.iter().enumerate() {
            seen += count;
            if seen > rank {
                return percent as f64;
            }
        }
        0.0
    };
    Some((at((n - 1) / 2) + at(n / 2)) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(ps: &[usize]) -> Vec<u32> {
        let mut percents = vec![0; 101];
        for p in ps {
            percents[*p] += 1;
        }
        percents
    }

    #[test]
    fn brier_is_zero_when_sure_and_right_one_when_sure_and_wrong() {
        assert_eq!(brier(100.0, Outcome::Yes), Some(0.0));
        assert_eq!(brier(100.0, Outcome::No), Some(1.0));
        assert_eq!(brier(50.0, Outcome::No), Some(0.25));
        assert_eq!(brier(50.0, Outcome::Annulled), None);
    }

    #[test]
    fn the_crowd_beats_its_members_when_they_disagree() {
        // By hand: (0.2−0)² = 0.04, (0.8−0)² = 0.64, mean 0.34; crowd (0.5)² = 0.25.
        let score = score(&said(&[20, 80]), Outcome::No).unwrap();
        assert!((score.brier - 0.34).abs() < 1e-12);
        assert!((score.crowd_brier - 0.25).abs() < 1e-12);
    }

    #[test]
    fn median_and_mean_by_hand() {
        assert_eq!(median(&said(&[10, 20, 90])), Some(20.0));
        assert_eq!(median(&said(&[10, 20, 40, 90])), Some(30.0));
        assert_eq!(mean(&said(&[10, 20, 90])), Some(40.0));
        assert_eq!(median(&said(&[])), None);
        assert_eq!(mean(&said(&[])), None);
    }
}
