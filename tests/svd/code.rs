use proptest::prelude::*;
use salon_demos::demos::svd::shown::{Part, Shown};

use super::given::{fault, holds, presets_hold, show, tables, words};

/// What each function returns: is_odd, pick, to_bool, to_string.
fn returned(shown: &Shown) -> Vec<&str> {
    let rows = tables(shown)[0].rows.iter();
    rows.map(|row| row[2].as_str()).collect()
}

#[test]
fn with_the_default_and_every_preset_its_claims_hold() {
    presets_hold("code");
}

#[test]
fn each_value_on_the_way_is_shown() {
    let seven = show("code", &[("n", "7")]).unwrap();
    assert_eq!(returned(&seven), ["\"true\"", "1", "True", "\"true\""]);
    let ten = show("code", &[("n", "10"), ("representatives", "1 and 2")]).unwrap();
    assert_eq!(returned(&ten), ["\"false\"", "2", "False", "\"false\""]);
}

#[test]
fn a_negative_odd_number_is_odd_and_other_languages_are_warned_of() {
    for n in ["-3", "−3", " -0003 "] {
        let shown = show("code", &[("n", n)]).unwrap();
        assert_eq!(returned(&shown), ["\"true\"", "1", "True", "\"true\""]);
        assert!(words(&shown).contains("−3 % 2 is −1"));
    }
    assert_eq!(returned(&show("code", &[("n", "-0")]).unwrap())[1], "0");
}

#[test]
fn what_is_no_whole_number_is_told_so() {
    assert!(fault("code", &[("n", "")]).starts_with("n: is empty"));
    assert!(fault("code", &[("n", "-")]).starts_with("n: is empty"));
    assert!(fault("code", &[("n", "3.5")]).starts_with("n: has “.”"));
    assert!(fault("code", &[("n", "--3")]).starts_with("n: has “-”"));
    assert!(fault("code", &[("n", &"7".repeat(61))]).starts_with("n: has 61 digits"));
    holds(&show("code", &[("n", &"7".repeat(60))]).unwrap());
}

#[test]
fn the_code_keeps_its_lines() {
    let shown = show("code", &[]).unwrap();
    let codes = shown
        .parts
        .iter()
        .filter(|part| matches!(part, Part::Code(code) if code.contains("\n    return")));
    assert_eq!(codes.count(), 2);
}

proptest! {
    #[test]
    fn it_is_odd_as_integers_are(n in any::<i128>(), other in any::<bool>()) {
        let representatives = if other { "1 and 2" } else { "0 and 1" };
        let shown = show("code", &[("n", &n.to_string()), ("representatives", representatives)]).unwrap();
        holds(&shown);
        let odd = n.rem_euclid(2) == 1;
        let pick = match (other, odd) {
            (_, true) => "1",
            (true, false) => "2",
            (false, false) => "0",
        };
        let (flag, string) = if odd { ("True", "\"true\"") } else { ("False", "\"false\"") };
        prop_assert_eq!(returned(&shown), [string, pick, flag, string]);
    }
}
