//! Measuring the server beside floors and other servers: builds both programs and runs `bench/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::check;
use crate::command::{Ran, Task};
use crate::report::Outcome;
use crate::web::target_directory;

/// The program that measures.
const PROGRAM: &str = "switchboard-bench";

/// `cargo xtask bench WORD…`: the words are the program's own, but for `--profile NAME`, which says
/// how to build; `release` when it is absent.
pub(crate) fn run(root: &Path, words: &[&str]) -> Result<bool> {
    let (profile, words) = split(words)?;
    if !build(root, profile, None).ok {
        return Ok(false);
    }
    // A whole run takes longer than any step may.
    let ran = Command::new(program(root, profile))
        .arg("run")
        .args(words)
        .current_dir(root)
        .status()
        .with_context(|| format!("{PROGRAM} could not be started"))?;
    Ok(ran.success())
}

/// The step of a test run: every scenario in small, with the build that the tests use. It fails
/// when something was not complete or a session has far too many bytes; times mean nothing.
pub(crate) fn step(root: &Path, dist: Option<&Path>) -> Outcome {
    let built = build(root, "dev", dist);
    if !built.ok {
        return Outcome::Ran(built);
    }
    let out = target_directory(root).join("bench-smoke");
    let out = out.to_string_lossy();
    let words = [
        "run",
        "all",
        "machine",
        "--smoke",
        "--against",
        "floor",
        "--out",
        &out,
    ];
    let program = program(root, "dev");
    Outcome::Ran(Task::new(root, &program.to_string_lossy(), &words).run())
}

/// Takes `--profile NAME` out of the words.
fn split<'a>(words: &[&'a str]) -> Result<(&'a str, Vec<&'a str>)> {
    let (mut profile, mut rest) = ("release", Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--profile" => profile = words.next().context("--profile needs a name")?,
            other => rest.push(other),
        }
    }
    Ok((profile, rest))
}

fn build(root: &Path, profile: &str, dist: Option<&Path>) -> Ran {
    let packages = ["--package", "switchboard-server", "--package", PROGRAM];
    let arguments = [&["build", "--profile", profile], &packages[..]].concat();
    check::with_dist(Task::new(root, "cargo", &arguments), dist).run()
}

/// Where cargo puts the program: the directory of `dev` is `debug`.
fn program(root: &Path, profile: &str) -> PathBuf {
    let directory = if profile == "dev" { "debug" } else { profile };
    target_directory(root).join(directory).join(PROGRAM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_ours_and_all_else_the_programs() {
        let (profile, rest) = split(&["idle", "--profile", "quick", "--smoke"]).expect("parsed");
        assert_eq!((profile, rest), ("quick", vec!["idle", "--smoke"]));
        assert_eq!(split(&[]).expect("parsed").0, "release");
        assert!(split(&["--profile"]).is_err());
    }

    #[test]
    fn the_program_is_where_cargo_puts_it() {
        assert!(program(Path::new("."), "dev").ends_with("debug/switchboard-bench"));
        assert!(program(Path::new("."), "quick").ends_with("quick/switchboard-bench"));
    }
}
