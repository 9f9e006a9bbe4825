//! Convolution + bias + ReLU as one operation on the CPU, forward and backward.
//!
//! Candle's own backward pass of a convolution is the slowest part of a training step by far. Here each image is
//! unrolled (im2col) into a matrix that stays in the cache, multiplied by faer, whose matrix product is about twice as
//! fast as the one candle uses; the batch is split over threads. Off the CPU the stock operations do the same.
//!
//! **Contract (tested):** values and gradients are those of `conv2d`, a bias, and `relu`, in f32 and f64.

use candle_core::{
    CpuStorage, CustomOp3, DType, Device, Layout, Result, Shape, Storage, Tensor, WithDType, bail,
};
use faer::linalg::matmul::matmul;
use faer::traits::RealField;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

/// `relu(x ∗ weight + bias)`: stride 1, padded so that height and width stay as they are.
///
/// Shapes: `x` is (images, channels, height, width), `weight` (outputs, channels, side, side) with an odd side,
/// `bias` (outputs). The result is (images, outputs, height, width).
///
/// # Errors
/// If the shapes or types do not fit.
pub fn conv_relu(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    if matches!(x.device(), Device::Cpu) {
        let (x, weight, bias) = (x.contiguous()?, weight.contiguous()?, bias.contiguous()?);
        return x.apply_op3(&weight, &bias, ConvRelu);
    }
    conv_relu_stock(x, weight, bias)
}

/// The same by candle's own operations: the twin that [`conv_relu`] is tested against, and what runs on a GPU.
///
/// # Errors
/// If the shapes or types do not fit.
pub fn conv_relu_stock(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    let side = weight.dim(2)?;
    let bias = bias.reshape((1, (), 1, 1))?;
    x.conv2d(weight, side / 2, 1, 1, 1)?
        .broadcast_add(&bias)?
        .relu()
}

struct ConvRelu;

/// Sizes of one call.
#[derive(Clone, Copy)]
struct Sizes {
    images: usize,
    channels: usize,
    height: usize,
    width: usize,
    outputs: usize,
    side: usize,
}

impl Sizes {
    fn of(x: &Shape, weight: &Shape, bias: &Shape) -> Result<Self> {
        let (images, channels, height, width) = x.dims4()?;
        let (outputs, inner, side, other_side) = weight.dims4()?;
        if inner != channels || side != other_side || side % 2 == 0 || bias.dims() != [outputs] {
            bail!("conv_relu: {x:?} does not go with {weight:?} and {bias:?}");
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
    fn places(self) -> usize {
        self.height * self.width
    }

    /// Rows of an unrolled image: what one output at one place is a sum over.
    fn taps(self) -> usize {
        self.channels * self.side * self.side
    }

    fn input(self) -> usize {
        self.channels * self.places()
    }

    fn output(self) -> usize {
        self.outputs * self.places()
    }

    /// Images that one thread takes on; depends on the number of threads alone, so that sums come out the same.
    fn share(self) -> usize {
        self.images.div_ceil(rayon::current_num_threads()).max(1)
    }
}

/// The row of the image above which a tap looks, as an offset.
fn offset(tap: usize, side: usize) -> isize {
    tap as isize - (side / 2) as isize
}

/// Unrolls an image: row (channel, dy, dx) has what each place sees there, 0 outside.
fn unroll<T: WithDType>(image: &[T], columns: &mut [T], s: Sizes) {
    let rows = columns.chunks_exact_mut(s.places());
    let taps = (0..s.channels)
        .flat_map(|c| (0..s.side).flat_map(move |dy| (0..s.side).map(move |dx| (c, dy, dx))));
    for ((c, dy, dx), row) in taps.zip(rows) {
        let plane = &image[c * s.places()..(c + 1) * s.places()];
        for (y, line) in row.chunks_exact_mut(s.width).enumerate() {
            let Some((from, to, source)) = overlap(y, dy, dx, s) else {
                line.fill(T::zero());
                continue;
            };
            line[..from].fill(T::zero());
            line[to..].fill(T::zero());
            line[from..to].copy_from_slice(&plane[source..source + to - from]);
        }
    }
}

/// The reverse: adds each row of the unrolled gradient to the places that it was taken from.
fn roll<T: WithDType>(columns: &[T], image: &mut [T], s: Sizes) {
    let rows = columns.chunks_exact(s.places());
    let taps = (0..s.channels)
        .flat_map(|c| (0..s.side).flat_map(move |dy| (0..s.side).map(move |dx| (c, dy, dx))));
    for ((c, dy, dx), row) in taps.zip(rows) {
        let plane = &mut image[c * s.places()..(c + 1) * s.places()];
        for (y, line) in row.chunks_exact(s.width).enumerate() {
            if let Some((from, to, target)) = overlap(y, dy, dx, s) {
                for (sum, part) in plane[target..target + to - from]
                    .iter_mut()
                    .zip(&line[from..to])
                {
                    *sum += *part;
                }
            }
        }
    }
}

/// Where line `y`, seen through a tap, lies inside the image: from and to in the line, and its start in the plane.
fn overlap(y: usize, dy: usize, dx: usize, s: Sizes) -> Option<(usize, usize, usize)> {
    let above = y
        .checked_add_signed(offset(dy, s.side))
        .filter(|y| *y < s.height)?;
    let shift = offset(dx, s.side);
    let from = (-shift).max(0) as usize;
    let to = s.width - (shift.max(0) as usize).min(s.width);
    (from < to).then(|| (from, to, above * s.width + from.wrapping_add_signed(shift)))
}

fn rows_of<T>(slice: &[T], rows: usize) -> MatRef<'_, T> {
    MatRef::from_row_major_slice(slice, rows, slice.len() / rows)
}

fn rows_of_mut<T>(slice: &mut [T], rows: usize) -> MatMut<'_, T> {
    let columns = slice.len() / rows;
    MatMut::from_row_major_slice_mut(slice, rows, columns)
}

