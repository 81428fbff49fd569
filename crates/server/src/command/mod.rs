//! What the command line can do, a file for each family of commands.

mod dev;
mod serve;
mod storage;
mod user;

pub(crate) use dev::dev;
pub(crate) use serve::serve;
pub(crate) use storage::{backup, check_migrations, migrate, restore};
pub(crate) use user::user;

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;

use tokio::runtime::{Builder, Runtime};

use crate::config::Config;
use crate::stop::Stop;

/// A runtime with a thread for each processor.
fn runtime() -> Result<Runtime, Stop> {
    Ok(Builder::new_multi_thread()
        .thread_name("switchboard")
        .enable_all()
        .build()?)
}

/// Makes the directories that must be there, closed to other users of the machine.
fn make_directories(config: &Config) -> Result<(), Stop> {
    for directory in config.directories() {
        let made = DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&directory);
        made.map_err(|error| {
            let place = directory.display();
            Stop::Usage(format!(
                "{place}: the directory cannot be made: {error}; set [data] dir"
            ))
        })?;
    }
    Ok(())
}
