use proptest::prelude::*;
use salon_demos::demos::svd::shown::{Mark, Part, Shown, Table};
use salon_demos::linalg::Matrix;

use super::given;
use super::sound::{claims, matrices, of_shape, presets_hold, says, show, text};

const STEP: &str = "least-squares";

#[test]
fn presets() {
    presets_hold(STEP);
}

fn solution(shown: &Shown) -> Matrix {
    let row = shown.parts.iter().find_map(|part| match part {
        Part::Row(row) => Some(row),
        _ => None,
    });
    let mut found = row.unwrap().iter().filter_map(|part| match part {
        Part::Matrix(named) if named.name == "x" => Some(named.matrix.clone()),
        _ => None,
    });
    found.next().unwrap()
}

fn table(shown: &Shown) -> Table {
    let found = shown.parts.iter().find_map(|part| match part {
        Part::Table(table) => Some(table.clone()),
        _ => None,
    });
    found.unwrap()
}

fn system<'a>(m: &'a str, b: &'a str) -> [(&'a str, &'a str); 3] {
    [("of", "system"), ("m", m), ("b", b)]
}

#[test]
fn a_line_through_points_of_a_line_is_that_line() {
    let shown = show(STEP, &[("a", "-1, -1; 0, 1; 1, 3; 2, 5")]);
    let x = solution(&shown);
    assert!((x - Matrix::from_column_slice(2, 1, &[1.0, 2.0])).norm() < 1e-14);
    let plane = shown.parts.iter().find_map(|part| match part {
        Part::Plane(plane) => Some(plane),
        _ => None,
    });
    let marks = &plane.unwrap().marks;
    let count = |of: fn(&&Mark) -> bool| marks.iter().filter(of).count();
    assert_eq!(count(|mark| matches!(mark, Mark::Point { .. })), 4);
    assert_eq!(count(|mark| matches!(mark, Mark::Line { .. })), 5);
}

fn left(shown: &Shown) -> f64 {
    table(shown).rows[0][2].parse().unwrap()
}

/// The points of a polynomial leave nothing, in whatever unit x is measured and wherever it begins to be counted.
#[test]
fn a_fit_does_not_depend_on_units() {
    let through = |degree: i32, from: f64, unit: f64| {
        let point = |n: i32| {
            let t = f64::from(n);
            format!("{:?}, {:?}", from + unit * t, t.powi(degree) - 2.0 * t)
        };
        let points: Vec<_> = (-3..=3).map(point).collect();
        let (points, degree_text) = (points.join("; "), degree.to_string());
        let shown = show(STEP, &[("a", &points), ("degree", &degree_text)]);
        assert!(
            says(
                &shown,
                &format!("{} unknowns, rank {}. ", degree + 1, degree + 1)
            ),
            "{points}"
        );
        assert!(says(&shown, "There is one such x"), "{points}");
        assert!(!says(&shown, "tolerance cuts"), "{points}");
        assert!(left(&shown) < 1e-7, "{points}: {}", left(&shown));
        shown
    };
    for degree in 1..=5 {
        for (from, unit) in [
            (0.0, 1.0),
            (0.0, 1e-9),
            (0.0, 1e12),
            (2018.0, 1.0),
            (1.7e9, 3600.0),
            (-4e6, 0.25),
        ] {
            through(degree, from, unit);
        }
    }
    // The axes fit the points: none of them lies on another.
    let shown = through(1, 1.7e9, 3600.0);
    let svgs = salon_demos::demos::svd::write::svgs(&shown);
    let plane = svgs
        .iter()
        .find(|(name, _)| name.contains("plane"))
        .map(|(_, svg)| svg);
    let plane = plane.unwrap();
    assert!(
        plane.contains("1699995000") || plane.contains("1700000000"),
        "{plane}"
    );
    let places: std::collections::BTreeSet<_> = plane
        .split("<circle")
        .skip(1)
        .map(|rest| rest.split("r=").next())
        .collect();
    assert_eq!(places.len(), 7, "{plane}");
}

