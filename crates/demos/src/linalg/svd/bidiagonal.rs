//! A matrix made bidiagonal by reflections from both sides (Golub & Kahan 1965), in one pass over what is left of it for
//! each column.
//!
//! - The columns are taken by panels, and what is left of the matrix is changed once a panel, by a product: Dongarra,
//!   Hammarling & Sorensen, "Block reduction of matrices to condensed forms", J. Comput. Appl. Math. 27, 1989. Within a
//!   panel the matrix stands for A − V Yᵀ − X Wᵀ, of which the last three columns grow with it.
//! - A panel's column needs Aᵀu and then A v, with v from Aᵀu. While a column of A is at hand for the first, it is added to
//!   the second, times what the first comes to: Howell, Demmel, Fulton, Hammarling & Marmol, "Cache efficient
//!   bidiagonalization using BLAS 2.5 operators", ACM TOMS 34, 2008. v is that but for its first entry and a factor.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use pulp::{Arch, Simd, WithSimd};

use super::super::Matrix;
use super::engine::{in_pool, par};
use super::lanes::{add_times, dot};

/// Of a matrix whose largest entry is near 1: far below its rounding, and far above what has no square.
const NOTHING: f64 = 1e-140;
/// Columns of a panel.
const PANEL: usize = 32;
/// Columns of a pass that are read together.
const TOGETHER: usize = 4;
/// From so many entries left on both halves of them are passed over at the same time.
const HALVES: usize = 1 << 16;

/// The diagonal (n) and what is above it (n − 1) of B = Uᵀ M V, for M of m × n with n ≤ m. What is in M is given up.
pub(super) fn bidiagonal(m: &mut Matrix) -> (Vec<f64>, Vec<f64>) {
    let (rows, columns) = m.shape();
    let reduce = || {
        let mut reduction = Reduction::new(m.as_mut_slice(), rows, columns);
        for from in (0..columns).step_by(PANEL) {
            reduction.panel(from, PANEL.min(columns - from));
        }
        let mut above = std::mem::take(&mut reduction.above);
        above.truncate(columns.saturating_sub(1));
        (reduction.diagonal, above)
    };
    let halves = rows * columns >= HALVES;
    in_pool(if halves { Par::rayon(2) } else { Par::Seq }, reduce)
}

/// H = I − τ v vᵀ with H x = (β, 0, …): x becomes v, whose first entry is 1. β and τ.
fn reflect(x: &mut [f64]) -> (f64, f64) {
    let Some((first, rest)) = x.split_first_mut() else {
        return (0.0, 0.0);
    };
    let (alpha, tail) = (*first, dot(rest, rest).sqrt());
    *first = 1.0;
    // The matrix is scaled, so this is nothing; squares that are no normal numbers would make it something.
    if tail < NOTHING {
        return (alpha, 0.0);
    }
    // Of the sign that lets nothing cancel.
    let beta = -alpha.hypot(tail).copysign(alpha);
    let by = 1.0 / (alpha - beta);
    for x in rest {
        *x *= by;
    }
    (beta, (beta - alpha) / beta)
}

struct Reduction<'a> {
    /// By columns; those to the left of the panel's are their v's.
    a: &'a mut [f64],
    rows: usize,
    columns: usize,
    /// m × panel
    x: Vec<f64>,
    /// n × panel
    y: Vec<f64>,
    /// n × panel: the v's of rows.
    w: Vec<f64>,
    /// The row at hand, then its v.
    row: Vec<f64>,
    /// What Aᵀu has too much, since A stands for more than its entries.
    change: Vec<f64>,
    /// A times the row, by halves of the columns.
    sums: [Vec<f64>; 2],
    diagonal: Vec<f64>,
    above: Vec<f64>,
}

impl<'a> Reduction<'a> {
    fn new(a: &'a mut [f64], rows: usize, columns: usize) -> Self {
        let zeros = |n| vec![0.0; n];
        Self {
            a,
            rows,
            columns,
            x: zeros(rows * PANEL),
            y: zeros(columns * PANEL),
            w: zeros(columns * PANEL),
            row: zeros(columns),
            change: zeros(columns),
            sums: [zeros(rows), zeros(rows)],
            diagonal: zeros(columns),
            above: zeros(columns),
        }
    }

