//! Orthonormal bases by Householder's QR.

use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch as apply_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj as apply,
};
use faer::linalg::qr::no_pivoting::factor::{
    qr_in_place, qr_in_place_scratch, recommended_block_size,
};
use faer::{Conj, Mat, Par};

use super::super::{Matrix, view, view_mut};

/// The first `wanted` columns of Q, m of M = Q R at most, for M of m × n with n ≤ m: an orthonormal basis of what M's
/// columns span (and more where they are dependent), continued to the whole space if asked for.
pub(super) fn orthonormal(mut m: Matrix, wanted: usize) -> Matrix {
    let (rows, columns) = m.shape();
    let mut q = Matrix::identity(rows, wanted);
    if columns == 0 || wanted == 0 {
        return q;
    }
    let block = recommended_block_size::<f64>(rows, columns);
    let mut factors = Mat::zeros(block, columns);
    let mut memory = MemBuffer::new(StackReq::any_of(&[
        qr_in_place_scratch::<f64>(rows, columns, block, Par::Seq, Default::default()),
        apply_scratch::<f64>(rows, block, wanted),
    ]));
    let stack = MemStack::new(&mut memory);
    qr_in_place(
        view_mut(&mut m),
        factors.as_mut(),
        Par::Seq,
        stack,
        Default::default(),
    );
    apply(
        view(&m),
        factors.as_ref(),
        Conj::No,
        view_mut(&mut q),
        Par::Seq,
        stack,
    );
    q
}

/// All of a space's basis, of some orthonormal columns that it begins with.
pub(super) fn completed(columns: &Matrix) -> Matrix {
    let mut all = orthonormal(columns.clone(), columns.nrows());
    // Q has them but for their signs and rounding.
    all.columns_mut(0, columns.ncols()).copy_from(columns);
    all
}
