//! Convolutions one after the other, and a linear layer of what they leave, as one operation.
//!
//! Candle adds the gradient of an operation's input to zeros that it makes for it: between layers that is more memory
//! than all else. Here a few images go through all layers while they are in the cache. The batch is in shares, one a
//! thread; shares are added up in their order, so that the same call gives the same bits.

use std::ops::Range;
use std::sync::OnceLock;

use candle_core::{CpuStorage, CustomOp3, Layout as At, Result, Shape, Tensor, WithDType, bail};
use faer::Accum;
use faer::traits::RealField;
use rayon::prelude::*;

use super::pass::{Pass, Room};
use super::unroll::transpose;
use crate::demos::rbf::cpu::{numbers, product, rows_of, with_numbers};
use crate::demos::rbf::lanes::add;

/// Images that go through all layers together.
const TOGETHER: usize = 8;

/// Where a layer's numbers are among all parameters: weight and bias of each convolution, then bias and weight of the
/// linear layer.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Own {
    weight: Range<usize>,
    bias: Range<usize>,
}

/// What is done, whatever the numbers are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    passes: Vec<Pass>,
    own: Vec<Own>,
    /// Outputs of a linear layer behind the convolutions.
    linear: Option<usize>,
    images: usize,
}

impl Plan {
    /// # Errors
    /// If there is no convolution.
    pub fn new(images: usize, passes: Vec<Pass>, linear: Option<usize>) -> Result<Self> {
        let Some(last) = passes.last() else {
            bail!("conv: there is no layer");
        };
        let mut end = 0;
        let mut next = |n: usize| {
            end += n;
            end - n..end
        };
        let mut own: Vec<Own> = passes
            .iter()
            .map(|pass| Own {
                weight: next(pass.s.outputs * pass.s.taps()),
                bias: next(pass.s.outputs),
            })
            .collect();
        own.extend(linear.map(|outputs| {
            let bias = next(outputs);
            let weight = next(outputs * last.output());
            Own { weight, bias }
        }));
        Ok(Self {
            own,
            passes,
            linear,
            images,
        })
    }

    /// The last convolution; a plan has one.
    fn last(&self) -> Pass {
        self.passes[self.passes.len() - 1]
    }

    fn shape(&self) -> Shape {
        let last = self.last();
        match self.linear {
            Some(outputs) => Shape::from((self.images, outputs)),
            None => {
                let (height, width) = last.size();
                Shape::from((self.images, last.s.outputs, height, width))
            }
        }
    }

    /// Numbers of a result for one image.
    fn output(&self) -> usize {
        self.linear.unwrap_or_else(|| self.last().output())
    }

    fn input(&self) -> usize {
        self.passes[0].s.input()
    }

    /// Images that one thread takes on; depends on the number of threads alone, so that sums come out the same.
    fn share(&self) -> usize {
        self.images.div_ceil(rayon::current_num_threads()).max(1)
    }

    /// Parameters in the order in which layers have their channels.
    fn turned<T: Copy>(&self, params: Vec<T>) -> Vec<T> {
        let mut turned = params.clone();
        for (pass, own) in self.passes.iter().zip(&self.own) {
            pass.turn(&mut turned[own.weight.clone()], &params[own.weight.clone()]);
        }
        self.linear_rows(&params, &mut turned, |to, from, last| {
            transpose(to, from, last.s.outputs, last.results());
        });
        turned
    }

    fn turned_back<T: Copy>(&self, turned: &[T]) -> Vec<T> {
        let mut params = turned.to_vec();
        for (pass, own) in self.passes.iter().zip(&self.own) {
            pass.turn_back(&mut params[own.weight.clone()], &turned[own.weight.clone()]);
        }
        self.linear_rows(turned, &mut params, |to, from, last| {
            transpose(to, from, last.results(), last.s.outputs);
        });
        params
    }

    fn linear_rows<T>(&self, from: &[T], to: &mut [T], then: impl Fn(&mut [T], &[T], Pass)) {
        if self.linear.is_some() {
            let last = self.last();
            let weight = self.own[self.passes.len()].weight.clone();
            let rows = to[weight.clone()].chunks_exact_mut(last.output());
            for (to, from) in rows.zip(from[weight].chunks_exact(last.output())) {
                then(to, from, last);
            }
        }
    }

    fn rooms<T: WithDType>(&self) -> Vec<Room<T>> {
        self.passes.iter().map(|pass| pass.room(TOGETHER)).collect()
    }

