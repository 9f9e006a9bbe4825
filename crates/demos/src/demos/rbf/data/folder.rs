//! A folder of images by class: `train/CLASS/*.png` and `test/CLASS/*.png` (or `.jpg`). All of one size; grey ones
//! have one channel, a set with any coloured one has three. What is transparent lies on white, and a picture stands as its
//! camera says.
//!
//! What systems put beside people's files (hidden ones, `__MACOSX`, folders without anything in them) is no class and no
//! image. Whatever else cannot be read is told, not left out.

mod listed;

use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{ColorType, DynamicImage, ImageDecoder, ImageReader, Limits};

use self::listed::{Class, classes_of, files_of};
use super::read::DataError;
use super::{BYTES_MAX, CLASSES_MAX, Dataset, Images, SIDE_MAX, Shape};
use crate::demos::whole::jpeg_cut_at;

/// Bytes of a file: more than any image of this size needs.
const FILE_MAX: u64 = 16 * 1024 * 1024;

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
    let classes = classes_of(&train)?;
    if classes.len() > CLASSES_MAX {
        let why = format!(
            "has {} folders; at most {CLASSES_MAX} classes are possible",
            classes.len()
        );
        return Err(DataError::of_file(&train, why));
    }
    let tested = classes_of(&test)?;
    for class in &tested {
        if !classes.iter().any(|known| known.key == class.key) {
            let why = format!(
                "{} has no folder of this name with images, so that nothing is trained for it",
                train.display()
            );
            return Err(DataError::of_file(&class.folder, why));
        }
    }
    let train_files = numbered(&classes, &classes)?;
    let test_files = numbered(&tested, &classes)?;
    let shape = shape_of(folder, train_files.iter().chain(&test_files))?;
    let all = train_files.len() + test_files.len();
    if all.saturating_mul(shape.pixels()) > BYTES_MAX {
        return Err(DataError::of_file(
            folder,
            format!("has {all} images, more than 4 GiB of pixels"),
        ));
    }
    let set = Dataset {
        name: folder.display().to_string(),
        classes: classes.into_iter().map(|class| class.name).collect(),
        train: read(&train_files, shape)?,
        test: read(&test_files, shape)?,
    };
    set.checked().map(Some)
}

/// The images of each class with its number among all.
fn numbered(some: &[Class], all: &[Class]) -> Result<Vec<(PathBuf, u16)>, DataError> {
    let mut files = Vec::new();
    for (number, class) in (0..).zip(all) {
        if let Some(here) = some.iter().find(|one| one.key == class.key) {
            let found = files_of(&here.folder, files.len())?;
            files.extend(found.into_iter().map(|path| (path, number)));
        }
    }
    Ok(files)
}

/// By the headers alone: what the set is like is known before anything is kept.
fn shape_of<'a>(
    folder: &Path,
    files: impl Iterator<Item = &'a (PathBuf, u16)>,
) -> Result<Shape, DataError> {
    let mut channels = 1;
    let mut size = None;
    for (path, _) in files {
        let bytes = bytes_of(path)?;
        let mut decoder = decoder_of(path, &bytes)?;
        if !is_grey(decoder.color_type()) {
            channels = 3;
        }
        let seen = upright(path, &mut decoder)?;
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
    Ok(Shape {
        channels,
        height: height as usize,
        width: width as usize,
    })
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, DataError> {
    let fault =
        |error: std::io::Error| DataError::of_file(path, format!("cannot be opened: {error}"));
    let size = std::fs::metadata(path).map_err(fault)?.len();
    if size > FILE_MAX {
        let why = format!("has {size} bytes; at most {FILE_MAX} are read");
        return Err(DataError::of_file(path, why));
    }
    std::fs::read(path).map_err(fault)
}

fn decoder_of<'a>(path: &Path, bytes: &'a [u8]) -> Result<impl ImageDecoder + 'a, DataError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| DataError::of_file(path, format!("cannot be opened: {error}")))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX as u32);
    limits.max_image_height = Some(SIDE_MAX as u32);
    reader.limits(limits);
    reader.into_decoder().map_err(|error| fault(path, &error))
}

/// Width and height as it is seen.
fn upright(path: &Path, decoder: &mut impl ImageDecoder) -> Result<(u32, u32), DataError> {
    use image::metadata::Orientation as O;
    let turned = decoder.orientation().map_err(|error| fault(path, &error))?;
    let (width, height) = decoder.dimensions();
    Ok(match turned {
        O::Rotate90 | O::Rotate270 | O::Rotate90FlipH | O::Rotate270FlipH => (height, width),
        O::NoTransforms | O::Rotate180 | O::FlipHorizontal | O::FlipVertical => (width, height),
    })
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
        let bytes = bytes_of(path)?;
        if let Some(at) = jpeg_cut_at(&bytes) {
            let why = format!("at byte {at}: the file ends, and the picture goes on");
            return Err(DataError::of_file(path, why));
        }
        let mut decoder = decoder_of(path, &bytes)?;
        let turned = decoder.orientation().map_err(|error| fault(path, &error))?;
        let mut image = DynamicImage::from_decoder(decoder).map_err(|error| fault(path, &error))?;
        image.apply_orientation(turned);
        if (image.height() as usize, image.width() as usize) != (shape.height, shape.width) {
            return Err(DataError::of_file(path, "changed while it was read"));
        }
        push_planes(&mut images.bytes, &image, shape.channels);
        images.labels.push(*label);
    }
    Ok(images)
}

/// The pixels channel by channel, on white where they let it through.
fn push_planes(bytes: &mut Vec<u8>, image: &DynamicImage, channels: usize) {
    let on_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        // At most 255.
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    if channels == 1 {
        let both = image.to_luma_alpha8();
        bytes.extend(both.pixels().map(|pixel| on_white(pixel.0[0], pixel.0[1])));
        return;
    }
    let rgba = image.to_rgba8();
    for channel in 0..channels {
        bytes.extend(
            rgba.pixels()
                .map(|pixel| on_white(pixel.0[channel], pixel.0[3])),
        );
    }
}
