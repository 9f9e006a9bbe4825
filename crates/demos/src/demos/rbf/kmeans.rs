//! K-means: Lloyd's iterations (1982) from k-means++ seeds (Arthur & Vassilvitskii 2007).

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

/// Centres, and what it cost to get there.
#[derive(Debug, Clone, PartialEq)]
pub struct Clusters {
    /// K centres of d numbers each.
    pub centres: Vec<Vec<f64>>,
    /// The nearest centre of each point.
    pub nearest: Vec<usize>,
    /// Σ over points of ‖x − c‖² to the nearest centre, after each iteration; it never grows.
    pub objective: Vec<f64>,
}

/// Clusters points into at most `k` groups; fewer where there are fewer different points.
pub fn kmeans(points: &[Vec<f64>], k: usize, iterations: usize, seed: u64) -> Clusters {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut centres = seeds(points, k, &mut random);
    let mut objective = Vec::new();
    let mut nearest = Vec::new();
    for _ in 0..iterations.max(1) {
        let found: Vec<(usize, f64)> = points
            .iter()
            .map(|point| closest(point, &centres))
            .collect();
        objective.push(found.iter().map(|(_, distance)| distance).sum());
        let places: Vec<usize> = found.into_iter().map(|(place, _)| place).collect();
        let settled = places == nearest;
        nearest = places;
        if settled || centres.is_empty() {
            break;
        }
        let mut sums = vec![(0_usize, vec![0.0; centres[0].len()]); centres.len()];
        for (point, place) in points.iter().zip(&nearest) {
            let (count, sum) = &mut sums[*place];
            *count += 1;
            sum.iter_mut().zip(point).for_each(|(sum, x)| *sum += x);
        }
        for (centre, (count, sum)) in centres.iter_mut().zip(sums) {
            // A centre that nothing is nearest to stays where it is.
            if count > 0 {
                *centre = sum.into_iter().map(|x| x / count as f64).collect();
            }
        }
    }
    Clusters {
        centres,
        nearest,
        objective,
    }
}

/// Each next seed is drawn with a chance in proportion to the squared distance from those before.
fn seeds(points: &[Vec<f64>], k: usize, random: &mut ChaCha8Rng) -> Vec<Vec<f64>> {
    let mut centres: Vec<Vec<f64>> = Vec::new();
    if points.is_empty() || k == 0 {
        return centres;
    }
    centres.push(points[random.random_range(0..points.len())].clone());
    let mut distances: Vec<f64> = points
        .iter()
        .map(|point| distance(point, &centres[0]))
        .collect();
    while centres.len() < k {
        let total: f64 = distances.iter().sum();
        if total <= 0.0 {
            break;
        }
        let mut left = random.random::<f64>() * total;
        let drawn = distances.iter().position(|distance| {
            left -= distance;
            left < 0.0
        });
        let far = distances.iter().rposition(|distance| *distance > 0.0);
        let Some(next) = drawn.or(far) else { break };
        let next = points[next].clone();
        for (held, point) in distances.iter_mut().zip(points) {
            *held = held.min(distance(point, &next));
        }
        centres.push(next);
    }
    centres
}

fn closest(point: &[f64], centres: &[Vec<f64>]) -> (usize, f64) {
    let all = centres
        .iter()
        .map(|centre| distance(point, centre))
        .enumerate();
    all.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, 0.0))
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}
