//! A short clip that is made here, so that the truth is known: a still textured background under light that changes
//! slowly, and three things that cross it.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use crate::linalg::Matrix;

pub const ROWS: usize = 24;
pub const COLUMNS: usize = 32;
pub const FRAMES: usize = 24;

/// Each frame is a column of pixels, row by row; grey from 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    /// Pixels × frames.
    pub frames: Matrix,
    /// The same without things and noise: of rank 2, the texture in changing light and a lamp at the side.
    pub background: Matrix,
    /// Where a thing is, by columns.
    pub mask: Vec<bool>,
}

/// With things that all cross, or one that stops in the middle; noise is uniform, from −`noise` to `noise`. Always the
/// same.
pub fn clip(stops: bool, noise: f64) -> Clip {
    let mut random = ChaCha8Rng::seed_from_u64(1936);
    let texture: Vec<f64> = (0..ROWS * COLUMNS)
        .map(|_| 0.1 * random.random::<f64>())
        .collect();
    let mut frames = Matrix::zeros(ROWS * COLUMNS, FRAMES);
    let mut background = frames.clone();
    let mut mask = Vec::with_capacity(frames.len());
    for t in 0..FRAMES {
        let time = t as f64;
        let part = time / (FRAMES as f64 - 1.0);
        let light = 1.0 + 0.12 * (std::f64::consts::TAU * part).sin();
        for (place, texture) in texture.iter().enumerate() {
            let (x, y) = ((place % COLUMNS) as f64, (place / COLUMNS) as f64);
            let wall = 0.35 + 0.008 * y + 0.08 * (0.9 * x).sin() * (0.7 * y).cos() + texture;
            let behind = wall * light + 0.15 * part * x / COLUMNS as f64;
            let thing = thing(x, y, time, stops);
            background[(place, t)] = behind;
            let stir = if noise > 0.0 {
                noise * random.random_range(-1.0..1.0)
            } else {
                0.0
            };
            frames[(place, t)] = thing.unwrap_or(behind) + stir;
            mask.push(thing.is_some());
        }
    }
    Clip {
        frames,
        background,
        mask,
    }
}

/// The grey of the thing that is there, if one is.
fn thing(x: f64, y: f64, time: f64, stops: bool) -> Option<f64> {
    let ball = 1.6 * time - 3.0;
    let ball = if stops { ball.min(14.0) } else { ball };
    let (bar, block) = (1.35 * time - 4.0, 36.0 - 1.2 * time);
    if (x - block).abs() <= 2.0 && (y - 17.0).abs() <= 2.0 {
        return Some(0.8);
    }
    if (x - 22.0).abs() <= 1.0 && (y - bar).abs() <= 3.0 {
        return Some(0.05);
    }
    ((x - ball).powi(2) + (y - 7.0).powi(2) <= 9.0).then_some(0.95)
}
