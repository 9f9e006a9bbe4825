//! Which files of a folder are the four of a set, by the many names that they go by.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::read::DataError;

pub struct Found {
    /// Training images and labels, test images and labels.
    pub files: [PathBuf; 4],
    /// What stands before their names, as in `emnist-letters-`.
    pub prefix: String,
}

/// The four files; none if there is none of them.
pub fn found(folder: &Path) -> Result<Option<Found>, DataError> {
    let fault =
        |error: std::io::Error| DataError::of_file(folder, format!("cannot be listed: {error}"));
    // By prefix, then by which of the four; a file that is not packed goes before one that is.
    let mut sets: BTreeMap<String, [Option<PathBuf>; 4]> = BTreeMap::new();
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        paths.push(entry.map_err(fault)?.path());
    }
    paths.sort();
    for path in paths.into_iter().filter(|path| path.is_file()) {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().to_lowercase());
        let Some((prefix, which)) = name.as_deref().and_then(known) else {
            continue;
        };
        let held = &mut sets.entry(prefix).or_default()[which];
        held.get_or_insert(path);
    }
    if sets.len() > 1 {
        let names: Vec<_> = sets.keys().map(|prefix| format!("{prefix}…")).collect();
        let why = format!(
            "has {} sets ({}); put one of them into a folder of its own",
            sets.len(),
            names.join(", ")
        );
        return Err(DataError::of_file(folder, why));
    }
    let Some((prefix, files)) = sets.into_iter().next() else {
        return Ok(None);
    };
    const NAMES: [&str; 4] = [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ];
    let mut all = Vec::new();
    for (file, name) in files.into_iter().zip(NAMES) {
        let missing = || {
            DataError::of_file(
                folder,
                format!("{prefix}{name} (or {prefix}{name}.gz) is missing"),
            )
        };
        all.push(file.ok_or_else(missing)?);
    }
    let files = <[PathBuf; 4]>::try_from(all).map_err(|_| DataError::nothing_known(folder))?;
    Ok(Some(Found { files, prefix }))
}

/// The prefix, and which of the four it is.
fn known(name: &str) -> Option<(String, usize)> {
    if name.starts_with('.') {
        return None;
    }
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let name = name
        .strip_suffix("-ubyte")
        .or_else(|| name.strip_suffix(".ubyte"))?;
    let endings = [("images", "idx3"), ("labels", "idx1")];
    for (place, (what, kind)) in endings.into_iter().enumerate() {
        let Some(rest) = name.strip_suffix(kind) else {
            continue;
        };
        let rest = rest
            .strip_suffix(['-', '.'])?
            .strip_suffix(what)?
            .strip_suffix(['-', '_'])?;
        for (part, word) in [(0, "train"), (2, "t10k"), (2, "test")] {
            if let Some(prefix) = rest.strip_suffix(word) {
                return Some((prefix.to_string(), part + place));
            }
        }
    }
    None
}
