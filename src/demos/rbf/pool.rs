//! Maximum over 2 × 2 places, forward and backward, on the CPU. An odd last row or column is left out, as candle does.

use candle_core::{
    CpuStorage, CustomOp1, DType, Device, Layout, Result, Shape, Tensor, WithDType, bail,
};
use rayon::prelude::*;

/// (images, channels, height, width) → (images, channels, height / 2, width / 2).
///
/// # Errors
/// If the shape or type is another.
pub fn max_pool(x: &Tensor) -> Result<Tensor> {
    match x.device() {
        Device::Cpu => x.contiguous()?.apply_op1(MaxPool),
        _ => max_pool_stock(x),
    }
}

/// The same by candle's own operations, but for its `max_pool2d`: the gradient of that (0.11) is a quarter of what it
/// should be where a window has one maximum. Here each of several equal maxima gets the whole gradient.
///
/// # Errors
/// If the shape is another.
pub fn max_pool_stock(x: &Tensor) -> Result<Tensor> {
    let (images, channels, height, width) = x.dims4()?;
    let (rows, columns) = (height / 2, width / 2);
    if rows == 0 || columns == 0 {
        bail!("max_pool: {height} × {width} is less than one window");
    }
    let whole = x.narrow(2, 0, 2 * rows)?.narrow(3, 0, 2 * columns)?;
    let windows = whole
        .contiguous()?
        .reshape((images * channels, rows, 2, columns, 2))?;
    windows
        .max(4)?
        .max(2)?
        .reshape((images, channels, rows, columns))
}

struct MaxPool;

/// The four places under a result, in the order in which the first maximum wins.
fn window(y: usize, x: usize, width: usize) -> [usize; 4] {
    let corner = 2 * y * width + 2 * x;
    [corner, corner + 1, corner + width, corner + width + 1]
}

/// The place of the maximum under each result, plane by plane.
fn winners<T: WithDType>(
    plane: &[T],
    (height, width): (usize, usize),
) -> impl Iterator<Item = usize> {
    let places = (0..height / 2).flat_map(move |y| (0..width / 2).map(move |x| (y, x)));
    places.map(move |(y, x)| {
        let [first, rest @ ..] = window(y, x, width);
        let larger = |best: usize, place: usize| {
            if plane[place] > plane[best] {
                place
            } else {
                best
            }
        };
        rest.into_iter().fold(first, larger)
    })
}

fn forward<T: WithDType>(x: &[T], (height, width): (usize, usize)) -> Vec<T> {
    let results = (height / 2) * (width / 2);
    let mut y = vec![T::zero(); x.len() / (height * width) * results];
    y.par_chunks_mut(results)
        .zip(x.par_chunks(height * width))
        .for_each(|(y, plane)| {
            for (y, place) in y.iter_mut().zip(winners(plane, (height, width))) {
                *y = plane[place];
            }
        });
    y
}

fn backward<T: WithDType>(x: &[T], grad: &[T], (height, width): (usize, usize)) -> Vec<T> {
    let results = (height / 2) * (width / 2);
    let mut grad_x = vec![T::zero(); x.len()];
    grad_x
        .par_chunks_mut(height * width)
        .zip(x.par_chunks(height * width).zip(grad.par_chunks(results)))
        .for_each(|(grad_x, (plane, grad))| {
            for (grad, place) in grad.iter().zip(winners(plane, (height, width))) {
                grad_x[place] = *grad;
            }
        });
    grad_x
}

fn numbers<'a, T: WithDType>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    match layout.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<T>()?[from..to]),
        None => bail!("max_pool: the tensor is not contiguous"),
    }
}

impl CustomOp1 for MaxPool {
    fn name(&self) -> &'static str {
        "max_pool"
    }

    fn cpu_fwd(&self, x: &CpuStorage, at: &Layout) -> Result<(CpuStorage, Shape)> {
        let (images, channels, height, width) = at.shape().dims4()?;
        if height < 2 || width < 2 {
            bail!("max_pool: {height} × {width} is less than one window");
        }
        let size = (height, width);
        let y = match x {
            CpuStorage::F32(_) => CpuStorage::F32(forward(numbers(x, at)?, size)),
            CpuStorage::F64(_) => CpuStorage::F64(forward(numbers(x, at)?, size)),
            _ => bail!("max_pool is for f32 and f64"),
        };
        Ok((y, Shape::from((images, channels, height / 2, width / 2))))
    }

    fn bwd(&self, x: &Tensor, _y: &Tensor, grad: &Tensor) -> Result<Option<Tensor>> {
        let (_, _, height, width) = x.dims4()?;
        let size = (height, width);
        let grad = grad.flatten_all()?;
        let flat = x.flatten_all()?;
        let grad_x = match x.dtype() {
            DType::F32 => {
                let all = backward(&flat.to_vec1::<f32>()?, &grad.to_vec1::<f32>()?, size);
                Tensor::from_vec(all, x.shape(), x.device())?
            }
            _ => {
                let all = backward(&flat.to_vec1::<f64>()?, &grad.to_vec1::<f64>()?, size);
                Tensor::from_vec(all, x.shape(), x.device())?
            }
        };
        Ok(Some(grad_x))
    }
}
