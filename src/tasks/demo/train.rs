//! Training from the command line: a table as it goes on, results, and what is kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail};
use candle_core::Device;
use indicatif::{ProgressBar, ProgressStyle};
use salon::config::TrainArgs;
use salon::demos::rbf::artefact::Artefact;
use salon::demos::rbf::data::Dataset;
use salon::demos::rbf::layer::RbfConfig;
use salon::demos::rbf::picture::{Mark, Plane};
use salon::demos::rbf::results::results;
use salon::demos::rbf::svg;
use salon::demos::rbf::train::{Evaluation, TrainConfig, Trainer};
use salon::demos::sheet::Reliability;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

/// Points of the picture that is kept: of the images learned from and of those held out.
const DRAWN: [usize; 2] = [1_400, 600];
/// Images a centre in the picture of centres.
const AROUND: usize = 8;

/// A setting that is one of several words.
fn word<T: DeserializeOwned>(flag: &str, text: &str) -> anyhow::Result<T> {
    serde_json::from_value(json!(text)).map_err(|error| anyhow::anyhow!("--{flag}: {error}"))
}

fn settings(args: &TrainArgs) -> anyhow::Result<TrainConfig> {
    Ok(TrainConfig {
        backbone: word("backbone", &args.backbone)?,
        head: word("head", &args.head)?,
        rbf: RbfConfig {
            centres: args.centres,
            dims: args.dims,
            metric: word("metric", &args.metric)?,
            metric_per_centre: args.metric_per_centre,
            kernel: word("kernel", &args.kernel)?,
            learn_widths: !args.fixed_widths,
            ..RbfConfig::default()
        },
        training: word("training", &args.training)?,
        placing: word("placing", &args.placing)?,
        lambda: args.lambda,
        unsupervised: word("unsupervised", &args.unsupervised)?,
        supervised: word("supervised", &args.supervised)?,
        label_smoothing: args.label_smoothing,
        repulsion: args.repulsion,
        learning_rate: args.learning_rate,
        warm_up: args.warm_up,
        weight_decay: args.weight_decay,
        batch: args.batch,
        augmentation: word("augmentation", &args.augmentation)?,
        seed: args.seed,
    })
}

/// One row of the table, and of the metrics that are kept.
#[derive(Debug, Clone, Copy, Serialize)]
struct Row {
    epoch: usize,
    /// Means over the epoch.
    loss: f64,
    supervised: f64,
    unsupervised: f64,
    train_accuracy: f64,
    train_loss: f64,
    validation_accuracy: f64,
    validation_loss: f64,
    /// Of the softmax head trained beside it.
    baseline_train_accuracy: Option<f64>,
    baseline_validation_accuracy: Option<f64>,
    images_per_second: f64,
}

pub fn train(args: &TrainArgs, device: &Device, shown: &str) -> anyhow::Result<()> {
    let config = settings(args)?;
    if args.epochs == 0 || args.epochs > 1_000 {
        bail!("--epochs is {}; 1 to 1000 are possible", args.epochs);
    }
    let data = Dataset::open(&args.dataset)?;
    let mut trainer = Trainer::new(&data, config, device)?;
    let mut baseline = match args.baseline {
        true => Some(Trainer::new(&data, config.baseline(), device)?),
        false => None,
    };
    println!(
        "{}: {} images to train on, {} to choose by, {} to test on; {} classes; data {:.12}",
        data.name,
        trainer.train_images().len(),
        trainer.validation_images().len(),
        data.test.len(),
        data.classes.len(),
        data.hash()
    );
    println!("device {shown}, seed {}", config.seed);
    let mut rows = Vec::new();
    if trainer.learns() {
        println!("epoch    loss   unsup   train  valid  images/s");
        for epoch in 1..=args.epochs {
            let row = train_epoch(&mut trainer, baseline.as_mut(), epoch, args.epochs)?;
            println!(
                "{epoch:5}  {:6.4}  {:6.4}  {:5.2}%  {:5.2}%  {:8.0}",
                row.loss,
                row.unsupervised,
                row.train_accuracy * 100.0,
                row.validation_accuracy * 100.0,
                row.images_per_second
            );
            rows.push(row);
        }
    } else {
        println!("centres placed, output weights solved for; nothing is learned by steps");
    }
    let mut found = results(&trainer, baseline.as_ref(), &data, args.reject)?;
    found.measure(&trainer, &data)?;
    let test = found.numbers.get("test accuracy").copied();
    println!("test: {:.2}% right", test.unwrap_or_default() * 100.0);
    super::table(&found.numbers);
    match &args.out {
        Some(folder) => {
            let kept = Kept {
                rows: &rows,
                results: &found.numbers,
                reliability: &found.reliability,
            };
            kept.save(folder, &trainer, &data, shown)
                .with_context(|| format!("keeping the run in {}", folder.display()))?;
            println!("kept in {}", folder.display());
            Ok(())
        }
        None => Ok(()),
    }
}

