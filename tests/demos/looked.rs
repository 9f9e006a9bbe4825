//! A closer look into a run: points, centres, prototypes, drawings; while it goes on, rests and when it is done.

use std::sync::mpsc::channel;
use std::time::Instant;

use salon_core::domain::demo::{DemoKind, Setting, Settings};
use salon_demos::demos::inspect::{Inspect, Inspected, NoLook};
use salon_demos::demos::runner::{Runner, Start};

use crate::live::{PATIENCE, small, watched, word};

pub fn looks(runner: &Runner, what: Inspect) -> Result<Inspected, String> {
    let (answer, answered) = channel();
    runner.inspect(
        what,
        Box::new(move |found| answer.send(found).expect("is waited for")),
    );
    let found = answered.recv_timeout(PATIENCE).expect("is answered");
    found.map_err(|no| match no {
        NoLook::Cannot(why) => why,
        other => format!("{other:?}"),
    })
}

/// A run that has come to its end, still there.
fn done(settings: Settings) -> Runner {
    let (runner, sheets) = watched(Start::live(DemoKind::Rbf, settings));
    while sheets.recv_timeout(PATIENCE).unwrap().ended.is_none() {}
    // What comes later finds nobody.
    std::mem::forget(sheets);
    runner
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn a_point_is_told_with_terms_that_add_up_and_with_its_neighbours() {
    let runner = done(small());
    for (point, held_out) in [(3, false), (1_900, true)] {
        let found = looks(&runner, Inspect::Point(point)).unwrap();
        assert_eq!((found.step, found.shape), (29, [1, 28, 28]));
        let sample = found.sample.unwrap();
        assert_eq!((sample.image.len(), sample.held_out), (784, held_out));
        assert!(sample.label.is_some_and(|label| label < 10));
        assert!((sample.probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-5);
        let best =
            |values: &[f64]| (0..values.len()).max_by(|a, b| values[*a].total_cmp(&values[*b]));
        assert_eq!(
            best(&sample.probabilities),
            Some(usize::from(sample.predicted))
        );
        let [first, second] = &sample.logits[..] else {
            panic!("{:?}", sample.logits)
        };
        assert_eq!(first.class, sample.predicted);
        assert!(first.logit >= second.logit && first.class != second.class);
        for told in [first, second] {
            assert_eq!(told.terms.len(), 20);
            let sum = told.terms.iter().fold(told.bias, |sum, term| sum + term);
            assert_eq!(sum, told.logit, "to the last bit");
        }
        assert_eq!(sample.centres.len(), 5);
        let largest = sample.largest.unwrap();
        assert!(near(sample.centres[0].activation, largest));
        // The quadratic kernel, as it is written.
        assert!(
            sample
                .centres
                .iter()
                .all(|c| near(c.activation, 1.0 - c.distance * c.distance))
        );
        assert_eq!(sample.rejected, largest < sample.threshold.unwrap());
        assert_eq!((found.nearest.len(), found.farthest.len()), (8, 8));
        assert!(
            found
                .nearest
                .windows(2)
                .all(|pair| pair[0].distance <= pair[1].distance)
        );
        assert!(found.farthest[0].distance >= found.farthest[7].distance);
        let all = found.nearest.iter().chain(&found.farthest);
        assert!(
            all.clone()
                .all(|one| one.point < 1_400 && one.point != point)
        );
        assert!(found.nearest[7].distance < found.farthest[7].distance);
    }
}

#[test]
fn a_centre_and_a_prototype_are_told_and_what_is_not_there_is_refused_by_name() {
    let runner = done(small());
    let mut won = 0;
    for centre in 0..20 {
        let found = looks(&runner, Inspect::Centre(centre)).unwrap();
        let told = found.centre.unwrap();
        won += told.won;
        assert_eq!((told.weights.len(), told.distances.len()), (10, 2_000));
        assert!(told.width > 0.0 && (0.0..=1.0).contains(&told.purity));
        let first = &found.nearest[0];
        assert!(near(told.distances[first.point], first.distance));
        let least = told.distances[..1_400]
            .iter()
            .copied()
            .fold(f64::MAX, f64::min);
        assert!(near(least, first.distance));
    }
    assert_eq!(
        won, 1_400,
        "each point that was learned from is nearest to one centre"
    );
    let prototype = looks(&runner, Inspect::Prototype(3)).unwrap();
    assert_eq!((prototype.sample, prototype.centre), (None, None));
    assert_eq!(prototype.nearest.len(), 8);
    for (what, said) in [
        (Inspect::Centre(20), "this run has 20"),
        (Inspect::Point(2_000), "the picture has 2000"),
        (Inspect::Prototype(10), "no prototype"),
        (Inspect::Point(usize::MAX), "There is no point"),
    ] {
        let refused = looks(&runner, what.clone()).unwrap_err();
        assert!(refused.contains(said), "{what:?}: {refused}");
    }
}

#[test]
fn what_is_drawn_is_read_and_a_blank_is_like_nothing_known() {
    let runner = done(small());
    let point = looks(&runner, Inspect::Point(7)).unwrap().sample.unwrap();
    // Drawn just as an image that it knows.
    let drawn = looks(&runner, Inspect::Drawn(point.image.clone())).unwrap();
    assert_eq!(drawn.nearest[0].point, 7);
    assert!(drawn.nearest[0].distance < 1e-3);
    let drawn = drawn.sample.unwrap();
    assert_eq!((drawn.label, drawn.held_out), (None, false));
    assert_eq!(
        (drawn.predicted, drawn.image),
        (point.predicted, point.image)
    );
    assert!((0..2).all(|axis| (drawn.at[axis] - point.at[axis]).abs() < 1e-3));
    let white = looks(&runner, Inspect::Drawn(vec![255; 784]))
        .unwrap()
        .sample
        .unwrap();
    assert!(
        white.rejected,
        "{:?} of {:?}",
        white.largest, white.threshold
    );
}

#[test]
fn a_softmax_head_and_other_losses_are_told_as_far_as_they_go() {
    let with = |changes: &[(&str, Setting)]| {
        let mut settings = small();
        settings.extend(
            changes
                .iter()
                .map(|(name, value)| ((*name).to_string(), value.clone())),
        );
        done(settings)
    };
    let runner = with(&[("head", word("softmax"))]);
    let found = looks(&runner, Inspect::Point(0)).unwrap().sample.unwrap();
    assert_eq!((found.largest, found.rejected), (None, false));
    assert!(found.centres.is_empty() && found.logits.iter().all(|told| told.terms.is_empty()));
    assert!(
        looks(&runner, Inspect::Centre(0))
            .unwrap_err()
            .contains("has 0")
    );
    let runner = with(&[
        ("supervised", word("regression")),
        ("kernel", word("gaussian")),
    ]);
    let found = looks(&runner, Inspect::Point(0)).unwrap().sample.unwrap();
    let [told] = &found.logits[..] else {
        panic!("one output: {:?}", found.logits)
    };
    assert_eq!(
        told.terms.iter().fold(told.bias, |sum, term| sum + term),
        told.logit
    );
    assert!(
        looks(&runner, Inspect::Prototype(0)).is_err(),
        "a Gaussian does not collapse"
    );
}

#[test]
fn a_paused_run_is_drawn_as_it_rests_then_by_tsne_and_goes_on() {
    let mut long = small();
    long.insert("epochs".to_string(), Setting::Number(200.0));
    let (runner, sheets) = watched(Start::live(DemoKind::Rbf, long));
    let told = |sheets: &std::sync::mpsc::Receiver<Box<salon_demos::demos::sheet::Sheet>>| {
        sheets.recv_timeout(PATIENCE).unwrap()
    };
    while told(&sheets).readings.is_empty() {}
    runner.pause();
    let began = Instant::now();
    let laid_out = loop {
        if let Some(shot) = told(&sheets).picture
            && shot.bytes[1] & 4 != 0
        {
            break shot;
        }
        assert!(began.elapsed() < 2 * PATIENCE, "there is no t-SNE");
    };
    let looked = looks(&runner, Inspect::Point(0)).unwrap();
    assert_eq!(
        looked.step, laid_out.step,
        "what is looked at is what is drawn"
    );
    runner.resume();
    let began = Instant::now();
    while told(&sheets).readings.is_empty() {
        assert!(began.elapsed() < PATIENCE, "it does not go on");
    }
}

#[test]
fn too_many_looks_at_once_are_told_to_wait_and_each_is_answered_once() {
    let (runner, _sheets) = watched(Start::live(DemoKind::Rbf, small()));
    let (answer, answered) = channel();
    for _ in 0..200 {
        let answer = answer.clone();
        let done = move |found: Result<Inspected, NoLook>| answer.send(found).unwrap();
        runner.inspect(Inspect::Point(1), Box::new(done));
    }
    drop(answer);
    let all: Vec<_> = std::iter::from_fn(|| answered.recv_timeout(PATIENCE).ok()).collect();
    assert_eq!(all.len(), 200);
    let busy = all.iter().filter(|one| matches!(one, Err(NoLook::Busy)));
    assert!(busy.count() >= 200 - 33 - 8, "what waits is bounded");
}
