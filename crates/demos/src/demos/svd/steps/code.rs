//! Refactoring code: the talk's `is_odd`, written tersely and as three functions. What the three do (pick
//! representatives, rename reversibly, give the output its type) can be done with any function.

use super::super::input::{Fault, Input};
use super::super::shown::{Check, Part, Shown, Table};
use super::super::step::{Field, Kind, Preset, Step};
use super::{measure, shared};

mod whole;

use whole::Whole;

pub struct Code;

const TERSE: &str = r#"def is_odd(n):
    return "true" if n % 2 == 1 else "false""#;

const ZERO_AND_ONE: &str = r#"def mod2(n):       # int to {0, 1}: picks a representative
    return n % 2

def to_bool(k):    # {0, 1} to bool: renames, reversibly
    return k == 1

def to_string(b):  # bool to string: gives the output its type
    return "true" if b else "false"

def is_odd(n):
    return to_string(to_bool(mod2(n)))"#;

const ONE_AND_TWO: &str = r#"def pick(n):       # int to {1, 2}: picks a representative
    return 2 - n % 2

def to_bool(k):    # {1, 2} to bool: renames, reversibly
    return k == 1

def to_string(b):  # bool to string: gives the output its type
    return "true" if b else "false"

def is_odd(n):
    return to_string(to_bool(pick(n)))"#;

impl Step for Code {
    fn name(&self) -> &'static str {
        "code"
    }

    fn title(&self) -> &'static str {
        "Refactoring code"
    }

    fn point(&self) -> &'static str {
        "One terse function can be split into three: pick a representative, rename it reversibly, give the output its type."
    }

    fn fields(&self) -> &'static [Field] {
        &[
            Field {
                name: "n",
                label: "Whole number n, of up to 60 digits",
                kind: Kind::Lines { most: 1 },
                default: "7",
            },
            Field {
                name: "representatives",
                label: "Representatives of even and odd",
                kind: Kind::Choice(&["0 and 1", "1 and 2"]),
                default: "0 and 1",
            },
        ]
    }

    fn presets(&self) -> &'static [Preset] {
        &[
            Preset {
                label: "An even number",
                input: &[("n", "10")],
            },
            Preset {
                label: "A negative number",
                input: &[("n", "-3")],
            },
            Preset {
                label: "Zero",
                input: &[("n", "0")],
            },
            Preset {
                label: "Larger than any machine integer",
                input: &[("n", "340282366920938463463374607431768211457")],
            },
            Preset {
                label: "Somebody else’s representatives",
                input: &[("n", "10"), ("representatives", "1 and 2")],
            },
        ]
    }

    fn show(&self, input: &Input) -> Result<Shown, Fault> {
        let n = Whole::read(input.lines("n").first().map_or("", String::as_str))?;
        let pick = Pick::of(input.word("representatives"));
        let terse = is_odd(&n);
        let picked = pick.pick(&n);
        let renamed = to_bool(picked);
        let typed = to_string(renamed);

        let value = n.short();
        let flag = if renamed { "True" } else { "False" };
        let path = [
            (
                "is_odd",
                value.clone(),
                format!("\"{terse}\""),
                "all at once",
            ),
            (
                pick.name(),
                value.clone(),
                picked.to_string(),
                "picks a representative",
            ),
            (
                "to_bool",
                picked.to_string(),
                flag.to_string(),
                "renames it, reversibly",
            ),
            (
                "to_string",
                flag.to_string(),
                format!("\"{typed}\""),
                "gives the output its type",
            ),
        ];
        let head = ["function", "takes in", "returns", "what it does"];
        let parts = vec![
            measure::words("The terse function:"),
            Part::Code(TERSE.to_string()),
            measure::words("The same, refactored into three:"),
            Part::Code(pick.code().to_string()),
            measure::formula(pick.formula()),
            shared::Square {
                title: "Two ways from int to string",
                corners: [
                    ("int", value),
                    ("string", format!("\"{typed}\"")),
                    (pick.set(), picked.to_string()),
                    ("bool", flag.to_string()),
                ],
                arrows: ["is_odd", pick.name(), "to_bool", "to_string"],
            }
            .part(),
            Part::Table(Table {
                caption: "Every value on its way".to_string(),
                head: head.map(str::to_string).to_vec(),
                rows: path
                    .into_iter()
                    .map(|(name, from, to, what)| {
                        vec![name.to_string(), from, to, what.to_string()]
                    })
                    .collect(),
            }),
            measure::words(pick.said()),
            measure::words(negative(&n)),
            Part::Table(tricks()),
        ];
        Ok(Shown {
            parts,
            checks: checks(&n, pick),
        })
    }
}

