//! The talks' runnable demos. A demo knows nothing of sessions, sockets or locks: it is turned, it does one slice of
//! its work after the other, it puts what there is to see on a sheet, and it can be looked into.

pub mod film;
pub mod inspect;
mod markup;
pub mod own_data;
pub mod playback;
pub mod rbf;
pub mod recording;
pub mod runner;
pub mod sheet;
pub mod svd;
mod whole;

use std::path::Path;

use self::inspect::{Inspect, Inspected};
use self::sheet::Sheet;
use salon_core::domain::demo::{DemoKind, Settings};

/// Something that runs in front of people.
pub trait Demo: Send {
    /// A knob that may be turned while it runs was turned; the values are in range.
    fn turn(&mut self, settings: &Settings);

    /// One slice of its work, short enough for orders between slices to be felt at once (≤ 50 ms, but for pictures and
    /// the last one, which tests).
    ///
    /// # Errors
    /// If it cannot go on, in words for the host.
    fn step(&mut self, sheet: &mut Sheet) -> Result<Step, String>;

    /// A closer look, between two slices or after the last.
    ///
    /// # Errors
    /// If there is no such thing, in words for whoever asks.
    fn inspect(&mut self, what: &Inspect) -> Result<Inspected, String>;

    /// Whether there is something to do while it is paused or done; as short as a slice.
    ///
    /// # Errors
    /// If it cannot go on, in words for the host.
    fn idle(&mut self, sheet: &mut Sheet) -> Result<Idle, String>;

    /// Keeps in this folder what it takes to look into it again ([`kept`]).
    ///
    /// # Errors
    /// If it cannot be written, in words for the host.
    fn keep(&self, folder: &Path) -> Result<(), String>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Again,
    Done,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// Something is under way: look again soon.
    Waits,
    Nothing,
}

/// Builds the demo of this kind with all of its settings, on this device (`auto`, `cpu`, `cuda:N`, `metal`).
///
/// # Errors
/// If it cannot be built so, in words for the host.
pub fn build(kind: DemoKind, settings: &Settings, device: &str) -> Result<Box<dyn Demo>, String> {
    match kind {
        DemoKind::Rbf => Ok(Box::new(rbf::live::LiveRbf::new(settings, device)?)),
        DemoKind::Svd => Err(not_run()),
    }
}

/// The demo as it was when it was kept in this folder; to be looked into, not to go on.
///
/// # Errors
/// If it cannot be read, in words.
pub fn kept(
    kind: DemoKind,
    settings: &Settings,
    folder: &Path,
    device: &str,
) -> Result<Box<dyn Demo>, String> {
    match kind {
        DemoKind::Rbf => Ok(Box::new(rbf::live::LiveRbf::kept(
            settings, folder, device,
        )?)),
        DemoKind::Svd => Err(not_run()),
    }
}

fn not_run() -> String {
    "The walkthrough is gone through step by step; there is nothing to run.".to_string()
}
