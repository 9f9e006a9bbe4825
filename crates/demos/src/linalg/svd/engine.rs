//! What computes behind the door, each engine by itself.

use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{ComputeSvdVectors, SvdParams, svd, svd_scratch};
use faer::{Auto, Par, Spec};

use super::super::{Matrix, view, view_mut};
use super::check;
use super::jacobi::SWEEPS;
use super::scale::largest;

/// All keep the same promises; they differ in speed, and in the last digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One-sided Jacobi, our own.
    Jacobi,
    /// nalgebra: Householder bidiagonalisation, then implicit QR steps (Golub & Kahan 1965). Fast on small matrices, but
    /// its answer can be wrong where entries are of very different size, so each is checked.
    Nalgebra,
    /// faer: the same; QR first where a matrix is tall or wide (Chan 1982).
    Qr,
    /// faer: the same, but by divide and conquer (Gu & Eisenstat 1995). Fast where there are many values, but its answer
    /// can be wrong where the rank is not full, so each is checked.
    DivideAndConquer,
}

// As measured; see docs/DECISIONS.md.

/// Up to so many rows and columns Jacobi is the fastest.
const TINY: usize = 8;

/// Up to so many rows and columns nalgebra is.
const SMALL: usize = 40;

/// From so many singular values on divide and conquer is.
const MANY: usize = 48;

/// From so many times as many rows as columns on, QR first needs fewer operations.
pub(super) const TALL: f64 = 1.5;

/// Below so many entries a second thread is no gain.
const PARALLEL: usize = 1 << 19;

impl Engine {
    /// Those for a shape, in the order in which they are tried.
    pub fn of(rows: usize, columns: usize) -> [Self; 2] {
        let longer = rows.max(columns);
        if longer <= TINY {
            [Self::Jacobi, Self::Qr]
        } else if longer <= SMALL {
            [Self::Nalgebra, Self::Qr]
        } else if rows.min(columns) < MANY {
            [Self::Qr, Self::Jacobi]
        } else {
            [Self::DivideAndConquer, Self::Qr]
        }
    }
}

/// Of how many values divide and conquer leaves a part to QR steps. Fewer are a little faster, and more often wrong.
fn part(values: usize) -> usize {
    if values < 128 { 32 } else { 128 }
}

/// U (m × k), the values and V (n × k) as an engine leaves them: with any signs, in any order.
pub(super) struct Triples<'a> {
    pub u: &'a mut Matrix,
    pub s: &'a mut [f64],
    pub v: &'a mut Matrix,
}

impl Triples<'_> {
    /// None if there is no answer, or a wrong one. `memory` is for the shape of `m`.
    pub(super) fn by(
        &mut self,
        engine: Engine,
        m: &Matrix,
        memory: &mut Option<Memory>,
    ) -> Option<()> {
        let k = self.s.len();
        let mut faer = |triples: &mut Self, part| {
            let memory = memory.get_or_insert_with(|| Memory::of(m.nrows(), m.ncols()));
            triples.by_faer(m, part, memory)
        };
        match engine {
            Engine::Jacobi => self.by_jacobi(m, SWEEPS)?,
            Engine::Nalgebra => {
                self.by_nalgebra(m, 100 + 30 * k)?;
                check::product(m, self).then_some(())?;
            }
            Engine::Qr => faer(self, usize::MAX)?,
            Engine::DivideAndConquer => {
                faer(self, part(k))?;
                check::probed(m, self).then_some(())?;
            }
        }
        largest(self.s).map(|_| ())
    }

    /// Allocates its own U, Vᵀ and copy of the matrix. None if the values were not found in so many steps.
    fn by_nalgebra(&mut self, m: &Matrix, steps: usize) -> Option<()> {
        // As nalgebra itself has it where nobody sets it.
        let small = 5.0 * f64::EPSILON;
        let f = nalgebra::SVD::try_new_unordered(m.clone(), true, true, small, steps)?;
        self.u.copy_from(&f.u?);
        f.v_t?.transpose_to(self.v);
        self.s.copy_from_slice(f.singular_values.as_slice());
        Some(())
    }

    /// None if the values were not found.
    fn by_faer(&mut self, m: &Matrix, part: usize, memory: &mut Memory) -> Option<()> {
        let par = par(m.nrows(), m.ncols());
        let found = || {
            svd(
                view(m),
                DiagMut::from_slice_mut(self.s),
                Some(view_mut(self.u)),
                Some(view_mut(self.v)),
                par,
                MemStack::new(&mut memory.0),
                params(part),
            )
        };
        in_pool(par, found).ok()
    }

    /// Values in descending order and none negative, and of each right singular vector the entry of largest
    /// magnitude positive (the first of several).
    pub(super) fn arrange(&mut self) {
        for (j, s) in self.s.iter_mut().enumerate() {
            if s.is_sign_negative() {
                *s = -*s;
                self.u.column_mut(j).neg_mut();
            }
        }
        if !self.s.is_sorted_by(|a, b| a >= b) {
            for j in 0..self.s.len() {
                let largest =
                    (j..self.s.len()).fold(j, |a, b| if self.s[b] > self.s[a] { b } else { a });
                self.s.swap(j, largest);
                self.u.swap_columns(j, largest);
                self.v.swap_columns(j, largest);
            }
        }
        for (mut u, mut v) in self.u.column_iter_mut().zip(self.v.column_iter_mut()) {
            let largest = v
                .iter()
                .fold(0.0_f64, |a, x| if x.abs() > a.abs() { *x } else { a });
            if largest < 0.0 {
                u.neg_mut();
                v.neg_mut();
            }
        }
    }
}

