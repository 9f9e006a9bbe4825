//! Training on the data inside the program: it learns, it is reproducible, and it says when it has diverged.

use candle_core::{Device, Tensor};
use salon_demos::demos::rbf::augment::Augmentation;
use salon_demos::demos::rbf::data::Dataset;
use salon_demos::demos::rbf::layer::RbfConfig;
use salon_demos::demos::rbf::loss::Supervised;
use salon_demos::demos::rbf::net::{BackboneKind, HeadKind};
use salon_demos::demos::rbf::train::{Placing, TrainConfig, TrainError, Trainer, Training};

/// A part of the digits: enough to tell a head that learns from one that does not.
fn some_digits() -> Dataset {
    let mut set = Dataset::open("digits").unwrap();
    let every = |n: usize, step: usize| (0..n).step_by(step).collect::<Vec<_>>();
    set.train = set.train.at(&every(set.train.len(), 5));
    set.test = set.test.at(&every(set.test.len(), 4));
    set
}

fn trained(config: TrainConfig, epochs: usize) -> (Trainer, f64) {
    let set = some_digits();
    // A run of some hundred steps cannot warm up for a hundred.
    let config = TrainConfig {
        warm_up: 20,
        ..config
    };
    let mut trainer = Trainer::new(&set, config, &Device::Cpu).unwrap();
    for _ in 0..epochs * trainer.steps_an_epoch() {
        trainer.step().unwrap();
    }
    let accuracy = trainer.evaluate(&set.test).unwrap().accuracy;
    (trainer, accuracy)
}

#[test]
fn both_heads_and_both_backbones_learn_the_digits() {
    for (head, backbone, floor) in [
        (HeadKind::Softmax, BackboneKind::Plain, 0.86),
        (HeadKind::Rbf, BackboneKind::FullyConnected, 0.76),
        (HeadKind::Rbf, BackboneKind::Plain, 0.72),
    ] {
        let config = TrainConfig {
            head,
            backbone,
            learning_rate: 3e-3,
            batch: 32,
            ..TrainConfig::default()
        };
        let (_, accuracy) = trained(config, 3);
        println!("{head:?} on {backbone:?}: {accuracy:.3}");
        assert!(accuracy > floor, "{head:?} on {backbone:?}: {accuracy}");
    }
}

/// Accuracy on the test digits, of random features for as long as nothing is learned by steps.
#[test]
fn each_phase_of_training_is_worth_its_while() {
    let after = |training, placing, epochs| {
        let config = TrainConfig {
            training,
            placing,
            backbone: BackboneKind::FullyConnected,
            learning_rate: 3e-3,
            batch: 32,
            rbf: RbfConfig {
                centres: 40,
                ..RbfConfig::default()
            },
            ..TrainConfig::default()
        };
        trained(config, epochs)
    };
    let (one, drawn) = after(Training::OnePhase, Placing::Kmeans, 0);
    assert!(!one.learns());
    let (_, placed) = after(Training::TwoPhase, Placing::Kmeans, 0);
    let (_, by_class) = after(Training::TwoPhase, Placing::Classes, 0);
    let (three, tuned) = after(Training::ThreePhase, Placing::Kmeans, 5);
    assert!(three.learns());
    println!("one {drawn:.3}, two {placed:.3} (by class {by_class:.3}), three {tuned:.3}");
    // By chance it would be 0.1.
    assert!(
        drawn > 0.3 && placed > 0.35 && by_class > 0.35,
        "{drawn} {placed} {by_class}"
    );
    assert!(
        tuned > placed + 0.1 && tuned > 0.6,
        "{tuned} after {placed}"
    );
}

#[test]
fn other_losses_and_regularisers_learn_too() {
    for (supervised, smoothing, repulsion, floor) in [
        (Supervised::SquaredError, 0.0, 0.0, 0.45),
        (Supervised::Regression, 0.0, 0.0, 0.18),
        (Supervised::CrossEntropy, 0.1, 1.0, 0.6),
    ] {
        let config = TrainConfig {
            supervised,
            label_smoothing: smoothing,
            repulsion,
            backbone: BackboneKind::FullyConnected,
            learning_rate: 3e-3,
            batch: 32,
            ..TrainConfig::default()
        };
        let (_, accuracy) = trained(config, 3);
        println!("{supervised:?} ε {smoothing} repulsion {repulsion}: {accuracy:.3}");
        assert!(accuracy > floor, "{supervised:?}: {accuracy}");
    }
}

#[test]
fn the_same_seed_gives_the_same_losses() {
    let set = some_digits();
    let losses = |seed| {
        let config = TrainConfig {
            seed,
            ..TrainConfig::default()
        };
        let mut trainer = Trainer::new(&set, config, &Device::Cpu).unwrap();
        (0..5)
            .map(|_| trainer.step().unwrap().loss)
            .collect::<Vec<_>>()
    };
    assert_eq!(losses(3), losses(3));
    assert_ne!(losses(3), losses(4));
}

#[test]
fn changed_images_are_learned_from_and_reproducibly() {
    let config = TrainConfig {
        head: HeadKind::Softmax,
        augmentation: Augmentation::Shift,
        learning_rate: 1e-3,
        batch: 32,
        ..TrainConfig::default()
    };
    let (_, accuracy) = trained(config, 4);
    assert!(accuracy > 0.7, "{accuracy}");
    let set = some_digits();
    for augmentation in [Augmentation::Shift, Augmentation::AutoAugment] {
        let losses = |seed| {
            let config = TrainConfig {
                augmentation,
                seed,
                ..config
            };
            let mut trainer = Trainer::new(&set, config, &Device::Cpu).unwrap();
            [(); 3].map(|()| trainer.step().unwrap().loss)
        };
        assert_eq!(losses(1), losses(1));
    }
}

#[test]
fn a_run_that_diverges_says_so_and_bad_settings_are_refused() {
    let set = some_digits();
    let mut trainer = Trainer::new(&set, TrainConfig::default(), &Device::Cpu).unwrap();
    trainer.step().unwrap();
    let bias = Tensor::full(f32::NAN, 10, &Device::Cpu).unwrap();
    trainer.vars.set("head.bias", &bias).unwrap();
    let fault = trainer.step().unwrap_err();
    assert!(matches!(fault, TrainError::Diverged { .. }), "{fault}");
    // A step that is the last may have done it: what is looked at is no number either, and no result of it is told.
    for told in [
        trainer.look(&set.test).map(drop).unwrap_err(),
        trainer.evaluate(&set.test).map(drop).unwrap_err(),
    ] {
        assert!(matches!(told, TrainError::Diverged { .. }), "{told}");
        assert!(
            told.to_string().starts_with("the run has diverged"),
            "{told}"
        );
    }
    let none = TrainConfig {
        batch: 0,
        ..TrainConfig::default()
    };
    let told = Trainer::new(&set, none, &Device::Cpu)
        .err()
        .unwrap()
        .to_string();
    assert!(told.contains("the batch is 0"), "{told}");
}
