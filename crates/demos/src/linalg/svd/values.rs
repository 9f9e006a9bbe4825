//! Singular values without vectors: the matrix is made bidiagonal, and [`super::dqds`] does the rest, which takes the
//! libraries longer.

use faer::Mat;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::qr::no_pivoting::factor::{
    qr_in_place, qr_in_place_scratch, recommended_block_size,
};

use super::super::{Matrix, view_mut};
use super::bidiagonal::bidiagonal;
use super::dqds;
use super::engine;

/// Up to so many rows nalgebra is the faster one, as measured.
const SMALL: usize = 64;

/// In any order; none if they were not found. What is in the matrix is given up.
pub(super) fn values(m: Matrix) -> Option<Vec<f64>> {
    let mut tall = if m.nrows() < m.ncols() {
        m.transpose()
    } else {
        m
    };
    let (rows, columns) = tall.shape();
    let (diagonal, above) = if rows <= SMALL {
        let b = nalgebra::linalg::Bidiagonal::new(tall);
        [b.diagonal(), b.off_diagonal()]
            .map(|x| x.as_slice().to_vec())
            .into()
    } else if rows as f64 >= engine::TALL * columns as f64 {
        bidiagonal(&mut triangle(tall))
    } else {
        bidiagonal(&mut tall)
    };
    dqds::values(&diagonal, &above)
}

/// R of M = Q R, n × n.
fn triangle(mut m: Matrix) -> Matrix {
    let (rows, columns) = m.shape();
    let par = engine::par(rows, columns);
    let block = recommended_block_size::<f64>(rows, columns);
    let need = qr_in_place_scratch::<f64>(rows, columns, block, par, Default::default());
    engine::in_pool(par, || {
        qr_in_place(
            view_mut(&mut m),
            Mat::zeros(block, columns).as_mut(),
            par,
            MemStack::new(&mut MemBuffer::new(need)),
            Default::default(),
        );
    });
    Matrix::from_fn(
        columns,
        columns,
        |i, j| if i <= j { m[(i, j)] } else { 0.0 },
    )
}
