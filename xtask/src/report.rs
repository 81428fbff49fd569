//! What the steps came to: one line each when they end, a table and the closing line at the end.

use std::time::{Duration, Instant};

use crate::command::Ran;
use crate::tally::{Tally, found_none, of_step, skip_reasons};

/// One step that ended.
struct Line {
    name: String,
    tally: Tally,
    took: Duration,
    reasons: Vec<String>,
}

/// The result of a step's work.
pub(crate) enum Outcome {
    /// A program ran; its output says how many tests there were.
    Ran(Ran),
    /// A test runner ran; one that succeeds without running a test has tested nothing.
    Tested(Ran),
    /// It held, or it did not.
    Held(bool),
    /// It could not run, and why.
    Skipped(String),
}

/// All the steps of one run.
#[derive(Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

impl Report {
    /// Does one step: says its name, does it, says what it came to. True when all of it ran and
    /// held.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Outcome) -> bool {
        println!("\n── {name}");
        let start = Instant::now();
        let outcome = work();
        let (tally, reasons) = match outcome {
            Outcome::Tested(ran) if ran.ok && found_none(&ran.text) => {
                (Tally::SKIP, vec!["there was no test to run".to_owned()])
            }
            Outcome::Ran(ran) | Outcome::Tested(ran) => {
                (of_step(ran.ok, &ran.text), skip_reasons(&ran.text))
            }
            Outcome::Held(true) => (Tally::PASS, Vec::new()),
            Outcome::Held(false) => (Tally::FAIL, Vec::new()),
            Outcome::Skipped(reason) => (Tally::SKIP, vec![reason]),
        };
        let line = Line {
            name: name.to_owned(),
            tally,
            took: start.elapsed(),
            reasons,
        };
        println!("── {}", line.text());
        self.lines.push(line);
        tally.failed == 0 && tally.skipped == 0
    }

    /// Prints the table and the closing line. True when nothing failed, and, if `strict`, nothing
    /// was skipped.
    pub(crate) fn close(&self, strict: bool) -> bool {
        let mut sum = Tally::default();
        println!(
            "\n{:<14} {:<8} {:>7} {:>7} {:>7} {:>9}",
            "step", "result", "passed", "failed", "skipped", "time"
        );
        for line in &self.lines {
            println!("{}", line.row());
            sum.add(line.tally);
        }
        for line in self.lines.iter().filter(|line| line.tally.skipped > 0) {
            for reason in &line.reasons {
                println!("skipped: {}: {reason}", line.name);
            }
        }
        if sum.deferred > 0 {
            println!(
                "{} tests are left for --long, or to be written",
                sum.deferred
            );
        }
        let held = sum.failed == 0 && !(strict && sum.skipped > 0);
        if strict && sum.skipped > 0 {
            println!("CI=true: what was skipped counts as a failure");
        }
        println!(
            "\n{} passed, {} failed, {} skipped",
            sum.passed, sum.failed, sum.skipped
        );
        held
    }
}

impl Line {
    fn result(&self) -> &'static str {
        match self.tally {
            Tally { failed: 1.., .. } => "FAILED",
            Tally {
                passed: 0,
                skipped: 1..,
                ..
            } => "skipped",
            Tally { .. } => "ok",
        }
    }

    fn text(&self) -> String {
        let reasons = self.reasons.join("; ");
        let reasons = if reasons.is_empty() {
            reasons
        } else {
            format!(" ({reasons})")
        };
        format!(
            "{}: {} in {}{reasons}",
            self.name,
            self.result(),
            seconds(self.took)
        )
    }

    fn row(&self) -> String {
        let Tally {
            passed,
            failed,
            skipped,
            ..
        } = self.tally;
        let (name, result, took) = (&self.name, self.result(), seconds(self.took));
        format!("{name:<14} {result:<8} {passed:>7} {failed:>7} {skipped:>7} {took:>9}")
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ran(ok: bool, text: &str) -> Outcome {
        Outcome::Ran(Ran {
            ok,
            text: text.to_owned(),
        })
    }

    #[test]
    fn a_failure_is_told_by_the_step_and_by_the_whole() {
        let mut report = Report::default();
        assert!(report.step("one", || Outcome::Held(true)));
        assert!(!report.step("two", || ran(false, "")));
        assert!(!report.close(false));
    }

    #[test]
    fn a_skip_fails_only_where_it_must_not_happen() {
        let mut report = Report::default();
        assert!(!report.step("browser", || Outcome::Skipped("no chromium".to_owned())));
        assert!(report.close(false));
        assert!(!report.close(true));
    }

    #[test]
    fn a_test_runner_without_tests_is_no_success() {
        let mut report = Report::default();
        report.step("browser", || {
            Outcome::Tested(Ran {
                ok: true,
                text: "nothing to do\n".to_owned(),
            })
        });
        assert!(report.close(false) && !report.close(true));
    }

    #[test]
    fn a_step_is_skipped_only_when_nothing_of_it_ran() {
        let mut report = Report::default();
        report.step("some", || ran(true, "2 passed, 0 failed, 1 skipped"));
        report.step("none", || Outcome::Skipped("nothing there".to_owned()));
        let results: Vec<_> = report.lines.iter().map(Line::result).collect();
        assert_eq!(results, ["ok", "skipped"]);
        assert!(report.lines[1].text().ends_with("(nothing there)"));
    }
}
