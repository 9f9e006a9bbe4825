//! Words that a session and a demo share: which demo, its knobs and what they may be set to, a run and where it
//! stands. A session knows nothing of what a demo computes, and a demo nothing of sessions.

mod rbf;
pub mod steers;
pub mod svd;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::plan::{BadPlan, LABEL_MAX};
use crate::ids::{PollId, SegmentId};

/// Recorded runs that a session keeps; the oldest go first.
pub const RECORDINGS_MAX: usize = 12;

/// A demo that a segment can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoKind {
    /// The CNN with an RBF head.
    Rbf,
    /// The walkthrough “the SVD is a refactor”: gone through step by step, not run.
    Svd,
}

impl DemoKind {
    pub const ALL: [Self; 2] = [Self::Rbf, Self::Svd];

    pub fn name(self) -> &'static str {
        match self {
            Self::Rbf => "rbf",
            Self::Svd => "svd",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub fn knobs(self) -> &'static [Knob] {
        match self {
            Self::Rbf => &rbf::KNOBS,
            Self::Svd => &svd::KNOBS,
        }
    }

    pub fn knob(self, name: &str) -> Option<&'static Knob> {
        self.knobs().iter().find(|knob| knob.name == name)
    }

    pub fn presets(self) -> &'static [Preset] {
        match self {
            Self::Rbf => &rbf::PRESETS,
            Self::Svd => &svd::PRESETS,
        }
    }

    /// What every knob stands at where nobody has turned it.
    pub fn defaults(self) -> Settings {
        let knobs = self.knobs().iter();
        knobs
            .map(|knob| (knob.name.to_string(), knob.range.default()))
            .collect()
    }

    /// # Errors
    /// If there is no such knob, or it cannot be set so; the field is the knob's name.
    pub fn checked(self, settings: Settings) -> Result<Settings, BadPlan> {
        settings
            .into_iter()
            .map(|(name, value)| {
                let Some(knob) = self.knob(&name) else {
                    let known: Vec<_> = self.knobs().iter().map(|knob| knob.name).collect();
                    let shown: String = name.chars().take(LABEL_MAX).collect();
                    let why = format!("there is no such setting; there are {}", known.join(", "));
                    return Err(BadPlan::new(shown, why));
                };
                let value = knob
                    .range
                    .checked(value)
                    .map_err(|why| BadPlan::new(knob.name, why))?;
                Ok((name, value))
            })
            .collect()
    }
}

/// A demo as a segment has it: what is not set here is as the demo has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemoPlan {
    pub kind: DemoKind,
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub settings: Settings,
}

impl DemoPlan {
    /// # Errors
    /// As [`DemoKind::checked`] has it.
    pub fn checked(self) -> Result<Self, BadPlan> {
        Ok(Self {
            settings: self.kind.checked(self.settings)?,
            ..self
        })
    }

    /// All knobs: as the demo has them, then as the segment, then as these.
    pub fn with(&self, settings: &Settings) -> Settings {
        let mut all = self.kind.defaults();
        for (name, value) in self.settings.iter().chain(settings) {
            all.insert(name.clone(), value.clone());
        }
        all
    }
}

/// What knobs are set to, by name.
pub type Settings = BTreeMap<String, Setting>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Setting {
    Number(f64),
    Word(String),
}

impl std::fmt::Display for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(n) => write!(f, "{n}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

/// Something that a host or a poll can set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knob {
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    pub range: Range,
    /// May be turned while a run goes on.
    pub live: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Range {
    /// Numbers; on a slider equal steps are equal factors.
    Number { from: f64, to: f64, default: f64 },
    /// Whole numbers.
    Count { from: u32, to: u32, default: u32 },
    /// The first is the default.
    Choice(&'static [&'static str]),
    /// One of these words, of which the first is the default, or the name of a folder within the data folder.
    OrFolder(&'static [&'static str]),
}

impl Range {
    pub fn default(self) -> Setting {
        match self {
            Self::Number { default, .. } => Setting::Number(default),
            Self::Count { default, .. } => Setting::Number(f64::from(default)),
            Self::Choice(words) | Self::OrFolder(words) => Setting::Word(words[0].to_string()),
        }
    }

