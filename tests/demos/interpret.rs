//! What is explained of one embedding: it is what the layer computes, and it adds up.

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{VarBuilder, VarMap};
use proptest::prelude::*;
use salon_demos::demos::rbf::interpret::{Reader, Root};
use salon_demos::demos::rbf::kernel::Kernel;
use salon_demos::demos::rbf::layer::{Metric, RbfConfig, RbfLayer};

use crate::gradients::numbers;
use crate::layer::{KERNELS, METRICS};

/// A layer whose every number is random.
fn layer(metric: (Metric, bool), kernel: Kernel, dtype: DType) -> RbfLayer {
    let config = RbfConfig {
        centres: 5,
        dims: 3,
        classes: 4,
        metric: metric.0,
        metric_per_centre: metric.1,
        kernel,
        learn_widths: true,
    };
    let map = VarMap::new();
    let layer = RbfLayer::new(config, &VarBuilder::from_varmap(&map, dtype, &Device::Cpu)).unwrap();
    let mut all: Vec<(String, Var)> = map.data().lock().unwrap().clone().into_iter().collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    for (seed, (_, var)) in (10..).zip(all) {
        var.set(&numbers(var.dims(), seed, dtype)).unwrap();
    }
    layer
}

fn flat(t: &Tensor) -> Vec<f64> {
    t.flatten_all()
        .unwrap()
        .to_dtype(DType::F64)
        .unwrap()
        .to_vec1()
        .unwrap()
}

fn single(t: &Tensor) -> Vec<f32> {
    t.flatten_all()
        .unwrap()
        .to_dtype(DType::F32)
        .unwrap()
        .to_vec1()
        .unwrap()
}

fn every_layer(dtype: DType, mut then: impl FnMut(&RbfLayer)) {
    for metric in METRICS {
        for kernel in KERNELS {
            then(&layer(metric, kernel, dtype));
        }
    }
}

#[test]
fn a_reading_is_what_the_layer_computes() {
    for (dtype, tolerance) in [(DType::F64, 1e-10), (DType::F32, 1e-5)] {
        every_layer(dtype, |layer| {
            let reader = Reader::of(layer).unwrap();
            // Numbers that are the same in both.
            let x = (numbers(&[9, 3], 1, DType::F32) * 2.0).unwrap();
            let theirs = layer.forward(&x.to_dtype(dtype).unwrap()).unwrap();
            let readings: Vec<_> = single(&x).chunks(3).map(|x| reader.read(x)).collect();
            let same = |ours: Vec<f64>, theirs: &Tensor| {
                for (a, b) in ours.iter().zip(flat(theirs)) {
                    assert!(
                        (a - b).abs() < tolerance * (1.0 + b.abs()),
                        "{:?}: {a} and {b}",
                        layer.config
                    );
                }
            };
            same(
                readings.iter().flat_map(|r| r.distances.clone()).collect(),
                &theirs.distances,
            );
            same(
                readings
                    .iter()
                    .flat_map(|r| r.activations.clone())
                    .collect(),
                &theirs.activations,
            );
            same(
                readings.iter().flat_map(|r| r.logits.clone()).collect(),
                &theirs.logits,
            );
        });
    }
}

#[test]
fn terms_add_up_exactly_and_the_nearest_centre_is_the_most_active() {
    every_layer(DType::F32, |layer| {
        let reader = Reader::of(layer).unwrap();
        let (weights, bias) = (flat(&layer.weights), flat(&layer.bias));
        for x in single(&numbers(&[9, 3], 2, DType::F32)).chunks(3) {
            let reading = reader.read(x);
            for (k, terms) in reading.terms.iter().enumerate() {
                let mut sum = bias[k];
                for (j, term) in terms.iter().enumerate() {
                    assert_eq!(*term, reading.activations[j] * weights[j * 4 + k]);
                    sum += term;
                }
                assert_eq!(sum, reading.logits[k]);
            }
            for pair in reading.nearest.windows(2) {
                assert!(reading.activations[pair[0]] >= reading.activations[pair[1]]);
            }
            let largest = reading.activations.iter().copied().fold(f64::MIN, f64::max);
            assert_eq!(reading.largest_activation(), Some(largest));
            let mut order: Vec<usize> = (0..4).collect();
            order.sort_by(|a, b| reading.logits[*b].total_cmp(&reading.logits[*a]));
            assert_eq!(reading.best_but(order[0]), Some(order[1]));
            assert_eq!(reading.best_but(order[2]), Some(order[0]));
        }
    });
}

#[test]
fn mapped_distances_are_those_of_the_metric() {
    every_layer(DType::F64, |layer| {
        let reader = Reader::of(layer).unwrap();
        let metrics = layer.metrics().unwrap().to_vec3::<f64>().unwrap();
        let points = single(&numbers(&[8, 3], 3, DType::F32));
        for (m, r) in metrics.iter().enumerate() {
            let mapped = reader.mapped(&points, m);
            assert_eq!(mapped.len(), points.len());
            for (x, a) in points.chunks(3).zip(mapped.chunks(3)) {
                for (y, b) in points.chunks(3).zip(mapped.chunks(3)) {
                    let v: Vec<f64> = x.iter().zip(y).map(|(x, y)| f64::from(x - y)).collect();
                    let plain: f64 = (0..9).map(|i| v[i / 3] * r[i / 3][i % 3] * v[i % 3]).sum();
                    let euclidean: f64 =
                        a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2)).sum();
                    assert!(
                        (plain - euclidean).abs() < 1e-5,
                        "{:?}: {plain} and {euclidean}",
                        layer.config
                    );
                }
            }
        }
        if layer.config.metric == Metric::Euclidean {
            assert_eq!(reader.mapped(&points, 0), points);
        }
        // Beyond what there is, nothing is changed.
        assert_eq!(reader.mapped(&points, 99), points);
    });
}

