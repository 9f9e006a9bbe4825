//! Pictures of what a step shows, as SVG.
//!
//! They stand in pages whose policy allows neither style attributes nor scripts: colours come from classes
//! (`static/css/svd-figures.css`, light and dark), everything else from presentation attributes. Nothing is said by
//! colour alone.

mod bars;
mod chart;
mod curves;
mod diagram;
mod frames;
mod heat;
mod image;
pub mod ink;
mod label;
pub(super) mod matrix;
mod moves;
mod plane;
mod scatter;

use super::shown::Part;

pub use frames::frames_png;
pub use image::{data_uri, grey_png};

const STYLE: &str = include_str!("../../../../../static/css/svd-figures.css");
/// What follows in the stylesheet is for pages alone.
const PAGES: &str = "/* Pages */";

/// A picture with its size, a title and a description; None for what is written rather than drawn.
pub fn svg(part: &Part) -> Option<String> {
    Some(match part {
        Part::Matrix(named) => matrix::svg(named),
        Part::Plane(plane) => plane::svg(plane),
        Part::Moves(moves) => moves::svg(moves),
        Part::Diagram(diagram) => diagram::svg(diagram),
        Part::Bars(bars) => bars::svg(bars),
        Part::Curves(curves) => curves::svg(curves),
        Part::Scatter(scatter) => scatter::svg(scatter),
        Part::Image(image) => image::svg(image),
        Part::Frames(frames) => frames::svg(frames),
        Part::Words(_)
        | Part::Code(_)
        | Part::Formula(_)
        | Part::Row(_)
        | Part::Sign(_)
        | Part::Table(_) => return None,
    })
}

/// A picture as a file of its own: light colours, on white.
pub fn standalone(svg: &str) -> String {
    let rules = STYLE.split(PAGES).next().unwrap_or(STYLE);
    let Some((head, body)) = svg.split_once('>') else {
        return svg.to_string();
    };
    format!(
        "{head}><style>{}</style><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>{body}\n",
        resolved(rules)
    )
}

/// Each `var(--name, value)` replaced by its value: not every program that reads SVG knows variables.
fn resolved(css: &str) -> String {
    let mut css = css.to_string();
    // The last one has no other within it.
    while let Some(from) = css.rfind("var(") {
        let Some(long) = css[from..].find(')') else {
            break;
        };
        let inside = &css[from + 4..from + long];
        let value = inside.split_once(',').map_or("inherit", |(_, value)| value);
        let value = value.trim().to_string();
        css.replace_range(from..=from + long, &value);
    }
    css
}
