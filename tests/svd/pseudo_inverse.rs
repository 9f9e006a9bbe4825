use proptest::prelude::*;

use super::sound::{bound, claims, matrices, presets_hold, says, show, text};
use salon_demos::demos::svd::shown::{Part, Shown};
use salon_demos::linalg::Matrix;

#[test]
fn presets() {
    presets_hold("pseudo-inverse");
}

fn found(shown: &Shown, name: &str) -> Matrix {
    let rows = shown.parts.iter().filter_map(|part| match part {
        Part::Row(row) => Some(row),
        _ => None,
    });
    let mut all = rows.flatten().filter_map(|part| match part {
        Part::Matrix(named) if named.name == name => Some(named.matrix.clone()),
        _ => None,
    });
    all.next().unwrap()
}

#[test]
fn of_a_column_it_is_the_row_over_its_square() {
    let inverse = found(&show("pseudo-inverse", &[("m", "3; 4")]), "M⁺");
    assert!((inverse - Matrix::from_row_slice(1, 2, &[0.12, 0.16])).norm() < 1e-15);
}

#[test]
fn of_zero_it_is_zero() {
    let inverse = found(&show("pseudo-inverse", &[("m", "0, 0; 0, 0; 0, 0")]), "M⁺");
    assert_eq!(inverse, Matrix::zeros(2, 3));
}

#[test]
fn an_inverse_is_compared_only_where_there_is_one() {
    assert!(claims(
        &show("pseudo-inverse", &[("m", "2, 1; 1, 3")]),
        "Gaussian"
    ));
    assert!(!claims(
        &show("pseudo-inverse", &[("m", "1, 2; 2, 4")]),
        "Gaussian"
    ));
    assert!(!claims(
        &show("pseudo-inverse", &[("m", "1, 2, 3; 4, 5, 6")]),
        "Gaussian"
    ));
}

#[test]
fn the_tolerance_decides_what_is_inverted() {
    let m = "1, 1; 1, 1.000001";
    let all = show("pseudo-inverse", &[("m", m), ("tolerance", "-13")]);
    let less = show("pseudo-inverse", &[("m", m), ("tolerance", "-5")]);
    assert!(found(&all, "M⁺").norm() > 1e6);
    assert!(found(&less, "M⁺").norm() < 1.0);
    assert!(says(&less, "count as 0; inverted"));
    assert!(bound(&all, "but for what counts") < 1e-7);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn penrose_holds_for_any_matrix(m in matrices(7), tolerance in -16..=0_i32) {
        show("pseudo-inverse", &[("m", &text(&m)), ("tolerance", &tolerance.to_string())]);
    }
}
