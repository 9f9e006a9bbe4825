//! The same three pieces of a matrix, with the SVD's bases of its four subspaces (Strang, “The fundamental theorem of
//! linear algebra”, American Mathematical Monthly 100, 1993).

use super::super::super::shown::{Check, Named, Part, Shown};
use super::super::measure::formula;
use super::drawn::square;
use crate::linalg::svd::{FullSvd, full};
use crate::linalg::{LinalgError, Matrix};

pub fn of_matrix(m: &Matrix) -> Result<Shown, LinalgError> {
    let (rows, columns) = m.shape();
    let f = full(m)?;
    let largest = f.s.first().copied().unwrap_or(0.0);
    let tolerance = rows.max(columns) as f64 * f64::EPSILON * largest;
    let rank = f.s.iter().filter(|s| **s > tolerance).count();
    let words = format!(
        "The kernel has dimension {}, the image {rank}: {columns} = {} + {rank}. A coset x + ker is all that goes to M x, and of \
         each coset the SVD takes the shortest element, the one in the row space: there are infinitely many, so dimensions add \
         where sizes were multiplied.",
        columns - rank,
        columns - rank
    );
    let corners = [
        (format!("ℝ^{columns}"), format!("dimension {columns}")),
        (
            "ℝⁿ / ker ≅ row space".to_string(),
            format!("dimension {rank}"),
        ),
        ("im M".to_string(), format!("dimension {rank}")),
        (format!("ℝ^{rows}"), format!("dimension {rows}")),
    ];
    let bases = bases(&f, rank);
    let named = |(name, basis, note): (&str, &Matrix, &str)| match basis.ncols() {
        0 => Part::Words(format!("{name}: only 0.")),
        _ => Part::Matrix(Named::new(name, basis.clone()).note(note)),
    };
    let [row, null, column, left] = &bases;
    let all = [
        ("Row space", row, "first right singular vectors"),
        (
            "Null space (kernel)",
            null,
            "the other right singular vectors",
        ),
        (
            "Column space (image)",
            column,
            "first left singular vectors",
        ),
        ("Left null space", left, "the other left singular vectors"),
    ];
    let checks = matrix_checks(m, &f, &bases, tolerance);
    let parts = vec![
        Part::Words(words),
        formula(r"\mathbb{R}^n / \ker M \cong \operatorname{im} M"),
        Part::Diagram(square(corners, "Σ")),
        Part::Matrix(Named::new("M", m.clone())),
        Part::Row(all.into_iter().map(named).collect()),
    ];
    Ok(Shown { parts, checks })
}

/// Row space, null space, column space, left null space; orthonormal columns.
fn bases(f: &FullSvd, rank: usize) -> [Matrix; 4] {
    let v = f.vt.transpose();
    let first = |m: &Matrix| m.columns(0, rank).into_owned();
    let others = |m: &Matrix| m.columns(rank, m.ncols() - rank).into_owned();
    [first(&v), others(&v), first(&f.u), others(&f.u)]
}

fn matrix_checks(m: &Matrix, f: &FullSvd, bases: &[Matrix; 4], tolerance: f64) -> Vec<Check> {
    let [row, null, column, left] = bases;
    let (rows, columns) = m.shape();
    let rank = row.ncols();
    let unit = 8.0 * rows.max(columns) as f64 * f64::EPSILON;
    let bound = 8.0 * tolerance;
    let off = |q: &Matrix| (q.tr_mul(q) - Matrix::identity(q.ncols(), q.ncols())).norm();
    let mut middle = column.tr_mul(&(m * row));
    let pieces = column * &middle * row.transpose();
    for (i, s) in f.s.iter().take(rank).enumerate() {
        middle[(i, i)] -= s;
    }
    let check = |claim: &str, error: f64, bound: f64| Check {
        claim: claim.to_string(),
        error,
        bound,
    };
    let beside = columns.abs_diff(rank + null.ncols()) + rows.abs_diff(rank + left.ncols());
    vec![
        check(
            "rank + dim ker = n, and rank + dim of the left null space = m",
            beside as f64,
            0.0,
        ),
        check("M takes the null space to 0", (m * null).norm(), bound),
        check(
            "Mᵀ takes the left null space to 0",
            m.tr_mul(left).norm(),
            bound,
        ),
        check(
            "both bases are orthonormal",
            off(&f.u).max(off(&f.vt.transpose())),
            unit,
        ),
        check(
            "from row space to column space M is Σ, which is reversible",
            middle.norm(),
            bound,
        ),
        check(
            "the three pieces do what M does",
            (pieces - m).norm(),
            bound,
        ),
    ]
}
