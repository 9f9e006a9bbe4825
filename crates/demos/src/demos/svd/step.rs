//! What a step of the walkthrough is: a point in a sentence, an input that can be edited, and what follows from it.

use super::input::{Fault, Input};
use super::shown::Shown;

/// A step; each is a file of `steps`. It is computed from its input alone: the same input shows the same.
pub trait Step: Sync {
    /// In links and on the command line.
    fn name(&self) -> &'static str;

    fn title(&self) -> &'static str;

    /// What it is there to say, in a sentence.
    fn point(&self) -> &'static str;

    fn fields(&self) -> &'static [Field];

    /// Inputs worth trying. What is not set has its default.
    fn presets(&self) -> &'static [Preset];

    /// The kind of demo that is built on what the step shows, if there is one.
    fn used_in(&self) -> Option<&'static str> {
        None
    }

    /// Where a matrix or a text of the viewer's own goes, and the choices by which it is what is shown. None if there is no
    /// such place.
    fn own(&self) -> Option<Own> {
        let first = |of: fn(&Kind) -> bool| self.fields().iter().find(|field| of(&field.kind));
        let field = first(|kind| matches!(kind, Kind::Matrix { .. }))
            .or_else(|| first(|kind| matches!(kind, Kind::Lines { .. } | Kind::Vector { .. })))?;
        Some(Own {
            field: field.name,
            choices: &[],
        })
    }

    /// Gives the step's own examples the size that goes with what was put in beside them; see [`Input::fit`].
    fn fit(&self, _input: &mut Input) {}

    /// # Errors
    /// If the input cannot be computed with: which field, and what to do.
    fn show(&self, input: &Input) -> Result<Shown, Fault>;
}

/// Where an input of one's own goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Own {
    pub field: &'static str,
    /// By field.
    pub choices: &'static [(&'static str, &'static str)],
}

/// A part of the input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    pub kind: Kind,
    /// As it is typed.
    pub default: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Rows of numbers; at most so many rows and columns. A vector is one of a single column, typed in a row.
    Matrix {
        rows: usize,
        columns: usize,
    },
    /// At most so many numbers.
    Vector {
        length: usize,
    },
    Number {
        from: f64,
        to: f64,
        step: f64,
    },
    /// A whole number.
    Count {
        from: u32,
        to: u32,
    },
    Choice(&'static [&'static str]),
    /// Lines of words, at most so many; the step says how they are written.
    Lines {
        most: usize,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Preset {
    pub label: &'static str,
    /// By field, as typed.
    pub input: &'static [(&'static str, &'static str)],
}
