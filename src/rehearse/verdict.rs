//! From what was measured to what people would feel, and what would have to give first.

mod checks;

use std::time::Duration;

use serde::Serialize;

use super::machine::Machine;
use super::measure::{Felt, Kept};

/// What 99 of 100 people should feel at most. These are ours, within the 0.1, 1 and 10 s after which a person no
/// longer feels the cause of something, stays with it, or waits for it (R. B. Miller, "Response time in man-computer
/// conversational transactions", 1968; J. Nielsen, "Usability Engineering", 1993).
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub good: Duration,
    /// Beyond it, people give up or press again.
    pub fair: Duration,
}

/// None for what is measured only to tell where time goes.
pub fn limit(felt: Felt) -> Option<Limit> {
    let (good, fair) = match felt {
        Felt::Join | Felt::Back => (1_000, 5_000),
        Felt::Vote | Felt::Question => (300, 1_000),
        Felt::Tally => (500, 2_000),
        // Not felt, but it is in all the others.
        Felt::Lag => (20, 100),
        Felt::Page | Felt::Reaction => return None,
    };
    Some(Limit {
        good: Duration::from_millis(good),
        fair: Duration::from_millis(fair),
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    Pass,
    Fair,
    /// The machine that the bots ran on was too slow to tell.
    Unclear,
    Fail,
}

/// What has to give first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bottleneck {
    /// `machine`, `refused`, `joins`, `votes`, `questions`, `tally` or `lost`.
    pub what: &'static str,
    /// Seconds after the start.
    pub since_seconds: usize,
    /// Bots that were in by then.
    pub people: u32,
    /// In words, with the figures that say so.
    pub evidence: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    pub grade: Grade,
    pub bottleneck: Option<Bottleneck>,
}

/// One thing that was looked at.
struct Check {
    what: &'static str,
    grade: Grade,
    since: usize,
    evidence: String,
    /// Would be felt on a faster machine, too.
    certain: bool,
}

pub fn judge(kept: &Kept, machine: &Machine) -> Verdict {
    let slow = checks::machine(kept, machine);
    let machine_is_slow = slow
        .as_ref()
        .is_some_and(|check| check.grade == Grade::Fail);
    let mut checks: Vec<Check> = [checks::lost(kept), checks::faults(kept)]
        .into_iter()
        .flatten()
        .chain(checks::times(kept))
        .collect();
    let worst = checks.iter().map(|check| check.grade).max();
    let certain = checks
        .iter()
        .any(|check| check.certain && check.grade == Grade::Fail);
    let grade = match worst {
        None => Grade::Pass,
        Some(_) if machine_is_slow && !certain => Grade::Unclear,
        Some(worst) => worst,
    };
    // Where nothing is amiss, a machine that is late now and then is nobody's bottleneck.
    if machine_is_slow && !checks.is_empty() {
        checks.extend(slow);
    }
    let first = checks
        .into_iter()
        // Whoever is the limit is the limit from the start; among equals, what the others follow from comes first.
        .min_by_key(|check| (check.since, order(check.what)));
    Verdict {
        grade,
        bottleneck: first.map(|check| Bottleneck {
            what: check.what,
            since_seconds: check.since,
            people: kept.inside_at(check.since),
            evidence: check.evidence,
        }),
    }
}

fn order(what: &str) -> usize {
    let order = [
        "machine",
        "refused",
        "joins",
        "votes",
        "questions",
        "tally",
        "lost",
    ];
    order
        .iter()
        .position(|one| *one == what)
        .unwrap_or(order.len())
}

pub fn grade(felt: Felt, p99_ms: f64) -> Grade {
    let Some(limit) = limit(felt) else {
        return Grade::Pass;
    };
    let is_within = |limit: Duration| p99_ms <= limit.as_secs_f64() * 1_000.0;
    match (is_within(limit.good), is_within(limit.fair)) {
        (true, _) => Grade::Pass,
        (false, true) => Grade::Fair,
        (false, false) => Grade::Fail,
    }
}

/// Milliseconds as people read them.
pub fn ms(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.1} s", ms / 1_000.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::line::Fault;
    use super::super::measure::Measure;
    use super::*;

    const MACHINE: Machine = Machine {
        cores: 2.0,
        cores_of_bots: 0.5,
        cores_of_others: Some(1.0),
    };

    /// A rehearsal in which `n` times each of these was felt.
    fn felt(times: &[(Felt, u64)]) -> Measure {
        let measure = Measure::new();
        measure.enters();
        measure.kept().counts.joined = 1;
        measure.tried(Ok(()));
        for (felt, ms) in times {
            for _ in 0..50 {
                measure.took(*felt, Duration::from_millis(*ms));
            }
        }
        measure
    }

    fn judged(measure: &Measure) -> (Grade, Option<&'static str>, String) {
        let verdict = judge(&measure.kept(), &MACHINE);
        let (what, evidence) = match verdict.bottleneck {
            Some(one) => (Some(one.what), one.evidence),
            None => (None, String::new()),
        };
        (verdict.grade, what, evidence)
    }

    #[test]
    fn each_limit_has_its_grade() {
        let good = [
            (Felt::Join, 200),
            (Felt::Vote, 20),
            (Felt::Tally, 150),
            (Felt::Lag, 2),
        ];
        assert_eq!(judged(&felt(&good)), (Grade::Pass, None, String::new()));
        for (one, ms, grade, what) in [
            (Felt::Join, 1_200, Grade::Fair, "joins"),
            (Felt::Join, 6_000, Grade::Fail, "joins"),
            (Felt::Back, 6_000, Grade::Fail, "joins"),
            (Felt::Vote, 400, Grade::Fair, "votes"),
            (Felt::Question, 1_200, Grade::Fail, "questions"),
            (Felt::Tally, 2_500, Grade::Fail, "tally"),
        ] {
            let (got, first, evidence) = judged(&felt(&[(one, ms), (Felt::Lag, 2)]));
            assert_eq!((got, first), (grade, Some(what)), "{evidence}");
            assert!(evidence.contains("p99 of 50"), "{evidence}");
        }
    }

    #[test]
    fn a_slow_disk_and_a_slow_processor_are_told_apart_by_the_reactions() {
        let disk = felt(&[(Felt::Vote, 900), (Felt::Reaction, 5)]);
        assert!(judged(&disk).2.contains("the disk"));
        let processor = felt(&[(Felt::Vote, 900), (Felt::Reaction, 700)]);
        assert!(judged(&processor).2.contains("processor"));
    }

    #[test]
    fn a_machine_that_is_late_itself_makes_slowness_unclear_but_hides_no_refusal() {
        let slow = felt(&[(Felt::Vote, 2_000), (Felt::Lag, 300)]);
        assert_eq!(judged(&slow).0, Grade::Unclear);
        assert_eq!(judged(&slow).1, Some("machine"));
        slow.tried(Err(&Fault::Slow("answer")));
        assert_eq!(judged(&slow).0, Grade::Unclear);
        slow.tried(Err(&Fault::Absent));
        assert_eq!(judged(&slow).0, Grade::Fail);
        let fair = felt(&[(Felt::Vote, 2_000), (Felt::Lag, 50)]);
        assert_eq!(
            (judged(&fair).0, judged(&fair).1),
            (Grade::Fail, Some("votes"))
        );
        // Late and yet nothing is felt: then nothing is wrong.
        let late = felt(&[(Felt::Vote, 200), (Felt::Lag, 300)]);
        assert_eq!(judged(&late), (Grade::Pass, None, String::new()));
        let here = felt(&[(Felt::Vote, 20), (Felt::Lag, 2)]);
        here.tried(Err(&Fault::Here));
        assert_eq!(
            (judged(&here).0, judged(&here).1),
            (Grade::Unclear, Some("machine"))
        );
    }

    #[test]
    fn failed_tries_lost_votes_and_votes_without_an_answer_fail() {
        let full = felt(&[(Felt::Join, 100), (Felt::Lag, 1)]);
        full.tried(Err(&Fault::Status(503)));
        let (grade, what, evidence) = judged(&full);
        assert_eq!((grade, what), (Grade::Fail, Some("refused")));
        assert!(
            evidence.contains("1 of 2") && evidence.contains("--max-seats"),
            "{evidence}"
        );
        for _ in 0..500 {
            full.tried(Ok(()));
        }
        assert_eq!(judged(&full).0, Grade::Fair);
        full.kept().counts.votes_unanswered = 1;
        assert_eq!(judged(&full).0, Grade::Fail);
        let door = felt(&[(Felt::Join, 100), (Felt::Lag, 1)]);
        door.kept().counts.never_in = 7;
        let (grade, what, evidence) = judged(&door);
        assert_eq!((grade, what), (Grade::Fail, Some("refused")));
        assert!(evidence.contains("7 people never came in"), "{evidence}");
        let lost = felt(&[(Felt::Join, 100)]);
        lost.kept().counts.votes_lost = 1;
        assert_eq!(
            (judged(&lost).0, judged(&lost).1),
            (Grade::Fail, Some("lost"))
        );
        assert_eq!(judged(&Measure::new()).0, Grade::Fail, "nobody came in");
    }
}
