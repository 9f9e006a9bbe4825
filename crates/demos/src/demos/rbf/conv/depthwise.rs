//! Depthwise convolution 3 × 3 with its bias: each channel with a filter of its own, forward and backward.
//!
//! Nothing is summed over channels, so there is no matrix to multiply. Candle's own (`conv2d` with as many groups as
//! channels) takes the channels apart, convolves each by itself and lays the results side by side again; here each plane
//! gets a border of zeros, so that one loop without cases goes over all of it.
//!
//! **Contract (tested):** values and gradients are those of candle's `conv2d` and a bias, in f32 and f64.

use std::sync::Arc;

use candle_core::{
    CpuStorage, CustomOp3, DType, Device, Layout, Result, Shape, Tensor, WithDType, bail,
};
use rayon::prelude::*;

use crate::demos::rbf::cpu::{numbers, with_numbers};

/// Places of a filter.
const TAPS: usize = 9;

/// Each channel of `x` convolved with its own filter, plus `bias`.
///
/// Shapes: `x` is (images, channels, height, width), `weight` (channels, 1, 3, 3), `bias` (channels), `stride` 1 or 2.
/// The result is (images, channels, height / stride, width / stride), rounded up.
///
/// # Errors
/// If the shapes or types do not fit.
pub fn depthwise(x: &Tensor, weight: &Tensor, bias: &Tensor, stride: usize) -> Result<Tensor> {
    if !matches!(x.device(), Device::Cpu) {
        return depthwise_stock(x, weight, bias, stride);
    }
    let (x, weight, bias) = (x.contiguous()?, weight.contiguous()?, bias.contiguous()?);
    let op = Depthwise {
        stride,
        wants_weight: weight.track_op(),
    };
    x.apply_op3_arc(&weight, &bias, Arc::new(Box::new(op)))
}

/// The mean of the 3 × 3 places around each, those outside counted as 0: (images, channels, height, width) as before.
///
/// # Errors
/// If the shape is another.
pub fn mean_around(x: &Tensor) -> Result<Tensor> {
    let channels = x.dim(1)?;
    let (dtype, device) = (x.dtype(), x.device());
    let ninth = (Tensor::ones((channels, 1, 3, 3), dtype, device)? / TAPS as f64)?;
    depthwise(x, &ninth, &Tensor::zeros(channels, dtype, device)?, 1)
}

/// The same by candle's own operations, as a sum of nine shifted planes: the twin that tests compare with, and what runs
/// on a GPU, where `conv2d` with groups would start each channel by itself.
///
/// # Errors
/// If the shapes or types do not fit.
pub fn depthwise_stock(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    stride: usize,
) -> Result<Tensor> {
    let s = Sizes::of(x.shape(), weight.shape(), bias.shape(), stride)?;
    let padded = x.pad_with_zeros(2, 1, 1)?.pad_with_zeros(3, 1, 1)?;
    let mut y = bias.reshape((1, (), 1, 1))?.broadcast_as(x.shape())?;
    for tap in 0..TAPS {
        let (down, right) = (tap / 3, tap % 3);
        let seen = padded
            .narrow(2, down, s.height)?
            .narrow(3, right, s.width)?;
        let factor = weight.narrow(2, down, 1)?.narrow(3, right, 1)?;
        y = (y + seen.broadcast_mul(&factor.reshape((1, (), 1, 1))?)?)?;
    }
    if stride == 1 {
        return Ok(y);
    }
    let every = |length: usize| Tensor::arange_step(0, length as u32, stride as u32, x.device());
    y.index_select(&every(s.height)?, 2)?
        .index_select(&every(s.width)?, 3)
}

#[derive(Clone, Copy)]
struct Sizes {
    images: usize,
    channels: usize,
    height: usize,
    width: usize,
    stride: usize,
}

impl Sizes {
    fn of(x: &Shape, weight: &Shape, bias: &Shape, stride: usize) -> Result<Self> {
        let (images, channels, height, width) = x.dims4()?;
        if weight.dims() != [channels, 1, 3, 3] || bias.dims() != [channels] {
            bail!("depthwise: {x:?} does not go with {weight:?} and {bias:?}");
        }
        if channels * height * width == 0 {
            bail!("depthwise: {x:?} has no places");
        }
        if !(1..=2).contains(&stride) {
            bail!("depthwise: the stride is {stride}; 1 and 2 are possible");
        }
        Ok(Self {
            images,
            channels,
            height,
            width,
            stride,
        })
    }

    fn size(self) -> (usize, usize) {
        (
            self.height.div_ceil(self.stride),
            self.width.div_ceil(self.stride),
        )
    }

