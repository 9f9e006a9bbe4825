//! What processes and processors have done so far. Of others than this process Linux alone tells it, in `/proc`.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Processor time by one of the system's clocks: this thread's or this process's.
pub fn own(clock: ClockId) -> Duration {
    let at = clock_gettime(clock);
    Duration::new(
        at.tv_sec.try_into().unwrap_or(0),
        at.tv_nsec.try_into().unwrap_or(0),
    )
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

#[cfg(target_os = "linux")]
pub use linux::{busy, not_idle, processors, taken, used};

#[cfg(target_os = "linux")]
mod linux {
    use std::time::Duration;

    use anyhow::Context;
    use procfs::process::Process;
    use procfs::{CpuInfo, CpuTime, Current, CurrentSI, KernelStats};

    use super::Used;

    pub fn used(pid: u32) -> anyhow::Result<Used> {
        let process = Process::new(i32::try_from(pid)?)?;
        let stat = process.stat()?;
        let resident = process.status()?.vmrss;
        let kib =
            resident.with_context(|| format!("/proc/{pid} does not say what memory it has"))?;
        Ok(Used {
            cpu: in_ticks(stat.utime + stat.stime),
            memory: kib * 1024,
        })
    }

    /// What all processors have done since the machine started, what their host took from them included. Time in
    /// interrupts is nobody's.
    pub fn taken() -> Option<Duration> {
        let all = KernelStats::current().ok()?.total;
        Some(in_ticks(worked(&all) + all.steal?))
    }

    /// How long all processors have not been idle since the machine started.
    pub fn not_idle() -> Option<Duration> {
        let all = KernelStats::current().ok()?.total;
        Some(in_ticks(worked(&all) + interrupted(&all)?))
    }

    /// How long these processors have not been idle since the machine started, whoever's work it was.
    pub fn busy(cores: &[usize]) -> Option<Duration> {
        if cores.is_empty() {
            return None;
        }
        let (all, listed) = (KernelStats::current().ok()?, CpuInfo::current().ok()?);
        let ticks = cores.iter().map(|core| {
            // Both list the processors that are switched on, which need not be numbered without gaps.
            let named = core.to_string();
            let mut cpus = listed.cpus.iter();
            let place = cpus.position(|cpu| cpu.get("processor") == Some(&named))?;
            at_work(all.cpu_time.get(place)?)
        });
        Some(in_ticks(ticks.sum::<Option<u64>>()?))
    }

    /// Processors of the machine, whatever this thread is kept to.
    pub fn processors() -> usize {
        KernelStats::current().map_or(1, |all| all.cpu_time.len().max(1))
    }

    /// Guests are in user and nice already.
    fn worked(time: &CpuTime) -> u64 {
        time.user + time.nice + time.system
    }

    fn interrupted(time: &CpuTime) -> Option<u64> {
        Some(time.irq? + time.softirq?)
    }

    /// All but idle and waiting.
    fn at_work(time: &CpuTime) -> Option<u64> {
        Some(worked(time) + interrupted(time)? + time.steal?)
    }

    fn in_ticks(ticks: u64) -> Duration {
        Duration::from_micros(ticks * 1_000_000 / procfs::ticks_per_second())
    }

    #[cfg(test)]
    mod tests {
        use procfs::{ExplicitSystemInfo, FromBufReadSI};

        use super::*;

        #[test]
        fn waiting_is_nobodys_work_and_interrupts_are_told_apart() {
            let text = "cpu  1000 200 30 99999 77777 5 6 4 7 8\ncpu0 1 1 1 1 1 1 1 1 1 1\nctxt 1\nbtime 1\nprocesses 1\n";
            let info = ExplicitSystemInfo {
                boot_time_secs: 0,
                ticks_per_second: 100,
                page_size: 4096,
                is_little_endian: true,
            };
            let all = KernelStats::from_buf_read(text.as_bytes(), &info).unwrap();
            assert_eq!(worked(&all.total), 1_230);
            assert_eq!(interrupted(&all.total), Some(11));
            assert_eq!(at_work(&all.total), Some(1_245));
            assert_eq!(all.cpu_time.len(), 1);
        }

        #[test]
        fn this_machine_tells_what_it_did() {
            let all = not_idle().unwrap();
            assert!(all > Duration::ZERO && taken().is_some());
            assert!(busy(&[0]).unwrap() <= all + taken().unwrap());
            assert_eq!(busy(&[]), None);
            assert_eq!(busy(&[usize::MAX]), None);
            assert!(used(std::process::id()).unwrap().memory > 1024 * 1024);
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{busy, not_idle, processors, taken, used};

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::time::Duration;

    use super::Used;

    pub fn used(_: u32) -> anyhow::Result<Used> {
        anyhow::bail!("only Linux says what a process has used")
    }

    pub fn taken() -> Option<Duration> {
        None
    }

    pub fn not_idle() -> Option<Duration> {
        None
    }

    pub fn busy(_: &[usize]) -> Option<Duration> {
        None
    }

    pub fn processors() -> usize {
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }
}
