//! What is said about bad sheets: the exact line, the words, and the right name.

use super::{EXAMPLE, SHEET_MAX_BYTES, read};
use crate::ids::SessionCode;

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
    let single = &format!("{poll}kind = \"single\"\noptions = [\"a\", \"b\"]\n");
    let table: &[(&str, &str, &[&str])] = &[
        // Unknown fields, at every level.
        ("", "speeker = \"x\"", &["11:1: segment “welcome”: unknown field “speeker”; did you mean “speaker”?"]),
        ("", "minutes = 5", &["11:1: segment “welcome”: unknown field “minutes”; did you mean “planned_minutes”?"]),
        ("", "zzz = 5", &["11:1: segment “welcome”: unknown field “zzz”; a segment has id, kind, title, speaker, blurb, planned_minutes, links, poll"]),
        ("", "[[segments]]", &["11:3: unknown field “segments”; did you mean “segment”?"]),
        ("", "[[channel]]\nid = \"c\"\nlabel = \"C\"\ndelay = 3", &["14:1: channel “c”: unknown field “delay”; did you mean “delay_seconds”?"]),
        ("", "links = [{ label = \"L\", url = \"https://e.org\", titel = \"x\" }]", &["11:48: segment “welcome”, link “L”: unknown field “titel”; a link has label, url"]),
        (single, "optoins = []", &["16:1: poll “p”: unknown field “optoins”; did you mean “options”?"]),
        // Wrong types.
        ("", "speaker = 5", &["11:11: segment “welcome”, speaker: expected a text in quotes, found a whole number; did you mean “\"5\"”?"]),
        ("", "blurb = [\"x\"]", &["11:9: segment “welcome”, blurb: expected a text in quotes, found a list"]),
        ("", "links = \"https://e.org\"", &["11:9: segment “welcome”, links: expected a list of tables, found a text in quotes"]),
        ("", "links = [\"https://e.org\"]", &["11:10: segment “welcome”, links[0]: expected a table, found a text in quotes"]),
        ("", "[poll]\nkind = \"single\"", &["11:1: poll: expected a list of tables, found a table; did you mean “[[poll]]”?"]),
        ("", "[segment.poll]\nkind = \"single\"", &["11:1: segment “welcome”, poll: expected a list of tables, found a table; did you mean “[[segment.poll]]”?"]),
        (single, "seconds = \"30\"", &["16:11: poll “p”, seconds: expected a whole number, found a text in quotes; did you mean “30”?"]),
        (single, "seconds = 1.5", &["16:11: poll “p”, seconds: expected a whole number, found a number with a fraction"]),
        (single, "live_results = \"yes\"", &["16:16: poll “p”, live_results: expected true or false, found a text in quotes; did you mean “true”?"]),
        (poll, "kind = \"prediction\"\nhorizons = [2025, 2030-01-01]", &[
            "15:13: poll “p”, horizons[0]: expected a text in quotes, found a whole number; did you mean “\"2025\"”?",
            "15:19: poll “p”, horizons[1]: expected a text in quotes, found a date or time; did you mean “\"2030-01-01\"”?",
        ]),
        (poll, "kind = \"single\"\noptions = \"a, b\"", &["15:11: poll “p”, options: expected a list, found a text in quotes; did you mean “[\"a, b\"]”?"]),
        // Ids.
        ("", "[[channel]]\nid = \"zoom\"\nlabel = \"Z\"", &["12:6: channel “zoom”, id: “zoom” is used twice; the first is on line 3"]),
        ("", "[[segment]]\nid = \"welcome\"\nkind = \"qa\"\ntitle = \"Q\"", &["12:6: segment “welcome”, id: “welcome” is used twice; the first is on line 6"]),
        (single, "[[poll]]\nid = \"p\"\nkind = \"yes_no\"\nquestion = \"Q?\"", &["17:6: poll “p”, id: “p” is used twice; the first is on line 12"]),
        ("", "[[channel]]\nid = \"You Tube\"\nlabel = \"Y\"", &["12:6: channel “You Tube”, id: “You Tube” is not an id: use 1 to 40 small letters, digits and hyphens; did you mean “you-tube”?"]),
        ("", "[[channel]]\nid = 5\nlabel = \"Y\"", &["12:6: channel “Y”, id: expected a text in quotes, found a whole number; did you mean “\"5\"”?"]),
        // Kinds.
        ("", "[[segment]]\nkind = \"tlak\"\ntitle = \"T\"", &["12:8: segment “T”, kind: “tlak” is none of talk, polls, qa, demo, break; did you mean “talk”?"]),
        ("", "[[segment]]\ntitle = \"T\"", &["11:1: segment “T”, kind: is missing; it is one of talk, polls, qa, demo, break"]),
        (poll, "kind = \"mulitple\"", &["14:8: poll “p”, kind: “mulitple” is none of single, multiple, yes_no, prediction; did you mean “multiple”?"]),
        (poll, "kind = \"yesno\"", &["14:8: poll “p”, kind: “yesno” is none of single, multiple, yes_no, prediction; did you mean “yes_no”?"]),
        (poll, "", &["11:1: poll “p”, kind: is missing; it is one of single, multiple, yes_no, prediction"]),
        (poll, "kind = \"prediction\"\nanswer = \"probabilty\"", &["15:10: poll “p”, answer: “probabilty” is none of verdict, probability; did you mean “probability”?"]),
        // References.
        ("", "[[poll]]\nsegment = \"welcom\"\nkind = \"yes_no\"\nquestion = \"Q?\"", &["12:11: poll “Q?”, segment: there is no segment “welcom”; did you mean “welcome”?"]),
        ("", "[[poll]]\nsegment = \"zzz\"\nkind = \"yes_no\"\nquestion = \"Q?\"", &["12:11: poll “Q?”, segment: there is no segment “zzz”"]),
        (single, "segment = \"welcome\"", &["16:1: poll “p”: “segment” is not needed here: this poll belongs to the segment it is written under"]),
        // Numbers.
        ("", "[[channel]]\nid = \"y\"\nlabel = \"Y\"\ndelay_seconds = 301", &["14:17: channel “y”, delay_seconds: is 301; it must be between 0 and 300"]),
        ("", "[[segment]]\nkind = \"qa\"\ntitle = \"Q\"\nplanned_minutes = 0", &["14:19: segment “Q”, planned_minutes: is 0; it must be between 1 and 1440"]),
        (single, "seconds = -1", &["16:11: poll “p”, seconds: is -1; it must be between 1 and 86400"]),
        (single, "seconds = 99999999999999999999999999", &["16:11: poll “p”, seconds: is 99999999999999999999999999; it must be between 1 and 86400"]),
        (single, "seconds = 0x1_0000_0000", &["16:11: poll “p”, seconds: is 0x100000000; it must be between 1 and 86400"]),
        (poll, "kind = \"multiple\"\noptions = [\"a\", \"b\"]\nmin = 3\nmax = 4", &[
            "16:7: poll “p”, min: is 3; it must be between 1 and 2",
            "17:7: poll “p”, max: is 4; it must be between min (1) and 2",
        ]),
        (poll, "kind = \"multiple\"\noptions = [\"a\", \"b\", \"c\"]\nmin = 3\nmax = 2", &["17:7: poll “p”, max: is 2; it must be between min (3) and 3"]),
        // Fields that a kind has no use for.
        (single, "max = 2", &["16:1: poll “p”: a single poll has no “max”; only multiple has"]),
        (single, "both = true", &["16:1: poll “p”: a single poll has no “both”; only yes_no has"]),
        (single, "horizons = [\"2030\"]", &["16:1: poll “p”: a single poll has no “horizons”; only prediction has"]),
        (poll, "kind = \"yes_no\"\noptions = [\"a\", \"b\"]", &["15:1: poll “p”: a yes_no poll has no “options”; only single or multiple has"]),
        (poll, "kind = \"prediction\"\nwrite_in = true", &["15:1: poll “p”: a prediction poll has no “write_in”; only single or multiple has"]),
        // Texts.
        (poll, "kind = \"single\"", &["11:1: poll “p”, options: needs at least two options, or one and write_in"]),
        (poll, "kind = \"single\"\noptions = [\"a\"]", &["15:11: poll “p”, options: needs at least two options, or one and write_in"]),
        (poll, "kind = \"single\"\noptions = [\n  \"Yes\",\n  \"ＹＥＳ \",\n]", &["17:3: poll “p”, options[1]: “ＹＥＳ” is there twice; the first is on line 16"]),
        (poll, "kind = \"single\"\noptions = [\"a\", \"\", \"b\\nc\"]", &[
            "15:17: poll “p”, options[1]: must not be empty",
            "15:21: poll “p”, options[2]: must be one line",
        ]),
        ("", "speaker = \"\"\n[[segment]]\nkind = \"talk\"\ntitle = \" \"", &["14:9: segment “ ”, title: must not be empty"]),
        ("", "[[segment]]\nkind = \"talk\"", &["11:1: segment 2, title: is missing"]),
        ("", "[[poll]]\nkind = \"yes_no\"", &["11:1: poll 1, question: is missing"]),
        // Links.
        ("", "links = [{ label = \"L\", url = \"javascript:alert(1)\" }]", &["11:31: segment “welcome”, link “L”, url: must start with https:// or http://"]),
        ("", "links = [{ label = \"L\", url = \"arxiv.org/abs/1\" }]", &["11:31: segment “welcome”, link “L”, url: must start with https:// or http://; did you mean “https://arxiv.org/abs/1”?"]),
        ("", "links = [{ label = \"L\" }]", &["11:10: segment “welcome”, link “L”, url: is missing"]),
    ];
    let mut wrong = Vec::new();
    for (before, fault, expected) in table {
        let expected: Vec<String> = expected.iter().map(|one| format!("talks.toml:{one}")).collect();
        let told = told(&format!("{GOOD}{before}{fault}\n"));
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
        ["talks.toml:1:1: unknown field “titel”; did you mean “title”?", "talks.toml:1:1: title: is missing"]
    );
    assert_eq!(
        told("title = \"T\"\ncode = \"SALON1\"\n"),
        ["talks.toml:2:8: code: “SALON1”: “L” is never part of a code: codes have no 0, 1, I, L, O or U and no other signs"]
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
        told(&format!("title = \"T\"\n[[poll]]\nkind=\"single\"\nquestion=\"Q?\"\noptions = [\n{options}]\n")),
        ["talks.toml:46:1: poll “Q?”, options[40]: one too many: there are 41, and 40 are allowed"]
    );
    for (table, n) in [("channel", 12), ("segment", 100), ("poll", 200)] {
        let rest = match table {
            "channel" => "label = \"C\"",
            "segment" => "kind = \"qa\"\ntitle = \"Q\"",
            _ => "kind = \"yes_no\"\nquestion = \"Q?\"",
        };
        let sheet = |n: usize| format!("title = \"T\"\n{}", format!("[[{table}]]\n{rest}\n").repeat(n));
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
        ("title = \"T\"\n\n[[segment]\nkind = \"qa\"\n", "talks.toml:3:"),
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
    let line = |part: &str| 1 + text.lines().position(|line| line.contains(part)).expect("the part");
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
        format!("title = \"T\"\n{long} = 1\n[[poll]]\nid = \"{long}\"\nkind = \"{long}\"\nsegment = \"{long}\"\n"),
    ] {
        for one in told(&text) {
            assert!(!one.chars().any(|c| c.is_control() || c == '\u{202e}'), "{one:?}");
            assert!(one.len() < 400, "{one}");
        }
    }
    let many: String = (0..10_000).map(|n| format!("k{n} = 1\n")).collect();
    assert_eq!(told(&many).len(), 100);
}
