//! Two things that the program takes from its own source: the audience page's script made small, which is sent with
//! every page and read by people as it stands in `static/js` (what cannot be parsed does not build); and a name for the
//! shape of a session's state, by which a snapshot of another build is known.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{env, fs};

use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_minifier::{Minifier, MinifierOptions};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// The script that stands in the page itself.
const SCRIPT: &str = "static/js/audience.js";

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
    match small(Path::new(SCRIPT)) {
        Ok((path, script)) => {
            if let Err(error) = fs::write(&path, script) {
                println!("cargo::error={}: {error}", path.display());
            }
        }
        Err(why) => println!("cargo::error={SCRIPT}: {why}"),
    }
}

/// The script without what only people need, in a function of its own so that its names are nobody else's.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script by the environment where to write"
)]
fn small(script: &Path) -> Result<(PathBuf, String), String> {
    let folder = env::var_os("OUT_DIR").ok_or("cargo gave no folder to write to")?;
    let source = fs::read_to_string(script).map_err(|error| error.to_string())?;
    let source = format!("(() => {{\n{source}\n}})();");
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &source, SourceType::script()).parse();
    if let Some(fault) = parsed.diagnostics.first() {
        return Err(fault.to_string());
    }
    let mut program = parsed.program;
    let minified = Minifier::new(MinifierOptions::default()).minify(&allocator, &mut program);
    let code = Codegen::new()
        .with_options(CodegenOptions::minify())
        .with_scoping(minified.scoping)
        .build(&program)
        .code;
    Ok((PathBuf::from(folder).join("audience.min.js"), code))
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
