//! Completion of a table with blanks by soft-impute (Mazumder, Hastie and Tibshirani, “Spectral regularization algorithms
//! for learning large incomplete matrices”, Journal of Machine Learning Research 11, 2010, algorithm 1), with a bound on
//! the rank.

use crate::linalg::svd::{Svd, Workspace};
use crate::linalg::{LinalgError, Matrix};

/// Where a table has values.
pub type Known = nalgebra::DMatrix<bool>;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    pub rank: usize,
    /// What each singular value is made less by.
    pub shrinkage: f64,
    pub iterations: usize,
}

/// A table filled in: item means plus a matrix of low rank.
#[derive(Debug, Clone, PartialEq)]
pub struct Completion {
    /// By column, of what is known.
    pub means: Vec<f64>,
    /// Of what is beyond the means, with the singular values shrunk.
    pub low: Svd,
    /// ½ Σ over known (x − z)² + shrinkage · ‖Z‖∗ at the start and after each iteration; it never grows.
    pub objective: Vec<f64>,
}

impl Completion {
    /// The whole table, blanks and all.
    pub fn filled(&self) -> Matrix {
        let mut filled = self.low.product();
        for (mut column, mean) in filled.column_iter_mut().zip(&self.means) {
            column.add_scalar_mut(*mean);
        }
        filled
    }
}

/// The largest change that still goes on, as a share of ‖Z‖.
const SETTLED: f64 = 1e-4;

/// `known` is true where `table` has a value (both n × p); where it is false, `table` is not looked at. A column without
/// any has mean 0.
///
/// # Errors
/// As [`crate::linalg::svd::svd`] has it.
pub fn complete(
    table: &Matrix,
    known: &Known,
    options: Options,
) -> Result<Completion, LinalgError> {
    let means = means(table, known);
    let beyond = Matrix::from_fn(table.nrows(), table.ncols(), |i, j| {
        if known[(i, j)] {
            table[(i, j)] - means[j]
        } else {
            0.0
        }
    });
    let objective = |z: &Matrix, s: &[f64]| {
        let misses = beyond.iter().zip(z.iter()).zip(known.iter());
        let squares: f64 = misses
            .filter(|(_, known)| **known)
            .map(|((x, z), _)| (x - z).powi(2))
            .sum();
        squares / 2.0 + options.shrinkage * s.iter().sum::<f64>()
    };
    let mut z = Matrix::zeros(table.nrows(), table.ncols());
    let mut workspace = Workspace::new();
    let mut low = workspace.svd(&z)?.truncated(0);
    let mut course = vec![objective(&z, &low.s)];
    for _ in 0..options.iterations {
        // Blanks have what is thought of them by now.
        let filled = z.zip_zip_map(&beyond, known, |z, x, known| if known { x } else { z });
        let found = workspace.svd(&filled)?.truncated(options.rank);
        low = shrunk(found, options.shrinkage);
        let next = low.product();
        let change = (&next - &z).norm();
        z = next;
        course.push(objective(&z, &low.s));
        if change <= SETTLED * z.norm() {
            break;
        }
    }
    Ok(Completion {
        means,
        low,
        objective: course,
    })
}

fn shrunk(mut f: Svd, by: f64) -> Svd {
    f.s.iter_mut().for_each(|s| *s = (*s - by).max(0.0));
    let rank = f.rank(0.0);
    f.truncated(rank)
}

fn means(table: &Matrix, known: &Known) -> Vec<f64> {
    let columns = (0..table.ncols()).map(|j| (table.column(j), known.column(j)));
    columns
        .map(|(values, known)| {
            let pairs = values.iter().zip(known.iter()).filter(|(_, is)| **is);
            let (sum, n) = pairs.fold((0.0, 0_usize), |(sum, n), (x, _)| (sum + x, n + 1));
            sum / n.max(1) as f64
        })
        .collect()
}

/// Which known values are hidden to be guessed: every fifth, counted along the rows, unless its row or column would be
/// left with none.
pub fn hidden(known: &Known) -> Vec<(usize, usize)> {
    let mut left = known.clone();
    let mut hidden = Vec::new();
    let mut count = 0;
    for i in 0..known.nrows() {
        for j in 0..known.ncols() {
            if !known[(i, j)] {
                continue;
            }
            count += 1;
            let row = left.row(i).iter().filter(|is| **is).count();
            let column = left.column(j).iter().filter(|is| **is).count();
            if count % 5 == 0 && row > 1 && column > 1 {
                left[(i, j)] = false;
                hidden.push((i, j));
            }
        }
    }
    hidden
}
