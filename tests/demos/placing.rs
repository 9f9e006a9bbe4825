//! Where centres start, and which class they stand for.

use proptest::prelude::*;
use salon_demos::demos::rbf::kmeans::kmeans;
use salon_demos::demos::rbf::measure::purity;
use salon_demos::demos::rbf::placing::{by_class, drawn, majority};

fn nearest(point: &[f64], centres: &[Vec<f64>]) -> usize {
    let distance = |c: &Vec<f64>| {
        point
            .iter()
            .zip(c)
            .map(|(x, c)| (x - c) * (x - c))
            .sum::<f64>()
    };
    let all = centres.iter().map(distance).enumerate();
    all.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0
}

/// n points of each class, around (100 · class, 0).
fn groups(n: &[usize]) -> (Vec<Vec<f64>>, Vec<u16>) {
    let each = (0_u16..)
        .zip(n)
        .flat_map(|(class, n)| (0..*n).map(move |i| (class, i)));
    let point = |(class, i): (u16, usize)| (vec![f64::from(class) * 100.0, i as f64], class);
    each.map(point).unzip()
}

fn how_many(classes: &[u16], of: usize) -> Vec<usize> {
    let count = |class: usize| classes.iter().filter(|c| usize::from(**c) == class).count();
    (0..of).map(count).collect()
}

#[test]
fn centres_are_shared_among_classes() {
    let (points, labels) = groups(&[10, 30, 20]);
    let shared = |k| how_many(&by_class(&points, &labels, 3, k, 20, 1).classes, 3);
    assert_eq!(shared(3), [1, 1, 1]);
    assert_eq!(shared(6), [2, 2, 2]);
    // What is over goes to the larger ones; too few go to the largest.
    assert_eq!(shared(7), [2, 3, 2]);
    assert_eq!(shared(8), [2, 3, 3]);
    assert_eq!(shared(2), [0, 1, 1]);
    assert_eq!(shared(1), [0, 1, 0]);
    assert_eq!(shared(0), [0, 0, 0]);
    // No class gets more centres than it has samples; others get them.
    assert_eq!(shared(45), [10, 18, 17]);
    assert_eq!(shared(100), [10, 30, 20]);
    // A class that nothing is of, and labels of no class.
    let placed = by_class(&points, &labels, 2, 4, 20, 1);
    assert_eq!(how_many(&placed.classes, 3), [2, 2, 0]);
    assert_eq!(
        how_many(&by_class(&points, &labels, 5, 6, 20, 1).classes, 5),
        [2, 2, 2, 0, 0]
    );
    assert!(by_class(&[], &[], 3, 6, 20, 1).centres.is_empty());
    assert!(by_class(&points, &labels, 0, 6, 20, 1).centres.is_empty());
}

#[test]
fn equal_samples_are_one() {
    let points = vec![
        vec![1.0, 0.0],
        vec![1.0, -0.0],
        vec![1.0, 0.0],
        vec![5.0, 0.0],
        vec![6.0, 0.0],
    ];
    let placed = by_class(&points, &[0, 0, 0, 1, 1], 2, 4, 20, 1);
    assert_eq!(placed.classes, [0, 1, 1]);
    assert_eq!(drawn(&points, 5, 1).len(), 3);
}

#[test]
fn centres_of_a_class_are_kmeans_of_it_alone() {
    // Two classes across one another: k-means of all would not keep them apart.
    let points: Vec<Vec<f64>> = (0..40)
        .map(|i| vec![f64::from(i % 4), f64::from(i / 4)])
        .collect();
    let labels: Vec<u16> = (0..40).map(|i| (i % 4 % 2) as u16).collect();
    let placed = by_class(&points, &labels, 2, 6, 50, 9);
    assert_eq!(placed.classes, [0, 0, 0, 1, 1, 1]);
    for class in 0..2_u16 {
        let members = points
            .iter()
            .zip(&labels)
            .filter(|(_, label)| **label == class);
        let members: Vec<Vec<f64>> = members.map(|(point, _)| point.clone()).collect();
        let own = &placed.centres[usize::from(class) * 3..][..3];
        // Lloyd's fixed point: each centre is the mean of what is nearest to it in its class.
        let places: Vec<usize> = members.iter().map(|point| nearest(point, own)).collect();
        for (j, centre) in own.iter().enumerate() {
            let near: Vec<_> = members
                .iter()
                .zip(&places)
                .filter(|(_, place)| **place == j)
                .collect();
            for d in 0..2 {
                let mean = near.iter().map(|(point, _)| point[d]).sum::<f64>() / near.len() as f64;
                assert!((centre[d] - mean).abs() < 1e-12);
            }
        }
    }
    assert_eq!(by_class(&points, &labels, 2, 6, 50, 9), placed);
}

