//! The run that a session shows: its thread, and what it has handed in.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::mpsc::WeakSender;
use tokio::time::Instant;

use super::asks::Ask;
use super::chart::{Chart, short};
use crate::demos::film::Film;
use crate::demos::inspect::{Inspect, NoLook};
use crate::demos::runner::{Answer, Runner};
use crate::demos::sheet::{Ended, Reliability, Sheet};
use crate::domain::command::{Command, Role};
use crate::domain::demo::{Outcome, Run, RunState};
use crate::ids::SegmentId;
use crate::protocol::{CalibrationView, ChartView, ProgressView, ShownRun};

/// How often at most each is put up: for stage and host, and for phones.
const PROGRESS_EVERY: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];
const PICTURE_EVERY: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(1)];
const CHART_EVERY: Duration = Duration::from_secs(1);
/// Phones that are shown pictures and curves so often. Of both a phone gets some 40 KB: once a second to so many is 80 Mbit/s,
/// about what the wireless network of a hall carries, and what a larger one gets altogether is no more.
const PHONES: u32 = 250;
/// So many times longer at most: thousands are not on one network.
const SLOWEST: u32 = 10;

/// How long pictures and curves keep an audience of so many from the next.
fn pause(every: Duration, audience: u32) -> Duration {
    every * audience.div_ceil(PHONES).clamp(1, SLOWEST)
}

pub(super) struct Runs {
    /// Where sheets are handed in. Weak: a run must not keep its session alive.
    pub inbox: WeakSender<Ask>,
    /// Where runs are kept, a folder a run.
    pub folder: PathBuf,
    /// What they run on.
    pub device: String,
    pub shown: Option<Shown>,
}

pub(super) struct Shown {
    pub segment: SegmentId,
    /// As its thread was last told.
    pub told: Run,
    /// It stays once it has ended or was stopped, to be looked into. None if it could not be started.
    runner: Option<Runner>,
    names: Vec<String>,
    pub progress: ProgressView,
    chart: Chart,
    pub picture: Option<Bytes>,
    /// Shared with whoever reads it: a look at one picture copies none.
    film: Arc<Film>,
    pub news: [News; 6],
}

/// Something that waits to be put up.
#[derive(Clone, Copy)]
pub(super) struct News {
    pub what: What,
    every: Duration,
    pub changed: bool,
    pub shown_at: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum What {
    Progress(Hall),
    Picture(Hall),
    Chart(Hall),
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Hall {
    /// Few, on good lines.
    Stage,
    Phones,
}

impl Hall {
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Stage => &[Role::Stage, Role::Host],
            Self::Phones => &[Role::Audience],
        }
    }
}

impl News {
    fn due(&self) -> Option<Instant> {
        let at = self
            .shown_at
            .map_or_else(Instant::now, |at| at + self.every);
        self.changed.then_some(at)
    }

    /// It is put up now, before an audience of so many.
    pub fn is_shown(&mut self, now: Instant, audience: u32) {
        self.changed = false;
        self.shown_at = Some(now);
        self.every = match self.what {
            What::Picture(Hall::Phones) => pause(PICTURE_EVERY[1], audience),
            What::Chart(Hall::Phones) => pause(CHART_EVERY, audience),
            _ => self.every,
        };
    }

    pub fn is_due(&self) -> bool {
        self.due().is_some_and(|due| due <= Instant::now())
    }
}

impl Runs {
    pub fn new(inbox: WeakSender<Ask>, folder: PathBuf, device: String) -> Self {
        Self {
            inbox,
            folder,
            device,
            shown: None,
        }
    }

    pub fn next_due(&self) -> Option<Instant> {
        let news = self.shown.iter().flat_map(|shown| &shown.news);
        news.filter_map(News::due).min()
    }

    pub fn view(&self) -> Option<Box<ShownRun>> {
        self.shown.as_ref().map(|shown| Box::new(shown.view()))
    }

    pub fn picture(&self) -> Option<Bytes> {
        self.shown.as_ref()?.picture.clone()
    }

    /// The pictures of the run of this number, if it is the one that is shown.
    pub fn film(&self, number: u32) -> Option<Arc<Film>> {
        let shown = self.shown.as_ref()?;
        (shown.told.number == number).then(|| Arc::clone(&shown.film))
    }

    /// Hands a look on to the run's thread.
    pub fn inspect(&self, number: u32, what: Inspect, answer: Answer) {
        let shown = self.shown.as_ref();
        let shown = shown.filter(|shown| shown.told.number == number);
        match shown.and_then(|shown| shown.runner.as_ref()) {
            Some(runner) => runner.inspect(what, answer),
            None => answer(Err(NoLook::Gone)),
        }
    }

