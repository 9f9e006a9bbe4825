//! Matrices brought to a size at which nothing overflows or vanishes.

use super::super::{LinalgError, Matrix};

/// A matrix divided by a power of two, which is exact, so that its largest entry is in [1, 2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// No entry, or none but 0.
    Zero,
    Power(i32),
}

impl Scale {
    /// # Errors
    /// If an entry is no number: the first, by columns.
    pub(super) fn of(m: &Matrix) -> Result<Self, LinalgError> {
        match largest(m.as_slice()) {
            Some(0.0) => Ok(Self::Zero),
            Some(largest) => Ok(Self::Power(exponent(largest))),
            None => {
                let place = m.iter().position(|x| !x.is_finite()).unwrap_or(0);
                let rows = m.nrows().max(1);
                Err(LinalgError::NotFinite {
                    row: place % rows,
                    column: place / rows,
                    value: m.get(place).copied().unwrap_or(f64::NAN),
                })
            }
        }
    }

    /// Copies `m`, divided, into a matrix of its shape.
    pub(super) fn divide(self, m: &Matrix, into: &mut Matrix) {
        let factors = self.factors(-1);
        for (to, x) in into.iter_mut().zip(m.iter()) {
            *to = x * factors[0] * factors[1];
        }
    }

    /// Singular values of the divided matrix become those of the matrix.
    ///
    /// # Errors
    /// If the first is too large for a number.
    pub(super) fn multiply(
        self,
        s: &mut [f64],
        (rows, columns): (usize, usize),
    ) -> Result<(), LinalgError> {
        let factors = self.factors(1);
        for s in s.iter_mut() {
            *s = *s * factors[0] * factors[1];
        }
        match s.first() {
            Some(s) if s.is_infinite() => Err(LinalgError::TooLarge { rows, columns }),
            _ => Ok(()),
        }
    }

    /// Two, since the power of two of a subnormal entry has an inverse that is no number.
    fn factors(self, sign: i32) -> [f64; 2] {
        let power = match self {
            Self::Zero => 0,
            Self::Power(power) => sign * power,
        };
        let first = power.clamp(-1022, 1023);
        [first, power - first].map(|power| f64::from_bits(((power + 1023) as u64) << 52))
    }
}

/// The largest magnitude; none if an entry is no number.
pub(super) fn largest(all: &[f64]) -> Option<f64> {
    // Magnitudes are ordered as their bits are, and whole numbers are compared many at a time.
    let bits = all.iter().map(|x| x.abs().to_bits()).fold(0, u64::max);
    Some(f64::from_bits(bits)).filter(|largest| largest.is_finite())
}

/// Of the power of two at or below x > 0.
fn exponent(x: f64) -> i32 {
    match (x.to_bits() >> 52) as i32 {
        0 => exponent(x * (1_u64 << 54) as f64) - 54,
        biased => biased - 1023,
    }
}
