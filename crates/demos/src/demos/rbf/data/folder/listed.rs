//! What is in a folder: classes and images, without what systems put there, and with a word on what is none of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::super::IMAGES_MAX;
use super::super::read::DataError;

const READ: [&str; 5] = ["png", "jpg", "jpeg", "jpe", "jfif"];
/// Images of formats that are not read.
const OTHERS: [&str; 15] = [
    "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif", "jp2", "jxl", "svg", "ppm", "pgm",
    "ico", "tga",
];
/// Folders that archives, file servers and notebooks leave behind; hidden ones are left out in any case.
const LEFT_BEHIND: [&str; 5] = [
    "__MACOSX",
    "@eaDir",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
];

pub struct Class {
    pub folder: PathBuf,
    /// For people. Bytes that are no text are replaced.
    pub name: String,
    /// The same for what looks the same: systems write é as one character or as two.
    pub key: String,
}

/// The classes of `train` or `test`, in the order of their names.
pub fn classes_of(part: &Path) -> Result<Vec<Class>, DataError> {
    let mut classes: Vec<Class> = Vec::new();
    for folder in listed(part)?.into_iter().filter(|path| path.is_dir()) {
        // What a notebook or a zip leaves behind has nothing in it.
        if listed(&folder)?.is_empty() {
            continue;
        }
        let Some(raw) = folder.file_name() else {
            continue;
        };
        let (name, key) = match raw.to_str() {
            Some(name) => {
                let name: String = name.nfc().collect();
                (name.clone(), name)
            }
            None => (raw.to_string_lossy().into_owned(), format!("{raw:?}")),
        };
        if let Some(known) = classes.iter().find(|known| known.key == key) {
            let why = format!(
                "is {name} as {} is, by another way to write its accents; put both into one",
                known.folder.display()
            );
            return Err(DataError::of_file(&folder, why));
        }
        classes.push(Class { folder, name, key });
    }
    classes.sort_by(|a, b| (&a.name, &a.key).cmp(&(&b.name, &b.key)));
    Ok(classes)
}

/// The images of a class, of a set that has so many already.
pub fn files_of(folder: &Path, before: usize) -> Result<Vec<PathBuf>, DataError> {
    let mut files = Vec::new();
    let mut unread: BTreeMap<String, usize> = BTreeMap::new();
    for path in listed(folder)? {
        if path.is_dir() {
            *unread.entry("a folder within it".to_string()).or_default() += 1;
            continue;
        }
        let end = path
            .extension()
            .map(|end| end.to_string_lossy().to_lowercase());
        let end = end.unwrap_or_default();
        if READ.contains(&end.as_str()) {
            files.push(path);
        } else {
            let what = if end.is_empty() {
                "without an ending".to_string()
            } else {
                format!(".{end}")
            };
            *unread.entry(what).or_default() += 1;
        }
        if before + files.len() > IMAGES_MAX {
            return Err(DataError::of_file(
                folder,
                format!("has more than {IMAGES_MAX} images, with those before it"),
            ));
        }
    }
    let is_image = |what: &&String| {
        OTHERS
            .iter()
            .any(|end| what.strip_prefix('.') == Some(*end))
    };
    if files.is_empty() || unread.keys().any(|what| is_image(&what)) {
        let told: Vec<_> = unread
            .iter()
            .filter(|(what, _)| files.is_empty() || is_image(what))
            .map(|(what, n)| format!("{n} {what}"))
            .collect();
        let why = format!(
            "has {} .png or .jpg and {}, which is not read; make PNG or JPEG of it, or take it out of the set",
            files.len(),
            told.join(", ")
        );
        return Err(DataError::of_file(folder, why));
    }
    Ok(files)
}

/// What people put into a folder.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let fault =
        |error: std::io::Error| DataError::of_file(folder, format!("cannot be listed: {error}"));
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let ours = !name.starts_with('.')
            && !LEFT_BEHIND.contains(&name.as_str())
            && !["Thumbs.db", "desktop.ini"].contains(&name.as_str());
        if ours {
            all.push(path);
        }
    }
    // The order of a folder is nobody's promise; the same data must give the same run.
    all.sort();
    Ok(all)
}
