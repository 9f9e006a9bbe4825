//! Any function in three pieces: onto its representatives, reversibly to the outputs it reaches, one-to-one into the
//! type of its outputs. In set theory: the quotient by the kernel of f, a bijection, the inclusion of the image (Mac
//! Lane & Birkhoff, Algebra, chapter I).

use std::collections::BTreeSet;

use super::super::input::{Fault, Input};
use super::super::shown::{Check, Diagram, Look, Part, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::{measure, shared};

mod pieces;

use pieces::{Function, Pieces};

pub struct Finite;

/// Lines of a field.
const MOST: usize = 40;

/// The shape that every function can be given, with the names that programmers give to what has no name.
const SHAPE: &str = r#"def func(x):
    return baz(bar(foo(x)))

# foo: onto          picks a representative of each group of inputs
# bar: reversible    renames it: each representative has an output of its own
# baz: one-to-one    finds that output in its type, which may have more"#;

impl Step for Finite {
    fn name(&self) -> &'static str {
        "finite"
    }

    fn title(&self) -> &'static str {
        "Any function in three pieces"
    }

    fn point(&self) -> &'static str {
        "Any function is one onto representatives, then a reversible one, then one that is one-to-one into its output type."
    }

    fn fields(&self) -> &'static [Field] {
        &[
            Field {
                name: "function",
                label: "The function, a line each: input -> output",
                kind: Kind::Lines { most: MOST },
                default: IS_ODD,
            },
            Field {
                name: "others",
                label: "Outputs of the same type that it never returns, a line each",
                kind: Kind::Lines { most: MOST },
                default: "through\ntals",
            },
            Field {
                name: "representatives",
                label: "Representatives, a line each; elsewhere it is the first",
                kind: Kind::Lines { most: MOST },
                default: "",
            },
        ]
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "is_odd, with 1 and 2 as representatives",
                input: &[("function", IS_ODD), ("representatives", "1\n2")],
            },
            Preset {
                label: "The remainder by 3",
                input: &[
                    (
                        "function",
                        "0 -> 0\n1 -> 1\n2 -> 2\n3 -> 0\n4 -> 1\n5 -> 2\n6 -> 0\n7 -> 1\n8 -> 2",
                    ),
                    ("others", "3\n4"),
                ],
            },
            Preset {
                label: "A constant",
                input: &[
                    (
                        "function",
                        "Monday -> open\nTuesday -> open\nWednesday -> open\nThursday -> open",
                    ),
                    ("others", "closed"),
                ],
            },
            Preset {
                label: "A permutation: all of it is reversible",
                input: &[
                    ("function", "1 -> 3\n2 -> 1\n3 -> 4\n4 -> 2"),
                    ("others", ""),
                ],
            },
            Preset {
                label: "Vowels and consonants",
                input: &[
                    (
                        "function",
                        "a, vowel\nb, consonant\nc, consonant\nd, consonant\ne, vowel\nf, consonant\ng, consonant\nh, consonant\ni, vowel",
                    ),
                    ("others", "digit"),
                    ("representatives", "e"),
                ],
            },
        ]
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let f = Function::read(input.text("function"), input.lines("others"))?;
        let pieces = Pieces::of(&f, input.lines("representatives"))?;
        let parts = vec![
            measure::words(said(&f, &pieces)),
            measure::formula(r"f = \text{one-to-one} \circ \text{reversible} \circ \text{onto}"),
            Part::Code(SHAPE.to_string()),
            diagram(&f, &pieces),
            classes(&f, &pieces),
            Part::Table(Table {
                caption: "The output type".to_string(),
                head: vec![
                    "reached: the image".to_string(),
                    "never reached".to_string(),
                ],
                rows: vec![vec![
                    f.outputs[..f.reached].join(", "),
                    f.outputs[f.reached..].join(", "),
                ]],
            }),
        ];
        Ok(Shown {
            parts,
            checks: checks(&f, &pieces),
        })
    }
}

const IS_ODD: &str = "0 -> false\n1 -> true\n2 -> false\n3 -> true\n4 -> false\n5 -> true\n6 -> false\n7 -> true\n8 -> false\n9 -> true";

fn checks(f: &Function, pieces: &Pieces) -> Vec<Check> {
    let inputs = 0..f.inputs.len();
    let wrong = inputs.filter(|input| pieces.apply(*input) != f.of.get(*input).copied());
    let strangers = pieces.representatives.iter().enumerate();
    let strangers = strangers.filter(|(place, input)| pieces.onto.get(**input) != Some(place));
    let missed = |to: &[usize], all: usize| all - to.iter().collect::<BTreeSet<_>>().len();
    let count = |claim: &str, n: usize| shared::check(claim, n as f64, 0.0);
    vec![
        count(
            "the three pieces together return what the function does, for every input",
            wrong.count(),
        ),
        count(
            "onto: every representative stands for some input",
            missed(&pieces.onto, pieces.representatives.len()),
        ),
        count(
            "every representative stands for itself: picking twice is picking once",
            strangers.count(),
        ),
        count(
            "reversible: every output that is reached has one representative",
            missed(&pieces.reversible, f.reached)
                + pieces.representatives.len().abs_diff(f.reached),
        ),
        count(
            "one-to-one: different outputs stay different",
            missed(&pieces.one_to_one, f.reached),
        ),
    ]
}

