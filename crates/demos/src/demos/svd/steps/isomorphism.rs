//! The first isomorphism theorem.

mod drawn;
mod matrix;

use super::super::input::{Fault, Input};
use super::super::notation::Line;
use super::super::quotient::{Cyclic, Pieces};
use super::super::shown::{Check, Part, Shown};
use super::super::step::{Field, Kind, Own, Preset, Step};
use super::measure::{formula, matrix_of_size};
use drawn::{classes, elements, square};

pub struct Isomorphism;

const NAME_MOST: usize = 24;

impl Step for Isomorphism {
    fn name(&self) -> &'static str {
        "isomorphism"
    }

    fn title(&self) -> &'static str {
        "The first isomorphism theorem"
    }

    fn point(&self) -> &'static str {
        "What a map does not tell apart is put together, and what is left is a copy of its image: for groups the first \
         isomorphism theorem, for a matrix the way to the SVD."
    }

    fn fields(&self) -> &'static [Field] {
        const FIELDS: &[Field] = &[
            Field {
                name: "kind",
                label: "A map of",
                kind: Kind::Choice(&["cyclic groups", "finite sets", "matrix"]),
                default: "cyclic groups",
            },
            Field {
                name: "n",
                label: "Cyclic groups: n of ℤ/n",
                kind: Kind::Count { from: 1, to: 48 },
                default: "12",
            },
            Field {
                name: "m",
                label: "m of ℤ/m",
                kind: Kind::Count { from: 1, to: 48 },
                default: "18",
            },
            Field {
                name: "k",
                label: "k of x ↦ k x",
                kind: Kind::Count { from: 0, to: 1000 },
                default: "6",
            },
            Field {
                name: "function",
                label: "Finite sets: lines “x -> y”; “-> y” for what nothing goes to",
                kind: Kind::Lines { most: 24 },
                default: "0 -> false\n1 -> true\n2 -> false\n3 -> true\n4 -> false\n-> through\n-> tals",
            },
            Field {
                name: "matrix",
                label: "Matrix",
                kind: Kind::Matrix {
                    rows: 32,
                    columns: 32,
                },
                default: "1, 2, 3; 2, 4, 6; 1, 0, 1",
            },
        ];
        FIELDS
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "ℤ/12 to ℤ/18 by 6",
                input: &[],
            },
            Preset {
                label: "Remainder by 2: is it odd?",
                input: &[("n", "10"), ("m", "2"), ("k", "1")],
            },
            Preset {
                label: "Nothing lost: ℤ/5 times 2",
                input: &[("n", "5"), ("m", "5"), ("k", "2")],
            },
            Preset {
                label: "Everything lost",
                input: &[("n", "4"), ("m", "9"), ("k", "0")],
            },
            Preset {
                label: "Odd or not, as strings",
                input: &[("kind", "finite sets")],
            },
            Preset {
                label: "A matrix of rank 2",
                input: &[("kind", "matrix")],
            },
        ]
    }

    fn own(&self) -> Option<Own> {
        Some(Own {
            field: "matrix",
            choices: &[("kind", "matrix")],
        })
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        match input.word("kind") {
            "matrix" => {
                let m = matrix_of_size("matrix", input.matrix("matrix"))?;
                if m.is_empty() {
                    return Err(Fault::new("matrix", "is empty; write rows of numbers"));
                }
                matrix::of_matrix(&m).map_err(|error| Fault::new("matrix", error.to_string()))
            }
            "finite sets" => {
                finite(input.lines("function")).map_err(|why| Fault::new("function", why))
            }
            _ => {
                let (n, m) = (input.count("n"), input.count("m"));
                let map =
                    Cyclic::new(n, m, input.count("k")).map_err(|why| Fault::new("k", why))?;
                Ok(cyclic(&map, n, m))
            }
        }
    }
}

