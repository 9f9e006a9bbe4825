//! Principal components of the irises and of random tables.

use proptest::prelude::*;
use salon_demos::demos::svd::find;
use salon_demos::demos::svd::input::Fault;
use salon_demos::demos::svd::shown::{Part, Shown};

use super::given::{self, holds};

fn show(given: &[(&str, &str)]) -> Result<Shown, Fault> {
    given::show("pca", given)
}

fn shares(shown: &Shown) -> Vec<f64> {
    let bars = shown.parts.iter().find_map(|part| match part {
        Part::Bars(bars) => Some(bars.bars.iter().map(|(_, share)| *share).collect()),
        _ => None,
    });
    bars.expect("bars")
}

#[test]
fn the_irises_have_the_variances_known_for_them() {
    // R: summary(prcomp(iris[, 1:4])), and with scale. = TRUE.
    let known = [
        (&[][..], [92.46, 5.307, 1.71, 0.521]),
        (
            &[("scale", "unit variance")][..],
            [72.96, 22.85, 3.669, 0.518],
        ),
    ];
    for (input, known) in known {
        let shown = show(input).expect("irises");
        holds(&shown);
        for (share, known) in shares(&shown).iter().zip(known) {
            assert!((share - known).abs() < 0.006, "{share} and {known}");
        }
    }
}

#[test]
fn the_irises_are_150_of_three_species_as_fisher_printed_them() {
    let shown = show(&[]).expect("irises");
    let scatter = shown.parts.iter().find_map(|part| match part {
        Part::Scatter(scatter) => Some(scatter),
        _ => None,
    });
    let scatter = scatter.expect("scores");
    assert_eq!(scatter.groups, ["setosa", "versicolor", "virginica"]);
    for group in 0..3 {
        assert_eq!(
            scatter.points.iter().filter(|(_, of)| *of == group).count(),
            50
        );
    }
    let means = shown.parts.iter().find_map(|part| match part {
        Part::Table(table) => Some(
            table
                .rows
                .iter()
                .map(|row| row[1].clone())
                .collect::<Vec<_>>(),
        ),
        _ => None,
    });
    // UCI's copy has 3.0540 and 3.7587 in the middle.
    assert_eq!(
        means.expect("means"),
        ["5.8433", "3.0573", "3.7580", "1.1993"]
    );
}

#[test]
fn every_preset_holds() {
    for preset in find("pca").expect("a step").presets() {
        holds(&show(preset.input).expect(preset.label));
    }
}

#[test]
fn a_column_that_does_not_vary_has_no_unit_variance() {
    let table = ("m", "1, 5; 2, 5; 3, 5");
    let fault = show(&[("data", "own"), table, ("scale", "unit variance")]).expect_err("a fault");
    assert!(fault.why.contains("column 2"), "{fault}");
    holds(&show(&[("data", "own"), table]).expect("centred"));
}

#[test]
fn what_cannot_be_computed_with_is_named() {
    let faults = [
        (vec![("data", "own"), ("m", "1, 2, 3")], "m"),
        (vec![("data", "own"), ("m", "1, 2; 1, 2")], "m"),
        (vec![("data", "own"), ("m", "1e200, 2; 1, 2")], "m"),
        (vec![("across", "7")], "across"),
        (vec![("up", "5")], "up"),
    ];
    for (input, field) in faults {
        assert_eq!(show(&input).expect_err("a fault").field, field);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_table_keeps_the_invariants(
        rows in (2_usize..7, 2_usize..14).prop_flat_map(|(columns, rows)| {
            prop::collection::vec(prop::collection::vec(-1e3_f64..1e3, columns), rows)
        }),
        offset in prop_oneof![Just(0.0), Just(1e6), Just(-1e9)],
        unit in any::<bool>(),
    ) {
        let line = |row: &Vec<f64>| row.iter().map(|x| (x + offset).to_string()).collect::<Vec<_>>().join(", ");
        let text = rows.iter().map(line).collect::<Vec<_>>().join("; ");
        let scale = if unit { "unit variance" } else { "centred" };
        let shown = show(&[("data", "own"), ("m", &text), ("scale", scale)]).expect("a table that varies");
        prop_assert_eq!(shown.checks.len(), 4);
        holds(&shown);
        let total: f64 = shares(&shown).iter().sum();
        prop_assert!((total - 100.0).abs() < 1e-9);
    }
}

/// The decomposition, the scores and their products are each rounded: found by chance, 1.03 times the bound of one of the three.
#[test]
fn what_is_rounded_three_times_holds() {
    let table = "-339.4213916617441, 36.956257818275695, -280.1415365726648; \
         -836.2414912017086, 35.77770160642553, 591.4261261939048; \
         309.3826594530647, -269.08177225388357, -242.67749160345068; \
         -527.3058998025226, 591.2248850807728, 832.3134895073231; \
         -710.161945226516, -896.014557948871, 451.27813233507686; \
         108.48260059798729, -692.5902093617461, -229.79896546861667; \
         368.9078337649151, -572.547362713116, -669.6726050140182; \
         -377.7631207550232, -880.7256725199267, 155.01790066108245; \
         -735.5683917606555, -147.777815529964, -972.4949182951914; \
         614.2395277802593, 941.7110787088467, 262.3846589018155; \
         69.81715998963277, 384.44272211481535, -239.47062676201233; \
         249.74595612845405, 154.37688431840763, -264.6332337371391";
    let scale = ("scale", "centred");
    holds(&show(&[("data", "own"), ("m", table), scale]).expect("a table that varies"));
}

#[test]
fn a_spread_too_small_to_square_is_told_as_that() {
    for table in [
        "1e-170, 2e-170; 3e-170, 5e-170; 4e-170, 1e-170",
        "0, 1e-60; 0, 2e-60",
    ] {
        let fault = show(&[("data", "own"), ("m", table)]).expect_err("a fault");
        assert!(
            !fault.why.contains("the same") && fault.why.contains("1e-50"),
            "{fault}"
        );
    }
    // Of these the columns are of a size, and the rows differ by less than squares can have.
    let fault = show(&[("data", "own"), ("m", "1, 1e-60; 1, 2e-60")]).expect_err("a fault");
    assert!(fault.why.contains("differ by"), "{fault}");
    holds(&show(&[("data", "own"), ("m", "1e-40, 2e-40; 3e-40, 5e-40")]).expect("small"));
}
