//! What all pictures share: numbers, looks, and the frame with title and description.

use std::fmt::Write as _;

use crate::demos::markup::escape;
use crate::demos::svd::shown::Look;

/// Sizes of letters, in the units of the pictures (CSS pixels where there is room).
pub const TEXT: f64 = 14.0;
pub const SMALL: f64 = 12.0;
/// About the width of a letter in sans-serif, of its size.
const LETTER: f64 = 0.56;

/// Four significant digits: `0.3333`, `-12`, `1.2e-7`. Never `-0`.
pub fn number(x: f64) -> String {
    digits(x, 4)
}

/// So many significant digits, without zeros at the end.
pub fn digits(x: f64, digits: usize) -> String {
    if x.is_nan() {
        return "not a number".to_string();
    }
    if x.is_infinite() {
        return if x > 0.0 { "∞" } else { "-∞" }.to_string();
    }
    if x == 0.0 {
        return "0".to_string();
    }
    // Rounded first: 99999.9 has six digits before the point, not five.
    let exponential = format!("{x:.*e}", digits.saturating_sub(1));
    let (mantissa, exponent) = exponential.split_once('e').unwrap_or((&exponential, "0"));
    let power: i32 = exponent.parse().unwrap_or(0);
    if !(-4..6).contains(&power) {
        return format!("{}e{power}", without_zeros(mantissa));
    }
    let after = i32::try_from(digits).unwrap_or(4) - 1 - power;
    let decimals = usize::try_from(after).unwrap_or(0);
    without_zeros(&format!("{x:.decimals$}")).to_string()
}

fn without_zeros(number: &str) -> &str {
    if number.contains('.') {
        number.trim_end_matches('0').trim_end_matches('.')
    } else {
        number
    }
}

/// With the minus sign of typography.
pub fn typeset(number: &str) -> String {
    number.replace('-', "−")
}

/// A coordinate; 0 if it is none.
pub fn at(x: f64) -> String {
    let x = if x.is_finite() {
        x.clamp(-1e6, 1e6)
    } else {
        0.0
    };
    let rounded = format!("{x:.2}");
    match without_zeros(&rounded) {
        "-0" => "0".to_string(),
        short => short.to_string(),
    }
}

/// About how wide a text is, in letters of this size.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().count() as f64 * LETTER * size
}

/// At most so many letters.
pub fn shortened(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_string();
    }
    let mut short: String = text.chars().take(letters.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// In lines of at most so many letters; longer words are cut.
pub fn wrapped(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = shortened(word, letters);
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < letters => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

impl Look {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Plain => "svd-ink",
            Self::First => "svd-first",
            Self::Second => "svd-second",
            Self::Third => "svd-third",
            Self::Fourth => "svd-fourth",
            Self::Faint => "svd-faint",
        }
    }

    /// Class, stroke, width and dash of a line.
    pub(super) fn stroke(self) -> String {
        let (width, dash) = match self {
            Self::Plain => (2.0, ""),
            Self::First => (2.5, ""),
            Self::Second => (2.5, "8 4"),
            Self::Third => (2.5, "2 4"),
            Self::Fourth => (2.5, "10 4 2 4"),
            Self::Faint => (1.0, ""),
        };
        let mut out = format!(
            "class=\"{}\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"{width}\" stroke-linejoin=\"round\"",
            self.class()
        );
        if !dash.is_empty() {
            let _ = write!(out, " stroke-dasharray=\"{dash}\"");
        }
        out
    }

    /// The look of the n-th of several.
    pub(super) fn nth(n: usize) -> Self {
        [
            Self::First,
            Self::Second,
            Self::Third,
            Self::Fourth,
            Self::Plain,
        ][n % 5]
    }
}

