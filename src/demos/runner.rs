//! A running demo: one thread of its own and one pool for its numerics, both behind everything else, so that a vote
//! never waits for it. It hands its sheet in ten times a second at most and never waits for it to be taken: what was
//! not taken is kept on the sheet and tried again.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use super::sheet::{Ended, Sheet};
use super::{Step, build};
use crate::domain::demo::{DemoKind, Settings};

const HAND_IN_EVERY: Duration = Duration::from_millis(100);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(20);

enum Order {
    Turn(Settings),
    Pause,
    Resume,
}

/// A demo that runs. Dropping it stops it after the slice that it is in.
pub struct Runner {
    orders: Sender<Order>,
}

impl Runner {
    /// Starts a demo. `hand_in` takes a sheet, or gives it back where it cannot be taken just now.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(
        kind: DemoKind,
        settings: Settings,
        hand_in: impl FnMut(Box<Sheet>) -> Result<(), Box<Sheet>> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (orders, given) = channel();
        std::thread::Builder::new()
            .name("demo".to_string())
            .spawn(move || {
                step_back();
                Running {
                    given,
                    hand_in,
                    sheet: Box::default(),
                    handed_in_at: None,
                }
                .run(kind, &settings);
            })?;
        Ok(Self { orders })
    }

    // A demo that has come to its end takes no orders any more.
    pub fn turn(&self, settings: Settings) {
        let _ = self.orders.send(Order::Turn(settings));
    }

    pub fn pause(&self) {
        let _ = self.orders.send(Order::Pause);
    }

    pub fn resume(&self) {
        let _ = self.orders.send(Order::Resume);
    }
}

/// How far a demo steps back. A vote takes the processor from it at once; a browser that draws the stage on the same
/// machine must not starve it, as it would at 19.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Lets everything else go first. Only Linux has a nice value for each thread.
fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "the demo keeps its priority");
    }
}

/// All processors but one, where there are several: what has to be answered finds one that is free, and does not wait
/// for the system to take one from the demo (some milliseconds, whatever its priority).
fn threads() -> usize {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    all.saturating_sub(1).max(1)
}

struct Running<F> {
    given: Receiver<Order>,
    hand_in: F,
    sheet: Box<Sheet>,
    handed_in_at: Option<Instant>,
}

impl<F: FnMut(Box<Sheet>) -> Result<(), Box<Sheet>>> Running<F> {
    fn run(mut self, kind: DemoKind, settings: &Settings) {
        if let Err(failed) = self.work(kind, settings) {
            tracing::info!(%failed, "a demo has ended");
            self.sheet.ended = Some(Ended {
                failed,
                results: std::collections::BTreeMap::new(),
            });
        }
        // The end must be told, however long it takes; unless nobody wants to know any more.
        while !self.offer(true) && !self.is_let_go() {
            std::thread::sleep(TRY_AGAIN_AFTER);
        }
    }

    /// Whether nobody holds the [`Runner`] any more.
    fn is_let_go(&self) -> bool {
        matches!(self.given.try_recv(), Err(TryRecvError::Disconnected))
    }

    /// Until it is done, or nobody holds the [`Runner`] any more.
    fn work(&mut self, kind: DemoKind, settings: &Settings) -> Result<(), String> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads())
            .thread_name(|n| format!("demo-{n}"))
            .start_handler(|_| step_back())
            .build()
            .map_err(|error| format!("the system has no threads for it: {error}"))?;
        let mut demo = pool.install(|| build(kind, settings))?;
        loop {
            match self.orders() {
                None => return Ok(()),
                Some(turned) => turned.iter().for_each(|settings| demo.turn(settings)),
            }
            let sheet = &mut self.sheet;
            let step = pool.install(|| demo.step(sheet))?;
            if step == Step::Done {
                return Ok(());
            }
            self.offer(false);
        }
    }

    /// Knobs turned since; waits while it is to pause. None: it is to stop.
    fn orders(&mut self) -> Option<Vec<Settings>> {
        let mut turned = Vec::new();
        let mut paused = false;
        loop {
            let order = if paused {
                // Paused with something still to be told: until it is, look in between.
                if self.offer(true) {
                    self.given.recv().ok()?
                } else {
                    std::thread::sleep(TRY_AGAIN_AFTER);
                    match self.given.try_recv() {
                        Ok(order) => order,
                        Err(TryRecvError::Empty) => continue,
                        Err(TryRecvError::Disconnected) => return None,
                    }
                }
            } else {
                match self.given.try_recv() {
                    Ok(order) => order,
                    Err(TryRecvError::Empty) => return Some(turned),
                    Err(TryRecvError::Disconnected) => return None,
                }
            };
            match order {
                Order::Turn(settings) => turned.push(settings),
                Order::Pause => paused = true,
                Order::Resume => paused = false,
            }
        }
    }

    /// Hands the sheet in if it is time; true if nothing is left on it.
    fn offer(&mut self, at_once: bool) -> bool {
        let due = self
            .handed_in_at
            .is_none_or(|at| at.elapsed() >= HAND_IN_EVERY);
        if self.sheet.is_empty() {
            return true;
        }
        if !due && !at_once {
            return false;
        }
        let blank = Box::new(Sheet {
            names: self.sheet.names,
            classes: self.sheet.classes.clone(),
            steps: self.sheet.steps,
            ..Sheet::default()
        });
        match (self.hand_in)(std::mem::replace(&mut self.sheet, blank)) {
            Ok(()) => {
                self.handed_in_at = Some(Instant::now());
                true
            }
            Err(sheet) => {
                self.sheet = sheet;
                false
            }
        }
    }
}
