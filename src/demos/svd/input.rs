//! What a step is given: texts by field, as they come from a link, a form or a file, read as what the field is.

use std::collections::BTreeMap;

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
            read: BTreeMap::new(),
        };
        for field in step.fields() {
            let text = given.iter().rev().find(|(name, _)| name == field.name);
            let text = text.map_or(field.default, |(_, text)| text.as_str());
            let read = read(field.kind, text).map_err(|why| Fault::new(field.name, why))?;
            input.read.insert(field.name, read);
            input.texts.insert(field.name, text.to_string());
        }
        Ok(input)
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
