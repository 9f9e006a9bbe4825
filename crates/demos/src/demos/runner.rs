//! A running demo: one thread of its own and one pool for its numerics, both behind everything else, so that a vote
//! never waits for it. It hands its sheet in ten times a second at most and never waits for it to be taken: what was
//! not taken is kept on the sheet and tried again. Once it is done it stays, to be looked into, until it is let go.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use rayon::ThreadPool;

use super::inspect::{Inspect, Inspected, NoLook};
use super::own_data::located;
use super::playback::{Pace, Playback};
use super::recording::Recording;
use super::sheet::{Ended, Sheet};
use super::{Demo, Idle, Step, build};
use salon_core::domain::demo::{DemoKind, Settings};

const HAND_IN_EVERY: Duration = Duration::from_millis(100);
const TRY_AGAIN_AFTER: Duration = Duration::from_millis(20);
/// Looks that may wait; past it whoever asks is told to try again.
const LOOKS_MAX: usize = 32;
/// Time for looks between two slices, so that many who look do not stop the training.
const LOOKS_FOR: Duration = Duration::from_millis(15);

/// Takes what a look has found.
pub type Answer = Box<dyn FnOnce(Result<Inspected, NoLook>) + Send>;

enum Order {
    Turn(Settings),
    Pause,
    Resume,
    Inspect(Inspect, Answer),
}

/// What is to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    pub kind: DemoKind,
    /// Goes into its pictures.
    pub number: u32,
    pub settings: Settings,
    /// `auto`, `cpu`, `cuda:N` or `metal`.
    pub device: String,
    /// Where the run is kept once it is done; none if it is not to be.
    pub keep_in: Option<PathBuf>,
    /// Where folders with data of one's own are; none if there are none.
    pub data_in: Option<PathBuf>,
    /// The recording to play in place of a live run.
    pub play: Option<(PathBuf, Pace)>,
}

impl Start {
    /// A live run that is not kept.
    pub fn live(kind: DemoKind, settings: Settings) -> Self {
        Self {
            kind,
            number: 0,
            settings,
            device: "cpu".to_string(),
            keep_in: None,
            data_in: None,
            play: None,
        }
    }
}

/// A demo that runs. Dropping it stops it after the slice that it is in.
pub struct Runner {
    orders: Sender<Order>,
    looks: Arc<AtomicUsize>,
}

impl Runner {
    /// Starts a demo. `hand_in` takes a sheet, or gives it back where it cannot be taken just now.
    ///
    /// # Errors
    /// If the system has no thread to give.
    pub fn start(
        start: Start,
        hand_in: impl FnMut(Box<Sheet>) -> Result<(), Box<Sheet>> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (orders, given) = channel();
        let looks = Arc::new(AtomicUsize::new(0));
        let waiting = Arc::clone(&looks);
        std::thread::Builder::new()
            .name("demo".to_string())
            .spawn(move || {
                step_back();
                Running {
                    given,
                    looks: waiting,
                    hand_in,
                    sheet: Box::default(),
                    handed_in_at: None,
                    going: Going::On,
                    recording: Recording::new(start.kind, start.settings.clone()),
                    start,
                }
                .run();
            })?;
        Ok(Self { orders, looks })
    }

    // A demo that has failed takes no orders any more.
    pub fn turn(&self, settings: Settings) {
        let _ = self.orders.send(Order::Turn(settings));
    }

    pub fn pause(&self) {
        let _ = self.orders.send(Order::Pause);
    }

    pub fn resume(&self) {
        let _ = self.orders.send(Order::Resume);
    }

    /// Looks into it; the answer comes between two slices. What cannot be asked just now is answered at once.
    pub fn inspect(&self, what: Inspect, answer: Answer) {
        if self.looks.fetch_add(1, Ordering::Relaxed) >= LOOKS_MAX {
            self.looks.fetch_sub(1, Ordering::Relaxed);
            answer(Err(NoLook::Busy));
            return;
        }
        if let Err(back) = self.orders.send(Order::Inspect(what, answer)) {
            self.looks.fetch_sub(1, Ordering::Relaxed);
            if let Order::Inspect(_, answer) = back.0 {
                answer(Err(NoLook::Gone));
            }
        }
    }
}

