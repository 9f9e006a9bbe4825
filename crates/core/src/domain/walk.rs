//! Walkthroughs: where the host stands in each, and what viewers send to be shown in it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::demo::{DemoPlan, Setting, Settings, svd};
use super::plan::BadPlan;
use super::session::Session;
use crate::ids::{AskerKey, SegmentId, Timestamp};

/// Bytes of an input as the query of a link, so that it is one that browsers and proxies take (nginx: 8 KiB a line).
/// 32 × 32 numbers of three decimals fit.
pub const INPUT_MAX: usize = 7 * 1024 + 512;
const FIELDS_MAX: usize = 12;
const FIELD_NAME_MAX: usize = 40;
/// Inputs of one viewer that may wait for the host, and of all: past it the oldest of whoever has the most gives way to the
/// newest, so that nobody is kept out by those who came first.
pub const WAITING_MAX: usize = 3;
pub const WAITING_OF_ALL_MAX: usize = 200;
/// Inputs that were shown or put aside and are kept when another comes.
const PAST_KEPT: usize = 50;

/// What a step is given: texts by the name of their field. What they mean is the step's business.
pub type Fields = BTreeMap<String, String>;

/// The input as it is kept and linked to: numbers of a large one have spaces between them, where a comma and a space take
/// four bytes.
///
/// # Errors
/// If there is no such step, or the input is too large.
pub fn checked(step: &str, mut input: Fields) -> Result<Fields, BadPlan> {
    svd::check(step)?;
    if input.len() > FIELDS_MAX || input.keys().any(|name| name.len() > FIELD_NAME_MAX) {
        let why = format!("has more than {FIELDS_MAX} fields, or one with a very long name");
        return Err(BadPlan::new("input", why));
    }
    if length(&input) > INPUT_MAX {
        for text in input.values_mut() {
            *text = shorter(text);
        }
    }
    let bytes = length(&input);
    if bytes > INPUT_MAX {
        let why = format!(
            "has {bytes} bytes as a link; at most {INPUT_MAX} can be sent or shared: round its numbers"
        );
        return Err(BadPlan::new("input", why));
    }
    Ok(input)
}

/// Bytes as a query, with its question mark.
fn length(input: &Fields) -> usize {
    let pairs = input.iter();
    pairs
        .map(|(name, text)| encoded(name) + encoded(text) + 2)
        .sum()
}

/// The same numbers, with single spaces between them; as in `walk/link.js`. A text that is no numbers stays as it is, and so
/// does one where nothing stands between two commas.
fn shorter(text: &str) -> String {
    let numbers = |c: char| c.is_ascii_digit() || " \t\r\n,;.+-eE[]".contains(c);
    let mut pieces = text.split(',').map(|piece| piece.trim_matches([' ', '\t']));
    if !text.chars().all(numbers) || pieces.clone().any(str::is_empty) {
        return text.to_string();
    }
    let first = pieces.next().unwrap_or_default().to_string();
    pieces.fold(first, |text, piece| text + " " + piece)
}

/// Bytes of a text in a query (application/x-www-form-urlencoded, URL Standard 5.2).
fn encoded(text: &str) -> usize {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' | b' ' => 1,
        _ => 3,
    };
    text.bytes().map(one).sum()
}

/// What viewers sent and the host has not looked at, in walkthroughs that are still there.
pub fn waiting(session: &Session) -> impl Iterator<Item = &Sent> {
    let sent = session.walks.sent.iter();
    sent.filter(|sent| !sent.done && session.is_walked(&sent.fact.segment))
}

/// The step that a walkthrough begins with.
pub fn first_step(demo: &DemoPlan) -> String {
    match demo.with(&Settings::new()).get("step") {
        Some(Setting::Word(step)) => step.clone(),
        _ => svd::STEPS[0].0.to_string(),
    }
}

/// Where the host stands in a walkthrough.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Walk {
    /// Counted from 1 over the session; never given twice.
    pub number: u32,
    pub step: String,
    /// What is not in it is as the step has it.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub input: Fields,
    /// The viewer's input that it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<u32>,
}

/// The fact that a viewer sent an input to the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SentFact {
    /// Counted from 1 over the session.
    pub sent: u32,
    pub segment: SegmentId,
    pub step: String,
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub input: Fields,
    pub asker: AskerKey,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub fact: SentFact,
    pub at: Timestamp,
    /// Shown, or put aside.
    pub done: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Walks {
    pub of: BTreeMap<SegmentId, Walk>,
    /// Oldest first; of those that are done only the newest.
    pub sent: Vec<Sent>,
    /// The number of the last walk, and of the last that was sent.
    pub last: u32,
    pub last_sent: u32,
}

impl Walks {
    pub(super) fn set(&mut self, segment: &SegmentId, walk: Option<&Walk>) {
        match walk {
            Some(walk) => {
                self.last = self.last.max(walk.number);
                self.of.insert(segment.clone(), walk.clone());
            }
            None => {
                self.of.remove(segment);
            }
        }
    }

    pub(super) fn take(&mut self, fact: &SentFact, at: Timestamp) {
        self.last_sent = self.last_sent.max(fact.sent);
        let past = self.sent.iter().filter(|sent| sent.done).count();
        let mut over = past.saturating_sub(PAST_KEPT);
        // The name of what is shown is still told.
        let shown: Vec<_> = self.of.values().filter_map(|walk| walk.sent).collect();
        self.sent.retain(|one| {
            let goes = over > 0 && one.done && !shown.contains(&one.fact.sent);
            over -= usize::from(goes);
            !goes
        });
        if let Some(place) = self.gives_way() {
            self.sent.remove(place);
        }
        self.sent.push(Sent {
            fact: fact.clone(),
            at,
            done: false,
        });
    }

    /// The place of the waiting input that the next one takes, once there are as many as can be looked at.
    fn gives_way(&self) -> Option<usize> {
        let waiting = || self.sent.iter().filter(|sent| !sent.done);
        if waiting().count() < WAITING_OF_ALL_MAX {
            return None;
        }
        let mut of: BTreeMap<AskerKey, usize> = BTreeMap::new();
        for sent in waiting() {
            *of.entry(sent.fact.asker).or_default() += 1;
        }
        let most = of.values().copied().max()?;
        let is_theirs = |sent: &Sent| !sent.done && of.get(&sent.fact.asker) == Some(&most);
        self.sent.iter().position(is_theirs)
    }

    pub(super) fn set_done(&mut self, number: u32, done: bool) {
        for sent in &mut self.sent {
            if sent.fact.sent == number {
                sent.done = done;
            }
        }
    }

    pub fn sent(&self, number: u32) -> Option<&Sent> {
        self.sent.iter().find(|sent| sent.fact.sent == number)
    }
}
