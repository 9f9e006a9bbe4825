//! IDX, the format of MNIST, Fashion-MNIST, KMNIST and EMNIST: a magic number, sizes as big-endian 32-bit numbers,
//! then bytes. (<http://yann.lecun.com/exdb/mnist/>, "File formats".)

use std::path::Path;

use super::read::{DataError, Source, in_folder};
use super::{BYTES_MAX, CLASSES_MAX, Dataset, IMAGES_MAX, Images, SIDE_MAX, Shape};

const IMAGES_MAGIC: u32 = 2051;
const LABELS_MAGIC: u32 = 2049;
/// Bytes that are read at once, so that a header that lies costs no memory.
const PIECE: usize = 1 << 20;

/// The set in a folder that has the four files; none if it has none of them.
pub fn open_folder(folder: &Path) -> Result<Option<Dataset>, DataError> {
    let names = [
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    ];
    let found = names.map(|name| in_folder(folder, name));
    if found.iter().all(Option::is_none) {
        return Ok(None);
    }
    let mut sources = Vec::new();
    for (name, path) in names.iter().zip(&found) {
        let path = path.as_ref().ok_or_else(|| {
            DataError::of_file(folder, format!("{name} (or {name}.gz) is missing"))
        })?;
        sources.push(Source::open(path)?);
    }
    let [train_images, train_labels, test_images, test_labels] =
        <[Source; 4]>::try_from(sources).map_err(|_| DataError::nothing_known(folder))?;
    let train = read(train_images, train_labels)?;
    let test = read(test_images, test_labels)?;
    let most = train.labels.iter().chain(&test.labels).max().copied();
    let classes = (0..=most.unwrap_or(0)).map(|class| class.to_string());
    let set = Dataset {
        name: folder.display().to_string(),
        classes: classes.collect(),
        train,
        test,
    };
    set.checked().map(Some)
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
    let labels_at = labels.at();
    let raw = pieces(&mut labels, count, "labels")?;
    labels.end()?;
    if let Some(place) = raw
        .iter()
        .position(|label| usize::from(*label) >= CLASSES_MAX)
    {
        return Err(labels.fault(labels_at + place as u64, "this label is too large"));
    }
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