fn said(f: &Function, pieces: &Pieces) -> String {
    let (inputs, groups) = (f.inputs.len(), pieces.representatives.len());
    let own = match (groups == inputs, f.outputs.len() == f.reached) {
        (true, true) => {
            "This one is reversible as it is: the first and the last piece change nothing."
        }
        (true, false) => "This one is one-to-one: every input stands for itself.",
        (false, true) => "This one is onto: every output of its type is reached.",
        (false, false) => {
            "This one is neither one-to-one nor onto, so each piece has something to do."
        }
    };
    format!(
        "Inputs with the same output form a group; of each, one stands for all. Inputs: {inputs}. Groups, and so outputs that are reached: {groups}. Outputs of the type: {}. {own}",
        f.outputs.len()
    )
}

fn classes(f: &Function, pieces: &Pieces) -> Part {
    let groups = pieces.representatives.iter().zip(&pieces.reversible);
    let rows = groups.enumerate().map(|(place, (input, output))| {
        let members = f.inputs.iter().zip(&pieces.onto);
        let members = members.filter(|(_, onto)| **onto == place);
        let members: Vec<_> = members.map(|(input, _)| input.as_str()).collect();
        vec![
            members.join(", "),
            f.inputs[*input].clone(),
            f.outputs[*output].clone(),
        ]
    });
    let head = ["inputs with the same output", "representative", "output"];
    Part::Table(Table {
        caption: "The kernel: which inputs are not told apart, a line each".to_string(),
        head: head.map(str::to_string).to_vec(),
        rows: rows.collect(),
    })
}

/// From column to column and from row to row, in the drawing's steps: close enough to be read when all of it is on stage.
const ACROSS: f64 = 2.4;
const DOWN: f64 = 0.42;

/// Four columns and the arrows between them; what belongs to one group looks the same.
fn diagram(f: &Function, pieces: &Pieces) -> Part {
    let titles = [
        "inputs",
        "representatives",
        "outputs reached",
        "output type",
    ];
    let representatives = pieces.representatives.iter();
    let columns: [Vec<&str>; 4] = [
        f.inputs.iter().map(String::as_str).collect(),
        representatives
            .map(|place| f.inputs[*place].as_str())
            .collect(),
        f.outputs[..f.reached].iter().map(String::as_str).collect(),
        f.outputs.iter().map(String::as_str).collect(),
    ];
    let by_output = |output: &usize| match output {
        output if *output >= f.reached => Look::Faint,
        output => [Look::First, Look::Second, Look::Third, Look::Fourth][output % 4],
    };
    let types: Vec<usize> = (0..f.outputs.len()).collect();
    let outputs = [&f.of[..], &pieces.reversible, &types[..f.reached], &types];
    let tallest = columns.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let mut nodes = Vec::new();
    let mut starts = Vec::new();
    for ((column, (names, title)), outputs) in columns.iter().zip(titles).enumerate().zip(outputs) {
        let x = ACROSS * column as f64;
        starts.push(nodes.len());
        nodes.push(shared::node(title, "", [x, -0.5], Look::Plain));
        let apart = tallest / names.len() as f64;
        for ((place, name), output) in names.iter().enumerate().zip(outputs) {
            let at = [x, (place as f64 + 0.5) * apart * DOWN];
            nodes.push(shared::node(
                &shared::label(name),
                "",
                at,
                by_output(output),
            ));
        }
    }
    let pieces = [
        ("onto", &pieces.onto),
        ("reversible", &pieces.reversible),
        ("one-to-one", &pieces.one_to_one),
    ];
    let mut arrows = Vec::new();
    for (((name, piece), outputs), ends) in pieces.into_iter().zip(outputs).zip(starts.windows(2)) {
        arrows.push(shared::link(ends[0], ends[1], name, Look::Plain));
        for ((from, to), output) in piece.iter().enumerate().zip(outputs) {
            let (from, to) = (ends[0] + 1 + from, ends[1] + 1 + to);
            arrows.push(shared::link(from, to, "", by_output(output)));
        }
    }
    Part::Diagram(Diagram {
        title: "Onto, reversible, one-to-one".to_string(),
        alt: format!(
            "{} inputs go to {} representatives, these to as many outputs, each to one of its own, and these into a type of {}.",
            f.inputs.len(),
            f.reached,
            f.outputs.len()
        ),
        nodes,
        arrows,
    })
}
