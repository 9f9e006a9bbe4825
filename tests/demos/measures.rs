//! Retrieval, clusters, calibration, rejection: by hand, and against slow direct computations.

use proptest::prelude::*;
use salon_demos::demos::rbf::measure::{
    Calibration, Labelled, Rejection, Retrieval, auroc, counts, nmi, purity, retrieval, threshold,
};

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-12
}

fn of<'a>(embeddings: &'a [f32], labels: &'a [u16]) -> Labelled<'a> {
    Labelled { embeddings, labels }
}

#[test]
fn precision_and_map_at_r_by_hand() {
    // From 0 the gallery comes as 0 1 0 0 1, and R is 3: P(1) = 1 and P(3) = 2/3.
    let gallery = of(&[4.0, 1.0, 3.0, -2.0, 5.0], &[0, 0, 0, 1, 1]);
    let found = retrieval(of(&[0.0], &[0]), gallery, 1, None).unwrap();
    assert_eq!((found.queries, found.precision_at_1), (1, 1.0));
    assert!(close(found.map_at_r, (1.0 + 2.0 / 3.0) / 3.0));
    // Asked for class 1, R is 2 and the second is right.
    let found = retrieval(of(&[0.0], &[1]), gallery, 1, None).unwrap();
    assert_eq!(found.precision_at_1, 0.0);
    assert!(close(found.map_at_r, 0.5 / 2.0));
}

#[test]
fn a_query_in_the_gallery_is_not_found_by_itself() {
    let all = of(&[0.0, 1.0, 5.0, 7.0], &[0, 0, 1, 0]);
    let found = retrieval(all, all, 1, Some(0)).unwrap();
    // The third has none of its class but itself.
    assert_eq!(found.queries, 3);
    assert!(close(found.precision_at_1, 2.0 / 3.0));
    assert!(close(found.map_at_r, (0.5 + 0.5 + 0.25) / 3.0));
    // The last two alone are queries from place 2 on.
    let last = of(&all.embeddings[2..], &all.labels[2..]);
    let found = retrieval(last, all, 1, Some(2)).unwrap();
    assert_eq!((found.queries, found.precision_at_1), (1, 0.0));
    assert!(close(found.map_at_r, 0.25));
    let found = retrieval(all, all, 1, None).unwrap();
    assert_eq!((found.queries, found.precision_at_1), (4, 1.0));
}

#[test]
fn what_cannot_be_looked_up() {
    let some = of(&[0.0, 1.0], &[0, 1]);
    assert_eq!(retrieval(of(&[], &[]), some, 1, None), None);
    assert_eq!(retrieval(some, of(&[], &[]), 1, None), None);
    assert_eq!(retrieval(some, some, 1, Some(0)), None);
    assert_eq!(retrieval(some, of(&[0.0], &[7]), 1, None), None);
    assert_eq!(retrieval(some, some, 0, None), None);
    // A diverged embedding is the farthest from everything, and is itself as far from all.
    let broken = of(&[f32::NAN, 3.0, -f32::NAN, 1.0], &[0, 0, 1, 1]);
    let found = retrieval(of(&[0.9], &[0]), broken, 1, None).unwrap();
    assert_eq!((found.precision_at_1, found.map_at_r), (0.0, 0.25));
    assert!(retrieval(of(&[f32::NAN], &[0]), broken, 1, None).is_some());
    // Beyond the gallery there is nobody to leave out.
    let found = retrieval(of(&[0.0], &[0]), some, 1, Some(9)).unwrap();
    assert_eq!(found.precision_at_1, 1.0);
}

