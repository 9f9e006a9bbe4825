//! Those who are shown the same, and what that is, as bytes for the wire.

use tokio_tungstenite::tungstenite::Bytes;

use super::frame::wire;
use super::{Board, Closing};

#[derive(Default)]
pub struct Crowd {
    /// Places of its lines.
    pub members: Vec<usize>,
    pub version: u64,
    /// Each frame with the version that it came with, oldest first.
    frames: Vec<(u64, Bytes)>,
    /// What came with the last board, in one piece, for those who have seen all before it.
    step: (u64, Bytes),
    /// How many members have to be visited yet, and where to go on.
    pub left: usize,
    pub at: usize,
    /// Its lines were closed; so is every line that comes.
    pub dismissed: Option<Closing>,
}

impl Crowd {
    /// Takes a newer board; every member has to be visited from now on.
    pub fn show(&mut self, board: Board) {
        // Boards may overtake each other on their way here. One of the same version has had something taken down.
        if board.version < self.version {
            return;
        }
        let newer = board.version > self.version;
        let known = std::mem::take(&mut self.frames);
        let mut known = known.into_iter().peekable();
        for (version, message) in board.frames {
            while known.next_if(|known| known.0 < version).is_some() {}
            let same = known.next_if(|known| known.0 == version);
            let bytes = same.map_or_else(|| wire(&message), |known| known.1);
            self.frames.push((version, bytes));
        }
        let from = if newer { self.version } else { self.step.0 };
        self.step = (from, self.since(from));
        self.version = board.version;
        self.left = self.members.len();
    }

    /// What one who has seen `seen` has not been shown.
    pub fn news(&self, seen: u64) -> Bytes {
        if seen == self.step.0 {
            self.step.1.clone()
        } else {
            self.since(seen)
        }
    }

    fn since(&self, seen: u64) -> Bytes {
        let news = self.frames.iter().filter(|frame| frame.0 > seen);
        let mut news = news.map(|frame| &frame.1);
        match (news.next(), news.next()) {
            (None, _) => Bytes::new(),
            (Some(one), None) => one.clone(),
            (Some(one), Some(two)) => {
                let all: Vec<&[u8]> = [one, two].into_iter().chain(news).map(|x| &**x).collect();
                all.concat().into()
            }
        }
    }

    pub fn enter(&mut self, line: usize) -> usize {
        self.members.push(line);
        if self.left > 0 {
            // The next to be shown are taken in a ring of places: a new place lies on their way, so there is one more to pass.
            self.left += 1;
        }
        self.members.len() - 1
    }

    /// Leaves the place; whoever has it now, if anyone.
    pub fn leave(&mut self, place: usize) -> Option<usize> {
        if place >= self.members.len() {
            return None;
        }
        self.members.swap_remove(place);
        if self.left > 0 {
            // Who has moved may have been passed by. Those who have seen all cost no more than a look.
            self.left = self.members.len();
        }
        self.members.get(place).copied()
    }

    /// The next who has to be visited.
    pub fn next(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        if self.at >= self.members.len() {
            self.at = 0;
        }
        let line = self.members.get(self.at).copied();
        self.at += 1;
        line
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::Message;

    use super::*;

    #[derive(Debug, Clone)]
    enum Step {
        Show,
        Enter,
        Leave(usize),
        Visit(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            1 => Just(Step::Show),
            3 => Just(Step::Enter),
            2 => any::<usize>().prop_map(Step::Leave),
            4 => (0..6_usize).prop_map(Step::Visit),
        ]
    }

    proptest! {
        /// Lines come and go while a board goes round: once it has gone round, all have been visited.
        #[test]
        fn nobody_is_passed_by(steps in prop::collection::vec(step(), 1..200)) {
            let mut crowd = Crowd::default();
            let mut places = std::collections::HashMap::new();
            let (mut unvisited, mut version, mut next) = (HashSet::new(), 0, 0);
            let visit = |crowd: &mut Crowd, unvisited: &mut HashSet<usize>| {
                let line = crowd.next();
                if let Some(line) = line {
                    unvisited.remove(&line);
                }
                line.is_some()
            };
            for step in steps {
                match step {
                    Step::Show => {
                        version += 1;
                        let frames = vec![(version, Message::text("shown"))];
                        crowd.show(Board { version, frames });
                        unvisited = crowd.members.iter().copied().collect();
                    }
                    Step::Enter => {
                        places.insert(next, crowd.enter(next));
                        next += 1;
                    }
                    Step::Leave(which) if !crowd.members.is_empty() => {
                        let line = crowd.members[which % crowd.members.len()];
                        let place = places.remove(&line).unwrap();
                        if let Some(moved) = crowd.leave(place) {
                            places.insert(moved, place);
                        }
                        unvisited.remove(&line);
                    }
                    Step::Leave(_) => {}
                    Step::Visit(times) => {
                        for _ in 0..times {
                            visit(&mut crowd, &mut unvisited);
                        }
                    }
                }
                for (place, line) in crowd.members.iter().enumerate() {
                    prop_assert_eq!(places[line], place);
                }
            }
            while visit(&mut crowd, &mut unvisited) {}
            prop_assert!(unvisited.is_empty(), "{unvisited:?} of {:?}", crowd.members);
        }
    }
}