#[test]
fn columns_of_different_units_are_not_taken_for_one_another() {
    // Metres and nanometres: independent columns, and one solution.
    let shown = show(
        STEP,
        &system("1e6, 1e-12; 2e6, 3e-12; 1e6, 5e-12", "2, 5, 6"),
    );
    assert!(says(&shown, "2 unknowns, rank 2") && says(&shown, "There is one such x"));
    assert!(left(&shown) < 1e-12, "{}", left(&shown));
    let x = solution(&shown);
    assert!(
        (x[0] * 1e6 - 1.0).abs() < 1e-12 && (x[1] * 1e-12 - 1.0).abs() < 1e-12,
        "{x}"
    );
    // The second is twice the first in another unit: there are many solutions, and this one is the shortest of all.
    let shown = show(STEP, &system("1, 2e6; 2, 4e6; 3, 6e6", "1, 2, 3"));
    assert!(says(&shown, "rank 1") && says(&shown, "in the kernel"));
    let x = solution(&shown);
    let best = 1.0 / (1.0 + 4e12);
    assert!(
        (x[0] / best - 1.0).abs() < 1e-9 && (x[1] / (2e6 * best) - 1.0).abs() < 1e-9,
        "{x}"
    );
}

#[test]
fn the_shortest_of_many_solutions() {
    let x = solution(&show(STEP, &system("1, 2, 3", "14")));
    assert!((x - Matrix::from_column_slice(3, 1, &[1.0, 2.0, 3.0])).norm() < 1e-13);
}

#[test]
fn normal_equations_lose_what_the_svd_keeps() {
    let shown = show(STEP, &[("of", "system")]);
    let x = solution(&shown);
    assert!((x - Matrix::from_element(2, 1, 1.0)).norm() < 1e-7);
    assert_eq!(table(&shown).rows[1][2], "breaks down");
}

#[test]
fn what_does_not_fit_is_named() {
    let refused = |given: &[(&str, &str)]| given::show(STEP, given).unwrap_err();
    let fault = refused(&system("1, 2; 3, 4", "1, 2, 3"));
    assert_eq!(fault.field, "b");
    assert!(
        fault.why.contains("3 numbers") && fault.why.contains("2 rows"),
        "{fault}"
    );
    assert_eq!(refused(&[("a", "1; 2; 3")]).field, "a");
    assert_eq!(refused(&[("a", "1e51, 1"), ("degree", "12")]).field, "a");
}

#[test]
fn cases_are_told() {
    let said = |m: &str, b: &str, words: &str| assert!(says(&show(STEP, &system(m, b)), words));
    said("1, 2, 3", "14", "in the kernel");
    said("1; 2; 3", "1, 1, 1", "orthogonal to it");
    said(
        "1, 0; 0, 1",
        "1, 1",
        "Every right side can be met. There is one such x",
    );
}

#[test]
fn a_tolerance_that_cuts_is_told() {
    let given = system("2, 0; 0, 1", "1, 1");
    let of = |tolerance| {
        let [of, m, b] = given;
        show(STEP, &[of, m, b, ("tolerance", tolerance)])
    };
    let (whole, cut) = (of("-13"), of("-0.25"));
    assert!(!says(&whole, "The tolerance cuts") && claims(&whole, "every column of M"));
    assert!(says(&cut, "The tolerance cuts: M has rank 2"));
    assert!(claims(&cut, "every column of Mᵣ") && claims(&cut, "kernel of Mᵣ"));
    // What counts as 0 of M counts for none of the two: b has a part in it that is left.
    assert!((solution(&cut) - Matrix::from_column_slice(2, 1, &[0.5, 0.0])).norm() < 1e-14);
    assert_eq!(table(&cut).rows[0][..2], ["the SVD of Mᵣ", "1"]);
}

#[test]
fn a_higher_tolerance_gives_a_shorter_solution() {
    let shown = show(STEP, &system("1, 1; 1, 1.000001", "2, 2.1"));
    let curves = shown.parts.iter().find_map(|part| match part {
        Part::Curves(curves) => Some(&curves.curves),
        _ => None,
    });
    let length = &curves.unwrap()[0].1;
    assert!(length.is_sorted_by(|a, b| a[1] >= b[1]));
    assert!(length[0][1] > 1e4 * length[length.len() - 2][1]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn holds_for_any_system(
        (m, b) in matrices(7).prop_flat_map(|m| {
            let rows = m.len();
            (Just(m), of_shape(1, rows))
        }),
        tolerance in -16..=0_i32,
    ) {
        let (m, b, tolerance) = (text(&m), text(&b), tolerance.to_string());
        let [of, m, b] = system(&m, &b);
        show(STEP, &[of, m, b, ("tolerance", &tolerance)]);
    }

    #[test]
    fn holds_for_any_points(points in of_shape(9, 2), degree in 0..5_u32) {
        // Powers of the largest of these would be beyond what can be squared only from degree 5 on.
        show(STEP, &[("a", &text(&points)), ("degree", &degree.to_string())]);
    }
}
