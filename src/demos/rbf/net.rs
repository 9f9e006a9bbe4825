//! The network: a backbone that makes embeddings of images, and a head that makes logits of embeddings.

use candle_core::{Result, Tensor};
use candle_nn::{Init, Linear, VarBuilder};
use serde::{Deserialize, Serialize};

use super::conv::{After, Layer, convs_linear};
use super::data::Shape;
use super::layer::{Activated, RbfConfig, RbfLayer};
use super::linear;

/// Which backbone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackboneKind {
    /// Three convolutions of 16, 32 and 64 outputs, two poolings: what trains on stage.
    Plain,
    /// Two layers of 256 and 128, for the talk's "plug and play" question.
    FullyConnected,
}

/// Images (n, channels, height, width) → embeddings (n, d). The last layer is linear, without activation and without
/// dropout, as the RBF layer wants it.
pub trait Backbone: Send {
    /// # Errors
    /// If the shape is another.
    fn embed(&self, images: &Tensor) -> Result<Tensor>;
}

/// # Errors
/// If the images are too small for it, or the variables are there with other shapes.
pub fn backbone(
    kind: BackboneKind,
    shape: Shape,
    dims: usize,
    vars: &VarBuilder,
) -> Result<Box<dyn Backbone>> {
    Ok(match kind {
        BackboneKind::Plain => Box::new(Plain::new(shape, dims, vars)?),
        BackboneKind::FullyConnected => Box::new(FullyConnected::new(shape, dims, vars)?),
    })
}

fn fresh(from: usize, to: usize, vars: &VarBuilder) -> Result<Linear> {
    // Small at first: a rectifier behind it that starts far below 0 for all images would never learn again.
    let bound = (from as f64).sqrt().recip();
    let within = Init::Uniform {
        lo: -bound,
        up: bound,
    };
    let weight = vars.get_with_hints((to, from), "weight", within)?;
    let bias = vars.get_with_hints(to, "bias", candle_nn::init::ZERO)?;
    Ok(Linear::new(weight, Some(bias)))
}

/// A convolution of 3 × 3 with its bias.
struct Conv {
    weight: Tensor,
    bias: Tensor,
}

impl Conv {
    fn new(from: usize, to: usize, vars: &VarBuilder) -> Result<Self> {
        let init = candle_nn::init::DEFAULT_KAIMING_NORMAL;
        Ok(Self {
            weight: vars.get_with_hints((to, from, 3, 3), "weight", init)?,
            bias: vars.get_with_hints(to, "bias", candle_nn::init::ZERO)?,
        })
    }

    fn layer(&self, after: After) -> Layer<'_> {
        Layer::new(&self.weight, &self.bias, after)
    }
}

struct Plain {
    convs: [Conv; 3],
    last: Linear,
}

impl Plain {
    fn new(shape: Shape, dims: usize, vars: &VarBuilder) -> Result<Self> {
        if shape.height < 4 || shape.width < 4 {
            candle_core::bail!(
                "images of {} × {} are too small to be pooled twice",
                shape.height,
                shape.width
            );
        }
        let places = (shape.height / 4) * (shape.width / 4);
        Ok(Self {
            convs: [
                Conv::new(shape.channels, 16, &vars.pp("conv1"))?,
                Conv::new(16, 32, &vars.pp("conv2"))?,
                Conv::new(32, 64, &vars.pp("conv3"))?,
            ],
            last: fresh(64 * places, dims, &vars.pp("embedding"))?,
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

struct FullyConnected {
    layers: [Linear; 2],
    last: Linear,
}

impl FullyConnected {
    fn new(shape: Shape, dims: usize, vars: &VarBuilder) -> Result<Self> {
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

/// Which head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadKind {
    Rbf,
    /// ReLU and a linear layer: the baseline.
    Softmax,
}

pub enum Head {
    Rbf(RbfLayer),
    Softmax(Linear),
}

pub struct Net {
    pub backbone: Box<dyn Backbone>,
    pub head: Head,
}

impl Net {
    /// # Errors
    /// See [`backbone`].
    pub fn new(
        kind: BackboneKind,
        head: HeadKind,
        config: RbfConfig,
        shape: Shape,
        vars: &VarBuilder,
    ) -> Result<Self> {
        let backbone = backbone(kind, shape, config.dims, &vars.pp("backbone"))?;
        let vars = vars.pp("head");
        let head = match head {
            HeadKind::Rbf => Head::Rbf(RbfLayer::new(config, &vars)?),
            HeadKind::Softmax => Head::Softmax(fresh(config.dims, config.classes, &vars)?),
        };
        Ok(Self { backbone, head })
    }

    /// Logits (n, classes) of embeddings (n, d), and what an RBF head has made on the way.
    ///
    /// # Errors
    /// If the shape is another.
    pub fn read_out(&self, embeddings: &Tensor) -> Result<(Tensor, Option<Activated>)> {
        match &self.head {
            Head::Rbf(layer) => {
                let activated = layer.forward(embeddings)?;
                Ok((activated.logits.clone(), Some(activated)))
            }
            Head::Softmax(layer) => Ok((linear::of(layer, &embeddings.relu()?)?, None)),
        }
    }
}
