//! Brings the tables of an SQLite file up to date.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::lock::Lock;
use crate::dialect::Dialect;
use crate::options::OpenError;
use crate::schema::{Done, JOURNAL, Migration, SchemaState, current, pending};

/// Does what is pending, all in one transaction. Without the lock of a server it is refused while
/// one runs: that one works with the tables as they are.
pub(crate) fn up(connection: &mut Connection, path: &Path, locked: bool) -> Result<(), OpenError> {
    if pending(&done(connection, path)?)?.is_empty() {
        return Ok(());
    }
    let _lock = if locked {
        None
    } else {
        Some(Lock::take(path)?)
    };
    let refuse = |error| OpenError::sqlite(path, error);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(refuse)?;
    transaction
        .execute_batch(&Dialect::Sqlite.render(JOURNAL).text)
        .map_err(refuse)?;
    // Again, because another process may have been quicker.
    for migration in pending(&done(&transaction, path)?)? {
        apply(&transaction, migration).map_err(refuse)?;
        tracing::info!(
            version = migration.version,
            name = migration.name,
            "store.migrated"
        );
    }
    transaction.commit().map_err(refuse)
}

fn apply(connection: &Connection, migration: &Migration) -> rusqlite::Result<()> {
    for statement in migration.rendered(Dialect::Sqlite) {
        connection.execute_batch(&statement)?;
    }
    connection.execute(
        "INSERT INTO schema_migrations (version, name, checksum) VALUES (?1, ?2, ?3)",
        (migration.version, migration.name, migration.checksum()),
    )?;
    Ok(())
}

/// How the file stands to this program; changes nothing.
pub(crate) fn state(connection: &Connection, path: &Path) -> Result<SchemaState, OpenError> {
    let done = done(connection, path)?;
    let pending = pending(&done)?
        .iter()
        .map(|migration| migration.name)
        .collect();
    let found = done.iter().map(|done| done.version).max().unwrap_or(0);
    Ok(SchemaState {
        found,
        known: current(),
        pending,
    })
}

fn done(connection: &Connection, path: &Path) -> Result<Vec<Done>, OpenError> {
    let read = || -> rusqlite::Result<Vec<Done>> {
        let journal = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'schema_migrations'";
        if connection.query_row(journal, [], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(Vec::new());
        }
        let mut statement = connection
            .prepare("SELECT version, checksum FROM schema_migrations ORDER BY version")?;
        let rows = statement.query_map([], |row| {
            Ok(Done {
                version: row.get(0)?,
                checksum: row.get(1)?,
            })
        })?;
        rows.collect()
    };
    read().map_err(|error| OpenError::sqlite(path, error))
}
