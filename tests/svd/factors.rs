use std::cmp::Ordering;

use proptest::prelude::*;
use salon_demos::demos::svd::shown::Shown;
use salon_demos::linalg::Matrix;

use super::given::{fault, holds, matrix, named, presets_hold, problem, show, text, words};

fn factored(m: &Matrix) -> Shown {
    let x = text(&Matrix::from_fn(1, m.ncols(), |_, j| 1.0 + j as f64));
    show("factors", &[("m", &text(m)), ("x", &x)]).unwrap()
}

#[test]
fn with_the_default_and_every_preset_its_claims_hold() {
    presets_hold("factors");
}

#[test]
fn with_leftmost_pivots_c_is_the_reduced_row_echelon_form() {
    let shown = show("factors", &[]).unwrap();
    let c = Matrix::from_row_slice(2, 3, &[1.0, 0.0, 1.0, 0.0, 1.0, 1.0]);
    let a = Matrix::from_row_slice(4, 2, &[1.0, 0.0, 2.0, 0.0, 0.0, 1.0, 1.0, -1.0]);
    let b = Matrix::from_row_slice(2, 2, &[1.0, 2.0, 1.0, 0.0]);
    assert!((named(&shown, "C") - c).amax() < 1e-15);
    assert!((named(&shown, "A") - a).amax() < 1e-15);
    assert_eq!(named(&shown, "B"), &b);
    let n = Matrix::from_column_slice(3, 1, &[-1.0, -1.0, 1.0]);
    assert!((named(&shown, "N") - n).amax() < 1e-15);
}

#[test]
fn full_rank_leaves_no_null_space_and_zero_leaves_nothing_else() {
    let shown = show("factors", &[("m", "2, 1; 1, 1"), ("x", "1, 2")]).unwrap();
    assert!(words(&shown).contains("The null space is {0}"));
    let shown = show("factors", &[("m", "0, 0; 0, 0"), ("x", "1, 2")]).unwrap();
    assert!(words(&shown).contains("rank r = 0"));
    assert_eq!(named(&shown, "N"), &Matrix::identity(2, 2));
    holds(&shown);
}

#[test]
fn an_input_that_does_not_fit_is_told_so() {
    let said = fault("factors", &[("m", "1, 2; 3, 4"), ("x", "1, 2, 3")]);
    assert!(
        said.starts_with("x: has 3 numbers but M takes in 2"),
        "{said}"
    );
    assert!(fault("factors", &[("t", "11")]).starts_with("t: "));
}

