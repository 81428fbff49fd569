//! The checks that need no test run: quick enough before every commit.

use std::path::Path;

use crate::command::{Task, on_path};
use crate::report::{Outcome, Report};
use crate::{codegen, tidy};

/// Runs them; `all` adds the checks of dependencies that need tools of their own.
pub(crate) fn run(root: &Path, all: bool) -> bool {
    let mut report = Report::default();
    report.step("fmt", || fmt(root));
    report.step("clippy", || clippy(root, None));
    report.step("tidy", || tidy(root));
    report.step("codegen", || Outcome::Ran(codegen::task(root, true).run()));
    if all {
        report.step("deny", || deny(root));
        report.step("advisories", || advisories(root));
        report.step("machete", || machete(root));
    }
    report.close(false)
}

/// Formatting.
pub(crate) fn fmt(root: &Path) -> Outcome {
    Outcome::Ran(Task::new(root, "cargo", &["fmt", "--all", "--check"]).run())
}

/// Lints, every one an error. `dist` are web assets that were built already.
pub(crate) fn clippy(root: &Path, dist: Option<&Path>) -> Outcome {
    let arguments = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    Outcome::Ran(with_dist(Task::new(root, "cargo", &arguments), dist).run())
}

/// The house rules.
pub(crate) fn tidy(root: &Path) -> Outcome {
    match tidy::run(root) {
        Ok(held) => Outcome::Held(held),
        Err(error) => {
            println!("{error:#}");
            Outcome::Held(false)
        }
    }
}

/// Licences, bans and sources, which need no network.
pub(crate) fn deny(root: &Path) -> Outcome {
    if !installed("cargo-deny") {
        return Outcome::Skipped("cargo-deny could not be installed".to_owned());
    }
    let arguments = [
        "deny",
        "--all-features",
        "check",
        "bans",
        "licenses",
        "sources",
    ];
    Outcome::Ran(Task::new(root, "cargo", &arguments).run())
}

/// Known vulnerabilities, from a database that is fetched.
pub(crate) fn advisories(root: &Path) -> Outcome {
    if !installed("cargo-deny") {
        return Outcome::Skipped("cargo-deny could not be installed".to_owned());
    }
    let ran = Task::new(
        root,
        "cargo",
        &["deny", "--all-features", "check", "advisories"],
    )
    .run();
    if !ran.ok && ran.text.contains("failed to fetch advisory database") {
        return Outcome::Skipped("the advisory database could not be fetched".to_owned());
    }
    Outcome::Ran(ran)
}

/// Dependencies that nothing uses; `tidy` has a rougher rule for the same.
pub(crate) fn machete(root: &Path) -> Outcome {
    if !installed("cargo-machete") {
        return Outcome::Skipped("cargo-machete could not be installed".to_owned());
    }
    // Not as `cargo machete`: inside `cargo run` it takes its own name for a directory.
    Outcome::Ran(Task::new(root, "cargo-machete", &[]).run())
}

/// Looks for a cargo tool and, when it is not there, compiles it: minutes, once.
pub(crate) fn installed(tool: &str) -> bool {
    let here = Path::new(".");
    on_path(tool)
        || Task::new(here, "cargo", &["install", "--locked", tool])
            .run()
            .ok
}

/// Has the build embed web assets that were built already, so that it does not build them again.
pub(crate) fn with_dist(task: Task, dist: Option<&Path>) -> Task {
    match dist {
        Some(dist) => task.env("WEBUI_DIST", dist),
        None => task,
    }
}
