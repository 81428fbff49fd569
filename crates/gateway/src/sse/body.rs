//! An event stream as the body of one answer among others.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use engine::Attachment;
use futures_util::stream;

use super::record::{COMMENT, records};
use crate::listener::admission::Place;
use crate::metrics::{Attendance, Door};
use crate::shared::{Phase, Shared, reached};

struct State {
    shared: Arc<Shared>,
    held: Attachment,
    first: Option<Vec<u8>>,
    ended: bool,
    _present: Attendance,
    /// Held for as long as the stream is.
    _place: Option<Arc<Place>>,
}

/// A body that ends when the session ends, or when the reader goes.
pub(super) fn body(
    shared: Arc<Shared>,
    held: Attachment,
    first: Vec<u8>,
    place: Option<Arc<Place>>,
) -> Body {
    let state = State {
        _present: Attendance::new(&shared.metrics, Door::Events),
        shared,
        held,
        first: Some(first),
        ended: false,
        _place: place,
    };
    Body::from_stream(stream::unfold(state, |mut state| async move {
        let chunk = next(&mut state).await?;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from(chunk)), state))
    }))
}

/// The next bytes; none at the end.
async fn next(state: &mut State) -> Option<Vec<u8>> {
    let metrics = &state.shared.metrics;
    if let Some(first) = state.first.take() {
        metrics.frames_out(Door::Events, 1);
        return Some(first);
    }
    if state.ended {
        return None;
    }
    let mut phase = state.shared.phase.clone();
    let silence: Duration = state.shared.settings.keep_alive;
    loop {
        tokio::select! {
            ready = tokio::time::timeout(silence, state.held.ready()) => {
                if ready.is_err() {
                    return Some(COMMENT.to_vec());
                }
                let mut out = Vec::new();
                let taken = records(&state.held, &mut out);
                if taken.count == 0 {
                    continue;
                }
                metrics.frames_out(Door::Events, taken.count);
                state.ended = taken.ended;
                return Some(out);
            }
            () = reached(&mut phase, Phase::Cut) => return None,
        }
    }
}
