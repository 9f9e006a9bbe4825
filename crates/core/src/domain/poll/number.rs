//! A whole number from a range: how many, which rank, a mark from 1 to 10.

use serde::{Deserialize, Serialize};

use super::WRITE_INS_MAX;
use super::kind::Choice;
use crate::domain::plan::{BadPlan, PollPlan};
use crate::domain::refusal::Refusal;
use crate::ids::OptionId;

/// Rows in which answers are counted: as many as can be read from the back of a hall.
const ROWS_MAX: u32 = 12;
pub const NO_END: &str = "is missing; it is the largest number that can be answered";
/// Both ends, so that no number of digits fills a row.
pub const FURTHEST: i32 = 1_000_000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    pub from: i32,
    pub to: i32,
}

impl Rules {
    pub fn check_plan(&self, plan: &PollPlan) -> Result<(), BadPlan> {
        let Self { from, to } = self;
        if !plan.options.is_empty() {
            let why = "a number poll has none; it has from and to";
            return Err(BadPlan::new("options", why));
        }
        for (field, end) in [("from", from), ("to", to)] {
            if !(-FURTHEST..=FURTHEST).contains(end) {
                let why = format!("is {end}; it can be from -{FURTHEST} to {FURTHEST}");
                return Err(BadPlan::new(field, why));
            }
        }
        if from >= to {
            return Err(BadPlan::new(
                "to",
                format!("must be more than from, {from}"),
            ));
        }
        // So that every number of the range can be held, and nobody can use up the places of others.
        let numbers = self.numbers();
        if numbers as usize > WRITE_INS_MAX {
            let why = format!(
                "is too far from {from}: a poll has at most {WRITE_INS_MAX} numbers to choose from, and these are {numbers}"
            );
            return Err(BadPlan::new("to", why));
        }
        Ok(())
    }

    fn numbers(&self) -> u32 {
        self.to.abs_diff(self.from).saturating_add(1)
    }

    /// As it is counted: 7, 07 and 7.0 are one number.
    pub fn read(&self, text: &str) -> Result<i32, Refusal> {
        let Self { from, to } = self;
        let typed = text.trim().replace('−', "-");
        let whole = typed.parse::<f64>().ok().filter(|x| x.fract() == 0.0);
        whole
            .filter(|x| (f64::from(*from)..=f64::from(*to)).contains(x))
            .map(|x| x as i32)
            .ok_or_else(|| self.refusal())
    }

    fn refusal(&self) -> Refusal {
        let Self { from, to } = self;
        Refusal::BadAnswer(format!("Give a whole number from {from} to {to}."))
    }

    pub fn choose(&self, options: Vec<OptionId>) -> Result<Choice, Refusal> {
        match options.len() {
            1 => Ok(Choice::Picks(options)),
            _ => Err(self.refusal()),
        }
    }

    /// Ranges of the same width, of a round one, that have all numbers of the poll between them.
    pub fn rows(&self) -> impl Iterator<Item = (i32, i32)> {
        let numbers = self.numbers();
        let mut round = (0..9).flat_map(|power| [1, 2, 5].map(|n| n * 10_u32.pow(power)));
        let width = round
            .find(|width| numbers.div_ceil(*width) <= ROWS_MAX)
            .unwrap_or(numbers);
        (0..numbers.div_ceil(width)).map(move |row| {
            let first = self.from.saturating_add_unsigned(row * width);
            let last = first.saturating_add_unsigned(width - 1);
            (first, last.min(self.to))
        })
    }
}

/// What such a row is called: `7`, or `20 – 39`.
pub fn row_label((first, last): (i32, i32)) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first} – {last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(from: i32, to: i32) -> Vec<String> {
        Rules { from, to }.rows().map(row_label).collect()
    }

    #[test]
    fn rows_are_few_and_round_and_have_every_number_once() {
        assert_eq!(rows(1, 5), ["1", "2", "3", "4", "5"]);
        assert_eq!(rows(0, 12)[..2], ["0 – 1", "2 – 3"]);
        assert_eq!(rows(0, 12)[6], "12");
        assert_eq!(rows(1, 192)[9], "181 – 192");
        assert_eq!(rows(-3, -1), ["-3", "-2", "-1"]);
        for (from, to) in [(0, 1), (1, 10), (-17, 480), (0, 499), (999_501, 1_000_000)] {
            let rows: Vec<_> = Rules { from, to }.rows().collect();
            assert!(rows.len() <= 12 && rows[0].0 == from && rows[rows.len() - 1].1 == to);
            assert!(rows.windows(2).all(|pair| pair[0].1 + 1 == pair[1].0));
        }
    }

    #[test]
    fn a_number_is_read_however_it_is_written() {
        let rules = Rules { from: -5, to: 20 };
        for (text, number) in [("7", 7), (" 07 ", 7), ("7.0", 7), ("2e1", 20), ("−5", -5)] {
            assert_eq!(rules.read(text), Ok(number), "{text}");
        }
        for text in ["", "x", "7.5", "21", "-6", "NaN", "inf", "1e99", "7 8"] {
            let Err(Refusal::BadAnswer(why)) = rules.read(text) else {
                panic!("{text} was read");
            };
            assert_eq!(why, "Give a whole number from -5 to 20.");
        }
    }
}