fn train_epoch(
    trainer: &mut Trainer,
    mut baseline: Option<&mut Trainer>,
    epoch: usize,
    epochs: usize,
) -> anyhow::Result<Row> {
    let steps = trainer.steps_an_epoch();
    let style = ProgressStyle::with_template("epoch {msg} {wide_bar} {pos}/{len}")?;
    let bar = ProgressBar::new(steps as u64)
        .with_style(style)
        .with_message(format!("{epoch}/{epochs}"));
    let began = Instant::now();
    let mut images = 0;
    let mut losses = [0.0; 3];
    for _ in 0..steps {
        let step = trainer.step()?;
        images += step.images;
        for (sum, loss) in losses
            .iter_mut()
            .zip([step.loss, step.supervised, step.unsupervised])
        {
            *sum += f64::from(loss) * step.images as f64;
        }
        bar.inc(1);
    }
    let took = began.elapsed().as_secs_f64();
    if let Some(baseline) = &mut baseline {
        for _ in 0..steps {
            baseline.step()?;
        }
    }
    bar.finish_and_clear();
    let [loss, supervised, unsupervised] = losses.map(|sum| sum / images as f64);
    let of = |trainer: &Trainer| -> anyhow::Result<[Evaluation; 2]> {
        Ok([
            trainer.evaluate(trainer.train_images())?,
            trainer.evaluate(trainer.validation_images())?,
        ])
    };
    let [train, validation] = of(trainer)?;
    let beside = baseline.map(|baseline| of(baseline)).transpose()?;
    Ok(Row {
        epoch,
        loss,
        supervised,
        unsupervised,
        train_accuracy: train.accuracy,
        train_loss: train.loss,
        validation_accuracy: validation.accuracy,
        validation_loss: validation.loss,
        baseline_train_accuracy: beside.map(|[train, _]| train.accuracy),
        baseline_validation_accuracy: beside.map(|[_, validation]| validation.accuracy),
        images_per_second: images as f64 / took,
    })
}

/// What a run leaves behind beside its network.
struct Kept<'a> {
    rows: &'a [Row],
    results: &'a BTreeMap<String, f64>,
    reliability: &'a [Reliability],
}

impl Kept<'_> {
    fn save(
        &self,
        folder: &Path,
        trainer: &Trainer,
        data: &Dataset,
        device: &str,
    ) -> anyhow::Result<()> {
        std::fs::create_dir_all(folder)?;
        Artefact::of(trainer, data, device).save(folder, trainer)?;
        let write = |name: &str, text: String| std::fs::write(folder.join(name), text);
        write("metrics.csv", self.csv())?;
        write("metrics.json", serde_json::to_string_pretty(self.rows)?)?;
        let results = json!({ "results": self.results, "reliability": self.reliability });
        write("results.json", serde_json::to_string_pretty(&results)?)?;
        write(
            "reliability.svg",
            svg::reliability("How sure, and how often right", self.reliability),
        )?;
        let column = |of: fn(&Row) -> f64| self.rows.iter().map(of).collect();
        let losses = [
            ("loss", column(|row| row.loss)),
            ("supervised", column(|row| row.supervised)),
            ("unsupervised", column(|row| row.unsupervised)),
        ];
        write("losses.svg", svg::curves("Losses by epoch", &losses, None))?;
        let mut accuracies = vec![
            ("train", column(|row| row.train_accuracy)),
            ("validation", column(|row| row.validation_accuracy)),
        ];
        if self
            .rows
            .iter()
            .all(|row| row.baseline_train_accuracy.is_some())
        {
            let of = |of: fn(&Row) -> Option<f64>| self.rows.iter().filter_map(of).collect();
            accuracies.push(("softmax train", of(|row| row.baseline_train_accuracy)));
            accuracies.push(("softmax valid.", of(|row| row.baseline_validation_accuracy)));
        }
        let curves = svg::curves("Accuracy by epoch", &accuracies, Some(1.0));
        write("accuracy.svg", curves)?;
        self.draw(folder, trainer, data)
    }

    /// The embedding as points, and the images around each centre.
    fn draw(&self, folder: &Path, trainer: &Trainer, data: &Dataset) -> anyhow::Result<()> {
        let [learned, held] = DRAWN;
        let (images, held_from) = trainer.points(learned, held);
        let seen = trainer.look(&images)?;
        let plane = Plane::of(&seen.embeddings, seen.dims, None);
        let both = images.labels.iter().zip(&seen.predicted);
        let marks: Vec<Mark> = both
            .map(|(class, predicted)| Mark {
                class: *class,
                wrong: class != predicted,
                rejected: false,
                nearest: None,
            })
            .collect();
        let mut centres = Vec::new();
        if let Some(reader) = trainer.net.reader()? {
            centres = plane.project(&reader.places());
            let rows: Vec<Vec<&[u8]>> = (0..reader.inverse_widths.len())
                .map(|centre| {
                    let around = reader.around(centre, &seen.embeddings);
                    let nearest = around.iter().take(AROUND);
                    nearest.map(|(at, _)| images.image(*at)).collect()
                })
                .collect();
            let png = svg::rows(images.shape, &rows, 2)?;
            std::fs::write(folder.join("centres.png"), png)?;
        }
        let title = match seen.dims {
            2 => "The embedding, as it is".to_string(),
            d => format!("The embedding of {d} numbers, by its two widest directions (PCA)"),
        };
        let drawing = svg::points(
            &title,
            plane.points(),
            &marks,
            held_from,
            &centres,
            &data.classes,
        );
        std::fs::write(folder.join("embedding.svg"), drawing)?;
        Ok(())
    }

    fn csv(&self) -> String {
        let mut csv = String::from(
            "epoch,loss,supervised,unsupervised,train_accuracy,train_loss,validation_accuracy,validation_loss,\
             baseline_train_accuracy,baseline_validation_accuracy,images_per_second\n",
        );
        let maybe = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        for row in self.rows {
            let cells = [
                row.epoch.to_string(),
                row.loss.to_string(),
                row.supervised.to_string(),
                row.unsupervised.to_string(),
                row.train_accuracy.to_string(),
                row.train_loss.to_string(),
                row.validation_accuracy.to_string(),
                row.validation_loss.to_string(),
                maybe(row.baseline_train_accuracy),
                maybe(row.baseline_validation_accuracy),
                format!("{:.0}", row.images_per_second),
            ];
            csv.push_str(&cells.join(","));
            csv.push('\n');
        }
        csv
    }
}
