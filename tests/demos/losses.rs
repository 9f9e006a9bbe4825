//! Supervised losses and centre repulsion: by their definitions, by differences, and where their least values lie.

use candle_core::{DType, Device, Tensor, Var};
use salon_demos::demos::rbf::layer::{Metric, RbfConfig, RbfLayer};
use salon_demos::demos::rbf::loss::{Supervised, loss, outputs_of, predicted, probabilities};
use salon_demos::demos::rbf::repulsion::repulsion;
use salon_demos::demos::rbf::vars::Vars;

use crate::gradients::{check_gradients, largest_difference, numbers};

const CLASSES: usize = 4;
const LABELS: [u32; 6] = [0, 3, 1, 2, 3, 0];
const KINDS: [Supervised; 3] = [
    Supervised::CrossEntropy,
    Supervised::SquaredError,
    Supervised::Regression,
];

fn labels() -> Tensor {
    Tensor::new(&LABELS, &Device::Cpu).unwrap()
}

fn outputs(kind: Supervised) -> Tensor {
    (numbers(&[6, outputs_of(kind, CLASSES)], 1, DType::F64) * 2.0).unwrap()
}

fn value(kind: Supervised, smoothing: f64, outputs: &Tensor) -> f64 {
    let loss = loss(kind, smoothing, outputs, &labels(), CLASSES).unwrap();
    loss.to_scalar().unwrap()
}

#[test]
fn each_loss_is_its_definition() {
    for (kind, smoothing) in [
        (Supervised::CrossEntropy, 0.0),
        (Supervised::CrossEntropy, 0.2),
        (Supervised::SquaredError, 0.0),
        (Supervised::Regression, 0.0),
    ] {
        let outputs = outputs(kind);
        let rows = outputs.to_vec2::<f64>().unwrap();
        let of_one = |(y, label): (&Vec<f64>, &u32)| {
            let target = |k: usize| if k == *label as usize { 1.0 } else { 0.0 };
            match kind {
                Supervised::CrossEntropy => {
                    let all: f64 = y.iter().map(|y| y.exp()).sum();
                    let each = y.iter().enumerate().map(|(k, y)| {
                        let q = (1.0 - smoothing) * target(k) + smoothing / CLASSES as f64;
                        -q * (y.exp() / all).ln()
                    });
                    each.sum::<f64>()
                }
                Supervised::SquaredError => {
                    let each = y.iter().enumerate();
                    each.map(|(k, y)| (y - target(k)).powi(2)).sum()
                }
                // 0, 1, 2, 3 have mean 1.5 and variance 1.25.
                Supervised::Regression => {
                    (y[0] - (f64::from(*label) - 1.5) / 1.25_f64.sqrt()).powi(2)
                }
            }
        };
        let mean = rows.iter().zip(&LABELS).map(of_one).sum::<f64>() / 6.0;
        let ours = value(kind, smoothing, &outputs);
        assert!(
            (ours - mean).abs() < 1e-12,
            "{kind:?} {smoothing}: {ours}, {mean}"
        );
    }
    let plain = candle_nn::loss::cross_entropy(&outputs(Supervised::CrossEntropy), &labels());
    let ours = value(
        Supervised::CrossEntropy,
        0.0,
        &outputs(Supervised::CrossEntropy),
    );
    assert!(plain.unwrap().to_scalar::<f64>().unwrap() == ours);
}

#[test]
fn losses_have_slopes() {
    for kind in KINDS {
        for smoothing in [0.0, 0.1] {
            let y = Var::from_tensor(&outputs(kind)).unwrap();
            check_gradients(std::slice::from_ref(&y), || {
                loss(kind, smoothing, &y, &labels(), CLASSES)
            });
        }
    }
}

#[test]
fn a_smoothed_loss_is_least_at_the_smoothed_targets() {
    // Softmax of these is 0.85 for the class and 0.05 for each other one: what ε = 0.2 of four classes asks for.
    let at = |by: f64| {
        let row = |label: u32| {
            let logit = move |k| {
                if k == label {
                    0.85_f64.ln() + by
                } else {
                    0.05_f64.ln()
                }
            };
            (0..4).map(logit).collect::<Vec<_>>()
        };
        let all: Vec<Vec<f64>> = LABELS.iter().map(|label| row(*label)).collect();
        let outputs = Tensor::new(all, &Device::Cpu).unwrap();
        value(Supervised::CrossEntropy, 0.2, &outputs)
    };
    assert!(at(0.0) < at(0.1) && at(0.0) < at(-0.1));
    for out in [-0.1, 0.5, f64::NAN] {
        let y = outputs(Supervised::CrossEntropy);
        assert!(loss(Supervised::CrossEntropy, out, &y, &labels(), CLASSES).is_err());
    }
}

