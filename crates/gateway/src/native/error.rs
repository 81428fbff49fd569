//! The tables from what can go wrong, and from how a session ends, to the words of HTTP and of
//! the native protocol. `docs/errors.md` is made from them.

use domain::{EndReason, Error};
use wire::native::{DecodeError, ErrorBody};

/// How one class of error is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The stable word: `code` in replies and in problem documents.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What it is called in a problem document (RFC 9457 §3.1.3).
    pub title: &'static str,
}

/// The entry of an error.
pub fn entry(error: &Error) -> Entry {
    match error {
        Error::Invalid { .. } => INVALID,
        Error::Unauthenticated => UNAUTHENTICATED,
        Error::Denied { .. } => Entry {
            code: "denied",
            status: 403,
            title: "Not allowed",
        },
        Error::NotFound { .. } => Entry {
            code: "not_found",
            status: 404,
            title: "Not found",
        },
        Error::Conflict { .. } | Error::StalePermit => Entry {
            code: "conflict",
            status: 409,
            title: "In conflict with what is there",
        },
        Error::TooLarge { .. } => Entry {
            code: "too_large",
            status: 413,
            title: "Too large",
        },
        Error::Limited { .. } => Entry {
            code: "limited",
            status: 429,
            title: "Too many requests",
        },
        Error::Unsupported { .. } => UNSUPPORTED,
        Error::Unavailable { .. } => Entry {
            code: "unavailable",
            status: 503,
            title: "Not available at present",
        },
        Error::Internal { .. } => Entry {
            code: "internal",
            status: 500,
            title: "A fault of the server",
        },
    }
}

const INVALID: Entry = Entry {
    code: "invalid",
    status: 400,
    title: "Not a valid request",
};
const UNAUTHENTICATED: Entry = Entry {
    code: "unauthenticated",
    status: 401,
    title: "Not signed in",
};
const UNSUPPORTED: Entry = Entry {
    code: "unsupported",
    status: 501,
    title: "Not supported",
};

/// What is told of an error, in a reply or a problem document.
pub fn body(error: &Error) -> ErrorBody {
    ErrorBody {
        code: entry(error).code.to_owned(),
        message: error.to_string(),
        pointer: field(error).map(|field| format!("/{field}")),
        retry_after_ms: retry_after_ms(error),
        incident: incident(error),
    }
}

/// The field that is wrong.
fn field(error: &Error) -> Option<&'static str> {
    match error {
        Error::Invalid { field, .. } | Error::TooLarge { field, .. } => {
            (!field.is_empty()).then_some(field)
        }
        Error::Unauthenticated
        | Error::Denied { .. }
        | Error::NotFound { .. }
        | Error::Conflict { .. }
        | Error::StalePermit
        | Error::Limited { .. }
        | Error::Unsupported { .. }
        | Error::Unavailable { .. }
        | Error::Internal { .. } => None,
    }
}

fn retry_after_ms(error: &Error) -> Option<u64> {
    match error {
        Error::Limited { retry_after } => {
            Some(u64::try_from(retry_after.as_millis()).unwrap_or(u64::MAX))
        }
        Error::Unavailable { .. } => Some(UNAVAILABLE_RETRY_MS),
        Error::Invalid { .. }
        | Error::Unauthenticated
        | Error::Denied { .. }
        | Error::NotFound { .. }
        | Error::Conflict { .. }
        | Error::StalePermit
        | Error::TooLarge { .. }
        | Error::Unsupported { .. }
        | Error::Internal { .. } => None,
    }
}

/// After how long it is worth asking again for what is unavailable.
const UNAVAILABLE_RETRY_MS: u64 = 5_000;

fn incident(error: &Error) -> Option<String> {
    match error {
        Error::Internal { incident } => Some(format!("{incident:016x}")),
        Error::Invalid { .. }
        | Error::Unauthenticated
        | Error::Denied { .. }
        | Error::NotFound { .. }
        | Error::Conflict { .. }
        | Error::StalePermit
        | Error::TooLarge { .. }
        | Error::Limited { .. }
        | Error::Unsupported { .. }
        | Error::Unavailable { .. } => None,
    }
}

/// What is told of bytes that are no command.
pub fn undecodable(error: &DecodeError) -> ErrorBody {
    let entry = match error {
        DecodeError::Malformed { .. } | DecodeError::Fields { .. } => INVALID,
        DecodeError::UnknownType { .. } => UNSUPPORTED,
    };
    ErrorBody {
        code: entry.code.to_owned(),
        message: error.detail(),
        pointer: None,
        retry_after_ms: None,
        incident: None,
    }
}

/// The WebSocket close code of an ending: 4000 to 4099 mean come back, 4400 to 4499 mean do not.
pub fn close_code(reason: EndReason) -> u16 {
    match reason {
        EndReason::Draining => 4000,
        EndReason::SlowConsumer => 4001,
        EndReason::Idle => 4002,
        EndReason::ProtocolError => 4400,
        EndReason::Revoked => CLOSE_UNAUTHENTICATED,
        EndReason::Replaced => 4409,
    }
}

/// Closes a WebSocket whose token is missing, unknown or no longer valid.
pub const CLOSE_UNAUTHENTICATED: u16 = 4401;
/// Closes a WebSocket that cannot be opened for a passing reason; the same as for draining.
pub const CLOSE_TRY_AGAIN: u16 = 4000;
/// Closes a WebSocket after a fault of the server.
pub const CLOSE_INTERNAL: u16 = 4500;

/// The close code for a session that could not begin.
pub fn close_code_of(error: &Error) -> u16 {
    match error {
        Error::Unauthenticated | Error::Denied { .. } => CLOSE_UNAUTHENTICATED,
        Error::Limited { .. } | Error::Unavailable { .. } | Error::StalePermit => CLOSE_TRY_AGAIN,
        Error::Internal { .. } => CLOSE_INTERNAL,
        Error::Invalid { .. }
        | Error::NotFound { .. }
        | Error::Conflict { .. }
        | Error::TooLarge { .. }
        | Error::Unsupported { .. } => close_code(EndReason::ProtocolError),
    }
}
