//! The walkthrough from the command line, as the program is started.

use std::fs;
use std::path::Path;

use salon::demos::svd::STEPS;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{out, run};

fn svd(dir: &Path, args: &[&str]) -> (bool, String, String) {
    let args: Vec<&str> = ["demo", "svd"].iter().chain(args).copied().collect();
    let done = run(dir, &args);
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    (done.status.success(), out(&done), told)
}

#[test]
fn every_step_is_told_as_text_as_json_and_in_figures() {
    let dir = TempDir::new().unwrap();
    let (fine, list, _) = svd(dir.path(), &[]);
    assert!(fine);
    for step in STEPS {
        let name = step.name();
        assert!(list.contains(name), "{name} is not listed");
        let figures = dir.path().join(name);
        let figures = figures.to_str().unwrap();
        let (fine, text, told) = svd(dir.path(), &["--step", name, "--svg", figures]);
        assert!(fine, "{name}: {told}");
        assert!(text.contains(step.title()), "{name}: {text}");
        let drawn: Vec<_> = fs::read_dir(figures).unwrap().collect();
        assert!(!drawn.is_empty(), "{name} has no figure");
        for figure in drawn {
            let svg = fs::read_to_string(figure.unwrap().path()).unwrap();
            assert!(
                svg.starts_with("<svg") && svg.contains("<title"),
                "{name}: {svg:.80}"
            );
        }
        let (fine, json, told) = svd(dir.path(), &["--step", name, "--json"]);
        assert!(fine, "{name}: {told}");
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["name"], name);
        assert!(!json["checks"].as_array().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn the_matrix_of_a_file_is_what_is_shown() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("matrix.csv");
    let file = file.to_str().unwrap();
    for step in STEPS {
        let name = step.name();
        // A number that stands nowhere else, as every step that takes a matrix shows it.
        let text = match name {
            "code" => "1234567",
            "finite" => "1234567 -> yes\n2 -> no",
            "pagerank" => "p1234567 -> b\nb -> p1234567",
            "recommender" => {
                "films: q1234567 other third more\nA: 5 4 1 2\nB: 4 5 2 1\nC: 1 2 5 4\nD: 2 1 4 5"
            }
            "fourier" => "1234567, 2, 3, 4",
            "pca" => "1234567, 2, 3\n4, 5, 6\n7, 8, 10\n1, 0, 2",
            "composition" | "function" => "1234567, 2\n3, 4",
            _ => "1234567, 2, 3\n4, 5, 6\n7, 8, 10",
        };
        fs::write(file, text).unwrap();
        let mut args = vec!["--step", name, "--input", file];
        if name == "least-squares" {
            args.extend(["--set", "b=1, 2, 3"]);
        }
        if name == "composition" {
            args.extend(["--set", "b=1, 0; 0, 1"]);
        }
        if name == "factors" {
            args.extend(["--set", "x=1, 2, 3"]);
        }
        let (fine, text, told) = svd(dir.path(), &args);
        if name == "foreground" {
            assert!(!fine && told.contains("takes no matrix"), "{told}");
            continue;
        }
        assert!(fine, "{name}: {told}");
        let digits: String = text
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let shown = ["1234567", "1.23", "1.235"]
            .iter()
            .any(|number| digits.contains(number));
        assert!(shown, "{name} shows something else: {text}");
    }
}

#[test]
fn what_cannot_be_read_is_told_in_one_line() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("matrix.csv");
    let path = file.to_str().unwrap();
    for (text, says) in [
        ("1, 2\n3", "row 2"),
        ("1, NaN\n3, 4", "row 1"),
        ("1, <script>\n3, 4", "row 1"),
        (&"1, 2\n".repeat(2_000_000), "bytes"),
    ] {
        fs::write(&file, text).unwrap();
        let (fine, _, told) = svd(dir.path(), &["--step", "eigen", "--input", path]);
        assert!(!fine && told.contains(says), "{says}: {told}");
        assert_eq!(told.trim().lines().count(), 1, "{told}");
    }
    for (args, says) in [
        (vec!["--step", "eigens"], "eigen"),
        (vec!["--input", path], "--step"),
        (vec!["--step", "eigen", "--set", "m"], "FIELD=TEXT"),
        (
            vec!["--step", "eigen", "--input", "nowhere.csv"],
            "nowhere.csv",
        ),
    ] {
        let (fine, _, told) = svd(dir.path(), &args);
        assert!(!fine && told.contains(says), "{args:?}: {told}");
    }
}

#[test]
fn a_picture_is_written_at_a_rank() {
    let dir = TempDir::new().unwrap();
    let (photo, small) = (dir.path().join("photo.png"), dir.path().join("small.png"));
    image::GrayImage::from_fn(90, 60, |x, y| {
        image::Luma([(127.0
            + 60.0 * (f64::from(x) / 9.0).sin()
            + 60.0 * (f64::from(y * x) / 300.0).cos()) as u8])
    })
    .save(&photo)
    .unwrap();
    let (path, out) = (photo.to_str().unwrap(), small.to_str().unwrap());
    let (fine, json, told) = svd(
        dir.path(),
        &["image", path, "--rank", "8", "--out", out, "--json"],
    );
    assert!(fine, "{told}");
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (json["rank"].as_u64(), json["numbers"].as_u64()),
        (Some(8), Some(8 * 151))
    );
    let written = image::open(&small).unwrap();
    assert_eq!((written.width(), written.height()), (90, 60));
    // Of all of its rank nothing is nearer than what is told, and what is written is near that.
    let [least, written] =
        ["error_frobenius", "error_written"].map(|name| json[name].as_f64().unwrap());
    assert!(
        least > 0.0 && written >= least * 0.999 && written < 1.5 * least + 0.01,
        "{json}"
    );
    let (fine, _, told) = svd(dir.path(), &["image", path, "--rank", "61"]);
    assert!(!fine && told.contains("1 to 60"), "{told}");
    // A large one stays large; a low rank of it is found by random projection, and is near the best there is.
    image::GrayImage::from_fn(1500, 1100, |x, y| {
        let (x, y) = (f64::from(x), f64::from(y));
        image::Luma([(127.0
            + 50.0 * (x / 90.0).sin() * (y / 70.0).cos()
            + 40.0 * (x * y / 9e4).sin()) as u8])
    })
    .save(&photo)
    .unwrap();
    let (fine, json, told) = svd(
        dir.path(),
        &["image", path, "--rank", "50", "--out", out, "--json"],
    );
    assert!(fine, "{told}");
    let json: Value = serde_json::from_str(&json).unwrap();
    let [least, near] =
        ["error_frobenius", "error_written"].map(|name| json[name].as_f64().unwrap());
    assert!(near >= least * 0.999 && near < 1.1 * least, "{json}");
    let written = image::open(&small).unwrap();
    assert_eq!((written.width(), written.height()), (1500, 1100));
    image::GrayImage::new(90, 60).save(&photo).unwrap();
    // A picture that says it is far larger than it is, or than any may be.
    let mut bomb = fs::read(&photo).unwrap();
    bomb[16..24].copy_from_slice(&[0, 0, 255, 255, 0, 0, 255, 255]);
    fs::write(&photo, bomb).unwrap();
    let (fine, _, told) = svd(dir.path(), &["image", path, "--rank", "8"]);
    assert!(!fine && told.contains("photo.png"), "{told}");
    assert_eq!(told.trim().lines().count(), 1, "{told}");
    fs::write(&photo, "no picture").unwrap();
    let (fine, _, told) = svd(dir.path(), &["image", path, "--rank", "8"]);
    assert!(!fine && told.contains("photo.png"), "{told}");
}
