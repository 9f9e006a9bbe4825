//! Goes the way of a phone to the public address, and says of each step what is wrong and what to do.

mod checks;
mod way;

use std::fmt;

pub use self::checks::examine;
pub use self::way::{Answer, Socket, Way};

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Good,
    /// Worth knowing; phones get in all the same.
    Note,
    Bad,
}

/// One step, in one sentence, and what to do where there is something to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub mark: Mark,
    pub step: &'static str,
    pub says: String,
    pub to_do: String,
}

/// What the doctor found, in the order in which a phone meets it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    fn good(&mut self, step: &'static str, says: impl Into<String>) {
        self.add(Mark::Good, step, says.into(), String::new());
    }

    fn note(&mut self, step: &'static str, says: impl Into<String>, to_do: impl Into<String>) {
        self.add(Mark::Note, step, says.into(), to_do.into());
    }

    fn bad(&mut self, step: &'static str, says: impl Into<String>, to_do: impl Into<String>) {
        self.add(Mark::Bad, step, says.into(), to_do.into());
    }

    fn add(&mut self, mark: Mark, step: &'static str, says: String, to_do: String) {
        self.0.push(Finding {
            mark,
            step,
            says,
            to_do,
        });
    }

    /// How many steps keep phones out.
    pub fn faults(&self) -> usize {
        self.0.iter().filter(|one| one.mark == Mark::Bad).count()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for one in &self.0 {
            let mark = match one.mark {
                Mark::Good => "good",
                Mark::Note => "note",
                Mark::Bad => "BAD ",
            };
            writeln!(f, "{mark}  {:9}  {}", one.step, one.says)?;
            if !one.to_do.is_empty() {
                writeln!(f, "{:15}→ {}", "", one.to_do)?;
            }
        }
        Ok(())
    }
}
