//! Whether a network is as often right as it says.

/// The images whose confidence lies in one of equally wide ranges.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// Confidences in (from, to]; 0 is in the first.
    pub from: f64,
    pub to: f64,
    /// Of all images.
    pub share: f64,
    /// The mean; none where there is no image.
    pub confidence: Option<f64>,
    pub accuracy: Option<f64>,
}

/// A reliability diagram (as of Guo et al., "On Calibration of Modern Neural Networks", ICML 2017).
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    pub bins: Vec<Bin>,
    /// The expected calibration error: Σ over bins of share · |accuracy − confidence| (Naeini, Cooper, Hauskrecht,
    /// AAAI 2015).
    pub ece: f64,
}

impl Calibration {
    /// Of confidences in 0..1 (those of the class that was told) and whether that was right.
    ///
    /// None of no images or no bins, or if a confidence is no number. Beyond 0..1 it counts as 0 or 1: a softmax in
    /// f32 may come out a hair above 1.
    pub fn of(confidences: &[f32], right: &[bool], bins: usize) -> Option<Self> {
        let n = confidences.len().min(right.len());
        if n == 0 || bins == 0 || confidences.iter().any(|confidence| confidence.is_nan()) {
            return None;
        }
        // Images, sum of confidences, right ones.
        let mut sums = vec![(0_usize, 0.0, 0_usize); bins];
        for (confidence, right) in confidences.iter().zip(right) {
            let confidence = f64::from(*confidence).clamp(0.0, 1.0);
            let place = (confidence * bins as f64).ceil() as usize;
            let sum = &mut sums[place.saturating_sub(1).min(bins - 1)];
            sum.0 += 1;
            sum.1 += confidence;
            sum.2 += usize::from(*right);
        }
        let bin = |(place, (count, confidence, right)): (usize, (usize, f64, usize))| {
            let mean = |sum: f64| (count > 0).then(|| sum / count as f64);
            Bin {
                from: place as f64 / bins as f64,
                to: (place + 1) as f64 / bins as f64,
                share: count as f64 / n as f64,
                confidence: mean(confidence),
                accuracy: mean(right as f64),
            }
        };
        let bins: Vec<Bin> = sums.into_iter().enumerate().map(bin).collect();
        let off = |bin: &Bin| match (bin.accuracy, bin.confidence) {
            (Some(accuracy), Some(confidence)) => bin.share * (accuracy - confidence).abs(),
            _ => 0.0,
        };
        let ece = bins.iter().map(off).sum();
        Some(Self { bins, ece })
    }
}
