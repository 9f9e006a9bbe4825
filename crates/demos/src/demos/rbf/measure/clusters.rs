//! How far clusters and classes are the same division of the images.

use std::collections::BTreeMap;

/// How many of each pair of cluster and class there are; pairs that do not occur are left out.
pub fn counts(clusters: &[usize], labels: &[u16]) -> BTreeMap<(usize, u16), usize> {
    let mut counts = BTreeMap::new();
    for pair in clusters.iter().copied().zip(labels.iter().copied()) {
        *counts.entry(pair).or_insert(0) += 1;
    }
    counts
}

/// Normalised mutual information, 2 I(C; L) / (H(C) + H(L)), in 0..1: how much of the classes clusters tell.
///
/// Strehl & Ghosh (JMLR 2002) divide by the geometric mean of the two entropies; here by the arithmetic one, which is
/// V-measure (Rosenberg & Hirschberg 2007). 0 log 0 is 0. Where all is one cluster and one class it is 1, where only
/// one of both is a single one it is 0, and there is none of no images.
pub fn nmi(clusters: &[usize], labels: &[u16]) -> Option<f64> {
    let pairs = counts(clusters, labels);
    let n: usize = pairs.values().sum();
    if n == 0 {
        return None;
    }
    let (mut of_cluster, mut of_class) = (BTreeMap::new(), BTreeMap::new());
    for ((cluster, class), count) in &pairs {
        *of_cluster.entry(*cluster).or_insert(0_usize) += count;
        *of_class.entry(*class).or_insert(0_usize) += count;
    }
    if of_cluster.len() == 1 && of_class.len() == 1 {
        return Some(1.0);
    }
    let n = n as f64;
    let entropy = |count: &usize| -(*count as f64 / n) * (*count as f64 / n).ln();
    let both: f64 =
        of_cluster.values().map(entropy).sum::<f64>() + of_class.values().map(entropy).sum::<f64>();
    let mutual: f64 = pairs
        .iter()
        .map(|((cluster, class), count)| {
            let independent = of_cluster[cluster] as f64 * of_class[class] as f64;
            *count as f64 / n * (*count as f64 * n / independent).ln()
        })
        .sum();
    Some((2.0 * mutual / both).clamp(0.0, 1.0))
}

/// The share of images that are of the commonest class of their cluster (Manning, Raghavan, Schütze 2008, ch. 16). It
/// grows with the number of clusters; none of no images.
pub fn purity(clusters: &[usize], labels: &[u16]) -> Option<f64> {
    let mut most = BTreeMap::new();
    let mut n = 0;
    for ((cluster, _), count) in counts(clusters, labels) {
        let held = most.entry(cluster).or_insert(0);
        *held = count.max(*held);
        n += count;
    }
    (n > 0).then(|| most.values().sum::<usize>() as f64 / n as f64)
}
