//! What a demo has to show since it was last handed in. Bounded: readings are thinned, the latest picture wins.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::film::Film;

/// Readings that wait on one sheet; past it every second one goes.
const READINGS_MAX: usize = 512;
/// Where a picture of any demo has the number of its run (u32, little-endian).
const NUMBER_AT: std::ops::Range<usize> = 8..12;

/// The values of all curves after a step; none where nothing was measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub step: u32,
    pub values: Vec<Option<f64>>,
}

/// A picture, as it travels.
#[derive(Debug, Clone, PartialEq)]
pub struct Shot {
    pub step: u32,
    /// Counted from 1 over the run.
    pub frame: u32,
    pub bytes: Bytes,
}

impl Shot {
    /// The same picture, of the run of this number.
    pub fn of_run(&self, number: u32) -> Self {
        let mut bytes = self.bytes.to_vec();
        if let Some(place) = bytes.get_mut(NUMBER_AT) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        Self {
            bytes: bytes.into(),
            ..self.clone()
        }
    }
}

/// A reliability diagram: how often a read-out is right when it is so sure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reliability {
    /// Of which read-out.
    pub name: String,
    /// Expected calibration error.
    pub ece: f64,
    /// Of each bin: mean confidence, accuracy, share of all images.
    pub bins: Vec<[f64; 3]>,
}

#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// What it runs on, in words.
    pub device: String,
    /// What the curves are called, in the order of a reading's values.
    pub names: Vec<String>,
    /// What classes are called.
    pub classes: Vec<String>,
    /// Steps in all.
    pub steps: u32,
    pub readings: Vec<Reading>,
    /// The newest picture.
    pub picture: Option<Shot>,
    /// All pictures at once, from a recording.
    pub film: Option<Film>,
    /// Once they are known.
    pub reliability: Option<Vec<Reliability>>,
    /// Set once it has come to its end.
    pub ended: Option<Ended>,
}

/// How a demo came to its end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// Empty if all went well.
    pub failed: String,
    /// Last numbers, by name.
    pub results: BTreeMap<String, f64>,
    /// It was kept, and can be played back.
    #[serde(default)]
    pub recorded: bool,
}

impl Sheet {
    /// An empty sheet for the same run.
    pub fn next(&self) -> Self {
        Self {
            device: self.device.clone(),
            names: self.names.clone(),
            classes: self.classes.clone(),
            steps: self.steps,
            ..Self::default()
        }
    }

    pub fn read(&mut self, reading: Reading) {
        thinned(&mut self.readings, READINGS_MAX);
        self.readings.push(reading);
    }

    pub fn is_empty(&self) -> bool {
        self.readings.is_empty()
            && self.picture.is_none()
            && self.film.is_none()
            && self.reliability.is_none()
            && self.ended.is_none()
    }
}

/// Joins readings two by two where there are as many as there may be: the later one, with what only the earlier measured.
pub fn thinned(all: &mut Vec<Reading>, most: usize) {
    if all.len() < most {
        return;
    }
    let pairs = all.chunks(2).map(|pair| {
        let mut joined = pair[pair.len() - 1].clone();
        for (value, before) in joined.values.iter_mut().zip(&pair[0].values) {
            *value = value.or(*before);
        }
        joined
    });
    *all = pairs.collect();
}