/// The talk's three ways to refactor, and what each is for matrices.
fn tricks() -> Table {
    let row = |program: &str, matrix: &str, step: &str| {
        [program, matrix, step].map(str::to_string).to_vec()
    };
    Table {
        caption: "Refactoring a program, and a matrix".to_string(),
        head: ["of a program", "of a matrix", "step"]
            .map(str::to_string)
            .to_vec(),
        rows: vec![
            row(
                "separation of concerns: each part does one thing",
                "eigendecomposition: n things along n eigenvectors",
                "8",
            ),
            row(
                "dead code: what does nothing is deleted",
                "low-rank approximation: what is unimportant is left out",
                "9",
            ),
            row(
                "breaking up into functions",
                "singular value decomposition: three pieces",
                "5 to 7",
            ),
        ],
    }
}

fn checks(n: &Whole, pick: Pick) -> Vec<Check> {
    let typed = |pick: Pick| to_string(to_bool(pick.pick(n)));
    let picked = Whole {
        negative: false,
        digits: vec![pick.pick(n)],
    };
    let fails = |fails: bool| if fails { 1.0 } else { 0.0 };
    let claims = [
        ("both paths return the same", typed(pick) != is_odd(n)),
        (
            "the representative of n gives the same answer as n",
            is_odd(&picked) != is_odd(n),
        ),
        (
            "a representative represents itself: picking twice is picking once",
            pick.pick(&picked) != pick.pick(n),
        ),
        (
            "other representatives return the same",
            typed(Pick::ZeroAndOne) != typed(Pick::OneAndTwo),
        ),
    ];
    claims
        .into_iter()
        .map(|(claim, wrong)| shared::check(claim, fails(wrong), 0.0))
        .collect()
}

fn negative(n: &Whole) -> String {
    let general = "In Python, n % 2 is 0 or 1 for every whole number.";
    if n.negative && n.remainder() == 1 {
        format!(
            "{general} In C, Java, JavaScript, Go and Rust, {} % 2 is −1: there “n % 2 == 1” would call this odd number even.",
            n.short()
        )
    } else {
        format!(
            "{general} In C, Java, JavaScript, Go and Rust it is −1 for negative odd numbers; try −3."
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Pick {
    ZeroAndOne,
    OneAndTwo,
}

impl Pick {
    fn of(word: &str) -> Self {
        match word {
            "1 and 2" => Self::OneAndTwo,
            _ => Self::ZeroAndOne,
        }
    }

    fn pick(self, n: &Whole) -> u8 {
        // The remainder of −n is 0 or 1 as well: that of Python, never negative.
        let mod2 = if n.negative {
            (2 - n.remainder()) % 2
        } else {
            n.remainder()
        };
        match self {
            Self::ZeroAndOne => mod2,
            Self::OneAndTwo => 2 - mod2,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::ZeroAndOne => "mod2",
            Self::OneAndTwo => "pick",
        }
    }

    fn set(self) -> &'static str {
        match self {
            Self::ZeroAndOne => "{0, 1}",
            Self::OneAndTwo => "{1, 2}",
        }
    }

    fn formula(self) -> &'static str {
        match self {
            Self::ZeroAndOne => {
                r"\text{is\_odd} = \text{to\_string} \circ \text{to\_bool} \circ \text{mod2}"
            }
            Self::OneAndTwo => {
                r"\text{is\_odd} = \text{to\_string} \circ \text{to\_bool} \circ \text{pick}"
            }
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::ZeroAndOne => ZERO_AND_ONE,
            Self::OneAndTwo => ONE_AND_TWO,
        }
    }

    fn said(self) -> &'static str {
        match self {
            Self::ZeroAndOne => {
                "mod2 picks 0 to stand for the even numbers and 1 for the odd ones. Somebody else might use 1 and 2: another function, which does the same in this decomposition."
            }
            Self::OneAndTwo => {
                "Here 2 stands for the even numbers and 1 for the odd ones. It is another function than mod2, but it does the same in this decomposition: one example for each output."
            }
        }
    }
}

/// From the last digit alone, so that it is another computation than [`Whole::remainder`].
fn is_odd(n: &Whole) -> &'static str {
    match n.digits.last() {
        Some(1 | 3 | 5 | 7 | 9) => "true",
        _ => "false",
    }
}

fn to_bool(k: u8) -> bool {
    k == 1
}

fn to_string(b: bool) -> &'static str {
    if b { "true" } else { "false" }
}
