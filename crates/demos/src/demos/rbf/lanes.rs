//! Loops over numbers side by side, in blocks that the compiler keeps in registers. All are inlined into what
//! [`widest`] runs, which is compiled for each width of vectors.

use candle_core::WithDType;
use pulp::{Arch, Simd, WithSimd};

/// Runs this with the widest vectors that the processor has. The closure and all that it calls must be
/// `#[inline(always)]`: what is not inlined is compiled for any processor.
pub fn widest(run: impl FnMut()) {
    Arch::new().dispatch(Run(run));
}

// A closure could be given to `dispatch` itself, but is then called as `FnOnce`, through a function of its own that
// the compiler does not always inline.
struct Run<F>(F);

impl<F: FnMut()> WithSimd for Run<F> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, _: S) {
        (self.0)();
    }
}

/// Numbers of a block: one register of 512 bits in f32.
const BLOCK: usize = 16;

#[inline(always)]
pub fn copy<T: Copy>(to: &mut [T], from: &[T]) {
    let ((to, to_rest), (from, from_rest)) =
        (to.as_chunks_mut::<BLOCK>(), from.as_chunks::<BLOCK>());
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
    for (to, from) in to_rest.iter_mut().zip(from_rest) {
        *to = *from;
    }
}

/// Adds number by number.
#[inline(always)]
pub fn add<T: WithDType>(sums: &mut [T], parts: &[T]) {
    let ((sums, sums_rest), (parts, parts_rest)) =
        (sums.as_chunks_mut::<BLOCK>(), parts.as_chunks::<BLOCK>());
    for (sums, parts) in sums.iter_mut().zip(parts) {
        let (mut all, parts) = (*sums, *parts);
        for (sum, part) in all.iter_mut().zip(parts) {
            *sum += part;
        }
        *sums = all;
    }
    for (sum, part) in sums_rest.iter_mut().zip(parts_rest) {
        *sum += *part;
    }
}

/// A result that no place was above 0 for: nothing flows back. Otherwise it is the place in its window.
pub const NONE: u8 = 4;

/// `y = relu(max over the places + bias)`, and which place it was: the first of equals.
#[inline(always)]
pub fn largest<T: WithDType, const N: usize>(
    places: [&[T]; N],
    bias: &[T],
    y: &mut [T],
    winners: &mut [u8],
) {
    let whole = bias.len() / BLOCK * BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        largest_block::<T, N, BLOCK>(places, bias, y, winners, at);
    }
    for at in whole..bias.len() {
        largest_block::<T, N, 1>(places, bias, y, winners, at);
    }
}

#[inline(always)]
fn largest_block<T: WithDType, const N: usize, const B: usize>(
    places: [&[T]; N],
    bias: &[T],
    y: &mut [T],
    winners: &mut [u8],
    at: usize,
) {
    let zero = T::zero();
    let bias: [T; B] = std::array::from_fn(|n| bias[at..at + B][n]);
    let mut best: [T; B] = std::array::from_fn(|n| places[0][at..at + B][n]);
    let mut place = [0_u8; B];
    for (number, values) in places.iter().enumerate().skip(1) {
        let values = &values[at..at + B];
        for n in 0..B {
            let larger = values[n] > best[n];
            best[n] = if larger { values[n] } else { best[n] };
            place[n] = if larger { number as u8 } else { place[n] };
        }
    }
    let (y, winners) = (&mut y[at..at + B], &mut winners[at..at + B]);
    for n in 0..B {
        let sum = best[n] + bias[n];
        winners[n] = if sum > zero { place[n] } else { NONE };
        y[n] = if sum > zero { sum } else { zero };
    }
}

/// Gives each gradient to the place that its result came from and 0 to the others; what was given is added to `sums`.
#[inline(always)]
pub fn give<T: WithDType, const N: usize>(
    mut places: [&mut [T]; N],
    grads: &[T],
    winners: &[u8],
    sums: &mut [T],
) {
    let whole = sums.len() / BLOCK * BLOCK;
    for at in (0..whole).step_by(BLOCK) {
        give_block::<T, N, BLOCK>(&mut places, grads, winners, sums, at);
    }
    for at in whole..sums.len() {
        give_block::<T, N, 1>(&mut places, grads, winners, sums, at);
    }
}

#[inline(always)]
fn give_block<T: WithDType, const N: usize, const B: usize>(
    places: &mut [&mut [T]; N],
    grads: &[T],
    winners: &[u8],
    sums: &mut [T],
    at: usize,
) {
    let (zero, from, winner) = (T::zero(), &grads[at..at + B], &winners[at..at + B]);
    let grads: [T; B] = std::array::from_fn(|n| from[n]);
    let winners: [u8; B] = std::array::from_fn(|n| winner[n]);
    for (number, place) in places.iter_mut().enumerate() {
        let number = number as u8;
        let given: [T; B] =
            std::array::from_fn(|n| if winners[n] == number { grads[n] } else { zero });
        place[at..at + B].copy_from_slice(&given);
    }
    let sums = &mut sums[at..at + B];
    for n in 0..B {
        sums[n] += if winners[n] == NONE { zero } else { grads[n] };
    }
}
