//! What is written from the table of settings: the sample file, the list of names in the
//! environment, and the page for people.

use std::fmt::Write as _;

use super::schema::SECTIONS;
use super::table::{Key, Section, environment_name};
use super::value::Form;

/// The sample file: every setting with its default, commented out.
pub(crate) fn sample() -> String {
    let mut out = String::from(
        "# Settings of Switchboard. Every line that is commented out shows the default.\n\
         # Each setting can also be given in the environment, which wins over this file;\n\
         # `switchboard config env` prints the names.\n",
    );
    for section in SECTIONS {
        out.push('\n');
        comment(&mut out, section.doc);
        let _ = writeln!(out, "[{}]", section.name);
        for key in section.keys {
            out.push('\n');
            comment(&mut out, key.doc);
            if let Some(bounds) = bounds(key) {
                let _ = writeln!(out, "# {bounds}");
            }
            if let Some(derived) = key.derived {
                let _ = writeln!(out, "# Default: {}.", derived.replace('`', "\""));
            }
            let _ = writeln!(out, "# {} = {}", key.name, toml_default(key));
        }
    }
    out
}

/// The names in the environment with their defaults, one a line.
pub(crate) fn environment() -> String {
    let mut out = String::new();
    for (section, key) in rows() {
        let name = environment_name(section.name, key.name);
        let _ = match key.derived {
            Some(derived) => writeln!(out, "{name}=  # {}", derived.replace('`', "")),
            None => writeln!(out, "{name}={}", key.default),
        };
    }
    out
}

/// `docs/configuration.md`.
pub(crate) fn handbook() -> String {
    let mut out = String::from(HANDBOOK);
    for section in SECTIONS {
        let _ = writeln!(out, "\n## [{}]\n\n{}", section.name, joined(section.doc));
        for key in section.keys {
            let _ = writeln!(out, "\n### `{}`\n\n{}\n", key.name, joined(key.doc));
            let _ = writeln!(out, "- Value: {}", code_quotes(&syntax(key)));
            if let Some((low, high)) = key.range {
                let _ = writeln!(out, "- Bounds: from `{low}` to `{high}`");
            }
            let _ = writeln!(out, "- Default: {}", shown_default(key));
            let _ = writeln!(
                out,
                "- Environment: `{}`",
                environment_name(section.name, key.name)
            );
        }
    }
    out
}

const HANDBOOK: &str = "# Configuration

<!-- Written by `switchboard config handbook` from the doc comments in the source; do not edit. -->

Without any configuration the server listens on this machine only and keeps its files in
`switchboard-data` below the working directory. What you want otherwise goes into one TOML file:

    switchboard config default > switchboard.toml
    switchboard config check --config switchboard.toml
    switchboard serve --config switchboard.toml

Without `--config`, the file named by the environment variable `SWITCHBOARD_CONFIG` is read, if there
is one. Every setting can also be given in the environment, `SWITCHBOARD_<SECTION>_<KEY>`, which wins
over the file. `switchboard config env` prints all the names.

- Durations and sizes are texts with a unit: `\"30s\"`, `\"5m\"`, `\"12h\"`, `\"30d\"`, `\"250ms\"`;
  `\"512B\"`, `\"64KiB\"`, `\"1MiB\"`. Counts are plain whole numbers. Rates
  are a count in a duration, `\"300/10s\"`: that many at once, and then as many as time allows.
- Lists are arrays in the file, and separated by commas in the environment.
- An address of `\"off\"` turns a door off. Port 0 picks a free port, which is printed at the start.
- Relative paths start at the working directory.
- A section or key that does not exist is an error that names the line and the nearest one that does.
  In the environment a name is an error when it is nearly the name of a setting; other names that
  begin with `SWITCHBOARD_` are left alone.
- An error in the configuration is one line on standard error and exit status 2.
";

fn rows() -> impl Iterator<Item = (&'static Section, &'static Key)> {
    SECTIONS
        .iter()
        .flat_map(|section| section.keys.iter().map(move |key| (section, key)))
}

fn comment(out: &mut String, lines: &[&str]) {
    for line in lines {
        let _ = writeln!(out, "#{line}");
    }
}

fn joined(lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| line.trim())
        .collect::<Vec<_>>()
        .join("\n")
}

fn bounds(key: &Key) -> Option<String> {
    key.range
        .map(|(low, high)| format!("From {low} to {high}."))
}

fn syntax(key: &Key) -> String {
    match key.form {
        Form::List => format!("a list; each {}", key.syntax),
        Form::Text | Form::Number | Form::Flag => key.syntax.to_owned(),
    }
}

/// Examples stand in double quotes in a message and as code on a page.
fn code_quotes(text: &str) -> String {
    text.replace('"', "`")
}

fn toml_default(key: &Key) -> String {
    match key.form {
        Form::Text => format!("\"{}\"", key.default),
        Form::Number | Form::Flag => key.default.to_owned(),
        Form::List => {
            let items = key.default.split(',').filter(|item| !item.is_empty());
            let quoted: Vec<String> = items.map(|item| format!("\"{item}\"")).collect();
            format!("[{}]", quoted.join(", "))
        }
    }
}

fn shown_default(key: &Key) -> String {
    match (key.derived, key.form, key.default) {
        (Some(derived), _, _) => derived.to_owned(),
        (None, Form::List, "") => "empty".to_owned(),
        (None, _, default) => format!("`{default}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Given};

    /// The sample with every setting switched on, except those whose default follows from others.
    fn uncommented() -> String {
        let switched = sample()
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.split_once(" = ").is_some_and(|(name, _)| is_key(name)) => {
                    rest.to_owned()
                }
                _ => line.to_owned(),
            })
            .collect::<Vec<_>>();
        switched
            .into_iter()
            .filter(|line| !line.ends_with(" = \"\""))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn is_key(name: &str) -> bool {
        rows().any(|(_, key)| key.name == name)
    }

    #[test]
    fn every_default_and_bound_parses_and_the_sample_says_the_same() {
        let built = Config::build(&Given::default()).expect("the defaults");
        let mut given = Given::default();
        given
            .add_text(&uncommented(), "sample")
            .expect("the sample");
        let read = Config::build(&given).expect("the sample's values");
        assert_eq!(format!("{built:?}"), format!("{read:?}"));
        let plain = rows().filter(|(_, key)| key.derived.is_none());
        for (section, key) in plain {
            assert!(
                given.get(section.name, key.name).is_some(),
                "{} is not in the sample",
                key.name
            );
        }
    }

    #[test]
    fn the_environment_reaches_every_setting() {
        let lines = environment();
        let pairs = lines
            .lines()
            .filter(|line| !line.contains("=  #"))
            .map(|line| {
                let (name, text) = line.split_once('=').expect("NAME=text");
                (name.to_owned(), text.to_owned())
            });
        let mut given = Given::default();
        given.add_environment(pairs).expect("known names");
        Config::build(&given).expect("the defaults again");
        assert_eq!(lines.lines().count(), rows().count());
    }

    #[test]
    fn the_page_is_what_the_source_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/configuration.md");
        let page = std::fs::read_to_string(path).expect("docs/configuration.md");
        let command = "cargo run -- config handbook > docs/configuration.md";
        assert_eq!(
            page,
            handbook(),
            "docs/configuration.md is stale: {command}"
        );
    }
}