/// How far a demo steps back. A vote takes the processor from it at once; a browser that draws the stage on the same
/// machine must not starve it, as it would at 19.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Lets everything else go first. Only Linux has a nice value for each thread.
pub(super) fn step_back() {
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
    looks: Arc<AtomicUsize>,
    hand_in: F,
    sheet: Box<Sheet>,
    handed_in_at: Option<Instant>,
    going: Going,
    recording: Recording,
    start: Start,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Going {
    On,
    Paused,
    Done,
}

impl<F: FnMut(Box<Sheet>) -> Result<(), Box<Sheet>>> Running<F> {
    fn run(mut self) {
        let worked = catch_unwind(AssertUnwindSafe(|| self.work()));
        let broke = |_| Err("it broke; the program's log says where".to_string());
        let Err(failed) = worked.unwrap_or_else(broke) else {
            return;
        };
        tracing::info!(%failed, "a demo has ended");
        self.sheet.ended = Some(Ended {
            failed,
            ..Ended::default()
        });
        // The end must be told, however long it takes; unless nobody wants to know any more.
        while !self.offer(true) && !self.is_let_go() {
            std::thread::sleep(TRY_AGAIN_AFTER);
        }
    }

    /// Whether nobody holds the [`Runner`] any more.
    fn is_let_go(&self) -> bool {
        matches!(self.given.try_recv(), Err(TryRecvError::Disconnected))
    }

    /// Until nobody holds the [`Runner`] any more.
    fn work(&mut self) -> Result<(), String> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads())
            .thread_name(|n| format!("demo-{n}"))
            .start_handler(|_| step_back())
            .build()
            .map_err(|error| format!("the system has no threads for it: {error}"))?;
        let Start {
            kind,
            settings,
            device,
            play,
            data_in,
            ..
        } = &self.start;
        let mut demo: Box<dyn Demo> = match play {
            Some((folder, pace)) => Box::new(Playback::open(folder.clone(), *pace, device)?),
            None => {
                let located = located(settings, data_in.as_deref())?;
                let built = pool.install(|| build(*kind, &located.settings, device));
                built.map_err(|why| located.told(&why))?
            }
        };
        while self.follow_orders(&pool, demo.as_mut()) {
            if self.going == Going::On {
                let began = Instant::now();
                let sheet = &mut self.sheet;
                let step = pool.install(|| demo.step(sheet))?;
                let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                self.recording.took_ms = self.recording.took_ms.saturating_add(took);
                if step == Step::Done {
                    self.going = Going::Done;
                    self.keep(demo.as_ref());
                }
                self.offer(false);
                continue;
            }
            let sheet = &mut self.sheet;
            let idle = pool.install(|| demo.idle(sheet))?;
            let told = self.offer(true);
            let order = match idle {
                Idle::Nothing if told => self
                    .given
                    .recv()
                    .map_err(|_| RecvTimeoutError::Disconnected),
                _ => self.given.recv_timeout(TRY_AGAIN_AFTER),
            };
            match order {
                Ok(order) => self.follow(order, &pool, demo.as_mut()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Ok(())
    }

    /// What was ordered meanwhile, as far as it does not hold the work up. False: it is to stop.
    fn follow_orders(&mut self, pool: &ThreadPool, demo: &mut dyn Demo) -> bool {
        let began = Instant::now();
        while began.elapsed() < LOOKS_FOR {
            match self.given.try_recv() {
                Ok(order) => self.follow(order, pool, demo),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
        true
    }

    fn follow(&mut self, order: Order, pool: &ThreadPool, demo: &mut dyn Demo) {
        match (order, self.going) {
            (Order::Turn(settings), _) => {
                demo.turn(&settings);
                self.recording.settings.extend(settings);
            }
            (Order::Inspect(what, answer), _) => {
                self.looks.fetch_sub(1, Ordering::Relaxed);
                answer(pool.install(|| demo.inspect(&what)).map_err(NoLook::Cannot));
            }
            (Order::Pause, Going::On) => self.going = Going::Paused,
            (Order::Resume, Going::Paused) => self.going = Going::On,
            (Order::Pause | Order::Resume, _) => {}
        }
    }

    /// Keeps a live run that went well; one that cannot be kept has run all the same.
    fn keep(&mut self, demo: &dyn Demo) {
        let Some(folder) = self.start.keep_in.clone() else {
            return;
        };
        let mut recording = self.recording.clone();
        recording.take(&self.sheet);
        match recording.save(&folder, |folder| demo.keep(folder)) {
            Ok(()) => {
                if let Some(ended) = &mut self.sheet.ended {
                    ended.recorded = true;
                }
            }
            Err(error) => tracing::error!(%error, "a run was not kept"),
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
        let number = self.start.number;
        let mut sheet = std::mem::take(&mut self.sheet);
        *self.sheet = sheet.next();
        sheet.picture = sheet.picture.map(|shot| shot.of_run(number));
        sheet.film = sheet.film.map(|film| film.of_run(number));
        let noted = self.start.keep_in.is_some() && self.going != Going::Done;
        let note = noted.then(|| sheet.clone());
        match (self.hand_in)(sheet) {
            Ok(()) => {
                self.handed_in_at = Some(Instant::now());
                if let Some(note) = note {
                    self.recording.take(&note);
                }
                true
            }
            Err(sheet) => {
                self.sheet = sheet;
                false
            }
        }
    }
}
