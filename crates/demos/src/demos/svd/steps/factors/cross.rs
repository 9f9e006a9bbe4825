//! A rank factorisation by rows and columns of M that cross.
//!
//! Of r independent columns J and r independent rows I, B is where they cross, C = B⁻¹ M(I, :) and A = M(:, J) B⁻¹. So C
//! has the identity in columns J, and A in rows I: the two-sided interpolative decomposition (Cheng, Gimbutas,
//! Martinsson & Rokhlin, SIAM J. Sci. Comput. 26, 2005). Where J are the first columns that are independent, C is the
//! reduced row echelon form without its zero rows, as in Strang's A = CR.

use nalgebra::DVector;

use super::super::super::input::Fault;
use super::super::measure;
use crate::linalg::Matrix;

/// M = A·B·C of an m × n matrix of rank r.
pub struct Cross {
    /// m × r; the identity in `rows`.
    pub a: Matrix,
    /// r × r: what M has in `rows` and `columns`.
    pub b: Matrix,
    /// r × n; the identity in `columns`.
    pub c: Matrix,
    /// r rows that all others are sums of.
    pub rows: Vec<usize>,
    /// r columns that all others are sums of.
    pub columns: Vec<usize>,
}

/// The share of the largest entry left that a pivot must have: less would be nearer to what one does by hand, more
/// would round less.
const PIVOT: f64 = 0.1;

impl Cross {
    /// The rank is how many singular values are above max(m, n) · ε · σ₁.
    ///
    /// # Errors
    /// If there is no SVD, or the square piece cannot be inverted.
    pub fn of(m: &Matrix, field: &str) -> Result<Self, Fault> {
        let f = measure::thin_of(field, m)?;
        let (rows, columns) = pivots(m, f.rank(f.tolerance()));
        let (down, across) = (m.select_columns(&columns), m.select_rows(&rows));
        let b = down.select_rows(&rows);
        if rows.is_empty() {
            let (a, c) = (down, across);
            return Ok(Self {
                a,
                b,
                c,
                rows,
                columns,
            });
        }
        let c = b.clone().lu().solve(&across);
        let a = b.transpose().lu().solve(&down.transpose());
        let (Some(a), Some(mut c)) = (a, c) else {
            let why = "is too near to a matrix of lower rank; round its entries to fewer digits";
            return Err(Fault::new(field, why));
        };
        let mut a = a.transpose();
        let identity = Matrix::identity(rows.len(), rows.len());
        for (place, (row, column)) in rows.iter().zip(&columns).enumerate() {
            a.set_row(*row, &identity.row(place));
            c.set_column(*column, &identity.column(place));
        }
        Ok(Self {
            a,
            b,
            c,
            rows,
            columns,
        })
    }

    pub fn rank(&self) -> usize {
        self.rows.len()
    }

    /// A basis of what is sent to zero, as n − r columns: each gives another of the inputs 1 and makes up for it with
    /// those in `columns`.
    pub fn null_space(&self) -> Matrix {
        let n = self.c.ncols();
        let free: Vec<usize> = (0..n).filter(|j| !self.columns.contains(j)).collect();
        let mut basis = Matrix::zeros(n, free.len());
        for (place, j) in free.into_iter().enumerate() {
            basis[(j, place)] = 1.0;
            for (pivot, value) in self.columns.iter().zip(self.c.column(j).iter()) {
                basis[(*pivot, place)] = 0.0 - value;
            }
        }
        basis
    }

    /// The input that stands for all with the same output as x: it has C x in `columns`, and 0 elsewhere.
    pub fn representative(&self, x: &DVector<f64>) -> DVector<f64> {
        let mut representative = x.map(|_| 0.0);
        for (column, value) in self.columns.iter().zip((&self.c * x).iter()) {
            representative[*column] = *value;
        }
        representative
    }
}

/// Gaussian elimination: so many rows and columns, each in order. Of the entries that are large enough it takes the
/// leftmost, and of these the topmost.
fn pivots(m: &Matrix, rank: usize) -> (Vec<usize>, Vec<usize>) {
    let mut rest = m.clone();
    let (mut rows, mut columns) = (Vec::new(), Vec::new());
    for _ in 0..rank {
        let largest = rest.amax();
        let found = rest.iter().position(|x| x.abs() >= PIVOT * largest);
        let Some(place) = found.filter(|_| largest > 0.0) else {
            break;
        };
        let (row, column) = (place % m.nrows(), place / m.nrows());
        let across = rest.row(row) / rest[(row, column)];
        let down = rest.column(column).into_owned();
        rest -= down * across;
        // Rounding would leave something there.
        rest.row_mut(row).fill(0.0);
        rest.column_mut(column).fill(0.0);
        rows.push(row);
        columns.push(column);
    }
    rows.sort_unstable();
    columns.sort_unstable();
    (rows, columns)
}