/// A mark of this look: round, square, triangle, diamond; hollow in the background.
pub fn marker(out: &mut String, look: Look, [x, y]: [f64; 2], r: f64) {
    let class = look.class();
    let (left, top) = (at(x - r), at(y - r));
    // Writing to a string cannot fail.
    let _ = match look {
        Look::Plain | Look::First => write!(
            out,
            "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            at(x),
            at(y),
            at(r)
        ),
        Look::Second => write!(
            out,
            "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{0}\" height=\"{0}\"/>",
            at(2.0 * r)
        ),
        Look::Third => write!(
            out,
            "<path class=\"{class}\" d=\"M{left} {}h{}L{} {}z\"/>",
            at(y + r),
            at(2.0 * r),
            at(x),
            at(y - 1.2 * r)
        ),
        Look::Fourth => write!(
            out,
            "<path class=\"{class}\" d=\"M{} {}l{side} {side}l-{side} {side}l-{side} -{side}z\"/>",
            at(x),
            at(y - 1.3 * r),
            side = at(1.3 * r)
        ),
        Look::Faint => write!(
            out,
            "<circle class=\"{class}\" cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"none\" stroke=\"currentColor\"/>",
            at(x),
            at(y),
            at(r * 0.8)
        ),
    };
}

/// Where a text stands to its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text; `more` are attributes.
pub fn text(
    out: &mut String,
    [x, y]: [f64; 2],
    anchor: Anchor,
    size: f64,
    words: &str,
    more: &str,
) {
    let anchor = match anchor {
        Anchor::Start => "start",
        Anchor::Middle => "middle",
        Anchor::End => "end",
    };
    let _ = write!(
        out,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"{anchor}\" font-size=\"{size}\"{}{more}>{}</text>",
        at(x),
        at(y),
        if more.is_empty() { "" } else { " " },
        escape(words)
    );
}

/// An arrow's line and head; a place alone if it has no length.
pub fn arrow(out: &mut String, from: [f64; 2], to: [f64; 2], look: Look) {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx.hypot(dy);
    if !length.is_finite() {
        return;
    }
    if length < 1.0 {
        marker(out, look, to, 3.5);
        return;
    }
    let head = length.min(11.0);
    let (ux, uy) = (dx / length, dy / length);
    let neck = [to[0] - ux * head * 0.8, to[1] - uy * head * 0.8];
    let _ = write!(
        out,
        "<path {} d=\"M{} {}L{} {}\"/>",
        look.stroke(),
        at(from[0]),
        at(from[1]),
        at(neck[0]),
        at(neck[1])
    );
    arrowhead(out, to, [ux, uy], head, look);
}

/// A head that points along a unit vector.
pub fn arrowhead(out: &mut String, tip: [f64; 2], [ux, uy]: [f64; 2], size: f64, look: Look) {
    let back = [tip[0] - ux * size, tip[1] - uy * size];
    let side = size * 0.42;
    let _ = write!(
        out,
        "<path class=\"{}\" d=\"M{} {}L{} {}L{} {}z\"/>",
        look.class(),
        at(tip[0]),
        at(tip[1]),
        at(back[0] - uy * side),
        at(back[1] + ux * side),
        at(back[0] + uy * side),
        at(back[1] - ux * side)
    );
}

/// The picture of this size. What a screen reader says is the title and the description.
pub struct Figure<'a> {
    pub kind: &'static str,
    pub title: &'a str,
    pub alt: &'a str,
    pub width: f64,
    pub height: f64,
    /// Further attributes: ` data-…="…"`, escaped.
    pub data: &'a str,
}

impl Figure<'_> {
    pub fn svg(&self, body: &str) -> String {
        let title = if self.title.is_empty() {
            self.kind
        } else {
            self.title
        };
        let said = match self.alt {
            "" => title.to_string(),
            alt => format!("{title}. {alt}"),
        };
        let (w, h) = (at(self.width.ceil()), at(self.height.ceil()));
        // Wider ones are scrolled on a phone rather than made too small to read.
        let wide = if self.width > 480.0 { " svd-wide" } else { "" };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"svd-figure svd-figure-{}{wide}\" viewBox=\"0 0 {w} {h}\" \
             width=\"{w}\" height=\"{h}\" role=\"img\" aria-label=\"{}\" fill=\"currentColor\" \
             font-family=\"system-ui, sans-serif\"{}><title>{}</title><desc>{}</desc>{body}</svg>",
            self.kind,
            escape(&said),
            self.data,
            escape(title),
            escape(self.alt)
        )
    }
}
