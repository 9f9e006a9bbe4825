//! What people write into a poll or say, as it is counted, shown and refused.

use salon_core::domain::chat::Said;
use salon_core::domain::command::{AudienceAsk, HostAsk};
use salon_core::domain::fact::Fact;
use salon_core::domain::questions::ask::Asked;
use salon_core::ids::{OptionId, WRITE_IN_BASE};

use crate::run::{Run, poll_id, write_in};
use salon_core::domain::text::clean_words;

const SHEET: &str = r#"
title = "Words"
[questions]
words = ["badword*"]
chat = true
[[poll]]
id = "w"
kind = "single"
question = "Which?"
options = ["O1", "Other"]
write_in = true
"#;

fn run() -> Run {
    Run::open(SHEET, &["w"])
}

/// Votes with these words, one voter each; the labels of all write-ins.
fn written(run: &mut Run, all: &[&str]) -> Vec<String> {
    for (n, words) in (1..).zip(all) {
        run.casts(write_in(n, "w", 1, &[], words)).unwrap();
    }
    let options = run.poll("w").write_ins.iter();
    options.map(|option| option.label.clone()).collect()
}

#[test]
fn an_answer_that_shows_nothing_is_refused() {
    let mut run = run();
    for words in [
        "\u{3164}",
        "\u{2800}",
        "\u{200d}",
        "\u{200e}",
        "\u{ad}",
        "\u{fe0f}",
        "\u{301}\u{301}",
        "\u{e0041}",
        "\u{1160}",
        "\t\u{b}",
    ] {
        let refused = run.casts(write_in(1, "w", 1, &[], words)).unwrap_err();
        assert_eq!(refused.code(), "bad_answer", "{words:?}");
        assert!(
            refused.to_string().contains("must not be empty"),
            "{refused}"
        );
    }
}

#[test]
fn one_name_has_one_row_however_it_is_written() {
    let spellings = [
        "Keras",
        "Keras\u{200e}",
        "Ke\u{ad}ras",
        "Keras\u{200d}",
        " ＫＥＲＡＳ",
        "Кeras",
        "Keras\u{fe0f}",
    ];
    assert_eq!(written(&mut run(), &spellings), ["Keras"]);
    assert_eq!(written(&mut run(), &["ΟΔΟΣ", "οδος"]), ["ΟΔΟΣ"]);
    assert_eq!(
        written(
            &mut run(),
            &["Green\u{b}tea", "Green tea", "green\ttea\u{2028}"]
        ),
        ["Green tea"]
    );
    // Counted under the option that looks the same.
    let none: [&str; 0] = [];
    assert_eq!(written(&mut run(), &["О1", "o1"]), none);
    let kept = ["👨\u{200d}👩\u{200d}👧", "می\u{200c}خواهم"];
    assert_eq!(written(&mut run(), &kept), kept);
    let piled = format!("Z{}", ('\u{300}'..'\u{33c}').collect::<String>());
    assert_eq!(written(&mut run(), &[&piled])[0].chars().count(), 5);
}

#[test]
fn what_was_stored_before_is_replayed_as_it_was_and_found_again() {
    let mut run = run();
    let fact = Fact::WrittenIn {
        poll: poll_id("w"),
        option: OptionId(WRITE_IN_BASE),
        label: "Keras\u{200d}\u{200e}".to_string(),
        held: false,
    };
    run.take(vec![fact]);
    assert_eq!(written(&mut run, &["keras"]), ["Keras\u{200d}\u{200e}"]);
}

#[test]
fn a_filtered_word_or_a_link_is_counted_and_hidden_until_a_host_shows_it() {
    let mut run = run();
    written(
        &mut run,
        &["b\u{ad}adwords", "see https://x.example/win", "Fine"],
    );
    run.host(HostAsk::Reveal(poll_id("w"))).unwrap();
    let rows = |run: &Run| {
        let rows = run.rows("w");
        let named = rows.iter().filter(|(_, count, _)| *count > 0);
        named
            .map(|(label, count, _)| (label.clone(), *count))
            .collect::<Vec<_>>()
    };
    let row = |label: &str, count| (label.to_string(), count);
    let mut told = rows(&run);
    told.sort();
    assert_eq!(told, [row("Fine", 1), row("Hidden answers", 2)]);
    let show = HostAsk::ShowOption {
        poll: poll_id("w"),
        option: OptionId(WRITE_IN_BASE),
    };
    run.host(show).unwrap();
    assert!(rows(&run).contains(&row("badwords", 1)), "{:?}", rows(&run));
}

#[test]
fn nobody_of_the_audience_speaks_as_the_host() {
    let mut run = run();
    for name in [
        "Host",
        "H\u{200b}ost",
        "Ηοst",
        "The Moderator",
        "Sprecherin",
        "司会者",
    ] {
        let question = AudienceAsk::Question(Asked {
            key: "k".to_string(),
            text: "Why?".to_string(),
            name: name.to_string(),
            about: None,
        });
        let said = AudienceAsk::Message(Said {
            key: "k".to_string(),
            text: "Hello".to_string(),
            name: name.to_string(),
        });
        for ask in [question, said] {
            let refused = run.voice(1, ask).unwrap_err();
            assert_eq!(refused.code(), "bad_plan", "{name}");
            assert!(
                refused.to_string().contains("those who run the session"),
                "{refused}"
            );
        }
    }
    run.host(HostAsk::Say("Hello".to_string())).unwrap();
    assert_eq!(run.session.chat.messages[0].name, "Host");
}

/// The owner of a session cleans what it decides about, and every vote waits for it.
#[test]
fn no_text_takes_long_to_clean() {
    for part in [
        "\u{200d}",
        "\u{200c}",
        "\u{fe0f}",
        "\u{200b}",
        "\u{301}",
        "\u{e0067}",
        "  ",
        "م\u{200d}",
        "🏴",
        "é",
        "1\u{20e3}",
        "\u{94d}",
        "👩\u{200d}",
    ] {
        let text = format!("م{}x", part.repeat(100_000 / part.len()));
        let began = std::time::Instant::now();
        let read = clean_words("question", &text, 100_000);
        let took = began.elapsed();
        assert!(read.is_ok(), "{part:?}: {read:?}");
        assert!(took.as_secs() < 3, "{part:?}: {took:?}");
        let began = std::time::Instant::now();
        let told = clean_words("question", &text, 500).unwrap_err();
        assert!(told.why.contains("500 characters"), "{}", told.why);
        let took = began.elapsed();
        assert!(took.as_secs() < 2, "{part:?}: {took:?}");
    }
    // Room is left for what a paste brings along.
    let pasted = "a\u{200b}\u{ad}".repeat(500);
    assert_eq!(clean_words("question", &pasted, 500), Ok("a".repeat(500)));
}
