//! Run sheets: a session as TOML text, so that hosts keep their talks in git.
//!
//! [`read()`] turns a sheet into a checked plan or says everything that is wrong with it, each fault with its
//! line and the nearest right name. [`write()`] gives the one canonical text of a plan. The format is
//! described field by field in `docs/run-sheet.md`.
//!
//! **Invariant:** for every checked plan `p` whose text is within [`SHEET_MAX_BYTES`], reading `write(p)`
//! gives `p` again, the order of its polls included; so export, import, export is the identical text.

mod complain;
mod demo;
mod encoding;
mod names;
mod poll;
mod questions;
mod read;
mod signs;
mod table;
mod write;

pub use self::complain::Complaint;
use crate::domain::plan::SessionPlan;
use crate::ids::SessionCode;

/// Larger files are refused unread. A day of talks with a page of blurb each is about a tenth of it.
pub const SHEET_MAX_BYTES: usize = 256 * 1024;

/// A sheet to start from: the event that Salon was made for, with comments that explain the format.
pub const EXAMPLE: &str = include_str!("sheet/example.toml");

/// What a sheet says.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Checked: everything past this point may trust it.
    pub plan: SessionPlan,
    /// Whether the sheet itself names the code; if not, the plan has the spare one.
    pub code_given: bool,
}

/// Reads a sheet. `file` is how complaints name it; `spare_code` is the session's code if the sheet gives
/// none. The complaints are in the order of the lines, never empty, and all that could be found.
pub fn read(text: &str, file: &str, spare_code: SessionCode) -> Result<Sheet, Vec<Complaint>> {
    read::sheet(text, file, spare_code)
}

/// The text of a file, as editors save it: UTF-8 or UTF-16.
///
/// # Errors
/// If it is no text, with what it is instead, or no UTF-8, with the line.
pub fn decode(bytes: &[u8], file: &str) -> Result<String, Complaint> {
    encoding::text(bytes, file)
}

/// The canonical text: ids always written, defaults left out, one option a line, fields in one order.
pub fn write(plan: &SessionPlan) -> String {
    write::sheet(plan)
}

#[cfg(test)]
mod any_plan;
#[cfg(test)]
mod complaint_tests;
#[cfg(test)]
mod editor_tests;
#[cfg(test)]
mod round_trip_tests;
