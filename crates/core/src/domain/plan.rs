//! What a session is meant to be, as a run sheet or a host writes it: settings, agenda, polls, options.
//! Plans are checked here, once, with the field named; everything past this point may trust them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::demo::steers::Steers;
use super::demo::svd;
use super::demo::{DemoKind, DemoPlan};
use super::poll::kind::Kind;
use super::questions::rules::Rules;
use super::text::{clean_line, clean_text, folded};
use crate::ids::{ChannelId, PollId, SegmentId, SessionCode};

/// Limits on what a host may write; a refusal names the limit.
pub const TITLE_MAX: usize = 200;
pub const BLURB_MAX: usize = 2_000;
pub const LABEL_MAX: usize = 120;
pub const OPTIONS_MAX: usize = 40;
pub const CHANNELS_MAX: usize = 12;
pub const SEGMENTS_MAX: usize = 100;
pub const POLLS_MAX: usize = 200;
pub const LINKS_MAX: usize = 8;
pub const DELAY_MAX_SECONDS: u32 = 300;
pub const COUNTDOWN_MAX_SECONDS: u32 = 24 * 3600;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SessionPlan {
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub blurb: String,
    pub code: SessionCode,
    /// The language of its texts, as `de` or `pt-BR`, for hyphens and voices; empty is not said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lang: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agenda: Vec<SegmentPlan>,
    /// Each names its segment or none; order is agenda order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub polls: Vec<PollPlan>,
    /// The rules for questions and chat.
    #[serde(default, skip_serializing_if = "Rules::is_default")]
    pub questions: Rules,
}

/// A way in with its own link; its viewers may be behind by `delay_seconds`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    pub id: ChannelId,
    pub label: String,
    #[serde(default)]
    pub delay_seconds: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    Talk,
    Polls,
    Qa,
    Demo,
    Break,
}

impl SegmentKind {
    pub const ALL: [Self; 5] = [Self::Talk, Self::Polls, Self::Qa, Self::Demo, Self::Break];

    pub fn name(self) -> &'static str {
        match self {
            Self::Talk => "talk",
            Self::Polls => "polls",
            Self::Qa => "qa",
            Self::Demo => "demo",
            Self::Break => "break",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SegmentPlan {
    pub id: SegmentId,
    pub kind: SegmentKind,
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub speaker: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub blurb: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_minutes: Option<u32>,
    /// What a segment of kind `demo` runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demo: Option<DemoPlan>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub label: String,
    pub url: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PollPlan {
    pub id: PollId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<SegmentId>,
    pub question: String,
    pub kind: Kind,
    /// Labels of the options, in order; their place is their id. Yes/no and predictions have theirs fixed.
    pub options: Vec<String>,
    /// "By when" choices of a prediction.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub horizons: Vec<String>,
    /// Show the tally to everyone from the start.
    #[serde(default)]
    pub live_results: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// The demo that the winner sets and starts when the poll closes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steers: Option<Steers>,
    /// The step of its segment's walkthrough in whose picture the answers are drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
}

/// A field of a plan that cannot stand, and why. `field` is a path such as `polls[2].options[0]`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct BadPlan {
    pub field: String,
    pub why: String,
}

impl BadPlan {
    pub fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            why: why.into(),
        }
    }

    /// The same fault seen from one level up.
    pub fn within(self, outer: &str) -> Self {
        let field = if self.field.is_empty() {
            outer.to_string()
        } else {
            format!("{outer}.{}", self.field)
        };
        Self { field, ..self }
    }
}

/// What is said of a language that is none.
pub const NO_LANGUAGE: &str = "is no language; it is a code such as de, ja or pt-BR";

