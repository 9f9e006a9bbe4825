//! The trainer as everyone watches it: its thread, its pictures, its curves.

use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use salon_core::domain::demo::{DemoKind, Setting, Settings};
use salon_demos::demos::rbf::live::{CURVES, config_of};
use salon_demos::demos::rbf::net::{BackboneKind, HeadKind};
use salon_demos::demos::rbf::picture::{Mark, Picture, Plane, extent};
use salon_demos::demos::runner::{Runner, Start};
use salon_demos::demos::sheet::{Reading, Sheet, Shot};

pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn settings(changes: &[(&str, Setting)]) -> Settings {
    let mut settings = DemoKind::Rbf.defaults();
    for (name, value) in changes {
        settings.insert((*name).to_string(), value.clone());
    }
    settings
}

pub fn word(text: &str) -> Setting {
    Setting::Word(text.to_string())
}

/// A run that is quick without optimisation too.
pub fn small() -> Settings {
    settings(&[
        ("backbone", word("fully_connected")),
        ("batch", Setting::Number(256.0)),
        ("epochs", Setting::Number(1.0)),
    ])
}

pub fn watched(start: Start) -> (Runner, Receiver<Box<Sheet>>) {
    let (hand_in, sheets) = channel();
    let runner = Runner::start(start, move |sheet| {
        hand_in.send(sheet).map_err(|unsent| unsent.0)
    });
    (runner.unwrap(), sheets)
}

fn live(settings: Settings) -> Start {
    Start::live(DemoKind::Rbf, settings)
}

#[test]
fn every_setting_of_every_knob_is_one_of_the_trainers() {
    let kind = DemoKind::Rbf;
    for knob in kind.knobs() {
        let (salon_core::domain::demo::Range::Choice(words)
        | salon_core::domain::demo::Range::OrFolder(words)) = knob.range
        else {
            continue;
        };
        for one in words {
            let settings = settings(&[(knob.name, word(one))]);
            config_of(&settings).unwrap_or_else(|why| panic!("{} = {one}: {why}", knob.name));
        }
    }
    let made = settings(&[
        ("head", word("softmax")),
        ("backbone", word("fully_connected")),
        ("lambda", Setting::Number(2.5)),
        ("centres", Setting::Number(7.0)),
    ]);
    let config = config_of(&made).unwrap();
    assert_eq!(config.head, HeadKind::Softmax);
    assert_eq!(config.backbone, BackboneKind::FullyConnected);
    assert_eq!(
        (config.lambda, config.rbf.centres, config.rbf.dims),
        (2.5, 7, 16)
    );
    assert!(config_of(&Settings::new()).is_err());
}

#[test]
fn a_run_shows_itself_from_its_first_picture_to_its_test() {
    let (_runner, sheets) = watched(live(small()));
    let mut readings: Vec<Reading> = Vec::new();
    let mut pictures: Vec<Shot> = Vec::new();
    let mut reliability = Vec::new();
    let ended = loop {
        let sheet = sheets.recv_timeout(PATIENCE).expect("goes on");
        assert_eq!(sheet.names, CURVES);
        assert!(sheet.device.starts_with("cpu, "), "{}", sheet.device);
        assert_eq!(sheet.classes.len(), 10);
        assert_eq!(sheet.steps, 29, "7,200 images in batches of 256");
        readings.extend(sheet.readings);
        pictures.extend(sheet.picture);
        reliability.extend(sheet.reliability.unwrap_or_default());
        if let Some(ended) = sheet.ended {
            break ended;
        }
    };
    assert_eq!(ended.failed, "");
    assert!(ended.results["test accuracy"] > 0.4, "{ended:?}");
    let steps: Vec<u32> = readings.iter().map(|reading| reading.step).collect();
    assert!(steps.windows(2).all(|pair| pair[0] < pair[1]), "{steps:?}");
    assert_eq!(steps.last(), Some(&29));
    let loss = |reading: &Reading| reading.values[0].unwrap();
    assert!(loss(&readings[0]) > loss(readings.last().unwrap()));
    assert!(
        pictures.len() >= 2,
        "one before the first step, one after the last"
    );
    let steps: Vec<u32> = pictures.iter().map(|shot| shot.step).collect();
    assert_eq!((steps[0], steps.last()), (0, Some(&29)));
    for shot in &pictures {
        let number = |at: usize| u32::from_le_bytes(shot.bytes[at..at + 4].try_into().unwrap());
        assert_eq!((number(12), number(16)), (shot.step, shot.frame));
        // 36 bytes before them; 2,000 points of 2 + 4 + 4 bytes, 20 centres of 1 + 4, 10 prototypes of 4.
        assert_eq!(shot.bytes.len(), 36 + 2_000 * 10 + 20 * 5 + 10 * 4);
    }
    let last = readings.last().unwrap();
    let measured = [4, 5, 8, 9, 10, 11].map(|curve| last.values[curve].unwrap());
    assert!(
        measured.iter().all(|value| (0.2..=1.0).contains(value)),
        "{measured:?}"
    );
    assert_eq!(last.values[6], None, "there is no baseline");
    let names: Vec<&str> = reliability.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["softmax", "nearest centre"]);
    for one in &reliability {
        let shares: f64 = one.bins.iter().map(|bin| bin[2]).sum();
        assert!((shares - 1.0).abs() < 1e-9 && one.ece < 0.5, "{one:?}");
    }
    let told = |name: &str| ended.results[name];
    assert!((told("train accuracy") - told("test accuracy") - told("overfitting")).abs() < 1e-12);
    assert!(told("nearest centre test accuracy") > 0.2);
    assert!((0.0..0.2).contains(&told("rejected test")), "{ended:?}");
    assert!(told("confidence others") > 0.1 && told("rejected others") <= 1.0);
    assert!(pictures[0].bytes != pictures[1].bytes, "it moves");
}

