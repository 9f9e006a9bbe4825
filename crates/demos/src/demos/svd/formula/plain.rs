//! LaTeX as a line of text, as far as Unicode has the signs.

use std::iter::Peekable;
use std::str::Chars;

/// Groups within groups.
const DEEPEST: usize = 32;

/// None if there is a command that is not known here, or a group without an end.
pub fn text(latex: &str) -> Option<String> {
    let mut reader = Reader {
        left: latex.chars().peekable(),
        depth: 0,
    };
    let mut out = String::new();
    while let Some(c) = reader.left.next() {
        reader.one(c, &mut out)?;
    }
    Some(tidy(&out))
}

struct Reader<'a> {
    left: Peekable<Chars<'a>>,
    depth: usize,
}

impl Reader<'_> {
    /// What begins with this character, at the end of `out`.
    fn one(&mut self, c: char, out: &mut String) -> Option<()> {
        match c {
            '\\' => self.command(out)?,
            '{' => out.push_str(&self.group()?),
            '}' => return None,
            '^' => {
                let raised = self.argument()?;
                out.push_str(&script(&raised, '^', superscript));
            }
            '_' => {
                let lowered = self.argument()?;
                out.push_str(&script(&lowered, '_', subscript));
            }
            '=' | '<' | '>' | '+' => spaced(out, &c.to_string()),
            '-' => minus(out),
            '&' => out.push(' '),
            '~' => out.push(' '),
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
        Some(())
    }

    /// Up to the closing brace.
    fn group(&mut self) -> Option<String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let mut out = String::new();
        loop {
            match self.left.next()? {
                '}' => break,
                c => self.one(c, &mut out)?,
            }
        }
        self.depth -= 1;
        Some(out)
    }

    /// A group, a command or a single character.
    fn argument(&mut self) -> Option<String> {
        while self.left.next_if(|c| c.is_whitespace()).is_some() {}
        match self.left.next()? {
            '{' => Some(tidy(&self.group()?)),
            '\\' => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return None;
                }
                let mut out = String::new();
                self.command(&mut out)?;
                self.depth -= 1;
                Some(tidy(&out))
            }
            '}' | '^' | '_' => None,
            c => Some(c.to_string()),
        }
    }

    fn command(&mut self, out: &mut String) -> Option<()> {
        let mut name = String::new();
        while let Some(c) = self.left.next_if(char::is_ascii_alphabetic) {
            name.push(c);
        }
        if name.is_empty() {
            name.push(self.left.next()?);
        }
        match name.as_str() {
            "frac" | "tfrac" | "dfrac" => {
                let above = self.argument()?;
                let below = self.argument()?;
                out.push_str(&format!("{}/{}", single(&above), single(&below)));
            }
            "sqrt" => {
                let of = self.argument()?;
                out.push_str(&format!("√{}", single(&of)));
            }
            "mathbb" => {
                let letter = self.argument()?;
                out.push_str(double_struck(&letter)?);
            }
            "mathsf" | "mathrm" | "mathbf" | "mathit" | "mathcal" | "boldsymbol" | "text"
            | "operatorname" => {
                let word = self.argument()?;
                if out.ends_with(char::is_alphanumeric) {
                    out.push(' ');
                }
                out.push_str(&word);
                if word.chars().count() > 1 {
                    out.push(' ');
                }
            }
            "hat" | "tilde" | "bar" | "vec" | "overline" => {
                let of = self.argument()?;
                out.push_str(&of);
                // Only a single letter can carry an accent.
                if of.chars().count() == 1 {
                    out.push(accent(&name));
                }
            }
            "left" | "right" | "big" | "Big" | "bigl" | "bigr" | "displaystyle" => {
                let _ = self.left.next_if_eq(&'.');
            }
            "begin" => {
                let kind = self.argument()?;
                out.push_str(if kind.contains("matrix") { "[" } else { "" });
            }
            "end" => {
                let kind = self.argument()?;
                out.push_str(if kind.contains("matrix") { "]" } else { "" });
            }
            "lVert" | "lvert" | "langle" => {
                sign(&name, out)?;
                while self.left.next_if(|c| c.is_whitespace()).is_some() {}
            }
            "rVert" | "rvert" | "rangle" => {
                out.truncate(out.trim_end().len());
                sign(&name, out)?;
            }
            "\\" => out.push_str("; "),
            "," | ":" | ";" | " " | "!" | "quad" | "qquad" => out.push(' '),
            "{" | "}" | "%" | "&" | "_" | "#" | "$" => out.push_str(&name),
            _ => sign(&name, out)?,
        }
        Some(())
    }
}

/// One line with single spaces, and none within brackets' edges.
fn tidy(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let line = line.replace("( ", "(").replace(" )", ")");
    let line = line.replace("[ ", "[").replace(" ]", "]");
    line.replace(" ,", ",")
        .replace(" ;", ";")
        .replace(" .", ".")
}

