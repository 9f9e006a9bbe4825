//! Whole numbers of any size a viewer may type.

use super::super::super::input::Fault;

/// Digits that one may have.
const DIGITS: usize = 60;

/// A whole number by its decimal digits, the first first.
pub struct Whole {
    pub negative: bool,
    pub digits: Vec<u8>,
}

impl Whole {
    /// # Errors
    /// If it is none, or has too many digits.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let fault = |why: String| Err(Fault::new("n", why));
        let text = text.trim();
        let unsigned = text.strip_prefix(['-', '−']);
        let negative = unsigned.is_some();
        let rest = unsigned.or(text.strip_prefix('+')).unwrap_or(text);
        if rest.is_empty() {
            return fault("is empty; a whole number is needed, for instance 7".to_string());
        }
        let mut digits = Vec::new();
        for character in rest.chars() {
            match character.to_digit(10).and_then(|d| u8::try_from(d).ok()) {
                Some(digit) => digits.push(digit),
                None => {
                    return fault(format!(
                        "has “{}”, which is no digit; a whole number is needed, for instance −3",
                        character.escape_debug()
                    ));
                }
            }
        }
        if digits.len() > DIGITS {
            return fault(format!(
                "has {} digits; at most {DIGITS} can be read",
                digits.len()
            ));
        }
        let zeros = digits.iter().take_while(|d| **d == 0).count();
        digits.drain(..zeros.min(digits.len() - 1));
        Ok(Self { negative, digits })
    }

    /// Of its size divided by 2, by long division: the remainder so far goes before the next digit.
    pub fn remainder(&self) -> u8 {
        self.digits.iter().fold(0, |rest, d| (10 * rest + d) % 2)
    }

    /// In one word: of long numbers, how they begin and end.
    pub fn short(&self) -> String {
        let digits: String = self.digits.iter().map(u8::to_string).collect();
        let sign = if self.negative && digits != "0" {
            "−"
        } else {
            ""
        };
        match (
            digits.get(..6),
            digits.get(digits.len().saturating_sub(6)..),
        ) {
            (Some(first), Some(last)) if digits.len() > 15 => format!("{sign}{first}…{last}"),
            _ => format!("{sign}{digits}"),
        }
    }
}