    fn panel(&mut self, from: usize, wide: usize) {
        for i in 0..wide {
            let tau = self.column(from, i);
            if from + i + 1 < self.columns {
                self.row(from, i);
                self.pass(from + i, i, tau);
                self.right(from, i);
            }
        }
        self.change_the_rest(from, wide);
    }

    /// The panel's column i: brought up to date and reflected. Its τ.
    fn column(&mut self, from: usize, i: usize) -> f64 {
        let (rows, columns, k) = (self.rows, self.columns, from + i);
        let (left, right) = self.a.split_at_mut(k * rows);
        let column = &mut right[k..rows];
        for l in 0..i {
            let v = &left[(from + l) * rows + k..(from + l + 1) * rows];
            let x = &self.x[l * rows + k..(l + 1) * rows];
            add_times(column, -self.y[l * columns + k], v);
            add_times(column, -self.w[l * columns + k], x);
        }
        let (beta, tau) = reflect(column);
        self.diagonal[k] = beta;
        tau
    }

    /// The row of the diagonal's entry i, to the right of it, as it is before the column's reflection; and what the
    /// panel so far changes of Aᵀu.
    fn row(&mut self, from: usize, i: usize) {
        let (rows, columns, k) = (self.rows, self.columns, from + i);
        let (row, change) = (&mut self.row[k + 1..], &mut self.change[k + 1..]);
        for (r, column) in row.iter_mut().zip(self.a[(k + 1) * rows..].chunks(rows)) {
            *r = column[k];
        }
        change.fill(0.0);
        let u = &self.a[k * rows + k..(k + 1) * rows];
        for l in 0..i {
            let y = &self.y[l * columns + k + 1..(l + 1) * columns];
            let w = &self.w[l * columns + k + 1..(l + 1) * columns];
            let v = &self.a[(from + l) * rows + k..(from + l + 1) * rows];
            let x = &self.x[l * rows + k..(l + 1) * rows];
            add_times(row, -v[0], y);
            add_times(row, -x[0], w);
            add_times(change, dot(v, u), y);
            add_times(change, dot(x, u), w);
        }
    }

    /// y = τ Aᵀu, the row after its reflection, and A times that, in one pass over what is right of column k.
    fn pass(&mut self, k: usize, i: usize, tau: f64) {
        let (rows, columns) = (self.rows, self.columns);
        let (done, left) = self.a.split_at((k + 1) * rows);
        let u = &done[k * rows + k..];
        let y = &mut self.y[i * columns + k + 1..(i + 1) * columns];
        let row = &mut self.row[k + 1..];
        let middle = row.len() / 2;
        let ((y, other_y), (row, other_row)) = (y.split_at_mut(middle), row.split_at_mut(middle));
        let (change, other_change) = self.change[k + 1..].split_at(middle);
        let [sums, other_sums] = self.sums.each_mut().map(|sums| &mut sums[k..]);
        let of = |left, change, y, row, sums| Pass {
            left,
            rows,
            k,
            u,
            tau,
            change,
            y,
            row,
            sums,
        };
        let one = of(left, change, y, row, sums);
        let other = of(
            &left[middle * rows..],
            other_change,
            other_y,
            other_row,
            other_sums,
        );
        if (rows - k) * (columns - k) < HALVES {
            one.run();
            other.run();
        } else {
            rayon::join(|| one.run(), || other.run());
        }
        let [sums, other_sums] = &mut self.sums;
        for (sum, other) in sums[k..].iter_mut().zip(&other_sums[k..]) {
            *sum += other;
        }
    }

