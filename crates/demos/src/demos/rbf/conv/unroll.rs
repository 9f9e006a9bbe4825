//! An image as a matrix of what each place of a filter sees, and back (im2col, col2im).
//!
//! Between layers channels come last: what a line of a filter sees at a place then lies side by side, and is copied as
//! one piece. Around an image is a border of zeros, so that no place is an exception.

use candle_core::{Result, WithDType, bail};

use crate::demos::rbf::lanes::{add, copy};

/// Sizes of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    pub outputs: usize,
    pub side: usize,
}

/// Numbers of an unrolled matrix: what stays in a core's own cache beside what it is multiplied with.
const CACHED: usize = 1 << 16;

impl Sizes {
    /// Of images (channels, height, width) and a weight (outputs, channels, side, side) with its bias (outputs).
    pub fn of(image: [usize; 3], weight: &[usize], bias: &[usize]) -> Result<Self> {
        let [channels, height, width] = image;
        match *weight {
            [outputs, inner, side, other]
                if inner == channels && side == other && side % 2 == 1 && *bias == [outputs] =>
            {
                Ok(Self {
                    channels,
                    height,
                    width,
                    outputs,
                    side,
                })
            }
            _ => bail!("conv: images of {image:?} do not go with {weight:?} and {bias:?}"),
        }
    }

    /// Places of one channel of one image.
    pub fn places(self) -> usize {
        self.height * self.width
    }

    /// Columns of an unrolled image: what one output at one place is a sum over.
    pub fn taps(self) -> usize {
        self.channels * self.side * self.side
    }

    /// Numbers of an image.
    pub fn input(self) -> usize {
        self.channels * self.places()
    }

    /// Numbers of an image with its border.
    pub fn bordered(self) -> usize {
        self.channels * (self.height + self.side - 1) * (self.width + self.side - 1)
    }

    /// Images that are unrolled one below the other.
    pub fn chunk(self) -> usize {
        (CACHED / (self.taps() * self.places()).max(1)).max(1)
    }

    /// Where line `y` starts in a bordered image, behind its border.
    fn line(self, y: usize) -> usize {
        let (half, wide) = (self.side / 2, self.width + self.side - 1);
        ((y + half) * wide + half) * self.channels
    }
}

/// How the numbers of an image are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// (channels, height, width), as tensors have it.
    First,
    /// (height, width, channels), as layers have it among themselves.
    Last,
}

/// An image into a bordered one, whose border is left alone.
#[inline(always)]
pub fn fill<T: WithDType>(bordered: &mut [T], image: &[T], from: Layout, s: Sizes) {
    let line = s.width * s.channels;
    for y in 0..s.height {
        let to = &mut bordered[s.line(y)..][..line];
        match from {
            Layout::First => transpose(to, &image[y * s.width..], s.channels, s.places()),
            Layout::Last => copy(to, &image[y * line..][..line]),
        }
    }
}

/// The reverse.
#[inline(always)]
pub fn take<T: WithDType>(image: &mut [T], bordered: &[T], to: Layout, s: Sizes) {
    let wide = s.width * s.channels;
    for y in 0..s.height {
        let line = &bordered[s.line(y)..][..wide];
        match to {
            Layout::First => {
                for (channel, plane) in image.chunks_exact_mut(s.places()).enumerate() {
                    let plane = &mut plane[y * s.width..][..s.width];
                    for (to, from) in plane.iter_mut().zip(line.chunks_exact(s.channels)) {
                        *to = from[channel];
                    }
                }
            }
            Layout::Last => copy(&mut image[y * wide..][..wide], line),
        }
    }
}

/// Unrolls a bordered image into rows of a matrix, one a place: (down, right, channel).
#[inline(always)]
pub fn unroll<T: WithDType>(bordered: &[T], rows: &mut [T], s: Sizes) {
    let (piece, wide) = (s.side * s.channels, (s.width + s.side - 1) * s.channels);
    let mut rows = rows.chunks_exact_mut(piece);
    for y in 0..s.height {
        for x in 0..s.width {
            for down in 0..s.side {
                let from = (y + down) * wide + x * s.channels;
                if let Some(to) = rows.next() {
                    copy(to, &bordered[from..from + piece]);
                }
            }
        }
    }
}

/// The reverse: adds each piece of the unrolled gradient to the places that it was taken from.
#[inline(always)]
pub fn roll<T: WithDType>(rows: &[T], bordered: &mut [T], s: Sizes) {
    let (piece, wide) = (s.side * s.channels, (s.width + s.side - 1) * s.channels);
    let mut rows = rows.chunks_exact(piece);
    for y in 0..s.height {
        for x in 0..s.width {
            for down in 0..s.side {
                let to = (y + down) * wide + x * s.channels;
                if let Some(parts) = rows.next() {
                    add(&mut bordered[to..to + piece], parts);
                }
            }
        }
    }
}

/// `to[a][b] = from[b][a]`, where rows of `to` have `columns` numbers and those of `from` are `stride` apart.
#[inline(always)]
pub fn transpose<T: Copy>(to: &mut [T], from: &[T], columns: usize, stride: usize) {
    for (a, row) in to.chunks_exact_mut(columns).enumerate() {
        for (b, to) in row.iter_mut().enumerate() {
            *to = from[b * stride + a];
        }
    }
}
