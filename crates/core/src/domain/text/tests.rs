use super::*;

fn line(text: &str) -> Result<String, String> {
    clean_line("text", text, 100).map_err(|bad| bad.why)
}

fn words(text: &str) -> String {
    clean_name("text", text, 200).unwrap()
}

#[test]
fn what_shows_nothing_is_empty_whatever_it_is_made_of() {
    let empty = [
        "",
        " \t\r\n ",
        "\u{3164}",
        "\u{115f}\u{1160}\u{ffa0}",
        "\u{2800}\u{2800}",
        "\u{200d}",
        "\u{200c}\u{200b}",
        "\u{200e}\u{200f}\u{61c}",
        "\u{ad}\u{ad}",
        "\u{fe0f}",
        "\u{e0100}",
        "\u{180e}",
        "\u{301}\u{301}",
        "\u{20dd}",
        "\u{202e}\u{202c}",
        "\u{2066}\u{2069}",
        "\u{2060}\u{2061}\u{feff}",
        "\u{e0041}\u{e0042}\u{e007f}",
        "\u{34f}\u{17b4}",
        "\u{1d173}\u{1bca0}",
        "\u{fff9}\u{fffb}\u{fffc}",
        "\u{ffff}\u{fdd0}",
        "\0\u{7f}\u{9f}",
        "\u{3000}\u{a0}\u{2003}\u{1680}",
        "\u{2028}\u{2029}\u{85}\u{b}\u{c}",
        "\u{301} \u{301}",
    ];
    for text in empty {
        assert_eq!(line(text), Err("must not be empty".into()), "{text:?}");
        assert!(clean_words("text", text, 100).is_err(), "{text:?}");
        assert_eq!(words(text), "", "{text:?}");
        assert_eq!(clean_text("text", text, 100).unwrap(), "", "{text:?}");
    }
}

#[test]
fn what_keeps_words_apart_becomes_one_blank() {
    for between in [
        "\t",
        "\u{b}",
        "\u{c}",
        "\r",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{a0}",
        "\u{3000}",
        "\u{202f}",
        "\u{2800}",
        "\u{1f}",
        "   ",
        " \t \u{b}",
        "\u{200b} \u{200b}",
    ] {
        let text = format!("{between}Green{between}tea{between}");
        assert_eq!(line(&text), Ok("Green tea".into()), "{text:?}");
        assert_eq!(words(&text), "Green tea", "{text:?}");
        let paragraph = clean_text("text", &text, 100).unwrap();
        let words: Vec<&str> = paragraph.split_whitespace().collect();
        assert_eq!(words, ["Green", "tea"], "{text:?}");
    }
    assert_eq!(words("Green\r\ntea\n\nand more"), "Green tea and more");
    assert_eq!(line("Green\ntea"), Err("must be one line".into()));
    assert_eq!(line("Green tea\n"), Ok("Green tea".into()));
    let several = clean_text("text", "\nOne\ttwo\u{b}three\r\n\r\n  four\u{a0}x \n", 100);
    assert_eq!(several.unwrap(), "One two three\n\n  four\u{a0}x");
}

#[test]
fn what_shows_nothing_is_taken_out_of_what_shows_something() {
    for text in [
        "Keras\u{200e}",
        "Ke\u{ad}ras",
        "Keras\u{200d}",
        "\u{feff}Ker\u{200b}as",
        "Keras\u{fe0f}",
        "K\u{200c}e\u{2060}r\u{34f}as",
        "\u{202e}Keras\u{202c}",
        "Keras\u{e0041}",
        "\u{301}Keras",
        "Keras \u{301}",
        "Ker\0as\u{fffc}",
        "Keras\u{3164}",
    ] {
        assert_eq!(line(text), Ok("Keras".into()), "{text:?}");
    }
}

#[test]
fn what_belongs_to_a_script_or_a_picture_stays() {
    for text in [
        "👩\u{200d}🔬",
        "👨\u{200d}👩\u{200d}👧",
        "👩🏽\u{200d}🚀",
        "🏳\u{fe0f}\u{200d}🌈",
        "❤\u{fe0f}\u{200d}🔥 or ☕\u{fe0e}",
        "🙂\u{200d}↔\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "🇩🇪",
        "می\u{200c}خواهم",
        "क्\u{200d}ष",
        "র\u{200d}্য",
        "ශ්\u{200d}රී",
        "葛\u{e0100}城",
        "Việt Nam ệ",
        "שָׁלוֹם",
        "e\u{301}\u{323}",
    ] {
        assert_eq!(line(text), Ok(text.into()), "{text:?}");
    }
    assert_eq!(words("1\u{fe0f}2"), "12");
    assert_eq!(words("👩\u{200d}\u{200d}🔬"), "👩\u{200d}🔬");
    assert_eq!(words("👩\u{200d} 🔬"), "👩 🔬");
}

#[test]
fn marks_do_not_pile_up() {
    for c in ['Z', 'é', 'ệ', '字', '☕'] {
        let piled = format!("a{c}{}b", ('\u{300}'..'\u{33c}').collect::<String>());
        let clean = words(&piled);
        use unicode_normalization::UnicodeNormalization;
        use unicode_normalization::char::is_combining_mark;
        let marks = clean.nfd().filter(|c| is_combining_mark(*c)).count();
        assert_eq!(marks, MARKS_MAX, "{clean:?}");
    }
}

