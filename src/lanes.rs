//! Two lanes for the program's work. What a vote needs (its socket's messages, the session's owner, the host's desks) runs
//! on the runtime that the program begins with. What strangers may ask for (pages, joins, searches, computing) runs on a
//! second one: it has all processors but one, and steps back where both want the same. So whatever is asked of the second,
//! the first waits for it no longer than the system takes to switch.

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};

/// How far the second lane steps back behind the first, on Linux, where each thread has a nice value of its own. Less than
/// the demos do, which nobody waits for.
#[cfg(target_os = "linux")]
const NICE: i32 = 2;

/// Threads for what blocks; whoever uses them has a bound of its own.
const BLOCKING: usize = 16;

/// The second lane; it ends, without waiting, when this is dropped.
pub struct Visitors(Option<Runtime>);

/// All processors but one, where there are several.
pub fn processors_beside_one() -> usize {
    let all = std::thread::available_parallelism().map_or(1, usize::from);
    all.saturating_sub(1).max(1)
}

impl Visitors {
    /// # Errors
    /// If the system gives no threads.
    pub fn open() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(processors_beside_one())
            .max_blocking_threads(BLOCKING)
            .thread_name("salon-visitors")
            .on_thread_start(step_back)
            .enable_all()
            .build()?;
        Ok(Self(Some(runtime)))
    }

    /// Where its work is put; none once it has ended.
    pub fn handle(&self) -> Option<&Handle> {
        self.0.as_ref().map(Runtime::handle)
    }
}

impl Drop for Visitors {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn step_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "pages keep the priority of votes");
    }
}
