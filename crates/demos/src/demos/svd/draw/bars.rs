//! Bars to the right, one a row: what is kept is full, what is not is an outline.

use std::fmt::Write as _;

use super::chart::Scale;
use super::ink::{self, Anchor, Figure, SMALL};
use crate::demos::svd::shown::Bars;

const WIDTH: f64 = 380.0;
/// Rows are as high as leaves the picture on a screen.
const HEIGHT: f64 = 440.0;
const NAME: usize = 22;

pub fn svg(bars: &Bars) -> String {
    let count = bars.bars.len();
    let high = (HEIGHT / count.max(1) as f64).clamp(3.0, 26.0);
    // Where rows are too low for words every n-th has some.
    let each = (15.0 / high).ceil().max(1.0) as usize;
    let names: Vec<String> = bars
        .bars
        .iter()
        .map(|(name, _)| ink::shortened(name, NAME))
        .collect();
    let left = names
        .iter()
        .map(|name| ink::width(name, SMALL))
        .fold(0.0, f64::max)
        + 12.0;
    let numbers: Vec<String> = bars
        .bars
        .iter()
        .map(|(_, x)| ink::typeset(&ink::number(*x)))
        .collect();
    let room = numbers
        .iter()
        .map(|words| ink::width(words, SMALL))
        .fold(0.0, f64::max)
        + 12.0;
    let scale = scale(bars);
    let axis = Axis {
        from: left,
        length: (WIDTH - left - room).max(60.0),
        zero: if bars.log {
            0.0
        } else {
            scale.share(0.0).unwrap_or(0.0).clamp(0.0, 1.0)
        },
        scale,
    };
    let top = 24.0;
    let mut body = String::new();
    let called = if bars.log {
        format!("{} (log scale)", bars.axis)
    } else {
        bars.axis.clone()
    };
    ink::text(
        &mut body,
        [4.0, 14.0],
        Anchor::Start,
        SMALL,
        ink::shortened(&called, 54).trim(),
        "",
    );
    let bottom = top + high * count as f64;
    let zero = axis.from + axis.zero * axis.length;
    let _ = write!(
        body,
        "<path class=\"svd-muted\" fill=\"none\" stroke=\"currentColor\" d=\"M{} {top}V{}\"/>",
        ink::at(zero),
        ink::at(bottom)
    );
    for (n, ((_, value), (name, number))) in
        bars.bars.iter().zip(names.iter().zip(&numbers)).enumerate()
    {
        let y = top + high * n as f64;
        let end = bar(&mut body, &axis, *value, [y, high], n < bars.kept);
        if n % each != 0 {
            continue;
        }
        let line = y + high / 2.0 + 4.0;
        ink::text(&mut body, [left - 8.0, line], Anchor::End, SMALL, name, "");
        ink::text(
            &mut body,
            [end + 5.0, line],
            Anchor::Start,
            SMALL,
            number,
            "class=\"svd-muted\"",
        );
    }
    let split = bars.kept > 0 && bars.kept < count;
    if split {
        let y = ink::at(top + high * bars.kept as f64);
        let _ = write!(
            body,
            "<path class=\"svd-ink\" fill=\"none\" stroke=\"currentColor\" stroke-dasharray=\"5 4\" d=\"M4 {y}H{}\"/>",
            WIDTH - 4.0
        );
        let words = format!("kept: the first {}", bars.kept);
        ink::text(
            &mut body,
            [WIDTH - 4.0, bottom + 16.0],
            Anchor::End,
            SMALL,
            &words,
            "class=\"svd-muted\"",
        );
    }
    Figure {
        kind: "bars",
        title: &bars.title,
        alt: &bars.alt,
        width: WIDTH.max(axis.from + axis.length + room),
        height: bottom + if split { 24.0 } else { 6.0 },
        data: "",
    }
    .svg(&body)
}

struct Axis {
    from: f64,
    length: f64,
    /// Where bars begin, as a share of the length.
    zero: f64,
    scale: Scale,
}

/// From zero; on a logarithmic scale from a decade below the smallest, but no more than 18 below the largest.
fn scale(bars: &Bars) -> Scale {
    let values = bars.bars.iter().map(|(_, value)| *value);
    if !bars.log {
        return Scale::of(values.chain([0.0]), false);
    }
    let all = Scale::of(values, true);
    Scale {
        low: (all.low / 10.0).max(all.high * 1e-18),
        high: all.high / 1.3,
        log: true,
    }
}

/// Returns where the bar ends to the right.
fn bar(out: &mut String, axis: &Axis, value: f64, [y, high]: [f64; 2], kept: bool) -> f64 {
    let zero = axis.from + axis.zero * axis.length;
    let Some(share) = axis.scale.share(value) else {
        return zero;
    };
    let end = axis.from + share.clamp(0.0, 1.0) * axis.length;
    let (left, right) = (zero.min(end), zero.max(end));
    let thick = if high > 8.0 { high - 6.0 } else { high * 0.7 };
    let look = if kept {
        "class=\"svd-first\""
    } else {
        "class=\"svd-faint\" fill-opacity=\".15\" stroke=\"currentColor\" stroke-dasharray=\"3 2\""
    };
    let _ = write!(
        out,
        "<rect {look} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        ink::at(left),
        ink::at(y + (high - thick) / 2.0),
        ink::at((right - left).max(0.75)),
        ink::at(thick)
    );
    right
}
