//! What a step shows, written: as text for a terminal, as JSON, as HTML for pages, and its pictures as files.

mod html;
mod text;

use serde_json::{Value, json};

use super::draw;
use super::input::Input;
use super::shown::{Part, Shown};
use super::step::Step;

pub use html::html;
pub use text::text;

/// Name, title, point, input as typed, parts, and checks with whether they hold. Matrices are lists of rows; a number
/// that is none is null.
pub fn json(step: &dyn Step, input: &Input, shown: &Shown) -> Value {
    let fields = step.fields().iter();
    let typed = fields.map(|field| (field.name.to_string(), Value::from(input.text(field.name))));
    let checks: Vec<Value> = shown
        .checks
        .iter()
        .map(|check| {
            json!({
                "claim": check.claim,
                "error": check.error,
                "bound": check.bound,
                "holds": check.holds(),
            })
        })
        .collect();
    json!({
        "name": step.name(),
        "title": step.title(),
        "point": step.point(),
        "input": typed.collect::<serde_json::Map<_, _>>(),
        "parts": shown.parts.iter().map(part).collect::<Vec<_>>(),
        "checks": checks,
    })
}

fn part(part: &Part) -> Value {
    // A part has no map with keys that are no strings, so it can be written.
    let mut value = serde_json::to_value(part).unwrap_or(Value::Null);
    match part {
        Part::Matrix(named) => {
            let rows = named.matrix.row_iter();
            let rows: Vec<Vec<f64>> = rows.map(|row| row.iter().copied().collect()).collect();
            put(&mut value, "matrix", "matrix", json!(rows));
        }
        Part::Row(parts) => {
            value = json!({"row": parts.iter().map(self::part).collect::<Vec<_>>()})
        }
        Part::Image(image) => {
            let png = draw::data_uri(&draw::grey_png(image));
            put(&mut value, "image", "png", png.into());
        }
        Part::Frames(frames) => {
            let png = draw::data_uri(&draw::frames_png(frames));
            put(&mut value, "frames", "png", png.into());
        }
        _ => {}
    }
    value
}

fn put(value: &mut Value, part: &str, key: &str, of: Value) {
    if let Some(Value::Object(part)) = value.get_mut(part) {
        part.insert(key.to_string(), of);
    }
}

/// Each picture as a file of its own: a name with its number, and the SVG.
pub fn svgs(shown: &Shown) -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&shown.parts, &mut files);
    files
}

fn collect(parts: &[Part], files: &mut Vec<(String, String)>) {
    for part in parts {
        if let Part::Row(parts) = part {
            collect(parts, files);
        } else if let Some(svg) = draw::svg(part) {
            let name = format!("{:02}-{}.svg", files.len() + 1, kind(part));
            files.push((name, draw::standalone(&svg)));
        }
    }
}

/// What a part is called in names of files and classes.
fn kind(part: &Part) -> &'static str {
    match part {
        Part::Words(_) => "words",
        Part::Code(_) => "code",
        Part::Formula(_) => "formula",
        Part::Matrix(_) => "matrix",
        Part::Row(_) => "row",
        Part::Sign(_) => "sign",
        Part::Table(_) => "table",
        Part::Plane(_) => "plane",
        Part::Moves(_) => "moves",
        Part::Diagram(_) => "diagram",
        Part::Bars(_) => "bars",
        Part::Curves(_) => "curves",
        Part::Scatter(_) => "scatter",
        Part::Image(_) => "image",
        Part::Frames(_) => "frames",
    }
}

/// Of a picture, what stands below it and what is to be seen, in words; both empty where it says itself what it is.
fn caption(part: &Part) -> (&str, &str) {
    match part {
        Part::Plane(plane) => (&plane.title, &plane.alt),
        Part::Moves(moves) => (&moves.title, &moves.alt),
        Part::Diagram(diagram) => (&diagram.title, &diagram.alt),
        Part::Bars(bars) => (&bars.title, &bars.alt),
        Part::Curves(curves) => (&curves.title, &curves.alt),
        Part::Scatter(scatter) => (&scatter.title, &scatter.alt),
        Part::Image(image) => (&image.title, &image.alt),
        Part::Frames(frames) => (&frames.title, &frames.alt),
        Part::Words(_)
        | Part::Code(_)
        | Part::Formula(_)
        | Part::Matrix(_)
        | Part::Row(_)
        | Part::Sign(_)
        | Part::Table(_) => ("", ""),
    }
}
