//! Rules about what we build upon: licences (the list in `deny.toml`) and where crates come from.

use std::path::Path;

use serde_json::Value;

use super::Finding;
use super::tree::File;
use crate::command::Task;

/// The only place crates may come from.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// All rules of this file.
pub(crate) fn check(root: &Path, files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(lock) = files.iter().find(|file| file.path == "Cargo.lock") {
        findings.extend(sources(lock));
    }
    let allowed = files
        .iter()
        .find(|file| file.path == "deny.toml")
        .map(allowed)
        .unwrap_or_default();
    if let Some(metadata) = metadata(root) {
        findings.extend(licences(&metadata, &allowed));
    } else {
        let advice =
            "`cargo metadata --locked` fails, so no licence was looked at: run `cargo check` first";
        findings.push(Finding::new("Cargo.lock", 1, "licence", advice));
    }
    findings
}

/// What cargo knows of all packages. Without network, of those that this machine builds: the
/// others were never fetched.
fn metadata(root: &Path) -> Option<String> {
    let arguments = [
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--all-features",
    ];
    Task::new(root, "cargo", &arguments).quiet().or_else(|| {
        let version = Task::new(root, "rustc", &["-vV"]).quiet()?;
        let host = version
            .lines()
            .find_map(|line| line.strip_prefix("host: "))?;
        let more = ["--offline", "--filter-platform", host];
        Task::new(root, "cargo", &[arguments.as_slice(), &more].concat()).quiet()
    })
}

/// Crates come from the registry.
fn sources(lock: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in lock.lines() {
        let source = line
            .strip_prefix("source = \"")
            .map(|rest| rest.trim_end_matches('"'));
        if source.is_some_and(|source| source != SOURCE) {
            let advice = "crates come from crates.io only: publish it there, or do without";
            findings.push(Finding::new(&lock.path, number, "source", advice));
        }
    }
    findings
}

/// The licences that `deny.toml` allows.
fn allowed(deny: &File) -> Vec<String> {
    let table: toml::Table = deny.text.parse().unwrap_or_default();
    let list = table
        .get("licenses")
        .and_then(|licenses| licenses.get("allow"));
    let words = list.and_then(toml::Value::as_array).into_iter().flatten();
    words
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect()
}

/// Each package may be used under a licence of the list.
fn licences(metadata: &str, allowed: &[String]) -> Vec<Finding> {
    let metadata: Value = serde_json::from_str(metadata).unwrap_or_default();
    let packages = metadata["packages"].as_array();
    let mut findings = Vec::new();
    for package in packages.into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        let expression = package["license"].as_str().unwrap_or_default();
        if !permits(expression, allowed) {
            let advice =
                format!("`{name}` is under `{expression}`, which is not in the list of deny.toml");
            findings.push(Finding::new("Cargo.lock", 1, "licence", advice));
        }
    }
    findings
}

/// Whether an SPDX expression (annex D of SPDX 2.3) can be met by the allowed licences. The old way
/// to write `OR`, a slash, is understood too.
fn permits(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    !words.is_empty() && either(&mut rest, allowed) && rest.is_empty()
}

/// `a OR b`; every part is read even when the answer is known, to get past it.
fn either(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut held = both(rest, allowed);
    while take(rest, "OR") {
        let next = both(rest, allowed);
        held = held || next;
    }
    held
}

/// `a AND b`, which binds closer.
fn both(rest: &mut &[&str], allowed: &[String]) -> bool {
    let mut held = one(rest, allowed);
    while take(rest, "AND") {
        let next = one(rest, allowed);
        held = held && next;
    }
    held
}

/// One licence, with its exception (an exception only adds rights), or a group.
fn one(rest: &mut &[&str], allowed: &[String]) -> bool {
    if take(rest, "(") {
        let held = either(rest, allowed);
        return take(rest, ")") && held;
    }
    let Some((licence, after)) = rest.split_first() else {
        return false;
    };
    *rest = after;
    if take(rest, "WITH") {
        *rest = rest.get(1..).unwrap_or_default();
    }
    allowed.iter().any(|name| name == licence)
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    match rest.split_first() {
        Some((first, after)) if *first == word => {
            *rest = after;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_met_by_the_list() {
        let allowed = ["MIT", "Apache-2.0", "BSD-3-Clause"].map(str::to_owned);
        for good in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "(GPL-2.0-only OR MIT) AND BSD-3-Clause",
        ] {
            assert!(permits(good, &allowed), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "(MIT",
            "GPL-3.0-only OR (MIT AND X)",
        ] {
            assert!(!permits(bad, &allowed), "{bad}");
        }
    }

    #[test]
    fn packages_are_judged_by_the_list_of_deny_toml() {
        let deny = File::new("deny.toml", "[licenses]\nallow = [\"MIT\"]\n");
        let metadata =
            r#"{"packages": [{"name": "a", "license": "MIT"}, {"name": "b", "license": null}]}"#;
        let findings = licences(metadata, &allowed(&deny));
        assert!(findings.len() == 1 && findings[0].advice.contains("`b`"));
    }

    #[test]
    fn crates_come_from_the_registry() {
        let lock = format!("source = \"{SOURCE}\"\nsource = \"git+https://example.org/a\"\n");
        let findings = sources(&File::new("Cargo.lock", &lock));
        assert!(findings.len() == 1 && findings[0].line == 2);
    }
}
