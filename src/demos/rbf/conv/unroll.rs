//! An image as a matrix of what each place of a filter sees, and back (im2col, col2im).

use candle_core::{Result, Shape, WithDType, bail};

/// Sizes of one call.
#[derive(Clone, Copy)]
pub struct Sizes {
    pub images: usize,
    pub channels: usize,
    pub height: usize,
    pub width: usize,
    pub outputs: usize,
    pub side: usize,
}

/// Numbers of an unrolled matrix: about as many as a core's own cache holds beside what it is multiplied with.
const CACHED: usize = 1 << 18;

impl Sizes {
    pub fn of(x: &Shape, weight: &Shape, bias: &Shape) -> Result<Self> {
        let (images, channels, height, width) = x.dims4()?;
        let (outputs, inner, side, other_side) = weight.dims4()?;
        if inner != channels || side != other_side || side % 2 == 0 || bias.dims() != [outputs] {
            bail!("conv: {x:?} does not go with {weight:?} and {bias:?}");
        }
        Ok(Self {
            images,
            channels,
            height,
            width,
            outputs,
            side,
        })
    }

    /// Places of one channel of one image.
    pub fn places(self) -> usize {
        self.height * self.width
    }

    /// Rows of an unrolled image: what one output at one place is a sum over.
    pub fn taps(self) -> usize {
        self.channels * self.side * self.side
    }

    /// Numbers of an image.
    pub fn input(self) -> usize {
        self.channels * self.places()
    }

    /// Images that one thread takes on; depends on the number of threads alone, so that sums come out the same.
    pub fn share(self) -> usize {
        self.images.div_ceil(rayon::current_num_threads()).max(1)
    }

    /// Images that are unrolled side by side.
    pub fn chunk(self) -> usize {
        (CACHED / (self.taps() * self.places()).max(1)).clamp(1, self.share())
    }
}

/// Where a filter's tap looks: its row of the matrix, its channel, and how far down and right.
fn taps(s: Sizes) -> impl Iterator<Item = (usize, usize, isize, isize)> {
    let half = (s.side / 2) as isize;
    (0..s.taps()).map(move |row| {
        let (channel, tap) = (row / (s.side * s.side), row % (s.side * s.side));
        let down = (tap / s.side) as isize - half;
        let right = (tap % s.side) as isize - half;
        (row, channel, down, right)
    })
}

/// The part of line `y` that a tap sees inside the image: from and to in the line, and where that starts in the plane.
fn overlap(y: usize, down: isize, right: isize, s: Sizes) -> Option<(usize, usize, usize)> {
    let seen = y.checked_add_signed(down).filter(|y| *y < s.height)?;
    let from = (-right).max(0) as usize;
    let to = s.width.saturating_sub(right.max(0) as usize);
    (from < to).then(|| (from, to, seen * s.width + from.wrapping_add_signed(right)))
}

/// Unrolls an image into its columns of a matrix with rows of `stride` numbers, from column `at` on: row
/// (channel, down, right) has what each place sees there, 0 outside.
pub fn unroll<T: WithDType>(image: &[T], columns: &mut [T], stride: usize, at: usize, s: Sizes) {
    for (row, channel, down, right) in taps(s) {
        let plane = &image[channel * s.places()..(channel + 1) * s.places()];
        let row = &mut columns[row * stride + at..][..s.places()];
        for (y, line) in row.chunks_exact_mut(s.width).enumerate() {
            let Some((from, to, source)) = overlap(y, down, right, s) else {
                line.fill(T::zero());
                continue;
            };
            line[..from].fill(T::zero());
            line[to..].fill(T::zero());
            copy(&mut line[from..to], &plane[source..source + to - from]);
        }
    }
}

/// Lines are short: a loop is quicker than a call to copy memory.
fn copy<T: Copy>(to: &mut [T], from: &[T]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

/// The reverse: adds each row of the unrolled gradient to the places that it was taken from.
pub fn roll<T: WithDType>(columns: &[T], image: &mut [T], stride: usize, at: usize, s: Sizes) {
    for (row, channel, down, right) in taps(s) {
        let plane = &mut image[channel * s.places()..(channel + 1) * s.places()];
        let row = &columns[row * stride + at..][..s.places()];
        for (y, line) in row.chunks_exact(s.width).enumerate() {
            if let Some((from, to, target)) = overlap(y, down, right, s) {
                let sums = plane[target..target + to - from].iter_mut();
                for (sum, part) in sums.zip(&line[from..to]) {
                    *sum += *part;
                }
            }
        }
    }
}
