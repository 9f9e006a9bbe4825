//! A folder of images by class: `train/CLASS/*.png` and `test/CLASS/*.png` (or `.jpg`). All of one size; grey ones
//! have one channel, a set with any coloured one has three.

use std::path::{Path, PathBuf};

use image::{ColorType, DynamicImage, ImageReader, Limits};

use super::read::DataError;
use super::{BYTES_MAX, CLASSES_MAX, Dataset, IMAGES_MAX, Images, SIDE_MAX, Shape};

/// The set in a folder that has `train` and `test`; none if it has neither.
pub fn open_folder(folder: &Path) -> Result<Option<Dataset>, DataError> {
    let (train, test) = (folder.join("train"), folder.join("test"));
    if !train.is_dir() && !test.is_dir() {
        return Ok(None);
    }
    for part in [&train, &test] {
        if !part.is_dir() {
            return Err(DataError::of_file(part, "is missing"));
        }
    }
    let classes = folders_of(&train)?;
    if classes.len() > CLASSES_MAX {
        let why = format!(
            "has {} folders; at most {CLASSES_MAX} classes are possible",
            classes.len()
        );
        return Err(DataError::of_file(&train, why));
    }
    for class in folders_of(&test)? {
        if !classes.contains(&class) {
            let why = format!(
                "{} has no folder of this name, so that nothing is trained for it",
                train.display()
            );
            return Err(DataError::of_file(&test.join(class), why));
        }
    }
    let mut channels = 1;
    let mut size = None;
    let train_files = files_of(&train, &classes)?;
    let test_files = files_of(&test, &classes)?;
    // First only the headers: what the set is like is known before anything is kept.
    for (path, _) in train_files.iter().chain(&test_files) {
        let (seen, colour) = look(path)?;
        if !is_grey(colour) {
            channels = 3;
        }
        let first = *size.get_or_insert(seen);
        if seen != first {
            let why = format!(
                "is {} × {}; others are {} × {}: all must be of one size",
                seen.0, seen.1, first.0, first.1
            );
            return Err(DataError::of_file(path, why));
        }
    }
    let Some((width, height)) = size else {
        return Err(DataError::of_file(folder, "has no .png or .jpg image"));
    };
    let shape = Shape {
        channels,
        height: height as usize,
        width: width as usize,
    };
    let all = train_files.len() + test_files.len();
    if all.saturating_mul(shape.pixels()) > BYTES_MAX {
        return Err(DataError::of_file(
            folder,
            format!("has {all} images, more than 4 GiB of pixels"),
        ));
    }
    let set = Dataset {
        name: folder.display().to_string(),
        classes,
        train: read(&train_files, shape)?,
        test: read(&test_files, shape)?,
    };
    set.checked().map(Some)
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>, DataError> {
    let fault =
        |error: std::io::Error| DataError::of_file(folder, format!("cannot be listed: {error}"));
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fault)? {
        all.push(entry.map_err(fault)?.path());
    }
    // The order of a folder is nobody's promise; the same data must give the same run.
    all.sort();
    Ok(all)
}

fn folders_of(folder: &Path) -> Result<Vec<String>, DataError> {
    let all = listed(folder)?.into_iter().filter(|path| path.is_dir());
    let name = |path: PathBuf| Some(path.file_name()?.to_string_lossy().into_owned());
    Ok(all.filter_map(name).collect())
}

/// The images of each class with its number.
fn files_of(part: &Path, classes: &[String]) -> Result<Vec<(PathBuf, u16)>, DataError> {
    let mut files = Vec::new();
    for (class, name) in (0..).zip(classes) {
        let folder = part.join(name);
        if !folder.is_dir() {
            continue;
        }
        for path in listed(&folder)? {
            let end = path.extension().map(|end| end.to_ascii_lowercase());
            if end.is_some_and(|end| ["png", "jpg", "jpeg"].iter().any(|known| end == *known)) {
                files.push((path, class));
            }
            if files.len() > IMAGES_MAX {
                return Err(DataError::of_file(
                    part,
                    format!("has more than {IMAGES_MAX} images"),
                ));
            }
        }
    }
    Ok(files)
}

fn reader(path: &Path) -> Result<ImageReader<std::io::BufReader<std::fs::File>>, DataError> {
    let fault =
        |error: std::io::Error| DataError::of_file(path, format!("cannot be opened: {error}"));
    let mut reader = ImageReader::open(path)
        .and_then(ImageReader::with_guessed_format)
        .map_err(fault)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX as u32);
    limits.max_image_height = Some(SIDE_MAX as u32);
    reader.limits(limits);
    Ok(reader)
}

fn look(path: &Path) -> Result<((u32, u32), ColorType), DataError> {
    use image::ImageDecoder;
    let decoder = reader(path)?
        .into_decoder()
        .map_err(|error| fault(path, &error))?;
    Ok((decoder.dimensions(), decoder.color_type()))
}

fn fault(path: &Path, error: &image::ImageError) -> DataError {
    DataError::of_file(
        path,
        format!("is no sound image of at most {SIDE_MAX} × {SIDE_MAX}: {error}"),
    )
}

fn is_grey(colour: ColorType) -> bool {
    matches!(
        colour,
        ColorType::L8 | ColorType::L16 | ColorType::La8 | ColorType::La16
    )
}

fn read(files: &[(PathBuf, u16)], shape: Shape) -> Result<Images, DataError> {
    let mut images = Images::empty(shape);
    for (path, label) in files {
        let image = reader(path)?
            .decode()
            .map_err(|error| fault(path, &error))?;
        if (image.height() as usize, image.width() as usize) != (shape.height, shape.width) {
            return Err(DataError::of_file(path, "changed while it was read"));
        }
        push_planes(&mut images.bytes, &image, shape.channels);
        images.labels.push(*label);
    }
    Ok(images)
}

/// The pixels channel by channel.
fn push_planes(bytes: &mut Vec<u8>, image: &DynamicImage, channels: usize) {
    if channels == 1 {
        bytes.extend_from_slice(image.to_luma8().as_raw());
        return;
    }
    let rgb = image.to_rgb8();
    for channel in 0..channels {
        bytes.extend(rgb.pixels().map(|pixel| pixel.0[channel]));
    }
}
