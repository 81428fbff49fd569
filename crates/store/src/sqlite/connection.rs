//! Opening SQLite files.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::options::OpenError;

/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// What every connection sets. The cache is in KiB when negative.
const BASE: &str = "PRAGMA foreign_keys = OFF; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;";

/// What the writing connection sets besides: each commit is on the disk before it is answered;
/// the log of changes is copied back every 16,384 pages and stays below 64 MiB; what is deleted
/// is overwritten, because retracted texts shall be gone.
const WRITER: &str = "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 16384; PRAGMA journal_size_limit = 67108864;
    PRAGMA secure_delete = ON;";

/// What a reading connection sets besides.
const READER: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -4096;";

/// Opens the file for writing and makes it when it is missing.
pub(crate) fn writer(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    open(path, flags, WRITER)
}

/// Opens the file for reading.
pub(crate) fn reader(path: &Path) -> Result<Connection, OpenError> {
    open(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        READER,
    )
}

fn open(path: &Path, flags: OpenFlags, pragmas: &str) -> Result<Connection, OpenError> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.execute_batch(BASE)?;
        connection.execute_batch(pragmas)?;
        // The first look at the file: what is no database is told here.
        connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| {
            row.get::<_, i64>(0)
        })?;
        Ok(connection)
    };
    open().map_err(|error| OpenError::sqlite(path, error))
}

/// Looks through the file after a stop that was not clean.
pub(crate) fn quick_check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let answer: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(|error| OpenError::sqlite(path, error))?;
    if answer == "ok" {
        Ok(())
    } else {
        Err(OpenError::Damaged {
            path: path.to_owned(),
            finding: answer,
        })
    }
}
