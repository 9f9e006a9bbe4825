//! The end of a run, and what is kept of it to be looked into again.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::sight::Sight;
use super::{LiveRbf, words};
use crate::demos::rbf::artefact::Artefact;
use crate::demos::rbf::device;
use crate::demos::rbf::picture::Plane;
use crate::demos::rbf::results::{Measures, results};
use crate::demos::rbf::train::TrainError;
use crate::demos::sheet::{Ended, Reliability};
use salon_core::domain::demo::Settings;

const VIEW: &str = "view.json";

/// Where the pictures of a kept run lie, so that what is looked up later is drawn in them.
#[derive(Serialize, Deserialize)]
struct View {
    step: usize,
    embedding: Option<Plane>,
    extent: [f64; 3],
}

impl LiveRbf {
    /// `measured` is of the last picture.
    pub(super) fn finish(
        &self,
        measured: Measures,
    ) -> Result<(Ended, Vec<Reliability>), TrainError> {
        let baseline = self.baseline.as_ref();
        let mut found = results(&self.trainer, baseline, &self.data, self.reject)?;
        found.add(measured);
        let ended = Ended {
            results: found.numbers,
            ..Ended::default()
        };
        Ok((ended, found.reliability))
    }

    pub(super) fn save(&self, folder: &Path) -> Result<(), String> {
        let about = Artefact::of(&self.trainer, &self.data, &self.device);
        about.save(folder, &self.trainer).map_err(words)?;
        let view = View {
            step: self.seen_at,
            embedding: self.embedding.clone(),
            extent: self.extent,
        };
        let view = serde_json::to_vec(&view).map_err(words)?;
        fs::write(folder.join(VIEW), view).map_err(words)
    }

    /// As it was kept in this folder: to be looked into, not to go on.
    ///
    /// # Errors
    /// If it cannot be read, in words.
    pub fn kept(settings: &Settings, folder: &Path, device: &str) -> Result<Self, String> {
        let (device, shown) = device::open(device)?;
        let (_, data, trainer) = Artefact::open(folder, None, &device).map_err(words)?;
        let mut live = Self::of(settings, data, shown, trainer, None)?;
        let path = folder.join(VIEW);
        let view = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let view: View = serde_json::from_slice(&view)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let sight = Sight::of(&live.trainer, &live.points, live.held_from, live.reject);
        live.sight = Some(sight.map_err(words)?);
        live.seen_at = view.step;
        live.embedding = view.embedding;
        live.extent = view.extent;
        Ok(live)
    }
}
