//! Rules about the text of any file: names, white space, marks left behind, paths of a machine.

use super::Finding;
use super::rust::{Source, find_word, has_word};
use super::tree::File;
use crate::web::lock::missing;

/// Names that say nothing about what they hold.
const EMPTY_NAMES: &[&str] = &[
    "manager", "helper", "helpers", "util", "utils", "common", "info",
];

/// Ways to have a browser read text as mark-up.
const MARKUP: &[&str] = &[
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "dangerouslySetInnerHTML",
    "document.write",
];

/// Directories that exist on one machine only. Spelled so that this file does not hold them.
const MACHINE: &[&str] = &[
    concat!("/", "work/"),
    concat!("/", "root/"),
    concat!("/", "tmp/"),
];

/// The only place npm packages may come from.
const NPM_REGISTRY: &str = "https://registry.npmjs.org/";

/// All rules of this file.
pub(crate) fn check(file: &File) -> Vec<Finding> {
    let mut findings = names(file);
    findings.extend(white_space(file));
    findings.extend(marks(file));
    findings.extend(markup(file));
    findings.extend(machine_paths(file));
    findings.extend(registry(file));
    findings
}

/// The part of a name that says nothing, if it has one: `util` of `string_util`.
pub(crate) fn forbidden_name(name: &str) -> Option<&str> {
    name.split(['_', '-', '.'])
        .find(|part| EMPTY_NAMES.contains(part))
}

/// Files and directories of code are called by what they hold.
fn names(file: &File) -> Vec<Finding> {
    if !is_source(file) {
        return Vec::new();
    }
    let found = file.path.split('/').find_map(forbidden_name);
    let advice = |word| format!("`{word}` names nothing: call it by what it holds");
    found
        .map(|word| Finding::new(&file.path, 1, "name", advice(word)))
        .into_iter()
        .collect()
}

/// No tabs, no spaces at line ends, one line end at the end.
fn white_space(file: &File) -> Vec<Finding> {
    if !matches!(file.extension(), "rs" | "ts" | "tsx" | "mjs" | "css") || file.is_generated() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        if line.contains('\t') {
            let advice = "a tab: indent with spaces, write `\\t` in a string";
            findings.push(Finding::new(&file.path, number, "white-space", advice));
        }
        if line.ends_with([' ', '\r']) {
            let advice = "white space at the end of the line: remove it";
            findings.push(Finding::new(&file.path, number, "white-space", advice));
        }
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        let last = file.text.lines().count();
        findings.push(Finding::new(
            &file.path,
            last,
            "white-space",
            "end the last line",
        ));
    }
    findings
}

/// A mark for later names the issue where it is remembered: `TODO(#12)`.
fn marks(file: &File) -> Vec<Finding> {
    if !is_source(file) || file.is_generated() {
        return Vec::new();
    }
    let source = Source::read(file);
    let text = source
        .as_ref()
        .map_or(&file.text, |source| &source.comments);
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let mark = ["TODO", "FIXME", "XXX"]
            .iter()
            .find_map(|mark| Some((find_word(line, mark)?, mark)));
        let Some((place, mark)) = mark else { continue };
        let after = line[place + mark.len()..].trim_start_matches(['(', ' ', ':']);
        let numbered = after
            .strip_prefix('#')
            .is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
        if !numbered {
            let advice = format!("`{mark}` without an issue: write `{mark}(#12)`, or do it now");
            findings.push(Finding::new(&file.path, index + 1, "mark", advice));
        }
    }
    findings
}

/// Text becomes nodes, never mark-up.
fn markup(file: &File) -> Vec<Finding> {
    let web = file.path.starts_with("web/") || file.path.starts_with("crates/webui/");
    let script = matches!(file.extension(), "ts" | "tsx" | "js" | "mjs" | "html");
    if !web || !script || file.is_test() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        let comment = line.trim_start().starts_with(['*', '/']);
        let word = MARKUP.iter().find(|word| !comment && has_word(line, word));
        if let Some(word) = word {
            let advice =
                format!("`{word}`: build nodes; text from others must never be parsed as HTML");
            findings.push(Finding::new(&file.path, number, "markup", advice));
        }
    }
    findings
}

/// What works on one machine only.
fn machine_paths(file: &File) -> Vec<Finding> {
    if file.is_test() || file.is_generated() {
        return Vec::new();
    }
    let source = Source::read(file);
    let mut findings = Vec::new();
    for (number, line) in file.lines() {
        let test = source.as_ref().is_some_and(|source| source.is_test(number));
        if let Some(path) = MACHINE
            .iter()
            .find(|path| !test && begins_a_path(line, path))
        {
            let advice =
                format!("`{path}` is a place on one machine: use a relative path or a setting");
            findings.push(Finding::new(&file.path, number, "machine-path", advice));
        }
    }
    findings
}

