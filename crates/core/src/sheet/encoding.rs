//! From the bytes of a file to its text, as editors on every system save it; what is no text at all is told by its kind.

use super::SHEET_MAX_BYTES;
use super::complain::{Complaint, Complaints};

const SAVE_AGAIN: &str = "save it as plain text in UTF-8";

/// UTF-8 and UTF-16 with or without a byte order mark. Old line ends become new ones.
///
/// # Errors
/// One complaint: what kind of file it is instead, or where it is no UTF-8.
pub(super) fn text(bytes: &[u8], file: &str) -> Result<String, Complaint> {
    let refused = |why: String| complaint(file, "", 0, &why);
    if bytes.len() > 4 * SHEET_MAX_BYTES {
        let n = bytes.len();
        return Err(refused(format!(
            "the file has {n} bytes; at most {SHEET_MAX_BYTES} are allowed"
        )));
    }
    if let Some(kind) = kind(bytes) {
        return Err(refused(format!(
            "this is {kind}; a run sheet is plain text: {SAVE_AGAIN}"
        )));
    }
    let text = match sixteen_bits(bytes) {
        Some(units) => String::from_utf16(&units).map_err(|_| {
            refused(format!(
                "the file is cut off or mixed in the middle of UTF-16; {SAVE_AGAIN}"
            ))
        })?,
        None => eight_bits(bytes, file)?,
    };
    if text.contains('\0') {
        return Err(refused(format!("this is no text; {SAVE_AGAIN}")));
    }
    if text
        .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}')
        .is_empty()
    {
        return Err(refused("the file is empty; the least that a run sheet has is a line such as title = \"My talks\"".to_string()));
    }
    // As Macs once ended lines.
    Ok(if text.contains('\n') {
        text
    } else {
        text.replace('\r', "\n")
    })
}

fn complaint(file: &str, before: &str, at: usize, why: &str) -> Complaint {
    let mut out = Complaints::new(file, before);
    out.add(at, "", why, None);
    out.in_order().remove(0)
}

/// Kinds of files that are taken for text by their look or their name.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    let starts = |with: &[u8]| bytes.starts_with(with);
    if starts(b"PK\x03\x04") {
        return Some("a packed file, such as a Word or OpenDocument text (.docx, .odt) or a .zip");
    }
    if starts(b"\xd0\xcf\x11\xe0") {
        return Some("an old Office document (.doc, .xls)");
    }
    if starts(b"%PDF") {
        return Some("a PDF");
    }
    if starts(b"{\\rtf") {
        return Some("a rich text document (.rtf)");
    }
    if starts(b"\x1f\x8b")
        || starts(b"7z\xbc\xaf")
        || starts(b"Rar!")
        || starts(b"BZh")
        || starts(b"\xfd7zXZ")
    {
        return Some("a packed file");
    }
    if starts(b"\x89PNG") || starts(b"\xff\xd8\xff") || starts(b"GIF8") {
        return Some("a picture");
    }
    if starts(b"SQLite format 3") {
        return Some("a database");
    }
    let head: Vec<u8> = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .iter()
        .skip_while(|byte| byte.is_ascii_whitespace())
        .take(15)
        .map(u8::to_ascii_lowercase)
        .collect();
    if head.starts_with(b"<!doctype") || head.starts_with(b"<html") || head.starts_with(b"<?xml") {
        return Some("a web page");
    }
    if head.starts_with(b"{") {
        return Some("JSON or the like");
    }
    None
}

/// The units of UTF-16, told by its byte order mark, or by every other byte of the beginning being nought.
fn sixteen_bits(bytes: &[u8]) -> Option<Vec<u16>> {
    let (rest, is_little) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (bytes, true),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => (bytes, false),
        _ => return None,
    };
    let unit = |pair: &[u8]| match is_little {
        true => u16::from_le_bytes([pair[0], pair[1]]),
        false => u16::from_be_bytes([pair[0], pair[1]]),
    };
    // A byte too many at the end is a unit that is none: it is told as cut off.
    let odd = (rest.len() % 2 == 1).then_some(0xd800);
    Some(rest.chunks_exact(2).map(unit).chain(odd).collect())
}

fn eight_bits(bytes: &[u8], file: &str) -> Result<String, Complaint> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_string()),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let before = String::from_utf8_lossy(&bytes[..at]);
    let byte = bytes[at];
    // What Windows and old Unix editors mean by this byte, where they agree.
    let meant = match byte {
        0xa1..=0xff => format!(" (perhaps “{}”)", char::from(byte)),
        0x91 | 0x92 => " (perhaps “'”)".to_string(),
        0x93 | 0x94 => " (perhaps a quotation mark)".to_string(),
        _ => String::new(),
    };
    let why = format!(
        "not UTF-8: the letter here{meant} was saved in an older encoding, such as Latin-1 or Windows-1252; {SAVE_AGAIN}"
    );
    Err(complaint(file, &before, at, &why))
}
