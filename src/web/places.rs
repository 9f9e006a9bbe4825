//! How many may come in by socket. The hall has places of its own, so that a hall that is full keeps out neither its
//! host nor its stage, and whoever finds no place is told so: a page cannot see why a handshake was refused.
//!
//! What nobody has to prove anything for gives way. A phone with a cookie of ours takes the place of a socket without one, or of
//! someone's second tab; a stage that came by the host's link takes that of one that anybody may have opened; and of
//! those, a newcomer takes the oldest of the network that has the most. So a flood of sockets keeps out only itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

use super::network::Network;
use crate::domain::command::Role;
use crate::ids::VoterId;

/// Sockets of stages and overlays, and of those who run sessions.
const STAGES: usize = 256;
const DESKS: usize = 256;
/// Of the stages, those that anyone may open; the rest is kept for those who have the host's link.
const STAGES_OF_ANYONE: usize = 192;
/// Sockets that are open only to be told that there is no place.
const TOLD_AT_ONCE: usize = 256;

/// Who wants a place.
#[derive(Debug, Clone, Copy)]
pub struct Comes {
    pub role: Role,
    pub voter: Option<VoterId>,
    /// Proved to be of the host's: by the stage's link, or a sign-in.
    pub known: bool,
    pub network: Network,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Room {
    Audience,
    Stages,
    Desks,
    Told,
}

/// Those of a room who give way, the first before the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Without a cookie, or a stage without the host's link.
    Anyone,
    /// Another tab of someone who has a place.
    AnotherTab,
}

#[derive(Default)]
struct Taken {
    all: usize,
    give_way: BTreeMap<(Rank, u64), (Network, CancellationToken)>,
}

struct Inner {
    audience: usize,
    rooms: [Taken; 4],
    /// Places of each voter.
    voters: HashMap<VoterId, u32>,
    next: u64,
}

#[derive(Clone)]
pub struct Places(Arc<Mutex<Inner>>);

/// A place; leaving is dropping it.
pub struct Place {
    places: Places,
    room: Room,
    voter: Option<VoterId>,
    order: Option<(Rank, u64)>,
    given_away: CancellationToken,
    full: bool,
}

impl Places {
    pub fn new(audience: usize) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            audience,
            rooms: Default::default(),
            voters: HashMap::new(),
            next: 0,
        })))
    }

    /// None: there is not even room to say that there is none.
    pub fn take(&self, comes: Comes) -> Option<Place> {
        let room = match comes.role {
            Role::Audience => Room::Audience,
            Role::Stage => Room::Stages,
            Role::Host | Role::Moderator | Role::Speaker | Role::Bridge => Room::Desks,
        };
        let mut inner = lock(&self.0);
        let rank = inner.rank_of(&comes);
        if inner.makes_room(room, rank, comes.network) {
            return Some(inner.give(self, room, rank, comes));
        }
        let told = inner.rooms[Room::Told as usize].all < TOLD_AT_ONCE;
        told.then(|| inner.give(self, Room::Told, None, comes))
    }
}

impl Inner {
    fn rank_of(&self, comes: &Comes) -> Option<Rank> {
        match (comes.role, comes.voter) {
            (Role::Audience, None) => Some(Rank::Anyone),
            (Role::Audience, Some(voter)) => {
                self.voters.contains_key(&voter).then_some(Rank::AnotherTab)
            }
            (Role::Stage, _) if !comes.known => Some(Rank::Anyone),
            _ => None,
        }
    }

    /// Whether there is a place, if need be by taking it from one who gives way.
    fn makes_room(&mut self, room: Room, rank: Option<Rank>, network: Network) -> bool {
        let most = match room {
            Room::Audience => self.audience,
            Room::Stages => STAGES,
            Room::Desks => DESKS,
            Room::Told => TOLD_AT_ONCE,
        };
        let taken = &mut self.rooms[room as usize];
        let anyones = room == Room::Stages && rank.is_some();
        if anyones && taken.give_way.len() >= STAGES_OF_ANYONE {
            let oldest = taken.oldest_of_the_largest(network);
            return taken.evict(oldest);
        }
        if taken.all < most {
            return true;
        }
        let first = taken.give_way.keys().next().copied();
        // Nobody gives way to one who would have to give way as soon.
        let gives = first.filter(|(held, _)| rank.is_none_or(|rank| *held < rank));
        taken.evict(gives)
    }

