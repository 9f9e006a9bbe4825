//! Connections and what they are doing, so that those who only hold a place give it to those who come.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;

/// A moment in the order of moments: the longest idle has the lowest.
type Moment = u64;

#[derive(Default)]
struct List {
    next: Moment,
    cuts: HashMap<u64, CancellationToken>,
    /// Who is between two requests or still sends one, by when that began.
    idle: BTreeMap<Moment, u64>,
}

/// All connections; cheap to clone.
#[derive(Clone)]
pub struct Visits {
    list: Arc<Mutex<List>>,
    most: usize,
}

/// One connection. Leaving is dropping it.
pub struct Visit {
    list: Arc<Mutex<List>>,
    id: u64,
    idle_since: Mutex<Option<Moment>>,
    /// Its place was given away.
    pub cut: CancellationToken,
}

impl Visits {
    pub fn new(most: usize) -> Self {
        Self {
            list: Arc::default(),
            most,
        }
    }

    /// A place for a connection. Where all are taken, the one that has been idle the longest gives up its own; none:
    /// every connection has a request that is being answered.
    pub fn enter(&self) -> Option<Visit> {
        let mut list = lock(&self.list);
        if list.cuts.len() >= self.most {
            let (_, longest) = list.idle.pop_first()?;
            if let Some(cut) = list.cuts.remove(&longest) {
                cut.cancel();
            }
        }
        let (id, cut) = (list.moment(), CancellationToken::new());
        list.cuts.insert(id, cut.clone());
        list.idle.insert(id, id);
        Some(Visit {
            list: Arc::clone(&self.list),
            id,
            idle_since: Mutex::new(Some(id)),
            cut,
        })
    }
}

impl List {
    fn moment(&mut self) -> Moment {
        self.next += 1;
        self.next
    }
}

impl Visit {
    /// A request is there, all of it, and is being answered.
    pub fn is_busy(&self) {
        let since = lock(&self.idle_since).take();
        if let Some(since) = since {
            lock(&self.list).idle.remove(&since);
        }
    }

    /// It was answered, or what it asks with is still on its way.
    pub fn is_idle(&self) {
        let mut list = lock(&self.list);
        if let Some(before) = lock(&self.idle_since).take() {
            list.idle.remove(&before);
        }
        // One whose place was given away holds none any more.
        let now = list.cuts.contains_key(&self.id).then(|| {
            let now = list.moment();
            list.idle.insert(now, self.id);
            now
        });
        drop(list);
        *lock(&self.idle_since) = now;
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.is_busy();
        lock(&self.list).cuts.remove(&self.id);
    }
}

/// No code can panic while it holds these locks, so a poisoned one is as good as a sound one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_idle_gives_way_and_the_busy_stay() {
        let visits = Visits::new(3);
        let all: Vec<_> = (0..3).map(|_| visits.enter().unwrap()).collect();
        // The first is at work, the second was until just now: the third has been idle the longest.
        all[0].is_busy();
        all[1].is_busy();
        all[1].is_idle();
        let fourth = visits.enter().unwrap();
        let cut: Vec<_> = all.iter().map(|visit| visit.cut.is_cancelled()).collect();
        assert_eq!(cut, [false, false, true]);
        // One that was cut takes no place by what it does afterwards.
        all[2].is_idle();
        all[1].is_busy();
        // Idle once more without having been busy: it waits from now on, and once.
        fourth.is_idle();
        fourth.is_busy();
        assert!(visits.enter().is_none(), "all are busy");
        drop(all);
        assert!(visits.enter().is_some());
    }
}
