//! The kinds of poll. A new kind is one file beside this one and one arm in each `match` here:
//! what its plan must hold, and which answers it takes.

use serde::{Deserialize, Serialize};

use super::{multiple, number, prediction, single, yes_no};
use crate::domain::plan::{BadPlan, PollPlan};
use crate::domain::refusal::Refusal;
use crate::ids::OptionId;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    Single(single::Rules),
    Multiple(multiple::Rules),
    YesNo(yes_no::Rules),
    Prediction(prediction::Rules),
    Number(number::Rules),
}

/// What a voter asked for, with the write-in already turned into an option.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picked {
    /// Sorted, without repeats, all of them options of this poll.
    pub options: Vec<OptionId>,
    /// Percent.
    pub probability: Option<u8>,
    pub by: Option<OptionId>,
}

/// A voter's choice as it is kept and counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Sorted, without repeats.
    Picks(Vec<OptionId>),
    Forecast(prediction::Forecast),
}

pub const KIND_NAMES: [&str; 5] = ["single", "multiple", "yes_no", "prediction", "number"];

impl Kind {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Single(_) => "single",
            Self::Multiple(_) => "multiple",
            Self::YesNo(_) => "yes_no",
            Self::Prediction(_) => "prediction",
            Self::Number(_) => "number",
        }
    }

    /// Labels that the kind itself gives, where the host has no say.
    pub fn fixed_options(&self) -> &'static [&'static str] {
        match self {
            Self::Single(_) | Self::Multiple(_) | Self::Number(_) => &[],
            Self::YesNo(_) => &yes_no::OPTIONS,
            Self::Prediction(rules) => rules.options(),
        }
    }

    pub fn check_plan(&self, plan: &PollPlan) -> Result<(), BadPlan> {
        if !matches!(self, Self::Prediction(_)) && !plan.horizons.is_empty() {
            return Err(BadPlan::new("horizons", "only a prediction has them"));
        }
        match self {
            Self::Single(rules) => rules.check_plan(plan),
            Self::Multiple(rules) => rules.check_plan(plan),
            Self::YesNo(_) | Self::Prediction(_) => no_own_options(plan),
            Self::Number(rules) => rules.check_plan(plan),
        }
    }

    /// Whether voters may answer in words of their own. A number is no such answer.
    pub fn allows_write_in(&self) -> bool {
        match self {
            Self::Single(rules) => rules.write_in,
            Self::Multiple(rules) => rules.write_in,
            Self::YesNo(_) | Self::Prediction(_) | Self::Number(_) => false,
        }
    }

    /// The range of a poll that asks for a number.
    pub fn as_number(&self) -> Option<&number::Rules> {
        match self {
            Self::Number(rules) => Some(rules),
            _ => None,
        }
    }

    /// Whether the host may add, rename, merge and hide options.
    pub fn has_open_options(&self) -> bool {
        matches!(self, Self::Single(_) | Self::Multiple(_))
    }

    /// Fewest and most picks of one ballot among `options` options.
    pub fn bounds(&self, options: usize) -> (u32, u32) {
        let all = u32::try_from(options).unwrap_or(u32::MAX).max(1);
        match self {
            Self::Single(_) | Self::Number(_) => (1, 1),
            Self::Multiple(rules) => (rules.min, rules.max.unwrap_or(all).max(rules.min)),
            Self::YesNo(rules) => (1, if rules.both { 2 } else { 1 }),
            Self::Prediction(rules) => rules.bounds(),
        }
    }

    /// Turns what was picked into a choice, or says what is wrong with it.
    pub fn choose(&self, picked: Picked, horizons: usize) -> Result<Choice, Refusal> {
        if !matches!(self, Self::Prediction(_))
            && (picked.probability.is_some() || picked.by.is_some())
        {
            return Err(Refusal::BadAnswer(
                "This poll takes picks only, no probability and no date.".to_string(),
            ));
        }
        match self {
            Self::Single(_) => single::choose(picked.options),
            Self::Number(rules) => rules.choose(picked.options),
            Self::Multiple(rules) => rules.choose(picked.options),
            Self::YesNo(rules) => rules.choose(picked.options),
            Self::Prediction(rules) => rules.choose(picked, horizons),
        }
    }
}

fn no_own_options(plan: &PollPlan) -> Result<(), BadPlan> {
    if plan.options.is_empty() {
        Ok(())
    } else {
        Err(BadPlan::new(
            "options",
            format!("a {} poll has its own; leave this out", plan.kind.name()),
        ))
    }
}
