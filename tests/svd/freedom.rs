use proptest::prelude::*;
use salon_demos::demos::svd::shown::{Moves, Part, Shown};
use salon_demos::linalg::Matrix;

use super::given::{holds, matrix, named, presets_hold, problem, show, tables, text, words};

fn moves(shown: &Shown) -> Option<&Moves> {
    shown.parts.iter().find_map(|part| match part {
        Part::Moves(moves) => Some(moves),
        _ => None,
    })
}

#[test]
fn with_the_default_and_every_preset_its_claims_hold() {
    presets_hold("freedom");
}

#[test]
fn what_one_piece_does_the_next_undoes() {
    let given = [("m", "1, 2; 3, 4"), ("scale", "4"), ("angle", "0")];
    let shown = show("freedom", &given).unwrap();
    assert!((named(&shown, "C′") - named(&shown, "C") * 4.0).amax() < 1e-15);
    assert!((named(&shown, "B′") - named(&shown, "B") / 4.0).amax() < 1e-15);
    assert_eq!(named(&shown, "A′"), named(&shown, "A"));
    let given = [
        given[0],
        given[1],
        ("angle", "90"),
        ("seam", "between A and B"),
    ];
    let shown = show("freedom", &given).unwrap();
    assert_eq!(named(&shown, "C′"), named(&shown, "C"));
    let turn = Matrix::from_row_slice(2, 2, &[0.0, -4.0, 4.0, 0.0]);
    assert!((named(&shown, "B′") - turn * named(&shown, "B")).amax() < 1e-14);
}

#[test]
fn only_the_middle_of_the_svd_grows_or_shrinks() {
    let shown = show("freedom", &[("m", "2, 0; 0, 0.5")]).unwrap();
    let svd = tables(&shown)[0].rows.last().unwrap();
    assert_eq!(svd[1..], ["1 to 1", "0.5 to 2", "1 to 1"]);
}

#[test]
fn it_says_what_is_left_of_the_freedom() {
    let said = |m| words(&show("freedom", &[("m", m)]).unwrap());
    assert!(said("0.8, -0.6; 0.6, 0.8").contains("can be turned together"));
    assert!(said("2, 0; 0, 1").contains("No two singular values are the same"));
    assert!(said("1, 2; 2, 4").contains("nothing to turn"));
    assert!(said("0, 0; 0, 0").contains("rank 0"));
}

#[test]
fn a_reflection_is_called_so() {
    let shown = show("freedom", &[("m", "0, 2; 1, 0")]).unwrap();
    let said: Vec<_> = moves(&shown)
        .unwrap()
        .moves
        .iter()
        .map(|(said, _)| said)
        .collect();
    let reflections = said.iter().filter(|said| said.contains("reflects")).count();
    // The determinant is negative, so it is one of the two.
    assert_eq!(reflections, 1, "{said:?}");
    assert!(said[1].contains("2 times across, 1 times up"), "{said:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn its_claims_hold_for_any_matrix(
        (m, _) in problem(24),
        scale in 0.1..10.0_f64,
        angle in -180.0..180.0_f64,
        outside in any::<bool>(),
    ) {
        prop_assume!(m.amax() == 0.0 || m.amax() > 1e-49);
        let seam = if outside { "between A and B" } else { "between B and C" };
        let given = [("m", text(&m)), ("scale", scale.to_string()), ("angle", angle.to_string()), ("seam", seam.to_string())];
        let given = given.each_ref().map(|(field, text)| (*field, text.as_str()));
        holds(&show("freedom", &given).unwrap());
    }

    #[test]
    fn the_moves_one_after_the_other_are_the_matrix(m in matrix(2, 2)) {
        let shown = show("freedom", &[("m", &text(&m))]).unwrap();
        let Some(moves) = moves(&shown) else {
            prop_assert_eq!(m.amax(), 0.0);
            return Ok(());
        };
        let mut all = Matrix::identity(2, 2);
        for (place, (_, [[a, b], [c, d]])) in moves.moves.iter().enumerate() {
            let one = Matrix::from_row_slice(2, 2, &[*a, *b, *c, *d]);
            if place != 1 {
                prop_assert!((&one * one.transpose() - Matrix::identity(2, 2)).amax() < 1e-14);
            }
            all = one * all;
        }
        prop_assert!((all - &m).amax() <= 1e-14 * m.norm());
    }
}
