//! Labelled images: the two sets inside the program, and whatever the user points at.

pub mod builtin;
pub mod cifar;
pub mod folder;
pub mod idx;
mod read;
pub mod split;

use std::path::Path;

use sha2::{Digest, Sha256};

pub use self::read::DataError;
pub use self::split::Split;

/// Images that a set may have, and the pixels of one: what is larger would not be trained in front of anyone.
pub const IMAGES_MAX: usize = 1_000_000;
pub const SIDE_MAX: usize = 512;
pub const CLASSES_MAX: usize = 1_000;
/// Bytes of all images together.
pub const BYTES_MAX: usize = 4 << 30;

/// The shape of every image of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
}

impl Shape {
    /// Bytes of one image.
    pub fn pixels(self) -> usize {
        self.channels * self.height * self.width
    }
}

/// Images of one shape with their labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Images {
    pub shape: Shape,
    /// One after the other, each channel by channel, row by row; 0 is black.
    pub bytes: Vec<u8>,
    /// The class of each.
    pub labels: Vec<u16>,
}

impl Images {
    pub fn empty(shape: Shape) -> Self {
        Self {
            shape,
            bytes: Vec::new(),
            labels: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The bytes of one image.
    ///
    /// # Panics
    /// If there is no such image.
    pub fn image(&self, at: usize) -> &[u8] {
        let size = self.shape.pixels();
        &self.bytes[at * size..(at + 1) * size]
    }

    /// At most `n` of them, evenly from all.
    pub fn spread(&self, n: usize) -> Self {
        let n = n.min(self.len());
        let places: Vec<usize> = (0..n).map(|place| place * self.len() / n).collect();
        self.at(&places)
    }

    /// Those at these places, in this order.
    pub fn at(&self, places: &[usize]) -> Self {
        let mut some = Self::empty(self.shape);
        for place in places {
            some.bytes.extend_from_slice(self.image(*place));
            some.labels.push(self.labels[*place]);
        }
        some
    }
}

/// A set as it was read: what is trained on, and what is tested on once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dataset {
    pub name: String,
    /// What the classes are called; as many as there are.
    pub classes: Vec<String>,
    pub train: Images,
    pub test: Images,
}

impl Dataset {
    /// The set of this name (`digits`, `fashion`), or what is at this path: a folder with the four IDX files of
    /// MNIST and its kin, with CIFAR's binary batches, or with `train` and `test` folders of images by class.
    pub fn open(name: &str) -> Result<Self, DataError> {
        if let Some(set) = builtin::open(name) {
            return set;
        }
        let path = Path::new(name);
        if !path.is_dir() {
            return Err(DataError::not_there(path));
        }
        if let Some(set) = idx::open_folder(path)? {
            return Ok(set);
        }
        if let Some(set) = cifar::open_folder(path)? {
            return Ok(set);
        }
        if let Some(set) = folder::open_folder(path)? {
            return Ok(set);
        }
        Err(DataError::nothing_known(path))
    }

    pub fn shape(&self) -> Shape {
        self.train.shape
    }

    /// Checks what holds for a set whatever it was read from.
    fn checked(self) -> Result<Self, DataError> {
        let name = &self.name;
        let says = |why: String| DataError::of_set(name, why);
        if self.train.is_empty() || self.test.is_empty() {
            return Err(says("has no images to train or to test on".to_string()));
        }
        if self.train.shape != self.test.shape {
            return Err(says(format!(
                "has training images of {} and test images of {}",
                shape_words(self.train.shape),
                shape_words(self.test.shape)
            )));
        }
        if self.classes.len() < 2 || self.classes.len() > CLASSES_MAX {
            let n = self.classes.len();
            return Err(says(format!(
                "has {n} classes; 2 to {CLASSES_MAX} are possible"
            )));
        }
        Ok(self)
    }

    /// SHA-256 of shape, images and labels of both parts, as hexadecimal: two runs with the same hash, settings and
    /// seed were trained on the same.
    pub fn hash(&self) -> String {
        let mut hash = Sha256::new();
        for part in [&self.train, &self.test] {
            let shape = part.shape;
            for n in [shape.channels, shape.height, shape.width, part.len()] {
                hash.update((n as u64).to_le_bytes());
            }
            hash.update(&part.bytes);
            for label in &part.labels {
                hash.update(label.to_le_bytes());
            }
        }
        let digest = hash.finalize();
        data_encoding::HEXLOWER.encode(&digest)
    }
}

fn shape_words(shape: Shape) -> String {
    format!("{} × {} × {}", shape.channels, shape.height, shape.width)
}
