//! Demos from the command line, without a server.

use std::fmt::Write as _;
use std::time::Instant;

use anyhow::{Context, bail};
use candle_core::Device;
use indicatif::{ProgressBar, ProgressStyle};
use salon::config::RbfArgs;
use salon::demos::rbf::data::Dataset;
use salon::demos::rbf::layer::RbfConfig;
use salon::demos::rbf::train::{Evaluation, Step, TrainConfig, Trainer};
use serde::de::DeserializeOwned;
use serde_json::json;

/// A setting that is one of several words.
fn word<T: DeserializeOwned>(flag: &str, text: &str) -> anyhow::Result<T> {
    serde_json::from_value(json!(text)).map_err(|error| anyhow::anyhow!("--{flag}: {error}"))
}

fn settings(args: &RbfArgs) -> anyhow::Result<TrainConfig> {
    Ok(TrainConfig {
        backbone: word("backbone", &args.backbone)?,
        head: word("head", &args.head)?,
        rbf: RbfConfig {
            centres: args.centres,
            dims: args.dims,
            metric: word("metric", &args.metric)?,
            metric_per_centre: args.metric_per_centre,
            kernel: word("kernel", &args.kernel)?,
            ..RbfConfig::default()
        },
        lambda: args.lambda,
        unsupervised: word("unsupervised", &args.unsupervised)?,
        learning_rate: args.learning_rate,
        weight_decay: args.weight_decay,
        batch: args.batch,
        augmentation: word("augmentation", &args.augmentation)?,
        seed: args.seed,
    })
}

/// One row of the table, and of metrics.csv.
struct Row {
    epoch: usize,
    /// Means over the epoch.
    loss: f64,
    unsupervised: f64,
    train: Evaluation,
    validation: Evaluation,
    images_a_second: f64,
}

pub fn rbf(args: &RbfArgs) -> anyhow::Result<()> {
    let config = settings(args)?;
    if args.epochs == 0 || args.epochs > 1_000 {
        bail!("--epochs is {}; 1 to 1000 are possible", args.epochs);
    }
    let data = Dataset::open(&args.dataset)?;
    let mut trainer = Trainer::new(&data, config, &Device::Cpu)?;
    let config = trainer.config;
    println!(
        "{}: {} images to train on, {} to choose by, {} to test on; {} classes; data {:.12}",
        data.name,
        trainer.train_images().len(),
        trainer.validation_images().len(),
        data.test.len(),
        data.classes.len(),
        data.hash()
    );
    println!("device cpu, {} threads, seed {}", threads(), config.seed);
    println!("epoch    loss   unsup   train  valid  images/s");
    let mut rows = Vec::new();
    for epoch in 1..=args.epochs {
        let row = train_epoch(&mut trainer, epoch, args.epochs)?;
        println!(
            "{epoch:5}  {:6.4}  {:6.4}  {:5.2}%  {:5.2}%  {:8.0}",
            row.loss,
            row.unsupervised,
            row.train.accuracy * 100.0,
            row.validation.accuracy * 100.0,
            row.images_a_second
        );
        rows.push(row);
    }
    let test = trainer.evaluate(&data.test)?;
    println!(
        "test: {:.2}% right, cross entropy {:.4}",
        test.accuracy * 100.0,
        test.loss
    );
    match &args.out {
        Some(folder) => keep(folder, &trainer, &data, &rows, test),
        None => Ok(()),
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn train_epoch(trainer: &mut Trainer, epoch: usize, epochs: usize) -> anyhow::Result<Row> {
    let steps = trainer.steps_an_epoch();
    let style = ProgressStyle::with_template("epoch {msg} {wide_bar} {pos}/{len}")?;
    let bar = ProgressBar::new(steps as u64)
        .with_style(style)
        .with_message(format!("{epoch}/{epochs}"));
    let began = Instant::now();
    let (mut images, mut loss, mut unsupervised) = (0, 0.0, 0.0);
    for _ in 0..steps {
        let step: Step = trainer.step()?;
        images += step.images;
        loss += f64::from(step.loss) * step.images as f64;
        unsupervised += f64::from(step.unsupervised) * step.images as f64;
        bar.inc(1);
    }
    let images_a_second = images as f64 / began.elapsed().as_secs_f64();
    bar.finish_and_clear();
    Ok(Row {
        epoch,
        loss: loss / images as f64,
        unsupervised: unsupervised / images as f64,
        train: trainer.evaluate(trainer.train_images())?,
        validation: trainer.evaluate(trainer.validation_images())?,
        images_a_second,
    })
}

/// What a run leaves behind: enough to do it again, and the network.
fn keep(
    folder: &std::path::Path,
    trainer: &Trainer,
    data: &Dataset,
    rows: &[Row],
    test: Evaluation,
) -> anyhow::Result<()> {
    let told = || format!("keeping the run in {}", folder.display());
    std::fs::create_dir_all(folder).with_context(told)?;
    let config = json!({
        "data": data.name,
        "data_sha256": data.hash(),
        "threads": threads(),
        "device": "cpu",
        "config": trainer.config,
        "test": test,
    });
    let config = serde_json::to_string_pretty(&config)?;
    std::fs::write(folder.join("config.json"), config).with_context(told)?;
    let mut csv = String::from(
        "epoch,loss,unsupervised,train_accuracy,train_loss,validation_accuracy,validation_loss,images_per_second\n",
    );
    for row in rows {
        let (train, validation) = (row.train, row.validation);
        writeln!(
            csv,
            "{},{},{},{},{},{},{},{:.0}",
            row.epoch,
            row.loss,
            row.unsupervised,
            train.accuracy,
            train.loss,
            validation.accuracy,
            validation.loss,
            row.images_a_second
        )?;
    }
    std::fs::write(folder.join("metrics.csv"), csv).with_context(told)?;
    trainer.vars.save(&folder.join("checkpoint.safetensors"))?;
    println!("kept in {}", folder.display());
    Ok(())
}
