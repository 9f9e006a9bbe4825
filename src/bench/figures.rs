//! What was measured: figures a round, ratios of figures of the same round, and sums that must agree.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::Serialize;

use super::machine::Watched;

/// Everything a bench has to say.
#[derive(Debug, Serialize)]
pub struct Report {
    pub bench: &'static str,
    pub people: usize,
    pub seconds: u64,
    pub placing: String,
    figures: Vec<Figure>,
    /// Ours as a multiple of another's, each from the same round.
    ratios: Vec<Figure>,
    checks: Vec<Check>,
    /// Told as it goes; to standard error where standard output is for JSON.
    #[serde(skip)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Figure {
    who: String,
    what: &'static str,
    unit: &'static str,
    rounds: Vec<f64>,
}

/// Two counts of the same thing.
#[derive(Debug, Serialize)]
struct Check {
    round: usize,
    what: &'static str,
    expected: Vec<u64>,
    found: Vec<u64>,
}

impl Report {
    pub fn new(
        bench: &'static str,
        people: usize,
        seconds: u64,
        placing: String,
        json: bool,
    ) -> Self {
        let report = Self {
            bench,
            people,
            seconds,
            placing,
            figures: Vec::new(),
            ratios: Vec::new(),
            checks: Vec::new(),
            json,
        };
        report.tell(&format!(
            "{bench}: {people} people, rounds of {seconds} s; {}",
            report.placing
        ));
        report
    }

    pub fn tell(&self, line: &str) {
        if self.json {
            eprintln!("{line}");
        } else {
            println!("{line}");
        }
    }

    /// One more round's value of a figure.
    pub fn note(&mut self, who: &str, what: &'static str, unit: &'static str, value: f64) {
        push(&mut self.figures, who, what, unit, value);
    }

    /// The values of a line's quantiles, in milliseconds.
    pub fn note_times(&mut self, who: &str, names: &[(&'static str, f64)], times: &[u32]) {
        let quantile = quantiles_ms(times);
        for (what, share) in names {
            self.note(who, what, "ms", quantile(*share));
        }
    }

    /// Whether the generator or others on the machine were in the way.
    pub fn note_load(&mut self, who: &str, seen: &Watched) {
        self.note(who, "generator busy", "%", seen.busy * 100.0);
        self.note(
            who,
            "others' share of the machine",
            "%",
            seen.others * 100.0,
        );
    }

    /// Ours as a multiple of theirs in the newest round, where both have one.
    pub fn compare(&mut self, what: &'static str, ours: &str, theirs: &str) {
        let newest = |who: &str| {
            let mut all = self.figures.iter();
            all.find(|one| one.who == who && one.what == what)?
                .rounds
                .last()
                .copied()
        };
        if let (Some(a), Some(b)) = (newest(ours), newest(theirs)) {
            self.compare_values(what, theirs, a, b);
        }
    }

    pub fn compare_values(&mut self, what: &'static str, theirs: &str, a: f64, b: f64) {
        if b != 0.0 {
            push(&mut self.ratios, theirs, what, "×", a / b);
        }
    }

    /// The same under a name of its own.
    pub fn compare_named(&mut self, who: &str, what: &'static str, a: f64, b: f64) {
        self.compare_values(what, who, a, b);
    }

    /// Says of a ratio, in a line for programs, whether its median is as low as it is to be.
    pub fn judge(&self, who: &str, what: &str, goal: f64) {
        let mut all = self.ratios.iter();
        let Some(found) = all.find(|one| one.who == who && one.what == what) else {
            return;
        };
        let (min, median, max) = spread(&found.rounds);
        let met = if median <= goal { "met" } else { "missed" };
        let name = who.replace(' ', "_");
        self.tell(&format!(
            "figure attack_{name} {min:.2} {median:.2} {max:.2} goal <= {goal} x {met}"
        ));
    }

    /// Notes whether two counts of the same thing agree.
    pub fn check(&mut self, round: usize, what: &'static str, expected: &[u64], found: &[u64]) {
        if expected != found {
            self.tell(&format!(
                "  DIFFERENT: {what}: {expected:?} expected, {found:?} found"
            ));
        }
        self.checks.push(Check {
            round,
            what,
            expected: expected.to_vec(),
            found: found.to_vec(),
        });
    }

    /// The newest round's figures of one program, in a line.
    pub fn tell_round(&self, round: usize, who: &str) {
        let of = self.figures.iter().filter(|figure| figure.who == who);
        let words: Vec<String> = of
            .filter_map(|figure| {
                let value = figure.rounds.last()?;
                let words = format!("{} {} {}", figure.what, short(*value), figure.unit);
                Some(words.trim_end().to_string())
            })
            .collect();
        self.tell(&format!("{round:3} {who}: {}", words.join(", ")));
    }

    /// How many counts did not agree.
    pub fn faults(&self) -> usize {
        let differ = |check: &&Check| check.expected != check.found;
        self.checks.iter().filter(differ).count()
    }

    pub fn print(&self) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string_pretty(self)?);
            return Ok(());
        }
        print_table(
            "figures: minimum, median, maximum of the rounds",
            &self.figures,
        );
        if !self.ratios.is_empty() {
            print_table("salon as a multiple of … in the same round", &self.ratios);
        }
        let n = self.checks.len();
        println!("\n{} of {n} counts agree", n - self.faults());
        Ok(())
    }
}

