//! Labels that keep clear of each other.

use super::ink::{self, Anchor};

/// Boxes that are taken: left, top, right, bottom.
pub struct Labels {
    taken: Vec<[f64; 4]>,
    /// Within this.
    frame: [f64; 4],
}

impl Labels {
    pub fn within(frame: [f64; 4]) -> Self {
        Self {
            taken: Vec::new(),
            frame,
        }
    }

    pub fn take(&mut self, taken: [f64; 4]) {
        self.taken.push(taken);
    }

    /// Writes a label in the first of these places for its middle that is free; in the first of all if none is.
    /// Returns its box.
    pub fn place(&mut self, out: &mut String, words: &str, places: &[[f64; 2]]) -> [f64; 4] {
        let (w, h) = (ink::width(words, ink::TEXT) / 2.0 + 2.0, ink::TEXT * 0.62);
        let [left, top, right, bottom] = self.frame;
        let around = |[x, y]: &[f64; 2]| {
            // A frame that is narrower than the label is left to both sides.
            let x = x.min(right - w).max(left + w);
            let y = y.min(bottom - h).max(top + h);
            [x - w, y - h, x + w, y + h]
        };
        let overlap = |a: &[f64; 4]| -> f64 {
            let common = |b: &[f64; 4]| {
                let across = (a[2].min(b[2]) - a[0].max(b[0])).max(0.0);
                across * (a[3].min(b[3]) - a[1].max(b[1])).max(0.0)
            };
            self.taken.iter().map(common).sum()
        };
        let boxes = places.iter().map(around);
        let best = boxes.min_by(|a, b| overlap(a).total_cmp(&overlap(b)));
        let Some(best) = best else { return [0.0; 4] };
        let middle = [
            (best[0] + best[2]) / 2.0,
            (best[1] + best[3]) / 2.0 + ink::TEXT * 0.34,
        ];
        ink::text(
            out,
            middle,
            Anchor::Middle,
            ink::TEXT,
            words,
            "class=\"svd-label\"",
        );
        self.taken.push(best);
        best
    }
}

/// Places around the tip of an arrow along (dx, dy): beyond it first, then beside and back.
pub fn beyond(tip: [f64; 2], dx: f64, dy: f64, words: &str) -> Vec<[f64; 2]> {
    let angle = if dx == 0.0 && dy == 0.0 {
        -0.8
    } else {
        dy.atan2(dx)
    };
    let reach = ink::width(words, ink::TEXT) / 2.0;
    [0.0, 0.7, -0.7, 1.4, -1.4, 2.1, -2.1, 3.1]
        .iter()
        .map(|turn| {
            let (sin, cos) = (angle + turn).sin_cos();
            [tip[0] + cos * (9.0 + reach), tip[1] + sin * 16.0]
        })
        .collect()
}
