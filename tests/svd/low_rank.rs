use proptest::prelude::*;
use salon_demos::demos::svd::find;
use salon_demos::demos::svd::shown::{Part, Shown};
use salon_demos::linalg::Matrix;
use salon_demos::linalg::svd::{singular_values, svd};

use super::given;
use super::sound::{matrices, show, text};

#[test]
fn presets() {
    // In two tests: four of them are of large matrices.
    let presets = find("low-rank").unwrap().presets();
    presets[2..]
        .iter()
        .for_each(|preset| drop(show("low-rank", preset.input)));
}

#[test]
fn presets_of_the_first_picture() {
    let presets = find("low-rank").unwrap().presets();
    presets[..2]
        .iter()
        .for_each(|preset| drop(show("low-rank", preset.input)));
}

fn curves(shown: &Shown) -> Vec<Vec<[f64; 2]>> {
    let found = shown.parts.iter().find_map(|part| match part {
        Part::Curves(curves) => Some(curves),
        _ => None,
    });
    let curves = found.unwrap();
    assert!(curves.votes.is_empty());
    curves
        .curves
        .iter()
        .map(|(_, points)| points.clone())
        .collect()
}

#[test]
fn errors_are_those_of_eckart_young_and_mirsky() {
    let shown = show(
        "low-rank",
        &[("of", "matrix"), ("m", "3, 0; 0, 4"), ("rank", "1")],
    );
    let close = |curve: &[[f64; 2]], expected: [f64; 3]| {
        for (point, (k, error)) in curve.iter().zip((0..).zip(expected)) {
            assert_eq!(point[0], f64::from(k));
            assert!((point[1] - error).abs() < 1e-14, "{point:?} {error}");
        }
    };
    let found = curves(&shown);
    close(&found[0], [1.0, 0.6, 0.0]);
    close(&found[1], [0.8, 0.6, 0.0]);
}

#[test]
fn a_picture_is_shown_beside_what_is_left_of_it() {
    let shown = show("low-rank", &[("of", "bricks"), ("rank", "192")]);
    let row = shown.parts.iter().find_map(|part| match part {
        Part::Row(row) => Some(row),
        _ => None,
    });
    let images: Vec<_> = row
        .unwrap()
        .iter()
        .map(|part| match part {
            Part::Image(image) => image,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(images.len(), 3);
    assert_eq!(images[0].grey, images[1].grey);
    assert!(images[2].grey.iter().all(|grey| *grey == 128));
}

#[test]
fn rank_0_and_more_than_there_is_can_be_asked_for() {
    show("low-rank", &[("of", "matrix"), ("rank", "0")]);
    show("low-rank", &[("of", "matrix"), ("rank", "192")]);
    show("low-rank", &[("of", "matrix"), ("m", "0, 0; 0, 0")]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Eckart, Young and Mirsky: no other matrix of that rank is nearer, be it any, or one close to the nearest.
    #[test]
    fn none_of_its_rank_is_nearer(
        m in given::matrix(7, 5), k in 1..5_usize,
        a in given::matrix(7, 4), b in given::matrix(4, 5), near in prop_oneof![Just(1.0), 1e-6..1.0_f64],
    ) {
        let (written, rank) = (given::text(&m), k.to_string());
        let shown = show("low-rank", &[("of", "matrix"), ("m", &written), ("rank", &rank)]);
        let nearest = given::named(&shown, "Mₖ");
        let of = svd(nearest).unwrap();
        prop_assert!(of.rank(1e-10 * m.norm()) <= k);
        // Its factors moved by some of another's, and then fitted to M as well as they can be from one side.
        let kept = of.truncated(k);
        let mut left = &kept.u * Matrix::from_diagonal(&kept.s.clone().into());
        left += a.columns(0, k) * near;
        let right = &kept.vt + b.rows(0, k) * near;
        let fitted = &left * svd(&left).unwrap().solve(&m, 1e-12 * left.norm());
        let slack = 1e-12 * m.norm();
        let two = |m: &Matrix| singular_values(m).unwrap()[0];
        for other in [left * right, fitted] {
            prop_assert!((&m - nearest).norm() <= (&m - &other).norm() + slack);
            prop_assert!(two(&(&m - nearest)) <= two(&(&m - &other)) + slack);
        }
    }

    #[test]
    fn holds_for_any_matrix(m in matrices(8), rank in 0..9_u32) {
        let given = [("of", "matrix"), ("m", &text(&m)), ("rank", &rank.to_string())];
        let shown = show("low-rank", &given);
        for curve in curves(&shown) {
            prop_assert!(curve.is_sorted_by(|a, b| a[1] >= b[1]));
            prop_assert_eq!(curve.len(), m.len().min(m[0].len()) + 1);
        }
    }
}
