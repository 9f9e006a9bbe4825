//! Charts as text: bars of blocks, curves as tables, groups of points as counts.

use super::block::{self, Block};
use super::plain;
use crate::demos::svd::draw::ink;
use crate::demos::svd::shown::{Bars, Curves, Scatter};

/// Bars, or places of a curve, that are written.
const MOST: usize = 40;
const PLACES: usize = 12;
const NAME: usize = 24;

/// Full where kept, light where not.
pub fn bars(bars: &Bars, width: usize) -> Block {
    let values = || {
        bars.bars
            .iter()
            .map(|(_, value)| *value)
            .filter(|value| value.is_finite())
    };
    let largest = values().fold(0.0_f64, |most, x| most.max(x.abs()));
    let smallest = values().filter(|x| *x > 0.0).fold(f64::INFINITY, f64::min);
    // On a logarithmic scale as in the pictures: from a decade below the smallest, 18 below the largest at most.
    let floor = (smallest / 10.0).max(largest * 1e-18);
    let share = |x: f64| {
        let share = match bars.log {
            true if x > 0.0 => (x / floor).ln() / (largest / floor).ln(),
            true => 0.0,
            false => x.abs() / largest,
        };
        if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.0
        }
    };
    let names: Vec<String> = bars
        .bars
        .iter()
        .map(|(name, _)| ink::shortened(&plain(name), NAME))
        .collect();
    let wide = names
        .iter()
        .map(|name| name.chars().count())
        .max()
        .unwrap_or(0);
    let room = width.saturating_sub(wide + 16).clamp(4, 40);
    let mut all = Block::of([match bars.log {
        true => format!("{} (log scale)", plain(&bars.axis)),
        false => plain(&bars.axis),
    }]);
    for (n, ((_, value), name)) in bars.bars.iter().zip(&names).enumerate().take(MOST) {
        // At most `room`.
        let long = (share(*value) * room as f64).round() as usize;
        let block = if n < bars.kept { "█" } else { "░" };
        let gap = " ".repeat(wide - name.chars().count());
        all.lines.push(format!(
            "  {name}{gap}  {} {}",
            block.repeat(long),
            ink::number(*value)
        ));
    }
    if bars.bars.len() > MOST {
        all.lines
            .push(format!("  … {} more", bars.bars.len() - MOST));
    }
    if bars.kept > 0 && bars.kept < bars.bars.len() {
        all.lines.push(format!("  █ kept: the first {}", bars.kept));
    }
    all
}

/// Curves over the same places are columns of one table.
pub fn curves(curves: &Curves, width: usize) -> Block {
    let mut all = Block::default();
    let mut left: Vec<&(String, Vec<[f64; 2]>)> = curves.curves.iter().collect();
    while let Some((_, first)) = left.first() {
        let same = |points: &[[f64; 2]]| {
            points.len() == first.len()
                && points
                    .iter()
                    .zip(first)
                    .all(|(a, b)| a[0] == b[0] || a[0].is_nan())
        };
        let (now, later): (Vec<_>, Vec<_>) = left.iter().partition(|(_, points)| same(points));
        all.below(together(curves, &now, width));
        // A place that is no number is like no other.
        left = if now.is_empty() {
            left.split_off(1)
        } else {
            later
        };
    }
    if let Some(at) = curves.at {
        all.lines.push(format!(
            "  marked: {} = {}",
            plain(&curves.across),
            ink::number(at)
        ));
    }
    for (place, count) in &curves.votes {
        all.lines
            .push(format!("  {count} votes for {}", ink::number(*place)));
    }
    all
}

fn together(curves: &Curves, now: &[&(String, Vec<[f64; 2]>)], width: usize) -> Block {
    let name = |name: &str| match plain(name) {
        name if name.is_empty() => plain(&curves.up),
        name => ink::shortened(&name, NAME),
    };
    let mut head = vec![plain(&curves.across)];
    head.extend(now.iter().map(|(one, _)| name(one)));
    let count = now.first().map_or(0, |(_, points)| points.len());
    let each = count.div_ceil(PLACES).max(1);
    let mut rows = vec![head];
    for n in (0..count).filter(|n| n % each == 0 || n + 1 == count) {
        let place = now
            .first()
            .and_then(|(_, points)| points.get(n))
            .map_or(f64::NAN, |[x, _]| *x);
        let mut row = vec![ink::number(place)];
        row.extend(
            now.iter()
                .filter_map(|(_, points)| Some(ink::number(points.get(n)?[1]))),
        );
        rows.push(row);
    }
    let mut block = super::wrapped(&curves.up, width);
    block.below(block::columns(&rows, true));
    block
}

pub fn scatter(scatter: &Scatter, width: usize) -> Block {
    let mut all = super::wrapped(&format!("{} over {}", scatter.up, scatter.across), width);
    let mut rows = vec![vec![
        "group".to_string(),
        "points".to_string(),
        "middle".to_string(),
    ]];
    for (n, name) in scatter.groups.iter().enumerate() {
        let of = || scatter.points.iter().filter(|(_, group)| *group == n);
        let count = of().count();
        let mean =
            |axis: usize| of().map(|(point, _)| point[axis]).sum::<f64>() / count.max(1) as f64;
        let middle = format!("({}, {})", ink::number(mean(0)), ink::number(mean(1)));
        rows.push(vec![
            ink::shortened(&plain(name), NAME),
            count.to_string(),
            middle,
        ]);
    }
    if scatter.groups.is_empty() {
        all.lines.push(format!("  {} points", scatter.points.len()));
    } else {
        all.below(block::columns(&rows, true));
    }
    for (name, [x, y]) in scatter.arrows.iter().take(MOST) {
        all.lines.push(format!(
            "  {} → ({}, {})",
            plain(name),
            ink::number(*x),
            ink::number(*y)
        ));
    }
    all
}
