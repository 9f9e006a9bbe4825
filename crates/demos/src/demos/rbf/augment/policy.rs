//! The policy that was found for CIFAR-10: E. D. Cubuk et al., "AutoAugment: Learning Augmentation Policies from Data",
//! CVPR 2019, the table of its appendix.
//!
//! One of 25 sub-policies is drawn for each image; it has two operations, each with a probability of being done at
//! all and a magnitude of 0 to 9.

use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use self::Kind::*;
use super::ops::{Operation, Square};
use crate::demos::rbf::data::Shape;

/// An operation without its strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    AutoContrast,
    Invert,
    Equalize,
    Solarize,
    Posterize,
    Contrast,
    Colour,
    Brightness,
    Sharpness,
    /// The search could choose it, and did not for CIFAR-10.
    Cutout,
}

/// Two operations, one after the other: what, with which probability, how strongly.
pub type SubPolicy = [(Kind, f64, u8); 2];

/// In the order of the paper. Some entries do nothing (an inversion with probability 0); they are kept, since the
/// search found the table as it stands.
pub const CIFAR_10: [SubPolicy; 25] = [
    [(Invert, 0.1, 7), (Contrast, 0.2, 6)],
    [(Rotate, 0.7, 2), (TranslateX, 0.3, 9)],
    [(Sharpness, 0.8, 1), (Sharpness, 0.9, 3)],
    [(ShearY, 0.5, 8), (TranslateY, 0.7, 9)],
    [(AutoContrast, 0.5, 8), (Equalize, 0.9, 2)],
    [(ShearY, 0.2, 7), (Posterize, 0.3, 7)],
    [(Colour, 0.4, 3), (Brightness, 0.6, 7)],
    [(Sharpness, 0.3, 9), (Brightness, 0.7, 9)],
    [(Equalize, 0.6, 5), (Equalize, 0.5, 1)],
    [(Contrast, 0.6, 7), (Sharpness, 0.6, 5)],
    [(Colour, 0.7, 7), (TranslateX, 0.5, 8)],
    [(Equalize, 0.3, 7), (AutoContrast, 0.4, 8)],
    [(TranslateY, 0.4, 3), (Sharpness, 0.2, 6)],
    [(Brightness, 0.9, 6), (Colour, 0.2, 8)],
    [(Solarize, 0.5, 2), (Invert, 0.0, 3)],
    [(Equalize, 0.2, 0), (AutoContrast, 0.6, 0)],
    [(Equalize, 0.2, 8), (Equalize, 0.6, 4)],
    [(Colour, 0.9, 9), (Equalize, 0.6, 6)],
    [(AutoContrast, 0.8, 4), (Solarize, 0.2, 8)],
    [(Brightness, 0.1, 3), (Colour, 0.7, 0)],
    [(Solarize, 0.4, 5), (AutoContrast, 0.9, 3)],
    [(TranslateY, 0.9, 9), (TranslateY, 0.7, 9)],
    [(AutoContrast, 0.9, 2), (Solarize, 0.8, 3)],
    [(Equalize, 0.8, 8), (Invert, 0.1, 3)],
    [(TranslateY, 0.7, 9), (AutoContrast, 0.9, 1)],
];

/// The largest magnitude there is.
pub const STRONGEST: u8 = 9;

/// What one sub-policy does to an image of this shape, this time.
pub fn drawn(policy: SubPolicy, shape: Shape, random: &mut ChaCha8Rng) -> Vec<Operation> {
    let mut all = Vec::new();
    for (kind, probability, magnitude) in policy {
        let done = random.random::<f64>() < probability;
        if done && kind.suits(shape) {
            all.push(kind.at(magnitude, shape, random));
        }
    }
    all
}

impl Kind {
    /// One channel means digits or the like, light on dark. An inverted or solarised one is a kind of image that is
    /// never tested on, and there is no colour to change. A sub-policy then does its other half only, so that the
    /// geometry stays as likely as the paper has it.
    pub fn suits(self, shape: Shape) -> bool {
        shape.channels == 3 || !matches!(self, Invert | Solarize | Colour)
    }

    /// The operation at a magnitude of 0 to 9, which is spread evenly over the range of the paper.
    ///
    /// At 0 all that have a strength do nothing. What has two directions is done in either, as likely: moves, and
    /// also the four enhancements, whose range of 0.1 to 1.9 is read as up to 0.9 either side of the image itself;
    /// read from end to end, magnitude 0 would be the strongest change of all. The paper gives lengths in pixels of
    /// large images; here the strongest move is 10 and the largest cutout 20 of CIFAR's 32, as a share of the side.
    pub fn at(self, magnitude: u8, shape: Shape, random: &mut ChaCha8Rng) -> Operation {
        let part = f64::from(magnitude.min(STRONGEST)) / f64::from(STRONGEST);
        let mut either = |most: f64| match random.random::<bool>() {
            true => part * most,
            false => -part * most,
        };
        let pixels = |side: usize| side as f64 * 10.0 / 32.0;
        match self {
            ShearX => Operation::ShearX(either(0.3)),
            ShearY => Operation::ShearY(either(0.3)),
            TranslateX => Operation::TranslateX(either(pixels(shape.width)).round() as i32),
            TranslateY => Operation::TranslateY(either(pixels(shape.height)).round() as i32),
            Rotate => Operation::Rotate(either(30.0)),
            AutoContrast => Operation::AutoContrast,
            Invert => Operation::Invert,
            Equalize => Operation::Equalize,
            Solarize => Operation::Solarize(256 - (part * 256.0).round() as u16),
            Posterize => Operation::Posterize(8 - (part * 4.0).round() as u32),
            Contrast => Operation::Contrast(1.0 + either(0.9)),
            Colour => Operation::Colour(1.0 + either(0.9)),
            Brightness => Operation::Brightness(1.0 + either(0.9)),
            Sharpness => Operation::Sharpness(1.0 + either(0.9)),
            Cutout => {
                let mut within = |side: usize| random.random_range(0..side.max(1) as u32) as usize;
                let (row, column) = (within(shape.height), within(shape.width));
                let side = part * 20.0 / 32.0 * shape.height.min(shape.width) as f64;
                Operation::Cutout(Square {
                    side: side.round() as usize,
                    row,
                    column,
                })
            }
        }
    }
}
