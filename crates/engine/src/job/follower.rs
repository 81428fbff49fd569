//! Following the whole log with a durable position.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use domain::Result;

use super::system;
use crate::engine::Inner;
use crate::port::{Followed, Position};

/// Events that a follower reads at once.
const PAGE: usize = 4000;
/// How long one who was told waits for more to come: many commits are dealt with together.
const GATHER: Duration = Duration::from_millis(100);
/// A follower that was not told looks by itself.
const IDLE: Duration = Duration::from_secs(5);
/// A follower that failed tries again after this.
const PAUSE: Duration = Duration::from_secs(2);

/// One who follows the log.
pub(super) trait Follow: Send + 'static {
    /// Its name, in logs and (for the position) in storage.
    const NAME: &'static str;

    /// Where it stands.
    fn position(&self, inner: &Inner) -> impl Future<Output = Result<Position>> + Send;

    /// Deals with a page and stores the position of its last event with it.
    fn follow(&self, inner: &Inner, page: Vec<Followed>)
    -> impl Future<Output = Result<()>> + Send;
}

/// Follows until the runtime ends. A failure is logged once for a run of them, and tried again.
pub(super) async fn run<F: Follow>(inner: Arc<Inner>, follower: F) {
    let mut failing = false;
    loop {
        let committed = inner.committed.notified();
        match step(&inner, &follower).await {
            Ok(more) => {
                failing = false;
                if !more {
                    // A time-out is a look without having been told.
                    let _ = tokio::time::timeout(IDLE, committed).await;
                    tokio::time::sleep(GATHER).await;
                }
            }
            Err(error) => {
                if !failing {
                    tracing::warn!(follower = F::NAME, %error, "follower.failing");
                }
                failing = true;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// One page; is there more?
async fn step<F: Follow>(inner: &Inner, follower: &F) -> Result<bool> {
    let after = follower.position(inner).await?;
    let page = inner
        .ports
        .followers
        .read(&system(F::NAME), after, PAGE)
        .await?;
    let more = page.len() == PAGE;
    if !page.is_empty() {
        follower.follow(inner, page).await?;
    }
    Ok(more)
}
