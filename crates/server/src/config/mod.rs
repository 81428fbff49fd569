//! The configuration: one TOML file, and the environment over it.
//!
//! Map: [`schema`] is the table of all settings, [`table`] the macro behind it, [`value`] the kinds
//! of value, [`source`] reads file and environment, [`rule`] refuses what is insecure, and
//! [`document`] writes the sample file and the pages.

mod document;
mod rule;
mod schema;
mod source;
mod table;
mod value;

use std::fmt;
use std::path::Path;

pub(crate) use document::{environment, handbook, sample};
pub(crate) use schema::Config;
pub(crate) use source::Given;
pub(crate) use value::{LogFormat, Origin, Registration, Strangers};

impl Config {
    /// Reads the file, if one is given, and the environment over it; checks what was read.
    pub(crate) fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, Problem> {
        let mut given = Given::default();
        if let Some(path) = file {
            given.add_file(path)?;
        }
        given.add_environment(environment)?;
        let config = Self::build(&given)?;
        config.check()?;
        Ok(config)
    }
}

/// What is wrong with the configuration, in one line: where, what, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem(String);

impl Problem {
    /// About a setting. `place` is a file with its line, or a name in the environment.
    fn new(place: &str, section: &str, key: &str, text: impl fmt::Display) -> Self {
        Self(format!("{place}: [{section}] {key}: {text}"))
    }

    /// About something else.
    fn other(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Problem {}
