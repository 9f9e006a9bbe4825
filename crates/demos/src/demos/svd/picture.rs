//! Grey pictures as matrices: those inside the program, those of a user, and their SVD for a page that recomposes them.

use std::io::Cursor;

use image::{DynamicImage, GenericImageView, ImageDecoder, ImageReader, Limits, Rgba};

use super::shown::Image;
use crate::demos::whole::jpeg_cut_at;
use crate::linalg::svd::svd;
use crate::linalg::{LinalgError, Matrix};

/// Names of the pictures inside the program; `data/NOTICE.md` says where they are from.
pub const NAMES: [&str; 4] = ["cat", "camera", "bricks", "digits"];
/// Rows and columns of a picture that a page is sent, at most.
pub const SIDE_MAX: usize = 256;
/// Rows and columns that a user's file may declare.
const DECLARED_MAX: u32 = 4096;
/// What a decoder may hold: four bytes for each pixel, and as much again to work with.
const DECODER_MAX: u64 = 2 * 4 * (DECLARED_MAX as u64) * (DECLARED_MAX as u64);

/// A picture inside the program, at most 192 × 192.
pub fn builtin(name: &str) -> Option<Image> {
    let (bytes, title, alt): (&[u8], _, _) = match name {
        "cat" => (
            include_bytes!("data/cat.png"),
            "Cat",
            "the face of a striped cat, looking into the camera",
        ),
        "camera" => (
            include_bytes!("data/camera.png"),
            "Photographer",
            "a man in a dark coat behind a camera on a tripod, on a lawn before a low skyline",
        ),
        "bricks" => (
            include_bytes!("data/bricks.png"),
            "Bricks",
            "long bricks with light joints, in slightly slanted columns",
        ),
        "digits" => (
            include_bytes!("data/digits.png"),
            "Digits",
            "36 handwritten digits, white on black, in six rows of six",
        ),
        _ => return None,
    };
    let image = read(bytes, bytes.len(), SIDE_MAX).ok()?;
    Some(Image {
        title: title.to_string(),
        alt: alt.to_string(),
        ..image
    })
}

/// A user's PNG or JPEG, grey, shrunk to at most `side` rows and columns. Colours become their luma
/// (ITU-R BT.709); what is transparent lies on white. Its title and alt are empty.
///
/// The size is refused by the header, before anything is unpacked.
///
/// # Errors
/// If it has more than `most_bytes`, is no sound PNG or JPEG, or declares more than 4096 × 4096 pixels.
pub fn read(bytes: &[u8], most_bytes: usize, side: usize) -> Result<Image, String> {
    if bytes.len() > most_bytes {
        return Err(format!(
            "the file has {} bytes; at most {most_bytes} can be read",
            bytes.len()
        ));
    }
    let unsound = |error: image::ImageError| {
        format!(
            "the file is no sound PNG or JPEG of at most {DECLARED_MAX} × {DECLARED_MAX} pixels: {error}"
        )
    };
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| unsound(error.into()))?;
    if reader.format().is_none() {
        return Err("the file is neither PNG nor JPEG".to_string());
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(DECLARED_MAX);
    limits.max_image_height = Some(DECLARED_MAX);
    limits.max_alloc = Some(DECODER_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unsound)?;
    if decoder.total_bytes() > DECODER_MAX / 2 {
        let (columns, rows) = decoder.dimensions();
        return Err(format!(
            "the picture has {columns} × {rows} pixels of {} bits, too many to unpack; shrink it first",
            decoder.color_type().bits_per_pixel()
        ));
    }
    if let Some(at) = jpeg_cut_at(bytes) {
        return Err(format!(
            "the file is cut off: it ends at byte {at}, and the picture goes on"
        ));
    }
    let orientation = decoder.orientation().map_err(unsound)?;
    let decoded = DynamicImage::from_decoder(decoder).map_err(unsound)?;
    // Shrunk before it is turned: turning the whole would need it twice.
    let mut small =
        DynamicImage::ImageLuma8(shrunk(&decoded, side).ok_or("the picture has no pixels")?);
    small.apply_orientation(orientation);
    Ok(Image {
        rows: small.height() as usize,
        columns: small.width() as usize,
        grey: small.into_luma8().into_raw(),
        ..Image::default()
    })
}

