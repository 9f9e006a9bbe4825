//! How fast one person, known by a cookie, may send: the same by a socket and by single requests.

use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::network::Network;
use crate::domain::refusal::Refusal;
use crate::ids::VoterId;

/// Messages a second that one person may send, and how many at once.
const RATE: NonZeroU32 = NonZeroU32::new(10).unwrap();
const BURST: NonZeroU32 = NonZeroU32::new(30).unwrap();
/// Reactions a second, and how many at once.
const REACTION_RATE: NonZeroU32 = NonZeroU32::new(4).unwrap();
const REACTION_BURST: NonZeroU32 = NonZeroU32::new(8).unwrap();
/// People whose last requests are remembered; past it, those who have been quiet are forgotten.
const REMEMBERED: usize = 10_000;

/// One for all: a new one asks the processor what it can do, which a virtual machine answers slowly.
static CLOCK: LazyLock<DefaultClock> = LazyLock::new(DefaultClock::default);

fn direct(quota: Quota) -> DefaultDirectRateLimiter {
    RateLimiter::direct_with_clock(quota, CLOCK.clone())
}

/// The pace of one connection.
pub fn of_socket() -> DefaultDirectRateLimiter {
    direct(Quota::per_second(RATE).allow_burst(BURST))
}

/// The pace of one connection's reactions.
pub fn of_reactions() -> DefaultDirectRateLimiter {
    direct(Quota::per_second(REACTION_RATE).allow_burst(REACTION_BURST))
}

/// The pace at which a connection's pings and pongs are read.
pub fn of_control_frames() -> DefaultDirectRateLimiter {
    direct(Quota::per_second(RATE).allow_burst(BURST))
}

/// The pace of those who send single requests.
#[derive(Clone)]
pub struct Pace(Arc<DefaultKeyedRateLimiter<VoterId>>);

impl Default for Pace {
    fn default() -> Self {
        let quota = Quota::per_second(RATE).allow_burst(BURST);
        Self(Arc::new(RateLimiter::keyed(quota)))
    }
}

impl Pace {
    /// Refuses whoever sends faster than anyone can press.
    pub fn check(&self, voter: VoterId) -> Result<(), Refusal> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        let wait_seconds = 1;
        self.0
            .check_key(&voter)
            .map_err(|_| Refusal::TooSoon { wait_seconds })
    }
}

/// The pace at which one network brings new voters. A hall is one network and asks for a cookie once a person; a script
/// that asks for one a vote is held to what a door would let in.
#[derive(Clone)]
pub struct Newcomers(Arc<DefaultKeyedRateLimiter<Network>>);

impl Newcomers {
    pub fn new(rate: NonZeroU32, burst: NonZeroU32) -> Self {
        let quota = Quota::per_second(rate).allow_burst(burst);
        Self(Arc::new(RateLimiter::keyed(quota)))
    }

    /// # Errors
    /// The seconds after which to come back.
    pub fn check(&self, network: Network) -> Result<(), u32> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        let clock = DefaultClock::default();
        self.0.check_key(&network).map_err(|until| {
            let wait = until.wait_time_from(clock.now()).as_secs();
            u32::try_from(wait).unwrap_or(u32::MAX).saturating_add(1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_pace_of_their_own() {
        let pace = Pace::default();
        let (one, two) = (VoterId([1; 16]), VoterId([2; 16]));
        let passed = (0..100).filter(|_| pace.check(one).is_ok()).count();
        assert!((30..40).contains(&passed), "{passed}");
        assert_eq!(pace.check(two), Ok(()));
    }
}
