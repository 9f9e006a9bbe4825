//! Our convolution is candle's.

use candle_core::{DType, Result, Tensor, Var};
use candle_nn::Linear;
use proptest::prelude::*;
use salon_demos::demos::rbf::conv::{
    After, Layer, conv_bias, conv_relu, conv_relu_pool, conv_stock, convs_linear,
    convs_linear_stock,
};

use crate::gradients::{check_gradients, largest_difference, numbers, weighed};

/// (images, channels, height, width), outputs, side of the filter.
type Case = ((usize, usize, usize, usize), usize, usize);

fn vars(((n, c, h, w), outputs, side): Case, dtype: DType) -> [Var; 3] {
    [
        numbers(&[n, c, h, w], 1, dtype),
        numbers(&[outputs, c, side, side], 2, dtype),
        numbers(&[outputs], 3, dtype),
    ]
    .map(|tensor| Var::from_tensor(&tensor).unwrap())
}

fn ours(x: &Tensor, weight: &Tensor, bias: &Tensor, after: After) -> Result<Tensor> {
    match after {
        After::Nothing => conv_bias(x, weight, bias),
        After::Relu => conv_relu(x, weight, bias),
        After::ReluPool => conv_relu_pool(x, weight, bias),
    }
}

fn is_the_twin(case: Case, dtype: DType, within: f64) {
    for after in [After::Nothing, After::Relu, After::ReluPool] {
        let ((_, _, height, width), ..) = case;
        if after != After::ReluPool || (height > 1 && width > 1) {
            is_the_twin_with(case, after, dtype, within);
        }
    }
}

fn is_the_twin_with(case: Case, after: After, dtype: DType, within: f64) {
    let vars = vars(case, dtype);
    let [x, weight, bias] = &vars;
    let ours = ours(x, weight, bias, after).unwrap();
    let stock = conv_stock(x, weight, bias, after).unwrap();
    assert!(
        largest_difference(&ours, &stock) < within,
        "{case:?} {after:?}"
    );
    let ours = weighed(&ours).unwrap().backward().unwrap();
    let stock = weighed(&stock).unwrap().backward().unwrap();
    for (which, var) in vars.iter().enumerate() {
        let difference = largest_difference(ours.get(var).unwrap(), stock.get(var).unwrap());
        assert!(
            difference < within,
            "{case:?} {after:?}, gradient {which}: {difference}"
        );
    }
}

#[test]
fn values_and_gradients_are_those_of_candle() {
    for case in [
        ((2, 1, 5, 4), 3, 3),
        ((3, 4, 7, 6), 5, 3),
        ((2, 3, 6, 6), 4, 5),
        ((1, 2, 3, 3), 2, 1),
        ((5, 2, 1, 2), 3, 5),
        ((9, 3, 8, 8), 8, 3),
        // One channel, and outputs in whole blocks and not.
        ((3, 1, 6, 5), 16, 3),
        ((2, 1, 7, 7), 24, 3),
        ((2, 16, 5, 6), 17, 3),
    ] {
        is_the_twin(case, DType::F64, 1e-11);
        is_the_twin(case, DType::F32, 1e-3);
    }
}

#[test]
fn gradients_are_slopes() {
    for size in [(2, 2, 4, 3), (1, 2, 5, 4), (2, 1, 5, 7)] {
        let vars = vars((size, 3, 3), DType::F64);
        let [x, weight, bias] = &vars;
        for after in [After::Nothing, After::Relu, After::ReluPool] {
            check_gradients(&vars, || weighed(&ours(x, weight, bias, after)?));
        }
    }
}

#[test]
fn what_is_not_learned_gets_no_gradient_and_the_rest_is_the_same() {
    let [x, weight, bias] = vars(((5, 2, 6, 6), 4, 3), DType::F64);
    let of_weight = |x: &Tensor| {
        let grads = weighed(&conv_relu_pool(x, &weight, &bias).unwrap()).unwrap();
        let grads = grads.backward().unwrap();
        (grads.get(x).is_some(), grads.get(&weight).unwrap().clone())
    };
    let (learned, with) = of_weight(&x);
    let (fixed, without) = of_weight(&x.as_tensor().detach());
    assert!(learned && !fixed);
    assert!(largest_difference(&with, &without) == 0.0);
}

