//! A convolution of 3 × 3 over one channel without a matrix: products of nine numbers are too short for one, and what a
//! filter sees at a place is not worth to be copied. Outputs are worked out side by side.

use candle_core::WithDType;

use super::unroll::{Layout, Sizes, fill};
use crate::demos::rbf::lanes::widest;

const TAPS: usize = 9;
/// Outputs side by side: one register of 256 bits in f32, so that the sums of nine taps are all in registers.
const BLOCK: usize = 8;

/// Whether a layer is such a one.
pub fn fits(s: Sizes) -> bool {
    s.channels == 1 && s.side == 3 && s.outputs.is_multiple_of(BLOCK)
}

/// What the filters see of a bordered image at a place.
#[inline(always)]
fn seen<T: Copy>(bordered: &[T], y: usize, x: usize, s: Sizes) -> [T; TAPS] {
    let wide = s.width + 2;
    let [a, b, c] = [0, 1, 2].map(|down| &bordered[(y + down) * wide + x..][..3]);
    [a[0], a[1], a[2], b[0], b[1], b[2], c[0], c[1], c[2]]
}

/// Images to (images · places, outputs); `weight` is (outputs, taps).
pub fn forward<T: WithDType>(
    x: &[T],
    weight: &[T],
    layout: Layout,
    s: Sizes,
    bordered: &mut [T],
    wide: &mut [T],
) {
    widest(
        #[inline(always)]
        || {
            let images = x.chunks_exact(s.input());
            for (image, wide) in images.zip(wide.chunks_exact_mut(s.places() * s.outputs)) {
                fill(bordered, image, layout, s);
                for first in (0..s.outputs).step_by(BLOCK) {
                    let filters: [[T; BLOCK]; TAPS] = std::array::from_fn(|tap| {
                        std::array::from_fn(|n| weight[(first + n) * TAPS + tap])
                    });
                    for y in 0..s.height {
                        for x in 0..s.width {
                            let seen = seen(bordered, y, x, s);
                            let mut sums = [T::zero(); BLOCK];
                            for tap in 0..TAPS {
                                for n in 0..BLOCK {
                                    sums[n] += filters[tap][n] * seen[tap];
                                }
                            }
                            let at = (y * s.width + x) * s.outputs + first;
                            wide[at..at + BLOCK].copy_from_slice(&sums);
                        }
                    }
                }
            }
        },
    );
}

/// Adds the gradient of the weight, (outputs, taps), of images and the gradients of their results.
pub fn weight<T: WithDType>(
    x: &[T],
    wide: &[T],
    layout: Layout,
    s: Sizes,
    bordered: &mut [T],
    grad_weight: &mut [T],
) {
    widest(
        #[inline(always)]
        || {
            let images = x.chunks_exact(s.input());
            for (image, wide) in images.zip(wide.chunks_exact(s.places() * s.outputs)) {
                fill(bordered, image, layout, s);
                for first in (0..s.outputs).step_by(BLOCK) {
                    let mut sums = [[T::zero(); BLOCK]; TAPS];
                    for y in 0..s.height {
                        for x in 0..s.width {
                            let seen = seen(bordered, y, x, s);
                            let at = (y * s.width + x) * s.outputs + first;
                            let grads = &wide[at..at + BLOCK];
                            for tap in 0..TAPS {
                                for n in 0..BLOCK {
                                    sums[tap][n] += grads[n] * seen[tap];
                                }
                            }
                        }
                    }
                    for (tap, sums) in sums.iter().enumerate() {
                        for (n, sum) in sums.iter().enumerate() {
                            grad_weight[(first + n) * TAPS + tap] += *sum;
                        }
                    }
                }
            }
        },
    );
}
