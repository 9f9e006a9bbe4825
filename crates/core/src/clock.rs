//! The time of day, as an argument: the program's own clock, or one that a test turns by hand.
//!
//! The system's clock may be set while a countdown runs, back by an hour or on by a day. As long as anything waits for a
//! moment ([`Clock::hold`]) the program therefore goes on from the time that it had by the system's count of seconds, which
//! nobody sets; then it takes up the system's time again.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::ids::Timestamp;

#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// The system's, where a test can set the time of day.
    Set(Arc<Steady>),
    /// Stands still until it is set; for tests.
    Fixed(Arc<AtomicI64>),
}

/// The system has one.
static SYSTEM: Steady = Steady {
    set_by_ms: AtomicI64::new(0),
    held: Mutex::new(Held {
        holds: 0,
        from: None,
    }),
};

/// The system's time, held steady while it is asked for.
#[derive(Debug, Default)]
pub struct Steady {
    /// What is added to the system's time of day, by tests alone.
    set_by_ms: AtomicI64,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    holds: usize,
    /// The time when the first hold began, and since when.
    from: Option<(i64, Instant)>,
}

/// Time goes on steadily until this is dropped.
#[derive(Debug)]
pub struct Hold(Clock);

impl Clock {
    /// The system's, for a test that sets it.
    pub fn set() -> Self {
        Self::Set(Arc::default())
    }

    fn steady(&self) -> Result<&Steady, &AtomicI64> {
        match self {
            Self::System => Ok(&SYSTEM),
            Self::Set(steady) => Ok(steady),
            Self::Fixed(at) => Err(at),
        }
    }

    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    pub fn now(&self) -> Timestamp {
        Timestamp(match self.steady() {
            Ok(steady) => steady.now(),
            Err(at) => at.load(Ordering::SeqCst),
        })
    }

    /// From now on the time goes on steadily, whatever the system's clock is set to.
    pub fn hold(&self) -> Hold {
        if let Ok(steady) = self.steady() {
            let mut held = steady.held();
            if held.holds == 0 {
                held.from = Some((steady.time_of_day(), Instant::now()));
            }
            held.holds += 1;
        }
        Hold(self.clone())
    }

    /// Moves a test's clock; the system's takes no orders.
    pub fn advance_ms(&self, ms: i64) {
        match self {
            Self::System => {}
            Self::Set(steady) => {
                steady.set_by_ms.fetch_add(ms, Ordering::SeqCst);
            }
            Self::Fixed(at) => {
                at.fetch_add(ms, Ordering::SeqCst);
            }
        }
    }
}

impl Steady {
    fn now(&self) -> i64 {
        let held = self.held();
        match held.from {
            Some((at, since)) => at.saturating_add(ms(since.elapsed().as_millis())),
            None => self.time_of_day(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn time_of_day(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        ms(since.unwrap_or_default().as_millis()) + self.set_by_ms.load(Ordering::SeqCst)
    }

    /// No code can panic while it holds this lock, so a poisoned one is as good as a sound one.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ms(ms: u128) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Ok(steady) = self.0.steady() {
            let mut held = steady.held();
            held.holds -= 1;
            if held.holds == 0 {
                held.from = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn while_it_is_held_nobody_sets_the_time() {
        const HOUR: i64 = 3_600_000;
        let clock = Clock::set();
        let about = |ms: i64| (clock.now().0 - ms).abs() < 5_000;
        let began = clock.now().0;
        let hold = clock.hold();
        let second = clock.hold();
        clock.advance_ms(-HOUR);
        assert!(about(began));
        clock.advance_ms(24 * HOUR);
        drop(hold);
        assert!(about(began), "another still holds it");
        drop(second);
        assert!(about(began + 23 * HOUR), "the system's own again");
    }
}
