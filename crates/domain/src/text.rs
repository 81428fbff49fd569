//! Text that people write, parsed once at the frontier.

use std::fmt;
use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;

use crate::{Error, Result};

/// The largest text that any configuration may allow, in bytes: what fits a frame.
pub const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// A message's text: not empty, without control characters but line ends and tabs. Its clones share
/// it: it goes to storage, to the log and to every session as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageText(Arc<str>);

impl MessageText {
    /// Parses a text of at most `limit` bytes.
    pub fn parse(text: &str, limit: usize) -> Result<Self> {
        if text.len() > limit.min(MAX_TEXT_BYTES) {
            return Err(Error::TooLarge {
                field: "text",
                limit,
            });
        }
        if text.trim().is_empty() {
            return Err(Error::invalid("text", "empty"));
        }
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return Err(Error::invalid("text", "control characters are not text"));
        }
        Ok(Self(text.into()))
    }

    /// From storage; empty when the message was retracted.
    pub fn from_stored(text: String) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The usernames after an `@` in the text, as written, in order, without repetition.
    pub fn at_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for (at, _) in self.0.match_indices('@') {
            let before = self.0[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let rest = &self.0[at + 1..];
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
                .unwrap_or(rest.len());
            let name = rest[..end].trim_end_matches(['.', '-']);
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

impl fmt::Debug for MessageText {
    /// Bodies do not go into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageText({} bytes)", self.0.len())
    }
}

/// Declares a one-line text with a limit in bytes.
macro_rules! line {
    ($(#[$doc:meta])* $name:ident, $field:literal, $limit:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(Box<str>);

        impl $name {
            /// Parses; surrounding white space goes, an empty text is none.
            pub fn parse(text: &str) -> Result<Option<Self>> {
                let text = text.trim();
                if text.len() > $limit {
                    return Err(Error::TooLarge { field: $field, limit: $limit });
                }
                if text.chars().any(char::is_control) {
                    return Err(Error::invalid($field, "control characters are not text"));
                }
                Ok((!text.is_empty()).then(|| Self(text.into())))
            }

            /// From storage.
            pub fn from_stored(text: &str) -> Self { Self(text.into()) }

            /// The text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
    };
}

line!(
    /// A user's display name.
    DisplayName, "name", 128
);
line!(
    /// A few words about oneself.
    Bio, "bio", 512
);
line!(
    /// The name of a group or broadcast.
    Title, "title", 128
);
line!(
    /// What a conversation is about.
    Topic, "topic", 512
);
line!(
    /// One's own name for a contact.
    Nickname, "nickname", 128
);
line!(
    /// What is written with a contact request.
    Note, "note", 512
);

/// One emoji: a single grapheme cluster (UAX #29) that is not plain text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Emoji(Box<str>);

impl Emoji {
    /// Parses one emoji.
    pub fn parse(text: &str) -> Result<Self> {
        let one = text.len() <= 64 && text.graphemes(true).count() == 1;
        let plain = text.chars().all(|c| {
            c.is_alphanumeric() || c.is_whitespace() || c.is_control() || c.is_ascii_punctuation()
        });
        if !one || (plain && !text.contains('\u{20e3}')) {
            return Err(Error::invalid("emoji", "expected one emoji"));
        }
        Ok(Self(text.into()))
    }

    /// From storage.
    pub fn from_stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_after_an_at_are_found_and_addresses_are_not() {
        let text =
            MessageText::parse("@anna, ask @bob.b. and mail x@y.org @花子さん @anna", 100).unwrap();
        assert_eq!(text.at_names(), ["anna", "bob.b", "花子さん"]);
    }

    #[test]
    fn a_text_is_bounded_and_not_blank() {
        assert_eq!(
            MessageText::parse("abc", 2),
            Err(Error::TooLarge {
                field: "text",
                limit: 2
            })
        );
        assert!(MessageText::parse(" \n", 9).is_err());
        assert!(MessageText::parse("a\u{0}", 9).is_err());
        assert!(MessageText::parse("a\nb", 9).is_ok());
    }

    #[test]
    fn one_emoji_and_nothing_else() {
        for good in ["👍", "👩‍👩‍👧", "🇫🇷", "❤️", "1️⃣", "🏳️‍🌈"]
        {
            assert!(Emoji::parse(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "あ", "👍👍", "<", " ", "1"] {
            assert!(Emoji::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_body_of_a_message_is_not_shown_in_logs() {
        let text = MessageText::parse("a secret", 100).unwrap();
        assert!(!format!("{text:?}").contains("secret"));
    }
}