#[test]
fn the_majority_by_hand() {
    // Centre 0: two of class 3, one of 1. Centre 1: none. Centre 2: a tie of 2 and 0.
    let told = majority(&[0, 0, 0, 2, 2], &[3, 1, 3, 2, 0], 3);
    assert_eq!(told, [Some(3), None, Some(0)]);
    assert_eq!(majority(&[], &[], 2), [None, None]);
    // A sample of a centre that is not asked for.
    assert_eq!(majority(&[5], &[1], 1), [None]);
}

proptest! {
    #[test]
    fn drawn_centres_are_different_samples(points in prop::collection::vec(prop::array::uniform2(-2..3_i8), 0..30), k in 0..20_usize, seed: u64) {
        let points: Vec<Vec<f64>> = points.iter().map(|p| p.map(f64::from).to_vec()).collect();
        let centres = drawn(&points, k, seed);
        let mut different = points.clone();
        different.sort_by(|a, b| a.partial_cmp(b).unwrap());
        different.dedup();
        prop_assert_eq!(centres.len(), k.min(different.len()));
        for (j, centre) in centres.iter().enumerate() {
            prop_assert!(points.contains(centre) && !centres[..j].contains(centre));
        }
        prop_assert_eq!(drawn(&points, k, seed), centres);
    }

    #[test]
    fn shares_differ_by_one_where_there_is_room(sizes in prop::collection::vec(1..25_usize, 1..6), k in 0..30_usize) {
        let (points, labels) = groups(&sizes);
        let placed = by_class(&points, &labels, sizes.len(), k, 5, 3);
        let shares = how_many(&placed.classes, sizes.len());
        prop_assert_eq!(placed.centres.len(), k.min(points.len()));
        let open = (0..sizes.len()).filter(|c| shares[*c] < sizes[*c]);
        let least_open = open.map(|c| shares[c]).min().unwrap_or(usize::MAX);
        prop_assert!(shares.iter().all(|share| *share <= least_open.saturating_add(1)));
        // Groups are far apart: the nearest centre of each sample is of its class, if it has one.
        for (point, label) in points.iter().zip(&labels) {
            let found = (!placed.centres.is_empty()).then(|| placed.classes[nearest(point, &placed.centres)]);
            prop_assert!(shares[usize::from(*label)] == 0 || found == Some(*label));
        }
    }

    #[test]
    fn telling_by_the_majority_is_right_as_often_as_clusters_are_pure(
        all in prop::collection::vec((prop::array::uniform2(-9.0..9.0_f64), 0..3_u16), 1..50), k in 1..6_usize
    ) {
        let (points, labels): (Vec<Vec<f64>>, Vec<u16>) = all.iter().map(|(p, l)| (p.to_vec(), *l)).unzip();
        let clusters = kmeans(&points, k, 20, 1).nearest;
        let told = majority(&clusters, &labels, k);
        let right = clusters.iter().zip(&labels).filter(|(c, label)| told[**c] == Some(**label)).count();
        let purity = purity(&clusters, &labels).unwrap();
        prop_assert!((right as f64 / labels.len() as f64 - purity).abs() < 1e-12);
    }
}

#[test]
fn a_seed_draws_the_same_and_another_draws_others() {
    let (points, _) = groups(&[200]);
    assert_eq!(drawn(&points, 5, 1), drawn(&points, 5, 1));
    assert_ne!(drawn(&points, 5, 1), drawn(&points, 5, 2));
}
