//! The two without blocks: convolutions one after the other, and none at all.

use candle_core::{Result, Tensor};
use candle_nn::{Linear, VarBuilder};

use super::Backbone;
use super::parts::{Conv, fresh, pooled_size};
use crate::demos::rbf::conv::{After, convs_linear};
use crate::demos::rbf::data::Shape;
use crate::demos::rbf::linear;

pub struct Plain {
    convs: [Conv; 3],
    last: Linear,
}

impl Plain {
    pub fn new(shape: Shape, dims: usize, vars: &VarBuilder) -> Result<Self> {
        let (height, width) = pooled_size(shape, 2)?;
        Ok(Self {
            convs: [
                Conv::new(shape.channels, 16, 3, &vars.pp("conv1"))?,
                Conv::new(16, 32, 3, &vars.pp("conv2"))?,
                Conv::new(32, 64, 3, &vars.pp("conv3"))?,
            ],
            last: fresh(64 * height * width, dims, &vars.pp("embedding"))?,
        })
    }
}

impl Backbone for Plain {
    fn embed(&self, images: &Tensor) -> Result<Tensor> {
        let [first, second, third] = &self.convs;
        let layers = [
            first.layer(After::ReluPool),
            second.layer(After::ReluPool),
            third.layer(After::Relu),
        ];
        convs_linear(images, &layers, &self.last)
    }
}

pub struct FullyConnected {
    layers: [Linear; 2],
    last: Linear,
}

impl FullyConnected {
    pub fn new(shape: Shape, dims: usize, vars: &VarBuilder) -> Result<Self> {
        Ok(Self {
            layers: [
                fresh(shape.pixels(), 256, &vars.pp("fc1"))?,
                fresh(256, 128, &vars.pp("fc2"))?,
            ],
            last: fresh(128, dims, &vars.pp("embedding"))?,
        })
    }
}

impl Backbone for FullyConnected {
    fn embed(&self, images: &Tensor) -> Result<Tensor> {
        let mut x = images.flatten_from(1)?;
        for layer in &self.layers {
            x = linear::of(layer, &x)?.relu()?;
        }
        linear::of(&self.last, &x)
    }
}
