//! The Autobahn test suite against a WebSocket of ours: all its cases but those about
//! compression, which is not offered.
//!
//! The suite is Python 2 code. [`install`] puts it under `target/`, [`verdict`] reads what it found.

mod install;
mod verdict;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

use crate::command::{Ran, Task};
use crate::report::Outcome;
use crate::web::target_directory;
use install::Suite;
use verdict::Verdict;

/// The server that is tested, a package and an example of it. It sends back what it gets, listens
/// on the address of its first argument, and prints its URL on its first line.
const ECHO: (&str, &str) = ("switchboard-gateway", "websocket_echo");

/// The sections of the suite that concern us; 12 and 13 are about compression.
const SECTIONS: &[&str] = &["1", "2", "3", "4", "5", "6", "7", "9", "10"];

/// What the suite calls us.
const AGENT: &str = "switchboard";

/// `cargo xtask autobahn`: runs the suite and writes what it found to `docs/`.
pub(crate) fn run(root: &Path) -> Result<bool> {
    let suite = install::ready(root).map_err(anyhow::Error::msg)?;
    let Some(verdict) = judge(root, &suite)? else {
        return Ok(false);
    };
    println!("{}", verdict.closing_line());
    verdict.failures().for_each(|line| println!("{line}"));
    let date = Task::new(root, "date", &["-u", "+%Y-%m-%d"]).quiet();
    let date = date.context("`date` does not run")?;
    let page = verdict.page(&suite.versions, date.trim());
    fs::write(root.join("docs/autobahn.md"), page)?;
    fs::write(root.join("docs/autobahn.json"), verdict.index())?;
    println!("docs/autobahn.md and docs/autobahn.json: written");
    Ok(verdict.held())
}

/// The step of a long test run, which leaves `docs/` alone.
pub(crate) fn step(root: &Path) -> Outcome {
    let suite = match install::ready(root) {
        Ok(suite) => suite,
        Err(reason) => return Outcome::Skipped(reason),
    };
    let (ok, text) = match judge(root, &suite) {
        Ok(Some(verdict)) => {
            verdict.failures().for_each(|line| println!("{line}"));
            (verdict.held(), verdict.closing_line())
        }
        Ok(None) => (false, String::new()),
        Err(error) => (false, format!("{error:#}")),
    };
    println!("{text}");
    Outcome::Tested(Ran { ok, text })
}

/// Runs the suite; `None` when the server did not compile or the suite did not run to its end.
fn judge(root: &Path, suite: &Suite) -> Result<Option<Verdict>> {
    let (package, example) = ECHO;
    let arguments = ["build", "--package", package, "--example", example];
    if !Task::new(root, "cargo", &arguments).run().ok {
        return Ok(None);
    }
    let binary = target_directory(root).join("debug/examples").join(example);
    let echo = Echo::start(&binary)?;
    let reports = suite.directory.join("reports");
    if reports.exists() {
        fs::remove_dir_all(&reports)?;
    }
    let cases: Vec<String> = SECTIONS
        .iter()
        .map(|section| format!("{section}.*"))
        .collect();
    let spec = serde_json::json!({
        "outdir": reports,
        "servers": [{ "agent": AGENT, "url": echo.url }],
        "cases": cases,
        "exclude-cases": [],
    });
    fs::write(suite.directory.join("spec.json"), format!("{spec:#}\n"))?;
    if !suite.run("spec.json").ok {
        return Ok(None);
    }
    let index = fs::read_to_string(reports.join("index.json"))
        .context("the suite wrote no index of its reports")?;
    Verdict::read(&index, AGENT).map(Some)
}

/// The server while it runs.
struct Echo {
    process: Child,
    url: String,
}

impl Echo {
    fn start(binary: &Path) -> Result<Self> {
        let mut process = Command::new(binary)
            .arg("127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} does not start", binary.display()))?;
        let stdout = process.stdout.take().context("its output is piped")?;
        let mut echo = Self {
            process,
            url: String::new(),
        };
        BufReader::new(stdout).read_line(&mut echo.url)?;
        echo.url.truncate(echo.url.trim_end().len());
        Ok(echo)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        // It may have ended by itself, which the suite has noticed then.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
