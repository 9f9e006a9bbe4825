//! What can be set on the demo of the CNN with an RBF head, and sets worth beginning with.

use super::{Knob, Preset, Range};

pub(super) const KNOBS: [Knob; 24] = [
    Knob {
        name: "data",
        label: "Data",
        range: Range::OrFolder(&["digits", "fashion"]),
        live: false,
    },
    choice("head", "Head", &["rbf", "softmax"]),
    choice(
        "backbone",
        "Backbone",
        &[
            "plain",
            "residual",
            "inception",
            "mb_conv",
            "fully_connected",
        ],
    ),
    count("centres", "Centres K", 1, 200, 20),
    live("lambda", "λ (unsupervised loss)", 0.0, 100.0, 0.1),
    live("learning_rate", "Learning rate", 1e-6, 1.0, 3e-3),
    count("epochs", "Epochs", 1, 200, 10),
    choice("baseline", "Softmax head beside it", &["none", "softmax"]),
    choice(
        "kernel",
        "Kernel",
        &["quadratic", "gaussian", "inverse_multiquadric"],
    ),
    choice("metric", "Metric", &["diagonal", "euclidean", "full"]),
    choice("metric_of", "A metric for", &["all", "each"]),
    count("dims", "Embedding length", 2, 128, 16),
    choice(
        "training",
        "Training",
        &["end_to_end", "one_phase", "two_phase", "three_phase"],
    ),
    choice(
        "placing",
        "Centres start by",
        &["kmeans", "classes", "drawn"],
    ),
    choice(
        "unsupervised",
        "Unsupervised loss as in the",
        &["program", "paper", "talk"],
    ),
    choice(
        "supervised",
        "Supervised loss",
        &["cross_entropy", "squared_error", "regression"],
    ),
    Knob {
        name: "label_smoothing",
        label: "Label smoothing ε",
        range: Range::Number {
            from: 0.0,
            to: 0.49,
            default: 0.0,
        },
        live: false,
    },
    live("repulsion", "Centre repulsion", 0.0, 100.0, 0.0),
    Knob {
        name: "weight_decay",
        label: "Weight decay",
        range: Range::Number {
            from: 0.0,
            to: 1.0,
            default: 1e-4,
        },
        live: false,
    },
    choice(
        "augmentation",
        "Augmentation",
        &["none", "shift", "auto_augment"],
    ),
    live("reject", "Share to reject", 0.0, 0.5, 0.01),
    count("warm_up", "Warm-up (steps)", 0, 10_000, 100),
    count("batch", "Batch", 8, 512, 64),
    count("seed", "Seed", 0, 1_000_000, 1),
];

pub(super) const PRESETS: [Preset; 9] = [
    preset("Digits, RBF head", &[]),
    preset("Digits, softmax head (baseline)", &[("head", "softmax")]),
    preset("Both heads side by side", &[("baseline", "softmax")]),
    preset("Few centres", &[("centres", "10"), ("lambda", "1")]),
    preset("λ too large", &[("lambda", "20")]),
    preset("Gaussian kernel", &[("kernel", "gaussian")]),
    preset(
        "Centres and weights alone (two phases)",
        &[("training", "two_phase")],
    ),
    preset(
        "Two numbers an embedding, drawn as they are",
        &[("dims", "2")],
    ),
    preset("Fashion", &[("data", "fashion")]),
];

const fn live(name: &'static str, label: &'static str, from: f64, to: f64, default: f64) -> Knob {
    Knob {
        name,
        label,
        range: Range::Number { from, to, default },
        live: true,
    }
}

const fn preset(label: &'static str, settings: &'static [(&'static str, &'static str)]) -> Preset {
    Preset { label, settings }
}

const fn choice(name: &'static str, label: &'static str, words: &'static [&'static str]) -> Knob {
    let range = Range::Choice(words);
    Knob {
        name,
        label,
        range,
        live: false,
    }
}

const fn count(name: &'static str, label: &'static str, from: u32, to: u32, default: u32) -> Knob {
    let range = Range::Count { from, to, default };
    Knob {
        name,
        label,
        range,
        live: false,
    }
}
