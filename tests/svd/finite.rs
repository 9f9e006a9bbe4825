use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use salon_demos::demos::svd::shown::{Diagram, Part, Shown};

use super::given::{fault, holds, presets_hold, show, tables, words};

fn diagram(shown: &Shown) -> &Diagram {
    let diagram = shown.parts.iter().find_map(|part| match part {
        Part::Diagram(diagram) => Some(diagram),
        _ => None,
    });
    diagram.expect("a diagram")
}

/// Along the arrows of the picture, from each input to the last column.
fn walked(shown: &Shown) -> BTreeMap<String, String> {
    let diagram = diagram(shown);
    let mut all = BTreeMap::new();
    let inputs = diagram.nodes.iter().enumerate();
    for (start, node) in inputs.filter(|(_, node)| node.at[0] == 0.0 && node.at[1] >= 0.0) {
        let mut at = start;
        for _ in 0..3 {
            let arrows = diagram.arrows.iter().filter(|arrow| arrow.from == at);
            let ends: Vec<_> = arrows.map(|arrow| arrow.to).collect();
            assert_eq!(ends.len(), 1, "one arrow leaves a node");
            at = ends[0];
        }
        all.insert(node.label.clone(), diagram.nodes[at].label.clone());
    }
    all
}

/// The names in one of the four columns, counted from 0, under its title.
fn column(shown: &Shown, place: usize) -> Vec<&str> {
    let all = diagram(shown).nodes.iter();
    let mut across: Vec<f64> = all.map(|node| node.at[0]).collect();
    across.sort_by(f64::total_cmp);
    across.dedup();
    let x = across[place];
    let nodes = diagram(shown).nodes.iter();
    let nodes = nodes.filter(|node| node.at[0] == x && node.at[1] >= 0.0);
    nodes.map(|node| node.label.as_str()).collect()
}

#[test]
fn with_the_default_and_every_preset_its_claims_hold() {
    presets_hold("finite");
}

#[test]
fn representatives_are_the_first_of_their_group_unless_picked() {
    let shown = show("finite", &[]).unwrap();
    assert_eq!(column(&shown, 1), ["0", "1"]);
    assert_eq!(column(&shown, 2), ["false", "true"]);
    assert_eq!(column(&shown, 3), ["false", "true", "through", "tals"]);
    let shown = show("finite", &[("representatives", "6")]).unwrap();
    assert_eq!(column(&shown, 1), ["1", "6"]);
    let kernel = &tables(&shown)[0].rows;
    assert_eq!(kernel[1], ["0, 2, 4, 6, 8", "6", "false"]);
    holds(&shown);
}

#[test]
fn lines_may_be_written_in_three_ways_and_twice() {
    let text = "a -> 1\nb → 1\n\nc, 2\na -> 1\nd, e -> 2";
    let shown = show("finite", &[("function", text), ("others", "2\n3\n3")]).unwrap();
    assert_eq!(column(&shown, 0), ["a", "b", "c", "d, e"]);
    assert_eq!(column(&shown, 3), ["1", "2", "3"]);
}

#[test]
fn it_says_what_kind_of_function_it_is() {
    let said =
        |text, others| words(&show("finite", &[("function", text), ("others", others)]).unwrap());
    assert!(said("1 -> 2\n2 -> 1", "").contains("reversible as it is"));
    assert!(said("1 -> 2\n2 -> 1", "3").contains("This one is one-to-one"));
    assert!(said("1 -> 2\n2 -> 2", "").contains("This one is onto"));
    assert!(said("1 -> 2\n2 -> 2", "1").contains("neither"));
}

#[test]
fn what_is_no_function_is_told_so_with_its_lines() {
    let wrong = |text| fault("finite", &[("function", text)]);
    assert!(
        wrong("a -> 1\n\nb -> 2\na -> 2")
            .starts_with("function: lines 1 and 4 give “a” different outputs")
    );
    assert!(wrong("a -> 1\nb").starts_with("function: line 2 has no arrow"));
    assert!(wrong("a -> 1 -> 2").starts_with("function: line 1 has two arrows"));
    assert!(wrong("-> 1").starts_with("function: line 1 lacks an input"));
    assert!(wrong("1,").starts_with("function: line 1 lacks an input"));
    assert!(wrong(" \n").starts_with("function: is empty"));
}

#[test]
fn representatives_must_be_inputs_and_one_for_each_group() {
    let wrong = |picked| fault("finite", &[("representatives", picked)]);
    assert!(wrong("10").starts_with("representatives: “10” is no input"));
    assert!(wrong("1\n2\n4").starts_with("representatives: “2” and “4” have the same output"));
    holds(&show("finite", &[("representatives", "4\n4")]).unwrap());
}

fn functions() -> impl Strategy<Value = (BTreeMap<String, String>, Vec<String>, Vec<String>)> {
    let function = prop::collection::btree_map("[a-z]{1,3}", "[0-4]", 1..30);
    let others = prop::collection::vec("[0-9]", 0..8);
    (function, others).prop_flat_map(|(function, others)| {
        let inputs: Vec<String> = function.keys().cloned().collect();
        let picked = prop::sample::subsequence(inputs.clone(), 0..=inputs.len()).prop_shuffle();
        (Just(function), Just(others), picked)
    })
}

proptest! {
    #[test]
    fn along_the_arrows_every_input_comes_to_its_output((f, others, picked) in functions()) {
        // At most one of each group is picked.
        let mut seen = BTreeSet::new();
        let picked: Vec<_> = picked.into_iter().filter(|input| seen.insert(f[input].clone())).collect();
        let lines: Vec<_> = f.iter().map(|(input, output)| format!("{input} -> {output}")).collect();
        let (lines, others, chosen) = (lines.join("\n"), others.join("\n"), picked.join("\n"));
        let given = [("function", lines.as_str()), ("others", &others), ("representatives", &chosen)];
        let shown = show("finite", &given).unwrap();
        holds(&shown);
        prop_assert_eq!(&walked(&shown), &f);
        let representatives = column(&shown, 1);
        let reached: BTreeSet<_> = f.values().collect();
        prop_assert_eq!(representatives.len(), reached.len());
        prop_assert!(picked.iter().all(|input| representatives.contains(&input.as_str())));
    }
}

#[test]
fn arrows_of_every_kind_are_one() {
    let typed = super::given::show(
        "finite",
        &[("function", "a -> 1\nb -> 2\nc -> 1"), ("others", "")],
    );
    let typed = typed.expect("typed");
    for text in [
        "a → 1\nb ⇒ 2\nc --> 1",
        "a => 1;\nb ↦ 2;\nc ==> 1;",
        "\u{feff}\"a\" -> \"1\"\rb -> 2\rc -> 1",
        "1 <- a\n2 ← b\n1 <-- c",
    ] {
        let shown = super::given::show("finite", &[("function", text), ("others", "")]);
        assert_eq!(shown.expect(text).parts, typed.parts, "{text}");
    }
    let fault =
        super::given::show("finite", &[("function", "a -- 1\nb -> 2")]).expect_err("a fault");
    assert!(fault.why.contains("line 1"), "{fault}");
}
