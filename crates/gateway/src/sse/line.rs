//! An event stream that has its connection for itself.
//!
//! The answer has no length and ends with the connection (RFC 9112 §6.3), so a record is written
//! as it is.

use std::sync::Arc;
use std::task::Context;

use engine::Attachment;
use hyper::Response;
use hyper::header::{self, HeaderValue};

use super::record::{COMMENT, records};
use super::{HEADERS, hold};
use crate::line::{Leave, Line, Progress, Silence, Talk, Turn};
use crate::listener::front::Asker;
use crate::listener::serve::{Begin, Knock};
use crate::metrics::{Attendance, Door, Refusal};
use crate::shared::{Shared, seconds};

/// So many bytes may come after the request, which nobody asked for; who sends more means harm.
const UNASKED: usize = 16 * 1024;

/// A stream and its reader.
struct Stream {
    shared: Arc<Shared>,
    held: Attachment,
    /// Bytes that came after the request.
    unasked: usize,
    _present: Attendance,
}

/// Begins a stream.
pub(super) async fn open(knock: Knock) -> Option<Begin> {
    let shared = Arc::clone(&knock.house.shared);
    let headers = knock.request.headers();
    let (held, record) = hold(&shared, headers).await.ok()?;
    let mut response = Response::new(());
    response.headers_mut().extend(HEADERS);
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    let mut first = Asker::of(headers).head(response, &shared);
    first.extend_from_slice(&record);
    shared.metrics.frames_out(Door::Events, 1);
    let stream = Stream {
        _present: Attendance::new(&shared.metrics, Door::Events),
        shared,
        held,
        unasked: 0,
    };
    Some(Box::new(move |connection| {
        Line::begin(connection, stream, first);
    }))
}

impl Talk for Stream {
    /// There is nothing more to ask.
    fn take(
        &mut self,
        bytes: &mut [u8],
        _: &mut Context<'_>,
        _: &mut Turn<'_>,
    ) -> Result<usize, Leave> {
        self.unasked += bytes.len();
        if self.unasked > UNASKED {
            self.shared.metrics.refused(Refusal::Protocol);
            return Err(Leave::Gone);
        }
        Ok(bytes.len())
    }

    fn has_room(&self) -> bool {
        true
    }

    fn begin(&mut self, turn: &mut Turn<'_>) {
        turn.look_in(seconds(self.shared.settings.keep_alive));
    }

    fn go_on(&mut self, cx: &mut Context<'_>, turn: &mut Turn<'_>) -> Result<Progress, Leave> {
        let taken = records(&self.held, turn.out);
        self.shared.metrics.frames_out(Door::Events, taken.count);
        if taken.ended {
            Err(Leave::Close)
        } else if self.held.poll_ready(cx).is_ready() {
            Ok(Progress::More)
        } else {
            Ok(Progress::Waits)
        }
    }

    fn beat(&mut self, silence: Silence, turn: &mut Turn<'_>) -> Result<(), Leave> {
        let most = seconds(self.shared.settings.keep_alive);
        if silence.told >= most {
            turn.out.extend_from_slice(COMMENT);
            turn.look_in(most);
        } else {
            turn.look_in(most - silence.told);
        }
        Ok(())
    }

    fn gave_up(&mut self) {
        self.shared.metrics.refused(Refusal::SlowReader);
    }
}
