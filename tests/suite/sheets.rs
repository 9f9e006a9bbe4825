//! Style sheets, and the modules and templates that they are for, as far as the check of class names reads them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// A selector of a style sheet: the part it stands in, itself, and its classes and identifiers.
pub struct Rule {
    pub part: usize,
    pub selector: String,
    pub names: Vec<String>,
}

/// A part of a style sheet.
pub struct Part {
    pub name: String,
    pub used_by: Vec<String>,
}

pub fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn list(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path)
            } else {
                found.push(path)
            }
        }
    }
    found.sort();
    found
}

/// Splits at commas that are in no parentheses and no brackets.
fn at_commas(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[from..].trim());
    parts
}

/// A selector cut at its combinators, without what is negated or looked for inside.
fn compounds(selector: &str) -> Vec<String> {
    static ASIDE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r":(not|has)\([^()]*(\([^()]*\)[^()]*)*\)|\[[^\]]*\]").unwrap()
    });
    let selector = ASIDE.replace_all(selector, "[]");
    let (mut all, mut now, mut depth) = (Vec::new(), String::new(), 0);
    for c in selector.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ' ' | '>' | '+' | '~' if depth == 0 => {
                all.push(std::mem::take(&mut now));
                continue;
            }
            _ => {}
        }
        now.push(c);
    }
    all.push(now);
    all.retain(|one| !one.is_empty());
    all
}

fn names(of: &str) -> Vec<String> {
    static NAME: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[.#][A-Za-z_][\w-]*").unwrap());
    NAME.find_iter(of)
        .map(|found| found.as_str().to_string())
        .collect()
}

/// Reads a style sheet into its parts and rules; what is inside `@media` counts like everything else.
pub fn parse(file: &str, parts: &mut Vec<Part>, rules: &mut Vec<Rule>) {
    parts.push(Part {
        name: format!("{file}.css"),
        used_by: Vec::new(),
    });
    let text = read(&format!("static/css/{file}.css"));
    let whole = parts.len() - 1;
    let mut part = whole;
    let mut rest = text.as_str();
    let mut head = String::new();
    while let Some(c) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            let (comment, after) = comment
                .split_once("*/")
                .expect("a comment that does not end");
            let heads = comment.trim().starts_with("----");
            let comment = comment.trim_matches(|c: char| c == '-' || c.is_whitespace());
            if let Some((title, modules)) = comment.split_once("Used by:") {
                let used_by = modules
                    .split(',')
                    .map(|one| one.trim().trim_end_matches('.'));
                part = parts.len();
                parts.push(Part {
                    name: format!("{file}.css, \"{}\"", title.trim().trim_end_matches('.')),
                    used_by: used_by.map(str::to_string).collect(),
                });
            } else if heads {
                part = whole;
            }
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            '{' if head.trim().starts_with("@media") || head.trim().starts_with("@supports") => {
                head.clear()
            }
            '{' => {
                if !head.trim().starts_with('@') {
                    for selector in at_commas(&head) {
                        let compounds = compounds(selector);
                        rules.push(Rule {
                            part,
                            selector: selector.split_whitespace().collect::<Vec<_>>().join(" "),
                            names: compounds.iter().flat_map(|one| names(one)).collect(),
                        });
                    }
                }
                // The body of a rule, or of a nested at-rule such as `@keyframes`.
                let (mut depth, mut at) = (1, 0);
                for (i, c) in rest.char_indices() {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    if depth == 0 {
                        at = i + 1;
                        break;
                    }
                }
                rest = &rest[at..];
                head.clear();
            }
            '}' | ';' => head.clear(),
            c => head.push(c),
        }
    }
}

/// The classes that a module or template puts on its elements.
pub fn used_in(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let askama = Regex::new(r"(?s)\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}").unwrap();
    let text = askama.replace_all(text, " ");
    let string = Regex::new(r#""([^"]*)""#).unwrap();
    let mut add = |words: &str| {
        let words = words
            .split_whitespace()
            .filter(|word| !word.contains(['$', '{', '}']));
        used.extend(words.map(|word| format!(".{word}")));
    };
    // class="a b", class=${open ? "a" : "b"}, className = "a", classList.add("a"), part("a", …).
    for found in Regex::new(r#"class="([^"]*)""#)
        .unwrap()
        .captures_iter(&text)
    {
        add(&found[1]);
    }
    for found in Regex::new(r"class=\$\{([^}]*)\}")
        .unwrap()
        .captures_iter(&text)
    {
        string.captures_iter(&found[1]).for_each(|one| add(&one[1]));
    }
    for found in Regex::new(r"(?:className = |classList\.\w+\(|\bpart\()([^;)]*)")
        .unwrap()
        .captures_iter(&text)
    {
        string.captures_iter(&found[1]).for_each(|one| add(&one[1]));
    }
    // h("p.a.b", …)
    for found in Regex::new(r#"\bh\(["`](\w+)([\w.-]*)["`]"#)
        .unwrap()
        .captures_iter(&text)
    {
        found[2].split('.').for_each(&mut add);
    }
    used
}

#[test]
fn the_check_sees_what_it_is_for() {
    assert_eq!(
        compounds(".a:not(.b) > .c:is(.d, .e) f"),
        [".a[]", ".c:is(.d, .e)", "f"]
    );
    assert_eq!(at_commas(".a, .b:is(.c, .d)"), [".a", ".b:is(.c, .d)"]);
    let used = used_in(
        r#"<p class="a {% if x %}b{% endif %}"> class=${x ? "c d" : ""} h("p.e.f", {}) node.className = "g";"#,
    );
    let used: Vec<_> = used.iter().map(String::as_str).collect();
    assert_eq!(used, [".a", ".b", ".c", ".d", ".e", ".f", ".g"]);
}
