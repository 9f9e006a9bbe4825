//! Squared distances of embeddings to centres in one metric and the kernel of them, as one operation on the CPU, forward
//! and backward.
//!
//! - r²(x, c_j) = Σ ρ (u − v)², with u = x A, v = c_j A: A is I or learned, ρ is 1 or a learned diagonal. By differences,
//!   so that nothing cancels.
//! - a_j = h(w_j r²), w_j an inverse squared width.

use candle_core::{
    CpuStorage, CustomOp3, DType, Device, Layout, Result, Shape, Tensor, WithDType, bail,
};
use faer::Accum;
use faer::traits::RealField;

use super::cpu::{numbers, product, rows_of, with_numbers};
use super::kernel::Kernel;
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

/// Embeddings (n, d), centres (K, d) and inverse squared widths (K) → distances and activations, each (n, K). None where
/// this operation is not made for it: off the CPU, or where there is much to do.
///
/// # Errors
/// If shapes or types do not fit.
pub fn activated(
    x: &Tensor,
    centres: &Tensor,
    metric: Shared,
    widths: &Tensor,
    kernel: Kernel,
) -> Result<Option<[Tensor; 2]>> {
    let (n, d) = x.dims2()?;
    let (k, same) = centres.dims2()?;
    let own_type = matches!(x.dtype(), DType::F32 | DType::F64);
    if !matches!(x.device(), Device::Cpu) || !own_type || n * k * d > MOST {
        return Ok(None);
    }
    let (kind, metric, fits) = match metric {
        Shared::Euclidean => (Kind::Euclidean, None, 0),
        Shared::Diagonal(r) => (Kind::Diagonal, Some(r), d),
        Shared::Full(root) => (Kind::Full, Some(root), d * d),
    };
    let given = metric.map_or(0, Tensor::elem_count);
    let types = [centres.dtype(), metric.unwrap_or(x).dtype(), widths.dtype()];
    if d != same || given != fits || widths.dims() != [k] || types != [x.dtype(); 3] {
        bail!("activation: {x:?} does not go with {centres:?}, {metric:?} and {widths:?}");
    }
    // An operation takes three tensors.
    let scale = match metric {
        Some(metric) => Tensor::cat(&[widths, &metric.flatten_all()?], 0)?,
        None => widths.contiguous()?,
    };
    let op = Op {
        kind,
        kernel,
        n,
        k,
        d,
    };
    let both = x
        .contiguous()?
        .apply_op3(&centres.contiguous()?, &scale, op)?;
    Ok(Some([both.get(0)?, both.get(1)?]))
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
    kernel: Kernel,
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
    /// u, v and ρ.
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

    /// Distances, then activations.
    fn forward<T: WithDType + RealField>(self, x: &[T], centres: &[T], scale: &[T]) -> Vec<T> {
        let (widths, metric) = scale.split_at(self.k);
        let (u, v, r) = self.terms(x, centres, metric);
        let pairs = self.n * self.k;
        let mut all = vec![<T as WithDType>::from_f64(0.0); 2 * pairs];
        let (distances, activations) = all.split_at_mut(pairs);
        widest(
            #[inline(always)]
            || {
                let rows = distances.chunks_exact_mut(self.k);
                let rows = rows.zip(activations.chunks_exact_mut(self.k));
                for ((distances, activations), u) in rows.zip(u.chunks_exact(self.d)) {
                    for (distance, v) in distances.iter_mut().zip(v.chunks_exact(self.d)) {
                        let mut sum = T::zero();
                        for ((u, v), r) in u.iter().zip(v).zip(&r) {
                            let difference = *u - *v;
                            sum += *r * difference * difference;
                        }
                        *distance = sum;
                    }
                    let pairs = distances.iter().zip(widths);
                    for (activation, (distance, w)) in activations.iter_mut().zip(pairs) {
                        let scaled = (*w * *distance).to_f64();
                        *activation = <T as WithDType>::from_f64(self.kernel.at(scaled));
                    }
                }
            },
        );
        all
    }

    /// From the gradients of distances and activations: those of distances alone, and those of the widths.
    fn through_kernel<T: WithDType>(self, widths: &[T], both: &[T], grad: &[T]) -> [Vec<T>; 2] {
        let pairs = self.n * self.k;
        let (distances, activations) = both.split_at(pairs);
        let (of_distances, of_activations) = grad.split_at(pairs);
        let mut sums = of_distances.to_vec();
        let mut of_widths = vec![T::zero(); self.k];
        for row in (0..pairs).step_by(self.k.max(1)) {
            for (j, w) in widths.iter().enumerate() {
                let at = row + j;
                let slope = T::from_f64(self.kernel.slope(activations[at].to_f64()));
                let of_scaled = of_activations[at] * slope;
                sums[at] += of_scaled * *w;
                of_widths[j] += of_scaled * distances[at];
            }
        }
        [sums, of_widths]
    }

    /// Gradients of embeddings, centres, and widths and metric.
    fn backward<T: WithDType + RealField>(
        self,
        x: &[T],
        centres: &[T],
        scale: &[T],
        both: &[T],
        grad: &[T],
    ) -> [Vec<T>; 3] {
        let (widths, metric) = scale.split_at(self.k);
        let [grad, mut of_scale] = self.through_kernel(widths, both, grad);
        let [of_x, of_centres, of_metric] = self.through_distances(x, centres, metric, &grad);
        of_scale.extend(of_metric);
        [of_x, of_centres, of_scale]
    }

    fn through_distances<T: WithDType + RealField>(
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
        [x, centres, scale]: [&Tensor; 3],
        both: &Tensor,
        grad: &Tensor,
    ) -> Result<[Option<Tensor>; 3]> {
        let grad = grad.contiguous()?;
        let [of_x, of_centres, of_scale] = with_numbers::<T, _>(x, |x| {
            with_numbers(centres, |centres| {
                with_numbers(scale, |scale| {
                    with_numbers(both, |both| {
                        with_numbers(&grad, |grad| self.backward(x, centres, scale, both, grad))
                    })
                })
            })
        })?????;
        let tensor = |all: Vec<T>, of: &Tensor| Tensor::from_vec(all, of.shape(), of.device());
        Ok([
            Some(tensor(of_x, x)?),
            Some(tensor(of_centres, centres)?),
            Some(tensor(of_scale, scale)?),
        ])
    }
}

impl CustomOp3 for Op {
    fn name(&self) -> &'static str {
        "activation"
    }

    fn cpu_fwd(
        &self,
        x: &CpuStorage,
        x_at: &Layout,
        centres: &CpuStorage,
        centres_at: &Layout,
        scale: &CpuStorage,
        scale_at: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        let all = match x {
            CpuStorage::F32(_) => CpuStorage::F32(self.forward(
                numbers(x, x_at)?,
                numbers(centres, centres_at)?,
                numbers(scale, scale_at)?,
            )),
            _ => CpuStorage::F64(self.forward(
                numbers(x, x_at)?,
                numbers(centres, centres_at)?,
                numbers(scale, scale_at)?,
            )),
        };
        Ok((all, Shape::from((2, self.n, self.k))))
    }

    fn bwd(
        &self,
        x: &Tensor,
        centres: &Tensor,
        scale: &Tensor,
        both: &Tensor,
        grad: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let of = [x, centres, scale];
        let [of_x, of_centres, of_scale] = match x.dtype() {
            DType::F32 => self.gradients::<f32>(of, both, grad)?,
            _ => self.gradients::<f64>(of, both, grad)?,
        };
        Ok((of_x, of_centres, of_scale))
    }
}
