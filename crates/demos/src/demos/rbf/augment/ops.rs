//! What can be done to an image, each a function of the image and of a strength.
//!
//! The operations are those of E. D. Cubuk et al., "AutoAugment: Learning Augmentation Policies from Data", CVPR 2019,
//! section 3, with the flip of its baseline. They mean what the Python Imaging Library means by their names, except
//! where the docs of one say so. Every one returns as many bytes as it was given, whatever the size of the image.

use crate::demos::rbf::data::Shape;

/// An operation with its strength.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Operation {
    /// Each row moves to the right by this times its distance below the middle.
    ShearX(f64),
    /// Each column moves down by this times its distance right of the middle.
    ShearY(f64),
    /// To the right, in pixels.
    TranslateX(i32),
    /// Down, in pixels.
    TranslateY(i32),
    /// Anticlockwise about the middle, in degrees.
    Rotate(f64),
    AutoContrast,
    Invert,
    Equalize,
    /// Inverts what is this bright or brighter; 256 leaves all as it is, 0 inverts all.
    Solarize(u16),
    /// Keeps this many of the upper bits of each byte.
    Posterize(u32),
    /// 0 is the mean grey all over, 1 the image, more than 1 beyond it; the next three are scaled alike.
    Contrast(f64),
    /// 0 is the image in grey.
    Colour(f64),
    /// 0 is black.
    Brightness(f64),
    /// 0 is the image smoothed.
    Sharpness(f64),
    Cutout(Square),
    /// Left becomes right.
    Flip,
}

/// A square about a pixel, cut off where the image ends. Of an even side, the middle is the lower right of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Square {
    pub side: usize,
    pub row: usize,
    pub column: usize,
}

impl Operation {
    /// The image after it.
    pub fn apply(self, image: &[u8], shape: Shape) -> Vec<u8> {
        match self {
            Self::ShearX(by) => warp(image, shape, |y, x| (y, x - by * y)),
            Self::ShearY(by) => warp(image, shape, |y, x| (y - by * x, x)),
            Self::TranslateX(by) => warp(image, shape, |y, x| (y, x - f64::from(by))),
            Self::TranslateY(by) => warp(image, shape, |y, x| (y - f64::from(by), x)),
            Self::Rotate(degrees) => {
                let (sin, cos) = degrees.to_radians().sin_cos();
                warp(image, shape, |y, x| (x * sin + y * cos, x * cos - y * sin))
            }
            Self::AutoContrast => by_plane(image, shape, stretch),
            Self::Invert => each(image, |pixel| 255 - pixel),
            Self::Equalize => by_plane(image, shape, flatten),
            Self::Solarize(from) => each(image, |pixel| match u16::from(pixel) < from {
                true => pixel,
                false => 255 - pixel,
            }),
            Self::Posterize(bits) => {
                let dropped = 8_u32.saturating_sub(bits);
                let kept = 255_u8.checked_shl(dropped).unwrap_or(0);
                each(image, |pixel| pixel & kept)
            }
            Self::Contrast(strength) => {
                let grey = grey(image, shape);
                let mean = grey.iter().sum::<f64>() / grey.len().max(1) as f64;
                // Whole, as in the library, so that an image of one grey keeps it.
                let mean = mean.round();
                each(image, |pixel| blend(mean, pixel, strength))
            }
            Self::Colour(strength) => {
                let grey = grey(image, shape);
                let greys = grey.iter().cycle();
                let pixels = image.iter().zip(greys);
                pixels
                    .map(|(pixel, grey)| blend(*grey, *pixel, strength))
                    .collect()
            }
            Self::Brightness(strength) => each(image, |pixel| blend(0.0, pixel, strength)),
            Self::Sharpness(strength) => sharpen(image, shape, strength),
            Self::Cutout(square) => cut(image, shape, square),
            Self::Flip => {
                let rows = image.chunks(shape.width.max(1));
                rows.flat_map(|row| row.iter().rev().copied()).collect()
            }
        }
    }
}

fn each(image: &[u8], change: impl Fn(u8) -> u8) -> Vec<u8> {
    image.iter().map(|pixel| change(*pixel)).collect()
}

/// The channels one by one.
fn planes(image: &[u8], shape: Shape) -> std::slice::Chunks<'_, u8> {
    image.chunks((shape.height * shape.width).max(1))
}

/// Each channel by itself, with what `table` makes of its pixels.
fn by_plane(image: &[u8], shape: Shape, table: impl Fn(&[u8]) -> [u8; 256]) -> Vec<u8> {
    let changed = planes(image, shape).flat_map(|plane| {
        let table = table(plane);
        plane.iter().map(move |pixel| table[usize::from(*pixel)])
    });
    changed.collect()
}

/// What every byte is by itself.
fn unchanged() -> [u8; 256] {
    std::array::from_fn(|value| value as u8)
}

/// Rounds to the nearest byte; what is beyond one stays at its end.
fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// From `base` towards the pixel, and past it with a strength of more than 1.
fn blend(base: f64, pixel: u8, strength: f64) -> u8 {
    byte(base + strength * (f64::from(pixel) - base))
}

/// The luminance of each pixel by the weights of ITU-R BT.601; of one channel, itself.
fn grey(image: &[u8], shape: Shape) -> Vec<f64> {
    let plane = shape.height * shape.width;
    if shape.channels != 3 {
        return image
            .iter()
            .take(plane)
            .map(|pixel| f64::from(*pixel))
            .collect();
    }
    let weighed = |at: usize| {
        let [red, green, blue] = [0, 1, 2].map(|channel| f64::from(image[channel * plane + at]));
        (299.0 * red + 587.0 * green + 114.0 * blue) / 1000.0
    };
    (0..plane).map(weighed).collect()
}

