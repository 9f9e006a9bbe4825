//! A run's curves: bounded, each point the mean of the readings that fell on it.

use crate::demos::sheet::Reading;
use crate::protocol::ChartView;

/// Points that a curve may have; past it neighbours are joined two by two.
const POINTS_MAX: usize = 240;
/// And on a phone, whose line is paid for by the byte: it has some 350 pixels for them.
const PHONE_POINTS_MAX: usize = 120;

#[derive(Debug, Clone)]
pub(super) struct Chart {
    points: Vec<Point>,
    /// Steps that one point stands for.
    stride: u32,
}

#[derive(Debug, Clone)]
struct Point {
    first: u32,
    last: u32,
    /// Of each curve: the sum of what was measured, and how often it was.
    sums: Vec<(f64, u32)>,
}

impl Default for Chart {
    fn default() -> Self {
        Self {
            points: Vec::new(),
            stride: 1,
        }
    }
}

impl Chart {
    pub fn read(&mut self, reading: &Reading) {
        let sums = reading.values.iter();
        let point = Point {
            first: reading.step,
            last: reading.step,
            sums: sums
                .map(|value| value.map_or((0.0, 0), |value| (value, 1)))
                .collect(),
        };
        match self.points.last_mut() {
            Some(last) if reading.step < last.first + self.stride => last.join(&point),
            _ => self.points.push(point),
        }
        if self.points.len() > POINTS_MAX {
            self.halve();
        }
    }

    fn halve(&mut self) {
        self.stride = self.stride.saturating_mul(2);
        let pairs = self.points.chunks(2).map(|pair| {
            let mut joined = pair[0].clone();
            pair.iter().skip(1).for_each(|other| joined.join(other));
            joined
        });
        self.points = pairs.collect();
    }

    /// As a phone is shown it.
    pub fn for_phones(&self) -> Self {
        let mut coarse = self.clone();
        while coarse.points.len() > PHONE_POINTS_MAX {
            coarse.halve();
        }
        coarse
    }

    pub fn view(&self, number: u32, names: &[String]) -> ChartView {
        let points = self.points.iter().map(|point| {
            let means = point.sums.iter();
            let means = means.map(|(sum, n)| (*n > 0).then(|| short(sum / f64::from(*n))));
            std::iter::once(Some(f64::from(point.last)))
                .chain(means)
                .collect()
        });
        ChartView {
            number,
            names: names.to_vec(),
            points: points.collect(),
        }
    }
}

impl Point {
    fn join(&mut self, other: &Self) {
        self.last = other.last;
        for (held, more) in self.sums.iter_mut().zip(&other.sums) {
            *held = (held.0 + more.0, held.1 + more.1);
        }
    }
}

/// Five significant digits: no screen shows more, and it travels often.
pub(super) fn short(x: f64) -> f64 {
    format!("{x:.4e}").parse().unwrap_or(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_are_bounded_keep_their_ends_and_their_mean() {
        let mut chart = Chart::default();
        for step in 1..=10_000 {
            let sparse = (step % 100 == 0).then_some(0.5);
            let values = vec![Some(f64::from(step)), sparse];
            chart.read(&Reading { step, values });
        }
        let view = chart.view(3, &["a".to_string(), "b".to_string()]);
        assert!(view.points.len() <= POINTS_MAX && view.points.len() > POINTS_MAX / 3);
        assert_eq!(view.points.last().unwrap()[0], Some(10_000.0));
        assert!(view.points.windows(2).all(|pair| pair[0][0] < pair[1][0]));
        assert!(view.points.windows(2).all(|pair| pair[0][1] < pair[1][1]));
        let sparse: Vec<_> = view.points.iter().filter_map(|point| point[2]).collect();
        assert!(!sparse.is_empty() && sparse.iter().all(|value| *value == 0.5));

        let phones = chart.for_phones().view(3, &[]);
        assert!(
            phones.points.len() <= PHONE_POINTS_MAX && phones.points.len() > PHONE_POINTS_MAX / 3
        );
        assert_eq!(phones.points.last().unwrap()[0], Some(10_000.0));
    }
}
