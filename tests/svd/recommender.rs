//! Ratings: how they are read, what is guessed for the blanks, and whether it is any good.

use proptest::prelude::*;
use salon_demos::demos::svd::completion::{Known, Options, complete, hidden};
use salon_demos::demos::svd::find;
use salon_demos::demos::svd::input::Fault;
use salon_demos::demos::svd::shown::{Part, Shown};
use salon_demos::linalg::Matrix;

use super::given::{self, holds};

fn show(given: &[(&str, &str)]) -> Result<Shown, Fault> {
    given::show("recommender", given)
}

/// By rank, from 0.
fn errors(shown: &Shown) -> Vec<f64> {
    let curves = shown.parts.iter().find_map(|part| match part {
        Part::Curves(curves) if curves.title.contains("hidden") => curves.curves.first(),
        _ => None,
    });
    curves
        .expect("a curve")
        .1
        .iter()
        .map(|point| point[1])
        .collect()
}

fn mine(shown: &Shown) -> Vec<(String, f64)> {
    let bars = shown.parts.iter().find_map(|part| match part {
        Part::Bars(bars) if bars.title.contains("you") => Some(bars.bars.clone()),
        _ => None,
    });
    bars.expect("guesses")
}

#[test]
fn plain_tastes_are_found_and_what_has_none_is_told() {
    let shown = show(&[]).expect("the default");
    let by_rank = errors(&shown);
    assert!(by_rank[2] < 0.8 * by_rank[0], "{by_rank:?}");
    assert!(
        shown
            .parts
            .iter()
            .any(|part| matches!(part, Part::Words(words) if words.contains("is better here")))
    );

    let step = find("recommender").expect("a step");
    let none = step
        .presets()
        .iter()
        .find(|preset| preset.label.starts_with("No pattern"))
        .expect("a preset");
    let shown = show(none.input).expect("no pattern");
    assert!(
        shown
            .parts
            .iter()
            .any(|part| matches!(part, Part::Words(words) if words.contains("not notably better")))
    );
}

#[test]
fn who_likes_starships_is_offered_the_like() {
    let shown = show(&[("mine", "Starship: 5\nWedding: 1")]).expect("ratings");
    assert!(
        ["Robots", "Comet"].contains(&mine(&shown)[0].0.as_str()),
        "{:?}",
        mine(&shown)
    );
    let shown = show(&[("mine", "wedding: 5\nstarship: 1")]).expect("ratings");
    assert!(
        ["Letters", "Harbour"].contains(&mine(&shown)[0].0.as_str()),
        "{:?}",
        mine(&shown)
    );
}

#[test]
fn every_preset_holds() {
    for preset in find("recommender").expect("a step").presets() {
        holds(&show(preset.input).expect(preset.label));
    }
}

#[test]
fn both_ways_to_write_a_table_are_the_same() {
    let colons = show(&[
        ("table", "x: a b c\nA: 5 . 1\nB: 4 2 ?\nC: - 1 3"),
        ("mine", "a: 3"),
    ])
    .expect("colons");
    let commas = show(&[
        ("table", "x, a, b, c\nA, 5, , 1\nB, 4, 2, \nC, , 1, 3"),
        ("mine", "a: 3"),
    ])
    .expect("commas");
    let head = show(&[
        ("table", "a b c\nA 5 . 1\nB 4 2 .\nC . 1 3"),
        ("mine", "a: 3"),
    ])
    .expect("spaces");
    assert_eq!(colons, commas);
    assert_eq!(colons, head);
}

#[test]
fn what_cannot_be_read_is_named() {
    let faults = [
        (("table", ""), "table", "empty"),
        (("table", "a b\nA: 1 2"), "table", "1 viewers"),
        (
            ("table", "a b\nA: 1 2\nB: 1"),
            "table",
            "“B” has 1 ratings for 2",
        ),
        (("table", "a b\nA: 1 2\nB: 1 NaN"), "table", "NaN"),
        (
            ("table", "a b\nA: 1 .\nB: 1 ."),
            "table",
            "nobody has rated “b”",
        ),
        (("mine", "Starship 5"), "mine", "item: rating"),
        (("mine", "Opera: 5"), "mine", "there are Starship"),
        (("mine", "Robots: -3"), "mine", "-3"),
    ];
    for (given, field, says) in faults {
        let fault = show(&[given]).expect_err(says);
        assert_eq!(fault.field, field);
        assert!(fault.why.contains(says), "{fault}");
    }
}

