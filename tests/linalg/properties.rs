//! What holds of any matrix.

use proptest::prelude::*;
use salon_demos::linalg::Matrix;
use salon_demos::linalg::svd::{Engine, singular_values, svd, svd_by};

use crate::families::orthogonal;
use crate::measures::{BOUND, check, off_values};

/// Some of whose entries are 0, equal, or far apart.
fn any_matrix() -> impl Strategy<Value = Matrix> {
    let entry = prop_oneof![
        4 => -1.0..1.0_f64,
        2 => Just(0.0),
        2 => Just(1.0),
        1 => (-1.0..1.0_f64, -30..30).prop_map(|(x, power)| x * 10_f64.powi(power)),
    ];
    (1..=14_usize, 1..=14_usize).prop_flat_map(move |(rows, columns)| {
        let all = prop::collection::vec(entry.clone(), rows * columns);
        all.prop_map(move |all| Matrix::from_vec(rows, columns, all))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn engines_keep_the_promises(m in any_matrix()) {
        let [a, b] = [Engine::Jacobi, Engine::Qr].map(|engine| svd_by(engine, &m).unwrap());
        check("Jacobi", &m, &a);
        check("QR", &m, &b);
        let door = svd(&m).unwrap();
        check("door", &m, &door);
        let alone = singular_values(&m).unwrap();
        for s in [&b.s, &door.s, &alone] {
            prop_assert!(off_values(m.shape(), s, &a.s) < BOUND);
        }
    }

    #[test]
    fn the_transpose_has_the_same_values(m in any_matrix()) {
        let (a, b) = (svd(&m).unwrap().s, svd(&m.transpose()).unwrap().s);
        prop_assert!(off_values(m.shape(), &a, &b) < BOUND);
        let alone = singular_values(&m.transpose()).unwrap();
        prop_assert!(off_values(m.shape(), &alone, &b) < BOUND);
    }

    #[test]
    fn turning_changes_no_value(m in any_matrix(), seed in 0..1000_u64) {
        let turned = orthogonal(m.nrows(), seed) * &m * orthogonal(m.ncols(), seed + 1);
        let (a, b) = (svd(&m).unwrap().s, svd(&turned).unwrap().s);
        prop_assert!(off_values(m.shape(), &a, &b) < BOUND);
    }

    #[test]
    fn powers_of_two_are_exact(m in any_matrix(), power in -200..200) {
        let factor = 2_f64.powi(power);
        let (a, b) = (svd(&m).unwrap(), svd(&(&m * factor)).unwrap());
        prop_assert_eq!((&a.u, &a.vt), (&b.u, &b.vt));
        let scaled: Vec<f64> = a.s.iter().map(|s| s * factor).collect();
        prop_assert_eq!(scaled, b.s);
    }

    /// Without a column, σᵢ ≥ σ'ᵢ ≥ σᵢ₊₁ (Golub & Van Loan 2013, 8.6.1).
    #[test]
    fn values_interlace(m in any_matrix()) {
        let (whole, less) = (svd(&m).unwrap().s, svd(&m.columns(1, m.ncols() - 1).into_owned()).unwrap().s);
        let rounding = BOUND * 14.0 * f64::EPSILON * whole[0];
        for (i, s) in less.iter().enumerate() {
            prop_assert!(whole[i] + rounding >= *s);
            prop_assert!(whole.get(i + 1).is_none_or(|next| *s + rounding >= *next));
        }
    }

    #[test]
    fn sums_of_squares_and_the_largest(m in any_matrix()) {
        let s = svd(&m).unwrap().s;
        let squares: f64 = s.iter().map(|s| s * s).sum();
        prop_assert!((squares.sqrt() - m.norm()).abs() <= 1e-13 * m.norm());
        prop_assert!(s[0] >= m.amax() * (1.0 - 1e-14));
    }
}
