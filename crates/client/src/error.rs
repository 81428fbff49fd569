use std::time::Duration;

use serde::Deserialize;
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

/// The members of a problem document (RFC 9457 §3) that are used here.
#[derive(Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    pointer: Option<String>,
    #[serde(default)]
    incident: Option<String>,
}

impl Error {
    /// What an HTTP answer with an error status means. `retry_after_s` is its `Retry-After`.
    pub fn from_http(status: u16, retry_after_s: Option<u64>, body: &[u8]) -> Self {
        let problem = serde_json::from_slice(body).unwrap_or_else(|_| Problem {
            code: if status >= 500 {
                "unavailable"
            } else {
                "invalid"
            }
            .to_owned(),
            detail: format!("the server answered {status}"),
            pointer: None,
            incident: None,
        });
        Self::Refused(ErrorBody {
            code: problem.code,
            message: problem.detail,
            pointer: problem.pointer,
            retry_after_ms: retry_after_s.map(|seconds| seconds.saturating_mul(1000)),
            incident: problem.incident,
        })
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_document_keeps_its_code() {
        let body = br#"{"type":"/docs#conflict","title":"x","status":409,"detail":"taken","code":"conflict"}"#;
        let error = Error::from_http(409, None, body);
        assert!(error.is_refusal("conflict") && error.retry_after().is_none());
        let error = Error::from_http(503, Some(2), b"<html>");
        assert_eq!(error.retry_after(), Some(Duration::from_secs(2)));
    }
}
