//! The house rules, checked over the files that git knows or would take.
//!
//! Map: [`tree`] finds the files, [`rust`] tells code from comments, strings and tests;
//! [`manifests`], [`layers`], [`code`], [`size`], [`text`] and [`licences`] hold the rules;
//! [`ratchet`] lets old offenders be while new ones are refused.
//!
//! Each finding names a file and a line, the rule, and what to do.

mod code;
mod layers;
mod licences;
mod manifests;
mod ratchet;
mod rust;
mod size;
mod text;
mod tree;

use std::fmt;
use std::path::Path;

use anyhow::Result;

use tree::File;

/// One place where a rule is not kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    line: usize,
    rule: &'static str,
    advice: String,
}

impl Finding {
    /// A finding in `file` at `line`, counted from 1.
    fn new(path: &str, line: usize, rule: &'static str, advice: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            rule,
            advice: advice.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}: {}: {}",
            self.path, self.line, self.rule, self.advice
        )
    }
}

/// Checks the tree; true when every rule is kept.
pub(crate) fn run(root: &Path) -> Result<bool> {
    let files = tree::read(root)?;
    let mut findings: Vec<Finding> = files.iter().flat_map(check_file).collect();
    findings.extend(manifests::check(&files));
    findings.extend(licences::check(root, &files));
    let fences = ratchet::read(&files)?;
    let mut findings = ratchet::apply(&fences, findings);
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    let count = findings.len();
    println!(
        "tidy: {} files, {count} findings, {} fenced",
        files.len(),
        fences.len()
    );
    Ok(findings.is_empty())
}

/// Every rule that looks at one file alone.
fn check_file(file: &File) -> Vec<Finding> {
    let mut findings = text::check(file);
    findings.extend(size::check_file(file));
    if let Some(source) = rust::Source::read(file) {
        findings.extend(code::check(file, &source));
        findings.extend(layers::check(file, &source));
        findings.extend(size::check_functions(file, &source));
    }
    findings
}

/// The rules that find something in a file with this path and text, for the rules' own tests.
#[cfg(test)]
fn rules_of(path: &str, text: &str) -> Vec<&'static str> {
    let mut rules: Vec<_> = check_file(&File::new(path, text))
        .into_iter()
        .map(|finding| finding.rule)
        .collect();
    rules.dedup();
    rules
}
