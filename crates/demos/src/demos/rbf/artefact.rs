//! What a run leaves behind: enough to do it again, and the network to go on asking.

use std::fs;
use std::path::Path;

use candle_core::Device;
use serde::{Deserialize, Serialize};

use super::data::Dataset;
use super::train::{TrainConfig, Trainer};

const CHECKPOINT: &str = "checkpoint.safetensors";
const CONFIG: &str = "config.json";
/// Bytes that `config.json` may have where it is read back.
const BYTES_MAX: u64 = 1 << 20;

/// `config.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Artefact {
    /// As it was opened: a name, or a path.
    pub data: String,
    /// [`Dataset::hash`]
    pub data_sha256: String,
    pub device: String,
    pub threads: usize,
    pub config: TrainConfig,
}

/// Why a run that was kept cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ArtefactError {
    #[error("{path}: {why}")]
    File { path: String, why: String },
    #[error(
        "the run was trained on data with SHA-256 {trained:.12}, and {name} has {found:.12}; name the same data with --data"
    )]
    OtherData {
        name: String,
        trained: String,
        found: String,
    },
}

impl Artefact {
    pub fn of(trainer: &Trainer, data: &Dataset, device: &str) -> Self {
        Self {
            data: data.name.clone(),
            data_sha256: data.hash(),
            device: device.to_string(),
            threads: rayon::current_num_threads(),
            config: trainer.config,
        }
    }

    /// Writes `config.json` and `checkpoint.safetensors`.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn save(&self, folder: &Path, trainer: &Trainer) -> Result<(), ArtefactError> {
        let path = folder.join(CONFIG);
        let json = serde_json::to_vec_pretty(self).map_err(|error| fault(&path, &error))?;
        fs::write(&path, json).map_err(|error| fault(&path, &error))?;
        let path = folder.join(CHECKPOINT);
        let saved = trainer.vars.save(&path);
        saved.map_err(|error| fault(&path, &error))
    }

    /// What was kept in this folder, with its data and its network; `data` where that lies elsewhere by now.
    ///
    /// # Errors
    /// If a file is missing or spoilt, or the data are others.
    pub fn open(
        folder: &Path,
        data: Option<&str>,
        device: &Device,
    ) -> Result<(Self, Dataset, Trainer), ArtefactError> {
        let path = folder.join(CONFIG);
        let found = fs::metadata(&path).map_err(|error| fault(&path, &error))?;
        if found.len() > BYTES_MAX {
            return Err(fault(&path, &"is too large"));
        }
        let json = fs::read(&path).map_err(|error| fault(&path, &error))?;
        let artefact: Self = serde_json::from_slice(&json).map_err(|error| fault(&path, &error))?;
        let name = data.unwrap_or(&artefact.data);
        let data = Dataset::open(name).map_err(|error| fault(Path::new(name), &error))?;
        let found = data.hash();
        if found != artefact.data_sha256 {
            return Err(ArtefactError::OtherData {
                name: name.to_string(),
                trained: artefact.data_sha256,
                found,
            });
        }
        let trainer = Trainer::drawn(&data, artefact.config, device);
        let trainer = trainer.map_err(|error| fault(&path, &error))?;
        let path = folder.join(CHECKPOINT);
        let loaded = trainer.vars.load(&path);
        loaded.map_err(|error| fault(&path, &error))?;
        Ok((artefact, data, trainer))
    }
}

fn fault(path: &Path, why: &dyn std::fmt::Display) -> ArtefactError {
    let (path, why) = (path.display().to_string(), why.to_string());
    // Some of these name the file themselves.
    let why = why
        .strip_prefix(&format!("{path}: "))
        .unwrap_or(&why)
        .to_string();
    ArtefactError::File { path, why }
}
