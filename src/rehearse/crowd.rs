//! Who comes when, and how lively they are.

use std::sync::Arc;
use std::time::Duration;

use rand::seq::SliceRandom;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::Size;
use super::line::{self, Fault};
use super::machine::{self, Watch};
use super::measure::{Measure, Progress};
use super::phone::{self, Phone};
use super::report::{Course, Report};
use super::target::{BadTarget, Target};
use crate::protocol::Snapshot;

/// How long answers to what was sent are waited for, once the time is over.
const LAST_ANSWERS: Duration = Duration::from_secs(5);

/// How lively the crowd is. Means are those of exponential distributions: people press when they please.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Everyone has come by then, most of them early: a code on the screen draws all at once.
    pub arrive: Duration,
    /// The longest that anyone thinks before voting; most are quicker.
    pub think: Duration,
    /// Mean time until a vote is changed.
    pub reconsider: Duration,
    /// Mean time between one's reactions.
    pub react: Duration,
    /// Mean time until a phone is put away.
    pub awake: Duration,
    /// Mean time until it is taken out again.
    pub asleep: Duration,
}

impl Pace {
    /// From two minutes on a crowd is as lively as people are; in a shorter rehearsal all goes faster, so that
    /// everything happens.
    pub fn within(length: Duration) -> Self {
        let hurry = (length.as_secs_f64() / 120.0).min(1.0);
        let seconds = |n: f64| Duration::from_secs_f64(n * hurry);
        Self {
            arrive: (length / 4).min(Duration::from_secs(45)),
            think: seconds(10.0),
            reconsider: seconds(40.0),
            react: seconds(20.0),
            awake: seconds(60.0),
            asleep: seconds(10.0),
        }
    }
}

/// What all bots share.
pub struct Crowd {
    pub target: Target,
    pub pace: Pace,
    pub measure: Measure,
    pub http: reqwest::Client,
    /// The same for all questions of this rehearsal and of no other.
    pub name: String,
    /// The time is over: nobody begins anything.
    pub closing: CancellationToken,
    /// Nobody waits any longer.
    pub over: CancellationToken,
}

/// What the first look at the session found.
#[derive(Debug)]
pub struct Look {
    pub title: String,
    pub state: String,
    pub open_polls: usize,
    /// Of these, with a tally that the audience sees meanwhile.
    pub shown_polls: usize,
    pub takes_questions: bool,
}

impl Look {
    fn at(snapshot: &Snapshot) -> Self {
        let open = || snapshot.polls.iter().filter(|poll| poll.phase == "open");
        let room = snapshot.room.as_deref();
        Self {
            title: snapshot.session.title.clone(),
            state: snapshot.session.state.clone(),
            open_polls: open().count(),
            shown_polls: open().filter(|poll| poll.tally.is_some()).count(),
            takes_questions: room.is_some_and(|room| room.questions.rules.open),
        }
    }
}

/// A rehearsal that is about to begin: the session was looked at, nothing was voted yet.
pub struct Rehearsal {
    target: Target,
    http: reqwest::Client,
    size: Size,
    pub look: Look,
}

impl Rehearsal {
    /// Looks at the session as one phone does. Refuses one that is not there, or has ended.
    pub async fn prepare(target: Target, size: Size) -> Result<Self, BadTarget> {
        let shown = target.page_url();
        let http = line::http(&target).map_err(|error| BadTarget(error.to_string()))?;
        let snapshot = phone::look(&http, &target).await.map_err(|fault| {
            BadTarget(match fault {
                Fault::Status(404) => {
                    format!("there is no session at {shown}; `salon sessions` lists them")
                }
                other => format!("{shown} cannot be joined: {other}"),
            })
        })?;
        let look = Look::at(&snapshot);
        if look.state == "ended" {
            return Err(BadTarget(format!(
                "“{}” has ended: nobody can vote or ask. Reopen it, or rehearse with a copy of it",
                look.title
            )));
        }
        Ok(Self {
            target,
            http,
            size,
            look,
        })
    }