    fn places(self) -> usize {
        self.height * self.width
    }

    fn results(self) -> usize {
        let (height, width) = self.size();
        height * width
    }

    /// Numbers of a line with its border.
    fn line(self) -> usize {
        self.width + 2
    }

    /// Numbers of a plane with its border, and two more, so that every tap sees as many numbers as there are in
    /// [`Sizes::wide`].
    fn padded(self) -> usize {
        (self.height + 2) * self.line() + 2
    }

    /// Numbers of a result whose lines are as long as those of a plane with its border.
    fn wide(self) -> usize {
        self.height * self.line()
    }

    /// Images that one thread takes on; depends on the number of threads alone, so that sums come out the same.
    fn share(self) -> usize {
        self.images.div_ceil(rayon::current_num_threads()).max(1)
    }

    /// Puts a plane within its border, which is 0 and stays so.
    fn pad<T: WithDType>(self, plane: &[T], padded: &mut [T]) {
        let inner = padded[self.line() + 1..].chunks_mut(self.line());
        for (line, inner) in plane.chunks_exact(self.width).zip(inner) {
            inner[..self.width].copy_from_slice(line);
        }
    }

    /// Puts gradients of results within a border at the places that they belong to; what lies between is 0 and stays so.
    fn spread<T: WithDType>(self, grad: &[T], padded: &mut [T]) {
        if self.stride == 1 {
            return self.pad(grad, padded);
        }
        let inner = padded[self.line() + 1..].chunks_mut(self.line() * self.stride);
        for (line, inner) in grad.chunks_exact(self.size().1).zip(inner) {
            for (to, from) in inner.iter_mut().step_by(self.stride).zip(line) {
                *to = *from;
            }
        }
    }
}

/// What a filter makes of a plane with its border: `wide` numbers, of which the last two of each line mean nothing.
fn correlate<T: WithDType>(padded: &[T], taps: [T; TAPS], line: usize, wide: &mut [T]) {
    let seen: [&[T]; TAPS] =
        std::array::from_fn(|tap| &padded[tap / 3 * line + tap % 3..][..wide.len()]);
    for (place, sum) in wide.iter_mut().enumerate() {
        let mut parts = T::zero();
        for (seen, tap) in seen.iter().zip(taps) {
            parts += seen[place] * tap;
        }
        *sum = parts;
    }
}

/// Σ a b of as many numbers each, in eight parts, which the compiler can do side by side.
fn dot<T: WithDType>(a: &[T], b: &[T]) -> T {
    let mut parts = [T::zero(); 8];
    let (mut eights, mut others) = (a.chunks_exact(8), b.chunks_exact(8));
    for (a, b) in (&mut eights).zip(&mut others) {
        for ((part, a), b) in parts.iter_mut().zip(a).zip(b) {
            *part += *a * *b;
        }
    }
    let rest = eights.remainder().iter().zip(others.remainder());
    let mut sum = rest.fold(T::zero(), |sum, (a, b)| sum + *a * *b);
    for part in parts {
        sum += part;
    }
    sum
}

fn taps_of<T: WithDType>(weight: &[T], channel: usize) -> [T; TAPS] {
    std::array::from_fn(|tap| weight[channel * TAPS + tap])
}

struct Depthwise {
    stride: usize,
    wants_weight: bool,
}

impl Depthwise {
    fn forward<T: WithDType>(s: Sizes, x: &[T], weight: &[T], bias: &[T]) -> Vec<T> {
        let mut y = vec![T::zero(); s.images * s.channels * s.results()];
        let share = s.share() * s.channels;
        let columns = s.size().1;
        y.par_chunks_mut(share * s.results())
            .zip(x.par_chunks(share * s.places()))
            .for_each(|(y, x)| {
                let mut padded = vec![T::zero(); s.padded()];
                let mut wide = vec![T::zero(); s.wide()];
                let planes = x
                    .chunks_exact(s.places())
                    .zip(y.chunks_exact_mut(s.results()));
                for (at, (plane, y)) in planes.enumerate() {
                    let channel = at % s.channels;
                    s.pad(plane, &mut padded);
                    correlate(&padded, taps_of(weight, channel), s.line(), &mut wide);
                    let lines = wide.chunks_exact(s.line()).step_by(s.stride);
                    for (y, line) in y.chunks_exact_mut(columns).zip(lines) {
                        for (y, sum) in y.iter_mut().zip(line.iter().step_by(s.stride)) {
                            *y = *sum + bias[channel];
                        }
                    }
                }
            });
        y
    }

