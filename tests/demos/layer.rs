//! The RBF layer: distances, kernels, gradients, and the prototype that quadratic kernels come down to.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{VarBuilder, VarMap};
use salon_demos::demos::rbf::kernel::Kernel;
use salon_demos::demos::rbf::layer::{Metric, RbfConfig, RbfLayer, Unsupervised};

use crate::gradients::{check_gradients, largest_difference, numbers, weighed};

pub const METRICS: [(Metric, bool); 5] = [
    (Metric::Euclidean, false),
    (Metric::Diagonal, false),
    (Metric::Diagonal, true),
    (Metric::Full, false),
    (Metric::Full, true),
];
pub const KERNELS: [Kernel; 3] = [
    Kernel::Quadratic,
    Kernel::Gaussian,
    Kernel::InverseMultiquadric,
];

fn config(metric: (Metric, bool), kernel: Kernel) -> RbfConfig {
    RbfConfig {
        centres: 5,
        dims: 3,
        classes: 4,
        metric: metric.0,
        metric_per_centre: metric.1,
        kernel,
        learn_widths: true,
    }
}

/// A layer whose every number is random, and the variables in it.
fn layer(config: RbfConfig) -> (VarMap, Vec<Var>) {
    layer_of(config, DType::F64)
}

fn layer_of(config: RbfConfig, dtype: DType) -> (VarMap, Vec<Var>) {
    let map = VarMap::new();
    let vars = VarBuilder::from_varmap(&map, dtype, &Device::Cpu);
    RbfLayer::new(config, &vars).unwrap();
    let mut all: Vec<(String, Var)> = map.data().lock().unwrap().clone().into_iter().collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    let vars = (10..).zip(all).map(|(seed, (_, var))| {
        var.set(&numbers(var.dims(), seed, dtype)).unwrap();
        var
    });
    let vars = vars.collect();
    (map, vars)
}

fn of(map: &VarMap, config: RbfConfig) -> candle_core::Result<RbfLayer> {
    RbfLayer::new(
        config,
        &VarBuilder::from_varmap(map, DType::F64, &Device::Cpu),
    )
}

#[test]
fn distances_are_those_of_the_definition() {
    for metric in METRICS {
        let config = config(metric, Kernel::Quadratic);
        let (map, _) = layer(config);
        let layer = of(&map, config).unwrap();
        let x = numbers(&[7, 3], 1, DType::F64);
        let made = layer.forward(&x).unwrap();
        let distances = made.distances.to_vec2::<f64>().unwrap();
        let metrics = layer.metrics().unwrap().to_vec3::<f64>().unwrap();
        let centres = layer.centres.to_vec2::<f64>().unwrap();
        for (x, row) in x.to_vec2::<f64>().unwrap().iter().zip(&distances) {
            for (j, (c, distance)) in centres.iter().zip(row).enumerate() {
                let r = &metrics[if metric.1 { j } else { 0 }];
                let v: Vec<f64> = x.iter().zip(c).map(|(x, c)| x - c).collect();
                let plain: f64 = (0..3)
                    .flat_map(|a| (0..3).map(move |b| (a, b)))
                    .map(|(a, b)| v[a] * r[a][b] * v[b])
                    .sum();
                assert!(
                    (plain - distance).abs() < 1e-12,
                    "{metric:?}: {plain} and {distance}"
                );
            }
        }
    }
}