/// Where it is hard to say what the rank is, the product must be right all the same.
#[test]
fn its_claims_hold_for_matrices_with_singular_values_down_to_rounding() {
    for n in 2..=32 {
        // Wilkinson's, for which partial pivoting loses digits.
        holds(&factored(&Matrix::from_fn(n, n, |i, j| match i.cmp(&j) {
            _ if j + 1 == n => 1.0,
            Ordering::Equal => 1.0,
            Ordering::Less => 0.0,
            Ordering::Greater => -1.0,
        })));
    }
    for n in 2..=24 {
        let (hilbert, vandermonde) = (
            |i: usize, j: usize| 1.0 / (i + j + 1) as f64,
            |i: usize, j: usize| (i as f64 / n as f64).powi(j as i32),
        );
        holds(&factored(&Matrix::from_fn(n, n, hilbert)));
        holds(&factored(&Matrix::from_fn(n, n, vandermonde)));
        // Kahan's.
        holds(&factored(&Matrix::from_fn(n, n, |i, j| match i.cmp(&j) {
            Ordering::Equal => 0.8_f64.powi(i as i32),
            Ordering::Less => -0.6 * 0.8_f64.powi(i as i32),
            Ordering::Greater => 0.0,
        })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn its_claims_hold_for_any_matrix((m, x) in problem(24), t in -10.0..10.0_f64) {
        prop_assume!(m.amax() == 0.0 || m.amax() > 1e-49);
        let given = [("m", text(&m)), ("x", text(&x.transpose())), ("t", t.to_string())];
        let given = given.each_ref().map(|(field, text)| (*field, text.as_str()));
        holds(&show("factors", &given).unwrap());
    }

    #[test]
    fn a_product_through_r_numbers_has_rank_r_and_pieces_of_moderate_size(
        (a, b) in (1..=8_usize).prop_flat_map(|r| (matrix(20, r), matrix(r, 12))),
    ) {
        let m = &a * &b;
        let rank = m.clone().svd(false, false).rank(1e-9);
        prop_assume!(rank > 0);
        let shown = factored(&m);
        let (a, b, c) = (named(&shown, "A"), named(&shown, "B"), named(&shown, "C"));
        prop_assert_eq!(b.shape(), (rank, rank));
        prop_assert_eq!((a.shape(), c.shape()), ((20, rank), (rank, 12)));
        // Pivots that are too small would blow them up.
        prop_assert!(a.amax() < 1e3 && c.amax() < 1e3);
        prop_assert!((a * b * c - &m).amax() <= 1e-11 * m.norm());
    }
}

/// Well conditioned on paper (some hundreds to millions), and the worst for a formula of cofactors.
fn nearly_singular(n: usize, near: f64) -> Matrix {
    Matrix::from_fn(n, n, |i, j| 1.0 - near * i.abs_diff(j) as f64)
}

#[test]
fn no_claim_about_an_inverse_fails_for_its_condition_and_a_worse_inverse_does() {
    let mut caught = 0;
    for n in 3..=6 {
        for near in [0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6] {
            let m = nearly_singular(n, near);
            holds(&factored(&m));
            for step in ["pseudo-inverse", "eigen"] {
                holds(&show(step, &[("m", &text(&m))]).unwrap());
            }
            // The same claim of an inverse by cofactors, where that loses digits, is found out.
            let shown = factored(&m);
            let b = named(&shown, "B");
            let claim = shown
                .checks
                .iter()
                .find(|check| check.claim.contains("B⁻¹"))
                .unwrap();
            let cofactors = b.clone().try_inverse().unwrap();
            let error = (b * cofactors - Matrix::identity(n, n)).amax();
            caught += usize::from(error > claim.bound);
            // And so is one that is wrong in its fifth digit.
            if near >= 1e-3 {
                let wrong = b.clone().lu().try_inverse().unwrap() * 1.000_01;
                assert!(
                    (b * wrong - Matrix::identity(n, n)).amax() > claim.bound,
                    "{n}, {near}"
                );
            }
        }
    }
    assert!(caught >= 2, "{caught}");
}

#[test]
fn a_matrix_of_ones_own_brings_an_example_that_fits() {
    let own = [
        ("function", "m"),
        ("composition", "a"),
        ("composition", "b"),
        ("factors", "m"),
        ("freedom", "m"),
        ("kinds", "m"),
        ("eigen", "m"),
        ("pseudo-inverse", "m"),
    ];
    for (step, field) in own {
        for m in [
            "7",
            "1, 2, 3; 4, 5, 6; 7, 8, 10",
            "1, 2; 3, 4; 5, 6; 7, 8",
            "1, 2, 3, 4, 5",
            "1; 2; 3",
        ] {
            let shown =
                show(step, &[(field, m)]).unwrap_or_else(|fault| panic!("{step} {m}: {fault}"));
            holds(&shown);
        }
    }
    let system = [("of", "system"), ("m", "1, 2; 3, 4; 5, 6; 7, 8")];
    holds(&show("least-squares", &system).unwrap());
    // What someone has put in is left as it is.
    let said = fault("function", &[("m", "1, 2, 3"), ("x", "1, 2")]);
    assert!(
        said.starts_with("x: has 2 numbers but M takes in 3"),
        "{said}"
    );
}