#[test]
fn the_same_to_people_is_the_same() {
    let same = [
        ("Keras", " KERAS "),
        ("ΟΔΟΣ", "οδος"),
        ("Straße", "STRASSE"),
        ("Cafe\u{301}", "CAFÉ"),
        ("Ｏ１", "o1"),
        ("О1", "O1"),
        ("Keraѕ", "Keras"),
        ("ОКО", "око"),
        ("СССР", "ссср"),
        ("𝐊𝐞𝐫𝐚𝐬", "keras"),
        ("Don’t", "don't"),
        ("3–5", "3-5"),
        ("“Tea”", "\"tea\""),
        ("می\u{200c}خواهم", "میخواهم"),
        ("❤\u{fe0f}", "❤"),
        ("cаfé", "café"),
        ("ﬁne", "fine"),
        ("Keras\u{200d}", "keras"),
        ("x²", "x2"),
    ];
    for (a, b) in same {
        assert_eq!(folded(a), folded(b), "{a} {b}");
    }
    let apart = [
        ("modern", "modem"),
        ("0", "O"),
        ("I", "l"),
        ("C", "C#"),
        ("kız", "kiz"),
        ("дом", "dom"),
        ("Ваз", "Baz"),
        ("👨\u{200d}👩\u{200d}👧", "👨👩👧"),
        (
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        ),
        ("café", "cafe"),
        ("日本", "日木"),
    ];
    for (a, b) in apart {
        assert_ne!(folded(a), folded(b), "{a} {b}");
    }
}

#[test]
fn a_filter_sees_through_spelling() {
    assert_eq!(plain_words("Ｂàd-W\u{200d}ord!"), ["bad", "word"]);
    assert_eq!(plain_words("b\u{ad}ad\tw\u{3164}ord"), ["bad", "word"]);
    assert_eq!(plain_words("🅱🅰🅳 ᴡᴏʀᴅ"), ["bad", "word"]);
}

#[test]
fn nobody_of_the_audience_takes_the_name_of_a_role() {
    for taken in [
        "Host",
        " HOST ",
        "Ηοst",
        "H0st",
        "Ｈｏｓｔ",
        "H\u{200b}ost",
        "H o s t",
        "M o d",
        "A-d-m-i-n",
        "Host2",
        "Host²",
        "ʜᴏꜱᴛ",
        "🅷🅾🆂🆃",
        "🅗🅞🅢🅣",
        "🇭 🇴 🇸 🇹",
        "Mᴏᴅᴇʀᴀᴛᴏʀ",
        "★ Host ★",
        "The Host",
        "Host 2",
        "Co-Host",
        "Session Moderator",
        "Rob (Host)",
        "Rob - Moderator",
        "Host: Rob",
        "[Speaker] Ann",
        "Mоderator",
        "Moderatorin",
        "Modérateur",
        "moderateur",
        "司会者",
        "モデレーター",
        "主持人",
        "진행자",
        "ведущий",
        "Ведущий",
        "مضيف",
        "Konuşmacı",
    ] {
        assert!(poses_as_one_of_the_house(taken), "{taken}");
    }
    for free in [
        "",
        "Rob Host",
        "Ann",
        "Ann 🇩🇪",
        "R2D2",
        "J. R. R.",
        "Modesty",
        "Hostetler",
        "The",
        "42",
        "A. Speakman",
        "Chairat",
        "Jo",
        "Ghost",
        "Ян",
        "李雷",
        "Rob (Berlin)",
    ] {
        assert!(!poses_as_one_of_the_house(free), "{free}");
    }
    for word in ROLE_LISTS.split_whitespace() {
        assert!(poses_as_one_of_the_house(word), "{word}");
    }
}

use super::roles::ROLES as ROLE_LISTS;

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

    #[test]
    fn cleaning_again_changes_nothing_and_what_is_kept_shows_something(
        text in "([a \u{7f}\u{85}\u{200b}-\u{200f}\u{300}-\u{303}\u{2028}\u{ad}\u{feff}\u{202e}\u{fe0f}\u{fe00}\u{e0067}\u{1f3f4}👩🔬1\u{20e3}م葛\u{e0100}र\u{94d}\u{180b}\u{2800}\u{3164}\n\t\r]|\\PC|.){0,30}"
    ) {
        for breaks in [Breaks::Kept, Breaks::Blanks] {
            let once = cleaned(&text, breaks);
            proptest::prop_assert_eq!(&cleaned(&once, breaks), &once);
            proptest::prop_assert!(breaks == Breaks::Kept || !once.contains("  "), "{:?}", once);
            proptest::prop_assert_eq!(once.trim(), &once);
            let ink = once.chars().any(|c| chars::sort(c) == Sort::Ink);
            proptest::prop_assert_eq!(ink, !once.is_empty());
        }
        let line = cleaned(&text, Breaks::Blanks);
        proptest::prop_assert_eq!(folded(&line), folded(&text), "what is cleaned away makes no other name");
    }

    #[test]
    fn folding_again_changes_nothing(text in "(\\PC|[οσςОКокKkİıßﬁ\u{301}\u{200c}م’–]){0,20}") {
        let once = folded(&text);
        proptest::prop_assert_eq!(folded(&once), once);
    }
}
