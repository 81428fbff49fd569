//! The closed catalogues of what can go wrong and of how a session ends.

use std::fmt;
use std::time::Duration;

/// The result of everything that can be refused.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done. Every protocol has an exhaustive table from this to its own words
/// (`docs/errors.md`). The texts are English sentences for a developer: what happened, and what
/// to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// What was asked makes no sense as it stands.
    Invalid {
        /// Which field, as the command names it; empty for the whole.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Not signed in, or no longer.
    Unauthenticated,
    /// Understood, known, and not allowed.
    Denied {
        /// Why not.
        reason: &'static str,
    },
    /// It does not exist, or is not the caller's to know.
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// It contradicts what is already there.
    Conflict {
        /// What contradicts.
        reason: &'static str,
    },
    /// The permission was judged on facts that have changed since. The engine judges again; who
    /// sees this, saw the facts change repeatedly in an instant.
    StalePermit,
    /// Larger than the limit.
    TooLarge {
        /// Which field.
        field: &'static str,
        /// The limit, in bytes, or in items for lists.
        limit: usize,
    },
    /// Too many or too often.
    Limited {
        /// When to try again.
        retry_after: Duration,
    },
    /// This server does not do that.
    Unsupported {
        /// What.
        what: &'static str,
    },
    /// A part that is needed does not work at present; nothing was done.
    Unavailable {
        /// What an operator should look at.
        reason: &'static str,
    },
    /// A fault of the server; the log holds the cause under this id.
    Internal {
        /// The id in the log.
        incident: u64,
    },
}

impl Error {
    /// An [`Error::Invalid`] about a field.
    pub fn invalid(field: &'static str, reason: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            reason: reason.into(),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { field: "", reason } => f.write_str(reason),
            Self::Invalid { field, reason } => write!(f, "`{field}`: {reason}"),
            Self::Unauthenticated => f.write_str("not signed in; sign in and use the new token"),
            Self::Denied { reason } | Self::Conflict { reason } | Self::Unavailable { reason } => {
                f.write_str(reason)
            }
            Self::NotFound { what } => write!(f, "no such {what}"),
            Self::StalePermit => f.write_str("the conversation changed meanwhile; try again"),
            Self::TooLarge { field, limit } => write!(f, "`{field}` is larger than {limit}"),
            Self::Limited { retry_after } => {
                write!(
                    f,
                    "too many requests; try again in {} s",
                    retry_after.as_secs().max(1)
                )
            }
            Self::Unsupported { what } => write!(f, "this server does not support {what}"),
            Self::Internal { incident } => {
                write!(
                    f,
                    "a fault of the server; its log holds the cause as {incident:016x}"
                )
            }
        }
    }
}

impl std::error::Error for Error {}

/// How a live session ends from the server's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndReason {
    /// Did not read for too long.
    SlowConsumer,
    /// The same mailbox was attached by a newer connection.
    Replaced,
    /// Signed out, revoked, or the account was disabled or deleted.
    Revoked,
    /// Said nothing for too long.
    Idle,
    /// The node shuts down.
    Draining,
    /// Broke the protocol.
    ProtocolError,
}

impl EndReason {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::SlowConsumer => "slow_consumer",
            Self::Replaced => "replaced",
            Self::Revoked => "revoked",
            Self::Idle => "idle",
            Self::Draining => "draining",
            Self::ProtocolError => "protocol_error",
        }
    }

    /// Should the client come back by itself.
    pub fn reconnect(self) -> bool {
        match self {
            Self::SlowConsumer | Self::Idle | Self::Draining => true,
            Self::Replaced | Self::Revoked | Self::ProtocolError => false,
        }
    }
}
