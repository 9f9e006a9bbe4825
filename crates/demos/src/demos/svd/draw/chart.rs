//! Axes with few round ticks, linear or logarithmic, and a legend.

use std::fmt::Write as _;

use super::ink::{self, Anchor, SMALL, marker};
use crate::demos::svd::shown::Look;

/// Room for what the axis upwards is called, and for a marked place.
const TOP: f64 = 36.0;

/// About so many round numbers between two: steps of 1, 2 or 5 times a power of ten.
pub fn ticks(low: f64, high: f64, about: usize) -> Vec<f64> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return vec![low];
    }
    let rough = span / about.max(1) as f64;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * power);
    let step = step
        .into_iter()
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(rough);
    let first = (low / step - 1e-9).ceil();
    // No more than a handful: the span is at most `about` steps.
    (0..=about + 1)
        .map(|n| (first + n as f64) * step)
        .take_while(|tick| *tick <= high + step * 1e-9)
        .collect()
}

/// Powers of ten between two positive numbers, at most about seven; where there are few, 2 and 5 times as well.
fn decades(low: f64, high: f64) -> Vec<f64> {
    let (from, to) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let each = ((to - from) / 6).max(1);
    let between = if to - from <= 2 {
        &[1.0, 2.0, 5.0][..]
    } else {
        &[1.0]
    };
    let powers = (from..=to).filter(|power| (power - from) % each == 0);
    let all = powers.flat_map(|power| between.iter().map(move |n| n * 10_f64.powi(power)));
    all.filter(|tick| (low * 0.999..=high * 1.001).contains(tick))
        .collect()
}

/// One direction: from values to a share of the length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub log: bool,
}

impl Scale {
    /// Around all of these that can be drawn. On a logarithmic scale these are the positive ones.
    pub fn of(values: impl Iterator<Item = f64>, log: bool) -> Self {
        let drawn = values.filter(|x| x.is_finite() && (!log || *x > 0.0));
        let (low, high) = drawn.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        let (low, high) = match (low > high, log) {
            (true, false) => (0.0, 1.0),
            (true, true) => (0.1, 1.0),
            (false, true) => (
                (low / 1.3).max(f64::MIN_POSITIVE),
                (high * 1.3).min(f64::MAX),
            ),
            (false, false) if low == high => (
                low - low.abs().max(1.0) / 2.0,
                high + high.abs().max(1.0) / 2.0,
            ),
            (false, false) => (low, high),
        };
        Self { low, high, log }
    }

    /// Farther at both ends, by this share.
    pub fn wider(self, share: f64) -> Self {
        let more = (self.high - self.low) * share;
        Self {
            low: self.low - more,
            high: self.high + more,
            log: self.log,
        }
    }

    /// 0 at the low end, 1 at the high; None if it cannot be drawn.
    pub fn share(&self, x: f64) -> Option<f64> {
        let share = if self.log {
            (x.ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (x - self.low) / (self.high - self.low)
        };
        (share.is_finite() && (!self.log || x > 0.0)).then(|| share.clamp(-1.0, 2.0))
    }

    pub fn ticks(&self) -> Vec<f64> {
        if self.log {
            decades(self.low, self.high)
        } else {
            ticks(self.low, self.high, 5)
        }
    }
}

/// The space of a chart with its axes.
pub struct Chart {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
    pub x: Scale,
    pub y: Scale,
}

impl Chart {
    /// In a picture of this width and height; the left edge has room for the numbers.
    pub fn within(width: f64, height: f64, x: Scale, y: Scale) -> Self {
        let words = y
            .ticks()
            .into_iter()
            .map(|tick| ink::width(&ink::number(tick), SMALL));
        let left = words.fold(18.0, f64::max) + 12.0;
        Self {
            left,
            top: TOP,
            width: width - left - 14.0,
            height: height - TOP - 44.0,
            x,
            y,
        }
    }

    pub fn at(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let (x, y) = (self.x.share(x)?, self.y.share(y)?);
        Some([
            self.left + x * self.width,
            self.top + (1.0 - y) * self.height,
        ])
    }

    /// Lines at ticks, numbers, and what the axes are called.
    pub fn axes(&self, out: &mut String, across: &str, up: &str) {
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        let class = "class=\"svd-muted\"";
        for tick in self.y.ticks() {
            let Some(share) = self.y.share(tick) else {
                continue;
            };
            let y = self.top + (1.0 - share) * self.height;
            let _ = write!(
                out,
                "<path class=\"svd-line\" fill=\"none\" stroke=\"currentColor\" d=\"M{} {}H{}\"/>",
                ink::at(self.left),
                ink::at(y),
                ink::at(right)
            );
            let words = ink::typeset(&ink::number(tick));
            ink::text(
                out,
                [self.left - 6.0, y + 4.0],
                Anchor::End,
                SMALL,
                &words,
                class,
            );
        }
        for tick in self.x.ticks() {
            let Some(share) = self.x.share(tick) else {
                continue;
            };
            let x = self.left + share * self.width;
            let _ = write!(
                out,
                "<path class=\"svd-muted\" fill=\"none\" stroke=\"currentColor\" d=\"M{} {}v5\"/>",
                ink::at(x),
                ink::at(bottom)
            );
            let words = ink::typeset(&ink::number(tick));
            ink::text(
                out,
                [x, bottom + 18.0],
                Anchor::Middle,
                SMALL,
                &words,
                class,
            );
        }
        let _ = write!(
            out,
            "<path class=\"svd-muted\" fill=\"none\" stroke=\"currentColor\" d=\"M{} {}V{}H{}\"/>",
            ink::at(self.left),
            ink::at(self.top),
            ink::at(bottom),
            ink::at(right)
        );
        ink::text(
            out,
            [right, bottom + 36.0],
            Anchor::End,
            SMALL,
            &ink::shortened(across, 48),
            "",
        );
        ink::text(
            out,
            [4.0, 14.0],
            Anchor::Start,
            SMALL,
            &ink::shortened(up, 48),
            "",
        );
    }
}

/// Names beside samples, in lines no wider than `width`, from `top` down. Returns its height.
pub fn legend(
    out: &mut String,
    names: &[(String, Look)],
    width: f64,
    top: f64,
    lines: bool,
) -> f64 {
    let (mut x, mut y) = (8.0, top + 14.0);
    if names.is_empty() {
        return 0.0;
    }
    for (name, look) in names {
        let name = ink::shortened(name, 44);
        let sample = if lines { 30.0 } else { 14.0 };
        let wide = sample + 6.0 + ink::width(&name, SMALL) + 14.0;
        if x + wide > width && x > 8.0 {
            (x, y) = (8.0, y + 18.0);
        }
        if lines {
            let _ = write!(
                out,
                "<path {} d=\"M{} {}h{sample}\"/>",
                look.stroke(),
                ink::at(x),
                ink::at(y - 4.0)
            );
        }
        marker(out, *look, [x + sample / 2.0, y - 4.0], 4.0);
        ink::text(out, [x + sample + 6.0, y], Anchor::Start, SMALL, &name, "");
        x += wide;
    }
    y + 8.0 - top
}
