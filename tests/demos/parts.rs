//! Pooling, seeded variables, k-means.

use candle_core::{DType, Device, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};
use proptest::prelude::*;
use salon_demos::demos::rbf::adam::Adam;
use salon_demos::demos::rbf::kmeans::kmeans;
use salon_demos::demos::rbf::layer::{RbfConfig, RbfLayer};
use salon_demos::demos::rbf::pool::max_pool;
use salon_demos::demos::rbf::vars::Vars;

use crate::gradients::{check_gradients, largest_difference, numbers, weighed};

#[test]
fn pooling_is_candles() {
    for (height, width) in [(4, 4), (7, 6), (2, 3), (5, 9)] {
        let x = Var::from_tensor(&numbers(&[3, 2, height, width], 1, DType::F64)).unwrap();
        let (ours, stock) = (max_pool(&x).unwrap(), x.max_pool2d(2).unwrap());
        assert!(largest_difference(&ours, &stock) == 0.0);
        check_gradients(std::slice::from_ref(&x), || weighed(&max_pool(&x)?));
    }
    assert!(max_pool(&numbers(&[1, 1, 1, 5], 1, DType::F32)).is_err());
}

#[test]
fn a_seed_gives_the_same_network_and_a_checkpoint_gives_it_back() {
    let config = RbfConfig::default();
    let of = |seed| {
        let vars = Vars::new(seed, &Device::Cpu);
        RbfLayer::new(config, &vars.builder(DType::F32)).unwrap();
        vars
    };
    let centres = |vars: &Vars| {
        let centres = vars.all()["centres"].flatten_all().unwrap();
        centres.to_vec1::<f32>().unwrap()
    };
    assert_eq!(centres(&of(7)), centres(&of(7)));
    assert_ne!(centres(&of(7)), centres(&of(8)));
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("net.safetensors");
    of(7).save(&file).unwrap();
    let other = of(8);
    other.load(&file).unwrap();
    assert_eq!(centres(&other), centres(&of(7)));
    let smaller = Vars::new(1, &Device::Cpu);
    let config = RbfConfig {
        centres: 3,
        ..config
    };
    RbfLayer::new(config, &smaller.builder(DType::F32)).unwrap();
    let told = smaller.load(&file).unwrap_err().to_string();
    assert!(told.contains("centres"), "{told}");
    std::fs::write(&file, "no checkpoint").unwrap();
    assert!(other.load(&file).is_err());
}

fn any_points() -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop::collection::vec(prop::collection::vec(-3.0..3.0_f64, 2), 1..60)
}

proptest! {
    #[test]
    fn kmeans_never_increases_its_objective(points in any_points(), k in 1..8_usize, seed: u64) {
        let clusters = kmeans(&points, k, 30, seed);
        prop_assert!(clusters.centres.len() <= k && !clusters.centres.is_empty());
        for pair in clusters.objective.windows(2) {
            prop_assert!(pair[1] <= pair[0] * (1.0 + 1e-12), "{:?}", clusters.objective);
        }
        prop_assert_eq!(clusters.nearest.len(), points.len());
        prop_assert_eq!(&kmeans(&points, k, 30, seed), &clusters);
    }
}

#[test]
fn kmeans_finds_groups_that_are_apart_and_stands_few_points() {
    let points: Vec<Vec<f64>> = (0..30)
        .map(|n| vec![f64::from(n % 3) * 100.0 + f64::from(n / 3)])
        .collect();
    let clusters = kmeans(&points, 3, 50, 1);
    for pair in points
        .iter()
        .zip(&clusters.nearest)
        .collect::<Vec<_>>()
        .chunks(3)
        .collect::<Vec<_>>()
        .windows(2)
    {
        for (a, b) in pair[0].iter().zip(pair[1]) {
            assert_eq!(a.1, b.1);
        }
    }
    assert_eq!(kmeans(&vec![vec![1.0]; 5], 3, 10, 1).centres.len(), 1);
    assert!(kmeans(&[], 3, 10, 1).centres.is_empty());
}

#[test]
fn adam_is_candles_step_by_step() {
    let target = numbers(&[4, 3], 2, DType::F32);
    let params = ParamsAdamW {
        lr: 0.05,
        weight_decay: 0.1,
        ..ParamsAdamW::default()
    };
    let var = || Var::from_tensor(&numbers(&[4, 3], 1, DType::F32)).unwrap();
    let idle = Var::from_tensor(&numbers(&[2], 3, DType::F32)).unwrap();
    let (ours, stock) = (var(), var());
    let loss = |var: &Var| (var.as_tensor() - &target).unwrap().sqr().unwrap();
    let loss = |var: &Var| loss(var).sum_all().unwrap();
    let both = vec![ours.clone(), idle.clone()];
    let mut adam = Adam::new(both, params.clone(), &Device::Cpu).unwrap();
    assert!(matches!(adam, Adam::Fused(_)));
    let mut candles = AdamW::new(vec![stock.clone()], params).unwrap();
    let before = loss(&ours).to_scalar::<f32>().unwrap();
    for step in 0..60 {
        if step == 30 {
            adam.set_learning_rate(0.01);
            candles.set_learning_rate(0.01);
        }
        adam.step(&loss(&ours).backward().unwrap()).unwrap();
        candles.step(&loss(&stock).backward().unwrap()).unwrap();
        let difference = largest_difference(&ours, &stock);
        assert!(difference < 1e-5, "step {step}: {difference}");
    }
    assert!(loss(&ours).to_scalar::<f32>().unwrap() < before / 10.0);
    assert!(largest_difference(&idle, &numbers(&[2], 3, DType::F32)) == 0.0);
}
