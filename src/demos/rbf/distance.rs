//! Squared distances of embeddings to centres in one metric, as one operation on the CPU, forward and backward.
//!
//! d²(x, c) = Σ r (u − v)², with u = x A, v = c A: A is I or learned, r is 1 or a learned diagonal. By differences, so
//! that nothing cancels.

use candle_core::{
    CpuStorage, CustomOp3, DType, Device, Layout, Result, Shape, Tensor, WithDType, bail,
};
use faer::Accum;
use faer::traits::RealField;

use super::cpu::{numbers, product, rows_of, with_numbers};
use super::lanes::{add, widest};

/// A metric that all centres share.
#[derive(Debug, Clone, Copy)]
pub enum Shared<'a> {
    Euclidean,
    /// r, positive: (1, d).
    Diagonal(&'a Tensor),
    /// A: (d, d); R = A Aᵀ.
    Full(&'a Tensor),
}

/// Differences past which matrix products are quicker, even candle's.
const MOST: usize = 1 << 20;

/// (n, d) and (K, d) → (n, K). None where this operation is not made for it: off the CPU, or where there is much to do.
///
/// # Errors
/// If shapes or types do not fit.
pub fn squared(x: &Tensor, centres: &Tensor, metric: Shared) -> Result<Option<Tensor>> {
    let (n, d) = x.dims2()?;
    let (k, same) = centres.dims2()?;
    let own_type = matches!(x.dtype(), DType::F32 | DType::F64);
    if !matches!(x.device(), Device::Cpu) || !own_type || n * k * d > MOST {
        return Ok(None);
    }
    let (kind, metric) = match metric {
        Shared::Euclidean => (Kind::Euclidean, Tensor::zeros(0, x.dtype(), x.device())?),
        Shared::Diagonal(r) => (Kind::Diagonal, r.contiguous()?),
        Shared::Full(root) => (Kind::Full, root.contiguous()?),
    };
    let fits = match kind {
        Kind::Euclidean => 0,
        Kind::Diagonal => d,
        Kind::Full => d * d,
    };
    let types = [centres.dtype(), metric.dtype()];
    if d != same || metric.elem_count() != fits || types != [x.dtype(); 2] {
        bail!("distance: {x:?} does not go with {centres:?} and {metric:?}");
    }
    let op = Op { kind, n, k, d };
    let centres = centres.contiguous()?;
    x.contiguous()?.apply_op3(&centres, &metric, op).map(Some)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Euclidean,
    Diagonal,
    Full,
}

#[derive(Clone, Copy)]
struct Op {
    kind: Kind,
    n: usize,
    k: usize,
    d: usize,
}

/// `x A`, row by row.
fn moved<T: WithDType + RealField>(x: &[T], root: &[T], d: usize) -> Vec<T> {
    let rows = x.len() / d;
    let mut moved = vec![<T as WithDType>::from_f64(0.0); x.len()];
    let (a, b) = (rows_of(x, rows), rows_of(root, d));
    product(&mut moved, rows, Accum::Replace, a, b);
    moved
}

impl Op {
    /// u, v and r.
    fn terms<T: WithDType + RealField>(
        self,
        x: &[T],
        centres: &[T],
        metric: &[T],
    ) -> (Vec<T>, Vec<T>, Vec<T>) {
        let ones = || vec![<T as WithDType>::from_f64(1.0); self.d];
        match self.kind {
            Kind::Euclidean => (x.to_vec(), centres.to_vec(), ones()),
            Kind::Diagonal => (x.to_vec(), centres.to_vec(), metric.to_vec()),
            Kind::Full => (
                moved(x, metric, self.d),
                moved(centres, metric, self.d),
                ones(),
            ),
        }
    }

    fn forward<T: WithDType + RealField>(self, x: &[T], centres: &[T], metric: &[T]) -> Vec<T> {
        let (u, v, r) = self.terms(x, centres, metric);
        let mut all = vec![<T as WithDType>::from_f64(0.0); self.n * self.k];
        widest(
            #[inline(always)]
            || {
                let rows = all.chunks_exact_mut(self.k);
                for (row, u) in rows.zip(u.chunks_exact(self.d)) {
                    for (distance, v) in row.iter_mut().zip(v.chunks_exact(self.d)) {
                        let mut sum = T::zero();
                        for ((u, v), r) in u.iter().zip(v).zip(&r) {
                            let difference = *u - *v;
                            sum += *r * difference * difference;
                        }
                        *distance = sum;
                    }
                }
            },
        );
        all
    }

    /// Gradients of embeddings, centres and the metric.
    fn backward<T: WithDType + RealField>(
        self,
        x: &[T],
        centres: &[T],
        metric: &[T],
        grad: &[T],
    ) -> [Vec<T>; 3] {
        let (u, v, r) = self.terms(x, centres, metric);
        let zero = <T as WithDType>::from_f64(0.0);
        let two = <T as WithDType>::from_f64(2.0);
        let mut of_u = vec![zero; u.len()];
        let mut of_v = vec![zero; v.len()];
        let mut of_r = vec![zero; r.len()];
        widest(
            #[inline(always)]
            || {
                let rows = u.chunks_exact(self.d).zip(of_u.chunks_exact_mut(self.d));
                for ((u, of_u), grads) in rows.zip(grad.chunks_exact(self.k)) {
                    let centres = v.chunks_exact(self.d).zip(of_v.chunks_exact_mut(self.d));
                    for ((v, of_v), grad) in centres.zip(grads) {
                        for at in 0..self.d {
                            let difference = u[at] - v[at];
                            let slope = *grad * difference;
                            let along = two * r[at] * slope;
                            of_u[at] += along;
                            of_v[at] -= along;
                            of_r[at] += slope * difference;
                        }
                    }
                }
            },
        );
        match self.kind {
            Kind::Euclidean => [of_u, of_v, Vec::new()],
            Kind::Diagonal => [of_u, of_v, of_r],
            Kind::Full => {
                let mut of_root = vec![zero; metric.len()];
                for (seen, through, rows) in [(x, &of_u, self.n), (centres, &of_v, self.k)] {
                    let (a, b) = (rows_of(seen, rows).transpose(), rows_of(through, rows));
                    let mut part = vec![zero; metric.len()];
                    product(&mut part, self.d, Accum::Replace, a, b);
                    add(&mut of_root, &part);
                }
                let mut turned = metric.to_vec();
                for (a, row) in turned.chunks_exact_mut(self.d).enumerate() {
                    for (b, to) in row.iter_mut().enumerate() {
                        *to = metric[b * self.d + a];
                    }
                }
                let back = |of: &[T]| moved(of, &turned, self.d);
                [back(&of_u), back(&of_v), of_root]
            }
        }
    }

    fn gradients<T: WithDType + RealField>(
        self,
        x: &Tensor,
        centres: &Tensor,
        metric: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let grad = grad.contiguous()?;
        let [of_x, of_centres, of_metric] = with_numbers::<T, _>(x, |x| {
            with_numbers(centres, |centres| {
                with_numbers(metric, |metric| {
                    with_numbers(&grad, |grad| self.backward(x, centres, metric, grad))
                })
            })
        })????;
        let tensor = |all: Vec<T>, of: &Tensor| Tensor::from_vec(all, of.shape(), of.device());
        let learned = self.kind != Kind::Euclidean;
        Ok((
            Some(tensor(of_x, x)?),
            Some(tensor(of_centres, centres)?),
            learned.then(|| tensor(of_metric, metric)).transpose()?,
        ))
    }
}

impl CustomOp3 for Op {
    fn name(&self) -> &'static str {
        "distance"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_at: &Layout,
        centres: &CpuStorage,
        centres_at: &Layout,
        metric: &CpuStorage,
        metric_at: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let all = match x {
            CpuStorage::F32(_) => CpuStorage::F32(self.forward(
                numbers(x, x_at)?,
                numbers(centres, centres_at)?,
                numbers(metric, metric_at)?,
            )),
            _ => CpuStorage::F64(self.forward(
                numbers(x, x_at)?,
                numbers(centres, centres_at)?,
                numbers(metric, metric_at)?,
            )),
        };
        Ok((all, Shape::from((self.n, self.k))))
    }

    fn bwd(
        &self,
        x: &Tensor,
        centres: &Tensor,
        metric: &Tensor,
        _: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        match x.dtype() {
            DType::F32 => self.gradients::<f32>(x, centres, metric, grad),
            _ => self.gradients::<f64>(x, centres, metric, grad),
        }
    }
}
