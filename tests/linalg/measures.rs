//! How wrong a decomposition is, in units of ε · max(m, n), as LAPACK's own tests have it (Working Note 41).

use salon_demos::linalg::Matrix;
use salon_demos::linalg::svd::Svd;

/// LAPACK's tests pass below 30 to 50 of these units.
pub const BOUND: f64 = 30.0;

fn unit(rows: usize, columns: usize) -> f64 {
    f64::EPSILON * rows.max(columns).max(1) as f64
}

/// ‖M − U Σ Vᵀ‖ / (‖M‖ max(m, n) ε)
pub fn residual(m: &Matrix, found: &Svd) -> f64 {
    // Squares of 1e±300 are no numbers.
    let largest = m.amax();
    if largest == 0.0 {
        return found.product().norm();
    }
    let mut of_one = found.clone();
    of_one.s.iter_mut().for_each(|s| *s /= largest);
    let m = m / largest;
    (&m - of_one.product()).norm() / (m.norm() * unit(m.nrows(), m.ncols()))
}

/// ‖QᵀQ − I‖ / (max(m, k) ε)
pub fn off_orthonormal(q: &Matrix) -> f64 {
    let identity = Matrix::identity(q.ncols(), q.ncols());
    (q.tr_mul(q) - identity).norm() / unit(q.nrows(), q.ncols())
}

/// max |a − b| / (σ₁ max(m, n) ε)
pub fn off_values((rows, columns): (usize, usize), a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    let largest = b.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let off = a
        .iter()
        .zip(b)
        .map(|(a, b)| (a / largest - b / largest).abs());
    off.fold(0.0, f64::max) / unit(rows, columns)
}

/// All that holds of every answer.
pub fn check(name: &str, m: &Matrix, found: &Svd) {
    let ((rows, columns), k) = (m.shape(), m.nrows().min(m.ncols()));
    assert_eq!(found.u.shape(), (rows, k), "{name}");
    assert_eq!(found.vt.shape(), (k, columns), "{name}");
    assert_eq!(found.s.len(), k, "{name}");
    assert!(found.s.is_sorted_by(|a, b| a >= b), "{name}: {:?}", found.s);
    assert!(
        found.s.iter().all(|s| s.is_sign_positive()),
        "{name}: {:?}",
        found.s
    );
    let off = residual(m, found);
    assert!(off < BOUND, "{name}: residual {off}");
    for (which, q) in [("U", found.u.clone()), ("V", found.vt.transpose())] {
        let off = off_orthonormal(&q);
        assert!(off < BOUND, "{name}: {which} is {off} from orthonormal");
    }
    for row in found.vt.row_iter() {
        let first = row
            .iter()
            .fold(0.0_f64, |a, x| if x.abs() > a.abs() { *x } else { a });
        assert!(first > 0.0, "{name}: the sign of {row}");
    }
}
