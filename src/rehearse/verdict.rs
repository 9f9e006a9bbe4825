//! From what was measured to what people would feel, and what would have to give first.

use std::time::Duration;

use serde::Serialize;

use super::line::Fault;
use super::machine::Machine;
use super::measure::{Felt, Kept, Second};

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

/// Of all tries, the share that may fail.
const FAULTS_GOOD: f64 = 0.001;
const FAULTS_FAIR: f64 = 0.01;
/// From when on something is bad: the first second with so large a share of bad ones in it and the four after it.
const BAD_SHARE: f64 = 0.05;
const SECONDS: usize = 5;

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
    let slow = check_machine(kept, machine);
    let machine_is_slow = slow
        .as_ref()
        .is_some_and(|check| check.grade == Grade::Fail);
    let mut checks: Vec<Check> = [check_lost(kept), check_faults(kept)]
        .into_iter()
        .flatten()
        .chain(TIMES.iter().filter_map(|time| check_time(kept, time)))
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
    if !checks.is_empty() {
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

/// How late this machine wakes its bots, where that is not good; and what it could not give them.
fn check_machine(kept: &Kept, machine: &Machine) -> Option<Check> {
    let lag = kept.spread(Felt::Lag)?;
    let here = kept.faults.get(&Fault::Here).copied().unwrap_or(0);
    let grade = match grade(Felt::Lag, lag.p99_ms) {
        _ if here > 0 => Grade::Fail,
        Grade::Pass => return None,
        other => other,
    };
    let mut evidence = format!(
        "this machine: it woke bots up to {} late (p99), and they kept {:.1} of its {} cores busy",
        ms(lag.p99_ms),
        machine.cores_of_bots,
        machine.cores
    );
    if let Some(others) = machine.cores_of_others {
        evidence.push_str(&format!(", all else {others:.1}"));
    }
    if here > 0 {
        evidence.push_str(&format!("; {here} times it had no port or file left"));
    }
    evidence.push_str(". Take fewer people, or rehearse from another machine");
    Some(Check {
        what: "machine",
        grade,
        since: first_bad(kept.seconds(Felt::Lag)),
        evidence,
        certain: false,
    })
}

fn check_faults(kept: &Kept) -> Option<Check> {
    let tries: u32 = kept.tries.iter().map(|second| second.n).sum();
    let faults: u32 = kept.faults.values().sum();
    let unanswered = kept.counts.votes_unanswered;
    let share = f64::from(faults) / f64::from(tries.max(1));
    let grade = match share {
        _ if kept.counts.joined == 0 || unanswered > 0 => Grade::Fail,
        share if share <= FAULTS_GOOD => return None,
        share if share <= FAULTS_FAIR => Grade::Fair,
        _ => Grade::Fail,
    };
    let most = kept.faults.iter().max_by_key(|(_, n)| **n);
    let mut evidence = format!("{faults} of {tries} tries failed");
    if let Some((fault, n)) = most {
        evidence.push_str(&format!(", most often ({n}): {fault}"));
        if let Some(advice) = advice(fault) {
            evidence.push_str(&format!(" ({advice})"));
        }
    }
    if unanswered > 0 {
        evidence.push_str(&format!("; {unanswered} votes were never answered"));
    }
    Some(Check {
        what: "refused",
        grade,
        since: first_bad(&kept.tries),
        evidence,
        certain: most.is_none_or(|(fault, _)| *fault != Fault::Here),
    })
}

fn advice(fault: &Fault) -> Option<&'static str> {
    match fault {
        Fault::Absent => Some("the program was not running"),
        Fault::Status(503) => Some("more people than --max-seats"),
        Fault::Status(502 | 504) => Some("the proxy before the program"),
        Fault::Closed(1005 | 1006) | Fault::Cut => {
            Some("the program stopped, or a proxy or its limit of open files cut the line")
        }
        Fault::Closed(4008) => Some("the server found the bots too slow to read"),
        Fault::Closed(4012) => Some("the program or the session's owner restarted"),
        _ => None,
    }
}

fn check_lost(kept: &Kept) -> Option<Check> {
    let lost = kept.counts.votes_lost;
    (lost > 0).then(|| Check {
        what: "lost",
        grade: Grade::Fail,
        since: 0,
        evidence: format!("{lost} votes that were told heard were not there afterwards"),
        certain: true,
    })
}

/// What takes time, what it is called, and what explains it.
const TIMES: [(Felt, &str, &str); 5] = [
    (Felt::Join, "joins", "joining took"),
    (Felt::Back, "joins", "coming back took"),
    (Felt::Vote, "votes", "votes were heard after"),
    (Felt::Question, "questions", "questions were heard after"),
    (Felt::Tally, "tally", "own votes were in the tally after"),
];

fn check_time(kept: &Kept, (felt, what, words): &(Felt, &'static str, &str)) -> Option<Check> {
    let spread = kept.spread(*felt)?;
    let grade = match grade(*felt, spread.p99_ms) {
        Grade::Pass => return None,
        other => other,
    };
    let mut evidence = format!("{words} {} (p99 of {})", ms(spread.p99_ms), spread.n);
    match felt {
        Felt::Join => {
            if let Some(page) = kept.spread(Felt::Page) {
                evidence.push_str(&format!(", the page alone {}", ms(page.p99_ms)));
            }
        }
        // What a reaction does not need is the disk.
        Felt::Vote | Felt::Question => {
            if let Some(reaction) = kept.spread(Felt::Reaction) {
                let disk = reaction.p99_ms < spread.p99_ms / 4.0;
                evidence.push_str(&format!(
                    ", reactions after {}: {}",
                    ms(reaction.p99_ms),
                    match disk {
                        true => "the disk, which a vote waits for and a reaction does not",
                        false => "the server's processor, or the line to it",
                    }
                ));
            }
        }
        _ => {}
    }
    Some(Check {
        what,
        grade,
        since: first_bad(kept.seconds(*felt)),
        evidence,
        certain: false,
    })
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

/// The second from which on a good share was bad; else the first with anything bad.
fn first_bad(seconds: &[Second]) -> usize {
    let bad_from = |from: &usize| {
        let window = &seconds[*from..seconds.len().min(from + SECONDS)];
        let bad: u32 = window.iter().map(|second| second.bad).sum();
        let n: u32 = window.iter().map(|second| second.n).sum();
        window[0].bad > 0 && f64::from(bad) > BAD_SHARE * f64::from(n)
    };
    let any = || seconds.iter().position(|second| second.bad > 0);
    (0..seconds.len()).find(bad_from).or_else(any).unwrap_or(0)
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
        slow.tried(Err(&Fault::Absent));
        assert_eq!(judged(&slow).0, Grade::Fail);
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
        let lost = felt(&[(Felt::Join, 100)]);
        lost.kept().counts.votes_lost = 1;
        assert_eq!(
            (judged(&lost).0, judged(&lost).1),
            (Grade::Fail, Some("lost"))
        );
        assert_eq!(judged(&Measure::new()).0, Grade::Fail, "nobody came in");
    }

    #[test]
    fn what_came_first_is_the_first_bottleneck() {
        let second = |n, bad| Second { n, bad };
        assert_eq!(first_bad(&[]), 0);
        assert_eq!(first_bad(&[second(10, 0), second(0, 0), second(10, 2)]), 2);
        // One bad one in a thousand is not yet the beginning.
        let rare = [second(1_000, 1), second(1_000, 0), second(0, 0)];
        let then = [second(100, 60); 5];
        let all: Vec<Second> = [rare.as_slice(), &[second(1_000, 0); 4], &then].concat();
        assert_eq!(first_bad(&all), 7);
    }
}
