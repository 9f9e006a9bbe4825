//! Convolution + bias + ReLU (+ 2 × 2 maximum) as one operation on the CPU, forward and backward; several of them, with
//! a linear layer behind them, as one operation too.
//!
//! Candle's own backward pass of a convolution is the slowest part of a training step by far. Here a few images at a
//! time are unrolled (im2col) into a matrix that stays in the cache, multiplied by faer, whose matrix product is about
//! twice as fast as the one candle uses; the batch is split over threads. Pooling in the same pass keeps the large
//! result of a convolution out of memory altogether. What is not a product is compiled for each width of vectors and
//! the widest that the processor has is taken. Off the CPU the stock operations do the same.
//!
//! **Contract (tested):** values and gradients are those of `conv2d`, a bias, `relu` and a maximum of each window, in f32 and f64.

pub mod depthwise;
mod direct;
mod pass;
mod stack;
mod unroll;

use candle_core::{DType, Device, Result, Tensor, bail};
use candle_nn::{Linear, Module};

use self::pass::Pass;
use self::stack::{Plan, Stack};
use self::unroll::{Layout, Sizes};
use super::pool::max_pool;

/// `relu(x ∗ weight + bias)`: stride 1, padded so that height and width stay as they are.
///
/// Shapes: `x` is (images, channels, height, width), `weight` (outputs, channels, side, side) with an odd side,
/// `bias` (outputs). The result is (images, outputs, height, width).
///
/// # Errors
/// If the shapes or types do not fit.
pub fn conv_relu(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    conv(x, Layer::new(weight, bias, After::Relu))
}

/// `x ∗ weight + bias`, as [`conv_relu`] without the ReLU.
///
/// # Errors
/// If the shapes or types do not fit.
pub fn conv_bias(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    conv(x, Layer::new(weight, bias, After::Nothing))
}

/// [`conv_relu`] and then the largest of each 2 × 2 places: (images, outputs, height / 2, width / 2). An odd last row or
/// column is left out, as candle does.
///
/// # Errors
/// If the shapes or types do not fit, or there is not one whole window.
pub fn conv_relu_pool(x: &Tensor, weight: &Tensor, bias: &Tensor) -> Result<Tensor> {
    conv(x, Layer::new(weight, bias, After::ReluPool))
}

/// Convolutions one after the other, flattened, and a linear layer with a bias behind them: (images, outputs).
///
/// Shapes: as [`conv_relu`] for each layer; the linear layer has as many inputs as the last result has numbers.
///
/// # Errors
/// If there is no layer, or shapes or types do not fit.
pub fn convs_linear(x: &Tensor, layers: &[Layer], linear: &Linear) -> Result<Tensor> {
    match (x.device(), linear.bias()) {
        (Device::Cpu, Some(bias)) => apply(x, layers, Some((linear.weight(), bias))),
        _ => convs_linear_stock(x, layers, linear),
    }
}

/// The same by candle's own operations: the twin of [`convs_linear`].
///
/// # Errors
/// If shapes or types do not fit.
pub fn convs_linear_stock(x: &Tensor, layers: &[Layer], linear: &Linear) -> Result<Tensor> {
    let mut x = x.clone();
    for layer in layers {
        x = conv_stock(&x, layer.weight, layer.bias, layer.after)?;
    }
    linear.forward(&x.flatten_from(1)?)
}

/// What follows on convolution and bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    Nothing,
    Relu,
    ReluPool,
}

/// A convolution by its parameters.
#[derive(Debug, Clone, Copy)]
pub struct Layer<'a> {
    pub weight: &'a Tensor,
    pub bias: &'a Tensor,
    pub after: After,
}

impl<'a> Layer<'a> {
    pub fn new(weight: &'a Tensor, bias: &'a Tensor, after: After) -> Self {
        Self {
            weight,
            bias,
            after,
        }
    }
}

fn conv(x: &Tensor, layer: Layer) -> Result<Tensor> {
    if !matches!(x.device(), Device::Cpu) {
        return conv_stock(x, layer.weight, layer.bias, layer.after);
    }
    apply(x, &[layer], None)
}

/// The twin of one layer: what runs on a GPU.
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

fn apply(x: &Tensor, layers: &[Layer], linear: Option<(&Tensor, &Tensor)>) -> Result<Tensor> {
    let (images, channels, height, width) = x.dims4()?;
    let mut image = [channels, height, width];
    let mut passes = Vec::new();
    let mut params = Vec::new();
    for layer in layers {
        let s = Sizes::of(image, layer.weight.dims(), layer.bias.dims())?;
        let layout = if passes.is_empty() {
            Layout::First
        } else {
            Layout::Last
        };
        let pass = Pass::new(s, layer.after, layout)?;
        let (height, width) = pass.size();
        image = [s.outputs, height, width];
        passes.push(pass);
        params.extend([layer.weight.flatten_all()?, layer.bias.flatten_all()?]);
    }
    if let Some((weight, bias)) = linear {
        let outputs = bias.elem_count();
        if weight.dims() != [outputs, image.iter().product()] || bias.rank() != 1 {
            let (weight, bias) = (weight.shape(), bias.shape());
            bail!("conv: results of {image:?} do not go with {weight:?} and {bias:?}");
        }
        params.push(bias.clone());
    }
    let plan = Plan::new(images, passes, linear.map(|(_, bias)| bias.elem_count()))?;
    let params = Tensor::cat(&params, 0)?;
    let weight = match linear {
        Some((weight, _)) => weight.clone(),
        None => Tensor::zeros(0, x.dtype(), x.device())?,
    };
    if params.dtype() != x.dtype() || weight.dtype() != x.dtype() {
        let types = [x.dtype(), params.dtype(), weight.dtype()];
        bail!("conv: {types:?} do not go together");
    }
    match x.dtype() {
        DType::F32 => Stack::<f32>::apply(plan, x, &params, &weight),
        DType::F64 => Stack::<f64>::apply(plan, x, &params, &weight),
        _ => bail!("conv is for f32 and f64"),
    }
}
