//! One layer over a few images, forward or backward. Inside a stack of layers channels come last.

use candle_core::{Result, WithDType, bail};
use faer::Accum;
use faer::traits::RealField;

use super::After;
use super::direct;
use super::unroll::{Layout, Sizes, fill, roll, take, transpose, unroll};
use crate::demos::rbf::cpu::{product, rows_of};
use crate::demos::rbf::lanes::{add, give, largest, widest};

/// What a thread works in.
pub struct Room<T> {
    /// One image with its border, whose border is 0 at all times.
    bordered: Vec<T>,
    /// (images · places, taps)
    unrolled: Vec<T>,
    /// (images · places, outputs)
    wide: Vec<T>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pass {
    pub s: Sizes,
    pub after: After,
    /// Of the input.
    pub layout: Layout,
}

impl Pass {
    pub fn new(s: Sizes, after: After, layout: Layout) -> Result<Self> {
        if after == After::ReluPool && (s.height < 2 || s.width < 2) {
            let (height, width) = (s.height, s.width);
            bail!("conv: {height} × {width} is less than one window to pool");
        }
        Ok(Self { s, after, layout })
    }

    /// Height and width of a result.
    pub fn size(self) -> (usize, usize) {
        match self.after {
            After::ReluPool => (self.s.height / 2, self.s.width / 2),
            _ => (self.s.height, self.s.width),
        }
    }

    /// Places of one channel of a result.
    pub fn results(self) -> usize {
        let (height, width) = self.size();
        height * width
    }

    /// Numbers of the result for one image.
    pub fn output(self) -> usize {
        self.s.outputs * self.results()
    }

    /// Room for this many images at most.
    pub fn room<T: WithDType>(self, images: usize) -> Room<T> {
        let (s, zero) = (self.s, <T as WithDType>::from_f64(0.0));
        let places = s.chunk().min(images) * s.places();
        Room {
            bordered: vec![zero; s.bordered()],
            unrolled: vec![zero; places * s.taps()],
            wide: vec![zero; places * s.outputs],
        }
    }

    /// (outputs, channels, side, side) → (outputs, side, side, channels), as a row of an unrolled image has it.
    pub fn turn<T: Copy>(self, to: &mut [T], weight: &[T]) {
        let (one, area) = (self.s.taps(), self.s.side * self.s.side);
        for (to, from) in to.chunks_exact_mut(one).zip(weight.chunks_exact(one)) {
            transpose(to, from, self.s.channels, area);
        }
    }

    /// The reverse.
    pub fn turn_back<T: Copy>(self, to: &mut [T], turned: &[T]) {
        let (one, area) = (self.s.taps(), self.s.side * self.s.side);
        for (to, from) in to.chunks_exact_mut(one).zip(turned.chunks_exact(one)) {
            transpose(to, from, area, self.s.channels);
        }
    }

    /// Results (images, height, width, outputs), and where each came from: the place in its window, or `NONE`.
    pub fn forward<T: WithDType + RealField>(
        self,
        x: &[T],
        weight: &[T],
        bias: &[T],
        y: &mut [T],
        winners: &mut [u8],
        room: &mut Room<T>,
    ) {
        let (s, output) = (self.s, self.output());
        let chunks = y
            .chunks_mut(s.chunk() * output)
            .zip(winners.chunks_mut(s.chunk() * output));
        for (x, (y, winners)) in x.chunks(s.chunk() * s.input()).zip(chunks) {
            let places = x.len() / s.input() * s.places();
            let wide = if direct::fits(s) {
                direct::forward(
                    x,
                    weight,
                    self.layout,
                    s,
                    &mut room.bordered,
                    &mut room.wide,
                );
                &room.wide[..places * s.outputs]
            } else {
                self.unroll(x, room);
                let seen = rows_of(&room.unrolled[..places * s.taps()], places);
                let wide = &mut room.wide[..places * s.outputs];
                let turned = rows_of(weight, s.outputs).transpose();
                product(wide, places, Accum::Replace, seen, turned);
                wide
            };
            widest(
                #[inline(always)]
                || {
                    let images = y
                        .chunks_exact_mut(output)
                        .zip(winners.chunks_exact_mut(output));
                    let wide = wide.chunks_exact(s.places() * s.outputs);
                    for ((y, winners), wide) in images.zip(wide) {
                        self.finish(wide, bias, y, winners);
                    }
                },
            );
        }
    }

    /// Images into the matrix of what each place sees, one below the other.
    fn unroll<T: WithDType>(self, x: &[T], room: &mut Room<T>) {
        let s = self.s;
        let (bordered, unrolled) = (&mut room.bordered[..], &mut room.unrolled[..]);
        widest(
            #[inline(always)]
            || {
                let rows = unrolled.chunks_exact_mut(s.places() * s.taps());
                for (image, rows) in x.chunks_exact(s.input()).zip(rows) {
                    fill(bordered, image, self.layout, s);
                    unroll(bordered, rows, s);
                }
            },
        );
    }

