//! The run that a session shows: kept in step with what the session says of it, and what it hands in put up for
//! everyone. Nothing of it is stored but how it ended.
//!
//! The log says what should run; [`Actor::follow_runs`] makes it so, after every turn and when the owner starts: a
//! session that comes back after a crash starts its run again, from its seed.

use std::time::Duration;

use axum::body::Bytes;
use tokio::sync::mpsc::WeakSender;
use tokio::time::Instant;

use super::actor::Actor;
use super::announce::encode;
use super::chart::{Chart, short};
use super::gallery::Topic;
use super::handle::Ask;
use crate::demos::runner::Runner;
use crate::demos::sheet::{Ended, Sheet};
use crate::domain::command::{Command, Role};
use crate::domain::demo::{Outcome, Run, RunState};
use crate::domain::fact::State;
use crate::ids::SegmentId;
use crate::protocol::{ProgressView, ServerMessage, ShownRun};

/// How often at most each is put up: for stage and host, and for phones.
const PROGRESS_EVERY: [Duration; 2] = [Duration::from_millis(100), Duration::from_millis(500)];
const PICTURE_EVERY: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(1)];
const CHART_EVERY: Duration = Duration::from_secs(1);
/// Where the number of the run is in a picture.
const NUMBER_AT: std::ops::Range<usize> = 8..12;

pub(super) struct Runs {
    /// Where sheets are handed in. Weak: a run must not keep its session alive.
    inbox: WeakSender<Ask>,
    shown: Option<Shown>,
}

struct Shown {
    segment: SegmentId,
    /// As its thread was last told.
    told: Run,
    /// None once it has ended or was stopped.
    runner: Option<Runner>,
    names: Vec<String>,
    progress: ProgressView,
    chart: Chart,
    picture: Option<Bytes>,
    news: [News; 5],
}

/// Something that waits to be put up.
#[derive(Clone, Copy)]
struct News {
    what: What,
    every: Duration,
    changed: bool,
    shown_at: Option<Instant>,
}

#[derive(Clone, Copy, PartialEq)]
enum What {
    Progress(Hall),
    Picture(Hall),
    Chart,
}

#[derive(Clone, Copy, PartialEq)]
enum Hall {
    /// Few, on good lines.
    Stage,
    Phones,
}

impl Hall {
    fn roles(self) -> &'static [Role] {
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

    fn is_due(&self) -> bool {
        self.due().is_some_and(|due| due <= Instant::now())
    }
}

impl Runs {
    pub fn new(inbox: WeakSender<Ask>) -> Self {
        Self { inbox, shown: None }
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

    /// Takes a sheet in; the end of the run, if this is it. A sheet of an earlier run is dropped.
    pub fn take_in(&mut self, number: u32, sheet: Box<Sheet>) -> Option<Command> {
        let shown = self.shown.as_mut()?;
        if shown.told.number != number {
            return None;
        }
        shown.take_in(&sheet);
        let Ended { failed, results } = sheet.ended?;
        shown.runner = None;
        Some(Command::RunEnded {
            segment: shown.segment.clone(),
            number,
            outcome: Box::new(Outcome {
                failed: failed.chars().take(400).collect(),
                results: results
                    .into_iter()
                    .map(|(name, x)| (name, short(x)))
                    .collect(),
            }),
        })
    }
}

impl Shown {
    fn start(segment: &SegmentId, run: &Run, runner: Option<Runner>) -> Self {
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
            news: [
                news(What::Progress(Hall::Stage), PROGRESS_EVERY[0]),
                news(What::Progress(Hall::Phones), PROGRESS_EVERY[1]),
                news(What::Picture(Hall::Stage), PICTURE_EVERY[0]),
                news(What::Picture(Hall::Phones), PICTURE_EVERY[1]),
                news(What::Chart, CHART_EVERY),
            ],
        }
    }

