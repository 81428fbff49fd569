//! CPU time and memory of processes (proc(5)).

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The kernel tells process times in hundredths of a second: `USER_HZ` is 100 on every Linux.
const TICK: Duration = Duration::from_millis(10);
/// How often a process is looked at while waiting for it to become quiet.
const GLANCE: Duration = Duration::from_millis(250);
/// A process is quiet when it used less than this share of a core over four glances.
const QUIET: f64 = 0.02;

/// User and system time that processes have used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Cpu(Duration);

impl Cpu {
    /// What was used since an earlier reading, in microseconds.
    pub(crate) fn micros_since(self, earlier: Self) -> f64 {
        self.since(earlier).as_secs_f64() * 1e6
    }

    /// What was used since an earlier reading.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// Resident memory of processes, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Memory {
    /// All pages that are in memory.
    pub(crate) rss: u64,
    /// The same, with pages shared with other processes counted in part.
    pub(crate) pss: u64,
}

/// User and system time of these processes, all their threads together.
///
/// The scheduler's own account of the threads is exact to the nanosecond but forgets threads that
/// ended; the process's account forgets none and is exact to 10 ms. The greater one is the truer.
pub(crate) fn cpu(pids: &[u32]) -> Result<Cpu> {
    let mut sum = Duration::ZERO;
    for pid in pids {
        sum += whole(*pid)?.max(threads(*pid)?);
    }
    Ok(Cpu(sum))
}

fn whole(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).context("the process is gone")?;
    // The name, in parentheses, may hold anything.
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u32 = ticks.filter_map(|text| text.parse::<u32>().ok()).sum();
    Ok(TICK * ticks)
}

fn threads(pid: u32) -> Result<Duration> {
    let mut sum = 0;
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may end while we look.
        let text = fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
        let nanos = text.split_whitespace().next();
        sum += nanos
            .and_then(|nanos| nanos.parse::<u64>().ok())
            .unwrap_or(0);
    }
    Ok(Duration::from_nanos(sum))
}

/// Resident memory of these processes together.
pub(crate) fn memory(pids: &[u32]) -> Result<Memory> {
    let mut sum = Memory::default();
    for pid in pids {
        let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))
            .context("the process is gone")?;
        sum.rss += kib(&text, "Rss:")? * 1024;
        sum.pss += kib(&text, "Pss:")? * 1024;
    }
    Ok(sum)
}

/// The number of KiB on the line that begins with `label`.
pub(super) fn kib(text: &str, label: &str) -> Result<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(label));
    let number = line.and_then(|rest| rest.split_whitespace().next());
    Ok(number
        .with_context(|| format!("no line {label}"))?
        .parse()?)
}

/// Waits until the processes do next to nothing. Fails when they are still busy after `patience`.
pub(crate) fn settle(pids: &[u32], patience: Duration) -> Result<()> {
    settle_while(pids, patience, |time| {
        rest(time);
        Ok(())
    })
}

/// The same, doing something again and again meanwhile.
pub(crate) fn settle_while(
    pids: &[u32],
    patience: Duration,
    mut meanwhile: impl FnMut(Duration) -> Result<()>,
) -> Result<()> {
    let end = Instant::now() + patience;
    let mut quiet = 0;
    while quiet < 4 {
        let (before, start) = (cpu(pids)?, Instant::now());
        while start.elapsed() < GLANCE {
            meanwhile(GLANCE.saturating_sub(start.elapsed()))?;
        }
        let share = cpu(pids)?.since(before).as_secs_f64() / start.elapsed().as_secs_f64();
        quiet = if share < QUIET { quiet + 1 } else { 0 };
        if Instant::now() > end {
            bail!("still busy after {} s", patience.as_secs());
        }
    }
    Ok(())
}

/// Lets time go by: what is measured is another process, which tells us nothing.
#[expect(clippy::disallowed_methods, reason = "there is no event to wait for")]
pub(crate) fn rest(time: Duration) {
    std::thread::sleep(time);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_used_time_and_memory() {
        let pid = std::process::id();
        let before = cpu(&[pid]).expect("it is there");
        let start = Instant::now();
        let mut sum = 0_u64;
        while start.elapsed() < Duration::from_millis(30) {
            sum = sum.wrapping_mul(31).wrapping_add(std::hint::black_box(7));
        }
        assert_ne!(sum, 0);
        let used = cpu(&[pid]).expect("it is there").since(before);
        assert!(used > Duration::from_millis(5), "{used:?}");
        let memory = memory(&[pid]).expect("it is there");
        assert!(memory.rss > 100_000 && memory.pss <= memory.rss);
    }

    #[test]
    fn a_process_that_is_not_there_has_no_figures() {
        assert!(cpu(&[u32::MAX]).is_err());
        assert!(memory(&[u32::MAX]).is_err());
    }
}