    /// Runs until its time is over or `stop` is cancelled; calls `tell` once a second.
    pub async fn run(self, stop: CancellationToken, tell: impl FnMut(Progress)) -> Report {
        let size = self.size;
        let crowd = Arc::new(Crowd {
            target: self.target,
            pace: Pace::within(size.length),
            measure: Measure::new(),
            http: self.http,
            name: fresh_name(),
            closing: CancellationToken::new(),
            over: CancellationToken::new(),
        });
        let watch = Watch::begins();
        let watching = tokio::spawn({
            let crowd = Arc::clone(&crowd);
            async move { machine::watch_lag(&crowd.measure, &crowd.over).await }
        });
        let began = Instant::now();
        let mut bots = sent_in(&crowd, size, began);
        let ended_early = waits(began + size.length, &crowd.measure, stop, tell).await;
        let length = began.elapsed();
        crowd.closing.cancel();
        if timeout(LAST_ANSWERS, all_home(&mut bots)).await.is_err() {
            crowd.over.cancel();
            all_home(&mut bots).await;
        }
        crowd.over.cancel();
        let _ = watching.await;
        let course = Course {
            link: crowd.target.page_url(),
            title: self.look.title,
            people: size.people,
            seconds: length.as_secs_f64(),
            ended_early,
        };
        Report::new(course, &crowd.measure.kept(), watch.ends())
    }
}

fn sent_in(crowd: &Arc<Crowd>, size: Size, began: Instant) -> JoinSet<()> {
    let mut bots = JoinSet::new();
    for (n, number) in (0..).zip(askers(size)) {
        let question = number.map(|number| Question {
            number,
            of: size.questions,
            at: began + size.length.mul_f64(rand::random_range(0.3..0.8)),
        });
        let arrives = began + arrival(crowd.pace.arrive, rand::random());
        bots.spawn(Phone::new(Arc::clone(crowd), n, question).lives(arrives));
    }
    bots
}

async fn all_home(bots: &mut JoinSet<()>) {
    while let Some(outcome) = bots.join_next().await {
        if let Err(error) = outcome {
            tracing::error!(%error, "a bot came to grief");
        }
    }
}

/// Whether it was stopped before its time.
async fn waits(
    ends: Instant,
    measure: &Measure,
    stop: CancellationToken,
    mut tell: impl FnMut(Progress),
) -> bool {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            () = stop.cancelled() => return true,
            () = sleep_until(ends) => return false,
            _ = second.tick() => tell(measure.progress()),
        }
    }
}

fn fresh_name() -> String {
    let letter = || char::from(rand::random_range(b'a'..=b'z'));
    std::iter::repeat_with(letter).take(6).collect()
}

/// A question that one of the bots is to ask.
pub struct Question {
    pub number: u32,
    /// Questions in all.
    pub of: u32,
    pub at: Instant,
}

/// Which bots ask: as many as there are questions, one each, anywhere among the people.
fn askers(size: Size) -> Vec<Option<u32>> {
    let asks = |n: u32| (n < size.questions).then_some(n + 1);
    let mut askers: Vec<Option<u32>> = (0..size.people).map(asks).collect();
    askers.shuffle(&mut rand::rng());
    askers
}

/// When someone comes: the share of those who have come after t of T is √(t/T), so half are there after a quarter.
fn arrival(within: Duration, chance: f64) -> Duration {
    within.mul_f64(chance * chance)
}

/// An exponentially distributed time; `chance` is from 0 to 1. No longer than eight means.
pub fn exponential(mean: Duration, chance: f64) -> Duration {
    mean.mul_f64((-(1.0 - chance).ln()).clamp(0.0, 8.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_crowd_is_there_after_a_quarter_of_the_time() {
        let within = Duration::from_secs(40);
        let come = (0..1_000).filter(|n| arrival(within, f64::from(*n) / 1_000.0) < within / 4);
        assert_eq!(come.count(), 500);
        assert!(arrival(within, 1.0) <= within);
    }

    #[test]
    fn exponential_times_have_their_mean_and_an_end() {
        let mean = Duration::from_secs(10);
        let n = 10_000;
        let sum: f64 = (0..n)
            .map(|i| exponential(mean, (f64::from(i) + 0.5) / f64::from(n)).as_secs_f64())
            .sum();
        assert!((sum / f64::from(n) - 10.0).abs() < 0.1, "{sum}");
        assert_eq!(exponential(mean, 1.0), mean * 8);
    }

    #[test]
    fn each_question_has_one_asker() {
        let size = Size::checked(50, 3.0, 7).unwrap();
        let mut numbers: Vec<u32> = askers(size).into_iter().flatten().collect();
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn a_short_rehearsal_is_a_lively_one() {
        let (long, short) = (
            Pace::within(Duration::from_secs(1_800)),
            Pace::within(Duration::from_secs(12)),
        );
        assert_eq!(long.awake, Duration::from_secs(60));
        assert_eq!(short.awake, Duration::from_secs(6));
        assert!(short.arrive <= Duration::from_secs(3), "{short:?}");
        assert_eq!(long.arrive, Duration::from_secs(45));
    }
}
