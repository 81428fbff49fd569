//! The event stream: `GET /v1/events` (Server-Sent Events, HTML standard §9.2).
//!
//! Each record is one frame. Those with a mailbox number carry the cursor as their id, so that
//! `Last-Event-ID` resumes. The stream takes from the mailbox when the socket takes from the
//! stream, and holds nothing in between.

mod record;
mod stream;

use domain::Error;
use engine::Cursor;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{HeaderMap, Method};
use tracing::Instrument as _;

use crate::listener::problem::{Outcome, Problem};
use crate::listener::request::{Peer, session};
use crate::listener::route::{Call, Output, Route};
use crate::native::{frame, opening};

/// The routes of this door.
pub(crate) const ROUTES: &[Route] = &[Route::own(
    &Method::GET,
    "/v1/events",
    |call: Call| Box::pin(open(call)),
    "The native protocol's events as Server-Sent Events; resumes with Last-Event-ID",
)
.tag("Live")
.answers(Output::Media("text/event-stream"))];

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

async fn open(call: Call) -> Outcome {
    if call.request.method() == Method::HEAD {
        return Err(Problem::method());
    }
    let headers = call.request.headers();
    let resume = last_event_id(headers)?;
    let session = session(&call.shared, headers).await?;
    let (held, opening) = session
        .attach(resume)
        .instrument(opening::span(&session, "events"))
        .await?;
    let hello = opening::hello(&call.shared.engine, &held, opening).await?;
    let first = record::record(Some(opening.cursor), &frame::hello(hello));
    let place = call
        .request
        .extensions()
        .get::<Peer>()
        .map(|peer| peer.place.clone());
    let body = stream::body(call.shared, held, first, place);
    let mut response = axum::response::Response::new(body);
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        // Tells nginx, and what follows its example, to pass records on as they come.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
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
