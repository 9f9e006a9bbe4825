//! AdamW (Loshchilov & Hutter 2019) in one pass over each variable on the CPU.
//!
//! Candle's own makes some ten tensors a variable and step. Off the CPU it is used as it is; on the CPU tests compare
//! the two, step by step.

use std::cell::RefCell;

use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, DType, Device, InplaceOp2, Layout, Result, Var, bail};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};

use super::lanes::widest;

/// An optimiser of these variables.
pub enum Adam {
    Fused(Fused),
    Stock(AdamW),
}

impl Adam {
    /// # Errors
    /// Of the device.
    pub fn new(vars: Vec<Var>, params: ParamsAdamW, device: &Device) -> Result<Self> {
        Ok(match device {
            Device::Cpu if vars.iter().all(|var| var.dtype() == DType::F32) => Self::Fused(Fused {
                moments: vec![[Vec::new(), Vec::new()]; vars.len()],
                vars,
                params,
                steps: 0,
            }),
            _ => Self::Stock(AdamW::new(vars, params)?),
        })
    }

    /// Moves each variable that has a gradient.
    ///
    /// # Errors
    /// Of the device.
    pub fn step(&mut self, grads: &GradStore) -> Result<()> {
        match self {
            Self::Fused(fused) => fused.step(grads),
            Self::Stock(stock) => stock.step(grads),
        }
    }

    pub fn set_learning_rate(&mut self, rate: f64) {
        match self {
            Self::Fused(fused) => fused.params.lr = rate,
            Self::Stock(stock) => stock.set_learning_rate(rate),
        }
    }
}

pub struct Fused {
    vars: Vec<Var>,
    /// First and second moments of each variable; empty before the first step.
    moments: Vec<[Vec<f32>; 2]>,
    params: ParamsAdamW,
    steps: i32,
}

impl Fused {
    fn step(&mut self, grads: &GradStore) -> Result<()> {
        self.steps = self.steps.saturating_add(1);
        let params = &self.params;
        for (var, moments) in self.vars.iter().zip(&mut self.moments) {
            if let Some(grad) = grads.get(var) {
                let update = Update {
                    moments: RefCell::new(moments),
                    beta: [params.beta1 as f32, params.beta2 as f32],
                    eps: params.eps as f32,
                    rate: params.lr as f32,
                    keep: (1.0 - params.lr * params.weight_decay) as f32,
                    scale: [params.beta1, params.beta2]
                        .map(|beta| (1.0 / (1.0 - beta.powi(self.steps))) as f32),
                };
                var.inplace_op2(&grad.contiguous()?, &update)?;
            }
        }
        Ok(())
    }
}

struct Update<'a> {
    /// In a cell, since candle lends an operation out to read alone.
    moments: RefCell<&'a mut [Vec<f32>; 2]>,
    beta: [f32; 2],
    eps: f32,
    rate: f32,
    /// What weight decay leaves of a number.
    keep: f32,
    /// Makes up for the moments' start at 0.
    scale: [f32; 2],
}

impl InplaceOp2 for Update<'_> {
    fn name(&self) -> &'static str {
        "adam"
    }

    fn cpu_fwd(
        &self,
        var: &mut CpuStorage,
        var_at: &Layout,
        grad: &CpuStorage,
        grad_at: &Layout,
    ) -> Result<()> {
        let (CpuStorage::F32(var), CpuStorage::F32(grad)) = (var, grad) else {
            bail!("adam is for f32");
        };
        let (Some((from, to)), Some((start, end))) =
            (var_at.contiguous_offsets(), grad_at.contiguous_offsets())
        else {
            bail!("adam: a tensor is not contiguous");
        };
        let (var, grad) = (&mut var[from..to], &grad[start..end]);
        let mut moments = self.moments.borrow_mut();
        let [first, second] = &mut **moments;
        first.resize(var.len(), 0.0);
        second.resize(var.len(), 0.0);
        widest(
            #[inline(always)]
            || {
                let numbers = var.iter_mut().zip(grad);
                for ((x, g), (m, v)) in numbers.zip(first.iter_mut().zip(second.iter_mut())) {
                    *m = *m * self.beta[0] + g * (1.0 - self.beta[0]);
                    *v = *v * self.beta[1] + g * g * (1.0 - self.beta[1]);
                    let slope = *m * self.scale[0] / ((*v * self.scale[1]).sqrt() + self.eps);
                    *x = *x * self.keep - slope * self.rate;
                }
            },
        );
        Ok(())
    }
}
