//! The event stream: `GET /v1/events` (Server-Sent Events, HTML standard §9.2).
//!
//! Each record is one frame. Those with a mailbox number carry the cursor as their id, so that
//! `Last-Event-ID` resumes. The stream takes from the mailbox when the socket takes from the
//! stream, and holds nothing in between.
//!
//! Map: [`line`] is a stream that has its connection for itself; [`body`] is one among other
//! requests of an HTTP/2 connection, or after them on one of HTTP/1.1; [`record`] is what both write.

mod body;
mod line;
mod record;

use std::sync::Arc;

use domain::Error;
use engine::{Attachment, Cursor};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method};
use tracing::Instrument as _;

use crate::line::Peer;
use crate::listener::problem::{Outcome, Problem};
use crate::listener::request::session;
use crate::listener::route::{Call, Output, Route};
use crate::listener::serve::Live;
use crate::native::{frame, opening};
use crate::shared::Shared;

const PATH: &str = "/v1/events";

/// The routes of this door.
pub(crate) const ROUTES: &[Route] = &[Route::own(
    &Method::GET,
    PATH,
    |call: Call| Box::pin(open(call)),
    "The native protocol's events as Server-Sent Events; resumes with Last-Event-ID",
)
.tag("Live")
.answers(Output::Media("text/event-stream"))];

/// The door, when it gets a connection for itself.
pub(crate) const LIVE: Live = Live {
    path: PATH,
    open: |knock| Box::pin(line::open(knock)),
};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The headers of the answer.
const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    // Tells nginx, and what follows its example, to pass records on as they come.
    (
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    ),
];

async fn open(call: Call) -> Outcome {
    if call.request.method() == Method::HEAD {
        return Err(Problem::method());
    }
    let (held, first) = hold(&call.shared, call.request.headers()).await?;
    let peer = call.request.extensions().get::<Peer>();
    let place = peer.map(|peer| Arc::clone(&peer.place));
    let body = body::body(call.shared, held, first, place);
    let mut response = axum::response::Response::new(body);
    response.headers_mut().extend(HEADERS);
    Ok(response)
}

/// Takes hold of the mailbox; with the first record.
async fn hold(shared: &Shared, headers: &HeaderMap) -> Result<(Attachment, Vec<u8>), Problem> {
    let resume = last_event_id(headers)?;
    let session = session(shared, headers).await?;
    let (held, opening) = session
        .attach(resume)
        .instrument(opening::span(&session, "events"))
        .await?;
    let hello = opening::hello(&shared.engine, &held, opening).await?;
    let mut first = Vec::new();
    record::append(&mut first, Some(opening.cursor), &[&frame::hello(hello)]);
    Ok((held, first))
}

/// Where the client has got to; none on its first connection.
fn last_event_id(headers: &HeaderMap) -> Result<Option<Cursor>, Problem> {
    let Some(value) = headers.get(LAST_EVENT_ID) else {
        return Ok(None);
    };
    let refuse = || Error::invalid("", "Last-Event-ID has to be the id of a record, mailbox.n");
    let text = value.to_str().map_err(|_| refuse())?;
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(text.parse().map_err(|_| refuse())?))
}
