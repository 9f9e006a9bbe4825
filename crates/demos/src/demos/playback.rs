//! A recorded run, played back at the pace at which it went: the stage's insurance. It can be looked into as it was at
//! its end.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::inspect::{Inspect, Inspected};
use super::recording::Recording;
use super::sheet::Sheet;
use super::{Demo, Idle, Step, kept};
use salon_core::domain::demo::Settings;

/// Between two looks at the clock.
const SLICE: Duration = Duration::from_millis(20);

/// How a recording is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    AsItWent,
    /// All of it, as it stood at the end.
    AtOnce,
}

pub struct Playback {
    recording: Recording,
    folder: PathBuf,
    device: String,
    pace: Pace,
    /// Time played so far, and readings and pictures shown.
    played: Duration,
    readings: usize,
    shots: usize,
    /// The demo as it was at its end, once someone looks into it.
    inner: Option<Box<dyn Demo>>,
}

impl Playback {
    /// # Errors
    /// If the recording cannot be read, in words for the host.
    pub fn open(folder: PathBuf, pace: Pace, device: &str) -> Result<Self, String> {
        let recording = Recording::open(&folder).map_err(|why| {
            tracing::warn!(%why, "a recording cannot be played");
            "the recording is not there any more, or is spoilt".to_string()
        })?;
        Ok(Self {
            recording,
            folder,
            device: device.to_string(),
            pace,
            played: Duration::ZERO,
            readings: 0,
            shots: 0,
            inner: None,
        })
    }

    /// The step that is reached: as far of all steps as of the time.
    fn reached(&self) -> u32 {
        let last = self.recording.readings.last().map_or(0, |last| last.step);
        let all = self.recording.took_ms.max(1) as f64;
        let gone = self.played.as_millis() as f64 / all;
        if gone >= 1.0 || self.pace == Pace::AtOnce {
            return u32::MAX;
        }
        (f64::from(last) * gone) as u32
    }
}

impl Demo for Playback {
    /// What is recorded does not change any more.
    fn turn(&mut self, _: &Settings) {}

    fn step(&mut self, sheet: &mut Sheet) -> Result<Step, String> {
        let began = Instant::now();
        if self.shots > 0 && self.pace == Pace::AsItWent {
            std::thread::sleep(SLICE);
        }
        let reached = self.reached();
        let recording = &self.recording;
        sheet.device.clone_from(&recording.device);
        sheet.names.clone_from(&recording.names);
        sheet.classes.clone_from(&recording.classes);
        sheet.steps = recording.steps;
        let due = recording.readings[self.readings..].iter();
        let due = due.take_while(|reading| reading.step <= reached).count();
        // Not thinned: as many as were kept are shown.
        let to = self.readings + due;
        sheet
            .readings
            .extend_from_slice(&recording.readings[self.readings..to]);
        self.readings = to;
        let shots = recording.film.shots();
        let due = shots[self.shots..].iter();
        let due = due.take_while(|shot| shot.step <= reached).count();
        if due > 0 {
            self.shots += due;
            sheet.picture = shots.get(self.shots - 1).cloned();
        }
        self.played += began.elapsed();
        if reached < u32::MAX {
            return Ok(Step::Again);
        }
        if self.pace == Pace::AtOnce {
            sheet.film = Some(recording.film.clone());
        }
        if !recording.reliability.is_empty() {
            sheet.reliability = Some(recording.reliability.clone());
        }
        // It is kept already, under its own number.
        let mut ended = recording.ended.clone();
        ended.recorded = false;
        sheet.ended = Some(ended);
        Ok(Step::Done)
    }

    fn inspect(&mut self, what: &Inspect) -> Result<Inspected, String> {
        if self.inner.is_none() {
            let Recording { kind, settings, .. } = &self.recording;
            let inner = kept(*kind, settings, &self.folder, &self.device);
            self.inner = Some(inner.map_err(|why| {
                tracing::warn!(%why, "a recording cannot be looked into");
                "Its network was not kept, or is spoilt.".to_string()
            })?);
        }
        match &mut self.inner {
            Some(inner) => inner.inspect(what),
            None => Err("nothing of it was kept".to_string()),
        }
    }

    fn idle(&mut self, _: &mut Sheet) -> Result<Idle, String> {
        Ok(Idle::Nothing)
    }

    fn keep(&self, _: &std::path::Path) -> Result<(), String> {
        Ok(())
    }
}
