//! The macro that declares the settings once, and what it makes besides the structs: rows from
//! which the sample file, the list of environment names and the documents are written.

use super::value::{Form, Value};
use super::{Given, Problem};

/// A section of the file.
pub(crate) struct Section {
    /// What stands in the brackets.
    pub(crate) name: &'static str,
    /// The paragraph above it, one line each.
    pub(crate) doc: &'static [&'static str],
    /// Its settings.
    pub(crate) keys: &'static [Key],
}

/// A setting.
pub(crate) struct Key {
    /// Its name in the file.
    pub(crate) name: &'static str,
    /// What it does, one line each.
    pub(crate) doc: &'static [&'static str],
    /// Its default as it is written; empty when there is none, or when it follows from others.
    pub(crate) default: &'static str,
    /// What the default follows from.
    pub(crate) derived: Option<&'static str>,
    /// Its smallest and largest value.
    pub(crate) range: Option<(&'static str, &'static str)>,
    /// How it is written.
    pub(crate) syntax: &'static str,
    /// What it is in TOML.
    pub(crate) form: Form,
}

/// The name of a setting in the environment.
pub(crate) fn environment_name(section: &str, key: &str) -> String {
    format!(
        "SWITCHBOARD_{}_{}",
        section.to_uppercase(),
        key.to_uppercase()
    )
}

/// One setting's value: what was given, else its default.
pub(super) fn read<T: Value>(
    section: &'static str,
    key: &Key,
    given: &Given,
) -> Result<T, Problem> {
    let Some((text, place)) = given.get(section, key.name) else {
        return Ok(T::parse(key.default).expect("a test parses every default"));
    };
    T::parse(text).ok_or_else(|| {
        let each = if key.form == Form::List {
            "each must be "
        } else {
            "expected "
        };
        Problem::new(place, section, key.name, format!("{each}{}", key.syntax))
    })
}

/// One setting's value within its bounds.
pub(super) fn read_within<T: Value + PartialOrd>(
    section: &'static str,
    key: &Key,
    given: &Given,
) -> Result<T, Problem> {
    let value: T = read(section, key, given)?;
    let (low, high) = key
        .range
        .expect("only settings with a range are read by this");
    let bound = |text| T::parse(text).expect("a test parses every bound");
    if value >= bound(low) && value <= bound(high) {
        return Ok(value);
    }
    let place = given
        .get(section, key.name)
        .map_or("the default", |(_, place)| place);
    Err(Problem::new(
        place,
        section,
        key.name,
        format!("must be from {low} to {high}"),
    ))
}

/// Declares the settings: a struct for each section, one for all, and the [`Section`] rows.
///
/// `key: Type = "default"`, then `, in "low" to "high"` for a bounded one, or
/// `, else "what the default follows from"` for an `Option`.
macro_rules! settings {
    ($($(#[doc = $section_doc:literal])+ $section:ident: $Section:ident {
        $($(#[doc = $doc:literal])+ $key:ident: $Type:ty = $default:literal
            $(, in $low:literal to $high:literal)? $(, else $derived:literal)?;)+
    })+) => {
        $($(#[doc = $section_doc])+
        #[derive(Debug, Clone)]
        pub(crate) struct $Section { $($(#[doc = $doc])+ pub(crate) $key: $Type),+ })+

        /// Every setting.
        #[derive(Debug, Clone)]
        pub(crate) struct Config { $($(#[doc = $section_doc])+ pub(crate) $section: $Section),+ }

        /// Every setting as a row.
        pub(crate) static SECTIONS: &[Section] = &[$(Section {
            name: stringify!($section),
            doc: &[$($section_doc),+],
            keys: &[$(Key {
                name: stringify!($key),
                doc: &[$($doc),+],
                default: $default,
                derived: settings!(@optional $($derived)?),
                range: settings!(@range $($low $high)?),
                syntax: <$Type as Value>::SYNTAX,
                form: <$Type as Value>::FORM,
            }),+],
        }),+];

        impl Config {
            /// The settings from what was given and the defaults.
            pub(super) fn build(given: &Given) -> Result<Self, Problem> {
                let mut sections = SECTIONS.iter();
                $(let rows = sections.next().expect("one row for each section");
                let mut keys = rows.keys.iter();
                let $section = $Section {$(
                    $key: settings!(@read $($low)?)(
                        rows.name, keys.next().expect("one row for each key"), given,
                    )?,
                )+};)+
                Ok(Self { $($section),+ })
            }
        }
    };
    (@optional) => { None };
    (@optional $text:literal) => { Some($text) };
    (@range) => { None };
    (@range $low:literal $high:literal) => { Some(($low, $high)) };
    (@read) => { $crate::config::table::read };
    (@read $low:literal) => { $crate::config::table::read_within };
}

pub(super) use settings;
