//! What the machine gives and what a process has taken of it: descriptors, cores, CPU time, memory. Read from Linux's `/proc`.

use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use rustix::time::{ClockId, clock_gettime};

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

/// What a process has taken so far.
#[derive(Debug, Clone, Copy)]
pub struct Used {
    /// User and system time of all its threads, ended ones included; what the kernel's TCP does in a sender's name is in it,
    /// but not what its `ksoftirqd` does later.
    pub cpu: Duration,
    /// Resident memory, in bytes. What the kernel holds for sockets is not in it.
    pub memory: u64,
}

pub fn used(pid: u32) -> anyhow::Result<Used> {
    let read = |file: &str| {
        let path = format!("/proc/{pid}/{file}");
        std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))
    };
    let (cpu, memory) = (ticks(&read("stat")?), resident(&read("status")?));
    let (Some(ticks), Some(memory)) = (cpu, memory) else {
        bail!("/proc/{pid} does not say what the process has used");
    };
    Ok(Used {
        cpu: in_ticks(ticks),
        memory,
    })
}

/// `utime + stime` of proc_pid_stat(5): fields 14 and 15. The second field is a name in brackets and may have blanks.
fn ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// `VmRSS` of proc_pid_status(5), which is in KiB.
fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// What all processors have done since the machine started, what their host took from them included.
fn machine_cpu() -> Option<Duration> {
    let all = std::fs::read_to_string("/proc/stat").ok()?;
    Some(in_ticks(machine_ticks(&all)?))
}

/// proc_stat(5): user, nice, system and steal. Time in interrupts is nobody's.
fn machine_ticks(stat: &str) -> Option<u64> {
    let [user, nice, system, _, _, _, _, steal] = processor_ticks(stat, "cpu")?;
    Some(user + nice + system + steal)
}

/// proc_stat(5): user, nice, system, idle, iowait, irq, softirq and steal of `cpu`, which is all together, or of one (`cpu0`).
fn processor_ticks(stat: &str, processor: &str) -> Option<[u64; 8]> {
    let mut lines = stat.lines().filter_map(|line| line.split_once(' '));
    let (_, fields) = lines.find(|(name, _)| *name == processor)?;
    let ticks = fields.split_whitespace().take(8).map(str::parse);
    let ticks: Vec<u64> = ticks.collect::<Result<_, _>>().ok()?;
    ticks.try_into().ok()
}

/// How long these processors have not been idle since the machine started, whoever's work it was.
fn busy(cores: &[usize]) -> Option<Duration> {
    if cores.is_empty() {
        return None;
    }
    let all = std::fs::read_to_string("/proc/stat").ok()?;
    let ticks = cores.iter().map(|core| core_ticks(&all, *core));
    Some(in_ticks(ticks.sum::<Option<u64>>()?))
}

/// proc_stat(5): all but idle and iowait, and guests, who are in user and nice already.
fn core_ticks(stat: &str, core: usize) -> Option<u64> {
    let [user, nice, system, _, _, irq, softirq, steal] =
        processor_ticks(stat, &format!("cpu{core}"))?;
    Some(user + nice + system + irq + softirq + steal)
}

fn in_ticks(ticks: u64) -> Duration {
    Duration::from_micros(ticks * 1_000_000 / rustix::param::clock_ticks_per_second())
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
            machine: machine_cpu(),
            busy: busy(cores),
        })
    }

    pub fn end(self) -> anyhow::Result<Watched> {
        let took = self.began.elapsed();
        let cpu = used(self.server)?.cpu - self.cpu.cpu;
        let own = used(std::process::id())?.cpu - self.own.cpu;
        let all = match (self.machine, machine_cpu()) {
            (Some(before), Some(now)) => now.saturating_sub(before),
            _ => Duration::ZERO,
        };
        let there = took.as_secs_f64() * processors() as f64;
        Ok(Watched {
            took,
            cpu,
            cores: self
                .busy
                .zip(busy(&self.cores))
                .map(|(before, now)| now.saturating_sub(before)),
            busy: (own_cpu() - self.thread).as_secs_f64() / took.as_secs_f64(),
            others: all.saturating_sub(cpu + own).as_secs_f64() / there,
        })
    }
}

/// Processors of the machine, whatever this thread is kept to.
fn processors() -> usize {
    let all = std::fs::read_to_string("/proc/stat").unwrap_or_default();
    let named = |line: &&str| line.starts_with("cpu") && !line.starts_with("cpu ");
    all.lines().filter(named).count().max(1)
}

/// CPU time of the calling thread.
fn own_cpu() -> Duration {
    let at = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(at.tv_sec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(at.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_blanks_does_not_shift_the_fields() {
        let stat = "42 (a ) b) S 1 2 3 4 5 6 7 8 9 10 70 30 0 0 20 0 1 0 5 6 7";
        assert_eq!(ticks(stat), Some(100));
        assert_eq!(ticks("42 (a"), None);
    }

    #[test]
    fn resident_memory_is_in_bytes() {
        assert_eq!(resident("Name:\tx\nVmRSS:\t  12 kB\n"), Some(12 * 1024));
        assert_eq!(resident("Name:\tx\n"), None);
    }

    #[test]
    fn waiting_and_interrupts_are_nobodys_work() {
        let line = "cpu  1000 200 30 99999 77777 5 6 4 0 0";
        assert_eq!(machine_ticks(line), Some(1_234));
        assert_eq!(machine_ticks("cpu0 1 2 3"), None);
    }

    #[test]
    fn a_core_is_busy_with_interrupts_too_but_not_idle_nor_waiting() {
        let stat = "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 1 1 1 1 1 1 1 1 1 1\ncpu1 1000 200 30 99999 77777 5 6 4 7 8\n";
        assert_eq!(core_ticks(stat, 1), Some(1_245));
        assert_eq!(core_ticks(stat, 2), None);
        assert_eq!(busy(&[]), None);
    }

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
