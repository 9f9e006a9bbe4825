use proptest::prelude::*;
use salon_demos::demos::svd::shown::Part;

use super::sound::{claims, matrices, presets_hold, says, show, squares, text};

#[test]
fn presets() {
    presets_hold("eigen");
}

#[test]
fn each_case_is_told() {
    let told = |m: &str, words: &str| {
        let shown = show("eigen", &[("m", m)]);
        assert!(says(&shown, words), "{m}: {:?}", shown.parts);
        shown
    };
    told("2, 1; 1, 2", "symmetric");
    told("1, 1; 1, 0", "symmetric");
    told("1, 2; 3, 4", "n separate things");
    told("0.8, -0.6; 0.6, 0.8", "conjugate pairs");
    told("1, 2, 3; 4, 5, 6", "not square");
    told("1, 1; 0, 1.00001", "almost coincide");
    let shear = told("1, 1; 0, 1", "defective");
    assert!(!claims(&shear, "X Λ X⁻¹ is M"));
    // The same shear in another basis, so that rounding parts its two eigenvalues, and one with three.
    told("3, 1; -1, 1", "defective");
    told("0.3, 0.1; -0.1, 0.1", "defective");
    told(
        "5, 4, 2, 1; 0, 1, -1, -1; -1, -1, 3, 0; 1, 1, -1, 2",
        "defective",
    );
    told("2, 1, 0; 0, 2, 1; 0, 0, 2", "defective");
}

fn matrix(n: usize, entry: impl Fn(usize, usize) -> f64) -> String {
    let row = |i: usize| (0..n).map(|j| entry(i, j)).collect();
    text(&(0..n).map(row).collect::<Vec<Vec<f64>>>())
}

/// Their eigenvectors, found one from the other, would be as long as 1e490.
#[test]
fn defective_matrices_of_every_size_are_told_and_not_blamed() {
    for n in 2..=32 {
        let jordan = matrix(n, |i, j| match j.wrapping_sub(i) {
            0 => 0.5,
            1 => 1.0,
            _ => 0.0,
        });
        let ones = matrix(n, |i, j| f64::from(u8::from(j >= i)));
        // Two real blocks, and one of a rotation over itself: its eigenvalues are complex.
        let blocks = matrix(n, |i, j| match j.wrapping_sub(i) {
            0 => {
                if i < n / 2 {
                    2.0
                } else {
                    -1.0
                }
            }
            1 if j != n / 2 => 3.0,
            _ => 0.0,
        });
        let pairs = n - n % 2;
        let turned = matrix(pairs, |i, j| {
            match (i % 2, j % 2, (j / 2).wrapping_sub(i / 2)) {
                (0, 1, 0) => -1.0,
                (1, 0, 0) => 1.0,
                (a, b, 1) if a == b => 1.0,
                _ => 0.0,
            }
        });
        for (m, defective) in [
            (jordan, true),
            (ones, true),
            (blocks, n > 2),
            (turned, n > 3),
        ] {
            let shown = show("eigen", &[("m", &m)]);
            assert_eq!(says(&shown, "M is defective"), defective, "{m}");
            assert_eq!(claims(&shown, "X Λ X⁻¹ is M"), !defective, "{m}");
            assert!(claims(&shown, "M X = X Λ"), "{m}");
        }
    }
}

#[test]
fn what_is_near_to_defective_is_told_by_whether_rounding_can_tell() {
    for (gap, defective) in [
        ("1.00001", false),
        ("1.000001", false),
        ("1.0000001", false),
        ("1.000000000001", true),
        ("1", true),
    ] {
        let shown = show("eigen", &[("m", &format!("1, 1; 0, {gap}"))]);
        assert_eq!(says(&shown, "M is defective"), defective, "{gap}");
        assert_eq!(says(&shown, "almost coincide"), !defective, "{gap}");
        assert_eq!(claims(&shown, "X Λ X⁻¹ is M"), !defective, "{gap}");
    }
}

#[test]
fn a_projection_and_the_identity_are_not_defective() {
    for m in [
        "2, 1; 4, 2",
        "1, 0, 0; 0, 1, 0; 0, 0, 1",
        "1, 1; 0, 0",
        "0, 0; 0, 0",
        "7",
    ] {
        let shown = show("eigen", &[("m", m)]);
        assert!(claims(&shown, "X Λ X⁻¹ is M"), "{m}");
    }
}

