//! Which device a demo computes on. A processor always does; a GPU has to be built in (`--features cuda` or `metal`).

use candle_core::Device;

/// What a device is asked for as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The first GPU that the program was built for and that is there, or else the CPU.
    Auto,
    Cpu,
    /// By number, from 0.
    Cuda(usize),
    Metal,
}

fn parse(name: &str) -> Result<Wanted, String> {
    match name {
        "auto" => Ok(Wanted::Auto),
        "cpu" => Ok(Wanted::Cpu),
        "cuda" => Ok(Wanted::Cuda(0)),
        "metal" => Ok(Wanted::Metal),
        _ => {
            let number = name.strip_prefix("cuda:").and_then(|n| n.parse().ok());
            number.map(Wanted::Cuda).ok_or_else(|| {
                format!("--device “{name}” is none of auto, cpu, cuda:N (such as cuda:0) and metal")
            })
        }
    }
}

/// The device of this name (`auto`, `cpu`, `cuda:N`, `metal`), and what it is shown as.
///
/// # Errors
/// If the name is none of these, the program was built without it, or the machine has none such.
pub fn open(name: &str) -> Result<(Device, String), String> {
    match parse(name)? {
        Wanted::Auto => Ok(cuda(0).or_else(|_| metal()).unwrap_or_else(|_| cpu())),
        Wanted::Cpu => Ok(cpu()),
        Wanted::Cuda(number) => cuda(number),
        Wanted::Metal => metal(),
    }
}

fn cpu() -> (Device, String) {
    let threads = match rayon::current_num_threads() {
        1 => "1 thread".to_string(),
        n => format!("{n} threads"),
    };
    (Device::Cpu, format!("cpu, {threads}"))
}

fn cuda(number: usize) -> Result<(Device, String), String> {
    if !cfg!(feature = "cuda") {
        return Err(format!(
            "--device cuda:{number}: this program was built without CUDA; build it with --features cuda"
        ));
    }
    let device = Device::new_cuda(number)
        .map_err(|error| format!("--device cuda:{number}: there is no such GPU here ({error})"))?;
    Ok((device, format!("cuda:{number}")))
}

fn metal() -> Result<(Device, String), String> {
    if !cfg!(feature = "metal") {
        return Err(
            "--device metal: this program was built without Metal; build it with --features metal"
                .to_string(),
        );
    }
    let device = Device::new_metal(0)
        .map_err(|error| format!("--device metal: there is no such GPU here ({error})"))?;
    Ok((device, "metal".to_string()))
}
