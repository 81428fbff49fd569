//! The store itself.

use crate::failure::Outcome;
use crate::statement::system as sql;
use crate::transaction::{Operation, Transaction};
use crate::value::params;

/// Under this name stands the life of the log.
pub(crate) const EPOCH: &str = "epoch";
/// Under this name stands what the probe writes.
const PROBE: &str = "probe";

/// Writes something, to see whether writing works.
pub(crate) struct Probe;

impl Operation for Probe {
    type Output = ();

    async fn run<T: Transaction>(&self, tx: &mut T) -> Outcome<()> {
        let before = tx.first(sql::META, params![PROBE]).await?;
        let before = before.map_or(Ok(0), |row| row.int(0))?;
        tx.execute(sql::SET_META, params![PROBE, before.wrapping_add(1)])
            .await?;
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
