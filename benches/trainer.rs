//! How fast the trainer learns: images a second of whole steps (batch, forward, backward, optimiser).
//!
//! `cargo bench --bench trainer -- --batch 128 --threads 2 --seconds 3` prints one JSON object. `scripts/bench-trainer`
//! runs it beside the same network in PyTorch and prints the ratio. With `--same FOLDER` it leaves there what another
//! program needs to take the same steps from the same start, with the losses that it had.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use candle_core::Device;
use clap::Parser;
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};
use salon::demos::rbf::data::Dataset;
use salon::demos::rbf::layer::{Metric, RbfConfig};
use salon::demos::rbf::train::{TrainConfig, Trainer};
use serde_json::json;

#[derive(Parser)]
struct Args {
    #[arg(long, default_value_t = 128)]
    batch: usize,
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// How long to measure, after a third of it to warm up.
    #[arg(long, default_value_t = 3.0)]
    seconds: f64,
    /// auto, cpu, cuda:N or metal.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// A folder for the first weights, one batch and the losses of some steps on it.
    #[arg(long)]
    same: Option<PathBuf>,
    /// As cargo calls a benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

/// The network that is compared: conv 16-32-64, an embedding of 16, 10 centres, one full metric, the quadratic kernel.
fn config(batch: usize) -> TrainConfig {
    TrainConfig {
        batch,
        // PyTorch's side has none.
        warm_up: 0,
        rbf: RbfConfig {
            centres: 10,
            metric: Metric::Full,
            ..RbfConfig::default()
        },
        ..TrainConfig::default()
    }
}

fn main() {
    let args = Args::parse();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads);
    let pool = pool.build().expect("threads");
    pool.install(|| {
        let (device, _) = salon::demos::rbf::device::open(&args.device).expect("the device");
        match &args.same {
            Some(folder) => same(folder, args.batch, &device),
            None => measure(&args, &device),
        }
    });
}

fn measure(args: &Args, device: &Device) {
    let data = Dataset::open("digits").expect("the digits are in the program");
    let mut trainer = Trainer::new(&data, config(args.batch), device).expect("a network");
    let gemm = gemm(args.threads);
    let mut run = |seconds: f64| {
        let (began, cpu, mut images) = (Instant::now(), cpu_seconds(), 0);
        while began.elapsed() < Duration::from_secs_f64(seconds) {
            images += trainer.step().expect("a step").images;
        }
        let n = images as f64;
        (n / began.elapsed().as_secs_f64(), n / (cpu_seconds() - cpu))
    };
    run(args.seconds / 3.0);
    let (images, images_cpu) = run(args.seconds);
    let products = products(&trainer);
    let result = json!({
        "images_a_second": images,
        "images_a_cpu_second": images_cpu,
        "multiply_adds_an_image": products,
        "gemm_flops": gemm,
        "gemm_fraction": images * 2.0 * products as f64 / gemm,
    });
    println!("{result}");
}

/// What all threads of the program have taken so far; 0 where the system does not tell. Unlike time on the wall it
/// says something on a busy machine too.
fn cpu_seconds() -> f64 {
    let used = salon::machine::spent::used(std::process::id());
    used.map_or(0.0, |used| used.cpu.as_secs_f64())
}

/// Multiply-adds that a training step owes to an image in convolutions and the embedding: forward, gradient of the
/// weights, and gradient of the input but for the first layer. The head's own are some thousands and left out.
fn products(trainer: &Trainer) -> usize {
    let side = trainer.train_images().shape.height;
    // Pooled after the first two convolutions; the embedding has one place.
    let places = [side, side / 2, side / 4, 1].map(|side| side * side);
    let vars = trainer.vars.all();
    let weights = ["conv1", "conv2", "conv3", "embedding"]
        .map(|layer| vars[&format!("backbone.{layer}.weight")].elem_count());
    let forward = weights.iter().zip(places).map(|(n, places)| n * places);
    forward.clone().sum::<usize>() * 3 - forward.take(1).sum::<usize>()
}

/// What faer reaches on this machine with as many threads: f32, 1024³, the best of some.
fn gemm(threads: usize) -> f64 {
    let n = 1024;
    let [a, b] = [3, 7].map(|k| Mat::from_fn(n, n, |i, j| ((i * k + j) % 13) as f32 - 6.0));
    let mut c = Mat::zeros(n, n);
    let par = if threads > 1 {
        Par::rayon(threads)
    } else {
        Par::Seq
    };
    let best = (0..20).map(|_| {
        let began = Instant::now();
        matmul(&mut c, Accum::Replace, &a, &b, 1.0, par);
        began.elapsed().as_secs_f64()
    });
    2.0 * (n * n * n) as f64 / best.fold(f64::INFINITY, f64::min)
}

/// Every step sees all training images, so that no order has to be agreed on.
fn same(folder: &Path, batch: usize, device: &Device) {
    let mut data = Dataset::open("digits").expect("the digits are in the program");
    // A tenth is held out.
    let places: Vec<usize> = (0..batch).map(|n| n * data.train.len() / batch).collect();
    data.train = data.train.at(&places);
    let mut trainer = Trainer::new(&data, config(batch), device).expect("a network");
    std::fs::create_dir_all(folder).expect("a folder");
    let keep = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("a file");
    let images = trainer.train_images();
    keep("images.u8", &images.bytes);
    let labels: Vec<u8> = images.labels.iter().map(|label| *label as u8).collect();
    keep("labels.u8", &labels);
    let weights = folder.join("checkpoint.safetensors");
    trainer.vars.save(&weights).expect("a checkpoint");
    let mut losses = String::new();
    for _ in 0..20 {
        let step = trainer.step().expect("a step");
        writeln!(losses, "{}", step.loss).expect("text");
    }
    keep("losses.txt", losses.as_bytes());
}