#[test]
fn a_paused_run_does_nothing_and_a_dropped_one_ends_its_thread() {
    let mut long = small();
    long.insert("epochs".to_string(), Setting::Number(200.0));
    let (runner, sheets) = watched(live(long));
    let newest = |sheet: Box<Sheet>| sheet.readings.last().map(|reading| reading.step);
    while newest(sheets.recv_timeout(PATIENCE).unwrap()).is_none() {}
    runner.pause();
    // What was under way when it was told comes in; then nothing does.
    let quiet = Duration::from_millis(700);
    let told = Instant::now();
    while sheets.recv_timeout(quiet).is_ok() {
        assert!(told.elapsed() < PATIENCE, "it does not pause");
    }
    runner.resume();
    while newest(sheets.recv_timeout(PATIENCE).unwrap()).is_none() {}
    drop(runner);
    let told = Instant::now();
    loop {
        match sheets.try_recv() {
            // The thread is gone, and what it handed in with.
            Err(TryRecvError::Disconnected) => break,
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
        assert!(told.elapsed() < PATIENCE, "it does not end");
    }
}

#[test]
fn a_run_that_cannot_go_on_says_why() {
    let mut wild = small();
    wild.insert("learning_rate".to_string(), Setting::Number(1.0));
    wild.insert("lambda".to_string(), Setting::Number(100.0));
    wild.insert("data".to_string(), word("nowhere"));
    let (_runner, sheets) = watched(live(wild));
    let sheet = sheets.recv_timeout(PATIENCE).unwrap();
    let failed = sheet.ended.unwrap().failed;
    assert!(failed.contains("nowhere"), "{failed}");
}

#[test]
fn nothing_is_lost_where_sheets_are_not_taken_at_once() {
    let (hand_in, sheets) = channel();
    let mut refused = 0;
    let _runner = Runner::start(live(small()), move |sheet| {
        refused += 1;
        if refused % 3 != 0 {
            return Err(sheet);
        }
        hand_in.send(sheet).map_err(|unsent| unsent.0)
    })
    .unwrap();
    let mut last = 0;
    loop {
        let sheet = sheets.recv_timeout(PATIENCE).unwrap();
        for reading in &sheet.readings {
            assert!(reading.step > last);
            last = reading.step;
        }
        if sheet.ended.is_some() {
            break;
        }
    }
    assert_eq!(last, 29);
}

#[test]
fn a_sheet_is_bounded_and_keeps_the_newest() {
    let mut sheet = Sheet::default();
    for step in 1..=5_000 {
        sheet.read(Reading {
            step,
            values: vec![None],
        });
        assert!(sheet.readings.len() <= 512);
    }
    assert_eq!(sheet.readings.last().unwrap().step, 5_000);
    assert!(
        sheet
            .readings
            .windows(2)
            .all(|pair| pair[0].step < pair[1].step)
    );
}

/// An ellipse in the plane of two directions of four numbers.
fn cloud() -> Vec<f32> {
    let mut points = Vec::new();
    for n in 0..60 {
        let angle = n as f32 / 60.0 * std::f32::consts::TAU;
        let (a, b) = (5.0 * angle.cos() + 0.3 * n as f32 / 60.0, 2.0 * angle.sin());
        points.extend([a * 0.6, a * 0.8, b, 1.0]);
    }
    points
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[test]
fn the_plane_holds_what_lies_in_it() {
    let points = cloud();
    let plane = Plane::of(&points, 4, None);
    for (i, a) in points.chunks_exact(4).enumerate() {
        for (j, b) in points.chunks_exact(4).enumerate() {
            let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
            let whole = squares.sum::<f64>().sqrt();
            let drawn = distance(plane.points()[i], plane.points()[j]);
            assert!((whole - drawn).abs() < 1e-4, "{whole} is drawn as {drawn}");
        }
    }
    let wide = |axis: usize| {
        plane
            .points()
            .iter()
            .map(|p| p[axis].abs())
            .fold(0.0, f64::max)
    };
    assert!(wide(0) > 2.0 * wide(1), "the widest direction lies along x");
    let one = Plane::of(&[1.0, 2.0, 3.0], 1, None);
    assert!(one.points().iter().all(|point| point[1] == 0.0));
}

proptest! {
    /// Turned and mirrored in any way, the points come to lie where they were.
    #[test]
    fn a_picture_does_not_flip(angle in 0.0..6.3_f32, mirror in any::<bool>(), grown in 0.5..2.0_f32) {
        let points = cloud();
        let before = Plane::of(&points, 4, None);
        let (sin, cos) = angle.sin_cos();
        let moved: Vec<f32> = points
            .chunks_exact(4)
            .flat_map(|p| {
                let p: Vec<f32> = p.iter().map(|x| x * grown).collect();
                let (a, b) = (p[0] * cos - p[2] * sin, p[0] * sin + p[2] * cos);
                [if mirror { -a } else { a }, p[1], b, p[3]]
            })
            .collect();
        let after = Plane::of(&moved, 4, Some(&before));
        let mut worst: f64 = 0.0;
        for (a, b) in before.points().iter().zip(after.points()) {
            worst = worst.max(distance([a[0] * f64::from(grown), a[1] * f64::from(grown)], *b));
        }
        // The second axes differ by what the turn mixes in of the first; a flip would be 4 or 10 away.
        prop_assert!(worst < 0.05 * f64::from(grown), "{worst}");
        // What is projected afterwards lies where the points do.
        let again = after.project(&moved);
        for (a, b) in again.iter().zip(after.points()) {
            prop_assert!(distance(*a, *b) < 1e-6);
        }
    }
}

#[test]
fn a_picture_is_the_bytes_that_the_protocol_tells() {
    let mark = |class, wrong, rejected, nearest| Mark {
        class,
        wrong,
        rejected,
        nearest,
    };
    let bytes = Picture {
        step: 258,
        frame: 3,
        marks: &[
            mark(0, false, false, Some(0)),
            mark(9, true, false, None),
            mark(4, false, true, Some(0)),
        ],
        held_from: 2,
        embedding: &[[1.0, -2.0], [0.0, 0.5], [2.0, 9.0]],
        centres: &[[-1.0, 0.0]],
        classes: &[Some(4)],
        prototypes: &[[0.5, 0.5], [1.0, 1.0]],
        activations: &[],
        tsne: &[[4.0, 0.0], [0.0, -4.0], [2.0, 2.0]],
        extent: [2.0, 1.0, 4.0],
    }
    .encode();
    assert_eq!(&bytes[..8], [2, 2 | 4, 3, 0, 2, 0, 1, 0]);
    assert_eq!(&bytes[8..20], [0, 0, 0, 0, 2, 1, 0, 0, 3, 0, 0, 0]);
    assert_eq!(
        &bytes[20..36],
        [0, 0, 0, 64, 0, 0, 128, 63, 0, 0, 128, 64, 2, 0, 0, 0]
    );
    assert_eq!(&bytes[36..39], [0, 0x80 | 9, 0x40 | 4]);
    assert_eq!(
        &bytes[39..44],
        [0, 255, 0, 4, 0],
        "nearest, class, one to make it even"
    );
    let numbers: Vec<i16> = bytes[44..]
        .chunks_exact(2)
        .map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    assert_eq!(
        numbers[..6],
        [16_384, -32_767, 0, 8_192, 32_767, 32_767],
        "held to the edge"
    );
    assert_eq!(numbers[6..8], [-16_384, 0]);
    assert_eq!(numbers[8..12], [8_192, 8_192, 16_384, 16_384]);
    assert_eq!(numbers[12..], [32_767, 0, 0, -32_767, 16_384, 16_384]);
    assert_eq!(extent(&[[0.5, -3.0]], 2.0), 3.0);
    assert_eq!(extent(&[[0.5, -1.0]], 2.0), 1.8, "let down slowly");
}
