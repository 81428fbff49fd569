//! The store itself.

use crate::failure::Outcome;
use crate::statement::{account, system as sql};
use crate::transaction::{Operation, Transaction};
use crate::value::params;

/// Under this name stands the life of the log.
pub(crate) const EPOCH: &str = "epoch";

/// Room that has to be there for the store to count as working, in bytes: a disk that still takes
/// a few small rows is as good as full.
const ROOM: usize = 256 * 1024;
/// No user has this id: the probe's picture stands under it.
const NOBODY: i64 = 0;

/// Writes as much as a busy moment does, to see whether writing works; then takes it away.
pub(crate) enum Probe {
    /// Writes.
    Put,
    /// Takes it away.
    Remove,
}

impl Operation for Probe {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        match self {
            Self::Put => {
                let room = vec![0_u8; ROOM];
                let row = params![NOBODY, 0, room.as_slice(), 0];
                tx.execute(account::PUT_AVATAR, row).await?;
            }
            Self::Remove => {
                tx.execute(account::DELETE_AVATAR, params![NOBODY]).await?;
            }
        }
        Ok(())
    }
}

/// The life of the log, which the first opening begins.
pub(crate) struct Epoch {
    /// The one to begin.
    pub(crate) fresh: i64,
}

impl Operation for Epoch {
    type Output = i64;

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<i64> {
        if let Some(row) = tx.first(sql::META, params![EPOCH]).await? {
            return row.int(0);
        }
        tx.execute(sql::SET_META, params![EPOCH, self.fresh])
            .await?;
        Ok(self.fresh)
    }
}
