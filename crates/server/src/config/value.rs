//! The kinds of value that a setting can have, and how each is written.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use engine::Rate;
use gateway::Network;
use tracing_subscriber::filter::Targets;

/// A kind of value. It is written the same way in the file and in the environment, apart from the
/// quotes and brackets of TOML.
pub(crate) trait Value: Sized {
    /// How to write one, for messages and documents: `a duration such as "30s"`.
    const SYNTAX: &'static str;
    /// What it is in TOML.
    const FORM: Form;

    /// Reads one. Says nothing about why it failed: [`Value::SYNTAX`] does.
    fn parse(text: &str) -> Option<Self>;
}

/// What a value is in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// In quotes.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Texts in brackets; separated by commas in the environment.
    List,
}

/// Where to listen, if at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Nowhere.
    Off,
    /// Here; port 0 picks a free one.
    At(SocketAddr),
}

impl Door {
    /// The address, unless it is off.
    pub(crate) fn address(self) -> Option<SocketAddr> {
        match self {
            Self::Off => None,
            Self::At(address) => Some(address),
        }
    }

    /// Can others than this machine knock.
    pub(crate) fn is_public(self) -> bool {
        self.address()
            .is_some_and(|address| !address.ip().to_canonical().is_loopback())
    }
}

impl Value for Door {
    const SYNTAX: &'static str = "an address with a port such as \"127.0.0.1:8080\", or \"off\"";
    const FORM: Form = Form::Text;

    fn parse(text: &str) -> Option<Self> {
        if text == "off" {
            return Some(Self::Off);
        }
        if let Some(port) = text.strip_prefix("localhost:") {
            let port = port.parse().ok()?;
            return Some(Self::At(SocketAddr::from((Ipv4Addr::LOCALHOST, port))));
        }
        text.parse().ok().map(Self::At)
    }
}

impl Value for Network {
    const SYNTAX: &'static str = "an address or network such as \"10.0.0.0/8\"";
    const FORM: Form = Form::Text;

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// An origin as a browser sends it: scheme, host and perhaps a port, nothing after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin(pub(crate) String);

impl Value for Origin {
    const SYNTAX: &'static str =
        "an origin such as \"https://www.example.org\", without a path; * is not accepted";
    const FORM: Form = Form::Text;

    fn parse(text: &str) -> Option<Self> {
        let host = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]".contains(c);
        (!host.is_empty() && host.chars().all(plain)).then(|| Self(text.to_owned()))
    }
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Size(pub(crate) usize);

impl Value for Size {
    const SYNTAX: &'static str = "a size with its unit (B, KiB, MiB) such as \"64KiB\"";
    const FORM: Form = Form::Text;

    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = number_and_unit(text)?;
        let factor = match unit {
            "B" => 1,
            "KiB" => 1024,
            "MiB" => 1024 * 1024,
            _ => return None,
        };
        usize::try_from(number.checked_mul(factor)?).ok().map(Self)
    }
}

impl Value for Duration {
    const SYNTAX: &'static str = "a duration with its unit (ms, s, m, h, d) such as \"30s\"";
    const FORM: Form = Form::Text;

    fn parse(text: &str) -> Option<Self> {
        let (number, unit) = number_and_unit(text)?;
        let millis = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        number.checked_mul(millis).map(Self::from_millis)
    }
}

/// `30s` is `(30, "s")`; a space may stand between them.
fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    Some((text[..end].parse().ok()?, text[end..].trim_start()))
}

impl Value for Rate {
    const SYNTAX: &'static str =
        "a count in a duration such as \"300/10s\", or \"off\" for no limit";
    const FORM: Form = Form::Text;

    fn parse(text: &str) -> Option<Self> {
        if text == "off" {
            return Some(Self {
                count: 0,
                per: Duration::ZERO,
            });
        }
        let (count, per) = text.split_once('/')?;
        let rate = Self {
            count: count.parse().ok()?,
            per: Duration::parse(per)?,
        };
        (rate.count > 0 && !rate.per.is_zero()).then_some(rate)
    }
}

/// Which lines of the log are wanted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LogFilter(pub(crate) Targets);

impl Value for LogFilter {
    const SYNTAX: &'static str =
        "\"error\", \"warn\", \"info\", \"debug\" or \"trace\", or such as \"info,engine=debug\"";
    const FORM: Form = Form::Text;

    fn parse(text: &str) -> Option<Self> {
        const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
        // A single word that is no level would be taken for a part of which all is wanted.
        let is_level = |word: &str| LEVELS.contains(&word);
        let parts = text.split(',');
        let good = parts.map(|part| part.split_once('=').map_or(part, |(_, level)| level));
        if good.map(str::trim).all(is_level) {
            text.parse().ok().map(Self)
        } else {
            None
        }
    }
}

