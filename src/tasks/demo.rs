//! Demos from the command line, without a server.

mod look;
mod svd;
mod train;

pub use self::svd::svd;

use salon::config::{RbfArgs, RbfTask};
use salon::demos::rbf::device;

/// `device`: `auto`, `cpu`, `cuda:N` or `metal`.
pub fn rbf(args: &RbfArgs, device: &str) -> anyhow::Result<()> {
    let (device, shown) = device::open(device).map_err(anyhow::Error::msg)?;
    match &args.task {
        None => train::train(&args.train, &device, &shown),
        Some(RbfTask::Eval(args)) => look::eval(args, &device),
        Some(RbfTask::Neighbours(args)) => look::neighbours(args, &device),
    }
}

/// Results as a table, one a line; shares in percent.
fn table(results: &std::collections::BTreeMap<String, f64>) {
    for (name, value) in results {
        let shown = match name.as_str() {
            "ECE"
            | "baseline ECE"
            | "nearest centre ECE"
            | "MAP@R"
            | "NMI"
            | "purity"
            | "told apart from others" => format!("{value:8.4}"),
            _ => format!("{:8.2}%", value * 100.0),
        };
        println!("  {name:32} {shown}");
    }
}
