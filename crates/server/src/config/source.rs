//! What was given, by the file and by the environment, before it is understood.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;
use super::schema::SECTIONS;
use super::table::{Key, Section, environment_name};
use super::value::Form;

/// How many letters may differ for a name to be taken as meant.
const NEAR: usize = 3;

/// The texts that were given for settings, each with its place.
#[derive(Debug, Default)]
pub(crate) struct Given {
    texts: BTreeMap<(&'static str, &'static str), (String, String)>,
}

impl Given {
    /// The text for a setting and where it stands.
    pub(super) fn get(&self, section: &'static str, key: &'static str) -> Option<(&str, &str)> {
        let (text, place) = self.texts.get(&(section, key))?;
        Some((text, place))
    }

    /// Reads a file.
    pub(super) fn add_file(&mut self, path: &Path) -> Result<(), Problem> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Problem::other(format!("{name}: cannot be read: {error}")))?;
        self.add_text(&text, &name)
    }

    /// Reads the text of a file.
    pub(super) fn add_text(&mut self, text: &str, name: &str) -> Result<(), Problem> {
        let file = File { text, name };
        let table = DeTable::parse(text).map_err(|error| {
            let place = file.place(&error.span().unwrap_or_default());
            Problem::other(format!("{place}: {}", error.message().replace('\n', "; ")))
        })?;
        for (name, value) in table.get_ref() {
            let section = file.section(name)?;
            let DeValue::Table(keys) = value.get_ref() else {
                let place = file.place(&name.span());
                let text = format!("{place}: write the section as [{}]", section.name);
                return Err(Problem::other(text));
            };
            for (name, value) in keys {
                let key = file.key(section, name)?;
                let text = file.text_of(section, key, value)?;
                self.texts
                    .insert((section.name, key.name), (text, file.place(&name.span())));
            }
        }
        Ok(())
    }

    /// Takes what the environment says. A name that is nearly the name of a setting is refused;
    /// others are left alone, because container systems put their own there
    /// (`SWITCHBOARD_HTTP_SERVICE_HOST`).
    pub(super) fn add_environment(
        &mut self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<(), Problem> {
        let names = names();
        for (name, text) in variables.filter(|(name, _)| name.starts_with("SWITCHBOARD_")) {
            if let Some((section, key)) = names.get(&name) {
                self.texts.insert((section, key), (text, name));
            } else if let Some(meant) = meant(&name) {
                return Err(Problem::other(format!("{name}: did you mean {meant}?")));
            }
        }
        Ok(())
    }
}

/// The names in the environment, and what each sets.
fn names() -> BTreeMap<String, (&'static str, &'static str)> {
    let keys = |section: &'static Section| section.keys.iter().map(|key| (section.name, key.name));
    let all = SECTIONS.iter().flat_map(keys);
    all.map(|(section, key)| (environment_name(section, key), (section, key)))
        .collect()
}

/// The setting that a name in the environment nearly names. The section must be right but for one
/// letter: others may come with other versions of this program.
fn meant(name: &str) -> Option<String> {
    let rest = name.strip_prefix("SWITCHBOARD_")?.to_lowercase();
    let (section, key) = rest.split_once('_')?;
    let near = |known: &&Section| strsim::damerau_levenshtein(known.name, section) <= 1;
    let section = SECTIONS.iter().find(near)?;
    let key = nearest(key, section.keys.iter().map(|key| key.name))?;
    Some(environment_name(section.name, key))
}

/// A file that is being read.
struct File<'a> {
    text: &'a str,
    name: &'a str,
}

