//! The machine that the bots run on, which can be the limit itself: how late it wakes them, what it has left.

use std::time::Duration;

use rustix::time::ClockId;
use serde::Serialize;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::measure::{Felt, Measure};
use crate::machine::{NoFiles, allow_files, spent};

/// How often a look is taken at how late a task is woken. Timers are good to a millisecond.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Files open beside one socket a bot: pages being loaded, the runtime's own, standard streams.
const FILES_BESIDE: u64 = 100;

/// Raises the soft limit of open files as far as a crowd of this size needs.
pub fn make_room(people: u32) -> Result<(), String> {
    let need = u64::from(people) + FILES_BESIDE;
    allow_files(need).map_err(|error| match error {
        NoFiles::AtMost(most) => {
            let fits = most.saturating_sub(FILES_BESIDE);
            format!(
                "{people} people need {need} open files, and this process may have {most}: \
                 at most {fits} people fit; or raise the hard limit (`ulimit -Hn {need}`, or LimitNOFILE)"
            )
        }
        refused => format!("{people} people need {need} open files; {refused}"),
    })
}

/// What a rehearsal took of its machine.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Machine {
    pub cores: f64,
    /// Cores that the bots kept busy, on average.
    pub cores_of_bots: f64,
    /// Cores that all else kept busy: the server too, where it is on this machine. None where it cannot be told.
    pub cores_of_others: Option<f64>,
}

/// Watches from its making until [`Watch::ends`].
pub struct Watch {
    began: Instant,
    own: Duration,
    all: Option<Duration>,
}

impl Watch {
    pub fn begins() -> Self {
        Self {
            began: Instant::now(),
            own: own_time(),
            all: spent::not_idle(),
        }
    }

    pub fn ends(self) -> Machine {
        let wall = self.began.elapsed().as_secs_f64().max(0.001);
        let own = own_time().saturating_sub(self.own);
        let all = spent::not_idle().zip(self.all);
        Machine {
            cores: std::thread::available_parallelism().map_or(1.0, |n| n.get() as f64),
            cores_of_bots: own.as_secs_f64() / wall,
            cores_of_others: all.map(|(now, then)| {
                now.saturating_sub(then).saturating_sub(own).as_secs_f64() / wall
            }),
        }
    }
}

/// Notes how late a task is woken, as bots are, until it is told to stop. Looks that a long wait kept it from are
/// made up for: whoever looks only after the wait would count it once, however many it held up.
pub async fn watch_lag(measure: &Measure, stop: &CancellationToken) {
    let mut due = Instant::now();
    loop {
        due += LOOK_EVERY;
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep_until(due) => measure.took(Felt::Lag, due.elapsed()),
        }
    }
}

/// Processor time of this process, all threads.
fn own_time() -> Duration {
    spent::own(ClockId::ProcessCPUTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_beyond_the_hard_limit_is_refused_with_what_would_fit() {
        let Err(NoFiles::AtMost(most)) = allow_files(u64::MAX) else {
            return;
        };
        let Ok(most) = u32::try_from(most) else {
            return;
        };
        let told = make_room(most).unwrap_err();
        assert!(
            told.contains("open files") && told.contains("at most"),
            "{told}"
        );
        assert_eq!(make_room(1), Ok(()));
    }

    #[tokio::test]
    async fn a_busy_machine_is_told_by_its_lag() {
        let measure = Measure::new();
        let stop = CancellationToken::new();
        let watched = watch_lag(&measure, &stop);
        let blocking = async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            // Holds the one thread of this runtime, as too many bots would.
            std::thread::sleep(Duration::from_millis(120));
            tokio::time::sleep(Duration::from_millis(30)).await;
            stop.cancel();
        };
        tokio::join!(watched, blocking);
        let lag = measure.kept().spread(Felt::Lag).unwrap();
        // Of some eighteen looks, twelve were due while nobody could look.
        assert!(lag.max_ms >= 100.0 && lag.p50_ms >= 10.0, "{lag:?}");
        assert!(lag.n >= 15, "{lag:?}");
    }
}
