//! Complete bases.

use salon_demos::linalg::Matrix;
use salon_demos::linalg::svd::{full, svd};

use crate::families::of_shape;
use crate::measures::{BOUND, off_orthonormal};

#[test]
fn orthogonal_and_begun_by_the_thin_ones() {
    for (rows, columns) in [
        (1, 1),
        (1, 5),
        (5, 1),
        (8, 8),
        (9, 4),
        (4, 9),
        (60, 10),
        (10, 60),
    ] {
        for member in of_shape(rows, columns) {
            let (thin, full) = (svd(&member.m).unwrap(), full(&member.m).unwrap());
            let k = thin.s.len();
            assert_eq!(full.u.shape(), (rows, rows));
            assert_eq!(full.vt.shape(), (columns, columns));
            assert_eq!(full.s, thin.s);
            assert_eq!(full.u.columns(0, k), thin.u);
            assert_eq!(full.vt.rows(0, k), thin.vt);
            for q in [&full.u, &full.vt] {
                let off = off_orthonormal(q);
                assert!(off < BOUND, "{}: {off}", member.name);
            }
        }
    }
}

#[test]
fn what_is_added_is_mapped_to_zero() {
    let m = Matrix::from_row_slice(2, 4, &[1.0, 2.0, 3.0, 4.0, 0.0, 1.0, -1.0, 2.0]);
    let full = full(&m).unwrap();
    let kernel = full.vt.rows(2, 2).transpose();
    assert!((m * kernel).norm() < 1e-14);
}
