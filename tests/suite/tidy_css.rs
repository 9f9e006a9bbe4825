//! Class names have an owner. A comment such as "---- Polls. Used by: host/poll.js, host/options.js ----" begins a part
//! of a style sheet, for the elements that these modules make; all else in the sheet is for the whole surface. A class
//! that is the only one of a selector belongs to the part that the selector stands in. The rules below keep what is
//! written for one part of a surface from falling on another part of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use crate::sheets::{Part, Rule, list, parse, read, used_in};

/// What is loaded together: style sheets, and the modules and templates whose elements they fall on.
struct Surface {
    name: &'static str,
    sheets: &'static [&'static str],
    makes: &'static [&'static str],
}

const DEMO: [&str; 2] = ["demo", "demo-look"];

const SURFACES: [Surface; 6] = [
    Surface {
        name: "host panel",
        sheets: &[
            "tokens",
            "fonts",
            "host",
            "host-room",
            "host-build",
            DEMO[0],
            DEMO[1],
        ],
        makes: &[
            "js/host/",
            "js/demo/",
            "host.html",
            "host_home.html",
            "sign_in.html",
        ],
    },
    Surface {
        name: "stage",
        sheets: &[
            "tokens",
            "fonts",
            "stage",
            "stage-room",
            DEMO[0],
            DEMO[1],
            "svd-figures",
            "walk-figures",
        ],
        makes: &["js/stage/", "js/draw/", "js/demo/", "stage.html"],
    },
    Surface {
        name: "walkthrough",
        sheets: &["tokens", "fonts", "walk", "svd-figures", "walk-figures"],
        makes: &["js/walk/", "walk.html"],
    },
    Surface {
        name: "speaker's view",
        sheets: &["tokens", "fonts", "speaker"],
        makes: &["js/speaker/", "speaker.html"],
    },
    Surface {
        name: "audience page",
        sheets: &["tokens", "audience", "audience-room", DEMO[0], DEMO[1]],
        makes: &[
            "js/audience",
            "js/room/",
            "js/demo/",
            "audience.html",
            "parts/",
        ],
    },
    Surface {
        name: "plain pages",
        sheets: &["tokens", "pages"],
        makes: &[
            "home.html",
            "error.html",
            "log.html",
            "questions.html",
            "parts/question.html",
        ],
    },
];

fn sheets(of: &Surface) -> (Vec<Part>, Vec<Rule>) {
    let (mut parts, mut rules) = (Vec::new(), Vec::new());
    for sheet in of.sheets {
        parse(sheet, &mut parts, &mut rules);
    }
    (parts, rules)
}

/// Which parts a class or identifier is styled in by itself, with no other beside it.
fn owners(rules: &[Rule]) -> BTreeMap<&str, BTreeSet<usize>> {
    let mut owners: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for rule in rules {
        if let Some((first, others)) = rule.names.split_first()
            && others.iter().all(|one| one == first)
        {
            owners.entry(first).or_default().insert(rule.part);
        }
    }
    owners
}

