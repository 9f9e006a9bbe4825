//! Memory that is kept from one decomposition to the next.

use super::super::{LinalgError, Matrix};
use super::Svd;
use super::engine::{Engine, Memory, Triples};
use super::scale::Scale;

/// For whoever decomposes again and again, as an interactive page does: as long as the shape stays the same, faer and
/// Jacobi allocate no matrix again (but Jacobi where a singular value is 0). nalgebra, for small matrices, allocates its
/// own U, Vᵀ and copy of the matrix each time.
pub struct Workspace {
    scaled: Matrix,
    v: Matrix,
    memory: Option<Memory>,
    svd: Svd,
}

impl Default for Workspace {
    fn default() -> Self {
        Self::new()
    }
}

impl Workspace {
    pub fn new() -> Self {
        Self::of(0, 0)
    }

    fn of(rows: usize, columns: usize) -> Self {
        let k = rows.min(columns);
        Self {
            scaled: Matrix::zeros(rows, columns),
            v: Matrix::zeros(columns, k),
            memory: None,
            svd: Svd {
                u: Matrix::zeros(rows, k),
                s: vec![0.0; k],
                vt: Matrix::zeros(k, columns),
            },
        }
    }

    /// As [`super::svd`] has it.
    ///
    /// # Errors
    /// As [`super::svd`] has it.
    pub fn svd(&mut self, m: &Matrix) -> Result<&Svd, LinalgError> {
        self.by(&Engine::of(m.nrows(), m.ncols()), m)
    }

    /// By one engine alone.
    ///
    /// # Errors
    /// As [`super::svd`] has it.
    pub fn svd_by(&mut self, engine: Engine, m: &Matrix) -> Result<&Svd, LinalgError> {
        self.by(&[engine], m)
    }

    pub(super) fn into_svd(self) -> Svd {
        self.svd
    }

    /// By the first engine that has an answer.
    fn by(&mut self, engines: &[Engine], m: &Matrix) -> Result<&Svd, LinalgError> {
        let (rows, columns) = m.shape();
        let scale = Scale::of(m)?;
        if self.scaled.shape() != m.shape() {
            *self = Self::of(rows, columns);
        }
        let mut triples = Triples {
            u: &mut self.svd.u,
            s: &mut self.svd.s,
            v: &mut self.v,
        };
        if scale == Scale::Zero {
            triples.u.fill_with_identity();
            triples.s.fill(0.0);
            triples.v.fill_with_identity();
        } else {
            scale.divide(m, &mut self.scaled);
            let mut by = |engine: &Engine| triples.by(*engine, &self.scaled, &mut self.memory);
            engines
                .iter()
                .find_map(&mut by)
                .ok_or(LinalgError::NotConverged { rows, columns })?;
            triples.arrange();
        }
        transpose(&self.v, &mut self.svd.vt);
        scale.multiply(&mut self.svd.s, (rows, columns))?;
        Ok(&self.svd)
    }
}

/// By squares that stay in the nearest cache, both as they are read and as they are written.
fn transpose(from: &Matrix, to: &mut Matrix) {
    const SIDE: usize = 16;
    let (rows, columns) = from.shape();
    for left in (0..columns).step_by(SIDE) {
        for top in (0..rows).step_by(SIDE) {
            let (high, wide) = (SIDE.min(rows - top), SIDE.min(columns - left));
            let part = from.view((top, left), (high, wide));
            part.transpose_to(&mut to.view_mut((left, top), (wide, high)));
        }
    }
}
