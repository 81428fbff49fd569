//! How the program ends when it does not do what it was asked.

use std::fmt;
use std::process::ExitCode;

use domain::Error;
use store::OpenError;

use crate::config::Problem;

/// Why, and with which exit status.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The caller has to change something, and this line says what: status 2.
    Usage(String),
    /// It was asked correctly and did not work: status 1.
    Failed(anyhow::Error),
}

impl Stop {
    /// It did not work, in one sentence.
    pub(crate) fn failed(text: impl fmt::Display) -> Self {
        Self::Failed(anyhow::anyhow!("{text}"))
    }

    /// The exit status.
    pub(crate) fn status(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) => f.write_str(text),
            // The causes follow in the same line.
            Self::Failed(error) => write!(f, "{error:#}"),
        }
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Usage(problem.to_string())
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<OpenError> for Stop {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Url(_) | OpenError::Locked { .. } => Self::Usage(error.to_string()),
            // Their texts have the causes in them already.
            OpenError::Schema(_)
            | OpenError::Damaged { .. }
            | OpenError::Io { .. }
            | OpenError::Sqlite { .. }
            | OpenError::Thread(_)
            | OpenError::Refused(_) => Self::failed(error),
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid { .. } | Error::TooLarge { .. } => Self::Usage(error.to_string()),
            Error::Unauthenticated
            | Error::Denied { .. }
            | Error::NotFound { .. }
            | Error::Conflict { .. }
            | Error::StalePermit
            | Error::Limited { .. }
            | Error::Unsupported { .. }
            | Error::Unavailable { .. }
            | Error::Internal { .. } => Self::Failed(error.into()),
        }
    }
}