    /// What follows on the convolution of one image.
    #[inline(always)]
    fn finish<T: WithDType>(self, wide: &[T], bias: &[T], y: &mut [T], winners: &mut [u8]) {
        let n = self.s.outputs;
        let results = y.chunks_exact_mut(n).zip(winners.chunks_exact_mut(n));
        match self.after {
            After::Nothing => {
                for ((y, _), wide) in results.zip(wide.chunks_exact(n)) {
                    y.copy_from_slice(bias);
                    add(y, wide);
                }
            }
            After::Relu => {
                for ((y, winners), wide) in results.zip(wide.chunks_exact(n)) {
                    largest([wide], bias, y, winners);
                }
            }
            After::ReluPool => {
                for (window, (y, winners)) in results.enumerate() {
                    let [above, below] = self.window(window).map(|at| &wide[at..at + 2 * n]);
                    let ((a, b), (c, d)) = (above.split_at(n), below.split_at(n));
                    largest([a, b, c, d], bias, y, winners);
                }
            }
        }
    }

    /// Where the two lines of a window start.
    #[inline(always)]
    fn window(self, number: usize) -> [usize; 2] {
        let (_, columns) = self.size();
        let (y, x) = (2 * (number / columns), 2 * (number % columns));
        let first = (y * self.s.width + x) * self.s.outputs;
        [first, first + self.s.width * self.s.outputs]
    }

    /// Adds the gradients of weight and bias, and sets that of the input where it is wanted.
    #[expect(
        clippy::too_many_arguments,
        reason = "a gradient needs all that its value came from"
    )]
    pub fn backward<T: WithDType + RealField>(
        self,
        x: &[T],
        weight: &[T],
        grad: &[T],
        winners: &[u8],
        mut grad_x: Option<&mut [T]>,
        grad_weight: &mut [T],
        grad_bias: &mut [T],
        room: &mut Room<T>,
    ) {
        let (s, output, chunk) = (self.s, self.output(), self.s.chunk());
        let grads = grad
            .chunks(chunk * output)
            .zip(winners.chunks(chunk * output));
        for (n, (x, (grad, winners))) in x.chunks(chunk * s.input()).zip(grads).enumerate() {
            let places = x.len() / s.input() * s.places();
            self.spread(grad, winners, grad_bias, room);
            if direct::fits(s) && grad_x.is_none() {
                let (bordered, wide) = (&mut room.bordered, &room.wide);
                direct::weight(x, wide, self.layout, s, bordered, grad_weight);
                continue;
            }
            self.unroll(x, room);
            let through = rows_of(&room.wide[..places * s.outputs], places);
            let unrolled = &mut room.unrolled[..places * s.taps()];
            let seen = rows_of(unrolled, places);
            product(
                grad_weight,
                s.outputs,
                Accum::Add,
                through.transpose(),
                seen,
            );
            let Some(grad_x) = grad_x.as_deref_mut() else {
                continue;
            };
            let back = rows_of(weight, s.outputs);
            product(unrolled, places, Accum::Replace, through, back);
            let grad_x = &mut grad_x[n * chunk * s.input()..][..x.len()];
            let bordered = &mut room.bordered[..];
            widest(
                #[inline(always)]
                || {
                    let rows = unrolled.chunks_exact(s.places() * s.taps());
                    for (image, rows) in grad_x.chunks_exact_mut(s.input()).zip(rows) {
                        bordered.fill(T::zero());
                        roll(rows, bordered, s);
                        take(image, bordered, self.layout, s);
                    }
                    bordered.fill(T::zero());
                },
            );
        }
    }

    /// The gradients of the convolution's own results, (images · places, outputs), and their sums for the bias.
    fn spread<T: WithDType>(self, grad: &[T], winners: &[u8], sums: &mut [T], room: &mut Room<T>) {
        let (s, n, output) = (self.s, self.s.outputs, self.output());
        let (rows, columns) = self.size();
        let left_out =
            self.after == After::ReluPool && (2 * rows < s.height || 2 * columns < s.width);
        let wide = &mut room.wide[..];
        widest(
            #[inline(always)]
            || {
                let images = grad.chunks_exact(output).zip(winners.chunks_exact(output));
                let wide = wide.chunks_exact_mut(s.places() * n);
                for ((grad, winners), wide) in images.zip(wide) {
                    if left_out {
                        wide.fill(T::zero());
                    }
                    let results = grad.chunks_exact(n).zip(winners.chunks_exact(n));
                    for (number, (grad, winners)) in results.enumerate() {
                        if self.after != After::ReluPool {
                            let place = &mut wide[number * n..][..n];
                            give([place], grad, winners, sums);
                            continue;
                        }
                        let [above, below] = self.window(number);
                        let (first, second) = wide.split_at_mut(below);
                        let (a, b) = first[above..above + 2 * n].split_at_mut(n);
                        let (c, d) = second[..2 * n].split_at_mut(n);
                        give([a, b, c, d], grad, winners, sums);
                    }
                }
            },
        );
    }
}
