//! The two polls of the evening that Salon was made for, with the answers that were read out, and how
//! predictions are scored: every figure here was worked out by hand.
//!
//! "It looks like two folks said PyTorch. One person said PyTorch and something else. And one person said
//! something else." (23:46) "An exactly equal number of answers … It was an option actually to pick both
//! yes and no." (45:09)

use salon_core::domain::command::{Cast, HostAsk, Role};
use salon_core::domain::poll::prediction::Outcome;
use salon_core::ids::OptionId;
use salon_core::protocol::ScoreView;
use salon_core::translate::show;

use crate::run::{Run, forecast, poll_id, vote, write_in, written};

fn evening(poll: &str) -> Run {
    Run::open(salon_core::sheet::EXAMPLE, &[poll])
}

fn resolves(run: &mut Run, poll: &str, outcome: Outcome) {
    run.host(HostAsk::Resolve {
        poll: poll_id(poll),
        outcome,
        note: "seen".to_string(),
    })
    .unwrap();
}

fn closes_now(run: &mut Run, poll: &str) {
    let poll = poll_id(poll);
    run.host(HostAsk::ClosePoll { poll, now: true }).unwrap();
}

fn score(run: &Run, poll: &str) -> ScoreView {
    run.tally(poll).forecast.unwrap().score.unwrap()
}

fn near(is: f64, should: f64) {
    assert!((is - should).abs() < 1e-9, "{is}, not {should}");
}

#[test]
fn the_framework_poll_of_the_evening() {
    let mut run = evening("framework");
    run.casts(vote(1, "framework", 1, &[0])).unwrap();
    run.casts(vote(2, "framework", 1, &[0])).unwrap();
    run.casts(write_in(3, "framework", 1, &[0], "something else"))
        .unwrap();
    run.casts(write_in(4, "framework", 1, &[], "Something else"))
        .unwrap();

    let row = |label: &str, n, percent| (label.to_string(), n, percent);
    assert_eq!(
        run.rows("framework"),
        [
            row("PyTorch", 3, 75.0),
            row("JAX", 0, 0.0),
            row("scikit-learn", 0, 0.0),
            row("fast.ai", 0, 0.0),
            row("something else", 2, 50.0),
        ]
    );
    let combos = [
        ("PyTorch", 2),
        ("something else", 1),
        ("PyTorch + something else", 1),
    ];
    assert_eq!(
        run.combos("framework"),
        combos.map(|(label, n)| (label.to_string(), n))
    );
    let tally = run.tally("framework");
    assert_eq!((tally.voters, tally.picks), (4, 5));

    // "… means that something else is probably that": the host makes it so, and nobody votes again.
    let keras = run.adds("framework", "TensorFlow/Keras").0;
    run.merges("framework", &[written(0)], keras);
    let combos = [
        ("PyTorch", 2),
        ("TensorFlow/Keras", 1),
        ("PyTorch + TensorFlow/Keras", 1),
    ];
    assert_eq!(
        run.combos("framework"),
        combos.map(|(label, n)| (label.to_string(), n))
    );
    assert_eq!(run.rows("framework")[4], row("TensorFlow/Keras", 2, 50.0));
    assert_eq!(run.tally("framework").options[4].before, 4);
}

/// Fails (issue 2, "for multiple picks by combination"): with one option and a write-in two can be picked, and
/// `show_tally::combos` counts the options only.
#[test]
fn one_option_and_something_else_are_a_combination_too() {
    let sheet = "title = \"T\"\n[[poll]]\nid = \"p\"\nkind = \"multiple\"\nquestion = \"?\"\noptions = [\"PyTorch\"]\nwrite_in = true\n";
    let mut run = Run::open(sheet, &["p"]);
    run.casts(write_in(1, "p", 1, &[0], "something else"))
        .unwrap();
    assert_eq!(
        run.combos("p"),
        [("PyTorch + something else".to_string(), 1)]
    );
}

