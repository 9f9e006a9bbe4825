//! Reading what was written gives the same plan, and nothing that is read makes the program fall.

use proptest::collection::vec;
use proptest::prelude::*;

use super::any_plan::plan;
use super::{EXAMPLE, SHEET_MAX_BYTES, Sheet, read, write};
use crate::domain::plan::{SegmentPlan, SessionPlan};
use crate::ids::SessionCode;

const DOCS: &str = include_str!("../../../../docs/run-sheet.md");

fn spare() -> SessionCode {
    "7777".parse().expect("a code")
}

fn must_read(text: &str) -> Sheet {
    read(text, "talks.toml", spare()).unwrap_or_else(|complaints| {
        let told: Vec<String> = complaints.iter().map(|one| one.to_string()).collect();
        panic!("{}\n{text}", told.join("\n"))
    })
}

proptest! {
    #[test]
    fn reading_what_was_written_gives_the_plan(plan in plan()) {
        let written = write(&plan);
        let sheet = must_read(&written);
        prop_assert_eq!(&sheet.plan, &plan, "{}", written);
        prop_assert!(sheet.code_given);
        prop_assert_eq!(write(&sheet.plan), written);
    }

    #[test]
    fn editors_that_cut_trailing_blanks_or_change_line_ends_change_nothing(plan in plan()) {
        let written = write(&plan);
        let cut: String = written.lines().map(|line| format!("{}\r\n", line.trim_end_matches([' ', '\t']))).collect();
        prop_assert_eq!(must_read(&cut).plan, plan);
    }

    #[test]
    fn no_text_makes_the_reader_fall(text in any::<String>(), tomlish in "[a-z=\\[\\]{}\"'.,#0-9 \\\\\n]{0,200}") {
        let _ = read(&text, "f", spare());
        let _ = read(&tomlish, "f", spare());
    }

    #[test]
    fn no_mutation_of_a_good_sheet_makes_the_reader_fall(
        places in vec((any::<prop::sample::Index>(), 0..5_u8, any::<prop::sample::Index>(), any::<char>()), 1..8),
    ) {
        let mut chars: Vec<char> = EXAMPLE.chars().collect();
        for (at, act, other, c) in places {
            let (at, other) = (at.index(chars.len()), other.index(chars.len()));
            let end = (at + 30).min(chars.len());
            match act {
                0 => { chars.remove(at); }
                1 => chars.insert(at, c),
                2 => chars.swap(at, other),
                3 => { chars.drain(at..end); }
                _ => {
                    let copy: Vec<char> = chars[at..end].to_vec();
                    chars.splice(other..other, copy);
                }
            }
        }
        still_sound(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn no_exchange_of_lines_makes_the_reader_fall(
        swaps in vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..6),
    ) {
        // Without comments, so that nearly every exchange is valid TOML that says something else.
        let canonical = write(&must_read(EXAMPLE).plan);
        let mut lines: Vec<&str> = canonical.lines().collect();
        for (one, other) in swaps {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
        }
        still_sound(&lines.join("\n"));
    }
}

/// A text is read into a plan that stands, or there is at least one complaint and each is within the text.
fn still_sound(text: &str) {
    match read(text, "f", spare()) {
        Ok(sheet) => {
            assert_eq!(sheet.plan.clone().checked(), Ok(sheet.plan.clone()));
            assert_eq!(must_read(&write(&sheet.plan)).plan, sheet.plan);
        }
        Err(complaints) => {
            assert!(!complaints.is_empty());
            for one in complaints {
                assert!((1..=text.split('\n').count()).contains(&one.line), "{one}");
                assert!(one.column >= 1 && !one.why.is_empty(), "{one}");
            }
        }
    }
}

#[test]
fn every_byte_of_the_canonical_example_can_go_missing() {
    let canonical = write(&must_read(EXAMPLE).plan);
    for (at, c) in canonical.char_indices() {
        still_sound(&format!(
            "{}{}",
            &canonical[..at],
            &canonical[at + c.len_utf8()..]
        ));
        still_sound(&canonical[..at]);
    }
}

#[test]
fn the_example_is_the_event() {
    let sheet = must_read(EXAMPLE);
    let plan = &sheet.plan;
    assert!(sheet.code_given);
    assert_eq!(plan.code.as_str(), "CENTRE");
    assert_eq!(
        plan.channels
            .iter()
            .map(|c| c.delay_seconds)
            .collect::<Vec<_>>(),
        [0, 30]
    );
    let minutes: u32 = plan
        .agenda
        .iter()
        .filter_map(|segment| segment.planned_minutes)
        .sum();
    assert_eq!(
        minutes, 70,
        "the recording runs for 69 minutes and 16 seconds"
    );
    let framework = &plan.polls[0];
    assert_eq!(
        framework.options,
        ["PyTorch", "JAX", "scikit-learn", "fast.ai"]
    );
    assert!(framework.kind.allows_write_in());
    let forecast = &plan.polls[1];
    assert_eq!(forecast.kind.name(), "prediction");
    assert_eq!(forecast.horizons, ["2025", "2030", "2035", "never"]);
    assert_eq!(must_read(&write(plan)).plan, *plan);
}

#[test]
fn polls_keep_their_order_even_against_the_agenda() {
    let text = r#"
title = "T"
[[segment]]
kind = "qa"
title = "One"
[[segment.poll]]
id = "b"
kind = "yes_no"
question = "Under one?"
[[segment]]
kind = "qa"
title = "Two"
[[poll]]
id = "a"
kind = "yes_no"
question = "Nowhere?"
[[poll]]
id = "c"
segment = "one"
kind = "yes_no"
question = "Later, under one again?"
"#;
    let sheet = must_read(text);
    assert!(!sheet.code_given);
    assert_eq!(sheet.plan.code, spare());
    let order = |plan: &SessionPlan| -> Vec<String> {
        plan.polls.iter().map(|poll| poll.id.to_string()).collect()
    };
    assert_eq!(order(&sheet.plan), ["b", "a", "c"]);
    for order_of in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]] {
        let mut plan = sheet.plan.clone();
        plan.polls = order_of
            .iter()
            .map(|n| sheet.plan.polls[*n].clone())
            .collect();
        assert_eq!(must_read(&write(&plan)).plan, plan);
    }
}

