//! Into a network that was kept.

use std::path::Path;

use anyhow::{Context, bail};
use candle_core::Device;
use salon::config::{EvalArgs, NeighboursArgs};
use salon::demos::rbf::artefact::Artefact;
use salon::demos::rbf::data::{Dataset, Images};
use salon::demos::rbf::interpret::Reader;
use salon::demos::rbf::results::results;
use salon::demos::rbf::svg;
use salon::demos::rbf::train::Trainer;

const ZOOM: u32 = 3;
/// Terms of a logit that are listed.
const TERMS: usize = 5;

pub fn eval(args: &EvalArgs, device: &Device) -> anyhow::Result<()> {
    let (_, data, trainer) = Artefact::open(&args.run, args.dataset.as_deref(), device)?;
    let mut found = results(&trainer, None, &data, args.reject)?;
    found.measure(&trainer, &data)?;
    let told = found.numbers;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&told)?);
    } else {
        println!("{}: {} test images", data.name, data.test.len());
        super::table(&told);
    }
    Ok(())
}

pub fn neighbours(args: &NeighboursArgs, device: &Device) -> anyhow::Result<()> {
    if !(1..=100).contains(&args.count) {
        bail!("--count is {}; 1 to 100 are possible", args.count);
    }
    let (_, data, trainer) = Artefact::open(&args.run, args.dataset.as_deref(), device)?;
    let reader = trainer.net.reader()?;
    let gallery = trainer.look(trainer.train_images())?;
    let order = match (args.image, args.centre, &reader) {
        (_, Some(centre), Some(reader)) => {
            let k = reader.inverse_widths.len();
            if centre >= k {
                bail!("--centre is {centre}; the network has {k}, from 0");
            }
            println!("around centre {centre}, in units of its width");
            reader.around(centre, &gallery.embeddings)
        }
        (_, Some(_), None) => bail!("--centre: a softmax head has no centres"),
        (Some(image), None, reader) => {
            let n = data.test.len();
            if image >= n {
                bail!("--image is {image}; there are {n} test images, from 0");
            }
            let embedding = told(&trainer, &data, image, reader.as_ref())?;
            match reader {
                Some(reader) => reader.similar(&embedding, &gallery.embeddings),
                None => Reader::euclidean(gallery.dims).similar(&embedding, &gallery.embeddings),
            }
        }
        (None, None, _) => bail!("name an --image or a --centre"),
    };
    let images = trainer.train_images();
    let nearest: Vec<_> = order.iter().take(args.count).copied().collect();
    let farthest: Vec<_> = order.iter().rev().take(args.count).copied().collect();
    list("nearest", &nearest, images, &data);
    list("farthest", &farthest, images, &data);
    if let Some(path) = &args.png {
        let row = |of: &[(usize, f64)]| of.iter().map(|(at, _)| images.image(*at)).collect();
        write_png(path, images, &[row(&nearest), row(&farthest)])?;
    }
    Ok(())
}

/// Says what the network makes of a test image, and why; its embedding.
fn told(
    trainer: &Trainer,
    data: &Dataset,
    image: usize,
    reader: Option<&Reader>,
) -> anyhow::Result<Vec<f32>> {
    let seen = trainer.look(&data.test.at(&[image]))?;
    let name = |class: u16| {
        data.classes
            .get(usize::from(class))
            .map_or("?", String::as_str)
    };
    let predicted = seen.predicted.first().copied().unwrap_or_default();
    println!(
        "test image {image}, a {}: the network says {}, {:.1} % sure",
        name(data.test.labels[image]),
        name(predicted),
        seen.confidence.first().copied().unwrap_or_default() * 100.0
    );
    if let Some(reader) = reader {
        let reading = reader.read(&seen.embeddings);
        let predicted = usize::from(predicted);
        let both = [Some(predicted), reading.best_but(predicted)];
        for class in both
            .into_iter()
            .flatten()
            .filter(|k| *k < reading.logits.len())
        {
            let mut terms: Vec<_> = reading.terms[class].iter().copied().enumerate().collect();
            terms.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
            let shown: Vec<String> = terms
                .iter()
                .take(TERMS)
                .map(|(centre, term)| format!("centre {centre} {term:+.3}"))
                .collect();
            let others: f64 = terms.iter().skip(TERMS).map(|(_, term)| term).sum();
            println!(
                "  {}: {:.3} = bias {:+.3}, {}, others {others:+.3}",
                data.classes.get(class).map_or("?", String::as_str),
                reading.logits[class],
                reader.bias[class],
                shown.join(", ")
            );
        }
    }
    Ok(seen.embeddings)
}

fn list(what: &str, of: &[(usize, f64)], images: &Images, data: &Dataset) {
    println!("{what}:");
    for (at, distance) in of {
        let class = usize::from(images.labels[*at]);
        let class = data.classes.get(class).map_or("?", String::as_str);
        println!("  {distance:9.4}  training image {at}, {class}");
    }
}

pub fn write_png(path: &Path, images: &Images, rows: &[Vec<&[u8]>]) -> anyhow::Result<()> {
    let png = svg::rows(images.shape, rows, ZOOM)?;
    std::fs::write(path, png).with_context(|| format!("writing {}", path.display()))?;
    println!("written to {}", path.display());
    Ok(())
}
