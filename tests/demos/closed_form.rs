//! Output weights in closed form: against other ways to least squares, and by what makes an inverse a pseudo-inverse.

use nalgebra::DMatrix;
use proptest::prelude::*;
use salon_demos::demos::rbf::closed_form::{
    ClosedFormError, PseudoInverse, one_hot, output_weights,
};

/// Numbers in (-1, 1).
fn random(n: usize, seed: u64) -> Vec<f64> {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    (0..n).map(|_| random.random_range(-1.0..1.0)).collect()
}

fn single(all: &[f64]) -> Vec<f32> {
    all.iter().map(|x| *x as f32).collect()
}

/// H with its column of ones.
fn with_ones(activations: &[f32], centres: usize) -> DMatrix<f64> {
    let n = activations.len() / centres;
    DMatrix::from_fn(n, centres + 1, |i, j| match j < centres {
        true => f64::from(activations[i * centres + j]),
        false => 1.0,
    })
}

fn targets_of(targets: &[f32], classes: usize) -> DMatrix<f64> {
    let n = targets.len() / classes;
    DMatrix::from_row_iterator(n, classes, targets.iter().map(|x| f64::from(*x)))
}

/// W over b, as one matrix.
fn solved(
    activations: &[f32],
    centres: usize,
    targets: &[f32],
    classes: usize,
    ridge: f64,
) -> DMatrix<f64> {
    let found = output_weights(activations, centres, targets, classes, ridge).unwrap();
    let all = found.weights.iter().chain(&found.bias);
    DMatrix::from_row_iterator(centres + 1, classes, all.copied())
}

#[test]
fn it_is_least_squares_by_qr_and_by_normal_equations() {
    let (n, k, classes) = (200, 12, 5);
    let activations = single(&random(n * k, 1));
    let targets = single(&random(n * classes, 2));
    let ours = solved(&activations, k, &targets, classes, 0.0);
    let (h, y) = (with_ones(&activations, k), targets_of(&targets, classes));
    let qr = h.clone().qr();
    let by_qr = qr
        .r()
        .solve_upper_triangular(&(qr.q().transpose() * &y))
        .unwrap();
    assert!((&ours - by_qr).norm() < 1e-12);
    let by_normal = (h.transpose() * &h)
        .cholesky()
        .unwrap()
        .solve(&(h.transpose() * &y));
    assert!((&ours - by_normal).norm() < 1e-11);
    // What is left over is at right angles to every column.
    assert!((h.transpose() * (&h * &ours - &y)).norm() < 1e-11);
    // No other weights do better.
    let error = |w: &DMatrix<f64>| (&h * w - &y).norm();
    for seed in 10..30 {
        let by = DMatrix::from_vec(k + 1, classes, random((k + 1) * classes, seed)) * 1e-3;
        assert!(error(&(&ours + by)) > error(&ours));
    }
}

#[test]
fn a_ridge_is_the_formula_and_its_limit_the_pseudo_inverse() {
    let (n, k, classes) = (60, 6, 3);
    let activations = single(&random(n * k, 3));
    let targets = single(&random(n * classes, 4));
    let (h, y) = (with_ones(&activations, k), targets_of(&targets, classes));
    for ridge in [1e-3, 0.5, 40.0] {
        let inner = h.transpose() * &h + DMatrix::identity(k + 1, k + 1) * ridge;
        let formula = inner.cholesky().unwrap().solve(&(h.transpose() * &y));
        assert!((solved(&activations, k, &targets, classes, ridge) - formula).norm() < 1e-12);
    }
    let plain = solved(&activations, k, &targets, classes, 0.0);
    let apart = |ridge| (solved(&activations, k, &targets, classes, ridge) - &plain).norm();
    assert!(apart(1e-4) < apart(1e-2) && apart(1e-10) < 1e-9);
}

#[test]
fn labels_that_activations_tell_are_told() {
    // Three groups of activations, one a class.
    let labels: Vec<u16> = (0..30).map(|i| i % 3).collect();
    let noise = random(90, 5);
    let activations: Vec<f32> = (0..90)
        .map(|i| f32::from(u8::from(i % 3 == usize::from(labels[i / 3]))) + 0.05 * noise[i] as f32)
        .collect();
    let found = output_weights(&activations, 3, &one_hot(&labels, 3), 3, 0.0).unwrap();
    // (The ones are nearly the sum of the others, but for the noise.)
    assert_eq!(found.rank, 4);
    for (row, label) in activations.chunks(3).zip(&labels) {
        let logit = |k: usize| {
            let term = |j: usize| f64::from(row[j]) * found.weights[j * 3 + k];
            (0..3).map(term).sum::<f64>() + found.bias[k]
        };
        let told = (0..3)
            .max_by(|a, b| logit(*a).total_cmp(&logit(*b)))
            .unwrap();
        assert_eq!(told, usize::from(*label));
    }
}

