//! The machine and the moment of a run.

use std::fs;
use std::process::Command;

use anyhow::Result;

use crate::plan::Plan;

/// Where and when a run took place.
#[derive(Debug)]
pub(crate) struct Machine {
    /// What is told of it, each with a name.
    pub(crate) lines: Vec<(&'static str, String)>,
}

impl Machine {
    /// As it is now.
    pub(crate) fn now(plan: &Plan) -> Result<Self> {
        let cores = std::thread::available_parallelism()?;
        let uname = rustix::system::uname();
        let release = uname.release().to_string_lossy().into_owned();
        let load = fs::read_to_string("/proc/loadavg")?;
        let load: Vec<&str> = load.split_whitespace().take(3).collect();
        let memory = line("/proc/meminfo", "MemTotal:");
        // The path of the program is this machine's own affair.
        let words: Vec<String> = std::env::args().skip(1).collect();
        Ok(Self {
            lines: vec![
                ("when", date()),
                ("cores", cores.to_string()),
                ("processor", line("/proc/cpuinfo", "model name")),
                ("memory", memory),
                ("kernel", release),
                ("open files allowed", plan.files.to_string()),
                (
                    "file system",
                    format!("{:#x} (statfs), on a disk", plan.workshop.file_system()),
                ),
                ("load average at the start", load.join(" ")),
                ("rounds", plan.options.repeats().to_string()),
                (
                    "command line",
                    format!("switchboard-bench {}", without_paths(&words)),
                ),
            ],
        })
    }
}

/// The command line; a path is told by its last part.
fn without_paths(words: &[String]) -> String {
    let short = words.iter().map(|word| match word.rsplit_once('/') {
        Some((_, last)) if word.starts_with('/') => format!("…/{last}"),
        _ => word.clone(),
    });
    short.collect::<Vec<_>>().join(" ")
}

/// What stands behind a label in a file of proc(5).
fn line(path: &str, label: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(label));
    line.map_or("unknown", |rest| rest.trim_start_matches([' ', '\t', ':']))
        .trim()
        .to_owned()
}

fn date() -> String {
    let said = Command::new("date")
        .args(["-u", "+%Y-%m-%d %H:%M UTC"])
        .output();
    said.map_or_else(
        |_| "unknown".to_owned(),
        |said| String::from_utf8_lossy(&said.stdout).trim().to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_of_the_machine_is_told() {
        let words = ["run", "--server", "/a/b/switchboard", "idle"].map(str::to_owned);
        assert_eq!(without_paths(&words), "run --server …/switchboard idle");
    }
}
