//! Rules about what Rust code says.

use super::Finding;
use super::rust::{Source, find_word, has_word};
use super::tree::File;

/// What reads the clock or the dice.
const CLOCK_AND_DICE: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "thread_rng",
    "rand::rng",
    "rand::random",
    "OsRng",
    "Uuid::new_v4",
    "Uuid::now_v7",
];

/// What prints for a human at a terminal.
const PRINTING: &[&str] = &["println!", "print!", "eprintln!", "eprint!"];

/// Rooms that are, or hold, programs with a terminal.
const PROGRAMS: &[&str] = &["server", "testkit", "bench"];

/// All rules of this file.
pub(crate) fn check(file: &File, source: &Source) -> Vec<Finding> {
    let mut findings = unwraps(file, source);
    findings.extend(time_and_chance(file, source));
    findings.extend(pure_domain(file, source));
    findings.extend(printing(file, source));
    findings.extend(root_docs(file));
    findings.extend(inline_modules(file, source));
    findings
}

/// `unwrap` says nothing about why it cannot fail.
fn unwraps(file: &File, source: &Source) -> Vec<Finding> {
    let lines = source
        .code_lines()
        .filter(|(_, line)| line.contains(".unwrap()"));
    let advice = "outside tests say why it cannot fail, `expect(\"…\")`, or return the error";
    lines
        .map(|(line, _)| Finding::new(&file.path, line, "unwrap", advice))
        .collect()
}

/// The inner rooms take time and chance as arguments. Their examples stand where the binary stands,
/// and give them.
fn time_and_chance(file: &File, source: &Source) -> Vec<Finding> {
    let inner = matches!(file.room(), Some("domain" | "wire" | "engine"));
    if !inner || file.path.contains("/examples/") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in source.code_lines() {
        for word in CLOCK_AND_DICE.iter().filter(|word| has_word(line, word)) {
            let advice = format!("`{word}` here: take it from the `Clock` or `Entropy` port");
            findings.push(Finding::new(&file.path, number, "clock", advice));
        }
    }
    findings
}

/// The domain is plain values and functions.
fn pure_domain(file: &File, source: &Source) -> Vec<Finding> {
    if file.room() != Some("domain") {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in source.code_lines() {
        for word in ["async ", "SystemTime", "tokio"]
            .iter()
            .filter(|word| has_word(line, word))
        {
            let advice = format!(
                "`{}` in domain: what is true does not wait, look at a clock or do I/O; \
                 this belongs in engine",
                word.trim()
            );
            findings.push(Finding::new(&file.path, number, "pure-domain", advice));
        }
    }
    findings
}

/// Libraries do not print.
fn printing(file: &File, source: &Source) -> Vec<Finding> {
    let program = file.path.starts_with("xtask/")
        || file.room().is_some_and(|room| PROGRAMS.contains(&room))
        || file.name() == "build.rs"
        || file.path.contains("/build/")
        || file.path.contains("/bin/")
        || file.path.contains("examples/");
    if program {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in source.code_lines() {
        if let Some(word) = PRINTING.iter().find(|word| find_word(line, word).is_some()) {
            let advice = format!("`{word}` in a library: use `tracing`, or return the text");
            findings.push(Finding::new(&file.path, number, "print", advice));
        }
    }
    findings
}

/// A crate's root says what the crate is for.
fn root_docs(file: &File) -> Vec<Finding> {
    let root = ["/src/lib.rs", "/src/main.rs"]
        .iter()
        .any(|end| file.path.ends_with(end));
    if !root || file.text.starts_with("//!") {
        return Vec::new();
    }
    let advice = "begin with `//!`: the crate's purpose, its map, and an invariant";
    vec![Finding::new(&file.path, 1, "root-docs", advice)]
}

/// Modules inside files bear names as files do.
fn inline_modules(file: &File, source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in source.code_lines() {
        let name = line
            .trim_start()
            .trim_start_matches("pub ")
            .trim_start_matches("pub(crate) ");
        let name = name.strip_prefix("mod ").unwrap_or_default();
        let name: String = name
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if let Some(word) = super::text::forbidden_name(&name) {
            let advice = format!("`{word}` names nothing: call the module by what it holds");
            findings.push(Finding::new(&file.path, number, "name", advice));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::rules_of;

    #[test]
    fn unwrap_is_for_tests() {
        let bad = "fn a() { b().unwrap(); }\n";
        assert_eq!(rules_of("crates/store/src/a.rs", bad), ["unwrap"]);
        let good =
            "fn a() { b().unwrap_or(c); }\n#[cfg(test)]\nmod tests { fn d() { e().unwrap(); } }\n";
        assert!(rules_of("crates/store/src/a.rs", good).is_empty());
        assert!(rules_of("crates/store/tests/it/a.rs", bad).is_empty());
    }

    #[test]
    fn the_engine_takes_time_from_its_port() {
        for bad in [
            "let a = Instant::now();\n",
            "rand::rng().next();\n",
            "use rand::thread_rng;\n",
        ] {
            assert_eq!(
                rules_of("crates/engine/src/hub.rs", bad),
                ["clock"],
                "{bad}"
            );
            assert!(rules_of("crates/server/src/clock.rs", bad).is_empty());
            assert!(rules_of("crates/engine/examples/a.rs", bad).is_empty());
        }
        assert!(rules_of("crates/engine/src/hub.rs", "let a = clock.now();\n").is_empty());
    }

    #[test]
    fn the_domain_does_not_wait() {
        assert_eq!(
            rules_of("crates/domain/src/id.rs", "pub async fn a() {}\n"),
            ["pure-domain"]
        );
        assert_eq!(
            rules_of("crates/domain/src/id.rs", "use tokio::sync::X;\n"),
            ["pure-domain"]
        );
        assert!(rules_of("crates/domain/src/id.rs", "// async and tokio are words\n").is_empty());
    }

    #[test]
    fn libraries_do_not_print() {
        let text = "fn a() { println!(\"b\"); }\n";
        assert_eq!(rules_of("crates/gateway/src/a.rs", text), ["print"]);
        for path in [
            "crates/server/src/a.rs",
            "xtask/src/a.rs",
            "crates/webui/build/main.rs",
        ] {
            assert!(rules_of(path, text).is_empty(), "{path}");
        }
    }

    #[test]
    fn a_crate_says_what_it_is_for() {
        assert_eq!(rules_of("crates/bus/src/lib.rs", "mod a;\n"), ["root-docs"]);
        assert!(rules_of("crates/bus/src/lib.rs", "//! How nodes meet.\nmod a;\n").is_empty());
        assert!(rules_of("crates/bus/src/a.rs", "mod b;\n").is_empty());
    }

    #[test]
    fn a_module_is_called_by_what_it_holds() {
        assert_eq!(
            rules_of("crates/bus/src/a.rs", "pub(crate) mod helpers {\n}\n"),
            ["name"]
        );
        assert!(rules_of("crates/bus/src/a.rs", "mod retry {\n}\n").is_empty());
    }
}
