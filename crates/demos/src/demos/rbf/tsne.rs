//! t-SNE for a picture that is looked at while nothing trains: the talk's pictures were made so. Live frames are drawn
//! by PCA (`picture.rs`), which is quick and does not jump.
//!
//! Barnes-Hut t-SNE (van der Maaten, JMLR 2014) by the crate `bhtsne`; started from PCA, as the talk had it (Kobak &
//! Berens, Nature Communications 2019, say why one should). What it shows are neighbourhoods: sizes of groups and
//! distances between them mean nothing.
//!
//! The crate cannot be interrupted. So it is asked for few epochs at a time, each time from where points lie by then;
//! its momentum begins anew each time. It draws its start and its neighbour search from a generator that cannot be
//! seeded, so both are made here; its sums depend on the number of threads, so it has one.

use bhtsne::{Neighbor, SparseAffinities, tSNE};
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use super::picture::Plane;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum TsneError {
    #[error("{0} points are too many for t-SNE: it is for up to {MOST}")]
    TooMany(usize),
    #[error("point {0} has a coordinate that is no number")]
    NotFinite(usize),
    #[error("t-SNE has no thread: {0}")]
    Thread(#[from] rayon::ThreadPoolBuildError),
}

/// Neighbours are looked for among all pairs.
pub const MOST: usize = 2_000;
/// Fewer points have no neighbourhoods to speak of and are drawn by PCA.
pub const FEWEST: usize = 10;
/// As scikit-learn has them, which made the talk's pictures.
const PERPLEXITY: usize = 30;
const EXAGGERATION: f32 = 12.0;
const EPOCHS: usize = 1_000;
const EXAGGERATED: usize = 250;
/// The spread of the first coordinate at the start.
const START: f64 = 1e-4;
/// θ of Barnes and Hut.
const THETA: f32 = 0.5;
const EPOCHS_A_STEP: usize = 25;

/// A picture in the making: between two steps one may look at it, or leave it.
pub struct Tsne {
    at: Vec<[f64; 2]>,
    /// None where PCA is all there is to it.
    run: Option<Run>,
    epoch: usize,
}

struct Run {
    affinities: SparseAffinities<f32>,
    pool: rayon::ThreadPool,
}

impl Tsne {
    /// Of n points of `dims` numbers each. The seed parts points that lie at the same place.
    ///
    /// # Errors
    /// If there are more than [`MOST`] points, a number is none, or no thread is to be had.
    pub fn new(points: &[f32], dims: usize, seed: u64) -> Result<Self, TsneError> {
        let n = points.len().checked_div(dims).unwrap_or(0);
        if n > MOST {
            return Err(TsneError::TooMany(n));
        }
        let points = &points[..n * dims];
        if let Some(place) = points.iter().position(|x| !x.is_finite()) {
            return Err(TsneError::NotFinite(place / dims));
        }
        let mut tsne = Self {
            at: vec![[0.0; 2]; n],
            run: None,
            epoch: 0,
        };
        // The scale of the points tells nothing, and their squares must stay numbers.
        let Some(points) = scaled(points, dims) else {
            return Ok(tsne);
        };
        tsne.at = Plane::of(&points, dims, None).points().to_vec();
        if n < FEWEST {
            return Ok(tsne);
        }
        start(&mut tsne.at, seed);
        let perplexity = PERPLEXITY.min((n - 1) / 3);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
        let neighbours = neighbours(&points, dims, 3 * perplexity);
        let affinities = pool.install(|| affinities(&neighbours, perplexity));
        tsne.run = affinities.map(|affinities| Run { affinities, pool });
        Ok(tsne)
    }

    /// Goes on for a moment (some 50 to 90 ms with 2,000 points; making it takes twice that); false once there is nothing left to do.
    pub fn step(&mut self) -> bool {
        let Some(Run { affinities, pool }) = &self.run else {
            return false;
        };
        if self.epoch >= EPOCHS {
            return false;
        }
        let from: Vec<f32> = self.at.iter().flatten().map(|x| *x as f32).collect();
        let exaggerated = self.epoch < EXAGGERATED;
        let units = vec![(); self.at.len()];
        let rate = (units.len() as f32 / EXAGGERATION / 4.0).max(50.0);
        let to = pool.install(|| {
            let mut tsne = tSNE::<f32, ()>::new(&units);
            tsne.with_affinities(affinities.clone())
                .initial_embedding(from)
                .epochs(EPOCHS_A_STEP)
                .learning_rate(rate)
                .early_exaggeration(if exaggerated { EXAGGERATION } else { 1.0 })
                .stop_lying_epoch(usize::MAX)
                .momentum(if exaggerated { 0.5 } else { 0.8 })
                .momentum_switch_epoch(usize::MAX)
                // Neighbours are known by the affinities; no distance is asked for.
                .barnes_hut(THETA, |(), ()| 0.0)
                .embedding()
        });
        let pairs = to.chunks_exact(2);
        self.at = pairs.map(|p| [p[0].into(), p[1].into()]).collect();
        self.epoch += EPOCHS_A_STEP;
        self.epoch < EPOCHS
    }

    /// How far it is, in 0..1.
    pub fn progress(&self) -> f64 {
        match self.run {
            Some(_) => self.epoch as f64 / EPOCHS as f64,
            None => 1.0,
        }
    }

    /// Where points lie by now.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.at
    }
}