impl File<'_> {
    /// The file and the line.
    fn place(&self, span: &Range<usize>) -> String {
        let before = &self.text.as_bytes()[..span.start.min(self.text.len())];
        let line = before.split(|byte| *byte == b'\n').count();
        format!("{}:{line}", self.name)
    }

    /// The section of this name.
    fn section(
        &self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
    ) -> Result<&'static Section, Problem> {
        let found = SECTIONS
            .iter()
            .find(|section| section.name == name.get_ref());
        found.ok_or_else(|| {
            let known = SECTIONS.iter().map(|section| section.name);
            let advice = advice(name.get_ref(), known, |name| format!("[{name}]"));
            let place = self.place(&name.span());
            Problem::other(format!(
                "{place}: there is no section [{}]; {advice}",
                name.get_ref()
            ))
        })
    }

    /// The setting of this name.
    fn key(
        &self,
        section: &'static Section,
        name: &Spanned<std::borrow::Cow<'_, str>>,
    ) -> Result<&'static Key, Problem> {
        let found = section.keys.iter().find(|key| key.name == name.get_ref());
        found.ok_or_else(|| {
            let known = section.keys.iter().map(|key| key.name);
            let advice = advice(name.get_ref(), known, str::to_owned);
            let place = self.place(&name.span());
            Problem::new(
                &place,
                section.name,
                name.get_ref(),
                format!("no such key; {advice}"),
            )
        })
    }

    /// The value as a text, when it is of the right form.
    fn text_of(
        &self,
        section: &Section,
        key: &Key,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<String, Problem> {
        let text = match (key.form, value.get_ref()) {
            (Form::Text, DeValue::String(text)) => Some(text.to_string()),
            (Form::Number, DeValue::Integer(number)) if number.radix() == 10 => {
                Some(number.as_str().replace('_', ""))
            }
            (Form::Flag, DeValue::Boolean(flag)) => Some(flag.to_string()),
            (Form::List, DeValue::Array(items)) => {
                let texts: Option<Vec<&str>> = items.iter().map(|i| i.get_ref().as_str()).collect();
                texts.map(|texts| texts.join(","))
            }
            _ => None,
        };
        text.ok_or_else(|| {
            let shape = match key.form {
                Form::Text => "in quotes",
                Form::Number | Form::Flag => "without quotes",
                Form::List => "in brackets and quotes, [\"…\", \"…\"]",
            };
            let place = self.place(&value.span());
            Problem::new(
                &place,
                section.name,
                key.name,
                format!("expected {}, {shape}", key.syntax),
            )
        })
    }
}

/// What to write instead.
fn advice<'a>(
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
    show: impl Fn(&str) -> String,
) -> String {
    match nearest(name, known.clone()) {
        Some(meant) => format!("did you mean {}?", show(meant)),
        None => format!(
            "there are {}",
            known.map(show).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// The known name that differs least, when it differs little.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let ranked = known.map(|known| (strsim::damerau_levenshtein(name, known), known));
    let close = |distance: usize| distance <= NEAR && distance * 2 <= name.len();
    ranked
        .min()
        .filter(|(distance, _)| close(*distance))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> String {
        let mut given = Given::default();
        given
            .add_text(text, "s.toml")
            .expect_err("a problem")
            .to_string()
    }

    fn environment(name: &str) -> Result<Given, Problem> {
        let mut given = Given::default();
        given.add_environment([(name.to_owned(), "x".to_owned())].into_iter())?;
        Ok(given)
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_one() {
        assert_eq!(
            problem("[http]\n# here\nlisen = \"off\"\n"),
            "s.toml:3: [http] lisen: no such key; did you mean listen?"
        );
        assert_eq!(
            problem("[htpt]\n"),
            "s.toml:1: there is no section [htpt]; did you mean [http]?"
        );
        assert_eq!(
            problem("\n[metrics]\nsomething_else = 1"),
            "s.toml:3: [metrics] something_else: no such key; there are listen, public"
        );
        assert_eq!(problem("http = 1"), "s.toml:1: write the section as [http]");
    }

    #[test]
    fn a_value_of_the_wrong_form_is_told_how_to_be_written() {
        let text = problem("[limits]\ntext_size = 65536");
        assert!(text.starts_with("s.toml:2: [limits] text_size: expected a size with its unit"));
        assert!(text.ends_with("in quotes"), "{text}");
        assert!(problem("[limits]\npresence_members = \"3\"").ends_with("without quotes"));
        assert!(problem("[http]\norigins = \"https://a.org\"").contains("in brackets"));
    }

    #[test]
    fn what_is_no_toml_is_told_in_one_line() {
        let text = problem("[http]\nlisten = \n");
        assert!(
            text.starts_with("s.toml:2: ") && !text.contains('\n'),
            "{text}"
        );
    }

    #[test]
    fn the_environment_is_told_what_it_meant_and_left_alone_otherwise() {
        let given = environment("SWITCHBOARD_HTTP_LISTEN").unwrap();
        assert_eq!(
            given.get("http", "listen"),
            Some(("x", "SWITCHBOARD_HTTP_LISTEN"))
        );
        for near in ["SWITCHBOARD_HTTP_LISTN", "SWITCHBOARD_HTP_LISTEN"] {
            let error = environment(near).expect_err("near").to_string();
            assert_eq!(
                error,
                format!("{near}: did you mean SWITCHBOARD_HTTP_LISTEN?")
            );
        }
        for foreign in [
            "SWITCHBOARD_HTTP_SERVICE_HOST",
            "SWITCHBOARD_HTTP_PORT",
            "SWITCHBOARD_TCP_LISTEN",
            "SWITCHBOARD_PORT",
            "HOME",
        ] {
            assert!(environment(foreign).unwrap().texts.is_empty(), "{foreign}");
        }
    }
}
