//! Random projections.

use salon_demos::linalg::Matrix;
use salon_demos::linalg::svd::{low_rank, svd};

use crate::families::{random, with_values};
use crate::measures::{BOUND, off_orthonormal, off_values};

#[test]
fn finds_all_of_a_matrix_of_low_rank() {
    for (rows, columns) in [(80, 60), (60, 80), (200, 30)] {
        let m = random(rows, 5, 1) * random(5, columns, 2);
        let (exact, found) = (svd(&m).unwrap(), low_rank(&m, 5, 5, 1, 3).unwrap());
        assert_eq!(
            (found.u.shape(), found.vt.shape()),
            ((rows, 5), (5, columns))
        );
        assert!((&m - found.product()).norm() < 1e-12 * m.norm());
        assert!(off_values(m.shape(), &found.s, &exact.s[..5]) < BOUND);
        assert!(
            off_orthonormal(&found.u) < BOUND && off_orthonormal(&found.vt.transpose()) < BOUND
        );
        // Signs are settled by the same rule.
        assert!((found.u - exact.u.columns(0, 5)).norm() < 1e-10);
    }
}

#[test]
fn error_is_near_the_least_and_falls_with_iterations() {
    let values: Vec<f64> = (0..60).map(|i| 0.9_f64.powi(i)).collect();
    let m = with_values(90, 60, &values, 11);
    let least = values[10..].iter().map(|s| s * s).sum::<f64>().sqrt();
    let off = |iterations| (&m - low_rank(&m, 10, 5, iterations, 7).unwrap().product()).norm();
    let (without, two) = (off(0), off(2));
    assert!(two <= without, "{two} {without}");
    assert!(
        without < 1.5 * least && two < 1.01 * least,
        "{without} {two} {least}"
    );
    assert!(two >= least * (1.0 - 1e-12));
    let found = low_rank(&m, 10, 5, 1, 7).unwrap();
    assert!(
        found
            .s
            .iter()
            .zip(&values)
            .all(|(s, exact)| *s <= exact * (1.0 + 1e-12))
    );
}

#[test]
fn settled_by_its_seed() {
    let m = random(70, 50, 1);
    let by = |seed| low_rank(&m, 4, 4, 1, seed).unwrap();
    assert_eq!(by(1), by(1));
    assert_ne!(by(1), by(2));
}

#[test]
fn ends_of_the_numbers_and_of_ranks() {
    let m = random(40, 30, 1);
    let found = low_rank(&m, 3, 5, 2, 1).unwrap();
    for power in [-1000, 1000] {
        let factor = 2_f64.powi(power);
        let scaled = low_rank(&(&m * factor), 3, 5, 2, 1).unwrap();
        assert_eq!((&scaled.u, &scaled.vt), (&found.u, &found.vt));
        assert_eq!(
            scaled.s,
            found.s.iter().map(|s| s * factor).collect::<Vec<_>>()
        );
    }
    assert_eq!(low_rank(&m, 0, 5, 1, 1).unwrap().s.len(), 0);
    assert_eq!(
        low_rank(&m, 28, 5, 1, 1).unwrap(),
        svd(&m).unwrap().truncated(28)
    );
    assert_eq!(low_rank(&m, usize::MAX, 5, 1, 1).unwrap(), svd(&m).unwrap());
    assert_eq!(
        low_rank(&Matrix::zeros(40, 30), 2, 2, 1, 1).unwrap().s,
        [0.0, 0.0]
    );
    assert_eq!(
        low_rank(&Matrix::zeros(0, 9), 2, 2, 1, 1).unwrap().s.len(),
        0
    );
}
