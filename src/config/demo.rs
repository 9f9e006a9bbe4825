//! Demos on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum Demo {
    /// Train a CNN with a radial-basis-function head, and test it once at the end; or look into one that was kept.
    Rbf(Box<RbfArgs>),
    /// Compute a step of the walkthrough “the SVD is a refactor” on an input of your own.
    Svd(SvdArgs),
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct SvdArgs {
    #[command(subcommand)]
    pub task: Option<SvdTask>,
    /// The step; without one all steps are listed.
    #[arg(long)]
    pub step: Option<String>,
    /// A file with the step's matrix, or whatever its first field is: CSV, [[1, 2], [3, 4]], numpy's or MATLAB's way.
    #[arg(long)]
    pub input: Option<PathBuf>,
    /// A field of the step: `--set rank=2`; may be given several times.
    #[arg(long = "set", value_name = "FIELD=TEXT")]
    pub set: Vec<String>,
    /// The result as JSON.
    #[arg(long)]
    pub json: bool,
    /// A folder to write the step's figures to, as SVG.
    #[arg(long, value_name = "FOLDER")]
    pub svg: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum SvdTask {
    /// The rank-k approximation of a picture, and what is lost.
    Image(ImageArgs),
}

#[derive(Debug, Args)]
pub struct ImageArgs {
    /// PNG or JPEG.
    pub picture: PathBuf,
    /// k: how many singular triples are kept.
    #[arg(long, default_value_t = 50)]
    pub rank: usize,
    /// Where to write the approximation, as PNG.
    #[arg(long)]
    pub out: Option<PathBuf>,
    /// The numbers as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct RbfArgs {
    #[command(subcommand)]
    pub task: Option<RbfTask>,
    #[command(flatten)]
    pub train: TrainArgs,
}

#[derive(Debug, Subcommand)]
pub enum RbfTask {
    /// Test a network that was kept, by each of its read-outs.
    Eval(EvalArgs),
    /// Show what a network that was kept finds most and least like a test image, or around a centre, and why.
    Neighbours(NeighboursArgs),
}

#[derive(Debug, Args)]
pub struct EvalArgs {
    /// The folder of the run: what --out named, or a run of a session in the data folder.
    pub run: PathBuf,
    /// Where its data are now, if not where they were.
    #[arg(long = "data")]
    pub dataset: Option<String>,
    /// The share of training images that the largest activation is to reject.
    #[arg(long, default_value_t = 0.01)]
    pub reject: f64,
    /// The numbers as JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct NeighboursArgs {
    /// The folder of the run.
    pub run: PathBuf,
    /// A test image, counted from 0.
    #[arg(long, conflicts_with = "centre", required_unless_present = "centre")]
    pub image: Option<usize>,
    /// A centre, counted from 0.
    #[arg(long)]
    pub centre: Option<usize>,
    /// How many of each.
    #[arg(long, default_value_t = 8)]
    pub count: usize,
    /// Where its data are now, if not where they were.
    #[arg(long = "data")]
    pub dataset: Option<String>,
    /// A PNG to write the images to: the nearest in the first row, the farthest in the second.
    #[arg(long)]
    pub png: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct TrainArgs {
    /// digits, fashion, or a folder: IDX files (MNIST), CIFAR batches, or train and test folders of images by class.
    #[arg(long = "data", default_value = "digits")]
    pub dataset: String,
    #[arg(long, default_value_t = 5)]
    pub epochs: usize,
    /// rbf, or softmax for the baseline.
    #[arg(long, default_value = "rbf")]
    pub head: String,
    /// Train the softmax head on the same backbone beside it, and compare.
    #[arg(long)]
    pub baseline: bool,
    /// plain, residual, inception, mb_conv or fully_connected.
    #[arg(long, default_value = "plain")]
    pub backbone: String,
    /// end_to_end, one_phase, two_phase or three_phase.
    #[arg(long, default_value = "end_to_end")]
    pub training: String,
    /// Where centres start: kmeans, classes (k-means within each) or drawn (samples at random).
    #[arg(long, default_value = "kmeans")]
    pub placing: String,
    /// K, the number of centres.
    #[arg(long, default_value_t = 20)]
    pub centres: usize,
    /// d, the length of an embedding.
    #[arg(long, default_value_t = 16)]
    pub dims: usize,
    /// euclidean, diagonal or full.
    #[arg(long, default_value = "diagonal")]
    pub metric: String,
    /// A metric for each centre.
    #[arg(long)]
    pub metric_per_centre: bool,
    /// quadratic, gaussian or inverse_multiquadric.
    #[arg(long, default_value = "quadratic")]
    pub kernel: String,
    /// Widths stay 1.
    #[arg(long)]
    pub fixed_widths: bool,
    /// The weight of the unsupervised loss.
    #[arg(long, default_value_t = 0.1)]
    pub lambda: f64,
    /// How the unsupervised loss is scaled: program, paper or talk.
    #[arg(long, default_value = "program")]
    pub unsupervised: String,
    /// cross_entropy, squared_error, or regression (of the class's number).
    #[arg(long, default_value = "cross_entropy")]
    pub supervised: String,
    /// ε of cross entropy, 0 to 0.49.
    #[arg(long, default_value_t = 0.0)]
    pub label_smoothing: f64,
    /// The weight of what drives centres apart.
    #[arg(long, default_value_t = 0.0)]
    pub repulsion: f64,
    #[arg(long, default_value_t = 1e-3)]
    pub learning_rate: f64,
    /// Steps over which the learning rate rises to that.
    #[arg(long, default_value_t = 100)]
    pub warm_up: usize,
    #[arg(long, default_value_t = 1e-4)]
    pub weight_decay: f64,
    #[arg(long, default_value_t = 64)]
    pub batch: usize,
    /// How training images are changed: none, shift or auto_augment.
    #[arg(long, default_value = "none")]
    pub augmentation: String,
    /// The share of training images that the largest activation is to reject.
    #[arg(long, default_value_t = 0.01)]
    pub reject: f64,
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where to keep config.json, metrics (CSV and JSON), results.json, checkpoint.safetensors and pictures (SVG, PNG).
    #[arg(long)]
    pub out: Option<PathBuf>,
}