    fn checked(self, value: Setting) -> Result<Setting, String> {
        let words = |from: f64, to: f64| format!("is {value}; it must be between {from} and {to}");
        match (self, &value) {
            (Self::Number { from, to, .. }, Setting::Number(n)) => {
                if !(from..=to).contains(n) {
                    return Err(words(from, to));
                }
                Ok(Setting::Number(six_digits(*n)))
            }
            (Self::Count { from, to, .. }, Setting::Number(n)) => {
                let (from, to) = (f64::from(from), f64::from(to));
                if n.fract() != 0.0 {
                    return Err(format!("is {value}; it must be a whole number"));
                }
                if !(from..=to).contains(n) {
                    return Err(words(from, to));
                }
                Ok(value)
            }
            (Self::Choice(words) | Self::OrFolder(words), Setting::Word(word))
                if words.contains(&word.as_str()) =>
            {
                Ok(value)
            }
            (Self::OrFolder(_), Setting::Word(word)) if is_within(word) => Ok(value),
            (Self::OrFolder(words), _) => {
                let shown: String = value.to_string().chars().take(LABEL_MAX).collect();
                Err(format!(
                    "“{shown}” is neither {} nor a folder within the data folder, as pictures or sets/hands",
                    words.join(" nor ")
                ))
            }
            (Self::Choice(words), _) => {
                let shown: String = value.to_string().chars().take(LABEL_MAX).collect();
                Err(format!("“{shown}” is none of {}", words.join(", ")))
            }
            (Self::Number { .. } | Self::Count { .. }, Setting::Word(_)) => {
                Err("must be a number".to_string())
            }
        }
    }
}

/// Whether a name leads downwards only: names of folders with slashes between them, none of them hidden.
fn is_within(name: &str) -> bool {
    let sound = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && part.trim() == part && part != "runs"
    };
    let letters =
        |c: char| !c.is_control() && !['\\', ':', '*', '?', '"', '<', '>', '|'].contains(&c);
    name.chars().count() <= LABEL_MAX && name.chars().all(letters) && name.split('/').all(sound)
}

/// Six significant digits: so short a number is the same after any trip through text.
fn six_digits(n: f64) -> f64 {
    format!("{n:.5e}").parse().unwrap_or(n)
}

/// Settings under a name, for the host to begin with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Preset {
    pub label: &'static str,
    /// Words, and numbers as text.
    pub settings: &'static [(&'static str, &'static str)],
}

impl Preset {
    pub fn settings(&self) -> Settings {
        let pairs = self.settings.iter();
        pairs
            .map(|(name, text)| {
                let value = match text.parse() {
                    Ok(n) => Setting::Number(n),
                    Err(_) => Setting::Word((*text).to_string()),
                };
                ((*name).to_string(), value)
            })
            .collect()
    }
}

/// One execution of a demo, as everyone sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Counted from 1 over the session; never given twice.
    pub number: u32,
    /// Every knob.
    pub settings: Settings,
    pub state: RunState,
    /// The poll whose winner chose the settings, and the winner's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
    /// The recorded run that is played back in place of a live one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub played: Option<u32>,
    /// How it came out, once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

/// A run that was kept, and can be played back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    pub number: u32,
    pub segment: SegmentId,
    pub settings: Settings,
    pub results: BTreeMap<String, f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Chosen {
    pub poll: PollId,
    pub label: String,
    pub votes: u32,
    pub voters: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    Running,
    Paused,
    /// By the host; what it has shown so far stays.
    Stopped,
    /// By itself: see its outcome.
    Ended,
}

impl RunState {
    pub fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Ended => "ended",
        }
    }

    /// Whether it goes on, now or when it is resumed.
    pub fn goes_on(self) -> bool {
        matches!(self, Self::Running | Self::Paused)
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Empty if all went well; otherwise why it could not go on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub failed: String,
    /// Last numbers, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub results: BTreeMap<String, f64>,
    /// It was kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recorded: bool,
}
