//! The host during a storm.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::bail;
use serde_json::Value;

use super::figures::micros;
use super::house::Host;

/// Between two looks.
const LOOKS_EVERY: Duration = Duration::from_millis(100);

/// The host, who looks at the session all the time and changes it once.
pub struct Probe {
    /// The revision after the change; 0 until it was made. The highest bit: end.
    shared: Arc<AtomicU64>,
    thread: std::thread::JoinHandle<Seen>,
}

#[derive(Default)]
pub struct Seen {
    /// µs of each look that was answered.
    pub took: Vec<u32>,
    pub unanswered: u64,
}

const END: u64 = 1 << 63;

impl Probe {
    pub fn start(host: Host, edit: Value) -> Self {
        let shared = Arc::new(AtomicU64::new(0));
        let told = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let mut seen = Seen::default();
            while told.load(Ordering::Relaxed) & END == 0 {
                let began = Instant::now();
                let looked = if told.load(Ordering::Relaxed) == 0 {
                    host.does(&edit)
                } else {
                    host.state()
                };
                match looked {
                    Ok(state) => {
                        seen.took.push(micros(began.elapsed()));
                        if let Some(rev) = state["rev"].as_u64() {
                            told.fetch_or(rev, Ordering::Relaxed);
                        }
                    }
                    Err(_) => seen.unanswered += 1,
                }
                std::thread::sleep(LOOKS_EVERY.saturating_sub(began.elapsed()));
            }
            seen
        });
        Self { shared, thread }
    }

    pub fn revision(&self) -> Option<u32> {
        match self.shared.load(Ordering::Relaxed) & !END {
            0 => None,
            rev => u32::try_from(rev).ok(),
        }
    }

    pub fn ends(self) -> anyhow::Result<Seen> {
        self.shared.fetch_or(END, Ordering::Relaxed);
        match self.thread.join() {
            Ok(seen) => Ok(seen),
            Err(_) => bail!("the host's thread ended"),
        }
    }
}
