//! Steps computed off the async threads: as many at once as leave one processor free for votes, and the same only once for
//! however many ask.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::demos::svd::input::{Fault, Input, TEXT_MAX};
use crate::demos::svd::picture::{Factors, SIDE_MAX};
use crate::demos::svd::shown::{Image, Part as Shows, Shown};
use crate::demos::svd::step::Step;
use crate::demos::svd::write;
use crate::ids::VoterId;
use crate::lanes::processors_beside_one;
use crate::translate::show_walk::WalkNow;
use crate::web::error::WebError;
use crate::web::pace::Pace;

/// Whoever waits longer for their turn is told to try again.
const WAIT: Duration = Duration::from_secs(3);
/// Parts that are expected to be kept, and the most bytes of all.
const KEPT: usize = 500;
const KEPT_BYTES: u64 = 48 * 1024 * 1024;

/// Fields that a request may have beyond those of the step; what is more is refused unread.
const FIELDS_MORE: usize = 8;
/// What an entry takes beside its texts.
const ENTRY: usize = 1024;

/// Whoever computes something without a cookie: all of them together have the pace of one visitor.
const UNKNOWN: VoterId = VoterId([0; 16]);

/// What a step shows, made once.
pub struct Made {
    pub html: String,
    pub json: String,
}

pub type Part = Result<Arc<Made>, Fault>;

/// Why there is nothing to show.
enum Trouble {
    Input(Fault),
    Web(WebError),
}

/// A step with its input, and the votes that are drawn in it.
#[derive(Clone)]
pub struct Asked {
    step: &'static dyn Step,
    pairs: Vec<(String, String)>,
    votes: Vec<(String, u32)>,
    /// One of the inputs that the session itself offers: a first visit to it costs nobody's pace.
    offered: bool,
}

type Key = (&'static str, Vec<(String, String)>, Vec<(String, u32)>);

impl Asked {
    pub fn new(step: &'static dyn Step, mut pairs: Vec<(String, String)>, now: &WalkNow) -> Self {
        let polls = now.votes.iter().filter(|(of, _)| of == step.name());
        let votes = polls.flat_map(|(_, votes)| votes.clone()).collect();
        // The order of fields is no matter, and of two of a name the last one counts.
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        let same = |given: &[(&str, &str)]| {
            let all = given
                .iter()
                .all(|(name, text)| pairs.iter().any(|pair| pair.0 == *name && pair.1 == *text));
            all && given.len() == pairs.len()
        };
        let shown = &now.walk.input;
        let shown: Vec<_> = shown
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let offered = pairs.is_empty()
            || (now.walk.step == step.name() && same(&shown))
            || step.presets().iter().any(|preset| same(preset.input));
        Self {
            step,
            pairs,
            votes,
            offered,
        }
    }

    /// The host's own: what the host shows costs nobody's pace either.
    pub fn of_host(self) -> Self {
        Self {
            offered: true,
            ..self
        }
    }

    fn key(&self) -> Key {
        (self.step.name(), self.pairs.clone(), self.votes.clone())
    }

    /// What no page of ours sends is not even looked at.
    fn bounded(&self) -> Result<(), Fault> {
        let most = self.step.fields().len() + FIELDS_MORE;
        let long = |pair: &(String, String)| pair.0.len() > 100 || pair.1.len() > TEXT_MAX;
        if self.pairs.len() > most {
            let why = format!("has {} fields; at most {most} are read", self.pairs.len());
            return Err(Fault::new("", why));
        }
        match self.pairs.iter().find(|pair| long(pair)) {
            Some((name, text)) => {
                let name: String = name.chars().take(40).collect();
                let why = format!("has {} bytes; at most {TEXT_MAX} can be read", text.len());
                Err(Fault::new(name, why))
            }
            None => Ok(()),
        }
    }

    fn make(&self) -> Result<Arc<Made>, Fault> {
        let input = Input::of(self.step, &self.pairs)?;
        let mut shown = self.step.show(&input)?;
        draw_votes(&mut shown, &self.votes);
        Ok(Arc::new(Made {
            html: write::html(&shown),
            json: write::json(self.step, &input, &shown).to_string(),
        }))
    }
}

/// Answers of the audience, on the first curves that have a place set: an option whose words begin with a number lies
/// there.
fn draw_votes(shown: &mut Shown, votes: &[(String, u32)]) {
    let at = |label: &str| {
        let digits = label.trim_start();
        let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.');
        digits[..end.unwrap_or(digits.len())].parse::<f64>().ok()
    };
    let drawn = |part: &Shows| matches!(part, Shows::Curves(curves) if curves.at.is_some());
    let Some(place) = shown.parts.iter().position(drawn) else {
        return;
    };
    let Shows::Curves(curves) = &mut shown.parts[place] else {
        return;
    };
    let points = curves.curves.iter().flat_map(|(_, points)| points);
    let ends = points.fold((f64::MAX, f64::MIN), |(a, b), [x, _]| {
        (a.min(*x), b.max(*x))
    });
    // Past the ends of the curves there is nothing to answer.
    curves.votes = votes
        .iter()
        .filter_map(|(label, votes)| Some((at(label)?, *votes)))
        .filter(|(at, _)| (ends.0..=ends.1).contains(at))
        .collect();
    curves.votes.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    if !curves.votes.is_empty() {
        curves.title = format!("{}, and what was answered", curves.title);
        let words = curves.votes.iter();
        let words = words.map(|(at, votes)| format!("{at}: {votes}"));
        let words: Vec<_> = words.collect();
        curves.alt = format!("{} Votes at {}.", curves.alt, words.join("; at "));
        // It is what everyone waits for; on stage what comes last may find no room.
        shown.parts[..=place].rotate_right(1);
    }
}

#[derive(Clone)]
struct Bytesize;

impl Weighter<Key, Arc<Made>> for Bytesize {
    fn weight(&self, (_, pairs, votes): &Key, made: &Arc<Made>) -> u64 {
        let texts = pairs.iter().map(|(name, text)| name.len() + text.len());
        let labels = votes.iter().map(|(label, _)| label.len());
        let all = texts
            .chain(labels)
            .map(|bytes| bytes + size_of::<(String, String)>());
        (ENTRY + all.sum::<usize>() + made.html.len() + made.json.len()) as u64
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Walks {
    turns: Arc<Semaphore>,
    /// One turn for all who came without a cookie, so that they cannot hold up the others.
    of_unknown: Arc<Semaphore>,
    kept: Arc<Cache<Key, Arc<Made>, Bytesize>>,
}

impl Default for Walks {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(processors_beside_one())),
            of_unknown: Arc::new(Semaphore::new(1)),
            kept: Arc::new(Cache::with_weighter(KEPT, KEPT_BYTES, Bytesize)),
        }
    }
}

