//! The tables, as numbered migrations, written once for all databases.
//!
//! A migration is never changed after it was released: its checksum is stored beside its number,
//! and a database whose checksum differs is refused. A newer database is refused too: an older
//! program does not know what it must keep true there.

mod first;

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::dialect::Dialect;

/// A step from one version of the tables to the next.
#[derive(Debug)]
pub(crate) struct Migration {
    /// Its number; the first is 1, without gaps.
    pub(crate) version: i64,
    /// What it does, for the operator.
    pub(crate) name: &'static str,
    /// The statements, with tokens.
    pub(crate) statements: &'static [&'static str],
}

/// All migrations in order.
pub(crate) const MIGRATIONS: &[Migration] = &[first::MIGRATION];

/// The table that says which migrations were done; it is made when it is missing.
pub(crate) const JOURNAL: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version {id}, name {key 100} NOT NULL, checksum {key 64} NOT NULL) {table}";

/// The version of the tables that this program works with.
pub(crate) fn current() -> i64 {
    MIGRATIONS.last().map_or(0, |last| last.version)
}

impl Migration {
    /// SHA-256 over the statements as they are written here, whatever the database.
    pub(crate) fn checksum(&self) -> String {
        let mut hash = Sha256::new();
        for statement in self.statements {
            hash.update(statement.as_bytes());
            hash.update(b";");
        }
        let mut text = String::new();
        for byte in hash.finalize() {
            write!(text, "{byte:02x}").expect("writing to a string does not fail");
        }
        text
    }

    /// The statements for one database.
    pub(crate) fn rendered(&self, dialect: Dialect) -> impl Iterator<Item = String> {
        self.statements
            .iter()
            .map(move |statement| dialect.render(statement).text)
    }
}

/// How a database stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaState {
    /// The version of its tables; 0 when it is empty.
    pub found: i64,
    /// The version that this program works with.
    pub known: i64,
    /// What would be done to bring it up to date.
    pub pending: Vec<&'static str>,
}

/// A migration that was done, as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    /// Its number.
    pub(crate) version: i64,
    /// Its checksum on that day.
    pub(crate) checksum: String,
}

/// Why the tables cannot be worked with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A newer program was here.
    #[error(
        "the database has version {found}, this program knows versions up to {known}: install the newer program again, or restore a backup from before"
    )]
    Newer {
        /// What was found.
        found: i64,
        /// What is known.
        known: i64,
    },
    /// Another migration was done under that number.
    #[error(
        "migration {version} of the database is not the one this program knows: it was made by another build"
    )]
    Changed {
        /// Which.
        version: i64,
    },
}

/// Compares what was done with what is known. The migrations that are still to be done.
pub(crate) fn pending(done: &[Done]) -> Result<&'static [Migration], SchemaError> {
    let found = done.iter().map(|done| done.version).max().unwrap_or(0);
    if found > current() {
        return Err(SchemaError::Newer {
            found,
            known: current(),
        });
    }
    for migration in MIGRATIONS
        .iter()
        .filter(|migration| migration.version <= found)
    {
        let same = done
            .iter()
            .any(|done| done.version == migration.version && done.checksum == migration.checksum());
        if !same {
            return Err(SchemaError::Changed {
                version: migration.version,
            });
        }
    }
    let first = MIGRATIONS.partition_point(|migration| migration.version <= found);
    Ok(&MIGRATIONS[first..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_numbered_without_gaps() {
        for (migration, number) in MIGRATIONS.iter().zip(1..) {
            assert_eq!(migration.version, number, "{}", migration.name);
        }
    }

    #[test]
    fn a_newer_or_another_database_is_refused() {
        let done = |version, checksum: &str| Done {
            version,
            checksum: checksum.to_owned(),
        };
        let newer = current() + 1;
        assert_eq!(
            pending(&[done(newer, "x")]).unwrap_err(),
            SchemaError::Newer {
                found: newer,
                known: current()
            }
        );
        assert_eq!(
            pending(&[done(1, "x")]).unwrap_err(),
            SchemaError::Changed { version: 1 }
        );
        assert_eq!(pending(&[]).unwrap().len(), MIGRATIONS.len());
        let all: Vec<_> = MIGRATIONS
            .iter()
            .map(|m| done(m.version, &m.checksum()))
            .collect();
        assert!(pending(&all).unwrap().is_empty());
    }
}