/// What runs on a GPU, or where there is much to do, is the twin of what runs on the CPU.
#[test]
fn distances_and_activations_are_those_of_candle_and_so_are_their_gradients() {
    for (dtype, within) in [(DType::F64, 1e-12), (DType::F32, 2e-5)] {
        for metric in METRICS {
            for kernel in KERNELS {
                let config = config(metric, kernel);
                let (map, vars) = layer_of(config, dtype);
                let layer =
                    RbfLayer::new(config, &VarBuilder::from_varmap(&map, dtype, &Device::Cpu));
                let layer = layer.unwrap();
                let x = Var::from_tensor(&numbers(&[7, 3], 1, dtype)).unwrap();
                let made = layer.forward(&x).unwrap();
                let stock = layer.activated_stock(&x).unwrap();
                let ours = [made.distances, made.activations];
                for (ours, stock) in ours.iter().zip(&stock) {
                    let apart = largest_difference(ours, stock);
                    assert!(apart < within, "{metric:?} {kernel:?}: {apart}");
                }
                // Activations and distances pull at once, as both losses do.
                let grads = |[distances, activations]: &[Tensor; 2]| {
                    let loss = weighed(activations)? + distances.min(1)?.mean_all()?;
                    loss?.backward()
                };
                let (ours, stock) = (grads(&ours).unwrap(), grads(&stock).unwrap());
                let mut told = 0;
                for var in vars.iter().chain([&x]) {
                    let (Some(ours), Some(stock)) = (ours.get(var), stock.get(var)) else {
                        assert!(ours.get(var).is_none() && stock.get(var).is_none());
                        continue;
                    };
                    let apart = largest_difference(ours, stock);
                    assert!(apart < 10.0 * within, "{metric:?} {kernel:?}: {apart}");
                    told += 1;
                }
                // Embeddings, centres, widths and a metric that is learned; not the output weights.
                assert_eq!(told, 3 + usize::from(metric.0 != Metric::Euclidean));
            }
        }
    }
}

#[test]
fn every_metric_is_positive_semi_definite_whatever_is_learned() {
    for metric in METRICS {
        let config = config(metric, Kernel::Quadratic);
        let (map, vars) = layer(config);
        for size in [0.1, 10.0, 1_000.0] {
            for var in &vars {
                let moved = (numbers(var.dims(), 5, DType::F64) * size).unwrap();
                var.set(&moved).unwrap();
            }
            let metrics = of(&map, config).unwrap().metrics().unwrap();
            for r in metrics.to_vec3::<f64>().unwrap() {
                let r = nalgebra::Matrix3::from_fn(|a, b| r[a][b]);
                let least = r.symmetric_eigenvalues().min();
                assert!(least >= -1e-9 * r.norm(), "{metric:?}: {least}");
            }
        }
    }
}

#[test]
fn gradients_are_slopes_for_every_metric_and_kernel() {
    let x = Var::from_tensor(&numbers(&[6, 3], 1, DType::F64)).unwrap();
    for metric in METRICS {
        for kernel in KERNELS {
            let config = config(metric, kernel);
            let (map, mut vars) = layer(config);
            vars.push(x.clone());
            // The layer as it was made follows its variables.
            let layer = of(&map, config).unwrap();
            check_gradients(&vars, || weighed(&layer.forward(&x)?.logits));
            vars.retain(|var| !layer.weights.dims().eq(var.dims()) && var.dims() != [4]);
            check_gradients(&vars, || {
                let made = layer.forward(&x)?;
                weighed(&made.activations)? + (weighed(&made.distances)? * 2.0)?
            });
        }
    }
}

