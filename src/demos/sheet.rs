//! What a demo has to show since it was last handed in. Bounded: readings are thinned, the latest picture wins.

use std::collections::BTreeMap;

/// Readings that wait on one sheet; past it every second one goes.
const READINGS_MAX: usize = 512;

/// The values of all curves after a step; none where nothing was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub step: u32,
    pub values: Vec<Option<f64>>,
}

#[derive(Debug, Default)]
pub struct Sheet {
    /// What the curves are called, in the order of a reading's values.
    pub names: &'static [&'static str],
    /// What classes are called.
    pub classes: Vec<String>,
    /// Steps in all.
    pub steps: u32,
    pub readings: Vec<Reading>,
    /// The newest picture, as it travels.
    pub picture: Option<Vec<u8>>,
    /// Set once it has come to its end.
    pub ended: Option<Ended>,
}

/// How a demo came to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Ended {
    /// Empty if all went well.
    pub failed: String,
    /// Last numbers, by name.
    pub results: BTreeMap<String, f64>,
}

impl Sheet {
    pub fn read(&mut self, reading: Reading) {
        if self.readings.len() >= READINGS_MAX {
            let mut place = 0;
            self.readings.retain(|_| {
                place += 1;
                place % 2 == 0
            });
        }
        self.readings.push(reading);
    }

    pub fn is_empty(&self) -> bool {
        self.readings.is_empty() && self.picture.is_none() && self.ended.is_none()
    }
}
