//! The store through its ports, on real files.

#![allow(clippy::unwrap_used, reason = "these are tests")]

mod contract;
mod damage;
mod disk;
mod following;
mod restore;

use std::path::Path;
use std::sync::Arc;

use engine::port::{Bus, Storage};
use store::{OpenError, OpenMode, OpenOptions, Store};
use tempfile::TempDir;
use testkit::contract::{Stage, memory_bus};

/// The URL of a database in a directory.
fn url(dir: &Path) -> String {
    format!("sqlite:{}", dir.join("switchboard.db").display())
}

/// Opens the store of a directory as a server does.
async fn try_open(dir: &Path) -> Result<(Store, Arc<dyn Bus>), OpenError> {
    let bus = memory_bus();
    let store = store::open(&url(dir), OpenOptions::new(OpenMode::Server, bus.clone())).await?;
    Ok((store, bus))
}

/// The stage of the store of a directory.
async fn open(dir: &Path) -> Stage {
    let (store, bus) = try_open(dir).await.unwrap();
    Stage::new(Arc::new(store), bus, ())
}

/// The stage of a new store, whose directory goes with it.
async fn fresh() -> Stage {
    let dir = TempDir::new().unwrap();
    let (store, bus) = try_open(dir.path()).await.unwrap();
    Stage::new(Arc::new(store), bus, dir)
}

/// Closes the store of a stage.
async fn close(stage: Stage) {
    let storage: Arc<dyn Storage> = stage.storage.clone();
    drop(stage);
    storage.close().await.unwrap();
}
