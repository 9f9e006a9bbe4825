//! What a phone's page does where lines break, as `static/js/audience.js` does it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Instant;

use serde::Deserialize;

use super::word;
use crate::protocol::Answer;
use crate::rehearse::line::back_off;

/// Phones without a line, each with the moment of its next try.
pub struct Away {
    due: BinaryHeap<Reverse<(Instant, usize)>>,
    /// Tries in a row, of each phone.
    tries: Vec<u32>,
}

impl Away {
    pub fn new(people: usize) -> Self {
        Self {
            due: BinaryHeap::new(),
            tries: vec![0; people],
        }
    }

    pub fn is_lost(&mut self, n: usize) {
        let wait = back_off(self.tries[n], None, rand::random());
        self.due.push(Reverse((Instant::now() + wait, n)));
        self.tries[n] += 1;
    }

    pub fn is_back(&mut self, n: usize) {
        self.tries[n] = 0;
    }

    /// One whose wait is over.
    pub fn due(&mut self) -> Option<usize> {
        let Reverse((at, _)) = self.due.peek()?;
        (*at <= Instant::now())
            .then(|| self.due.pop())?
            .map(|Reverse((_, n))| n)
    }
}

/// What a phone's page remembers.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The first message was heard on this line.
    pub online: bool,
    pub dialled: Option<Instant>,
    /// The revision that is held in full, as `have`.
    pub held: Option<u32>,
    /// The newest one that was heard of, and when.
    pub newest: u32,
    pub rose: Option<Instant>,
    pub seq: u32,
    /// The vote that waits for its answer.
    pub pending: Option<u16>,
    pub acknowledged: Option<u16>,
    /// What it was shown of polls and of its own ballot, not looked at yet: that takes time which is being measured.
    shown: Vec<Shown>,
    /// Where the poll is that the host changes meanwhile, as the page has it.
    pub phase: Option<String>,
}

#[derive(Debug, Clone)]
struct Shown {
    text: Vec<u8>,
    /// The picks of which one must be there as its own: a vote whose answer was lost with the line may be counted, or not be
    /// there yet.
    own: [Option<u16>; 2],
}

/// What a message was, as far as the storm minds.
pub enum Said {
    /// The first one on this line.
    Came,
    Heard,
    Refused,
    Other,
}

/// The poll that is voted in, and the one that the host changes.
const VOTED: &str = "hidden";
const CHANGED: &str = "burst";

#[derive(Deserialize)]
struct Words {
    #[serde(default)]
    polls: Vec<PollShown>,
    poll: Option<PollShown>,
    ballots: Option<Vec<BallotShown>>,
}

#[derive(Deserialize)]
struct PollShown {
    id: String,
    phase: String,
}

#[derive(Deserialize)]
struct BallotShown {
    poll: String,
    answer: Option<Answer>,
}

impl Page {
    pub fn hear(&mut self, text: &[u8]) -> Said {
        let Some(word) = word(text) else {
            return Said::Other;
        };
        let came = !self.online;
        if came {
            self.online = true;
            self.rose = Some(Instant::now());
        }
        if let Some(rev) = word.rev.filter(|rev| *rev > self.newest) {
            self.newest = rev;
            self.rose = Some(Instant::now());
        }
        match word.kind {
            "snapshot" | "resumed" => {
                self.held = word.rev;
                self.is_shown(text);
            }
            "poll" => {
                self.held = None;
                self.is_shown(text);
            }
            // As in audience.js: its siblings of the same turn may be lost with the line.
            "session" | "poll_gone" => self.held = None,
            "heard" | "refused" if word.ask == Some(self.seq) => {
                let Some(pick) = self.pending.take() else {
                    return Said::Other;
                };
                if word.kind == "refused" {
                    return Said::Refused;
                }
                self.acknowledged = Some(pick);
                return Said::Heard;
            }
            _ => {}
        }
        if came { Said::Came } else { Said::Other }
    }

    fn is_shown(&mut self, text: &[u8]) {
        self.shown.push(Shown {
            text: text.to_vec(),
            own: [self.acknowledged, self.pending.or(self.acknowledged)],
        });
    }

    /// Looks at what it was shown since the last time: whether its own ballot was there, each time that ballots were.
    pub fn looks(&mut self) -> serde_json::Result<bool> {
        let mut own = Vec::new();
        for shown in self.shown.drain(..) {
            let words: Words = serde_json::from_slice(&shown.text)?;
            let mut polls = words.polls.into_iter().chain(words.poll);
            if let Some(poll) = polls.find(|poll| poll.id == CHANGED) {
                self.phase = Some(poll.phase);
            }
            let Some(ballots) = words.ballots else {
                continue;
            };
            let mine = ballots.into_iter().find(|ballot| ballot.poll == VOTED);
            let picks = mine.and_then(|ballot| ballot.answer);
            let picks = picks.map(|answer| answer.picks);
            let may_be = shown.own.map(|pick| pick.map(|pick| vec![pick]));
            own.push(may_be.contains(&picks));
        }
        Ok(!own.is_empty() && !own.contains(&false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SNAPSHOT: &[u8] = br#"{"type":"snapshot","rev":4,"polls":[{"id":"burst","phase":"open"}],
        "ballots":[{"poll":"hidden","answer":{"picks":[2]}}]}"#;

    #[test]
    fn a_page_holds_a_revision_only_in_full() {
        let mut page = Page::default();
        let said = page.hear(br#"{"type":"snapshot","rev":4,"polls":[],"ballots":[]}"#);
        assert!(matches!(said, Said::Came));
        assert_eq!((page.held, page.newest), (Some(4), 4));
        page.hear(br#"{"type":"poll","rev":5,"poll":{"id":"burst","phase":"closed"}}"#);
        assert_eq!((page.held, page.newest), (None, 5));
        (page.seq, page.pending) = (7, Some(2));
        page.hear(br#"{"type":"heard","ask":6}"#);
        assert_eq!(page.acknowledged, None);
        page.hear(br#"{"type":"heard","ask":7}"#);
        assert_eq!((page.acknowledged, page.pending), (Some(2), None));
        assert!(page.looks().unwrap());
        assert_eq!(page.phase.as_deref(), Some("closed"));
        // Since then it was shown nothing.
        assert!(!page.looks().unwrap());
    }

    #[test]
    fn a_page_knows_its_own_ballot_again() {
        let page = |acknowledged, pending| Page {
            acknowledged,
            pending,
            ..Page::default()
        };
        let is_right = |mut page: Page| {
            page.hear(SNAPSHOT);
            page.looks().unwrap()
        };
        assert!(is_right(page(Some(2), None)));
        assert!(is_right(page(Some(1), Some(2))), "counted, its answer lost");
        assert!(is_right(page(Some(2), Some(1))), "not there yet");
        assert!(!is_right(page(Some(1), None)));
        assert!(!is_right(page(Some(1), Some(3))));
        assert!(!is_right(page(None, None)), "it has not voted");
        let mut lost = page(Some(2), None);
        lost.hear(br#"{"type":"resumed","rev":4,"ballots":[]}"#);
        assert!(!lost.looks().unwrap());
    }

    #[test]
    fn who_is_lost_tries_again_at_its_own_time() {
        let mut away = Away::new(3);
        (0..3).for_each(|n| away.is_lost(n));
        assert_eq!(away.due(), None);
        std::thread::sleep(std::time::Duration::from_millis(1_600));
        let mut back: Vec<usize> = std::iter::from_fn(|| away.due()).collect();
        back.sort_unstable();
        assert_eq!(back, [0, 1, 2]);
    }
}
