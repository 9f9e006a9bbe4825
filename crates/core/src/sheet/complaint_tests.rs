//! What is said about bad sheets: the exact line, the words, and the right name.

use super::{EXAMPLE, SHEET_MAX_BYTES, read};
use crate::ids::SessionCode;

const CASES: &str = include_str!("complaint_cases.txt");

fn spare() -> SessionCode {
    "7777".parse().expect("a code")
}

fn told(text: &str) -> Vec<String> {
    match read(text, "talks.toml", spare()) {
        Ok(_) => Vec::new(),
        Err(complaints) => complaints.iter().map(|one| one.to_string()).collect(),
    }
}

/// A sheet that is right up to line 10, so that what follows begins on line 11.
const GOOD: &str = r#"title = "Talks"
[[channel]]
id = "zoom"
label = "Zoom"
[[segment]]
id = "welcome"
kind = "polls"
title = "Welcome"
planned_minutes = 2
# What follows belongs to this segment.
"#;

#[test]
fn every_fault_has_its_line_and_the_nearest_right_name() {
    let poll = "[[segment.poll]]\nid = \"p\"\nquestion = \"Why?\"\n";
    let mut wrong = Vec::new();
    for case in CASES.split("\n=== ").skip(1) {
        let (before, rest) = case.split_once('\n').expect("a case has lines");
        let before = match before {
            "poll" => poll.to_string(),
            "single" => format!("{poll}kind = \"single\"\noptions = [\"a\", \"b\"]\n"),
            _ => String::new(),
        };
        let lines = || {
            rest.lines()
                .filter(|line| !line.starts_with('#') && !line.is_empty())
        };
        let fault: Vec<&str> = lines().filter(|line| !line.starts_with("-->")).collect();
        let expected: Vec<String> = lines()
            .filter_map(|line| line.strip_prefix("--> "))
            .map(|one| format!("talks.toml:{one}"))
            .collect();
        assert!(!expected.is_empty(), "{case}");
        let told = told(&format!("{GOOD}{before}{}\n", fault.join("\n")));
        if told != expected {
            wrong.push((fault, told, expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_head_of_a_sheet_is_looked_at_too() {
    assert_eq!(told(""), ["talks.toml:1:1: title: is missing"]);
    assert_eq!(
        told("titel = \"T\"\n"),
        [
            "talks.toml:1:1: unknown field “titel”; did you mean “title”?",
            "talks.toml:1:1: title: is missing"
        ]
    );
    assert_eq!(
        told("title = \"T\"\ncode = \"SALON1\"\n"),
        [
            "talks.toml:2:8: code: “SALON1”: “L” is never part of a code: codes have no 0, 1, I, L, O or U and no other signs"
        ]
    );
    // The column is counted in characters, and a byte order mark is none.
    assert_eq!(
        told("\u{feff}title = [\"ü\", 1]\n"),
        ["talks.toml:1:9: title: expected a text in quotes, found a list"]
    );
}

#[test]
fn long_texts_and_long_lists_are_refused_at_their_line() {
    let long = "x".repeat(201);
    assert_eq!(
        told(&format!("title = \"{long}\"\n")),
        ["talks.toml:1:9: title: is 201 characters long; 200 are allowed"]
    );
    let options: String = (0..41).map(|n| format!("\"{n}\",\n")).collect();
    assert_eq!(
        told(&format!(
            "title = \"T\"\n[[poll]]\nkind=\"single\"\nquestion=\"Q?\"\noptions = [\n{options}]\n"
        )),
        ["talks.toml:46:1: poll “Q?”, options[40]: one too many: there are 41, and 40 are allowed"]
    );
    for (table, n) in [("channel", 12), ("segment", 100), ("poll", 200)] {
        let rest = match table {
            "channel" => "label = \"C\"",
            "segment" => "kind = \"qa\"\ntitle = \"Q\"",
            _ => "kind = \"yes_no\"\nquestion = \"Q?\"",
        };
        let sheet = |n: usize| {
            format!(
                "title = \"T\"\n{}",
                format!("[[{table}]]\n{rest}\n").repeat(n)
            )
        };
        assert_eq!(told(&sheet(n)), [""; 0]);
        let lines = rest.lines().count() + 1;
        assert_eq!(
            told(&sheet(n + 1)),
            [format!(
                "talks.toml:{}:1: {table}: one too many: there are {}, and {n} are allowed",
                2 + n * lines,
                n + 1
            )]
        );
    }
    // Polls are counted together, wherever they stand.
    let inside = "[[segment.poll]]\nkind = \"yes_no\"\nquestion = \"Q?\"\n".repeat(150);
    let outside = "[[poll]]\nkind = \"yes_no\"\nquestion = \"Q?\"\n".repeat(51);
    assert_eq!(
        told(&format!("{GOOD}{inside}{outside}")),
        ["talks.toml:611:1: poll: one too many: there are 201, and 200 are allowed"]
    );
    let links = "{ label = \"L\", url = \"http://e.org\" },\n".repeat(9);
    assert_eq!(
        told(&format!("{GOOD}links = [\n{links}]\n")),
        ["talks.toml:20:1: segment “welcome”, links: one too many: there are 9, and 8 are allowed"]
    );
}

#[test]
fn a_large_file_is_refused_unread() {
    let largest = format!("title = \"T\"\n#{}", "x".repeat(SHEET_MAX_BYTES - 13));
    assert_eq!(told(&largest), [""; 0]);
    assert_eq!(
        told(&format!("{largest}x")),
        ["talks.toml:1:1: the file has 262145 bytes; at most 262144 are allowed"]
    );
}

#[test]
fn broken_toml_is_named_by_the_line_where_it_breaks() {
    for (text, place) in [
        ("title = \"T\"\ncode = CENTRE\n", "talks.toml:2:"),
        (
            "title = \"T\"\n\n[[segment]\nkind = \"qa\"\n",
            "talks.toml:3:",
        ),
        ("title = \"T\"\ntitle = \"U\"\n", "talks.toml:2:1: "),
        ("title = \"T\n", "talks.toml:1:"),
        ("title = \"\\q\"\n", "talks.toml:1:"),
        ("title = \"T\"\nblurb = \"\"\"\nx\n", "talks.toml:"),
    ] {
        let told = told(text);
        assert!(told[0].starts_with(place), "{told:?}");
        assert!(told.len() <= 3, "{told:?}");
    }
}

#[test]
fn a_language_is_a_code() {
    assert_eq!(
        told("title = \"T\"\nlang = \"German\"\n"),
        ["talks.toml:2:8: lang: “German” is no language; it is a code such as de, ja or pt-BR"]
    );
    for code in ["de", "ja", "pt-BR", "zh-Hant", "gsw"] {
        assert_eq!(
            told(&format!("title = \"T\"\nlang = \"{code}\"\n")),
            [""; 0],
            "{code}"
        );
    }
}

#[test]
fn all_faults_of_a_sheet_are_told_at_once_in_the_order_of_the_lines() {
    let text = EXAMPLE
        .replace("CENTRE", "CENTRAL")
        .replace("delay_seconds", "delay_second")
        .replace("kind = \"multiple\"", "kind = \"mutliple\"")
        .replace("\"2025\"", "2025")
        .replace("https://arxiv", "ftp://arxiv")
        .replace("planned_minutes = 19", "planned_minutes = 1900");
    let Err(complaints) = read(&text, "talks.toml", spare()) else {
        panic!("a bad sheet was read");
    };
    let lines: Vec<usize> = complaints.iter().map(|one| one.line).collect();
    let line = |part: &str| {
        1 + text
            .lines()
            .position(|line| line.contains(part))
            .expect("the part")
    };
    let expected = [
        line("CENTRAL"),
        line("delay_second"),
        line("mutliple"),
        line("ftp://"),
        line("horizons = [2025"),
        line("= 1900"),
    ];
    assert_eq!(lines, expected, "{complaints:#?}");
}

#[test]
fn complaints_carry_no_terminal_tricks_and_stay_short() {
    let long = "x".repeat(5_000);
    for text in [
        "title = \"T\"\n\"\\u001b[31mred\\u202e\\n\" = 1\n".to_string(),
        format!(
            "title = \"T\"\n{long} = 1\n[[poll]]\nid = \"{long}\"\nkind = \"{long}\"\nsegment = \"{long}\"\n"
        ),
    ] {
        for one in told(&text) {
            assert!(
                !one.chars().any(|c| c.is_control() || c == '\u{202e}'),
                "{one:?}"
            );
            assert!(one.len() < 400, "{one}");
        }
    }
    let many: String = (0..10_000).map(|n| format!("k{n} = 1\n")).collect();
    assert_eq!(told(&many).len(), 100);
}

#[test]
fn shapes_that_overwhelm_parsers_end_in_complaints() {
    let n = SHEET_MAX_BYTES;
    let polls = format!("title = \"T\"\n{}", "[[poll]]\n".repeat(n / 10));
    let keys: String = (0..25_000).map(|key| format!("k{key}=1,")).collect();
    for text in [
        format!("a={}", "[".repeat(n - 2)),
        format!("a={}", "{a=".repeat(n / 4)),
        format!("a{}=1", ".a".repeat(n / 2 - 2)),
        format!("[[a{}]]", ".a".repeat(n / 2 - 3)),
        format!("channel=[{{{keys}}}]"),
        "=\n".repeat(n / 2),
        "\r".repeat(n),
        polls,
    ] {
        let told = told(&text);
        assert!((1..=100).contains(&told.len()), "{:.80}", text);
    }
}
