//! Linear algebra: one door to each decomposition, whatever engine is behind it.

pub mod svd;

/// By columns, f64.
pub type Matrix = nalgebra::DMatrix<f64>;

/// Why there is no result.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LinalgError {
    #[error("row {}, column {} is {value}; every entry must be a number", row + 1, column + 1)]
    NotFinite {
        row: usize,
        column: usize,
        value: f64,
    },
    #[error(
        "the singular values of {rows} × {columns} were not found within the bound of iterations"
    )]
    NotConverged { rows: usize, columns: usize },
    #[error(
        "a singular value of {rows} × {columns} is larger than any number here; divide the matrix by a power of two"
    )]
    TooLarge { rows: usize, columns: usize },
}
