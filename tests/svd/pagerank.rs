//! PageRank of graphs whose ranks are known, and of random ones.

use proptest::prelude::*;
use salon_demos::demos::svd::find;
use salon_demos::demos::svd::graph::{Graph, google, hits, solved};
use salon_demos::demos::svd::input::Fault;
use salon_demos::demos::svd::shown::{Part, Shown};

use super::given::{self, holds};

fn show(given: &[(&str, &str)]) -> Result<Shown, Fault> {
    given::show("pagerank", given)
}

fn graph(text: &str) -> Graph {
    let lines: Vec<_> = text.lines().map(str::to_string).collect();
    Graph::of(&lines).expect("a graph")
}

fn has(shown: &Shown, claim: &str) -> bool {
    shown
        .checks
        .iter()
        .any(|check| check.claim.starts_with(claim))
}

#[test]
fn two_nodes_are_as_worked_out_by_hand() {
    // a -> b, b dangling: x_a = (1 − d)/2 + d x_b / 2, x_a + x_b = 1, so x_a = 1 / (2 + d).
    for damping in [0.0, 0.5, 0.85, 0.99] {
        let rank = solved(&graph("a -> b").walk(), damping).expect("one answer");
        assert!((rank[0] - 1.0 / (2.0 + damping)).abs() < 1e-13, "{rank}");
    }
}

#[test]
fn every_preset_holds_and_those_that_agree_are_checked_to() {
    for preset in find("pagerank").expect("a step").presets() {
        let shown = show(preset.input).expect(preset.label);
        holds(&shown);
        assert_eq!(
            has(&shown, "every node has as many"),
            preset.label.contains("all agree")
        );
        assert_eq!(
            has(&shown, "links go both ways"),
            preset.label.contains("Both ways")
        );
    }
}

#[test]
fn hubs_and_pagerank_are_not_the_same() {
    let graph = graph("list1 -> x, y\nlist2 -> x, y\nx -> y");
    let hits = hits(&graph.adjacency()).expect("numbers");
    let rank = solved(&graph.walk(), 0.85).expect("one answer");
    let hub = hits
        .hubs
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(b.1))
        .expect("nodes")
        .0;
    assert!(["list1", "list2"].contains(&graph.nodes[hub].as_str()));
    let lowest = rank
        .iter()
        .enumerate()
        .min_by(|a, b| a.1.total_cmp(b.1))
        .expect("nodes")
        .0;
    assert_eq!(rank[hub], rank[lowest]);
}

#[test]
fn a_tie_of_singular_values_is_told() {
    let star = show(&[("graph", "c -> a, b\na -> c\nb -> c")]).expect("a star");
    let told = |part: &Part| matches!(part, Part::Words(words) if words.contains("not determined"));
    assert!(star.parts.iter().any(told));
    holds(&star);
}

#[test]
fn links_are_read_once_and_never_to_oneself() {
    let graph = graph("a -> b, b, a\nb ->\nc");
    assert_eq!(graph.nodes, ["a", "b", "c"]);
    assert_eq!(graph.arrows.len(), 1);
    assert_eq!(graph.loops, 1);
    assert_eq!(graph.dangling(), [1, 2]);
}

