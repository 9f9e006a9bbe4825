//! The plane, from −reach to reach both ways.

use std::fmt::Write as _;

use super::chart;
use super::ink::{self, Anchor, Figure, marker};
use super::label::{self, Labels};
use crate::demos::svd::shown::{Frame, Look, Mark, Plane};

const SIDE: f64 = 360.0;
/// Lines of a grid to each side of the middle.
const LINES: i32 = 10;

pub fn svg(plane: &Plane) -> String {
    let view = View {
        frame: plane.frame,
        ..View::of(SIDE, plane.reach)
    };
    let mut body = String::new();
    axes(&mut body, &view);
    for mark in &plane.marks {
        lines(&mut body, &view, mark);
    }
    // Words last: nothing is drawn over them.
    numbers(&mut body, &view);
    let mut labels = Labels::within([2.0, 2.0, SIDE - 2.0, SIDE - 2.0]);
    for mark in &plane.marks {
        labelled(&mut body, &view, &mut labels, mark);
    }
    // What is dragged in it is read back by one scale for both ways.
    let data = match view.frame {
        Some(_) => String::new(),
        None => format!(" data-reach=\"{}\"", view.reach),
    };
    Figure {
        kind: "plane",
        title: &plane.title,
        alt: &plane.alt,
        width: SIDE,
        height: SIDE,
        data: &data,
    }
    .svg(&body)
}

/// From the plane to the picture.
pub struct View {
    pub side: f64,
    pub reach: f64,
    /// In place of the reach.
    pub frame: Option<Frame>,
}

impl View {
    pub fn of(side: f64, reach: f64) -> Self {
        let reach = if reach.is_finite() && reach > 0.0 {
            reach
        } else {
            1.0
        };
        Self {
            side,
            reach,
            frame: None,
        }
    }

    pub fn scale(&self) -> f64 {
        (self.side / 2.0 - 4.0) / self.reach
    }

    /// Across and up.
    fn ticks(&self) -> [Vec<f64>; 2] {
        match self.frame {
            Some(Frame { across, up }) => {
                [across, up].map(|[low, high]| chart::ticks(low, high, 4))
            }
            None => [(); 2].map(|()| chart::ticks(-self.reach, self.reach, 5)),
        }
    }

    pub fn at(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        if let Some(Frame { across, up }) = self.frame {
            let share = |[low, high]: [f64; 2], x: f64| (x - low) / (high - low) * self.side;
            return [share(across, x), self.side - share(up, y)];
        }
        let middle = self.side / 2.0;
        [middle + x * self.scale(), middle - y * self.scale()]
    }
}

/// Lines at round numbers, and axes; with a frame, the axes are its edges.
pub fn axes(out: &mut String, view: &View) {
    let mut faint = String::new();
    let [across, up] = view.ticks();
    let (middle, side) = (view.side / 2.0, view.side);
    for tick in across {
        let _ = write!(faint, "M{} 0V{side}", ink::at(view.at([tick, 0.0])[0]));
    }
    for tick in up {
        let _ = write!(faint, "M0 {}H{side}", ink::at(view.at([0.0, tick])[1]));
    }
    let axes = match view.frame {
        Some(_) => format!("M1 0V{0}H{side}", side - 1.0),
        None => format!("M{middle} 0V{side}M0 {middle}H{side}"),
    };
    let _ = write!(
        out,
        "<path class=\"svd-line\" fill=\"none\" stroke=\"currentColor\" d=\"{faint}\"/>\
         <path class=\"svd-muted\" fill=\"none\" stroke=\"currentColor\" d=\"{axes}\"/>"
    );
}

/// The numbers at the axes, without the middle and what would be cut at the edge.
fn numbers(out: &mut String, view: &View) {
    let class = "class=\"svd-muted svd-label\"";
    let [across, up] = view.ticks();
    if view.frame.is_some() {
        let inside = |place: &f64| (24.0..view.side - 24.0).contains(place);
        for (tick, words) in across.iter().zip(told(&across)) {
            let x = view.at([*tick, 0.0])[0];
            if inside(&x) {
                ink::text(
                    out,
                    [x, view.side - 6.0],
                    Anchor::Middle,
                    11.0,
                    &words,
                    class,
                );
            }
        }
        for (tick, words) in up.iter().zip(told(&up)) {
            let y = view.at([0.0, *tick])[1];
            if inside(&y) {
                ink::text(out, [5.0, y - 3.0], Anchor::Start, 11.0, &words, class);
            }
        }
        return;
    }
    let middle = view.side / 2.0;
    let shown = |tick: &f64| (1e-9..0.95).contains(&(tick.abs() / view.reach));
    for tick in across.into_iter().filter(shown) {
        let [x, y] = view.at([tick, tick]);
        let words = ink::typeset(&ink::number(tick));
        ink::text(out, [x, middle + 14.0], Anchor::Middle, 11.0, &words, class);
        ink::text(
            out,
            [middle - 5.0, y + 4.0],
            Anchor::End,
            11.0,
            &words,
            class,
        );
    }
}

