//! What older browsers cannot read. A module with one such sign is not run at all, so that a page stands still without
//! a word. The floor is Safari 15.4, Chromium 109 and Firefox 121, as the README promises and `parts/too_old.html` tells
//! who comes with less; vendored modules are held to it as well.

use std::fs;
use std::path::Path;

/// What is newer than the floor: the sign, what it is, and the first Safari that has it.
const TOO_NEW: [(&str, &str); 39] = [
    ("(?<=", "a regular expression that looks behind: 16.4"),
    ("(?<!", "a regular expression that looks behind: 16.4"),
    ("static {", "a class's static block: 16.4"),
    (" with { type:", "import attributes: 17.2"),
    ("import defer", "deferred imports"),
    ("await using ", "explicit resource management"),
    (".toSorted(", "Array.toSorted: 16"),
    (".toReversed(", "Array.toReversed: 16"),
    (".toSpliced(", "Array.toSpliced: 16"),
    ("Array.fromAsync(", "Array.fromAsync: 16.4"),
    ("Object.groupBy(", "Object.groupBy: 17.4"),
    ("Map.groupBy(", "Map.groupBy: 17.4"),
    ("Promise.withResolvers(", "Promise.withResolvers: 17.4"),
    ("Promise.try(", "Promise.try: 18.2"),
    (".isWellFormed(", "String.isWellFormed: 16.4"),
    (".toWellFormed(", "String.toWellFormed: 16.4"),
    ("URL.canParse(", "URL.canParse: 17"),
    ("URL.parse(", "URL.parse: 18"),
    ("AbortSignal.timeout(", "AbortSignal.timeout: 16"),
    ("AbortSignal.any(", "AbortSignal.any: 17.4"),
    (".union(", "Set.union: 17"),
    (".intersection(", "Set.intersection: 17"),
    (".difference(", "Set.difference: 17"),
    (".isSubsetOf(", "Set.isSubsetOf: 17"),
    (".values().map(", "iterator helpers: 18.4"),
    (".keys().map(", "iterator helpers: 18.4"),
    (".entries().map(", "iterator helpers: 18.4"),
    (".values().filter(", "iterator helpers: 18.4"),
    ("RegExp.escape(", "RegExp.escape: 18.2"),
    ("new OffscreenCanvas(", "OffscreenCanvas: 16.4"),
    ("new CompressionStream(", "CompressionStream: 16.4"),
    ("requestIdleCallback(", "requestIdleCallback: not in Safari"),
    ("scheduler.", "the scheduler: not in Safari"),
    (".checkVisibility(", "Element.checkVisibility: 17.4"),
    (".requestSubmit(", "HTMLFormElement.requestSubmit: 16"),
    (".showPopover(", "popovers: 17"),
    ("startViewTransition(", "view transitions: 18"),
    (".closedBy", "a dialog's closedby: not in Safari"),
    ("type=\"importmap\"", "import maps: 16.4"),
];

/// Without comments that fill their line: a sentence may name what code may not use.
fn code_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = (1..).zip(text.lines());
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// A regular expression with the flag `v`: Safari 17. It stands after what cannot end a value.
fn has_flag_v(line: &str) -> bool {
    line.split(['(', '=', ',', ' ']).any(|part| {
        let Some(rest) = part.strip_prefix('/') else {
            return false;
        };
        let Some((_, flags)) = rest.rsplit_once('/') else {
            return false;
        };
        let flags: String = flags
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect();
        flags.contains('v') && flags.chars().all(|flag| "dgimsuyv".contains(flag))
    })
}

fn faults(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in code_of(text) {
        for (sign, what) in TOO_NEW {
            if line.contains(sign) {
                found.push(format!("{name}:{number} has {what}"));
            }
        }
        if has_flag_v(line) {
            found.push(format!(
                "{name}:{number} has a regular expression with the flag v: 17"
            ));
        }
    }
    found
}

#[test]
fn modules_and_pages_keep_to_what_the_oldest_promised_browser_reads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut read = 0;
    for (below, ending) in [
        ("static/js", "js"),
        ("static/vendor", "js"),
        ("templates", "html"),
    ] {
        for path in super::tidy::files(below, ending) {
            let name = path.strip_prefix(root).unwrap().display().to_string();
            found.extend(faults(&name, &fs::read_to_string(&path).unwrap()));
            read += 1;
        }
    }
    assert!(read > 100, "{read} files");
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn what_is_too_new_is_found() {
    let parts = "const parts = site.split(/(?<=[./])/);";
    assert_eq!(
        faults("a.js", parts),
        ["a.js:1 has a regular expression that looks behind: 16.4"]
    );
    assert_eq!(faults("a.js", "x\nlist.toSorted()").len(), 1);
    assert_eq!(
        faults("a.js", "const letters = /[\\p{L}--[a-z]]/v;").len(),
        1
    );
    assert!(
        faults(
            "a.js",
            "// Not (?<= here.\nconst a = text.match(/[^./]*[./]?/g);"
        )
        .is_empty()
    );
    assert!(faults("a.js", "const half = a / b / v;").is_empty());
    assert!(faults("a.js", "const named = /(?<year>\\d+)/u;").is_empty());
}
