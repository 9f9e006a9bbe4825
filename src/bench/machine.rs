//! What the machine gives and what a process has taken of it: descriptors, cores, CPU time, memory.

use std::time::{Duration, Instant};

use anyhow::anyhow;
use rustix::time::ClockId;

use crate::machine::spent::{self, Used, used};
use crate::machine::{NoFiles, allow_files};

/// Descriptors beside the sockets: files, listeners, the database, standard streams.
const DESCRIPTORS_ASIDE: u64 = 200;

/// Raises the limit of open descriptors so that one process can hold this many sockets; a child inherits it.
pub fn allow_sockets(sockets: usize) -> anyhow::Result<()> {
    let needed = u64::try_from(sockets)? + DESCRIPTORS_ASIDE;
    allow_files(needed).map_err(|error| match error {
        NoFiles::AtMost(hard) => anyhow!(
            "{sockets} people need {needed} open files in one process and the limit is {hard}; raise it \
             (ulimit -Hn, LimitNOFILE=) or use --people {}",
            hard.saturating_sub(DESCRIPTORS_ASIDE)
        ),
        refused => anyhow!("{sockets} people need {needed} open files; {refused}"),
    })
}

/// Which core does what, so that neither side takes the other's time.
#[derive(Debug, Clone)]
pub struct Placing {
    server: Vec<usize>,
    generator: Vec<usize>,
}

impl Placing {
    /// The first cores for the server, all others for those who load it; with a single core nobody is kept anywhere.
    pub fn new(server_cores: usize) -> Self {
        let mut server = cores();
        let generator = match server.len() {
            0 | 1 => Vec::new(),
            n => server.split_off(server_cores.clamp(1, n - 1)),
        };
        if generator.is_empty() {
            server.clear();
        }
        Self { server, generator }
    }

    /// Everyone shares all cores, as an attack on the same machine does.
    pub fn shared() -> Self {
        Self {
            server: Vec::new(),
            generator: Vec::new(),
        }
    }

    /// The server's own; none if it has to share.
    pub fn server_cores(&self) -> &[usize] {
        &self.server
    }

    pub fn describe(&self) -> String {
        match (&self.server[..], &self.generator[..]) {
            ([], _) | (_, []) => "nothing is kept to a core".to_string(),
            (server, generator) => {
                format!("server on core {server:?}, load generator on core {generator:?}")
            }
        }
    }

    /// Does this on the server's cores: a child that it starts stays there.
    pub fn as_server<T>(&self, start: impl FnOnce() -> T) -> anyhow::Result<T> {
        keep_to(&self.server)?;
        let started = start();
        keep_to(&self.generator)?;
        Ok(started)
    }

    /// Keeps the calling thread, and threads that it starts, to the generator's cores.
    pub fn as_generator(&self) -> anyhow::Result<()> {
        keep_to(&self.generator)
    }
}

#[cfg(target_os = "linux")]
fn cores() -> Vec<usize> {
    use rustix::thread::{CpuSet, sched_getaffinity};
    let Ok(allowed) = sched_getaffinity(None) else {
        return Vec::new();
    };
    (0..CpuSet::MAX_CPU)
        .filter(|core| allowed.is_set(*core))
        .collect()
}

#[cfg(target_os = "linux")]
fn keep_to(cores: &[usize]) -> anyhow::Result<()> {
    use anyhow::Context;
    use rustix::thread::{CpuSet, sched_setaffinity};
    if cores.is_empty() {
        return Ok(());
    }
    let mut set = CpuSet::new();
    for core in cores {
        set.set(*core);
    }
    sched_setaffinity(None, &set).with_context(|| format!("keeping a thread to cores {cores:?}"))
}

#[cfg(not(target_os = "linux"))]
fn cores() -> Vec<usize> {
    Vec::new()
}

#[cfg(not(target_os = "linux"))]
fn keep_to(_: &[usize]) -> anyhow::Result<()> {
    Ok(())
}

/// What was done over a span: by the server, by this program, and by others on the same machine.
pub struct Watch {
    server: u32,
    cores: Vec<usize>,
    began: Instant,
    cpu: Used,
    own: Used,
    thread: Duration,
    machine: Option<Duration>,
    busy: Option<Duration>,
}

/// Shares are of 1.
pub struct Watched {
    pub took: Duration,
    /// CPU of the server.
    pub cpu: Duration,
    /// How long the server's cores were at work, where it has cores of its own: for it, or for the kernel on its behalf.
    pub cores: Option<Duration>,
    /// How much of its time the generator's thread was at work.
    pub busy: f64,
    /// How much of all processors others took: beyond some percent, figures say less.
    pub others: f64,
}

impl Watch {
    /// `cores`: those that the server has for itself, none if it has not.
    pub fn start(server: u32, cores: &[usize]) -> anyhow::Result<Self> {
        Ok(Self {
            server,
            cores: cores.to_vec(),
            began: Instant::now(),
            cpu: used(server)?,
            own: used(std::process::id())?,
            thread: own_cpu(),
            machine: spent::taken(),
            busy: spent::busy(cores),
        })
    }

    pub fn end(self) -> anyhow::Result<Watched> {
        let took = self.began.elapsed();
        let cpu = used(self.server)?.cpu - self.cpu.cpu;
        let own = used(std::process::id())?.cpu - self.own.cpu;
        let all = match (self.machine, spent::taken()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => Duration::ZERO,
        };
        let there = took.as_secs_f64() * spent::processors() as f64;
        Ok(Watched {
            took,
            cpu,
            cores: self
                .busy
                .zip(spent::busy(&self.cores))
                .map(|(before, now)| now.saturating_sub(before)),
            busy: (own_cpu() - self.thread).as_secs_f64() / took.as_secs_f64(),
            others: all.saturating_sub(cpu + own).as_secs_f64() / there,
        })
    }
}

/// CPU time of the calling thread.
fn own_cpu() -> Duration {
    spent::own(ClockId::ThreadCPUTime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_cannot_be_raised_says_how_many_people_would_fit() {
        let told = format!("{:#}", allow_sockets(usize::MAX / 4).unwrap_err());
        assert!(told.contains("--people"), "{told}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn work_is_seen_in_the_times() {
        let me = std::process::id();
        let (watch, own) = (Watch::start(me, &[]).unwrap(), own_cpu());
        let mut sum = 0_u64;
        while own_cpu() - own < Duration::from_millis(60) {
            sum = std::hint::black_box(sum + 1);
        }
        let seen = watch.end().unwrap();
        assert!(seen.cpu >= Duration::from_millis(40), "{:?}", seen.cpu);
        assert!(seen.busy > 0.0 && seen.busy <= 1.01, "{}", seen.busy);
        assert!(used(me).unwrap().memory > 1024 * 1024);
    }
}