/// Sorts the whole gallery for each query.
fn slowly(
    queries: Labelled,
    gallery: Labelled,
    dims: usize,
    first: Option<usize>,
) -> Option<Retrieval> {
    let mut each = Vec::new();
    for (n, (query, label)) in queries
        .embeddings
        .chunks(dims)
        .zip(queries.labels)
        .enumerate()
    {
        let mut order: Vec<(f64, usize)> = Vec::new();
        for (place, point) in gallery.embeddings.chunks(dims).enumerate() {
            let pairs = query.iter().zip(point);
            let distance = pairs.map(|(a, b)| f64::from(a - b).powi(2)).sum();
            if first.map(|first| first + n) != Some(place) {
                order.push((distance, place));
            }
        }
        order.sort_by(|a, b| a.partial_cmp(b).unwrap());
        let right: Vec<bool> = order
            .iter()
            .map(|(_, place)| gallery.labels[*place] == *label)
            .collect();
        let r = right.iter().filter(|right| **right).count();
        if r > 0 {
            let precision =
                |i: usize| right[..i].iter().filter(|right| **right).count() as f64 / i as f64;
            let average: f64 = (1..=r).filter(|i| right[i - 1]).map(precision).sum();
            each.push((f64::from(u8::from(right[0])), average / r as f64));
        }
    }
    let n = each.len() as f64;
    (!each.is_empty()).then(|| Retrieval {
        queries: each.len(),
        precision_at_1: each.iter().map(|(first, _)| first).sum::<f64>() / n,
        map_at_r: each.iter().map(|(_, map)| map).sum::<f64>() / n,
    })
}

/// Whole numbers: equal distances are common, and distances exact.
fn any_labelled() -> impl Strategy<Value = (Vec<f32>, Vec<u16>)> {
    let one = (prop::array::uniform3(-4..4_i8), 0..4_u16);
    prop::collection::vec(one, 0..40).prop_map(|all| {
        let points = all.iter().flat_map(|(point, _)| point.map(f32::from));
        (
            points.collect(),
            all.iter().map(|(_, label)| *label).collect(),
        )
    })
}

fn any_pairs() -> impl Strategy<Value = (Vec<usize>, Vec<u16>)> {
    prop::collection::vec((0..5_usize, 0..4_u16), 1..60).prop_map(|pairs| pairs.into_iter().unzip())
}

