//! Gradients of our own operations: against candle's, and by differences in f64.

use candle_core::{DType, Device, Result, Tensor, Var};

/// Numbers in (-1, 1) that nothing else is made of.
pub fn numbers(shape: &[usize], seed: u64, dtype: DType) -> Tensor {
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let n: usize = shape.iter().product();
    let all: Vec<f64> = (0..n).map(|_| random.random_range(-1.0..1.0)).collect();
    let tensor = Tensor::from_vec(all, shape, &Device::Cpu).unwrap();
    tensor.to_dtype(dtype).unwrap()
}

/// A sum of all values, each with another weight, so that every gradient is told from every other.
pub fn weighed(y: &Tensor) -> Result<Tensor> {
    let weights = numbers(y.dims(), 99, y.dtype());
    (y * weights)?.sum_all()
}

pub fn largest_difference(a: &Tensor, b: &Tensor) -> f64 {
    let difference = (a - b).unwrap().abs().unwrap().flatten_all().unwrap();
    let all = difference
        .to_dtype(DType::F64)
        .unwrap()
        .to_vec1::<f64>()
        .unwrap();
    all.into_iter().fold(0.0, f64::max)
}

/// Compares each gradient with central differences, in f64.
pub fn check_gradients(vars: &[Var], loss: impl Fn() -> Result<Tensor>) {
    const STEP: f64 = 1e-6;
    let grads = loss().unwrap().backward().unwrap();
    for (which, var) in vars.iter().enumerate() {
        let before = var.as_tensor().copy().unwrap();
        let flat = before.flatten_all().unwrap().to_vec1::<f64>().unwrap();
        let grad = grads.get(var).expect("a gradient").flatten_all().unwrap();
        let grad = grad.to_vec1::<f64>().unwrap();
        for place in 0..flat.len() {
            let at = |by: f64| {
                let mut moved = flat.clone();
                moved[place] += by;
                let moved = Tensor::from_vec(moved, before.shape(), &Device::Cpu).unwrap();
                var.set(&moved).unwrap();
                loss().unwrap().to_scalar::<f64>().unwrap()
            };
            let slope = (at(STEP) - at(-STEP)) / (2.0 * STEP);
            let wrong = (slope - grad[place]).abs() / (1.0 + slope.abs());
            assert!(
                wrong < 1e-5,
                "var {which}, place {place}: {slope} and {}",
                grad[place]
            );
        }
        var.set(&before).unwrap();
    }
}
