//! One pass over a batch, forward or backward: shares of the batch over threads, chunks of a share through the cache.

use candle_core::{Result, Shape, WithDType, bail};
use faer::linalg::matmul::matmul;
use faer::traits::RealField;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

use super::After;
use super::unroll::{Sizes, roll, unroll};

/// What the backward pass is told: results, their gradients, and which place each pooled result came from.
#[derive(Clone, Copy)]
pub struct Known<'a, T> {
    pub y: &'a [T],
    pub grad: &'a [T],
    pub winners: &'a [u8],
}

/// Gradients of input, weight and bias.
pub struct Gradients<T> {
    pub x: Option<Vec<T>>,
    pub weight: Vec<T>,
    pub bias: Vec<T>,
}

#[derive(Clone, Copy)]
pub struct Pass {
    s: Sizes,
    after: After,
}

/// A pooled result below which no place was above 0: nothing flows back.
const NONE: u8 = 4;

fn rows_of<T>(slice: &[T], rows: usize) -> MatRef<'_, T> {
    MatRef::from_row_major_slice(slice, rows, slice.len() / rows)
}

fn rows_of_mut<T>(slice: &mut [T], rows: usize) -> MatMut<'_, T> {
    let columns = slice.len() / rows;
    MatMut::from_row_major_slice_mut(slice, rows, columns)
}

fn product<T: RealField>(to: &mut [T], rows: usize, how: Accum, a: MatRef<T>, b: MatRef<T>) {
    matmul(rows_of_mut(to, rows), how, a, b, T::one_impl(), Par::Seq);
}

impl Pass {
    pub fn new(s: Sizes, after: After) -> Result<Self> {
        if after == After::ReluPool && (s.height < 2 || s.width < 2) {
            let (height, width) = (s.height, s.width);
            bail!("conv: {height} × {width} is less than one window to pool");
        }
        Ok(Self { s, after })
    }

    fn size(self) -> (usize, usize) {
        match self.after {
            After::ReluPool => (self.s.height / 2, self.s.width / 2),
            _ => (self.s.height, self.s.width),
        }
    }

    pub fn shape(self) -> Shape {
        let (height, width) = self.size();
        Shape::from((self.s.images, self.s.outputs, height, width))
    }

    /// Places of one channel of a result.
    fn results(self) -> usize {
        let (height, width) = self.size();
        height * width
    }

    /// Numbers of the result for one image.
    fn output(self) -> usize {
        self.s.outputs * self.results()
    }

    /// Results, and which of four places each came from where they are pooled.
    pub fn forward<T: WithDType + RealField>(
        self,
        x: &[T],
        weight: &[T],
        bias: &[T],
    ) -> (Vec<T>, Vec<u8>) {
        let s = self.s;
        let zero = <T as WithDType>::from_f64(0.0);
        let mut y = vec![zero; s.images * self.output()];
        let pooled = self.after == After::ReluPool;
        let mut winners = vec![0; if pooled { y.len() } else { s.images }];
        let winners_an_image = if pooled { self.output() } else { 1 };
        let shares = y
            .par_chunks_mut(s.share() * self.output())
            .zip(winners.par_chunks_mut(s.share() * winners_an_image));
        shares
            .zip(x.par_chunks(s.share() * s.input()))
            .for_each(|((y, winners), x)| {
                let mut columns = vec![zero; s.taps() * s.places() * s.chunk()];
                let mut wide = vec![zero; s.outputs * s.places() * s.chunk()];
                let chunks = y
                    .chunks_mut(s.chunk() * self.output())
                    .zip(winners.chunks_mut(s.chunk() * winners_an_image));
                for ((y, winners), x) in chunks.zip(x.chunks(s.chunk() * s.input())) {
                    let stride = x.len() / s.input() * s.places();
                    let columns = &mut columns[..s.taps() * stride];
                    let wide = &mut wide[..s.outputs * stride];
                    for (n, image) in x.chunks_exact(s.input()).enumerate() {
                        unroll(image, columns, stride, n * s.places(), s);
                    }
                    let (weight, columns) =
                        (rows_of(weight, s.outputs), rows_of(columns, s.taps()));
                    product(wide, s.outputs, Accum::Replace, weight, columns);
                    for (at, y) in y.chunks_exact_mut(self.results()).enumerate() {
                        let (n, output) = (at / s.outputs, at % s.outputs);
                        let plane = &wide[output * stride + n * s.places()..][..s.places()];
                        let bias = bias[output];
                        let sums = y.iter_mut().zip(plane);
                        match self.after {
                            After::Nothing => sums.for_each(|(y, sum)| *y = *sum + bias),
                            After::Relu => sums.for_each(|(y, sum)| {
                                let sum = *sum + bias;
                                *y = if sum > zero { sum } else { zero };
                            }),
                            After::ReluPool => {
                                let winners = &mut winners[at * y.len()..][..y.len()];
                                self.pool(plane, bias, y, winners);
                            }
                        }
                    }
                }
            });
        (y, winners)
    }

    /// The largest of each four places, the first of equals, and not below 0.
    fn pool<T: WithDType>(self, plane: &[T], bias: T, y: &mut [T], winners: &mut [u8]) {
        let width = self.s.width;
        let zero = T::zero();
        let lines = y
            .chunks_exact_mut(width / 2)
            .zip(winners.chunks_exact_mut(width / 2));
        for ((y, winners), two) in lines.zip(plane.chunks_exact(2 * width)) {
            let (above, below) = two.split_at(width);
            let windows = above.chunks_exact(2).zip(below.chunks_exact(2));
            for ((y, winner), (above, below)) in y.iter_mut().zip(winners).zip(windows) {
                let (mut best, mut place) = (above[0], 0);
                for (value, at) in [(above[1], 1), (below[0], 2), (below[1], 3)] {
                    let larger = value > best;
                    best = if larger { value } else { best };
                    place = if larger { at } else { place };
                }
                let best = best + bias;
                *winner = if best > zero { place } else { NONE };
                *y = if best > zero { best } else { zero };
            }
        }
    }

