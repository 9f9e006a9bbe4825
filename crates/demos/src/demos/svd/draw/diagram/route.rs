//! The way of an arrow: a quadratic curve from border to border, or a loop.

use std::fmt::Write as _;

use super::super::ink::{self, arrowhead};
use crate::demos::svd::shown::Look;

const HEAD: f64 = 10.0;
/// Places along a way that are looked at.
const STEPS: usize = 48;

/// A node's place and half its size.
pub struct Spot {
    pub middle: [f64; 2],
    pub half: [f64; 2],
}

impl Spot {
    pub fn edges(&self) -> [f64; 4] {
        let ([x, y], [w, h]) = (self.middle, self.half);
        [x - w, y - h, x + w, y + h]
    }

    fn holds(&self, [x, y]: [f64; 2], gap: f64) -> bool {
        (x - self.middle[0]).abs() <= self.half[0] + gap
            && (y - self.middle[1]).abs() <= self.half[1] + gap
    }
}

/// A Bézier curve of third degree.
pub struct Route {
    corners: [[f64; 2]; 4],
    from: f64,
    to: f64,
    /// Whether it bends, and to which side a label goes first.
    side: f64,
}

impl Route {
    /// Bent by so much to the right, as seen on its way.
    pub fn between(from: &Spot, to: &Spot, bend: f64) -> Self {
        let (a, b) = (from.middle, to.middle);
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        let length = dx.hypot(dy).max(1e-9);
        // The middle of the curve is three quarters of the way to its inner corners.
        let out = [-dy / length * bend / 0.75, dx / length * bend / 0.75];
        let inner = |share: f64| [a[0] + dx * share + out[0], a[1] + dy * share + out[1]];
        let mut route = Self {
            corners: [a, inner(1.0 / 3.0), inner(2.0 / 3.0), b],
            from: 0.0,
            to: 1.0,
            side: bend,
        };
        let shares = || (0..=STEPS).map(|n| n as f64 / STEPS as f64);
        let left = shares().find(|t| !from.holds(route.at(*t), 2.0));
        let reached = shares().rev().find(|t| !to.holds(route.at(*t), 3.0));
        // Nodes that lie on each other leave no way between.
        if let (Some(left), Some(reached)) = (left, reached)
            && left < reached
        {
            let finer = |inside: f64, outside: f64, spot: &Spot, gap: f64| {
                let (mut a, mut b) = (inside, outside);
                for _ in 0..12 {
                    let middle = (a + b) / 2.0;
                    let held = spot.holds(route.at(middle), gap);
                    (a, b) = if held { (middle, b) } else { (a, middle) };
                }
                b
            };
            let step = 1.0 / STEPS as f64;
            let start = finer(left - step, left, from, 2.0);
            let end = finer(reached + step, reached, to, 3.0);
            (route.from, route.to) = (start, end);
        }
        route
    }

    /// Straight, or bent as little as leads past the other nodes.
    pub fn clear(from: &Spot, to: &Spot, all: &[Spot]) -> Self {
        let free = |route: &Self| {
            let others = || {
                all.iter()
                    .filter(|spot| !std::ptr::eq(*spot, from) && !std::ptr::eq(*spot, to))
            };
            route
                .points()
                .all(|point| others().all(|spot| !spot.holds(point, 4.0)))
        };
        let bends = [0.0, -46.0, 46.0, -80.0, 80.0];
        let ways = bends.into_iter().map(|bend| Self::between(from, to, bend));
        ways.into_iter()
            .find(free)
            .unwrap_or_else(|| Self::between(from, to, 0.0))
    }

    /// A loop at a node, on the side where no other is; further ones are larger.
    pub fn around(spot: &Spot, nth: usize, all: &[Spot]) -> Self {
        let [x, y] = spot.middle;
        let beside = |other: &&Spot| (other.middle[0] - x).abs() < 60.0;
        let above = all
            .iter()
            .filter(beside)
            .any(|other| other.middle[1] < y - 1.0);
        let below = all
            .iter()
            .filter(beside)
            .any(|other| other.middle[1] > y + 1.0);
        let up = if above && !below { 1.0 } else { -1.0 };
        let size = 12.0 + 10.0 * nth as f64;
        let edge = y + up * (spot.half[1] + 2.0);
        let far = edge + up * size * 3.0;
        Self {
            corners: [
                [x - 9.0, edge],
                [x - size * 1.6, far],
                [x + size * 1.6, far],
                [x + 9.0, edge],
            ],
            from: 0.0,
            to: 1.0,
            // Outside of the loop.
            side: up,
        }
    }

    fn at(&self, t: f64) -> [f64; 2] {
        let s = 1.0 - t;
        let by = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
        let sum = |axis: usize| {
            self.corners
                .iter()
                .zip(by)
                .map(|(corner, by)| corner[axis] * by)
                .sum()
        };
        [sum(0), sum(1)]
    }

    /// Places along it.
    pub fn points(&self) -> impl Iterator<Item = [f64; 2]> + '_ {
        (0..=STEPS).map(|n| self.at(self.share(n as f64 / STEPS as f64)))
    }

    fn share(&self, t: f64) -> f64 {
        self.from + (self.to - self.from) * t
    }

    pub fn draw(&self, out: &mut String, look: Look) {
        let tip = self.at(self.to);
        let points: Vec<[f64; 2]> = self.points().collect();
        let far = |point: &&[f64; 2]| (point[0] - tip[0]).hypot(point[1] - tip[1]) >= HEAD * 0.8;
        let neck = points
            .iter()
            .rev()
            .find(far)
            .copied()
            .unwrap_or(self.at(self.from));
        let mut path = String::new();
        for [x, y] in points.iter().filter(far).chain([&neck]) {
            let to = if path.is_empty() { 'M' } else { 'L' };
            let _ = write!(path, "{to}{} {}", ink::at(*x), ink::at(*y));
        }
        let _ = write!(out, "<path {} d=\"{path}\"/>", look.stroke());
        let (dx, dy) = (tip[0] - neck[0], tip[1] - neck[1]);
        let length = dx.hypot(dy);
        if length > 0.0 {
            arrowhead(out, tip, [dx / length, dy / length], HEAD, look);
        }
    }

    /// Places for the middle of a label of half this size, the best first: beside the way, outside of its bend.
    pub fn beside(&self, [w, h]: [f64; 2]) -> Vec<[f64; 2]> {
        let mut places = Vec::new();
        for t in [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8] {
            let [x, y] = self.at(self.share(t));
            let ahead = self.at(self.share(t + 0.02));
            let (dx, dy) = (ahead[0] - x, ahead[1] - y);
            let length = dx.hypot(dy).max(1e-9);
            let (nx, ny) = (-dy / length, dx / length);
            // As far out as keeps the label off the line.
            let off = nx.abs() * w + ny.abs() * h + 4.0;
            // Without a bend above and to the right.
            let first = if self.side != 0.0 {
                self.side.signum()
            } else if ny > 0.3 || nx < -0.3 {
                -1.0
            } else {
                1.0
            };
            for side in [first, -first] {
                places.push([x + nx * off * side, y + ny * off * side]);
            }
        }
        places
    }
}