#[test]
fn the_prediction_of_the_evening_is_even_and_both_is_an_answer() {
    let mut run = evening("machine-text");
    let by = |horizon: u16, cast: Cast| Cast {
        by: Some(OptionId(horizon)),
        ..cast
    };
    run.casts(by(0, vote(1, "machine-text", 1, &[0]))).unwrap();
    run.casts(by(3, vote(2, "machine-text", 1, &[1]))).unwrap();
    run.casts(by(1, vote(3, "machine-text", 1, &[1, 0])))
        .unwrap();
    let row = |label: &str| (label.to_string(), 1, 33.3);
    assert_eq!(
        run.rows("machine-text"),
        [row("Yes"), row("No"), row("Both")]
    );
    let tally = run.tally("machine-text");
    let forecast = tally.forecast.unwrap();
    // (100 + 0 + 50) / 3
    assert_eq!((forecast.mean, forecast.median), (Some(50.0), Some(50.0)));
    assert_eq!(forecast.histogram, [1, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
    let dates: Vec<_> = forecast
        .by
        .iter()
        .map(|row| (&*row.label, row.count))
        .collect();
    assert_eq!(dates, [("2025", 1), ("2030", 1), ("2035", 0), ("never", 1)]);
    assert!(tally.combos.is_empty() && forecast.score.is_none());
    assert_eq!(run.own(3, "machine-text").labels, ["Both", "2030"]);
    assert_eq!(run.own(3, "machine-text").answer.unwrap().picks, [0, 1]);

    closes_now(&mut run, "machine-text");
    resolves(&mut run, "machine-text", Outcome::No);
    // (1 − 0)², 0², (½)²: 1.25 / 3; the crowd's mean is a half: ¼.
    let score = score(&run, "machine-text");
    near(score.brier, 1.25 / 3.0);
    near(score.crowd_brier, 0.25);
    // One's own score comes with the reveal: before it, it would tell nothing, but nor is it time.
    assert_eq!(run.own(1, "machine-text").brier, None);
    run.host(HostAsk::Reveal(poll_id("machine-text"))).unwrap();
    let own: Vec<_> = (1..=3).map(|n| run.own(n, "machine-text").brier).collect();
    assert_eq!(own, [Some(1.0), Some(0.0), Some(0.25)]);
}

const TWO: &str = r#"
title = "Odds"
[[poll]]
id = "rain"
kind = "prediction"
question = "Rain?"
answer = "probability"
[[poll]]
id = "snow"
kind = "prediction"
question = "Snow?"
answer = "probability"
"#;

fn odds(rain: &[u8], snow: &[u8]) -> Run {
    let mut run = Run::open(TWO, &["rain", "snow"]);
    for (poll, said) in [("rain", rain), ("snow", snow)] {
        for (n, percent) in (1..).zip(said) {
            run.casts(forecast(n, poll, 1, *percent)).unwrap();
        }
        closes_now(&mut run, poll);
    }
    run
}

#[test]
fn a_probability_is_scored_by_brier() {
    let mut run = odds(&[0, 30, 100], &[]);
    let view = run.tally("rain").forecast.unwrap();
    assert_eq!((view.mean, view.median), (Some(43.3), Some(30.0)));
    resolves(&mut run, "rain", Outcome::Yes);
    // (0 − 1)² = 1, (0.3 − 1)² = 0.49, 0: 1.49 / 3. The mean 130/300: (1 − 13/30)² = (17/30)².
    let yes = score(&run, "rain");
    near(yes.brier, 1.49 / 3.0);
    near(yes.crowd_brier, (17.0_f64 / 30.0).powi(2));
    // Said wrongly and said again: 0, 0.09, 1.
    resolves(&mut run, "rain", Outcome::No);
    near(score(&run, "rain").brier, 1.09 / 3.0);
    resolves(&mut run, "rain", Outcome::Annulled);
    assert_eq!(
        run.tally("rain").forecast.unwrap().score,
        None,
        "nobody is scored"
    );
    run.host(HostAsk::Unresolve(poll_id("rain"))).unwrap();
    assert_eq!(run.poll("rain").resolution, None);
    for _ in 0..4 {
        run.undoes().unwrap();
    }
    assert_eq!(run.poll("rain").resolution, None);
    assert_eq!(
        run.public_log().last().unwrap(),
        "Undone: Resolution taken back."
    );
}

#[test]
fn calibration_is_over_all_resolved_predictions() {
    let mut run = odds(&[70, 75, 100], &[70, 10, 9]);
    resolves(&mut run, "rain", Outcome::Yes);
    resolves(&mut run, "snow", Outcome::No);
    let bins = score(&run, "rain").calibration;
    let bins: Vec<_> = bins
        .iter()
        .map(|b| (b.low, b.n, b.mean, b.came_true))
        .collect();
    // 70 and 75 came true and 70 did not: 2 of 3, on average (70 + 75 + 70) / 3 = 71.7.
    assert_eq!(
        bins,
        [
            (0, 1, 9.0, 0.0),
            (10, 1, 10.0, 0.0),
            (70, 3, 71.7, 66.7),
            (90, 1, 100.0, 100.0)
        ]
    );
    // The audience's calibration has only what was revealed to it.
    run.host(HostAsk::Reveal(poll_id("snow"))).unwrap();
    let snow = show::tally(&run.session, run.poll("snow"), Role::Audience);
    let bins = snow.forecast.unwrap().score.unwrap().calibration;
    let bins: Vec<_> = bins.iter().map(|b| (b.low, b.n, b.came_true)).collect();
    assert_eq!(bins, [(0, 1, 0.0), (10, 1, 0.0), (70, 1, 0.0)]);
}

#[test]
fn a_prediction_without_answers_has_no_score_and_no_mean() {
    let mut run = odds(&[], &[50]);
    resolves(&mut run, "rain", Outcome::Yes);
    let view = run.tally("rain").forecast.unwrap();
    assert_eq!((view.mean, view.median, view.score), (None, None, None));
}

#[test]
fn a_prediction_is_resolved_only_when_it_is_closed_and_other_polls_never() {
    let mut run = evening("machine-text");
    let resolve = |poll: &str| HostAsk::Resolve {
        poll: poll_id(poll),
        outcome: Outcome::Yes,
        note: String::new(),
    };
    assert_eq!(
        run.host(resolve("machine-text")).unwrap_err().code(),
        "not_possible"
    );
    run.opens("framework");
    closes_now(&mut run, "framework");
    assert_eq!(
        run.host(resolve("framework")).unwrap_err().code(),
        "not_possible"
    );
    closes_now(&mut run, "machine-text");
    assert_eq!(run.host(resolve("machine-text")), Ok(1));
}
