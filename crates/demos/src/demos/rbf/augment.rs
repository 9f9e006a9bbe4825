//! Training images changed at random, so that the network learns what does not matter to a class.
//!
//! Chance and change are apart: [`drawn`] says what is to be done and takes all the randomness there is, and an
//! [`Operation`] is a function of the image alone. The same seed gives the same images.

pub mod ops;
pub mod policy;

use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use serde::{Deserialize, Serialize};

pub use self::ops::Operation;
use super::data::Shape;

/// What is done to a training image each time it is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Augmentation {
    #[default]
    None,
    /// A shift of up to a tenth of the side each way and, in colour only, a flip for every second image. Images of
    /// one channel are not flipped: they are digits as a rule, and a flipped digit is another digit or none.
    Shift,
    /// A shift and a flip as above, then one of the sub-policies that were found for CIFAR-10. The paper on
    /// AutoAugment puts its policy on top of such a baseline, and so does the program of the authors of the RBF head,
    /// which takes this policy for every data set.
    AutoAugment,
}

/// Changes one image as `kind` asks.
///
/// # Panics
/// If the image is not of the size that `shape` says.
pub fn augment(image: &mut [u8], shape: Shape, kind: Augmentation, random: &mut ChaCha8Rng) {
    assert_eq!(
        image.len(),
        shape.pixels(),
        "an image has the size of its shape"
    );
    for operation in drawn(shape, kind, random) {
        image.copy_from_slice(&operation.apply(image, shape));
    }
}

/// What is to be done to an image of this shape, in order.
pub fn drawn(shape: Shape, kind: Augmentation, random: &mut ChaCha8Rng) -> Vec<Operation> {
    match kind {
        Augmentation::None => Vec::new(),
        Augmentation::Shift => shift(shape, random),
        Augmentation::AutoAugment => {
            let mut all = shift(shape, random);
            let at = random.random_range(0..policy::CIFAR_10.len() as u32);
            let chosen = policy::CIFAR_10[at as usize];
            all.extend(policy::drawn(chosen, shape, random));
            all
        }
    }
}

/// Whole pixels, rounded down: a fraction of a pixel would blur every image, and a side of less than ten has no tenth.
fn shift(shape: Shape, random: &mut ChaCha8Rng) -> Vec<Operation> {
    let mut within = |side: usize| {
        let most = (side / 10) as i32;
        random.random_range(-most..=most)
    };
    let (x, y) = (within(shape.width), within(shape.height));
    let mut all = Vec::new();
    if x != 0 {
        all.push(Operation::TranslateX(x));
    }
    if y != 0 {
        all.push(Operation::TranslateY(y));
    }
    if shape.channels == 3 && random.random::<bool>() {
        all.push(Operation::Flip);
    }
    all
}
