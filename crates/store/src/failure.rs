//! What can go wrong inside the store, and what the ports say of it.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::Error;

/// The result of a step of an operation.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// Why a step of an operation did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The operation was refused; it has written nothing.
    Refused(Error),
    /// The database does not work at present: full, unreadable, read-only, gone.
    Unavailable {
        /// What an operator should look at.
        reason: &'static str,
        /// What the database said.
        cause: String,
    },
    /// Someone else holds the lock, or two transactions met; the same again may succeed.
    Contended(String),
    /// The database refused what it should take, or holds what it should not.
    Broken(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl Failure {
    /// What the caller of the port is told. A fault is logged here, once, under its incident.
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Unavailable { reason, .. } => Error::Unavailable { reason },
            Self::Contended(_) => Error::Unavailable { reason: BUSY },
            Self::Broken(cause) => {
                let incident = next_incident();
                tracing::error!(incident = format!("{incident:016x}"), cause, "store.fault");
                Error::Internal { incident }
            }
        }
    }

    /// Something that cannot be, unless the database was changed from outside.
    pub(crate) fn broken(what: impl Into<String>) -> Self {
        Self::Broken(what.into())
    }
}

/// Another process holds the database's write lock for longer than the busy timeout.
pub(crate) const BUSY: &str = "the database is locked by another program; end it";
/// The database refused a transaction as a whole.
pub(crate) const FAULT: &str = "the database refuses to write: look at the log";
/// The store was closed.
pub(crate) const CLOSED: &str = "the store is closed: the server is shutting down";

/// The refusal of everything that comes after the store was closed.
pub(crate) fn closed() -> Error {
    Error::Unavailable { reason: CLOSED }
}

/// A number that no other incident of any process is likely to have.
fn next_incident() -> u64 {
    static START: OnceLock<AtomicU64> = OnceLock::new();
    START
        .get_or_init(|| AtomicU64::new(arbitrary()))
        .fetch_add(1, Ordering::Relaxed)
}

/// An arbitrary number. It need not be secret: it tells incidents and lives of the log apart.
pub(crate) fn arbitrary() -> u64 {
    RandomState::new().build_hasher().finish()
}
