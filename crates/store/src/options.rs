//! How a store is opened, and why it is not.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::port::Bus;

use crate::schema::SchemaError;

/// Who opens the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// A server: there is only one at a time.
    Server,
    /// The command line: may work beside a running server.
    Tool,
}

/// How a store is opened.
#[derive(Clone)]
pub struct OpenOptions {
    /// Who opens it.
    pub mode: OpenMode,
    /// Where its commits are told.
    pub bus: Arc<dyn Bus>,
    /// How many reads may go on at the same time.
    pub readers: NonZeroUsize,
}

impl OpenOptions {
    /// The usual ones.
    pub fn new(mode: OpenMode, bus: Arc<dyn Bus>) -> Self {
        let most = match mode {
            OpenMode::Server => 4,
            OpenMode::Tool => 1,
        };
        let readers =
            std::thread::available_parallelism().map_or(most, |n| n.get().clamp(2, most.max(2)));
        let readers = NonZeroUsize::new(readers).unwrap_or(NonZeroUsize::MIN);
        Self { mode, bus, readers }
    }
}

/// Why a store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL names no kind of database that is built in.
    #[error("`{0}` is no URL of a store: write `sqlite:` and the path of a file")]
    Url(String),
    /// Another server has it.
    #[error("another server uses `{}`: stop it, or give this one a store of its own", path.display())]
    Locked {
        /// The database.
        path: PathBuf,
    },
    /// The tables are not ours to work with.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The file is damaged.
    #[error("`{}` is damaged ({finding}): restore a backup", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What was found.
        finding: String,
    },
    /// The system refused.
    #[error("`{}`: {source}", path.display())]
    Io {
        /// Which file or directory.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite refused.
    #[error("`{}`: {source}", path.display())]
    Sqlite {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A thread could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// The first reading or writing was refused.
    #[error("{0}")]
    Refused(String),
}

impl OpenError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn sqlite(path: &Path, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                Self::Damaged {
                    path: path.to_owned(),
                    finding: source.to_string(),
                }
            }
            _ => Self::Sqlite {
                path: path.to_owned(),
                source,
            },
        }
    }
}

/// The file that a URL names.
pub(crate) fn path_of(url: &str) -> Result<PathBuf, OpenError> {
    match url.strip_prefix("sqlite:") {
        Some(path) if !path.is_empty() && !path.starts_with(':') => {
            Ok(PathBuf::from(path.strip_prefix("//").unwrap_or(path)))
        }
        _ => Err(OpenError::Url(url.to_owned())),
    }
}

/// The file of the full-text index of a database.
pub(crate) fn index_of(database: &Path) -> PathBuf {
    database.with_file_name("search.db")
}
