use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What went wrong, in a reply or (as `application/problem+json`) in an HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ErrorBody {
    /// A stable word of the table in `docs/errors.md`, such as `not_found`.
    pub code: String,
    /// What happened and what to do about it, in English, for a developer's log.
    pub message: String,
    /// The field that is wrong, as a JSON pointer (RFC 6901), when one field is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// When to try again, in milliseconds from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
    /// An opaque id under which the server's log holds the cause of an internal error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
}

/// Why bytes are not a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes are not JSON in UTF-8, or not an object with a `type`.
    Malformed {
        /// Where and why, from the parser.
        detail: String,
    },
    /// The `type` is none that this version knows.
    UnknownType {
        /// The id to answer to.
        id: Option<u64>,
        /// The unknown word, shortened.
        kind: String,
    },
    /// A known command whose fields are wrong or missing.
    Fields {
        /// The id to answer to.
        id: Option<u64>,
        /// Which and why, from the parser.
        detail: String,
    },
}

impl DecodeError {
    /// The id of the command that could not be read, when it could be found.
    pub fn id(&self) -> Option<u64> {
        match self {
            Self::Malformed { .. } => None,
            Self::UnknownType { id, .. } | Self::Fields { id, .. } => *id,
        }
    }

    /// What to tell the sender.
    pub fn detail(&self) -> String {
        match self {
            Self::Malformed { detail } => format!("not a JSON command frame: {detail}"),
            Self::UnknownType { kind, .. } => {
                format!("unknown command type `{kind}`; docs/protocol.md lists the known ones")
            }
            Self::Fields { detail, .. } => format!("wrong or missing field: {detail}"),
        }
    }
}
