//! The body of an event stream.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use engine::{Attachment, Delivery};
use futures_util::stream;

use super::record::{COMMENT, delivered};
use crate::listener::admission::Place;
use crate::listener::wheel::{Pulse, Rhythm};
use crate::metrics::Door;
use crate::shared::{Phase, Shared, reached};

/// Deliveries that are written together.
const BATCH: usize = 64;

struct State {
    shared: Arc<Shared>,
    held: Attachment,
    pulse: Arc<Pulse>,
    first: Option<Vec<u8>>,
    ended: bool,
    count: Count,
    /// Held for as long as the stream is.
    _place: Option<Arc<Place>>,
}

/// Counts the stream as a session at its door. It owns what it borrows elsewhere, because a body
/// outlives the request.
struct Count(Arc<Shared>);

impl Count {
    fn new(shared: &Arc<Shared>) -> Self {
        shared.metrics.enter(Door::Events);
        Self(Arc::clone(shared))
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        self.0.metrics.leave(Door::Events);
    }
}

/// A body that ends when the session ends, or when the reader goes.
pub(super) fn body(
    shared: Arc<Shared>,
    held: Attachment,
    first: Vec<u8>,
    place: Option<Arc<Place>>,
) -> Body {
    let rhythm = Rhythm::new(shared.settings.keep_alive, None);
    let state = State {
        pulse: shared.timers.watch(rhythm),
        count: Count::new(&shared),
        shared,
        held,
        first: Some(first),
        ended: false,
        _place: place,
    };
    Body::from_stream(stream::unfold(state, |mut state| async move {
        let chunk = next(&mut state).await?;
        state.pulse.heard();
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(chunk)), state))
    }))
}

/// The next bytes; none at the end.
async fn next(state: &mut State) -> Option<Vec<u8>> {
    let metrics = &state.count.0.metrics;
    if let Some(first) = state.first.take() {
        metrics.frames_out(Door::Events, 1);
        return Some(first);
    }
    if state.ended {
        return None;
    }
    let mut phase = state.shared.phase.clone();
    loop {
        tokio::select! {
            () = state.held.ready() => {
                let mailbox = state.held.cursor().mailbox;
                let mut records = Vec::new();
                let mut ended = false;
                let count = state.held.drain(BATCH, |delivery| {
                    ended = matches!(delivery, Delivery::End(_));
                    delivered(&mut records, mailbox, delivery);
                });
                if count == 0 {
                    continue;
                }
                metrics.frames_out(Door::Events, count);
                state.ended = ended;
                return Some(records);
            }
            _ = state.pulse.beat() => return Some(COMMENT.to_vec()),
            () = reached(&mut phase, Phase::Cut) => return None,
        }
    }
}
