//! Where it rests: SQL databases behind the storage ports, the full-text index, backups.
//!
//! Map: [`statement`] is the catalogue of SQL texts and [`schema`] the tables, both written once
//! for all databases and rendered by [`dialect`]; [`op`] are the operations, one for each call of
//! a port, written once over [`transaction`]; [`stored`] is the form of events in the log;
//! [`sqlite`] runs operations on SQLite; [`port`] puts them behind the ports; [`search`] is the
//! full-text index, a file of its own.
//!
//! Invariant: an operation is answered after its commit is durable, and its events are published
//! after that, in the order of the commits. A refused operation has written nothing.

mod dialect;
mod failure;
mod late;
mod names;
mod op;
mod options;
mod port;
mod schema;
mod search;
mod sqlite;
mod statement;
mod stored;
mod transaction;
mod value;

use std::path::Path;
use std::sync::Arc;

use domain::{Epoch, Result};

use search::Search;
use sqlite::Sqlite;
use transaction::Operation;

pub use options::{OpenError, OpenMode, OpenOptions};
pub use schema::{SchemaError, SchemaState};
pub use search::marks;

/// A store. It implements every storage port; clones share one store.
#[derive(Clone)]
pub struct Store {
    backend: Backend,
    search: Arc<Search>,
}

/// The databases that a store can be in.
#[derive(Clone)]
enum Backend {
    Sqlite(Arc<Sqlite>),
}

/// Opens the store that a URL names: `sqlite:` and the path of a file, which is made when it is
/// missing.
pub async fn open(url: &str, options: OpenOptions) -> Result<Store, OpenError> {
    let path = options::path_of(url)?;
    let index = options::index_of(&path);
    let opened = tokio::task::spawn_blocking(move || Sqlite::open(&path, options)).await;
    let sqlite = opened.map_err(|error| OpenError::Refused(error.to_string()))??;
    let search = Search::new(index, sqlite.epoch());
    Ok(Store {
        backend: Backend::Sqlite(Arc::new(sqlite)),
        search: Arc::new(search),
    })
}

/// Writes a consistent copy of a store to a file, beside a running server too.
pub fn backup(url: &str, copy: &Path) -> Result<(), OpenError> {
    sqlite::backup::backup(&options::path_of(url)?, copy)
}

/// Puts a copy that [`backup`] wrote in the place of a store that no server uses, and moves what
/// was there aside. The life of the log that begins with it.
pub fn restore(copy: &Path, url: &str) -> Result<Epoch, OpenError> {
    sqlite::backup::restore(copy, &options::path_of(url)?)
}

/// How a store stands to this program; changes nothing. [`open`] does what is pending.
pub fn schema_state(url: &str) -> Result<SchemaState, OpenError> {
    sqlite::backup::schema_state(&options::path_of(url)?)
}

impl Store {
    fn search(&self) -> &Search {
        &self.search
    }

    /// Writes what is counted in the Prometheus text format.
    pub fn render_metrics(&self, out: &mut String) {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.render_metrics(out),
        }
    }

    async fn write<O: Operation>(&self, operation: O) -> Result<O::Output> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.write(operation).await,
        }
    }

    async fn read<O: Operation>(&self, operation: O) -> Result<O::Output> {
        match &self.backend {
            Backend::Sqlite(sqlite) => sqlite.read(operation).await,
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store(sqlite)")
    }
}
