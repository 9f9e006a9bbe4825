//! A function read from its table, and its three pieces.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::input::Fault;
use super::super::super::notation::{Line, unquoted};
use super::super::super::parse::clean::lines_of;
use super::super::shared;

/// A function between finite sets.
pub struct Function {
    pub inputs: Vec<String>,
    /// By input, the place of its output in `outputs`.
    pub of: Vec<usize>,
    /// The whole type: first what is reached, as it first comes up, then the others.
    pub outputs: Vec<String>,
    pub reached: usize,
}

impl Function {
    /// # Errors
    /// If a line is no pair, or an input has two outputs: which lines.
    pub fn read(text: &str, others: &[String]) -> Result<Self, Fault> {
        let mut f = Self {
            inputs: Vec::new(),
            of: Vec::new(),
            outputs: Vec::new(),
            reached: 0,
        };
        // Where each input stood first: its line, and its place.
        let mut seen: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        let text = lines_of(text);
        let lines = text.lines().map(str::trim).enumerate();
        for (place, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let number = place + 1;
            let (input, output) =
                pair(line).map_err(|why| Fault::new("function", format!("line {number} {why}")))?;
            let next = f.outputs.len();
            let to = *known.entry(output.clone()).or_insert(next);
            if to == next {
                f.outputs.push(output);
            }
            match seen.get(&input) {
                Some((_, at)) if f.of.get(*at) == Some(&to) => {}
                Some((first, _)) => {
                    let why = format!(
                        "lines {first} and {number} give “{}” different outputs; a function has one: remove one of the lines",
                        shared::label(&input)
                    );
                    return Err(Fault::new("function", why));
                }
                None => {
                    seen.insert(input.clone(), (number, f.inputs.len()));
                    f.inputs.push(input);
                    f.of.push(to);
                }
            }
        }
        if f.inputs.is_empty() {
            let why = "is empty; write a line for each input, for instance “3 -> true”";
            return Err(Fault::new("function", why));
        }
        f.reached = f.outputs.len();
        let mut known: BTreeSet<String> = known.into_keys().collect();
        let others = others.iter().filter(|other| known.insert((*other).clone()));
        f.outputs.extend(others.cloned());
        Ok(f)
    }
}

/// `input -> output`, with any arrow, or `input, output`.
fn pair(line: &str) -> Result<(String, String), &'static str> {
    let line = line.trim_end_matches(';');
    let parted = Line::of(line);
    let (input, output) = match (parted.ways.is_empty(), line.split_once(',')) {
        (true, Some((input, output))) => (unquoted(input.trim()), unquoted(output.trim())),
        _ => parted.pair()?,
    };
    if input.is_empty() || output.is_empty() {
        return Err("lacks an input or an output; write “input -> output”");
    }
    Ok((input, output))
}

/// f = one-to-one ∘ reversible ∘ onto, each by places.
pub struct Pieces {
    /// Places of inputs, in their order.
    pub representatives: Vec<usize>,
    /// From inputs to places in `representatives`.
    pub onto: Vec<usize>,
    /// From places in `representatives` to outputs that are reached.
    pub reversible: Vec<usize>,
    /// From outputs that are reached to the whole type.
    pub one_to_one: Vec<usize>,
}

impl Pieces {
    /// The representatives chosen, and elsewhere the first input of its group.
    ///
    /// # Errors
    /// If one is no input, or two have the same output.
    pub fn of(f: &Function, chosen: &[String]) -> Result<Self, Fault> {
        let fault = |why: String| Err(Fault::new("representatives", why));
        let mut picked: Vec<Option<usize>> = vec![None; f.reached];
        for name in chosen {
            let place = f.inputs.iter().position(|input| input == name);
            let class = place.and_then(|place| f.of.get(place));
            let held = class.and_then(|class| picked.get_mut(*class));
            let (Some(place), Some(held)) = (place, held) else {
                return fault(format!(
                    "“{}” is no input; take one of the inputs of the function",
                    shared::label(name)
                ));
            };
            match held.and_then(|before| f.inputs.get(before)) {
                Some(before) if before != name => {
                    return fault(format!(
                        "“{}” and “{}” have the same output, and one of them can stand for it: remove the other",
                        shared::label(before),
                        shared::label(name)
                    ));
                }
                _ => *held = Some(place),
            }
        }
        let first = |class: usize| f.of.iter().position(|of| *of == class);
        let places = picked.iter().enumerate();
        let mut representatives: Vec<usize> = places
            .filter_map(|(class, picked)| picked.or_else(|| first(class)))
            .collect();
        representatives.sort_unstable();
        let reversible: Vec<usize> = representatives.iter().map(|place| f.of[*place]).collect();
        // Of a class and its representative, the outputs are the same.
        let of_class = |class: &usize| reversible.iter().position(|of| of == class);
        Ok(Self {
            onto: f.of.iter().filter_map(of_class).collect(),
            representatives,
            one_to_one: (0..f.reached).collect(),
            reversible,
        })
    }

    /// All three.
    pub fn apply(&self, input: usize) -> Option<usize> {
        let representative = self.onto.get(input)?;
        let reached = self.reversible.get(*representative)?;
        self.one_to_one.get(*reached).copied()
    }
}
