//! Running a program: its output is shown as it comes, kept for reading, and bounded in time.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long one step may take before it is ended as hung.
const LIMIT: Duration = Duration::from_mins(30);

/// What became of a program.
pub(crate) struct Ran {
    /// It ended with status 0.
    pub(crate) ok: bool,
    /// Everything it printed, both streams, without colours.
    pub(crate) text: String,
}

/// A program to run, built up like [`Command`].
pub(crate) struct Task {
    command: Command,
    shown: String,
}

impl Task {
    /// A program with its arguments, in `directory`.
    pub(crate) fn new(directory: &Path, program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(directory)
            .stdin(Stdio::null());
        let shown = [&[program], arguments].concat().join(" ");
        Self { command, shown }
    }

    /// The same with one more environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it, showing what it prints. A program that cannot be started counts as failed, with the
    /// reason as its text.
    pub(crate) fn run(mut self) -> Ran {
        println!("$ {}", self.shown);
        let spawned = self
            .command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        match spawned {
            Ok(child) => watch(child),
            Err(error) => {
                let text = format!("{} could not be started: {error}", self.shown);
                println!("{text}");
                Ran { ok: false, text }
            }
        }
    }

    /// Runs it silently; `None` when it cannot be started or fails.
    pub(crate) fn quiet(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Passes the child's output on until both streams end, or time is up.
fn watch(mut child: Child) -> Ran {
    let (sender, lines) = channel();
    if let Some(stream) = child.stdout.take() {
        pass_on(stream, sender.clone());
    }
    if let Some(stream) = child.stderr.take() {
        pass_on(stream, sender);
    }
    let (end, mut text) = (Instant::now() + LIMIT, String::new());
    loop {
        match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                let mut out = std::io::stdout().lock();
                // A closed terminal is no reason to stop the tests.
                let _ = writeln!(out, "{line}");
                text.push_str(&without_colours(&line));
                text.push('\n');
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                let note = format!("ended after {} minutes: it hung", LIMIT.as_secs() / 60);
                println!("{note}");
                text.push_str(&note);
                kill_with_children(child.id());
                let _ = child.wait();
                return Ran { ok: false, text };
            }
        }
    }
    let ok = child.wait().is_ok_and(|status| status.success());
    Ran { ok, text }
}

fn pass_on(stream: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            if lines.send(line.trim_end_matches('\r').to_owned()).is_err() {
                return;
            }
        }
    });
}

/// Kills a process and what it started: `cargo test` and `npm` leave theirs running otherwise.
fn kill_with_children(process: u32) {
    let mut family = vec![process];
    let mut next = 0;
    while let Some(&parent) = family.get(next) {
        family.extend(children_of(parent));
        next += 1;
    }
    let ids: Vec<String> = family.iter().map(u32::to_string).collect();
    let _ = Command::new("kill").arg("-KILL").args(ids).status();
}

/// The processes whose parent is `parent`, as `/proc/PID/stat` tells (proc(5)); none elsewhere.
fn children_of(parent: u32) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let ids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // The name, in parentheses, may contain anything; the parent is the second field after it.
        let fields = stat.rsplit(')').next().unwrap_or_default();
        fields
            .split_whitespace()
            .nth(1)
            .and_then(|field| field.parse().ok())
            == Some(parent)
    })
    .collect()
}

/// Removes terminal control sequences (ECMA-48 §5.4), so that the text can be read by program.
pub(crate) fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter != '\u{1b}' {
            plain.push(letter);
        } else if letters.next() == Some('[') {
            for parameter in letters.by_ref() {
                if ('@'..='~').contains(&parameter) {
                    break;
                }
            }
        }
    }
    plain
}

/// Where on the path a program is.
pub(crate) fn find_on_path(program: &str) -> Option<PathBuf> {
    let path = crate::setting("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|directory| directory.join(program))
        .find(|file| file.is_file())
}

/// Whether a program is on the path.
pub(crate) fn on_path(program: &str) -> bool {
    find_on_path(program).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_are_kept_and_the_status_is_told() {
        let script = "echo out; echo err >&2; exit 3";
        let ran = Task::new(Path::new("."), "sh", &["-c", script]).run();
        assert!(!ran.ok);
        assert!(
            ran.text.contains("out\n") && ran.text.contains("err\n"),
            "{}",
            ran.text
        );
    }

    #[test]
    fn a_program_that_is_not_there_is_a_failure_with_its_name() {
        let ran = Task::new(Path::new("."), "no-such-program-here", &[]).run();
        assert!(!ran.ok && ran.text.contains("no-such-program-here"));
    }

    #[test]
    fn colours_are_removed() {
        assert_eq!(
            without_colours("\u{1b}[32m\u{1b}[1m✓\u{1b}[22m ok\u{1b}[0m"),
            "✓ ok"
        );
    }

    #[test]
    fn what_a_child_started_is_found() {
        let mut child = Command::new("sh")
            .args(["-c", "sleep 30 & wait"])
            .spawn()
            .expect("sh");
        let found = (0..200).find_map(|_| {
            thread::yield_now();
            let children = children_of(child.id());
            (!children.is_empty()).then_some(children).or_else(|| {
                let _ = Command::new("sleep").arg("0.02").status();
                None
            })
        });
        kill_with_children(child.id());
        let ended = child.wait().expect("waited");
        assert!(!ended.success() && found.is_some());
    }
}