#[test]
fn right_outputs_are_told_as_their_classes_and_cost_nothing() {
    for kind in KINDS {
        let row = |label: u32| match kind {
            Supervised::Regression => vec![(f64::from(label) - 1.5) / 1.25_f64.sqrt()],
            _ => (0..4).map(|k| if k == label { 1.0 } else { 0.0 }).collect(),
        };
        let all: Vec<Vec<f64>> = LABELS.iter().map(|label| row(*label)).collect();
        let right = Tensor::new(all, &Device::Cpu).unwrap();
        assert_eq!(
            predicted(kind, &right, CLASSES).unwrap(),
            LABELS,
            "{kind:?}"
        );
        if kind != Supervised::CrossEntropy {
            assert!(value(kind, 0.0, &right) < 1e-20);
        }
    }
    // Beyond the last number is the last class.
    let far = Tensor::new(&[[9.0_f32], [-9.0], [0.1]], &Device::Cpu).unwrap();
    assert_eq!(
        predicted(Supervised::Regression, &far, CLASSES).unwrap(),
        [3, 0, 2]
    );
}

#[test]
fn probabilities_are_distributions_and_favour_what_is_predicted() {
    for kind in KINDS {
        let y = (numbers(&[40, outputs_of(kind, CLASSES)], 7, DType::F64) * 3.0).unwrap();
        let p = probabilities(kind, &y, CLASSES).unwrap();
        assert_eq!(p.dims(), [40, CLASSES]);
        for (row, class) in p
            .to_vec2::<f64>()
            .unwrap()
            .iter()
            .zip(predicted(kind, &y, CLASSES).unwrap())
        {
            assert!(
                (row.iter().sum::<f64>() - 1.0).abs() < 1e-12,
                "{kind:?}: {row:?}"
            );
            assert!(
                row.iter().all(|p| (0.0..=1.0).contains(p)),
                "{kind:?}: {row:?}"
            );
            let favoured = (0..CLASSES).all(|k| row[k] <= row[class as usize] + 1e-12);
            assert!(favoured, "{kind:?}: {row:?} and {class}");
        }
    }
}

#[test]
fn outputs_of_squared_error_that_are_a_distribution_stay_and_others_go_to_the_nearest() {
    let of = |rows: &[[f64; 3]]| {
        let y = Tensor::from_vec(rows.concat(), (rows.len(), 3), &Device::Cpu).unwrap();
        let p = probabilities(Supervised::SquaredError, &y, 3).unwrap();
        p.to_vec2::<f64>().unwrap()
    };
    assert!(
        of(&[[0.2, 0.5, 0.3]])[0]
            .iter()
            .zip([0.2, 0.5, 0.3])
            .all(|(p, y)| (p - y).abs() < 1e-12)
    );
    // No point of a fine grid over all distributions is nearer.
    let rows = [
        [0.9, 0.4, -0.2],
        [-0.1, -0.3, -0.2],
        [2.0, 1.9, 0.0],
        [0.1, 0.1, 0.1],
    ];
    for (y, p) in rows.iter().zip(of(&rows)) {
        let distance = |p: &[f64]| y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>();
        for a in 0..=100 {
            for b in 0..=100 - a {
                let (a, b) = (f64::from(a) / 100.0, f64::from(b) / 100.0);
                let other = distance(&[a, b, 1.0 - a - b]);
                assert!(distance(&p) <= other + 1e-12, "{y:?}: {p:?}");
            }
        }
    }
}

#[test]
fn outputs_of_any_size_are_told_as_a_distribution() {
    for (y, wanted) in [
        ([1e16, 0.0, -3.0], [1.0, 0.0, 0.0]),
        ([1e30, 1e30, 0.0], [0.5, 0.5, 0.0]),
        ([-1e30, -1e30, -1e30], [1.0 / 3.0; 3]),
        ([3e38, -3e38, 0.0], [1.0, 0.0, 0.0]),
    ] {
        let outputs = Tensor::from_vec(y.map(|y| y as f32).to_vec(), (1, 3), &Device::Cpu).unwrap();
        let found = probabilities(Supervised::SquaredError, &outputs, 3).unwrap();
        let found = found.to_vec2::<f32>().unwrap();
        for (found, wanted) in found[0].iter().zip(wanted) {
            assert!((f64::from(*found) - wanted).abs() < 1e-6, "{y:?}: {found}");
        }
    }
}

#[test]
fn a_value_between_two_numbers_is_as_likely_either() {
    // Halfway from 1 to 2 of 0, 1, 2, 3: the middle.
    let y = Tensor::new(&[[0.0_f64]], &Device::Cpu).unwrap();
    let p = probabilities(Supervised::Regression, &y, CLASSES).unwrap();
    let p = p.to_vec2::<f64>().unwrap().remove(0);
    assert!((p[1] - p[2]).abs() < 1e-12 && p[1] > 0.45, "{p:?}");
}

