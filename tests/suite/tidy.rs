//! House rules that a test can hold: which way dependencies point, how long a file may be, who reads what.

use std::fs;
use std::path::{Path, PathBuf};

/// Where the program's own source stands.
const SOURCES: [&str; 3] = ["src", "crates/core/src", "crates/demos/src"];

/// Each room and the rooms it may use. Between the crates cargo holds it: the core uses neither of the others, the demos
/// only the core.
const MAY_USE: [(&str, &[&str]); 22] = [
    ("ids", &[]),
    ("address", &[]),
    ("lanes", &[]),
    ("machine", &[]),
    ("serve", &[]),
    ("domain", &["ids"]),
    ("linalg", &[]),
    ("demos", &["domain", "linalg"]),
    ("protocol", &[]),
    ("secrets", &["ids"]),
    ("translate", &["domain", "ids", "protocol"]),
    ("hall", &["protocol"]),
    ("clock", &["ids"]),
    ("store", &["domain", "ids"]),
    (
        "live",
        &[
            "address",
            "clock",
            "demos",
            "domain",
            "hall",
            "ids",
            "protocol",
            "secrets",
            "store",
            "translate",
        ],
    ),
    ("sheet", &["domain", "ids"]),
    (
        "web",
        &[
            "address",
            "clock",
            "demos",
            "domain",
            "hall",
            "ids",
            "lanes",
            "live",
            "protocol",
            "secrets",
            "serve",
            "sheet",
            "store",
            "translate",
        ],
    ),
    ("doctor", &["address", "ids", "protocol", "web"]),
    ("rehearse", &["ids", "machine", "protocol"]),
    ("config", &["address"]),
    (
        "app",
        &[
            "address", "clock", "config", "domain", "hall", "ids", "lanes", "live", "machine",
            "secrets", "serve", "sheet", "store", "web",
        ],
    ),
    (
        "bench",
        &[
            "app", "clock", "config", "domain", "ids", "machine", "protocol", "rehearse",
            "secrets", "sheet", "store", "web",
        ],
    ),
];

pub fn files(below: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(below)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "no .{ending} below {below}");
    found
}

/// Every Rust file of the program with the folder that its room is in.
fn sources() -> impl Iterator<Item = (PathBuf, PathBuf)> {
    SOURCES.into_iter().flat_map(|below| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(below);
        files(below, "rs")
            .into_iter()
            .map(move |path| (folder.clone(), path))
    })
}

#[test]
fn dependencies_point_downwards() {
    for (src, path) in sources() {
        let inside = path.strip_prefix(&src).unwrap();
        let room = inside
            .iter()
            .next()
            .unwrap()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == room) else {
            assert!(
                ["main", "lib", "tasks"].contains(&room),
                "{room} is in no room: add it to MAY_USE"
            );
            continue;
        };
        let text = fs::read_to_string(&path).unwrap();
        for used in text.split("crate::").skip(1) {
            let used: String = used
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if used.is_empty() || used == room {
                continue;
            }
            assert!(
                allowed.contains(&used.as_str()),
                "{}: {room} may not use {used}",
                inside.display()
            );
        }
    }
}

#[test]
fn the_domain_is_pure() {
    for path in files("crates/core/src/domain", "rs") {
        let text = fs::read_to_string(&path).unwrap();
        for impure in [
            "tokio",
            "sqlx",
            "axum",
            "std::fs",
            "std::env",
            "SystemTime",
            "Instant",
            "rand::",
            "async ",
        ] {
            assert!(!text.contains(impure), "{} uses {impure}", path.display());
        }
    }
}

#[test]
fn files_can_be_read_in_one_sitting() {
    for (below, ending) in [
        ("src", "rs"),
        ("crates", "rs"),
        ("tests", "rs"),
        ("static/js", "js"),
        ("static/css", "css"),
        ("templates", "html"),
    ] {
        for path in files(below, ending) {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= 450, "{} has {lines} lines", path.display());
        }
    }
}

#[test]
fn only_the_configuration_reads_the_environment_and_only_the_clock_the_time() {
    for (_, path) in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!text.contains("env::var"), "{}", path.display());
        assert!(
            name == "clock.rs" || !text.contains("SystemTime::now"),
            "{}",
            path.display()
        );
        assert!(
            name == "error.rs" || !text.contains("StatusCode::NOT_FOUND") || name == "assets.rs",
            "{}",
            path.display()
        );
    }
}

/// The compiler denies unsafe code. In one place it is allowed, for one call.
#[test]
fn one_call_is_unsafe() {
    let all = ["src", "crates", "benches", "tests"].map(|below| files(below, "rs"));
    let all = all
        .into_iter()
        .flatten()
        .filter(|path| !path.ends_with(file!()));
    let unsafe_files: Vec<(PathBuf, [usize; 2])> = all
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let count = ["unsafe_code", "unsafe "].map(|word| text.matches(word).count());
            (path, count)
        })
        .filter(|(_, count)| *count != [0, 0])
        .collect();
    let ring = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hall/batch/ring.rs");
    // "One unsafe call" in words, and the call.
    assert_eq!(unsafe_files, [(ring, [1, 2])]);
}
