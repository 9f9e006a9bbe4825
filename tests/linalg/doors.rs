//! What is built on the decomposition, and the workspace.

use salon_demos::linalg::Matrix;
use salon_demos::linalg::svd::{Engine, Workspace, singular_values, svd, svd_by};

use crate::families::{of_shape, random, with_values};
use crate::measures::{BOUND, check, off_values};

#[test]
fn the_same_answer_twice() {
    for (rows, columns) in [(9, 9), (40, 30), (20, 60)] {
        for member in of_shape(rows, columns) {
            let once = svd(&member.m).unwrap();
            assert_eq!(once, svd(&member.m).unwrap(), "{}", member.name);
            let mut engines = Engine::of(rows, columns).into_iter();
            assert!(engines.any(|engine| svd_by(engine, &member.m).as_ref() == Ok(&once)));
            assert_eq!(singular_values(&member.m), singular_values(&member.m));
        }
    }
}

#[test]
fn a_workspace_keeps_nothing_but_memory() {
    let mut workspace = Workspace::default();
    for (rows, columns) in [
        (5, 5),
        (5, 5),
        (60, 50),
        (60, 50),
        (0, 3),
        (3, 60),
        (50, 60),
        (5, 5),
    ] {
        for m in [
            random(rows, columns, 1),
            Matrix::zeros(rows, columns),
            random(rows, columns, 2),
        ] {
            assert_eq!(workspace.svd(&m).unwrap(), &svd(&m).unwrap());
        }
    }
    let mut broken = random(60, 50, 3);
    broken[(1, 1)] = f64::NAN;
    assert!(workspace.svd(&broken).is_err());
    let m = random(60, 50, 4);
    check("after an error", &m, workspace.svd(&m).unwrap());
}

#[test]
fn the_engine_changes_with_the_size() {
    assert_eq!(Engine::of(8, 8)[0], Engine::Jacobi);
    assert_eq!(Engine::of(32, 3)[0], Engine::Nalgebra);
    assert_eq!(Engine::of(8, 4000), [Engine::Qr, Engine::Jacobi]);
    assert_eq!(Engine::of(512, 128), [Engine::DivideAndConquer, Engine::Qr]);
}

#[test]
fn rank_by_the_default_and_by_hand() {
    for (rows, columns) in [(6, 9), (60, 45)] {
        let values: Vec<f64> = (0..6).map(|i| 10_f64.powi(-i)).collect();
        let mut all = vec![0.0; rows.min(columns)];
        all[..4].copy_from_slice(&values[..4]);
        let found = svd(&with_values(rows, columns, &all, 5)).unwrap();
        let tolerance = rows.max(columns) as f64 * f64::EPSILON * found.s[0];
        assert_eq!(found.tolerance(), tolerance);
        assert_eq!(found.rank(tolerance), 4);
        assert_eq!(found.rank(0.05), 2);
        let compact = found.compact(tolerance);
        assert_eq!(
            (compact.u.shape(), compact.vt.shape()),
            ((rows, 4), (4, columns))
        );
        assert!((compact.product() - found.product()).norm() < 1e-13);
        assert_eq!(found.truncated(99), found);
    }
}

/// The four equations of Penrose 1955.
#[test]
fn pseudo_inverse() {
    for (rows, columns) in [(5, 5), (9, 4), (4, 9), (50, 44)] {
        let k = rows.min(columns);
        for missing in [0, 2] {
            let values: Vec<f64> = (0..k)
                .map(|i| if i + missing < k { 1.0 + i as f64 } else { 0.0 })
                .rev()
                .collect();
            let m = with_values(rows, columns, &values, 17);
            let found = svd(&m).unwrap();
            let p = found.pseudo_inverse(found.tolerance());
            let near = |a: &Matrix, b: &Matrix| (a - b).norm() < 1e-11 * (1.0 + b.norm());
            assert!(near(&(&m * &p * &m), &m));
            assert!(near(&(&p * &m * &p), &p));
            for product in [&m * &p, &p * &m] {
                assert!(near(&product.transpose(), &product));
            }
            let b = random(rows, 3, 18);
            assert!(near(&found.solve(&b, found.tolerance()), &(&p * &b)));
        }
    }
}

#[test]
fn values_alone_are_those_with_vectors() {
    for (rows, columns) in [
        (1, 1),
        (1, 9),
        (9, 1),
        (16, 16),
        (45, 45),
        (50, 30),
        (30, 50),
        (120, 9),
        (9, 120),
    ] {
        for member in of_shape(rows, columns) {
            let (alone, with) = (singular_values(&member.m).unwrap(), svd(&member.m).unwrap());
            let off = off_values(member.m.shape(), &alone, &with.s);
            assert!(off < BOUND, "{}: {off}", member.name);
            assert!(alone.is_sorted_by(|a, b| a >= b));
        }
    }
}