    /// Gradients; that of the input only where it is wanted.
    pub fn backward<T: WithDType + RealField>(
        self,
        x: &[T],
        weight: &[T],
        known: Known<T>,
        wants_input: bool,
    ) -> Gradients<T> {
        let s = self.s;
        let zero = <T as WithDType>::from_f64(0.0);
        let mut grad_x = vec![zero; if wants_input { x.len() } else { s.images }];
        let numbers = if wants_input { s.input() } else { 1 };
        let parts: Vec<(Vec<T>, Vec<T>)> = grad_x
            .par_chunks_mut(s.share() * numbers)
            .zip(x.par_chunks(s.share() * s.input()))
            .enumerate()
            .map(|(share, (grad_x, x))| {
                let mut columns = vec![zero; s.taps() * s.places() * s.chunk()];
                let mut wide = vec![zero; s.outputs * s.places() * s.chunk()];
                let mut grad_weight = vec![zero; weight.len()];
                let mut grad_bias = vec![zero; s.outputs];
                let chunks = grad_x.chunks_mut(s.chunk() * numbers);
                for (chunk, (grad_x, x)) in chunks.zip(x.chunks(s.chunk() * s.input())).enumerate()
                {
                    let first = share * s.share() + chunk * s.chunk();
                    let images = x.len() / s.input();
                    let stride = images * s.places();
                    let columns = &mut columns[..s.taps() * stride];
                    let wide = &mut wide[..s.outputs * stride];
                    self.spread(known, first, images, wide);
                    for (sum, row) in grad_bias.iter_mut().zip(wide.chunks_exact(stride)) {
                        *sum += total(row);
                    }
                    for (n, image) in x.chunks_exact(s.input()).enumerate() {
                        unroll(image, columns, stride, n * s.places(), s);
                    }
                    let through = rows_of(wide, s.outputs);
                    let seen = rows_of(columns, s.taps()).transpose();
                    product(&mut grad_weight, s.outputs, Accum::Add, through, seen);
                    if wants_input {
                        let back = rows_of(weight, s.outputs).transpose();
                        product(columns, s.taps(), Accum::Replace, back, through);
                        for (n, image) in grad_x.chunks_exact_mut(s.input()).enumerate() {
                            roll(columns, image, stride, n * s.places(), s);
                        }
                    }
                }
                (grad_weight, grad_bias)
            })
            .collect();
        let mut sums = Gradients {
            x: wants_input.then_some(grad_x),
            weight: vec![zero; weight.len()],
            bias: vec![zero; s.outputs],
        };
        // In the order of the shares: the same sums each time.
        for (weight, bias) in parts {
            for (sum, part) in sums.weight.iter_mut().zip(weight) {
                *sum += part;
            }
            for (sum, part) in sums.bias.iter_mut().zip(bias) {
                *sum += part;
            }
        }
        sums
    }

    /// The gradients of the convolution's own results, (outputs, images · places), for images from `first` on.
    fn spread<T: WithDType>(self, known: Known<T>, first: usize, images: usize, wide: &mut [T]) {
        let s = self.s;
        let (stride, results) = (images * s.places(), self.results());
        let zero = T::zero();
        for at in 0..images * s.outputs {
            let (n, output) = (at / s.outputs, at % s.outputs);
            let from = (first * s.outputs + at) * results;
            let grad = &known.grad[from..from + results];
            let plane = &mut wide[output * stride + n * s.places()..][..s.places()];
            match self.after {
                After::Nothing => plane.copy_from_slice(grad),
                After::Relu => {
                    let y = &known.y[from..from + results];
                    for ((through, y), grad) in plane.iter_mut().zip(y).zip(grad) {
                        *through = if *y > zero { *grad } else { zero };
                    }
                }
                After::ReluPool => {
                    let winners = &known.winners[from..from + results];
                    unpool(plane, grad, winners, s.width);
                }
            }
        }
    }
}

/// Gives each gradient to the place that its result came from.
fn unpool<T: WithDType>(plane: &mut [T], grad: &[T], winners: &[u8], width: usize) {
    plane.fill(T::zero());
    let lines = grad
        .chunks_exact(width / 2)
        .zip(winners.chunks_exact(width / 2));
    for ((grad, winners), two) in lines.zip(plane.chunks_exact_mut(2 * width)) {
        for (x, (grad, winner)) in grad.iter().zip(winners).enumerate() {
            if *winner != NONE {
                let winner = usize::from(*winner);
                two[winner / 2 * width + 2 * x + winner % 2] = *grad;
            }
        }
    }
}

/// A sum in eight parts, which the compiler can do side by side.
pub fn total<T: WithDType>(row: &[T]) -> T {
    let mut parts = [T::zero(); 8];
    let eights = row.chunks_exact(8);
    let rest = eights.remainder();
    for eight in eights {
        for (part, value) in parts.iter_mut().zip(eight) {
            *part += *value;
        }
    }
    let mut sum = T::zero();
    for value in parts.iter().chain(rest) {
        sum += *value;
    }
    sum
}