#[test]
fn similar_images_are_sorted_by_the_metric_around_the_query() {
    every_layer(DType::F64, |layer| {
        let reader = Reader::of(layer).unwrap();
        let metrics = layer.metrics().unwrap().to_vec3::<f64>().unwrap();
        let gallery = single(&numbers(&[30, 3], 4, DType::F32));
        for query in gallery.chunks(3) {
            let m = reader.metric_at(query);
            let reading = reader.read(query);
            assert_eq!(
                m,
                if layer.config.metric_per_centre {
                    reading.nearest[0]
                } else {
                    0
                }
            );
            let found = reader.similar(query, &gallery);
            assert_eq!(found[0].1, 0.0);
            let mut places: Vec<usize> = found.iter().map(|(place, _)| *place).collect();
            for pair in found.windows(2) {
                assert!(pair[0].1 <= pair[1].1);
            }
            for (place, distance) in &found {
                let v = |d: usize| f64::from(gallery[place * 3 + d]) - f64::from(query[d]);
                let r = &metrics[m];
                let plain: f64 = (0..9).map(|i| v(i / 3) * r[i / 3][i % 3] * v(i % 3)).sum();
                assert!((plain.max(0.0).sqrt() - distance).abs() < 1e-6);
            }
            places.sort_unstable();
            assert_eq!(places, (0..30).collect::<Vec<_>>());
        }
    });
}

#[test]
fn around_a_centre_distances_are_in_its_widths() {
    every_layer(DType::F32, |layer| {
        let reader = Reader::of(layer).unwrap();
        let gallery = single(&(numbers(&[30, 3], 5, DType::F32) * 3.0).unwrap());
        for j in 0..5 {
            let w = reader.inverse_widths[j];
            let found = reader.around(j, &gallery);
            assert!(found.windows(2).all(|pair| pair[0].1 <= pair[1].1) && found.len() == 30);
            for (place, distance) in found {
                let reading = reader.read(&gallery[place * 3..][..3]);
                let (r, a) = (reading.distances[j].sqrt(), reading.activations[j]);
                assert!((distance - w.sqrt() * r).abs() < 1e-12);
                if layer.config.kernel == Kernel::Quadratic {
                    // Not √(w (1 − a)), which is √w too much.
                    assert!((distance - (1.0 - a).sqrt()).abs() < 1e-7);
                    assert!((r - ((1.0 - a) / w).sqrt()).abs() < 1e-7);
                }
            }
        }
        assert!(reader.around(5, &gallery).is_empty());
    });
}

/// Two centres on a line, by hand.
fn by_hand() -> Reader {
    Reader {
        dims: 1,
        classes: 2,
        centres: vec![0.0, 4.0],
        roots: vec![Root::Diagonal(vec![2.0])],
        inverse_widths: vec![0.25, 1.0],
        kernel: Kernel::Quadratic,
        weights: vec![1.0, -1.0, 0.5, 2.0],
        bias: vec![0.5, 0.0],
    }
}

#[test]
fn a_reading_by_hand() {
    let reader = by_hand();
    // r² = 4 v²: from 1 that is 4 and 36, in widths 1 and 36.
    let reading = reader.read(&[1.0]);
    assert_eq!(reading.distances, [4.0, 36.0]);
    assert_eq!(reading.activations, [0.0, -35.0]);
    assert_eq!(reading.terms, [[0.0, -17.5], [0.0, -70.0]]);
    assert_eq!(reading.logits, [-17.0, -70.0]);
    assert_eq!(reading.nearest, [0, 1]);
    assert_eq!(
        (reading.best_but(0), reading.best_but(1)),
        (Some(1), Some(0))
    );
    assert_eq!(reader.mapped(&[1.0, -3.0], 0), [2.0, -6.0]);
    assert_eq!(
        reader.similar(&[1.0], &[3.0, 1.0, 0.5]),
        [(1, 0.0), (2, 1.0), (0, 4.0)]
    );
    assert_eq!(reader.around(0, &[2.0, -1.0]), [(1, 1.0), (0, 2.0)]);
    assert!(reader.similar(&[1.0], &[]).is_empty());
    // A wide centre is near from farther away: 3 is 9 widths from the first (r² 36) and 4 from the second (r² 4).
    assert_eq!(reader.read(&[3.0]).nearest, [1, 0]);
    assert_eq!(reader.read(&[2.5]).distances, [25.0, 9.0]);
    assert_eq!(reader.read(&[2.5]).nearest, [0, 1]);
}

#[test]
fn a_network_that_has_diverged_is_not_read() {
    let map = VarMap::new();
    let config = RbfConfig {
        metric: Metric::Full,
        ..RbfConfig::default()
    };
    let vars = VarBuilder::from_varmap(&map, DType::F32, &Device::Cpu);
    let layer = RbfLayer::new(config, &vars).unwrap();
    let all = map.data().lock().unwrap();
    let metric = &all["metric"];
    metric
        .set(&Tensor::full(f32::NAN, metric.dims(), &Device::Cpu).unwrap())
        .unwrap();
    let error = Reader::of(&layer).unwrap_err().to_string();
    assert!(error.contains("metric"), "{error}");
}

proptest! {
    #[test]
    fn far_from_everything_the_largest_activation_falls(at in 1.0..1e3_f32, further in 1.01..10.0_f32) {
        for kernel in KERNELS {
            let reader = Reader { kernel, ..by_hand() };
            let largest = |x: f32| reader.read(&[x]).largest_activation().unwrap();
            prop_assert!(largest(4.0 + at * further) <= largest(4.0 + at));
            prop_assert!(largest(4.0 + at) < 1.0);
        }
    }
}
