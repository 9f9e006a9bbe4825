//! IDX, the format of MNIST, Fashion-MNIST, KMNIST and EMNIST: a magic number, sizes as big-endian 32-bit numbers,
//! then bytes. (<http://yann.lecun.com/exdb/mnist/>, "File formats".)

mod names;

use std::collections::BTreeMap;
use std::path::Path;

use super::read::{DataError, Source};
use super::{BYTES_MAX, Dataset, IMAGES_MAX, Images, SIDE_MAX, Shape};

const IMAGES_MAGIC: u32 = 2051;
const LABELS_MAGIC: u32 = 2049;
/// Bytes of the header of labels.
const LABELS_AT: usize = 8;
/// Where a class has more images than this, one with a single image is hardly one.
const RARE: usize = 10;
/// Bytes that are read at once, so that a header that lies costs no memory.
const PIECE: usize = 1 << 20;

/// The set in a folder that has the four files; none if it has none of them. Each is known by the end of its name, with `.gz`
/// or without: `train-images-idx3-ubyte`, `train-images.idx3-ubyte`, `emnist-letters-test-labels-idx1-ubyte`.
pub fn open_folder(folder: &Path) -> Result<Option<Dataset>, DataError> {
    let found = names::found(folder)?;
    let Some(found) = found else {
        return Ok(None);
    };
    let mut sources = Vec::new();
    for path in &found.files {
        sources.push(Source::open(path)?);
    }
    let [train_images, train_labels, test_images, test_labels] =
        <[Source; 4]>::try_from(sources).map_err(|_| DataError::nothing_known(folder))?;
    let mut train = read(train_images, train_labels)?;
    let mut test = read(test_images, test_labels)?;
    let classes = classes_of(&mut train, &mut test, &found)?;
    let set = Dataset {
        name: folder.display().to_string(),
        classes,
        train,
        test,
    };
    set.checked().map(Some)
}

/// Labels that are there are the classes, numbered without gaps; what each is called is its label, or its letter.
fn classes_of(
    train: &mut Images,
    test: &mut Images,
    found: &names::Found,
) -> Result<Vec<String>, DataError> {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    for label in &train.labels {
        *counts.entry(*label).or_default() += 1;
    }
    let labels: Vec<u16> = counts.keys().copied().collect();
    let place = |images: &Images, label: u16| {
        images
            .labels
            .iter()
            .position(|one| *one == label)
            .unwrap_or(0)
    };
    let fault = |file: usize, at: usize, why: String| {
        let path = &found.files[file];
        let at = LABELS_AT + at;
        Err(DataError::of_file(path, format!("at byte {at}: {why}")))
    };
    let most = counts.values().max().copied().unwrap_or(0);
    let rare = counts.iter().find(|(_, count)| **count == 1 && most > RARE);
    if let Some((label, _)) = rare
        && labels.windows(2).any(|pair| pair[1] - pair[0] > 1)
    {
        let at = place(train, *label);
        return fault(
            1,
            at,
            format!(
                "the label is {label}, on this image alone, and there are labels missing before it; is it wrong?"
            ),
        );
    }
    for (at, label) in test.labels.iter().enumerate() {
        if !counts.contains_key(label) {
            return fault(
                3,
                at,
                format!("the label is {label}, and no image that is trained on has it"),
            );
        }
    }
    for images in [train, test] {
        for label in &mut images.labels {
            // Found just now, and of at most 256.
            *label = labels.binary_search(label).map_or(0, |class| class as u16);
        }
    }
    let letters = found.prefix.contains("letters")
        && labels.first() == Some(&1)
        && labels.last().is_some_and(|last| *last <= 26);
    let called = |label: &u16| match letters {
        true => char::from_u32(u32::from('a') + u32::from(*label) - 1).map(String::from),
        false => None,
    };
    Ok(labels
        .iter()
        .map(|label| called(label).unwrap_or_else(|| label.to_string()))
        .collect())
}

/// Images and their labels.
pub(super) fn read(mut images: Source, mut labels: Source) -> Result<Images, DataError> {
    let count = header(&mut images, IMAGES_MAGIC, "images")?;
    let side = |images: &mut Source, what: &str| {
        let at = images.at();
        let n = images.number("the header")? as usize;
        if n == 0 || n > SIDE_MAX {
            return Err(images.fault(
                at,
                format!("the {what} is {n}; 1 to {SIDE_MAX} are possible"),
            ));
        }
        Ok(n)
    };
    let height = side(&mut images, "height")?;
    let width = side(&mut images, "width")?;
    let labelled = header(&mut labels, LABELS_MAGIC, "labels")?;
    if labelled != count {
        let why = format!("there are {labelled} labels, but {count} images in the other file");
        return Err(labels.fault(4, why));
    }
    let shape = Shape {
        channels: 1,
        height,
        width,
    };
    if count.saturating_mul(shape.pixels()) > BYTES_MAX {
        return Err(images.fault(
            4,
            format!("{count} images of this size are more than 4 GiB"),
        ));
    }
    let bytes = pieces(&mut images, count * shape.pixels(), "images")?;
    images.end()?;
    let raw = pieces(&mut labels, count, "labels")?;
    labels.end()?;
    Ok(Images {
        shape,
        bytes,
        labels: raw.into_iter().map(u16::from).collect(),
    })
}

/// The magic number and the count.
fn header(source: &mut Source, magic: u32, what: &str) -> Result<usize, DataError> {
    let found = source.number("the header")?;
    if found != magic {
        return Err(source.fault(
            0,
            format!("the file begins with {found}; IDX {what} begin with {magic}"),
        ));
    }
    let count = source.number("the header")? as usize;
    if count == 0 || count > IMAGES_MAX {
        return Err(source.fault(
            4,
            format!("there are {count} {what}; 1 to {IMAGES_MAX} are possible"),
        ));
    }
    Ok(count)
}

fn pieces(source: &mut Source, total: usize, needed: &str) -> Result<Vec<u8>, DataError> {
    let mut all = Vec::new();
    while all.len() < total {
        let from = all.len();
        all.resize(total.min(from + PIECE), 0);
        source.fill(&mut all[from..], needed)?;
    }
    Ok(all)
}
