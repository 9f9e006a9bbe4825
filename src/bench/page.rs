//! What a phone's page does where lines break, as `static/js/socket.js` and `session.js` do it.

use std::time::{Duration, Instant};

use super::word;

/// How long a phone waits before its n-th try in a row, from 0: `retryDelay` of socket.js, in seconds; `random` is from 0 to 1.
pub fn retry_delay(tries: u32, random: f64) -> Duration {
    const MIN: f64 = 0.5;
    const MAX: f64 = 15.0;
    let seconds = match tries {
        0 => random,
        n => MIN + random * (MAX.min(f64::from(2_u32.saturating_pow(n))) - MIN),
    };
    Duration::from_secs_f64(seconds)
}

/// What a phone's page remembers.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The first message was heard on this line.
    pub online: bool,
    pub dialled: Option<Instant>,
    pub tries: u32,
    /// The revision that is held in full, as `have`.
    pub held: Option<u32>,
    /// The newest one that was heard of, and when.
    pub newest: u32,
    pub rose: Option<Instant>,
    pub seq: u32,
    /// The vote that waits for its answer.
    pub pending: Option<u16>,
    pub acknowledged: Option<u16>,
}

/// What a message was, as far as the storm minds.
pub enum Said {
    /// The first one on this line.
    Came,
    Heard,
    Refused,
    Other,
}

impl Page {
    pub fn hear(&mut self, text: &[u8]) -> Said {
        let Some(word) = word(text) else {
            return Said::Other;
        };
        let came = !self.online;
        if came {
            self.online = true;
            self.tries = 0;
            self.rose = Some(Instant::now());
        }
        if let Some(rev) = word.rev.filter(|rev| *rev > self.newest) {
            self.newest = rev;
            self.rose = Some(Instant::now());
        }
        match word.kind {
            "snapshot" | "resumed" => self.held = word.rev,
            // As in session.js: its siblings of the same turn may be lost with the line.
            "session" | "poll" | "poll_gone" => self.held = None,
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_wait_as_socket_js_does() {
        let ms = |tries, random| retry_delay(tries, random).as_millis();
        assert_eq!([ms(0, 0.0), ms(0, 1.0)], [0, 1_000]);
        assert_eq!([ms(1, 0.0), ms(1, 1.0)], [500, 2_000]);
        assert_eq!([ms(3, 0.5), ms(3, 1.0)], [4_250, 8_000]);
        assert_eq!([ms(40, 0.0), ms(40, 1.0)], [500, 15_000]);
    }

    #[test]
    fn a_page_holds_a_revision_only_in_full() {
        let mut page = Page::default();
        let said = page.hear(br#"{"type":"snapshot","rev":4,"polls":[]}"#);
        assert!(matches!(said, Said::Came));
        assert_eq!((page.held, page.newest), (Some(4), 4));
        page.hear(br#"{"type":"poll","rev":5,"poll":{}}"#);
        assert_eq!((page.held, page.newest), (None, 5));
        (page.seq, page.pending) = (7, Some(2));
        page.hear(br#"{"type":"heard","ask":6}"#);
        assert_eq!(page.acknowledged, None);
        page.hear(br#"{"type":"heard","ask":7}"#);
        assert_eq!((page.acknowledged, page.pending), (Some(2), None));
    }
}
