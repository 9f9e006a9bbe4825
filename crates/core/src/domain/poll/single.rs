//! Single choice: exactly one option, or one write-in.

use serde::{Deserialize, Serialize};

use super::kind::Choice;
use crate::domain::plan::{BadPlan, PollPlan};
use crate::domain::refusal::Refusal;
use crate::ids::OptionId;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    #[serde(default)]
    pub write_in: bool,
}

impl Rules {
    pub fn check_plan(&self, plan: &PollPlan) -> Result<(), BadPlan> {
        enough_options(plan, self.write_in)
    }
}

/// Two ways to answer at least; a write-in row is one.
pub fn enough_options(plan: &PollPlan, write_in: bool) -> Result<(), BadPlan> {
    if plan.options.len() + usize::from(write_in) < 2 {
        return Err(BadPlan::new(
            "options",
            "needs at least two options, or one and write_in",
        ));
    }
    Ok(())
}

pub fn choose(options: Vec<OptionId>) -> Result<Choice, Refusal> {
    match options.len() {
        1 => Ok(Choice::Picks(options)),
        0 => Err(Refusal::BadAnswer("Pick one option.".to_string())),
        n => Err(Refusal::BadAnswer(format!(
            "Pick one option; {n} were sent."
        ))),
    }
}
