//! Two things that the program takes from its own source: the audience page's scripts made small, which phones wait for
//! and people read as they stand in `static/js` (what cannot be parsed does not build); and a name for the shape of a
//! session's state, by which a snapshot of another build is known.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::{env, fs};

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_minifier::{Minifier, MinifierOptions};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// The script that stands in the page itself.
const SCRIPT: &str = "static/js/audience.js";

/// The modules that a phone loads next, while a vote is on its way, and those that are loaded with the first result.
const MODULES: [&str; 7] = [
    "audience-news",
    "audience-parts",
    "audience-poll",
    "audience-result",
    "audience-view",
    "counts",
    "device",
];

/// What a session's state is made of.
const DOMAIN: &str = "crates/core/src/domain";
const IDS: &str = "crates/core/src/ids.rs";

fn main() {
    println!("cargo::rerun-if-changed={SCRIPT}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={DOMAIN}");
    println!("cargo::rerun-if-changed={IDS}");
    match state_shape() {
        Ok(shape) => println!("cargo::rustc-env=SALON_STATE={shape}"),
        Err(error) => println!("cargo::error={DOMAIN}: {error}"),
    }
    if let Err(why) = write_small() {
        println!("cargo::error={why}");
    }
}

/// Writes the scripts without what only people need: the page's own as `audience.min.js`, in a function of its own so that
/// its names are nobody else's, and the modules as pairs of path and text in `small.rs`.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by the environment where to write"
)]
fn write_small() -> Result<(), String> {
    let folder = env::var_os("OUT_DIR").ok_or("cargo gave no folder to write to")?;
    let folder = PathBuf::from(folder);
    let write = |name: &str, text: &str| {
        fs::write(folder.join(name), text).map_err(|error| format!("{name}: {error}"))
    };
    let script = format!("(() => {{\n{}\n}})();", read(SCRIPT)?);
    let script = small(&script, SourceType::script()).map_err(|why| format!("{SCRIPT}: {why}"))?;
    write("audience.min.js", &script)?;
    let mut modules = String::from("&[\n");
    for name in MODULES {
        let path = format!("static/js/{name}.js");
        println!("cargo::rerun-if-changed={path}");
        let module =
            small(&read(&path)?, SourceType::mjs()).map_err(|why| format!("{path}: {why}"))?;
        modules += &format!("    (\"js/{name}.js\", {module:?}),\n");
    }
    write("small.rs", &(modules + "]"))
}

fn read(path: &str) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))
}

fn small(source: &str, kind: SourceType) -> Result<String, String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, source, kind).parse();
    if let Some(fault) = parsed.diagnostics.first() {
        return Err(fault.to_string());
    }
    let mut program = parsed.program;
    let minified = Minifier::new(MinifierOptions::default()).minify(&allocator, &mut program);
    Ok(Codegen::new()
        .with_options(CodegenOptions::minify())
        .with_scoping(minified.scoping)
        .build(&program)
        .code)
}

/// A hash of all that says what a session's state is and what a fact does to it.
fn state_shape() -> std::io::Result<String> {
    let mut files = vec![PathBuf::from(IDS)];
    let mut folders = vec![PathBuf::from(DOMAIN)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files.sort();
    let mut hash = DefaultHasher::new();
    for file in files {
        file.hash(&mut hash);
        fs::read(file)?.hash(&mut hash);
    }
    Ok(format!("{:016x}", hash.finish()))
}
