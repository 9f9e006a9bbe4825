//! A validation part taken from the training images: settings are chosen by it, and the test part is touched once.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::Images;

/// Places of the training images: those that are trained on, and those that settings are chosen by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub train: Vec<usize>,
    pub validation: Vec<usize>,
}

impl Split {
    /// Takes about one in `every` of each class for validation, at least one of a class that has two. The same seed
    /// gives the same split on every machine.
    pub fn of(images: &Images, every: usize, seed: u64) -> Self {
        let most = images.labels.iter().max().copied().unwrap_or(0);
        let mut by_class = vec![Vec::new(); usize::from(most) + 1];
        for (place, label) in images.labels.iter().enumerate() {
            by_class[usize::from(*label)].push(place);
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut split = Self {
            train: Vec::new(),
            validation: Vec::new(),
        };
        for mut places in by_class {
            places.shuffle(&mut random);
            let kept = match places.len() {
                0 | 1 => 0,
                n => (n / every.max(2)).max(1),
            };
            split.validation.extend_from_slice(&places[..kept]);
            split.train.extend_from_slice(&places[kept..]);
        }
        split.train.sort_unstable();
        split.validation.sort_unstable();
        split
    }
}
