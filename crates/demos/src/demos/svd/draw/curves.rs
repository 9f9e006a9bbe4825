//! Curves over a common axis: each with a colour, a dash and a mark of its own.

use std::fmt::Write as _;

use super::chart::{self, Chart, Scale};
use super::ink::{self, Anchor, Figure, SMALL, marker};
use crate::demos::svd::shown::{Curves, Look};

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 290.0;
/// Points of a curve up to which each is marked.
const MARKED: usize = 40;

pub fn svg(curves: &Curves) -> String {
    let points = || curves.curves.iter().flat_map(|(_, points)| points);
    let votes = curves.votes.iter().map(|(place, _)| *place);
    let across = points().map(|[x, _]| *x).chain(curves.at).chain(votes);
    let x = Scale::of(across, false).wider(0.02);
    let y = Scale::of(points().map(|[_, y]| *y), curves.log);
    let y = if curves.log { y } else { y.wider(0.05) };
    let chart = Chart::within(WIDTH, HEIGHT, x, y);
    let mut body = String::new();
    let up = if curves.log {
        format!("{} (log scale)", curves.up)
    } else {
        curves.up.clone()
    };
    chart.axes(&mut body, &curves.across, up.trim());
    stems(&mut body, &chart, &curves.votes);
    for (n, (_, points)) in curves.curves.iter().enumerate() {
        curve(&mut body, &chart, points, Look::nth(n));
    }
    if let Some(at) = curves.at {
        marked(&mut body, &chart, at);
    }
    let mut names: Vec<(String, Look)> = curves
        .curves
        .iter()
        .enumerate()
        .map(|(n, (name, _))| (name.clone(), Look::nth(n)))
        .collect();
    // One curve is what the axis says.
    if names.len() < 2 {
        names.retain(|(name, _)| !name.is_empty() && *name != curves.up);
    }
    let more = chart::legend(&mut body, &names, WIDTH, HEIGHT, true);
    Figure {
        kind: "curves",
        title: &curves.title,
        alt: &curves.alt,
        width: WIDTH,
        height: HEIGHT + more,
        data: "",
    }
    .svg(&body)
}

fn curve(out: &mut String, chart: &Chart, points: &[[f64; 2]], look: Look) {
    let mut path = String::new();
    let mut pen = 'M';
    for point in points {
        // A value that cannot be drawn leaves a gap.
        let Some([x, y]) = chart.at(*point) else {
            pen = 'M';
            continue;
        };
        let _ = write!(path, "{pen}{} {}", ink::at(x), ink::at(y));
        pen = 'L';
    }
    let _ = write!(out, "<path {} d=\"{path}\"/>", look.stroke());
    if points.len() <= MARKED {
        for place in points.iter().filter_map(|point| chart.at(*point)) {
            marker(out, look, place, 3.2);
        }
    }
}

/// A line upwards at a place, with its number.
fn marked(out: &mut String, chart: &Chart, at: f64) {
    let Some(share) = chart.x.share(at) else {
        return;
    };
    let x = chart.left + share * chart.width;
    let _ = write!(
        out,
        "<path class=\"svd-ink\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.5\" stroke-dasharray=\"5 4\" d=\"M{} {}V{}\"/>",
        ink::at(x),
        ink::at(chart.top),
        ink::at(chart.top + chart.height)
    );
    let anchor = if share > 0.85 {
        Anchor::End
    } else if share < 0.15 {
        Anchor::Start
    } else {
        Anchor::Middle
    };
    let words = ink::typeset(&ink::number(at));
    ink::text(
        out,
        [x, chart.top - 2.0],
        anchor,
        SMALL,
        &words,
        "class=\"svd-label\" font-weight=\"600\"",
    );
}

/// Votes as stems from the axis, the most a third of the way up.
fn stems(out: &mut String, chart: &Chart, votes: &[(f64, u32)]) {
    let most = votes
        .iter()
        .map(|(_, count)| *count)
        .max()
        .unwrap_or(0)
        .max(1);
    let bottom = chart.top + chart.height;
    if votes.is_empty() {
        return;
    }
    out.push_str("<g class=\"svd-votes\">");
    for (place, count) in votes.iter().filter(|(_, count)| *count > 0) {
        let Some(share) = chart.x.share(*place) else {
            continue;
        };
        let x = chart.left + share * chart.width;
        let y = bottom - chart.height / 3.0 * f64::from(*count) / f64::from(most);
        let _ = write!(
            out,
            "<path class=\"svd-fourth\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"4\" stroke-opacity=\".6\" d=\"M{} {}V{}\"/>",
            ink::at(x),
            ink::at(bottom),
            ink::at(y)
        );
        marker(out, Look::Fourth, [x, y], 4.0);
        ink::text(
            out,
            [x, y - 8.0],
            Anchor::Middle,
            SMALL,
            &count.to_string(),
            "class=\"svd-label\"",
        );
    }
    out.push_str("</g>");
}
