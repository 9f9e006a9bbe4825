//! The binary version of CIFAR-10 and CIFAR-100: records of one label (CIFAR-100: a coarse and a fine one) and 3,072
//! bytes, red, green and blue, each row by row. (<https://www.cs.toronto.edu/~kriz/cifar.html>, "Binary version".)

use std::path::{Path, PathBuf};

use super::read::{DataError, Source, in_folder};
use super::{Dataset, IMAGES_MAX, Images, Shape};

const SHAPE: Shape = Shape {
    channels: 3,
    height: 32,
    width: 32,
};

/// Which of the two.
#[derive(Clone, Copy)]
struct Kind {
    /// Bytes of labels before each image; the last is the class.
    labels: usize,
    classes: u8,
}

const CIFAR_10: Kind = Kind {
    labels: 1,
    classes: 10,
};
const CIFAR_100: Kind = Kind {
    labels: 2,
    classes: 100,
};

/// The set in a folder that has these files; none if it has none of them.
pub fn open_folder(folder: &Path) -> Result<Option<Dataset>, DataError> {
    let ten: Vec<PathBuf> = (1..=5)
        .filter_map(|n| in_folder(folder, &format!("data_batch_{n}.bin")))
        .collect();
    let (kind, train, test, names) = if ten.is_empty() {
        let Some(train) = in_folder(folder, "train.bin") else {
            return Ok(None);
        };
        (CIFAR_100, vec![train], "test.bin", "fine_label_names.txt")
    } else {
        (CIFAR_10, ten, "test_batch.bin", "batches.meta.txt")
    };
    let test = in_folder(folder, test)
        .ok_or_else(|| DataError::of_file(folder, format!("{test} (or {test}.gz) is missing")))?;
    let set = Dataset {
        name: folder.display().to_string(),
        classes: names_of(&folder.join(names), kind),
        train: read(&train, kind)?,
        test: read(&[test], kind)?,
    };
    set.checked().map(Some)
}

fn read(files: &[PathBuf], kind: Kind) -> Result<Images, DataError> {
    let mut images = Images::empty(SHAPE);
    let mut record = vec![0; kind.labels + SHAPE.pixels()];
    for file in files {
        let mut source = Source::open(file)?;
        loop {
            let at = source.at();
            if !source.fill_or_end(&mut record, "an image")? {
                break;
            }
            let label = record[kind.labels - 1];
            if label >= kind.classes {
                let why = format!(
                    "the label is {label}; {} classes are possible",
                    kind.classes
                );
                return Err(source.fault(at + kind.labels as u64 - 1, why));
            }
            if images.len() == IMAGES_MAX {
                return Err(source.fault(at, format!("more than {IMAGES_MAX} images")));
            }
            images.labels.push(u16::from(label));
            images.bytes.extend_from_slice(&record[kind.labels..]);
        }
    }
    Ok(images)
}

/// The names beside the batches, where they are there; numbers where not.
fn names_of(path: &Path, kind: Kind) -> Vec<String> {
    let numbers = || (0..kind.classes).map(|class| class.to_string()).collect();
    let Ok(text) = std::fs::read_to_string(path) else {
        return numbers();
    };
    let names: Vec<String> = text
        .lines()
        .map(|line| line.trim().chars().take(60).collect::<String>())
        .filter(|line| !line.is_empty())
        .collect();
    if names.len() == usize::from(kind.classes) {
        names
    } else {
        numbers()
    }
}
