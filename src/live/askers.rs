//! Who is behind the names in questions and chat.

use std::collections::{HashMap, HashSet};

use super::gallery::Gallery;
use crate::ids::{AskerKey, VoterId};

/// Who is behind the names in questions and chat, of those who are here; never on disk.
#[derive(Default)]
pub(super) struct Askers {
    voters: HashMap<AskerKey, VoterId>,
    /// Those who left are forgotten once there are so many.
    tidy_at: usize,
}

impl Askers {
    pub fn note(&mut self, asker: AskerKey, voter: VoterId, gallery: &Gallery) {
        if self.voters.len() >= self.tidy_at {
            let here: HashSet<VoterId> = gallery.voters().into_iter().collect();
            self.voters.retain(|_, voter| here.contains(voter));
            self.tidy_at = (self.voters.len() * 2).max(1_000);
        }
        self.voters.insert(asker, voter);
    }

    pub fn voter(&self, asker: AskerKey) -> Option<VoterId> {
        self.voters.get(&asker).copied()
    }
}
