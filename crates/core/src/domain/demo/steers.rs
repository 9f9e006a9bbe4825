//! A poll whose winner sets a demo.

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::domain::plan::{BadPlan, PollPlan, SegmentPlan};
use crate::domain::poll::kind::Kind;
use crate::ids::SegmentId;

/// What a poll's options do to a demo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Steers {
    pub segment: SegmentId,
    /// One for each option of the plan, in order; an option that was added later sets nothing.
    pub settings: Vec<Settings>,
}

impl Steers {
    /// # Errors
    /// If the segment has no demo, the settings are not its, or there are not as many as options.
    pub fn checked(self, poll: &PollPlan, segment: Option<&SegmentPlan>) -> Result<Self, BadPlan> {
        let Some(demo) = segment.and_then(|segment| segment.demo.as_ref()) else {
            let why = format!("there is no segment “{}” with a demo", self.segment);
            return Err(BadPlan::new("segment", why));
        };
        if matches!(poll.kind, Kind::Prediction(_) | Kind::Number(_)) {
            let why = format!("a {} has no winner to steer by", poll.kind.name());
            return Err(BadPlan::new("", why));
        }
        let options = poll.options.len().max(poll.kind.fixed_options().len());
        if self.settings.len() != options {
            let n = self.settings.len();
            let why = format!("has {n} entries; the poll has {options} options");
            return Err(BadPlan::new("settings", why));
        }
        let settings = self.settings.into_iter().enumerate().map(|(place, one)| {
            let field = format!("settings[{place}]");
            demo.kind.checked(one).map_err(|bad| bad.within(&field))
        });
        Ok(Self {
            segment: self.segment,
            settings: settings.collect::<Result<_, _>>()?,
        })
    }
}