    /// Takes a sheet in; the end of the run, if this is it. A sheet of an earlier run is dropped.
    pub fn take_in(&mut self, number: u32, sheet: Box<Sheet>) -> Option<Command> {
        let shown = self.shown.as_mut()?;
        if shown.told.number != number {
            return None;
        }
        shown.take_in(&sheet);
        let Ended {
            failed,
            results,
            recorded,
        } = sheet.ended?;
        Some(Command::RunEnded {
            segment: shown.segment.clone(),
            number,
            outcome: Box::new(Outcome {
                failed: failed.chars().take(400).collect(),
                // What is no number cannot be told, nor read back.
                results: results
                    .into_iter()
                    .filter(|(_, x)| x.is_finite())
                    .map(|(name, x)| (name, short(x)))
                    .collect(),
                recorded,
            }),
        })
    }
}

impl Shown {
    pub fn start(segment: &SegmentId, run: &Run, runner: Option<Runner>) -> Self {
        let news = |what, every| News {
            what,
            every,
            changed: true,
            shown_at: None,
        };
        Self {
            segment: segment.clone(),
            told: run.clone(),
            runner,
            names: Vec::new(),
            progress: ProgressView {
                number: run.number,
                ..ProgressView::default()
            },
            chart: Chart::default(),
            picture: None,
            film: Arc::default(),
            news: [
                news(What::Progress(Hall::Stage), PROGRESS_EVERY[0]),
                news(What::Progress(Hall::Phones), PROGRESS_EVERY[1]),
                news(What::Picture(Hall::Stage), PICTURE_EVERY[0]),
                news(What::Picture(Hall::Phones), PICTURE_EVERY[1]),
                news(What::Chart(Hall::Stage), CHART_EVERY),
                news(What::Chart(Hall::Phones), CHART_EVERY),
            ],
        }
    }

    fn take_in(&mut self, sheet: &Sheet) {
        self.names.clone_from(&sheet.names);
        self.progress.device.clone_from(&sheet.device);
        self.progress.classes.clone_from(&sheet.classes);
        self.progress.steps = sheet.steps;
        for reading in &sheet.readings {
            self.chart.read(reading);
            self.progress.step = reading.step;
            self.progress.values.resize(reading.values.len(), None);
            for (held, value) in self.progress.values.iter_mut().zip(&reading.values) {
                // What is measured now and then stays until it is measured again.
                *held = value.map(short).or(*held);
            }
        }
        if let Some(film) = &sheet.film {
            self.film = Arc::new(film.clone());
        }
        if let Some(shot) = &sheet.picture {
            self.picture = Some(shot.bytes.clone());
            if sheet.film.is_none() {
                Arc::make_mut(&mut self.film).take(shot.clone());
            }
        }
        self.progress.frames = u32::try_from(self.film.shots().len()).unwrap_or(u32::MAX);
        if let Some(reliability) = &sheet.reliability {
            self.progress.calibration = reliability.iter().map(calibration).collect();
        }
        for news in &mut self.news {
            news.changed |= match news.what {
                What::Picture(_) => sheet.picture.is_some(),
                _ => true,
            };
            if sheet.ended.is_some() {
                news.shown_at = None;
            }
        }
    }

    pub fn chart(&self, hall: Hall) -> ChartView {
        let (number, names) = (self.told.number, &self.names);
        match hall {
            Hall::Stage => self.chart.view(number, names),
            Hall::Phones => self.chart.for_phones().view(number, names),
        }
    }

    pub fn view(&self) -> ShownRun {
        ShownRun {
            progress: self.progress.clone(),
            chart: self.chart(Hall::Stage),
        }
    }

    /// Tells the thread what has changed since it was last told.
    pub fn tell(&mut self, run: &Run) {
        let Some(runner) = &self.runner else { return };
        let turned = run
            .settings
            .iter()
            .filter(|(name, value)| self.told.settings.get(*name) != Some(value));
        let turned: crate::domain::demo::Settings = turned
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if !turned.is_empty() {
            runner.turn(turned);
        }
        match (self.told.state, run.state) {
            (RunState::Running, RunState::Paused) => runner.pause(),
            (RunState::Paused, RunState::Running) => runner.resume(),
            // It is not gone on with, but can be looked into.
            (RunState::Running, RunState::Stopped) => runner.pause(),
            _ => {}
        }
        self.told = run.clone();
    }
}

fn calibration(of: &Reliability) -> CalibrationView {
    CalibrationView {
        name: of.name.clone(),
        ece: short(of.ece),
        bins: of.bins.iter().map(|bin| bin.map(short)).collect(),
    }
}
