//! Rules about length: what does not fit in a head does not get reviewed.

use super::Finding;
use super::rust::{Source, body, find_word, line_of};
use super::tree::File;

/// The longest file, in lines.
const FILE_LINES: usize = 800;
/// The longest function, in lines.
const FUNCTION_LINES: usize = 70;
/// Within how many lines from the top a table must say that it is one.
const TABLE_MARK_WITHIN: usize = 15;

/// Within how many lines above it a function's mark stands.
const TABLE_MARK_ABOVE: usize = 4;

/// The length of a source file.
pub(crate) fn check_file(file: &File) -> Vec<Finding> {
    let source = matches!(
        file.extension(),
        "rs" | "ts" | "tsx" | "js" | "mjs" | "css" | "php" | "py" | "sh" | "sql"
    );
    let lines = file.text.lines().count();
    if !source || lines <= FILE_LINES || file.is_generated() || is_table(file) {
        return Vec::new();
    }
    let advice = format!(
        "{lines} lines, at most {FILE_LINES}: split it by subject; a file that is one table says \
         so near its top: `// tidy: table`"
    );
    vec![Finding::new(&file.path, 1, "file-length", advice)]
}

/// The length of each function, from its `fn` to its closing brace.
pub(crate) fn check_functions(file: &File, source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut offset = 0;
    for line in source.code.split_inclusive('\n') {
        if let Some(place) = find_word(line, "fn ") {
            findings.extend(check_function(file, &source.code, offset + place));
        }
        offset += line.len();
    }
    findings
}

fn check_function(file: &File, code: &str, start: usize) -> Option<Finding> {
    let (_, end) = body(code, start)?;
    let (first, last) = (line_of(code, start), line_of(code, end));
    let lines = last - first + 1;
    if lines <= FUNCTION_LINES || is_table_above(file, first) {
        return None;
    }
    let name: String = code[start + 3..]
        .trim_start()
        .chars()
        .take_while(|c| *c != '(')
        .collect();
    let advice = format!(
        "`{name}` has {lines} lines, at most {FUNCTION_LINES}: let it decide, and let functions of \
         their own compute"
    );
    Some(Finding::new(&file.path, first, "function-length", advice))
}

/// Whether the lines right above the function say that it is one table, to us or to clippy.
fn is_table_above(file: &File, line: usize) -> bool {
    let first = line.saturating_sub(TABLE_MARK_ABOVE);
    let mut above = file
        .lines()
        .filter(|(number, _)| (first..line).contains(number));
    above.any(|(_, text)| text.contains("tidy: table") || text.contains("clippy::too_many_lines"))
}

fn is_table(file: &File) -> bool {
    file.lines()
        .take(TABLE_MARK_WITHIN)
        .any(|(_, line)| line.contains("tidy: table"))
}

#[cfg(test)]
mod tests {
    use super::super::rules_of;

    #[test]
    fn a_long_file_is_split_unless_it_is_a_table() {
        let long = "// a line\n".repeat(801);
        assert_eq!(rules_of("crates/engine/src/a.rs", &long), ["file-length"]);
        assert_eq!(rules_of("web/app/src/a.tsx", &long), ["file-length"]);
        let table = format!("// tidy: table\n{long}");
        assert!(rules_of("crates/engine/src/a.rs", &table).is_empty());
        assert!(rules_of("web/client/src/generated/protocol.ts", &long).is_empty());
        assert!(rules_of("crates/engine/src/a.rs", &"// a line\n".repeat(800)).is_empty());
    }

    #[test]
    fn a_long_function_is_cut() {
        let function =
            |lines: usize| format!("fn a(b: [u8; 2]) {{\n{}}}\n", "    c();\n".repeat(lines));
        assert_eq!(
            rules_of("crates/engine/src/a.rs", &function(69)),
            ["function-length"]
        );
        assert!(rules_of("crates/engine/src/a.rs", &function(68)).is_empty());
        for mark in [
            "// tidy: table",
            "#[expect(clippy::too_many_lines, reason = \"a table\")]",
        ] {
            let table = format!("{mark}\n{}", function(100));
            assert!(
                rules_of("crates/engine/src/a.rs", &table).is_empty(),
                "{mark}"
            );
        }
        let braces = format!("fn a() {{ b(\"{{\"); }}\n{}", "// c\n".repeat(90));
        assert!(rules_of("crates/engine/src/a.rs", &braces).is_empty());
    }
}