#[test]
fn without_a_rank_guesses_are_the_means() {
    let table = "a b\nA: 1 .\nB: 3 4\nC: . 2";
    let shown = show(&[("table", table), ("mine", "a: 2"), ("rank", "0")]).expect("means");
    assert_eq!(mine(&shown), [("b".to_string(), 3.0)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_table_keeps_the_invariants(
        rows in (2_usize..7, 2_usize..9).prop_flat_map(|(items, viewers)| {
            prop::collection::vec(prop::collection::vec(prop::option::weighted(0.7, 1_u8..=5), items), viewers)
        }),
        rank in 0_usize..5,
        shrinkage in prop_oneof![Just(0.0), 0.0_f64..5.0],
    ) {
        let (n, p) = (rows.len(), rows[0].len());
        let table = Matrix::from_fn(n, p, |i, j| f64::from(rows[i][j].unwrap_or(0)));
        let known = Known::from_fn(n, p, |i, j| rows[i][j].is_some());
        let found = complete(&table, &known, Options { rank, shrinkage, iterations: 40 }).expect("numbers");
        for pair in found.objective.windows(2) {
            prop_assert!(pair[1] <= pair[0] + 1e-10, "{:?}", found.objective);
        }
        prop_assert!(found.low.s.len() <= rank);
        for (i, j) in hidden(&known) {
            prop_assert!(known[(i, j)]);
        }
        let head = (0..p).map(|j| format!("i{j}")).collect::<Vec<_>>().join(" ");
        let line = |row: &Vec<Option<u8>>| row.iter().map(|x| x.map_or(".".to_string(), |x| x.to_string())).collect::<Vec<_>>().join(" ");
        let lines: Vec<_> = rows.iter().map(|row| format!("v: {}", line(row))).collect();
        let text = format!("{head}\n{}", lines.join("\n"));
        let (rank, shrinkage) = (rank.to_string(), shrinkage.to_string());
        match show(&[("table", &text), ("mine", "i0: 4"), ("rank", &rank), ("shrinkage", &shrinkage)]) {
            Ok(shown) => holds(&shown),
            Err(fault) => prop_assert!(fault.why.contains("nobody has rated")),
        }
    }

    #[test]
    fn a_table_of_rank_one_beyond_its_means_is_filled_in(
        a in prop::collection::vec(0.5_f64..2.0, 6), b in prop::collection::vec(0.5_f64..2.0, 5), blank in (0_usize..6, 0_usize..5),
    ) {
        // Centred columns without the blank are not exactly of rank one; a slight shrinkage comes near.
        let table = Matrix::from_fn(6, 5, |i, j| a[i] * b[j]);
        let known = Known::from_fn(6, 5, |i, j| (i, j) != blank);
        let found = complete(&table, &known, Options { rank: 1, shrinkage: 0.01, iterations: 300 }).expect("numbers");
        let guess = found.filled()[blank];
        let mean = found.means[blank.1];
        let (of_guess, of_mean) = ((guess - table[blank]).abs(), (mean - table[blank]).abs());
        prop_assert!(of_guess <= of_mean.max(0.15) , "{guess} and {mean} for {}", table[blank]);
    }
}

#[test]
fn ratings_pasted_from_a_spreadsheet_are_read_with_their_blanks() {
    let typed = "one two three\nAnn: 5 . 3\nBob: 4 2.5 .\nCy: . 1 2";
    let pasted = "\u{feff}\tone\ttwo\tthree\r\nAnn\t5\t\t3\r\nBob\t4\t2.5\t\r\nCy\t\t1\t2\r\n";
    let show = |table: &str| super::given::show("recommender", &[("table", table), ("mine", "")]);
    let (typed, pasted) = (show(typed).expect("typed"), show(pasted).expect("pasted"));
    assert_eq!(typed.parts, pasted.parts);
    for (table, words) in [
        ("\tone\ttwo\nAnn\t4,5\t1\nBob\t1\t2", "4,5"),
        ("one two\nAnn: 4,5 1\nBob: 1 2", "5 1"),
        ("one two\nAnn: 50% 1\nBob: 1 2", "50%"),
    ] {
        let fault = show(table).expect_err("a fault");
        assert!(
            fault.why.contains(words) && fault.why.contains("Ann"),
            "{fault}"
        );
    }
}
