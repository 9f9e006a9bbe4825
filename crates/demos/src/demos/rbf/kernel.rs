//! Kernels of radial basis functions: how near, from how far.

use candle_core::{Result, Tensor};
use serde::{Deserialize, Serialize};

/// h: from a scaled squared distance s = r²w, with w = 1/σ², to an activation, 1 at the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kernel {
    /// 1 − s: the paper's. With a metric that all centres share, any number of centres acts as one prototype a class
    /// ([`RbfLayer::prototypes`](super::layer::RbfLayer::prototypes)).
    Quadratic,
    /// exp(−s/2).
    Gaussian,
    /// 1/√(1 + s).
    InverseMultiquadric,
}

impl Kernel {
    /// h(s).
    #[inline(always)]
    pub fn at(self, scaled: f64) -> f64 {
        match self {
            Self::Quadratic => 1.0 - scaled,
            Self::Gaussian => (-0.5 * scaled).exp(),
            Self::InverseMultiquadric => (1.0 + scaled).sqrt().recip(),
        }
    }

    /// h′(s), from a = h(s).
    #[inline(always)]
    pub fn slope(self, activation: f64) -> f64 {
        match self {
            Self::Quadratic => -1.0,
            Self::Gaussian => -0.5 * activation,
            Self::InverseMultiquadric => -0.5 * activation.powi(3),
        }
    }

    /// h of many, by candle's own operations.
    ///
    /// # Errors
    /// Of the device.
    pub fn of(self, scaled: &Tensor) -> Result<Tensor> {
        match self {
            Self::Quadratic => 1.0 - scaled,
            Self::Gaussian => (scaled * -0.5)?.exp(),
            Self::InverseMultiquadric => (scaled + 1.0)?.sqrt()?.recip(),
        }
    }
}
