//! Convolution + bias + ReLU (+ 2 × 2 maximum) as one operation on the CPU, forward and backward.
//!
//! Candle's own backward pass of a convolution is the slowest part of a training step by far. Here a few images at a
//! time are unrolled (im2col) into a matrix that stays in the cache, multiplied by faer, whose matrix product is about
//! twice as fast as the one candle uses; the batch is split over threads. Pooling in the same pass keeps the large
//! result of a convolution out of memory altogether. Off the CPU the stock operations do the same.
//!
//! **Contract (tested):** values and gradients are those of `conv2d`, a bias, `relu` and a maximum of each window, in f32 and f64.

pub mod depthwise;
mod pass;
mod unroll;

use std::sync::{Arc, OnceLock};

use candle_core::{
    CpuStorage, CustomOp3, DType, Device, Layout, Result, Shape, Storage, Tensor, WithDType, bail,
};
use faer::traits::RealField;

use self::pass::{Known, Pass};
use self::unroll::Sizes;
use super::pool::max_pool;

/// `relu(x ∗ weight + bias)`: stride 1, padded so that height and width stay as they are.
///
/// Shapes: `x` is (images, channels, height, width), `weight` (outputs, channels, side, side) with an odd side,
/// `bias` (outputs). The result is (images, outputs, height, width).
///
/// # Errors
/// If the shapes or types do not fit.
pub fn conv_relu(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    conv(x, weight, bias, After::Relu)
}

/// `x ∗ weight + bias`, as [`conv_relu`] without the ReLU.
///
/// # Errors
/// If the shapes or types do not fit.
pub fn conv_bias(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    conv(x, weight, bias, After::Nothing)
}

/// [`conv_relu`] and then the largest of each 2 × 2 places: (images, outputs, height / 2, width / 2). An odd last row or
/// column is left out, as candle does.
///
/// # Errors
/// If the shapes or types do not fit, or there is not one whole window.
pub fn conv_relu_pool(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    conv(x, weight, bias, After::ReluPool)
}

/// What follows on convolution and bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    Nothing,
    Relu,
    ReluPool,
}

fn conv(x: &Tensor, weight: &Tensor, bias: &Tensor, after: After) -> Result<Tensor> {
    if !matches!(x.device(), Device::Cpu) {
        return conv_stock(x, weight, bias, after);
    }
    let (x, weight, bias) = (x.contiguous()?, weight.contiguous()?, bias.contiguous()?);
    // Images are not learned: their gradient is not worked out, which is a third of the first layer's work.
    let op = Conv {
        after,
        wants_input: x.track_op(),
        winners: OnceLock::new(),
    };
    x.apply_op3_arc(&weight, &bias, Arc::new(Box::new(op)))
}

/// The same by candle's own operations: the twin that tests compare with, and what runs on a GPU.
///
/// # Errors
/// If the shapes or types do not fit.
pub fn conv_stock(x: &Tensor, weight: &Tensor, bias: &Tensor, after: After) -> Result<Tensor> {
    let side = weight.dim(2)?;
    let bias = bias.reshape((1, (), 1, 1))?;
    let y = x.conv2d(weight, side / 2, 1, 1, 1)?.broadcast_add(&bias)?;
    match after {
        After::Nothing => Ok(y),
        After::Relu => y.relu(),
        After::ReluPool => max_pool(&y.relu()?),
    }
}

struct Conv {
    after: After,
    wants_input: bool,
    /// Which of its four places each pooled result came from, from the forward pass.
    winners: OnceLock<Vec<u8>>,
}

/// The numbers of a contiguous tensor on the CPU.
fn numbers<'a, T: WithDType>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<T>()?[from..to]),
        None => bail!("conv: a tensor is not contiguous"),
    }
}

fn with_numbers<T: WithDType, R>(
    tensor: &Tensor,
    then: impl FnOnce(&[T]) -> Result<R>,
) -> Result<R> {
    let (storage, layout) = tensor.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => then(numbers(storage, layout)?),
        _ => bail!("conv: a tensor is not on the CPU"),
    }
}

impl Conv {
    fn forward<T: WithDType + RealField>(
        &self,
        pass: Pass,
        x: &[T],
        weight: &[T],
        bias: &[T],
    ) -> Vec<T> {
        let (y, winners) = pass.forward(x, weight, bias);
        // Set once: an operation is made for one call.
        let _ = self.winners.set(winners);
        y
    }

    fn gradients<T: WithDType + RealField>(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        y: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let s = Sizes::of(x.shape(), weight.shape(), bias.shape())?;
        let pass = Pass::new(s, self.after)?;
        let grad = grad.contiguous()?;
        let winners = self.winners.get().map_or(&[][..], Vec::as_slice);
        let sums = with_numbers::<T, _>(x, |x| {
            with_numbers::<T, _>(weight, |weight| {
                with_numbers::<T, _>(y, |y| {
                    with_numbers::<T, _>(&grad, |grad| {
                        let known = Known { y, grad, winners };
                        Ok(pass.backward(x, weight, known, self.wants_input))
                    })
                })
            })
        })?;
        let device = x.device();
        let of_x = sums.x.map(|all| Tensor::from_vec(all, x.shape(), device));
        Ok((
            of_x.transpose()?,
            Some(Tensor::from_vec(sums.weight, weight.shape(), device)?),
            Some(Tensor::from_vec(sums.bias, bias.shape(), device)?),
        ))
    }
}

impl CustomOp3 for Conv {
    fn name(&self) -> &'static str {
        "conv"
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
        let pass = Pass::new(s, self.after)?;
        let y = match x {
            CpuStorage::F32(_) => CpuStorage::F32(self.forward(
                pass,
                numbers(x, x_at)?,
                numbers(weight, weight_at)?,
                numbers(bias, bias_at)?,
            )),
            CpuStorage::F64(_) => CpuStorage::F64(self.forward(
                pass,
                numbers(x, x_at)?,
                numbers(weight, weight_at)?,
                numbers(bias, bias_at)?,
            )),
            _ => bail!("conv is for f32 and f64"),
        };
        Ok((y, pass.shape()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        y: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        match x.dtype() {
            DType::F32 => self.gradients::<f32>(x, weight, bias, y, grad),
            _ => self.gradients::<f64>(x, weight, bias, y, grad),
        }
    }
}