    /// One share forward: into `y`, and what the way back needs.
    fn forward<T: WithDType + RealField>(&self, x: &[T], turned: &[T], y: &mut [T]) -> Saved<T> {
        let (images, zero) = (x.len() / self.input(), <T as WithDType>::from_f64(0.0));
        let sizes = self.passes.iter().map(|pass| images * pass.output());
        let mut saved = Saved {
            results: sizes.clone().map(|n| vec![zero; n]).collect::<Vec<_>>(),
            winners: sizes.map(|n| vec![0; n]).collect(),
        };
        let mut rooms = self.rooms();
        for first in (0..images).step_by(TOGETHER) {
            let some = first..images.min(first + TOGETHER);
            let of = |size: usize| some.start * size..some.end * size;
            for (layer, (pass, room)) in self.passes.iter().zip(&mut rooms).enumerate() {
                let (before, here) = saved.results.split_at_mut(layer);
                let x = before.last().map_or(x, Vec::as_slice);
                let own = &self.own[layer];
                pass.forward(
                    &x[of(pass.s.input())],
                    &turned[own.weight.clone()],
                    &turned[own.bias.clone()],
                    &mut here[0][of(pass.output())],
                    &mut saved.winners[layer][of(pass.output())],
                    room,
                );
            }
        }
        let (pass, last) = (self.last(), &saved.results[self.passes.len() - 1]);
        if let Some(outputs) = self.linear {
            let own = &self.own[self.passes.len()];
            let weight = rows_of(&turned[own.weight.clone()], outputs).transpose();
            product(y, images, Accum::Replace, rows_of(last, images), weight);
            for row in y.chunks_exact_mut(outputs) {
                add(row, &turned[own.bias.clone()]);
            }
        } else {
            let (output, outputs) = (self.output(), pass.s.outputs);
            for (y, last) in y.chunks_exact_mut(output).zip(last.chunks_exact(output)) {
                transpose(y, last, pass.results(), outputs);
            }
        }
        saved
    }

    /// One share back: gradients of the parameters as they are turned, and of the input where it is wanted.
    fn backward<T: WithDType + RealField>(
        &self,
        x: &[T],
        turned: &[T],
        grad: &[T],
        saved: &Saved<T>,
        mut grad_x: Option<&mut [T]>,
    ) -> Vec<T> {
        let (images, zero) = (x.len() / self.input(), <T as WithDType>::from_f64(0.0));
        let mut sums = vec![zero; turned.len()];
        let last = self.last();
        if let Some(outputs) = self.linear {
            let own = &self.own[self.passes.len()];
            let seen = rows_of(&saved.results[self.passes.len() - 1], images);
            let through = rows_of(grad, images).transpose();
            let weight = &mut sums[own.weight.clone()];
            product(weight, outputs, Accum::Add, through, seen);
            for row in grad.chunks_exact(outputs) {
                add(&mut sums[own.bias.clone()], row);
            }
        }
        let mut rooms = self.rooms();
        let most = self.passes.iter().map(|pass| pass.output()).max();
        let mut from = vec![zero; TOGETHER * most.unwrap_or(0)];
        let mut to = from.clone();
        for first in (0..images).step_by(TOGETHER) {
            let some = first..images.min(first + TOGETHER);
            let of = |size: usize| some.start * size..some.end * size;
            let grads = &mut from[..some.len() * last.output()];
            let grad = &grad[of(self.output())];
            if let Some(outputs) = self.linear {
                let weight = &turned[self.own[self.passes.len()].weight.clone()];
                let (grad, weight) = (rows_of(grad, some.len()), rows_of(weight, outputs));
                product(grads, some.len(), Accum::Replace, grad, weight);
            } else {
                let images = grads.chunks_exact_mut(last.output());
                for (to, from) in images.zip(grad.chunks_exact(last.output())) {
                    transpose(to, from, last.s.outputs, last.results());
                }
            }
            for (layer, (pass, room)) in self.passes.iter().zip(&mut rooms).enumerate().rev() {
                let own = &self.own[layer];
                let input = of(pass.s.input());
                let (seen, back) = match layer.checked_sub(1) {
                    Some(before) => {
                        let to = &mut to[..input.len()];
                        (&saved.results[before][input], Some(to))
                    }
                    None => {
                        let to = grad_x.as_deref_mut().map(|to| &mut to[input.clone()]);
                        (&x[input], to)
                    }
                };
                let (weight, bias) =
                    sums[own.weight.start..own.bias.end].split_at_mut(own.weight.len());
                pass.backward(
                    seen,
                    &turned[own.weight.clone()],
                    &from[..some.len() * pass.output()],
                    &saved.winners[layer][of(pass.output())],
                    back,
                    weight,
                    bias,
                    room,
                );
                std::mem::swap(&mut from, &mut to);
            }
        }
        sums
    }
}

