//! When a tally includes a vote.
//!
//! A tally says how many changes it counts (`version`), not which. A vote that was told heard is in every tally that
//! counts at least as many changes as all bots together had sent by then: so this is what is waited for. It errs
//! towards too late, by no more than the votes that were under way.

/// One poll, as all bots together know it.
#[derive(Debug, Default)]
pub struct Counted {
    pub question: String,
    /// Bots that were told heard at least once.
    pub voters: u32,
    /// Whether any bot saw the tally while the poll was open.
    pub shown: bool,
    /// Ballots sent by bots, a repeat with the same `seq` not counted.
    sent: u64,
    /// Of these, refused.
    refused: u64,
    /// Changes by others than the bots, as far as tallies told of them: at least so many.
    others: u64,
}

/// What a tally must have reached, see [`Counted::includes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark(u64);

impl Counted {
    pub fn sends(&mut self) {
        self.sent += 1;
    }

    pub fn refused(&mut self) {
        self.refused += 1;
    }

    /// A tally of this version was seen.
    pub fn sees(&mut self, version: u32) {
        let own = self.sent.saturating_sub(self.refused);
        self.others = self.others.max(u64::from(version).saturating_sub(own));
    }

    /// For a vote that was told heard just now.
    pub fn mark(&self) -> Mark {
        Mark(self.others + self.sent)
    }

    /// Whether a tally of this version surely has the vote of that mark. What was refused since never comes.
    pub fn includes(&self, version: u32, mark: Mark) -> bool {
        u64::from(version) + self.refused >= mark.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_includes_a_vote_once_it_counts_all_that_was_sent_by_then() {
        let mut poll = Counted::default();
        // Five ballots of an earlier evening, known from the first snapshot.
        poll.sees(5);
        poll.sends();
        let first = poll.mark();
        poll.sends();
        poll.sends();
        let third = poll.mark();
        assert!(!poll.includes(5, first));
        assert!(poll.includes(6, first) && !poll.includes(6, third));
        assert!(poll.includes(8, third));
        // One of those under way is refused: the count stays below for ever.
        poll.refused();
        assert!(poll.includes(7, third));
    }

    #[test]
    fn what_others_vote_meanwhile_is_learnt_from_the_tallies() {
        let mut poll = Counted::default();
        poll.sends();
        poll.sees(4);
        assert!(!poll.includes(3, poll.mark()));
        assert!(poll.includes(4, poll.mark()));
        // An older frame, read late, takes nothing back.
        poll.sees(2);
        assert!(!poll.includes(3, poll.mark()));
    }
}