impl Value for u64 {
    const SYNTAX: &'static str = "a whole number";
    const FORM: Form = Form::Number;

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for bool {
    const SYNTAX: &'static str = "true or false";
    const FORM: Form = Form::Flag;

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for PathBuf {
    const SYNTAX: &'static str = "a path";
    const FORM: Form = Form::Text;

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::from(text))
    }
}

impl Value for String {
    const SYNTAX: &'static str = "a text";
    const FORM: Form = Form::Text;

    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

/// A setting whose default follows from others.
impl<T: Value> Value for Option<T> {
    const SYNTAX: &'static str = T::SYNTAX;
    const FORM: Form = T::FORM;

    fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            Some(None)
        } else {
            T::parse(text).map(Some)
        }
    }
}

impl<T: Value> Value for Vec<T> {
    const SYNTAX: &'static str = T::SYNTAX;
    const FORM: Form = Form::List;

    fn parse(text: &str) -> Option<Self> {
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        items.map(T::parse).collect()
    }
}

/// Declares a choice of words.
macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident, $syntax:literal {
        $($(#[doc = $word_doc:literal])* $variant:ident = $word:literal),+ $(,)?
    }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name { $($(#[doc = $word_doc])* $variant),+ }

        impl Value for $name {
            const SYNTAX: &'static str = $syntax;
            const FORM: Form = Form::Text;

            fn parse(text: &str) -> Option<Self> {
                match text { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(
    /// Who may register.
    Registration, "\"open\" or \"closed\"" {
        /// Anyone.
        Open = "open",
        /// Nobody; an operator adds users.
        Closed = "closed",
    }
);

words!(
    /// What those who are no contacts of a user may do.
    Strangers, "\"allow\", \"request\" or \"deny\"" {
        /// Write to them at once.
        Allow = "allow",
        /// Write, and wait for acceptance.
        Request = "request",
        /// Not write.
        Deny = "deny",
    }
);

words!(
    /// How a line of the log looks.
    LogFormat, "\"text\" or \"json\"" {
        /// For people.
        Text = "text",
        /// One JSON object a line, for collectors.
        Json = "json",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_durations_need_a_unit() {
        assert_eq!(Size::parse("64KiB"), Some(Size(65_536)));
        assert_eq!(Size::parse("2 MiB"), Some(Size(2_097_152)));
        assert_eq!(Duration::parse("90d"), Some(Duration::from_hours(24 * 90)));
        assert_eq!(Duration::parse("250ms"), Some(Duration::from_millis(250)));
        for wrong in [
            "",
            "64",
            "KiB",
            "64KB",
            "-1B",
            "1.5MiB",
            "99999999999999999999MiB",
        ] {
            assert_eq!(Size::parse(wrong), None, "{wrong}");
        }
        for wrong in ["30", "s", "30 sec", "-5s", "18446744073709551615d"] {
            assert_eq!(Duration::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_door_is_an_address_or_off() {
        assert_eq!(Door::parse("off"), Some(Door::Off));
        assert_eq!(Door::parse("localhost:0"), Door::parse("127.0.0.1:0"));
        assert!(!Door::parse("[::1]:8080").unwrap().is_public());
        assert!(Door::parse("0.0.0.0:8080").unwrap().is_public());
        for wrong in [
            "",
            "8080",
            ":8080",
            "127.0.0.1",
            "example.org:80",
            "127.0.0.1:99999",
        ] {
            assert_eq!(Door::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_origin_is_exact() {
        assert!(Origin::parse("https://www.example.org").is_some());
        assert!(Origin::parse("http://localhost:5173").is_some());
        for wrong in [
            "*",
            "https://*",
            "https://a.org/",
            "https://a.org/x",
            "a.org",
            "https://A.org",
        ] {
            assert_eq!(Origin::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_rate_is_a_count_in_a_duration() {
        assert_eq!(Rate::parse("10/1m"), Some(Rate::per_minute(10)));
        assert_eq!(Rate::parse("off").map(|rate| rate.count), Some(0));
        for wrong in ["", "10", "10/m", "0/1s", "1/0s", "-1/1s", "1/1s/1s"] {
            assert_eq!(Rate::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_filter_names_levels() {
        assert!(LogFilter::parse("warn").is_some());
        assert!(LogFilter::parse("info,engine=debug").is_some());
        for wrong in ["", "loud", "info,engine", "engine=loud"] {
            assert_eq!(LogFilter::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_list_is_separated_by_commas() {
        let networks = Vec::<Network>::parse("10.0.0.0/8, ::1").unwrap();
        assert!(networks[0].contains("10.1.2.3".parse().unwrap()));
        assert!(networks[1].contains("::1".parse().unwrap()));
        assert_eq!(Vec::<Network>::parse(""), Some(Vec::new()));
        assert_eq!(Vec::<Network>::parse("10.0.0.0/33"), None);
    }
}
