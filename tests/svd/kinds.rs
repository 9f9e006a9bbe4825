use proptest::prelude::*;
use salon_demos::demos::svd::shown::{Part, Shown};

use super::given;
use super::sound::{bound, matrices, presets_hold, show, text};

fn shapes(shown: &Shown) -> Vec<Vec<String>> {
    let table = shown.parts.iter().find_map(|part| match part {
        Part::Table(table) => Some(table.rows.clone()),
        _ => None,
    });
    table.unwrap()
}

#[test]
fn presets() {
    presets_hold("kinds");
}

#[test]
fn shapes_are_those_of_the_four_kinds() {
    let rows = shapes(&show("kinds", &[]));
    let of = |kind: usize| rows[kind][1..4].to_vec();
    assert_eq!(of(0), ["4 × 2", "2 × 2", "2 × 3"]);
    assert_eq!(of(1), ["4 × 3", "3 × 3", "3 × 3"]);
    assert_eq!(of(2), ["4 × 4", "4 × 3", "3 × 3"]);
    assert_eq!(of(3), ["4 × 1", "1 × 1", "1 × 3"]);
}

#[test]
fn a_rank_beyond_all_keeps_all() {
    let shown = show("kinds", &[("m", "1, 2; 3, 4"), ("rank", "32")]);
    assert_eq!(shapes(&shown)[3][1], "2 × 2");
}

#[test]
fn a_matrix_that_cannot_be_squared_is_refused() {
    let fault = given::show("kinds", &[("m", "1e200, 0; 0, 1")]).unwrap_err();
    assert_eq!(fault.field, "m");
    assert!(fault.why.contains("scale it"), "{fault}");
    show("kinds", &[("m", "1e50, 0; 0, 1e-300")]);
}

#[test]
fn bounds_are_no_excuse() {
    let shown = show("kinds", &[("m", "3, 0; 0, 4")]);
    assert!(bound(&shown, "thin one multiplies") < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn holds_for_any_matrix(m in matrices(8), rank in 1..9_u32) {
        show("kinds", &[("m", &text(&m)), ("rank", &rank.to_string())]);
    }
}
