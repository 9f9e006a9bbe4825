//! Yes or no; both at once if the host allows it.

use serde::{Deserialize, Serialize};

use super::kind::Choice;
use crate::domain::refusal::Refusal;
use crate::ids::OptionId;

pub const OPTIONS: [&str; 2] = ["Yes", "No"];

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    #[serde(default)]
    pub both: bool,
}

impl Rules {
    pub fn choose(&self, options: Vec<OptionId>) -> Result<Choice, Refusal> {
        match (options.len(), self.both) {
            (1, _) | (2, true) => Ok(Choice::Picks(options)),
            (0, _) => Err(Refusal::BadAnswer("Pick yes or no.".to_string())),
            _ => Err(Refusal::BadAnswer(
                "Pick yes or no; this poll does not take both.".to_string(),
            )),
        }
    }
}
