//! How long a singular value decomposition takes.
//!
//! `cargo bench --bench svd -- --rows 512 --columns 64 --seconds 1` prints one JSON object; with `--values` it is that of
//! singular values alone. `scripts/bench-svd` runs it beside numpy and prints the ratio.

use std::hint::black_box;
use std::time::{Duration, Instant};

use clap::Parser;
use salon::linalg::Matrix;
use salon::linalg::svd::{singular_values, svd};
use serde_json::json;

#[derive(Parser)]
struct Args {
    #[arg(long, default_value_t = 64)]
    rows: usize,
    #[arg(long, default_value_t = 64)]
    columns: usize,
    /// Without vectors.
    #[arg(long)]
    values: bool,
    /// How long to measure, after a third of it to warm up.
    #[arg(long, default_value_t = 0.5)]
    seconds: f64,
    /// As cargo calls a benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let args = Args::parse();
    let m = matrix(args.rows, args.columns);
    let decompose = || match args.values {
        true => singular_values(black_box(&m)).expect("values"),
        false => black_box(svd(black_box(&m)).expect("a decomposition")).s,
    };
    let run = |seconds: f64| {
        let began = Instant::now();
        let mut taken = Vec::new();
        while taken.is_empty() || began.elapsed() < Duration::from_secs_f64(seconds) {
            let one = Instant::now();
            black_box(decompose());
            taken.push(one.elapsed().as_secs_f64());
        }
        taken
    };
    run(args.seconds / 3.0);
    let mut taken = run(args.seconds);
    taken.sort_by(f64::total_cmp);
    let result = json!({
        "least": taken[0],
        "median": taken[taken.len() / 2],
        "times": taken.len(),
        "sum": decompose().iter().sum::<f64>(),
    });
    println!("{result}");
}

/// Numbers in [-1, 1) that another program can make too: splitmix64 (Steele, Lea & Flood 2014) of the place, by rows.
fn matrix(rows: usize, columns: usize) -> Matrix {
    Matrix::from_fn(rows, columns, |i, j| {
        let place = (i * columns + j + 1) as u64;
        let mut z = place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    })
}
