use std::time::Duration;

use async_trait::async_trait;
use domain::{Epoch, Result, Timestamp};

/// Time. Only adapters and tests implement it; nothing else reads a clock.
pub trait Clock: Send + Sync {
    /// The time of day.
    fn now(&self) -> Timestamp;

    /// Time that never goes back, since some fixed moment.
    fn elapsed(&self) -> Duration;
}

/// Chance: a cryptographically secure source.
pub trait Entropy: Send + Sync {
    /// Fills the buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// How a part is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// It works.
    Ready,
    /// It does not; what an operator should look at.
    Failing(String),
}

/// The store as a whole.
#[async_trait]
pub trait Storage: Send + Sync {
    /// The log's life: changes when it was restored from a backup.
    fn epoch(&self) -> Epoch;

    /// Can it write now? Tries it, when the last write failed.
    async fn health(&self) -> Health;

    /// Finishes what was accepted and closes. Later calls are `Unavailable`.
    async fn close(&self) -> Result<()>;
}
