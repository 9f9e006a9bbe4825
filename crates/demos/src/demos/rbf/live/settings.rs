//! Settings by knob → those of the trainer and of what is shown.

use serde_json::{Value, json};

use crate::demos::rbf::train::TrainConfig;
use salon_core::domain::demo::{Setting, Settings};

/// A knob that is a word.
///
/// # Errors
/// If it is not set.
pub fn word<'a>(settings: &'a Settings, name: &str) -> Result<&'a str, String> {
    match settings.get(name) {
        Some(Setting::Word(word)) => Ok(word),
        _ => Err(format!("{name} is not set")),
    }
}

/// A knob that is a number.
///
/// # Errors
/// If it is not set.
pub fn number(settings: &Settings, name: &str) -> Result<f64, String> {
    match settings.get(name) {
        Some(Setting::Number(n)) => Ok(*n),
        _ => Err(format!("{name} is not set")),
    }
}

/// A knob that is a whole number; knobs are checked to be whole and in range.
///
/// # Errors
/// If it is not set.
pub fn count(settings: &Settings, name: &str) -> Result<usize, String> {
    number(settings, name).map(|n| n as usize)
}

/// # Errors
/// If a knob is not set, or as the trainer does not know.
pub fn config_of(settings: &Settings) -> Result<TrainConfig, String> {
    let mut config = serde_json::Map::<String, Value>::new();
    for name in [
        "head",
        "backbone",
        "training",
        "placing",
        "unsupervised",
        "supervised",
        "augmentation",
    ] {
        config.insert(name.to_string(), json!(word(settings, name)?));
    }
    for name in [
        "lambda",
        "label_smoothing",
        "repulsion",
        "learning_rate",
        "weight_decay",
    ] {
        config.insert(name.to_string(), json!(number(settings, name)?));
    }
    for name in ["batch", "seed", "warm_up"] {
        config.insert(name.to_string(), json!(count(settings, name)?));
    }
    let rbf = json!({
        "centres": count(settings, "centres")?,
        "dims": count(settings, "dims")?,
        "kernel": word(settings, "kernel")?,
        "metric": word(settings, "metric")?,
        "metric_per_centre": word(settings, "metric_of")? == "each",
    });
    config.insert("rbf".to_string(), rbf);
    serde_json::from_value(Value::Object(config)).map_err(|error| error.to_string())
}
