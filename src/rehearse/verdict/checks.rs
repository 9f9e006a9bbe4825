//! Each thing that is looked at: how good it is, since when it is not, and the figures that say so.

use super::super::line::Fault;
use super::super::machine::Machine;
use super::super::measure::{Felt, Kept, Second};
use super::{Check, Grade, ms};

/// Of all tries, the share that may fail.
const FAULTS_GOOD: f64 = 0.001;
const FAULTS_FAIR: f64 = 0.01;
/// From when on something is bad: the first second with so large a share of bad ones in it and the four after it.
const BAD_SHARE: f64 = 0.05;
const SECONDS: usize = 5;

/// How late this machine wakes its bots, where that is not good; and what it could not give them.
pub(super) fn machine(kept: &Kept, machine: &Machine) -> Option<Check> {
    let lag = kept.spread(Felt::Lag)?;
    let here = kept.faults.get(&Fault::Here).copied().unwrap_or(0);
    let grade = match super::grade(Felt::Lag, lag.p99_ms) {
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

pub(super) fn faults(kept: &Kept) -> Option<Check> {
    let tries: u32 = kept.tries.iter().map(|second| second.n).sum();
    let faults: u32 = kept.faults.values().sum();
    let (unanswered, never_in) = (kept.counts.votes_unanswered, kept.counts.never_in);
    let share = f64::from(faults) / f64::from(tries.max(1));
    let grade = match share {
        _ if kept.counts.joined == 0 || unanswered > 0 || never_in > 0 => Grade::Fail,
        share if share <= FAULTS_GOOD => return None,
        share if share <= FAULTS_FAIR => Grade::Fair,
        _ => Grade::Fail,
    };
    let most = kept.faults.iter().max_by_key(|(_, n)| **n);
    // A machine that is late itself waits in vain for what has long been there.
    let own = |fault: &Fault| matches!(fault, Fault::Here | Fault::Slow(_));
    let foreign = kept.faults.iter().filter(|(fault, _)| !own(fault));
    let foreign: u32 = foreign.map(|(_, n)| n).sum();
    let mut evidence = format!("{faults} of {tries} tries failed");
    if let Some((fault, n)) = most {
        evidence.push_str(&format!(", most often ({n}): {fault}"));
        if let Some(advice) = advice(fault) {
            evidence.push_str(&format!(" ({advice})"));
        }
    }
    if never_in > 0 {
        evidence.push_str(&format!("; {never_in} people never came in"));
    }
    if unanswered > 0 {
        evidence.push_str(&format!("; {unanswered} votes were never answered"));
    }
    Some(Check {
        what: "refused",
        grade,
        since: first_bad(&kept.tries),
        evidence,
        certain: f64::from(foreign) > FAULTS_FAIR * f64::from(tries),
    })
}

fn advice(fault: &Fault) -> Option<&'static str> {
    match fault {
        Fault::Absent => Some("the program was not running"),
        // 4013 says the same where the socket was opened first.
        Fault::Status(503) | Fault::Closed(4013) => Some("more people than --max-seats"),
        Fault::Status(500) => Some("the server's log says why"),
        Fault::Refused(_) => Some("the server's log may say why"),
        Fault::Status(502 | 504) => Some("the proxy before the program"),
        Fault::Closed(1005 | 1006) | Fault::Cut => {
            Some("the program stopped, or a proxy or its limit of open files cut the line")
        }
        Fault::Closed(4008) => Some("the server found the bots too slow to read"),
        Fault::Closed(4012) => Some("the program or the session's owner restarted"),
        _ => None,
    }
}

pub(super) fn lost(kept: &Kept) -> Option<Check> {
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

/// What is felt as time, and is not good.
pub(super) fn times(kept: &Kept) -> impl Iterator<Item = Check> {
    TIMES.iter().filter_map(|one| time(kept, one))
}

fn time(kept: &Kept, (felt, what, words): &(Felt, &'static str, &str)) -> Option<Check> {
    let spread = kept.spread(*felt)?;
    let grade = match super::grade(*felt, spread.p99_ms) {
        Grade::Pass => return None,
        other => other,
    };
    let mut evidence = format!("{words} {} (p99 of {})", ms(spread.p99_ms), spread.n);
    match felt {
        Felt::Join | Felt::Back => {
            let page = kept.spread(Felt::Page).filter(|_| *felt == Felt::Join);
            if let Some(page) = page {
                evidence.push_str(&format!(", the page alone {}", ms(page.p99_ms)));
            }
            // Those who are in go the same way but for the door.
            let reaction = kept.spread(Felt::Reaction);
            if let Some(quick) = reaction.filter(|one| one.p99_ms < spread.p99_ms / 4.0) {
                evidence.push_str(&format!(
                    "; reactions of those who were in took {}, so it is the way in and not the server as a whole",
                    ms(quick.p99_ms)
                ));
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

#[cfg(test)]
mod tests {
    use super::*;

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