/// Whether the directory stands at the beginning of a path, and not inside a longer one or a URL.
fn begins_a_path(line: &str, directory: &str) -> bool {
    line.match_indices(directory).any(|(place, _)| {
        let before = line[..place].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || "_-.}/~*)".contains(c))
    })
}

/// A lock file that names a mirror works only where the mirror is, and `npm ci` refuses one that
/// lacks the packages of some platform.
fn registry(file: &File) -> Vec<Finding> {
    if file.name() != "package-lock.json" {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let foreign = file.lines().find(|(_, line)| {
        let address = line.trim().strip_prefix("\"resolved\": \"");
        address.is_some_and(|a| a.contains("://") && !a.starts_with(NPM_REGISTRY))
    });
    if let Some((number, _)) = foreign {
        let advice =
            format!("packages come from {NPM_REGISTRY} only: replace the mirror's address");
        findings.push(Finding::new(&file.path, number, "registry", advice));
    }
    let lock = serde_json::from_str(&file.text).unwrap_or_default();
    if let Some((name, ..)) = missing(&lock).first() {
        let advice = format!("`{name}` and maybe others are missing: run `cargo xtask web lock`");
        findings.push(Finding::new(&file.path, 1, "lock-complete", advice));
    }
    findings
}

fn is_source(file: &File) -> bool {
    let code = [
        "rs", "ts", "tsx", "js", "mjs", "css", "php", "py", "sh", "sql", "proto", "html",
    ];
    code.contains(&file.extension())
}

#[cfg(test)]
mod tests {
    use super::super::rules_of;
    use super::*;

    #[test]
    fn a_file_is_called_by_what_it_holds() {
        for path in [
            "crates/bus/src/util.rs",
            "crates/bus/src/string_utils.rs",
            "web/app/src/common/a.ts",
        ] {
            assert_eq!(rules_of(path, ""), ["name"], "{path}");
        }
        for path in [
            "crates/bus/src/utility.rs",
            "crates/bus/src/retry.rs",
            "docs/info.md",
        ] {
            assert!(rules_of(path, "").is_empty(), "{path}");
        }
    }

    #[test]
    fn white_space_is_seen() {
        for bad in ["\tlet a;\n", "let a; \n", "let a;\r\n", "let a;"] {
            assert_eq!(
                rules_of("crates/bus/src/a.rs", bad),
                ["white-space"],
                "{bad:?}"
            );
        }
        assert!(rules_of("docs/a.md", "a  \n\tb").is_empty());
    }

    #[test]
    fn a_mark_names_its_issue() {
        assert_eq!(rules_of("crates/bus/src/a.rs", "// TODO later\n"), ["mark"]);
        assert_eq!(rules_of("web/app/src/a.ts", "f(); // FIXME\n"), ["mark"]);
        for good in [
            "// TODO(#12): later\n",
            "// TODO #3\n",
            "let a = \"TODO\";\n",
            "// TODOS\n",
        ] {
            assert!(rules_of("crates/bus/src/a.rs", good).is_empty(), "{good}");
        }
    }

    #[test]
    fn text_never_becomes_markup() {
        assert_eq!(
            rules_of("web/app/src/a.ts", "e.innerHTML = x;\n"),
            ["markup"]
        );
        assert_eq!(
            rules_of("web/app/src/a.tsx", "<p dangerouslySetInnerHTML={x} />\n"),
            ["markup"]
        );
        assert!(rules_of("web/app/src/a.ts", "// no innerHTML anywhere\n").is_empty());
        assert!(rules_of("web/app/src/a.test.ts", "e.innerHTML = x;\n").is_empty());
    }

    #[test]
    fn a_path_of_one_machine_is_refused() {
        for place in MACHINE {
            assert_eq!(
                rules_of("docs/a.md", &format!("see {place}x\n")),
                ["machine-path"]
            );
            assert_eq!(
                rules_of(".ci/run", &format!("cd \"{place}x\"\n")),
                ["machine-path"]
            );
            assert!(rules_of("docs/a.md", &format!("see ./web{place}x\n")).is_empty());
            assert!(rules_of("crates/bus/tests/a.rs", &format!("// {place}x\n")).is_empty());
        }
    }

    #[test]
    fn a_lock_file_names_no_mirror() {
        let line = |host: &str| format!("  \"resolved\": \"https://{host}/a/-/a-1.tgz\",\n");
        assert_eq!(
            rules_of("web/package-lock.json", &line("mirror.example")),
            ["registry"]
        );
        assert!(rules_of("web/package-lock.json", &line("registry.npmjs.org")).is_empty());
    }

    #[test]
    fn a_lock_file_holds_every_platform() {
        let lock = r#"{"packages": {"node_modules/a": {"optionalDependencies": {"a-linux-x64": "1.0.0"}}}}"#;
        assert_eq!(rules_of("web/package-lock.json", lock), ["lock-complete"]);
    }
}
