//! What a step is given: texts by field, as they come from a link, a form or a file, read as what the field is.

use std::collections::{BTreeMap, BTreeSet};

use nalgebra::DVector;

use super::parse;
use super::step::{Kind, Step};
use crate::linalg::Matrix;

/// Bytes that one field may have: 32 × 32 numbers with all their digits, or a table of 200 × 10.
pub const TEXT_MAX: usize = 64 * 1024;

/// What is wrong with an input, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct Fault {
    /// The field's name; empty if it is the input as a whole.
    pub field: String,
    pub why: String,
}

impl Fault {
    pub fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            why: why.into(),
        }
    }
}

/// Every field of a step, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    texts: BTreeMap<&'static str, String>,
    /// Fields that are as the step has them.
    defaults: BTreeSet<&'static str>,
    read: BTreeMap<&'static str, Read>,
}

#[derive(Debug, Clone, PartialEq)]
enum Read {
    Matrix(Matrix),
    Number(f64),
    Word(String),
    Lines(Vec<String>),
}

impl Input {
    /// The input with these fields set; the others have their defaults.
    ///
    /// # Errors
    /// If there is no such field, it cannot be read, or is too large: which, where and why.
    pub fn of(step: &dyn Step, given: &[(String, String)]) -> Result<Self, Fault> {
        for (name, _) in given {
            if !step.fields().iter().any(|field| field.name == name) {
                let known: Vec<_> = step.fields().iter().map(|field| field.name).collect();
                let shown: String = name.chars().take(40).collect();
                let why = format!("there is no such field; there are {}", known.join(", "));
                return Err(Fault::new(shown, why));
            }
        }
        let mut input = Self {
            texts: BTreeMap::new(),
            defaults: BTreeSet::new(),
            read: BTreeMap::new(),
        };
        for field in step.fields() {
            let text = given.iter().rev().find(|(name, _)| name == field.name);
            let text = text.map_or(field.default, |(_, text)| text.as_str());
            let read = read(field.kind, text).map_err(|why| Fault::new(field.name, why))?;
            input.read.insert(field.name, read);
            input.texts.insert(field.name, text.to_string());
            if text == field.default {
                input.defaults.insert(field.name);
            }
        }
        step.fit(&mut input);
        Ok(input)
    }

    /// Whether a field is as the step has it: nobody's own, and so free to follow those that are.
    pub fn is_default(&self, field: &str) -> bool {
        self.defaults.contains(field)
    }

    /// Gives an example of the step's own another size, by going through its numbers again and again, so that it fits what
    /// someone has put in beside it. What is somebody's own stays as it is.
    pub fn fit(&mut self, field: &'static str, rows: usize, columns: usize) {
        let example = self.matrix(field);
        if !self.is_default(field) || example.is_empty() || rows == 0 || columns == 0 {
            return;
        }
        // A vector is kept as a column and typed in a row.
        let (down, across) = example.shape();
        if (down, across) == (rows, columns) {
            return;
        }
        let fitted = Matrix::from_fn(rows, columns, |i, j| example[(i % down, j % across)]);
        let numbers = |row: usize| {
            let row: Vec<_> = fitted.row(row).iter().map(f64::to_string).collect();
            row.join(", ")
        };
        let between = if columns == 1 { ", " } else { "; " };
        let text: Vec<_> = (0..rows).map(numbers).collect();
        self.texts.insert(field, text.join(between));
        self.read.insert(field, Read::Matrix(fitted));
    }

    /// As it was typed.
    pub fn text(&self, field: &str) -> &str {
        self.texts.get(field).map_or("", String::as_str)
    }

    /// A field that is a matrix, or a vector as a single column. Empty if it is neither.
    pub fn matrix(&self, field: &str) -> Matrix {
        match self.read.get(field) {
            Some(Read::Matrix(matrix)) => matrix.clone(),
            _ => Matrix::zeros(0, 0),
        }
    }

    pub fn vector(&self, field: &str) -> DVector<f64> {
        DVector::from_iterator(self.matrix(field).len(), self.matrix(field).iter().copied())
    }

    /// A number, whole or not; 0 if it is none.
    pub fn number(&self, field: &str) -> f64 {
        match self.read.get(field) {
            Some(Read::Number(number)) => *number,
            _ => 0.0,
        }
    }

    /// A whole number.
    pub fn count(&self, field: &str) -> usize {
        // It is one of a field's range: 0 to u32::MAX.
        self.number(field) as usize
    }

    /// One of a field's choices.
    pub fn word(&self, field: &str) -> &str {
        match self.read.get(field) {
            Some(Read::Word(word)) => word,
            _ => "",
        }
    }

    /// Lines without blank ones and without space around them.
    pub fn lines(&self, field: &str) -> &[String] {
        match self.read.get(field) {
            Some(Read::Lines(lines)) => lines,
            _ => &[],
        }
    }
}

fn read(kind: Kind, text: &str) -> Result<Read, String> {
    if text.len() > TEXT_MAX {
        return Err(format!(
            "has {} bytes; at most {TEXT_MAX} can be read",
            text.len()
        ));
    }
    match kind {
        Kind::Matrix { rows, columns } => parse::matrix(text, rows, columns).map(Read::Matrix),
        Kind::Vector { length } => parse::vector(text, length).map(Read::Matrix),
        Kind::Number { from, to, .. } => number(text, from, to).map(Read::Number),
        Kind::Count { from, to } => {
            let n = number(text, f64::from(from), f64::from(to))?;
            if n.fract() != 0.0 {
                return Err(format!("is {n}; it must be a whole number"));
            }
            Ok(Read::Number(n))
        }
        Kind::Choice(words) => {
            let word = text.trim();
            if words.contains(&word) {
                return Ok(Read::Word(word.to_string()));
            }
            let shown: String = word.chars().take(40).collect();
            Err(format!("“{shown}” is none of {}", words.join(", ")))
        }
        Kind::Lines { most } => {
            let text = parse::clean::lines_of(text);
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let lines: Vec<_> = lines.map(str::to_string).collect();
            if lines.len() > most {
                return Err(format!(
                    "has {} lines; at most {most} can be read",
                    lines.len()
                ));
            }
            Ok(Read::Lines(lines))
        }
    }
}

fn number(text: &str, from: f64, to: f64) -> Result<f64, String> {
    let n = parse::number(text)?;
    if !(from..=to).contains(&n) {
        return Err(format!("is {n}; it must be between {from} and {to}"));
    }
    Ok(n)
}
