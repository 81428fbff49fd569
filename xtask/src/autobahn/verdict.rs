//! What the suite found, read from the index of its reports and told as a page.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

use super::{ECHO, SECTIONS};

/// How many cases the sections have. Fewer results mean that the suite broke off.
const CASES: usize = 301;

/// What each section is about.
const TITLES: &[(&str, &str)] = &[
    ("1", "framing"),
    ("2", "pings and pongs"),
    ("3", "reserved bits"),
    ("4", "opcodes"),
    ("5", "fragmentation"),
    ("6", "UTF-8"),
    ("7", "closing"),
    ("9", "limits and performance"),
    ("10", "others"),
];

/// What the suite says of a case that has no wrong answer.
const INFORMATIONAL: &str = "INFORMATIONAL";

/// The results by the numbers of their cases.
pub(super) struct Verdict {
    cases: BTreeMap<Vec<u32>, Case>,
    /// How many there should be.
    expected: usize,
}

/// One result.
struct Case {
    name: String,
    /// What was done, and how it was closed.
    behavior: [String; 2],
    close_code: Option<u64>,
    milliseconds: Option<u64>,
}

impl Verdict {
    /// Reads the suite's `index.json`.
    pub(super) fn read(index: &str, agent: &str) -> Result<Self> {
        let index: Value = serde_json::from_str(index).context("the index is no JSON")?;
        let found = index[agent].as_object().context("the index is empty")?;
        let mut cases = BTreeMap::new();
        for (name, found) in found {
            let number = name.split('.').map(str::parse).collect::<Result<_, _>>();
            let word = |key: &str| found[key].as_str().unwrap_or("nothing").to_owned();
            let case = Case {
                name: name.clone(),
                behavior: [word("behavior"), word("behaviorClose")],
                close_code: found["remoteCloseCode"].as_u64(),
                milliseconds: found["duration"].as_u64(),
            };
            cases.insert(number.with_context(|| format!("{name} is no case"))?, case);
        }
        Ok(Self {
            cases,
            expected: CASES,
        })
    }

    /// Whether every case ran, and none failed.
    pub(super) fn held(&self) -> bool {
        self.failures().next().is_none()
    }

    /// A line for each case that failed, and one when some did not run.
    pub(super) fn failures(&self) -> impl Iterator<Item = String> {
        let failed = self.cases.values().filter(|case| !case.held());
        let failed = failed.map(|case| {
            let [behavior, close] = &case.behavior;
            format!("case {}: {behavior}, closing {close}", case.name)
        });
        let (ran, expected) = (self.cases.len(), self.expected);
        let missing = (ran != expected).then(|| format!("{ran} cases ran, not {expected}"));
        failed.chain(missing)
    }

    /// The numbers, as [`crate::tally`] reads them.
    pub(super) fn closing_line(&self) -> String {
        let failed = self.failures().count();
        let held = self.cases.values().filter(|case| case.held()).count();
        format!("{held} passed, {failed} failed, 0 skipped")
    }

    /// The page for `docs/`.
    pub(super) fn page(&self, versions: &[&str], date: &str) -> String {
        let (package, example) = ECHO;
        let versions = versions.join(" and ").replace("==", " ");
        let mut page = format!(
            "# WebSocket conformance\n\n\
             What the [Autobahn test suite](https://github.com/crossbario/autobahn-testsuite) finds in our WebSockets. \
             `cargo xtask autobahn` installs the suite, runs it and writes this page; `cargo xtask test --long` runs it, too, and fails when a case does.\n\n\
             Of {date}, by {versions}, against the example `{example}` of `{package}`, \
             which moves its bytes and frames by the very code that the server's doors use: {} of {} cases held.\n\n\
             | section | cases | OK | informational | failed |\n|---|--:|--:|--:|--:|\n",
            self.cases.values().filter(|case| case.held()).count(),
            self.expected,
        );
        for section in SECTIONS {
            page.push_str(&self.row(section));
        }
        page.push_str(
            "\nInformational are cases for which every answer is right. \
             Sections 12 and 13 are left out: they are about compression, which the server does not offer, \
             so that every byte it sends is made once for all who get it. Sections 0, 8 and 11 have no cases.\n\n\
             Every case with its outcome, the close code it got and its milliseconds: [autobahn.json](autobahn.json).\n",
        );
        let failures: Vec<String> = self.failures().map(|line| format!("- {line}\n")).collect();
        if !failures.is_empty() {
            page.push_str("\n## Failed\n\n");
            page.push_str(&failures.concat());
        }
        page
    }

