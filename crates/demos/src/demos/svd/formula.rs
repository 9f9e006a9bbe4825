//! Formulas of the steps, in LaTeX: as MathML for pages, as words for a terminal and for those who listen.

mod plain;

use std::panic::{AssertUnwindSafe, catch_unwind};

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use crate::demos::markup::escape;

/// Longer ones are not converted.
const LONGEST: usize = 2_000;
/// Braces within braces, and commands without a letter between them. The converter recurses by both without a bound of
/// its own, and a stack that has run over cannot be caught.
const DEEPEST: usize = 8;
const RUN: usize = 12;

/// MathML in display style; the source as text if it cannot be read.
pub fn mathml(latex: &str) -> String {
    converted(latex)
        .map(|mathml| without_styles(&mathml))
        .unwrap_or_else(|| {
            format!(
                "<p class=\"svd-formula\"><code>{}</code></p>",
                escape(latex)
            )
        })
}

/// As plain text: `U\Sigma V^{\mathsf T}` is `U Σ Vᵀ`. The source if it has what text cannot say.
pub fn text(latex: &str) -> String {
    plain::text(latex).unwrap_or_else(|| latex.trim().to_string())
}

fn converted(latex: &str) -> Option<String> {
    if latex.len() > LONGEST || latex.trim().is_empty() || deep(latex) {
        return None;
    }
    let convert = || {
        let converter = LatexToMathML::new(MathCoreConfig::default()).ok()?;
        let result = converter.convert_with_local_state(latex, MathDisplay::Block);
        Some(result.ok()?.mathml)
    };
    // The converter has assertions of its own; one that fails must not take the page with it.
    catch_unwind(AssertUnwindSafe(convert)).ok().flatten()
}

fn deep(latex: &str) -> bool {
    let (mut depth, mut run, mut command) = (0_usize, 0, false);
    for c in latex.chars() {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // What begins something takes what follows into it.
        if matches!(c, '\\' | '^' | '_' | '\'' | '{' | '(' | '[') {
            run += 1;
        } else if !(c.is_whitespace() || command && c.is_ascii_alphabetic()) {
            run = 0;
        }
        command = c == '\\' || command && c.is_ascii_alphabetic();
        if depth > DEEPEST || run > RUN {
            return true;
        }
    }
    false
}

/// Pages allow no style attributes. What they say of alignment is said by classes; the rest is spacing.
fn without_styles(mathml: &str) -> String {
    const STYLE: &str = " style=\"";
    let mut out = String::with_capacity(mathml.len());
    let mut rest = mathml;
    // Quotes in text are escaped, so this is an attribute each time.
    while let Some((before, after)) = rest.split_once(STYLE) {
        out.push_str(before);
        let Some((style, left)) = after.split_once('"') else {
            return out;
        };
        let class = if style.contains("text-align: left") {
            "svd-start"
        } else if style.contains("text-align: right") {
            "svd-end"
        } else {
            ""
        };
        if !class.is_empty() {
            out.push_str(" class=\"");
            out.push_str(class);
            out.push('"');
        }
        rest = left;
    }
    out.push_str(rest);
    out
}