fn forward<T: WithDType + RealField>(x: &[T], weight: &[T], bias: &[T], s: Sizes) -> Vec<T> {
    let mut y = vec![<T as WithDType>::from_f64(0.0); s.images * s.output()];
    let zero = <T as WithDType>::from_f64(0.0);
    let one = <T as WithDType>::from_f64(1.0);
    let shares = y.par_chunks_mut(s.share() * s.output());
    shares
        .zip(x.par_chunks(s.share() * s.input()))
        .for_each(|(y, x)| {
            let mut columns = vec![zero; s.taps() * s.places()];
            let images = x.chunks_exact(s.input());
            for (x, y) in images.zip(y.chunks_exact_mut(s.output())) {
                unroll(x, &mut columns, s);
                let to = rows_of_mut(y, s.outputs);
                let (weight, columns) = (rows_of(weight, s.outputs), rows_of(&columns, s.taps()));
                matmul(to, Accum::Replace, weight, columns, one, Par::Seq);
                for (plane, bias) in y.chunks_exact_mut(s.places()).zip(bias) {
                    for value in plane {
                        *value += *bias;
                        if *value < zero {
                            *value = zero;
                        }
                    }
                }
            }
        });
    y
}

/// Gradients of input, weight and bias.
struct Gradients<T> {
    x: Vec<T>,
    weight: Vec<T>,
    bias: Vec<T>,
}

