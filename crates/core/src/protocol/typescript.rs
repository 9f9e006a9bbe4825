//! The protocol's types for the pages' JavaScript, which `tsc` checks against them. They are made of the Rust ones
//! and kept in `tests/js/types/protocol.d.ts`, since no browser asks for them.

use std::any::TypeId;
use std::fs;
use std::path::PathBuf;

use ts_rs::{Config, TS, TypeVisitor};

use super::{
    ClientMessage, HostCommand, InspectedView, PollSpec, RelayedQuestion, SegmentSpec,
    ServerMessage, VERSION,
};

const HEAD: &str = "\
// The types of the protocol: what travels as JSON. Made of those in crates/core/src/protocol.rs by
// `cargo test --lib typescript -- --ignored`; a test compares.
";

/// The declarations found so far, each once.
struct Found {
    config: Config,
    seen: Vec<TypeId>,
    declared: Vec<(String, String)>,
}

impl TypeVisitor for Found {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if self.seen.contains(&TypeId::of::<T>()) {
            return;
        }
        self.seen.push(TypeId::of::<T>());
        // Only what is derived has a file of its own to be written to; numbers, lists and the like have none.
        if T::output_path().is_some() {
            let shape = shape::<T>(&T::decl(&self.config));
            let docs = comment(&T::docs().unwrap_or_default(), "");
            self.declared
                .push((T::ident(&self.config), format!("{docs}export {shape}")));
        }
        T::visit_dependencies(self);
    }
}

/// A declaration as it travels, a field or a variant a line.
fn shape<T: TS + 'static + ?Sized>(declared: &str) -> String {
    let is_one_of = |types: &[TypeId]| types.contains(&TypeId::of::<T>());
    // A plan may lack anything; what is lacking is as if it were empty.
    let is_plan = is_one_of(&[TypeId::of::<SegmentSpec>(), TypeId::of::<PollSpec>()]);
    let is_asked = is_plan
        || is_one_of(&[
            TypeId::of::<ClientMessage>(),
            TypeId::of::<HostCommand>(),
            TypeId::of::<RelayedQuestion>(),
        ]);
    let mut lines = String::new();
    for line in laid_out(declared).lines() {
        let mut line = line.replace(" | null | null", " | null");
        // The server leaves out what is none; who asks may say null as well.
        if !is_asked && line.contains("?: ") {
            line = line.replace(" | null", "");
        }
        if is_plan && !line.contains("*") && !line.contains("?: ") {
            line = line.replace(": ", "?: ");
        }
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

/// Gives each field of a struct and each variant of an enum a line of its own.
fn laid_out(declared: &str) -> String {
    let is_enum = declared.contains(" } | {") || declared.contains("\" | \"");
    let (mut text, mut depth) = (String::new(), 0_u32);
    let mut rest = declared;
    while let Some(next) = rest.chars().next() {
        let mut taken = next.len_utf8();
        match next {
            '/' if rest.starts_with("/*") => {
                taken = rest.find("*/").map_or(rest.len(), |end| end + 2);
                let doc = comment(&rest[..taken], if is_enum { "    " } else { "  " });
                text.truncate(text.trim_end().len());
                text.push('\n');
                text.push_str(&doc);
                text.push_str(if is_enum { "    " } else { "  " });
                taken += rest[taken..].len() - rest[taken..].trim_start().len();
            }
            '|' if depth == 0 && is_enum => text.push_str("\n  |"),
            ',' if depth == 1 => {
                let last = rest[1..].trim_start().starts_with('}');
                text.push_str(match (is_enum, last) {
                    (true, true) => " ",
                    (true, false) => "; ",
                    (false, true) => ";\n",
                    (false, false) => ";\n  ",
                });
                taken += rest[1..].len() - rest[1..].trim_start().len();
            }
            '{' if depth == 0 && !is_enum => {
                text.push_str("{\n  ");
                taken += rest[1..].len() - rest[1..].trim_start().len();
                depth += 1;
            }
            _ => {
                match next {
                    '{' | '[' | '<' => depth += 1,
                    '}' | ']' | '>' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                text.push(next);
            }
        }
        rest = &rest[taken..];
    }
    let lines: Vec<_> = text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.is_empty())
        .collect();
    lines.join("\n")
}

/// A comment in one line where it has one.
fn comment(docs: &str, indent: &str) -> String {
    let lines: Vec<_> = docs
        .lines()
        .map(|line| line.trim().trim_start_matches(['/', '*']).trim())
        .filter(|line| !line.is_empty())
        .collect();
    match lines.as_slice() {
        [] => String::new(),
        [line] => format!("{indent}/** {line} */\n"),
        lines => {
            let inside = lines.join(&format!("\n{indent} * "));
            format!("{indent}/**\n{indent} * {inside}\n{indent} */\n")
        }
    }
}

fn types() -> String {
    let mut found = Found {
        config: Config::new().with_large_int("number"),
        seen: Vec::new(),
        declared: Vec::new(),
    };
    found.visit::<ClientMessage>();
    found.visit::<ServerMessage>();
    found.visit::<InspectedView>();
    found.declared.sort();
    let bodies: Vec<_> = found.declared.into_iter().map(|(_, body)| body).collect();
    format!("{HEAD}\n{}", bodies.join("\n"))
}

fn kept() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/js/types/protocol.d.ts")
}

#[test]
fn the_types_for_javascript_are_those_of_the_protocol() {
    let kept = fs::read_to_string(kept()).unwrap_or_default();
    assert!(
        kept == types(),
        "tests/js/types/protocol.d.ts is not as the protocol is: `cargo test --lib typescript -- --ignored` writes it anew"
    );
}

/// What `docs/protocol.md` says of messages is about these, each in a row of its own; the version is said here alone.
#[test]
fn the_protocol_is_told_as_it_is() {
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/protocol.md");
    let docs = fs::read_to_string(docs).unwrap();
    let told = |above: &str| {
        docs.split_once(above)
            .unwrap()
            .1
            .split("\n## ")
            .next()
            .unwrap()
            .to_string()
    };
    let config = Config::new();
    for (part, types) in [
        (told("## Client → server"), ClientMessage::decl(&config)),
        (told("## Server → client"), ServerMessage::decl(&config)),
    ] {
        let mut rows: Vec<_> = part
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .collect();
        // The tables of messages come first; others tell of commands.
        let names: Vec<_> = types
            .split("\"type\": \"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        rows.truncate(names.len());
        rows.sort_unstable();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        assert_eq!(rows, sorted);
    }
    assert!(!docs.contains(&format!("v={VERSION}")));
}

#[test]
#[ignore = "writes the types anew"]
fn write_the_types() {
    fs::create_dir_all(kept().parent().unwrap()).unwrap();
    fs::write(kept(), types()).unwrap();
}
