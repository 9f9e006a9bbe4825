use proptest::prelude::*;
use salon_demos::demos::svd::shown::Part;
use salon_demos::linalg::Matrix;

use super::given::{fault, holds, matrix, named, presets_hold, show, tables, text, words};

#[test]
fn with_the_default_and_every_preset_its_claims_hold() {
    presets_hold("composition");
}

#[test]
fn shapes_that_do_not_fit_are_both_named() {
    let said = fault(
        "composition",
        &[("a", "1, 2; 3, 4; 5, 6"), ("b", "1, 2; 3, 4")],
    );
    assert!(said.starts_with("b: is 2 × 2 and A is 3 × 2"), "{said}");
    let said = fault("composition", &[("x", "1, 2, 3")]);
    assert!(
        said.starts_with("x: has 3 numbers but A takes in 2"),
        "{said}"
    );
}

#[test]
fn it_says_whether_the_order_matters() {
    let said = |a: &str, b: &str| words(&show("composition", &[("a", a), ("b", b)]).unwrap());
    let (turn, stretch) = ("0, -1; 1, 0", "2, 0; 0, 1");
    assert!(said(turn, stretch).contains("differ by up to 1."));
    assert!(said(turn, turn).contains("Here the order does not matter"));
    assert!(said("1, 2; 0, 1; 1, 0", "1, 0, 1; 0, 2, -1").contains("it is 3 × 3 and BA is 2 × 2"));
    assert!(said("1, 0; 0, 1", "1, 2").contains("not even defined"));
}

#[test]
fn what_cancels_has_rank_zero_though_rounding_leaves_something() {
    // In floating point 0.1 · 3 − 0.3 is 5.6e-17.
    let given = [("a", "0.1; 0.3"), ("b", "3, -1"), ("x", "1")];
    let shown = show("composition", &given).unwrap();
    assert_ne!(named(&shown, "BA")[(0, 0)], 0.0);
    assert!(words(&shown).contains("rank r = 0"));
    holds(&shown);
}

#[test]
fn the_diagram_has_two_paths_from_the_top_left_to_the_top_right() {
    let shown = show("composition", &[]).unwrap();
    let square = shown.parts.iter().find_map(|part| match part {
        Part::Diagram(diagram) if diagram.nodes.len() == 4 => Some(diagram),
        _ => None,
    });
    let square = square.expect("a square");
    let go = |from: usize, label: &str| {
        let arrow = square
            .arrows
            .iter()
            .find(|a| a.from == from && a.label == label);
        arrow.expect("an arrow").to
    };
    assert_eq!(go(0, "M"), go(go(go(0, "Vᵀ"), "Σ"), "U"));
    assert_eq!(tables(&shown)[0].rows.len(), 3);
    // Dimensions stand on the nodes: of a 3 × 2 matrix after a 2 × 4 one, of rank 2.
    let given = [
        ("a", "1, 0, 2, 1; 0, 1, 1, 1"),
        ("b", "1, 2; 0, 1; 3, 1"),
        ("x", "1, 2, 3, 4"),
    ];
    let shown = show("composition", &given).unwrap();
    let notes: Vec<Vec<&str>> = shown
        .parts
        .iter()
        .filter_map(|part| match part {
            Part::Diagram(diagram) => Some(diagram),
            _ => None,
        })
        .map(|diagram| {
            diagram
                .nodes
                .iter()
                .map(|node| node.note.as_str())
                .collect()
        })
        .collect();
    let says = |diagram: usize, dimensions: &[&str]| {
        for (note, said) in notes[diagram].iter().zip(dimensions) {
            assert!(note.contains(said), "{note} has no {said}");
        }
        assert_eq!(notes[diagram].len(), dimensions.len());
    };
    says(0, &["n = 4", "k = 2", "m = 3"]);
    says(1, &["n = 4", "m = 3", "r = 2", "r = 2"]);
}

fn chain() -> impl Strategy<Value = (Matrix, Matrix, Matrix)> {
    (1..=8_usize, 1..=8_usize, 1..=8_usize)
        .prop_flat_map(|(n, k, m)| (matrix(k, n), matrix(m, k), matrix(n, 1)))
}

proptest! {
    #[test]
    fn every_path_gives_the_same((a, b, x) in chain(), scale in prop_oneof![Just(1.0), Just(1e-45), Just(1e45)]) {
        let a = a * scale;
        prop_assume!(a.amax() == 0.0 || a.amax() > 1e-49);
        let given = [("a", text(&a)), ("b", text(&b)), ("x", text(&x.transpose()))];
        let given = given.each_ref().map(|(field, text)| (*field, text.as_str()));
        let shown = show("composition", &given).unwrap();
        holds(&shown);
        prop_assert_eq!(named(&shown, "BA"), &(&b * &a));
    }
}