proptest! {
    #[test]
    fn retrieval_is_that_of_a_whole_sort(
        queries in any_labelled(), gallery in any_labelled(), first in prop::option::of(0..50_usize)
    ) {
        let (queries, gallery) = (of(&queries.0, &queries.1), of(&gallery.0, &gallery.1));
        for (queries, first) in [(queries, first), (gallery, Some(0))] {
            let (ours, slow) = (retrieval(queries, gallery, 3, first), slowly(queries, gallery, 3, first));
            match (ours, slow) {
                (Some(ours), Some(slow)) => {
                    prop_assert_eq!(ours.queries, slow.queries);
                    prop_assert!(close(ours.precision_at_1, slow.precision_at_1));
                    prop_assert!(close(ours.map_at_r, slow.map_at_r));
                }
                (ours, slow) => prop_assert_eq!(ours, slow),
            }
        }
    }

    #[test]
    fn mutual_information_is_what_entropies_leave((clusters, labels) in any_pairs()) {
        let n = labels.len() as f64;
        let entropy = |counts: Vec<usize>| -> f64 {
            counts.into_iter().filter(|c| *c > 0).map(|c| -(c as f64 / n) * (c as f64 / n).log2()).sum()
        };
        let count = |hit: &dyn Fn(usize) -> bool| (0..labels.len()).filter(|i| hit(*i)).count();
        let of_clusters = entropy((0..5).map(|c| count(&|i| clusters[i] == c)).collect());
        let of_labels = entropy((0..4).map(|l| count(&|i| labels[i] == l)).collect());
        let pairs = (0..5).flat_map(|c| (0..4).map(move |l| (c, l)));
        let of_pairs = entropy(pairs.map(|(c, l)| count(&|i| (clusters[i], labels[i]) == (c, l))).collect());
        let both = of_clusters + of_labels;
        let slow = if both == 0.0 { 1.0 } else { 2.0 * (both - of_pairs) / both };
        let ours = nmi(&clusters, &labels).unwrap();
        prop_assert!((0.0..=1.0).contains(&ours) && (ours - slow).abs() < 1e-9, "{ours} and {slow}");
        // Names do not matter, nor which of the two is which.
        let renamed: Vec<usize> = clusters.iter().map(|c| 1_000 - 7 * c).collect();
        prop_assert!((nmi(&renamed, &labels).unwrap() - ours).abs() < 1e-9);
        let turned: Vec<usize> = labels.iter().map(|l| usize::from(*l)).collect();
        let about: Vec<u16> = clusters.iter().map(|c| *c as u16).collect();
        prop_assert!((nmi(&turned, &about).unwrap() - ours).abs() < 1e-9);
    }

    #[test]
    fn purity_is_the_share_of_the_commonest((clusters, labels) in any_pairs()) {
        let count = |c: usize, l: u16| (0..labels.len()).filter(|i| clusters[*i] == c && labels[*i] == l).count();
        let most: usize = (0..5).map(|c| (0..4).map(|l| count(c, l)).max().unwrap()).sum();
        prop_assert!(close(purity(&clusters, &labels).unwrap(), most as f64 / labels.len() as f64));
        let alone: Vec<usize> = (0..labels.len()).collect();
        prop_assert!(purity(&alone, &labels).unwrap() == 1.0);
        prop_assert_eq!(counts(&clusters, &labels).values().sum::<usize>(), labels.len());
    }

    #[test]
    fn calibration_is_that_of_each_bin_alone(
        all in prop::collection::vec((0.0..=1.0_f32, any::<bool>()), 1..80), bins in 1..20_usize
    ) {
        let (confidences, right): (Vec<f32>, Vec<bool>) = all.iter().copied().unzip();
        let found = Calibration::of(&confidences, &right, bins).unwrap();
        let mut ece = 0.0;
        prop_assert_eq!(found.bins.len(), bins);
        for (m, bin) in found.bins.iter().enumerate() {
            let (from, to) = (m as f64 / bins as f64, (m + 1) as f64 / bins as f64);
            prop_assert!(close(bin.from, from) && close(bin.to, to));
            let within = |c: f64| (c > bin.from || (m == 0 && c == 0.0)) && c <= bin.to;
            let inside: Vec<_> = all.iter().filter(|(c, _)| within(f64::from(*c))).collect();
            prop_assert!(close(bin.share, inside.len() as f64 / all.len() as f64));
            prop_assert_eq!(bin.confidence.is_some(), !inside.is_empty());
            if let (Some(confidence), Some(accuracy)) = (bin.confidence, bin.accuracy) {
                let n = inside.len() as f64;
                prop_assert!(close(confidence, inside.iter().map(|(c, _)| f64::from(*c)).sum::<f64>() / n));
                prop_assert!(close(accuracy, inside.iter().filter(|(_, right)| *right).count() as f64 / n));
                ece += n / all.len() as f64 * (accuracy - confidence).abs();
            }
        }
        prop_assert!(close(found.ece, ece));
    }

    #[test]
    fn a_threshold_leaves_that_share_below(all in prop::collection::vec(-20..20_i8, 1..60), share in 0.0..=1.0_f64) {
        let all: Vec<f32> = all.into_iter().map(f32::from).collect();
        let threshold = threshold(&all, share).unwrap();
        let below = all.iter().filter(|x| **x < threshold).count();
        let not_above = all.iter().filter(|x| **x <= threshold).count();
        let wanted = (share * all.len() as f64).floor() as usize;
        // Equal ones stay together, on the side of those that are kept.
        prop_assert!(below <= wanted && (not_above > wanted || below == all.len()));
        let right = vec![true; all.len()];
        let rejection = Rejection::of(&all, &right, threshold).unwrap();
        prop_assert!(close(rejection.rejected, below as f64 / all.len() as f64));
    }

    #[test]
    fn the_area_is_the_share_of_pairs_in_order(
        known in prop::collection::vec(-9..9_i8, 1..40), unknown in prop::collection::vec(-9..9_i8, 1..40)
    ) {
        let mut halves = 0;
        for k in &known {
            for u in &unknown {
                halves += 1 + i32::from(k > u) - i32::from(k < u);
            }
        }
        let slow = f64::from(halves) / 2.0 / (known.len() * unknown.len()) as f64;
        let floats = |all: &[i8]| -> Vec<f32> { all.iter().map(|x| f32::from(*x)).collect() };
        let (known, unknown) = (floats(&known), floats(&unknown));
        prop_assert!(close(auroc(&known, &unknown).unwrap(), slow));
        prop_assert!(close(auroc(&unknown, &known).unwrap(), 1.0 - slow));
    }
}