fn cyclic(map: &Cyclic, n: usize, m: usize) -> Shown {
    let (to, kernel, cosets) = (map.map(), map.kernel(), map.cosets());
    let pieces = Pieces::of(&to);
    let size = pieces.image.len();
    let names = |all: &[usize]| all.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut image = pieces.image.clone();
    image.sort_unstable();
    let words = format!(
        "The kernel is {{{}}}, what goes to 0; the image is {{{}}}. Each coset of the kernel goes to one element of the image: \
         {n} = {} · {size}.",
        names(&kernel).join(", "),
        names(&image).join(", "),
        kernel.len()
    );
    let count = |claim: &str, error: usize| Check {
        claim: claim.to_string(),
        error: error as f64,
        bound: 0.0,
    };
    let checks = vec![
        count("f(x + y) = f(x) + f(y), of all pairs", map.broken()),
        count(
            "cosets x + ker are what goes to the same place",
            usize::from(cosets != pieces.classes),
        ),
        count(
            "adding cosets does not depend on the elements taken, and goes to the sum of the images",
            map.broken_cosets(),
        ),
        count("|G| = |ker f| · |im f|", n.abs_diff(kernel.len() * size)),
        count("cosets and image are as many", cosets.len().abs_diff(size)),
        count("the three pieces do what f does", undone(&to, &pieces)),
    ];
    let corners = [
        (format!("ℤ/{n}"), format!("{n} elements")),
        (format!("ℤ/{n} / ker"), format!("{} cosets", cosets.len())),
        ("im f".to_string(), format!("{size} elements")),
        (format!("ℤ/{m}"), format!("{m} elements")),
    ];
    let mut parts = vec![
        Part::Words(words),
        formula(r"G / \ker f \cong \operatorname{im} f"),
        Part::Diagram(square(corners, "≅")),
    ];
    parts.extend(elements(
        &names(&(0..n).collect::<Vec<_>>()),
        &names(&(0..m).collect::<Vec<_>>()),
        &pieces,
    ));
    parts.push(Part::Table(classes(
        &names(&(0..n).collect::<Vec<_>>()),
        &names(&(0..m).collect::<Vec<_>>()),
        &pieces,
        "coset",
    )));
    Shown { parts, checks }
}

fn finite(lines: &[String]) -> Result<Shown, String> {
    let (mut from, mut to, mut outputs) = (Vec::new(), Vec::new(), Vec::<String>::new());
    for line in lines {
        let short: String = line.chars().take(40).collect();
        let (x, y) = Line::of(line.trim_end_matches(';'))
            .pair()
            .map_err(|why| format!("“{short}” is not written as x -> y: it {why}"))?;
        if y.is_empty() || x.chars().count().max(y.chars().count()) > NAME_MOST {
            return Err(format!(
                "“{short}”: after -> there must be a name, and names have {NAME_MOST} characters at most"
            ));
        }
        if from.contains(&x) {
            return Err(format!(
                "“{x}” is there twice; a function has one output for each input"
            ));
        }
        let place = outputs
            .iter()
            .position(|known| *known == y)
            .unwrap_or(outputs.len());
        if place == outputs.len() {
            outputs.push(y);
        }
        if !x.is_empty() {
            from.push(x);
            to.push(place);
        }
    }
    if from.is_empty() {
        return Err("has no line x -> y; write one for each input".to_string());
    }
    let pieces = Pieces::of(&to);
    let sizes: Vec<String> = pieces
        .classes
        .iter()
        .map(|class| class.len().to_string())
        .collect();
    let (n, size) = (from.len(), pieces.image.len());
    let words = format!(
        "Without a group there is no kernel to shift about: classes of what goes to the same place may be of different sizes, so \
         {n} = {}, a sum and not a product.",
        sizes.join(" + ")
    );
    let count = |claim: &str, error: usize| Check {
        claim: claim.to_string(),
        error: error as f64,
        bound: 0.0,
    };
    let sum: usize = pieces.classes.iter().map(Vec::len).sum();
    let mut image = pieces.image.clone();
    image.sort_unstable();
    image.dedup();
    let checks = vec![
        count("classes have every input once", n.abs_diff(sum)),
        count(
            "classes and image are as many, no two classes with the same output",
            pieces.classes.len().abs_diff(image.len()),
        ),
        count("the three pieces do what f does", undone(&to, &pieces)),
    ];
    let corners = [
        ("X".to_string(), format!("{n} inputs")),
        ("X / ∼".to_string(), format!("{size} classes")),
        ("im f".to_string(), format!("{size} outputs")),
        ("Y".to_string(), format!("{} outputs", outputs.len())),
    ];
    let mut parts = vec![
        Part::Words(words),
        formula(r"X / {\sim} \cong \operatorname{im} f, \quad x \sim y \iff f(x) = f(y)"),
        Part::Diagram(square(corners, "reversible")),
    ];
    parts.extend(elements(&from, &outputs, &pieces));
    parts.push(Part::Table(classes(&from, &outputs, &pieces, "class")));
    Ok(Shown { parts, checks })
}

/// Inputs that the three pieces take elsewhere than f does.
fn undone(to: &[usize], pieces: &Pieces) -> usize {
    let done = pieces.class_of.iter().map(|class| pieces.image.get(*class));
    to.iter()
        .zip(done)
        .filter(|(y, done)| *done != Some(*y))
        .count()
}