#[test]
fn the_same_call_gives_the_same_bits() {
    let [x, weight, bias] = vars(((17, 3, 9, 9), 6, 3), DType::F32);
    let once = || {
        let y = conv_relu(&x, &weight, &bias).unwrap();
        let grads = weighed(&y).unwrap().backward().unwrap();
        let weight = grads.get(&weight).unwrap().flatten_all().unwrap();
        weight.to_vec1::<f32>().unwrap()
    };
    let first = once();
    for _ in 0..5 {
        assert_eq!(once(), first);
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let [x, weight, bias] = vars(((2, 3, 4, 4), 5, 3), DType::F32);
    let other = numbers(&[5, 2, 3, 3], 4, DType::F32);
    assert!(conv_relu(&x, &other, &bias).is_err());
    let even = numbers(&[5, 3, 2, 2], 4, DType::F32);
    assert!(conv_relu(&x, &even, &bias).is_err());
    let short = numbers(&[4], 4, DType::F32);
    assert!(conv_relu(&x, &weight, &short).is_err());
    let double = numbers(&[2, 3, 4, 4], 4, DType::F64);
    assert!(conv_relu(&double, &weight, &bias).is_err());
    let line = numbers(&[2, 3, 1, 4], 4, DType::F32);
    assert!(conv_relu_pool(&line, &weight, &bias).is_err());
}

/// Two convolutions of one channel and what is behind them: x, then weight and bias of each layer.
fn stack(images: usize, outputs: [usize; 2], dtype: DType) -> Vec<Var> {
    let [first, second] = outputs;
    let shapes: [&[usize]; 7] = [
        &[images, 1, 7, 6],
        &[first, 1, 3, 3],
        &[first],
        &[second, first, 3, 3],
        &[second],
        &[4, second * 9],
        &[4],
    ];
    let vars = (1..).zip(shapes).map(|(seed, shape)| {
        let numbers = numbers(shape, seed, dtype);
        Var::from_tensor(&numbers).unwrap()
    });
    vars.collect()
}

fn through(vars: &[Var], x: &Tensor, stock: bool) -> Result<Tensor> {
    let [_, w1, b1, w2, b2, w3, b3] = vars else {
        panic!("seven variables");
    };
    let layers = [
        Layer::new(w1, b1, After::ReluPool),
        Layer::new(w2, b2, After::Relu),
    ];
    let linear = Linear::new(w3.as_tensor().clone(), Some(b3.as_tensor().clone()));
    match stock {
        true => convs_linear_stock(x, &layers, &linear),
        false => convs_linear(x, &layers, &linear),
    }
}

#[test]
fn several_layers_as_one_are_candles_one_after_the_other() {
    // More images than go through together, and more than a share has.
    for (images, outputs) in [(1, [3, 2]), (21, [16, 5]), (40, [4, 16])] {
        for (dtype, within) in [(DType::F64, 1e-11), (DType::F32, 1e-3)] {
            let vars = stack(images, outputs, dtype);
            let learned = through(&vars, &vars[0], false).unwrap();
            let stock = through(&vars, &vars[0], true).unwrap();
            assert!(largest_difference(&learned, &stock) < within);
            let ours = weighed(&learned).unwrap().backward().unwrap();
            let stock = weighed(&stock).unwrap().backward().unwrap();
            // Images that are not learned, as in training.
            let fixed = through(&vars, &vars[0].as_tensor().detach(), false).unwrap();
            let fixed = weighed(&fixed).unwrap().backward().unwrap();
            assert!(fixed.get(&vars[0]).is_none());
            for (which, var) in vars.iter().enumerate() {
                let [ours, stock] = [&ours, &stock].map(|grads| grads.get(var).unwrap());
                let difference = largest_difference(ours, stock);
                assert!(
                    difference < within,
                    "{images}, gradient {which}: {difference}"
                );
                if which > 0 {
                    let difference = largest_difference(fixed.get(var).unwrap(), stock);
                    assert!(
                        difference < within,
                        "{images}, gradient {which}: {difference}"
                    );
                }
            }
        }
    }
}

#[test]
fn gradients_of_several_layers_are_slopes() {
    let vars = stack(2, [3, 2], DType::F64);
    check_gradients(&vars, || weighed(&through(&vars, &vars[0], false)?));
}

#[test]
fn layers_that_do_not_fit_each_other_are_refused() {
    let mut vars = stack(2, [3, 2], DType::F32);
    assert!(through(&vars, &numbers(&[2, 1, 9, 6], 1, DType::F32), false).is_err());
    vars[3] = Var::from_tensor(&numbers(&[2, 4, 3, 3], 1, DType::F32)).unwrap();
    assert!(through(&vars, &vars[0], false).is_err());
    let linear = Linear::new(numbers(&[4, 9], 1, DType::F32), None);
    assert!(convs_linear(&vars[0], &[], &linear).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_size_is_the_twin(n in 1..5_usize, c in 1..4_usize, h in 1..8_usize, w in 1..8_usize, o in 1..5_usize, half in 0..3_usize) {
        is_the_twin(((n, c, h, w), o, 2 * half + 1), DType::F64, 1e-10);
    }
}
