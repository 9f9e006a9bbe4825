//! A run as it was kept: what it showed, to be played back in place of a live one, and what the demo itself keeps to be
//! looked into again. A folder holds one: `run.json`, `film.bin`, and the demo's own files beside them.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::film::Film;
use super::sheet::{Ended, Reading, Reliability, Sheet, thinned};
use salon_core::domain::demo::{DemoKind, RECORDINGS_MAX, Settings};

/// Readings that are kept; past it every second one goes.
const READINGS_MAX: usize = 2_048;
/// Bytes that `run.json` may have where it is read back.
const BYTES_MAX: u64 = 16 << 20;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    pub kind: DemoKind,
    pub settings: Settings,
    pub device: String,
    pub names: Vec<String>,
    pub classes: Vec<String>,
    pub steps: u32,
    /// How long it went on, pauses left out.
    pub took_ms: u64,
    pub readings: Vec<Reading>,
    pub reliability: Vec<Reliability>,
    pub ended: Ended,
    #[serde(skip)]
    pub film: Film,
}

impl Recording {
    pub fn new(kind: DemoKind, settings: Settings) -> Self {
        Self {
            kind,
            settings,
            device: String::new(),
            names: Vec::new(),
            classes: Vec::new(),
            steps: 0,
            took_ms: 0,
            readings: Vec::new(),
            reliability: Vec::new(),
            ended: Ended::default(),
            film: Film::default(),
        }
    }

    /// Notes what a sheet says, before it is handed in.
    pub fn take(&mut self, sheet: &Sheet) {
        self.device.clone_from(&sheet.device);
        self.names.clone_from(&sheet.names);
        self.classes.clone_from(&sheet.classes);
        self.steps = sheet.steps;
        for reading in &sheet.readings {
            thinned(&mut self.readings, READINGS_MAX);
            self.readings.push(reading.clone());
        }
        if let Some(shot) = &sheet.picture {
            self.film.take(shot.clone());
        }
        if let Some(reliability) = &sheet.reliability {
            self.reliability.clone_from(reliability);
        }
        if let Some(ended) = &sheet.ended {
            self.ended.clone_from(ended);
        }
    }

    /// Writes it to this folder, whole or not at all; `also` puts the demo's own files beside it. Of the folders beside
    /// it, the oldest go once there are too many: they are named by number.
    ///
    /// # Errors
    /// If it cannot be written, in words.
    pub fn save(
        &self,
        folder: &Path,
        also: impl FnOnce(&Path) -> Result<(), String>,
    ) -> Result<(), String> {
        let aside = folder.with_extension("part");
        let told =
            |error: std::io::Error| format!("keeping the run in {}: {error}", folder.display());
        let _ = fs::remove_dir_all(&aside);
        let written = fs::create_dir_all(&aside)
            .map_err(told)
            .and_then(|()| also(&aside))
            .and_then(|()| {
                self.write(&aside)
                    .and_then(|()| synced(&aside))
                    .map_err(told)
            })
            .and_then(|()| {
                let _ = fs::remove_dir_all(folder);
                fs::rename(&aside, folder).map_err(told)
            });
        if written.is_err() {
            let _ = fs::remove_dir_all(&aside);
        }
        written?;
        if let Some(beside) = folder.parent() {
            forget_oldest(beside);
            // The name itself must last, too.
            File::open(beside)
                .and_then(|folder| folder.sync_all())
                .map_err(told)?;
        }
        Ok(())
    }

    fn write(&self, folder: &Path) -> std::io::Result<()> {
        let mut film = BufWriter::new(File::create(folder.join("film.bin"))?);
        self.film.write(&mut film)?;
        film.flush()?;
        let mut about = BufWriter::new(File::create(folder.join("run.json"))?);
        serde_json::to_writer(&mut about, self)?;
        about.flush()
    }

    /// # Errors
    /// If it is not there, or not as this program writes it; with the file.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let file = |name: &str| {
            let path = folder.join(name);
            match File::open(&path) {
                Ok(file) => Ok((path, file)),
                Err(error) => Err(format!("{}: {error}", path.display())),
            }
        };
        let (path, json) = file("run.json")?;
        if json.metadata().is_ok_and(|about| about.len() > BYTES_MAX) {
            return Err(format!("{}: is too large", path.display()));
        }
        let mut recording: Self = serde_json::from_reader(BufReader::new(json))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let (path, film) = file("film.bin")?;
        recording.film = Film::read(&mut BufReader::new(film))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(recording)
    }
}

/// Puts all files of a folder on disk.
fn synced(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        File::open(entry?.path())?.sync_all()?;
    }
    File::open(folder)?.sync_all()
}

fn forget_oldest(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    let mut kept: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let number = path.file_name()?.to_str()?.parse().ok()?;
            Some((number, path))
        })
        .collect();
    kept.sort();
    let over = kept.len().saturating_sub(RECORDINGS_MAX);
    for (_, path) in kept.into_iter().take(over) {
        if let Err(error) = fs::remove_dir_all(&path) {
            tracing::warn!(%error, path = %path.display(), "an old recording stays");
        }
    }
}
