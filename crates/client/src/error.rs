use std::time::Duration;

use wire::native::ErrorBody;

/// What can go wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The text is not the address of a server.
    #[error("`{address}` is not a server's address: {reason}")]
    Address {
        /// The text.
        address: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The server understood and refused. `docs/errors.md` lists the codes.
    #[error("{}: {}", .0.code, .0.message)]
    Refused(ErrorBody),
    /// There is no connection; nothing was done.
    #[error("no connection to the server: {0}")]
    Unreachable(String),
    /// The connection broke before the answer came: whether it was done is not known.
    #[error("the connection broke before the answer came")]
    Interrupted,
    /// No answer came in time: whether it was done is not known.
    #[error("no answer came in time")]
    TimedOut,
    /// The session ended.
    #[error("the session ended: {}", .0.reason)]
    Ended(End),
    /// What came is not the protocol.
    #[error("not understood: {0}")]
    Protocol(String),
}

/// How the server ended a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The word of the protocol: `slow_consumer`, `replaced`, `revoked`, `idle`, `draining`,
    /// `protocol_error`; or `unauthenticated` when the token is not (any longer) good.
    pub reason: String,
    /// The same session goes on after a reconnect.
    pub reconnect: bool,
}

impl Error {
    /// When the same may be tried again with hope of another result; `None`: never. Zero: as soon
    /// as the caller's own patience allows.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(body) => match body.code.as_str() {
                "limited" | "unavailable" | "internal" => {
                    Some(Duration::from_millis(body.retry_after_ms.unwrap_or(0)))
                }
                _ => None,
            },
            Self::Unreachable(_) | Self::Interrupted | Self::TimedOut => Some(Duration::ZERO),
            Self::Ended(end) => end.reconnect.then_some(Duration::ZERO),
            Self::Address { .. } | Self::Protocol(_) => None,
        }
    }

    /// Is it this refusal?
    pub fn is_refusal(&self, code: &str) -> bool {
        matches!(self, Self::Refused(body) if body.code == code)
    }
}

impl From<ErrorBody> for Error {
    fn from(body: ErrorBody) -> Self {
        Self::Refused(body)
    }
}
