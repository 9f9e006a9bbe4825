//! Pictures of a run as files: points, curves and reliability as SVG, rows of images as PNG.

use std::fmt::Write as _;

use image::{ImageFormat, Rgb, RgbImage};

use super::data::Shape;
use super::picture::Mark;
use crate::demos::markup::escape;
use crate::demos::sheet::Reliability;

/// Okabe and Ito 2008, and two more: the colours of the stage.
const COLOURS: [&str; 10] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#6b5b95", "#8c8c00",
    "#a0522d", "#808080",
];
const SIDE: f64 = 640.0;
const EDGE: f64 = 48.0;

fn colour(place: usize) -> &'static str {
    COLOURS[place % COLOURS.len()]
}

/// A drawing of SIDE × SIDE with a title.
fn drawing(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIDE} {SIDE}\" role=\"img\" font-family=\"sans-serif\" font-size=\"13\">\
         <title>{title}</title><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\
         <text x=\"{EDGE}\" y=\"28\" font-size=\"16\" font-weight=\"bold\">{title}</text>{body}</svg>\n"
    )
}

/// Points in the plane: filled where learned from, hollow where held out, crossed where wrong; centres as diamonds.
pub fn points(
    title: &str,
    at: &[[f64; 2]],
    marks: &[Mark],
    held_from: usize,
    centres: &[[f64; 2]],
    classes: &[String],
) -> String {
    let reach = at
        .iter()
        .flatten()
        .fold(1e-9_f64, |most, x| most.max(x.abs()));
    let place = |[x, y]: [f64; 2]| {
        let scale = (SIDE / 2.0 - EDGE) / reach;
        (SIDE / 2.0 + x * scale, SIDE / 2.0 - y * scale)
    };
    let mut body = String::new();
    for (n, (point, mark)) in at.iter().zip(marks).enumerate() {
        let (x, y) = place(*point);
        let colour = colour(usize::from(mark.class));
        // Writing to a string cannot fail.
        let _ = if mark.wrong {
            write!(
                body,
                "<path d=\"M{:.1} {:.1}l6 6m0-6l-6 6\" stroke=\"{colour}\" stroke-width=\"1.5\"/>",
                x - 3.0,
                y - 3.0
            )
        } else if n >= held_from {
            write!(
                body,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.4\" fill=\"none\" stroke=\"{colour}\"/>"
            )
        } else {
            write!(
                body,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2\" fill=\"{colour}\"/>"
            )
        };
    }
    for centre in centres {
        let (x, y) = place(*centre);
        let _ = write!(
            body,
            "<path d=\"M{x:.1} {:.1}l6 6l-6 6l-6-6z\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"1.5\"/>",
            y - 6.0
        );
    }
    legend(&mut body, classes.iter().map(String::as_str));
    drawing(title, &body)
}

/// Curves over epochs, each by name; values are from 0 to `top`, or to the largest.
pub fn curves(title: &str, of: &[(&str, Vec<f64>)], top: Option<f64>) -> String {
    let values = of.iter().flat_map(|(_, values)| values);
    let largest = values
        .copied()
        .filter(|x| x.is_finite())
        .fold(1e-9, f64::max);
    let top = top.unwrap_or(largest);
    let (from, to) = (EDGE, SIDE - EDGE);
    let mut body = axes(&format!("{top:.3}"));
    for (n, (_, values)) in of.iter().enumerate() {
        let last = values.len().saturating_sub(1).max(1) as f64;
        let mut path = String::new();
        for (at, value) in values.iter().enumerate() {
            let x = from + (to - from) * at as f64 / last;
            let y = to - (to - from) * (value / top).clamp(0.0, 1.0);
            let _ = write!(path, "{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" });
        }
        let _ = write!(
            body,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>",
            colour(n)
        );
    }
    legend(&mut body, of.iter().map(|(name, _)| *name));
    drawing(title, &body)
}

/// Reliability diagrams: how often right over how sure; on the diagonal both are the same.
pub fn reliability(title: &str, of: &[Reliability]) -> String {
    let (from, to) = (EDGE, SIDE - EDGE);
    let at = |share: f64| (to - from) * share;
    let mut body = axes("1");
    let _ = write!(
        body,
        "<path d=\"M{from} {to}L{to} {from}\" stroke=\"#888\" stroke-dasharray=\"4 4\"/>"
    );
    for (n, one) in of.iter().enumerate() {
        let colour = colour(n);
        for [sure, right, share] in one.bins.iter().filter(|[.., share]| *share > 0.0) {
            let _ = write!(
                body,
                "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\" fill=\"{colour}\" fill-opacity=\".7\"/>",
                from + at(*sure),
                to - at(*right),
                3.0 + 14.0 * share.sqrt()
            );
        }
    }
    let names: Vec<String> = of
        .iter()
        .map(|one| format!("{} (ECE {:.3})", one.name, one.ece))
        .collect();
    legend(&mut body, names.iter().map(String::as_str));
    drawing(title, &body)
}

fn axes(top: &str) -> String {
    let (from, to) = (EDGE, SIDE - EDGE);
    format!(
        "<path d=\"M{from} {from}V{to}H{to}\" fill=\"none\" stroke=\"#444\"/>\
         <text x=\"{from}\" y=\"{}\" fill=\"#444\">{top}</text>",
        from - 4.0
    )
}

fn legend<'a>(body: &mut String, names: impl Iterator<Item = &'a str>) {
    for (n, name) in names.enumerate().take(24) {
        let (x, y) = (
            EDGE + 120.0 * (n % 5) as f64,
            SIDE - 28.0 + 16.0 * (n / 5) as f64,
        );
        let _ = write!(
            body,
            "<rect x=\"{x}\" y=\"{}\" width=\"10\" height=\"10\" fill=\"{}\"/><text x=\"{}\" y=\"{y}\">{}</text>",
            y - 9.0,
            colour(n),
            x + 14.0,
            escape(name)
        );
    }
}

/// Rows of images (bytes, channel by channel) as PNG, each pixel drawn `zoom` wide.
///
/// # Errors
/// If it cannot be encoded.
pub fn rows(shape: Shape, rows: &[Vec<&[u8]>], zoom: u32) -> Result<Vec<u8>, image::ImageError> {
    const GAP: u32 = 2;
    let side = |n: usize| u32::try_from(n).unwrap_or(1) * zoom + GAP;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let (wide, high) = (side(shape.width), side(shape.height));
    let count = |n: usize| u32::try_from(n).unwrap_or(1);
    let size = (
        wide * count(columns) + GAP,
        high * count(rows.len().max(1)) + GAP,
    );
    let mut sheet = RgbImage::from_pixel(size.0, size.1, Rgb([255, 255, 255]));
    let plane = shape.height * shape.width;
    for (row, images) in rows.iter().enumerate() {
        for (column, image) in images.iter().enumerate() {
            let (left, top) = (count(column) * wide + GAP, count(row) * high + GAP);
            for y in 0..high - GAP {
                for x in 0..wide - GAP {
                    let place = (y / zoom) as usize * shape.width + (x / zoom) as usize;
                    let channel = |n: usize| {
                        let of = if shape.channels >= 3 { n } else { 0 };
                        image.get(of * plane + place).copied().unwrap_or(0)
                    };
                    sheet.put_pixel(left + x, top + y, Rgb([channel(0), channel(1), channel(2)]));
                }
            }
        }
    }
    let mut png = std::io::Cursor::new(Vec::new());
    sheet.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}
