//! Very large and very small numbers, and none.

use salon_demos::linalg::svd::{Engine, full, low_rank, singular_values, svd, svd_by};
use salon_demos::linalg::{LinalgError, Matrix};

use crate::families::{of_shape, random};
use crate::measures::{check, off_values};

#[test]
fn near_the_ends_of_the_numbers() {
    let mut with = Vec::new();
    for (rows, columns) in [(6, 6), (9, 4), (3, 8), (45, 42), (60, 52)] {
        let m = random(rows, columns, 3);
        let values = svd(&m).unwrap().s;
        // Divide and conquer is for many values alone, and nalgebra has no answer to some that are not scaled.
        let many = (rows.min(columns) >= 48).then_some(Engine::DivideAndConquer);
        let small = Some(Engine::Nalgebra).filter(|engine| svd_by(*engine, &m).is_ok());
        let engines: Vec<Engine> = [Engine::Jacobi, Engine::Qr]
            .into_iter()
            .chain(many)
            .chain(small)
            .collect();
        with.extend(&engines);
        for factor in [1e150, 1e-150, 1e300, 1e-300] {
            let scaled = &m * factor;
            for engine in &engines {
                let found = svd_by(*engine, &scaled).unwrap();
                check(
                    &format!("{engine:?}, {rows} × {columns} · {factor:e}"),
                    &scaled,
                    &found,
                );
                let by_one: Vec<f64> = found.s.iter().map(|s| s / factor).collect();
                assert!(off_values(m.shape(), &by_one, &values) < 10.0);
                let alone = singular_values(&scaled).unwrap();
                assert!(off_values(m.shape(), &alone, &found.s) < 10.0);
            }
        }
    }
    assert!(with.contains(&Engine::Nalgebra) && with.contains(&Engine::DivideAndConquer));
}

#[test]
fn subnormal_entries_do_not_vanish() {
    let whole = Matrix::from_fn(7, 5, |i, j| ((i * 5 + j * 3) % 7) as f64 * 1024.0);
    let smallest = f64::from_bits(1);
    let small = &whole * smallest;
    let (of_whole, of_small) = (svd(&whole).unwrap(), svd(&small).unwrap());
    assert_eq!(of_whole.u, of_small.u);
    assert_eq!(of_whole.vt, of_small.vt);
    for (large, s) in of_whole.s.iter().zip(&of_small.s) {
        assert_eq!(*s, large * smallest);
    }
    let one = Matrix::from_element(2, 2, smallest);
    let found = svd(&one).unwrap();
    assert_eq!(found.s, [2.0 * smallest, 0.0]);
    assert_eq!(found.rank(found.tolerance()), 1);
}

#[test]
fn large_and_small_in_one() {
    let mut m = random(8, 8, 4);
    m[(2, 3)] = 1e300;
    m[(5, 5)] = 1e-300;
    check("1e±300", &m, &svd(&m).unwrap());
}

#[test]
fn a_value_beyond_the_numbers_is_refused() {
    let m = Matrix::from_element(3, 4, f64::MAX);
    let refused = Err(LinalgError::TooLarge {
        rows: 3,
        columns: 4,
    });
    assert_eq!(svd(&m).map(|found| found.s), refused);
    assert_eq!(singular_values(&m), refused);
    let one = Matrix::from_element(1, 1, -f64::MAX);
    assert_eq!(svd(&one).unwrap().s, [f64::MAX]);
}

#[test]
fn what_is_no_number_is_refused_with_its_place() {
    for value in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
        for size in [5, 60] {
            let mut m = random(size, size + 1, 5);
            m[(3, 4)] = value;
            let refused = [
                svd(&m).err(),
                full(&m).err(),
                singular_values(&m).err(),
                low_rank(&m, 1, 1, 1, 1).err(),
            ];
            for error in refused {
                let Some(LinalgError::NotFinite {
                    row: 3,
                    column: 4,
                    value: told,
                }) = error
                else {
                    panic!("{error:?}");
                };
                assert_eq!(told.to_bits(), value.to_bits());
            }
            assert!(
                svd(&m)
                    .unwrap_err()
                    .to_string()
                    .starts_with("row 4, column 5 is ")
            );
        }
    }
}

#[test]
fn zeros_and_nothing() {
    for (rows, columns) in [(0, 0), (0, 4), (3, 0), (1, 1), (3, 5), (50, 20), (20, 50)] {
        let m = Matrix::zeros(rows, columns);
        let k = rows.min(columns);
        let found = svd(&m).unwrap();
        check("zero", &m, &found);
        assert_eq!(found.s, vec![0.0; k]);
        assert_eq!(singular_values(&m).unwrap(), vec![0.0; k]);
        assert_eq!((found.rank(found.tolerance()), found.tolerance()), (0, 0.0));
        assert_eq!(found.product(), m);
        assert_eq!(found.pseudo_inverse(0.0), Matrix::zeros(columns, rows));
        let full = full(&m).unwrap();
        assert_eq!(full.u, Matrix::identity(rows, rows));
        assert_eq!(full.vt, Matrix::identity(columns, columns));
    }
}

/// Singular values of 2ᵏ M are 2ᵏ times those of M, bit by bit, and the vectors are the same.
#[test]
fn powers_of_two_are_exact() {
    for (rows, columns) in [(7, 5), (50, 44)] {
        for member in of_shape(rows, columns) {
            let once = svd(&member.m).unwrap();
            for power in [-300, -1, 5, 300] {
                let factor = 2_f64.powi(power);
                let again = svd(&(&member.m * factor)).unwrap();
                assert_eq!(
                    (&once.u, &once.vt),
                    (&again.u, &again.vt),
                    "{}",
                    member.name
                );
                for (a, b) in once.s.iter().zip(&again.s) {
                    assert_eq!(a * factor, *b, "{}", member.name);
                }
            }
        }
    }
}