fn backward<T: WithDType + RealField>(
    x: &[T],
    weight: &[T],
    (y, grad): (&[T], &[T]),
    s: Sizes,
) -> Gradients<T> {
    let zero = <T as WithDType>::from_f64(0.0);
    let one = <T as WithDType>::from_f64(1.0);
    let mut grad_x = vec![zero; s.images * s.input()];
    let inputs = x.par_chunks(s.share() * s.input());
    let outputs = y.par_chunks(s.share() * s.output());
    let grads = grad.par_chunks(s.share() * s.output());
    let parts: Vec<(Vec<T>, Vec<T>)> = grad_x
        .par_chunks_mut(s.share() * s.input())
        .zip(inputs)
        .zip(outputs.zip(grads))
        .map(|((grad_x, x), (y, grad))| {
            let mut columns = vec![zero; s.taps() * s.places()];
            let mut through = vec![zero; s.output()];
            let mut grad_weight = vec![zero; s.outputs * s.taps()];
            let mut grad_bias = vec![zero; s.outputs];
            let images = x
                .chunks_exact(s.input())
                .zip(grad_x.chunks_exact_mut(s.input()));
            let results = y
                .chunks_exact(s.output())
                .zip(grad.chunks_exact(s.output()));
            for ((x, grad_x), (y, grad)) in images.zip(results) {
                for ((through, y), grad) in through.iter_mut().zip(y).zip(grad) {
                    *through = if *y > zero { *grad } else { zero };
                }
                for (sum, plane) in grad_bias.iter_mut().zip(through.chunks_exact(s.places())) {
                    for value in plane {
                        *sum += *value;
                    }
                }
                unroll(x, &mut columns, s);
                let through = rows_of(&through, s.outputs);
                let to = rows_of_mut(&mut grad_weight, s.outputs);
                let seen = rows_of(&columns, s.taps());
                matmul(to, Accum::Add, through, seen.transpose(), one, Par::Seq);
                let to = rows_of_mut(&mut columns, s.taps());
                let weight = rows_of(weight, s.outputs);
                matmul(
                    to,
                    Accum::Replace,
                    weight.transpose(),
                    through,
                    one,
                    Par::Seq,
                );
                roll(&columns, grad_x, s);
            }
            (grad_weight, grad_bias)
        })
        .collect();
    let mut sums = Gradients {
        x: grad_x,
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

/// The numbers of a contiguous tensor on the CPU.
fn numbers<'a, T: WithDType>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<T>()?[from..to]),
        None => bail!("conv_relu: a tensor is not contiguous"),
    }
}

fn with_numbers<T: WithDType, R>(
    tensor: &Tensor,
    then: impl FnOnce(&[T]) -> Result<R>,
) -> Result<R> {
    let (storage, layout) = tensor.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => then(numbers(storage, layout)?),
        _ => bail!("conv_relu: a tensor is not on the CPU"),
    }
}

impl CustomOp3 for ConvRelu {
    fn name(&self) -> &'static str {
        "conv_relu"
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
        let s = Sizes::of(x_at.shape(), weight_at.shape(), bias_at.shape())?;
        let shape = Shape::from((s.images, s.outputs, s.height, s.width));
        let y = match x {
            CpuStorage::F32(_) => CpuStorage::F32(forward(
                numbers(x, x_at)?,
                numbers(weight, weight_at)?,
                numbers(bias, bias_at)?,
                s,
            )),
            CpuStorage::F64(_) => CpuStorage::F64(forward(
                numbers(x, x_at)?,
                numbers(weight, weight_at)?,
                numbers(bias, bias_at)?,
                s,
            )),
            _ => bail!("conv_relu is for f32 and f64"),
        };
        Ok((y, shape))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        y: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let grads = match x.dtype() {
            DType::F32 => gradients::<f32>(x, weight, bias, y, grad)?,
            _ => gradients::<f64>(x, weight, bias, y, grad)?,
        };
        let [x, weight, bias] = grads;
        Ok((Some(x), Some(weight), Some(bias)))
    }
}

fn gradients<T: WithDType + RealField>(
    x: &Tensor,
    weight: &Tensor,
    bias: &Tensor,
    y: &Tensor,
    grad: &Tensor,
) -> Result<[Tensor; 3]> {
    let s = Sizes::of(x.shape(), weight.shape(), bias.shape())?;
    let grad = grad.contiguous()?;
    let sums = with_numbers::<T, _>(x, |x_numbers| {
        with_numbers::<T, _>(weight, |weight| {
            with_numbers::<T, _>(y, |y| {
                with_numbers::<T, _>(&grad, |grad| Ok(backward(x_numbers, weight, (y, grad), s)))
            })
        })
    })?;
    Ok([
        Tensor::from_vec(sums.x, x.shape(), x.device())?,
        Tensor::from_vec(sums.weight, weight.shape(), x.device())?,
        Tensor::from_vec(sums.bias, bias.shape(), x.device())?,
    ])
}