    /// The row's reflection, and its column of X.
    fn right(&mut self, from: usize, i: usize) {
        let (rows, columns, k) = (self.rows, self.columns, from + i);
        let (done, w) = self.w.split_at_mut(i * columns);
        w[..k + 1].fill(0.0);
        let v = &mut w[k + 1..columns];
        v.copy_from_slice(&self.row[k + 1..]);
        let first = v[0];
        let (beta, tau) = reflect(v);
        self.above[k] = beta;
        let (before, x) = self.x.split_at_mut(i * rows);
        x[..rows].fill(0.0);
        if tau == 0.0 {
            return;
        }
        let x = &mut x[k + 1..rows];
        // v is the row less β in its first entry, over what then is its first.
        let by = 1.0 / (first - beta);
        let next = &self.a[(k + 1) * rows + k + 1..(k + 2) * rows];
        for ((x, sum), a) in x.iter_mut().zip(&self.sums[0][k + 1..]).zip(next) {
            *x = (sum - beta * a) * by;
        }
        for l in 0..=i {
            let y = &self.y[l * columns + k + 1..(l + 1) * columns];
            let u = &self.a[(from + l) * rows + k + 1..(from + l + 1) * rows];
            add_times(x, -dot(y, v), u);
        }
        for (w, before) in done.chunks(columns).zip(before.chunks(rows)) {
            add_times(x, -dot(&w[k + 1..], v), &before[k + 1..]);
        }
        for x in x {
            *x *= tau;
        }
    }

    /// A − V Yᵀ − X Wᵀ, right of the panel and below it.
    fn change_the_rest(&mut self, from: usize, wide: usize) {
        let (rows, columns, to) = (self.rows, self.columns, from + wide);
        if to == columns {
            return;
        }
        let below = |all: &'_ [f64], n: usize| {
            let all = MatRef::from_column_major_slice(&all[..n * wide], n, wide);
            all.subrows(to, n - to).to_owned()
        };
        let (x, y, w) = (
            below(&self.x, rows),
            below(&self.y, columns),
            below(&self.w, columns),
        );
        let (done, left) = self.a.split_at_mut(to * rows);
        let v = MatRef::from_column_major_slice(&done[from * rows..], rows, wide);
        let left = MatMut::from_column_major_slice_mut(left, rows, columns - to);
        let (v, mut left) = (v.subrows(to, rows - to), left.subrows_mut(to, rows - to));
        let par = par(rows - to, columns - to);
        matmul(left.as_mut(), Accum::Add, v, y.transpose(), -1.0, par);
        matmul(
            left.as_mut(),
            Accum::Add,
            x.as_ref(),
            w.transpose(),
            -1.0,
            par,
        );
    }
}

/// A pass over some columns.
struct Pass<'a> {
    left: &'a [f64],
    rows: usize,
    k: usize,
    u: &'a [f64],
    tau: f64,
    change: &'a [f64],
    y: &'a mut [f64],
    row: &'a mut [f64],
    sums: &'a mut [f64],
}

impl Pass<'_> {
    fn run(self) {
        Arch::new().dispatch(self);
    }

    /// Columns j to j + N.
    #[inline(always)]
    fn columns<S: Simd, const N: usize>(&mut self, simd: S, j: usize) {
        let column = |n: usize| &self.left[(j + n) * self.rows + self.k..(j + n + 1) * self.rows];
        let columns: [_; N] = std::array::from_fn(|n| S::as_simd_f64s(column(n)));
        let (u, u_rest) = S::as_simd_f64s(self.u);
        let heads: [_; N] = std::array::from_fn(|n| &columns[n].0[..u.len()]);
        // Two sums each, so that one does not wait for the other.
        let mut products = [[simd.splat_f64s(0.0); N]; 2];
        for (i, u) in u.iter().enumerate() {
            for n in 0..N {
                let sum = &mut products[i % 2][n];
                *sum = simd.mul_add_e_f64s(heads[n][i], *u, *sum);
            }
        }
        let mut by = [0.0; N];
        for n in 0..N {
            let both = simd.add_f64s(products[0][n], products[1][n]);
            let rest = columns[n].1.iter().zip(u_rest);
            let product = rest.fold(simd.reduce_sum_f64s(both), |sum, (a, u)| sum + a * u);
            self.y[j + n] = self.tau * (product - self.change[j + n]);
            // u begins with 1.
            self.row[j + n] -= self.y[j + n];
            by[n] = self.row[j + n];
        }
        let (sums, sums_rest) = S::as_mut_simd_f64s(self.sums);
        let wide: [_; N] = std::array::from_fn(|n| simd.splat_f64s(by[n]));
        for (i, sum) in sums[..u.len()].iter_mut().enumerate() {
            let mut all = *sum;
            for n in 0..N {
                all = simd.mul_add_e_f64s(heads[n][i], wide[n], all);
            }
            *sum = all;
        }
        for (i, sum) in sums_rest.iter_mut().enumerate() {
            *sum += (0..N).map(|n| columns[n].1[i] * by[n]).sum::<f64>();
        }
    }
}

