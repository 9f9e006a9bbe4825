//! Singular values without vectors: a library makes the matrix bidiagonal, and [`super::dqds`] does the rest, which takes
//! either library longer.

use faer::dyn_stack::{MemBuffer, MemStack, StackReq};
use faer::linalg::qr::no_pivoting::factor::{
    qr_in_place, qr_in_place_scratch, recommended_block_size,
};
use faer::linalg::svd::bidiag::{bidiag_in_place, bidiag_in_place_scratch};
use faer::{Mat, MatMut};

use super::super::Matrix;
use super::dqds;
use super::engine;

/// Up to so many rows nalgebra is the faster one, as measured.
const SMALL: usize = 64;

/// In any order; none if they were not found. What is in the matrix is given up.
pub(super) fn values(m: Matrix) -> Option<Vec<f64>> {
    let tall = if m.nrows() < m.ncols() {
        m.transpose()
    } else {
        m
    };
    let (diagonal, above) = bidiagonal(tall);
    dqds::values(&diagonal, &above)
}

/// The diagonal (n) and what is above it (n − 1) of B = Uᵀ M V, for M of m × n with n ≤ m.
fn bidiagonal(mut m: Matrix) -> (Vec<f64>, Vec<f64>) {
    let (rows, columns) = m.shape();
    if rows <= SMALL {
        let b = nalgebra::linalg::Bidiagonal::new(m);
        let [diagonal, above] = [b.diagonal(), b.off_diagonal()].map(|x| x.as_slice().to_vec());
        return (diagonal, above);
    }
    let mut work = MatMut::from_column_major_slice_mut(m.as_mut_slice(), rows, columns);
    let par = engine::par(rows, columns);
    let block = recommended_block_size::<f64>(rows, columns);
    let mut memory = MemBuffer::new(StackReq::any_of(&[
        qr_in_place_scratch::<f64>(rows, columns, block, par, Default::default()),
        bidiag_in_place_scratch::<f64>(rows, columns, par, Default::default()),
    ]));
    let stack = MemStack::new(&mut memory);
    let mut r;
    if rows as f64 >= engine::TALL * columns as f64 {
        let mut factors = Mat::zeros(block, columns);
        qr_in_place(
            work.as_mut(),
            factors.as_mut(),
            par,
            stack,
            Default::default(),
        );
        let of_r = |i, j| if i <= j { work[(i, j)] } else { 0.0 };
        r = Mat::from_fn(columns, columns, of_r);
        work = r.as_mut();
    }
    // The reflections are not applied to anything, so they need no blocks.
    let mut left = Mat::zeros(1, columns);
    let mut right = Mat::zeros(1, columns.saturating_sub(1));
    bidiag_in_place(
        work.as_mut(),
        left.as_mut(),
        right.as_mut(),
        par,
        stack,
        Default::default(),
    );
    let diagonal = (0..columns).map(|i| work[(i, i)]).collect();
    let above = (1..columns).map(|i| work[(i - 1, i)]).collect();
    (diagonal, above)
}