/// Each pixel is the mean of those it stands for.
fn shrunk(from: &DynamicImage, side: usize) -> Option<image::GrayImage> {
    let (columns, rows) = from.dimensions();
    let longest = u64::from(columns.max(rows));
    let most = side as u64;
    let side = |length: u32| {
        if longest <= most {
            return length;
        }
        // At most that side, for a length is at most the longest.
        (u64::from(length) * most / longest).max(1) as u32
    };
    let (wide, high) = (side(columns), side(rows));
    if wide == 0 || high == 0 {
        return None;
    }
    // Of lengths up to 4096; their products fit.
    let part = |place: u32, of: u32, all: u32| place * all / of..(place + 1) * all / of;
    Some(image::GrayImage::from_fn(wide, high, |x, y| {
        let (across, down) = (part(x, wide, columns), part(y, high, rows));
        let count = across.len() * down.len();
        let sum: f64 = down
            .flat_map(|y| across.clone().map(move |x| (x, y)))
            .map(|(x, y)| grey(from.get_pixel(x, y)))
            .sum();
        image::Luma([(sum / count as f64).round() as u8])
    }))
}

/// Luma of ITU-R BT.709, on white.
fn grey(Rgba([red, green, blue, alpha]): Rgba<u8>) -> f64 {
    let luma = 0.2126 * f64::from(red) + 0.7152 * f64::from(green) + 0.0722 * f64::from(blue);
    let alpha = f64::from(alpha) / 255.0;
    luma * alpha + 255.0 * (1.0 - alpha)
}

/// Grey values as they are, 0 to 255.
pub fn matrix(image: &Image) -> Matrix {
    let at = |row: usize, column: usize| image.grey.get(row * image.columns + column);
    Matrix::from_fn(image.rows, image.columns, |row, column| {
        at(row, column).map_or(0.0, |grey| f64::from(*grey))
    })
}

/// The nearest grey values; what is outside of 0 to 255 is cut off.
pub fn image(matrix: &Matrix, title: impl Into<String>, alt: impl Into<String>) -> Image {
    Image {
        title: title.into(),
        alt: alt.into(),
        rows: matrix.nrows(),
        columns: matrix.ncols(),
        // By rows; a cast of a float saturates.
        grey: matrix.transpose().iter().map(|x| x.round() as u8).collect(),
    }
}

/// The SVD of a picture, for a page that recomposes it for any rank: the sum over i below the rank of
/// s\[i\] · (column i of U) · (row i of Vᵀ).
#[derive(Debug, Clone, PartialEq)]
pub struct Factors {
    pub rows: usize,
    pub columns: usize,
    /// Singular values, the largest first: k of them.
    pub s: Vec<f32>,
    /// rows × k, by columns.
    pub u: Vec<f32>,
    /// k × columns, by rows.
    pub vt: Vec<f32>,
}

impl Factors {
    /// The first `most` singular triples, or all there are.
    ///
    /// # Errors
    /// If the SVD does not converge.
    pub fn of(image: &Image, most: usize) -> Result<Self, LinalgError> {
        let kept = svd(&matrix(image))?.truncated(most);
        let narrow = |x: &f64| *x as f32;
        Ok(Self {
            rows: image.rows,
            columns: image.columns,
            s: kept.s.iter().map(narrow).collect(),
            u: kept.u.iter().map(narrow).collect(),
            vt: kept.vt.transpose().iter().map(narrow).collect(),
        })
    }

    /// Little-endian throughout: the four letters `SVD1`, then rows, columns and k as u32, then as f32 s (k), U by
    /// columns (rows · k) and Vᵀ by rows (k · columns). 16 + 4 k (1 + rows + columns) bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = b"SVD1".to_vec();
        for count in [self.rows, self.columns, self.s.len()] {
            // A picture has at most 4096 of each.
            bytes.extend_from_slice(&(count as u32).to_le_bytes());
        }
        for number in self.s.iter().chain(&self.u).chain(&self.vt) {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes
    }
}