#[test]
fn each_class_of_a_surface_has_one_owner() {
    let mut wrong = Vec::new();
    for surface in &SURFACES {
        let (parts, rules) = sheets(surface);
        let owners = owners(&rules);
        // A part that a class comes second in may say how it looks there: ".plate .bars" of the plate's part.
        let own = |rule: &Rule, name: &str| match owners.get(name) {
            Some(owners) => owners.len() == 1 && owners.contains(&rule.part),
            None => true,
        };
        for (name, of) in owners.iter().filter(|(_, of)| of.len() > 1) {
            let of: Vec<_> = of.iter().map(|part| parts[*part].name.as_str()).collect();
            wrong.push(format!(
                "{}: {name} is styled by itself in {}",
                surface.name,
                of.join(" and in ")
            ));
        }
        for rule in rules.iter().filter(|rule| !rule.names.is_empty()) {
            if !rule.names.iter().any(|name| own(rule, name)) {
                wrong.push(format!(
                    "{}: \"{}\" in {} names only what belongs to other parts",
                    surface.name, rule.selector, parts[rule.part].name
                ));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(
        wrong.is_empty(),
        "{}\n{} in all",
        wrong.join("\n"),
        wrong.len()
    );
}

#[test]
fn a_class_is_used_by_the_modules_of_its_owner() {
    let mut wrong = Vec::new();
    let all: Vec<PathBuf> = [list("static/js"), list("templates")].concat();
    for surface in &SURFACES {
        let (parts, rules) = sheets(surface);
        let owners = owners(&rules);
        for path in &all {
            let below = path
                .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")))
                .unwrap()
                .to_str()
                .unwrap();
            let short = below
                .trim_start_matches("static/")
                .trim_start_matches("templates/");
            if !surface.makes.iter().any(|made| short.starts_with(made)) {
                continue;
            }
            for class in used_in(&fs::read_to_string(path).unwrap()) {
                for part in owners.get(class.as_str()).into_iter().flatten() {
                    let part = &parts[*part];
                    let short = short.trim_start_matches("js/");
                    if !part.used_by.is_empty()
                        && !part
                            .used_by
                            .iter()
                            .any(|one| short.starts_with(one.as_str()))
                    {
                        wrong.push(format!(
                            "{}: {below} uses {class} of {}",
                            surface.name, part.name
                        ));
                    }
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} in all",
        wrong.join("\n"),
        wrong.len()
    );
}

/// A rule for all `progress` in the part of the polls falls on every other part as well.
#[test]
fn parts_with_modules_style_no_bare_elements() {
    for surface in &SURFACES {
        let (parts, rules) = sheets(surface);
        for rule in rules.iter().filter(|rule| rule.names.is_empty()) {
            let part = &parts[rule.part];
            assert!(
                part.used_by.is_empty() || rule.selector.contains('['),
                "{}: \"{}\" falls on more than the part it stands in",
                part.name,
                rule.selector
            );
        }
    }
}

/// The lists above are what the pages load, and each part's modules are there.
#[test]
fn surfaces_load_what_is_checked() {
    let link = Regex::new(r#"/css/([\w-]+)\.css"#).unwrap();
    for (template, surface) in [
        ("host", 0),
        ("host_home", 0),
        ("sign_in", 0),
        ("stage", 1),
        ("walk", 2),
        ("speaker", 3),
    ] {
        let text = read(&format!("templates/{template}.html"));
        let loaded: Vec<_> = link
            .captures_iter(&text)
            .map(|found| found[1].to_string())
            .collect();
        let known = SURFACES[surface].sheets;
        assert!(
            !loaded.is_empty() && loaded.iter().all(|one| known.contains(&one.as_str())),
            "{template}: {loaded:?}"
        );
        // The sign-in and the list of sessions need only the beginning of the panel's.
        assert!(
            loaded.iter().zip(known).all(|(one, known)| one == known),
            "{template}: {loaded:?}"
        );
    }
    for surface in &SURFACES {
        for part in sheets(surface).0 {
            for module in part.used_by {
                let (js, html) = (format!("static/js/{module}"), format!("templates/{module}"));
                let root = Path::new(env!("CARGO_MANIFEST_DIR"));
                assert!(
                    root.join(js).exists() || root.join(html).exists(),
                    "{}: no {module}",
                    part.name
                );
            }
        }
    }
    let classes = Regex::new(r#"class=\\"([\w -]+)"#).unwrap();
    for path in list("crates/demos/src/demos/svd")
        .into_iter()
        .filter(|path| path.extension().is_some_and(|one| one == "rs"))
    {
        let text = fs::read_to_string(&path).unwrap();
        for class in classes.captures_iter(&text).flat_map(|found| {
            found[1]
                .split_whitespace()
                .map(str::to_string)
                .collect::<Vec<_>>()
        }) {
            assert!(class.starts_with("svd-"), "{}: {class}", path.display());
        }
    }
}