#[test]
fn what_does_not_fit_a_loss_is_refused() {
    let y = numbers(&[6, 3], 1, DType::F64);
    for kind in KINDS {
        assert!(loss(kind, 0.0, &y, &labels(), CLASSES).is_err());
        assert!(predicted(kind, &y, CLASSES).is_err());
        assert!(probabilities(kind, &y, CLASSES).is_err());
        let few = Tensor::new(&LABELS[..5], &Device::Cpu).unwrap();
        assert!(loss(kind, 0.0, &outputs(kind), &few, CLASSES).is_err());
    }
}

/// Centres, inverse widths and metrics of a layer whose numbers are random.
fn parts(metric: Metric, metric_per_centre: bool) -> (Tensor, Tensor, Tensor) {
    let config = RbfConfig {
        centres: 5,
        dims: 3,
        classes: 4,
        metric,
        metric_per_centre,
        ..RbfConfig::default()
    };
    let vars = Vars::new(1, &Device::Cpu);
    let layer = RbfLayer::new(config, &vars.builder(DType::F64)).unwrap();
    for (seed, var) in (10..).zip(vars.all().into_values()) {
        var.set(&numbers(var.dims(), seed, DType::F64)).unwrap();
    }
    let widths = layer.inverse_widths().unwrap();
    (layer.centres.clone(), widths, layer.metrics().unwrap())
}

const METRICS: [(Metric, bool); 4] = [
    (Metric::Euclidean, false),
    (Metric::Diagonal, true),
    (Metric::Full, false),
    (Metric::Full, true),
];

#[test]
fn repulsion_is_its_definition_and_moves_centres_alone() {
    for (metric, own) in METRICS {
        let (centres, widths, metrics) = parts(metric, own);
        let c = centres.to_vec2::<f64>().unwrap();
        let w = widths.to_vec1::<f64>().unwrap();
        let r = metrics.to_vec3::<f64>().unwrap();
        let mut sum = 0.0;
        for i in 0..5 {
            for j in (0..5).filter(|j| *j != i) {
                let r = &r[if own { j } else { 0 }];
                let v: Vec<f64> = c[i].iter().zip(&c[j]).map(|(a, b)| a - b).collect();
                let squares = (0..3).flat_map(|a| (0..3).map(move |b| (a, b)));
                let distance: f64 = squares.map(|(a, b)| v[a] * r[a][b] * v[b]).sum();
                sum += (-w[j] * distance / 2.0).exp();
            }
        }
        let all = [&centres, &widths, &metrics].map(|tensor| Var::from_tensor(tensor).unwrap());
        let [centres, widths, metrics] = &all;
        let value = repulsion(centres, widths, metrics).unwrap();
        let ours = value.to_scalar::<f64>().unwrap();
        assert!(
            (ours - sum / 20.0).abs() < 1e-12,
            "{metric:?}: {ours}, {}",
            sum / 20.0
        );
        let grads = value.backward().unwrap();
        assert!(grads.get(widths).is_none() && grads.get(metrics).is_none());
        check_gradients(std::slice::from_ref(centres), || {
            repulsion(centres, widths, metrics)
        });
    }
}

#[test]
fn repelled_centres_part_and_a_single_one_has_nothing_to_part_from() {
    let (centres, widths, metrics) = parts(Metric::Euclidean, false);
    let centres = Var::from_tensor(&centres).unwrap();
    let spread = |c: &Tensor| {
        let about = c.broadcast_sub(&c.mean_keepdim(0).unwrap()).unwrap();
        about
            .sqr()
            .unwrap()
            .sum_all()
            .unwrap()
            .to_scalar::<f64>()
            .unwrap()
    };
    let value = || repulsion(&centres, &widths, &metrics).unwrap();
    let (before, first) = (spread(&centres), value().to_scalar::<f64>().unwrap());
    for _ in 0..50 {
        let grads = value().backward().unwrap();
        let step = (grads.get(&centres).unwrap() * 2.0).unwrap();
        centres.set(&(centres.as_tensor() - step).unwrap()).unwrap();
    }
    let last = value().to_scalar::<f64>().unwrap();
    assert!(
        last < first / 2.0 && spread(&centres) > 2.0 * before,
        "{first}, {last}"
    );
    let same = Tensor::ones((3, 2), DType::F32, &Device::Cpu).unwrap();
    let ones = Tensor::ones(3, DType::F32, &Device::Cpu).unwrap();
    let eye = Tensor::eye(2, DType::F32, &Device::Cpu)
        .unwrap()
        .unsqueeze(0)
        .unwrap();
    let one = repulsion(&same, &ones, &eye).unwrap();
    assert!(largest_difference(&one, &Tensor::new(1.0_f32, &Device::Cpu).unwrap()) < 1e-6);
    let single = same.narrow(0, 0, 1).unwrap();
    let none = repulsion(&single, &ones.narrow(0, 0, 1).unwrap(), &eye).unwrap();
    assert!(none.to_scalar::<f32>().unwrap() == 0.0);
}
