//! Matrices that are known to be hard, or whose singular values are known.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use salon_demos::linalg::Matrix;

pub struct Member {
    pub name: String,
    pub m: Matrix,
    /// Descending, where they are known.
    pub values: Option<Vec<f64>>,
}

pub fn random(rows: usize, columns: usize, seed: u64) -> Matrix {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    Matrix::from_fn(rows, columns, |_, _| random.random_range(-1.0..1.0))
}

pub fn orthogonal(n: usize, seed: u64) -> Matrix {
    random(n, n, seed).qr().q()
}

fn diagonal(rows: usize, columns: usize, values: &[f64]) -> Matrix {
    Matrix::from_fn(rows, columns, |i, j| if i == j { values[i] } else { 0.0 })
}

/// Q₁ Σ Q₂ of these singular values.
pub fn with_values(rows: usize, columns: usize, values: &[f64], seed: u64) -> Matrix {
    orthogonal(rows, seed) * diagonal(rows, columns, values) * orthogonal(columns, seed + 1)
}

/// As LAPACK's generator of test matrices (xLATMS) has them, and some with repeated and missing ones.
fn spectra(k: usize) -> Vec<(&'static str, Vec<f64>)> {
    let n = k as f64;
    let by = |f: &dyn Fn(usize) -> f64| (0..k).map(f).collect::<Vec<f64>>();
    let tiny = f64::EPSILON;
    vec![
        ("one large", by(&|i| if i == 0 { 1.0 } else { tiny })),
        ("one small", by(&|i| if i + 1 == k { tiny } else { 1.0 })),
        (
            "geometric",
            by(&|i| tiny.powf(i as f64 / (n - 1.0).max(1.0))),
        ),
        ("arithmetic", by(&|i| 1.0 - i as f64 / n)),
        ("far below", by(&|i| 1e-3_f64.powi(i as i32))),
        ("equal", by(&|_| 1.0)),
        ("pairs", by(&|i| 1.0 + ((k - i) / 2) as f64)),
        (
            "clustered",
            by(&|i| 1.0 + ((k - i) / 5) as f64 + 1e-14 * (k - i) as f64),
        ),
        ("two clusters", by(&|i| if i < k / 2 { 1.0 } else { 1e-8 })),
        (
            "rank of half",
            by(&|i| if i < k.div_ceil(2) { 2.0 } else { 0.0 }),
        ),
        ("rank of 1", by(&|i| if i == 0 { 3.0 } else { 0.0 })),
    ]
}

fn named(name: &str, m: Matrix) -> Member {
    let name = format!("{name}, {} × {}", m.nrows(), m.ncols());
    Member {
        name,
        m,
        values: None,
    }
}

/// Those of one shape.
pub fn of_shape(rows: usize, columns: usize) -> Vec<Member> {
    let k = rows.min(columns);
    let mut all = Vec::new();
    let (left, right) = (orthogonal(rows, 100), orthogonal(columns, 101));
    for (name, values) in spectra(k) {
        let m = &left * diagonal(rows, columns, &values) * &right;
        all.push(Member {
            values: Some(values),
            ..named(name, m)
        });
    }
    let whole = random(rows, columns, 7);
    let by = |f: &dyn Fn(usize, usize) -> f64| Matrix::from_fn(rows, columns, f);
    all.extend([
        named("random", whole.clone()),
        named(
            "graded by rows",
            by(&|i, j| whole[(i, j)] * 10_f64.powi(-((40 * i / rows) as i32))),
        ),
        named(
            "graded by columns",
            by(&|i, j| whole[(i, j)] * 10_f64.powi((40 * j / columns) as i32)),
        ),
        named(
            "graded upwards",
            by(&|i, j| whole[(i, j)] * 4_f64.powi((60 * (i + j) / (rows + columns)) as i32)),
        ),
        named("Hilbert", by(&|i, j| 1.0 / (i + j + 1) as f64)),
        named(
            "Vandermonde",
            by(&|i, j| (i as f64 / rows as f64).powi(j as i32)),
        ),
        named("Kahan", by(&|i, j| kahan(i, j, 1.2))),
        named(
            "sparse",
            by(&|i, j| {
                if (i * 7 + j * 3) % 11 == 0 {
                    whole[(i, j)]
                } else {
                    0.0
                }
            }),
        ),
        named("equal columns", by(&|i, _| whole[(i, 0)])),
        named(
            "a zero column",
            by(&|i, j| if j == columns / 2 { 0.0 } else { whole[(i, j)] }),
        ),
        named("whole numbers", by(&|i, j| ((i * 5 + j * 3) % 7) as f64)),
    ]);
    let ones = ((rows * columns) as f64).sqrt();
    let mut values = vec![0.0; k];
    values.iter_mut().take(1).for_each(|s| *s = ones);
    all.push(Member {
        values: Some(values),
        ..named("ones", by(&|_, _| 1.0))
    });
    let values = vec![1.0; k];
    all.push(Member {
        values: Some(values),
        ..named("identity", Matrix::identity(rows, columns))
    });
    all
}