/// All steps at once: of n points of `dims` numbers each, the same for the same seed.
///
/// # Errors
/// See [`Tsne::new`].
pub fn tsne(points: &[f32], dims: usize, seed: u64) -> Result<Vec<[f64; 2]>, TsneError> {
    let mut tsne = Tsne::new(points, dims, seed)?;
    while tsne.step() {}
    Ok(tsne.at)
}

/// Points whose largest coordinate is 1 or −1. None where all are the same.
fn scaled(points: &[f32], dims: usize) -> Option<Vec<f32>> {
    let first = points.get(..dims)?;
    if points.is_empty() || points.chunks_exact(dims).all(|point| point == first) {
        return None;
    }
    let largest = points.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    Some(points.iter().map(|x| x / largest).collect())
}

/// Small, and with no two points at the same place.
fn start(points: &mut [[f64; 2]], seed: u64) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let squares: f64 = points.iter().map(|[x, _]| x * x).sum();
    let scale = START
        / (squares / points.len() as f64)
            .sqrt()
            .max(f64::MIN_POSITIVE);
    for x in points.iter_mut().flatten() {
        *x = *x * scale + START / 100.0 * random.random_range(-1.0..1.0);
    }
}

/// The nearest others of each point, the nearest first; of equally near ones, the first.
fn neighbours(points: &[f32], dims: usize, k: usize) -> Vec<Vec<Neighbor<f32>>> {
    let of = |(place, point): (usize, &[f32])| {
        let others = points.chunks_exact(dims).enumerate();
        let mut all: Vec<(f32, usize)> = others
            .filter(|(other, _)| *other != place)
            .map(|(other, y)| {
                let pairs = point.iter().zip(y);
                (pairs.map(|(x, y)| (x - y) * (x - y)).sum(), other)
            })
            .collect();
        let order = |a: &(f32, usize), b: &(f32, usize)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if k < all.len() {
            all.select_nth_unstable_by(k, order);
            all.truncate(k);
        }
        all.sort_unstable_by(order);
        let neighbour = |(square, index): (f32, usize)| Neighbor {
            index,
            distance: square.sqrt(),
        };
        all.into_iter().map(neighbour).collect()
    };
    points.chunks_exact(dims).enumerate().map(of).collect()
}

fn affinities(
    neighbours: &[Vec<Neighbor<f32>>],
    perplexity: usize,
) -> Option<SparseAffinities<f32>> {
    let units = vec![(); neighbours.len()];
    let mut tsne = tSNE::<f32, ()>::new(&units);
    tsne.epochs(0)
        .perplexity(perplexity as f32)
        .early_exaggeration(1.0)
        .barnes_hut_with_neighbors(THETA, neighbours)
        .affinities()
}
