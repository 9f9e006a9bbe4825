//! A linear layer as one operation on the CPU, forward and backward, its batch in shares over threads.

use candle_core::{
    CpuStorage, CustomOp3, DType, Device, Layout, Result, Shape, Tensor, WithDType, bail,
};
use candle_nn::{Linear, Module};
use faer::traits::RealField;
use faer::{Accum, MatRef};
use rayon::prelude::*;

use super::cpu::{numbers, product, rows_of, with_numbers};
use super::lanes::add;

/// How a weight lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// (inputs, outputs)
    InOut,
    /// (outputs, inputs), as candle's layers have it.
    OutIn,
}

/// `x W + b`: x is (n, inputs), the result (n, outputs).
///
/// # Errors
/// If shapes or types do not fit.
pub fn linear(x: &Tensor, weight: &Tensor, bias: &Tensor, form: Form) -> Result<Tensor> {
    let own_type = matches!(x.dtype(), DType::F32 | DType::F64);
    if !matches!(x.device(), Device::Cpu) || !own_type || x.rank() != 2 {
        return linear_stock(x, weight, bias, form);
    }
    let (x, weight, bias) = (x.contiguous()?, weight.contiguous()?, bias.contiguous()?);
    let (n, inputs) = x.dims2()?;
    let outputs = bias.dims1()?;
    let fits = match form {
        Form::InOut => [inputs, outputs],
        Form::OutIn => [outputs, inputs],
    };
    if weight.dims() != fits || x.dtype() != weight.dtype() || x.dtype() != bias.dtype() {
        bail!("linear: {x:?} does not go with {weight:?} and {bias:?}");
    }
    let op = Op {
        n,
        inputs,
        outputs,
        form,
        wants_input: x.track_op(),
    };
    x.apply_op3(&weight, &bias, op)
}

/// A layer of candle's by this operation.
///
/// # Errors
/// If shapes or types do not fit.
pub fn of(layer: &Linear, x: &Tensor) -> Result<Tensor> {
    match layer.bias() {
        Some(bias) => linear(x, layer.weight(), bias, Form::OutIn),
        None => layer.forward(x),
    }
}

/// The twin by candle's own operations: what runs on a GPU.
///
/// # Errors
/// If shapes or types do not fit.
pub fn linear_stock(x: &Tensor, weight: &Tensor, bias: &Tensor, form: Form) -> Result<Tensor> {
    let weight = match form {
        Form::InOut => weight.clone(),
        Form::OutIn => weight.t()?,
    };
    x.matmul(&weight)?.broadcast_add(bias)
}

/// Multiply-adds below which a second thread costs more than it brings.
const SHARED: usize = 1 << 20;

#[derive(Clone, Copy)]
struct Op {
    n: usize,
    inputs: usize,
    outputs: usize,
    form: Form,
    wants_input: bool,
}

impl Op {
    /// Rows that one thread takes on; depends on sizes and the number of threads alone.
    fn share(self) -> usize {
        let threads = match self.n * self.inputs * self.outputs < SHARED {
            true => 1,
            false => rayon::current_num_threads(),
        };
        self.n.div_ceil(threads).max(1)
    }

    /// (inputs, outputs)
    fn matrix<T>(self, weight: &[T]) -> MatRef<'_, T> {
        match self.form {
            Form::InOut => rows_of(weight, self.inputs),
            Form::OutIn => rows_of(weight, self.outputs).transpose(),
        }
    }

    fn forward<T: WithDType + RealField>(self, x: &[T], weight: &[T], bias: &[T]) -> Vec<T> {
        let mut y = vec![<T as WithDType>::from_f64(0.0); self.n * self.outputs];
        y.par_chunks_mut(self.share() * self.outputs)
            .zip(x.par_chunks(self.share() * self.inputs))
            .for_each(|(y, x)| {
                let rows = x.len() / self.inputs;
                let weight = self.matrix(weight);
                product(y, rows, Accum::Replace, rows_of(x, rows), weight);
                for row in y.chunks_exact_mut(self.outputs) {
                    add(row, bias);
                }
            });
        y
    }

    /// Gradients of input, where it is wanted, weight and bias.
    fn backward<T: WithDType + RealField>(
        self,
        x: &[T],
        weight: &[T],
        grad: &[T],
    ) -> (Vec<T>, Vec<T>, Vec<T>) {
        let zero = <T as WithDType>::from_f64(0.0);
        let numbers = if self.wants_input { self.inputs } else { 1 };
        let mut grad_x = vec![zero; self.n * numbers];
        let parts: Vec<(Vec<T>, Vec<T>)> = grad_x
            .par_chunks_mut(self.share() * numbers)
            .zip(x.par_chunks(self.share() * self.inputs))
            .zip(grad.par_chunks(self.share() * self.outputs))
            .map(|((grad_x, x), grad)| {
                let rows = x.len() / self.inputs;
                let (seen, through) = (rows_of(x, rows), rows_of(grad, rows));
                if self.wants_input {
                    let back = self.matrix(weight).transpose();
                    product(grad_x, rows, Accum::Replace, through, back);
                }
                let mut sums = (vec![zero; weight.len()], vec![zero; self.outputs]);
                let (height, a, b) = match self.form {
                    Form::InOut => (self.inputs, seen, through),
                    Form::OutIn => (self.outputs, through, seen),
                };
                product(&mut sums.0, height, Accum::Replace, a.transpose(), b);
                for row in grad.chunks_exact(self.outputs) {
                    add(&mut sums.1, row);
                }
                sums
            })
            .collect();
        // In the order of the shares: the same sums each time.
        let mut parts = parts.into_iter();
        let first = parts.next().unwrap_or_default();
        let (weight, bias) = parts.fold(first, |mut sums, part| {
            add(&mut sums.0, &part.0);
            add(&mut sums.1, &part.1);
            sums
        });
        (grad_x, weight, bias)
    }

    fn gradients<T: WithDType + RealField>(
        self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let (of_x, of_weight, of_bias) = with_numbers::<T, _>(x, |x| {
            with_numbers(weight, |weight| {
                with_numbers(&grad, |grad| self.backward(x, weight, grad))
            })
        })???;
        let tensor = |all: Vec<T>, of: &Tensor| Tensor::from_vec(all, of.shape(), of.device());
        let of_x = self.wants_input.then(|| tensor(of_x, x)).transpose()?;
        Ok((
            of_x,
            Some(tensor(of_weight, weight)?),
            Some(tensor(of_bias, bias)?),
        ))
    }
}

impl CustomOp3 for Op {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_at: &Layout,
        weight: &CpuStorage,
        weight_at: &Layout,
        bias: &CpuStorage,
        bias_at: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let y = match x {
            CpuStorage::F32(_) => CpuStorage::F32(self.forward(
                numbers(x, x_at)?,
                numbers(weight, weight_at)?,
                numbers(bias, bias_at)?,
            )),
            _ => CpuStorage::F64(self.forward(
                numbers(x, x_at)?,
                numbers(weight, weight_at)?,
                numbers(bias, bias_at)?,
            )),
        };
        Ok((y, Shape::from((self.n, self.outputs))))
    }

    fn bwd(
        &self,
        x: &Tensor,
        weight: &Tensor,
        bias: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        match x.dtype() {
            DType::F32 => self.gradients::<f32>(x, weight, bias, grad),
            _ => self.gradients::<f64>(x, weight, bias, grad),
        }
    }
}
