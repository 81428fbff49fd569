//! Rules about `Cargo.toml`: which crate may import which, and why each dependency is there.

use toml::{Table, Value};

use super::Finding;
use super::rust::{Source, has_word};
use super::tree::File;

/// Which of our crates each may import; the arrows of `docs/ARCHITECTURE.md`. A crate that is not
/// here must be put here, with a record in `docs/adr/` for each new arrow.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("wire", &[]),
    ("webui", &[]),
    ("engine", &["domain"]),
    ("gateway", &["domain", "wire", "engine", "webui"]),
    ("store", &["domain", "engine"]),
    ("bus", &["domain", "engine"]),
    ("media", &["domain", "engine", "wire"]),
    ("client", &["wire"]),
    ("server", EVERYTHING),
    ("testkit", EVERYTHING),
    ("bench", EVERYTHING),
];

/// All rooms but those that exist for tests.
const EVERYTHING: &[&str] = &[
    "domain", "wire", "engine", "gateway", "store", "bus", "media", "client", "webui", "server",
];

/// What any crate may use in its tests: tests stand on the real store and bus.
const FOR_TESTS: &[&str] = &["testkit", "client", "store", "bus"];

/// The three kinds of dependency tables.
const TABLES: &[&str] = &["dependencies", "build-dependencies", "dev-dependencies"];

/// All rules of this file.
pub(crate) fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.name() == "Cargo.toml") {
        let manifest: Table = match file.text.parse() {
            Ok(manifest) => manifest,
            Err(error) => {
                findings.push(Finding::new(&file.path, 1, "manifest", error.to_string()));
                continue;
            }
        };
        findings.extend(justified(file));
        if file.path != "Cargo.toml" && !file.path.starts_with("fuzz/") {
            findings.extend(arrows(file, &manifest));
            findings.extend(inherits_lints(file, &manifest));
            findings.extend(unused(file, &manifest, files));
        }
    }
    findings
}

/// Imports follow the arrows.
fn arrows(file: &File, manifest: &Table) -> Vec<Finding> {
    let Some(room) = file.room() else {
        return Vec::new();
    };
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else {
        let advice =
            format!("crate `{room}` is not in the table of arrows (xtask/src/tidy/manifests.rs)");
        return vec![Finding::new(&file.path, 1, "arrow", advice)];
    };
    let mut findings = Vec::new();
    for (table, name) in dependencies(manifest) {
        let ours = ARROWS.iter().any(|(other, _)| *other == name);
        let for_tests = table == "dev-dependencies" && FOR_TESTS.contains(&name.as_str());
        if ours && !for_tests && !allowed.contains(&name.as_str()) {
            let advice = format!(
                "`{room}` may not import `{name}`: it may import {}; a new arrow needs a record in docs/adr/",
                if allowed.is_empty() {
                    "nothing of ours".to_owned()
                } else {
                    allowed.join(", ")
                }
            );
            findings.push(Finding::new(
                &file.path,
                line_naming(file, &name),
                "arrow",
                advice,
            ));
        }
    }
    findings
}

/// Every crate has the workspace's lints.
fn inherits_lints(file: &File, manifest: &Table) -> Vec<Finding> {
    let inherits = manifest
        .get("lints")
        .and_then(|lints| lints.get("workspace"));
    if !manifest.contains_key("package") || inherits == Some(&Value::Boolean(true)) {
        return Vec::new();
    }
    vec![Finding::new(
        &file.path,
        1,
        "lints",
        "add `[lints] workspace = true`",
    )]
}

/// Each dependency from outside has a comment that says why, on its line or on the one above.
fn justified(file: &File) -> Vec<Finding> {
    let (mut findings, mut in_table, mut explained) = (Vec::new(), false, false);
    for (number, line) in file.lines() {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            in_table = header.trim_end_matches(']').ends_with("dependencies");
        }
        let entry = in_table && line.contains('=') && !line.starts_with(['#', '[']);
        let elsewhere = ["workspace = true", "path ="]
            .iter()
            .any(|words| line.contains(words))
            || line
                .split('=')
                .next()
                .is_some_and(|key| key.trim().ends_with(".workspace"));
        if entry && !elsewhere && !line.contains(" #") && !explained {
            let advice = "say in a comment why this dependency is here";
            findings.push(Finding::new(&file.path, number, "justify", advice));
        }
        explained = line.starts_with('#');
    }
    findings
}

/// A dependency that no file of the crate names. What is used by its mere presence (a feature
/// switched on) is listed under `[package.metadata.cargo-machete] ignored`.
fn unused(file: &File, manifest: &Table, files: &[File]) -> Vec<Finding> {
    let directory = file.path.trim_end_matches("Cargo.toml");
    let ignored = ignored(manifest);
    let sources: Vec<String> = files
        .iter()
        .filter(|other| other.path.starts_with(directory))
        .filter_map(|other| Source::read(other).map(|source| source.code))
        .collect();
    let mut findings = Vec::new();
    for (_, name) in dependencies(manifest) {
        let identifier = name.replace('-', "_");
        let named = sources.iter().any(|code| has_word(code, &identifier));
        if !named && !ignored.contains(&name.as_str()) {
            let advice = format!("nothing names `{name}`: remove the dependency");
            findings.push(Finding::new(
                &file.path,
                line_naming(file, &name),
                "unused",
                advice,
            ));
        }
    }
    findings.dedup();
    findings
}

