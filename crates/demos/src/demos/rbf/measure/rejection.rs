//! Saying "none of these" by the largest activation. Far from every centre the quadratic kernel's logits fall without
//! end and their softmax grows more sure, not less; the largest activation falls too, whatever the kernel.

/// What comes of not answering where the largest activation is below a threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rejection {
    pub threshold: f32,
    /// Of all images.
    pub rejected: f64,
    /// None where nothing is kept, or rejected.
    pub accuracy_kept: Option<f64>,
    pub accuracy_rejected: Option<f64>,
}

impl Rejection {
    /// Of each image's largest activation and whether it was known. One that is no number is rejected. None of no
    /// images.
    pub fn of(largest: &[f32], right: &[bool], threshold: f32) -> Option<Self> {
        // Images and right ones, rejected and kept.
        let mut sums = [(0_usize, 0_usize); 2];
        for (largest, right) in largest.iter().zip(right) {
            let sum = &mut sums[usize::from(*largest >= threshold)];
            sum.0 += 1;
            sum.1 += usize::from(*right);
        }
        let [rejected, kept] = sums;
        let accuracy = |(n, right): (usize, usize)| (n > 0).then(|| right as f64 / n as f64);
        let n = rejected.0 + kept.0;
        (n > 0).then(|| Self {
            threshold,
            rejected: rejected.0 as f64 / n as f64,
            accuracy_kept: accuracy(kept),
            accuracy_rejected: accuracy(rejected),
        })
    }
}

/// The threshold below which `share` (0..1) of these largest activations lie: ⌊share · n⌋ of n, and fewer where some
/// are equal. None of no images, or if a number is none.
pub fn threshold(largest_of_training: &[f32], share: f64) -> Option<f32> {
    let n = largest_of_training.len();
    if share.is_nan() || largest_of_training.iter().any(|x| x.is_nan()) {
        return None;
    }
    let mut sorted = largest_of_training.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    let place = (share.clamp(0.0, 1.0) * n as f64).floor() as usize;
    match sorted.get(place) {
        Some(least_kept) => Some(*least_kept),
        None => sorted.last().map(|largest| largest.next_up()),
    }
}

/// How well the largest activation tells known images from unknown ones: the chance that one of a known image is above
/// one of an unknown, ties half (Mann & Whitney 1947), the area under the ROC curve. None where either has none, or a
/// number is none.
pub fn auroc(known: &[f32], unknown: &[f32]) -> Option<f64> {
    let both = || known.iter().chain(unknown);
    if known.is_empty() || unknown.is_empty() || both().any(|x| x.is_nan()) {
        return None;
    }
    let mut unknown = unknown.to_vec();
    unknown.sort_unstable_by(f32::total_cmp);
    // In halves, so that the sum is exact. −0 and 0 are equal here, as they are as numbers.
    let halves: usize = known
        .iter()
        .map(|x| {
            let below = unknown.partition_point(|y| y < x);
            let not_above = unknown.partition_point(|y| y <= x);
            below + not_above
        })
        .sum();
    Some(halves as f64 / 2.0 / (known.len() as f64 * unknown.len() as f64))
}
