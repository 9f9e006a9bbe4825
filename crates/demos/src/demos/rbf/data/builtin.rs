//! The two sets inside the program; where they come from and their licences are in `builtin/NOTICE.md`.

use super::read::{DataError, Source};
use super::{Dataset, idx};

pub const NAMES: [&str; 2] = ["digits", "fashion"];

const FASHION_CLASSES: [&str; 10] = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
];

macro_rules! packed {
    ($set:literal, $file:literal) => {
        Source::packed(
            concat!($set, "/", $file),
            include_bytes!(concat!("../builtin/", $set, "/", $file, ".gz")),
        )
    };
}

/// The set of this name; none if there is none.
pub fn open(name: &str) -> Option<Result<Dataset, DataError>> {
    let (classes, train, test) = match name {
        "digits" => (
            (0..10).map(|digit| digit.to_string()).collect(),
            idx::read(
                packed!("digits", "train-images-idx3-ubyte"),
                packed!("digits", "train-labels-idx1-ubyte"),
            ),
            idx::read(
                packed!("digits", "t10k-images-idx3-ubyte"),
                packed!("digits", "t10k-labels-idx1-ubyte"),
            ),
        ),
        "fashion" => (
            FASHION_CLASSES.map(str::to_string).to_vec(),
            idx::read(
                packed!("fashion", "train-images-idx3-ubyte"),
                packed!("fashion", "train-labels-idx1-ubyte"),
            ),
            idx::read(
                packed!("fashion", "t10k-images-idx3-ubyte"),
                packed!("fashion", "t10k-labels-idx1-ubyte"),
            ),
        ),
        _ => return None,
    };
    let set = train.and_then(|train| {
        Dataset {
            name: name.to_string(),
            classes,
            train,
            test: test?,
        }
        .checked()
    });
    Some(set)
}
