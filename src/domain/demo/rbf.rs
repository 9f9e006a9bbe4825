//! What can be set on the demo of the CNN with an RBF head, and sets worth beginning with.

use super::{Knob, Preset, Range};

pub(super) const KNOBS: [Knob; 13] = [
    choice("data", "Data", &["digits", "fashion"]),
    choice("head", "Head", &["rbf", "softmax"]),
    choice("backbone", "Backbone", &["plain", "fully_connected"]),
    count("centres", "Centres K", 1, 200, 20),
    count("dims", "Embedding length", 2, 128, 16),
    choice(
        "kernel",
        "Kernel",
        &["quadratic", "gaussian", "inverse_multiquadric"],
    ),
    choice("metric", "Metric", &["diagonal", "euclidean", "full"]),
    Knob {
        name: "lambda",
        label: "λ (unsupervised loss)",
        range: Range::Number {
            from: 0.0,
            to: 100.0,
            default: 0.1,
        },
        live: true,
    },
    Knob {
        name: "learning_rate",
        label: "Learning rate",
        range: Range::Number {
            from: 1e-6,
            to: 1.0,
            default: 3e-3,
        },
        live: true,
    },
    choice(
        "augmentation",
        "Augmentation",
        &["none", "shift", "auto_augment"],
    ),
    count("batch", "Batch", 8, 512, 64),
    count("epochs", "Epochs", 1, 200, 10),
    count("seed", "Seed", 0, 1_000_000, 1),
];

pub(super) const PRESETS: [Preset; 6] = [
    preset("Digits, RBF head", &[]),
    preset("Digits, softmax head (baseline)", &[("head", "softmax")]),
    preset("Few centres", &[("centres", "10"), ("lambda", "1")]),
    preset("Gaussian kernel", &[("kernel", "gaussian")]),
    preset(
        "Two numbers an embedding, drawn as they are",
        &[("dims", "2")],
    ),
    preset("Fashion", &[("data", "fashion")]),
];

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
