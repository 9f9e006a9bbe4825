//! Principal component pursuit: M = L + S with L of low rank and S with few entries, by least ‖L‖∗ + λ‖S‖₁ (Candès, Li,
//! Ma and Wright, “Robust principal component analysis?”, Journal of the ACM 58, 2011, algorithm 1).

use crate::linalg::svd::{Workspace, svd};
use crate::linalg::{LinalgError, Matrix, product, view};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The price of S against L.
    pub lambda: f64,
    /// It ends once ‖M − L − S‖ ≤ tolerance · ‖M‖ (Frobenius).
    pub tolerance: f64,
    /// Or after so many iterations.
    pub iterations: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Pursuit {
    pub low: Matrix,
    pub sparse: Matrix,
    /// What a pixel's deviation costs at the end: the multipliers of L + S = M.
    pub multipliers: Matrix,
    pub steps: Vec<Iteration>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Iteration {
    /// ‖M − L − S‖ / ‖M‖
    pub residual: f64,
    /// Of L.
    pub rank: usize,
    /// Of entries of S, how many are not 0, in 0..1.
    pub share: f64,
}

/// λ as the paper's theorem has it: 1 / √max(m, n).
pub fn usual_lambda(m: &Matrix) -> f64 {
    1.0 / (m.nrows().max(m.ncols()).max(1) as f64).sqrt()
}

/// # Errors
/// If an entry is no number.
pub fn pursuit(m: &Matrix, options: Options) -> Result<Pursuit, LinalgError> {
    let zero = Matrix::zeros(m.nrows(), m.ncols());
    let mut found = Pursuit {
        low: zero.clone(),
        sparse: zero.clone(),
        multipliers: zero,
        steps: Vec::new(),
    };
    let (norm, sum) = (m.norm(), m.iter().map(|x| x.abs()).sum::<f64>());
    if sum <= 0.0 {
        return Ok(found);
    }
    let mu = m.len() as f64 / (4.0 * sum);
    let mut shrink = Shrink::new(m);
    for _ in 0..options.iterations {
        shrink.x.copy_from(m);
        shrink.x -= &found.sparse;
        for (x, y) in shrink.x.iter_mut().zip(&found.multipliers) {
            *x += y / mu;
        }
        let rank = shrink.by(1.0 / mu, &mut found.low)?;
        let (mut squares, mut some) = (0.0, 0_usize);
        let parts = found.sparse.iter_mut().zip(found.multipliers.iter_mut());
        for ((m, low), (sparse, y)) in m.iter().zip(&found.low).zip(parts) {
            let gap = m - low;
            let wanted = gap + *y / mu;
            *sparse = wanted.signum() * (wanted.abs() - options.lambda / mu).max(0.0);
            let residual = gap - *sparse;
            *y += mu * residual;
            squares += residual * residual;
            some += usize::from(*sparse != 0.0);
        }
        let step = Iteration {
            residual: squares.sqrt() / norm,
            rank,
            share: some as f64 / m.len() as f64,
        };
        found.steps.push(step);
        if step.residual <= options.tolerance {
            break;
        }
    }
    Ok(found)
}

/// Room for singular value thresholding of a tall X, m × n: by way of XᵀX, which is small. That blurs singular values below
/// √ε · σ₁, but those are far below the threshold and go.
struct Shrink {
    x: Matrix,
    gram: Matrix,
    workspace: Workspace,
}

impl Shrink {
    fn new(m: &Matrix) -> Self {
        Self {
            x: m.clone(),
            gram: Matrix::zeros(m.ncols(), m.ncols()),
            workspace: Workspace::new(),
        }
    }

    /// X with each singular value less by `by`, those below it gone, goes to `low`; how many are left.
    fn by(&mut self, by: f64, low: &mut Matrix) -> Result<usize, LinalgError> {
        product(&mut self.gram, view(&self.x).transpose(), view(&self.x));
        let f = self.workspace.svd(&self.gram)?;
        let kept = f.s.iter().map(|square| square.sqrt());
        let kept: Vec<f64> = kept.take_while(|s| *s > by).collect();
        let v = f.vt.rows(0, kept.len());
        let mut shrunk = v.into_owned();
        for (mut row, s) in shrunk.row_iter_mut().zip(&kept) {
            row *= 1.0 - by / s;
        }
        product(low, view(&self.x), view(&v.tr_mul(&shrunk)));
        Ok(kept.len())
    }
}

/// ‖L‖∗ + λ‖M − L‖₁ of the split found, and what no split can be below: ⟨Y, M⟩ for any Y with ‖Y‖₂ ≤ 1 and
/// |Y| ≤ λ, by duality of norms.
///
/// # Errors
/// If an entry is no number.
pub fn cost_and_least(m: &Matrix, found: &Pursuit, lambda: f64) -> Result<(f64, f64), LinalgError> {
    let nuclear: f64 = root_values(&found.low)?.iter().sum();
    let cost = nuclear + lambda * (m - &found.low).iter().map(|x| x.abs()).sum::<f64>();
    let y = &found.multipliers;
    let spectral = root_values(y)?.first().copied().unwrap_or(0.0);
    let feasible = spectral.max(y.amax() / lambda).max(1.0);
    Ok((cost, y.dot(m) / feasible))
}

/// Singular values of a tall X by way of XᵀX; see [`Shrink`] for what that blurs.
fn root_values(x: &Matrix) -> Result<Vec<f64>, LinalgError> {
    Ok(svd(&x.tr_mul(x))?
        .s
        .iter()
        .map(|square| square.sqrt())
        .collect())
}
