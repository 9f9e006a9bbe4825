//! What a run may be on.

use salon_core::domain::demo::{DemoKind, Setting, Settings};

#[test]
fn data_are_a_set_of_the_program_or_a_folder_below_and_nothing_else() {
    let checked = |word: &str| {
        let setting = Setting::Word(word.to_string());
        DemoKind::Rbf.checked(Settings::from([("data".to_string(), setting)]))
    };
    for word in [
        "digits",
        "fashion",
        "pictures",
        "sets/hands",
        "Bilder 2026/Hände",
    ] {
        assert!(checked(word).is_ok(), "{word}");
    }
    for word in [
        "",
        "/etc",
        "..",
        "../data",
        "a/../b",
        "a//b",
        "a/",
        ".hidden",
        "a/.git",
        "C:\\data",
        "a\\b",
        " a",
        "a\nb",
        "runs/1",
        &"a".repeat(300),
    ] {
        let bad = checked(word).unwrap_err();
        assert_eq!(bad.field, "data");
        assert!(
            bad.why.contains("nor a folder within the data folder"),
            "{word:?}: {}",
            bad.why
        );
    }
}
