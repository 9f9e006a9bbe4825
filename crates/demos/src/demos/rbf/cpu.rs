//! What our own operations share: the numbers of a tensor on the CPU, and products of them.
//!
//! Products are faer's. Candle's take a slower library, and ask the system for its number of processors each time
//! (0.11, on Linux: by reading all of /proc/cpuinfo), which for small ones is most of their time.

use candle_core::{CpuStorage, Layout, Result, Storage, Tensor, WithDType, bail};
use faer::linalg::matmul::matmul;
use faer::traits::RealField;
use faer::{Accum, MatMut, MatRef, Par};

/// The numbers of a contiguous tensor.
pub fn numbers<'a, T: WithDType>(storage: &'a CpuStorage, at: &Layout) -> Result<&'a [T]> {
    match at.contiguous_offsets() {
        Some((from, to)) => Ok(&storage.as_slice::<T>()?[from..to]),
        None => bail!("a tensor is not contiguous"),
    }
}

/// Lends out the numbers of a contiguous tensor.
pub fn with_numbers<T: WithDType, R>(tensor: &Tensor, then: impl FnOnce(&[T]) -> R) -> Result<R> {
    let (storage, at) = tensor.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => numbers(storage, at).map(then),
        _ => bail!("a tensor is not on the CPU"),
    }
}

/// The matrix of these numbers, row by row.
pub fn rows_of<T>(slice: &[T], rows: usize) -> MatRef<'_, T> {
    MatRef::from_row_major_slice(slice, rows, slice.len() / rows.max(1))
}

/// `to = a b`, or with `how` `to += a b`, on this thread.
pub fn product<T: RealField>(to: &mut [T], rows: usize, how: Accum, a: MatRef<T>, b: MatRef<T>) {
    let columns = to.len() / rows.max(1);
    let to = MatMut::from_row_major_slice_mut(to, rows, columns);
    matmul(to, how, a, b, T::one_impl(), Par::Seq);
}
