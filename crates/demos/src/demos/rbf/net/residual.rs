//! A small residual net: K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
//!
//! As their net for CIFAR (4.2): 16, 32 and 64 channels, 3 × 3 filters, one linear layer; but one block a size where
//! they have 3 to 18, a pooled convolution between the sizes in place of one with stride 2, and no mean over the places
//! that are left: after two epochs of the digits it was right for 53 % with it and for 90 % without (RBF head, seed 1).

use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder};

use super::Backbone;
use super::parts::{Conv, fresh, pooled_size};
use crate::demos::rbf::data::Shape;

/// y = ReLU(x + conv(ReLU(conv(x)))): their equation 1. There is no batch normalisation; the second convolution starts
/// at 0 instead ([`Conv::zero`]).
struct Block {
    first: Conv,
    second: Conv,
}

impl Block {
    fn new(channels: usize, vars: &VarBuilder) -> Result<Self> {
        Ok(Self {
            first: Conv::new(channels, channels, 3, &vars.pp("conv1"))?,
            second: Conv::zero(channels, channels, 3, &vars.pp("conv2"))?,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        (x + self.second.linear(&self.first.relu(x)?)?)?.relu()
    }
}

pub struct Residual {
    /// A convolution that halves height and width, and a block.
    stages: [(Conv, Block); 3],
    last: Linear,
}

impl Residual {
    pub fn new(shape: Shape, dims: usize, vars: &VarBuilder) -> Result<Self> {
        let (height, width) = pooled_size(shape, 3)?;
        let stage = |from, to, name: &str| {
            let vars = vars.pp(name);
            let conv = Conv::pooling(from, to, 3, &vars.pp("conv"))?;
            Ok::<_, candle_core::Error>((conv, Block::new(to, &vars.pp("block"))?))
        };
        Ok(Self {
            stages: [
                stage(shape.channels, 16, "stage1")?,
                stage(16, 32, "stage2")?,
                stage(32, 64, "stage3")?,
            ],
            last: fresh(64 * height * width, dims, &vars.pp("embedding"))?,
        })
    }
}

impl Backbone for Residual {
    fn embed(&self, images: &Tensor) -> Result<Tensor> {
        let mut x = images.clone();
        for (conv, block) in &self.stages {
            x = block.forward(&conv.pooled(&x)?)?;
        }
        self.last.forward(&x.flatten_from(1)?)
    }
}
