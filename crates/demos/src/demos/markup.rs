//! Text in HTML and SVG, escaped as the pages' templates do it.

use askama::filters::{Escaper as _, Html};

/// Text for an element or an attribute of XML or HTML. Characters that XML cannot hold are replaced.
pub fn escape(text: &str) -> String {
    let unfit = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    let mut out = String::with_capacity(text.len());
    // Writing to a string cannot fail.
    let _ = Html.write_escaped_str(&mut out, &text.replace(unfit, "\u{fffd}"));
    out
}
