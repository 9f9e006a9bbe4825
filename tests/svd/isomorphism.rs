//! The first isomorphism theorem, of cyclic groups, finite sets and matrices.

use proptest::prelude::*;
use salon_demos::demos::svd::find;
use salon_demos::demos::svd::input::Fault;
use salon_demos::demos::svd::quotient::{Cyclic, Pieces, gcd};
use salon_demos::demos::svd::shown::{Part, Shown, Table};

use super::given::{self, holds};

fn show(given: &[(&str, &str)]) -> Result<Shown, Fault> {
    given::show("isomorphism", given)
}

fn table(shown: &Shown) -> &Table {
    let table = shown.parts.iter().find_map(|part| match part {
        Part::Table(table) => Some(table),
        _ => None,
    });
    table.expect("a table")
}

#[test]
fn twelve_to_eighteen_by_six_has_cosets_of_four() {
    let shown = show(&[]).expect("the default");
    holds(&shown);
    let expected = [
        ["{0, 3, 6, 9}", "0"],
        ["{1, 4, 7, 10}", "6"],
        ["{2, 5, 8, 11}", "12"],
    ];
    assert_eq!(table(&shown).rows, expected);
}

#[test]
fn what_is_not_well_defined_says_which_k_would_do() {
    let fault = show(&[("k", "2")]).expect_err("a fault");
    assert_eq!(fault.field, "k");
    assert!(
        fault.why.contains("2·12 = 24") && fault.why.contains("multiples of 3"),
        "{fault}"
    );
}

#[test]
fn every_preset_holds() {
    for preset in find("isomorphism").expect("a step").presets() {
        holds(&show(preset.input).expect(preset.label));
    }
}

#[test]
fn what_is_no_function_is_named() {
    for (text, says) in [
        ("", "no line"),
        ("a", "“a”"),
        ("a ->", "after ->"),
        ("a -> 1\na -> 2", "twice"),
        ("-> 1", "no line"),
    ] {
        let fault = show(&[("kind", "finite sets"), ("function", text)]).expect_err(says);
        assert_eq!(fault.field, "function");
        assert!(fault.why.contains(says), "{fault}");
    }
}

#[test]
fn zero_has_everything_in_its_kernel() {
    let shown = show(&[("kind", "matrix"), ("matrix", "0, 0; 0, 0")]).expect("a matrix");
    holds(&shown);
    assert!(
        shown
            .parts
            .iter()
            .any(|part| matches!(part, Part::Words(words) if words.contains("2 = 2 + 0")))
    );
}

#[test]
fn every_k_is_judged_as_adding_says() {
    // Well defined exactly if the order of k in ℤ/m divides n.
    for n in 1..=12 {
        for m in 1..=12 {
            for k in 0..=m {
                let order = m / gcd(k, m);
                assert_eq!(
                    Cyclic::new(n, m, k).is_ok(),
                    n % order == 0,
                    "{k}: ℤ/{n} to ℤ/{m}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_homomorphism_keeps_the_theorem(n in 1_usize..=48, m in 1_usize..=48, j in 0_usize..20) {
        let k = (j * m / gcd(n, m)).to_string();
        let shown = show(&[("n", &n.to_string()), ("m", &m.to_string()), ("k", &k)]).expect("a multiple of m / gcd");
        holds(&shown);
        prop_assert_eq!(shown.checks.len(), 6);
    }

    #[test]
    fn every_function_is_three_pieces(to in prop::collection::vec(0_usize..8, 1..20)) {
        let pieces = Pieces::of(&to);
        for (x, y) in to.iter().enumerate() {
            let class = pieces.class_of[x];
            prop_assert!(pieces.classes[class].contains(&x));
            prop_assert_eq!(pieces.image[class], *y);
        }
        let lines: Vec<_> = to.iter().enumerate().map(|(x, y)| format!("{x} -> y{y}")).collect();
        holds(&show(&[("kind", "finite sets"), ("function", &lines.join("\n"))]).expect("a function"));
    }

    #[test]
    fn every_matrix_keeps_the_theorem(
        rows in 1_usize..=6,
        columns in 1_usize..=6,
        rank in 1_usize..=6,
        entries in prop::collection::vec(-9_i8..=9, 72),
    ) {
        let rank = rank.min(rows).min(columns);
        let entry = |i: usize, j: usize| -> i32 {
            (0..rank).map(|k| i32::from(entries[6 * k + i]) * i32::from(entries[36 + 6 * k + j])).sum()
        };
        let row = |i: usize| (0..columns).map(|j| entry(i, j).to_string()).collect::<Vec<_>>().join(", ");
        let text = (0..rows).map(row).collect::<Vec<_>>().join("; ");
        let shown = show(&[("kind", "matrix"), ("matrix", &text)]).expect("a matrix");
        prop_assert_eq!(shown.checks.len(), 6);
        holds(&shown);
    }
}

#[test]
fn numbers_too_large_for_a_norm_are_refused_as_in_every_step() {
    for m in ["1e200, 2e200; 3e200, 4e200", "1e-200, 1; 1e60, 2", "1e-80"] {
        let fault = super::given::show("isomorphism", &[("kind", "matrix"), ("matrix", m)]);
        let fault = fault.expect_err("a fault");
        assert_eq!(fault.field, "matrix");
        assert!(fault.why.contains("scale it"), "{fault}");
    }
}
