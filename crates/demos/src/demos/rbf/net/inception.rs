//! A small Inception net: C. Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, fig. 2b.
//!
//! Filters of several sizes look at the same places side by side, each behind a 1 × 1 convolution that first makes the
//! channels fewer; what they see is laid one behind the other as channels.

use candle_core::{Result, Tensor};
use candle_nn::{Linear, Module, VarBuilder};

use super::Backbone;
use super::parts::{Conv, fresh, pooled_size};
use crate::demos::rbf::conv::depthwise::mean_around;
use crate::demos::rbf::data::Shape;

/// Four branches, and the largest of each 2 × 2 places of all of them: as each branch ends in a convolution, it pools
/// itself, which is the same and quicker than pooling what they come to together.
///
/// The fourth branch takes the mean of 3 × 3 places (C. Szegedy et al., "Rethinking the Inception Architecture",
/// CVPR 2016, fig. 5) and not their maximum.
struct Block {
    one: Conv,
    three: [Conv; 2],
    five: [Conv; 2],
    mean: Conv,
}

/// Channels of the branches' results and, for the two larger filters, of what these look at.
struct Widths {
    one: usize,
    three: [usize; 2],
    five: [usize; 2],
    mean: usize,
}

impl Widths {
    fn total(&self) -> usize {
        self.one + self.three[1] + self.five[1] + self.mean
    }
}

impl Block {
    fn new(from: usize, to: &Widths, vars: &VarBuilder) -> Result<Self> {
        let behind = |[few, many]: [usize; 2], side, name: &str| {
            let vars = vars.pp(name);
            Ok::<_, candle_core::Error>([
                Conv::new(from, few, 1, &vars.pp("fewer"))?,
                Conv::pooling(few, many, side, &vars.pp("conv"))?,
            ])
        };
        Ok(Self {
            one: Conv::pooling(from, to.one, 1, &vars.pp("one"))?,
            three: behind(to.three, 3, "three")?,
            five: behind(to.five, 5, "five")?,
            mean: Conv::pooling(from, to.mean, 1, &vars.pp("mean"))?,
        })
    }

    /// (n, channels, height, width) → (n, [`Widths::total`], height / 2, width / 2).
    fn pooled(&self, x: &Tensor) -> Result<Tensor> {
        let [fewer, three] = &self.three;
        let three = three.pooled(&fewer.relu(x)?)?;
        let [fewer, five] = &self.five;
        let five = five.pooled(&fewer.relu(x)?)?;
        let mean = self.mean.pooled(&mean_around(x)?)?;
        Tensor::cat(&[self.one.pooled(x)?, three, five, mean], 1)
    }
}

pub struct Inception {
    first: Conv,
    blocks: [Block; 2],
    last: Linear,
}

impl Inception {
    pub fn new(shape: Shape, dims: usize, vars: &VarBuilder) -> Result<Self> {
        let (height, width) = pooled_size(shape, 3)?;
        let narrow = Widths {
            one: 12,
            three: [12, 24],
            five: [6, 12],
            mean: 12,
        };
        let wide = Widths {
            one: 24,
            three: [24, 48],
            five: [12, 24],
            mean: 24,
        };
        Ok(Self {
            first: Conv::pooling(shape.channels, 16, 3, &vars.pp("conv"))?,
            blocks: [
                Block::new(16, &narrow, &vars.pp("block1"))?,
                Block::new(narrow.total(), &wide, &vars.pp("block2"))?,
            ],
            last: fresh(wide.total() * height * width, dims, &vars.pp("embedding"))?,
        })
    }
}

impl Backbone for Inception {
    fn embed(&self, images: &Tensor) -> Result<Tensor> {
        let mut x = self.first.pooled(images)?;
        for block in &self.blocks {
            x = block.pooled(&x)?;
        }
        self.last.forward(&x.flatten_from(1)?)
    }
}