#[test]
fn ids_left_out_come_from_the_words_and_never_clash() {
    let poll = |id: &str| format!("[[poll]]\n{id}kind = \"yes_no\"\nquestion = \"Tea or cake?\"\n");
    let text = format!(
        "title = \"T\"\n{}{}{}{}",
        poll(""),
        poll("id = \"tea-or-cake\"\n"),
        poll(""),
        poll("id = \"x\"\n")
    );
    let ids: Vec<String> = must_read(&text)
        .plan
        .polls
        .iter()
        .map(|poll| poll.id.to_string())
        .collect();
    assert_eq!(ids, ["tea-or-cake-2", "tea-or-cake", "tea-or-cake-3", "x"]);
}

#[test]
fn a_paragraph_keeps_quotes_backslashes_and_blanks() {
    let mut plan = must_read("title = \"T\"\n").plan;
    for blurb in [
        "a\n\"\"\"\"\"\"",
        "\"\n\"",
        "\\\n\\",
        "a \n  b",
        "a  \n\n\n \"\"b\"\"",
        "'''\n'''",
        "x\u{a0}\ny",
        "\\u0041\nC:\\new",
    ] {
        plan.blurb = blurb.to_string();
        assert_eq!(must_read(&write(&plan)).plan, plan, "{}", write(&plan));
    }
}

#[test]
fn a_full_day_is_far_within_the_limit() {
    let mut plan = must_read(EXAMPLE).plan;
    for (n, segment) in plan.agenda.clone().into_iter().cycle().take(40).enumerate() {
        let blurb = "x".repeat(2_000);
        let id = format!("more-{n}").parse().expect("an id");
        plan.agenda.push(SegmentPlan {
            id,
            blurb,
            ..segment
        });
    }
    assert!(write(&plan.checked().expect("sound")).len() < SHEET_MAX_BYTES / 2);
}

/// Fenced blocks of the manual whose first line is exactly "```{info}".
fn blocks(info: &str) -> Vec<&'static str> {
    DOCS.split(&format!("\n```{info}\n"))
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap_or_default())
        .collect()
}

#[test]
fn the_manual_tells_the_truth() {
    let good = blocks("toml");
    assert!(good.len() >= 2);
    let first = must_read(good[0]);
    // The second block is said to be the canonical text of the first.
    assert_eq!(write(&first.plan).trim_end(), good[1]);
    let bad = blocks("toml refused");
    let said = blocks("text");
    let complaints = read(bad[0], "talks.toml", spare()).expect_err("refused");
    let told: Vec<String> = complaints.iter().map(|one| one.to_string()).collect();
    assert_eq!(told, said[0].lines().collect::<Vec<_>>());
}
