//! The network: a backbone that makes embeddings of images, and a head that makes logits of embeddings.

mod inception;
mod mbconv;
mod parts;
mod plain;
mod residual;

use candle_core::{Result, Tensor};
use candle_nn::{Linear, VarBuilder};
use serde::{Deserialize, Serialize};

use self::inception::Inception;
use self::mbconv::MbConvNet;
use self::parts::fresh;
use self::plain::{FullyConnected, Plain};
use self::residual::Residual;
use super::data::Shape;
use super::interpret::Reader;
use super::layer::{Activated, RbfConfig, RbfLayer};
use super::linear;

/// Which backbone. All but the last are small relatives of the nets that they are named after, of a size that trains
/// on stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BackboneKind {
    /// Three convolutions of 16, 32 and 64 outputs, two poolings: what trains on stage.
    Plain,
    /// Residual blocks (He et al. 2016) of 16, 32 and 64 channels, each after a pooled convolution.
    Residual,
    /// Two blocks of parallel branches (Szegedy et al. 2015).
    Inception,
    /// Inverted bottlenecks with depthwise convolution and squeeze-and-excitation (Sandler et al. 2018, Tan & Le 2019).
    MbConv,
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
        BackboneKind::Residual => Box::new(Residual::new(shape, dims, vars)?),
        BackboneKind::Inception => Box::new(Inception::new(shape, dims, vars)?),
        BackboneKind::MbConv => Box::new(MbConvNet::new(shape, dims, vars)?),
        BackboneKind::FullyConnected => Box::new(FullyConnected::new(shape, dims, vars)?),
    })
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

    /// The head as plain numbers; none of a softmax head.
    ///
    /// # Errors
    /// Of the device.
    pub fn reader(&self) -> Result<Option<Reader>> {
        match &self.head {
            Head::Rbf(layer) => Reader::of(layer).map(Some),
            Head::Softmax(_) => Ok(None),
        }
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
