//! Pictures one after the other: all in a single image, of which one row is seen. A script moves the view by
//! `data-rows` pixels for each of `data-frames`; without one the first is seen.

use std::fmt::Write as _;

use super::image::{data_uri, grey_of, zoom};
use super::ink::{self, Anchor, Figure, SMALL};
use crate::demos::svd::shown::Frames;

/// Rows, columns, pictures side by side.
fn shape(frames: &Frames) -> [usize; 3] {
    let first = frames.frames.first().and_then(|frame| frame.first());
    let [rows, columns] = first.map_or([0, 0], |picture| [picture.rows, picture.columns]);
    let side_by_side = frames.frames.iter().map(Vec::len).max().unwrap_or(0);
    [rows, columns, side_by_side]
}

/// All frames below each other, the pictures of each side by side, as one PNG. Every picture has the size of the first.
pub fn frames_png(frames: &Frames) -> Vec<u8> {
    let [rows, columns, pictures] = shape(frames);
    let mut grey = Vec::with_capacity(rows * columns * pictures * frames.frames.len());
    for frame in &frames.frames {
        for row in 0..rows {
            for place in 0..pictures {
                let picture = frame
                    .get(place)
                    .filter(|picture| picture.columns == columns);
                let from = row * columns;
                let line = picture.and_then(|picture| picture.grey.get(from..from + columns));
                match line {
                    Some(line) => grey.extend_from_slice(line),
                    None => grey.resize(grey.len() + columns, 0),
                }
            }
        }
    }
    let side = |n: usize| u32::try_from(n).unwrap_or(0);
    grey_of(
        side(columns * pictures),
        side(rows * frames.frames.len()),
        grey,
    )
}

pub fn svg(frames: &Frames) -> String {
    let [rows, columns, pictures] = shape(frames);
    let count = frames.frames.len();
    // Three pictures side by side are no wider than a page.
    let most = 600.0 / (columns * pictures).max(1) as f64;
    let zoom = zoom(rows, columns).min(most.max(0.5));
    let wide = columns as f64 * zoom;
    let (w, h) = (wide * pictures as f64, rows as f64 * zoom);
    let across = columns * pictures;
    let mut body = format!(
        "<svg class=\"svd-frame\" x=\"1\" y=\"1\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {across} {rows}\" \
         preserveAspectRatio=\"none\"><image class=\"svd-pixels\" image-rendering=\"pixelated\" width=\"{across}\" \
         height=\"{}\" preserveAspectRatio=\"none\" href=\"{}\"/></svg>",
        ink::at(w),
        ink::at(h),
        rows * count,
        data_uri(&frames_png(frames))
    );
    for place in 0..pictures {
        let x = 1.0 + wide * place as f64;
        let _ = write!(
            body,
            "<rect class=\"svd-line\" x=\"{}\" y=\"1\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"currentColor\"/>",
            ink::at(x),
            ink::at(wide),
            ink::at(h)
        );
        let picture = frames.frames.first().and_then(|frame| frame.get(place));
        if let Some(picture) = picture.filter(|picture| !picture.title.is_empty()) {
            let letters = (wide / ink::width("m", SMALL)) as usize;
            let words = ink::shortened(&picture.title, letters.max(4));
            ink::text(
                &mut body,
                [x + wide / 2.0, h + 17.0],
                Anchor::Middle,
                SMALL,
                &words,
                "class=\"svd-muted\"",
            );
        }
    }
    let data = format!(
        " data-frames=\"{count}\" data-rows=\"{rows}\" data-columns=\"{columns}\" data-pictures=\"{pictures}\""
    );
    Figure {
        kind: "frames",
        title: &frames.title,
        alt: &frames.alt,
        width: w + 2.0,
        height: h + 24.0,
        data: &data,
    }
    .svg(&body)
}
