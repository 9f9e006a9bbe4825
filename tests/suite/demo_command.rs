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
    let results: Value = serde_json::from_str(&read(&one.join("results.json"))).unwrap();
    let accuracy = results["results"]["test accuracy"].as_f64().unwrap();
    assert!(accuracy > 0.9, "{results}");
    assert_eq!(results["reliability"][1]["name"], "nearest centre");
    assert_eq!(read(&one.join("metrics.csv")).lines().count(), 9);
    let rows: Value = serde_json::from_str(&read(&one.join("metrics.json"))).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 8);
    assert_eq!(rows[7]["epoch"], 8);
    for picture in ["losses", "accuracy", "reliability", "embedding"] {
        let svg = read(&one.join(format!("{picture}.svg")));
        assert!(
            svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"),
            "{picture}"
        );
    }
    assert_eq!(
        read(&one.join("embedding.svg")).matches("<circle").count(),
        120
    );
    let png = std::fs::read(one.join("centres.png")).unwrap();
    let sheet = image::load_from_memory(&png).unwrap();
    assert_eq!((sheet.width(), sheet.height()), (8 * 18 + 2, 6 * 18 + 2));
    // The same again, to the last bit but for the clock.
    let network = |folder: &Path| std::fs::read(folder.join("checkpoint.safetensors")).unwrap();
    assert_eq!(network(&one), network(&two));
}

#[test]
fn a_kept_run_is_tested_again_and_looked_into() {
    let (set, out) = (small_set(), TempDir::new().unwrap());
    let data = set.path().to_str().unwrap();
    let kept = out.path().join("run");
    let kept = kept.to_str().unwrap();
    let output = demo(&[
        "--data",
        data,
        "--epochs",
        "6",
        "--centres",
        "6",
        "--dims",
        "4",
        "--batch",
        "16",
        "--learning-rate",
        "0.003",
        "--baseline",
        "--out",
        kept,
    ]);
    assert!(output.status.success(), "{}", told(&output));
    let results: Value =
        serde_json::from_str(&read(&Path::new(kept).join("results.json"))).unwrap();
    let results = &results["results"];
    assert!(
        results["baseline test accuracy"].as_f64().unwrap() > 0.5,
        "{results}"
    );

    let output = demo(&["eval", kept, "--json"]);
    assert!(output.status.success(), "{}", told(&output));
    let again: Value = serde_json::from_slice(&output.stdout).unwrap();
    for name in [
        "test accuracy",
        "nearest centre test accuracy",
        "ECE",
        "MAP@R",
        "NMI",
    ] {
        let both = [&again[name], &results[name]].map(|value| value.as_f64().unwrap());
        assert!((both[0] - both[1]).abs() < 1e-9, "{name}: {both:?}");
    }
    let table = told(&demo(&["eval", kept]));
    assert!(
        table.contains("test accuracy") && table.contains('%'),
        "{table}"
    );

    let png = out.path().join("like.png");
    let output = demo(&[
        "neighbours",
        kept,
        "--image",
        "4",
        "--count",
        "3",
        "--png",
        png.to_str().unwrap(),
    ]);
    let said = told(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("test image 4, a 1:"), "{said}");
    assert!(said.contains("= bias") && said.contains("others"), "{said}");
    // The 30 test images are made as the first of those learned from.
    let first = said
        .lines()
        .skip_while(|line| *line != "nearest:")
        .nth(1)
        .unwrap();
    assert!(first.ends_with(", 1"), "{said}");
    assert_eq!(said.matches("training image").count(), 6);
    assert!(image::load_from_memory(&std::fs::read(png).unwrap()).is_ok());
    assert!(told(&demo(&["neighbours", kept, "--centre", "0"])).contains("around centre 0"));

    for (args, wanted) in [
        (vec!["eval", "/no/such/run"], "/no/such/run/config.json"),
        (vec!["eval", kept, "--data", "digits"], "name the same data"),
        (
            vec!["neighbours", kept, "--image", "30"],
            "there are 30 test images",
        ),
        (
            vec!["neighbours", kept, "--centre", "6"],
            "the network has 6",
        ),
        (vec!["neighbours", kept], "--image"),
    ] {
        let output = demo(&args);
        assert!(!output.status.success(), "{args:?}");
        assert!(
            told(&output).contains(wanted),
            "{args:?}: {}",
            told(&output)
        );
    }
    std::fs::write(Path::new(kept).join("checkpoint.safetensors"), b"spoilt").unwrap();
    let said = told(&demo(&["eval", kept]));
    assert!(said.contains("checkpoint.safetensors"), "{said}");
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
        (vec!["--label-smoothing", "0.7"], "label smoothing is 0.7"),
        (vec!["--device", "abacus"], "abacus"),
        (
            vec!["--head", "softmax", "--training", "two_phase"],
            "needs an RBF head",
        ),
        (vec!["--lambda=-1"], "λ is -1; 0 to 1000000 are possible"),
    ] {
        let output = demo(&args);
        assert!(!output.status.success(), "{args:?}");
        assert!(told(&output).contains(wanted), "{}", told(&output));
    }
}
