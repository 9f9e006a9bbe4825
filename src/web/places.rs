//! How many may come in by socket. The hall has places of its own, so that a hall that is full keeps out neither its
//! host nor its stage, and whoever finds no place is told so: a page cannot see why a handshake was refused.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::command::Role;

/// Sockets of stages and overlays, which anyone may open, and of those who run sessions.
const STAGES: usize = 256;
const DESKS: usize = 256;
/// Sockets that are open only to be told that there is no place.
const TOLD_AT_ONCE: usize = 256;

#[derive(Clone)]
pub struct Places {
    audience: Arc<Semaphore>,
    stages: Arc<Semaphore>,
    desks: Arc<Semaphore>,
    told: Arc<Semaphore>,
}

/// A place; leaving is dropping it.
pub enum Place {
    Taken(#[allow(dead_code, reason = "held")] OwnedSemaphorePermit),
    /// There is none: long enough to say so.
    Full(#[allow(dead_code, reason = "held")] OwnedSemaphorePermit),
}

impl Places {
    pub fn new(audience: usize) -> Self {
        let places = |n| Arc::new(Semaphore::new(n));
        Self {
            audience: places(audience),
            stages: places(STAGES),
            desks: places(DESKS),
            told: places(TOLD_AT_ONCE),
        }
    }

    /// None: there is not even room to say that there is none.
    pub fn take(&self, role: Role) -> Option<Place> {
        let places = match role {
            Role::Audience => &self.audience,
            Role::Stage => &self.stages,
            Role::Host | Role::Moderator | Role::Speaker | Role::Bridge => &self.desks,
        };
        let one = |places: &Arc<Semaphore>| Arc::clone(places).try_acquire_owned().ok();
        let told = || one(&self.told).map(Place::Full);
        one(places).map(Place::Taken).or_else(told)
    }
}