#[test]
fn clusters_by_hand() {
    let (clusters, labels) = ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 1, 1]);
    let ln = f64::ln;
    let mutual = ln(2.0) / 3.0 - ln(2.0) / 6.0 + ln(1.5) / 2.0;
    let of_labels = ln(3.0) / 3.0 + ln(1.5) * 2.0 / 3.0;
    let told = nmi(&clusters, &labels).unwrap();
    assert!(close(told, 2.0 * mutual / (ln(2.0) + of_labels)), "{told}");
    assert!(close(purity(&clusters, &labels).unwrap(), 5.0 / 6.0));
    assert!(close(nmi(&[5, 5, 2, 2], &[0, 0, 1, 1]).unwrap(), 1.0));
    assert!(close(nmi(&[0, 1, 0, 1], &[0, 0, 1, 1]).unwrap(), 0.0));
    // One cluster tells nothing of two classes; of one class there is nothing to tell.
    assert_eq!(nmi(&[0, 0], &[0, 1]), Some(0.0));
    assert_eq!(nmi(&[0, 1], &[0, 0]), Some(0.0));
    assert_eq!(nmi(&[3, 3], &[2, 2]), Some(1.0));
    assert_eq!((nmi(&[], &[]), purity(&[], &[])), (None, None));
    assert_eq!(purity(&[0, 0], &[0, 1]), Some(0.5));
}

#[test]
fn calibration_by_hand() {
    // Two at 0.75, one of them right: 25 points off, and half of all. Two sure ones are right.
    let found = Calibration::of(&[0.75, 0.75, 1.0, 1.0], &[true, false, true, true], 4).unwrap();
    assert!(close(found.ece, 0.125));
    // 0.75 ends the third bin and does not begin the fourth.
    assert_eq!(
        (found.bins[2].share, found.bins[2].accuracy),
        (0.5, Some(0.5))
    );
    assert_eq!(
        (found.bins[3].confidence, found.bins[3].accuracy),
        (Some(1.0), Some(1.0))
    );
    assert_eq!((found.bins[0].share, found.bins[0].confidence), (0.0, None));
    let honest = Calibration::of(&[0.75; 4], &[true, true, true, false], 10).unwrap();
    assert!(close(honest.ece, 0.0));
    let beyond = Calibration::of(&[1.000_000_1, 0.0], &[true, false], 10).unwrap();
    assert!(close(beyond.ece, 0.0) && beyond.bins[9].share == 0.5 && beyond.bins[0].share == 0.5);
    assert_eq!(Calibration::of(&[], &[], 10), None);
    assert_eq!(Calibration::of(&[0.5], &[true], 0), None);
    assert_eq!(Calibration::of(&[f32::NAN], &[true], 10), None);
}

#[test]
fn rejection_by_hand() {
    let largest = [0.9, 0.1, 0.5, -3.0, 0.7];
    assert_eq!(threshold(&largest, 0.0), Some(-3.0));
    assert_eq!(threshold(&largest, 0.4), Some(0.5));
    assert!(threshold(&largest, 1.0).unwrap() > 0.9);
    assert_eq!(threshold(&[], 0.1), None);
    assert_eq!(threshold(&[f32::NAN], 0.1), None);
    assert_eq!(threshold(&largest, f64::NAN), None);
    let right = [true, false, true, false, false];
    let found = Rejection::of(&largest, &right, 0.5).unwrap();
    assert!(close(found.rejected, 0.4));
    assert!(close(found.accuracy_kept.unwrap(), 2.0 / 3.0));
    assert_eq!(found.accuracy_rejected, Some(0.0));
    let none = Rejection::of(&largest, &right, -9.0).unwrap();
    assert_eq!((none.rejected, none.accuracy_rejected), (0.0, None));
    let all = Rejection::of(&[f32::NAN], &[true], -9.0).unwrap();
    assert_eq!((all.rejected, all.accuracy_kept), (1.0, None));
    assert_eq!(Rejection::of(&[], &[], 0.5), None);
    assert_eq!(auroc(&[2.0, 3.0], &[1.0, 0.0]), Some(1.0));
    assert_eq!(auroc(&[1.0, 1.0], &[1.0]), Some(0.5));
    assert_eq!(auroc(&[-0.0], &[0.0]), Some(0.5));
    assert_eq!(
        (auroc(&[], &[1.0]), auroc(&[1.0], &[f32::NAN])),
        (None, None)
    );
}