impl Walks {
    /// What the step shows, or what is wrong with its input. What was made before, and what the session itself offers, is
    /// free; all else is at the pace of whoever asks.
    ///
    /// # Errors
    /// If they ask too fast, or too many wait already.
    pub async fn part(
        &self,
        asked: Asked,
        who: Option<VoterId>,
        pace: &Pace,
    ) -> Result<Part, WebError> {
        if let Err(fault) = asked.bounded() {
            return Ok(Err(fault));
        }
        let key = asked.key();
        if let Some(made) = self.kept.get(&key) {
            return Ok(Ok(made));
        }
        let mut one = None;
        if !asked.offered {
            pace.check(who.unwrap_or(UNKNOWN))
                .map_err(WebError::Refused)?;
            if who.is_none() {
                one = Some(turn_of(&self.of_unknown).await?);
            }
        }
        let made = self.kept.get_or_insert_async(&key, async {
            let made = self.in_turn(move || asked.make()).await;
            made.map_err(Trouble::Web)?.map_err(Trouble::Input)
        });
        let made = made.await;
        drop(one);
        match made {
            Ok(made) => Ok(Ok(made)),
            Err(Trouble::Input(fault)) => Ok(Err(fault)),
            Err(Trouble::Web(error)) => Err(error),
        }
    }

    /// The SVD of a viewer's picture, as [`Factors::to_bytes`] has it.
    ///
    /// # Errors
    /// If the size does not fit, is too large, or too many wait already.
    pub async fn factors(
        &self,
        rows: usize,
        columns: usize,
        grey: &Bytes,
    ) -> Result<Vec<u8>, WebError> {
        let sides = 1..=SIDE_MAX;
        if !sides.contains(&rows) || !sides.contains(&columns) || grey.len() != rows * columns {
            let why = format!(
                "A picture has 1 to {SIDE_MAX} rows and columns, and a byte for each place; this one says {rows} × {columns} and has {} bytes.",
                grey.len()
            );
            return Err(WebError::Bad(why));
        }
        let grey = grey.to_vec();
        let made = self.in_turn(move || {
            let image = Image {
                rows,
                columns,
                grey,
                ..Image::default()
            };
            Factors::of(&image, SIDE_MAX).map(|factors| factors.to_bytes())
        });
        made.await?
            .map_err(|error| WebError::Bad(format!("{error}.")))
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, WebError> {
        let turn = turn_of(&self.turns).await?;
        let made = tokio::task::spawn_blocking(move || {
            let made = work();
            drop(turn);
            made
        });
        made.await
            .map_err(|error| WebError::Internal(Box::new(error)))
    }
}

async fn turn_of(turns: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, WebError> {
    let turn = tokio::time::timeout(WAIT, Arc::clone(turns).acquire_owned()).await;
    turn.ok().and_then(Result::ok).ok_or(WebError::Full)
}
