use proptest::prelude::*;
use salon_demos::demos::svd::shown::{Mark, Part, Plane, Shown};
use salon_demos::linalg::Matrix;

use super::given::{fault, holds, matrix, named, presets_hold, problem, show, text};

fn planes(shown: &Shown) -> Vec<&Plane> {
    let rows = shown.parts.iter().filter_map(|part| match part {
        Part::Row(parts) => Some(parts),
        _ => None,
    });
    let planes = rows.flatten().filter_map(|part| match part {
        Part::Plane(plane) => Some(plane),
        _ => None,
    });
    planes.collect()
}

fn line(plane: &Plane) -> &[[f64; 2]] {
    let line = plane.marks.iter().find_map(|mark| match mark {
        Mark::Line { points, .. } => Some(points),
        _ => None,
    });
    line.expect("a line")
}

#[test]
fn with_the_default_and_every_preset_its_claims_hold() {
    presets_hold("function");
}

#[test]
fn what_is_shown_is_the_product() {
    let shown = show("function", &[("m", "1, 0, 2; 0, 1, -1"), ("x", "1, 2, 3")]).unwrap();
    let expected = Matrix::from_column_slice(2, 1, &[7.0, -1.0]);
    assert_eq!(named(&shown, "Mx"), &expected);
    assert!(planes(&shown).is_empty());
}

#[test]
fn an_input_that_does_not_fit_is_told_so() {
    let said = fault("function", &[("m", "1, 2; 3, 4"), ("x", "1, 2, 3")]);
    assert!(
        said.starts_with("x: has 3 numbers but M takes in 2"),
        "{said}"
    );
    let said = fault("function", &[("m", "1e60, 0; 0, 1")]);
    assert!(said.starts_with("m: has 1e60"), "{said}");
}

#[test]
fn what_is_sent_to_zero_is_a_point_and_not_an_arrow() {
    let shown = show("function", &[("m", "0, 0; 0, 0"), ("x", "1, 2")]).unwrap();
    holds(&shown);
    let planes = planes(&shown);
    let marks = &planes[1].marks;
    assert!(planes[1].reach > 0.0);
    assert!(!marks.iter().any(|mark| matches!(mark, Mark::Arrow { .. })));
    assert_eq!(
        marks
            .iter()
            .filter(|mark| matches!(mark, Mark::Point { .. }))
            .count(),
        3
    );
}

proptest! {
    #[test]
    fn its_claims_hold_for_any_matrix((m, x) in problem(8)) {
        prop_assume!(m.amax() == 0.0 || m.amax() > 1e-49);
        let x = text(&x.transpose());
        holds(&show("function", &[("m", &text(&m)), ("x", &x)]).unwrap());
    }

    /// The farthest and nearest points of the ellipse, by looking at all of them.
    #[test]
    fn the_drawn_ellipse_has_the_singular_values_as_half_axes(m in matrix(2, 2)) {
        let shown = show("function", &[("m", &text(&m))]).unwrap();
        let planes = planes(&shown);
        let lengths = line(planes[1]).iter().map(|[x, y]| x.hypot(*y));
        let (least, most) = lengths.fold((f64::MAX, 0.0_f64), |(a, b), x| (a.min(x), b.max(x)));
        let s = m.clone().singular_values();
        // Between two of 96 points the length changes by at most (1 − cos(π/96)) σ₁ or sin(π/96) σ₁.
        prop_assert!((most - s[0]).abs() <= 6e-4 * s[0] + 1e-12);
        prop_assert!(least >= s[1] - 1e-12 && least <= s[1] + 0.033 * s[0] + 1e-12);
        for plane in planes {
            for [x, y] in line(plane) {
                prop_assert!(x.abs() <= plane.reach && y.abs() <= plane.reach);
            }
        }
    }
}