    fn row(&self, section: &str) -> String {
        let title = TITLES.iter().find(|(number, _)| *number == section);
        let title = title.map_or("", |(_, title)| title);
        let cases = self.cases.values();
        let cases = cases.filter(|case| case.name.split('.').next() == Some(section));
        let (mut ok, mut informational, mut failed) = (0, 0, 0);
        for case in cases {
            *match (case.held(), case.behavior[0].as_str()) {
                (false, _) => &mut failed,
                (true, INFORMATIONAL) => &mut informational,
                (true, _) => &mut ok,
            } += 1;
        }
        let sum = ok + informational + failed;
        format!("| {section} {title} | {sum} | {ok} | {informational} | {failed} |\n")
    }

    /// The suite's index without the paths of its reports: one line for each case.
    pub(super) fn index(&self) -> String {
        let lines = self.cases.values().map(|case| {
            let mut fields = Map::new();
            fields.insert("behavior".to_owned(), case.behavior[0].as_str().into());
            fields.insert("behaviorClose".to_owned(), case.behavior[1].as_str().into());
            fields.insert("remoteCloseCode".to_owned(), case.close_code.into());
            fields.insert("duration".to_owned(), case.milliseconds.into());
            format!("  \"{}\": {}", case.name, Value::Object(fields))
        });
        format!("{{\n{}\n}}\n", lines.collect::<Vec<_>>().join(",\n"))
    }
}

impl Case {
    /// Nothing but OK will do, where the suite has an opinion.
    fn held(&self) -> bool {
        self.behavior
            .iter()
            .all(|word| word == "OK" || word == INFORMATIONAL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(words: &[(&str, &str, &str)], expected: usize) -> Verdict {
        let cases = words.iter().map(|(name, behavior, close)| {
            let found = serde_json::json!({
                "behavior": behavior, "behaviorClose": close,
                "remoteCloseCode": 1000, "duration": 4, "reportfile": "/somewhere/else.json",
            });
            ((*name).to_owned(), found)
        });
        let index = serde_json::json!({ "us": cases.collect::<Map<_, _>>() });
        let mut verdict = Verdict::read(&index.to_string(), "us").expect("an index");
        verdict.expected = expected;
        verdict
    }

    #[test]
    fn only_ok_and_what_has_no_wrong_answer_hold() {
        assert!(verdict(&[("1.1.1", "OK", "OK"), ("7.1.6", INFORMATIONAL, "OK")], 2).held());
        for bad in ["FAILED", "NON-STRICT", "UNCLEAN", "WRONG CODE"] {
            assert!(!verdict(&[("1.1.1", bad, "OK")], 1).held(), "{bad}");
            assert!(!verdict(&[("1.1.1", "OK", bad)], 1).held(), "{bad}");
        }
    }

    #[test]
    fn a_suite_that_broke_off_has_failed() {
        let verdict = verdict(&[("1.1.1", "OK", "OK")], 2);
        assert!(!verdict.held());
        assert_eq!(verdict.closing_line(), "1 passed, 1 failed, 0 skipped");
    }

    #[test]
    fn the_page_counts_by_section_and_names_what_failed() {
        let words = [
            ("10.1.1", "OK", "OK"),
            ("1.1.2", "FAILED", "OK"),
            ("1.1.1", "OK", "OK"),
            ("7.1.6", INFORMATIONAL, INFORMATIONAL),
        ];
        let page = verdict(&words, 4).page(&["autobahntestsuite==1.2"], "2026-01-31");
        assert!(
            page.contains("Of 2026-01-31, by autobahntestsuite 1.2,"),
            "{page}"
        );
        assert!(page.contains("| 1 framing | 2 | 1 | 0 | 1 |\n"), "{page}");
        assert!(page.contains("| 7 closing | 1 | 0 | 1 | 0 |\n"), "{page}");
        assert!(
            page.ends_with("- case 1.1.2: FAILED, closing OK\n"),
            "{page}"
        );
    }

    #[test]
    fn the_index_is_in_order_and_without_paths() {
        let index = verdict(&[("10.1.1", "OK", "OK"), ("9.1.1", "OK", "OK")], 2).index();
        let first = index.lines().nth(1).expect("a line");
        assert!(
            first.starts_with("  \"9.1.1\": {") && first.contains("\"duration\":4"),
            "{index}"
        );
        assert!(!index.contains("somewhere"));
        assert!(serde_json::from_str::<Value>(&index).is_ok());
    }
}
