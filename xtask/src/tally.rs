//! Reads from what test programs print how many tests passed, failed and were skipped.

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Ran and held.
    pub(crate) passed: usize,
    /// Ran and did not hold.
    pub(crate) failed: usize,
    /// Could not run, because something is missing.
    pub(crate) skipped: usize,
    /// Left for `--long` on purpose.
    pub(crate) deferred: usize,
}

impl Tally {
    /// One thing that passed.
    pub(crate) const PASS: Self = Self {
        passed: 1,
        failed: 0,
        skipped: 0,
        deferred: 0,
    };
    /// One thing that failed.
    pub(crate) const FAIL: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
        deferred: 0,
    };
    /// One thing that could not run.
    pub(crate) const SKIP: Self = Self {
        passed: 0,
        failed: 0,
        skipped: 1,
        deferred: 0,
    };

    /// Adds another count to this one.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.deferred += other.deferred;
    }

    fn total(self) -> usize {
        self.passed + self.failed + self.skipped + self.deferred
    }
}

/// How a step counts: what its tests said, corrected by its exit status. A program that failed
/// without naming a failed test (it did not compile, it crashed) is one failure; one that names no
/// test at all is a test itself.
pub(crate) fn of_step(ok: bool, text: &str) -> Tally {
    let mut tally = read(text);
    if !ok && tally.failed == 0 {
        tally.failed = 1;
    }
    if ok && tally.total() == 0 {
        return Tally::PASS;
    }
    tally
}

/// Whether the output tells of no test at all.
pub(crate) fn found_none(text: &str) -> bool {
    read(text).total() == 0
}

/// The reasons given on `skipped: …` lines. A Rust test that cannot run writes such a line straight
/// to standard error (past the capture of the test runner) and returns.
pub(crate) fn skip_reasons(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("skipped: "))
        .map(str::to_owned)
        .collect()
}

fn read(text: &str) -> Tally {
    let mut tally = Tally::default();
    for line in text.lines().map(str::trim) {
        tally.add(
            cargo(line)
                .or_else(|| vitest(line))
                .or_else(|| plain(line))
                .unwrap_or_default(),
        );
    }
    tally.add(node(text));
    // The Rust runner counts a test that returned early as passed.
    let skipped = skip_reasons(text).len().min(tally.passed);
    if tally.skipped == 0 {
        tally.passed -= skipped;
        tally.skipped = skipped;
    }
    tally
}

/// `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.1s`
fn cargo(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    Some(Tally {
        passed: before(counts, " passed")?,
        failed: before(counts, " failed")?,
        skipped: 0,
        deferred: before(counts, " ignored").unwrap_or_default(),
    })
}

/// `Tests  1 failed | 45 passed | 2 skipped | 1 todo (49)`
fn vitest(line: &str) -> Option<Tally> {
    let counts = line.strip_prefix("Tests ")?.trim();
    (counts.ends_with(')')).then(|| Tally {
        passed: before(counts, " passed").unwrap_or_default(),
        failed: before(counts, " failed").unwrap_or_default(),
        skipped: before(counts, " skipped").unwrap_or_default(),
        deferred: before(counts, " todo").unwrap_or_default(),
    })
}

/// `12 passed, 0 failed, 1 skipped`, alone on a line: our own closing line.
fn plain(line: &str) -> Option<Tally> {
    let parts: Vec<&str> = line.split(", ").collect();
    let [passed, failed, skipped] = parts.as_slice() else {
        return None;
    };
    Some(Tally {
        passed: passed.strip_suffix(" passed")?.parse().ok()?,
        failed: failed.strip_suffix(" failed")?.parse().ok()?,
        skipped: skipped.strip_suffix(" skipped")?.parse().ok()?,
        deferred: 0,
    })
}

/// Node's own runner closes with `# pass 3`, `# fail 0`, `# skipped 0` (or `ℹ` for `#`).
fn node(text: &str) -> Tally {
    let sum = |word: &str| -> usize {
        let counts = text.lines().filter_map(|line| {
            let line = line.trim();
            let rest = line
                .strip_prefix("# ")
                .or_else(|| line.strip_prefix("ℹ "))?;
            rest.strip_prefix(word)?.trim().parse::<usize>().ok()
        });
        counts.sum()
    };
    Tally {
        passed: sum("pass "),
        failed: sum("fail "),
        skipped: sum("skipped "),
        deferred: sum("todo "),
    }
}

/// The number that stands before `word`.
fn before(text: &str, word: &str) -> Option<usize> {
    let (head, _) = text.split_once(word)?;
    let digits = head
        .rsplit(|letter: char| !letter.is_ascii_digit())
        .next()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: usize, failed: usize, skipped: usize, deferred: usize) -> Tally {
        Tally {
            passed,
            failed,
            skipped,
            deferred,
        }
    }

    #[test]
    fn cargo_results_are_summed_over_binaries() {
        let text = "running 5 tests\n\
            test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 12 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out; finished in 1.2s\n";
        assert_eq!(of_step(false, text), counts(17, 2, 0, 1));
    }

    #[test]
    fn a_test_that_says_it_was_skipped_did_not_pass() {
        let text = "skipped: store on PostgreSQL: postgres was not found\n\
            test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(of_step(true, text), counts(4, 0, 1, 0));
        assert_eq!(
            skip_reasons(text),
            ["store on PostgreSQL: postgres was not found"]
        );
    }

    #[test]
    fn vitest_is_read_by_tests_and_not_by_files() {
        let text = " Test Files  1 failed | 7 passed (8)\n      Tests  1 failed | 45 passed | 2 skipped (48)\n";
        assert_eq!(of_step(false, text), counts(45, 1, 2, 0));
        assert_eq!(
            of_step(true, "      Tests  3 passed (3)"),
            counts(3, 0, 0, 0)
        );
    }

    #[test]
    fn our_own_closing_line_and_that_of_node_are_read() {
        assert_eq!(
            of_step(true, "12 passed, 0 failed, 1 skipped\n"),
            counts(12, 0, 1, 0)
        );
        let text = "# tests 4\n# pass 3\n# fail 0\n# cancelled 0\n# skipped 1\n# todo 0\n";
        assert_eq!(of_step(true, text), counts(3, 0, 1, 0));
    }

    #[test]
    fn a_crash_is_one_failure_and_a_silent_success_one_pass() {
        assert_eq!(of_step(false, "error: could not compile"), Tally::FAIL);
        assert_eq!(of_step(true, ""), Tally::PASS);
        let crashed = "test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        assert_eq!(of_step(false, crashed), counts(5, 1, 0, 0));
    }

    #[test]
    fn prose_is_not_counted() {
        assert_eq!(
            read("3 passed, and then some, 1 skipped\nTests are fun\n"),
            Tally::default()
        );
    }
}