/// What faer computes in, whichever way.
pub(super) struct Memory(MemBuffer);

impl Memory {
    pub(super) fn of(rows: usize, columns: usize) -> Self {
        let thin = ComputeSvdVectors::Thin;
        // QR needs no more.
        let params = params(part(rows.min(columns)));
        let need = svd_scratch::<f64>(rows, columns, thin, thin, par(rows, columns), params);
        Self(MemBuffer::new(need))
    }
}

/// Large matrices are split in two, whether there are two threads or not, so that their number changes no bit.
pub(super) fn par(rows: usize, columns: usize) -> Par {
    if rows * columns < PARALLEL {
        Par::Seq
    } else {
        Par::rayon(2)
    }
}

/// What is split in two is done on one of the threads that it is split for: faer's own wait for each other by spinning, and
/// with the caller as a third one they took 140 or 300 ms, as it came, for what takes 118 (720 × 1280, two processors).
pub(super) fn in_pool<T: Send>(par: Par, work: impl FnOnce() -> T + Send) -> T {
    match par {
        Par::Seq => work(),
        Par::Rayon(_) => rayon::scope(|_| work()),
    }
}

fn params(part: usize) -> Spec<SvdParams, f64> {
    Spec::new(SvdParams {
        recursion_threshold: part,
        qr_ratio_threshold: TALL,
        ..Auto::<f64>::auto()
    })
}

#[cfg(test)]
mod tests {
    use super::super::dqds;
    use super::*;

    /// No bound that is enough is ever reached by a test, so here they are too small.
    #[test]
    fn an_engine_whose_steps_are_used_up_has_no_answer() {
        let m = Matrix::from_fn(9, 6, |i, j| ((i * 7 + j * j * 3) % 11) as f64 / 11.0);
        let (mut u, mut v) = (Matrix::zeros(9, 6), Matrix::zeros(6, 6));
        let mut s = [0.0; 6];
        let mut triples = Triples {
            u: &mut u,
            s: &mut s,
            v: &mut v,
        };
        for (few, enough) in [(1, 40), (2, 40)] {
            assert!(triples.by_jacobi(&m, few).is_none());
            assert!(triples.by_jacobi(&m, enough).is_some());
        }
        // 0 would be no bound to nalgebra.
        assert!(triples.by_nalgebra(&m, 1).is_none());
        assert!(triples.by_nalgebra(&m, 200).is_some());
        let (diagonal, above) = ([1.0, 0.9, 0.8, 0.7, 0.6], [0.5; 4]);
        assert!(dqds::values_within(&diagonal, &above, 2).is_none());
        assert!(dqds::values(&diagonal, &above).is_some());
    }
}