/// With as many digits as it takes to tell one tick from the next: seconds since 1970 differ in the sixth.
fn told(ticks: &[f64]) -> Vec<String> {
    let largest = ticks
        .iter()
        .fold(0.0_f64, |most, tick| most.max(tick.abs()));
    let step = match ticks {
        [first, second, ..] => (second - first).abs(),
        _ => largest,
    };
    let digits = (largest / step).log10().floor().max(0.0) as usize + 2;
    let word = |tick: &f64| {
        let near_zero = tick.abs() < 1e-9 * step;
        match largest < 1e15 && step >= 1.0 {
            _ if near_zero => "0".to_string(),
            true => tick.round().to_string(),
            false => ink::digits(*tick, digits.clamp(4, 15)),
        }
    };
    ticks.iter().map(|tick| ink::typeset(&word(tick))).collect()
}

/// The unit grid taken along by a matrix, as a path in the plane's own units.
pub fn grid(by: [[f64; 2]; 2], reach: f64) -> String {
    let step = (reach.min(1e6) / f64::from(LINES)).ceil().max(1.0);
    let lines = ((reach / step).ceil() as i32).clamp(1, LINES);
    let far = f64::from(lines) * step;
    let mut path = String::new();
    for n in -lines..=lines {
        let k = f64::from(n) * step;
        for [from, to] in [[[k, -far], [k, far]], [[-far, k], [far, k]]] {
            let ([a, b], [c, d]) = (taken(by, from), taken(by, to));
            let _ = write!(path, "M{} {}L{} {}", unit(a), unit(b), unit(c), unit(d));
        }
    }
    path
}

/// A coordinate in units: finer than in pixels.
pub fn unit(x: f64) -> String {
    let x = if x.is_finite() {
        x.clamp(-1e6, 1e6)
    } else {
        0.0
    };
    let short = format!("{x:.4}");
    let short = short.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" {
        "0".to_string()
    } else {
        short.to_string()
    }
}

pub fn taken([[a, b], [c, d]]: [[f64; 2]; 2], [x, y]: [f64; 2]) -> [f64; 2] {
    [a * x + b * y, c * x + d * y]
}

/// In units of the plane, drawn with lines of the usual width.
pub fn in_units(out: &mut String, view: &View, path: &str, look: Look) {
    let [x, y] = view.at([0.0, 0.0]);
    let scale = unit(view.scale());
    let _ = write!(
        out,
        "<g transform=\"translate({} {}) scale({scale} -{scale})\"><path {} vector-effect=\"non-scaling-stroke\" d=\"{path}\"/></g>",
        ink::at(x),
        ink::at(y),
        look.stroke()
    );
}

fn lines(out: &mut String, view: &View, mark: &Mark) {
    match mark {
        Mark::Grid { by, look } => in_units(out, view, &grid(*by, view.reach), *look),
        Mark::Line {
            points,
            closed,
            look,
        } => {
            let mut path = String::new();
            for point in points
                .iter()
                .filter(|[x, y]| x.is_finite() && y.is_finite())
            {
                let [x, y] = view.at(*point);
                let to = if path.is_empty() { 'M' } else { 'L' };
                let _ = write!(path, "{to}{} {}", ink::at(x), ink::at(y));
            }
            if *closed {
                path.push('z');
            }
            let _ = write!(out, "<path {} d=\"{path}\"/>", look.stroke());
        }
        Mark::Arrow { from, to, look, .. } => {
            ink::arrow(out, view.at(*from), view.at(*to), *look);
        }
        Mark::Point { at, look, .. } if at.iter().all(|x| x.is_finite()) => {
            marker(out, *look, view.at(*at), 4.5);
        }
        Mark::Point { .. } => {}
    }
}

fn labelled(out: &mut String, view: &View, labels: &mut Labels, mark: &Mark) {
    let (tip, from, words) = match mark {
        Mark::Arrow {
            from, to, label, ..
        } => (view.at(*to), view.at(*from), label),
        Mark::Point { at, label, .. } => (view.at(*at), view.at(*at), label),
        Mark::Grid { .. } | Mark::Line { .. } => return,
    };
    if words.is_empty() || !tip.iter().chain(&from).all(|x| x.is_finite()) {
        return;
    }
    let places = label::beyond(tip, tip[0] - from[0], tip[1] - from[1], words);
    labels.place(out, words, &places);
}
