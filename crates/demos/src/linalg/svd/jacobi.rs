//! One-sided Jacobi: columns are turned in pairs until all are orthogonal (Hestenes 1958; the pairs as de Rijk 1989 takes
//! them). It is simple, very accurate (Demmel & Veselić 1992) and, for small matrices, fast.

use super::super::Matrix;
use super::basis::completed;
use super::engine::Triples;

/// Each takes a turn at every pair; about eight are enough.
pub(super) const SWEEPS: usize = 40;

/// Below it a square is no longer exact; entries are near 1.
const ZERO: f64 = 1e-280;

impl Triples<'_> {
    /// None if the columns did not become orthogonal in so many sweeps. Allocates only where a singular value is 0.
    pub(super) fn by_jacobi(&mut self, m: &Matrix, sweeps: usize) -> Option<()> {
        // What is turned has no more columns than rows.
        let (long, turns) = if m.nrows() < m.ncols() {
            m.transpose_to(self.v);
            (&mut *self.v, &mut *self.u)
        } else {
            self.u.copy_from(m);
            (&mut *self.u, &mut *self.v)
        };
        turns.fill_with_identity();
        let limit = f64::EPSILON * (long.nrows() as f64).sqrt();
        (0..sweeps).find(|_| !sweep(long, turns, self.s, limit))?;
        normalise(long, self.s);
        Some(())
    }
}

/// Whether anything was turned. The squares of the columns' norms are kept in `squares`.
fn sweep(long: &mut Matrix, turns: &mut Matrix, squares: &mut [f64], limit: f64) -> bool {
    for (square, column) in squares.iter_mut().zip(long.column_iter()) {
        *square = dot(column.as_slice(), column.as_slice());
    }
    let k = squares.len();
    let (rows, mut turned) = (long.nrows(), false);
    for p in 0..k {
        let longest = (p..k).fold(p, |a, b| if squares[b] > squares[a] { b } else { a });
        if longest != p {
            squares.swap(p, longest);
            long.swap_columns(p, longest);
            turns.swap_columns(p, longest);
        }
        for q in p + 1..k {
            let (a, b) = (squares[p], squares[q]);
            if a < ZERO || b < ZERO {
                continue;
            }
            let (x, y) = columns(long.as_mut_slice(), rows, p, q);
            let product = dot(x, y);
            if product.abs() <= limit * (a * b).sqrt() {
                continue;
            }
            turned = true;
            let cotangent = (b - a) / (2.0 * product);
            // Its square may be no number.
            let tangent = if cotangent.abs() > 1e8 {
                0.5 / cotangent
            } else {
                cotangent.signum() / (cotangent.abs() + (1.0 + cotangent * cotangent).sqrt())
            };
            let cosine = 1.0 / (1.0 + tangent * tangent).sqrt();
            turn(x, y, cosine, cosine * tangent);
            let (x, y) = columns(turns.as_mut_slice(), k, p, q);
            turn(x, y, cosine, cosine * tangent);
            squares[p] = (a - tangent * product).max(0.0);
            squares[q] = (b + tangent * product).max(0.0);
        }
    }
    turned
}

/// Two columns, the first before the second.
fn columns(all: &mut [f64], rows: usize, p: usize, q: usize) -> (&mut [f64], &mut [f64]) {
    let (before, from) = all.split_at_mut(q * rows);
    (&mut before[p * rows..(p + 1) * rows], &mut from[..rows])
}

fn turn(x: &mut [f64], y: &mut [f64], cosine: f64, sine: f64) {
    for (x, y) in x.iter_mut().zip(y) {
        (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
    }
}

/// In four sums, which are taken at once.
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let ((x, x_rest), (y, y_rest)) = (x.as_chunks::<4>(), y.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (x, y) in x.iter().zip(y) {
        for i in 0..4 {
            sums[i] += x[i] * y[i];
        }
    }
    let rest: f64 = x_rest.iter().zip(y_rest).map(|(x, y)| x * y).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The norms are the singular values. Columns without one become some that complete the others.
fn normalise(long: &mut Matrix, s: &mut [f64]) {
    let mut kept = Vec::with_capacity(s.len());
    let mut zero = Vec::new();
    for (j, (mut column, s)) in long.column_iter_mut().zip(s).enumerate() {
        let square = dot(column.as_slice(), column.as_slice());
        if square < ZERO {
            *s = 0.0;
            zero.push(j);
        } else {
            *s = square.sqrt();
            column /= *s;
            kept.push(j);
        }
    }
    if zero.is_empty() {
        return;
    }
    let all = completed(&long.select_columns(&kept));
    for (to, from) in zero.into_iter().zip(kept.len()..) {
        long.set_column(to, &all.column(from));
    }
}
