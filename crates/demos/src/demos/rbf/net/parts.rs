//! What backbones are made of.

use candle_core::{Result, Tensor};
use candle_nn::init::{FanInOut, NonLinearity, NormalOrUniform};
use candle_nn::{Init, Linear, VarBuilder};

use crate::demos::rbf::conv::{After, Layer, conv_bias, conv_relu, conv_relu_pool};
use crate::demos::rbf::data::Shape;

/// A linear layer with its bias.
pub fn fresh(from: usize, to: usize, vars: &VarBuilder) -> Result<Linear> {
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

/// A convolution with its bias: stride 1, height and width stay as they are.
pub struct Conv {
    weight: Tensor,
    bias: Tensor,
}

impl Conv {
    /// A filter of `side` × `side`, which is odd.
    pub fn new(from: usize, to: usize, side: usize, vars: &VarBuilder) -> Result<Self> {
        Self::drawn(
            from,
            to,
            side,
            candle_nn::init::DEFAULT_KAIMING_NORMAL,
            vars,
        )
    }

    /// One that gives 0 at first: the last of a branch that is added to its own input. The block then starts as the
    /// identity and the sum of many blocks starts no larger than what went in, which is what batch normalisation is
    /// otherwise needed for (Goyal et al. 2017, 5.1; Zhang et al. 2019, "Fixup"). It learns at once all the same: its
    /// own gradient is not 0.
    pub fn zero(from: usize, to: usize, side: usize, vars: &VarBuilder) -> Result<Self> {
        Self::drawn(from, to, side, candle_nn::init::ZERO, vars)
    }

    /// One that is pooled. ReLU takes half of a centred value's mean square away, which the usual weights make up for
    /// by √2 (He et al. 2015). Of the largest of four it takes little, so that with √2 what goes on would grow with
    /// each pooling. After three of them units died: a residual net with a softmax head stayed at chance for one seed of
    /// three (learning rate 0.003), and is right for over 90 % with all three as it is now.
    pub fn pooling(from: usize, to: usize, side: usize, vars: &VarBuilder) -> Result<Self> {
        let init = Init::Kaiming {
            dist: NormalOrUniform::Normal,
            fan: FanInOut::FanIn,
            non_linearity: NonLinearity::Linear,
        };
        Self::drawn(from, to, side, init, vars)
    }

    fn drawn(from: usize, to: usize, side: usize, init: Init, vars: &VarBuilder) -> Result<Self> {
        Ok(Self {
            weight: vars.get_with_hints((to, from, side, side), "weight", init)?,
            bias: vars.get_with_hints(to, "bias", candle_nn::init::ZERO)?,
        })
    }

    /// For several convolutions at once.
    pub fn layer(&self, after: After) -> Layer<'_> {
        Layer::new(&self.weight, &self.bias, after)
    }

    /// Without an activation.
    pub fn linear(&self, x: &Tensor) -> Result<Tensor> {
        conv_bias(x, &self.weight, &self.bias)
    }

    /// With ReLU.
    pub fn relu(&self, x: &Tensor) -> Result<Tensor> {
        conv_relu(x, &self.weight, &self.bias)
    }

    /// With ReLU and the largest of each 2 × 2 places.
    pub fn pooled(&self, x: &Tensor) -> Result<Tensor> {
        conv_relu_pool(x, &self.weight, &self.bias)
    }
}

/// Height and width after `times` poolings, each of which leaves out an odd last row and column.
///
/// # Errors
/// If there is nothing left.
pub fn pooled_size(shape: Shape, times: u32) -> Result<(usize, usize)> {
    let least = 1 << times;
    let (height, width) = (shape.height, shape.width);
    if height < least || width < least {
        candle_core::bail!(
            "images of {height} × {width} are too small for this backbone, which needs {least} × {least}"
        );
    }
    Ok((height / least, width / least))
}

/// The mean over all places: (n, channels, height, width) → (n, channels). Lin et al. 2014.
pub fn mean_of_places(x: &Tensor) -> Result<Tensor> {
    x.flatten_from(2)?.mean(2)
}