#[test]
fn the_unsupervised_losses_have_slopes_and_their_three_scales() {
    let x = Var::from_tensor(&numbers(&[6, 3], 1, DType::F64)).unwrap();
    let config = config((Metric::Diagonal, false), Kernel::Quadratic);
    let (map, _) = layer(config);
    let loss = |kind| {
        let layer = of(&map, config)?;
        layer.unsupervised(&x, &layer.forward(&x)?, kind)
    };
    let value = |kind| loss(kind).unwrap();
    for kind in [
        Unsupervised::Program,
        Unsupervised::Paper,
        Unsupervised::Talk,
    ] {
        check_gradients(std::slice::from_ref(&x), || loss(kind));
    }
    // The authors' program writes it as mean(1 − max_j a_j); it is the same.
    let activations = of(&map, config).unwrap().forward(&x).unwrap().activations;
    let theirs = (1.0 - activations.max(1).unwrap())
        .unwrap()
        .mean_all()
        .unwrap();
    assert!(largest_difference(&theirs, &value(Unsupervised::Program)) < 1e-12);
    // By hand: every sample to its nearest centre.
    let centres = of(&map, config).unwrap().centres.to_vec2::<f64>().unwrap();
    let mut by_centre = vec![Vec::new(); 5];
    for x in x.to_vec2::<f64>().unwrap() {
        let distance = |c: &Vec<f64>| x.iter().zip(c).map(|(x, c)| (x - c) * (x - c)).sum::<f64>();
        let nearest =
            (0..5).min_by(|a, b| distance(&centres[*a]).total_cmp(&distance(&centres[*b])));
        let nearest = nearest.unwrap();
        by_centre[nearest].push(distance(&centres[nearest]));
    }
    let sum: f64 = by_centre.iter().flatten().sum();
    let paper = value(Unsupervised::Paper).to_scalar::<f64>().unwrap();
    assert!((paper - sum).abs() < 1e-12);
    let won: Vec<f64> = by_centre
        .iter()
        .filter(|some| !some.is_empty())
        .map(|some| some.iter().sum::<f64>() / some.len() as f64)
        .collect();
    let talk = value(Unsupervised::Talk).to_scalar::<f64>().unwrap();
    assert!((talk - won.iter().sum::<f64>() / won.len() as f64).abs() < 1e-12);
}

#[test]
fn quadratic_kernels_with_one_metric_come_down_to_one_prototype_a_class() {
    let x = (numbers(&[50, 3], 1, DType::F64) * 3.0).unwrap();
    for metric in METRICS {
        for kernel in KERNELS {
            let config = config(metric, kernel);
            let (map, _) = layer(config);
            let layer = of(&map, config).unwrap();
            let Some(prototypes) = layer.prototypes().unwrap() else {
                assert!(
                    metric.1 || kernel != Kernel::Quadratic,
                    "{metric:?} {kernel:?}"
                );
                continue;
            };
            let metric = layer.metrics().unwrap().squeeze(0).unwrap();
            let logits = layer.forward(&x).unwrap().logits;
            for class in 0..4 {
                let at = |t: &Tensor| t.get(class).unwrap();
                let v = x.broadcast_sub(&at(&prototypes.means)).unwrap();
                let r = (v.matmul(&metric).unwrap() * &v).unwrap().sum(1).unwrap();
                let r = r.broadcast_mul(&at(&prototypes.scale)).unwrap();
                let logit = at(&prototypes.constant).broadcast_sub(&r).unwrap();
                let wrong = largest_difference(
                    &logit,
                    &logits.narrow(1, class, 1).unwrap().squeeze(1).unwrap(),
                );
                assert!(wrong < 1e-9, "{wrong}");
            }
        }
    }
}

#[test]
fn a_fresh_layer_is_euclidean_and_a_kernel_is_one_at_its_centre() {
    for metric in METRICS {
        for kernel in KERNELS {
            let config = config(metric, kernel);
            let layer = of(&VarMap::new(), config).unwrap();
            let identity = Tensor::eye(3, DType::F64, &Device::Cpu).unwrap();
            let metrics = layer.metrics().unwrap();
            assert!(
                largest_difference(&metrics, &identity.broadcast_as(metrics.shape()).unwrap())
                    < 1e-12
            );
            let at_centres = layer.forward(&layer.centres).unwrap().activations;
            for j in 0..5 {
                let own = at_centres
                    .get(j)
                    .unwrap()
                    .get(j)
                    .unwrap()
                    .to_scalar::<f64>()
                    .unwrap();
                assert!((own - 1.0).abs() < 1e-7, "{metric:?} {kernel:?}: {own}");
            }
        }
    }
}
