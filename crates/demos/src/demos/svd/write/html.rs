//! The parts as HTML for pages: without style attributes and scripts, all text escaped.

use std::fmt::Write as _;

use super::{caption, kind};
use crate::demos::markup::escape;
use crate::demos::svd::draw;
use crate::demos::svd::draw::ink;
use crate::demos::svd::formula;
use crate::demos::svd::shown::{Check, Named, Part, Shown, Table};

/// Rows and columns up to which the numbers of a heat map are a table beside it.
const TOLD: usize = 32;

pub fn html(shown: &Shown) -> String {
    let mut out = String::new();
    for one in &shown.parts {
        part(&mut out, one);
    }
    checks(&mut out, &shown.checks);
    out
}

fn part(out: &mut String, part: &Part) {
    match part {
        Part::Words(words) => {
            let _ = write!(out, "<p>{}</p>", escape(words));
        }
        Part::Code(code) => {
            let _ = write!(
                out,
                "<pre class=\"svd-code\"><code>{}</code></pre>",
                escape(code)
            );
        }
        Part::Formula(latex) => formula(out, latex),
        Part::Sign(sign) => {
            let _ = write!(out, "<span class=\"svd-sign\">{}</span>", escape(sign));
        }
        Part::Row(parts) => {
            out.push_str("<div class=\"svd-row\">");
            for one in parts {
                self::part(out, one);
            }
            out.push_str("</div>");
        }
        Part::Table(of) => table(out, of),
        _ => figure(out, part),
    }
}

/// Where a formula is several, each is on a line of its own if the page is narrow.
fn formula(out: &mut String, latex: &str) {
    let pieces: Vec<&str> = latex
        .split(r"\qquad ")
        .flat_map(|one| one.split_inclusive(r", \quad "))
        .map(|one| one.trim_end_matches(r"\quad ").trim())
        .collect();
    let several = pieces.len() > 1;
    out.push_str(if several {
        "<div class=\"svd-row\">"
    } else {
        ""
    });
    for one in pieces {
        out.push_str(&formula::mathml(one));
    }
    out.push_str(if several { "</div>" } else { "" });
}

fn figure(out: &mut String, part: &Part) {
    let Some(svg) = draw::svg(part) else { return };
    let _ = write!(
        out,
        "<figure class=\"svd-part svd-part-{}\">{svg}",
        kind(part)
    );
    let (title, _) = caption(part);
    if !title.is_empty() {
        let _ = write!(out, "<figcaption>{}</figcaption>", escape(title));
    }
    if let Part::Matrix(named) = part {
        numbers(out, named);
    }
    out.push_str("</figure>");
}

/// What a map has no room for in its cells is a table that can be opened, and copied from into any field.
fn numbers(out: &mut String, named: &Named) {
    let (rows, columns) = named.matrix.shape();
    if draw::matrix::is_numbered(&named.matrix) || rows.max(columns) > TOLD {
        return;
    }
    let name = escape(if named.name.is_empty() {
        "the matrix"
    } else {
        &named.name
    });
    let _ = write!(
        out,
        "<details class=\"svd-numbers\"><summary>Numbers of {name}</summary>\
         <div class=\"svd-tablebox\" role=\"region\" aria-label=\"Numbers of {name}\" tabindex=\"0\">\
         <table class=\"svd-table\"><tbody>"
    );
    for row in draw::matrix::numbers(&named.matrix).chunks(columns.max(1)) {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{cell}</td>");
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div></details>");
}

fn table(out: &mut String, table: &Table) {
    out.push_str("<div class=\"svd-tablebox\"><table class=\"svd-table\">");
    if !table.caption.is_empty() {
        let _ = write!(out, "<caption>{}</caption>", escape(&table.caption));
    }
    if !table.head.is_empty() {
        out.push_str("<thead><tr>");
        for cell in &table.head {
            let _ = write!(out, "<th scope=\"col\">{}</th>", escape(cell));
        }
        out.push_str("</tr></thead>");
    }
    out.push_str("<tbody>");
    for row in &table.rows {
        out.push_str("<tr>");
        for (n, cell) in row.iter().enumerate() {
            let _ = match n {
                0 => write!(out, "<th scope=\"row\">{}</th>", escape(cell)),
                _ => write!(out, "<td>{}</td>", escape(cell)),
            };
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
}

fn checks(out: &mut String, checks: &[Check]) {
    if checks.is_empty() {
        return;
    }
    out.push_str("<ul class=\"svd-checks\">");
    for check in checks {
        let (class, mark, word) = match check.holds() {
            true => ("svd-holds", "✓", "holds"),
            false => ("svd-fails", "✗", "does not hold"),
        };
        let _ = write!(
            out,
            "<li class=\"{class}\"><span class=\"svd-mark\" aria-hidden=\"true\">{mark}</span>{} \
             <span class=\"svd-measured\">{word}: off by {}, rounding may do {}</span></li>",
            escape(&check.claim),
            ink::typeset(&ink::digits(check.error, 2)),
            ink::typeset(&ink::digits(check.bound, 2))
        );
    }
    out.push_str("</ul>");
}
