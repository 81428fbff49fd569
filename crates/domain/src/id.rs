//! Identities and places.

use std::fmt;
use std::str::FromStr;

use crate::{Error, Result};

/// Declares a numeric id that is decimal text outside and below 2^53, so that JavaScript holds it.
macro_rules! numeric_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            /// From a number that is known to be an id: storage and the id mint.
            pub const fn new(raw: i64) -> Self { Self(raw) }
            /// The number.
            pub const fn get(self) -> i64 { self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl FromStr for $name {
            type Err = Error;
            fn from_str(text: &str) -> Result<Self> {
                match text.parse::<i64>() {
                    Ok(raw) if (1..MAX_ID).contains(&raw) && !text.starts_with('+') => Ok(Self(raw)),
                    _ => Err(Error::NotFound { what: $what }),
                }
            }
        }
    };
}

/// Ids and places stay below this, so that a double holds them exactly.
pub const MAX_ID: i64 = 1 << 53;

numeric_id!(
    /// A user (an account).
    UserId, "user"
);
numeric_id!(
    /// A conversation, which is also the name of its log.
    ConversationId, "conversation"
);
numeric_id!(
    /// A signed-in session.
    SessionId, "session"
);
numeric_id!(
    /// A notification thread.
    ThreadId, "notification thread"
);
numeric_id!(
    /// A live mailbox of a session.
    MailboxId, "mailbox"
);

/// A place in a conversation's log; the first event has 1, 0 is "before everything".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(i64);

impl Seq {
    /// Before everything.
    pub const ZERO: Self = Self(0);
    /// After everything.
    pub const MAX: Self = Self(MAX_ID - 1);

    /// From storage.
    pub const fn new(raw: i64) -> Self {
        Self(raw)
    }

    /// From a number of a wire; one that is out of range is after everything.
    pub fn from_u64(raw: u64) -> Self {
        i64::try_from(raw).map_or(Self::MAX, |raw| Self(raw.min(MAX_ID - 1)))
    }

    /// The number, for storage.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The number, for a wire.
    pub const fn as_u64(self) -> u64 {
        self.0.unsigned_abs()
    }

    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// The place before this one; the beginning has none but itself.
    #[must_use]
    pub const fn previous(self) -> Self {
        Self(if self.0 > 0 { self.0 - 1 } else { 0 })
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment: milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// As milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// This much later.
    #[must_use]
    pub fn plus(self, span: std::time::Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }

    /// How much later than `earlier`; zero when it is not later.
    pub fn since(self, earlier: Self) -> std::time::Duration {
        std::time::Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

/// The version of what decides who may do what in a conversation: it grows with every change of
/// membership, role, settings or block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct AccessVersion(pub i64);

/// Which life of the log: changes when it was restored from a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch(pub i64);

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

/// A sender's own id of a message, a UUID (RFC 9562): the same on every retry.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub [u8; 16]);

impl FromStr for ClientId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = || {
            Error::invalid(
                "client_id",
                "expected a UUID such as 0198a3b2-5b1c-7c3e-9d2a-3f4b5c6d7e8f",
            )
        };
        let mut bytes = [0_u8; 16];
        let mut digits = text.bytes();
        for (index, byte) in bytes.iter_mut().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) && digits.next() != Some(b'-') {
                return Err(refuse());
            }
            let high = digits.next().and_then(hex_value).ok_or_else(refuse)?;
            let low = digits.next().and_then(hex_value).ok_or_else(refuse)?;
            *byte = high << 4 | low;
        }
        if digits.next().is_some() {
            Err(refuse())
        } else {
            Ok(Self(bytes))
        }
    }
}

fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What a client calls the installation it runs on, for the list of sessions; at most 100 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceName(Box<str>);

impl DeviceName {
    /// Shortens and cleans what a client says of itself (a `User-Agent`, a resource).
    pub fn from_claim(claim: &str) -> Self {
        let clean: String = claim
            .chars()
            .filter(|c| !c.is_control())
            .take(100)
            .collect();
        let mut end = clean.len().min(100);
        while !clean.is_char_boundary(end) {
            end -= 1;
        }
        Self(clean[..end].trim().into())
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
    fn a_client_id_reads_as_it_was_written() {
        let text = "0198a3b2-5b1c-7c3e-9d2a-3f4b5c6d7e8f";
        assert_eq!(text.parse::<ClientId>().unwrap().to_string(), text);
        assert!(
            "0198a3b2-5b1c-7c3e-9d2a-3f4b5c6d7e8"
                .parse::<ClientId>()
                .is_err()
        );
        assert!(
            "0198a3b25b1c7c3e9d2a3f4b5c6d7e8f"
                .parse::<ClientId>()
                .is_err()
        );
        assert!(
            "g198a3b2-5b1c-7c3e-9d2a-3f4b5c6d7e8f"
                .parse::<ClientId>()
                .is_err()
        );
    }

    #[test]
    fn an_id_that_cannot_exist_is_not_found() {
        for text in ["", "0", "-1", "+1", "9007199254740992", "x"] {
            assert_eq!(
                text.parse::<UserId>(),
                Err(Error::NotFound { what: "user" }),
                "{text}"
            );
        }
        assert_eq!("42".parse::<UserId>(), Ok(UserId::new(42)));
    }

    #[test]
    fn a_place_beyond_everything_is_the_last_one() {
        assert_eq!(Seq::from_u64(u64::MAX), Seq::MAX);
        assert_eq!(Seq::ZERO.previous(), Seq::ZERO);
    }
}