#[test]
fn other_notations_are_read_as_the_same_graph() {
    let ring = graph("a -> b\nb -> c\nc -> a");
    for text in [
        "a --> b\nb --> c\nc --> a",
        "graph TD\n  a --> b\n  b ==> c\n  c -.-> a",
        "flowchart LR;\n a[Start] --> b(Middle);\n b -->|yes| c{End};\n c --> a",
        "a -> b;\nb -> c;\nc -> a;",
        "digraph G {\n  rankdir=LR;\n  node [shape=box];\n  a -> b [color=red];\n  b -> c;\n  c -> a;\n}",
        "digraph { a -> b; b -> c; c -> a }",
        "a → b\nb ⇒ c\nc ⟶ a",
        "a => b\nb ==> c\nc —> a",
        "a -> b -> c -> a",
        "\"a\" -> \"b\"\n\"b\" -> \"c\"\n\"c\" -> \"a\"",
        "# a ring\na b\nb c // on\nc a",
        "a,b\nb,c\nc,a",
        "a\tb\nb\tc\nc\ta",
    ] {
        let found = graph(text);
        assert_eq!(
            (&found.nodes, &found.arrows),
            (&ring.nodes, &ring.arrows),
            "{text}"
        );
    }
    let both = graph("graph { a -- b; b -- c }");
    assert_eq!(both.arrows.len(), 4);
    assert_eq!(graph("a <-> b\nb ↔ c").arrows, both.arrows);
    assert_eq!(
        graph("\"New York\" -> \"Los Angeles\"\nx-1 -> \"New York\"").nodes,
        ["New York", "Los Angeles", "x-1"]
    );
    // One letter, however it is written.
    assert_eq!(graph("e\u{301} -> b\nb -> \u{e9}").nodes.len(), 2);
    // Pasted with the mark that spreadsheets and editors put first, and with lone carriage returns.
    for text in [
        "b <- a\nc ← b\nc -> a",
        "\u{feff}a -> b\nb -> a\n",
        "a -> b\rb -> a\r",
    ] {
        let shown = show(&[("graph", text)]).expect("a graph");
        assert!(has(&shown, "every node has as many"), "{text:?}");
    }
}

#[test]
fn notations_with_more_than_one_meaning_are_refused() {
    for (text, says) in [
        ("a -> b c\nb -> a", "“b c” may be one name or more"),
        ("a -- b\nb -- c", "no direction"),
        ("a --- b\nb --> c", "no direction"),
        ("a b 3\nb c 1", "weights"),
        ("a,b,0.5\nb,a,1", "weights"),
        ("a -> b [weight=2]\nb -> a", "weights"),
        ("graph LR\na -->|3| b\nb --> a", "weights"),
        ("source,target\na,b\nb,a", "headings"),
        ("0 1\n1 0", "matrix or a list"),
        ("a -> {b c}\nb -> a", "may be one name or more"),
        ("a[Start] -> b\nb -> a", "other notations"),
        ("a, b -> c", "several names before an arrow"),
        ("a b c\nb c a", "two names in every line"),
    ] {
        let fault = show(&[("graph", text)]).expect_err(says);
        assert!(fault.why.contains(says), "{text}: {fault}");
    }
}

#[test]
fn what_is_no_graph_is_named() {
    let many: Vec<_> = (0..17).map(|n| format!("n{n}")).collect();
    let many = format!("a -> {}", many.join(", "));
    let faults = [
        ("", "has 0 nodes"),
        ("a", "has 1 nodes"),
        ("a -> a\nb", "no arrow"),
        ("a -> b,, c", "a -> b, c"),
        ("-> b", "“-> b”"),
        ("a -> a name that is far too long for a node", "1 to 16"),
        (many.as_str(), "18 nodes"),
    ];
    for (text, says) in faults {
        let fault = show(&[("graph", text)]).expect_err(says);
        assert_eq!(fault.field, "graph");
        assert!(fault.why.contains(says), "{fault}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_graph_keeps_the_invariants(
        arrows in prop::collection::vec((0_u8..9, 0_u8..9), 1..30),
        damping in prop_oneof![Just(0.0), Just(0.85), Just(0.99), 0.0_f64..0.99],
        steps in 0_usize..100,
    ) {
        let lines: Vec<_> = arrows.iter().map(|(from, to)| format!("n{from} -> n{to}")).collect();
        let text = lines.join("\n");
        let (damping_text, steps) = (damping.to_string(), steps.to_string());
        let Ok(shown) = show(&[("graph", &text), ("damping", &damping_text), ("steps", &steps)]) else {
            prop_assume!(false);
            return Ok(());
        };
        holds(&shown);
        let graph = graph(&text);
        let google = google(&graph.walk(), damping);
        for column in google.column_iter() {
            prop_assert!((column.sum() - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn a_ring_with_the_same_jumps_for_all_is_even(n in 3_usize..10, jump in 1_usize..9) {
        let lines: Vec<_> = (0..n).map(|k| format!("n{k} -> n{}, n{}", (k + 1) % n, (k + jump) % n)).collect();
        let shown = show(&[("graph", &lines.join("\n"))]).expect("a ring");
        prop_assert!(has(&shown, "every node has as many"));
        holds(&shown);
    }
}
