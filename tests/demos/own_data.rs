//! A run on pictures of someone's own.

use salon_core::domain::demo::{DemoKind, Setting};
use salon_demos::demos::runner::Start;

use crate::live::{PATIENCE, small, watched, word};

/// Pictures of someone's own: dots on the left or on the right.
fn own_pictures(folder: &std::path::Path) {
    for part in ["train", "test"] {
        for (class, side) in [("left", 2), ("right", 9)] {
            let folder = folder.join(part).join(class);
            std::fs::create_dir_all(&folder).unwrap();
            for n in 0..24_u32 {
                let drawn = image::RgbImage::from_fn(12, 12, |x, y| {
                    let near = x.abs_diff(side) + y.abs_diff(2 + n % 8) < 2;
                    image::Rgb(if near { [250, 40, 10] } else { [20, 20, 60] })
                });
                drawn.save(folder.join(format!("{n}.png"))).unwrap();
            }
        }
    }
}

/// What a run on this folder of the data folder comes to: its classes, or why it could not go on.
fn run_on(base: Option<&std::path::Path>, name: &str) -> Result<Vec<String>, String> {
    let mut settings = small();
    settings.insert("data".to_string(), word(name));
    settings.insert("batch".to_string(), Setting::Number(16.0));
    settings.insert("centres".to_string(), Setting::Number(4.0));
    let start = Start {
        data_in: base.map(std::path::Path::to_path_buf),
        ..Start::live(DemoKind::Rbf, settings)
    };
    let (_runner, sheets) = watched(start);
    let mut classes = Vec::new();
    loop {
        let sheet = sheets.recv_timeout(PATIENCE).expect("an end");
        if !sheet.classes.is_empty() {
            classes.clone_from(&sheet.classes);
        }
        match sheet.ended {
            Some(ended) if ended.failed.is_empty() => return Ok(classes),
            Some(ended) => return Err(ended.failed),
            None => {}
        }
    }
}

#[test]
fn a_run_may_be_on_a_folder_of_ones_own_and_on_no_other() {
    let dir = tempfile::TempDir::new().unwrap();
    let base = dir.path().join("data");
    own_pictures(&base.join("sets/dots"));
    assert_eq!(run_on(Some(&base), "sets/dots").unwrap(), ["left", "right"]);
    own_pictures(&dir.path().join("secret"));
    for (name, words) in [
        ("../secret", "leads out of the data folder"),
        ("nothing", "there is no folder “nothing” in the data folder"),
        ("sets", "has no data that is known here"),
    ] {
        let told = run_on(Some(&base), name).unwrap_err();
        assert!(told.contains(words), "{told}");
        assert!(
            !told.contains(dir.path().to_str().unwrap()),
            "where it lies is nobody's business: {told}"
        );
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(dir.path().join("secret"), base.join("link")).unwrap();
        assert!(
            run_on(Some(&base), "link")
                .unwrap_err()
                .contains("leads out")
        );
    }
    assert!(
        run_on(None, "sets/dots")
            .unwrap_err()
            .contains("there is no folder")
    );
    std::fs::write(base.join("sets/dots/train/left/0.png"), "no picture").unwrap();
    let told = run_on(Some(&base), "sets/dots").unwrap_err();
    assert!(
        told.starts_with("sets/dots/train/left/0.png: is no sound image"),
        "{told}"
    );
}
