//! Keeps a second server out of a store, and knows whether the last one stopped cleanly.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::beside;
use crate::options::OpenError;

/// Stands in the lock file while a server runs, and after one that was killed.
const RUNNING: &[u8] = b"running\n";

/// The lock of a server. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    unclean: bool,
}

impl Lock {
    /// Takes the lock of a database file.
    pub(crate) fn take(database: &Path) -> Result<Self, OpenError> {
        let path = beside(database, "-lock");
        let refuse = |error| OpenError::io(&path, error);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(refuse)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Locked {
                    path: database.to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(refuse(error)),
        }
        let mut mark = Vec::new();
        file.read_to_end(&mut mark).map_err(refuse)?;
        write_mark(&mut file, RUNNING).map_err(refuse)?;
        Ok(Self {
            file,
            unclean: !mark.is_empty(),
        })
    }

    /// The last server did not get to the end.
    pub(crate) fn was_unclean(&self) -> bool {
        self.unclean
    }

    /// Everything is in the file: the next start need not check it.
    pub(crate) fn release_clean(mut self) {
        if let Err(error) = write_mark(&mut self.file, b"") {
            tracing::warn!(%error, "store.lock_mark_failed");
        }
    }
}

fn write_mark(file: &mut File, mark: &[u8]) -> std::io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.set_len(0)?;
    file.write_all(mark)?;
    file.sync_all()
}
