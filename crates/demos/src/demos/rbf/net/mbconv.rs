//! A small net of inverted bottlenecks: M. Tan, Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional
//! Neural Networks", ICML 2019, after M. Sandler et al., "MobileNetV2", CVPR 2018.
//!
//! As EfficientNet-B0 begins and ends, with fewer and narrower blocks: a convolution, a block that does not widen, one
//! that widens and halves the image, one that widens and is added to its own input, a 1 × 1 convolution, a linear layer.
//! The first convolution has ReLU and pooling, which are one operation here, in place of stride 2 and SiLU; there is no
//! mean over places at the end, without which it learns faster.

use candle_core::{Result, Tensor};
use candle_nn::ops::sigmoid;
use candle_nn::{Linear, Module, VarBuilder};

use super::Backbone;
use super::parts::{Conv, fresh, mean_of_places, pooled_size};
use crate::demos::rbf::conv::depthwise::depthwise;
use crate::demos::rbf::data::Shape;

/// How many times wider a block is inside (B0: 6).
const WIDER: usize = 4;
/// Squeeze-and-excitation looks at the places' means in a quarter as many numbers as go into the block (B0, too).
const SQUEEZED: usize = 4;

/// Expand (1 × 1, SiLU) → depthwise 3 × 3, SiLU → squeeze-and-excitation → project (1 × 1, linear).
struct Block {
    expand: Option<Conv>,
    weight: Tensor,
    bias: Tensor,
    stride: usize,
    /// J. Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018.
    squeeze: Linear,
    excite: Linear,
    project: Conv,
    /// The block's result is added to what went in, if that has the same shape.
    skips: bool,
}

impl Block {
    fn new(from: usize, to: usize, wider: usize, stride: usize, vars: &VarBuilder) -> Result<Self> {
        let inside = from * wider;
        let few = (from / SQUEEZED).max(1);
        let skips = from == to && stride == 1;
        let init = candle_nn::init::DEFAULT_KAIMING_NORMAL;
        let project = if skips { Conv::zero } else { Conv::new };
        Ok(Self {
            expand: (wider > 1)
                .then(|| Conv::new(from, inside, 1, &vars.pp("expand")))
                .transpose()?,
            weight: vars.get_with_hints((inside, 1, 3, 3), "depthwise.weight", init)?,
            bias: vars.get_with_hints(inside, "depthwise.bias", candle_nn::init::ZERO)?,
            stride,
            squeeze: fresh(inside, few, &vars.pp("squeeze"))?,
            excite: fresh(few, inside, &vars.pp("excite"))?,
            project: project(inside, to, 1, &vars.pp("project"))?,
            skips,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let wide = match &self.expand {
            Some(expand) => expand.linear(x)?.silu()?,
            None => x.clone(),
        };
        let wide = depthwise(&wide, &self.weight, &self.bias, self.stride)?.silu()?;
        let squeezed = self.squeeze.forward(&mean_of_places(&wide)?)?.silu()?;
        let gate = sigmoid(&self.excite.forward(&squeezed)?)?;
        let wide = wide.broadcast_mul(&gate.unsqueeze(2)?.unsqueeze(3)?)?;
        let y = self.project.linear(&wide)?;
        if self.skips { x + y } else { Ok(y) }
    }
}

pub struct MbConvNet {
    first: Conv,
    blocks: [Block; 3],
    widen: Conv,
    last: Linear,
}

impl MbConvNet {
    pub fn new(shape: Shape, dims: usize, vars: &VarBuilder) -> Result<Self> {
        let (height, width) = pooled_size(shape, 1)?;
        // The second block rounds up when it halves.
        let places = height.div_ceil(2) * width.div_ceil(2);
        Ok(Self {
            first: Conv::pooling(shape.channels, 16, 3, &vars.pp("conv"))?,
            blocks: [
                Block::new(16, 16, 1, 1, &vars.pp("block1"))?,
                Block::new(16, 24, WIDER, 2, &vars.pp("block2"))?,
                Block::new(24, 24, WIDER, 1, &vars.pp("block3"))?,
            ],
            widen: Conv::new(24, 24 * WIDER, 1, &vars.pp("widen"))?,
            last: fresh(24 * WIDER * places, dims, &vars.pp("embedding"))?,
        })
    }
}

impl Backbone for MbConvNet {
    fn embed(&self, images: &Tensor) -> Result<Tensor> {
        let mut x = self.first.pooled(images)?;
        for block in &self.blocks {
            x = block.forward(&x)?;
        }
        let x = self.widen.linear(&x)?.silu()?;
        self.last.forward(&x.flatten_from(1)?)
    }
}