#[test]
fn of_many_solutions_it_is_the_smallest() {
    // A centre twice, and one that never answers: their weights could be anything that adds up.
    let (n, classes) = (40, 2);
    let one = random(n, 6);
    let twice: Vec<f32> = one
        .iter()
        .flat_map(|a| [*a as f32, *a as f32, 0.0])
        .collect();
    let targets = single(&random(n * classes, 7));
    let found = output_weights(&twice, 3, &targets, classes, 0.0).unwrap();
    assert_eq!(found.rank, 2);
    let ours = solved(&twice, 3, &targets, classes, 0.0);
    let alone = solved(&single(&one), 1, &targets, classes, 0.0);
    for class in 0..classes {
        // Halves, not any other shares; nothing for the centre that is silent.
        assert!((ours[(0, class)] - alone[(0, class)] / 2.0).abs() < 1e-12);
        assert!((ours[(1, class)] - alone[(0, class)] / 2.0).abs() < 1e-12);
        assert!(ours[(2, class)].abs() < 1e-12);
        assert!((ours[(3, class)] - alone[(1, class)]).abs() < 1e-12);
    }
    // More centres than images: the targets are met, by the least weights that meet them.
    let few = single(&random(4 * 9, 8));
    let targets = single(&random(4 * classes, 9));
    let ours = solved(&few, 9, &targets, classes, 0.0);
    let (h, y) = (with_ones(&few, 9), targets_of(&targets, classes));
    assert!((&h * &ours - &y).norm() < 1e-12);
    let least = h.transpose() * (&h * h.transpose()).cholesky().unwrap().solve(&y);
    assert!((ours - least).norm() < 1e-12);
}

#[test]
fn what_has_no_solution_is_told_with_its_place() {
    let y = [1.0_f32, 0.0, 0.0, 1.0];
    let told = |activations: &[f32], targets: &[f32], ridge| {
        output_weights(activations, 3, targets, 2, ridge).unwrap_err()
    };
    let mut h = [0.5_f32; 6];
    h[5] = f32::NAN;
    let error = told(&h, &y, 0.0);
    assert!(
        matches!(
            error,
            ClosedFormError::NotFinite {
                what: "activations",
                row: 1,
                column: 2,
                ..
            }
        ),
        "{error}"
    );
    let error = told(&[0.5; 6], &[1.0, 0.0, 0.0, f32::INFINITY], 0.0);
    assert_eq!(error.to_string(), "targets: row 1, column 1 is inf");
    let rows = ClosedFormError::Rows {
        activations: 1,
        targets: 2,
    };
    assert_eq!(told(&[0.5; 3], &y, 0.0), rows);
    assert!(matches!(
        told(&[0.5; 5], &y, 0.0),
        ClosedFormError::Shape {
            numbers: 5,
            columns: 3,
            ..
        }
    ));
    assert_eq!(told(&[0.5; 6], &y, -1.0), ClosedFormError::Ridge(-1.0));
    assert!(matches!(
        told(&[0.5; 6], &y, f64::NAN),
        ClosedFormError::Ridge(_)
    ));
    let inverse = PseudoInverse::of(&[1.0, 2.0], 1, 0.0).unwrap();
    assert!(inverse.times(&[1.0; 3], 1).is_err());
}

#[test]
fn nothing_to_learn_from_and_nothing_to_learn_with() {
    let found = output_weights(&[], 3, &[], 2, 0.0).unwrap();
    assert_eq!(
        (found.rank, found.weights, found.bias),
        (0, vec![0.0; 6], vec![0.0; 2])
    );
    // Without centres, the bias is the mean.
    let found = output_weights(&[], 0, &[1.0, 0.0, 0.0, 4.0], 2, 0.0).unwrap();
    assert!((found.bias[0] - 0.5).abs() < 1e-15 && (found.bias[1] - 2.0).abs() < 1e-15);
    assert_eq!(one_hot(&[1, 0, 9], 2), [0.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
}

/// Matrices of any shape and rank r: (I over L)(I beside R), of whole numbers, so that no rounding adds to the rank.
fn any_matrix() -> impl Strategy<Value = (usize, DMatrix<f64>)> {
    (1..12_usize, 1..12_usize, 0..6_usize, any::<u64>()).prop_map(|(m, n, r, seed)| {
        let r = r.min(m).min(n);
        let whole = |len, seed| random(len, seed).into_iter().map(|x| (x * 5.0).round());
        let mut left = DMatrix::from_iterator(m, r, whole(m * r, seed));
        let mut right = DMatrix::from_iterator(r, n, whole(r * n, seed ^ 1));
        left.view_mut((0, 0), (r, r)).fill_with_identity();
        right.view_mut((0, 0), (r, r)).fill_with_identity();
        (r, left * right)
    })
}

proptest! {
    #[test]
    fn the_four_conditions_of_penrose((rank, h) in any_matrix()) {
        let (m, n) = h.shape();
        let flat: Vec<f64> = h.transpose().iter().copied().collect();
        let inverse = PseudoInverse::of(&flat, n, 0.0).unwrap();
        prop_assert_eq!(inverse.rank, rank);
        let identity: Vec<f64> = DMatrix::<f64>::identity(m, m).iter().copied().collect();
        let p = DMatrix::from_row_slice(n, m, &inverse.times(&identity, m).unwrap());
        let scale = 1e-11 * (1.0 + h.norm() * p.norm()) * (1.0 + p.norm());
        prop_assert!((&h * &p * &h - &h).norm() < scale);
        prop_assert!((&p * &h * &p - &p).norm() < scale * (1.0 + p.norm()));
        let (hp, ph) = (&h * &p, &p * &h);
        prop_assert!((hp.transpose() - &hp).norm() < scale);
        prop_assert!((ph.transpose() - &ph).norm() < scale);
    }
}
