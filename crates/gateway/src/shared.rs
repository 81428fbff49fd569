//! What every door holds.

use std::sync::Arc;
use std::time::Duration;

use engine::Engine;
use tokio::sync::watch;

use crate::metrics::Metrics;
use crate::settings::Settings;

/// How far the gateway has closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Everyone is welcome.
    Open,
    /// Nobody new; who is here is asked to leave.
    Draining,
    /// Whoever is still here is cut off.
    Cut,
}

/// What every door holds.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) settings: Settings,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) phase: watch::Receiver<Phase>,
    /// The `OpenAPI` document, written once.
    pub(crate) openapi: bytes::Bytes,
}

impl Shared {
    /// What parsing a frame depends on.
    pub(crate) fn limits(&self) -> crate::native::from_wire::Limits {
        crate::native::from_wire::Limits {
            text_bytes: self.engine.settings().text_bytes,
        }
    }
}

/// Returns when the gateway has closed at least so far.
pub(crate) async fn reached(phase: &mut watch::Receiver<Phase>, least: Phase) {
    // An error means that the gateway itself is gone, which is as far as it can close.
    let _ = phase.wait_for(|phase| *phase >= least).await;
}

/// A span in whole seconds, at least one.
pub(crate) fn seconds(span: Duration) -> u32 {
    u32::try_from(span.as_secs()).unwrap_or(u32::MAX).max(1)
}