/// What a share keeps for the way back: results of each layer, channels last, and where each came from.
struct Saved<T> {
    results: Vec<Vec<T>>,
    winners: Vec<Vec<u8>>,
}

pub struct Stack<T> {
    plan: Plan,
    wants_input: bool,
    /// Turned parameters, and by share what was kept.
    kept: OnceLock<(Vec<T>, Vec<Saved<T>>)>,
}

impl<T: WithDType + RealField> Stack<T> {
    /// The operation of images, all parameters but one (one after the other), and the weight of the linear layer: that
    /// is the largest, and is not copied. (Without such a layer it is empty.)
    pub fn apply(plan: Plan, x: &Tensor, params: &Tensor, linear: &Tensor) -> Result<Tensor> {
        // Images are not learned: their gradient is not worked out, which is a third of the first layer's work.
        let op = Self {
            plan,
            wants_input: x.track_op(),
            kept: OnceLock::new(),
        };
        x.contiguous()?
            .apply_op3(&params.contiguous()?, &linear.contiguous()?, op)
    }
}

impl<T: WithDType + RealField> CustomOp3 for Stack<T> {
    fn name(&self) -> &'static str {
        "conv"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_at: &At,
        params: &CpuStorage,
        params_at: &At,
        linear: &CpuStorage,
        linear_at: &At,
    ) -> Result<(CpuStorage, Shape)> {
        let (x, plan) = (numbers::<T>(x, x_at)?, &self.plan);
        let params = [
            numbers::<T>(params, params_at)?,
            numbers(linear, linear_at)?,
        ];
        let turned = plan.turned(params.concat());
        let zero = <T as WithDType>::from_f64(0.0);
        let mut y = vec![zero; plan.images * plan.output()];
        let saved = y
            .par_chunks_mut(plan.share() * plan.output())
            .zip(x.par_chunks(plan.share() * plan.input()))
            .map(|(y, x)| plan.forward(x, &turned, y))
            .collect();
        // Set once: an operation is made for one call.
        let _ = self.kept.set((turned, saved));
        Ok((T::to_cpu_storage_owned(y), plan.shape()))
    }

    fn bwd(
        &self,
        x: &Tensor,
        params: &Tensor,
        linear: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let Some((turned, saved)) = self.kept.get() else {
            bail!("conv: backward without forward");
        };
        let (plan, zero) = (&self.plan, <T as WithDType>::from_f64(0.0));
        let share = saved
            .first()
            .map_or(1, |saved| saved.results[0].len() / plan.passes[0].output());
        let mut grad_x = vec![
            zero;
            if self.wants_input {
                x.elem_count()
            } else {
                saved.len()
            }
        ];
        let numbers = if self.wants_input {
            share * plan.input()
        } else {
            1
        };
        let grad = grad.contiguous()?;
        let parts: Vec<Vec<T>> = with_numbers(x, |x| {
            with_numbers(&grad, |grad| {
                let shares = grad_x.par_chunks_mut(numbers).zip(saved);
                let seen = x
                    .par_chunks(share * plan.input())
                    .zip(grad.par_chunks(share * plan.output()));
                shares
                    .zip(seen)
                    .map(|((grad_x, saved), (x, grad))| {
                        let grad_x = self.wants_input.then_some(grad_x);
                        plan.backward(x, turned, grad, saved, grad_x)
                    })
                    .collect()
            })
        })??;
        let mut sums = vec![zero; params.elem_count() + linear.elem_count()];
        // In the order of the shares: the same sums each time.
        for part in parts {
            add(&mut sums, &part);
        }
        let mut sums = plan.turned_back(&sums);
        let of_linear = sums.split_off(params.elem_count());
        let tensor = |all: Vec<T>, of: &Tensor| Tensor::from_vec(all, of.shape(), x.device());
        let of_x = self.wants_input.then(|| tensor(grad_x, x)).transpose()?;
        let of_linear = plan.linear.map(|_| tensor(of_linear, linear)).transpose()?;
        Ok((of_x, Some(tensor(sums, params)?), of_linear))
    }
}
