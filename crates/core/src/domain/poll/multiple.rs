//! Multiple choice: between `min` and `max` options, write-ins among them.

use serde::{Deserialize, Serialize};

use super::kind::Choice;
use super::single::enough_options;
use crate::domain::plan::{BadPlan, PollPlan};
use crate::domain::refusal::Refusal;
use crate::ids::OptionId;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// Fewest picks, at least 1.
    pub min: u32,
    /// Most picks; none means as many as there are options.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<u32>,
    #[serde(default)]
    pub write_in: bool,
}

impl Rules {
    pub fn check_plan(&self, plan: &PollPlan) -> Result<(), BadPlan> {
        enough_options(plan, self.write_in)?;
        let ways = plan.options.len() + usize::from(self.write_in);
        if self.min == 0 || self.min as usize > ways {
            return Err(BadPlan::new(
                "min",
                format!("is {}; it must be between 1 and {ways}", self.min),
            ));
        }
        if let Some(max) = self.max
            && (max < self.min || max as usize > ways)
        {
            return Err(BadPlan::new(
                "max",
                format!("is {max}; it must be between min ({}) and {ways}", self.min),
            ));
        }
        Ok(())
    }

    pub fn choose(&self, options: Vec<OptionId>) -> Result<Choice, Refusal> {
        let n = options.len();
        if n < self.min as usize {
            return Err(Refusal::BadAnswer(format!(
                "Pick at least {}; {n} were sent.",
                self.min
            )));
        }
        if let Some(max) = self.max
            && n > max as usize
        {
            return Err(Refusal::BadAnswer(format!(
                "Pick at most {max}; {n} were sent."
            )));
        }
        Ok(Choice::Picks(options))
    }
}