    /// Gradients of input, weight (zeros if it is not wanted) and bias.
    fn backward<T: WithDType>(&self, s: Sizes, x: &[T], weight: &[T], grad: &[T]) -> [Vec<T>; 3] {
        let zero = T::zero();
        let mut grad_x = vec![zero; x.len()];
        let share = s.share() * s.channels;
        let parts: Vec<(Vec<T>, Vec<T>)> = grad_x
            .par_chunks_mut(share * s.places())
            .zip(x.par_chunks(share * s.places()))
            .zip(grad.par_chunks(share * s.results()))
            .map(|((grad_x, x), grad)| {
                let mut padded = vec![zero; s.padded()];
                let mut through = vec![zero; s.padded()];
                let mut wide = vec![zero; s.wide()];
                let mut of_weight = vec![zero; weight.len()];
                let mut of_bias = vec![zero; s.channels];
                let planes = grad_x
                    .chunks_exact_mut(s.places())
                    .zip(x.chunks_exact(s.places()))
                    .zip(grad.chunks_exact(s.results()));
                for (at, ((grad_x, x), grad)) in planes.enumerate() {
                    let channel = at % s.channels;
                    s.spread(grad, &mut through);
                    of_bias[channel] += total(grad);
                    if self.wants_weight {
                        s.pad(x, &mut padded);
                        // Between two lines are two numbers of the border: 0, so that the sum is over places alone.
                        let inner = &through[s.line() + 1..][..s.wide()];
                        let sums = &mut of_weight[channel * TAPS..][..TAPS];
                        for (tap, sum) in sums.iter_mut().enumerate() {
                            let seen = &padded[tap / 3 * s.line() + tap % 3..][..s.wide()];
                            *sum += dot(inner, seen);
                        }
                    }
                    // What each place has given to its neighbours comes back from them: the filter turned round.
                    let mut taps = taps_of(weight, channel);
                    taps.reverse();
                    correlate(&through, taps, s.line(), &mut wide);
                    let lines = wide.chunks_exact(s.line());
                    for (to, line) in grad_x.chunks_exact_mut(s.width).zip(lines) {
                        to.copy_from_slice(&line[..s.width]);
                    }
                }
                (of_weight, of_bias)
            })
            .collect();
        // In the order of the shares: the same sums each time.
        let mut sums = (vec![zero; weight.len()], vec![zero; s.channels]);
        for (of_weight, of_bias) in parts {
            sums.0.iter_mut().zip(of_weight).for_each(|(a, b)| *a += b);
            sums.1.iter_mut().zip(of_bias).for_each(|(a, b)| *a += b);
        }
        [grad_x, sums.0, sums.1]
    }

    fn gradients<T: WithDType>(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let s = Sizes::of(x.shape(), weight.shape(), bias.shape(), self.stride)?;
        let grad = grad.contiguous()?;
        let [of_x, of_weight, of_bias] = with_numbers::<T, _>(x, |x| {
            with_numbers::<T, _>(weight, |weight| {
                with_numbers::<T, _>(&grad, |grad| self.backward(s, x, weight, grad))
            })
        })???;
        let device = x.device();
        let of_weight = Tensor::from_vec(of_weight, weight.shape(), device)?;
        Ok((
            Some(Tensor::from_vec(of_x, x.shape(), device)?),
            self.wants_weight.then_some(of_weight),
            Some(Tensor::from_vec(of_bias, bias.shape(), device)?),
        ))
    }
}

impl CustomOp3 for Depthwise {
    fn name(&self) -> &'static str {
        "depthwise"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_at: &Layout,
        weight: &CpuStorage,
        weight_at: &Layout,
        bias: &CpuStorage,
        bias_at: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let shapes = (x_at.shape(), weight_at.shape(), bias_at.shape());
        let s = Sizes::of(shapes.0, shapes.1, shapes.2, self.stride)?;
        let y = match x {
            CpuStorage::F32(_) => CpuStorage::F32(Self::forward(
                s,
                numbers(x, x_at)?,
                numbers(weight, weight_at)?,
                numbers(bias, bias_at)?,
            )),
            CpuStorage::F64(_) => CpuStorage::F64(Self::forward(
                s,
                numbers(x, x_at)?,
                numbers(weight, weight_at)?,
                numbers(bias, bias_at)?,
            )),
            _ => bail!("depthwise is for f32 and f64"),
        };
        let (height, width) = s.size();
        Ok((y, Shape::from((s.images, s.channels, height, width))))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        match x.dtype() {
            DType::F32 => self.gradients::<f32>(x, weight, bias, grad),
            _ => self.gradients::<f64>(x, weight, bias, grad),
        }
    }
}

/// A sum in eight parts, which the compiler can do side by side.
fn total<T: WithDType>(row: &[T]) -> T {
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
