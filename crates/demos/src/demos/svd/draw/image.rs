//! Grey pictures, each pixel a square.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{GrayImage, ImageFormat, RgbaImage};

use super::ink::{self, Figure};
use crate::demos::svd::shown::Image;

/// The longer side, as drawn.
const SIDE: f64 = 256.0;

pub fn svg(picture: &Image) -> String {
    let zoom = zoom(picture.rows, picture.columns);
    let (w, h) = (picture.columns as f64 * zoom, picture.rows as f64 * zoom);
    let body = format!(
        "{}<rect class=\"svd-line\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"currentColor\"/>",
        pixels(&data_uri(&grey_png(picture)), [w, h]),
        ink::at(w + 1.0),
        ink::at(h + 1.0)
    );
    Figure {
        kind: "image",
        title: &picture.title,
        alt: &picture.alt,
        width: w + 2.0,
        height: h + 2.0,
        data: "",
    }
    .svg(&body)
}

/// Pixels as large as fits, whole ones where there is room.
pub fn zoom(rows: usize, columns: usize) -> f64 {
    let zoom = SIDE / rows.max(columns).max(1) as f64;
    if zoom >= 1.0 { zoom.floor() } else { zoom }
}

/// An image of this size inside its frame, without smoothing.
pub fn pixels(uri: &str, [w, h]: [f64; 2]) -> String {
    format!(
        "<image class=\"svd-pixels\" image-rendering=\"pixelated\" x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" \
         preserveAspectRatio=\"none\" href=\"{uri}\"/>",
        ink::at(w),
        ink::at(h)
    )
}

/// As PNG, of rows × columns; what is missing is black. Empty if it has no size.
pub fn grey_png(picture: &Image) -> Vec<u8> {
    let side = |n: usize| u32::try_from(n).unwrap_or(0);
    grey_of(
        side(picture.columns),
        side(picture.rows),
        picture.grey.clone(),
    )
}

pub(super) fn grey_of(wide: u32, high: u32, mut grey: Vec<u8>) -> Vec<u8> {
    grey.resize(wide as usize * high as usize, 0);
    let mut png = Cursor::new(Vec::new());
    let picture = GrayImage::from_raw(wide, high, grey);
    let written =
        picture.is_some_and(|picture| picture.write_to(&mut png, ImageFormat::Png).is_ok());
    if written {
        png.into_inner()
    } else {
        Vec::new()
    }
}

pub(super) fn rgba_png(picture: &RgbaImage) -> Vec<u8> {
    let mut png = Cursor::new(Vec::new());
    match picture.write_to(&mut png, ImageFormat::Png) {
        Ok(()) => png.into_inner(),
        Err(_) => Vec::new(),
    }
}

/// A PNG that stands in a page.
pub fn data_uri(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", STANDARD.encode(png))
}
