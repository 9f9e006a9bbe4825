//! Sheets as editors of all kinds save them: encodings, autocorrected signs, files that are no sheets.

use super::{decode, read};
use crate::ids::SessionCode;

fn spare() -> SessionCode {
    "7777".parse().expect("a code")
}

/// The title that is read, or the first complaint.
fn opened(bytes: &[u8]) -> Result<String, String> {
    let text = decode(bytes, "tea.toml").map_err(|fault| fault.to_string())?;
    match read(&text, "tea.toml", spare()) {
        Ok(sheet) => Ok(sheet.plan.title),
        Err(faults) => Err(faults[0].to_string()),
    }
}

const SHEET: &str = "title = \"Café – “お茶”\"\r\nblurb = \"x\"\r\n";

#[test]
fn the_encodings_of_editors_are_read() {
    let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
    let little = |text: &str| {
        units(text)
            .into_iter()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    let big = |text: &str| {
        units(text)
            .into_iter()
            .flat_map(u16::to_be_bytes)
            .collect::<Vec<u8>>()
    };
    let marked = format!("\u{feff}{SHEET}");
    for bytes in [
        SHEET.as_bytes().to_vec(),
        marked.clone().into_bytes(),
        little(&marked),
        big(&marked),
        little(SHEET),
        big(SHEET),
        SHEET.replace("\r\n", "\r").into_bytes(),
    ] {
        assert_eq!(opened(&bytes), Ok("Café – “お茶”".to_string()), "{bytes:?}");
    }
    let mut cut = little(&marked);
    cut.pop();
    assert!(
        opened(&cut).unwrap_err().contains("cut off"),
        "{:?}",
        opened(&cut)
    );
}

#[test]
fn an_older_encoding_is_told_with_its_line() {
    let told = opened(b"title = \"Tea\"\n\nblurb = \"Caf\xe9\"\n").unwrap_err();
    assert!(told.starts_with("tea.toml:3:13: not UTF-8"), "{told}");
    assert!(told.contains('é') && told.contains("save it as"), "{told}");
    let told = opened(b"title = \"Caf\x92s\"\n").unwrap_err();
    assert!(told.starts_with("tea.toml:1:13: not UTF-8"), "{told}");
}

#[test]
fn files_that_are_no_sheets_are_told_by_their_kind() {
    for (bytes, kind) in [
        (&b"PK\x03\x04\x14\0\x06\0"[..], ".docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Office"),
        (b"%PDF-1.7\n", "PDF"),
        (b"{\\rtf1\\ansi", ".rtf"),
        (b"\x1f\x8b\x08\0", "packed"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b"{\"title\": \"Tea\"}", "JSON"),
        (b"\x89PNG\r\n", "picture"),
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"title\0 = 5", "no text"),
    ] {
        let told = opened(bytes).unwrap_err();
        assert!(told.contains(kind), "{bytes:?}: {told}");
        assert!(told.starts_with("tea.toml:1:1: "), "{told}");
    }
}

#[test]
fn signs_of_word_processors_are_named_at_their_place() {
    for (line, place, words) in [
        ("title = “Tea”", 9, "typographic quotes"),
        ("title = ‘Tea’", 9, "typographic quotes"),
        ("title = „Tea“", 9, "typographic quotes"),
        ("title = «Tea»", 9, "typographic quotes"),
        ("title = ＂Tea＂", 9, "typographic quotes"),
        ("title = \"Tea”", 0, ""),
        ("title\u{a0}= \"Tea\"", 6, "no-break space"),
        ("title =\u{a0}\"Tea\"", 8, "no-break space"),
        ("title =\u{3000}\"Tea\"", 8, "space of another width"),
        ("title\u{200b} = \"Tea\"", 6, "shows nothing"),
        ("title ＝ \"Tea\"", 7, "wide sign"),
        ("［questions］", 1, "wide bracket"),
        ("blurb = [\"a\"，\"b\"]", 13, "another comma"),
        ("slow–seconds = 5", 5, "dash"),
        ("title = Tea", 0, "in quotation marks"),
        ("title: \"Tea\"", 0, "not with a colon"),
    ] {
        let told = opened(format!("blurb = \"It’s “fine” – here\" # “so”\n{line}\n").as_bytes());
        let told = told.unwrap_err();
        if place > 0 {
            let at = format!("tea.toml:2:{place}: ");
            assert!(told.starts_with(&at), "{line}: {told}");
        }
        assert!(told.contains(words), "{line}: {told}");
    }
    let marked = opened("\u{feff}title = “Tea”\n".as_bytes()).unwrap_err();
    assert!(marked.starts_with("tea.toml:1:9: typographic"), "{marked}");
}

#[test]
fn no_two_options_look_the_same_and_none_shows_nothing() {
    let with = |options: &str| {
        opened(format!("title = \"T\"\n[[poll]]\nkind = \"single\"\nquestion = \"Q?\"\noptions = [{options}]\n").as_bytes())
    };
    for (options, words) in [
        ("\"Tea\", \"Tea\\u200E\"", "there twice"),
        ("\"Tea\", \"T\\u00ADea\"", "there twice"),
        ("\"Tea\", \"Теа\"", "there twice"),
        ("\"ΟΔΟΣ\", \"οδος\"", "there twice"),
        ("\"Tea\", \"\\u3164\"", "must not be empty"),
        ("\"Tea\", \"\\u2800\"", "must not be empty"),
        ("\"Tea\", \"\\u0301\"", "must not be empty"),
    ] {
        let told = with(options).unwrap_err();
        assert!(told.contains(words), "{options}: {told}");
    }
    assert_eq!(with("\"Tea\", \"Coffee\""), Ok("T".to_string()));
}
