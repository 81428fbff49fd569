//! Copies of a store, made while it is in use, and back.

use std::fs::File;
use std::path::Path;

use domain::Epoch;
use rusqlite::Connection;

use super::lock::Lock;
use super::{beside, connection, migrate};
use crate::failure::arbitrary;
use crate::op::system::EPOCH;
use crate::options::{OpenError, index_of};
use crate::schema::SchemaState;

/// Writes a copy of the database as it is at one moment, beside a running server too. The copy
/// appears under its name only when it is whole, checked and on the disk.
pub(crate) fn backup(database: &Path, copy: &Path) -> Result<(), OpenError> {
    require(database)?;
    let unfinished = beside(copy, &format!(".{:x}.part", arbitrary() >> 32));
    let made = make_copy(database, &unfinished).and_then(|()| {
        std::fs::rename(&unfinished, copy).map_err(|error| OpenError::io(copy, error))?;
        sync_directory(copy)
    });
    if made.is_err() {
        // What there is of it is of no use; that it may not be there is the usual case.
        let _ = std::fs::remove_file(&unfinished);
    }
    made
}

fn make_copy(database: &Path, unfinished: &Path) -> Result<(), OpenError> {
    let source = connection::reader(database)?;
    // The file stays open for reading only; this is about the connection, which writes the copy.
    source
        .execute_batch("PRAGMA query_only = OFF")
        .map_err(|error| OpenError::sqlite(database, error))?;
    let name = unfinished.to_str().ok_or_else(|| {
        let error = std::io::Error::other("the name of the copy is not UTF-8");
        OpenError::io(unfinished, error)
    })?;
    source
        .execute("VACUUM INTO ?1", [name])
        .map_err(|error| OpenError::sqlite(unfinished, error))?;
    let copied =
        Connection::open(unfinished).map_err(|error| OpenError::sqlite(unfinished, error))?;
    connection::quick_check(&copied, unfinished)?;
    copied
        .close()
        .map_err(|(_, error)| OpenError::sqlite(unfinished, error))?;
    let file = File::open(unfinished).and_then(|file| file.sync_all());
    file.map_err(|error| OpenError::io(unfinished, error))
}

/// Puts a copy in the place of the database, which is moved aside. The log begins a new life, so
/// that whoever knows more than the copy starts anew instead of missing what gets those places.
pub(crate) fn restore(copy: &Path, database: &Path) -> Result<Epoch, OpenError> {
    require(copy)?;
    if let Some(directory) = database
        .parent()
        .filter(|path| !path.as_os_str().is_empty())
    {
        std::fs::create_dir_all(directory).map_err(|error| OpenError::io(directory, error))?;
    }
    let lock = Lock::take(database)?;
    let fresh = beside(database, ".restoring");
    let refuse = |error| OpenError::io(&fresh, error);
    std::fs::copy(copy, &fresh).map_err(refuse)?;
    let epoch = begin_new_life(&fresh)?;
    File::open(&fresh)
        .and_then(|file| file.sync_all())
        .map_err(refuse)?;
    let aside = format!(".before-{:x}", epoch.0);
    for end in ["", "-wal", "-shm"] {
        let old = beside(database, end);
        if old.exists() {
            let kept = beside(database, &format!("{aside}{end}"));
            std::fs::rename(&old, &kept).map_err(|error| OpenError::io(&old, error))?;
        }
    }
    std::fs::rename(&fresh, database).map_err(refuse)?;
    sync_directory(database)?;
    crate::search::remove(&index_of(database));
    lock.release_clean();
    Ok(epoch)
}

/// Checks the copy and gives it another epoch.
fn begin_new_life(copy: &Path) -> Result<Epoch, OpenError> {
    let refuse = |error| OpenError::sqlite(copy, error);
    let opened = Connection::open(copy).map_err(refuse)?;
    connection::quick_check(&opened, copy)?;
    let state = migrate::state(&opened, copy)?;
    if state.found == 0 {
        let finding = "it holds no tables of a store".to_owned();
        return Err(OpenError::Damaged {
            path: copy.to_owned(),
            finding,
        });
    }
    let epoch = i64::try_from(arbitrary() >> 16).unwrap_or(1);
    opened
        .execute("UPDATE meta SET value = ?1 WHERE name = ?2", (epoch, EPOCH))
        .map_err(refuse)?;
    opened.close().map_err(|(_, error)| refuse(error))?;
    Ok(Epoch(epoch))
}

/// How a database stands to this program; changes nothing. One that is missing has version 0.
pub(crate) fn schema_state(database: &Path) -> Result<SchemaState, OpenError> {
    if !database.exists() {
        let nothing =
            Connection::open_in_memory().map_err(|error| OpenError::sqlite(database, error))?;
        return migrate::state(&nothing, database);
    }
    migrate::state(&connection::reader(database)?, database)
}

fn require(file: &Path) -> Result<(), OpenError> {
    match std::fs::metadata(file) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => Err(OpenError::io(
            file,
            std::io::Error::other("this is no file"),
        )),
        Err(error) => Err(OpenError::io(file, error)),
    }
}

/// A new name is durable when its directory is.
fn sync_directory(file: &Path) -> Result<(), OpenError> {
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)
        .and_then(|directory| directory.sync_all())
        .map_err(|error| OpenError::io(directory, error))
}