#[test]
fn eigenvalues_of_the_fibonacci_matrix() {
    let shown = show("eigen", &[("m", "1, 1; 1, 0")]);
    let table = shown.parts.iter().find_map(|part| match part {
        Part::Table(table) => Some(&table.rows),
        _ => None,
    });
    let rows = table.unwrap();
    assert_eq!(
        (rows[0][1].as_str(), rows[1][1].as_str()),
        ("1.618", "-0.618")
    );
}

#[test]
fn iterations_end_on_cyclic_permutations() {
    for n in [2, 3, 4, 5, 8, 13, 32_usize] {
        let row = |i: usize| {
            (0..n)
                .map(|j| f64::from(u8::from((i + 1) % n == j)))
                .collect()
        };
        let rows: Vec<Vec<f64>> = (0..n).map(row).collect();
        let shown = show("eigen", &[("m", &text(&rows))]);
        assert!(claims(&shown, "X Λ X⁻¹ is M"), "{n}");
    }
}

#[test]
fn the_plane_is_for_two_by_two() {
    let planes = |m: &str| {
        let shown = show("eigen", &[("m", m)]);
        shown
            .parts
            .iter()
            .filter(|part| matches!(part, Part::Plane(_)))
            .count()
    };
    assert_eq!(planes("1, 2; 3, 4"), 1);
    assert_eq!(planes("1, 2, 0; 3, 4, 0; 0, 0, 1"), 0);
    assert_eq!(planes("1, 2, 0; 3, 4, 0"), 0);
}

/// Dense, not symmetric, entries below 1: multiples of the golden ratio, without what is whole.
fn dense(n: usize) -> Vec<Vec<f64>> {
    let entry = |i: usize, j: usize| ((i * n + j + 1) as f64 * 0.618_034).fract() - 0.5;
    (0..n)
        .map(|i| (0..n).map(|j| entry(i, j)).collect())
        .collect()
}

/// Those, each times some factor, with digits few enough for a field.
fn times(n: usize, by: impl Fn(i32, i32) -> f64) -> String {
    let row = |(i, row): (i32, &Vec<f64>)| {
        let entries = (0..).zip(row).map(|(j, x)| format!("{:.3e}", x * by(i, j)));
        entries.collect::<Vec<_>>().join(", ")
    };
    (0..).zip(&dense(n)).map(row).collect::<Vec<_>>().join("; ")
}

#[test]
fn size_does_not_matter() {
    for power in [-45, -16, -8, 0, 8, 16, 45] {
        for n in [6, 32] {
            let shown = show("eigen", &[("m", &times(n, |_, _| 10.0_f64.powi(power)))]);
            for claim in ["M X = X Λ", "X Λ X⁻¹ is M"] {
                assert!(claims(&shown, claim), "{claim}: {n}, 1e{power}");
            }
        }
    }
}

#[test]
fn rows_and_columns_of_many_sizes_hold_or_are_told_to_lose_digits() {
    let grades: [fn(i32, i32) -> i32; 4] = [|i, _| i, |_, j| j, |i, j| i + j, |i, j| i - j];
    for power in [0.25, 0.5, 1.0, 1.3] {
        for n in [6, 32] {
            for by in grades {
                let m = times(n, |i, j| 10.0_f64.powf(-power * f64::from(by(i, j))));
                let shown = show("eigen", &[("m", &m)]);
                assert_ne!(claims(&shown, "M X = X Λ"), says(&shown, "digits are lost"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn holds_for_any_square_matrix(m in squares(7)) {
        show("eigen", &[("m", &text(&m))]);
    }

    #[test]
    fn holds_for_any_symmetric_matrix(m in squares(7)) {
        let n = m.len();
        let row = |i: usize| (0..n).map(|j| m[i][j] + m[j][i]).collect();
        let shown = show("eigen", &[("m", &text(&(0..n).map(row).collect::<Vec<_>>()))]);
        prop_assert!(claims(&shown, "X is orthogonal"));
    }

    #[test]
    fn no_shape_is_too_odd(m in matrices(5)) {
        show("eigen", &[("m", &text(&m))]);
    }
}