impl WithSimd for Pass<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        self.sums.fill(0.0);
        let whole = self.row.len() / TOGETHER * TOGETHER;
        for j in (0..whole).step_by(TOGETHER) {
            self.columns::<S, TOGETHER>(simd, j);
        }
        for j in whole..self.row.len() {
            self.columns::<S, 1>(simd, j);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Engine, svd_by};
    use super::*;

    /// With entries in [-1, 1), some rows of zeros, and as many equal columns as asked for.
    fn matrix(rows: usize, columns: usize, equal: usize) -> Matrix {
        let entry = |i: usize, j: usize| {
            let n = (i * 7_919 + j.max(equal) * 104_729 + 1) as f64;
            if i % 17 == 16 {
                0.0
            } else {
                (n * 0.618_033_988_749_895 + n.sqrt()).fract() * 2.0 - 1.0
            }
        };
        Matrix::from_fn(rows, columns, entry)
    }

    #[test]
    fn it_has_the_singular_values_of_the_matrix() {
        let shapes = [
            (1, 1),
            (2, 1),
            (2, 2),
            (5, 3),
            (31, 31),
            (32, 32),
            (33, 33),
            (64, 63),
            (65, 65),
            (97, 33),
            (200, 130),
            (300, 257),
            (257, 257),
        ];
        for (rows, columns) in shapes {
            for equal in [0, columns / 3] {
                let m = matrix(rows, columns, equal);
                let (diagonal, above) = bidiagonal(&mut m.clone());
                assert_eq!((diagonal.len(), above.len()), (columns, columns - 1));
                let b = Matrix::from_fn(columns, columns, |i, j| match j.wrapping_sub(i) {
                    0 => diagonal[i],
                    1 => above[i],
                    _ => 0.0,
                });
                let [of_b, of_m] = [&b, &m].map(|m| svd_by(Engine::Qr, m).unwrap().s);
                let unit = f64::EPSILON * rows.max(columns) as f64 * of_m[0];
                for (x, y) in of_b.iter().zip(&of_m) {
                    assert!(
                        (x - y).abs() <= 2.0 * unit,
                        "{rows} × {columns}, {equal} equal: {x} and {y}"
                    );
                }
            }
        }
    }

    #[test]
    fn entries_whose_squares_are_none_do_no_harm() {
        for tiny in [1e-130, 1e-150, 3e-161, 2e-162, 1e-170, 5e-324] {
            let mut m = matrix(100, 100, 0);
            m.column_mut(0).fill(tiny);
            m.row_mut(3).fill(-tiny);
            let (diagonal, above) = bidiagonal(&mut m.clone());
            let squares: f64 = diagonal.iter().chain(&above).map(|x| x * x).sum();
            // The Frobenius norm stays.
            let off = (squares.sqrt() / m.norm() - 1.0).abs();
            assert!(off < 100.0 * f64::EPSILON, "{tiny:e}: {off:e}");
        }
    }

    #[test]
    fn it_is_the_same_each_time_and_zeros_stay_zeros() {
        let m = matrix(300, 280, 0);
        assert_eq!(bidiagonal(&mut m.clone()), bidiagonal(&mut m.clone()));
        let (diagonal, above) = bidiagonal(&mut Matrix::zeros(40, 35));
        assert!(diagonal.iter().chain(&above).all(|x| *x == 0.0));
    }
}
