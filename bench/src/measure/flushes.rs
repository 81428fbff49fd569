//! How often processes ask the disk to keep what they wrote, counted by strace(1) from outside.
//!
//! A traced process is slowed down, so that nothing else is measured at the same time.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::histogram::as_f64;

/// Calls that flush (fsync(2), msync(2), sync(2)).
const CALLS: &str = "trace=fsync,fdatasync,msync,sync_file_range,syncfs,sync";

/// Counts while it lives.
pub(crate) struct Flushes {
    tracer: Child,
    counts: PathBuf,
    _directory: TempDir,
    /// Kept open: it goes on talking.
    _said: BufReader<ChildStderr>,
}

impl Flushes {
    /// Begins to count for these processes, in an empty directory.
    pub(crate) fn count(pids: &[u32], directory: TempDir) -> Result<Self> {
        let counts = directory.path().join("flushes");
        let mut command = Command::new("strace");
        command
            .args(["-f", "-c", "-U", "name,calls", "-e", CALLS, "-o"])
            .arg(&counts);
        for pid in pids {
            command.args(["-p", &pid.to_string()]);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut tracer = command.spawn().context("strace could not be started")?;
        let said = tracer.stderr.take().context("stderr is piped")?;
        let mut said = BufReader::new(said);
        let (mut missing, mut line) = (pids.len(), String::new());
        while missing > 0 {
            line.clear();
            if said.read_line(&mut line)? == 0 {
                tracer.wait()?;
                bail!("strace may not look at the process");
            }
            if line.contains(" attached") {
                missing -= 1;
            }
        }
        Ok(Self {
            tracer,
            counts,
            _directory: directory,
            _said: said,
        })
    }

    /// Stops; how many there were for a thousand of so many messages.
    pub(crate) fn per_thousand(mut self, messages: f64) -> Result<f64> {
        let pid = i32::try_from(self.tracer.id()).ok().and_then(Pid::from_raw);
        kill_process(pid.context("a process id")?, Signal::INT)?;
        self.tracer.wait()?;
        Ok(as_f64(total(&fs::read_to_string(&self.counts)?)) * 1000.0 / messages)
    }
}

impl Drop for Flushes {
    fn drop(&mut self) {
        let _ = self.tracer.kill();
        let _ = self.tracer.wait();
    }
}

/// Adds up the table: a call and its count on each line, with the total at the end.
fn total(table: &str) -> u64 {
    let rows = table.lines().filter_map(|line| {
        let (call, count) = line.trim().split_once(char::is_whitespace)?;
        let count = count.trim().parse::<u64>().ok()?;
        (call != "total").then_some(count)
    });
    rows.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_added_up() {
        let table = "syscall              calls\n---------------- ---------\nfdatasync             1608\n\
            fsync                    2\n---------------- ---------\ntotal                 1610\n";
        assert_eq!(total(table), 1610);
        assert_eq!(total(""), 0);
    }
}