fn push(figures: &mut Vec<Figure>, who: &str, what: &'static str, unit: &'static str, value: f64) {
    let same = |one: &&mut Figure| one.who == who && one.what == what;
    match figures.iter_mut().find(same) {
        Some(figure) => figure.rounds.push(value),
        None => figures.push(Figure {
            who: who.to_string(),
            what,
            unit,
            rounds: vec![value],
        }),
    }
}

fn print_table(title: &str, figures: &[Figure]) {
    println!("\n{title}");
    for figure in figures {
        let (min, median, max) = spread(&figure.rounds);
        let (who, what, unit) = (&figure.who, figure.what, figure.unit);
        let (min, median, max) = (short(min), short(median), short(max));
        println!("  {who:10} {what:34} {min:>9} {median:>9} {max:>9} {unit}");
    }
}

/// Three figures that matter, whatever the size.
fn short(value: f64) -> String {
    match value.abs() {
        size if size.fract() == 0.0 => format!("{value:.0}"),
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// Minimum, median, maximum.
fn spread(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted[..] {
        [] => (0.0, 0.0, 0.0),
        [first, ..] => (
            first,
            f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]),
            sorted[sorted.len() - 1],
        ),
    }
}

/// A span as whole microseconds, up to an hour.
pub fn micros(span: Duration) -> u32 {
    u32::try_from(span.as_micros()).unwrap_or(u32::MAX)
}

/// The quantiles of times in microseconds, in milliseconds and to a thousandth of each; 0 where there is none.
pub fn quantiles_ms(times: &[u32]) -> impl Fn(f64) -> f64 + use<> {
    // Bounds that are constants are never refused.
    let mut all = Histogram::<u64>::new_with_bounds(1, u64::from(u32::MAX), 3).ok();
    if let Some(all) = &mut all {
        times
            .iter()
            .for_each(|time| all.saturating_record(u64::from(*time)));
    }
    move |share| {
        let all = all.as_ref().filter(|all| !all.is_empty());
        all.map_or(0.0, |all| all.value_at_quantile(share) as f64 / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_spreads_are_of_what_was_measured() {
        let times: Vec<u32> = (1..=101).map(|n| n * 1000).collect();
        let quantile = quantiles_ms(&times);
        for (share, exact) in [(0.0, 1.0), (0.5, 51.0), (0.99, 100.0), (1.0, 101.0)] {
            let found: f64 = quantile(share);
            assert!((found - exact).abs() <= exact / 1000.0, "{share}: {found}");
        }
        assert_eq!(quantiles_ms(&[])(0.5), 0.0);
        assert_eq!(spread(&[3.0, 1.0, 2.0]), (1.0, 2.0, 3.0));
        assert_eq!(spread(&[3.0, 1.0]), (1.0, 2.0, 3.0));
    }

    #[test]
    fn counts_that_differ_are_faults() {
        let mut report = Report::new("test", 1, 1, String::new(), true);
        report.check(1, "votes", &[1, 2], &[1, 2]);
        assert_eq!(report.faults(), 0);
        report.check(1, "votes", &[1, 2], &[1, 3]);
        assert_eq!(report.faults(), 1);
    }

    #[test]
    fn a_ratio_is_of_one_round() {
        let mut report = Report::new("test", 1, 1, String::new(), true);
        for (ours, theirs) in [(1.0, 2.0), (9.0, 3.0)] {
            report.note("salon", "time", "ms", ours);
            report.note("peer", "time", "ms", theirs);
            report.compare("time", "salon", "peer");
        }
        assert_eq!(report.ratios[0].rounds, [0.5, 3.0]);
        report.compare("time", "salon", "nobody");
        assert_eq!(report.ratios.len(), 1);
    }
}
