//! The head's own operations, linear layers and activations, against candle's.

use candle_core::{DType, Tensor, Var};
use salon_demos::demos::rbf::activation::{Shared, activated};
use salon_demos::demos::rbf::kernel::Kernel;
use salon_demos::demos::rbf::linear::{Form, linear, linear_stock};

use crate::gradients::{check_gradients, largest_difference, numbers, weighed};

fn var(shape: &[usize], seed: u64, dtype: DType) -> Var {
    Var::from_tensor(&numbers(shape, seed, dtype)).unwrap()
}

/// Values and gradients of two ways to the same.
fn are_the_same(vars: &[Var], ours: &Tensor, stock: &Tensor, within: f64) {
    assert!(largest_difference(ours, stock) < within);
    let ours = weighed(ours).unwrap().backward().unwrap();
    let stock = weighed(stock).unwrap().backward().unwrap();
    for (which, var) in vars.iter().enumerate() {
        let difference = largest_difference(ours.get(var).unwrap(), stock.get(var).unwrap());
        assert!(difference < within, "gradient {which}: {difference}");
    }
}

fn layer(n: usize, inputs: usize, outputs: usize, form: Form, dtype: DType) -> [Var; 3] {
    let weight = match form {
        Form::InOut => [inputs, outputs],
        Form::OutIn => [outputs, inputs],
    };
    [
        var(&[n, inputs], 1, dtype),
        var(&weight, 2, dtype),
        var(&[outputs], 3, dtype),
    ]
}

#[test]
fn a_linear_layer_is_candles() {
    for form in [Form::InOut, Form::OutIn] {
        // The last is large enough for several threads.
        for (n, inputs, outputs) in [(1, 1, 1), (5, 3, 17), (7, 40, 2), (65, 150, 120)] {
            for (dtype, within) in [(DType::F64, 1e-11), (DType::F32, 1e-3)] {
                let vars = layer(n, inputs, outputs, form, dtype);
                let [x, weight, bias] = &vars;
                let ours = linear(x, weight, bias, form).unwrap();
                let stock = linear_stock(x, weight, bias, form).unwrap();
                are_the_same(&vars, &ours, &stock, within);
            }
        }
        let vars = layer(4, 3, 5, form, DType::F64);
        let [x, weight, bias] = &vars;
        check_gradients(&vars, || weighed(&linear(x, weight, bias, form)?));
        // An input that is not learned gets no gradient.
        let fixed = linear(&x.as_tensor().detach(), weight, bias, form).unwrap();
        let grads = weighed(&fixed).unwrap().backward().unwrap();
        assert!(grads.get(x).is_none() && grads.get(weight).is_some());
    }
    let [x, weight, _] = layer(4, 3, 5, Form::InOut, DType::F32);
    let short = numbers(&[4], 1, DType::F32);
    assert!(linear(&x, &weight, &short, Form::InOut).is_err());
    let bias = numbers(&[5], 1, DType::F64);
    assert!(linear(&x, &weight, &bias, Form::InOut).is_err());
}

/// By differences and candle's own operations.
fn plain(x: &Tensor, centres: &Tensor, metric: Shared) -> Tensor {
    let pairs = x.unsqueeze(1).unwrap();
    let pairs = pairs.broadcast_sub(&centres.unsqueeze(0).unwrap()).unwrap();
    let (n, k, d) = pairs.dims3().unwrap();
    let squares = match metric {
        Shared::Euclidean => pairs.sqr(),
        Shared::Diagonal(r) => pairs.sqr().unwrap().broadcast_mul(r),
        Shared::Full(root) => {
            let flat = pairs.reshape((n * k, d)).unwrap().matmul(root).unwrap();
            flat.reshape((n, k, d)).unwrap().sqr()
        }
    };
    squares.unwrap().sum(2).unwrap()
}

#[test]
fn distances_activations_and_their_gradients_are_candles_in_every_metric() {
    for (n, k, d) in [(1, 1, 1), (6, 4, 3), (9, 5, 17)] {
        for (dtype, within) in [(DType::F64, 1e-11), (DType::F32, 1e-2)] {
            for kernel in [
                Kernel::Quadratic,
                Kernel::Gaussian,
                Kernel::InverseMultiquadric,
            ] {
                let [x, centres] =
                    [(&[n, d], 1), (&[k, d], 2)].map(|(s, seed)| var(s, seed, dtype));
                let (r, root) = (var(&[1, d], 3, dtype), var(&[d, d], 4, dtype));
                let r = Var::from_tensor(&r.sqr().unwrap()).unwrap();
                let widths = var(&[k], 5, dtype);
                let widths = Var::from_tensor(&widths.sqr().unwrap()).unwrap();
                for (metric, learned) in [
                    (Shared::Euclidean, None),
                    (Shared::Diagonal(&r), Some(&r)),
                    (Shared::Full(&root), Some(&root)),
                ] {
                    let mut vars = vec![x.clone(), centres.clone(), widths.clone()];
                    vars.extend(learned.cloned());
                    // Both results at once, as both losses pull at them.
                    let ours = || {
                        let both = activated(&x, &centres, metric, &widths, kernel)?;
                        Tensor::stack(&both.expect("on the CPU"), 0)
                    };
                    let distances = plain(&x, &centres, metric);
                    let scaled = distances.broadcast_mul(&widths).unwrap();
                    let stock = Tensor::stack(&[distances, kernel.of(&scaled).unwrap()], 0);
                    are_the_same(&vars, &ours().unwrap(), &stock.unwrap(), within);
                    if dtype == DType::F64 && d < 5 {
                        check_gradients(&vars, || weighed(&ours()?));
                    }
                }
            }
        }
    }
    let ones = numbers(&[64], 1, DType::F32);
    let of = |x: &Tensor, centres: &Tensor, widths: &Tensor| {
        activated(x, centres, Shared::Euclidean, widths, Kernel::Gaussian)
    };
    // What is large is left to matrix products.
    let [x, centres] = [[1_024, 32], [64, 32]].map(|shape| numbers(&shape, 1, DType::F32));
    assert!(of(&x, &centres, &ones).unwrap().is_none());
    let few = numbers(&[4, 32], 1, DType::F32);
    assert!(of(&few, &centres, &ones).unwrap().is_some());
    assert!(of(&few, &numbers(&[64, 31], 1, DType::F32), &ones).is_err());
    assert!(of(&few, &centres, &numbers(&[63], 1, DType::F32)).is_err());
    assert!(of(&few, &centres, &numbers(&[64], 1, DType::F64)).is_err());
}