/// Kahan 1966: ill-conditioned without a small entry on the diagonal.
fn kahan(i: usize, j: usize, angle: f64) -> f64 {
    let (s, c) = angle.sin_cos();
    s.powi(i as i32)
        * if i == j {
            1.0
        } else if j > i {
            -c
        } else {
            0.0
        }
}

/// Those with singular values from a book.
pub fn known() -> Vec<Member> {
    let mut all = Vec::new();
    let mut add = |name: &str, m: Matrix, values: Vec<f64>| {
        all.push(Member {
            values: Some(values),
            ..named(name, m)
        });
    };
    let entries = vec![3.0, -7.0, 0.5, 0.0, -2.0, 7.0];
    add(
        "diagonal",
        Matrix::from_diagonal(&entries.into()),
        vec![7.0, 7.0, 3.0, 2.0, 0.5, 0.0],
    );
    for n in [2, 5, 20, 50, 90] {
        // Of zeros with ones above: 1, n − 1 times, and 0.
        let mut values = vec![1.0; n];
        values[n - 1] = 0.0;
        add(
            "nilpotent Jordan block",
            Matrix::from_fn(n, n, |i, j| f64::from(u8::from(j == i + 1))),
            values,
        );
        // Of ones with ones above: 2 cos(kπ / (2n + 1)), as MᵀM is a second difference.
        let values =
            (1..=n).map(|k| 2.0 * (k as f64 * std::f64::consts::PI / (2 * n + 1) as f64).cos());
        add(
            "Jordan block",
            Matrix::from_fn(n, n, |i, j| f64::from(u8::from(j == i || j == i + 1))),
            values.collect(),
        );
        // Second difference: 4 sin²(kπ / (2(n + 1)))
        let of = |k: usize| {
            4.0 * (k as f64 * std::f64::consts::PI / (2 * n + 2) as f64)
                .sin()
                .powi(2)
        };
        let entry = |i: usize, j: usize| match i.abs_diff(j) {
            0 => 2.0,
            1 => -1.0,
            _ => 0.0,
        };
        add(
            "second difference",
            Matrix::from_fn(n, n, entry),
            (1..=n).rev().map(of).collect(),
        );
    }
    let golden = (1.0 + 5_f64.sqrt()) / 2.0;
    add(
        "golden",
        Matrix::from_row_slice(2, 2, &[1.0, 1.0, 1.0, 0.0]),
        vec![golden, golden - 1.0],
    );
    // Eigenvalues of the Hilbert matrix of 3, which is symmetric and positive.
    let values = vec![
        1.408_318_927_123_654,
        0.122_327_065_853_906,
        0.002_687_340_355_773_5,
    ];
    add(
        "Hilbert",
        Matrix::from_fn(3, 3, |i, j| 1.0 / (i + j + 1) as f64),
        values,
    );
    add(
        "a row",
        Matrix::from_row_slice(1, 3, &[2.0, -3.0, 6.0]),
        vec![7.0],
    );
    add(
        "a column",
        Matrix::from_row_slice(3, 1, &[-2.0, 3.0, 6.0]),
        vec![7.0],
    );
    add("a number", Matrix::from_row_slice(1, 1, &[-4.0]), vec![4.0]);
    all
}