/// Whether this is formed as the codes of languages are: two or three letters, then parts of up to eight.
pub fn is_language(code: &str) -> bool {
    let mut parts = code.split('-');
    let first = parts.next().unwrap_or_default();
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    (2..=3).contains(&first.len())
        && letters(first)
        && code.len() <= 35
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

impl SessionPlan {
    /// Cleans every text and checks every limit, id and reference.
    pub fn checked(mut self) -> Result<Self, BadPlan> {
        self.title = clean_line("title", &self.title, TITLE_MAX)?;
        self.blurb = clean_text("blurb", &self.blurb, BLURB_MAX)?;
        if !self.lang.is_empty() && !is_language(&self.lang) {
            return Err(BadPlan::new("lang", NO_LANGUAGE));
        }
        self.channels = checked_channels(self.channels)?;
        at_most("segments", self.agenda.len(), SEGMENTS_MAX)?;
        at_most("polls", self.polls.len(), POLLS_MAX)?;
        let mut segments: Vec<SegmentPlan> = Vec::new();
        for (place, segment) in self.agenda.into_iter().enumerate() {
            let field = format!("segments[{place}]");
            let segment = segment.checked().map_err(|bad| bad.within(&field))?;
            if segments.iter().any(|other| other.id == segment.id) {
                return Err(BadPlan::new(
                    format!("{field}.id"),
                    format!("“{}” is used twice", segment.id),
                ));
            }
            segments.push(segment);
        }
        self.agenda = segments;
        let mut polls: Vec<PollPlan> = Vec::new();
        for (place, poll) in self.polls.into_iter().enumerate() {
            let field = format!("polls[{place}]");
            let mut poll = poll.checked().map_err(|bad| bad.within(&field))?;
            if polls.iter().any(|other| other.id == poll.id) {
                return Err(BadPlan::new(
                    format!("{field}.id"),
                    format!("“{}” is used twice", poll.id),
                ));
            }
            if let Some(id) = &poll.segment
                && !self.agenda.iter().any(|segment| segment.id == *id)
            {
                return Err(BadPlan::new(
                    format!("{field}.segment"),
                    format!("there is no segment “{id}”"),
                ));
            }
            if let Some(steers) = poll.steers.take() {
                let segment = self.agenda.iter().find(|one| one.id == steers.segment);
                poll.steers = Some(
                    steers
                        .checked(&poll, segment)
                        .map_err(|bad| bad.within(&format!("{field}.steers")))?,
                );
            }
            let home = self
                .agenda
                .iter()
                .find(|one| Some(&one.id) == poll.segment.as_ref());
            poll.check_step(home).map_err(|bad| bad.within(&field))?;
            polls.push(poll);
        }
        self.polls = polls;
        self.questions = self
            .questions
            .checked()
            .map_err(|bad| bad.within("questions"))?;
        Ok(self)
    }
}

pub fn checked_channels(channels: Vec<Channel>) -> Result<Vec<Channel>, BadPlan> {
    at_most("channels", channels.len(), CHANNELS_MAX)?;
    let mut checked: Vec<Channel> = Vec::new();
    for (place, mut channel) in channels.into_iter().enumerate() {
        let field = format!("channels[{place}]");
        channel.label =
            clean_line("label", &channel.label, LABEL_MAX).map_err(|bad| bad.within(&field))?;
        if channel.delay_seconds > DELAY_MAX_SECONDS {
            return Err(BadPlan::new(
                format!("{field}.delay_seconds"),
                format!(
                    "is {}; at most {DELAY_MAX_SECONDS} seconds",
                    channel.delay_seconds
                ),
            ));
        }
        if checked.iter().any(|other| other.id == channel.id) {
            return Err(BadPlan::new(
                format!("{field}.id"),
                format!("“{}” is used twice", channel.id),
            ));
        }
        checked.push(channel);
    }
    Ok(checked)
}

impl SegmentPlan {
    /// Whether it is gone through step by step.
    pub fn is_walked(&self) -> bool {
        let demo = self.demo.as_ref();
        self.kind == SegmentKind::Demo && demo.is_some_and(|demo| demo.kind == DemoKind::Svd)
    }

    pub fn checked(mut self) -> Result<Self, BadPlan> {
        self.title = clean_line("title", &self.title, TITLE_MAX)?;
        self.speaker = clean_text("speaker", &self.speaker, LABEL_MAX)?;
        self.blurb = clean_text("blurb", &self.blurb, BLURB_MAX)?;
        at_most("links", self.links.len(), LINKS_MAX)?;
        for (place, link) in self.links.iter_mut().enumerate() {
            let field = format!("links[{place}]");
            link.label =
                clean_line("label", &link.label, LABEL_MAX).map_err(|bad| bad.within(&field))?;
            link.url = clean_line("url", &link.url, 2_000).map_err(|bad| bad.within(&field))?;
            // A link of another scheme (javascript:, data:) would run in the reader's page.
            if !(link.url.starts_with("https://") || link.url.starts_with("http://")) {
                return Err(BadPlan::new(
                    format!("{field}.url"),
                    "must start with https:// or http://",
                ));
            }
        }
        if self
            .planned_minutes
            .is_some_and(|minutes| minutes == 0 || minutes > 24 * 60)
        {
            return Err(BadPlan::new(
                "planned_minutes",
                "must be between 1 and 1440",
            ));
        }
        if let Some(demo) = self.demo.take() {
            if self.kind != SegmentKind::Demo {
                return Err(BadPlan::new("demo", "only a segment of kind demo has it"));
            }
            self.demo = Some(demo.checked().map_err(|bad| bad.within("demo"))?);
        }
        Ok(self)
    }
}

impl PollPlan {
    pub fn checked(mut self) -> Result<Self, BadPlan> {
        self.question = clean_line("question", &self.question, TITLE_MAX * 2)?;
        self.options = checked_labels("options", self.options)?;
        self.horizons = checked_labels("horizons", self.horizons)?;
        if self
            .seconds
            .is_some_and(|s| s == 0 || s > COUNTDOWN_MAX_SECONDS)
        {
            return Err(BadPlan::new(
                "seconds",
                format!("must be between 1 and {COUNTDOWN_MAX_SECONDS}"),
            ));
        }
        self.kind.check_plan(&self)?;
        Ok(self)
    }

    /// # Errors
    /// If it names a step, and its segment is no walkthrough with that step.
    pub fn check_step(&self, home: Option<&SegmentPlan>) -> Result<(), BadPlan> {
        let Some(step) = &self.step else {
            return Ok(());
        };
        if !home.is_some_and(SegmentPlan::is_walked) {
            let why = "only a poll of a segment whose demo is svd has a step";
            return Err(BadPlan::new("step", why));
        }
        svd::check(step)
    }
}

fn checked_labels(field: &str, labels: Vec<String>) -> Result<Vec<String>, BadPlan> {
    at_most(field, labels.len(), OPTIONS_MAX)?;
    let mut checked: Vec<String> = Vec::new();
    let mut names = BTreeSet::new();
    for (place, label) in labels.iter().enumerate() {
        let here = format!("{field}[{place}]");
        let label = clean_line(&here, label, LABEL_MAX)?;
        if !names.insert(folded(&label)) {
            return Err(BadPlan::new(here, format!("“{label}” is there twice")));
        }
        checked.push(label);
    }
    Ok(checked)
}

fn at_most(field: &str, n: usize, max: usize) -> Result<(), BadPlan> {
    if n > max {
        return Err(BadPlan::new(
            field,
            format!("has {n} entries; at most {max}"),
        ));
    }
    Ok(())
}