fn spaced(out: &mut String, sign: &str) {
    out.push(' ');
    out.push_str(sign);
    out.push(' ');
}

fn minus(out: &mut String) {
    let before = out.trim_end().chars().next_back();
    let binary = before.is_some_and(|c| c.is_alphanumeric() || ")]}‖|ᵀ₁₂".contains(c));
    if binary {
        spaced(out, "−");
    } else {
        out.push('−');
    }
}

/// In parentheses if it is more than one term.
fn single(text: &str) -> String {
    if text.contains(' ') {
        format!("({text})")
    } else {
        text.to_string()
    }
}

fn script(text: &str, mark: char, of: fn(char) -> Option<char>) -> String {
    let inside = text.chars().filter(|c| !c.is_whitespace());
    match inside.map(of).collect::<Option<String>>() {
        Some(script) => script,
        None if text.chars().count() == 1 => format!("{mark}{text}"),
        None => format!("{mark}({text})"),
    }
}

fn superscript(c: char) -> Option<char> {
    const FROM: &str = "0123456789+-−=()T⊤⊺H⊥∗*†′abcdeghijklmnoprstuvwxyz";
    const TO: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵀᵀᵀᴴ⊥**†′ᵃᵇᶜᵈᵉᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ";
    mapped(c, FROM, TO)
}

fn subscript(c: char) -> Option<char> {
    const FROM: &str = "0123456789+-−=()aehijklmnoprstuvx";
    const TO: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ";
    mapped(c, FROM, TO)
}

fn mapped(c: char, from: &str, to: &str) -> Option<char> {
    let place = from.chars().position(|one| one == c)?;
    to.chars().nth(place)
}

fn double_struck(letter: &str) -> Option<&'static str> {
    Some(match letter {
        "R" => "ℝ",
        "C" => "ℂ",
        "N" => "ℕ",
        "Z" => "ℤ",
        "Q" => "ℚ",
        _ => return None,
    })
}

fn accent(name: &str) -> char {
    match name {
        "hat" => '\u{302}',
        "tilde" => '\u{303}',
        "vec" => '\u{20d7}',
        _ => '\u{304}',
    }
}

/// Names and their signs, by turns: letters, which stand apart from what is before them; operators with space on
/// both sides; and what has neither.
const LETTERS: &str = "\
    alpha α beta β gamma γ delta δ Delta Δ epsilon ε varepsilon ε theta θ kappa κ lambda λ \
    Lambda Λ mu μ pi π rho ρ sigma σ Sigma Σ phi φ varphi φ omega ω Omega Ω ell ℓ tau τ nabla ∇ \
    infty ∞ partial ∂ eta η chi χ psi ψ xi ξ zeta ζ nu ν";
const OPERATORS: &str = "\
    cdot · times × circ ∘ approx ≈ neq ≠ ne ≠ le ≤ leq ≤ ge ≥ geq ≥ ll ≪ gg ≫ to → rightarrow → \
    longrightarrow ⟶ leftarrow ← mapsto ↦ hookrightarrow ↪ twoheadrightarrow ↠ iff ⇔ implies ⇒ \
    Rightarrow ⇒ in ∈ notin ∉ subset ⊂ subseteq ⊆ oplus ⊕ cong ≅ simeq ≃ sim ∼ equiv ≡ propto ∝ \
    pm ± mid | colon : odot ⊙ cap ∩ cup ∪";
const MARKS: &str = "\
    | ‖ lVert ‖ rVert ‖ Vert ‖ lvert | rvert | vert | langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ \
    dots … ldots … cdots ⋯ vdots ⋮ ddots ⋱ top ⊤ intercal ⊺ perp ⊥ ast ∗ dagger † prime ′ \
    emptyset ∅ lbrace { rbrace } sum ∑ prod ∏ forall ∀ exists ∃";
const WORDS: [&str; 14] = [
    "min", "max", "log", "exp", "cos", "sin", "tan", "det", "dim", "ker", "arg", "sup", "inf",
    "lim",
];

/// A letter, a relation or an operator of a name of its own.
fn sign(name: &str, out: &mut String) -> Option<()> {
    let named = |list: &'static str| {
        let mut words = list.split_whitespace();
        while let (Some(one), Some(sign)) = (words.next(), words.next()) {
            if one == name {
                return Some(sign);
            }
        }
        None
    };
    if let Some(letter) = named(LETTERS) {
        // Factors stand apart: Σ V, and not ΣV.
        if out.ends_with(|c: char| !c.is_whitespace() && !"([‖|⟨−√/".contains(c)) {
            out.push(' ');
        }
        out.push_str(letter);
    } else if let Some(operator) = named(OPERATORS) {
        spaced(out, operator);
    } else if let Some(mark) = named(MARKS) {
        out.push_str(mark);
    } else if WORDS.contains(&name) {
        if out.ends_with(char::is_alphanumeric) {
            out.push(' ');
        }
        out.push_str(name);
    } else {
        return None;
    }
    Some(())
}