fn ignored(manifest: &Table) -> Vec<&str> {
    let package = manifest.get("package");
    let list = package.and_then(|p| p.get("metadata")?.get("cargo-machete")?.get("ignored"));
    list.and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The dependencies of a crate, those for one platform included, with the table they stand in.
fn dependencies(manifest: &Table) -> Vec<(&'static str, String)> {
    let platforms = manifest.get("target").and_then(Value::as_table);
    let platforms = platforms
        .into_iter()
        .flat_map(Table::values)
        .filter_map(Value::as_table);
    let mut found = Vec::new();
    for part in std::iter::once(manifest).chain(platforms) {
        for table in TABLES {
            let entries = part.get(*table).and_then(Value::as_table);
            found.extend(
                entries
                    .into_iter()
                    .flat_map(Table::keys)
                    .map(|name| (*table, name.clone())),
            );
        }
    }
    found
}

/// The line on which the dependency stands.
fn line_naming(file: &File, name: &str) -> usize {
    let found = file.lines().find(|(_, line)| {
        let rest = line.trim_start().strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with([' ', '.', '=']))
    });
    found.map_or(1, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINTS: &str = "[lints]\nworkspace = true\n";

    fn rules(path: &str, manifest: &str, code: &str) -> Vec<&'static str> {
        let source = path.replace("Cargo.toml", "src/lib.rs");
        let files = [File::new(path, manifest), File::new(&source, code)];
        check(&files)
            .into_iter()
            .map(|finding| finding.rule)
            .collect()
    }

    #[test]
    fn imports_follow_the_arrows() {
        let imports =
            |name: &str| format!("[package]\n[dependencies]\n{name}.workspace = true\n{LINTS}");
        let rule = |room: &str, name: &str| {
            rules(
                &format!("crates/{room}/Cargo.toml"),
                &imports(name),
                &format!("use {name}::A;"),
            )
        };
        for (room, name) in [
            ("domain", "wire"),
            ("engine", "wire"),
            ("store", "gateway"),
            ("gateway", "store"),
        ] {
            assert_eq!(rule(room, name), ["arrow"], "{room} -> {name}");
        }
        for (room, name) in [
            ("engine", "domain"),
            ("gateway", "webui"),
            ("server", "store"),
            ("engine", "serde"),
        ] {
            assert!(rule(room, name).is_empty(), "{room} -> {name}");
        }
        assert_eq!(rule("novelty", "serde"), ["arrow"]);
        assert_eq!(rule("engine", "testkit"), ["arrow"]);
    }

    #[test]
    fn tests_may_use_the_testkit_the_store_and_the_bus_and_nothing_else_new() {
        let imports =
            |name: &str| format!("[package]\n[dev-dependencies]\n{name}.workspace = true\n{LINTS}");
        let rule = |name: &str| {
            rules(
                "crates/engine/Cargo.toml",
                &imports(name),
                &format!("use {name}::A;"),
            )
        };
        assert!(rule("testkit").is_empty());
        assert!(rule("store").is_empty());
        assert_eq!(rule("gateway"), ["arrow"]);
    }

    #[test]
    fn arrows_hold_on_one_platform_too() {
        let manifest = format!(
            "[package]\n[target.'cfg(unix)'.dependencies]\nstore.workspace = true\n{LINTS}"
        );
        assert_eq!(
            rules("crates/gateway/Cargo.toml", &manifest, "use store::A;"),
            ["arrow"]
        );
    }

    #[test]
    fn every_crate_has_the_lints() {
        assert_eq!(rules("crates/bus/Cargo.toml", "[package]\n", ""), ["lints"]);
    }

    #[test]
    fn a_dependency_says_why_it_is_here() {
        let bad = "[workspace.dependencies]\nserde = \"1\"\nbytes = { version = \"1\" }\n";
        assert_eq!(rules("Cargo.toml", bad, ""), ["justify", "justify"]);
        let good = "[workspace.dependencies]\nbus = { path = \"crates/bus\" }\nserde = \"1\" # bodies\n\
            # shared frames\nbytes = \"1\"\n[profile.dev]\ndebug = 1\n";
        assert!(rules("Cargo.toml", good, "").is_empty());
    }

    #[test]
    fn a_dependency_is_used() {
        let manifest = format!("[package]\n[dependencies]\nserde-json.workspace = true\n{LINTS}");
        assert_eq!(
            rules("crates/bus/Cargo.toml", &manifest, "// serde_json\n"),
            ["unused"]
        );
        assert!(
            rules(
                "crates/bus/Cargo.toml",
                &manifest,
                "use serde_json::Value;\n"
            )
            .is_empty()
        );
        let kept = manifest.replace(
            "[package]\n",
            "[package]\n[package.metadata.cargo-machete]\nignored = [\"serde-json\"]\n",
        );
        assert!(rules("crates/bus/Cargo.toml", &kept, "").is_empty());
    }
}