    fn take_in(&mut self, sheet: &Sheet) {
        self.names = sheet.names.iter().map(ToString::to_string).collect();
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
        if let Some(picture) = &sheet.picture {
            let mut picture = picture.clone();
            if let Some(place) = picture.get_mut(NUMBER_AT) {
                place.copy_from_slice(&self.told.number.to_le_bytes());
            }
            self.picture = Some(picture.into());
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

    fn view(&self) -> ShownRun {
        ShownRun {
            progress: self.progress.clone(),
            chart: self.chart.view(self.told.number, &self.names),
        }
    }

    /// Tells the thread what has changed since it was last told.
    fn tell(&mut self, run: &Run) {
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
            _ => {}
        }
        self.told = run.clone();
    }
}

impl Actor {
    /// Makes run what the session says should run, and nothing else.
    pub(super) fn follow_runs(&mut self) {
        let live = self.session.state == State::Live;
        let mut runs = self.session.runs.iter();
        let wanted = runs.find(|(_, run)| live && run.state.goes_on());
        let shown = self.runs.shown.as_mut();
        match (wanted, shown) {
            (Some((_, run)), Some(shown)) if shown.told.number == run.number => shown.tell(run),
            (Some((segment, run)), _) => {
                let (segment, run) = (segment.clone(), run.clone());
                self.take_down_run();
                let runner = self.start_run(&segment, &run);
                self.runs.shown = Some(Shown::start(&segment, &run, runner));
            }
            (None, Some(shown)) => {
                shown.runner = None;
                let held = self.session.runs.get(&shown.segment);
                if held.is_none_or(|run| run.number != shown.told.number) {
                    self.take_down_run();
                }
            }
            (None, None) => {}
        }
    }

    fn start_run(&self, segment: &SegmentId, run: &Run) -> Option<Runner> {
        let plan = &self.session.segment(segment).ok()?.plan;
        let kind = plan.demo.as_ref()?.kind;
        let (inbox, number) = (self.runs.inbox.clone(), run.number);
        let hand_in = move |sheet: Box<Sheet>| {
            let Some(inbox) = inbox.upgrade() else {
                return Ok(());
            };
            match inbox.try_send(Ask::Sheet { number, sheet }) {
                Ok(()) => Ok(()),
                Err(back) => match back.into_inner() {
                    Ask::Sheet { sheet, .. } => Err(sheet),
                    _ => Ok(()),
                },
            }
        };
        match Runner::start(kind, run.settings.clone(), hand_in) {
            Ok(runner) => {
                if run.state == RunState::Paused {
                    runner.pause();
                }
                Some(runner)
            }
            Err(error) => {
                tracing::error!(session = %self.id, %error, "a demo could not be started");
                None
            }
        }
    }

    fn take_down_run(&mut self) {
        if self.runs.shown.take().is_some() {
            for role in [Role::Stage, Role::Host, Role::Audience] {
                for topic in [Topic::Progress, Topic::Picture, Topic::Chart] {
                    self.gallery.publish(role, vec![(topic, None)]);
                }
            }
        }
    }

    pub(super) fn announce_run(&mut self) {
        let Some(shown) = &mut self.runs.shown else {
            return;
        };
        let now = Instant::now();
        for place in 0..shown.news.len() {
            let news = &mut shown.news[place];
            if !news.is_due() {
                continue;
            }
            news.changed = false;
            news.shown_at = Some(now);
            match news.what {
                What::Progress(hall) => {
                    let progress = shown.progress.clone();
                    let frame = encode(&ServerMessage::Progress { progress });
                    for role in hall.roles() {
                        let frames = vec![(Topic::Progress, frame.clone())];
                        self.gallery.publish(*role, frames);
                    }
                }
                What::Picture(hall) => {
                    if let Some(picture) = &shown.picture {
                        for role in hall.roles() {
                            self.gallery.publish_picture(*role, picture.clone());
                        }
                    }
                }
                What::Chart => {
                    let chart = shown.view().chart;
                    let frame = encode(&ServerMessage::Chart { chart });
                    for role in [Role::Stage, Role::Host, Role::Audience] {
                        self.gallery
                            .publish(role, vec![(Topic::Chart, frame.clone())]);
                    }
                }
            }
        }
    }
}
