//! Points in groups, by colour and shape; arrows from the middle.

use super::chart::{self, Chart, Scale};
use super::ink::{self, Figure, marker};
use super::label::{self, Labels};
use crate::demos::svd::shown::{Look, Scatter};

const WIDTH: f64 = 380.0;
const HEIGHT: f64 = 370.0;
/// Where one direction is so much longer than the other, each has a scale of its own.
const ALIKE: f64 = 6.0;

pub fn svg(scatter: &Scatter) -> String {
    let chart = chart(scatter);
    let mut body = String::new();
    chart.axes(&mut body, &scatter.across, &scatter.up);
    for (point, group) in &scatter.points {
        if let Some(place) = chart.at(*point) {
            // Many are small.
            let r = if scatter.points.len() > 200 { 2.2 } else { 3.8 };
            marker(&mut body, Look::nth(*group), place, r);
        }
    }
    arrows(&mut body, &chart, scatter);
    let groups = scatter.groups.iter().enumerate();
    let names: Vec<(String, Look)> = groups
        .map(|(n, name)| (name.clone(), Look::nth(n)))
        .collect();
    let more = chart::legend(&mut body, &names, WIDTH, HEIGHT, false);
    Figure {
        kind: "scatter",
        title: &scatter.title,
        alt: &scatter.alt,
        width: WIDTH,
        height: HEIGHT + more,
        data: "",
    }
    .svg(&body)
}

fn chart(scatter: &Scatter) -> Chart {
    // The middle is in the picture if something begins there.
    let middle = if scatter.arrows.is_empty() {
        None
    } else {
        Some(0.0)
    };
    let of = |axis: usize| {
        let values = scatter.points.iter().map(|(point, _)| point[axis]);
        Scale::of(values.chain(middle), false).wider(0.08)
    };
    let mut chart = Chart::within(WIDTH, HEIGHT, of(0), of(1));
    // A unit is as long both ways, as distances are read from the picture.
    let (across, up) = (chart.x.high - chart.x.low, chart.y.high - chart.y.low);
    let (x, y) = (across / chart.width, up / chart.height);
    if x < y * ALIKE && y < x * ALIKE {
        let unit = x.max(y);
        chart.x = chart.x.wider((unit * chart.width / across - 1.0) / 2.0);
        chart.y = chart.y.wider((unit * chart.height / up - 1.0) / 2.0);
    }
    chart
}

/// By a common factor as long as there is room: their directions and lengths among each other are what counts.
fn arrows(out: &mut String, chart: &Chart, scatter: &Scatter) {
    let Some(middle) = chart.at([0.0, 0.0]) else {
        return;
    };
    let drawn: Vec<_> = scatter
        .arrows
        .iter()
        .filter(|(_, [x, y])| x.is_finite() && y.is_finite())
        .collect();
    let pixels = [
        chart.width / (chart.x.high - chart.x.low),
        chart.height / (chart.y.high - chart.y.low),
    ];
    let ways = drawn
        .iter()
        .map(|(_, [x, y])| [x * pixels[0], -y * pixels[1]]);
    let ways: Vec<[f64; 2]> = ways.collect();
    let longest = ways.iter().map(|[x, y]| x.hypot(*y)).fold(0.0, f64::max);
    let factor = if longest > 0.0 {
        0.36 * chart.width.min(chart.height) / longest
    } else {
        0.0
    };
    let mut labels = Labels::within([2.0, chart.top, WIDTH - 2.0, chart.top + chart.height]);
    let tips: Vec<[f64; 2]> = ways
        .iter()
        .map(|[x, y]| [middle[0] + x * factor, middle[1] + y * factor])
        .collect();
    for tip in &tips {
        ink::arrow(out, middle, *tip, Look::Plain);
    }
    for ((name, _), tip) in drawn.iter().zip(&tips) {
        let words = ink::shortened(name, 20);
        let places = label::beyond(*tip, tip[0] - middle[0], tip[1] - middle[1], &words);
        labels.place(out, &words, &places);
    }
}
