//! Runs the fuzz targets of `fuzz/` with cargo-fuzz.
//!
//! Instrumentation needs unstable compiler flags. Instead of a second toolchain the stable one is
//! told to accept them (`RUSTC_BOOTSTRAP`), which changes nothing in what it builds otherwise.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::check::installed;
use crate::command::Task;
use crate::report::Outcome;

/// Seconds per target unless told otherwise.
const SECONDS: u32 = 60;

/// What to run.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    target: Option<String>,
    seconds: u32,
}

impl Options {
    /// Reads the words after `fuzz`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self {
            target: None,
            seconds: SECONDS,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match *word {
                "--seconds" => {
                    let number = words.next().context("--seconds needs a number")?;
                    options.seconds = number.parse().context("--seconds needs a number")?;
                }
                flag if flag.starts_with('-') => bail!("fuzz knows no option `{flag}`"),
                target if options.target.is_none() => options.target = Some(target.to_owned()),
                extra => bail!("one target at a time: `{extra}` is too much"),
            }
        }
        Ok(options)
    }
}

/// `cargo xtask fuzz`.
pub(crate) fn run(root: &Path, options: &Options) -> Result<bool> {
    let targets = ready(root).map_err(anyhow::Error::msg)?;
    let chosen: Vec<&String> = match &options.target {
        Some(name) => targets.iter().filter(|target| *target == name).collect(),
        None => targets.iter().collect(),
    };
    if chosen.is_empty() {
        bail!("no such target; there are: {}", targets.join(", "));
    }
    Ok(fuzz_all(root, &chosen, options.seconds))
}

/// The step of a long test run.
pub(crate) fn step(root: &Path, seconds: u32) -> Outcome {
    match ready(root) {
        Ok(targets) => Outcome::Held(fuzz_all(root, &targets.iter().collect::<Vec<_>>(), seconds)),
        Err(reason) => Outcome::Skipped(reason),
    }
}

/// The targets, when there are some and they can be run.
fn ready(root: &Path) -> Result<Vec<String>, String> {
    let manifest = fs::read_to_string(root.join("fuzz/Cargo.toml"))
        .map_err(|_| "fuzz/Cargo.toml is not there: there is nothing to fuzz yet".to_owned())?;
    let targets = targets(&manifest)?;
    if !installed("cargo-fuzz") {
        return Err("cargo-fuzz could not be installed".to_owned());
    }
    Ok(targets)
}

/// The names of the `[[bin]]` tables.
fn targets(manifest: &str) -> Result<Vec<String>, String> {
    let table: toml::Table = manifest
        .parse()
        .map_err(|error| format!("fuzz/Cargo.toml: {error}"))?;
    let bins = table.get("bin").and_then(toml::Value::as_array);
    let names = bins
        .into_iter()
        .flatten()
        .filter_map(|bin| bin.get("name")?.as_str());
    Ok(names.map(str::to_owned).collect())
}

fn fuzz_all(root: &Path, targets: &[&String], seconds: u32) -> bool {
    let mut held = true;
    for target in targets {
        let time = format!("-max_total_time={seconds}");
        let arguments = ["fuzz", "run", target, "--", &time, "-print_final_stats=1"];
        let ran = Task::new(root, "cargo", &arguments)
            .env("RUSTC_BOOTSTRAP", "1")
            .run();
        println!(
            "fuzz {target}: {}",
            if ran.ok { "nothing found" } else { "FAILED" }
        );
        held &= ran.ok;
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_and_a_time_are_read() {
        let options = Options::parse(&["native", "--seconds", "5"]).expect("parsed");
        assert_eq!(
            options,
            Options {
                target: Some("native".to_owned()),
                seconds: 5
            }
        );
        assert!(Options::parse(&["a", "b"]).is_err());
        assert!(Options::parse(&["--seconds", "soon"]).is_err());
    }

    #[test]
    fn targets_are_the_binaries_of_the_manifest() {
        let manifest = "[package]\nname = \"fuzz\"\n[[bin]]\nname = \"a\"\n[[bin]]\nname = \"b\"\n";
        assert_eq!(targets(manifest).expect("TOML"), ["a", "b"]);
        assert_eq!(targets("").expect("TOML"), Vec::<String>::new());
    }
}