    fn give(&mut self, places: &Places, room: Room, rank: Option<Rank>, comes: Comes) -> Place {
        self.next += 1;
        let order = rank.map(|rank| (rank, self.next));
        let given_away = CancellationToken::new();
        let taken = &mut self.rooms[room as usize];
        taken.all += 1;
        if let Some(order) = order {
            let held = (comes.network, given_away.clone());
            taken.give_way.insert(order, held);
        }
        let voter = comes.voter.filter(|_| room == Room::Audience);
        if let Some(voter) = voter {
            *self.voters.entry(voter).or_default() += 1;
        }
        Place {
            places: places.clone(),
            room,
            voter,
            order,
            given_away,
            full: room == Room::Told,
        }
    }
}

impl Taken {
    /// Of the network with the most places, that of the newcomer where several have as many.
    fn oldest_of_the_largest(&self, newcomer: Network) -> Option<(Rank, u64)> {
        let mut counts: HashMap<Network, usize> = HashMap::new();
        for (network, _) in self.give_way.values() {
            *counts.entry(*network).or_default() += 1;
        }
        let largest = counts.into_iter();
        let (largest, _) = largest.max_by_key(|(network, n)| (*n, *network == newcomer))?;
        let mut held = self.give_way.iter();
        held.find(|(_, (network, _))| *network == largest)
            .map(|(order, _)| *order)
    }

    /// Counted out at once; that the seat is left takes a moment longer.
    fn evict(&mut self, order: Option<(Rank, u64)>) -> bool {
        let Some((_, given_away)) = order.and_then(|order| self.give_way.remove(&order)) else {
            return false;
        };
        self.all -= 1;
        given_away.cancel();
        true
    }
}

impl Place {
    /// There is none: it is held long enough to say so.
    pub fn is_full(&self) -> bool {
        self.full
    }

    /// Cancelled once it is left, or given to another; none: it is never given away.
    pub fn given_away(&self) -> Option<CancellationToken> {
        self.order.map(|_| self.given_away.clone())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inner = lock(&self.places.0);
        if let Some(voter) = self.voter
            && let Some(held) = inner.voters.get_mut(&voter)
        {
            *held -= 1;
            if *held == 0 {
                inner.voters.remove(&voter);
            }
        }
        let taken = &mut inner.rooms[self.room as usize];
        let was_held = self
            .order
            .is_none_or(|order| taken.give_way.remove(&order).is_some());
        taken.all -= usize::from(was_held);
        drop(inner);
        self.given_away.cancel();
    }
}

/// No code can panic while it holds this lock, so a poisoned one is as good as a sound one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comes(role: Role, voter: Option<u8>, known: bool, network: u8) -> Comes {
        Comes {
            role,
            voter: voter.map(|n| VoterId([n; 16])),
            known,
            network: Network::of([192, 0, 2, network].into()),
        }
    }

    fn is_lost(place: &Place) -> bool {
        place.given_away.is_cancelled()
    }

    #[test]
    fn a_phone_takes_the_place_of_what_proved_nothing() {
        let places = Places::new(3);
        let phone = |n| {
            places
                .take(comes(Role::Audience, Some(n), false, 1))
                .unwrap()
        };
        let without = || places.take(comes(Role::Audience, None, false, 2)).unwrap();
        let (first, second) = (without(), without());
        let one = phone(1);
        assert!(
            without().is_full(),
            "nobody gives way to one more without a cookie"
        );
        let tab = phone(1);
        assert_eq!([is_lost(&first), is_lost(&second)], [true, false]);
        let _two = phone(2);
        assert!(is_lost(&second) && !is_lost(&tab));
        let three = phone(3);
        assert!(is_lost(&tab) && !is_lost(&one));
        assert!(phone(4).is_full(), "phones keep their places");
        drop((first, second, tab));
        assert!(
            phone(4).is_full(),
            "what was given away is not free once more"
        );
        drop(three);
        assert!(!phone(4).is_full());
    }

    #[test]
    fn no_flood_keeps_a_stage_out() {
        let places = Places::new(3);
        let stage = |known, network| {
            places
                .take(comes(Role::Stage, None, known, network))
                .unwrap()
        };
        let hosts: Vec<_> = (0..20).map(|_| stage(true, 9)).collect();
        let other = stage(false, 3);
        let flood: Vec<_> = (0..400).map(|_| stage(false, 2)).collect();
        assert!(flood.iter().all(|place| !place.is_full()));
        assert_eq!(flood.iter().filter(|place| !is_lost(place)).count(), 191);
        assert!(!is_lost(&other), "of another network");
        let late = stage(false, 4);
        assert!(!late.is_full() && !is_lost(&late));
        let more: Vec<_> = (0..100).map(|_| stage(true, 9)).collect();
        assert!(
            hosts
                .iter()
                .chain(&more)
                .all(|place| !place.is_full() && !is_lost(place))
        );
    }
}
