//! A polynomial through points.

use super::super::super::input::{Fault, Input};
use super::super::super::shown::{Frame, Look, Mark, Plane};
use super::super::measure::matrix_of_size;
use crate::linalg::Matrix;

/// Powers of x may differ so much in size before another variable is taken.
const POWERS: f64 = 1e3;
/// Places of the curve that are drawn.
const DRAWN: u32 = 96;

pub struct Fit {
    points: Matrix,
    /// Powers of the variable from 0 to the degree, in columns.
    pub m: Matrix,
    /// The points' y.
    pub b: Matrix,
    /// The variable is (x − middle) / unit.
    middle: f64,
    unit: f64,
}

impl Fit {
    /// # Errors
    /// If a point is not two numbers, or too large.
    pub fn of(input: &Input) -> Result<Self, Fault> {
        let points = matrix_of_size("a", input.matrix("a"))?;
        if points.ncols() != 2 {
            let why = format!(
                "a point is x and y; the rows have {} numbers",
                points.ncols()
            );
            return Err(Fault::new("a", why));
        }
        let degree = input.count("degree");
        let (low, high) = ends(points.column(0).iter().copied());
        let (middle, half) = (low / 2.0 + high / 2.0, high / 2.0 - low / 2.0);
        // At most 12.
        let power = low.abs().max(high.abs()).powi(degree as i32);
        // Far from 0, or with powers of very different size, the powers of x are nearly one and the same to rounding, and a
        // unit would decide what the rank is.
        let as_it_is = degree == 0
            || (middle.abs() <= half && (1.0 / POWERS..=POWERS).contains(&power))
            || low == 0.0 && high == 0.0;
        let (middle, unit) = match (as_it_is, half > 0.0) {
            (true, _) => (0.0, 1.0),
            (false, true) => (middle, half),
            (false, false) => (middle, 1.0),
        };
        let m = Matrix::from_fn(points.nrows(), degree + 1, |row, power| {
            ((points[(row, 0)] - middle) / unit).powi(power as i32)
        });
        Ok(Self {
            b: points.columns(1, 1).into_owned(),
            points,
            m,
            middle,
            unit,
        })
    }

    /// Which variable it is, if it is another than x.
    pub fn told(&self) -> Option<String> {
        ((self.middle, self.unit) != (0.0, 1.0)).then(|| {
            format!(
                "The columns of M are the powers of t = (x − {}) / {}, which goes from −1 to 1 over the points. It is the same polynomial: with powers of x itself, the unit in which x is measured, and where it begins to be counted, would decide how many of them rounding can tell apart.",
                plain(self.middle),
                plain(self.unit)
            )
        })
    }

    /// Points, the polynomial through them and what it misses; the axes fit the points.
    pub fn plane(&self, x: &Matrix) -> Plane {
        let at = |place: f64| {
            let t = (place - self.middle) / self.unit;
            x.iter().rev().fold(0.0, |sum, factor| sum * t + factor)
        };
        let met = &self.m * x;
        let across = wider(ends(self.points.column(0).iter().copied()));
        let up = wider(ends(
            self.points.column(1).iter().chain(met.iter()).copied(),
        ));
        let beyond = up[1] - up[0];
        let curve = (0..=DRAWN).map(|i| {
            let place = across[0] + (across[1] - across[0]) * f64::from(i) / f64::from(DRAWN);
            [place, at(place).clamp(up[0] - beyond, up[1] + beyond)]
        });
        let mut marks = vec![Mark::Line {
            points: curve.collect(),
            closed: false,
            look: Look::Second,
        }];
        for (point, met) in self.points.row_iter().zip(met.iter()) {
            let at = [point[0], point[1]];
            marks.push(Mark::Line {
                points: vec![at, [at[0], *met]],
                closed: false,
                look: Look::Third,
            });
            marks.push(Mark::Point {
                at,
                label: String::new(),
                look: Look::First,
            });
        }
        Plane {
            title: "The fit and what it misses".to_string(),
            alt: format!(
                "{} points, the polynomial found, and a segment up or down from each point to it",
                self.points.nrows()
            ),
            reach: across
                .iter()
                .chain(&up)
                .fold(0.0, |most, x| x.abs().max(most)),
            frame: Some(Frame { across, up }),
            marks,
        }
    }
}

fn ends(all: impl Iterator<Item = f64>) -> (f64, f64) {
    all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    })
}

/// With room at both ends; where there is but one place, around it.
fn wider((low, high): (f64, f64)) -> [f64; 2] {
    let span = high - low;
    // Less is rounding, and would be drawn as if it were something.
    let least = 1e-9 * low.abs().max(high.abs());
    let more = match span > least {
        true => 0.12 * span,
        false if least > 0.0 => 0.5 * low.abs().max(high.abs()),
        false => 1.0,
    };
    [low - more, high + more]
}

/// With twelve digits: what a mean of two numbers has beyond them is rounding.
fn plain(x: f64) -> String {
    let x = format!("{x:.11e}").parse().unwrap_or(x);
    let text = if x == 0.0 || (1e-4..1e15).contains(&x.abs()) {
        x.to_string()
    } else {
        format!("{x:e}")
    };
    text.replace('-', "−")
}