/// The darkest becomes black, the brightest white; a channel of one value stays.
fn stretch(plane: &[u8]) -> [u8; 256] {
    let (Some(low), Some(high)) = (plane.iter().min(), plane.iter().max()) else {
        return unchanged();
    };
    let (low, high) = (f64::from(*low), f64::from(*high));
    if low == high {
        return unchanged();
    }
    std::array::from_fn(|value| byte((value as f64 - low) * 255.0 / (high - low)))
}

/// Every value becomes the share of pixels that are at most as bright, the darkest left out of the count. The library
/// counts in whole steps of a 255th of the pixels, which does nothing to images of fewer: this one goes by fractions.
fn flatten(plane: &[u8]) -> [u8; 256] {
    let mut count = [0_usize; 256];
    for pixel in plane {
        count[usize::from(*pixel)] += 1;
    }
    let darkest = count.iter().find(|n| **n > 0).copied().unwrap_or(0);
    let rest = plane.len() - darkest;
    if rest == 0 {
        return unchanged();
    }
    let mut seen = 0;
    count.map(|n| {
        seen += n;
        byte(255.0 * seen.saturating_sub(darkest) as f64 / rest as f64)
    })
}

/// Smoothed with the library's weights, 1 all round and 5 in the middle; the outline is left as it is.
fn sharpen(image: &[u8], shape: Shape, strength: f64) -> Vec<u8> {
    let (height, width) = (shape.height, shape.width);
    let mut changed = image.to_vec();
    let plane = (height * width).max(1);
    for (plane, changed) in image.chunks(plane).zip(changed.chunks_mut(plane)) {
        for y in 1..height.saturating_sub(1) {
            for x in 1..width.saturating_sub(1) {
                let sum: u32 = (y - 1..=y + 1)
                    .flat_map(|y| &plane[y * width + x - 1..=y * width + x + 1])
                    .map(|pixel| u32::from(*pixel))
                    .sum();
                let pixel = plane[y * width + x];
                let smooth = f64::from(sum + 4 * u32::from(pixel)) / 13.0;
                changed[y * width + x] = blend(smooth.round(), pixel, strength);
            }
        }
    }
    changed
}

/// Covers the square with the mean of each channel. T. DeVries and G. W. Taylor (2017) take zero in images from which
/// the mean is taken away; this is the nearest to it that one image knows.
fn cut(image: &[u8], shape: Shape, square: Square) -> Vec<u8> {
    let span = |middle: usize, end: usize| {
        let from = middle.saturating_sub(square.side / 2).min(end);
        let to = middle.saturating_add(square.side - square.side / 2);
        from..to.clamp(from, end)
    };
    let (rows, columns) = (
        span(square.row, shape.height),
        span(square.column, shape.width),
    );
    let mut changed = image.to_vec();
    let plane = (shape.height * shape.width).max(1);
    for (plane, changed) in image.chunks(plane).zip(changed.chunks_mut(plane)) {
        let sum: f64 = plane.iter().map(|pixel| f64::from(*pixel)).sum();
        let mean = byte(sum / plane.len() as f64);
        for y in rows.clone() {
            changed[y * shape.width..][columns.clone()].fill(mean);
        }
    }
    changed
}

/// Takes each pixel from where `source` says it was, both as (down, right) of the middle of the image.
///
/// In between pixels it is bilinear: the strokes of a digit are two or three pixels wide, and the nearest pixel would
/// tear them. Outside is the border value of the channel, not 0: black corners on an image with a bright background
/// would be the strongest edges in it, and would tell that it was turned. On digits, the two are the same.
fn warp(image: &[u8], shape: Shape, source: impl Fn(f64, f64) -> (f64, f64)) -> Vec<u8> {
    let (height, width) = (shape.height, shape.width);
    let (middle_y, middle_x) = (middle(height), middle(width));
    let mut changed = Vec::with_capacity(image.len());
    for plane in planes(image, shape) {
        let outside = f64::from(border(plane, height, width));
        let pixel = |y: i64, x: i64| match (usize::try_from(y), usize::try_from(x)) {
            (Ok(y), Ok(x)) if y < height && x < width => f64::from(plane[y * width + x]),
            _ => outside,
        };
        for at in 0..plane.len() {
            let (y, x) = ((at / width) as f64, (at % width) as f64);
            let (y, x) = source(y - middle_y, x - middle_x);
            let (y, x) = (y + middle_y, x + middle_x);
            let (part_y, part_x) = (y - y.floor(), x - x.floor());
            // Two beyond the image is as far outside as any; this keeps the sums from overflowing.
            let (y, x) = (
                y.clamp(-2.0, 1e9).floor() as i64,
                x.clamp(-2.0, 1e9).floor() as i64,
            );
            let row = |y| pixel(y, x) * (1.0 - part_x) + pixel(y, x + 1) * part_x;
            changed.push(byte(row(y) * (1.0 - part_y) + row(y + 1) * part_y));
        }
    }
    changed
}

/// Between the two pixels in the middle of an even side.
fn middle(side: usize) -> f64 {
    side.saturating_sub(1) as f64 / 2.0
}

/// The median of the outermost pixels: unlike their mean it is a value that is there, and an object that touches the
/// border does not tint it. Of an even number, the upper of the two.
fn border(plane: &[u8], height: usize, width: usize) -> u8 {
    let on_it = |at: usize| {
        let (y, x) = (at / width, at % width);
        y == 0 || y + 1 == height || x == 0 || x + 1 == width
    };
    let mut outline: Vec<u8> = (0..plane.len())
        .filter(|at| on_it(*at))
        .map(|at| plane[at])
        .collect();
    if outline.is_empty() {
        return 0;
    }
    let half = outline.len() / 2;
    *outline.select_nth_unstable(half).1
}
