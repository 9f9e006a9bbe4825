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
            (Some(one), Some(two)) => [one, two]
                .into_iter()
                .chain(news)
                .flatten()
                .copied()
                .collect(),
        }
    }

    pub fn enter(&mut self, line: usize) -> usize {
        self.members.push(line);
        self.members.len() - 1
    }

    /// Leaves the place; whoever has it now, if anyone.
    pub fn leave(&mut self, place: usize) -> Option<usize> {
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
