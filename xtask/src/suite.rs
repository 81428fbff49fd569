//! `cargo xtask test`: all the set-up the tests need, then every test.
//!
//! One target directory and one profile serve clippy, the tests and the binary that the browser
//! tests talk to; the web assets are built once and given to cargo.

use std::path::Path;

use anyhow::{Result, bail};

use crate::command::{Ran, Task};
use crate::report::{Outcome, Report};
use crate::{autobahn, bench, check, codegen, fuzz, needs, setting, web};

/// The steps that can be named on the command line.
const STEPS: &[&str] = &[
    "setup", "fmt", "clippy", "tidy", "codegen", "web", "rust", "e2e", "bench", "deny", "machete",
    "fuzz", "autobahn",
];

/// Seconds that each fuzz target gets in a long run.
const FUZZ_SECONDS: u32 = 60;

/// What to run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    long: bool,
    steps: Vec<String>,
    filters: Vec<String>,
}

impl Options {
    /// Reads the words after `test`.
    pub(crate) fn parse(words: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        for word in words {
            match *word {
                "--long" => options.long = true,
                flag if flag.starts_with('-') => bail!("test knows no option `{flag}`"),
                step if STEPS.contains(&step) => options.steps.push(step.to_owned()),
                filter => options.filters.push(filter.to_owned()),
            }
        }
        // Filters alone are about test names, so the steps without any are left out.
        if options.steps.is_empty() && !options.filters.is_empty() {
            options.steps = ["rust", "web"].map(str::to_owned).to_vec();
        }
        Ok(options)
    }

    fn wants(&self, step: &str) -> bool {
        self.steps.is_empty() || self.steps.iter().any(|wanted| wanted == step)
    }

    fn filters(&self) -> Vec<&str> {
        self.filters.iter().map(String::as_str).collect()
    }
}

/// Runs everything that was asked for; true when all of it held.
pub(crate) fn run(root: &Path, options: &Options) -> bool {
    let mut report = Report::default();
    if options.wants("setup") {
        report.step("setup", || needs::install(root));
    }
    if options.wants("fmt") {
        report.step("fmt", || check::fmt(root));
    }
    let web = options.wants("web") || options.wants("e2e");
    let installed = web && report.step("web install", || web::install(root));
    let built = installed && report.step("web build", || web::script(root, "build"));
    // Only the files of this very build: those of an older one would be tested in its place.
    let dist = web::dist(root).filter(|_| built);
    rust(root, options, dist.as_deref(), &mut report);
    if options.wants("web") && installed {
        test_web(root, options, &mut report);
    }
    if options.wants("e2e") {
        report.step("e2e", || end_to_end(root, dist.as_deref()));
    }
    if options.wants("bench") {
        report.step("bench", || bench::step(root, dist.as_deref()));
    }
    if options.long {
        long(root, options, &mut report);
    }
    report.close(setting("CI").is_some_and(|value| value == "true"))
}

fn rust(root: &Path, options: &Options, dist: Option<&Path>, report: &mut Report) {
    if options.wants("clippy") {
        report.step("clippy", || check::clippy(root, dist));
    }
    if options.wants("tidy") {
        report.step("tidy", || check::tidy(root));
    }
    if options.wants("codegen") {
        report.step("codegen", || {
            Outcome::Ran(check::with_dist(codegen::task(root, true), dist).run())
        });
    }
    if options.wants("rust") {
        report.step("rust", || Outcome::Tested(cargo_test(root, options, dist)));
    }
}

fn cargo_test(root: &Path, options: &Options, dist: Option<&Path>) -> Ran {
    let mut arguments = vec!["test", "--workspace", "--no-fail-fast", "--"];
    if options.long {
        arguments.push("--include-ignored");
    }
    arguments.extend(options.filters());
    check::with_dist(Task::new(root, "cargo", &arguments), dist).run()
}

fn test_web(root: &Path, options: &Options, report: &mut Report) {
    if !options.filters.is_empty() {
        let pattern = options.filters.join("|");
        report.step("web test", || web::matching_tests(root, &pattern));
        return;
    }
    for script in ["check", "test", "size"] {
        report.step(&format!("web {script}"), || web::script(root, script));
    }
}

fn end_to_end(root: &Path, dist: Option<&Path>) -> Outcome {
    if dist.is_none() {
        return Outcome::Skipped("the web interface was not built".to_owned());
    }
    let built = web::build_binary(root, dist);
    if built.ok {
        web::end_to_end(root)
    } else {
        Outcome::Ran(built)
    }
}

/// What takes too long for every day: tools that must be compiled or fetched, and fuzzing.
fn long(root: &Path, options: &Options, report: &mut Report) {
    if options.wants("deny") {
        report.step("deny", || check::deny(root));
        report.step("advisories", || check::advisories(root));
    }
    if options.wants("machete") {
        report.step("machete", || check::machete(root));
    }
    if options.wants("fuzz") {
        report.step("fuzz", || fuzz::step(root, FUZZ_SECONDS));
    }
    if options.wants("autobahn") {
        report.step("autobahn", || autobahn::step(root));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_words_everything_runs() {
        let options = Options::parse(&[]).expect("parsed");
        assert!(STEPS.iter().all(|step| options.wants(step)));
        assert!(!options.long);
    }

    #[test]
    fn a_step_selects_and_a_filter_is_passed_on() {
        let options = Options::parse(&["rust", "resume", "--long"]).expect("parsed");
        assert!(options.wants("rust") && !options.wants("web") && options.long);
        assert_eq!(options.filters(), ["resume"]);
    }

    #[test]
    fn filters_alone_run_the_steps_that_know_test_names() {
        let options = Options::parse(&["resume"]).expect("parsed");
        assert!(options.wants("rust") && options.wants("web") && !options.wants("clippy"));
    }

    #[test]
    fn an_unknown_option_is_refused() {
        assert!(Options::parse(&["--fast"]).is_err());
    }
}
