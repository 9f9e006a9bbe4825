//! A run is kept, played back, looked into again; spoilt recordings are refused with their file.

use std::path::Path;
use std::time::{Duration, Instant};

use salon_core::domain::demo::{DemoKind, RECORDINGS_MAX, Settings};
use salon_demos::demos::inspect::Inspect;
use salon_demos::demos::playback::Pace;
use salon_demos::demos::recording::Recording;
use salon_demos::demos::runner::Start;
use salon_demos::demos::sheet::{Ended, Sheet, Shot};
use tempfile::TempDir;

use crate::live::{PATIENCE, small, watched};
use crate::looked::looks;

fn start(number: u32, keep_in: Option<&Path>, play: Option<(&Path, Pace)>) -> Start {
    Start {
        number,
        keep_in: keep_in.map(Path::to_path_buf),
        play: play.map(|(path, pace)| (path.to_path_buf(), pace)),
        ..Start::live(DemoKind::Rbf, small())
    }
}

fn number_in(shot: &Shot) -> u32 {
    u32::from_le_bytes(shot.bytes[8..12].try_into().unwrap())
}

/// Everything that is shown until the end, as one recording, and the run itself.
fn shown(start: Start) -> (Recording, salon_demos::demos::runner::Runner) {
    let mut all = Recording::new(DemoKind::Rbf, Settings::new());
    let (runner, sheets) = watched(start);
    loop {
        let sheet: Box<Sheet> = sheets.recv_timeout(PATIENCE).unwrap();
        all.take(&sheet);
        if let Some(film) = &sheet.film {
            all.film = film.clone();
        }
        if sheet.ended.is_some() {
            std::mem::forget(sheets);
            return (all, runner);
        }
    }
}

#[test]
fn a_run_that_is_played_back_shows_what_it_showed_and_can_be_looked_into() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("4");
    let (live, runner) = shown(start(4, Some(&folder), None));
    assert!(live.ended.recorded, "{:?}", live.ended);
    let before = looks(&runner, Inspect::Point(5)).unwrap();
    drop(runner);
    let kept = Recording::open(&folder).unwrap();
    // Numbers lose a last bit on their way through text.
    let losses = |of: &Recording| {
        of.readings
            .iter()
            .map(|one| one.values[0].unwrap())
            .collect::<Vec<_>>()
    };
    let pairs = losses(&kept).into_iter().zip(losses(&live));
    assert!(
        pairs.clone().all(|(a, b)| (a - b).abs() < 1e-12) && pairs.len() == live.readings.len()
    );
    assert_eq!(
        (&kept.names, &kept.classes, kept.steps),
        (&live.names, &live.classes, 29)
    );
    for (name, value) in &live.ended.results {
        assert!((kept.ended.results[name] - value).abs() < 1e-12, "{name}");
    }
    assert_eq!(kept.settings, small());
    assert!(kept.took_ms > 0 && kept.device.starts_with("cpu"));

    let began = Instant::now();
    let (played, runner) = shown(start(9, None, Some((&folder, Pace::AsItWent))));
    let took = began.elapsed();
    let wanted = Duration::from_millis(kept.took_ms);
    assert!(took >= wanted, "{took:?} of {wanted:?}: at its own pace");
    let numbers = |of: &Recording| of.readings.iter().map(|one| one.step).collect::<Vec<_>>();
    assert_eq!(numbers(&played), numbers(&live));
    let (first, last) = (
        played.film.shots().first().unwrap(),
        played.film.shots().last().unwrap(),
    );
    assert_eq!((first.step, last.step), (0, 29));
    assert_eq!(
        (number_in(first), number_in(last)),
        (9, 9),
        "of the run that plays it"
    );
    assert_eq!(
        last.bytes[36..],
        live.film.shots().last().unwrap().bytes[36..]
    );
    assert_eq!(played.ended.results, kept.ended.results);
    assert!(!played.ended.recorded, "it is not kept twice");
    // Where it lies hangs on all pictures before, and may differ in a last bit.
    let mut again = looks(&runner, Inspect::Point(5)).unwrap();
    let (there, here) = (
        before.sample.as_ref().unwrap().at,
        again.sample.as_mut().unwrap(),
    );
    assert!(
        there
            .iter()
            .zip(&here.at)
            .all(|(a, b)| (a - b).abs() < 1e-9)
    );
    here.at = there;
    assert!(again == before, "the same network");

    let (at_once, runner) = shown(start(4, None, Some((&folder, Pace::AtOnce))));
    assert_eq!(at_once.film.shots().len(), kept.film.shots().len());
    assert!(at_once.film.shots().iter().all(|shot| number_in(shot) == 4));
    assert!(looks(&runner, Inspect::Centre(0)).is_ok());
}

#[test]
fn the_oldest_recordings_go_and_a_folder_is_whole_or_not_there() {
    let dir = TempDir::new().unwrap();
    let recording = Recording::new(DemoKind::Rbf, small());
    let place = |number: usize| dir.path().join(number.to_string());
    for number in 1..=RECORDINGS_MAX + 3 {
        recording.save(&place(number), |_| Ok(())).unwrap();
    }
    let there: Vec<usize> = (1..40).filter(|number| place(*number).exists()).collect();
    assert_eq!(there, (4..=RECORDINGS_MAX + 3).collect::<Vec<_>>());
    let failed = recording.save(&place(30), |_| Err("no network".to_string()));
    assert_eq!(failed.unwrap_err(), "no network");
    assert!(!place(30).exists());
    let nowhere = Path::new("/proc/no/such/1");
    assert!(
        recording
            .save(nowhere, |_| Ok(()))
            .unwrap_err()
            .contains("/proc/no/such")
    );
}

#[test]
fn spoilt_recordings_are_refused_with_their_file_and_end_the_run_that_plays_them() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("1");
    let recording = Recording::new(DemoKind::Rbf, small());
    let fresh = || recording.save(&folder, |_| Ok(())).unwrap();
    for (file, bytes) in [
        ("run.json", &b"{\"kind\":\"svm\"}"[..]),
        ("run.json", b"{"),
        ("film.bin", b"salfilm1\xff\xff\xff\xff"),
        ("film.bin", b"salfilm1\x01\0\0\0"),
        ("film.bin", b""),
    ] {
        fresh();
        std::fs::write(folder.join(file), bytes).unwrap();
        let why = Recording::open(&folder).unwrap_err();
        assert!(why.contains(file), "{why}");
        let (_runner, sheets) = watched(start(2, None, Some((&folder, Pace::AsItWent))));
        let Ended { failed, .. } = sheets.recv_timeout(PATIENCE).unwrap().ended.unwrap();
        assert!(failed.contains("spoilt"), "told without a path: {failed}");
    }
}
