//! A program that was started here.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};

use crate::measure::rest;

/// How long it may take to end when it is asked to.
const PATIENCE: Duration = Duration::from_secs(20);
/// Lines of its output that are kept, to be shown when it fails.
const LINES: usize = 40;

/// A program; it is ended, by its id, when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    said: Arc<Mutex<VecDeque<String>>>,
    lines: Receiver<String>,
}

impl Process {
    /// Starts it. Its output is read, so that it never waits for us.
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::null());
        Self::spawn(command)
    }

    /// Starts one that reads its input; the input ends when this is dropped.
    pub(crate) fn start_with_input(mut command: Command) -> Result<Self> {
        command.stdin(Stdio::piped());
        Self::spawn(command)
    }

    fn spawn(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} could not be started", command.get_program().display()))?;
        let said = Arc::default();
        let (found, lines) = mpsc::channel();
        let (out, err) = (child.stdout.take(), child.stderr.take());
        listen(out.context("stdout is piped")?, &said, Some(found));
        listen(err.context("stderr is piped")?, &said, None);
        Ok(Self { child, said, lines })
    }

    /// Waits for a line of its standard output in which `find` finds something.
    pub(crate) fn wait_for<T>(
        &mut self,
        patience: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let end = Instant::now() + patience;
        loop {
            match self
                .lines
                .recv_timeout(end.saturating_duration_since(Instant::now()))
            {
                Ok(line) => {
                    if let Some(found) = find(&line) {
                        return Ok(found);
                    }
                }
                Err(_) => bail!("did not become ready; it said:\n{}", self.said()),
            }
        }
    }

    /// The ids of all its processes.
    pub(crate) fn pids(&self) -> Vec<u32> {
        vec![self.child.id()]
    }

    /// Is it still there?
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// What it printed last.
    pub(crate) fn said(&self) -> String {
        let said = self.said.lock().expect("no holder panics");
        said.iter()
            .fold(String::new(), |text, line| text + line + "\n")
    }

    /// Asks it to end and waits until it has; kills it when it takes too long.
    pub(crate) fn stop(&mut self) -> Result<()> {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if self.is_alive() {
            kill_process(pid.context("a process id")?, Signal::TERM)?;
        }
        let end = Instant::now() + PATIENCE;
        while self.is_alive() {
            if Instant::now() > end {
                self.child.kill()?;
                self.child.wait()?;
                bail!("had to be killed");
            }
            rest(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.is_alive() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Keeps the last lines, and tells each of them.
fn listen(
    stream: impl Read + Send + 'static,
    said: &Arc<Mutex<VecDeque<String>>>,
    tell: Option<Sender<String>>,
) {
    let said = Arc::clone(said);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Some(tell) = &tell {
                let _ = tell.send(line.clone());
            }
            let mut said = said.lock().expect("no holder panics");
            said.push_back(line);
            if said.len() > LINES {
                said.pop_front();
            }
        }
    });
}
