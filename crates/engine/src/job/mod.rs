//! What the server does on its own: follows the log, sweeps, writes down what can wait, and works
//! for an operator.
//!
//! Invariant: only here are permits of the system made.

mod ear;
mod follower;
mod indexer;
mod marks;
mod notifier;
pub(crate) mod operator;
mod sweep;

use std::sync::Arc;

use domain::event::Event;
use domain::permit::System;
use domain::{ConversationId, Permit, Result, Seq};

pub(crate) use ear::{Heard, hear};
pub(crate) use marks::Marks;

use crate::engine::Inner;

/// Begins the jobs; they end with the runtime.
pub(crate) fn start(inner: &Arc<Inner>) {
    tokio::spawn(sweep::run(Arc::clone(inner)));
    tokio::spawn(sweep::watch_ended_sessions(Arc::clone(inner)));
    tokio::spawn(follower::run(Arc::clone(inner), indexer::Indexer));
    tokio::spawn(follower::run(Arc::clone(inner), notifier::Notifier));
}

/// Writes down what waits.
pub(crate) async fn flush(inner: &Arc<Inner>) {
    marks::flush(inner).await;
    sweep::write_down(inner).await;
}

/// Reads what the relay missed.
pub(crate) async fn read_gap(
    inner: &Inner,
    conversation: ConversationId,
    after: Seq,
    limit: usize,
) -> Result<Vec<Event>> {
    inner
        .ports
        .messages
        .gap(
            &system("close a gap of the relay"),
            conversation,
            after,
            limit,
        )
        .await
}

/// A permit of the system, logged.
fn system(reason: &'static str) -> Permit<System> {
    tracing::trace!(reason, "permit.system");
    Permit::system(reason)
}
