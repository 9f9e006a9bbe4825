//! `salon demo rbf`, as a person runs it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A set of 8 × 8 images whose classes are told by where they are bright.
fn small_set() -> TempDir {
    let dir = TempDir::new().unwrap();
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(dir.path().join(name), bytes).unwrap();
    for (part, count) in [("train", 120_u32), ("t10k", 30)] {
        let mut images = [2051_u32, count, 8, 8].map(u32::to_be_bytes).concat();
        let mut labels = [2049_u32, count].map(u32::to_be_bytes).concat();
        for n in 0..count {
            let class = n % 3;
            labels.push(class as u8);
            images.extend((0..64).map(|place| {
                let bright = place / 22 == class;
                if bright {
                    200 + (n % 50) as u8
                } else {
                    (n * place % 60) as u8
                }
            }));
        }
        write(&format!("{part}-images-idx3-ubyte"), images);
        write(&format!("{part}-labels-idx1-ubyte"), labels);
    }
    dir
}

fn demo(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_salon"))
        .args(["demo", "rbf"])
        .args(args)
        .output()
        .unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn a_run_prints_its_table_and_keeps_what_it_takes_to_do_it_again() {
    let (set, out) = (small_set(), TempDir::new().unwrap());
    let data = set.path().to_str().unwrap();
    let run = |folder: &str| {
        let kept = out.path().join(folder);
        let output = demo(&[
            "--data",
            data,
            "--epochs",
            "8",
            "--centres",
            "6",
            "--dims",
            "4",
            "--batch",
            "16",
            "--metric",
            "full",
            "--kernel",
            "quadratic",
            "--learning-rate",
            "0.003",
            "--out",
            kept.to_str().unwrap(),
        ]);
        assert!(output.status.success(), "{}", told(&output));
        assert!(told(&output).contains("test: "), "{}", told(&output));
        kept
    };
    let (one, two) = (run("one"), run("two"));
    let config: Value = serde_json::from_str(&read(&one.join("config.json"))).unwrap();
    assert_eq!(config["config"]["rbf"]["metric"], "full");
    assert_eq!(config["data_sha256"].as_str().unwrap().len(), 64);
    assert!(
        config["test"]["accuracy"].as_f64().unwrap() > 0.9,
        "{config}"
    );
    assert_eq!(read(&one.join("metrics.csv")).lines().count(), 9);
    // The same again, to the last bit but for the clock.
    let network = |folder: &Path| std::fs::read(folder.join("checkpoint.safetensors")).unwrap();
    assert_eq!(network(&one), network(&two));
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    for (args, wanted) in [
        (vec!["--data", "/no/such/folder"], "digits, fashion"),
        (
            vec!["--head", "forest"],
            "--head: unknown variant `forest`, expected `rbf` or `softmax`",
        ),
        (
            vec!["--centres", "0"],
            "the number of centres is 0; 1 to 1000 are possible",
        ),
        (vec!["--epochs", "0"], "--epochs is 0"),
        (vec!["--lambda=-1"], "λ is -1; 0 to 1000000 are possible"),
    ] {
        let output = demo(&args);
        assert!(!output.status.success(), "{args:?}");
        assert!(told(&output).contains(wanted), "{}", told(&output));
    }
}
