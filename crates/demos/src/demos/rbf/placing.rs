//! Where centres start, and which class a centre stands for.

use std::cmp::Reverse;
use std::collections::HashSet;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;

use super::kmeans::kmeans;
use super::measure::counts;

/// Centres and the class of each, in the order of classes.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// d numbers each.
    pub centres: Vec<Vec<f64>>,
    pub classes: Vec<u16>,
}

/// K-means within each class (class-specific clustering, Raitoharju, Kiranyaz, Gabbouj 2016): every centre starts among
/// samples of one class.
///
/// K is shared among classes as evenly as may be; what is over goes to those with most samples. With fewer centres than
/// classes the largest classes get one each: the most samples then have a centre of their class. A class gets no more
/// centres than it has different samples, so there are fewer than K where there are fewer of those. Samples of a class
/// that is not below `classes` are left out.
pub fn by_class(
    points: &[Vec<f64>],
    labels: &[u16],
    classes: usize,
    k: usize,
    iterations: usize,
    seed: u64,
) -> Placed {
    let mut of_class = vec![Vec::new(); classes];
    for (point, label) in points.iter().zip(labels) {
        if let Some(members) = of_class.get_mut(usize::from(*label)) {
            members.push(point.clone());
        }
    }
    let shares = shares(&of_class, k);
    let mut placed = Placed {
        centres: Vec::new(),
        classes: Vec::new(),
    };
    for ((class, members), share) in (0_u16..).zip(&of_class).zip(shares) {
        let found = kmeans(
            members,
            share,
            iterations,
            seed.wrapping_add(u64::from(class)),
        );
        placed.classes.extend(found.centres.iter().map(|_| class));
        placed.centres.extend(found.centres);
    }
    placed
}

/// How many centres each class gets.
fn shares(of_class: &[Vec<Vec<f64>>], k: usize) -> Vec<usize> {
    let room: Vec<usize> = of_class.iter().map(|members| different(members)).collect();
    let mut shares = vec![0; of_class.len()];
    for _ in 0..k {
        let open = (0..shares.len()).filter(|class| shares[*class] < room[*class]);
        let next = open.min_by_key(|class| (shares[*class], Reverse(of_class[*class].len())));
        let Some(next) = next else { break };
        shares[next] += 1;
    }
    shares
}

fn different(points: &[Vec<f64>]) -> usize {
    points
        .iter()
        .map(|point| key(point))
        .collect::<HashSet<_>>()
        .len()
}

/// Equal for equal points: −0 is 0.
fn key(point: &[f64]) -> Vec<u64> {
    point.iter().map(|x| (x + 0.0).to_bits()).collect()
}

/// K different samples, drawn; fewer where there are fewer different ones.
pub fn drawn(points: &[Vec<f64>], k: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut order: Vec<&Vec<f64>> = points.iter().collect();
    order.shuffle(&mut ChaCha8Rng::seed_from_u64(seed));
    let mut taken = HashSet::new();
    order.retain(|point| taken.len() < k && taken.insert(key(point)));
    order.into_iter().cloned().collect()
}

/// The class of each of `k` centres: the commonest among the samples whose nearest centre it is, the lower of equally
/// common ones. None for a centre that is nearest to no sample.
pub fn majority(nearest: &[usize], labels: &[u16], k: usize) -> Vec<Option<u16>> {
    let mut most = vec![(0, None); k];
    // Classes come in their order, so an equal count does not replace a lower one.
    for ((centre, class), count) in counts(nearest, labels) {
        if let Some(held) = most.get_mut(centre)
            && count > held.0
        {
            *held = (count, Some(class));
        }
    }
    most.into_iter().map(|(_, class)| class).collect()
}
