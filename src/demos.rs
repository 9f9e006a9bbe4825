//! The talks' runnable demos. A demo knows nothing of sessions, sockets or locks: it is turned, it does one slice of
//! its work after the other, and it puts what there is to see on a sheet.

pub mod rbf;
pub mod runner;
pub mod sheet;

use self::sheet::Sheet;
use crate::domain::demo::{DemoKind, Settings};

/// Something that runs in front of people.
pub trait Demo: Send {
    /// A knob that may be turned while it runs was turned; the values are in range.
    fn turn(&mut self, settings: &Settings);

    /// One slice of its work, short enough for orders between slices to be felt at once (≤ 50 ms, but for pictures).
    ///
    /// # Errors
    /// If it cannot go on, in words for the host.
    fn step(&mut self, sheet: &mut Sheet) -> Result<Step, String>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Again,
    Done,
}

/// Builds the demo of this kind with all of its settings.
///
/// # Errors
/// If it cannot be built so, in words for the host.
pub fn build(kind: DemoKind, settings: &Settings) -> Result<Box<dyn Demo>, String> {
    match kind {
        DemoKind::Rbf => Ok(Box::new(rbf::live::LiveRbf::new(settings)?)),
    }
}
