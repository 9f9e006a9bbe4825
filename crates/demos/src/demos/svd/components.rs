//! Principal component analysis by the SVD of the centred table (Pearson 1901; Hotelling 1933; Jolliffe, “Principal
//! Component Analysis”, 2nd edition 2002, section 3.5).

use crate::linalg::svd::svd;
use crate::linalg::{LinalgError, Matrix};

/// X = T Pᵀ of n samples (rows) of p variables, k = min(n, p) components.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// What was taken from each variable.
    pub means: Vec<f64>,
    /// The standard deviation of each variable, with n − 1.
    pub deviations: Vec<f64>,
    /// X, n × p: centred and, where asked for, divided by the deviations.
    pub x: Matrix,
    /// Singular values of X.
    pub s: Vec<f64>,
    /// P, p × k, orthonormal columns; a sign is anyone's choice, and these have those of [`svd`].
    pub loadings: Matrix,
    /// T = X P, n × k.
    pub scores: Matrix,
}

impl Components {
    /// Of at least two samples. With `unit`, each variable is brought to variance 1; one that does not vary stays 0.
    ///
    /// # Errors
    /// As [`svd`] has it.
    pub fn of(table: &Matrix, unit: bool) -> Result<Self, LinalgError> {
        let mut x = table.clone();
        let mut means = Vec::new();
        let mut deviations = Vec::new();
        let n = table.nrows();
        for mut column in x.column_iter_mut() {
            let mean = column.mean();
            column.add_scalar_mut(-mean);
            // What rounding left of a mean that is large beside the spread.
            let rest = column.mean();
            column.add_scalar_mut(-rest);
            let deviation = column.norm() / (n.max(2) as f64 - 1.0).sqrt();
            if unit && deviation > 0.0 {
                column /= deviation;
            }
            means.push(mean + rest);
            deviations.push(deviation);
        }
        let f = svd(&x)?;
        let loadings = f.vt.transpose();
        let scores = &x * &loadings;
        Ok(Self {
            means,
            deviations,
            x,
            s: f.s,
            loadings,
            scores,
        })
    }

    /// σ² / (n − 1), the largest first.
    pub fn variances(&self) -> Vec<f64> {
        let freedom = self.x.nrows().max(2) as f64 - 1.0;
        self.s.iter().map(|s| s * s / freedom).collect()
    }

    /// Xᵀ X / (n − 1), p × p.
    pub fn covariance(&self) -> Matrix {
        self.x.tr_mul(&self.x) / (self.x.nrows().max(2) as f64 - 1.0)
    }
}
