//! Low rank and sparse, of the made clip and of matrices whose parts are known.

use proptest::prelude::*;
use salon_demos::demos::svd::clip::clip;
use salon_demos::demos::svd::find;
use salon_demos::demos::svd::pursuit::{Options, cost_and_least, pursuit, usual_lambda};
use salon_demos::demos::svd::shown::{Part, Shown};
use salon_demos::linalg::Matrix;

use super::given::{self, holds};

fn show(given: &[(&str, &str)]) -> Shown {
    given::show("foreground", given).expect("a clip")
}

fn f1(shown: &Shown) -> f64 {
    let words = shown.parts.iter().find_map(|part| match part {
        Part::Words(words) => words.split("F1 = ").nth(1),
        _ => None,
    });
    let number = words.and_then(|words| words.split(' ').next());
    number
        .and_then(|number| number.parse().ok())
        .expect("F1 in words")
}

#[test]
fn the_default_finds_every_thing_and_the_background_of_rank_2() {
    let shown = show(&[]);
    holds(&shown);
    assert!(f1(&shown) > 0.995, "{}", f1(&shown));
    assert!(
        shown
            .checks
            .iter()
            .any(|check| check.claim.contains("rank 2:"))
    );
}

#[test]
fn what_stops_is_taken_for_background_in_part() {
    let shown = show(&[("scene", "one stops")]);
    holds(&shown);
    assert!((0.5..0.97).contains(&f1(&shown)), "{}", f1(&shown));
}

/// A preset by how its label begins.
fn show_preset(label: &str) -> Shown {
    let presets = find("foreground").expect("a step").presets();
    let preset = presets
        .iter()
        .find(|preset| preset.label.starts_with(label));
    show(preset.expect(label).input)
}

#[test]
fn a_small_lambda_finds_too_much() {
    let shown = show_preset("λ small");
    holds(&shown);
    assert!(f1(&shown) < 0.9, "{}", f1(&shown));
}

#[test]
fn a_large_lambda_finds_too_little() {
    let shown = show_preset("λ large");
    holds(&shown);
    assert!(f1(&shown) < 0.9, "{}", f1(&shown));
}

#[test]
fn noise_wants_a_larger_lambda() {
    let shown = show_preset("Noise");
    holds(&shown);
    assert!(f1(&shown) > 0.9, "{}", f1(&shown));
}

#[test]
fn too_few_iterations_are_told() {
    let shown = show(&[("iterations", "3")]);
    holds(&shown);
    assert!(
        !shown
            .checks
            .iter()
            .any(|check| check.claim.contains("L + S = M"))
    );
    assert!(unsettled(&shown));
}

fn unsettled(shown: &Shown) -> bool {
    let told = |part: &Part| matches!(part, Part::Words(words) if words.contains("unsettled"));
    shown.parts.iter().any(told)
}

/// Settled or not: what is claimed holds, for a small λ, the usual one and a large one.
fn sliders_hold(scene: &str, noise: &str) {
    for lambda in ["0.3", "1", "2"] {
        let given = [("scene", scene), ("noise", noise), ("lambda", lambda)];
        let shown = show(&given);
        holds(&shown);
        let settled = !unsettled(&shown);
        let claimed = shown
            .checks
            .iter()
            .any(|check| check.claim.contains("dual bound"));
        assert_eq!(settled, claimed, "{given:?}");
    }
}

#[test]
fn sliders_hold_all_cross_clean() {
    sliders_hold("all cross", "none");
}

#[test]
fn sliders_hold_all_cross_with_a_little_noise() {
    sliders_hold("all cross", "a little");
}

#[test]
fn sliders_hold_all_cross_with_more_noise() {
    sliders_hold("all cross", "more");
}

#[test]
fn sliders_hold_one_stops_clean() {
    sliders_hold("one stops", "none");
}

#[test]
fn sliders_hold_one_stops_with_a_little_noise() {
    sliders_hold("one stops", "a little");
}

#[test]
fn sliders_hold_one_stops_with_more_noise() {
    sliders_hold("one stops", "more");
}

#[test]
fn the_clip_is_what_it_says() {
    let made = clip(false, 0.0);
    assert_eq!(made, clip(false, 0.0));
    for (place, thing) in made.mask.iter().enumerate() {
        let same = made.frames.as_slice()[place] == made.background.as_slice()[place];
        assert!(same || *thing, "pixel {place} differs without a thing");
    }
    let values = made.background.clone().singular_values();
    assert!(values[1] > 0.1 && values[2] < 1e-10, "{values}");
    assert!(made.frames.iter().all(|grey| (0.0..=1.0).contains(grey)));
}

#[test]
fn nothing_is_nothing() {
    let m = Matrix::zeros(6, 4);
    let found = pursuit(
        &m,
        Options {
            lambda: 0.4,
            tolerance: 1e-5,
            iterations: 10,
        },
    )
    .expect("zeros");
    assert!(found.steps.is_empty() && found.low == m && found.sparse == m);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn its_claims_hold_for_any_input(
        stops in any::<bool>(), noise in prop::sample::select(vec!["none", "a little", "more"]),
        lambda in 6..=60_u32, iterations in 1..=200_u32,
    ) {
        let scene = if stops { "one stops" } else { "all cross" };
        let (lambda, iterations) = (f64::from(lambda) / 20.0, iterations.to_string());
        let shown = show(&[("scene", scene), ("noise", noise), ("lambda", &lambda.to_string()), ("iterations", &iterations)]);
        holds(&shown);
        let claims = |words: &str| shown.checks.iter().any(|check| check.claim.contains(words));
        prop_assert_eq!(claims("dual bound"), !unsettled(&shown));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn a_low_rank_with_gross_errors_is_recovered(seed in prop::collection::vec(-1.0_f64..1.0, 50), at in prop::collection::vec(0_usize..400, 12)) {
        // Rank 1 with every entry of moderate size, and errors far larger than it.
        let a = Matrix::from_fn(40, 1, |i, _| 1.0 + 0.5 * seed[i]);
        let b = Matrix::from_fn(1, 10, |_, j| 1.0 + 0.5 * seed[40 + j]);
        let low = a * b;
        let mut m = low.clone();
        for place in &at {
            m.as_mut_slice()[*place] = 5.0;
        }
        let lambda = usual_lambda(&m);
        let found = pursuit(&m, Options { lambda, tolerance: 1e-6, iterations: 400 }).expect("numbers");
        let rest = &m - &found.low - &found.sparse;
        prop_assert!(rest.norm() <= 1e-6 * m.norm());
        prop_assert!((&found.low - &low).norm() <= 1e-3 * low.norm(), "{}", (&found.low - &low).norm());
        let (cost, least) = cost_and_least(&m, &found, lambda).expect("numbers");
        prop_assert!(least <= cost * (1.0 + 1e-12) && cost - least <= 1e-3 * cost);
    }
}
